"""Do departments report on time? Internal until the office opens the view (Disclosure)."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from measures import labels as kinds
from measures.models import Measure, Update
from measures.models.measure import State
from wir.lib.periods import QUARTER, Period

QUARTERS = 4


@dataclass
class Punctuality:
    """A department with (quarter, measures reported on in time, measures to report on), oldest quarter first."""

    unit: kinds.Label
    quarters: list


def past_quarters(today):
    """The last quarters that are over, oldest first."""
    found, day = [], Period.around(today, QUARTER).first
    for _number in range(QUARTERS):
        day = Period.around(day.replace(day=1) - timedelta(days=1), QUARTER).first
        found.append(Period(day, QUARTER))
    return found[::-1]


def punctuality(labels, now):
    """One Punctuality per department, in one statement. A measure counts once it has been public for half a year."""
    rows = (
        Measure.objects.public()
        .exclude(responsible=None)
        .exclude(state__in=(State.FINISHED, State.ENDED))
        .order_by()
        .values_list("pk", "responsible_id", "first_published_at", "updates__published_at", "updates__state")
    )
    measures = {}
    for pk, unit, first, told_at, state in rows:
        reports = measures.setdefault((unit, pk), (first, []))[1]
        if state == Update.State.PUBLISHED:
            reports.append(told_at)
    found = []
    for label in labels.of(kinds.UNIT):
        own = [value for (unit, _pk), value in measures.items() if unit == label.pk]
        quarters = [(quarter, *on_time(own, quarter)) for quarter in past_quarters(timezone.localdate(now))]
        if any(due for _quarter, _told, due in quarters):
            found.append(Punctuality(label, quarters))
    return found


def on_time(measures, quarter):
    """(reported within half a year before the quarter's end, measures that were due).

    The board meets every half-year (paper), so a report is due at least as often.
    """
    begin = Period.around(quarter.first - timedelta(days=1), QUARTER).first
    due = [reports for first, reports in measures if timezone.localdate(first) <= begin]
    told = sum(any(begin <= timezone.localdate(moment) <= quarter.last for moment in each) for each in due)
    return told, len(due)
