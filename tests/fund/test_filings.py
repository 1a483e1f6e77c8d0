"""Papers to the committees: drafts, numbers, filing as a whole, what is kept of it, and the list of all."""

import hashlib
import re
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.html import escape

from fund import casefiles, council_page, filings, store
from fund.actors import APPLICANT
from fund.models import CommitteeStep, FiledCase, Filing
from fund.projects.reading import untitled
from fund.workflow import perform
from strategy.models import CouncilPaper
from tests.fund.factories import (
    ADVICE,
    DECISION,
    LATER_ON,
    NOON,
    TOLD,
    approve,
    confirm_said,
    council,
    create_application,
    file_paper,
    for_committee,
    fresh,
    make_filing,
    recorder,
    release,
    said,
    step_of,
    team,
)
from tests.fund.letters import reverse
from wir.lib.workflow import FASTER, Refused

pytestmark = pytest.mark.django_db


def refused(call, *args, **values):
    def stored():
        models = (Filing, FiledCase, CommitteeStep, CouncilPaper)
        return [list(model.objects.order_by("pk").values()) for model in models]

    before = stored()
    with pytest.raises(Refused) as refusal:
        call(*args, **values)
    assert stored() == before
    return [str(reason) for reason in refusal.value.reasons]


def steps(*decides, days=(ADVICE, DECISION)):
    keys = ("internationaler-ausschuss", "verwaltungsausschuss")
    return [
        {"body": council(key), "decides": each, "session_on": day}
        for key, each, day in zip(keys, decides, days, strict=True)
    ]


def make(*cases, **values):
    given = {"title": "Anträge", "text": "", "steps": steps(False, True), "sample": False} | values
    return filings.make(cases=list(cases), by=team(), now=NOON, **given)


# Drafts ---------------------------------------------------------------------------------------------------------------


def test_a_draft_holds_its_cases_with_what_the_board_said_of_each():
    yes, no, none = for_committee(), for_committee("not_proposed", title="Zwei"), for_committee("impossible", title="3")

    filing = make(yes, no, none)

    assert [each.item.outcome for each in filing.cases.order_by("pk")] == ["proposed", "not_proposed", "impossible"]
    assert {fresh(each).state for each in (yes, no, none)} == {"committee_queue"}
    assert list(filings.waiting(False)) == []


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"title": " "}, "Der Gegenstand fehlt."),
        ({"steps": []}, "Nennen Sie mindestens einen Ausschuss."),
        ({"decides": (False, False)}, "Genau ein Ausschuss entscheidet."),
        ({"decides": (True, True)}, "Genau ein Ausschuss entscheidet."),
        ({"days": (DECISION, ADVICE)}, "Die Sitzungen stehen nicht in ihrer zeitlichen Reihenfolge."),
    ],
)
def test_a_draft_that_cannot_be_is_refused(values, reason):
    case = for_committee()
    if "decides" in values or "days" in values:
        values = {"steps": steps(*values.get("decides", (False, True)), days=values.get("days", (ADVICE, DECISION)))}

    assert refused(make, case, **values) == [reason]


def test_a_committee_stands_once_on_the_way():
    twice = [{"body": council(), "decides": each, "session_on": None} for each in (False, True)]

    reasons = refused(make, for_committee(), steps=twice)

    assert reasons == ["Jeder Ausschuss steht nur einmal in der Beratungsfolge."]


def test_only_cases_that_wait_for_a_committee_and_have_a_result_of_the_board_stand_in_a_paper():
    early, _secret = create_application("formal_check")
    taken, silent, example = for_committee(), for_committee(title="Still"), for_committee(title="Probe", sample=True)
    make_filing(taken)
    silent.items.all().delete()

    assert refused(make, early) == [f"{early} wartet nicht auf einen Ausschuss."]
    assert refused(make, fresh(taken)) == [f"{taken} steht schon in einer Vorlage."]
    assert refused(make, silent) == [f"{silent}: Das Ergebnis des Gremiums fehlt."]
    assert refused(make, example) == [f"{example}: Beispiele und echte Anträge stehen nie in einer Vorlage."]
    assert refused(make) == ["Wählen Sie mindestens einen Antrag."]


