"""What a body does with examples: a meeting of today, one case still to be dealt with and one that has a result."""

from datetime import time, timedelta

from django.utils import timezone

from fund import agenda, attending, recording
from fund.actors import Part, staff
from fund.models import Application, CaseItem, Declaration
from fund.room import seats_on
from strategy.models import Meeting
from strategy.samples import PLACE, PLAIN
from strategy.workflow import move
from wir.accounts.models import User

CHAIR = "vorsitz"


def meeting_on(body, day, now, starts=None):
    """The sample meeting of a body on a day, made where there is none: by default in the afternoon, but one of today
    has begun, whenever the demo starts."""
    found = Meeting.objects.filter(body=body, day=day, sample=True).exclude(state=Meeting.State.CANCELLED).first()
    if found is not None:
        return found
    starts = starts or (time(0) if day == timezone.localdate(now) else time(17))
    meeting = Meeting(body=body, day=day, starts=starts, place=PLACE, plain_de=PLAIN, sample=True)
    meeting.access = "Eingang B (Beispiel)"
    meeting.save()
    move(meeting, "publish", by=None, now=now)
    return meeting


def next_open(body, day, now):
    """The first sample meeting from a day on that has not been held, made where there is none."""
    while (meeting := meeting_on(body, day, now)).state not in agenda.OPEN:
        day += timedelta(days=1)
    return meeting


def declare(application, body, now):
    """Everybody on a seat says that she is in no conflict; a member with an account says it herself."""
    for _seat, member, _substitutes in seats_on(body, timezone.localdate(now)):
        if member is not None and member.user is not None:
            Declaration.objects.get_or_create(
                application=application,
                holder=member,
                superseded_at=None,
                defaults={
                    "answer": Declaration.Answer.NONE,
                    "standing": Declaration.Standing.FREE,
                    "at": now,
                    "by": member.user,
                },
            )


def take(meeting, item, *, office, now):
    """The meeting begins, everybody is there, and the case is called."""
    if meeting.state in agenda.OPEN:
        attending.begin(meeting, by=office, now=now)
        attending.mark_all(meeting, by=office, now=now)
    return recording.call(item, by=office, now=now, seen=version(item))


def record(item, *, office, now, outcome=recording.Outcome.PROPOSED):
    """All who can vote but one agree; the chair confirms it. Returns the chair as an actor."""
    voters = recording.room.room_of(item, now).present
    is_yes = outcome in CaseItem.POSITIVE
    recording.record(
        item,
        by=office,
        now=now,
        seen=version(item),
        outcome=outcome,
        yes=voters - 1 if is_yes else 0,
        no=0 if is_yes else voters - 1,
        abstain=1,
        amount=item.application.revision.requested if is_yes else None,
    )
    return staff(User.objects.get(username=CHAIR, is_demo=True), Part.CHAIR)


def version(item):
    return Application.objects.values_list("version", flat=True).get(pk=item.application_id)
