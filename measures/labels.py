"""The names of everything measures can be filtered by, in the reader's language, in one statement."""

from dataclasses import dataclass, field

from django.db.models import Case, CharField, F, IntegerField, Q, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from measures.models import Status, TargetGroup
from measures.models.measure import State
from strategy.models import (
    ActionField,
    CrossCuttingTheme,
    District,
    Goal,
    Guideline,
    Priority,
    Subtopic,
    UnitName,
)
from wir.languages import registry
from wir.languages.models import as_written
from wir.languages.text import MarkedText, column, current, is_blank
from wir.lib.slugs import german_slug


@dataclass
class Label:
    """One value of a filter.

    value: as addresses carry it ("2.3"). pk: of the object. text: its name, marked with its language. above: the pk
    of what it belongs to.
    """

    value: str
    pk: object
    text: MarkedText
    above: int | None = None
    tone: str = ""
    explanation: MarkedText | None = None  # of a status: what it means
    slug: str = ""  # the last part of its address, made from the German name

    @property
    def number(self):
        """The last part of "2.3": its number within what it belongs to."""
        return self.value.rpartition(".")[2]


@dataclass
class Labels:
    """{kind: [Label]} in the order of the plan; `by_pk` and `by_value` find one."""

    kinds: dict = field(default_factory=dict)

    def add(self, kind, label):
        self.kinds.setdefault(kind, []).append(label)

    def of(self, kind):
        return self.kinds.get(kind, [])

    def by_pk(self, kind, pk):
        return next((label for label in self.of(kind) if label.pk == pk), None)

    def by_value(self, kind, value):
        return next((label for label in self.of(kind) if label.value == value), None)


# Kinds of labels; the words are those of the address (contract: list parameters)
FIELD, SUBTOPIC, GOAL, PRIORITY, THEME = "feld", "unterthema", "ziel", "prioritaet", "thema"
GROUP, DISTRICT, UNIT, STATUS, GUIDELINE = "zielgruppe", "bezirk", "stelle", "status", "leitlinie"
NAMELESS = {FIELD: "feld", SUBTOPIC: "unterthema", DISTRICT: "stadtbezirk"}  # slugs of what has no letters


def load_labels(language=None):
    """Every label, in one statement. German names of districts and departments are the same in every language."""
    language = language or current()
    codes = list(dict.fromkeys((*language.chain, "de")))
    parts = [
        translated(ActionField.objects.public(), FIELD, codes),
        translated(Subtopic.objects.public().named(), SUBTOPIC, codes, above="field_id", top="field__number"),
        translated(Goal.objects.public(), GOAL, codes, above="field_id", top="field__number"),
        translated(Priority.objects.public(), PRIORITY, codes),
        translated(CrossCuttingTheme.objects.public(), THEME, codes),
        translated(Guideline.objects.public(), GUIDELINE, codes),
        translated(TargetGroup.objects.public(), GROUP, codes, order="order", value="slug"),
        translated(Status.objects.public(), STATUS, codes, order="order", value="state", tone="tone", explained=True),
        named(District.objects.all(), DISTRICT, codes, order="number", value="number"),
        named(
            UnitName.objects.filter(is_alias=False), UNIT, codes, order=of_today(), value="unit__number", pk="unit_id"
        ),
    ]
    labels = Labels()
    rows = parts[0].union(*parts[1:], all=True)
    for kind, pk, order, value, above, top, tone, *texts in sorted(rows, key=lambda row: (row[0], row[5], row[2])):
        value = f"{top}.{order}" if top else value
        text = chosen(texts[: len(codes)], codes, language)
        if kind == UNIT and labels.by_pk(UNIT, pk):
            labels.by_pk(UNIT, pk).text = text  # the name of today, of these the one entered last
        elif text:
            explanation = chosen(texts[len(codes) :], codes, language) if kind == STATUS else None
            slug = german_slug(texts[codes.index("de")] or "") or NAMELESS.get(kind, "")
            labels.add(kind, Label(value, pk, text, above, tone, explanation, slug))
    for state in State:  # the contract's six words stand, whatever names the office gives them
        if labels.by_value(STATUS, state) is None:
            labels.add(STATUS, Label(state.value, None, MarkedText(state.label, registry.SOURCE, language)))
    return labels


def of_today():
    """An order in which names that are not carried today come first, so that those of today have the last word."""
    today = timezone.localdate()
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=today)
    lasting = Q(valid_until__isnull=True) | Q(valid_until__gte=today)
    return F("pk") + Case(When(begun & lasting, then=1_000_000_000), default=0)


def columns(objects, kind, order, value, above, top, tone, pk):
    """The plain columns, the same for every kind so that one UNION holds them all."""
    nothing = Cast(Value(None), IntegerField())
    return (
        as_written(objects)
        .order_by()
        .annotate(
            label_kind=Value(kind, CharField()),
            label_pk=Cast(F(pk), IntegerField()),
            label_order=Cast(F(order) if isinstance(order, str) else order, IntegerField()),
            label_value=Cast(F(value), CharField()),
            label_above=Cast(F(above), IntegerField()) if above else nothing,
            label_top=Cast(F(top), IntegerField()) if top else Value(0, IntegerField()),
            label_tone=Cast(F(tone), CharField()) if tone else Value("", CharField()),
        )
    )


PLAIN = ("label_kind", "label_pk", "label_order", "label_value", "label_above", "label_top", "label_tone")


def translated(
    objects, kind, codes, *, order="number", value="number", above=None, top=None, tone=None, explained=False
):
    rows = columns(objects, kind, order, value, above, top, tone, "pk")
    texts = {f"label_{place}": Cast(F(column("title", code)), CharField()) for place, code in enumerate(codes)}
    for place, code in enumerate(codes):
        plain = Cast(F(column("plain", code)), CharField()) if explained else Value("", CharField())
        texts[f"label_plain_{place}"] = plain
    return rows.annotate(**texts).values_list(*PLAIN, *texts)


def named(objects, kind, codes, *, order, value, pk="pk"):
    """German proper names: in the column of German, whatever the chain."""
    rows = columns(objects, kind, order, value, None, None, None, pk)
    texts = {
        f"label_{place}": Cast(F("name"), CharField()) if code == "de" else Value("", CharField())
        for place, code in enumerate(codes)
    }
    texts |= {f"label_plain_{place}": Value("", CharField()) for place in range(len(codes))}
    return rows.annotate(**texts).values_list(*PLAIN, *texts)


def chosen(texts, codes, language):
    """The first text along the chain. Proper names have only German, and Leichte Sprache shows them too."""
    for text, code in zip(texts, codes, strict=True):
        if not is_blank(text):
            return MarkedText(text, registry.get(code), language)
    return MarkedText("", language, language)


# The fixed states by the contract's words, with the first status of each as its name
def states(labels):
    """{state: Label} of the statuses that name the fixed states, the first of each."""
    found = {}
    for label in labels.of(STATUS):
        found.setdefault(label.value, label)
    return {state: found[state] for state in State.values}
