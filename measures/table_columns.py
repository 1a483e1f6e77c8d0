"""The columns in which measures travel in spreadsheets, as one table: name, example, how a cell is read and written.

Import, export, preview and undo all speak of a field by the text its cell has. `text` of a measure and `value` of that
text are each other's reverse, so that an export reads back unchanged.
"""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import F

from measures.models import Measure, TargetGroup, ThemeAnswer
from strategy.models import (
    ActionField,
    CityPart,
    CouncilPaper,
    CrossCuttingTheme,
    District,
    Goal,
    Guideline,
    Priority,
    Subtopic,
    Unit,
)
from wir.languages.text import is_blank
from wir.lib.periods import Period
from wir.lib.spreadsheets import tidied

NOT_DOCUMENTED = "nicht belegt"
NUMBER, SAMPLE = "nummer", "beispiel"


class Unreadable(ValueError):
    """A cell that means nothing; the message says so to the person who wrote it."""


@dataclass
class Kind:
    """The things a cell may name. `word` is how files name one; other names that are understood lead to the same."""

    label: str
    word_of: dict = field(default_factory=dict)
    pk_of: dict = field(default_factory=dict)
    field_of: dict = field(default_factory=dict)  # of a subtopic or goal: pk of its action field
    order: dict = field(default_factory=dict)

    def add(self, pk, word, *others, field_id=None):
        self.order[pk] = len(self.word_of)
        self.word_of[pk] = word
        self.field_of[pk] = field_id
        for name in (word, *others):
            if name:
                self.pk_of.setdefault(name.casefold(), pk)

    def find(self, word):
        pk = self.pk_of.get(word.casefold())
        if pk is None:
            raise Unreadable(f"{self.label} „{word}“ gibt es nicht.")
        return pk


class Known:
    """Everything cells can name, read once: one statement a kind."""

    def __init__(self):
        self.kinds = {}
        fields = self.numbered(ActionField, "Das Handlungsfeld")
        self.numbered(Priority, "Die Priorität")
        self.numbered(Guideline, "Die Leitlinie")
        self.themes = dict(CrossCuttingTheme.objects.order_by("number").values_list("number", "pk"))
        for model, label in ((Subtopic, "Das Unterthema"), (Goal, "Das Ziel")):
            kind = self.kinds[model] = Kind(label)
            rows = model.objects.order_by("field__number", "number").values_list("pk", "field_id", "number")
            for pk, field_id, number in rows:
                kind.add(pk, f"{fields.word_of[field_id]}.{number}", field_id=field_id)
        units = self.kinds[Unit] = Kind("Die Stelle")
        for pk, number in Unit.objects.order_by("number").values_list("pk", "number"):
            units.add(pk, number)
        groups = self.kinds[TargetGroup] = Kind("Die Zielgruppe")
        for pk, slug, name in TargetGroup.objects.order_by("order", "pk").values_list("pk", "slug", F("title_de")):
            groups.add(pk, slug, name)
        districts = self.kinds[District] = Kind("Den Stadtbezirk")
        for pk, number, name in District.objects.order_by("number").values_list("pk", "number", "name"):
            districts.add(pk, str(number), f"{number:02}", name)
        parts = self.kinds[CityPart] = Kind("Den Stadtteil")
        for pk, name in CityPart.objects.order_by("name").values_list("pk", "name"):
            parts.add(pk, name)
        papers = self.kinds[CouncilPaper] = Kind("Die Drucksache")
        for pk, number, supplement in CouncilPaper.objects.values_list("pk", "number", "supplement"):
            papers.add(pk, f"{number} {supplement}".strip())

    def numbered(self, model, label):
        kind = self.kinds[model] = Kind(label)
        for pk, number, title in model.objects.order_by("number").values_list("pk", "number", F("title_de")):
            kind.add(pk, str(number), title)
        return kind


