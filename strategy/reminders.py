"""What the portal reminds of by itself: a rhythm that breaks, a meeting that comes. Twice a day tells nobody twice."""

from datetime import timedelta

from django.utils import timezone

from strategy import mails
from strategy.models import Meeting, MeetingChange
from strategy.rhythm import warnings
from strategy.workflow import members_of
from wir.outbox.reminders import register

DAYS_BEFORE = 7  # our default until the city decides
SIGN_IN_DAYS = 14  # before a meeting: time enough to find a lost second factor


@register
def warn_of_rhythm(now):
    """Every warning of the day to the coordination office, the same one once a month."""
    for warning in warnings(timezone.localdate(now)):
        mails.warn(warning, now=now)


@register
def remind_of_meetings(now):
    """Everybody who was invited, a week before the meeting; not who heard of its day within that week."""
    today = timezone.localdate(now)
    week = timedelta(days=DAYS_BEFORE)
    coming = Meeting.objects.filter(
        state=Meeting.State.INVITED, sample=False, day__gte=today, day__lte=today + week
    ).select_related("body")
    for meeting in coming.prefetch_related("body__names"):
        told = MeetingChange.objects.filter(meeting=meeting, move__in=("invite", "reschedule")).order_by("-at").first()
        recent = told is not None and timezone.localdate(told.at) >= meeting.day - week
        if not recent and meeting.starts_at > now:
            for holder in members_of(meeting):
                mails.remind(meeting, holder, now=now)


@register
def ask_for_sign_in(now):
    """Everybody with a seat and an account, two weeks before the meeting: sign in once, so that it works on the day."""
    today = timezone.localdate(now)
    coming = Meeting.objects.coming(today).filter(sample=False, day__lte=today + timedelta(days=SIGN_IN_DAYS))
    for meeting in coming.select_related("body").prefetch_related("body__names"):
        if meeting.starts_at > now:
            for holder in members_of(meeting):
                if holder.user is not None and holder.user.is_active and holder.user.is_staff:
                    mails.ask_to_sign_in(meeting, holder, now=now)
