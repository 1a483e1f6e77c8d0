"""Putting the official wording where it belongs, and telling what was found, changed, left and not placed."""

import difflib
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db import transaction

from strategy.models import (
    ActionField,
    Chapter,
    CrossCuttingTheme,
    FocusPoint,
    Guideline,
    Priority,
    SourceDocument,
    Subtopic,
    Wording,
)
from strategy.paper.mending import words
from wir.languages.models import ContentStamp, Origin, SourceText
from wir.languages.text import fingerprint
from wir.languages.writing import save_translation

JOB = "official-wording"
NEW, CHANGED, UNCHANGED, GONE, RENAMED = "new", "changed", "unchanged", "gone", "renamed"


@dataclass
class Line:
    """One line of the report: what happened, the heading, and where it stands in the document."""

    state: str
    heading: str
    line: int
    note: str = ""
    written: bool = True  # False where the note tells why nothing was


@dataclass
class Report:
    document: str
    edition: str
    counts: dict = field(default_factory=dict)
    lines: list = field(default_factory=list)
    not_placed: list = field(default_factory=list)

    def of(self, state):
        return [line for line in self.lines if line.state == state]

    @property
    def nothing_changed(self):
        return all(line.state == UNCHANGED or not line.written for line in self.lines)


KINDS = ("guideline", "priority", "crosscuttingtheme", "actionfield", "subtopic", "focuspoint", "chapter", "page")


def place(readings, *, by, dry_run=False):
    """Store what the documents say and show it at its items; all or nothing. Returns a Report for each document.

    by: the person, who needs the right to import; None for the portal's own command. Raises PermissionDenied.
    The order of the documents, and importing them one by one, makes no difference.
    """
    if by is not None and not by.has_perm("strategy.import_wording"):
        raise PermissionDenied("Für das Einlesen des amtlichen Wortlauts fehlt Ihnen das Recht.")
    with transaction.atomic():
        fields = [match_fields(reading) for reading in readings]
        reports = [store(reading) for reading in readings]
        for reading, report, of_reading in zip(readings, reports, fields, strict=True):
            make_items(reading, report, of_reading)
        shown = show_wordings()
        if shown or not all(report.nothing_changed for report in reports):
            ContentStamp.touch()
        for report in reports:
            report.lines += [line for line in shown if line.note and report is reports[-1]]
        if dry_run:
            transaction.set_rollback(True)
    return reports


