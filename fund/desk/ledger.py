"""The rows behind every number of the fund's money: what was booked, filtered, with a running sum, and as a file.

A sum must add up, so the row of a case that is not open to who asks stays, with its amount and without the case; looked
for by its reference it is not found.
"""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Case, ExpressionWrapper, F, Sum, Value, When, Window
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from fund.books import SIGNS, ZERO
from fund.desk.access import VIEW, closed_on, exported
from fund.desk.money_tasks import BOOKS
from fund.models import FundYear, LedgerEntry, TierKey
from wir.columns import EuroField
from wir.lib.spreadsheets import csv_lines

Kind = LedgerEntry.Kind
PER_PAGE = 50
LONGEST_SEARCH = 40
# What a number is made of: the kinds that raise and lower it. Without one of them: what is free
ARTS = {"summe": SIGNS["ceiling"], "vorgemerkt": SIGNS["held"], "zugesagt": SIGNS["committed"]}
FREE = SIGNS["ceiling"] | {kind: -sign for name in ("held", "committed") for kind, sign in SIGNS[name].items()}
LABELS = {
    "": "alle (was frei ist)",
    "summe": "Summe des Jahres",
    "vorgemerkt": "vorgemerkt",
    "zugesagt": "zugesagt",
}
NOT_YOURS = "nicht für Sie"
WHOLE = "alle"  # the pot that is split no further
POTS = [*TierKey.choices, (WHOLE, "ohne Stufe")]
AMOUNTS = ("Veränderung (Euro)", "Summe bis hier (Euro)")
HEAD = ["Zeit", "Art", *AMOUNTS, "Topf", "Antrag", "Beleg", "von", "Beispiel"]


def year_or_404(request, number):
    """The year somebody may see the books of."""
    if not (request.user.has_perm("fund.view_fundyear") and request.user.has_perm(BOOKS)):
        raise PermissionDenied
    return get_object_or_404(FundYear, year=number, sample=request.GET.get("beispiele") == "1")


def asked_for(request):
    """What was asked for; Http404 for a kind or pot that is none, so that no wrong number is shown for it."""
    art, pot = request.GET.get("art", ""), request.GET.get("topf", "")
    if art not in LABELS or (pot and pot not in dict(POTS)):
        raise Http404
    words = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    return {"art": art, "topf": pot, "q": words}


def entries(year, asked, closed=frozenset()):
    """The rows that make the number, the first one first, each with `change` and the sum so far as `total`.
    closed: keys of cases that are not found by their reference."""
    signs = ARTS.get(asked["art"], FREE)
    if asked["topf"] and not asked["art"]:  # what a pot has is its share; its rows are those of cases
        signs = {kind: sign for kind, sign in signs.items() if kind not in LedgerEntry.OF_YEAR}
    found = LedgerEntry.objects.filter(year=year, kind__in=signs)
    if asked["topf"]:
        found = found.filter(pot__tier_key="" if asked["topf"] == WHOLE else asked["topf"])
    if asked["q"]:
        found = found.filter(application__reference__icontains=asked["q"]).exclude(application__in=closed)
    plus = [kind for kind, sign in signs.items() if sign > 0]
    minus = ExpressionWrapper(Value(ZERO, output_field=EuroField()) - F("amount"), output_field=EuroField())
    found = found.annotate(
        change=Case(When(kind__in=plus, then=F("amount")), default=minus, output_field=EuroField())
    ).annotate(total=Window(Sum("change"), order_by=[F("at"), F("pk")], output_field=EuroField()))
    return found.select_related("pot", "application", "council_paper", "by").order_by("at", "pk")


def show_ledger(site, request, year):
    year, asked, closed = year_or_404(request, year), asked_for(request), closed_on(request)
    found = entries(year, asked, closed)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("seite"))
    context = site.each_context(request) | {
        "title": f"Buchungen {year}: {LABELS[asked['art']]}" if asked["art"] else f"Alle Buchungen {year}",
        "year": year,
        "sample": year.sample,
        "asked": asked,
        "arts": LABELS.items(),
        "pots": POTS,
        "page": page,
        "closed": closed,
        "opens_cases": request.user.has_perm(VIEW),
        "query": request.GET.urlencode(),
    }
    return TemplateResponse(request, "admin/fund/ledger.html", context)


def give_ledger(site, request, year):
    """The same rows for people who calculate; an amount is a number, also below zero."""
    year, asked, closed = year_or_404(request, year), asked_for(request), closed_on(request)
    found = entries(year, asked, closed)
    exported(request.user, f"buchungen {year} (CSV)", found.count())

    rows = (cells(entry, year, closed) for entry in found.iterator(chunk_size=500))
    response = StreamingHttpResponse(csv_lines(HEAD, rows, numbers=AMOUNTS), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="buchungen-{year.year}.csv"'
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def cells(entry, year, closed):
    pot = entry.pot.get_tier_key_display() or "ohne Stufe" if entry.pot_id else ""
    return [
        f"{timezone.localtime(entry.at):%d.%m.%Y %H:%M}",
        entry.get_kind_display(),
        comma(entry.change),
        comma(entry.total),
        pot,
        case_of(entry, closed),
        str(entry.council_paper) if entry.council_paper_id else entry.source,
        str(entry.by) if entry.by_id else "Portal",
        "ja" if year.sample else "nein",
    ]


def case_of(entry, closed):
    if not entry.application_id:
        return ""
    return NOT_YOURS if entry.application_id in closed else entry.application.reference or str(entry.application)


def comma(amount):
    """An amount as German spreadsheets read it."""
    return f"{amount:.2f}".replace(".", ",")