def test_the_database_keeps_a_case_in_one_paper_and_one_committee_deciding():
    case = for_committee()
    filing = make(case)

    for row in (
        lambda: FiledCase.objects.create(filing=filing, application=case),
        lambda: CommitteeStep.objects.create(filing=filing, order=9, body=council(), decides=True),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            row()


def test_a_draft_changes_and_who_saw_the_older_one_is_refused():
    first, second = for_committee(), for_committee(title="Zweites")
    filing = make(first)
    values = {"title": "Anders", "text": "Neu", "steps": steps(True, False), "by": team(), "now": NOON}

    filings.change(filing, cases=[second], **values)
    late = refused(filings.change, filing, cases=[first], **values)

    changed = fresh(filing)
    assert late == [FASTER]
    assert (changed.title, [each.application for each in changed.cases.all()]) == ("Anders", [second])
    assert [step.decides for step in changed.steps.all()] == [True, False]
    assert list(filings.waiting(False)) == [first]


def test_a_discarded_draft_leaves_nothing_and_its_cases_wait_again():
    case = for_committee()
    filing = make_filing(case)

    filings.discard(filing, by=team(), now=NOON)

    assert (Filing.objects.count(), list(filings.waiting(False))) == (0, [case])


# The number -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "told_on", "reason"),
    [
        ("", TOLD, "Die Nummer der Drucksache fehlt."),
        ("12/2027", TOLD, "Schreiben Sie die Nummer in dieser Form: 0993/2022"),
        ("12345/2027", TOLD, "Schreiben Sie die Nummer in dieser Form: 0993/2022"),
        ("١٢٣٤/2027", TOLD, "Schreiben Sie die Nummer in dieser Form: 0993/2022"),
        ("1234/2027", None, "Nennen Sie den Tag, ab dem die Drucksache öffentlich ist."),
    ],
)
def test_a_number_has_its_form_and_comes_with_its_day(number, told_on, reason):
    filing = make(for_committee())
    values = {"number": number, "supplement": "", "told_on": told_on}

    assert refused(filings.give_number, filing, by=team(), now=NOON, **values) == [reason]


def test_the_form_of_the_number_is_a_rule():
    case = for_committee()
    type(case.rule_set).objects.filter(pk=case.rule_set_id).update(paper_pattern="DS-99/99")

    assert str(make_filing(case, number="DS-12/27").council_paper) == "DS-12/27"


def test_a_number_belongs_to_one_paper_and_a_supplement_is_another():
    first, second = for_committee(), for_committee(title="Zweites")
    make_filing(first)
    other = make(second)
    values = {"number": "1234/2027", "told_on": TOLD, "by": team(), "now": NOON}

    reasons = refused(filings.give_number, other, supplement="", **values)
    filings.give_number(other, supplement="E1", **values)

    assert reasons[0].startswith("Diese Drucksache gehört schon zu einer anderen Vorlage.")
    assert [str(each) for each in CouncilPaper.objects.filter(number="1234/2027")] == ["1234/2027", "1234/2027 E1"]


def test_a_number_that_another_draft_got_at_the_same_moment_is_refused(monkeypatch):
    first, second = make_filing(for_committee()), make(for_committee(title="Zweites"))
    values = {"number": "1234/2027", "supplement": "", "told_on": TOLD, "by": team(), "now": NOON}
    monkeypatch.setattr("fund.filings.faults_of_number", lambda *args: ())

    reasons = refused(filings.give_number, second, **values)

    assert reasons == [filings.NUMBER_TAKEN]
    assert first.council_paper.filing == first


def test_a_paper_that_the_portal_knows_already_is_taken():
    known = CouncilPaper.objects.create(number="1234/2027", title="Von der Redaktion angelegt")

    filing = make_filing(for_committee())

    assert (filing.council_paper, fresh(known).title) == (known, "Von der Redaktion angelegt")


# Filing ---------------------------------------------------------------------------------------------------------------


