"""The filtered list of granted projects, however it leaves the portal: page, table and programs ask here."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, F, Sum
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fund.models import Application
from fund.projects.filters import FACETS, MEASURE, SORTINGS, TIER, YEAR, ProjectFilter, load_project_labels
from fund.projects.reading import field_of, projects, with_places
from measures import labels as kinds
from measures.facets import NAMES as MEASURE_NAMES
from measures.facets import Choice, Facet
from measures.filters import OneOf
from measures.listing import PAGE_SIZE, SAMPLES, Listing

NAMES = {name: MEASURE_NAMES[name] for name in ("q", "bezirk", "feld", "sortierung", "seite")}
NAMES |= {
    YEAR: _("Year"),
    TIER: pgettext_lazy("filter", "Kind of project"),
    MEASURE: _("Measure of the plan"),
    SAMPLES: pgettext_lazy("filter", "Examples"),
}


@dataclass(frozen=True)
class Cell:
    """Projects that are the same in every facet. values: {facet: value of its label}; amount: their sum in euro."""

    values: dict
    hits: int
    amount: Decimal


@dataclass
class Sums:
    """Of the projects that a filter finds: how many, and how much money in euro."""

    total: int = 0
    amount: Decimal = Decimal("0.00")

    def add(self, cell):
        self.total += cell.hits
        self.amount += cell.amount


@dataclass
class ProjectFacets(Sums):
    facets: dict = field(default_factory=dict)

    @property
    def useful(self):
        return [facet for facet in self.facets.values() if facet.is_useful]


def cells_of(applications, labels):
    """The Cells of applications read `granted`; one statement, whatever the number of facets and values."""
    measures = {label.pk: label.value for label in labels.of(MEASURE)}
    tiers = {label.pk: label.value for label in labels.of(TIER)}
    columns = ("year__year", "area", "field_answer", "tier", "call__measure_id")
    rows = with_places(applications).order_by().values_list(*columns)
    for year, area, answer, tier, measure, hits, amount in rows.annotate(
        hits=Count("pk"), amount=Sum(F("granted_amount"))
    ):
        values = {
            YEAR: str(year or ""),
            kinds.DISTRICT: area,
            kinds.FIELD: field_of(answer),
            TIER: tiers.get(tier, ""),
            MEASURE: measures.get(measure, ""),
        }
        yield Cell(values, hits, amount)


def count_facets(filterset):
    """The ProjectFacets of a list. A facet counts as if nothing were chosen in itself: its values mean "or"."""
    picked = {name: {label.value for label in filterset.chosen.get(name, [])} for name in FACETS}
    counted, found = {name: {} for name in FACETS}, ProjectFacets()
    for cell in cells_of(filterset.of_words(), filterset.labels):
        missed = [name for name in FACETS if picked[name] and cell.values[name] not in picked[name]]
        if not missed:
            found.add(cell)
        for name in FACETS:
            if missed in ([], [name]):
                hits = counted[name]
                hits[cell.values[name]] = hits.get(cell.values[name], 0) + cell.hits
    for name in FACETS:
        facet = found.facets[name] = Facet(name, problems=filterset.problems.get(name, []), names=NAMES)
        for label in labels_of(filterset, name, counted[name]):
            hits = counted[name].get(label.value, 0)
            if hits or label.value in picked[name]:
                facet.choices.append(Choice(label, hits, label.value in picked[name]))
    return found


def labels_of(filterset, name, counted):
    """The labels a facet can show, in their order; years from the newest on."""
    if name != YEAR:
        return filterset.labels.of(name)
    years = {value for value in counted if value} | {label.value for label in filterset.chosen.get(YEAR, [])}
    return [filterset.labels.by_value(YEAR, value) for value in sorted(years, reverse=True)]


class ProjectListing(Listing):
    """The granted projects an address asks for. params: the query of the request."""

    names, order = NAMES, next(iter(SORTINGS))

    def __init__(self, params):
        self.params = params
        self.samples = params.get(SAMPLES) == "1"
        self.labels = load_project_labels(self.samples)
        self.filterset = ProjectFilter(params, self.samples, self.labels)

    @property
    def problems(self):
        strange = OneOf(words=("1",), required=False)
        strange.clean(strange.widget.value_from_datadict(self.params, None, SAMPLES))
        return super().problems | ({SAMPLES: strange.problems} if strange.problems else {})

    @cached_property
    def facets(self):
        return count_facets(self.filterset)

    @cached_property
    def projects(self):
        """Those of this page."""
        first = (self.page_number - 1) * PAGE_SIZE
        return projects(self.filterset.ordered()[first : first + PAGE_SIZE])


def tiles(samples, labels):
    """[(label, Sums)] of every district, of the whole city and of those that name none; one statement."""
    found = {label.value: (label, Sums()) for label in labels.of(kinds.DISTRICT)}
    for cell in cells_of(Application.objects.granted(samples), labels):
        found[cell.values[kinds.DISTRICT]][1].add(cell)
    return list(found.values())
