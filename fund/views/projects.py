"""fonds/projekte/: what was granted, one project, and the fund in numbers. Public, and made anew each time: a project
that is taken back is gone with the next request."""

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fund.models import Application
from fund.projects.filters import MEASURE, SORTINGS, load_project_labels
from fund.projects.listing import NAMES, ProjectListing, Sums, tiles
from fund.projects.reading import projects
from fund.projects.waiting import waiting_times
from fund.projects.years import KINDS, applications_by_year, kind_words, published, thermometer
from fund.views.pages import Fresh
from fund.words import tier_words
from measures import labels as kinds
from measures.listing import SAMPLES
from strategy.views import StrategyPage
from wir.languages.middleware import permanent_redirect
from wir.languages.page import Page


def trail(*, samples, inside=True):
    """samples: they stay among themselves, also on the way up."""
    query = f"?{SAMPLES}=1" if samples else ""
    found = [(f"{reverse('fund:page')}{query}", pgettext("navigation", "The fund"))]
    if inside:
        found.append((f"{reverse('fund:projects')}{query}", pgettext("navigation", "Funded projects")))
    return found


def sorting_names():
    return {
        "-entscheidung": pgettext("order of a list", "Newest first"),
        "-betrag": pgettext("order of a list", "Largest amount first"),
        "betrag": pgettext("order of a list", "Smallest amount first"),
    }


class ProjectList(Fresh, StrategyPage):
    """All granted projects, filtered, counted and added up on the server; shareable by its address."""

    template_name = "fund/projects/list.html"

    @cached_property
    def listing(self):
        return ProjectListing(self.request.GET)

    @property
    def page(self):
        return Page(
            title=_("Funded projects"), trail=trail(samples=self.samples, inside=False), indexed=not self.samples
        )

    def get_context_data(self, **kwargs):
        listing, names = self.listing, sorting_names()
        return super().get_context_data(**kwargs) | {
            "listing": listing,
            "samples": listing.samples,
            "rows": [(each, places_of(each, listing.labels)) for each in listing.projects],
            "sortings": [(name, names[name], listing.filterset.sorting == name) for name in SORTINGS],
            "words": self.request.GET.get("q", "").replace("\x00", "")[:200],
            "names": NAMES,
        }


def places_of(project, labels):
    """What a project belongs to, as labels: {"district", "field", "measure"}, None where it names none."""
    return {
        "district": labels.by_value(kinds.DISTRICT, project.area),
        "field": labels.by_value(kinds.FIELD, project.field),
        "measure": labels.by_pk(MEASURE, project.measure) if project.measure else None,
    }


class ProjectPage(Fresh, StrategyPage):
    """One granted project. Whatever is not granted, or is an example without its banner, does not exist here."""

    template_name = "fund/projects/project.html"

    def dispatch(self, request, *args, **kwargs):
        """A reference is written in capitals, as on paper; one typed in small letters leads there."""
        written = kwargs["reference"].upper()
        if written != kwargs["reference"]:
            return permanent_redirect(request, reverse("fund:project", args=[written]))
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def project(self):
        granted = Application.objects.granted(self.samples)
        found = projects(granted.filter(reference=self.kwargs["reference"]))
        if not found:
            raise Http404(_("This project does not exist."))
        return found[0]

    @property
    def page(self):
        return Page(title=self.project.name, trail=trail(samples=self.samples), indexed=not self.samples)

    def get_context_data(self, **kwargs):
        labels = load_project_labels(self.samples)
        return super().get_context_data(**kwargs) | {
            "project": self.project,
            "places": places_of(self.project, labels),
            "samples": self.samples,
        }


class FundNumbers(Fresh, StrategyPage):
    """The money of each year, where it went, what became of the applications, and how long answers took."""

    template_name = "fund/projects/numbers.html"

    @property
    def page(self):
        return Page(title=_("The fund in numbers"), trail=trail(samples=self.samples), indexed=not self.samples)

    def get_context_data(self, **kwargs):
        years = published(self.samples, timezone.localdate(self.now))
        places = tiles(self.samples, load_project_labels(self.samples))
        total = Sums(sum(each.total for _label, each in places), sum(each.amount for _label, each in places))
        table, words = applications_by_year(self.samples), kind_words()
        waiting, tiers = waiting_times(self.now, self.samples), tier_words()
        return super().get_context_data(**kwargs) | {
            "samples": self.samples,
            "years": years,
            "chart": thermometer(years),
            "places": places,
            "total": total,
            "kinds": [words[kind] for kind in KINDS],
            "table": [
                (year, [(words[kind], cells[kind]) for kind in KINDS], table.rows[year])
                for year, cells in table.cells.items()
            ],
            "sums": [(words[kind], table.columns[kind]) for kind in KINDS] if len(table.rows) > 1 else [],
            "total_applications": table.all,
            "waiting": [(tiers[each.tier], each) for each in waiting],
        }
