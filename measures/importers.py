"""Measures from a spreadsheet: looked at first, written as a whole or not at all, and put back as one step.

A preview speaks of fields by the texts of their cells (measures/table_columns.py), and so does what an undo keeps.
"""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from measures.models import Budget, Change, ImportRun, Measure, MeasureIndex, Milestone, ThemeAnswer, Update
from measures.models.measure import FIRST_SAMPLE_NUMBER
from measures.permissions import check_may
from measures.table_columns import (
    BY_ATTRIBUTE,
    BY_NAME,
    HEADER,
    LOADED,
    NOT_DOCUMENTED,
    NUMBER,
    SAMPLE,
    Answer,
    Choice,
    Known,
    One,
    Several,
    Stock,
    Text,
    Translated,
    Unreadable,
    constraint_faults,
    same,
)
from measures.workflow import edited
from strategy.models import Goal, Subtopic
from wir.languages import registry
from wir.languages.bulk import record_german_texts
from wir.languages.models import ContentStamp, Origin, SourceText, TranslationUnit
from wir.languages.text import is_blank
from wir.lib.spreadsheets import Table

FINISHED = ThemeAnswer.Phase.FINISHED
CHUNK = 100  # measures between two reports of progress
PERMISSION = "measures.import_measure"
# What other columns mean is looked up or read already, without a statement for each row
CLEANED = {column.attribute for column in BY_NAME.values() if isinstance(column, (Text, Choice))}
UNCLEANED = {each.name for each in Measure._meta.get_fields()} - CLEANED


class Refused(Exception):
    """Nothing was written; `reasons` says why, each as a sentence."""

    def __init__(self, reasons):
        self.reasons = [str(reason) for reason in reasons]
        super().__init__(" ".join(self.reasons))


@dataclass(frozen=True)
class Fault:
    """What is wrong, and where: the row as the spreadsheet counts, the column by its name."""

    row: int
    column: str
    text: str

    def __str__(self):
        place = f"Zeile {self.row}" if self.row else "Datei"
        return f"{place}, Spalte „{self.column}“: {self.text}" if self.column else f"{place}: {self.text}"


@dataclass
class Line:
    """What one row does to one measure. changes: {column: (before, after)} as cells. values: {column: its meaning}."""

    row: int
    measure: Measure
    new: bool
    changes: dict = field(default_factory=dict)
    values: dict = field(default_factory=dict)

    @property
    def number(self):
        return self.measure.number

    @property
    def title(self):
        return self.measure.title_de or ""

    @property
    def differences(self):
        """{field: [before, after]} as people read them."""
        return {
            BY_NAME[name].title: [BY_NAME[name].words(before), BY_NAME[name].words(after)]
            for name, (before, after) in self.changes.items()
        }


@dataclass
class Preview:
    """What a table would do. hints: remarks that stop nothing."""

    lines: list = field(default_factory=list)
    faults: list = field(default_factory=list)
    hints: list = field(default_factory=list)
    known: Known = None
    stock: Stock = None

    @property
    def new(self):
        return [line for line in self.lines if line.new]

    @property
    def changed(self):
        return [line for line in self.lines if not line.new and line.changes]

    @property
    def unchanged(self):
        return [line for line in self.lines if not line.new and not line.changes]

    def __str__(self):
        return f"{len(self.new)} neu, {len(self.changed)} geändert, {len(self.unchanged)} unverändert"


# Looking --------------------------------------------------------------------------------------------------------------


def plan(table):
    """What a Table would do to the measures as they stand now; writes nothing. Returns a Preview."""
    preview = Preview()
    places = header_places(table.header, preview.faults)
    names = {place: name for name, place in places.items()}
    for row, place, text in table.faults:
        preview.faults.append(Fault(row, names.get(place, str(place + 1)), text))
    if not preview.faults and not table.rows:
        preview.faults.append(Fault(0, "", "Unter der Kopfzeile steht keine Maßnahme."))
    if not places:
        return preview
    columns = [BY_NAME[name] for name in places if name in BY_NAME]
    preview.known = Known()
    preview.stock = Stock(Measure.objects.plan().for_list(*LOADED, language=registry.SOURCE), columns, preview.known)
    Reading(preview, table.header, places, columns).read(table.rows)
    preview.faults.sort(key=lambda fault: fault.row)
    return preview


