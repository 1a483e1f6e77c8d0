"""When will I know? The day of an answer, worked out from the rule set's promise or from the calendar of the bodies."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone
from django.utils.functional import cached_property

from fund.known import began_again
from fund.models import Application, ApplicationChange, Decision, Tier
from strategy.models import Meeting

State = Application.State
AFTER_BODY = (State.COMMITTEE_QUEUE, State.COMMITTEE_RUNNING, State.APPROVED, State.REJECTED)
UNANSWERED = (  # somebody waits for us, not we for her; a result that is not released is no answer
    State.SUBMITTED,
    State.FORMAL_CHECK,
    State.TEAM_DECISION,
    State.INELIGIBLE,
    State.APPROVED,
    State.WAITLISTED,
    State.REJECTED,
)
REOPENED = ("reopen", "reopen_again", "correct")  # moves after which the days of an answer begin anew
DAYS, MEETING, NO_MEETING = "days", "meeting", "no_meeting"  # where a day comes from, or why there is none


@dataclass(frozen=True)
class Promise:
    """day: when an answer is expected, None where no meeting has a date yet. meeting: the day the body meets."""

    day: date | None
    meeting: date | None = None


def promise(tier, rule_set, now, *, samples=False, calendar=None, body=None):
    """The answer to an application that is sent in now. calendar: of all bodies, where many cases are asked for.
    body: the key of the deputies a case was given to, where it is not the body of its tier that meets.

    A team answers within the days of the rule set. A body needs its papers some days before it meets, and where
    committees decide after it, the rule set's weeks come on top. Only meetings that the public knows of count.
    """
    today = timezone.localdate(now)
    if tier.path == Tier.Path.TEAM:
        return Promise(today + timedelta(days=rule_set.answer_days_micro))
    earliest = today + timedelta(days=rule_set.paper_days)
    meets = (calendar.day if calendar else meeting_day)(body or tier.proposes_id, earliest, samples)
    if meets is None:
        return Promise(None)
    weeks = rule_set.committee_weeks if tier.path == Tier.Path.BODY_THEN_COMMITTEE else 0
    return Promise(meets + timedelta(weeks=weeks), meets)


def meeting_day(body_id, earliest, samples):
    """The day on which a body meets next, not before `earliest`; None where no such meeting is public."""
    coming = Meeting.objects.public(samples).filter(body_id=body_id).coming(earliest)
    return coming.values_list("day", flat=True).first()


class Calendar:
    """The days on which bodies meet that the public knows of, of today and later: one statement for many cases, none
    where no body has a say."""

    def __init__(self, today, samples):
        self.today, self.samples = today, samples

    @cached_property
    def days(self):
        coming = Meeting.objects.public(self.samples).coming(self.today)
        return list(coming.values_list("body_id", "day"))

    def day(self, body_id, earliest, samples):
        """As `meeting_day`; of the samples or of the real meetings, whichever this is a calendar of."""
        if samples != self.samples:
            raise ValueError("A calendar of examples knows no real meetings.")
        return next((day for body, day in self.days if body == body_id and day >= earliest), None)


def tier_of(application):
    """The tier a case is routed to, under the rule set it was handed in under; None for a draft."""
    return next((tier for tier in application.rule_set.tiers.all() if tier.key == application.tier), None)


def next_meeting(application, now):
    """The next meeting of the body that proposes or decides, for which its papers are in time. For staff: it need not
    be public yet. None where none is planned, or where no body has a say."""
    tier = tier_of(application)
    body = application.body_id or (tier and tier.proposes_id)
    if body is None:
        return None
    earliest = timezone.localdate(now) + timedelta(days=application.rule_set.paper_days)
    states = (Meeting.State.PLANNED, Meeting.State.INVITED)
    meetings = Meeting.objects.filter(body=body, sample=application.sample, state__in=states)
    return meetings.coming(earliest).first()


def answer_by(application, now, *, calendar=None):
    """(the day an answer is expected on, where it comes from): DAYS after it was handed in, or a MEETING.

    (None, NO_MEETING) where a body has a say and no meeting is known; the office plans one. (None, "") for a draft.
    """
    tier, rules = tier_of(application), application.rule_set
    if tier is None or application.submitted_at is None:
        return None, ""
    if tier.path == Tier.Path.TEAM:
        return timezone.localdate(begins(application)) + timedelta(days=rules.answer_days_micro), DAYS
    met = met_on(application) if tier.path == Tier.Path.BODY_THEN_COMMITTEE else None
    if met is not None:
        return met + timedelta(weeks=rules.committee_weeks), MEETING
    known = {"samples": application.sample, "calendar": calendar, "body": application.body_id}
    day = promise(tier, rules, now, **known).day
    return day, MEETING if day else NO_MEETING


def met_on(application):
    """The day on which the body gave its result, for a case that is in the committees since: their weeks count from it.

    Told of a state that its applicant may not know yet too, so that the day does not change when a result is recorded.
    """
    if application.state not in AFTER_BODY and not waits_after_committee(application):
        return None
    items = application.items.filter(confirmed_at__isnull=False, struck_at__isnull=True)
    newest = items.select_related("meeting", "vote").order_by("-confirmed_at", "-pk").first()
    if newest is None:
        return None
    return newest.meeting.day if newest.meeting_id else timezone.localdate(newest.vote.closes_at)


def waits_after_committee(application):
    """A committee said yes, there is no money, and the applicant does not know it yet."""
    if application.state != State.WAITLISTED or application.decision_released_at is not None:
        return False
    return application.decisions.filter(dropped_at=None, maker=Decision.Maker.COMMITTEE).exists()


def begins(application):
    """The moment from which the days of an answer count: handed in, or opened again after it had ended."""
    if application.round == 1:
        return application.submitted_at
    if hasattr(application, "reopened_at"):
        return application.reopened_at or application.submitted_at
    return began_again(application) or application.submitted_at


def with_beginning(applications):
    """Applications with what `begins` needs, read in the same statement."""
    again = ApplicationChange.objects.filter(application=OuterRef("pk"), move__in=REOPENED).order_by("-at", "-pk")
    return applications.annotate(reopened_at=Subquery(again.values("at")[:1]))


def is_late(today):
    """Condition on applications: the team promised an answer until a day that is over, and none was given.

    A body answers after its next meeting, which is never over, so only cases of the team can be late. Whoever has to
    answer a question first is not waited for.
    """
    found = Q(pk__in=())
    tiers = Tier.objects.filter(path=Tier.Path.TEAM)
    for rule_set, key, days in tiers.values_list("rule_set", "key", "rule_set__answer_days_micro"):
        first = today - timedelta(days=days)
        limit = timezone.make_aware(datetime.combine(first, time.min))
        again = ApplicationChange.objects.filter(application=OuterRef("pk"), move__in=REOPENED, at__gte=limit)
        begun = Q(submitted_at__lt=limit) & (Q(round=1) | ~Exists(again))
        found |= Q(rule_set=rule_set, tier=key) & begun
    return found & Q(state__in=UNANSWERED, decision_released_at__isnull=True)
