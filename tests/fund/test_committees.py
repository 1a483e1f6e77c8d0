"""Committees of the council: who records and confirms what, when a case moves, and what becomes of the money."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from fund import committees, filings, findings, guards, money, standing
from fund.actors import APPLICANT, Part, staff
from fund.models import Decision, Declaration, FundYear, Helper, LedgerEntry, StepResult
from fund.workflow import blockers, perform
from strategy.models import SeatHolder
from tests.fund.factories import (
    ADVICE,
    ASKED,
    DECISION,
    LATER_ON,
    NOON,
    confirm_said,
    council,
    create_application,
    create_reason,
    file_paper,
    for_committee,
    fresh,
    has_money,
    has_no_money,
    lead,
    make_filing,
    person_with,
    recorder,
    rows,
    said,
    seat,
    step_of,
    team,
)
from wir.lib.workflow import FASTER, Refused

pytestmark = pytest.mark.django_db

MORE = Decimal("17000")
NOBODY = "Zugestimmt im Brief vom 2. Juni 2027"


def refused(call, *args, **values):
    """The reasons of a refusal that left nothing behind."""
    before = rows()
    with pytest.raises(Refused) as refusal:
        call(*args, **values)
    assert rows() == before
    return [str(reason) for reason in refusal.value.reasons]


def year_of(case):
    year = FundYear.objects.get(pk=case.year_id)
    return year.held, year.committed


def running(*outcomes, **values):
    """A case in the committees; what the board said of it."""
    case = for_committee(*outcomes, **values)
    file_paper(case)
    return fresh(case)


# The whole way --------------------------------------------------------------------------------------------------------


def test_a_proposal_goes_through_two_committees_to_a_promise():
    case = running()

    advice = said(case, "recommended", decides=False)
    perform(fresh(case), "confirm_step", by=lead(), now=LATER_ON, result=advice)
    result = said(case)
    before = (fresh(case).state, year_of(case), case.decisions.count())
    approved = confirm_said(case)

    decision = approved.decisions.get()
    assert before == ("committee_running", (ASKED, 0), 0)
    assert (approved.state, approved.decision_recorded_at, approved.hold_until) == ("approved", LATER_ON, None)
    assert (decision.kind, decision.maker, decision.amount, decision.people) == ("approved", "committee", ASKED, 2)
    assert (decision.result, decision.item) == (result, approved.items.get())
    assert (decision.proposed_by, decision.confirmed_by) == (recorder().user, lead().user)
    assert year_of(case) == (0, ASKED)
    assert [each.kind for each in approved.entries.order_by("pk")] == ["hold", "unhold", "commit"]
    assert (decision.letter.released_at, list(money.differences())) == (None, [])
    assert approved.filings.get().ended_at == LATER_ON


def test_a_refusal_frees_what_was_held():
    case = running()

    said(case, "no", why_de="Der Ausschuss sieht keinen Bedarf.")
    rejected = confirm_said(case)

    decision = rejected.decisions.get()
    assert (rejected.state, rejected.ended_at, year_of(case)) == ("rejected", LATER_ON, (0, 0))
    assert (decision.kind, decision.amount, decision.reason.key) == ("rejected", None, "merit")
    assert decision.sentence_de == "Der Ausschuss sieht keinen Bedarf."
    assert "Der Ausschuss sieht keinen Bedarf." in decision.letter.text_de


def test_less_than_was_held_frees_the_rest():
    case = running()

    said(case, "changed", amount=Decimal("9000.50"), why_de="Ein halbes Jahr reicht.")
    confirm_said(case)

    assert year_of(case) == (0, Decimal("9000.50"))
    assert case.decisions.get().sentence_de == "Ein halbes Jahr reicht."


def test_the_board_says_no_and_the_committee_yes():
    case = running("not_proposed")

    said(case, why_de="Das Projekt passt zu den Zielen.")
    confirm_said(case)

    assert (fresh(case).state, year_of(case)) == ("approved", (0, ASKED))


def test_the_board_could_propose_nothing_and_the_committee_decides_without_a_reason_of_its_own():
    case = running("impossible")

    said(case)
    confirm_said(case)

    assert (fresh(case).state, year_of(case)) == ("approved", (0, ASKED))


def test_the_boards_conditions_are_those_of_the_letter_where_the_committee_follows_it():
    case = running("conditions")

    said(case)
    confirm_said(case)

    assert case.decisions.get().sentence_de == "Mit einem Fest für alle."


def test_a_project_of_the_city_has_no_upper_limit_of_its_tier():
    sum_ = Decimal("60000")
    costs = {"requested": sum_, "total": sum_, "cost_amount-1": sum_, "own_money": Decimal("0")}
    case = running(kind="unit", organisation="Fachbereich Kultur", amount=sum_, **costs)

    said(case, amount=sum_)
    confirm_said(case)

    assert (case.tier, year_of(case)) == ("administration", (0, sum_))


# Recording ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decides", "result", "values", "part"),
    [
        (True, "recommended", {}, "Dieser Ausschuss entscheidet."),
        (False, "yes", {}, "Dieser Ausschuss berät nur."),
        (True, "yes", {"amount": None}, "Der Betrag fehlt."),
        (True, "changed", {"amount": Decimal("0"), "why_de": "So."}, "Der Betrag ist größer als null."),
        (True, "changed", {"amount": MORE, "why_de": "So."}, "Beantragt sind nur"),
        (True, "changed", {"amount": Decimal("50000.01"), "why_de": "So.", "more_agreed": NOBODY}, "höchstens 50.000"),
        (True, "yes", {"amount": Decimal("15000"), "why_de": "So."}, "Das Gremium hat 16.000"),
        (True, "no", {"reason": None, "why_de": "So."}, "Wählen Sie einen inhaltlichen Grund"),
        (True, "no", {}, "Der Ausschuss weicht vom Gremium ab"),
        (True, "changed", {"amount": Decimal("15000")}, "Der Ausschuss weicht vom Gremium ab"),
        (True, "yes", {"session_on": None}, "Der Tag der Sitzung fehlt."),
        (True, "yes", {"session_on": date(2027, 6, 21)}, "Die Sitzung liegt in der Zukunft"),
        (True, "postponed", {"session_on": date(2027, 6, 21)}, "Die Sitzung liegt in der Zukunft"),
    ],
)
def test_what_does_not_fit_is_refused(decides, result, values, part):
    case = running()

    reasons = refused(said, case, result, decides=decides, **values)

    assert [part in reason for reason in reasons] == [True]


def test_a_formal_reason_is_none_of_a_decision():
    case = running()

    reasons = refused(said, case, "no", why_de="So.", reason=create_reason("formal-one"))

    assert reasons == ["Wählen Sie einen inhaltlichen Grund aus dem Katalog."]


def test_more_than_was_asked_for_needs_the_written_consent_and_money_above_the_hold():
    case = running()
    has_no_money(case)

    said(case, "changed", amount=MORE, why_de="Mit Dolmetschen.", more_agreed=NOBODY)
    reasons = refused(confirm_said, case)
    has_money(case, MORE)
    confirm_said(case)

    assert "Vorgemerkt sind 16.000\xa0€; der Beschluss braucht 1.000\xa0€ mehr." in reasons
    assert year_of(case) == (0, MORE)


def test_a_committee_speaks_once_and_nobody_after_the_decision():
    case = running()
    said(case, "recommended", decides=False)

    again = refused(said, case, "noted", decides=False)
    said(case)

    assert again == ["Zu dieser Station ist schon ein Ergebnis eingetragen."]
    assert refused(said, case) == ["Zu dieser Station ist schon ein Ergebnis eingetragen."]


def test_nobody_gives_advice_after_the_decision():
    case = running()
    said(case)

    assert refused(said, case, "noted", decides=False) == ["Der entscheidende Ausschuss hat schon entschieden."]


def test_the_decision_is_not_before_the_advice():
    case = running()
    said(case, "recommended", decides=False)

    reasons = refused(said, case, session_on=ADVICE - timedelta(days=1))

    assert reasons == ["Die Station davor hat erst am 10.06.2027 getagt. Prüfen Sie das Datum."]
    said(case, session_on=ADVICE)


def test_a_committee_of_another_paper_says_nothing_here():
    case, other = running(), for_committee(title="Zweites")
    foreign = step_of(file_paper(other, number="1235/2027"))

    assert refused(said, case, step=foreign) == ["Diese Station hat die Vorlage nicht."]


def test_what_is_not_filed_has_no_result():
    case = for_committee()
    filing = make_filing(case)
    type(case).objects.filter(pk=case.pk).update(state="committee_running")

    assert refused(said, fresh(case), step=step_of(filing)) == ["Der Antrag steht in keiner eingebrachten Vorlage."]


# Who records and confirms ---------------------------------------------------------------------------------------------


def test_whoever_recorded_it_does_not_confirm_it():
    case = running()
    said(case)
    both = person_with("ausschuss", "fund.check_application", "fund.lead_application")

    reasons = refused(confirm_said, case, by=staff(both, Part.LEAD))

    assert reasons == ["Was eine Person einträgt, bestätigt eine andere."]


def test_the_database_refuses_one_person_for_both():
    result = said(running())

    with pytest.raises(IntegrityError), transaction.atomic():
        StepResult.objects.filter(pk=result.pk).update(confirmed_at=NOON, confirmed_by=result.recorded_by)


def test_advice_is_confirmed_by_another_person_too():
    case = running()
    advice = said(case, "recommended", decides=False)
    both = staff(person_with("ausschuss", "fund.check_application", "fund.lead_application"), Part.LEAD)

    reasons = refused(perform, fresh(case), "confirm_step", by=both, now=LATER_ON, result=advice)

    assert reasons == ["Was eine Person einträgt, bestätigt eine andere."]


def test_advice_that_nobody_confirmed_holds_the_decision_back():
    case = running()
    said(case, "recommended", decides=False)
    said(case)

    reasons = refused(confirm_said, case)

    assert reasons == ["Bestätigen oder verwerfen Sie zuerst die Ergebnisse der beratenden Ausschüsse."]


@pytest.mark.parametrize("name", ["approve_in_committee", "reject_in_committee"])
def test_nothing_is_decided_before_the_committee_has(name):
    case = running()
    said(case, "recommended", decides=False)

    reasons = refused(perform, case, name, by=lead(), now=LATER_ON)

    assert reasons == [FASTER]
    assert refused(perform, fresh(case), name, by=lead(), now=LATER_ON) == [
        "Der entscheidende Ausschuss hat noch nichts beschlossen."
    ]


def test_a_yes_is_not_confirmed_as_a_no():
    case = running()
    said(case)

    reasons = refused(perform, fresh(case), "reject_in_committee", by=lead(), now=LATER_ON)

    assert reasons == ["Eingetragen ist etwas anderes: beschlossen."]


def test_a_decision_is_not_confirmed_as_advice():
    case = running()
    result = said(case)

    reasons = refused(perform, fresh(case), "confirm_step", by=lead(), now=LATER_ON, result=result)

    assert reasons == ["Das ist kein Rat, sondern der Beschluss."]


def test_a_wrong_entry_is_dropped_with_a_reason_and_entered_again():
    case = running()
    wrong = said(case, "no", why_de="Verwechselt.")

    silent = refused(perform, fresh(case), "drop_step", by=lead(), now=LATER_ON, result=wrong)
    perform(fresh(case), "drop_step", by=lead(), now=LATER_ON, result=wrong, note="Falscher Antrag.")
    gone = refused(perform, fresh(case), "drop_step", by=lead(), now=LATER_ON, result=wrong, note="Noch einmal.")
    said(case)
    confirm_said(case)

    assert (silent, gone) == (["Der Grund fehlt."], ["Dazu ist nichts eingetragen."])
    assert (fresh(case).state, case.changes.filter(move="drop_step").get().note) == ("approved", "Falscher Antrag.")


def test_a_result_of_another_case_is_not_dropped_here():
    case, other = running(), for_committee(title="Zweites")
    file_paper(other, number="1235/2027")
    foreign = said(other)

    reasons = refused(perform, case, "drop_step", by=lead(), now=LATER_ON, result=foreign, note="Fremd.")

    assert reasons == ["Dazu ist nichts eingetragen."]


def helped(case, user):
    Helper.objects.create(application=case, name="Toni", user=user, added_at=NOON)


def named(case, user):
    type(user).objects.filter(pk=user.pk).update(email="Hilfe@example.org")
    Helper.objects.create(application=case, name="Toni", mail="hilfe@example.org", added_at=NOON, ended_at=NOON)


def declared(case, user):
    values = {"answer": "conflict", "kind": "family", "standing": "conflict", "at": NOON, "by": user}
    Declaration.objects.create(application=case, user=user, **values)


def declared_on_a_seat(case, user):
    holder = seat("ausschuss", 91)
    values = {"answer": "unsure", "standing": "open", "at": NOON, "by": user}
    Declaration.objects.create(application=case, holder=holder, **values)


def member_of_the_applicant(case, user):
    seat("ausschuss", 91)
    SeatHolder.objects.filter(user=user).update(organisation="NACHBARSCHAFT  Linden e. V.")


def applied_herself(case, user):
    type(user).objects.filter(pk=user.pk).update(email="Elif@example.org")


@pytest.mark.parametrize(
    ("tie", "reason"),
    [
        (helped, standing.SAID[findings.HELPED]),
        (named, standing.SAID[findings.HELPED]),
        (declared, standing.SAID[standing.CONFLICT]),
        (declared_on_a_seat, standing.SAID[standing.OPEN]),
        (member_of_the_applicant, standing.said([findings.ORGANISATION])),
        (applied_herself, standing.said([findings.MAIL])),
    ],
)
def test_who_is_tied_to_the_applicant_records_nothing(tie, reason):
    case = running()
    tie(case, recorder().user)

    assert (refused(said, case), refused(said, case, "postponed")) == ([reason], [reason])


def test_a_declaration_of_no_conflict_and_one_that_was_replaced_keep_nobody_away():
    case, user = running(), recorder().user
    old = {"answer": "unsure", "standing": "open", "superseded_at": NOON}
    for values in (old, {"answer": "none", "standing": "free"}):
        Declaration.objects.create(application=case, user=user, at=NOON, by=user, **values)

    assert said(case).recorded_by == user


def test_a_lead_who_helped_confirms_nothing():
    case = running()
    said(case)
    helped(case, lead().user)

    assert refused(confirm_said, case) == ["Sie haben beim Schreiben geholfen; prüfen muss jemand anderes."]


# Money ----------------------------------------------------------------------------------------------------------------


def test_a_year_that_filled_up_between_hold_and_decision_refuses_and_keeps_the_hold():
    case = running("not_proposed")
    said(case, why_de="Das Projekt passt.")
    has_no_money(case)

    reasons = refused(confirm_said, case)

    assert reasons == ["Das Geld reicht nicht: Frei sind 0\xa0€."]
    assert fresh(case).state == "committee_running"


def test_what_is_held_is_enough_however_full_the_year_is():
    case = running()
    said(case)
    has_no_money(case)

    assert confirm_said(case).state == "approved"
    assert year_of(case) == (0, ASKED)


@pytest.mark.parametrize("state", ["closed", "draft"])
def test_a_year_that_is_closed_between_hold_and_decision_refuses_and_loses_nothing(state):
    case = running()
    said(case)
    FundYear.objects.filter(pk=case.year_id).update(state=state)

    reasons = refused(confirm_said, case)

    assert (len(reasons), year_of(case), fresh(case).state) == (1, (ASKED, 0), "committee_running")
    FundYear.objects.filter(pk=case.year_id).update(state="published")
    assert confirm_said(case).state == "approved"


def test_the_guard_of_the_money_itself_refuses_and_keeps_the_hold(monkeypatch):
    """What the page knows may be old: the money guard asks when it counts."""
    case = running()
    said(case, "changed", amount=MORE, why_de="Mit Dolmetschen.", more_agreed=NOBODY)
    has_no_money(case)
    monkeypatch.setattr("fund.money.refusal", lambda application, amount: None)

    with pytest.raises(money.NoMoney) as refusal:
        confirm_said(case)

    assert refusal.value.free == ASKED  # all that this case could get, with what is held for it
    assert (fresh(case).state, year_of(case), case.decisions.count()) == ("committee_running", (ASKED, 0), 0)
    assert [each.kind for each in LedgerEntry.objects.filter(application=case)] == ["hold"]


# Coming back ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", ["postponed", "referred"])
def test_a_case_that_is_put_off_waits_again_and_keeps_its_money(result):
    case = running()

    said(case, result, decides=False, why_de="Fragen sind offen.")

    assert (fresh(case).state, year_of(case)) == ("committee_queue", (ASKED, 0))
    assert case.filings.get().ended_at == LATER_ON


def test_what_waits_for_confirmation_is_not_sent_back():
    case = running()
    said(case, "recommended", decides=False)

    reasons = refused(said, case, "postponed")

    assert reasons == ["Ein eingetragenes Ergebnis wartet noch auf die Bestätigung."]


def test_a_yes_is_no_way_back():
    case = running()
    filing = case.filings.get().filing

    reasons = refused(
        perform, case, "send_back", by=recorder(), now=LATER_ON, step=step_of(filing), result="yes", session_on=DECISION
    )

    assert reasons == ["Zurück geht ein Antrag nur, wenn er vertagt oder zurückverwiesen ist."]


@pytest.mark.parametrize("result", ["postponed", "referred"])
def test_a_case_that_came_again_is_not_decided_with_the_day_it_was_put_off(result):
    case = running()
    filing = case.filings.get().filing
    said(case, result)
    sessions = {step_of(filing).pk: DECISION + timedelta(days=1)}
    filings.file_again(fresh(filing), cases=[fresh(case)], sessions=sessions, by=team(), now=LATER_ON)

    reasons = [refused(said, case, name) for name in ("yes", "postponed")]
    said(case, session_on=DECISION + timedelta(days=1))

    reason = f"{council()} hat den Antrag am {DECISION:%d.%m.%Y} nicht entschieden, sondern zurückgegeben. "
    assert reasons == [[f"{reason}Prüfen Sie den Tag der Sitzung."]] * 2
    assert confirm_said(case).state == "approved"


def test_a_case_that_was_referred_back_comes_with_a_supplement_and_is_decided():
    case = running()
    said(case, "referred", decides=False)

    file_paper(fresh(case), supplement="E1")
    said(case)

    assert confirm_said(case).state == "approved"
    assert [str(each.filing) for each in case.filings.order_by("pk")] == ["1234/2027", "1234/2027 E1"]


def test_who_takes_the_application_back_leaves_the_paper():
    case = running()

    perform(case, "withdraw", by=APPLICANT, now=LATER_ON)

    assert (fresh(case).state, case.filings.get().ended_at) == ("withdrawn", LATER_ON)


# Constraints ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"result": "yes", "amount": None}, "committee_yes_has_an_amount"),
        ({"result": "no", "reason": None, "amount": None}, "committee_no_has_a_reason"),
        ({"confirmed_at": NOON}, "confirmed_result_has_a_person"),
    ],
)
def test_the_database_refuses_half_a_result(values, constraint):
    result = said(running())

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        StepResult.objects.filter(pk=result.pk).update(**values)


@pytest.mark.parametrize(
    ("outcome", "result", "amount", "differs"),
    [
        ("proposed", "yes", 16000, False),
        ("proposed", "yes", 15000, True),
        ("proposed", "changed", 16000, True),
        ("proposed", "no", None, True),
        ("not_proposed", "no", None, False),
        ("not_proposed", "yes", 16000, True),
        ("impossible", "yes", 16000, False),
        ("impossible", "no", None, False),
        ("proposed", "not_recommended", None, False),
    ],
)
def test_when_a_committee_differs_from_the_board(outcome, result, amount, differs):
    item = for_committee(outcome).items.get()

    assert committees.diverges(item, result, amount and Decimal(amount)) is differs


def test_a_case_of_another_path_is_in_no_committee():
    small, _secret = create_application("team_decision")

    assert Decision.objects.filter(application=small).count() == 0
    assert refused(perform, small, "file_paper", by=recorder(), now=NOON) == [guards.NOT_NOW]


# The last wall --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "agreed", "reasons"),
    [
        ("16000.01", "", 1),
        ("16000.01", NOBODY, 0),
        ("50000.01", NOBODY, 1),
        ("50000.01", "", 2),
        ("16000", "", 0),
    ],
)
def test_an_amount_that_fits_no_more_is_not_confirmed(amount, agreed, reasons):
    """What was entered is looked at again, whatever became of it since."""
    case = running()
    said(case)
    case.rule_set.tiers.filter(key="project").update(highest=Decimal("50000"))
    StepResult.objects.update(amount=Decimal(amount), more_agreed=agreed)

    found = blockers(fresh(case), "approve_in_committee", by=lead(), now=LATER_ON)

    assert len(found) == reasons
    if reasons:
        assert refused(confirm_said, case) == found


# A yes without money --------------------------------------------------------------------------------------------------


def yes_without_money(number="1234/2027"):
    """The board had proposed nothing, so nothing was held; the council grants it, and the year is empty."""
    case = for_committee("not_proposed")
    file_paper(case, number=number)
    said(case, why_de="Das Projekt passt.")
    has_no_money(case)
    return fresh(case)


def waits(case, by=None):
    return fresh(perform(fresh(case), "waitlist_in_committee", by=by or lead(), now=LATER_ON))


def test_a_yes_that_nothing_can_be_paid_from_waits_with_its_letter():
    case = yes_without_money()
    approving = blockers(case, "approve_in_committee", by=lead(), now=LATER_ON)

    case = waits(case)

    decision = case.decisions.get(dropped_at=None)
    assert approving[0].startswith("Das Geld reicht nicht")
    assert (case.state, decision.kind, decision.maker) == ("waitlisted", "waitlisted", "committee")
    assert (decision.amount, decision.letter.released_at) == (Decimal("16000"), None)
    assert (committees.place_of(case), money.held_for(case), list(money.differences())) == (None, None, [])


def test_it_goes_to_the_committees_again_once_there_is_money():
    case = has_money(waits(yes_without_money()), 20_000)

    case = fresh(perform(fresh(case), "call_up_to_committee", by=team(), now=LATER_ON, on=timezone.localdate(LATER_ON)))
    held = money.held_for(case).amount
    file_paper(case, number="2001/2027", now=LATER_ON, told_on=timezone.localdate(LATER_ON))
    later = LATER_ON + timedelta(days=20)
    said(case, "yes", later, session_on=timezone.localdate(later), why_de="Das Projekt passt.")
    case = confirm_said(case, later)

    assert (held, case.state, money.committed_to(case).amount) == (16000, "approved", 16000)
    assert list(money.differences()) == []


def test_what_was_held_and_is_too_little_is_free_again():
    case = running()
    said(case, "changed", amount=Decimal("18000"), more_agreed=NOBODY, why_de="Mehr Personal.")
    has_no_money(case)

    case = waits(case)

    assert (case.state, case.hold_until, money.held_for(case)) == ("waitlisted", None, None)
    assert list(money.differences()) == []


def test_what_can_be_paid_does_not_wait_and_nobody_confirms_what_she_entered():
    case = running()
    said(case)
    enough = refused(waits, case)
    poor = yes_without_money("1235/2027")
    same = person_with("ausschuss", "fund.lead_application")

    assert enough == ["Das Geld reicht: Bestätigen Sie die Bewilligung."]
    assert refused(waits, poor, staff(same, Part.LEAD)) != []
