"""Where rules of different parts meet: an answer that changes the tier, a conflict of somebody who was not there, a
helper who came later, a name that a paper must not tell."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from fund import circular, council_page, filings, late_conflicts, promise, recording, standing, yearly
from fund.actors import APPLICANT
from fund.models import Application, CaseItem
from fund.workflow import blockers, perform
from strategy.models import Attendance
from tests.fund.factories import (
    EVENING,
    LATER_ON,
    NOON,
    PROJECT,
    board,
    chair,
    check,
    confirm,
    create_application,
    create_reason,
    create_rules,
    create_waiting,
    declare,
    file_paper,
    fill,
    for_committee,
    fresh,
    in_meeting,
    make_filing,
    plan_meeting,
    record,
    said,
    team,
    version,
)
from tests.strategy.meetings import create_body, create_meeting, publish
from wir.lib.workflow import Refused
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db


def asked_in_board():
    case, item = in_meeting()
    recording.ask(item, note="Geht es kleiner?", by=chair().user, now=EVENING, seen=version(case))
    values = {"sections": {"kostenplan": "Geht es kleiner?"}, "due": timezone.localdate(EVENING) + timedelta(days=21)}
    perform(fresh(case), "ask_in_board", by=team(), now=EVENING, **values)
    case.change_requests.get().sections.update(unchanged=True, touched_at=EVENING)
    return fresh(case)


def test_an_answer_that_makes_a_case_small_sends_it_the_way_of_small_ones():
    case = asked_in_board()
    less = {"requested": Decimal("4000"), "total": Decimal("4000"), "own_money": Decimal("0")}
    fill(case, EVENING, **less | {"cost_amount-1": Decimal("4000")})

    case = perform(fresh(case), "answer", by=APPLICANT, now=EVENING)

    assert (case.tier, case.state) == ("micro", "formal_check")


def test_who_was_told_of_a_meeting_is_told_when_the_team_decides_instead():
    case = asked_in_board()
    less = {"requested": Decimal("4000"), "total": Decimal("4000"), "own_money": Decimal("0")}
    fill(case, EVENING, **less | {"cost_amount-1": Decimal("4000")})
    case = perform(fresh(case), "answer", by=APPLICANT, now=EVENING)

    perform(check(fresh(case), EVENING), "forward_to_team", by=team(), now=EVENING)

    assert Message.objects.filter(kind="application_goes_on", about_id=case.pk).count() == 2


def test_an_answer_that_leaves_the_tier_goes_back_to_who_asked():
    assert perform(asked_in_board(), "answer", by=APPLICANT, now=EVENING).state == "board_queue"


@pytest.mark.parametrize("ends", ["approve_in_body", "reject_in_body"])
def test_the_day_of_an_answer_stays_when_a_body_that_decides_alone_has_decided(ends):
    create_rules().tiers.filter(key="project").update(path="body")
    plan_meeting(timezone.localdate(EVENING) + timedelta(days=60))
    case, item = in_meeting()
    before = promise.answer_by(fresh(case), EVENING)
    if ends == "reject_in_body":
        reason = create_reason("merit", formal=False)
        record(item, outcome="not_proposed", tally=(2, 6, 2), reason=reason)
    else:
        record(item)
    case = confirm(case, ends)

    assert promise.answer_by(case, EVENING) == before


def test_a_case_of_the_deputies_is_promised_their_meeting():
    deputies, day = create_body(key="vertretung"), timezone.localdate(NOON) + timedelta(days=30)
    publish(create_meeting(deputies, day))
    create_rules().tiers.filter(key="project").update(path="body")
    case, _secret = create_application("board_queue", answers=PROJECT)
    Application.objects.filter(pk=case.pk).update(body=deputies)

    assert promise.answer_by(fresh(case), NOON) == (day, promise.MEETING)
    assert promise.next_meeting(fresh(case), NOON).body == deputies


def test_who_was_not_there_voids_no_result_with_a_late_conflict():
    holders = board()
    case, item = in_meeting(present=holders[:8], holders=holders)
    record(item, tally=(6, 1, 1))

    late_conflicts.declared(fresh(case), holders[9], now=EVENING)
    absent = fresh(item).outcome
    late_conflicts.declared(fresh(case), holders[3], now=EVENING)

    assert Attendance.objects.filter(presence="present").count() == 8
    assert (absent, fresh(item).outcome) == ("proposed", "")


def test_what_came_to_light_since_takes_the_voice_in_a_vote_without_a_meeting():
    create_rules(circular_vote=True)
    holders = board()
    case, _secret = create_application("board_queue", answers=PROJECT)
    body, end = create_rules().tier("project").proposes, NOON + timedelta(days=10)
    for holder in holders:
        declare(case, holder, by=holder.user or team().user)
    circular.open_vote(body, [fresh(case)], reason="Ferien", closes_at=end, by=team().user, now=NOON)
    item = CaseItem.objects.select_related("vote", "application").get()
    user = holders[2].user

    before = circular.vote_of(item, user, NOON)
    case.helpers.create(name="Hilfe", user=user, added_at=NOON)

    assert (before, circular.vote_of(item, user, NOON)) == (holders[2], None)


def test_a_helper_ends_no_waiting():
    case, by = create_waiting(), team()
    Application.objects.filter(pk=case.pk).update(decision_released_at=NOON)
    case.helpers.create(name="Hilfe", user=by.user, added_at=NOON)
    over = NOON + timedelta(days=400)

    assert blockers(fresh(case), "end_waiting", by=by, now=over) == [standing.SAID["helped"]]


def test_less_than_was_asked_for_has_its_reason_where_the_board_could_say_nothing():
    case = for_committee("impossible")
    file_paper(case)

    with pytest.raises(Refused) as refusal:
        said(case, "yes", amount=Decimal("9000"))

    assert len(refusal.value.reasons) == 1
    assert said(case, "yes", amount=Decimal("9000"), why_de="Mehr ist nicht da.").amount == Decimal("9000.00")


def test_nobody_words_the_paper_of_a_case_she_helped_with():
    case = for_committee()
    filing, by = make_filing(case), team()
    case.helpers.create(name="Hilfe", user=by.user, added_at=NOON)
    days = {"sessions": {}, "told_on": None, "by": by, "now": NOON}

    for verb in (
        lambda: filings.discard(fresh(filing), by=by, now=NOON),
        lambda: filings.move_days(fresh(filing), **days),
        lambda: filings.give_number(
            fresh(filing), number="4711/2027", supplement="", told_on=LATER_ON.date(), by=by, now=NOON
        ),
    ):
        with pytest.raises(Refused) as refusal:
            verb()
        assert standing.SAID["helped"] in refusal.value.reasons


@pytest.mark.parametrize("change", [{"needed": None}, {"present": None}, {"recorded_at": None, "recorded_by": None}])
def test_no_empty_value_slips_through_the_walls_of_a_result(change):
    case, item = in_meeting()
    record(item)
    confirm(case)

    with pytest.raises(IntegrityError), transaction.atomic():
        CaseItem.objects.filter(pk=item.pk).update(**change)


@pytest.mark.parametrize(
    ("answers", "paper", "listed"),
    [
        ({"kind": "group", "organisation": "Elifs Runde"}, "eine Gruppe ohne Rechtsform", "Gruppe ohne Rechtsform"),
        ({"kind": "organisation", "organisation": "Elif  KAYA"}, "eine einzelne Person", "Einzelperson"),
        ({"kind": "organisation", "organisation": "Verein"}, "Verein", "Verein"),
    ],
)
def test_papers_and_lists_name_nobody_whom_the_public_list_does_not(answers, paper, listed):
    case, _secret = create_application("board_queue", answers=PROJECT | answers)

    assert (council_page.carrier(case.revision), yearly.carrier(case.revision, "")) == (paper, listed)