@dataclass(frozen=True)
class Column:
    """One column. attribute: of the measure; "" where the column is none. example: for the person who fills it in."""

    name: str
    attribute: str
    example: str
    label: str = ""

    @property
    def title(self):
        """How the field is called in forms and in the history of a measure."""
        if self.label:
            return self.label
        column = Measure._meta.get_field(self.attribute)
        return str(getattr(column, "translated_field", column).verbose_name)

    def value(self, text, known):
        """What the text of a cell means. Raises Unreadable."""
        return text

    def text(self, value, known):
        """How a cell says a value."""
        return value or ""

    def words(self, text):
        """The text of a cell as people read it."""
        return text


class Text(Column):
    def value(self, text, known):
        return "" if is_blank(text) else text


class Translated(Text):
    """A German text; `attribute` is its German column."""


class Choice(Column):
    """A cell may hold the value or its German label. Empty means "not known" where there is such a value."""

    @property
    def choices(self):
        return dict(Measure._meta.get_field(self.attribute).choices)

    def value(self, text, known):
        if not text and "unknown" in self.choices:
            return "unknown"
        for value, label in self.choices.items():
            if text.casefold() in (value.casefold(), str(label).casefold()):
                return value
        if not text:
            raise Unreadable("Die Zelle darf nicht leer sein.")
        raise Unreadable(f"„{text}“ ist nicht möglich. Möglich sind: {', '.join(self.choices)}.")

    def words(self, text):
        return str(self.choices.get(text, text))


class Moment(Column):
    def value(self, text, known):
        if not text:
            return None
        try:
            return Period.read(text)
        except ValueError:
            raise Unreadable(
                f"„{text}“ ist kein Zeitpunkt. Möglich sind: 2026, 2026-Q2, 03/2026 oder 05.03.2026."
            ) from None

    def text(self, value, known):
        return str(value) if value else ""


@dataclass(frozen=True)
class One(Column):
    """One of the things that are known, or none. Its value is a pk."""

    model: type = None

    def value(self, text, known):
        return known.kinds[self.model].find(text) if text else None

    def text(self, value, known):
        return known.kinds[self.model].word_of[value] if value else ""


@dataclass(frozen=True)
class Several(Column):
    """Several of the things that are known, with commas between. Its value is a list of pks in their own order."""

    model: type = None

    def value(self, text, known):
        kind = known.kinds[self.model]
        found = {kind.find(word.strip()) for word in text.split(",") if word.strip()}
        return sorted(found, key=kind.order.__getitem__)

    def text(self, value, known):
        kind = known.kinds[self.model]
        return ", ".join(kind.word_of[pk] for pk in sorted(value or (), key=kind.order.__getitem__))


@dataclass(frozen=True)
class Answer(Column):
    """The answer to a cross-cutting theme when planned: a text, or that the sources tell nothing."""

    theme: int = 0

    def value(self, text, known):
        if self.theme not in known.themes:
            raise Unreadable(f"Das Querschnittsthema {self.theme} gibt es nicht.")
        return "" if is_blank(text) else text

    def texts(self, answer):
        return NOT_DOCUMENTED if answer.not_documented else answer.plain_de or ""


