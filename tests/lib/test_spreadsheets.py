"""Tables in and out: every limit, every kind of broken or hostile file, and texts that come back as they went."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from wir.lib import spreadsheets
from wir.lib.spreadsheets import NotATable, freed, guarded, read_table, write_xlsx

AWKWARD = [
    "Zeile 1\nZeile 2\n\n- Punkt",
    "Anführung „so“, \"so\" und 'so'",
    "=1+1",
    "+49 511 168-0",
    "- Punkt",
    "@name",
    "'=1+1",
    "''@",
    "'schlicht'",
    "مرحبا، العالم؛ ١٢٣",
    "می\u200cخواهم",
    "Bürger*innen; Komma, Semikolon\tTab",
    "2.10",
    "0012",
    "#REF!",
    "2027-03-05",
    "TRUE",
    "Ä ö ß € 👋",
]


def xlsx(*rows, sheets=1):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for number in range(1, sheets):
        book.create_sheet(f"Blatt {number}").append(["anderes"])
    return saved(book)


def saved(book):
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def repacked(data, change):
    """The XLSX file with its parts changed. change: gets {name: bytes}."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return content.getvalue()


def refusal(data):
    with pytest.raises(NotATable) as caught:
        read_table(data)
    return str(caught.value)


# Reading CSV ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["without mark", "with mark"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"], ids=["semicolon", "comma", "tab"])
def test_csv_is_read_with_each_delimiter(mark, delimiter):
    text = f'{mark}nummer{delimiter}titel\r\n1{delimiter}"a ; b , c\r\nd ""e"""\r\n\r\n2{delimiter}f\r\n'

    table = read_table(text.encode())

    assert (table.header, table.rows, table.faults) == (
        ["nummer", "titel"],
        [(2, ["1", 'a ; b , c\nd "e"']), (4, ["2", "f"])],
        [],
    )


def test_a_csv_cell_that_begins_like_a_formula_is_refused_at_its_place_and_the_rest_is_read():
    table = read_table(b"nummer;titel\n1;=1+1\n2; =HYPERLINK(1)\n3;'=1+1\n")

    assert table.rows == [(2, ["1", ""]), (3, ["2", ""]), (4, ["3", "=1+1"])]
    assert table.faults == [
        (2, 1, "Die Zelle enthält eine Formel. Bitte tragen Sie den Wert selbst ein."),
        (3, 1, "Die Zelle enthält eine Formel. Bitte tragen Sie den Wert selbst ein."),
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Die Datei ist leer."),
        (b"\xef\xbb\xbf \r\n\t", "Die Datei ist leer."),
        (b";;\n;;\n", "Die Tabelle ist leer."),
        (
            "titel\nä".encode("latin-1"),
            "Die Datei ist nicht in UTF-8 gespeichert. Bitte speichern Sie sie als CSV UTF-8.",
        ),
        ("titel\nä".encode("utf-16"), "Die Datei ist in UTF-16 gespeichert. Bitte speichern Sie sie als CSV UTF-8."),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "Das ist weder eine CSV-Datei noch eine XLSX-Datei."),
        (bytes(range(256)), "Das ist weder eine CSV-Datei noch eine XLSX-Datei."),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99,
            "Die Datei hat das alte Format XLS oder ein Passwort. Bitte speichern Sie sie als XLSX.",
        ),
        (b'titel\n"offen\n', "Zeile 2: Die Anführungszeichen gehen nicht auf."),
        (b'titel\n"a"b\n', "Zeile 2: Die Anführungszeichen gehen nicht auf."),
        (
            b"=1+1;titel\n1;2\n",
            "Zeile 1, Spalte A: Die Zelle enthält eine Formel. Bitte tragen Sie den Wert selbst ein.",
        ),
    ],
    ids=["empty", "blank", "separators", "latin-1", "utf-16", "picture", "binary", "xls", "open", "after", "formula"],
)
def test_what_is_no_table_is_refused_in_one_sentence(data, sentence):
    assert refusal(data) == sentence