def header_places(header, faults):
    """{name: index} of the known columns; what is wrong with the header is added to the faults."""
    names = [name.strip().casefold() for name in header]
    if not set(names) & set(HEADER):
        faults.append(
            Fault(
                0,
                "",
                "Die Kopfzeile fehlt. In der ersten Zeile stehen die Namen der Spalten: nummer, titel …",
            )
        )
        return {}
    places = {}
    for place, name in enumerate(names):
        if name in places:
            faults.append(Fault(1, name, "Diese Spalte steht zweimal in der Kopfzeile."))
        elif name in HEADER:
            places[name] = place
        elif name:
            faults.append(Fault(1, name[:60], f"Diese Spalte ist nicht bekannt. Bekannt sind: {', '.join(HEADER)}."))
    return places


class Reading:
    """One pass over the rows of a table, adding lines, faults and hints to a preview."""

    def __init__(self, preview, header, places, columns):
        self.preview, self.places, self.columns = preview, places, columns
        self.headed = {place for place, name in enumerate(header) if name}
        self.known, self.stock = preview.known, preview.stock
        self.by_number = {measure.number: measure for measure in self.stock.measures}
        self.by_title = {}
        for measure in self.stock.measures:
            self.by_title.setdefault((measure.field_id, (measure.title_de or "").strip()), []).append(measure)
        self.next_number = max(self.by_number, default=0) + 1
        self.rows_of = {}  # number or whole content: the row that had it first
        self.checked = {}

    def fault(self, row, column, text):
        self.preview.faults.append(Fault(row, column, text))

    def read(self, rows):
        for row, cells in rows:
            for place, cell in enumerate(cells):
                if cell and place not in self.headed:
                    self.fault(row, str(place + 1), "Über dieser Zelle steht kein Spaltenname.")
                    break
            texts = {name: cells[place] if place < len(cells) else "" for name, place in self.places.items()}
            before = len(self.preview.faults)
            line = self.line(row, texts)
            if line is not None:
                self.read_values(line, texts)
                if len(self.preview.faults) == before and (line.new or line.changes):
                    for column, text in broken_rules(line, self.preview, self.checked):
                        self.fault(row, column, text)
                if len(self.preview.faults) == before and line.new:
                    line = self.same_as_before(line, texts)
            if line is not None and len(self.preview.faults) == before:
                self.preview.lines.append(line)

    def line(self, row, texts):
        """The measure that a row means: an existing one by its number, a new one without."""
        number = texts.get(NUMBER, "")
        if not number:
            return Line(row, Measure(number=self.next_number, title_de="", plain_de=""), new=True)
        if not number.isdecimal() or len(number) > 9:
            self.fault(row, NUMBER, f"„{number}“ ist keine Nummer einer Maßnahme.")
            return None
        number = int(number)
        if number >= FIRST_SAMPLE_NUMBER:
            self.fault(row, NUMBER, "Nummern über einer Million haben nur Beispiele. Sie werden nicht eingelesen.")
        elif number in self.rows_of:
            self.fault(row, NUMBER, f"Die Nummer {number} steht schon in Zeile {self.rows_of[number]}.")
        elif number not in self.by_number:
            self.fault(
                row,
                NUMBER,
                f"Eine Maßnahme {number} gibt es nicht. Für eine neue Maßnahme bleibt die Zelle leer.",
            )
        else:
            self.rows_of[number] = row
            return Line(row, self.by_number[number], new=False)
        return None

    def read_values(self, line, texts):
        """Compare each cell with what stands there, and set on the measure what differs."""
        for column in self.columns:
            text = texts[column.name]
            if line.new and not text:
                continue  # keeps what a new measure begins with
            try:
                value = column.value(text, self.known)
            except Unreadable as refusal:
                self.fault(line.row, column.name, str(refusal))
                continue
            before = "" if line.new else self.stock.text(line.measure, column)
            after = value if isinstance(column, Answer) else column.text(value, self.known)
            if not same(before, after):
                line.changes[column.name], line.values[column.name] = (before, after), value
        for name, value in line.values.items():
            column = BY_NAME[name]
            if column.attribute and not isinstance(column, Several):
                setattr(line.measure, attribute_of(column), value)

    def same_as_before(self, line, texts):
        """A row without a number that says what is there already changes nothing, so that a file can be read twice."""
        content = tuple(sorted((name, text) for name, text in texts.items() if text and name != SAMPLE))
        if content in self.rows_of:
            self.fault(line.row, "", f"Diese Zeile ist die gleiche wie Zeile {self.rows_of[content]}.")
            return None
        self.rows_of[content] = line.row
        alike = self.by_title.get((line.measure.field_id, line.title), [])
        for measure in alike:
            if all(same(after, self.stock.text(measure, BY_NAME[name])) for name, (_, after) in line.changes.items()):
                return Line(line.row, measure, new=False)
        if alike:
            text = f"Die Nummer {alike[0].number} heißt genauso. Diese Zeile legt eine neue Maßnahme an."
            self.preview.hints.append(Fault(line.row, "titel", text))
        self.next_number += 1
        return line


