"""Money that is held: until when, longer, free again; the waiting list of what a body proposed; the end of a year."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from fund import books, clock, deciding, effects, handling, holds, money, steps
from fund.actors import APPLICANT, CLOCK
from fund.models import Application, CaseMessage, FundYear, LedgerEntry
from fund.rules_workflow import move
from fund.workflow import blockers, perform
from tests.fund.factories import (
    NOON,
    PROJECT,
    TODAY,
    approve,
    at,
    create_application,
    create_held,
    create_rules,
    create_waiting,
    decide_committee,
    deliver,
    fresh,
    has_money,
    has_no_money,
    lead,
    read_letter,
    release,
    set_ceiling,
    team,
    waitlist,
    withdraw,
)
from tests.fund.test_workflow import refused
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db


NOW = timezone.now()


def year_of(case):
    return FundYear.objects.get(pk=case.year_id)


def kinds(case):
    return list(case.entries.order_by("pk").values_list("kind", "amount"))


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 3, 1), 12, date(2028, 3, 1)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2027, 12, 31), 2, date(2028, 2, 29)),
        (date(2027, 12, 1), 1, date(2028, 1, 1)),
    ],
)
def test_months_later_is_the_same_day_or_the_last_of_the_month(day, months, later):
    assert holds.months_later(day, months) == later


def test_how_long_money_is_held_is_a_rule():
    create_rules(hold_months=3)

    assert create_held().hold_until == date(2027, 6, 1)


# Longer, and over -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "fine"), [(0, False), (1, True), (-5, False), (30, True), (31, False)])
def test_a_hold_gets_more_time_within_the_rule_and_with_a_reason(days, fine):
    case, later = create_held(), at(TODAY + timedelta(days=30))
    day = case.hold_until + timedelta(days=days)

    if fine:
        longer = perform(case, "extend_hold", by=lead(), now=later, until=day, note="Ausschuss tagt später")
        assert (fresh(longer).hold_until, fresh(longer).state) == (day, "committee_queue")
    else:
        assert len(refused(case, "extend_hold", by=lead(), now=later, until=day, note="x")) == 1


def test_nobody_but_the_lead_gives_more_time_and_never_without_a_reason():
    case, later = create_held(), at(TODAY + timedelta(days=30))
    day = case.hold_until + timedelta(days=1)

    assert len(refused(case, "extend_hold", by=team(), now=later, until=day, note="x")) == 1
    assert len(refused(case, "extend_hold", by=lead(), now=later, until=day)) == 1


def test_a_hold_that_is_not_there_is_neither_extended_nor_ended():
    case = create_application("committee_queue", answers=PROJECT)[0]

    assert refused(case, "extend_hold", by=lead(), until=TODAY + timedelta(days=9), note="x") == [holds.NOTHING_HELD]
    assert holds.NOTHING_HELD in refused(case, "expire_hold", by=CLOCK)


def test_the_clock_frees_a_hold_after_its_last_day_and_not_before():
    case = create_held()
    last = case.hold_until

    assert clock.run(at(last, 20)) == []
    assert (year_of(case).held, fresh(case).hold_until) == (16000, last)
    assert refused(case, "expire_hold", by=CLOCK, now=at(last, 20)) == [holds.STILL_HELD]
    clock.run(at(last + timedelta(days=1)))
    clock.run(at(last + timedelta(days=1)))

    assert (fresh(case).state, fresh(case).hold_until, year_of(case).held) == ("committee_queue", None, 0)
    assert kinds(case) == [("hold", 16000), ("unhold", 16000)]
    assert list(books.differences()) == []


def test_the_desk_is_told_two_weeks_before():
    case = create_held()
    last = case.hold_until

    found = [list(holds.ending(False, last - timedelta(days=days))) for days in (15, 14, 0, -3)]

    assert found == [[], [case], [case], [case]]


def test_a_case_that_is_taken_back_frees_what_is_held():
    case = create_held()

    ended = withdraw(case)

    assert (ended.state, ended.hold_until, year_of(case).held) == ("withdrawn", None, 0)
    assert list(books.differences()) == []


def test_a_case_that_lapses_frees_what_is_held(monkeypatch):
    case = create_held()
    Application.objects.filter(pk=case.pk).update(state="info_requested", asked_by_state="board_queue")
    monkeypatch.setattr("fund.guards.open_request", lambda application: None)

    effects.lapsed(fresh(case), CLOCK, NOON, {})

    assert year_of(case).held == 0


def test_only_what_goes_beyond_the_hold_needs_new_money():
    case = create_held(Decimal("16000"))
    set_ceiling(case.year, "16000")

    with pytest.raises(money.NoMoney) as refusal:
        money.commit(case, Decimal("16000.01"), decision=decide_committee(case, Decimal("16000.01")), by=None, now=NOON)

    assert (refusal.value.free, year_of(case).held) == (16000, 16000)  # its own hold is there for it
    assert kinds(case) == [("hold", 16000)]
    case.decisions.all().delete()
    money.commit(case, Decimal("16000"), decision=decide_committee(case, Decimal("16000")), by=None, now=NOON)
    assert (year_of(case).held, year_of(case).committed) == (0, 16000)


# The waiting list -----------------------------------------------------------------------------------------------------


def test_who_waits_for_a_committee_is_called_up_with_the_money_held_that_the_body_proposed():
    case = has_money(create_waiting(Decimal("15000")), "15000")

    called = fresh(perform(fresh(case), "call_up_to_committee", by=team(), now=NOON))

    assert (called.state, called.hold_until, called.decision_recorded_at) == (
        "committee_queue",
        holds.until(called, NOON),
        None,
    )
    assert (kinds(called), year_of(case).held) == ([("hold", 15000)], 15000)
    assert called.decisions.filter(dropped_at=None).count() == 0
    assert list(books.differences()) == []


def test_nobody_is_called_up_without_money_or_before_her_turn():
    late = create_waiting(now=NOON + timedelta(hours=1), title="Spät")
    early = create_waiting(title="Früh")
    set_ceiling(early.year, "15999.99")

    assert refused(early, "call_up_to_committee", by=team())[0].startswith("Das Geld reicht nicht")
    set_ceiling(early.year, "40000")
    assert refused(late, "call_up_to_committee", by=team()) == [f"Auf der Warteliste steht {early} davor."]
    perform(early, "call_up_to_committee", by=team(), now=NOON)
    assert blockers(fresh(late), "call_up_to_committee", by=team(), now=NOON) == []


def test_a_year_that_fills_between_the_page_and_the_click_refuses_and_leaves_the_case(monkeypatch):
    case = has_money(create_waiting(), "15999")
    monkeypatch.setattr("fund.money.refusal", lambda application, amount: None)

    with pytest.raises(money.NoMoney):
        perform(fresh(case), "call_up_to_committee", by=team(), now=NOON)

    assert (fresh(case).state, kinds(case)) == ("waitlisted", [])


@pytest.mark.parametrize(("wanted", "days", "fine"), [(7, 7, True), (7, 8, False), (30, 30, True), (30, 31, False)])
def test_how_old_a_yes_of_the_applicant_may_be_is_a_rule(wanted, days, fine):
    create_rules(wanted_days=wanted)
    case = has_money(release(waitlist(create_application("team_decision")[0])))

    told = blockers(case, "call_up", by=team(), now=NOON, on=TODAY - timedelta(days=days))

    assert (told == []) is fine


def test_money_that_a_withdrawal_frees_is_told_for_the_first_of_each_list():
    funded = approve(has_money(create_application("team_decision")[0], "1200"))
    first = waitlist(create_application("team_decision", title="Erstes")[0])
    waitlist(create_application("team_decision", NOON + timedelta(hours=1), title="Zweites")[0])
    assert holds.could_go(False) == []

    withdraw(funded)

    assert holds.could_go(False) == [first]
    has_no_money(first)
    assert holds.could_go(False) == []


def test_a_list_tells_places_and_amounts_in_its_order():
    late = create_waiting(Decimal("9000"), NOON + timedelta(hours=1), title="Spät")
    early = create_waiting(Decimal("16000"), title="Früh")
    has_money(early, "10000")

    found = holds.with_places(holds.waiting(False))

    assert [(place, case.pk, case.amount, case.could_go) for place, case in found] == [
        (1, early.pk, 16000, False),
        (2, late.pk, 9000, False),
    ]


# The end of a year ----------------------------------------------------------------------------------------------------

NEXT = date(2028, 1, 1)


def waits_known(**values):
    case = waitlist(create_application("team_decision", **values)[0])
    read_letter(case)
    return release(case)


def test_the_waiting_list_of_a_year_that_is_over_ends_and_who_waited_is_told_how_to_apply_again():
    case = waits_known()

    clock.run(at(date(2027, 12, 31), 20))
    assert fresh(case).state == "waitlisted"
    clock.run(at(NEXT))
    clock.run(at(NEXT))

    ended = fresh(case)
    assert (ended.state, Message.objects.filter(about_id=case.pk, kind="waiting_ended").count()) == ("lapsed", 1)
    assert steps.sentence(ended) == str(steps.ENDED_BY["end_waiting"])
    assert list(books.differences()) == []


def test_who_does_not_know_her_place_yet_gets_her_letter_first():
    case = waitlist(create_application("team_decision")[0])

    clock.run(at(NEXT))

    assert fresh(case).state == "waitlisted"
    assert refused(case, "end_waiting", by=team(), now=at(NEXT)) == ["Zuerst wird der Brief bekannt gegeben."]


def test_the_office_ends_the_list_of_a_closed_year_and_the_clock_waits_for_the_calendar():
    case = waits_known()
    assert len(refused(case, "end_waiting", by=team())) == 1
    move(fresh(case.year), "close", by=None, now=NOON)

    assert len(refused(case, "end_waiting", by=CLOCK)) == 1
    assert fresh(perform(fresh(case), "end_waiting", by=team(), now=NOON)).state == "lapsed"


def asked(case, now=NOON):
    """The office asked by a message whether the money is still wanted, and it arrived."""
    handling.write_message(case, language="de", text="Möchten Sie das Geld noch?", by=team().user, now=now)
    deliver(case, now)
    return case


def test_the_first_of_a_list_who_does_not_answer_makes_room_for_the_next():
    create_rules(wanted_days=14)
    first, second = waits_known(), waits_known(now=NOON + timedelta(hours=1), title="Zweites")
    has_money(asked(first), "1200")
    over = NOON + timedelta(days=15)

    early = refused(first, "end_unanswered", by=team(), now=NOON + timedelta(days=14), on=TODAY)
    ended = fresh(perform(fresh(first), "end_unanswered", by=team(), now=over, on=TODAY))

    assert early == ["Für die Antwort ist noch Zeit bis zum 15.03.2027."]
    assert (ended.state, ended.decisions.filter(dropped_at=None).count()) == ("lapsed", 0)
    assert steps.sentence(ended) == str(steps.WORDS["lapsed"])
    kinds_of_mail = Message.objects.filter(about_id=first.pk).values_list("kind", flat=True)
    assert ("application_lapsed" in kinds_of_mail, "waiting_ended" in kinds_of_mail) == (True, False)
    assert blockers(fresh(second), "call_up", by=team(), now=over, on=over.date()) == []
    assert fresh(perform(ended, "reopen", by=APPLICANT, now=over)).state == "formal_check"


@pytest.mark.parametrize(
    ("what", "on", "reason"),
    [
        ("asked", None, "Der Tag fehlt, an dem Sie gefragt haben."),
        ("asked", TODAY - timedelta(days=1), holds.NOT_ASKED),
        ("silent", TODAY, holds.NOT_ASKED),
        ("on its way", TODAY, "Die Frage ist noch nicht zugestellt."),
        ("answered", TODAY, "Seitdem hat die antragstellende Person geschrieben; lesen Sie das zuerst."),
        ("second", TODAY, "Auf der Warteliste steht {first} davor."),
        ("no money", TODAY, "Das Geld reicht nicht: Frei sind 0\u00a0€."),
    ],
)
def test_nobody_loses_her_place_who_was_not_asked_or_has_answered(what, on, reason):
    first, second = waits_known(), waits_known(now=NOON + timedelta(hours=1), title="Zweites")
    case = second if what == "second" else first
    if what != "no money":
        has_money(first, "1200")
    if what == "on its way":
        handling.write_message(case, language="de", text="Noch gewünscht?", by=team().user, now=NOON)
    elif what != "silent":
        asked(case)
    if what == "answered":
        later = NOON + timedelta(days=1)
        CaseMessage.objects.create(application=case, from_office=False, language="de", text="Ja!", sent_at=later)

    told = refused(case, "end_unanswered", by=team(), now=NOON + timedelta(days=40), on=on)

    assert told == [reason.format(first=first)]


def test_the_office_ends_an_unanswered_place_on_its_page(client, person):
    case = has_money(asked(waits_known(), NOW - timedelta(days=30)), "1200")
    release_day = NOW - timedelta(days=31)
    Application.objects.filter(pk=case.pk).update(decision_released_at=release_day)
    address = reverse("admin:fund_act", args=[case.pk, "end_unanswered"])
    client.force_login(person("team1"))

    empty = client.post(address, {"version": fresh(case).version, "on": ""})
    day = f"{timezone.localdate(NOW - timedelta(days=30)):%d.%m.%Y}"
    done = client.post(address, {"version": fresh(case).version, "on": day})

    assert (client.get(address).status_code, empty.status_code, done.status_code) == (200, 422, 302)
    assert fresh(case).state == "lapsed"


def test_the_place_of_who_left_is_the_next_one_s():
    first, second = waits_known(), waits_known(now=NOON + timedelta(hours=1), title="Zweites")

    perform(first, "withdraw", by=APPLICANT, now=NOON)

    assert deciding.place_of(fresh(second)) == 1
    assert LedgerEntry.objects.filter(application__isnull=False).count() == 0
    assert timezone.localdate(NOON) == TODAY
