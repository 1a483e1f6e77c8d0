"""Does a body meet often enough? The paper wants the board to meet at least half-yearly (section on coordination).

Worked out from the meetings that were held and those that are planned; nobody types a warning in.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Q

from strategy.models import AgendaItem, Body, Meeting
from wir.lib.periods import months_later

SOON, BROKEN, LATE_PLAN, NEVER, WAITING = "soon", "broken", "late_plan", "never", "waiting"
CASES = []  # functions that count what waits for the next meeting, as {pk of the body: number}; apps add theirs


@dataclass(frozen=True)
class RhythmWarning:
    """One thing the coordination office has to know. due: the last day for the next meeting, where there is one."""

    body: Body
    stage: str
    last: date | None = None
    due: date | None = None
    next: date | None = None
    waiting: int = 0

    def __str__(self):
        return {
            SOON: f"{self.body}: Bis zum {day(self.due)} muss eine Sitzung sein; geplant ist keine.",
            BROKEN: f"{self.body}: Seit dem {day(self.last)} keine Sitzung; der {day(self.due)} war der letzte Tag."
            + (f" Geplant: {day(self.next)}." if self.next else ""),
            LATE_PLAN: f"{self.body}: Die nächste Sitzung ({day(self.next)}) liegt nach dem {day(self.due)}.",
            NEVER: f"{self.body}: Noch keine Sitzung bekannt und keine geplant.",
            WAITING: f"{self.body}: "
            + ("1 Thema wartet" if self.waiting == 1 else f"{self.waiting} Themen warten")
            + ", und keine Sitzung ist geplant.",
        }[self.stage]

    @property
    def key(self):
        """The same as long as it is the same warning, so that nobody is told twice a month."""
        return f"rhythm-{self.body.key}-{self.stage}-{self.due or ''}"


def day(value):
    return f"{value:%d.%m.%Y}" if value else ""


def warnings(today):
    """Every warning of every body on a day; the number of bodies costs no further statement."""
    yield from warnings_of(Body.objects.prefetch_related("names").order_by("kind", "key"), today)


def warnings_of(bodies, today):
    """Every warning of these bodies (a queryset or a list) on a day."""
    held = Q(state=Meeting.State.HELD, day__lte=today)
    ahead = Q(state__in=(Meeting.State.PLANNED, Meeting.State.INVITED), day__gte=today)
    meetings = Meeting.objects.filter(sample=False).order_by().values("body")
    days = meetings.annotate(last=Max("day", filter=held), next=Min("day", filter=ahead))
    days = {row["body"]: (row["last"], row["next"]) for row in days}
    topics = AgendaItem.objects.waiting().filter(sample=False).order_by().values("body").annotate(n=Count("pk"))
    topics = {row["body"]: row["n"] for row in topics}
    cases = [count() for count in CASES]
    for body in bodies:
        last, coming = days.get(body.pk, (None, None))
        yield from rhythm_of(body, today, last, coming)
        waiting = topics.get(body.pk, 0) + sum(found.get(body.pk, 0) for found in cases)
        if waiting and coming is None:
            yield RhythmWarning(body, WAITING, last, waiting=waiting)


def rhythm_of(body, today, last, coming):
    """last: the day of its newest meeting; coming: that of the next one planned, None where there is none."""
    if not body.meetings_per_year:
        return
    if last is None:
        if coming is None:
            yield RhythmWarning(body, NEVER)
        return
    due = due_after(last, body.meetings_per_year)
    if today > due:
        yield RhythmWarning(body, BROKEN, last, due, coming)
    elif coming is None and today >= due - timedelta(weeks=body.warn_weeks):
        yield RhythmWarning(body, SOON, last, due)
    elif coming is not None and coming > due:
        yield RhythmWarning(body, LATE_PLAN, last, due, coming)


def due_after(last, times):
    """The last day for the next meeting of a body that meets so many times a year."""
    return months_later(last, 12 // times) if 12 % times == 0 else last + timedelta(days=365 // times)
