"""What has changed since a day: for the whole plan, a field, or any filter of the list, in sentences."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from django.core.paginator import Paginator
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import pgettext

from measures import labels as kinds
from measures.facets import NAMES, as_typed
from measures.listing import Listing
from measures.models import Change, Measure, Milestone, Update
from strategy.views import StrategyPage, shown
from wir.about.models import SiteText, site_text
from wir.languages.page import Page
from wir.languages.text import tr
from wir.lib.periods import Period

PAGE_SIZE = 30
DAYS = 365  # looked back where no day is asked for


@dataclass
class Told:
    """A change with what its sentence names. moved: (what, before, after) of planned dates, None where none stood."""

    change: Change
    measure: Measure
    update: Update | None = None
    milestone: Milestone | None = None
    before: kinds.Label | None = None
    after: kinds.Label | None = None
    moved: list = field(default_factory=list)


def tell(changes, labels):
    """The changes as sentences need them; three statements, whatever their number."""
    measures = by_pk(Measure.objects.all(), {change.measure_id for change in changes}, "title")
    updates = by_pk(Update.objects.all(), {change.update_id for change in changes}, "title", "plain")
    milestones = by_pk(Milestone.objects.all(), {change.milestone_id for change in changes}, "title")
    told = []
    for change in changes:
        update = updates.get(change.update_id)
        told.append(
            Told(
                change,
                measures[change.measure_id],
                update,
                milestones.get(change.milestone_id),
                labels.by_pk(kinds.STATUS, update.previous_id) if update else None,
                labels.by_pk(kinds.STATUS, update.status_id) if update else None,
                moved_dates(change),
            )
        )
    return told


def by_pk(objects, pks, *texts):
    return {each.pk: each for each in objects.filter(pk__in=pks - {None}).for_list(*texts)}


def moved_dates(change):
    if change.kind != Change.Kind.PLAN:
        return []
    return [
        (name, getattr(change.before, name), getattr(change.plan, name))
        for name in ("start", "end")
        if getattr(change.before, name) != getattr(change.plan, name)
    ]


class ChangesPage(StrategyPage):
    """Takes the list's parameters and `seit`, a day."""

    template_name = "measures/changes.html"

    @cached_property
    def text(self):
        return site_text("aenderungen")

    @cached_property
    def listing(self):
        return Listing(self.request.GET)

    @cached_property
    def since(self):
        """(the day, what was typed and is no day)."""
        asked = self.request.GET.get("seit", "").strip()
        if asked:
            try:
                return Period.read(asked).first, ""
            except ValueError:
                pass
        return timezone.localdate() - timedelta(days=DAYS), asked

    @cached_property
    def found(self):
        moment = timezone.make_aware(datetime.combine(self.since[0], time.min))
        changes = Change.objects.public(self.listing.samples).filter(at__gte=moment)
        if self.listing.filterset.chosen:
            changes = changes.filter(measure__in=self.listing.filterset.found().values("pk"))
        return Paginator(changes.select_related("before", "plan").order_by("-at", "-pk"), PAGE_SIZE)

    @cached_property
    def told(self):
        return tell(list(self.found.get_page(self.number).object_list), self.listing.labels)

    @cached_property
    def number(self):
        asked = self.listing.asked_page
        return asked if 1 <= asked <= self.found.num_pages else 1

    @property
    def page(self):
        texts = [each for told in self.told for each in self.texts_of(told)]
        pks = {name: [getattr(told.change, f"{name}_id") for told in self.told] for name in ("measure", "update")}
        return Page(
            title=tr(self.text, "title"),
            required=[SiteText.objects.filter(key="aenderungen")],
            labelled=[Measure.objects.filter(pk__in=pks["measure"]), Update.objects.filter(pk__in=pks["update"])],
            shown=shown([self.text], "title", "plain") + texts,
            updated=max([self.text.updated_at, *(told.change.at for told in self.told)]),
            trail=[(reverse("measures:progress"), pgettext("navigation", "Progress"))],
            indexed=not self.listing.samples,
        )

    def texts_of(self, told):
        yield told.measure, "title"
        if told.update:
            yield from shown([told.update], "title", "plain")
        if told.milestone:
            yield told.milestone, "title"

    def get_context_data(self, **kwargs):
        since, wrong = self.since
        problems = [
            (NAMES[name], as_typed(value))
            for name, values in self.listing.filterset.problems.items()
            for value in values
        ]
        if wrong:
            problems.append((NAMES["seit"], as_typed(wrong)))
        if self.number != self.listing.asked_page:
            problems.append((NAMES["seite"], as_typed(self.request.GET["seite"])))
        return super().get_context_data(**kwargs) | {
            "text": self.text,
            "listing": self.listing,
            "since": since,
            "told": [each for each in self.told if tr(each.measure, "title")],
            "left_out": sum(not tr(each.measure, "title") for each in self.told),
            "total": self.found.count,
            "problems": problems,
            "field_labels": self.listing.labels.of(kinds.FIELD),
            "chosen_fields": [label.value for label in self.listing.filterset.chosen.get("feld", [])],
            "kept": [
                (name, value)
                for name, values in self.listing.clean_params().lists()
                for value in values
                if name not in ("feld", "sortierung")
            ],
            "pages": [
                (number, self.address(number), number == self.number)
                for number in self.found.get_elided_page_range(self.number, on_each_side=1, on_ends=1)
                if isinstance(number, int)
            ]
            if self.found.num_pages > 1
            else [],
        }

    def address(self, number):
        params = self.listing.clean_params()
        params["seit"] = self.since[0].isoformat()
        if number > 1:
            params["seite"] = str(number)
        return f"?{params.urlencode()}"
