"""The fund year by year: how much money is promised and left, and what became of the applications."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, CharField, Count, Q, Value, When
from django.utils.translation import pgettext

from fund import money
from fund.models import Application, FundYear
from wir.languages.text import current
from wir.lib.charts import WIDTH, height, stacked_bars
from wir.lib.small_numbers import protect

State = Application.State
NAME = 44  # units that the number of a year takes beside its bar
GRANTED, REFUSED, WAITING, OPEN, ENDED = "granted", "refused", "waiting", "open", "ended"
KINDS = (GRANTED, REFUSED, WAITING, OPEN, ENDED)


@dataclass(frozen=True)
class YearMoney:
    """What is told of the money of one year, in euro. None: not known; what was promised in a year that was over before
    this portal had any promise of it, too, for that it kept no books says nothing about what the city gave."""

    year: int
    ceiling: Decimal | None
    promised: Decimal | None
    held: Decimal | None
    left: Decimal | None
    source: str
    sample: bool


def year_money(year, today):
    """The YearMoney of a FundYear that was read `money.with_told`."""
    promised, held, left = money.told(year)
    if year.year < today.year and not (promised or held):
        promised = held = left = None
    source = str(year.council_paper) if year.council_paper_id else year.source
    return YearMoney(year.year, year.ceiling, promised, held, left, source, year.sample)


def published(samples, today):
    """The YearMoney of every published year, the newest first; one statement."""
    years = FundYear.objects.public(samples).select_related("council_paper").order_by("-year")
    return [year_money(year, today) for year in money.with_told(years)]


@dataclass(frozen=True)
class Chart:
    """Bars of whole euro, one a year, of what is promised, set aside and left; geometry for the template."""

    bars: list
    width: int
    height: int


def thermometer(years):
    """The Chart of the years of which all is known; None where there is none."""
    known = [each for each in years if each.ceiling and each.left is not None]
    rows = [(str(each.year), [int(each.promised), int(each.held), int(each.left)]) for each in known]
    if not rows:
        return None
    return Chart(stacked_bars(rows, rtl=current().dir == "rtl", label=NAME), WIDTH, height(rows))


def kind_words():
    return {
        GRANTED: pgettext("applications", "Granted"),
        REFUSED: pgettext("applications", "Refused"),
        WAITING: pgettext("applications", "Good, but waiting for money"),
        OPEN: pgettext("applications", "Not decided yet"),
        ENDED: pgettext("applications", "Taken back or ended otherwise"),
    }


def applications_by_year(samples):
    """A small_numbers.Table of {year: {kind: number of applications}}, the newest year first; one statement.

    A result counts from the day its letter is released; until then the application is not decided. Only granted
    projects stand one by one in public, so every other number is hidden where it would point to somebody.
    """
    handed_in = Application.objects.handed_in().filter(sample=samples, year__isnull=False)
    released = Q(decision_released_at__isnull=False)
    kind = Case(
        When(released & Q(state__in=Application.GRANTED), then=Value(GRANTED)),
        When(released & Q(state__in=(State.REJECTED, State.INELIGIBLE)), then=Value(REFUSED)),
        When(released & Q(state=State.WAITLISTED), then=Value(WAITING)),
        When(state__in=(State.WITHDRAWN, State.LAPSED, State.REVOKED), then=Value(ENDED)),
        default=Value(OPEN),
        output_field=CharField(),
    )
    counts = {}
    rows = handed_in.order_by("-year__year").annotate(fate=kind).values_list("year__year", "fate")
    for year, fate, hits in rows.annotate(hits=Count("pk")):
        counts.setdefault(year, dict.fromkeys(KINDS, 0))[fate] += hits
    return protect(counts, open_columns=(GRANTED,))