def broken_rules(line, preview, checked):
    """(column, message) for each rule of the model, and of what is public, that a line would break.

    checked: results of constraints so far, for constraint_faults.
    """
    measure, kinds = line.measure, preview.known.kinds
    changed = {BY_NAME[name].attribute for name in line.values}
    if measure.field_id is None:
        yield "feld", "Das Handlungsfeld fehlt."
    if is_blank(measure.title_de):
        yield "titel", "Der Titel fehlt."
    if measure.published and is_blank(measure.plain_de):
        yield "kurz", "Eine veröffentlichte Maßnahme braucht den Text „Kurz gesagt“."
    try:
        measure.clean_fields(exclude=UNCLEANED)
    except ValidationError as error:
        for attribute, messages in error.message_dict.items():
            yield BY_ATTRIBUTE[attribute].name, " ".join(messages)
    for model, attribute in ((Subtopic, "subtopic"), (Goal, "goal")):
        kind, pk = kinds[model], getattr(measure, f"{attribute}_id")
        if pk and measure.field_id and kind.field_of[pk] != measure.field_id:
            text = f"{kind.label} {kind.word_of[pk]} gehört zu einem anderen Handlungsfeld."
            yield BY_ATTRIBUTE[attribute].name, text
    for attribute, message in constraint_faults(measure, changed, checked):
        yield BY_ATTRIBUTE[attribute].name, message
    if line.new or {"origin", ""} & changed:
        yield from broken_answers(line, preview)


def broken_answers(line, preview):
    """A measure made here answers; what is published keeps its answers (ThemeAnswer.clean, .delete)."""
    made_here = line.measure.origin == Measure.Origin.MADE_HERE
    for column in BY_NAME.values():
        if not isinstance(column, Answer):
            continue
        answer = None if line.new else preview.stock.answer(line.measure, column)
        text = line.values.get(column.name, column.texts(answer) if answer else "")
        if made_here and text == NOT_DOCUMENTED:
            yield (
                column.name,
                f"„{NOT_DOCUMENTED}“ gibt es nur bei belegten Maßnahmen. Diese ist hier angelegt.",
            )
        elif line.measure.published and column.name in line.values and not text:
            yield column.name, "Eine veröffentlichte Maßnahme behält ihre Antworten."


def attribute_of(column):
    return f"{column.attribute}_id" if isinstance(column, One) else column.attribute


# Storing and applying -------------------------------------------------------------------------------------------------


def keep(table, file_name, *, by, now=None):
    """Keep a table that was looked at, to be applied later. Returns the ImportRun."""
    rows = [table.header, *([row, *cells] for row, cells in table.rows)]
    return ImportRun.objects.create(file_name=file_name[:200], at=now or timezone.now(), by=by, rows=rows)


def table_of(run):
    header, *rows = run.rows
    return Table(header, [(row, cells) for row, *cells in rows])


def apply(run, *, by, now=None, progress=None):
    """Write what the kept table says about the measures as they stand now: all of it, or Refused and nothing.

    progress: called with (rows done, rows in all). by: the person, None for the portal's own commands.
    """
    for done, total in applying(run, by=by, now=now):
        if progress:
            progress(done, total)


def applying(run, *, by, now=None):
    """`apply` step by step, for pages that show how far it is. Left before its end, it writes nothing."""
    check_may(by, PERMISSION)
    now = now or timezone.now()
    try:
        with transaction.atomic():
            step(run, ImportRun.State.PREVIEW, ImportRun.State.APPLIED, "Diese Tabelle ist schon übernommen.")
            preview = plan(table_of(run))
            if preview.faults:
                raise Refused(preview.faults)
            run.undo = {"measures": {}}
            yield from writing(preview, run, by, now)
            run.rows, run.state = [], ImportRun.State.APPLIED
            run.created_count, run.changed_count = len(preview.new), len(preview.changed)
            run.unchanged_count = len(preview.unchanged)
            run.save()
    except IntegrityError:
        raise Refused(["Jemand hat gleichzeitig Maßnahmen geändert. Bitte versuchen Sie es noch einmal."]) from None


