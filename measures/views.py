"""Public pages of the measures: the list, one measure, and the districts."""

from dataclasses import dataclass, field
from itertools import dropwhile

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast, Concat
from django.http import Http404, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from measures import labels as kinds
from measures.board import board_entries
from measures.cards import cards_of, status_label
from measures.facets import NAMES
from measures.filters import SORTINGS
from measures.labels import load_labels
from measures.listing import Listing
from measures.models import AgendaMeasure, Budget, Measure, Milestone, Plan, ThemeAnswer, Update
from strategy.bodies_pages import outcome_words
from strategy.models import District
from strategy.views import StrategyPage, readable, shown
from wir.about.models import SiteText, site_text
from wir.languages import registry
from wir.languages.page import Page
from wir.languages.text import MarkedText, column, current, tr
from wir.lib.periods import months_between


def sorting_names():
    return {
        "nummer": pgettext("order of a list", "Number"),
        "titel": pgettext("order of a list", "Title"),
        "-aktualisiert": pgettext("order of a list", "Newest report first"),
        "beginn": pgettext("order of a list", "Beginning"),
    }


class MeasureList(StrategyPage):
    """All measures of the plan, filtered, counted and sorted on the server; shareable by its address."""

    template_name = "measures/list.html"

    @cached_property
    def text(self):
        return site_text("massnahmen")

    @cached_property
    def listing(self):
        return Listing(self.request.GET)

    @property
    def page(self):
        measures = self.listing.measures
        pks = [measure.pk for measure in measures]
        return Page(
            title=tr(self.text, "title"),
            required=[SiteText.objects.filter(key="massnahmen")],
            labelled=[Measure.objects.filter(pk__in=pks)],
            shown=shown([self.text], "title", "plain") + shown(measures, "title", "plain"),
            updated=max([self.text.updated_at, *(measure.told_at for measure in measures if measure.told_at)]),
            indexed=not self.listing.samples,
        )

    def get_context_data(self, **kwargs):
        listing = self.listing
        cards = cards_of(listing.measures, listing.labels, timezone.localdate())
        seen = [card for card in cards if card.title]
        names = sorting_names()
        return super().get_context_data(**kwargs) | {
            "text": self.text,
            "listing": listing,
            "cards": seen,
            "left_out": len(cards) - len(seen),
            "sortings": [(name, names[name], listing.filterset.sorting == name) for name in SORTINGS],
            "words": self.request.GET.get("q", "").replace("\x00", "")[:200],
            "names": NAMES,
            "day_from": self.request.GET.get("von", "")[:40],
            "day_until": self.request.GET.get("bis", "")[:40],
            "statuses": kinds.states(listing.labels).values(),
        }


@dataclass
class Related:
    """What a measure belongs to, by the names in the labels, and the city's own names of places and papers."""

    priorities: list = field(default_factory=list)
    guidelines: list = field(default_factory=list)
    target_groups: list = field(default_factory=list)
    districts: list = field(default_factory=list)
    city_parts: list = field(default_factory=list)
    papers: list = field(default_factory=list)  # (number, subject, address)


LABELLED = {
    "priorities": ("priority_id", kinds.PRIORITY),
    "guidelines": ("guideline_id", kinds.GUIDELINE),
    "target_groups": ("targetgroup_id", kinds.GROUP),
    "districts": ("district_id", kinds.DISTRICT),
}


def related_to(measure, labels):
    """Everything a measure is tied to, in one statement."""
    rows = []
    for relation, (target, _kind) in LABELLED.items():
        rows.append(pairs(measure, relation, F(target), Value(""), Value(""), Value("")))
    part = F("citypart__name")
    rows.append(pairs(measure, "city_parts", F("citypart_id"), part, Value(""), Value("")))
    paper = Concat("councilpaper__number", Value(" "), "councilpaper__supplement", output_field=CharField())
    subject, address = F("councilpaper__title"), F("councilpaper__link")
    rows.append(pairs(measure, "council_papers", F("councilpaper_id"), paper, subject, address))
    found = Related()
    for relation, pk, name, subject, address in sorted(rows[0].union(*rows[1:], all=True)):
        if relation in LABELLED:
            label = labels.by_pk(LABELLED[relation][1], pk)
            if label is not None:
                getattr(found, relation).append(label)
        elif relation == "city_parts":
            found.city_parts.append(name)
        else:
            found.papers.append((name.strip(), subject, address))
    return found


def pairs(measure, relation, pk, name, subject, address):
    return (
        getattr(Measure, relation)
        .through.objects.filter(measure=measure)
        .annotate(
            relation=Value(relation, CharField()),
            target=pk,
            name=Cast(name, CharField()),
            subject=Cast(subject, CharField()),
            address=Cast(address, CharField()),
        )
        .values_list("relation", "target", "name", "subject", "address")
    )