# Limits ---------------------------------------------------------------------------------------------------------------


def test_a_file_of_more_than_ten_megabytes_is_refused():
    assert refusal(b"x" * (10 * 1024 * 1024 + 1)) == "Die Datei ist größer als 10 MB."


@pytest.mark.parametrize("make", [lambda rows: b"\n".join(rows), lambda rows: xlsx(*([r.decode()] for r in rows))])
def test_twenty_thousand_rows_are_read_and_one_more_is_refused(make):
    rows = [b"titel"] + [b"x"] * 20_000

    assert len(read_table(make(rows)).rows) == 20_000
    assert refusal(make([*rows, b"x"])) == "Die Tabelle hat mehr als 20.000 Zeilen. Bitte teilen Sie sie auf."


def test_two_hundred_columns_are_read_and_one_more_is_refused():
    assert len(read_table(b";".join([b"x"] * 200)).header) == 200
    assert refusal(b"a;b\n" + b";".join([b"x"] * 201)) == "Zeile 2 hat mehr als 200 Spalten."
    assert refusal(xlsx(["x"], ["x"] * 201)) == "Zeile 2 hat mehr als 200 Spalten."


def test_fifty_thousand_characters_are_read_and_one_more_is_refused():
    assert len(read_table(b"titel\n" + b"x" * 50_000).rows[0][1][0]) == 50_000
    assert refusal(b"a;b\n1;" + b"x" * 50_001) == "Zeile 2, Spalte B: Die Zelle hat mehr als 50.000 Zeichen."
    assert refusal(b"a;b\n1;" + b"x" * 200_000) == "Zeile 2: Eine Zelle hat mehr als 50.000 Zeichen."


def test_a_zip_bomb_is_refused_by_its_directory(monkeypatch):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * (100 * 1024 * 1024 + 1))
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # nothing may be unpacked

    assert refusal(content.getvalue()) == "Die XLSX-Datei ist ausgepackt größer als 100 MB."


def test_two_thousand_parts_are_too_many():
    data = repacked(xlsx(["titel"]), lambda parts: parts.update({f"{n}.xml": b"" for n in range(2000)}))

    assert refusal(data) == "Die XLSX-Datei hat mehr als 2.000 Teile."


def test_a_part_that_is_larger_than_its_directory_says_is_not_unpacked_at_once():
    data = bytearray(repacked(xlsx(["titel"]), lambda parts: parts.update({"xl/extra.xml": b" " * 3_000_000})))
    true, false = (3_000_000).to_bytes(4, "little"), (1000).to_bytes(4, "little")
    assert data.count(true) == 2

    sentence = refusal(bytes(data.replace(true, false)))

    assert sentence == "Die XLSX-Datei ist beschädigt und lässt sich nicht lesen."


def test_a_sheet_of_countless_cells_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr(spreadsheets, "MOST_MARKS", 1000)

    assert refusal(xlsx(["titel"], *(["x"] for _ in range(300)))) == "Die XLSX-Datei hat zu viele Zellen."


# Reading XLSX ---------------------------------------------------------------------------------------------------------


def test_cells_of_xlsx_become_text():
    data = xlsx(
        ["a", "b", "c", "d", "e", "f", "g"],
        [7, 2.3, datetime(2027, 3, 5), date(2028, 1, 1), True, "  Text  ", None],
        [],
        ["", 56.1, "a\r\nb", "a_x000D_\nb", 1e3, "=nur Text".removeprefix("="), 2027],
    )

    table = read_table(data)

    assert (table.header, table.rows, table.faults) == (
        ["a", "b", "c", "d", "e", "f", "g"],
        [
            (2, ["7", "2.3", "2027-03-05", "2028-01-01", "ja", "Text"]),
            (4, ["", "56.1", "a\nb", "a\nb", "1000", "nur Text", "2027"]),
        ],
        [],
    )


