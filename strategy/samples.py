"""Marked examples of meetings and seats for the demo: two meetings that come, and what the last ones decided.

Reached through the workflow's own verbs. Nobody real is named, and nobody is named in public.
"""

from datetime import time, timedelta

from django.db import transaction
from django.utils import timezone

from strategy.models import AgendaItem, Attendance, Body, FollowUp, Meeting, MinutesEntry, Seat, SeatHolder
from strategy.workflow import move
from wir.accounts.models import User

Outcome = MinutesEntry.Outcome
FIRST_SEAT = 19  # the last seats of city society, for which no source names an organisation
HOLDERS = {
    "gremium1": ("Beispielverein Nachbarschaft", SeatHolder.Role.MEMBER),
    "gremium2": ("Beispielverein Sprache", SeatHolder.Role.MEMBER),
    "gremium3": ("Beispielverein Sport", SeatHolder.Role.MEMBER),
    "gremium4": ("Beispielverein Kultur", SeatHolder.Role.MEMBER),
    "gremium5": ("Beispielverein Jugend", SeatHolder.Role.MEMBER),
    "vorsitz": ("Beispielverein Stadtteil", SeatHolder.Role.CHAIR),
    "vertretung": ("Beispielverein Bildung", SeatHolder.Role.DEPUTY),
}
PLACE = "Neues Rathaus, Raum 100 (Beispiel)"
PLAIN = "Diese Sitzung hat das Portal erfunden, um zu zeigen, wie es arbeitet."
EARLIER = (
    (
        "Stand der Umsetzung",
        AgendaItem.Kind.STATE,
        Outcome.NOTED,
        "Das Gremium hat den Stand der Umsetzung zur Kenntnis genommen.",
        "Übersicht der verspäteten Maßnahmen vorlegen",
    ),
    (
        "Mehr Sprachcafés in den Stadtteilen",
        AgendaItem.Kind.PROPOSAL,
        Outcome.RECOMMENDED,
        "Das Gremium empfiehlt, in jedem Stadtbezirk ein Sprachcafé zu öffnen.",
        "Räume in den Stadtbezirken suchen",
    ),
)
COMING = (
    ("Stand der Umsetzung", AgendaItem.Kind.STATE),
    ("Welche Maßnahmen werden auf ihre Wirkung untersucht?", AgendaItem.Kind.IMPACT),
    ("Vorschläge der Mitglieder", AgendaItem.Kind.PROPOSAL),
)


@transaction.atomic
def make_sample_meetings(*, now):
    """Seats for the accounts of the demo, and the meetings. Running again changes nothing."""
    board = body_of_kind("begleitgremium", Body.Kind.BOARD)
    committee = body_of_kind("arbeitsausschuss", Body.Kind.WORKING_COMMITTEE)
    today = timezone.localdate(now)
    seat_accounts(board, today)
    if Meeting.objects.filter(sample=True).exists():
        return
    first = plan(board, weekday(today - timedelta(days=210)), [row[:2] for row in EARLIER], now)
    second = plan(board, weekday(today - timedelta(days=40)), [row[:2] for row in EARLIER[:1]], now)
    minutes = hold(first, EARLIER)
    hold(second, EARLIER[:1])
    move(minutes, "approve", by=None, now=second.ends_at, approved_in=second)
    move(minutes, "release", by=None, now=second.ends_at + timedelta(days=2))
    follow_up(first, today)
    coming = plan(board, weekday(today + timedelta(days=28)), COMING, now)
    move(coming, "invite", by=None, now=now)
    plan(committee, weekday(today + timedelta(days=14)), COMING[:1], now)


def body_of_kind(key, kind):
    return Body.objects.get_or_create(key=key, defaults={"kind": kind})[0]


def weekday(day):
    """That day, or the Monday after it."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


def seat_accounts(board, today):
    for number, (name, (organisation, role)) in enumerate(HOLDERS.items(), FIRST_SEAT):
        user = User.objects.filter(username=name, is_demo=True).first()
        if user is None or SeatHolder.objects.of_body(board).filter(user=user).exists():
            continue
        seat, _created = Seat.objects.get_or_create(
            body=board, number=number, defaults={"group": Seat.Group.CITY_SOCIETY, "source": "Beispiel"}
        )
        if seat.holders.exists():
            continue
        since = today - timedelta(days=400)
        holder = SeatHolder(seat=seat, name=f"{name} (Demo)", organisation=organisation, user=user, role=role)
        holder.valid_from = max(since, seat.valid_from) if seat.valid_from else since
        holder.full_clean()
        holder.save()


def plan(body, day, topics, now):
    """A published meeting with an agenda."""
    meeting = Meeting(body=body, day=day, starts=time(17), ends=time(19), place=PLACE, plain_de=PLAIN, sample=True)
    meeting.access = "Eingang B (Beispiel)"
    meeting.save()
    for number, (title, kind) in enumerate(topics, 1):
        AgendaItem(body=body, meeting=meeting, number=number, kind=kind, title_de=title).save()
    move(meeting, "publish", by=None, now=now)
    return meeting


def hold(meeting, rows):
    """It took place, everybody was there, and the minutes are laid before the members."""
    move(meeting, "hold", by=None, now=meeting.ends_at)
    minutes = meeting.minutes.get()
    for attendance in minutes.attendances.all():
        attendance.presence = Attendance.Presence.PRESENT
        attendance.save()
    for entry, (_title, _kind, outcome, plain, _task) in zip(minutes.entries.order_by("item"), rows, strict=True):
        entry.outcome, entry.plain_de = outcome, plain
        entry.save()
    move(minutes, "lay", by=None, now=meeting.ends_at + timedelta(days=7))
    return minutes


def follow_up(meeting, today):
    """What was to follow: one thing is done, one is overdue."""
    items = list(meeting.items.order_by("number"))
    done = FollowUp(item=items[0], task=EARLIER[0][4], due=meeting.day + timedelta(days=60))
    done.done_on, done.outcome = meeting.day + timedelta(days=50), "Die Übersicht liegt dem Gremium vor."
    done.save()
    FollowUp(item=items[1], task=EARLIER[1][4], due=today - timedelta(days=10)).save()
