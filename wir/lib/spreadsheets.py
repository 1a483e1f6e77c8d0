"""Tables as people bring them and take them: CSV and XLSX in, CSV and XLSX out.

A file is known by its first bytes, not by its name. Everything read becomes text. Hostile and broken files end in one
German sentence; what is looked at first costs least, so that a bomb is refused before anything is unpacked.
"""

import csv
import io
import re
import warnings
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
LARGEST_UNPACKED = 100 * MEGABYTE
MOST_PARTS = 2_000
MOST_MARKS = 6_000_000  # tags of one part: each costs many times its bytes in memory
MOST_ROWS = 20_000  # without the header
MOST_COLUMNS = 200
LONGEST_CELL = 50_000
LONGEST_XLSX_CELL = 32_767  # what spreadsheet programs take
LAST_ROW = 1_048_576

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
DELIMITERS = ";,\t"
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
RUNNABLE = re.compile(r"'*[=+\-@\t\r]")
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    InvalidFileException,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
)


class NotATable(Exception):
    """The file cannot be read as a table; the message is a sentence for the person who chose it."""


@dataclass
class Table:
    """header: names as they stand there. rows: (number as the spreadsheet shows it, texts). faults: (row, place, text).

    Place is the index of the column. Rows without any text are left out.
    """

    header: list
    rows: list = field(default_factory=list)
    faults: list = field(default_factory=list)


