"""From a file to places: what the strategy paper or the web page says about which item, and on which line.

Structure is read, not line numbers: contents list, headings, numbering. An edition with more guidelines, renamed
subtopics or another order of chapters is read the same way.
"""

import difflib
import re
from dataclasses import dataclass, field
from pathlib import Path

from strategy.models import SourceDocument
from strategy.paper.mending import BULLET, NUMBERED, Part, looks_like_heading, mend_line, parts_of, text_of, words
from wir.lib.slugs import german_slug

LARGEST = 1_000_000  # bytes; the paper has about 56,000
LONGEST_LINE = 20_000  # characters; the longest paragraph of the paper has about 2,500
MOST_ENTRIES = 200  # in a contents list; the paper has 24
ENTRY = re.compile(r"^(?P<title>\S.*?)(?:[\s.…]*\t[\s.…]*|\s*[.…]{3,}\s*|\s{3,})(?P<page>\d{1,3})$")
FIELD = re.compile(r"^Handlungsfeld\s+(?P<title>\S.*)$")
COUNT = re.compile(
    r"(?i)\b(ein|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf|\d+)\s+(?:\w+\s+)?Unterthem(?:a|en)\b"
)
NUMBER_WORDS = "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split()
MAIN_TASK = re.compile(r"\(Schwerpunkt (\d+)\)$")
# Headings that differ from the contents list and resemble it in no letter
OTHER_HEADINGS = {"Vorwort": ("Einleitende Worte",)}
APPENDIX = re.compile(r"anh(?:ang|änge)\b", re.IGNORECASE)
PAPER_TITLE = "WIR sind Hannover – Zusammenleben in der Stadt"


REFUSALS = {  # reason: what the terminal says, what the back office says
    "folder": ("{name} is a folder. Name the text files themselves.", "{name} ist ein Ordner."),
    "size": (
        "{name} has {size} MB; the city's documents have less than one.",
        "{name} hat {size} MB. Die Dokumente der Stadt haben weniger als eines.",
    ),
    "missing": ("{name} does not exist. Check the path.", "{name} gibt es nicht."),
    "forbidden": ("{name} may not be read. Check its permissions.", "{name} darf nicht gelesen werden."),
    "unreadable": ("{name} cannot be read ({why}). Check the path.", "{name} ist nicht lesbar ({why})."),
    "empty": ("{name} is empty.", "{name} ist leer."),
    "utf16": (
        "{name} is UTF-16. Save it as UTF-8 text and try again.",
        "{name} ist in UTF-16 gespeichert. Bitte speichern Sie die Datei als UTF-8.",
    ),
    "binary": (
        "{name} is not a text file. Save the document as plain text (UTF-8) first.",
        "{name} ist keine Textdatei. Bitte speichern Sie das Dokument zuerst als reinen Text (UTF-8).",
    ),
    "encoding": (
        "{name} is not UTF-8. Save it as UTF-8 text and try again.",
        "{name} ist nicht in UTF-8 gespeichert. Bitte speichern Sie die Datei als UTF-8.",
    ),
    "mojibake": (
        "{name} was saved with the wrong encoding (Ã¼ instead of ü). Save it as UTF-8.",
        "{name} wurde falsch gespeichert (Ã¼ statt ü). Bitte speichern Sie die Datei als UTF-8.",
    ),
    "lines": (
        "{name} has lines of more than {most} characters; the city's documents have none.",
        "{name} hat Zeilen mit mehr als {most} Zeichen. Das ist keines der beiden Dokumente.",
    ),
    "annex": (
        "The contents list of {name} names an annex, but its heading was not found. The annex lists people, who must "
        "not be stored: put the heading “Anhang” above it.",
        "Das Inhaltsverzeichnis von {name} nennt einen Anhang, aber seine Überschrift fehlt. Im Anhang stehen Namen, "
        "die nicht gespeichert werden dürfen: Bitte setzen Sie „Anhang“ darüber.",
    ),
    "other": (
        "{name} is neither the strategy paper nor the city's web page “Die Strategie”: no contents list and no list "
        "of guidelines was found.",
        "{name} ist weder das Strategiepapier noch die Webseite „Die Strategie“: Weder ein Inhaltsverzeichnis noch "
        "eine Liste der Leitlinien ist darin.",
    ),
}


class NotSuchADocument(Exception):
    """The file is not one of the city's two documents; one sentence says why, `german` for the back office."""

    def __init__(self, reason, name, **facts):
        english, german = REFUSALS[reason]
        self.german = german.format(name=name, **facts)
        super().__init__(english.format(name=name, **facts))


