"""A conflict of interest comes out after the chair has confirmed the result: it still counts until a paper is filed."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from fund import circular, committees, conflicts, filings, gate, late_conflicts, meeting, money, recording
from fund.actors import CLOCK
from fund.models import CaseItem
from fund.workflow import MOVES, blockers, perform
from strategy.models import Attendance
from tests.fund.factories import (
    EVENING,
    LATER_ON,
    NOON,
    PROJECT,
    begin_meeting,
    board,
    chair,
    confirm,
    create_application,
    create_rules,
    declare,
    file_paper,
    for_committee,
    fresh,
    has_money,
    has_no_money,
    in_meeting,
    make_filing,
    person_with,
    plan_meeting,
    put_on_agenda,
    record,
    rows,
    said,
    stands,
    team,
    team_with_meetings,
    version,
)
from tests.fund.test_meeting import two_for_one_call
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db

AFTER = EVENING + timedelta(days=3)
AGAIN = date(2027, 6, 24)
GATE = reverse("admin:fund_gate")


def confirmed(absent=(), in_conflict=(), tally=None, **values):
    """(case, item, holders): ten seats, a yes that hangs on one voice, confirmed by the chair; 16,000 are held."""
    holders = board()
    present = [each for each in holders if each not in absent]
    case, item = in_meeting(holders=holders, conflicts=in_conflict, present=present, **values)
    voices = len([each for each in present if each not in in_conflict])
    no = (voices - 1) // 2
    record(item, tally=tally or (no + 1, no, voices - 2 * no - 1))
    return confirm(case), fresh(item), holders


def late(case, holder, now=AFTER):
    return declare(case, holder, "conflict", now, by=holder.user or team().user)


def where(case):
    held = money.held_for(case)
    return fresh(case).state, held and held.amount


# Until the chair confirms ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("later", "state"), [(timedelta(hours=2), "board_meeting"), (timedelta(days=2), "board_queue")]
)
def test_the_meeting_votes_again_while_it_is_there_and_the_next_one_after_that(later, state):
    """Two days on, nobody can vote any more of that evening: an entry would be a vote that never was."""
    holders = board()
    case, item = in_meeting(holders=holders)
    record(item)

    late(case, holders[5], EVENING + later)

    case, item = fresh(case), fresh(item)
    assert (case.state, item.outcome, item.recorded_at) == (state, "", None)
    assert (item.struck_at is None) == (state == "board_meeting")


# Until a paper is filed -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("others_out", "note"), [(4, late_conflicts.QUORUM_LOST), (0, late_conflicts.VOTE_VOID)])
def test_the_whole_result_goes_and_the_case_waits_for_another_vote(others_out, note):
    """Six of ten must be able to vote; how somebody voted nobody knows, so the others do not stand either."""
    holders = board()
    case, item, _holders = confirmed(in_conflict=holders[10 - others_out :])

    late(case, holders[5])

    case, change = fresh(case), case.changes.latest("pk")
    assert (where(case), case.hold_until, case.round) == (("board_queue", None), None, 2)
    assert (change.move, change.by_kind, change.note) == ("void_result", "clock", note)
    assert MOVES["void_result"].public == MOVES["defer"].public
    assert list(money.differences()) == []


def test_the_result_stays_as_history_and_holds_no_more():
    case, item, holders = confirmed()

    late(case, holders[5])

    after = fresh(item)
    assert (after.outcome, after.yes, after.amount, after.confirmed_by) == ("proposed", 5, item.amount, chair().user)
    assert (after.struck_at, filings.board_result(fresh(case))) == (AFTER, None)
    assert item.presences.filter(where="voting").count() == 10


def test_who_had_no_part_in_the_vote_changes_nothing():
    holders = board()
    case, item, _holders = confirmed(absent=holders[9:], in_conflict=holders[8:9])
    before = where(case)

    late(case, holders[9])

    assert (where(case), before) == (before, ("committee_queue", item.amount))
    assert fresh(item).struck_at is None


@pytest.mark.parametrize(
    ("tally", "outcome", "late_ones", "state"),
    [
        ((6, 4, 0), "proposed", 1, "committee_queue"),  # 5 to 4, or 6 to 3
        ((6, 4, 0), "proposed", 2, "board_queue"),  # 4 to 4, if both of them said yes
        ((5, 4, 1), "proposed", 1, "board_queue"),
        ((8, 0, 2), "proposed", 4, "committee_queue"),  # six others were able to vote, four of them for it
        ((10, 0, 0), "proposed", 5, "board_queue"),  # five others are no quorum
        ((4, 5, 1), "not_proposed", 1, "committee_queue"),  # 4 to 4 is a no
        ((4, 5, 1), "not_proposed", 2, "board_queue"),  # 4 to 3, if both of them said no
    ],
)
def test_a_result_that_none_of_them_could_have_turned_stays(tally, outcome, late_ones, state):
    holders = board()
    case, item = in_meeting(holders=holders)
    record(item, outcome=outcome, tally=tally)
    case = confirm(case)

    for holder in holders[5 : 5 + late_ones]:
        late(case, holder)

    assert fresh(case).state == state
    assert list(money.differences()) == []


def test_a_no_of_the_board_goes_too():
    holders = board()
    case, item = in_meeting(holders=holders)
    record(item, outcome="not_proposed", tally=(5, 5, 0))
    case = confirm(case)

    late(case, holders[5])

    assert where(case) == ("board_queue", None)


def test_who_declares_at_her_desk_in_the_office_has_voted_on_her_seat():
    case, _item, holders = confirmed()

    declare(case, holders[3].user, "conflict", AFTER)

    assert where(case) == ("board_queue", None)


def test_so_has_who_was_not_sure_and_whom_the_chair_settled_to_be_in_conflict():
    case, _item, holders = confirmed()
    unsure = declare(case, holders[3], "unsure", AFTER)
    waits = where(case)

    conflicts.settle(fresh(unsure), standing="conflict", why="Ihre Schwester.", by=chair().user, now=AFTER)

    assert (waits[0], where(case)) == ("committee_queue", ("board_queue", None))


def test_a_vote_without_a_meeting_goes_in_the_same_way():
    create_rules(circular_vote=True)
    case, holders = has_money(create_application("board_queue", answers=PROJECT)[0]), board(6)
    for holder in holders:
        stands(case, holder)
    body, end = create_rules().tier("project").proposes, NOON + timedelta(days=10)
    vote = circular.open_vote(body, [fresh(case)], reason="Ferien", closes_at=end, by=team_with_meetings(), now=NOON)
    item = CaseItem.objects.select_related("vote", "application").get()
    for holder, word in zip(holders[:5], ("yes", "yes", "yes", "no", "no"), strict=True):
        circular.cast(item, word, user=holder.user, now=NOON + timedelta(days=1))
    circular.close(vote, by=team_with_meetings(), now=end)
    recording.record(
        item, seen=version(case), by=team_with_meetings(), now=end, outcome="proposed", amount=PROJECT["requested"]
    )
    confirm(case, now=end)

    late(case, holders[5])
    not_voted = where(case)[0]
    late(case, holders[0])

    assert (not_voted, where(case)) == ("committee_queue", ("board_queue", None))


def waiting(tally=(5, 4, 1), holders=None):
    """(case, item, holders): the board proposed it while no money was left; now there is some again."""
    holders = holders or board()
    case, item = in_meeting(holders=holders)
    record(item, tally=tally)
    has_no_money(case)
    case = confirm(case, "confirm_no_money")
    return has_money(case, 100_000), fresh(item), holders


def call_up(case, name="call_up_to_committee", now=AFTER):
    return perform(fresh(case), name, by=team(), now=now, on=timezone.localdate(now))


def test_a_case_that_came_from_the_waiting_list_goes_back_too():
    case, _item, holders = waiting()
    case = call_up(case)

    late(case, holders[5])

    assert where(case) == ("board_queue", None)


def test_a_case_that_waits_for_money_goes_from_the_list_to_another_vote():
    case, item, holders = waiting()
    late(case, holders[5])
    stays = where(case)

    with pytest.raises(Refused) as refused:
        call_up(case)
    case = fresh(call_up(case, "call_up_to_body"))

    assert (stays, refused.value.reasons) == (("waitlisted", None), [meeting.RESULT_VOID])
    assert (where(case), case.round, fresh(item).struck_at) == (("board_queue", None), 2, AFTER)
    assert (case.decision_recorded_at, list(case.decisions.filter(dropped_at=None))) == (None, [])


def test_it_is_voted_on_again_and_goes_on_to_the_committees():
    case, first, holders = waiting()
    late(case, holders[5])
    call_up(case, "call_up_to_body")

    item = put_on_agenda(case, plan_meeting(AGAIN), now=AFTER, holders=holders, conflicts=holders[5:6])
    now = begin_meeting(item.meeting, holders, item.meeting.starts_at).starts_at + timedelta(minutes=30)
    record(item, now, tally=(9, 0, 0))
    case = confirm(case, now=now)

    assert (where(case), filings.board_result(fresh(case))) == (("committee_queue", first.amount), fresh(item))
    assert list(money.differences()) == []


@pytest.mark.parametrize("late_ones", [0, 1])
def test_while_the_result_holds_it_goes_from_the_list_to_the_committees_and_to_no_other_vote(late_ones):
    case, _item, holders = waiting((10, 0, 0))
    for holder in holders[5 : 5 + late_ones]:
        late(case, holder)

    with pytest.raises(Refused) as refused:
        call_up(case, "call_up_to_body")

    assert refused.value.reasons == [meeting.RESULT_HOLDS]
    assert call_up(case).state == "committee_queue"


def test_the_desk_shows_of_both_ways_the_one_that_is_possible_and_why_the_other_is_not(signed_in):
    case, _item, holders = waiting()
    client, page = signed_in("team1"), reverse("admin:fund_case", args=[case.pk])
    ways = [reverse("admin:fund_act", args=[case.pk, f"call_up_to_{name}"]) for name in ("committee", "body")]

    def offered():
        text = client.get(page).content.decode()
        return [f'href="{way}"' in text for way in ways], meeting.RESULT_VOID in text, meeting.RESULT_HOLDS in text

    before = offered()
    late(case, holders[5])

    assert (before, offered()) == (([True, False], False, False), ([False, True], True, False))


# One carrier among several --------------------------------------------------------------------------------------------


def choice(tally=(5, 4, 1)):
    """(the one that was chosen, the other one), both of them recorded."""
    other, chosen = two_for_one_call()
    seen = {each.application_id: version(each.application) for each in (other, chosen)}
    values = dict(zip(("yes", "no", "abstain"), tally, strict=True)) | {"amount": Decimal("16000")}
    recording.choose(chosen, by=team_with_meetings(), now=EVENING, seen=seen, outcome="proposed", **values)
    return fresh(chosen), fresh(other)


@pytest.mark.parametrize("about", [0, 1])
def test_before_the_chair_confirms_a_choice_is_voted_on_again_as_a_whole(about):
    items = choice()

    late(items[about].application, board()[4], EVENING)

    assert [(fresh(each).outcome, fresh(each).recorded_at, fresh(each).yes) for each in items] == [("", None, None)] * 2
    assert {fresh(each.application).state for each in items} == {"board_meeting"}


def test_who_went_home_after_the_vote_is_no_reason_to_say_that_the_quorum_was_lost():
    holders = board()
    case, item = in_meeting()
    record(item)
    Attendance.objects.update(left_at=time(18))

    late(case, holders[5], EVENING + timedelta(hours=2))

    case, item = fresh(case), fresh(item)
    assert (case.state, case.changes.latest("pk").note) == ("board_queue", late_conflicts.VOTE_VOID)
    assert (item.present, item.needed) == (9, 6)


@pytest.mark.parametrize("about", [0, 1])
@pytest.mark.parametrize(("tally", "state"), [((5, 4, 1), "board_queue"), ((8, 1, 1), "committee_queue")])
def test_after_it_who_was_not_chosen_stands_and_falls_with_the_choice(about, tally, state):
    items = choice(tally)
    cases = [confirm(each.application) for each in items]

    late(cases[about], board()[4])

    assert [fresh(each).state for each in cases] == [state] * 2
    assert [fresh(each).struck_at is None for each in items] == [state == "committee_queue"] * 2
    assert list(money.differences()) == []


def test_once_a_paper_tells_of_the_one_that_was_chosen_nothing_moves():
    chosen, other = (confirm(each.application) for each in choice())
    file_paper(chosen, now=AFTER)

    late(other, board()[4], LATER_ON)

    assert [fresh(each).state for each in (chosen, other)] == ["committee_running", "committee_queue"]


# Papers ---------------------------------------------------------------------------------------------------------------


def test_a_draft_of_a_paper_loses_the_case_and_keeps_the_others():
    case, _item, holders = confirmed()
    plan_meeting(AGAIN)
    other = for_committee(title="Ein anderes")
    filing = make_filing(case, other)

    late(case, holders[5])
    filed = filings.file(fresh(filing), by=team(), now=AFTER)

    assert [each.application for each in filed.cases.filter(ended_at=None)] == [other]
    assert [where(each)[0] for each in (case, other)] == ["board_queue", "committee_running"]


def test_it_is_voted_on_again_and_takes_the_whole_way():
    case, first, holders = confirmed()
    make_filing(case)
    late(case, holders[5])

    item = put_on_agenda(case, plan_meeting(AGAIN), now=AFTER, holders=holders, conflicts=holders[5:6])
    now = begin_meeting(item.meeting, holders, item.meeting.starts_at).starts_at + timedelta(minutes=30)
    record(item, now, tally=(9, 0, 0))
    case = confirm(case, now=now)
    held = where(case)
    file_paper(case, number="1235/2027", told_on=AGAIN, now=now)

    assert held == ("committee_queue", first.amount)
    assert committees.place_of(case).item == fresh(item) != first
    assert (where(case)[0], item.round, list(money.differences())) == ("committee_running", 2, [])


@pytest.mark.parametrize("sent_back", [False, True])
def test_after_a_paper_is_filed_nothing_moves(sent_back):
    case, item, holders = confirmed()
    file_paper(case, now=AFTER)
    if sent_back:
        said(case, "postponed")
    before = where(case)

    late(case, holders[5], LATER_ON)

    assert (where(case), before[1]) == (before, item.amount)
    assert fresh(item).struck_at is None


# The move -------------------------------------------------------------------------------------------------------------


def test_the_move_is_refused_while_everybody_who_voted_is_free():
    case, item, holders = confirmed()
    before = rows()

    with pytest.raises(Refused) as refused:
        perform(case, "void_result", by=CLOCK, now=AFTER, note="Nur so.")
    assert rows() == before
    stands(case, holders[5], "conflict", AFTER)

    assert refused.value.reasons == [meeting.RESULT_HOLDS]
    assert blockers(fresh(case), "void_result", by=CLOCK, now=AFTER) == []


# Pages ----------------------------------------------------------------------------------------------------------------


def test_a_member_reports_it_on_her_page_until_the_paper_is_filed(signed_in):
    case, _item, holders = confirmed()
    plan_meeting(AGAIN)
    other, client = for_committee(title="Ein anderes"), signed_in("gremium1")
    stands(other, holders[2])

    def listed():
        return [each.pk for each in client.get(GATE).context["later"]]

    before = listed()
    file_paper(other, now=AFTER)
    filed = listed()
    answer = client.post(GATE, {f"spaeter-antwort-{case.pk}": "conflict", f"spaeter-art-{case.pk}": "job"})

    assert (before, filed, answer.status_code) == ([case.pk, other.pk], [case.pk], 302)
    assert where(case) == ("board_queue", None)


def test_nobody_is_asked_anew_about_a_case_that_is_with_the_committees(signed_in):
    """Neither who never declared on it nor who has: what is found since is asked before a vote, and that is over."""
    holders = board()
    case, item = in_meeting(holders=holders[:6])
    record(item, tally=(6, 0, 0))
    confirm(case)
    case.helpers.create(name="Hilfe", user=holders[2].user, added_at=AFTER)

    pages = [signed_in(name).get(GATE).context for name in ("gremium1", "gremium5")]

    assert [[len(page["fields"]), len(page["later"])] for page in pages] == [[0, 1], [0, 0]]
    assert gate.Gate(gate.seats_of(holders[2].user, timezone.localdate()), timezone.now()).lines == []


def test_the_office_is_told_where_cases_wait_for_the_agenda(signed_in):
    case, _item, holders = confirmed()
    person_with("team1", "fund.check_application", "fund.view_application")
    late(case, holders[5], timezone.now())

    page = signed_in("team1").get(reverse("admin:fund_agenda"))
    old = signed_in("team1").get(reverse("admin:fund_meeting_item", args=[case.items.get().pk])).content.decode()

    assert [(each.application, each.note) for each in page.context["lately"]] == [(case, late_conflicts.VOTE_VOID)]
    assert "gilt nicht mehr" in old
