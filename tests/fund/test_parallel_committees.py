"""Two people at the same moment, with real connections: one confirms, one is refused, and the books are right."""

from decimal import Decimal

from fund import filings, money, recording
from fund.actors import APPLICANT, Part, staff
from fund.models import Decision, Declaration, FundYear, LedgerEntry
from fund.workflow import perform
from tests.fund.factories import (
    LATER_ON,
    NOON,
    PROJECT,
    begin_meeting,
    board,
    confirm,
    create_application,
    declare,
    file_paper,
    for_committee,
    fresh,
    has_money,
    lead,
    make_filing,
    person_with,
    put_on_agenda,
    record,
    said,
    team,
)
from tests.fund.parallel import REAL_CONNECTIONS, at_once, kinds

pytestmark = REAL_CONNECTIONS


def leads():
    return lead(), staff(person_with("team2", "fund.check_application", "fund.lead_application"), Part.LEAD)


def confirming(case, by):
    return lambda: perform(fresh(case), "approve_in_committee", by=by, now=LATER_ON)


def test_two_leads_who_confirm_at_once_promise_the_money_once():
    case = for_committee()
    file_paper(case)
    said(case)

    results = at_once([confirming(case, by) for by in leads() * 5])

    year = FundYear.objects.get(pk=case.year_id)
    assert kinds(results) == {"approved": 1, "refused": 9}
    assert (year.held, year.committed, Decision.objects.count()) == (0, Decimal("16000"), 1)
    assert (LedgerEntry.objects.filter(kind="commit").count(), list(money.differences())) == (1, [])


def test_decisions_above_their_holds_never_promise_more_than_there_is():
    cases = [for_committee("not_proposed", title=f"Nummer {number}") for number in range(6)]
    file_paper(*cases)
    for case in cases:
        said(case, why_de="Das Projekt passt.")
    has_money(cases[0], Decimal("50000"))

    results = at_once([confirming(case, lead()) for case in cases])

    year = FundYear.objects.get(pk=cases[0].year_id)
    assert kinds(results) == {"approved": 3, "refused": 3}
    assert (year.committed, list(money.differences())) == (Decimal("48000"), [])


def test_who_takes_it_back_while_it_is_confirmed_leaves_no_money_behind():
    cases = [for_committee(title=f"Nummer {number}") for number in range(4)]
    file_paper(*cases)
    for case in cases:
        said(case)

    def withdraw(case):
        return lambda: perform(fresh(case), "withdraw", by=APPLICANT, now=LATER_ON)

    at_once([call for case in cases for call in (confirming(case, lead()), withdraw(case))])

    states = [fresh(case).state for case in cases]
    year = FundYear.objects.get(pk=cases[0].year_id)
    assert set(states) <= {"approved", "withdrawn"}
    assert (year.committed, year.held) == (16000 * states.count("approved"), 0)
    assert list(money.differences()) == []


def test_a_paper_that_two_people_file_at_once_is_filed_once():
    case = for_committee()
    filing = make_filing(case)

    def file():
        filings.file(fresh(filing), by=team(), now=NOON)
        return fresh(case)

    results = at_once([file] * 4)

    assert kinds(results) == {"committee_running": 1, "refused": 3}
    assert case.changes.filter(move="file_paper").count() == 1


def proposed(count, holders):
    """[(case, paper)]: the yes to each case hangs on one voice; each is in the draft of a paper of its own."""
    titles = [f"Nummer {number}" for number in range(count)]
    cases = [create_application("board_queue", answers=PROJECT, title=title)[0] for title in titles]
    has_money(cases[0], 100_000)
    items = [put_on_agenda(case, holders=holders) for case in cases]
    begin_meeting(items[0].meeting)
    for case, item in zip(cases, items, strict=True):
        record(recording.item_with(item.pk), tally=(5, 4, 1))
        confirm(case)
    return [(fresh(case), make_filing(fresh(case), number=f"{case.pk:04}/2027")) for case in cases]


def test_a_paper_is_filed_while_a_conflict_comes_out_or_the_result_is_void_and_never_both():
    holders = board()
    pairs = proposed(4, holders)

    def file(filing):
        return lambda: filings.file(fresh(filing), by=team(), now=LATER_ON)

    def report(case):
        return lambda: declare(fresh(case), holders[5], "conflict", LATER_ON, by=holders[5].user or team().user)

    at_once([call for case, filing in pairs for call in (file(filing), report(case))])

    for case, filing in pairs:
        case, item, held = fresh(case), case.items.get(), money.held_for(case)
        is_filed, place = fresh(filing).filed_at is not None, filing.cases.filter(ended_at=None).exists()
        found = (case.state, is_filed and place, item.struck_at is None, held is not None)
        assert found in (("committee_running", True, True, True), ("board_queue", False, False, False))
        assert Declaration.objects.in_force().get(application=case, holder=holders[5]).standing == "conflict"
    assert list(money.differences()) == []