def step(run, before, after, otherwise):
    if not ImportRun.objects.filter(pk=run.pk, state=before).update(state=after):
        raise Refused([otherwise])


def writing(preview, run, by, now):
    """Write new and changed measures in chunks; what an undo needs is kept in the run."""
    total, done = len(preview.new) + len(preview.changed), 0
    yield done, total
    for lines in chunks(preview.new):
        write_new(lines, preview, by, now)
        done += len(lines)
        yield done, total
    kept = run.undo["measures"]
    columns = list(BY_NAME.values())
    written = [line.measure.pk for line in preview.new]
    for pks in chunks(written):
        measures = Measure.objects.filter(pk__in=pks).for_list(*LOADED, language=registry.SOURCE)
        stock = Stock(measures, columns, preview.known)
        for measure in stock.measures:
            kept[str(measure.number)] = {
                "new": True,
                "cells": {column.name: [None, stock.text(measure, column)] for column in columns},
            }
    for lines in chunks(preview.changed):
        write_changed(lines, preview, by, now)
        for line in lines:
            cells = {name: list(pair) for name, pair in line.changes.items()}
            kept[str(line.number)] = {"new": False, "published": line.measure.published, "cells": cells}
        done += len(lines)
        yield done, total
    if total:
        ContentStamp.touch()


def chunks(things):
    return (things[start : start + CHUNK] for start in range(0, len(things), CHUNK))


def write_new(lines, preview, by, now):
    """Drafts, with all that belongs to them, in a handful of statements."""
    measures = Measure.objects.bulk_create([line.measure for line in lines])
    write_pairs(lines)
    record_german_texts(measures, origin=Origin.IMPORTED, now=now)
    write_answers(lines, preview, now)
    MeasureIndex.refresh(measures)
    # Nothing follows from a new draft but its history
    Change.objects.bulk_create(
        Change(measure=line.measure, kind=Change.Kind.EDITED, at=now, by=by, fields=line.differences) for line in lines
    )


def write_changed(lines, preview, by, now):
    """Only the columns that differ, and only where nobody has changed the measure since it was read."""
    retold = []
    for line in lines:
        columns = {name: BY_NAME[name] for name in line.values}
        written = {
            attribute_of(column): line.values[name]
            for name, column in columns.items()
            if column.attribute and not isinstance(column, Several)
        }
        unchanged = Measure._base_manager.filter(pk=line.measure.pk, updated_at=line.measure.updated_at)
        if not unchanged.update(**written, updated_at=now):
            raise Refused([f"Jemand anderes hat die Maßnahme {line.number} gerade geändert."])
        if any(isinstance(column, Translated) for column in columns.values()) or "beteiligte" in columns:
            retold.append(line.measure.pk)
    write_pairs(lines)
    write_answers(lines, preview, now)
    if retold:
        measures = list(Measure._base_manager.filter(pk__in=retold))
        record_german_texts(measures, origin=Origin.IMPORTED, now=now)
        MeasureIndex.refresh(measures)
    for line in lines:
        edited(line.measure, line.differences, by=by, now=now)


def write_pairs(lines):
    """The relations to many, replaced where they differ."""
    for column in BY_NAME.values():
        touched = [line for line in lines if column.name in line.values] if isinstance(column, Several) else []
        if not touched:
            continue
        relation = Measure._meta.get_field(column.attribute)
        through, other = relation.remote_field.through, f"{relation.m2m_reverse_field_name()}_id"
        through.objects.filter(measure__in=[line.measure.pk for line in touched if not line.new]).delete()
        through.objects.bulk_create(
            through(**{"measure_id": line.measure.pk, other: pk}) for line in touched for pk in line.values[column.name]
        )


def answers_of(line):
    for name, value in line.values.items():
        if isinstance(BY_NAME[name], Answer):
            yield BY_NAME[name], value


def answer_values(text):
    documented = text != NOT_DOCUMENTED
    return {"not_documented": not documented, "plain_de": text if documented else ""}


def write_answers(lines, preview, now):
    written = []
    for line in lines:
        for column, text in answers_of(line):
            if text:
                theme = preview.known.themes[column.theme]
                written.append(ThemeAnswer(measure=line.measure, theme_id=theme, **answer_values(text)))
            else:
                preview.stock.answer(line.measure, column).delete()
    answers = ThemeAnswer.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["measure", "theme", "phase"],
        update_fields=["not_documented", "plain_de", "updated_at"],
    )
    record_german_texts(answers, origin=Origin.IMPORTED, now=now)


