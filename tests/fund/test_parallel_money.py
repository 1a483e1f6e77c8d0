"""A hundred people say yes at once: the year is full and not fuller, nobody waits for ever, no case is lost."""

import threading
from collections import Counter
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.models import F

from fund import budget, money, year_moves
from fund.actors import APPLICANT
from fund.models import Application, FundYear, LedgerEntry, Pot
from fund.rules_workflow import move
from fund.workflow import perform
from tests.fund.factories import (
    NOON,
    PROJECT,
    TODAY,
    create_application,
    create_other_year,
    create_waiting,
    decide_committee,
    fresh,
    has_money,
    hold_money,
    propose,
    team,
)
from tests.fund.parallel import REAL_CONNECTIONS, SQLITE, at_once, kinds
from wir.accounts.models import User
from wir.lib.workflow import Refused

pytestmark = REAL_CONNECTIONS
MANY = 100


def proposed(count, ceiling):
    """Small cases (1,200 euro each) of one year whose approval is proposed; the same case many times would be refused
    by its version alone."""
    first = propose(create_application("team_decision")[0], "approval")
    has_money(first, Decimal(ceiling))
    cases = [first]
    for number in range(1, count):
        cases.append(propose(create_application("team_decision", title=f"Nummer {number}")[0], "approval"))
    return cases


def yes(application):
    by = team("team2")
    return lambda: perform(fresh(application), "approve", by=by, now=NOON)


def check_books(cases, promised):
    year = FundYear.objects.get(pk=cases[0].year_id)
    states = Counter(Application.objects.filter(pk__in=[each.pk for each in cases]).values_list("state", flat=True))
    assert (year.committed, list(money.differences())) == (Decimal(promised), [])
    return states


def test_a_hundred_approvals_at_once_never_promise_more_than_there_is():
    cases = proposed(MANY, "8400.50")

    results = at_once(map(yes, cases))

    assert kinds(results) == {"approved": 7, "refused": MANY - 7}
    assert check_books(cases, "8400") == {"approved": 7, "team_decision": MANY - 7}
    assert LedgerEntry.objects.filter(kind="commit").count() == 7


def test_a_pot_is_as_safe_as_the_year():
    cases = proposed(20, "100000")
    Pot.objects.create(year_id=cases[0].year_id, tier_key="micro", share=Decimal("3600"))

    results = at_once(map(yes, cases))

    assert kinds(results) == {"approved": 3, "refused": 17}
    assert check_books(cases, "3600") == {"approved": 3, "team_decision": 17}


def test_the_same_case_approved_ten_times_at_once_is_promised_once():
    (case,) = proposed(1, "100000")

    results = at_once([yes(case)] * 10)

    assert kinds(results) == {"approved": 1, "refused": 9}
    assert (LedgerEntry.objects.filter(kind="commit").count(), check_books([case], "1200")) == (1, {"approved": 1})


def test_two_people_who_decide_differently_at_once_leave_one_result():
    (case,) = proposed(1, "100000")
    by = team("team2")

    def drop():
        return perform(fresh(case), "drop_decision", by=by, now=NOON, note="Doch nicht.")

    at_once([yes(case), drop])

    approved = fresh(case).state == "approved"
    assert check_books([case], "1200" if approved else "0") == {fresh(case).state: 1}
    assert case.decisions.filter(dropped_at=None).count() == approved


def test_who_withdraws_while_she_is_approved_keeps_no_money():
    cases = proposed(20, "100000")

    def withdraw(case):
        return lambda: perform(fresh(case), "withdraw", by=APPLICANT, now=NOON)

    at_once([call for case in cases for call in (yes(case), withdraw(case))])

    states = Counter(fresh(case).state for case in cases)
    assert check_books(cases, 1200 * states["approved"]) == states


def read_then_write(together):
    """A guard with the fault that the tests look for: it believes what it read. together: all have read, then write."""

    def guard(rows, limit, counter, amount):
        row = rows.get()
        together.wait(timeout=60)
        if getattr(row, limit) < row.held + row.committed + amount:
            return 0
        return rows.update(**{counter: getattr(row, counter) + amount})

    return guard


IN_A_TRANSACTION = pytest.mark.skipif(
    SQLITE,
    reason="On SQLite a transaction that writes begins when the one before has ended: nothing read in it is old. "
    "What was read before it is (all_read_first).",
)


