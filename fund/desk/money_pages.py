"""The money of the fund at a glance: per year and pot what there is, is held, promised and free; who waits for it.

A case that is not open to who asks stands in none of the lists, because to stand there is its result; sums count it.
"""

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q
from django.template.response import TemplateResponse
from django.utils import timezone

from fund import books, holds
from fund.actors import CHECK, LEAD
from fund.budget import CONFIRM, DECIDE, before_portal
from fund.desk.access import VIEW, closed_on
from fund.desk.ledger import year_or_404
from fund.desk.money_tasks import BOOKS
from fund.models import CarryOver, FundYear
from fund.money import ZERO
from fund.rules_workflow import moves_for

MOST = 100  # rows of one list
OPEN = Q(confirmed_at=None, dropped_at=None)


def show_money(site, request):
    """All years, and what waits for somebody because of money."""
    user, now = request.user, timezone.now()
    if not user.has_perm("fund.view_fundyear"):
        raise PermissionDenied
    sample = request.GET.get("beispiele") == "1"
    wrong, checked_at = books.alarm() if user.has_perm(BOOKS) else ([], None)
    context = (
        site.each_context(request)
        | {
            "title": "Innovationsfonds: Geld",
            "sample": sample,
            "years": told_years(
                FundYear.objects.filter(sample=sample).prefetch_related(Prefetch("pots", to_attr="told_pots"))
            ),
            "wrong": wrong,
            "checked_at": checked_at,
        }
        | lists(request, sample, holds.waiting(sample), holds.held(sample), now)
        | carries(user, CarryOver.objects.filter(OPEN, source_year__sample=sample))
    )
    return TemplateResponse(request, "admin/fund/money_overview.html", context)


def show_year(site, request, year):
    """One year: its numbers, its waiting list, its holds, and what can be done with its money."""
    user, now = request.user, timezone.now()
    year = year_or_404(request, year)
    year.told_pots = list(year.pots.all())
    carried = CarryOver.objects.filter(Q(source_year=year) | Q(target_year=year))
    context = (
        site.each_context(request)
        | {
            "title": f"Innovationsfonds: Geld {year}",
            "sample": year.sample,
            "year": year,
            "years": told_years([year]),
            "moves": moves_for(year, user),
            "books_money": user.has_perm(DECIDE),
            "changes": year.changes.select_related("by"),
        }
        | lists(request, year.sample, holds.waiting(year.sample, year), holds.held(year.sample).filter(year=year), now)
        | carries(user, carried)
    )
    return TemplateResponse(request, "admin/fund/money_year.html", context)


def told_years(years):
    """With whether the portal knows what was promised of each (fund/budget.py), and with what its pots give together,
    where that is more than the year has."""
    years = list(years)
    unknown = before_portal(years)
    for each in years:
        each.before_portal = each.pk in unknown
        shares = sum((pot.share for pot in each.told_pots), ZERO)
        each.too_much_split = shares if each.ceiling is not None and shares > each.ceiling else None
    return years


def lists(request, sample, waiting, held, now):
    """The waiting list with what it asks for together, and the holds with the days they have left."""
    user, today = request.user, timezone.localdate(now)
    rows, queue, sees_lists, closed = [], [], user.has_perm(BOOKS), ()
    if sees_lists:
        closed = closed_on(request)
        queue = holds.with_places(waiting[: MOST + 1])
        entries = held.exclude(pk__in=closed).prefetch_related("entries")[:MOST]
        for case in entries:
            case.days_left = (case.hold_until - today).days
            case.ends_soon = case.hold_until <= today + holds.WARNING
            case.held_amount = next((each.amount for each in reversed(case.entries.all()) if each.kind == "hold"), None)
            rows.append(case)
    # Beyond the first rows there may be more lists, each with a first of its own
    firsts = [case for _place, case in queue] if len(queue) <= MOST else holds.could_go(sample)
    shown = {case.year_id for _place, case in queue}
    return {
        "back": [case for case in firsts if case.could_go and case.year_id in shown and case.pk not in closed],
        "queue": [row for row in queue[:MOST] if row[1].pk not in closed],
        "more": len(queue) > MOST,
        "unmet": holds.unmet(waiting) if queue else ZERO,
        "holds": rows,
        "sees_lists": sees_lists,
        "opens_cases": user.has_perm(VIEW),
        "works": user.has_perm(CHECK),
        "leads": user.has_perm(LEAD),
    }


def carries(user, rows):
    rows = rows.select_related("source_year", "target_year", "council_paper", "proposed_by", "confirmed_by")
    return {
        "carries": rows,
        "confirms": user.has_perm(CONFIRM),
        "drops": user.has_perm(CONFIRM) or user.has_perm(DECIDE),
    }