COLUMNS = (
    Translated("titel", "title_de", "Städtische Kulturorte der Vielfalt"),
    Translated("kurz", "plain_de", "Die Stadt fördert Orte, an denen sich Menschen treffen."),
    Translated("zweck", "purpose_de", "Kultur soll für alle da sein."),
    Translated("was", "action_de", "Die Stadt sucht Räume und stellt Geld bereit."),
    One("feld", "field", "2", model=ActionField),
    One("unterthema", "subtopic", "2.3", model=Subtopic),
    One("ziel", "goal", "1.4", model=Goal),
    Several("prioritaeten", "priorities", "1, 2", model=Priority),
    Several("leitlinien", "guidelines", "1, 4", model=Guideline),
    Choice("art", "kind", "administration"),
    Choice("herkunft", "origin", "attested"),
    Text("quelle", "source", "hannover.de, Bericht vom 29. November 2021"),
    Choice("entwickelt_von", "developed_by", "expert_group"),
    Choice("neu", "novelty", "new"),
    One("stelle", "responsible", "56.10", model=Unit),
    One("kontakt", "contact", "56.10", model=Unit),
    Text("beteiligte", "partners", "Ein Name je Zeile, zum Beispiel: Start2Dance e.V."),
    Several("zielgruppen", "target_groups", "jugendliche, frauen", model=TargetGroup),
    Choice("gebiet", "area", "districts"),
    Several("bezirke", "districts", "1, 10", model=District),
    Several("stadtteile", "city_parts", "Vahrenwald", model=CityPart),
    Moment("beginn_geplant", "planned_start", "2027-Q2"),
    Moment("ende_geplant", "planned_end", "12/2028"),
    Moment("begonnen", "actual_start", "15.03.2027"),
    Moment("beendet", "actual_end", "2028"),
    Several("drucksachen", "council_papers", "0993/2022 E1", model=CouncilPaper),
    *(
        Answer(
            f"thema_{number}",
            "",
            f"Geprüft wurden Anmeldung und Kosten. Oder: {NOT_DOCUMENTED}",
            f"Antwort zum Querschnittsthema {number} (bei der Planung)",
            theme=number,
        )
        for number in (1, 2, 3)
    ),
    Text("interne_notiz", "internal_note", "Rückfrage an das Kulturbüro offen"),
)
BY_NAME = {column.name: column for column in COLUMNS}
BY_ATTRIBUTE = {column.attribute: column for column in COLUMNS if column.attribute}
HEADER = (NUMBER, *BY_NAME, SAMPLE)
LOADED = ("title", "plain", "purpose", "action")  # the translated fields among them


class Stock:
    """Measures as they stand now, each field as the text of its cell: a constant number of statements.

    columns: those that are asked for.
    """

    def __init__(self, measures, columns, known):
        self.known, self.measures, self.pairs, self.answers = known, list(measures), {}, {}
        pks = [measure.pk for measure in self.measures]
        chosen = Measure.objects.filter(pk__in=pks) if len(pks) <= 500 else Measure.objects.all()
        chosen = chosen.order_by().values("pk")
        for column in columns:
            if isinstance(column, Several):
                relation = Measure._meta.get_field(column.attribute)
                rows = relation.remote_field.through.objects.filter(measure__in=chosen)
                found = self.pairs[column.attribute] = {}
                for pk, other in rows.values_list("measure_id", f"{relation.m2m_reverse_field_name()}_id"):
                    found.setdefault(pk, []).append(other)
        answers = ThemeAnswer.objects.filter(measure__in=chosen, phase=ThemeAnswer.Phase.PLANNED)
        answers = answers.order_by().only("measure", "theme", "phase", "not_documented", "plain_de")
        for answer in answers:
            self.answers[answer.measure_id, answer.theme_id] = answer

    def text(self, measure, column):
        """What the cell of this measure holds."""
        if isinstance(column, Answer):
            answer = self.answer(measure, column)
            return column.texts(answer) if answer else ""
        if isinstance(column, Several):
            return column.text(self.pairs[column.attribute].get(measure.pk), self.known)
        name = f"{column.attribute}_id" if isinstance(column, One) else column.attribute
        return column.text(getattr(measure, name), self.known)

    def answer(self, measure, column):
        return self.answers.get((measure.pk, self.known.themes.get(column.theme)))


def constraint_faults(measure, attributes, seen):
    """(attribute, message) of the constraints of the model that touch these attributes.

    seen: results so far by the values they look at, because asking the database for each row would take minutes.
    """
    for constraint, names in CONSTRAINTS:
        if not names & attributes:
            continue
        key = (constraint.name, *(getattr(measure, name) for name in sorted(names)))
        if key not in seen:
            try:
                constraint.validate(Measure, measure)
                seen[key] = None
            except ValidationError as error:
                seen[key] = " ".join(error.messages)
        if seen[key]:
            yield max(names & attributes, key=list(BY_ATTRIBUTE).index), seen[key]


CONSTRAINTS = [
    (constraint, names)
    for constraint in Measure._meta.constraints
    if (names := constraint.condition.referenced_base_fields & set(BY_ATTRIBUTE))
]


def same(one, other):
    """True where two cells say the same, however their lines are broken."""
    return tidied(one) == tidied(other)