# Putting back ---------------------------------------------------------------------------------------------------------


def undo(run, *, by, now=None):
    """Put everything back as it was before: all of it, or Refused with every measure that stands in the way."""
    check_may(by, PERMISSION)
    now = now or timezone.now()
    with transaction.atomic():
        step(
            run,
            ImportRun.State.APPLIED,
            ImportRun.State.UNDONE,
            "Hier gibt es nichts (mehr) zurückzunehmen.",
        )
        kept = {int(number): each for number, each in run.undo.get("measures", {}).items()}
        preview = Preview(known=Known())
        measures = Measure.objects.plan().for_list(*LOADED, language=registry.SOURCE)
        columns = list(BY_NAME.values())
        preview.stock = Stock((each for each in measures if each.number in kept), columns, preview.known)
        new, reasons, checked = [], [], {}
        found = {measure.number: measure for measure in preview.stock.measures}
        occupied = attached([found[number].pk for number in kept if number in found and kept[number]["new"]])
        for number, each in sorted(kept.items()):
            if number not in found:
                reasons.append(f"Maßnahme {number}: gibt es nicht mehr.")
                continue
            measure = found[number]
            reasons += in_the_way(measure, each, preview.stock, occupied)
            if each["new"]:
                new.append(measure.pk)
            elif not reasons:
                preview.lines.append(line_back(measure, each, preview, reasons, checked))
        if reasons:
            raise Refused(reasons)
        for lines in chunks(preview.lines):
            write_changed(lines, preview, by, now)
        for pks in chunks(new):
            remove(pks)
        ContentStamp.touch()
        run.state = ImportRun.State.UNDONE


def in_the_way(measure, kept, stock, occupied):
    """Reasons why a measure cannot be put back: what people have done with it since."""
    if measure.published and not kept.get("published") or kept["new"] and measure.first_published_at:
        yield f"Maßnahme {measure.number}: wurde inzwischen veröffentlicht."
    for name, (_, written) in kept["cells"].items():
        if not same(stock.text(measure, BY_NAME[name]), written):
            yield f"Maßnahme {measure.number}: Das Feld „{BY_NAME[name].title}“ wurde inzwischen geändert."
    if measure.pk in occupied:
        yield f"Maßnahme {measure.number}: hat inzwischen {occupied[measure.pk]}."


def attached(pks):
    """{pk: what people have added to a new measure since}."""
    found = {}
    for batch in chunks(pks):
        sources = SourceText.objects.filter(model=Measure._meta.label_lower, object_id__in=batch)
        for label, rows, name in (
            ("Meldungen", Update.objects.filter(measure__in=batch), "measure"),
            ("Meilensteine", Milestone.objects.filter(measure__in=batch), "measure"),
            ("Geld und Stellen", Budget.objects.filter(measure__in=batch), "measure"),
            ("Antworten nach dem Abschluss", ThemeAnswer.objects.filter(measure__in=batch, phase=FINISHED), "measure"),
            ("Übersetzungen", TranslationUnit.objects.filter(source__in=sources), "source__object_id"),
        ):
            for pk in rows.order_by().values_list(name, flat=True):
                found.setdefault(pk, label)
    return found


def line_back(measure, kept, preview, reasons, checked):
    """The line that sets the fields of a measure to what they were; what forbids it is added to the reasons."""
    line = Line(0, measure, new=False)
    for name, (before, after) in kept["cells"].items():
        column = BY_NAME[name]
        try:
            line.values[name] = column.value(before, preview.known)
        except Unreadable as refusal:
            reasons.append(f"Maßnahme {measure.number}: {refusal}")
            continue
        line.changes[name] = (after, before)
        if column.attribute and not isinstance(column, Several):
            setattr(measure, attribute_of(column), line.values[name])
    reasons += [f"Maßnahme {measure.number}: {text}" for _, text in broken_rules(line, preview, checked)]
    return line


def remove(pks):
    """Drafts and everything that belongs to them, in a few statements for all."""
    answers = list(ThemeAnswer.objects.filter(measure__in=pks).order_by().values_list("pk", flat=True))
    SourceText.objects.filter(model=ThemeAnswer._meta.label_lower, object_id__in=answers).delete()
    SourceText.objects.filter(model=Measure._meta.label_lower, object_id__in=pks).delete()
    Measure.objects.filter(pk__in=pks).delete()
