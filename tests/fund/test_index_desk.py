"""The index of the back office: each group sees what waits for it, with numbers, dates and the next meeting."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from fund import letters
from fund.desk import board_tasks, declaring, desks, index, money_tasks, settling
from fund.desk.index import ADDRESSES
from fund.models import (
    Acceptance,
    Application,
    CaseItem,
    CommitteeStep,
    Decision,
    Declaration,
    FiledCase,
    Filing,
    Flag,
    Reversal,
    Review,
    StepResult,
)
from strategy.models import Body, CouncilPaper, Meeting, Minutes, SeatHolder
from tests.fund.factories import (
    PROJECT,
    approve,
    create_application,
    create_other_year,
    fresh,
    has_money,
    plan_meeting,
    refuse,
    seat,
    team,
)
from tests.fund.test_desk import soon
from tests.wir.test_access import named_patterns
from wir.accounts.models import User

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
BOOK, LEADING = "admin:fund_meeting_book", "admin:fund_meeting_lead"


def case(state="formal_check", **values):
    return create_application(state, NOW, **soon() | values)[0]


def large(state="board_queue", title="Groß", **values):
    answers = PROJECT | soon() | {"title": title, "organisation": f"Verein {title}"}
    return create_application(state, NOW, answers=answers, **values)[0]


def desk_of(name, key):
    return next((each for each in desks(User.objects.get(username=name), TODAY) if each.key == key), None)


def told(name, key, group=0):
    """{text: number} of one group of one desk."""
    found = desk_of(name, key)
    return {line.text: line.count for line in found.groups[group].lines} if found else None


def on_agenda(application, day=TODAY, **values):
    meeting = plan_meeting(day, sample=application.sample)
    Application.objects.filter(pk=application.pk).update(state="board_meeting")
    return CaseItem.objects.create(
        application=fresh(application), meeting=meeting, put_at=NOW, put_by=team().user, **values
    )


def recorded(application, by="team1", **values):
    return on_agenda(
        application,
        outcome="not_proposed",
        recorded_at=NOW,
        recorded_by=User.objects.get(username=by),
        **values,
    )


def filed(application, session_on, *, filed_at=NOW, number="1/2027"):
    """(the case in a paper, the step that decides)."""
    committee = Body.objects.get_or_create(key="ausschuss-probe", defaults={"kind": Body.Kind.COMMITTEE})[0]
    paper = CouncilPaper.objects.get_or_create(number=number, supplement="", defaults={"title": "Probe"})[0]
    by = team().user
    filing = Filing.objects.create(
        council_paper=paper,
        title="Probe",
        made_at=NOW,
        made_by=by,
        filed_at=filed_at,
        filed_by=by if filed_at else None,
        sample=application.sample,
    )
    Application.objects.filter(pk=application.pk).update(state="committee_running")
    step = CommitteeStep.objects.create(filing=filing, body=committee, decides=True, session_on=session_on)
    return FiledCase.objects.create(filing=filing, application=application), step


def result_of(filed_case, step, by="ausschuss"):
    return StepResult.objects.create(
        step=step,
        case=filed_case,
        result="yes",
        amount=filed_case.application.revision.requested,
        session_on=TODAY,
        recorded_at=NOW,
        recorded_by=User.objects.get(username=by),
    )


def declare(application, holder, standing="free", **values):
    answer = {"free": "none", "open": "unsure"}[standing]
    return Declaration.objects.create(
        application=application, holder=holder, answer=answer, standing=standing, at=NOW, by=holder.user, **values
    )


# Who has which desk ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("team1", ["antraege", "geld"]),
        ("leitung", ["antraege", "leitung", "geld"]),
        ("gremium1", []),
        ("ausschuss", ["ausschuss"]),
        ("finanzen", ["geld"]),
        ("datenschutz", ["datenschutz"]),
        ("redaktion", []),
        ("admin", ["antraege", "leitung", "ausschuss", "geld", "datenschutz"]),
    ],
)
def test_each_group_has_its_own_desks(name, keys):
    assert [each.key for each in desks(User.objects.get(username=name), TODAY)] == keys


def test_a_seat_makes_a_member_and_its_role_the_chair():
    seat("gremium1", 1)
    seat("vorsitz", 2, role=SeatHolder.Role.CHAIR)
    seat("vertretung", 3, role=SeatHolder.Role.DEPUTY)
    seat("gremium3", 4, valid_until=TODAY - timedelta(days=1))

    found = {
        name: [each.key for each in desks(User.objects.get(username=name), TODAY)]
        for name in ("gremium1", "vorsitz", "vertretung", "gremium3")
    }

    assert found == {
        "gremium1": ["gremium"],
        "vorsitz": ["gremium", "vorsitz"],
        "vertretung": ["gremium", "vorsitz"],
        "gremium3": [],
    }


@pytest.mark.parametrize("name", ["team1", "leitung", "ausschuss", "finanzen", "datenschutz"])
def test_an_empty_desk_says_that_nothing_waits(signed_in, name):
    page = signed_in(name).get(reverse("admin:index")).content.decode()

    for desk in desks(User.objects.get(username=name), TODAY):
        for group in desk.groups:
            assert group.lines or group.empty in page


def test_every_line_leads_where_this_person_may_go(signed_in):
    for state in ("submitted", "formal_check", "info_requested", "team_decision", "ineligible"):
        case(state, title=state, organisation=state)
    on_agenda(large())
    seat("gremium1", 1)
    for name in ("team1", "leitung", "finanzen", "datenschutz", "gremium1"):
        client = signed_in(name)
        found = desks(User.objects.get(username=name), TODAY)
        addresses = {line.address for desk in found for group in desk.groups for line in group.lines} - {""}

        statuses = {address: client.get(address).status_code for address in addresses}

        assert statuses == dict.fromkeys(addresses, 200)


def test_the_money_of_an_example_leads_to_the_money_of_examples():
    create_other_year(2027, sample=True)
    groups = desk_of("finanzen", "geld").groups

    lines = {line.address for group in groups for line in group.lines if "2027" in line.text}

    assert lines == {reverse("admin:fund_money") + "?beispiele=1"}


def test_every_address_of_the_table_is_one():
    names = {name for name, _wanted in named_patterns(get_resolver())}

    assert [name for name, _place in ADDRESSES.values() if name and name not in names] == []


def forms_of_the_tables():
    tables = (index.FOR_US, index.FOR_APPLICANTS, index.FOR_THE_CLOCK, index.FOR_THE_LEAD, index.FOR_THE_RECORDER)
    yield from (forms for table in tables for _name, forms, *_more in table)
    yield from (index.RUNS, index.STORED, money_tasks.WRONG, money_tasks.CARRIES, money_tasks.BACK)
    yield from (board_tasks.RESULTS_WAIT, settling.TO_SETTLE, declaring.TO_DECLARE, declaring.TO_REVIEW)


@pytest.mark.parametrize("forms", list(forms_of_the_tables()))
def test_every_line_has_words_for_one_and_for_several(forms):
    one, many = forms

    assert (bool(one), bool(many)) == (True, True)


def test_beside_the_number_one_stands_the_singular():
    table = (("found", ("Vorlage", "Vorlagen"), "list", ""),)

    texts = [[line.text for line in index.lines({False: {"found": count}}, table)] for count in (0, 1, 2)]

    assert texts == [[], ["Vorlage"], ["Vorlagen"]]


def test_nothing_waits_is_said_only_where_no_desk_below_has_a_line(signed_in):
    silent = "Gerade wartet nichts auf Sie."
    before = signed_in("ausschuss").get(reverse("admin:index")).content.decode()
    filed(large(title="War"), TODAY - timedelta(days=1))

    after = signed_in("ausschuss").get(reverse("admin:index")).content.decode()

    assert (silent in before, silent in after) == (True, False)
    assert "Vorlage ohne Ergebnis, deren Sitzung vorbei ist" in after


# The team -------------------------------------------------------------------------------------------------------------


def test_the_team_sees_what_waits_for_whom():
    case("submitted", title="a", organisation="a")
    case("info_requested", title="b", organisation="b")
    case("team_decision", title="c", organisation="c")
    large()
    on_agenda(large(title="Tagesordnung"))
    filed(large(title="Ausschuss"), TODAY + timedelta(days=9))
    late = create_application("submitted", NOW - timedelta(days=50), **soon() | {"title": "spät"})[0]
    held = large("committee_queue", title="Vormerkung")
    Application.objects.filter(pk=held.pk).update(hold_until=TODAY + timedelta(days=5))

    meeting, *waiting = desk_of("team1", "antraege").groups[0].lines
    assert meeting.text.startswith("heute: ")
    assert {line.text: line.count for line in waiting} == {
        "Antwort ist überfällig": 1,
        "neu eingegangen": 2,
        "vom Projektteam zu entscheiden": 1,
        "für die Tagesordnung einer Sitzung": 1,
        "Ergebnis des Gremiums einzutragen": 1,
        "für eine Vorlage an die Ausschüsse": 1,
    }
    assert told("team1", "antraege", 1) == {"Rückfrage, auf die wir Antwort erwarten": 1}
    assert told("team1", "antraege", 2) == {
        "auf der Tagesordnung einer Sitzung": 1,
        "im Ausschuss": 1,
        "Vormerkung von Geld endet bald": 1,
    }
    clock = desk_of("team1", "antraege").groups[2].lines
    assert [line.day for line in clock if line.text.startswith("Vormerkung")] == [TODAY + timedelta(days=5)]
    assert late.reference in [each.reference for each in desk_of("team1", "antraege").dates if each.is_late]


def test_examples_are_counted_apart_and_only_in_a_demo(settings):
    case("submitted")
    case("submitted", sample=True, title="Erfunden")
    plain, marked = "neu eingegangen", "neu eingegangen (Beispiele)"

    settings.DEMO = True
    demo = told("team1", "antraege")
    settings.DEMO = False
    production = told("team1", "antraege")

    assert (demo, production) == ({plain: 1, marked: 1}, {plain: 1})


def test_a_committees_result_is_to_be_told_today():
    application = large(title="Beschlossen")
    filed_case, step = filed(application, TODAY)
    result = result_of(filed_case, step)
    Application.objects.filter(pk=application.pk).update(state="approved", decision_recorded_at=NOW)
    decision = Decision.objects.create(
        application=fresh(application),
        kind="approved",
        amount=application.revision.requested,
        maker="committee",
        result=result,
        proposed_at=NOW,
        proposed_by=User.objects.get(username="ausschuss"),
        confirmed_at=NOW,
        confirmed_by=User.objects.get(username="leitung"),
    )
    letters.draft(decision, by=User.objects.get(username="leitung"), now=NOW)

    assert told("team1", "antraege")["Ergebnis eines Ausschusses: heute mitteilen"] == 1
    first = desk_of("team1", "antraege").dates[0]
    assert (first.reference, first.day, first.is_late) == (application.reference, TODAY, False)


def test_the_lead_confirms_what_others_entered():
    mine, others = large(title="Eigene"), large(title="Andere")
    result_of(*filed(mine, TODAY), by="leitung")
    result_of(*filed(others, TODAY, number="2/2027"))
    Reversal.objects.create(
        application=refuse(case()), kind="reopen", reason="Neu", proposed_at=NOW, proposed_by=team().user
    )
    Flag.objects.create(application=case(title="x", organisation="x"), kind="splitting", raised_at=NOW)

    put_off = result_of(*filed(large(title="Vertagt"), TODAY, number="3/2027"))
    FiledCase.objects.filter(pk=put_off.case_id).update(ended_at=NOW)

    assert told("leitung", "leitung") == {
        "Ergebnis eines Ausschusses zu bestätigen": 1,
        "Wiederaufnahme oder Berichtigung zu bestätigen": 1,
        "vielleicht aufgeteiltes Projekt zu klären": 1,
    }


# The body -------------------------------------------------------------------------------------------------------------


def test_a_member_declares_then_reviews_and_then_nothing_waits():
    holder, application = seat("gremium1", 1), large()
    declaring, reviewing = "Antrag: Interessenkonflikte angeben", "Vorschlag lesen und einschätzen"

    before = told("gremium1", "gremium")
    declare(application, holder)
    declared = told("gremium1", "gremium")
    Review.objects.create(
        application=application, holder=holder, revision=application.revision, word="no", at=NOW, by=holder.user
    )

    assert (before, declared) == ({declaring: 1}, {reviewing: 1})
    assert told("gremium1", "gremium") == {}


def test_a_member_reviews_nothing_that_is_unclear_or_of_another_body():
    holder, unclear = seat("gremium1", 1), large()
    declare(unclear, holder, "open")
    elsewhere = large(title="Woanders")
    other = Body.objects.create(key="anderes", kind=Body.Kind.WORKING_COMMITTEE)
    Application.objects.filter(pk=elsewhere.pk).update(body=other)
    case("team_decision", title="Klein")
    seat("gremium3", 1, body=other)

    assert told("gremium1", "gremium") == {}
    assert told("gremium3", "gremium") == {"Antrag: Interessenkonflikte angeben": 1}


def test_a_review_of_an_older_version_is_asked_for_again():
    holder, application = seat("gremium1", 1), large()
    declare(application, holder)
    old = application.revision
    Review.objects.create(application=application, holder=holder, revision=old, word="no", at=NOW, by=holder.user)
    old.pk, old.number, old._state.adding = None, 2, True
    old.save(force_insert=True)
    Application.objects.filter(pk=application.pk).update(revision=old)

    assert told("gremium1", "gremium") == {"Vorschlag lesen und einschätzen": 1}


def test_a_member_sees_the_next_meeting_with_place_and_hour(signed_in):
    seat("gremium1", 1)
    meeting = plan_meeting(TODAY + timedelta(days=20))
    plan_meeting(TODAY + timedelta(days=90))
    plan_meeting(TODAY - timedelta(days=2))

    (line,) = desk_of("gremium1", "gremium").groups[1].lines

    assert "17:00 Uhr, Rathaus" in line.text
    assert f"/{meeting.pk}/" in line.address


def held_today(application, **values):
    """A meeting that was begun today, with this case."""
    item = on_agenda(application, **values)
    Meeting.objects.filter(pk=item.meeting_id).update(state="held")
    return item


@pytest.mark.parametrize(("closed", "draft", "shown"), [(False, False, 1), (True, True, 1), (True, False, 0)])
def test_a_meeting_that_goes_on_stands_first_on_every_desk(closed, draft, shown):
    seat("vorsitz", 2, role=SeatHolder.Role.CHAIR)
    item = held_today(large())
    coming = plan_meeting(TODAY + timedelta(days=20))
    if closed:
        CaseItem.objects.filter(pk=item.pk).update(struck_at=NOW)
    if draft:
        Minutes.objects.create(meeting=item.meeting)

    addresses = [[line.address for line in desk_of("vorsitz", key).groups[1].lines] for key in ("gremium", "vorsitz")]
    office = [line.address for line in desk_of("team1", "antraege").groups[0].lines if "läuft gerade" in line.text]

    pages = [[reverse(name, args=[pk]) for pk in (item.meeting_id, coming.pk)] for name in (BOOK, LEADING)]
    assert addresses == [each[1 - shown :] for each in pages]
    assert office == [pages[1][0]][:shown]


def test_a_meeting_of_today_that_has_not_begun_stands_on_the_desk_of_the_office():
    item = on_agenda(large())
    on_agenda(large(title="x", organisation="x"), TODAY + timedelta(days=1))

    lines = [line for line in desk_of("team1", "antraege").groups[0].lines if line.text.startswith("heute: ")]

    assert [line.address for line in lines] == [reverse(LEADING, args=[item.meeting_id])]


def test_the_chair_settles_what_others_said():
    chair, member, application = seat("vorsitz", 2, role=SeatHolder.Role.CHAIR), seat("gremium1", 1), large()
    declare(application, member, "open")
    declare(application, chair)
    declare(large(title="Eigenes"), chair, "open")

    assert told("vorsitz", "vorsitz") == {"Angabe zu Interessenkonflikten klären": 1}


def test_the_desk_of_a_member_names_no_case_and_no_other_member(signed_in):
    """Before she declared she knows a number and nothing more; what others said she never learns here."""
    seat("gremium1", 1)
    other, application = seat("gremium3", 3), large(title="Geheimes Vorhaben")
    declare(application, other)
    Review.objects.create(
        application=application, holder=other, revision=application.revision, word="no", at=NOW, by=other.user
    )

    page = signed_in("gremium1").get(reverse("admin:index")).content.decode()

    hidden = ("Geheimes Vorhaben", application.reference, application.revision.applicant, other.name)
    assert [word for word in hidden if word in page] == []


# Committees, money, data protection -----------------------------------------------------------------------------------


def test_the_recorder_sees_papers_whose_session_was():
    filed(large(title="War"), TODAY - timedelta(days=1))
    filed(large(title="Heute"), TODAY, number="2/2027")
    filed(large(title="Kommt"), TODAY + timedelta(days=8), number="3/2027")
    result_of(*filed(large(title="Fertig"), TODAY, number="4/2027"))
    filed(large(title="Entwurf"), TODAY, number="5/2027", filed_at=None)

    assert told("ausschuss", "ausschuss") == {
        "Vorlage ohne Ergebnis, deren Sitzung vorbei ist": 1,
        "Vorlage, noch nicht eingebracht": 1,
        "Vorlagen vor ihrer Sitzung": 2,
    }
    coming = desk_of("ausschuss", "ausschuss").groups[0].lines[-1]
    assert coming.day == TODAY


def test_finance_sees_the_money_and_how_much_runs():
    application = has_money(case("team_decision"))
    approve(application, NOW)
    Application.objects.filter(pk=case(title="b", organisation="b").pk).update(state="active")

    texts = [line.text.replace("\N{NO-BREAK SPACE}", " ") for line in desk_of("finanzen", "geld").groups[0].lines]

    assert texts[0] == f"{application.year}: frei 98.800 € von 100.000 €, vorgemerkt 0 €, zugesagt 1.200 €"
    assert told("finanzen", "geld", 1) == {"Projekt läuft": 1}


def test_data_protection_sees_what_is_still_stored():
    refuse(case())

    assert told("datenschutz", "datenschutz", 1) == {"beendeter Antrag ist gespeichert": 1}


# Statements -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["team1", "leitung", "gremium1", "vorsitz", "ausschuss", "finanzen", "datenschutz", "admin"]
)
def test_the_desks_need_at_most_fifteen_statements_however_many_cases_there_are(name):
    seat("gremium1", 1)
    seat("vorsitz", 2, role=SeatHolder.Role.CHAIR)
    counts = []
    for number in (1, 3):
        for each in range(number):
            title = f"{number}-{each}"
            case("info_requested", title=title, organisation=title)
            recorded(large(title=title))
            filed(large(title=f"A {title}"), TODAY, number=f"{title}/2027")
        user = User.objects.get(username=name)
        user.has_perm("fund.view_application")  # the rights are read once a request, whatever the page
        with CaptureQueriesContext(connection) as captured:
            list(desks(user, TODAY))
        counts.append(len(captured))

    assert counts[0] == counts[1]
    assert counts[0] <= 15


def test_an_agreement_that_is_not_accepted_stands_with_its_day():
    application = approve(has_money(case("team_decision")), NOW)
    due = TODAY + timedelta(days=12)
    Application.objects.filter(pk=application.pk).update(state="agreement_sent", decision_released_at=NOW)
    Acceptance.objects.create(application=application, decision=application.decisions.get(), due=due)

    dates = desk_of("team1", "antraege").dates

    assert [(each.day, str(each.wait)) for each in dates if "Vereinbarung" in each.what] == [(due, "Antragstellende")]
