"""A hundred people say yes at once: the year is full and not fuller, nobody waits for ever, no case is lost."""

import threading
from collections import Counter
from decimal import Decimal

import pytest
from django.db import connection, connections

from fund import money
from fund.actors import APPLICANT
from fund.models import Application, FundYear, LedgerEntry, Pot
from fund.workflow import perform
from tests.fund.factories import NOON, create_application, fresh, has_money, propose, team
from wir.lib.workflow import Refused

pytestmark = [
    pytest.mark.usefixtures("committed"),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite's test database in memory has one connection only."
    ),
]
MANY = 100
AT_ONCE = 25  # connections that the server has room for


def at_once(calls):
    """Call all, as many at the same moment as there are connections; what each gave or raised."""
    calls = list(calls)
    results = [None] * len(calls)
    barrier = threading.Barrier(min(AT_ONCE, len(calls)))
    places = iter(range(len(calls)))
    turn = threading.Lock()

    def run():
        try:
            barrier.wait(timeout=60)
            while True:
                with turn:
                    place = next(places, None)
                if place is None:
                    return
                try:
                    results[place] = calls[place]()
                except Refused as refusal:
                    results[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _each in range(barrier.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    assert [thread.is_alive() for thread in threads] == [False] * len(threads)
    assert None not in results
    return results


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


def kinds(results):
    return Counter(each.state if isinstance(each, Application) else "refused" for each in results)


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
    assert LedgerEntry.objects.count() == 7


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
    assert (LedgerEntry.objects.count(), check_books([case], "1200")) == (1, {"approved": 1})


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


def test_read_then_write_would_promise_too_much(monkeypatch):
    """The proof that the test above sees the fault: the guard replaced by one that reads first."""
    cases = proposed(10, "2400")
    together = threading.Barrier(10)

    def read_then_write(rows, limit, amount):
        row = rows.get()
        together.wait(timeout=60)
        if getattr(row, limit) < row.held + row.committed + amount:
            return 0
        return rows.update(committed=row.committed + amount)

    monkeypatch.setattr("fund.money.raise_committed", read_then_write)
    monkeypatch.setattr("fund.money.lock", lambda application: None)

    results = at_once(map(yes, cases))

    booked = money.sums(LedgerEntry.objects.all(), "commit", "uncommit")
    assert kinds(results) == {"approved": 10}
    assert booked == Decimal("12000") > FundYear.objects.get(pk=cases[0].year_id).ceiling
    assert len(list(money.differences())) == 1
