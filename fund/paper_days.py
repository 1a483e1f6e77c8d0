"""Which days a paper to the committees can have: none before it is filed, and none that is a slip of the pen."""

from django.utils import timezone

from fund.guards import LONGEST_WAIT

DISORDER = "Die Sitzungen stehen nicht in ihrer zeitlichen Reihenfolge."
TOO_FAR = f"Ein Tag liegt mehr als {LONGEST_WAIT.days} Tage entfernt. Prüfen Sie das Datum."


def faults(days, filed_at, now):
    """What is wrong with days of a paper that is filed, or is now; None among them is open yet."""
    days, filed_on = [day for day in days if day], timezone.localdate(filed_at)
    if any(day < filed_on for day in days):
        yield (
            f"Vor dem {filed_on:%d.%m.%Y}, dem Tag der Einbringung, liegt keine Sitzung und keine Veröffentlichung. "
            "Prüfen Sie das Datum."
        )
    yield from too_far(days, now)


def too_far(days, now):
    last = timezone.localdate(now) + LONGEST_WAIT
    if any(day and day > last for day in days):
        yield TOO_FAR