def tidied(text):
    """A text as tables carry it: one kind of line break, no control characters, nothing around it."""
    text = text.replace("_x000D_\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    return CONTROL.sub("", text).strip()


def guarded(text):
    """The text with an apostrophe before it where a spreadsheet program could run it; `freed` takes it away again."""
    return f"'{text}" if RUNNABLE.match(text) else text


def freed(text):
    """What was written before `guarded`."""
    return text[1:] if text.startswith("'") and RUNNABLE.match(text, 1) else text


# Reading --------------------------------------------------------------------------------------------------------------


def read_table(data):
    """The first sheet of an XLSX file, or a CSV file, as a Table. Raises NotATable."""
    if len(data) > LARGEST_FILE:
        raise NotATable(f"Die Datei ist größer als {LARGEST_FILE // MEGABYTE} MB.")
    if not data.strip(b" \t\r\n\xef\xbb\xbf"):
        raise NotATable("Die Datei ist leer.")
    if data.startswith(OLE):
        raise NotATable("Die Datei hat das alte Format XLS oder ein Passwort. Bitte speichern Sie sie als XLSX.")
    return collected(sheet_rows(data) if data.startswith(ZIP) else csv_rows(data))


def collected(rows):
    """A Table of (number, cells); a cell is a text, or a Formula or ErrorValue where it holds none."""
    table = None
    for number, cells in rows:
        while cells and cells[-1] == "":
            cells.pop()
        if not cells:
            continue
        if len(cells) > MOST_COLUMNS:
            raise NotATable(f"Zeile {number} hat mehr als {MOST_COLUMNS} Spalten.")
        for place, cell in enumerate(cells):
            if isinstance(cell, Refusal):
                if table is None:
                    raise NotATable(f"Zeile {number}, Spalte {get_column_letter(place + 1)}: {cell.sentence}")
                table.faults.append((number, place, cell.sentence))
                cells[place] = ""
            elif len(cell) > LONGEST_CELL:
                raise NotATable(
                    f"Zeile {number}, Spalte {get_column_letter(place + 1)}: "
                    f"Die Zelle hat mehr als {thousands(LONGEST_CELL)} Zeichen."
                )
        if table is None:
            table = Table(cells)
            continue
        if len(table.rows) == MOST_ROWS:
            raise NotATable(f"Die Tabelle hat mehr als {thousands(MOST_ROWS)} Zeilen. Bitte teilen Sie sie auf.")
        table.rows.append((number, cells))
    if table is None:
        raise NotATable("Die Tabelle ist leer.")
    return table


def thousands(number):
    return f"{number:,}".replace(",", ".")


@dataclass(frozen=True)
class Refusal:
    """A cell that holds no text, and the sentence that says so."""

    sentence: str


FORMULA = Refusal("Die Zelle enthält eine Formel. Bitte tragen Sie den Wert selbst ein.")
ERROR_VALUE = Refusal("Die Zelle enthält einen Fehlerwert der Tabellenkalkulation.")


def csv_rows(data):
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotATable("Die Datei ist in UTF-16 gespeichert. Bitte speichern Sie sie als CSV UTF-8.")
    if b"\0" in data:
        raise NotATable("Das ist weder eine CSV-Datei noch eine XLSX-Datei.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotATable("Die Datei ist nicht in UTF-8 gespeichert. Bitte speichern Sie sie als CSV UTF-8.") from None
    first_line = next(line for line in text.splitlines() if line.strip())
    delimiter = max(DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                raise NotATable(f"Zeile {number}: Eine Zelle hat mehr als {thousands(LONGEST_CELL)} Zeichen.") from None
            raise NotATable(f"Zeile {number}: Die Anführungszeichen gehen nicht auf.") from None
        yield number, [FORMULA if cell.lstrip().startswith("=") else tidied(freed(cell)) for cell in cells]


def sheet_rows(data):
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that carry no text
            book = load_workbook(plain_archive(data), read_only=True)
            if not book.worksheets:
                raise NotATable("Die Datei enthält kein Tabellenblatt.")
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file says about its size need not be true
            for number, row in enumerate(islice(sheet.rows, LAST_ROW), 1):
                yield number, [text_of(cell) for cell in row]
    except BROKEN:
        raise NotATable("Die XLSX-Datei ist beschädigt und lässt sich nicht lesen.") from None


def plain_archive(data):
    """The XML parts of an XLSX file in a new archive that is not compressed.

    Parts are unpacked in small bites: one whose size in the directory is a lie would otherwise be unpacked at once.
    """
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as packed, zipfile.ZipFile(plain, "w") as written:
        parts = packed.infolist()
        if len(parts) > MOST_PARTS:
            raise NotATable(f"Die XLSX-Datei hat mehr als {thousands(MOST_PARTS)} Teile.")
        if sum(part.file_size for part in parts) > LARGEST_UNPACKED:
            raise NotATable(f"Die XLSX-Datei ist ausgepackt größer als {LARGEST_UNPACKED // MEGABYTE} MB.")
        for part in parts:
            if not part.filename.endswith((".xml", ".rels")):
                continue  # pictures, fonts, macros
            with packed.open(part) as stream:
                content = b"".join(iter(lambda stream=stream: stream.read(65536), b""))
            if content.count(b"<") > MOST_MARKS:
                raise NotATable("Die XLSX-Datei hat zu viele Zellen.")
            written.writestr(part.filename, content)
    plain.seek(0)
    return plain


def text_of(cell):
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        return FORMULA
    if cell.data_type == "e":
        return ERROR_VALUE
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.15g}"
    return tidied(freed(value)) if isinstance(value, str) else str(value)


# Writing --------------------------------------------------------------------------------------------------------------


class Echo:
    """A file that gives back what is written to it, for csv.writer."""

    def write(self, line):
        return line


def csv_lines(head, rows, *, numbers=()):
    """The lines of a CSV file, one by one, so that a long list is streamed: semicolons and a byte-order mark, as the
    spreadsheets of German offices open it right. Texts are guarded. numbers: headings of columns whose texts are
    numbers written out, which stay numbers also below zero.
    """
    writer = csv.writer(Echo(), delimiter=";")
    kept = [name in numbers for name in head]
    yield "\ufeff" + writer.writerow(head)
    for cells in rows:
        pairs = zip(cells, kept, strict=True)
        yield writer.writerow(
            [cell if keep or not isinstance(cell, str) else guarded(str(cell)) for cell, keep in pairs]
        )


def write_xlsx(sheets):
    """The bytes of an XLSX file. sheets: {name: rows of texts and numbers}, the first row of each being its header.

    Raises NotATable for a text that no cell can hold.
    """
    sheets = {  # before any sheet is begun, because a half-written one cannot be left
        name: [
            [storable(cell, number, place) for place, cell in enumerate(cells, 1)]
            for number, cells in enumerate(rows, 1)
        ]
        for name, rows in sheets.items()
    }
    book = Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for number, cells in enumerate(rows, 1):
            sheet.append([written_cell(sheet, cell, number == 1) for cell in cells])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def storable(value, number, place):
    """The value as a cell can hold it."""
    if not isinstance(value, str):
        return value
    value = guarded(CONTROL.sub("", value))
    if len(value) > LONGEST_XLSX_CELL:
        raise NotATable(
            f"Zeile {number}, Spalte {get_column_letter(place)}: Der Text ist mit {thousands(len(value))} Zeichen "
            f"zu lang für eine Zelle (höchstens {thousands(LONGEST_XLSX_CELL)})."
        )
    return value


def written_cell(sheet, value, is_heading):
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        cell.data_type = "s"  # never a formula, an error or a date, whatever the text looks like
        cell.number_format = "@"  # stays text when a person edits it: "2.10" is no number
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    if is_heading:
        cell.font = Font(bold=True)
    return cell
