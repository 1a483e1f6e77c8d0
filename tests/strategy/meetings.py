"""Plain functions that make bodies, seats, meetings and minutes; states are reached through the workflow's verbs."""

from datetime import UTC, date, datetime, time, timedelta

from strategy.models import (
    AgendaItem,
    Attendance,
    Body,
    BodyName,
    Meeting,
    MinutesEntry,
    Seat,
    SeatHolder,
)
from strategy.workflow import move

NOON = datetime(2027, 3, 1, 11, tzinfo=UTC)  # noon in Hannover
TODAY = date(2027, 3, 1)
DAY = date(2027, 3, 18)
LATER = date(2027, 9, 16)


def create_body(key="probe", kind=Body.Kind.BOARD, **values):
    """A public board that meets twice a year."""
    rhythm = {"meetings_per_year": 2, "rhythm_source": "Strategiepapier"}
    body = Body.objects.create(key=key, kind=kind, **rhythm | values)
    BodyName.objects.create(body=body, name=f"Gremium {key}")
    return body


def create_seat(body, number=1, **values):
    return Seat.objects.create(body=body, number=number, **{"group": Seat.Group.CITY_SOCIETY} | values)


def create_holder(seat, name="Ada Berger", **values):
    """A member since 2026, reached by mail. Not named in public: no consent."""
    holder = SeatHolder(seat=seat, name=name, **{"valid_from": date(2026, 1, 1), "mail": "ada@example.org"} | values)
    holder.full_clean()
    holder.save()
    return holder


def seat(body, user, number, **values):
    """An account with a seat in a body."""
    return create_holder(create_seat(body, number), f"{user.username} (Demo)", user=user, mail="", **values)


def create_meeting(body, day=DAY, **values):
    """A planned meeting, 17 to 19 h, with no topic yet."""
    facts = {"starts": time(17), "ends": time(19), "place": "Rathaus", "access": "Klingel B"}
    meeting = Meeting(body=body, day=day, **facts | values)
    meeting.save()
    return meeting


def create_item(body, meeting=None, number=1, **values):
    item = AgendaItem(body=body, meeting=meeting, number=number, **{"title_de": f"Thema {number}"} | values)
    item.save()
    return item


def with_topic(meeting, number=1, **values):
    create_item(meeting.body, meeting, number, **values)
    return meeting


def publish(meeting):
    move(meeting, "publish", by=None, now=NOON)
    return fresh(meeting)


def invite(meeting, now=NOON):
    move(meeting, "invite", by=None, now=now)
    return fresh(meeting)


def hold(meeting):
    """It took place. Returns its minutes, with nothing in them yet."""
    move(meeting, "hold", by=None, now=meeting.ends_at)
    return meeting.minutes.get()


def write(minutes, outcome=MinutesEntry.Outcome.RECOMMENDED, plain="Das Gremium empfiehlt es."):
    """The same outcome for every topic, and everybody was there."""
    for entry in minutes.entries.all():
        entry.outcome, entry.plain_de, entry.internal = outcome, plain, "Lange besprochen."
        entry.save()
    for attendance in minutes.attendances.all():
        attendance.presence = Attendance.Presence.PRESENT
        attendance.save()
    return minutes


def lay(minutes):
    move(minutes, "lay", by=None, now=minutes.meeting.ends_at + timedelta(days=7))
    return fresh(minutes)


def approve(minutes, in_meeting):
    move(minutes, "approve", by=None, now=in_meeting.ends_at, approved_in=in_meeting)
    return fresh(minutes)


def release(minutes, **values):
    move(minutes, "release", by=None, now=NOON, **values)
    return fresh(minutes)


def approved_minutes(body, day=DAY, later=LATER, *, published=True, **texts):
    """Minutes of a meeting with one public topic, approved in a later one."""
    meeting = with_topic(create_meeting(body, day))
    if published:
        publish(meeting)
    minutes = lay(write(hold(fresh(meeting)), **texts))
    approving = Meeting.objects.filter(body=body, day=later).first() or create_meeting(body, later)
    if approving.state != Meeting.State.HELD:
        hold(approving)
    return approve(minutes, fresh(approving))


def fresh(thing):
    """The object as the database has it now, in an instance of its own."""
    return type(thing)._base_manager.get(pk=thing.pk)


def rows(*models):
    """Everything these models hold, to see that nothing was written."""
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in models}
