"""The meeting begins, people come and go: the lines of attendance of the minutes, written while it runs.

Times matter, because people leave while an item is dealt with and the quorum is that of each item.
"""

from django.db import transaction
from django.utils import timezone

from fund import guards, leading
from fund.logged import log
from fund.models import CaseItem
from fund.room import newest_minutes
from strategy.models import Attendance, Minutes
from strategy.workflow import move
from wir.lib.workflow import FASTER, Refused

Presence = Attendance.Presence
WRITTEN = "Das Protokoll liegt schon vor; die Anwesenheit ändert die Geschäftsstelle dort."
HERE, LEFT, BACK, ABSENT, EXCUSED = "da", "gegangen", "zurueck", "nicht-da", "entschuldigt"
STEPS = (HERE, LEFT, BACK, ABSENT, EXCUSED)


def begin(meeting, *, by, now):
    """The meeting takes place: its minutes are opened (strategy's move `hold`), also by who chairs it."""
    move(meeting, "hold", by=by, now=now, chaired=True)


def draft_of(meeting):
    minutes = newest_minutes(meeting)
    return minutes if minutes is not None and minutes.state == Minutes.State.DRAFT else None


def mark_of(line):
    """How a line stands, to see whether it is still what a person saw."""
    times = (f"{each:%H%M%S}" if each else "" for each in (line.came_at, line.left_at))
    return "-".join([line.presence, *times, str(len(line.away))])


@transaction.atomic
def mark(line, step, *, by, now, seen):
    """Write one line. seen: `mark_of` the line as the person saw it. Raises Refused."""
    refuse_unless_leading(line.minutes.meeting, by)
    if draft_of(line.minutes.meeting) != line.minutes:
        raise Refused([WRITTEN])
    if mark_of(line) != seen:
        raise Refused([FASTER])
    written = lines_after(line, step, now)
    times = {name: getattr(line, name) for name in ("came_at", "left_at")}
    same = {"presence": line.presence} | {
        (name if value else f"{name}__isnull"): value or True for name, value in times.items()
    }
    if not Attendance.objects.filter(pk=line.pk, **same).update(**written):
        raise Refused([FASTER])
    log(line.minutes.meeting, "Anwesenheit eingetragen", by=by, now=now)


def lines_after(line, step, now):
    """The columns after a step. Who is there before the first case is called was there from the beginning."""
    meeting = line.minutes.meeting
    clock = timezone.localtime(now).time().replace(microsecond=0)
    clock = clock if timezone.localdate(now) == meeting.day else None
    began = CaseItem.objects.filter(meeting=meeting, called_at__isnull=False).exists()
    if step == HERE:
        return {"presence": Presence.PRESENT, "came_at": clock if began else None, "left_at": None, "away": []}
    if step == LEFT and line.presence == Presence.PRESENT:
        if clock is None or (line.came_at and clock <= line.came_at):
            raise Refused(["Wann jemand gegangen ist, tragen Sie im Protokoll ein."])
        return {"left_at": clock}
    if step == BACK and line.presence == Presence.PRESENT and line.left_at:
        if clock is None or clock < line.left_at:
            raise Refused(["Wann jemand zurückkam, tragen Sie im Protokoll ein."])
        return {"left_at": None, "away": [*line.away, [line.left_at.isoformat(), clock.isoformat()]]}
    if step in (ABSENT, EXCUSED):
        gone = Presence.EXCUSED if step == EXCUSED else Presence.ABSENT
        return {"presence": gone, "came_at": None, "left_at": None, "away": []}
    raise Refused([FASTER])


@transaction.atomic
def mark_all(meeting, *, by, now):
    """Every member who is not yet anything else is there: from the beginning, or from now on where a case was called
    already. Substitutes are marked one by one."""
    refuse_unless_leading(meeting, by)
    minutes = draft_of(meeting)
    if minutes is None:
        raise Refused([WRITTEN])
    lines = Attendance.objects.filter(minutes=minutes, presence=Presence.ABSENT, holder__substitute=False)
    for line in lines.select_related("minutes__meeting"):
        Attendance.objects.filter(pk=line.pk, presence=Presence.ABSENT).update(**lines_after(line, HERE, now))
    log(meeting, "Anwesenheit aller eingetragen", by=by, now=now)


def refuse_unless_leading(meeting, by):
    if not leading.leads(by, meeting.body, meeting.day):
        raise Refused([guards.NOT_YOURS])
