"""The committees' desk by real requests: papers, results in one form, confirmation, and who may do what."""

import io
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from fund import filings
from fund.desk import numbers
from fund.desk.filings import open_steps
from fund.models import CaseItem, Declaration, Filing, FundYear, StepResult
from fund.workflow import perform
from tests.fund.factories import (
    ASKED,
    SECRET,
    confirm_said,
    council,
    create_other_year,
    create_reason,
    file_paper,
    for_committee,
    fresh,
    has_no_money,
    lead,
    make_filing,
    person_with,
    recorder,
    rows,
    said,
    step_of,
    team,
)
from tests.fund.letters import reverse as reversed_by_two
from wir.accounts.models import AuditEntry, User
from wir.lib.workflow import FASTER

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
YESTERDAY, BEFORE = TODAY - timedelta(days=1), TODAY - timedelta(days=8)


def case(outcome="proposed", **values):
    days = {"starts": TODAY + timedelta(days=400), "ends": TODAY + timedelta(days=500)}
    return for_committee(outcome, NOW, **days | {"stone_day-1": TODAY + timedelta(days=410)} | values)


def steps(first=BEFORE, last=YESTERDAY):
    return [
        {"body": council("internationaler-ausschuss"), "decides": False, "session_on": first},
        {"body": council(), "decides": True, "session_on": last},
    ]


def draft(*cases, **values):
    return make_filing(*cases, **{"steps": steps(), "told_on": BEFORE, "now": NOW} | values)


def filed(*cases, **values):
    """Filed before its sessions."""
    return file_paper(*cases, **{"steps": steps(), "told_on": BEFORE, "now": NOW - timedelta(days=8)} | values)


def entered(application, result="yes", **values):
    return said(application, result, NOW, **{"session_on": YESTERDAY} | values)


