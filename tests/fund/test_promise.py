"""When an answer comes: from the days of the rules, or from the meetings that are really planned."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from fund import promise
from fund.models import Application
from fund.queue import waiting_cases
from strategy.models import Meeting
from strategy.rhythm import warnings_of
from strategy.workflow import move
from tests.fund.factories import (
    NOON,
    PROJECT,
    TODAY,
    approve,
    create_application,
    create_draft,
    create_rules,
    fresh,
    has_money,
    plan_meeting,
    release,
    submit,
)
from tests.fund.letters import reverse
from tests.strategy.meetings import create_meeting

pytestmark = pytest.mark.django_db


def test_a_small_application_is_answered_some_days_after_it_came():
    case, _secret = create_application("submitted")
    days = create_rules().answer_days_micro

    assert promise.answer_by(case, NOON + timedelta(days=3)) == (TODAY + timedelta(days=days), "days")


def test_the_days_begin_anew_where_a_case_was_opened_again():
    from fund.actors import APPLICANT
    from fund.workflow import perform

    case, _secret = create_application("withdrawn")
    later = NOON + timedelta(days=10)
    case = fresh(perform(case, "reopen", by=APPLICANT, now=later))

    assert promise.answer_by(case, later)[0] == TODAY + timedelta(days=10 + create_rules().answer_days_micro)


def test_the_days_begin_anew_where_a_decision_was_corrected():
    case = release(approve(has_money(create_application("team_decision")[0])))
    later = NOON + timedelta(days=60)
    case = reverse(case, "correction", later)

    day = promise.answer_by(case, later)[0]

    assert day == timezone.localdate(later) + timedelta(days=create_rules().answer_days_micro)
    assert not Application.objects.filter(promise.is_late(timezone.localdate(later)), pk=case.pk).exists()


def test_a_draft_has_no_day():
    draft, _secret = create_draft()

    assert promise.answer_by(draft, NOON) == (None, "")


@pytest.mark.parametrize(
    ("days", "counts"),
    [(6, False), (7, True)],  # rule set: papers 7 days before
)
def test_a_meeting_counts_when_papers_are_in_time(days, counts):
    Meeting.objects.filter(day__gte=TODAY).delete()
    case, _secret = create_application("submitted", answers=PROJECT)
    day = TODAY + timedelta(days=days)
    plan_meeting(day)

    expected = (day + timedelta(weeks=create_rules().committee_weeks), "meeting") if counts else (None, "no_meeting")
    assert promise.answer_by(case, NOON) == expected
    assert (promise.next_meeting(case, NOON) is not None) is counts


def test_where_the_body_decides_alone_no_weeks_come_on_top():
    case, _secret = create_application("submitted", answers=PROJECT)
    case.rule_set.tiers.filter(key="project").update(path="body")
    meeting = plan_meeting(date(2027, 4, 15))

    assert promise.answer_by(fresh(case), NOON) == (meeting.day, "meeting")


def test_a_cancelled_meeting_counts_no_more():
    Meeting.objects.filter(day__gte=TODAY).delete()
    case, _secret = create_application("submitted", answers=PROJECT)
    meeting = plan_meeting(date(2027, 4, 15))

    move(meeting, "cancel", by=None, now=NOON, reason="Krank")

    assert (promise.answer_by(case, NOON), promise.next_meeting(case, NOON)) == ((None, "no_meeting"), None)


def test_a_meeting_that_is_not_public_is_known_to_staff_only():
    Meeting.objects.filter(day__gte=TODAY).delete()
    case, _secret = create_application("submitted", answers=PROJECT)
    hidden = create_meeting(create_rules().tier("project").proposes, date(2027, 4, 15))

    assert promise.answer_by(case, NOON) == (None, "no_meeting")
    assert promise.next_meeting(case, NOON) == hidden


def test_samples_are_promised_sample_meetings_and_real_cases_real_ones():
    Meeting.objects.filter(day__gte=TODAY).delete()
    real, _secret = create_application("submitted", answers=PROJECT)
    sample, _secret = create_application("submitted", answers=PROJECT, sample=True)
    real_meeting = plan_meeting(date(2027, 4, 15))
    sample_meeting = plan_meeting(date(2027, 4, 22), sample=True)

    assert promise.next_meeting(real, NOON) == real_meeting
    assert promise.next_meeting(sample, NOON) == sample_meeting


def test_real_cases_in_the_queue_of_a_body_are_counted_for_its_rhythm():
    body = create_rules().tier("project").proposes
    create_application("board_queue", answers=PROJECT)
    create_application("board_queue", answers=PROJECT, sample=True)
    submit(create_draft(answers=PROJECT)[0])
    Meeting.objects.filter(day__gte=TODAY).delete()

    waiting = [each.waiting for each in warnings_of([body], TODAY) if each.stage == "waiting"]

    assert (waiting_cases(), waiting) == ({body.pk: 1}, [1])