def test_a_paper_is_filed_with_all_its_cases_and_kept_as_it_was():
    cases = [for_committee(), for_committee("not_proposed", title="Zweites")]

    filing = file_paper(*cases)

    with store.read(filing.stored) as kept:
        content = kept.read()
    assert {fresh(each).state for each in cases} == {"committee_running"}
    assert (filing.filed_at, filing.filed_by, filing.digest) == (NOON, team().user, hashlib.sha256(content).hexdigest())
    assert content.startswith(b"%PDF")
    assert [case.changes.filter(move="file_paper").count() for case in cases] == [1, 1]
    assert refused(filings.file, filing, by=team(), now=NOON) == [filings.FILED]


def test_who_records_may_file_too():
    filing = make_filing(for_committee(), by=recorder())

    assert filings.file(filing, by=recorder(), now=NOON).filed_by == recorder().user


def test_a_paper_that_is_not_ready_tells_everything_that_is_missing():
    filing = make(for_committee(), steps=steps(False, True, days=(None, None)))

    reasons = refused(filings.file, filing, by=team(), now=NOON)

    assert reasons == [
        "Die Nummer der Drucksache fehlt.",
        "Nennen Sie den Tag, ab dem die Drucksache öffentlich ist.",
        "Der Tag der Sitzung fehlt, in der entschieden wird.",
    ]


def test_one_case_that_cannot_go_keeps_all_of_them_back():
    fine, helped = for_committee(), for_committee(title="Zweites")
    filing = make_filing(fine, helped)
    helped.helpers.create(name="Team", user=team().user, added_at=NOON)

    reasons = refused(filings.file, filing, by=team(), now=NOON)

    assert reasons == [f"{helped}: Sie haben beim Schreiben geholfen; prüfen muss jemand anderes."]
    assert {fresh(each).state for each in (fine, helped)} == {"committee_queue"}


def test_a_case_does_not_go_alone():
    case = for_committee()
    make_filing(case)

    with pytest.raises(Refused) as refusal:
        perform(case, "file_paper", by=team(), now=NOON)

    assert refusal.value.reasons == ["Eine Vorlage wird als Ganzes eingebracht, mit allen ihren Anträgen."]


def test_a_case_that_is_withdrawn_while_the_paper_is_drawn_is_seen(monkeypatch):
    stays, goes = for_committee(), for_committee(title="Zweites")
    filing = make_filing(stays, goes)
    draw = council_page.document

    def slow(*args):
        perform(fresh(goes), "withdraw", by=APPLICANT, now=NOON)
        return draw(*args)

    monkeypatch.setattr("fund.council_page.document", slow)
    with pytest.raises(Refused) as refusal:
        filings.file(filing, by=team(), now=NOON)

    assert (refusal.value.reasons, fresh(stays).state, fresh(filing).filed_at) == ([FASTER], "committee_queue", None)


def test_a_withdrawn_case_is_not_in_the_paper_any_more():
    stays, goes = for_committee(), for_committee(title="Ganz anderes")
    filing = make_filing(stays, goes)
    perform(fresh(goes), "withdraw", by=APPLICANT, now=NOON)

    filed = filings.file(fresh(filing), by=team(), now=NOON)

    assert ("Ganz anderes" in filed.page, stays.revision.title in filed.page) == (False, True)


def test_the_sweep_knows_what_was_filed():
    filing = file_paper(for_committee())

    casefiles.sweep(NOON + timedelta(days=365 * 30))

    store.read(filing.stored).close()


# The page -------------------------------------------------------------------------------------------------------------


def test_the_paper_tells_subject_proposal_result_in_numbers_costs_and_themes():
    filing = make_filing(for_committee("conditions"), for_committee("not_proposed", title="Zweites"))

    page = council_page.body(filing, NOON)

    parts = (
        "Anträge an den Innovationsfonds", "Verwaltungsausschuss", "17.06.2027", "entscheidet", "Bewilligt werden",
        "16.000", "Mit einem Fest für alle.", "wird abgelehnt", "Ja 5, Nein 2, Enthaltung 1", "Das Gremium hat beraten",
        "Ein Projekt für die Nachbarschaft.", "Nachbarschaft Linden e. V.", "Niemand wird ausgegrenzt.", "84.000",
    )  # fmt: skip
    assert [part for part in parts if part not in page.replace("\xa0", " ")] == []