@dataclass
class Drift:
    """How far the plan has moved since it was first published."""

    first: Plan
    now: Plan
    times: int

    @property
    def months(self):
        """Months by which the end is later than first announced, negative where earlier; of the beginning if no end."""
        for name in ("end", "start"):
            first, now = getattr(self.first, name), getattr(self.now, name)
            if first and now:
                return months_between(first.last, now.last)
        return 0

    @property
    def months_apart(self):
        return abs(self.months)

    @classmethod
    def of(cls, plans):
        moved = list(dropwhile(lambda plan: not (plan.start or plan.end), plans))  # dates given up later count
        if len(moved) < 2:
            return None
        return cls(moved[0], moved[-1], len(moved) - 1)


class MeasurePage(StrategyPage):
    """One measure: what it is for, how far it is and why, money, checks, and its history."""

    template_name = "measures/measure.html"

    @cached_property
    def measure(self):
        texts = ("title", "plain", "purpose", "action")
        either = Measure.objects.public() | Measure.objects.public(samples=True)
        topics = AgendaMeasure.objects.filter(measure=OuterRef("pk"))
        found = either.annotate(is_topic=Exists(topics)).for_list(*texts).filter(number=self.kwargs["number"]).first()
        if found is None:
            raise Http404(_("This measure does not exist."))
        return found

    def get(self, request, *args, **kwargs):
        target = self.measure.get_absolute_url()
        if request.path != target:
            query = request.META.get("QUERY_STRING", "")
            return HttpResponsePermanentRedirect(f"{target}?{query}" if query else target)
        return super().get(request, *args, **kwargs)

    @cached_property
    def labels(self):
        return load_labels()

    @cached_property
    def updates(self):
        found = Update.objects.public(self.measure.sample).filter(measure=self.measure).for_list("title", "plain")
        return sorted(found, key=lambda update: (update.day.last, update.pk), reverse=True)

    @cached_property
    def answers(self):
        columns = [column(name, code) for name in ("title", "question") for code in {*current().chain, "de"}]
        own = (
            "measure",
            "theme",
            "phase",
            "not_documented",
            *(column("plain", code) for code in {*current().chain, "de"}),
        )
        found = ThemeAnswer.objects.filter(measure=self.measure).select_related("theme")
        return list(
            found.only(*own, "theme__number", *(f"theme__{name}" for name in columns)).order_by(
                "phase", "theme__number"
            )
        )

    @cached_property
    def milestones(self):
        return list(Milestone.objects.public(self.measure.sample).filter(measure=self.measure).for_list("title"))

    @cached_property
    def budgets(self):
        return list(Budget.objects.filter(measure=self.measure))

    @cached_property
    def board(self):
        """What public extracts of minutes say of it, newest meeting first."""
        outcomes = outcome_words()
        return [
            {
                "meeting": meeting,
                "name": meeting.body.name_on(meeting.day) or str(meeting.body),
                "item": item,
                "entry": entry,
                "outcome": outcomes[entry.outcome],
            }
            for meeting, item, entry in (board_entries(self.measure) if self.measure.is_topic else ())
            if tr(item, "title")
        ]

    @cached_property
    def neighbours(self):
        """The measures before and after, by number, of the same list."""
        others = Measure.objects.public(self.measure.sample).for_list("title")
        number = self.measure.number
        before = others.filter(number__lt=number).order_by("-number").values("pk")[:1]
        after = others.filter(number__gt=number).order_by("number").values("pk")[:1]
        near = readable(others.filter(Q(pk__in=before) | Q(pk__in=after)).order_by("number"), "title")
        return (
            next((each for each in near if each.number < number), None),
            next((each for each in near if each.number > number), None),
        )

    @property
    def page(self):
        measure = self.measure
        previous, following = self.neighbours
        trail = [(reverse("measures:list"), pgettext("navigation", "Measures"))]
        return Page(
            title=tr(measure, "title"),
            required=[Measure.objects.filter(pk=measure.pk)],
            labelled=[
                Update.objects.public(measure.sample).filter(measure=measure),
                ThemeAnswer.objects.filter(measure=measure),
                Milestone.objects.public(measure.sample).filter(measure=measure),
            ],
            shown=shown([measure], "title", "plain", "purpose", "action")
            + shown(self.updates, "title", "plain")
            + shown(self.answers, "plain")
            + shown(self.milestones, "title")
            + shown([line["item"] for line in self.board], "title")
            + shown([line["entry"] for line in self.board], "plain"),
            updated=measure.told_at,
            trail=trail,
            previous=previous,
            next=following,
            indexed=not measure.sample,
        )

    def get_context_data(self, **kwargs):
        measure, labels, today = self.measure, self.labels, timezone.localdate()
        telling = next((update for update in self.updates if update.status_id), None)
        finished = [answer for answer in self.answers if answer.phase == ThemeAnswer.Phase.FINISHED]
        return super().get_context_data(**kwargs) | {
            "measure": measure,
            "field": labels.by_pk(kinds.FIELD, measure.field_id),
            "subtopic": labels.by_pk(kinds.SUBTOPIC, measure.subtopic_id),
            "goal": labels.by_pk(kinds.GOAL, measure.goal_id),
            "responsible": labels.by_pk(kinds.UNIT, measure.responsible_id),
            "contact_unit": labels.by_pk(kinds.UNIT, measure.contact_id),
            "status": status_label(measure, labels),
            "telling": telling,
            "late": measure.lateness(today),
            "drift": Drift.of(list(measure.plans.all())),
            "related": related_to(measure, labels),
            "updates": [(update, labels.by_pk(kinds.STATUS, update.status_id)) for update in self.updates],
            "answers": [answer for answer in self.answers if answer not in finished],
            "finished_answers": finished,
            "milestones": [(milestone, milestone.is_late(today)) for milestone in self.milestones],
            "budgets": self.budgets,
            "words": words_of(measure),
            "board": self.board,
        }


