"""How many measures each value of each filter would show: one statement, whatever the number of filters and values."""

import re
from dataclasses import dataclass, field

from django.db.models import CharField, Count, F, Value
from django.db.models.functions import Cast
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from measures import labels as kinds
from measures.models import Measure, ThemeAnswer
from wir.languages.models import as_written
from wir.languages.text import current

LONGEST_SHOWN = 80  # signs
UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
NAMES = {
    "q": pgettext_lazy("filter", "Words"),
    "feld": _("Action field"),
    "bezirk": _("District"),
    "status": pgettext_lazy("filter", "Status"),
    "unterthema": _("Subtopic"),
    "ziel": pgettext_lazy("filter", "Goal"),
    "prioritaet": pgettext_lazy("filter", "Priority"),
    "thema": _("Cross-cutting theme"),
    "zielgruppe": _("Target group"),
    "stelle": _("Responsible department"),
    "antragsberechtigt": _("Open to applicants"),
    "von": pgettext_lazy("filter: running on or after this day", "From"),
    "bis": pgettext_lazy("filter: begun by this day", "Until"),
    "sortierung": pgettext_lazy("filter", "Order"),
    "seite": pgettext_lazy("filter", "Page"),
    "seit": pgettext_lazy("filter: changed since this day", "Since"),
}
COLUMNS = {
    "feld": ("field_id", kinds.FIELD),
    "unterthema": ("subtopic_id", kinds.SUBTOPIC),
    "ziel": ("goal_id", kinds.GOAL),
    "status": ("state", kinds.STATUS),
    "stelle": ("responsible_id", kinds.UNIT),
    "antragsberechtigt": ("kind", ""),
    "area": ("area", ""),
}
PAIRS = {
    "bezirk": ("districts", "district_id", kinds.DISTRICT),
    "prioritaet": ("priorities", "priority_id", kinds.PRIORITY),
    "zielgruppe": ("target_groups", "targetgroup_id", kinds.GROUP),
}
VISIBLE = ("feld", "bezirk")
MORE = ("status", "unterthema", "ziel", "prioritaet", "thema", "zielgruppe", "stelle")


@dataclass
class Choice:
    """A value of a facet: its label, how many measures it would show, and whether it is chosen."""

    label: kinds.Label
    count: int
    chosen: bool


def as_typed(value):
    """A strange value of an address as a page can show it: short, and a sign for what no page may hold (HTML: NUL and
    other control characters, halves of surrogate pairs)."""
    return UNSHOWABLE.sub("\ufffd", value[:LONGEST_SHOWN])


@dataclass
class Facet:
    name: str
    choices: list = field(default_factory=list)
    problems: list = field(default_factory=list)
    names: dict = field(default_factory=lambda: NAMES)

    @property
    def title(self):
        return self.names[self.name]

    @property
    def problems_told(self):
        """As safe HTML; left to right, as an address is: without it a page from right to left shows -1 as 1-."""
        values = ((as_typed(value),) for value in self.problems)
        return format_html_join(current().comma, '<bdi dir="ltr">{}</bdi>', values)

    @property
    def is_active(self):
        return any(choice.chosen for choice in self.choices)

    @property
    def is_useful(self):
        """One value, or no hit, is nothing to choose from."""
        return self.is_active or bool(self.problems) or sum(choice.count > 0 for choice in self.choices) > 1


@dataclass
class Facets:
    """All facets of a list, and the number of measures it shows."""

    total: int
    facets: dict
    open_count: int  # open to applicants

    @property
    def visible(self):
        return [self.facets[name] for name in VISIBLE if self.facets[name].is_useful]

    @property
    def more(self):
        return [self.facets[name] for name in MORE if self.facets[name].is_useful]

    @property
    def more_active(self):
        return any(facet.is_active or facet.problems for facet in self.more)


def count_facets(filterset):
    """The Facets of a filtered list. A facet counts as if nothing were chosen in itself: its values mean "or"."""
    parts = [tagged(filterset.found(), "total", Value("")).values("facet", "value").annotate(hits=Count("pk"))]
    for name, (column, _kind) in COLUMNS.items():
        own = "bezirk" if name == "area" else name
        found = tagged(filterset.found(leaving_out=own), name, F(column))
        parts.append(found.values("facet", "value").annotate(hits=Count("pk")))
    for name, (relation, column, _kind) in PAIRS.items():
        through = getattr(Measure, relation).through.objects
        pairs = through.filter(measure__in=filterset.found(leaving_out=name).values("pk"))
        if name == "bezirk":  # those for the whole city are added once, below
            pairs = pairs.exclude(measure__area=Measure.Area.CITY)
        parts.append(tagged(pairs, name, F(column)).values("facet", "value").annotate(hits=Count("pk")))
    answers = ThemeAnswer.objects.filter(
        measure__in=filterset.found(leaving_out="thema").values("pk"), not_documented=False
    )
    answers = tagged(answers, "thema", F("theme_id"))
    parts.append(answers.values("facet", "value").annotate(hits=Count("measure_id", distinct=True)))
    rows = [part.values_list("facet", "value", "hits") for part in parts]
    counts = {(facet, value or ""): hits for facet, value, hits in rows[0].union(*rows[1:], all=True)}
    return assemble(filterset, counts)


def tagged(queryset, name, value):
    return as_written(queryset).order_by().annotate(facet=Value(name, CharField()), value=Cast(value, CharField()))


def assemble(filterset, counts):
    everywhere = counts.get(("area", Measure.Area.CITY), 0)
    chosen, facets = filterset.chosen, {}
    for name in (*VISIBLE, *MORE):
        kind = (COLUMNS.get(name) or PAIRS.get(name) or ("", kinds.THEME))[-1]
        facet = facets[name] = Facet(name, problems=filterset.problems.get(name, []))
        picked = {label.value for label in chosen.get(name, [])}
        every = kinds.states(filterset.labels).values() if name == "status" else filterset.labels.of(kind)
        for label in every:
            hits = counts.get((name, label.value if name == "status" else str(label.pk)), 0)
            if name == "bezirk":
                hits += everywhere
            if hits or label.value in picked:
                facet.choices.append(Choice(label, hits, label.value in picked))
    return Facets(counts.get(("total", ""), 0), facets, counts.get(("antragsberechtigt", Measure.Kind.OPEN), 0))
