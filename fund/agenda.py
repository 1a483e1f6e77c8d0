"""Cases on the agenda of a meeting: put there, taken off, and what a meeting that is called off leaves behind.

A case has one topic in the meeting of its body, never in its public part. Whoever takes the case off the agenda before
the meeting was held takes the topic along; afterwards it belongs to the minutes and stays.
"""

from django.db.models import Exists, Max, OuterRef

from fund import minutes
from fund.models import CaseItem
from fund.room import fullest_room, write_presences
from strategy.models import AgendaItem, Meeting, Minutes

OPEN = (Meeting.State.PLANNED, Meeting.State.INVITED)
TITLE = 300


def open_item(application):
    """The item a case stands on now, None where it is on no agenda."""
    found = CaseItem.objects.open().filter(application=application)
    return found.select_related("meeting__body", "vote__body", "item", "application__rule_set").first()


def running(today):
    """Meetings that go on: begun on this day, with an open case or with minutes that are still a draft."""
    cases = CaseItem.objects.open().filter(meeting=OuterRef("pk"))
    drafts = Minutes.objects.filter(meeting=OuterRef("pk"), state=Minutes.State.DRAFT)
    return Meeting.objects.filter(Exists(cases) | Exists(drafts), day=today, state=Meeting.State.HELD)


def put(application, *, meeting=None, vote=None, late_papers="", by, now):
    """Put a case at the end of an agenda, or into a circular vote. Returns the CaseItem.

    Called by the move `put_on_agenda` alone. The lock of the meeting's row is strategy's `stay_open`.
    """
    topic, of = None, {"vote": vote}
    if meeting is not None:
        last = meeting.items.aggregate(last=Max("number"))["last"] or 0
        topic = AgendaItem(body=meeting.body, meeting=meeting, number=last + 1, kind=AgendaItem.Kind.CASE)
        topic.title_de, topic.is_public = title_of(application), False
        topic.save()
        of = {"meeting": meeting, "item": topic}
    number = CaseItem.objects.filter(**{name: value for name, value in of.items() if name != "item"})
    return CaseItem.objects.create(
        application=application,
        number=(number.aggregate(last=Max("number"))["last"] or 0) + 1,
        round=application.round,
        late_papers=late_papers,
        put_at=now,
        put_by=by,
        **({} if meeting is not None else {"needed": 0, "present": 0, "yes": 0, "no": 0, "abstain": 0}),
        **of,
    )


def title_of(application):
    return f"{application.reference}: {application.revision.title}"[:TITLE]


def strike(item, *, note, now):
    """Take a case off its agenda. The one place where an item ends without a result.

    Where the meeting had called it, who was in the room is kept: "no quorum twice" is read from these rows.
    """
    room = fullest_room(item, now) if item.meeting_id and item.called_at else None
    item.struck_at = now
    item.outcome, item.amount, item.reason = "", None, None
    item.yes = item.no = item.abstain = None
    item.recorded_at = item.recorded_by = None
    if item.meeting_id and item.meeting.state == Meeting.State.HELD:
        if room is not None:
            item.base, item.needed, item.present = room.base, room.needed, room.present
            write_presences(item, room)
        item.note = note
        item.save()
        minutes.write(item)
        return
    topic, item.item, item.note = item.item, None, note
    item.save()
    if topic is not None:
        topic.delete()


def leave(application, *, note, now):
    """The case ends while it is on an agenda (withdrawn, merged): its item is struck, whatever stood there."""
    item = open_item(application)
    if item is not None:
        strike(item, note=note, now=now)
