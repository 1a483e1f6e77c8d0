"""How far the whole plan is: by field and state, what is late and why, and where something is missing."""

from dataclasses import dataclass, field

from django.db.models import CharField, Count, F, IntegerField, Value, Window
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.functional import cached_property

from measures import labels as kinds
from measures.cards import cards_of
from measures.labels import load_labels
from measures.listing import SAMPLES
from measures.models import Budget, Disclosure, Measure, Proposal, Update
from measures.models.measure import State
from measures.punctuality import punctuality
from strategy.views import StrategyPage, shown
from wir.about.models import SiteText, site_text
from wir.languages import registry
from wir.languages.models import as_written
from wir.languages.page import Page
from wir.languages.text import current, tr
from wir.lib.charts import WIDTH, height, stacked_bars

MOST_SHOWN = 300  # measures named one by one in a working; the list itself has no end
MOST_LATE = 50


def by_field_and_state(measures):
    """{(field pk, state): number}"""
    rows = measures.order_by().values("field_id", "state").annotate(hits=Count("pk"))
    return {(row["field_id"], row["state"]): row["hits"] for row in rows}


@dataclass
class Covered:
    """One part of the strategy with how many measures serve it, and how many of these have money."""

    label: kinds.Label
    measures: int
    paid: int
    parameter: str = ""  # by which the list shows exactly these measures; guidelines have none


@dataclass
class Counts:
    """Coverage, proposals that became no measure, and views that are open; one statement."""

    coverage: dict = field(default_factory=dict)
    proposals: int = 0
    disclosed: set = field(default_factory=set)


def count_coverage(measures, labels):
    """Which guideline, priority, field, goal or subtopic has no measure or no money."""
    parts = []
    for kind, column in ((kinds.FIELD, "field_id"), (kinds.GOAL, "goal_id"), (kinds.SUBTOPIC, "subtopic_id")):
        parts.append(grouped(measures.order_by(), kind, F(column), "pk", "budgets__measure"))
    for kind, relation, column in (
        (kinds.PRIORITY, "priorities", "priority_id"),
        (kinds.GUIDELINE, "guidelines", "guideline_id"),
    ):
        through = getattr(Measure, relation).through.objects.filter(measure__in=measures.values("pk"))
        parts.append(grouped(through, kind, F(column), "measure_id", "measure__budgets__measure"))
    nothing = Value(0, IntegerField())
    proposals = (
        as_written(Proposal.objects.public())
        .order_by()
        .annotate(part=Value("proposals", CharField()), target=Cast("pk", CharField()))
    )
    views = Disclosure.objects.order_by().annotate(part=Value("disclosure", CharField()), target=F("view"))
    for rows in (proposals, views):
        parts.append(rows.annotate(hits=nothing, paid=nothing).values_list("part", "target", "hits", "paid"))
    counts, found = {}, Counts()
    for part, target, hits, paid in parts[0].union(*parts[1:], all=True):
        if part == "proposals":
            found.proposals += 1
        elif part == "disclosure":
            found.disclosed.add(target)
        else:
            counts[part, target] = hits, paid
    for kind in (kinds.GUIDELINE, kinds.PRIORITY, kinds.FIELD, kinds.GOAL, kinds.SUBTOPIC):
        parameter = "" if kind == kinds.GUIDELINE else kind
        found.coverage[kind] = [
            Covered(label, *counts.get((kind, str(label.pk)), (0, 0)), parameter) for label in labels.of(kind)
        ]
    return found


def grouped(rows, kind, column, pk, paid):
    return (
        as_written(rows)
        .annotate(part=Value(kind, CharField()), target=Cast(column, CharField()))
        .values("part", "target")
        .annotate(hits=Count(pk, distinct=True), paid=Count(paid, distinct=True))
        .values_list("part", "target", "hits", "paid")
    )


AMOUNTS = ("planned", "actual", "planned_staff", "actual_staff")


@dataclass
class Year:
    """Money and staff of one year, in euro and full-time equivalents, and the measures whose lines were added up.

    A sum stays None as long as nobody has published a number for it: not known is no nought.
    """

    number: int
    sums: dict = field(default_factory=lambda: dict.fromkeys(AMOUNTS))
    measures: set = field(default_factory=set)
    cards: list = field(default_factory=list)

    def add(self, measure_id, card, amounts):
        for name, amount in zip(AMOUNTS, amounts, strict=True):
            if amount is not None:
                self.sums[name] = amount + (self.sums[name] or 0)
        if card and measure_id not in self.measures:
            self.cards.append(card)
        self.measures.add(measure_id)

    @property
    def rest(self):
        """How many measures are counted beyond those named one by one."""
        return len(self.measures) - len(self.cards)


@dataclass
class Total:
    """A number with its working: what it counts, and the measures counted.

    address: of the list that shows exactly these measures.
    """

    key: str
    number: int
    address: str
    cards: list = field(default_factory=list)
    name: kinds.Label | None = None

    @property
    def rest(self):
        """How many are counted beyond those named one by one."""
        return self.number - len(self.cards)