@IN_A_TRANSACTION
def test_read_then_write_would_promise_too_much(monkeypatch):
    """The proof that the test above sees the fault: the guard replaced by one that reads first."""
    cases = proposed(10, "2400")
    together = threading.Barrier(10)

    monkeypatch.setattr("fund.money.raise_counter", read_then_write(together))
    monkeypatch.setattr("fund.money.lock", lambda application: None)

    results = at_once(map(yes, cases))

    booked = money.sums(LedgerEntry.objects.all(), "commit", "uncommit")
    assert kinds(results) == {"approved": 10}
    assert booked == Decimal("12000") > FundYear.objects.get(pk=cases[0].year_id).ceiling
    assert len(list(money.differences())) == 1


def all_read_first(cases, calls):
    """(the calls, each of which reads the year of its case and waits until all have, before any transaction begins; a
    guard with the same fault one step earlier: it believes what its call has read)."""
    together, seen = threading.Barrier(len(cases)), threading.local()

    def reading(case, call):
        def read_and_call():
            seen.year = year_of(case)
            together.wait(timeout=60)
            return call()

        return read_and_call

    def guard(rows, limit, counter, amount):
        if getattr(seen.year, limit) < seen.year.held + seen.year.committed + amount:
            return 0
        return rows.update(**{counter: getattr(seen.year, counter) + amount})

    return [reading(*each) for each in zip(cases, calls, strict=True)], guard


# On both databases, with their locks: the guard as it is, and one that relies on a value read earlier
RELIES = pytest.mark.parametrize(("relies", "done"), [(False, 2), (True, 10)])


@RELIES
def test_who_relies_on_what_was_read_before_the_transaction_would_promise_too_much(monkeypatch, relies, done):
    cases = proposed(10, "2400")
    calls, guard = all_read_first(cases, map(yes, cases))
    if relies:
        monkeypatch.setattr("fund.money.raise_counter", guard)

    results = at_once(calls)

    booked = money.sums(LedgerEntry.objects.all(), "commit", "uncommit")
    assert kinds(results) == Counter(approved=done, refused=10 - done)
    assert (booked, booked > year_of(cases[0]).ceiling) == (1200 * done, relies)
    assert len(list(money.differences())) == relies


# Holds ----------------------------------------------------------------------------------------------------------------

SHARE = Decimal("30000")


def large(count, ceiling="200000"):
    """Large cases of one year that wait for their committee, nothing held for them."""
    cases = [
        create_application("committee_queue", answers=PROJECT, title=f"Nr. {number}")[0] for number in range(count)
    ]
    has_money(cases[0], Decimal(ceiling))
    return [fresh(case) for case in cases]


def held(case, amount=SHARE):
    def call():
        with transaction.atomic():
            money.lock(case)
            money.hold(case, amount, by=None, now=NOON)
            Application.objects.filter(pk=case.pk).update(hold_until=TODAY)
            return "held"

    return call


def promised(case, amount):
    """The last step of a committee's yes, as the door makes it: version first, then the hold becomes a promise."""
    by = team().user

    def call():
        with transaction.atomic():
            money.lock(case)
            rows = Application.objects.filter(pk=case.pk, state=case.state, version=case.version)
            if not rows.update(version=F("version") + 1):
                raise Refused(["too late"])
            decision = decide_committee(case, amount)
            money.commit(case, amount, decision=decision, by=by, now=NOON)
            Application.objects.filter(pk=case.pk).update(state="approved", hold_until=None)
            return "promised"

    return call


def of(results):
    return Counter(each if isinstance(each, str) else type(each).__name__ for each in results)


def year_of(case):
    return FundYear.objects.get(pk=case.year_id)


def test_of_ten_holds_of_thirty_thousand_at_once_two_hundred_thousand_bear_six():
    cases = large(10)

    results = at_once(map(held, cases))

    assert of(results) == {"held": 6, "NoMoney": 4}
    assert {each.free for each in results if isinstance(each, money.NoMoney)} == {Decimal("20000")}
    assert (year_of(cases[0]).held, list(money.differences())) == (180000, [])


def test_the_same_hold_ten_times_at_once_is_booked_once():
    (case,) = large(1)

    results = at_once([held(case)] * 10)

    assert of(results) == {"held": 1, "IntegrityError": 9}
    assert (year_of(case).held, list(money.differences())) == (SHARE, [])


def test_a_case_called_up_by_ten_people_at_once_is_held_for_once():
    case = has_money(create_waiting(Decimal("15000")))
    by = team()

    results = at_once([lambda: perform(fresh(case), "call_up_to_committee", by=by, now=NOON)] * 10)

    assert kinds(results) == {"committee_queue": 1, "refused": 9}
    assert (year_of(case).held, list(money.differences())) == (15000, [])


