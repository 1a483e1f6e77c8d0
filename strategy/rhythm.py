"""Does a body meet often enough? The paper wants the board to meet at least half-yearly (section on coordination).

Worked out from the meetings that were held and those that are planned; nobody types a warning in.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from strategy.models import AgendaItem, Body, Meeting
from wir.lib.periods import months_later

SOON, BROKEN, LATE_PLAN, NEVER, WAITING = "soon", "broken", "late_plan", "never", "waiting"
CASES = []  # functions of a body that count what waits for its next meeting; apps add theirs


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
            WAITING: f"{self.body}: {self.waiting} Themen warten, und keine Sitzung ist geplant.",
        }[self.stage]

    @property
    def key(self):
        """The same as long as it is the same warning, so that it is sent once. Waiting topics are told once a month."""
        return f"rhythm-{self.body.key}-{self.stage}-{self.due or ''}"


def day(value):
    return f"{value:%d.%m.%Y}" if value else ""


def warnings(today):
    """Every warning of every body on a day."""
    for body in Body.objects.prefetch_related("names").order_by("kind", "key"):
        yield from warnings_of(body, today)


def warnings_of(body, today):
    meetings = Meeting.objects.filter(body=body, sample=False)
    last = meetings.filter(state=Meeting.State.HELD, day__lte=today).order_by("-day").values_list("day", flat=True)[:1]
    coming = meetings.coming(today).values_list("day", flat=True)[:1]
    last, coming = (next(iter(found), None) for found in (last, coming))
    if body.meetings_per_year:
        if last is None:
            if coming is None:
                yield RhythmWarning(body, NEVER)
        else:
            due = months_later(last, 12 // body.meetings_per_year)
            if today > due:
                yield RhythmWarning(body, BROKEN, last, due, coming)
            elif coming is None and today >= due - timedelta(weeks=body.warn_weeks):
                yield RhythmWarning(body, SOON, last, due)
            elif coming is not None and coming > due:
                yield RhythmWarning(body, LATE_PLAN, last, due, coming)
    waiting = AgendaItem.objects.waiting().filter(body=body).count() + sum(count(body) for count in CASES)
    if waiting and coming is None:
        yield RhythmWarning(body, WAITING, waiting=waiting)