@dataclass
class Place:
    """What a document says at one place. key as in Wording; line: where it begins in the file."""

    key: str
    title: str
    text: str
    line: int
    page: int | None = None
    number: int | None = None


@dataclass
class Reading:
    """A document as read: its places, its own facts, and what could not be placed as (line, text)."""

    kind: str
    title: str
    edition: str = ""
    issuer: str = ""
    places: list = field(default_factory=list)
    not_placed: list = field(default_factory=list)
    announced: dict = field(default_factory=dict)  # field title -> announced subtopics

    def count(self, kind):
        return sum(place.key.startswith(f"{kind}/") for place in self.places)


def read_path(path):
    """Read a file; raises NotSuchADocument with one clear sentence for whatever it is not."""
    path = Path(path)
    try:
        if path.is_dir():
            raise NotSuchADocument("folder", path.name)
        if path.stat().st_size > LARGEST:
            raise NotSuchADocument("size", path.name, size=path.stat().st_size // 1_000_000)
        return read_bytes(path.read_bytes(), path.name)
    except FileNotFoundError:
        raise NotSuchADocument("missing", path.name) from None
    except PermissionError:
        raise NotSuchADocument("forbidden", path.name) from None
    except OSError as error:
        raise NotSuchADocument("unreadable", path.name, why=error.strerror) from None


def read_bytes(data, name):
    """Read the content of a file called `name`; raises NotSuchADocument."""
    if len(data) > LARGEST:
        raise NotSuchADocument("size", name, size=len(data) // 1_000_000)
    if not data.strip():
        raise NotSuchADocument("empty", name)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotSuchADocument("utf16", name)
    if b"\x00" in data or data.startswith(b"%PDF"):
        raise NotSuchADocument("binary", name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotSuchADocument("encoding", name) from None
    return read_text(text, name)


def read_text(text, name="the text"):
    if "Ã¼" in text or "Ã¤" in text:
        raise NotSuchADocument("mojibake", name)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").split("\n")
    if any(len(line) > LONGEST_LINE for line in lines):
        raise NotSuchADocument("lines", name, most=LONGEST_LINE)
    reading = read_paper(lines, name) or read_web_page(lines)
    if reading is None:
        raise NotSuchADocument("other", name)
    seen = set()
    for place in list(reading.places):
        if place.key in seen:  # a number or a heading printed twice: the first one counts
            reading.places.remove(place)
            reading.not_placed.append((place.line, place.title or place.text))
        seen.add(place.key)
    return reading


# The paper ----------------------------------------------------------------------------------------------------------


@dataclass
class Section:
    title: str  # as in the contents list
    page: int
    heading: str = ""
    start: int = -1  # index of the heading's line
    end: int = -1

    def parts(self, lines):
        return parts_of(lines[self.start + 1 : self.end], self.start + 2)


def read_paper(lines, name):
    """A Reading of the strategy paper, or None where there is no contents list that the text follows."""
    contents, after, names_appendix = contents_list(lines)
    if not 3 <= len(contents) <= MOST_ENTRIES:
        return None
    appendix = next((index for index in range(after, len(lines)) if is_appendix(mend_line(lines[index]))), len(lines))
    sections = find_sections(contents, lines, after, appendix)
    found = sorted((section for section in sections if section.start >= 0), key=lambda section: section.start)
    if len(found) < 3 or not any(FIELD.match(section.title) for section in found):
        return None
    if names_appendix and appendix == len(lines):
        raise NotSuchADocument("annex", name)
    for section, following in zip(found, [*found[1:], None], strict=True):
        section.end = following.start if following else appendix
    reading = Reading(SourceDocument.Kind.PAPER, PAPER_TITLE)
    reading.edition, reading.issuer = imprint(lines[appendix:])
    cover = [(index + 1, mend_line(lines[index])) for index in range(after, found[0].start) if mend_line(lines[index])]
    reading.not_placed += cover
    fields = chapters = 0
    for section in sections:
        of_field = FIELD.match(section.title)
        if of_field:
            fields += 1
            if section.start < 0:
                reading.not_placed.append((0, section.title))
            else:
                read_field(reading, of_field["title"], fields, section, section.parts(lines))
        else:
            chapters += 1
            read_chapter(reading, chapters, section, section.parts(lines) if section.start >= 0 else [])
    return reading


def contents_list(lines):
    """([Section], index behind the list, is there an annex): the first run of lines “title … page”."""
    sections, last = [], 0
    for index, raw in enumerate(lines):
        line = mend_line(raw)
        entry = ENTRY.match(line) if len(line) < 300 else None
        if entry:
            sections.append(Section(entry["title"].strip(" .…"), int(entry["page"])))
            last = index + 1
        elif sections and line and index - last > 2:
            break
    chapters = [section for section in sections if not is_appendix(section.title)]
    return chapters, last, len(chapters) < len(sections)


def is_appendix(line):
    return len(line) < 40 and bool(APPENDIX.match(line))


@dataclass(frozen=True)
class Line:
    """A line that may be a heading, with its words, so that comparing many with many stays quick."""

    text: str
    words: tuple

    @classmethod
    def of(cls, text):
        return cls(text, tuple(words(text.lower())))


def find_sections(sections, lines, start, end):
    """Give each entry of the contents list its heading in the text: the same line, a known other, or a similar one."""
    candidates = {}
    for index in range(start, end):
        text = mend_line(lines[index])
        if text and stands_alone(lines, index) and looks_like_heading(text):
            candidates[index] = Line.of(text)
    for test in (same, known_other, similar):
        for section in sections:
            if section.start >= 0:
                continue
            title = Line.of(section.title)
            found = next((index for index, line in candidates.items() if test(title, line)), None)
            if found is not None:
                section.start, section.heading = found, candidates.pop(found).text
    return sections


def stands_alone(lines, index):
    return index == 0 or not lines[index - 1].strip()


def same(title, line):
    return title.words == line.words


def known_other(title, line):
    return line.text in OTHER_HEADINGS.get(title.text, ())


def similar(title, line):
    """“Ziel und Funktion des WIR2.0” for “Ziele und Funktionen des WIR2.0”: as many words, nearly the same letters."""
    return (
        len(title.words) == len(line.words) > 1
        and difflib.SequenceMatcher(None, title.text.lower(), line.text.lower()).ratio() >= 0.85
    )


def read_chapter(reading, number, section, parts):
    """A chapter; the items some chapters carry (guidelines, priorities, themes) are read with it."""
    own = parts
    if read_guidelines(reading, section, parts):
        own = parts  # the guidelines are part of their chapter's text
    elif "Prioris" in section.title or "Priorität" in section.title:
        own = read_priorities(reading, section, parts)
    elif "Querschnittsthemen" in section.title:
        own = read_themes(reading, section, parts)
    reading.places.append(
        Place(
            f"chapter/{german_slug(section.title)}",
            section.heading or section.title,
            text_of(own),
            section.start + 1 if section.start >= 0 else 0,
            section.page,
            number,
        )
    )


def read_guidelines(reading, section, parts):
    """Numbered sentences below a line that announces “Leitlinien”."""
    for place, part in enumerate(parts):
        if "Leitlinien" in part.text and part.text.endswith(":"):
            found = 0
            for following in parts[place + 1 :]:
                if not following.is_numbered:
                    break
                for line in following.lines:
                    found += 1
                    number = int(NUMBERED.match(line).group(1))
                    text = NUMBERED.sub("", line)
                    reading.places.append(Place(f"guideline/{number}", "", text, following.line, section.page, number))
            return found > 0
    return False


def read_priorities(reading, section, parts):
    """Below the introduction: a heading that is a whole sentence, and its text. Returns the introduction."""
    starts = [place for place, part in enumerate(parts) if part.is_heading]
    for number, place in enumerate(starts, 1):
        end = starts[number] if number < len(starts) else len(parts)
        reading.places.append(
            Place(
                f"priority/{number}",
                parts[place].text,
                text_of(parts[place + 1 : end]),
                parts[place].line,
                section.page,
                number,
            )
        )
    return parts[: starts[0]] if starts else parts


def read_themes(reading, section, parts):
    """Below the introduction: short headings, alone or directly above their text. Returns the introduction."""
    pieces = []
    for part in parts:
        if len(part.lines) > 1 and looks_like_heading(part.lines[0]) and len(part.lines[0]) < 100:
            pieces += [Part(part.lines[:1], part.line), Part(part.lines[1:], part.line + 1)]
        else:
            pieces.append(part)
    starts = [place for place, part in enumerate(pieces) if part.is_heading]
    for number, place in enumerate(starts, 1):
        end = starts[number] if number < len(starts) else len(pieces)
        reading.places.append(
            Place(
                f"crosscuttingtheme/{number}",
                pieces[place].text,
                text_of(pieces[place + 1 : end]),
                pieces[place].line,
                section.page,
                number,
            )
        )
    return pieces[: starts[0]] if starts else pieces


def read_field(reading, title, number, section, parts):
    """A field: introduction, then numbered subtopics, each with a text, with focus points, or with its name only."""
    starts, expected = [], 1
    pieces = []
    for part in parts:
        pieces += [Part([line], part.line + n) for n, line in enumerate(part.lines)] if part.is_numbered else [part]
    for place, part in enumerate(pieces):
        mark = NUMBERED.match(part.lines[0])
        name = NUMBERED.sub("", part.lines[0])
        if mark and int(mark.group(1)) == expected and len(part.lines) == 1 and not re.search(r"[.!?:;]$", name):
            starts.append(place)
            expected += 1
    intro = pieces[: starts[0]] if starts else pieces
    reading.places.append(
        Place(f"actionfield/{number}", title, text_of(intro), section.start + 1, section.page, number)
    )
    announced = COUNT.search(" ".join(part.text for part in intro))
    if announced:
        word = announced.group(1).lower()
        reading.announced[number] = int(word) if word.isdigit() else NUMBER_WORDS.index(word)
    for part in intro:
        task = MAIN_TASK.search(part.text)
        if task:
            key = f"focuspoint/{number}.0.{task.group(1)}"
            reading.places.append(Place(key, "", part.text, part.line, section.page, int(task.group(1))))
    for order, place in enumerate(starts, 1):
        end = starts[order] if order < len(starts) else len(pieces)
        own = pieces[place + 1 : end]
        name = NUMBERED.sub("", pieces[place].text)
        key = f"{number}.{order}"
        reading.places.append(Place(f"subtopic/{key}", name, text_of(own), pieces[place].line, section.page, order))
        points = [
            (BULLET.sub("", line), part.line + n)
            for part in own
            if part.is_bullets
            for n, line in enumerate(part.lines)
        ]
        for point, (text, line) in enumerate(points, 1):
            reading.places.append(Place(f"focuspoint/{key}.{point}", "", text, line, section.page, point))


def imprint(lines):
    """(edition, issuing office) from the end of the paper. Nothing else is read there: the lists name people."""
    plain = [mend_line(line) for line in lines]
    edition = issuer = ""
    for index, line in enumerate(plain):
        if re.fullmatch(r"Stand:?", line):
            edition = next((text for text in plain[index + 1 :] if text), "")
        elif line.startswith("Stand:"):
            edition = line.removeprefix("Stand:").strip()
        elif line.upper().startswith("FACHBEREICH") and line == line.upper() and not issuer:
            office = [line]
            for text in plain[index + 1 :]:
                if not text:
                    break
                office.append(text)
            issuer = ", ".join(office)
    return edition, issuer


# The web page -------------------------------------------------------------------------------------------------------

WEB_SECTIONS = {
    "Leitlinien": "guideline",
    "Übergreifende Priorisierungen": "priority",
    "Querschnittsthemen": "crosscuttingtheme",
}


def read_web_page(lines):
    """A Reading of the city's web page, or None where it has no numbered lists under the three known headings."""
    heads = {}
    for index, raw in enumerate(lines):
        name = mend_line(raw).rstrip(":")
        if name in WEB_SECTIONS and name not in heads:
            heads[name] = index
    if "Leitlinien" not in heads or len(heads) < 2:
        return None
    starts = sorted(heads.values())
    opening = [(index, mend_line(raw)) for index, raw in enumerate(lines[: starts[0]]) if mend_line(raw)]
    title = opening[0][1] if opening else "Die Strategie"
    reading = Reading(SourceDocument.Kind.WEB_PAGE, f"Webseite „{title}“")
    if len(opening) > 1:
        intro = parts_of(lines[opening[1][0] : starts[0]], opening[1][0] + 1)
        reading.places.append(Place("page/strategie", title, text_of(intro), opening[1][0] + 1))
    for name, start in heads.items():
        end = next((other for other in starts if other > start), len(lines))
        for part in parts_of(lines[start + 1 : end], start + 2):
            for offset, line in enumerate(part.lines):
                mark = NUMBERED.match(line)
                if not mark:
                    reading.not_placed.append((part.line + offset, line))
                    continue
                kind, number, text = WEB_SECTIONS[name], int(mark.group(1)), NUMBERED.sub("", line)
                title, body = ("", text) if kind == "guideline" else (text, "")
                reading.places.append(Place(f"{kind}/{number}", title, body, part.line + offset, None, number))
    return reading if reading.count("guideline") else None