def test_the_paper_names_no_person_and_is_escaped():
    person = {"kind": "person", "organisation": None, "title": "<b>Musik</b>"}
    filing = make_filing(for_committee(**person), for_committee(title="Zweites"))

    page = council_page.body(filing, NOON)

    assert ("Elif Kaya" in page, "<b>Musik" in page, "eine einzelne Person" in page) == (False, False, True)


def test_a_title_that_names_somebody_is_not_in_the_paper():
    filing = make_filing(for_committee(title="Tanz mit Elif Kaya"), for_committee(title="Zweites"))

    page = council_page.body(filing, NOON)

    with translation.override("de"):
        words = escape(untitled())
    assert ("Kaya" in page, page.count(words), page.count("Zweites")) == (False, 3, 3)


def test_an_answer_that_names_somebody_is_not_in_the_paper():
    named = for_committee(theme_1="Ich, Elif Kaya, leite den Kurs selbst.", language="tr")
    filing = make_filing(named, for_committee(title="Zweites"))

    page = council_page.body(filing, NOON)

    assert ("Kaya" in page, page.count(council_page.NOT_PRINTED)) == (False, 1)
    # Marked as German, whatever she wrote in
    assert page.count(f'<p class="typed" dir="ltr">{council_page.NOT_PRINTED}</p>') == 1
    assert page.count("Alle kommen hinein.") == 1


def left_in(page):
    """What the paper says is left of its year, the last cell of the table of costs."""
    costs = page.replace("\xa0", " ").partition("<h2>Kosten</h2>")[2].partition("</table>")[0]
    return re.findall(r"<td>([^<]*)</td>", costs)[-1]


def test_what_the_paper_leaves_of_the_year_is_counted_from_what_the_public_may_know():
    case = for_committee()
    secret = approve(create_application("team_decision")[0])

    before = left_in(council_page.body(make_filing(case), NOON))
    release(secret)
    after = left_in(council_page.body(case.filings.get().filing, NOON))

    assert (before, after) == ("84.000 €", "82.800 €")


def test_what_is_public_of_a_case_already_is_not_taken_from_the_year_twice():
    case, other = for_committee(), for_committee(title="Zweites")
    file_paper(other, number="1111/2027")
    file_paper(case)
    said(case, "postponed", decides=False)

    filing = make_filing(fresh(case), number="1235/2027", now=LATER_ON)

    assert left_in(council_page.body(filing, LATER_ON)) == "68.000 €"


# Other days, another session ------------------------------------------------------------------------------------------


def test_a_session_moves_while_nothing_was_said_and_the_day_of_publication_while_it_lies_ahead():
    filing = file_paper(for_committee())
    step = step_of(filing)
    later = date(2027, 7, 1)

    filings.move_days(fresh(filing), sessions={step.pk: later}, told_on=date(2027, 6, 3), by=team(), now=NOON)
    late = refused(filings.move_days, fresh(filing), sessions={}, told_on=date(2027, 8, 1), by=team(), now=LATER_ON)
    wrong = refused(
        filings.move_days, fresh(filing), sessions={step.pk: ADVICE - timedelta(days=1)},
        told_on=date(2027, 6, 3), by=team(), now=NOON,
    )  # fmt: skip

    assert (fresh(step).session_on, fresh(filing).told_on) == (later, date(2027, 6, 3))
    assert late == ["Die Drucksache ist schon öffentlich; ihr Tag bleibt."]
    assert wrong == ["Die Sitzungen stehen nicht in ihrer zeitlichen Reihenfolge."]


def test_the_days_of_a_draft_move_with_the_draft_and_not_alone():
    filing = make_filing(for_committee())

    reasons = refused(
        filings.move_days, filing, sessions={step_of(filing).pk: LATER_ON.date()}, told_on=TOLD, by=team(), now=NOON
    )

    assert reasons == [filings.NOT_FILED]


END_OF_TIME, BEFORE_NOON = date(9999, 12, 31), date(2027, 2, 28)
TOO_FAR = "Ein Tag liegt mehr als 365 Tage entfernt. Prüfen Sie das Datum."
TOO_EARLY = (
    "Vor dem 01.03.2027, dem Tag der Einbringung, liegt keine Sitzung und keine Veröffentlichung. Prüfen Sie das Datum."
)