def test_a_cut_in_the_middle_of_ten_holds_leaves_no_year_short():
    cases = large(10)

    def cut():
        budget.reduce(cases[0].year, Decimal("60000"), source="Sparliste", by=None, now=NOON)
        return "cut"

    results = of(at_once([*map(held, cases[:5]), cut, *map(held, cases[5:])]))

    year = year_of(cases[0])
    assert (results["cut"], year.ceiling, results["held"]) in {(1, 140000, 4), (0, 200000, 6), (0, 200000, 5)}
    assert (year.held, list(money.differences())) == (SHARE * results["held"], [])


def test_a_hold_that_becomes_a_promise_while_its_case_is_taken_back_ends_as_one_of_both():
    cases = [hold_money(case, Decimal("16000")) for case in large(10, "400000")]

    def withdraw(case):
        return lambda: perform(fresh(case), "withdraw", by=APPLICANT, now=NOON).state

    results = of(at_once([call for case in cases for call in (promised(case, Decimal("16000")), withdraw(case))]))

    states = Counter(fresh(case).state for case in cases)
    year = year_of(cases[0])
    assert sum(states.values()) == states["approved"] + states["withdrawn"] == 10
    assert (year.held, year.committed, list(money.differences())) == (0, 16000 * states["approved"], [])
    assert results["promised"] >= states["approved"]


def test_a_year_closed_in_the_middle_promises_nothing_after_that():
    cases = [hold_money(case, Decimal("16000")) for case in large(10, "400000")]

    def close():
        move(fresh(cases[0].year), "close", by=None, now=NOON)
        return "closed"

    calls = [promised(case, Decimal("16000")) for case in cases]
    results = of(at_once([*calls[:5], close, *calls[5:]]))

    year = year_of(cases[0])
    assert (results["closed"], results["promised"] + results["NoMoney"]) == (1, 10)
    assert (year.committed, year.held) == (16000 * results["promised"], 16000 * results["NoMoney"])
    assert list(money.differences()) == []


def test_cases_that_change_their_years_crosswise_wait_for_nobody_for_ever():
    here = [hold_money(case, Decimal("16000")) for case in large(6, "400000")]
    other = create_other_year(ceiling="400000")
    by = team()
    there = [fresh(year_moves.move_year(case, other, by=by, now=NOON)) for case in here[:3]]
    here = here[3:]

    def go(case, year):
        return lambda: "moved" if year_moves.move_year(fresh(case), year, by=by, now=NOON) else None

    pairs = zip(here, there, strict=True)
    first = here[0].year
    results = of(at_once([call for one, two in pairs for call in (go(one, other), go(two, first))]))

    assert (results, list(money.differences())) == ({"moved": 6}, [])
    assert (year_of(fresh(here[0])).held, FundYear.objects.get(pk=first.pk).held) == (48000, 48000)


def test_money_is_carried_over_once_however_many_approve_it():
    (case,) = large(1)
    target = create_other_year(ceiling="1")
    lead, finance = User.objects.get(username="leitung"), User.objects.get(username="finanzen")
    carry = budget.propose_carry_over(case.year, target, Decimal("200000"), reference="x", by=lead, now=NOON)

    def confirm():
        budget.confirm_carry_over(fresh(carry), by=finance, now=NOON)
        return "carried"

    results = of(at_once([*([confirm] * 5), *([held(case)] * 2)]))

    assert results["carried"] + results["held"] == 1
    assert (year_of(case).free >= 0, list(money.differences())) == (True, [])


@IN_A_TRANSACTION
def test_read_then_write_would_hold_too_much(monkeypatch):
    cases = large(10, "60000")
    monkeypatch.setattr("fund.money.raise_counter", read_then_write(threading.Barrier(10)))
    monkeypatch.setattr("fund.money.lock", lambda application: None)

    results = at_once(map(held, cases))

    assert of(results) == {"held": 10}
    assert len(list(money.differences())) == 1


@RELIES
def test_who_relies_on_what_was_read_before_the_transaction_would_hold_too_much(monkeypatch, relies, done):
    cases = large(10, "60000")
    calls, guard = all_read_first(cases, map(held, cases))
    if relies:
        monkeypatch.setattr("fund.money.raise_counter", guard)

    results = at_once(calls)

    booked = money.sums(LedgerEntry.objects.all(), "hold", "unhold")
    assert of(results) == Counter(held=done, NoMoney=10 - done)
    assert (booked, booked > year_of(cases[0]).ceiling) == (SHARE * done, relies)
    assert len(list(money.differences())) == relies