def words_of(measure):
    """The fixed values of a measure in the reader's words."""
    return {
        "kind": {
            Measure.Kind.ADMINISTRATION: _("By the city administration"),
            Measure.Kind.OPEN: _("Open to applicants: others can apply to carry it out (antragsberechtigt)"),
            Measure.Kind.RECOMMENDATION: _("A recommendation to others"),
            Measure.Kind.UNKNOWN: _("Not known"),
        }[measure.kind],
        "developed_by": {
            Measure.Developer.EXPERT_GROUP: _("A group of experts (Expert*innengruppe)"),
            Measure.Developer.YOUTH_GROUP: _("The youth group of the plan"),
            Measure.Developer.OTHERS: _("Others"),
            Measure.Developer.UNKNOWN: _("Not known"),
        }[measure.developed_by],
        "novelty": {
            Measure.Novelty.NEW: _("New with WIR2.0"),
            Measure.Novelty.BEFORE: _("It existed before WIR2.0"),
            Measure.Novelty.UNKNOWN: _("Not known"),
        }[measure.novelty],
    }


# Districts ------------------------------------------------------------------------------------------------------------


class DistrictList(StrategyPage):
    """The 13 districts as tiles and as a table, each with its number of measures."""

    template_name = "measures/districts.html"

    @cached_property
    def text(self):
        return site_text("stadtbezirke")

    @property
    def page(self):
        return Page(
            title=tr(self.text, "title"),
            required=[SiteText.objects.filter(key="stadtbezirke")],
            shown=shown([self.text], "title", "plain"),
            updated=self.text.updated_at,
            trail=[(reverse("measures:list"), pgettext("navigation", "Measures"))],
        )

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"text": self.text, "rows": district_rows()}


def district_rows():
    """(district, measures that name it, measures for the whole city) of every district, in two statements."""
    public = Measure.objects.public()
    everywhere = public.filter(area=Measure.Area.CITY).count()
    through = Measure.districts.through.objects.filter(measure__in=public.exclude(area=Measure.Area.CITY).values("pk"))
    named = {}
    for district_id in through.values_list("district_id", flat=True):
        named[district_id] = named.get(district_id, 0) + 1
    return [(district, named.get(district.pk, 0), everywhere) for district in District.objects.order_by("number")]


class DistrictPage(StrategyPage):
    """The measures of one district, and those for the whole city."""

    template_name = "measures/district.html"

    @cached_property
    def district(self):
        found = District.objects.filter(number=self.kwargs["number"]).prefetch_related("parts").first()
        if found is None:
            raise Http404(_("This district does not exist."))
        return found

    def get(self, request, *args, **kwargs):
        target = district_address(self.district)
        if request.path != target:
            return HttpResponsePermanentRedirect(target)
        return super().get(request, *args, **kwargs)

    @cached_property
    def measures(self):
        named = Measure.districts.through.objects.filter(district=self.district).values("measure_id")
        found = Measure.objects.public().filter(Q(pk__in=named) | Q(area=Measure.Area.CITY))
        whole_city = Case(When(area=Measure.Area.CITY, then=1), default=0)  # these come last where there are many
        return list(found.for_list("title").order_by(whole_city, "number")[:200])

    @property
    def page(self):
        name = MarkedText(self.district.name, registry.SOURCE, current())
        return Page(
            title=name,
            required=[Measure.objects.filter(pk__in=[measure.pk for measure in self.measures])],
            shown=shown(self.measures, "title"),
            updated=max((measure.told_at for measure in self.measures if measure.told_at), default=None),
            trail=[
                (reverse("measures:list"), pgettext("navigation", "Measures")),
                (reverse("measures:districts"), pgettext("navigation", "Districts")),
            ],
        )

    def get_context_data(self, **kwargs):
        cards = cards_of(self.measures, load_labels(), timezone.localdate(), districts=False)
        here = [card for card in cards if card.measure.area != Measure.Area.CITY]
        return super().get_context_data(**kwargs) | {
            "district": self.district,
            "named": len(here),
            "here": [card for card in here if card.title],
            "everywhere": [card for card in cards if card.title and card.measure.area == Measure.Area.CITY],
            "left_out": sum(not card.title for card in cards),
        }


def district_address(district):
    return reverse("measures:district", args=[district.number, district.slug])