def signed(name):
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def desk(client, query=""):
    answer = client.get(reverse("admin:fund_committee_desk") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def page(client, filing):
    answer = client.get(reverse("admin:fund_filing", args=[filing.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def section(text, key):
    found = re.search(rf'<section aria-labelledby="{key}">(.*?)</section>', text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split()).replace("\xa0", " ") if found else None


def at_results(filing, *, decides=True):
    return reverse("admin:fund_filing_results", args=[filing.pk, step_of(filing, decides=decides).pk])


def typed(filing, *entries, on=YESTERDAY):
    """What the recorder types: {field of the case: text} for each (case, values)."""
    data = {"session_on": f"{on:%d.%m.%Y}" if on else ""}
    for place in filing.cases.filter(ended_at=None):
        data[f"version-{place.pk}"] = fresh(place.application).version
    for application, values in entries:
        place = filing.cases.get(application=application, ended_at=None)
        data |= {f"{name}-{place.pk}": value for name, value in values.items()}
    return data


# Papers ---------------------------------------------------------------------------------------------------------------


def test_a_paper_is_made_numbered_and_filed_by_requests():
    first, second, client = case(), case("not_proposed", title="Zweites"), signed("team1")
    body, other = council("internationaler-ausschuss"), council()
    typed_in = {"title": "Anträge im Juni", "text": "Warum.", "cases": [first.pk, second.pk], "decides": "2"}
    typed_in |= {"body_1": body.pk, "session_1": f"{TODAY:%d.%m.%Y}", "body_2": other.pk}
    typed_in |= {"session_2": f"{TODAY + timedelta(days=7):%d.%m.%Y}"}

    made = client.post(reverse("admin:fund_filing_new"), typed_in)
    filing = Filing.objects.get()
    number = {"version": filing.version, "number": "4711/2027", "supplement": "", "told_on": f"{TODAY:%d.%m.%Y}"}
    numbered = client.post(reverse("admin:fund_filing_act", args=[filing.pk, "nummer"]), number)
    einbringen = reverse("admin:fund_filing_act", args=[filing.pk, "einbringen"])
    filed_it = client.post(einbringen, {"version": fresh(filing).version})
    again = client.post(einbringen, {"version": fresh(filing).version})

    assert [each.status_code for each in (made, numbered, filed_it, again)] == [302, 302, 302, 422]
    assert (str(fresh(filing)), {fresh(each).state for each in (first, second)}) == ("4711/2027", {"committee_running"})
    assert [(step.body, step.decides) for step in filing.steps.all()] == [(body, False), (other, True)]


def test_a_draft_that_is_refused_keeps_what_was_typed():
    application = case()
    typed_in = {"title": "Mein Titel", "text": "Mein Text", "cases": [application.pk], "body_1": council().pk}

    answer = signed("team1").post(reverse("admin:fund_filing_new"), typed_in)

    text = answer.content.decode()
    assert (answer.status_code, Filing.objects.count()) == (422, 0)
    assert "Genau ein Ausschuss entscheidet." in text
    assert ("Mein Titel" in text, "Mein Text" in text, f'value="{application.pk}" id="id_cases_0" checked' in text) == (
        True, True, True,
    )  # fmt: skip


def test_two_people_who_change_a_draft_at_once_do_not_undo_each_other():
    filing = draft(case())
    address = reverse("admin:fund_filing_act", args=[filing.pk, "verwerfen"])

    answer = signed("team2").post(address, {"version": filing.version - 1})

    assert (answer.status_code, Filing.objects.count()) == (409, 1)


@pytest.mark.parametrize("name", ["aendern", "nummer", "einbringen", "verwerfen"])
def test_a_filed_paper_is_changed_by_no_forged_post(name):
    filing = filed(case())
    before = rows()

    answer = signed("team1").post(
        reverse("admin:fund_filing_act", args=[filing.pk, name]), {"version": filing.version, "title": "Anders"}
    )

    assert (answer.status_code, rows()) == (422, before)


@pytest.mark.parametrize("name", ["termine", "erneut"])
def test_what_is_for_filed_papers_is_done_to_no_draft(name):
    filing = draft(case())
    step, told_on = step_of(filing), fresh(filing).told_on
    data = {"version": filing.version, f"session_{step.pk}": f"{TODAY:%d.%m.%Y}", "told_on": f"{TODAY:%d.%m.%Y}"}

    answer = signed("team1").post(reverse("admin:fund_filing_act", args=[filing.pk, name]), data)

    assert (answer.status_code, answer.context["reasons"]) == (422, [filings.NOT_FILED])
    assert (fresh(step).session_on, fresh(filing).told_on) == (YESTERDAY, told_on)


def test_the_paper_is_a_page_and_a_pdf_and_the_filed_one_stays_the_same():
    filing, client = filed(case()), signed("ausschuss")

    shown = client.get(reverse("admin:fund_filing_paper", args=[filing.pk])).content.decode()
    pdf = reverse("admin:fund_filing_pdf", args=[filing.pk])
    first, second = (b"".join(client.get(pdf).streaming_content) for _each in range(2))

    assert (filing.digest in shown, "Bewilligt werden" in shown) == (True, True)
    assert (first.startswith(b"%PDF"), first) == (True, second)
    assert client.get(pdf)["Content-Disposition"] == 'attachment; filename="vorlage-1234-2027.pdf"'


def test_the_draft_is_a_pdf_with_tags():
    answer = signed("team1").get(reverse("admin:fund_filing_pdf", args=[draft(case()).pk]))

    pdf = PdfReader(io.BytesIO(b"".join(answer.streaming_content)))
    root = pdf.trailer["/Root"]
    assert (answer["Content-Type"], root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == (
        "application/pdf",
        "de",
        True,
    )
    assert "Beratungsfolge" in "".join(page.extract_text() for page in pdf.pages)


# Results --------------------------------------------------------------------------------------------------------------


def test_several_cases_of_a_paper_are_entered_in_one_form():
    yes, no, later = case(), case("not_proposed", title="Zwei"), case(title="Drei")
    filing, reason = filed(yes, no, later), create_reason("merit", formal=False)
    entries = [
        (yes, {"result": "yes", "amount": "16.000,00", "point": "7"}),
        (no, {"result": "no", "reason": reason.pk, "point": "8"}),
        (later, {"result": "postponed"}),
    ]

    answer = signed_recorder().post(at_results(filing), typed(filing, *entries))

    assert answer.status_code == 302
    said_of = {each.case.application: each for each in StepResult.objects.all()}
    assert {key: each.result for key, each in said_of.items()} == {yes: "yes", no: "no", later: "postponed"}
    assert (said_of[yes].amount, said_of[yes].point, said_of[no].reason) == (ASKED, "7", reason)
    assert [fresh(each).state for each in (yes, no, later)] == ["committee_running"] * 2 + ["committee_queue"]


def signed_recorder():
    recorder()
    return signed("ausschuss")


def test_one_wrong_entry_stores_nothing_and_keeps_everything_that_was_typed():
    first, second = case(), case(title="Zweites")
    filing = filed(first, second)
    entries = [(first, {"result": "yes", "amount": "16000"}), (second, {"result": "yes", "amount": "99.000,50"})]
    before = rows()

    answer = signed_recorder().post(at_results(filing), typed(filing, *entries))

    text = answer.content.decode().replace("\xa0", " ")
    assert (answer.status_code, rows()) == (422, before)
    assert f"{second}: In dieser Stufe gibt es höchstens 50.000 €." in text
    assert 'value="99.000,50"' in text and 'value="16000"' in text


def test_a_reason_that_would_not_fit_a_letter_is_refused():
    application = case()
    filing = filed(application)
    said_no = {"result": "no", "reason": create_reason("merit", formal=False).pk, "why_de": "a" * 1001}

    answer = signed_recorder().post(at_results(filing), typed(filing, (application, said_no)))

    assert (answer.status_code, "a" * 1001 in answer.content.decode()) == (422, True)
    assert StepResult.objects.count() == 0


@pytest.mark.parametrize(
    ("on", "reason"),
    [
        (TODAY + timedelta(days=1), "Die Sitzung liegt in der Zukunft"),
        (None, "Der Tag der Sitzung"),
        (BEFORE - timedelta(days=1), f"Die Vorlage ist erst am {BEFORE:%d.%m.%Y} eingebracht."),
        (date(1900, 1, 1), "Prüfen Sie den Tag der Sitzung."),
    ],
)
def test_a_session_that_was_not_yet_has_no_result(on, reason):
    application = case()
    filing = filed(application)

    answer = signed_recorder().post(
        at_results(filing), typed(filing, (application, {"result": "yes", "amount": "16000"}), on=on)
    )

    assert (answer.status_code, reason in answer.content.decode()) == (422, True)


def test_nothing_entered_is_said_so():
    filing = filed(case())

    answer = signed_recorder().post(at_results(filing), typed(filing))

    assert (answer.status_code, StepResult.objects.count()) == (422, 0)
    assert "Tragen Sie mindestens ein Ergebnis ein." in answer.content.decode()


def test_ten_clicks_enter_one_result():
    application = case()
    filing = filed(application)
    data, client = typed(filing, (application, {"result": "yes", "amount": "16000"})), signed_recorder()

    answers = [client.post(at_results(filing), data).status_code for _each in range(10)]

    assert (answers, StepResult.objects.count()) == ([302] + [409] * 9, 1)


@pytest.mark.parametrize("several", [True, False])
def test_a_page_from_before_somebody_else_recorded_loses_no_word_and_stores_nothing(several):
    first, second = case(title="Erstes"), case(title="Zweites")
    filing = filed(first, second) if several else filed(first)
    client, secret = signed_recorder(), "Kein Bedarf im Stadtteil."
    no = {"result": "no", "why_de": secret, "reason": create_reason("merit", formal=False).pk}
    entries = [(first, no), (second, {"result": "yes", "amount": "16.000,00"})][: 2 if several else 1]
    before = typed(filing, *entries)
    entered(first, "yes")

    answer = client.post(at_results(filing), before)
    text = answer.content.decode()

    assert answer.status_code == 409
    assert [part in text for part in ("Eingetragen ist", "beschlossen", "abgelehnt", secret)] == [True] * 4
    others = ("markierten Felder", "mindestens ein Ergebnis", "nichts einzutragen")
    assert [part in text for part in others] == [False] * 3
    assert [each.result for each in StepResult.objects.all()] == ["yes"]
    assert ('value="16.000,00"' in text) == several


def test_an_empty_page_marks_no_field():
    filing = filed(case())

    text = signed_recorder().post(at_results(filing), typed(filing)).content.decode()

    assert ("Tragen Sie mindestens ein Ergebnis ein." in text, "markierten Felder" in text) == (True, False)


def test_a_paper_with_a_result_to_confirm_and_a_case_without_one_tells_both():
    first, second = case(title="Erstes"), case(title="Zweites")
    filed(first, second)
    entered(first)
    late = f"Ergebnis eintragen (Sitzung am {YESTERDAY:%d.%m.%Y})"

    both = desk(signed("ausschuss"))
    entered(second)

    assert (f"Ergebnis bestätigen, {late}" in both, late in desk(signed("ausschuss"))) == (True, False)


def test_the_recorder_is_not_asked_for_advice_after_the_decision():
    application = case()
    filed(application)
    missing = [numbers.of_filings(TODAY)[False]["missing"]]

    entered(application)
    missing.append(numbers.of_filings(TODAY).get(False, {}).get("missing", 0))

    assert missing == [1, 0]


def test_who_saw_an_older_case_is_refused():
    application = case()
    filing = filed(application)
    data = typed(filing, (application, {"result": "yes", "amount": "16000"}))
    place = filing.cases.get()
    data[f"version-{place.pk}"] = application.version - 1

    answer = signed_recorder().post(at_results(filing), data)

    assert (answer.status_code, StepResult.objects.count()) == (409, 0)


def test_a_recorder_with_a_conflict_sees_no_fields_for_this_case_and_no_post_gets_through():
    free, own = case(), case(title="Zweites")
    filing, user = filed(free, own), recorder().user
    data = typed(filing, (own, {"result": "yes", "amount": "16000"}))
    Declaration.objects.create(
        application=own, user=user, answer="conflict", kind="family", standing="conflict", at=NOW, by=user
    )
    client = signed("ausschuss")

    shown = client.get(at_results(filing)).content.decode()
    answer = client.post(at_results(filing), data)

    assert [f"result-{place.pk}" in shown for place in filing.cases.order_by("pk")] == [True, False]
    assert (answer.status_code, StepResult.objects.count()) == (422, 0)
    assert "Interessenkonflikt" in page(client, filing)


@pytest.mark.parametrize("name", ["team1", "gremium1", "finanzen", "redaktion", "datenschutz"])
def test_only_recorders_enter_results(name):
    application = case()
    filing = filed(application)

    answer = signed(name).post(at_results(filing), typed(filing, (application, {"result": "yes", "amount": "16000"})))

    assert (answer.status_code, StepResult.objects.count()) == (403, 0)


def test_a_step_of_another_paper_is_none_of_this_one():
    filing, other = filed(case()), filed(case(title="Zweites"), number="1235/2027")
    address = reverse("admin:fund_filing_results", args=[filing.pk, step_of(other).pk])

    assert signed_recorder().get(address).status_code == 404


# Confirming -----------------------------------------------------------------------------------------------------------


def at_result(result, name="bestaetigen"):
    return reverse("admin:fund_step_result", args=[result.pk, name])


def test_the_lead_confirms_and_the_case_is_decided():
    application = case()
    filed(application)
    result, client = entered(application), signed_lead()

    shown = client.get(at_result(result)).content.decode().replace("\xa0", " ")
    answer = client.post(at_result(result), {"version": fresh(application).version})

    assert ("Vorgemerkt: 16.000 €. Daneben frei: 84.000 €" in shown, answer.status_code) == (True, 302)
    assert (fresh(application).state, fresh(result).confirmed_by) == ("approved", lead().user)


def signed_lead():
    lead()
    return signed("leitung")


def test_a_second_click_confirms_nothing_more():
    application = case()
    filed(application)
    result, client = entered(application), signed_lead()
    data = {"version": fresh(application).version}

    answers = [client.post(at_result(result), data).status_code for _each in range(3)]

    assert answers == [302, 409, 409]
    assert application.decisions.count() == 1


def test_two_leads_who_decide_differently_leave_one_result():
    application = case()
    filed(application)
    result = entered(application)
    person_with("team2", "fund.check_application", "fund.lead_application")
    data = {"version": fresh(application).version, "note": "Falsch."}

    first = signed_lead().post(at_result(result), data)
    second = signed("team2").post(at_result(result, "verwerfen"), data)

    assert (first.status_code, second.status_code) == (302, 409)
    assert (fresh(application).state, fresh(result).dropped_at) == ("approved", None)


def test_whoever_recorded_it_is_told_that_somebody_else_confirms():
    application = case()
    filing = filed(application)
    result = entered(application)
    person_with("ausschuss", "fund.check_application", "fund.lead_application", "fund.view_application")
    client = signed("ausschuss")

    answer = client.post(at_result(result), {"version": fresh(application).version})

    assert (answer.status_code, fresh(application).state) == (422, "committee_running")
    assert "Was eine Person einträgt, bestätigt eine andere." in answer.content.decode()
    assert at_result(result) not in page(client, filing) + desk(client)


def test_money_that_is_gone_is_told_with_what_is_free_and_nothing_changes():
    application = case("not_proposed")
    filed(application)
    result = entered(application, why_de="Das Projekt passt.")
    has_no_money(application)
    before = rows()

    answer = signed_lead().post(at_result(result), {"version": fresh(application).version})

    assert (answer.status_code, rows()) == (422, before)
    assert "Das Geld reicht nicht: Frei sind 0 €." in answer.content.decode().replace("\xa0", " ")


def test_a_yes_that_nothing_can_be_paid_from_is_offered_the_waiting_list():
    application = case("not_proposed")
    filed(application)
    result, client = entered(application, why_de="Das Projekt passt."), signed_lead()
    address = at_result(result, "warteliste")
    paid = f'href="{address}"' in client.get(at_result(result)).content.decode()
    has_no_money(application)

    offered = f'href="{address}"' in client.get(at_result(result)).content.decode()
    answer = client.post(address, {"version": fresh(application).version})

    assert (paid, offered, answer.status_code, fresh(application).state) == (False, True, 302, "waitlisted")


def test_a_wrong_entry_is_dropped_with_a_reason():
    application = case()
    filed(application)
    result, client = entered(application), signed_lead()
    data = {"version": fresh(application).version}

    silent = client.post(at_result(result, "verwerfen"), data)
    answer = client.post(at_result(result, "verwerfen"), data | {"note": "Falscher Antrag."})

    assert (silent.status_code, answer.status_code) == (422, 302)
    assert (fresh(result).dropped_at is not None, client.get(at_result(result)).status_code) == (True, 404)


@pytest.mark.parametrize("name", ["verwerfen", "bestaetigen"])
def test_what_somebody_dropped_meanwhile_is_told_with_the_way_back(name):
    application = case()
    filing = filed(application)
    result, client = entered(application), signed_lead()
    data = {"version": fresh(application).version, "note": "Falscher Antrag."}
    client.post(at_result(result, "verwerfen"), data)
    dropped_at, version = fresh(result).dropped_at, fresh(application).version

    late = client.post(at_result(result, name), data | {"version": version})

    text = late.content.decode()
    assert (late.status_code, late.context["reasons"], fresh(result).dropped_at) == (409, [FASTER], dropped_at)
    assert f'href="{reverse("admin:fund_filing", args=[filing.pk])}"' in section_of_acts(text)
    assert at_result(result, "verwerfen") not in section_of_acts(text)
    assert fresh(application).version == version


def section_of_acts(text):
    return text.partition('<dl class="facts">')[2]


def test_what_was_put_off_is_not_confirmed():
    application = case()
    filed(application)
    result = entered(application, "postponed")

    assert signed_lead().get(at_result(result)).status_code == 404


def test_a_result_that_was_dropped_locks_no_day():
    application = case()
    filing = filed(application)
    entered(application)
    address, client = reverse("admin:fund_filing_act", args=[filing.pk, "termine"]), signed("team1")
    decider = f"session_{step_of(filing).pk}"
    locked = decider in client.get(address).context["form"].fields

    StepResult.objects.update(dropped_at=NOW)

    assert (locked, decider in client.get(address).context["form"].fields) == (False, True)


def test_what_was_put_off_comes_again_on_a_new_day_only():
    application = case()
    filing = filed(application)
    entered(application, "postponed")
    address, client = reverse("admin:fund_filing_act", args=[filing.pk, "erneut"]), signed_recorder()
    decider = f"session_{step_of(filing).pk}"
    form = client.get(address).context["form"]
    typed_days = {"version": filing.version, "cases": [application.pk]}

    unchanged = client.post(address, typed_days)
    same = client.post(address, typed_days | {decider: f"{YESTERDAY:%d.%m.%Y}"})
    later = client.post(address, typed_days | {decider: f"{TODAY:%d.%m.%Y}"})

    assert [form[name].value() for name in form.fields if name.startswith("session_")] == [None, None]
    assert [each.status_code for each in (unchanged, same, later)] == [422, 422, 302]
    told = [str(each) for each in client.get(reverse("admin:fund_filing", args=[filing.pk])).context["messages"]]
    assert told == [f"{filing.title}: Vertagtes wieder einbringen. Stand jetzt: eingebracht."]
    days = list(filing.steps.values_list("session_on", flat=True))
    assert (days, fresh(application).state) == ([BEFORE, TODAY], "committee_running")


def test_advice_counts_on_when_a_case_comes_again_with_the_same_paper():
    application = case()
    filing = filed(application)
    advice = entered(application, "recommended", decides=False, session_on=BEFORE)
    perform(fresh(application), "confirm_step", by=lead(), now=NOW, result=advice)
    entered(application, "postponed")
    sessions, client = {step_of(filing).pk: TODAY + timedelta(days=7)}, signed_lead()

    filings.file_again(fresh(filing), cases=[fresh(application)], sessions=sessions, by=team(), now=NOW)

    answer = client.get(reverse("admin:fund_filing", args=[filing.pk]))
    assert [[each and each.pk for each in line.results] for line in answer.context["lines"]] == [[advice.pk, None]]
    assert at_result(advice, "verwerfen") not in answer.content.decode()
    [row] = client.get(reverse("admin:fund_committee_desk")).context["rows"]
    assert row.next_step == (f"Sitzung am {TODAY + timedelta(days=7):%d.%m.%Y}", False)
    assert [numbers.of_filings(TODAY)[False][name] for name in ("missing", "coming")] == [0, 1]


def test_advice_that_was_put_off_itself_is_asked_for_again():
    application = case()
    filing = filed(application)
    advice = entered(application, "recommended", decides=False, session_on=BEFORE)
    perform(fresh(application), "confirm_step", by=lead(), now=NOW, result=advice)
    first, last = (step_of(filing, decides=each).pk for each in (False, True))
    for result, sessions in (("postponed", {last: TODAY}), ("referred", {first: TODAY, last: TODAY})):
        decides = result == "postponed"
        entered(application, result, decides=decides)
        filings.file_again(fresh(filing), cases=[fresh(application)], sessions=sessions, by=team(), now=NOW)

    answer = signed_lead().get(reverse("admin:fund_filing", args=[filing.pk]))
    assert [line.results for line in answer.context["lines"]] == [[None, None]]
    assert [step.pk for step in open_steps().filter(filing=filing)] == [first, last]


def test_a_case_that_came_again_counts_once_and_stands_once():
    application, other = case(), case(title="Zweites")
    filing = filed(application, other)
    entered(application, "postponed")
    client = signed_lead()
    sessions = {step_of(filing).pk: TODAY}
    filings.file_again(fresh(filing), cases=[fresh(application)], sessions=sessions, by=team(), now=NOW)

    counted = [each.count for each in client.get(reverse("admin:fund_committee_desk")).context["rows"]]
    lines = client.get(reverse("admin:fund_filing", args=[filing.pk])).context["lines"]
    papers = client.get(reverse("admin:fund_case", args=[application.pk])).context["papers"]

    assert counted == [2]
    assert [(each.place.application_id, each.standing) for each in lines] == [
        (application.pk, "offen"),
        (other.pk, "offen"),
    ]
    assert [(each.filing_id, each.ended_at) for each in papers] == [(filing.pk, None)]


def test_the_page_of_a_case_leads_to_the_result_that_waits_for_the_lead():
    application = case()
    filed(application)
    result = entered(application)
    page_of_case = reverse("admin:fund_case", args=[application.pk])

    waits = section(signed_lead().get(page_of_case).content.decode(), "fakten")
    links = [at_result(result) in signed(name).get(page_of_case).content.decode() for name in ("leitung", "team1")]
    confirm_said(application, NOW)

    assert "wartet auf Bestätigung durch die Leitung" in waits
    assert links == [True, False]
    after = section(signed_lead().get(page_of_case).content.decode(), "fakten")
    assert "wartet auf Bestätigung" not in after


# What the desk shows --------------------------------------------------------------------------------------------------


def test_the_desk_tells_what_waits_for_whom():
    waits, running = case(title="Wartet"), case(title="Läuft")
    filed(running)
    entered(running)
    recorder_sees, lead_sees = desk(signed_recorder()), desk(signed_lead())

    assert "Wartet" in section(recorder_sees, "warten")
    assert "Ergebnis bestätigen" in section(recorder_sees, "laufen")
    assert section(recorder_sees, "bestaetigen") is None
    assert f"{running.reference} Läuft : beschlossen, 16.000 €" in section(lead_sees, "bestaetigen")
    assert waits.reference in section(lead_sees, "warten")


def test_on_the_day_of_the_session_nothing_is_overdue_and_its_result_is_taken():
    application = case()
    filing = filed(application, steps=steps(BEFORE, TODAY))
    filing.steps.filter(decides=False).update(session_on=None)

    [row] = signed_recorder().get(reverse("admin:fund_committee_desk")).context["rows"]
    counted = numbers.of_filings(TODAY)[False]
    entered(application, session_on=TODAY)

    assert row.next_step == (f"Sitzung am {TODAY:%d.%m.%Y}", False)
    assert (counted["missing"], counted["coming"], counted["next_session"]) == (0, 1, TODAY)


def test_a_decision_is_a_task_of_today_until_its_letter_is_released():
    application = case()
    filed(application)
    entered(application)
    confirm_said(application, NOW)

    text = section(desk(signed_lead()), "sagen")
    type(application).objects.filter(pk=application.pk).update(decision_released_at=NOW)

    assert f"{application.reference} Ein Jahr Musik im Stadtteil : beschlossen am {YESTERDAY:%d.%m.%Y}" in text
    assert section(desk(signed_lead()), "sagen") is None


def test_whoever_records_sees_nothing_else_of_a_case():
    application = case(plan=f"Plan {SECRET}", mail=f"{SECRET}@example.org")
    filing, client = filed(application), signed_recorder()
    type(application).objects.filter(pk=application.pk).update(file_number=SECRET)

    texts = [desk(client), page(client, filing), client.get(at_results(filing)).content.decode()]
    answers = [
        client.get(reverse(name, args=[application.pk])).status_code
        for name in ("admin:fund_case", "admin:fund_bundle", "admin:fund_application_change")
    ]

    assert [SECRET in text for text in texts] == [False] * 3
    assert answers == [403, 403, 403]
    assert reverse("admin:fund_case", args=[application.pk]) not in "".join(texts)


def test_examples_and_real_papers_are_never_on_one_page():
    filed(case(title="Echtes"))
    draft(case(title="Erfundenes", sample=True), number="9001/2027")
    client = signed_recorder()

    real, example = desk(client), desk(client, "?beispiele=1")

    assert [text.count("Anträge an den Innovationsfonds") for text in (real, example)] == [1, 1]
    assert ("9001/2027" in real, "9001/2027" in example) == (False, True)


@pytest.mark.parametrize("address", ["desk", "page", "results"])
def test_thirty_cases_need_no_more_statements_than_one(address):
    counts, client = [], signed_recorder()
    for number, more in enumerate((1, 2, 27)):
        cases = [case("not_proposed", title=f"Nummer {number}-{each}") for each in range(more)]
        filing = filed(*cases, number=f"123{number}/2027")
        target = {
            "desk": reverse("admin:fund_committee_desk"),
            "page": reverse("admin:fund_filing", args=[filing.pk]),
            "results": at_results(filing),
        }[address]
        client.get(target)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(target).status_code == 200
        counts.append(len(captured))

    assert (len(set(counts)), counts[0] <= 15) == (1, True), counts


def test_a_corrected_case_is_not_offered_to_the_paper_it_was_decided_with():
    first, second = case(), case(title="Zweites")
    filing, client = filed(first, second), signed("team1")
    again = reverse("admin:fund_filing_act", args=[filing.pk, "erneut"])
    entered(first, "postponed", decides=False, session_on=BEFORE)
    offered = again in page(client, filing)
    days = {filing.steps.get(decides=False).pk: YESTERDAY}
    filings.file_again(fresh(filing), cases=[fresh(first)], sessions=days, by=team(), now=NOW)
    entered(first)
    confirm_said(first, NOW)

    reversed_by_two(first, "correction", NOW)

    assert (fresh(first).state, offered, again in page(client, filing)) == ("committee_queue", True, False)


# The list of all ------------------------------------------------------------------------------------------------------


def listed(client, query=""):
    answer = client.get(reverse("admin:fund_filing_changelist") + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_is_searched_and_filtered():
    running, other = case(title="Trommeln"), case(title="Malen")
    filed(running)
    filing = draft(other, number="5555/2027")
    Filing.objects.filter(pk=filing.pk).update(title="Ganz anders")
    client = signed("team1")

    found = {
        query: ("1234/2027" in listed(client, query), "Ganz anders" in listed(client, query))
        for query in (
            "", "?q=5555", f"?q={running.reference}", "?q=Malen", "?stand=entwurf", "?stand=laeuft",
            "?stand=abgeschlossen", f"?ausschuss={council().pk}", "?ausschuss=x", f"?ausschuss={council('rat').pk}",
            f"?cases__application__year__id__exact={running.year_id}",
        )
    }  # fmt: skip

    assert found == {
        "": (True, True), "?q=5555": (False, True), f"?q={running.reference}": (True, False),
        "?q=Malen": (False, True), "?stand=entwurf": (False, True), "?stand=laeuft": (True, False),
        "?stand=abgeschlossen": (False, False), f"?ausschuss={council().pk}": (True, True),
        "?ausschuss=x": (True, True),
        f"?ausschuss={council('rat').pk}": (True, True),  # on the way of no paper, so it is not offered
        f"?cases__application__year__id__exact={running.year_id}": (True, True),
    }  # fmt: skip


def test_the_list_is_taken_along_as_filtered_without_formulas_and_logged():
    filing, other = draft(case()), filed(case(title="Anderes"), number="5555/2027")
    Filing.objects.filter(pk=filing.pk).update(title="=1+1")
    client = signed("team1")

    answer = client.get(reverse("admin:fund_filing_csv") + "?stand=entwurf").getvalue().decode()
    everything = client.get(reverse("admin:fund_filing_csv")).getvalue().decode()

    decider = f"Verwaltungsausschuss, {YESTERDAY:%d.%m.%Y}"
    assert answer.splitlines()[1:] == [f"'=1+1;1234/2027;;Entwurf;1;{decider};;{BEFORE:%Y-%m-%d};nein"]
    assert [str(each.council_paper) in everything for each in (filing, other)] == [True, True]
    exported = AuditEntry.objects.filter(action=AuditEntry.Action.EXPORTED).order_by("pk")
    assert list(exported.values_list("detail", flat=True)) == ["vorlagen: 1", "vorlagen: 2"]


def test_examples_of_papers_stand_in_a_list_of_their_own():
    draft(case(), number="1111/2027")
    draft(case(sample=True), number="2222/2027")
    client = signed("team1")

    found = {query: [number in listed(client, query) for number in ("1111/2027", "2222/2027")]
             for query in ("", "?beispiele=1")}  # fmt: skip

    assert found == {"": [True, False], "?beispiele=1": [False, True]}


def test_the_list_needs_the_same_statements_for_one_and_for_three():
    counts, client = [], signed("team1")
    for number in range(2):
        for each in range(1 + number):
            draft(case(title=f"{number}-{each}"), number=f"12{number}{each}/2027")
        listed(client)
        with CaptureQueriesContext(connection) as captured:
            listed(client)
        counts.append(len(captured))

    assert (len(set(counts)), counts[0] <= 15) == (1, True), counts


def test_the_admin_writes_nothing():
    filing, client = draft(case()), signed("admin")
    before = rows()

    for name in ("change", "delete"):
        client.post(reverse(f"admin:fund_filing_{name}", args=[filing.pk]), {"title": "Anders", "post": "yes"})
    client.post(
        reverse("admin:fund_filing_changelist"),
        {"action": "delete_selected", "_selected_action": [filing.pk], "post": "yes"},
    )

    assert rows() == before


def test_a_yes_whose_year_is_closed_leads_to_another_year_and_not_on_the_waiting_list():
    application = case()
    filed(application)
    result, client = entered(application), signed_lead()
    links = [f'href="{at_result(result, "warteliste")}"', f'href="/admin/fonds/{application.pk}/jahr/"']

    def offered():
        page = client.get(at_result(result)).content.decode()
        return [each in page for each in links]

    open_year = offered()
    FundYear.objects.filter(pk=application.year_id).update(state="closed")
    alone = offered()
    create_other_year(TODAY.year + 1)

    assert (open_year, alone, offered()) == ([False, False], [False, False], [False, True])


@pytest.mark.parametrize(
    ("outcome", "why", "told"), [("conditions", "", 0), ("conditions", "Weniger.", 1), ("proposed", "Weniger.", 0)]
)
def test_whoever_confirms_is_told_that_the_conditions_of_the_board_are_not_in_the_letter(outcome, why, told):
    application = case(outcome)
    CaseItem.objects.filter(application=application, outcome="conditions").update(conditions_de="Mit Versicherung")
    filed(application)
    changed = ("changed", {"amount": Decimal("12000"), "why_de": why}) if why else ("yes", {})

    page = signed_lead().get(at_result(entered(application, changed[0], **changed[1]))).content.decode()

    assert page.count("Gelten die Bedingungen des Gremiums weiter") == told
    assert ("Mit Versicherung" in page) == (outcome == "conditions")
