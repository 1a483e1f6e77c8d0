"""When will I know? The day of an answer, worked out from the rule set's promise or from the calendar of the bodies."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from fund.models import Tier
from strategy.models import Meeting

DAYS, MEETING, NO_MEETING = "days", "meeting", "no_meeting"  # where a day comes from, or why there is none


@dataclass(frozen=True)
class Promise:
    """day: when an answer is expected, None where no meeting has a date yet. meeting: the day the body meets."""

    day: date | None
    meeting: date | None = None


def promise(tier, rule_set, now, *, samples=False):
    """The answer to an application that is sent in now.

    A team answers within the days of the rule set. A body needs its papers some days before it meets, and where
    committees decide after it, the rule set's weeks come on top. Only meetings that the public knows of count.
    """
    today = timezone.localdate(now)
    if tier.path == Tier.Path.TEAM:
        return Promise(today + timedelta(days=rule_set.answer_days_micro))
    meets = meeting_day(tier.proposes_id, today + timedelta(days=rule_set.paper_days), samples)
    if meets is None:
        return Promise(None)
    weeks = rule_set.committee_weeks if tier.path == Tier.Path.BODY_THEN_COMMITTEE else 0
    return Promise(meets + timedelta(weeks=weeks), meets)


def meeting_day(body_id, earliest, samples):
    """The day on which a body meets next, not before `earliest`; None where no such meeting is public."""
    coming = Meeting.objects.public(samples).filter(body_id=body_id).coming(earliest)
    return coming.values_list("day", flat=True).first()


def tier_of(application):
    """The tier a case is routed to, under the rule set it was handed in under; None for a draft."""
    return next((tier for tier in application.rule_set.tiers.all() if tier.key == application.tier), None)


def next_meeting(application, now):
    """The next meeting of the body that proposes or decides, for which its papers are in time. For staff: it need not
    be public yet. None where none is planned, or where no body has a say."""
    tier = tier_of(application)
    if tier is None or tier.proposes_id is None:
        return None
    earliest = timezone.localdate(now) + timedelta(days=application.rule_set.paper_days)
    states = (Meeting.State.PLANNED, Meeting.State.INVITED)
    meetings = Meeting.objects.filter(body=tier.proposes_id, sample=application.sample, state__in=states)
    return meetings.coming(earliest).first()


def answer_by(application, now):
    """(the day an answer is expected on, where it comes from): DAYS after it was handed in, or a MEETING.

    (None, NO_MEETING) where a body has a say and no meeting is known; the office plans one. (None, "") for a draft.
    """
    tier, rules = tier_of(application), application.rule_set
    if tier is None or application.submitted_at is None:
        return None, ""
    if tier.path == Tier.Path.TEAM:
        return timezone.localdate(begins(application)) + timedelta(days=rules.answer_days_micro), DAYS
    day = promise(tier, rules, now, samples=application.sample).day
    return day, MEETING if day else NO_MEETING


def begins(application):
    """The moment from which the days of an answer count: handed in, or opened again after it had ended."""
    if application.round == 1:
        return application.submitted_at
    again = application.changes.filter(move="reopen").order_by("-at", "-pk").first()
    return again.at if again else application.submitted_at
