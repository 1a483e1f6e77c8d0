"""What the project team decides on, on one page: the cases, the money, and what is left if the ticked ones get it.

Ticking is asked by GET and writes nothing; every yes and no goes through its own act (fund/desk/acting.py). Who may
not read a case cannot tick it, and learns neither its amount nor what is proposed; on the waiting list it is left out.
"""

from collections import Counter
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Prefetch, prefetch_related_objects
from django.template.response import TemplateResponse
from django.utils import timezone

from fund import deciding, money, promise, year_moves
from fund.desk.access import closed_on
from fund.desk.waiting import promised
from fund.models import Application, Decision, Flag, FundYear, TierKey
from fund.permissions import VIEW, check_may, may_work
from wir.lib.keys import keys_in

State = Application.State
MOST = 50  # cases of each kind on the page
YEARS = 3  # the newest years whose money is shown


@dataclass
class Sum:
    """What is ticked of one year and tier, in euro. free: of both before it, None where the year's sum is not known."""

    year: FundYear
    free: Decimal | None
    asked: Decimal
    count: int
    tier: str = ""

    @property
    def name(self):
        return dict(TierKey.choices).get(self.tier, "alle Stufen")

    @property
    def left(self):
        return None if self.free is None else self.free - self.asked

    @property
    def is_too_much(self):
        return self.left is not None and self.left < 0


def show_decisions(site, request):
    user, now = request.user, timezone.now()
    check_may(user, VIEW)
    sample = request.GET.get("beispiele") == "1"
    cases, queue = waiting(sample, State.TEAM_DECISION, State.WAITLISTED)
    promised(cases, now)
    closed = closed_on(request)
    ticked = ticked_keys(request) - closed
    for each in cases:
        each.is_ticked = each.pk in ticked
    context = site.each_context(request) | {
        "title": "Innovationsfonds: Entscheidungen des Projektteams",
        "sample": sample,
        "cases": cases[:MOST],
        "closed": closed,
        "more": len(cases) > MOST,
        "sums": sums([each for each in cases if each.is_ticked]),
        "years": years(sample),
        "queue": [row for row in numbered(queue[:MOST]) if row[1].pk not in closed],
        "more_wait": len(queue) > MOST,
        "works": may_work(user),
    }
    return TemplateResponse(request, "admin/fund/decisions.html", context)


def ticked_keys(request):
    """The keys of the ticked cases; what is no number ticks nothing."""
    return keys_in(request.GET.getlist("antrag"))


def waiting(sample, *states):
    """[cases of each state] with what is proposed about them: who handed in first on top, as the waiting list goes."""
    in_force = Decision.objects.filter(dropped_at=None).select_related("proposed_by")
    splitting = Flag.objects.filter(kind=Flag.Kind.SPLITTING, settled_at=None)
    cases = promise.with_beginning(Application.objects.for_desk().filter(sample=sample))
    cases = cases.order_by("submitted_at", "pk")
    found = [list(cases.filter(state=state)[: MOST + 1]) for state in states]
    together = [each for group in found for each in group]
    prefetch_related_objects(
        together,
        "rule_set__tiers",
        "year__pots",
        Prefetch("decisions", in_force, to_attr="in_force"),
        Prefetch("flags", splitting, to_attr="splitting"),
    )
    for each in together:
        each.proposal = each.in_force[0] if each.in_force else None
        each.amount = each.proposal.amount if each.proposal and each.proposal.amount else each.revision.requested
    return found


def sums_of_years(found):
    """One Sum for each year of which several tiers are ticked: each pot may hold enough, and the year not."""
    years = {}
    for each in found:
        total = years.setdefault(each.year.pk, Sum(each.year, each.year.free, money.ZERO, 0))
        total.asked += each.asked
        total.count += each.count
    tiers = Counter(each.year.pk for each in found)
    return [total for pk, total in years.items() if tiers[pk] > 1]


def numbered(cases):
    """[(place, case)] of the waiting lists, each of one year and tier."""
    places, found = {}, []
    for each in cases:
        which = (each.year_id, each.tier)
        places[which] = places.get(which, 0) + 1
        found.append((places[which], each))
    return found


def sums(cases):
    """One Sum for each year and tier that something is ticked of. A proposed no asks for nothing."""
    found = {}
    for each in cases:
        if each.year is None or (each.proposal and each.proposal.kind == Decision.Kind.REJECTED):
            continue
        pot, left = money.pot_among(each.year.pots.all(), each.tier), each.year.free
        left = left if left is None or pot is None else min(left, pot.free)
        total = found.setdefault((each.year_id, each.tier), Sum(each.year, left, money.ZERO, 0, each.tier))
        total.asked += each.amount
        total.count += 1
    return sorted(found.values(), key=lambda each: each.year.year)


def years(sample, *, pots=True):
    """The newest years, with their pots: what there is, what is held, promised and free."""
    found = FundYear.objects.filter(sample=sample).order_by("-year")
    if pots:
        found = found.prefetch_related(Prefetch("pots", to_attr="told_pots"))
    return list(found[:YEARS])


def money_of(application):
    """What the page of one case tells of money: what it could get at most, and its rows of the ledger."""
    return {
        "free": money.free_for(application),
        "entries": application.entries.select_related("year", "by"),
        "can_change_year": year_moves.is_movable(application),
        "place": deciding.place_of(application) if application.state == State.WAITLISTED else None,
    }