def store(reading):
    """Write the document and its wordings; those it no longer has go."""
    facts = {"title": reading.title, "edition": reading.edition, "issuer": reading.issuer}
    document = SourceDocument.objects.filter(kind=reading.kind).first()
    if document is None:
        document = SourceDocument.objects.create(kind=reading.kind, **facts)
    report = Report(
        reading.title, reading.edition, {kind: reading.count(kind) for kind in KINDS}, [], reading.not_placed
    )
    if any(getattr(document, name) != value for name, value in facts.items()):
        report.lines.append(Line(CHANGED, str(document), 0, f"jetzt: {reading.title}, {reading.edition}"))
        for name, value in facts.items():
            setattr(document, name, value)
        document.save()
    known = {wording.key: wording for wording in document.wordings.all()}
    for found in reading.places:
        heading = found.title or f"{found.key}: {found.text[:60]}"
        values = {"title": found.title, "text": found.text, "page": found.page}
        wording = known.pop(found.key, None)
        if wording is None:
            Wording.objects.create(document=document, key=found.key, **values)
            report.lines.append(Line(NEW, heading, found.line))
        elif any(getattr(wording, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(wording, name, value)
            wording.save()
            report.lines.append(Line(CHANGED, heading, found.line))
        else:
            report.lines.append(Line(UNCHANGED, heading, found.line))
    for wording in known.values():
        report.lines.append(Line(GONE, wording.title or wording.key, 0, "steht nicht mehr im Dokument"))
        wording.delete()
    return report


# Items --------------------------------------------------------------------------------------------------------------


def make_items(reading, report, fields):
    """Make the items a document has and the portal has not, and follow its names; ours are never overwritten."""
    for found in reading.places:
        kind = found.key.partition("/")[0]
        if kind in ("guideline", "priority", "crosscuttingtheme"):
            model = {"guideline": Guideline, "priority": Priority, "crosscuttingtheme": CrossCuttingTheme}[kind]
            item, _created = model.objects.get_or_create(number=found.number)
            if kind == "crosscuttingtheme":
                follow_title(item, found, report)
            elif not item.title_de:
                write_title(item, found.title.rstrip(".") or f"{model._meta.verbose_name} {found.number}")
        elif kind == "chapter":
            make_chapter(found, report)
        elif kind == "actionfield":
            item = fields[found.number]
            follow_title(item, found, report)
            announce(item, reading.announced.get(found.number), report, found)
        elif kind == "subtopic":
            item, _created = Subtopic.objects.get_or_create(
                field=fields[int(found.key.split("/")[1].split(".")[0])], number=found.number
            )
            follow_title(item, found, report)
        elif kind == "focuspoint":
            field_number, subtopic_number, number = (int(part) for part in found.key.split("/")[1].split("."))
            subtopic = (
                Subtopic.objects.get(field=fields[field_number], number=subtopic_number) if subtopic_number else None
            )
            item, _created = FocusPoint.objects.get_or_create(
                field=fields[field_number], subtopic=subtopic, number=number
            )
            if not item.title_de:
                write_title(item, found.text[:300])


def match_fields(reading):
    """{number: field of the portal}, and the reading's keys brought to these numbers.

    By name first, so that a field keeps its number in an edition with another order; by place where a name is new.
    """
    free = {item.title_de: item for item in ActionField.objects.all()}
    places = [found for found in reading.places if found.key.startswith("actionfield/")]
    matched = {found.number: free.pop(found.title) for found in places if found.title in free}
    for found in places:
        if found.number not in matched:
            item = next((each for each in free.values() if each.number == found.number), None)
            if item is None:
                last = ActionField.objects.order_by("-number").values_list("number", flat=True).first() or 0
                item = ActionField.objects.create(number=last + 1)
            else:
                free.pop(item.title_de)
            matched[found.number] = item
    for found in reading.places:
        kind, _slash, label = found.key.partition("/")
        if kind in ("actionfield", "subtopic", "focuspoint"):
            place, *rest = label.split(".")
            number = matched[int(place)].number
            found.key = f"{kind}/{'.'.join([str(number), *rest])}"
            if kind == "actionfield":
                found.number = number
    reading.announced = {matched[place].number: count for place, count in reading.announced.items()}
    return {item.number: item for item in matched.values()}


def follow_title(item, found, report):
    """Names are facts of the document: the German title follows, unless a person has written another one."""
    if item.title_de == found.title:
        return
    if item.title_de and words(item.title_de) == words(found.title):
        return  # a printed dash or dot more or less is no other name
    source = SourceText.objects.filter(model=item._meta.label_lower, object_id=item.pk, field="title").first()
    if source and (source.origin == Origin.HUMAN or source.hash != fingerprint(item.title_de)):
        note = f"heißt im Portal „{item.title_de}“; ein Mensch hat das so geschrieben, es bleibt"
        report.lines.append(Line(RENAMED, found.title, found.line, note, written=False))
        return
    if item.title_de:
        note = f"hieß im Portal „{item.title_de}“"
        report.lines.append(Line(RENAMED, found.title, found.line, note))
    write_title(item, found.title)


def write_title(item, title):
    save_translation(item, "de", {"title": title}, origin=Origin.IMPORTED, by=None, job=JOB)


def announce(item, number, report, found):
    """How many subtopics the field announces; those without a name exist with a number only."""
    named = Subtopic.objects.filter(field=item).count()
    if number is None:
        return
    if item.announced_subtopics != number:
        ActionField.objects.filter(pk=item.pk).update(announced_subtopics=number)
        report.lines.append(Line(CHANGED, found.title, found.line, f"kündigt {number} Unterthemen an"))
    for missing in range(named + 1, number + 1):
        Subtopic.objects.get_or_create(field=item, number=missing)


def make_chapter(found, report):
    slug = found.key.partition("/")[2]
    chapter = Chapter.objects.filter(slug=slug).first()
    if chapter is None:
        chapter = Chapter.objects.create(slug=slug, number=found.number)
        write_title(chapter, found.title)
    elif chapter.number != found.number:
        report.lines.append(Line(CHANGED, found.title, found.line, f"steht jetzt an Stelle {found.number}"))
        Chapter.objects.filter(pk=chapter.pk).update(number=found.number)


# Which document's word is shown -------------------------------------------------------------------------------------


def show_wordings():
    """Point each item to the wording it shows. Where the words of two documents differ, the web page's are taken.

    The web page was mended after printing: guideline 6 ends there as it was meant. Returns report lines.
    """
    by_key = {}
    for wording in Wording.objects.select_related("document").order_by("document__kind"):
        by_key.setdefault(wording.key, {})[wording.document.kind] = wording
    lines = []
    for model in (Guideline, Priority, CrossCuttingTheme, ActionField, Subtopic, FocusPoint, Chapter):
        related = [name for name in ("field", "subtopic") if hasattr(model, name)]
        for item in model.objects.select_related(*related) if related else model.objects.all():
            wording, note = choose(by_key.get(item.wording_key, {}))
            if wording and wording.note != note:
                Wording.objects.filter(pk=wording.pk).update(note=note)
                lines.append(Line(CHANGED, str(item), 0, note))
            if item.official_id != (wording.pk if wording else None):
                model.objects.filter(pk=item.pk).update(official=wording)
                lines.append(Line(NEW if wording else GONE, str(item), 0))
    return lines


def choose(wordings):
    """(wording to show, note): the paper's, unless the web page says the same thing in other words."""
    paper = wordings.get(SourceDocument.Kind.PAPER)
    web = wordings.get(SourceDocument.Kind.WEB_PAGE)
    if paper is None or web is None:
        return paper or web, ""
    for name in ("text", "title"):
        printed, online = getattr(paper, name), getattr(web, name)
        if printed and online and words(printed) != words(online):
            note = f"Im Strategiepapier steht: {difference(printed, online)}. Gezeigt wird das Wort der Webseite."
            if name == "text":
                return web, note
            return paper, f"Die Webseite nennt dies: „{online}“."
    return paper, ""


def difference(printed, online):
    """The words in which two texts differ: „entscheiden“ statt „entschieden“."""
    ours, theirs = words(printed), words(online)
    pairs = [
        f"„{' '.join(ours[a:b])}“ statt „{' '.join(theirs[c:d])}“"
        for tag, a, b, c, d in difflib.SequenceMatcher(None, ours, theirs).get_opcodes()
        if tag != "equal"
    ]
    return ", ".join(pairs)