@pytest.mark.parametrize(("day", "reason"), [(END_OF_TIME, TOO_FAR), (BEFORE_NOON, TOO_EARLY)])
def test_a_day_of_a_filed_paper_that_cannot_be_is_refused(day, reason):
    filing = file_paper(for_committee())
    step = step_of(filing, decides=day > TOLD)

    moved = refused(filings.move_days, filing, sessions={step.pk: day}, told_on=TOLD, by=team(), now=NOON)
    public = refused(filings.move_days, filing, sessions={}, told_on=day, by=team(), now=NOON)

    assert (moved, public) == ([reason], [reason])


def test_a_case_that_was_put_off_does_not_come_again_at_the_end_of_time():
    case = for_committee()
    filing = file_paper(case)
    said(case, "postponed")
    sessions = {step_of(filing).pk: END_OF_TIME}

    reasons = refused(filings.file_again, fresh(filing), cases=[fresh(case)], sessions=sessions, by=team(), now=NOON)

    assert reasons == [TOO_FAR]


def test_a_draft_takes_no_day_at_the_end_of_time():
    filing = make(for_committee())
    far = {"steps": steps(False, True, days=(ADVICE, END_OF_TIME))}
    number = {"number": "1234/2027", "supplement": "", "told_on": END_OF_TIME}
    words = {"title": "Anders", "text": "", "cases": [place.application for place in filing.cases.all()]}

    assert refused(make, for_committee(title="Zweites"), **far) == [TOO_FAR]
    assert refused(filings.change, filing, **words, **far, by=team(), now=NOON) == [TOO_FAR]
    assert refused(filings.give_number, filing, **number, by=team(), now=NOON) == [TOO_FAR]


@pytest.mark.parametrize("days", [{"told_on": BEFORE_NOON}, {"steps": (False, True)}])
def test_a_paper_is_not_filed_after_a_day_of_it(days):
    if "steps" in days:
        days = {"steps": steps(*days["steps"], days=(BEFORE_NOON, DECISION))}
    filing = make_filing(for_committee(), **days)

    assert refused(filings.file, filing, by=team(), now=NOON) == [TOO_EARLY]


def test_a_case_that_was_put_off_comes_again_with_the_same_paper():
    case, other = for_committee(), for_committee(title="Zweites")
    filing = file_paper(case, other)
    said(case, "postponed", decides=False)
    july = date(2027, 7, 1)
    sessions = {step_of(filing, decides=False).pk: july, step_of(filing).pk: july}

    unchanged = refused(filings.file_again, fresh(filing), cases=[fresh(case)], sessions={}, by=team(), now=LATER_ON)
    refusal = refused(filings.file_again, fresh(filing), cases=[other], sessions={}, by=team(), now=LATER_ON)
    filings.file_again(fresh(filing), cases=[fresh(case)], sessions=sessions, by=team(), now=LATER_ON)
    said(case, session_on=DECISION)

    assert [reason.partition(": ")[2] for reason in unchanged] == [
        f"Nennen Sie den Tag der neuen Sitzung. Er liegt nach dem {ADVICE:%d.%m.%Y}."
    ]
    assert refusal == [f"{other} ist aus dieser Vorlage nicht vertagt."]
    assert confirm_said(case).state == "approved"
    assert (filing.cases.filter(application=case).count(), fresh(other).state) == (2, "committee_running")


def test_a_corrected_case_that_was_put_off_before_comes_only_with_a_new_paper():
    case, other = for_committee(), for_committee(title="Zweites")
    filing = file_paper(case, other)
    said(case, "postponed", decides=False)
    days = {step_of(filing, decides=False).pk: date(2027, 6, 12)}
    filings.file_again(fresh(filing), cases=[fresh(case)], sessions=days, by=team(), now=LATER_ON)
    said(case)
    confirm_said(case)

    case = reverse(case, "correction", LATER_ON)

    reasons = refused(filings.file_again, fresh(filing), cases=[case], sessions={}, by=team(), now=LATER_ON)
    assert (list(filings.put_off(filing)), reasons) == ([], [f"{case} ist aus dieser Vorlage nicht vertagt."])
    assert file_paper(case, number="1234/2027", supplement="E1", now=LATER_ON).cases.get().round == 2
