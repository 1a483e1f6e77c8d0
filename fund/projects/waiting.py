"""How long decisions took lately, from the day of handing in to the released letter."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from fund.models import Application, ApplicationChange, TierKey
from fund.promise import REOPENED
from wir.lib.small_numbers import Shown, protect

FEWEST = 5  # decisions of a tier; of fewer nothing is told
LATELY = timedelta(days=365)
State = Application.State
# Where a case stands whose letter is out
ANSWERED = (
    *Application.GRANTED,
    State.AGREEMENT_SENT,
    State.REJECTED,
    State.INELIGIBLE,
    State.WAITLISTED,
    State.REVOKED,
)


@dataclass(frozen=True)
class Waiting:
    """Of one tier. half, most: days within which half, and nine in ten, had their answer. decisions: how many."""

    tier: str
    half: int
    most: int
    decisions: Shown


def waiting_times(now, samples=False):
    """[Waiting] of the tiers with at least FEWEST decisions released in the last twelve months; one statement.

    Every result counts, also a no. For a case that was opened again the days begin with that.
    """
    opened_again = ApplicationChange.objects.filter(application=OuterRef("pk"), move__in=REOPENED).order_by(
        "-at", "-pk"
    )
    newest = Coalesce(Subquery(opened_again.values("at")[:1]), "submitted_at")
    begins = Case(When(round__gt=1, then=newest), default="submitted_at")  # the others are not looked up
    rows = (
        Application.objects.filter(state__in=ANSWERED, sample=samples)
        .filter(decision_released_at__gt=now - LATELY, decision_released_at__lte=now)
        .annotate(begins=begins)
        .values_list("tier", "begins", "decision_released_at", "state")
    )
    days, counts = {}, {}
    for tier, begins, released_at, state in rows:
        took = (timezone.localdate(released_at) - timezone.localdate(begins)).days
        days.setdefault(tier, []).append(took)
        numbers = counts.setdefault(tier, {"granted": 0, "others": 0})
        numbers["granted" if state in Application.GRANTED else "others"] += 1
    told = protect(counts, open_columns=("granted",))
    return [
        Waiting(tier, share(days[tier], 1, 2), share(days[tier], 9, 10), told.rows[tier])
        for tier in TierKey.values
        if len(days.get(tier, ())) >= FEWEST
    ]


def share(days, part, whole):
    """The days within which this part of all was done: the smallest number that is long enough for it."""
    return sorted(days)[-(-len(days) * part // whole) - 1]