class ProgressPage(StrategyPage):
    template_name = "measures/progress.html"

    @cached_property
    def text(self):
        return site_text("umsetzung")

    @cached_property
    def samples(self):
        return self.request.GET.get(SAMPLES) == "1"

    @cached_property
    def measures(self):
        return Measure.objects.public(self.samples)

    @cached_property
    def labels(self):
        return load_labels()

    @cached_property
    def today(self):
        return timezone.localdate()

    @cached_property
    def late(self):
        """Cards of what is late, the longest first, each with the newest report about it."""
        late = self.measures.late(self.today).annotate(total=Window(Count("pk"))).for_list("title")
        found = list(late.order_by(F("planned_end").asc(nulls_last=True), "number")[:MOST_LATE])
        newest = {}
        for update in (
            Update.objects.public(self.samples)
            .filter(measure__in=[each.pk for each in found])
            .for_list("title", "plain")
        ):
            known = newest.get(update.measure_id)
            if known is None or (update.day.last, update.pk) > (known.day.last, known.pk):
                newest[update.measure_id] = update
        cards = cards_of(found, self.labels, self.today, districts=False)
        return [(card, newest.get(card.measure.pk)) for card in sorted(cards, key=lambda card: card.late[1])]

    @cached_property
    def named(self):
        """Cards of the measures that workings name one by one."""
        found = list(self.measures.for_list("title").order_by("number")[:MOST_SHOWN])
        return cards_of(found, self.labels, self.today, districts=False)

    @property
    def page(self):
        late = [card.measure for card, _update in self.late]
        reports = [update for _card, update in self.late if update]
        measures = [card.measure for card in self.named]
        return Page(
            title=tr(self.text, "title"),
            required=[SiteText.objects.filter(key="umsetzung")],
            labelled=[Measure.objects.filter(pk__in=[each.pk for each in late])],
            shown=shown([self.text], "title", "plain")
            + shown(late + measures, "title")
            + shown(reports, "title", "plain"),
            updated=max([self.text.updated_at, *(each.told_at for each in measures if each.told_at)]),
            indexed=not self.samples,
        )

    def get_context_data(self, **kwargs):
        labels, counts = self.labels, by_field_and_state(self.measures)
        states = kinds.states(labels)
        per_state = {state: sum(n for (_f, s), n in counts.items() if s == state) for state in State.values}
        total = sum(per_state.values())
        known = total - per_state[State.UNKNOWN]
        rows = [
            (label, [counts.get((label.pk, state), 0) for state in State.values]) for label in labels.of(kinds.FIELD)
        ]
        extra = count_coverage(self.measures, labels)
        bars = [(label.value, numbers) for label, numbers in rows]
        return super().get_context_data(**kwargs) | {
            "text": self.text,
            "samples": self.samples,
            "today": self.today,
            "total": total,
            "known": known,
            "states": list(states.items()),
            "totals": self.totals(total, per_state, states),
            "table": [
                (
                    label,
                    [
                        (state, n, self.address(feld=label.value, status=state))
                        for state, n in zip(State.values, numbers, strict=True)
                    ],
                    sum(numbers),
                    self.address(feld=label.value),
                )
                for label, numbers in rows
            ],
            "bars": stacked_bars(bars, rtl=current().dir == "rtl"),
            "chart_size": (WIDTH, height(bars)),
            "late": [(card, update) for card, update in self.late if card.title],
            "left_out": sum(not card.title for card, _update in self.late),
            "late_rest": self.late[0][0].measure.total - len(self.late) if self.late else 0,
            "coverage": extra.coverage,
            "proposals": extra.proposals,
            "money": self.money(),
            "punctuality": punctuality(labels, timezone.now())
            if Disclosure.View.PUNCTUALITY in extra.disclosed
            else [],
            "simple": current() == registry.SIMPLE,
        }

    def totals(self, total, per_state, states):
        seen = [card for card in self.named if card.title]
        yield Total("all", total, self.address(), seen)
        known = total - per_state[State.UNKNOWN]
        for state, label in states.items():
            if not known and state != State.UNKNOWN:
                continue  # nobody has told a state, so noughts would say what nobody knows
            cards = [card for card in seen if card.measure.state == state]
            yield Total(state, per_state[state], self.address(status=state), cards, label)

    def address(self, **params):
        asked = params | ({SAMPLES: "1"} if self.samples else {})
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        return f"?{query}" if query else ""

    def money(self):
        """One Year a year of what is published, the oldest first; one statement."""
        years, cards = {}, {card.measure.pk: card for card in self.named if card.title}
        lines = Budget.objects.public(self.samples).order_by("year", "measure__number")
        lines = lines.values_list("year", "measure_id", *AMOUNTS)
        for number, measure_id, *amounts in lines:
            years.setdefault(number, Year(number)).add(measure_id, cards.get(measure_id), amounts)
        return sorted(years.values(), key=lambda year: year.number)