def test_formulas_and_error_values_of_xlsx_are_refused_at_their_places():
    table = read_table(xlsx(["nummer", "titel"], [1, "=SUM(A1:A2)"], [2, "#DIV/0!"], [3, "gut"]))

    assert table.faults == [
        (2, 1, "Die Zelle enthält eine Formel. Bitte tragen Sie den Wert selbst ein."),
        (3, 1, "Die Zelle enthält einen Fehlerwert der Tabellenkalkulation."),
    ]


def test_the_first_sheet_is_read():
    assert read_table(xlsx(["titel"], ["x"], sheets=3)).rows == [(2, ["x"])]


BROKEN = "Die XLSX-Datei ist beschädigt und lässt sich nicht lesen."


def entities(parts):
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><x>&a;</x>'
    parts["xl/worksheets/sheet1.xml"] = bomb


def beyond_the_last_row(parts):
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"<sheetData>", b'<sheetData><row r="x"/>')


@pytest.mark.parametrize(
    "change",
    [
        lambda parts: parts.pop("xl/workbook.xml"),
        lambda parts: parts.pop("[Content_Types].xml"),
        lambda parts: parts.update({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData><row>"}),
        lambda parts: parts.update({"xl/workbook.xml": b"kein XML"}),
        lambda parts: parts.update({"xl/styles.xml": b"<styleSheet"}),
        entities,
        beyond_the_last_row,
    ],
    ids=["book", "types", "cut", "text", "styles", "entities", "row"],
)
def test_broken_xlsx_is_refused_in_one_sentence(change):
    assert refusal(repacked(xlsx(["titel"], ["x"]), change)) == BROKEN


@pytest.mark.parametrize("cut", [10, 100, -30], ids=["head", "middle", "directory"])
def test_half_an_xlsx_file_is_refused(cut):
    assert refusal(xlsx(["titel"], ["x"])[:cut]) == BROKEN


def test_a_zip_file_that_is_no_workbook_is_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("brief.txt", "Hallo")

    assert refusal(content.getvalue()) == BROKEN


def test_a_workbook_without_its_sheet_is_refused():
    data = repacked(xlsx(["titel"]), lambda parts: parts.pop("xl/worksheets/sheet1.xml"))

    assert refusal(data) == "Die Datei enthält kein Tabellenblatt."


@pytest.mark.parametrize("size", [b"A1:A1", b"A1:XFD1048576"], ids=["too small", "too large"])
def test_a_size_that_the_sheet_claims_falsely_is_not_believed(size):
    def claim(parts):
        sheet = parts["xl/worksheets/sheet1.xml"]
        assert b'ref="A1:B2"' in sheet
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'ref="A1:B2"', b'ref="' + size + b'"')

    assert read_table(repacked(xlsx(["nummer", "titel"], ["1", "x"]), claim)).rows == [(2, ["1", "x"])]


def test_a_row_number_beyond_every_spreadsheet_ends_the_reading():
    def far(parts):
        sheet = parts["xl/worksheets/sheet1.xml"]
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'r="2"', b'r="99999999999"').replace(b"A2", b"A99999999999")

    assert read_table(repacked(xlsx(["titel"], ["x"]), far)).rows == []


# Writing --------------------------------------------------------------------------------------------------------------


def test_awkward_texts_come_back_as_they_went():
    data = write_xlsx({"Blatt": [["nummer", "text"], *([number, text] for number, text in enumerate(AWKWARD, 2))]})

    table = read_table(data)

    assert [cells[1] for _, cells in table.rows] == AWKWARD
    assert table.faults == []


@pytest.mark.parametrize("text", AWKWARD)
def test_what_is_guarded_comes_free_again_and_never_runs(text):
    assert freed(guarded(text)) == text
    assert guarded(text)[0] not in "=+-@\t\r"


def test_a_text_that_no_cell_can_hold_is_refused_at_its_place():
    with pytest.raises(NotATable) as caught:
        write_xlsx({"Blatt": [["a", "b"], [1, "x" * 32_768]]})

    assert str(caught.value) == (
        "Zeile 2, Spalte B: Der Text ist mit 32.768 Zeichen zu lang für eine Zelle (höchstens 32.767)."
    )
