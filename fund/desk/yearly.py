"""The yearly list for the committee for international affairs as a page, a tagged PDF and a spreadsheet."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone, translation

from fund import yearly
from fund.actors import CHECK
from fund.bundle import as_pdf
from fund.desk.access import VIEW, check_may, exported
from fund.models import FundYear
from wir.lib.spreadsheets import XLSX, write_xlsx

PER_PAGE = 50
HEADINGS = (
    "Aktenzeichen",
    "Projekt",
    "Träger*in",
    "Stufe",
    "Stadtbezirk",
    "Handlungsfeld",
    "Betrag (Euro)",
    "Entschieden",
    "Stand",
)


def year_or_404(request, year):
    """The fund's year of this calendar year, of the examples with ?beispiele=1. Raises PermissionDenied."""
    check_may(request.user, VIEW, CHECK)
    found = FundYear.objects.filter(year=year, sample=request.GET.get("beispiele") == "1")
    found = found.select_related("council_paper").first()
    if found is None:
        raise Http404
    return found


def show_list(site, request, year):
    found = year_or_404(request, year)
    told, paginator = yearly.of(found), Paginator(yearly.decisions(found), PER_PAGE)
    paginator.count = told.projects  # counted already
    page = paginator.get_page(request.GET.get("seite"))
    context = site.each_context(request) | {
        "title": f"Jahresliste {found} für den Internationalen Ausschuss",
        "list": told,
        "page": page,
        "rows": yearly.rows(page.object_list),
        "sample": found.sample,
        "others": FundYear.objects.filter(sample=found.sample).exclude(pk=found.pk).order_by("-year"),
    }
    return TemplateResponse(request, "admin/fund/yearly.html", context)


def give_pdf(site, request, year):
    """PDF/UA-1; without the libraries that draw it the same page as HTML."""
    found, now = year_or_404(request, year), timezone.localtime()
    rows = yearly.rows(yearly.decisions(found))
    with translation.override("de"):
        page = render_to_string("fund/yearly.html", {"list": yearly.of(found), "rows": rows, "made": now})
    name, content = as_pdf(page, "jahresliste")
    exported(request.user, f"jahresliste {found.year} (PDF)", len(rows))
    kind = "application/pdf" if name.endswith(".pdf") else "text/html; charset=utf-8"
    return download(content, kind, found, name.rpartition(".")[2])


def give_xlsx(site, request, year):
    found = year_or_404(request, year)
    rows, list_of_year = yearly.rows(yearly.decisions(found)), yearly.of(found)
    sheets = {
        "Projekte": [HEADINGS, *(tuple(vars(row).values()) for row in rows)],
        "Zahlen": numbers(list_of_year),
        "Nach Stufe": [("Stufe", "Projekte", "Betrag (Euro)"), *list_of_year.by_tier],
        "Nach Stadtbezirk": [("Stadtbezirk", "Projekte", "Betrag (Euro)"), *list_of_year.by_district],
    }
    exported(request.user, f"jahresliste {found.year} (XLSX)", len(rows))
    return download(write_xlsx(sheets), XLSX, found, "xlsx")


def numbers(found):
    """Counts and money as the lines of a sheet; what is not known stays empty."""
    counts, year = found.counts, found.year
    return [
        ("Was", "Zahl oder Euro"),
        ("Jahr", str(year)),
        ("Beispiele, niemand hat das beantragt", "ja" if year.sample else "nein"),
        ("Anträge", counts.all),
        ("davon bewilligt", counts.granted),
        ("davon abgelehnt", counts.refused),
        ("davon auf der Warteliste", counts.waiting),
        ("davon zurückgezogen oder ohne Ergebnis beendet", counts.ended),
        ("davon noch offen", counts.open),
        ("Beantragt (Euro)", counts.requested),
        ("Bewilligt (Euro)", found.total),
        ("Geld des Jahres (Euro)", "" if year.ceiling is None else year.ceiling),
        ("Zugesagt (Euro)", found.promised),
        ("Vorgemerkt (Euro)", found.held),
        ("Frei (Euro)", "" if found.free is None else found.free),
        ("Ungedeckter Bedarf der Warteliste (Euro)", found.unmet),
    ]


def download(content, kind, year, ending):
    response = HttpResponse(content, content_type=kind)
    mark = "-beispiele" if year.sample else ""
    response["Content-Disposition"] = f'attachment; filename="jahresliste-{year.year}{mark}.{ending}"'
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    return response
