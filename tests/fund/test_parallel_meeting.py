"""Chair and deputy confirm at the same moment, members vote at the same moment: real connections and a barrier."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

from fund import circular, recording
from fund.actors import Part, staff
from fund.models import Application, Ballot, FundYear
from fund.workflow import perform
from tests.fund.factories import (
    EVENING,
    NOON,
    PROJECT,
    board,
    chair,
    create_application,
    create_rules,
    fresh,
    has_money,
    in_meeting,
    put_on_agenda,
    record,
    stands,
    team_with_meetings,
)
from tests.fund.parallel import REAL_CONNECTIONS, at_once, kinds
from tests.fund.rules import create_call

pytestmark = REAL_CONNECTIONS


def confirming(case, by):
    return lambda: perform(fresh(case), "confirm_proposal", by=by, now=EVENING)


def test_chair_and_deputy_who_confirm_at_once_hold_the_money_once():
    case, item = in_meeting()
    record(item)
    people = [chair(), staff(board()[1].user, Part.CHAIR)]

    results = at_once([confirming(case, by) for by in people * 5])

    assert kinds(results) == {"committee_queue": 1, "refused": 9}
    assert (case.entries.count(), FundYear.objects.get(pk=case.year_id).held) == (1, Decimal("16000"))


def test_confirming_and_putting_off_at_once_leave_one_result():
    case, item = in_meeting(ceiling=10_000)
    record(item)

    def act(name, **values):
        return lambda: perform(fresh(case), name, by=chair(), now=EVENING, **values)

    results = at_once([act("confirm_no_money"), act("defer", note="Bis es Geld gibt.")])

    state = fresh(case).state
    assert state in ("waitlisted", "board_queue")
    assert kinds(results) == {state: 1, "refused": 1}
    assert case.decisions.count() == (state == "waitlisted")


def test_two_carriers_of_one_call_are_never_confirmed_at_once():
    create_rules(one_carrier_per_call=True)
    first, item = in_meeting()
    call = create_call(FundYear.objects.get(pk=first.year_id))
    type(item.meeting).objects.filter(pk=item.meeting_id).update(state="planned")
    second = has_money(create_application("board_queue", answers=PROJECT, title="Zweites")[0])
    other = put_on_agenda(second)
    type(item.meeting).objects.filter(pk=item.meeting_id).update(state="held")
    for each in (item, other):
        record(recording.item_with(each.pk))  # before the call is known to be one
    Application.objects.filter(pk__in=(first.pk, second.pk)).update(call=call)

    results = at_once([confirming(each, chair()) for each in (first, second)])

    # both have a recorded yes, so neither is confirmed before one of them is taken back
    assert Counter(fresh(each).state for each in (first, second)) == {"board_meeting": 2}
    assert kinds(results) == {"refused": 2}


def test_a_hundred_clicks_of_the_members_count_one_voice_each():
    create_rules(circular_vote=True)
    case = has_money(create_application("board_queue", answers=PROJECT)[0])
    holders = board(6)
    for holder in holders:
        stands(case, holder)
    body = create_rules().tier("project").proposes
    vote = circular.open_vote(
        body, [fresh(case)], reason="Ferien", closes_at=NOON + timedelta(days=9), by=team_with_meetings(), now=NOON
    )
    item = vote.case_items.select_related("vote").get()

    def voice(holder):
        def cast():
            circular.cast(item, "yes", user=holder.user, now=NOON + timedelta(days=1))
            return "counted"

        return cast

    results = at_once([voice(holder) for holder in holders * 8])

    item = fresh(item)
    assert Counter(each == "counted" for each in results) == {True: 6, False: 42}
    assert (item.yes, item.present, Ballot.objects.count()) == (6, 6, 6)
