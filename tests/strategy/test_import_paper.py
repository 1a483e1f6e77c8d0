"""The command `import_paper`: what it prints, and one sentence for every file that is no such document."""

import os
import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from strategy.models import SourceDocument, Subtopic, Wording
from strategy.paper.reading import LARGEST
from tests.strategy.editions import PAPER, PAPER_FILE, WEB, WEB_FILE, edition, stored
from wir.languages.models import Origin
from wir.languages.writing import save_translation

pytestmark = pytest.mark.django_db


def run(*files, **options):
    out = StringIO()
    call_command("import_paper", *map(str, files), stdout=out, **options)
    return out.getvalue().splitlines()


def refusal(*files):
    with pytest.raises(CommandError) as caught:
        run(*files)
    return str(caught.value), caught.value.returncode


def write(folder, name, data):
    path = folder / name
    path.write_bytes(data)
    return path


# What it prints -----------------------------------------------------------------------------------------------------


def test_it_says_what_it_found_and_what_is_new():
    lines = run(PAPER_FILE, WEB_FILE)

    assert lines[:4] == [
        "WIR sind Hannover – Zusammenleben in der Stadt, Mai 2031",
        "  found: 7 guidelines, 2 priorities, 3 cross-cutting themes, 6 action fields, 25 named subtopics, "
        "24 focus points, 16 chapters",
        "  new: Grußwort (line 45)",
        "  new: Einleitende Worte (line 56)",
    ]
    assert lines[-3:] == [
        "  new: Anerkennung und Förderung von Diversität (line 44)",
        "  new: Zielgruppenorientierte Kommunikation und Konzeption (line 45)",
        "  changed: 6 Gegen Rassismus und jede Diskriminierung: Im Strategiepapier steht: „entschlossene“ statt "
        "„entschlossen“. Gezeigt wird das Wort der Webseite.",
    ]
    assert [line for line in lines if "not placed" in line][0] == "  not placed: '2.0' (line 29)"
    assert len([line for line in lines if line.startswith("  not placed")]) == 13


def test_the_second_run_says_that_nothing_changed():
    run(PAPER_FILE, WEB_FILE)
    before = stored()

    lines = run(PAPER_FILE, WEB_FILE)

    assert [line for line in lines if not line.startswith(("  unchanged: ", "  not placed: "))] == [
        "WIR sind Hannover – Zusammenleben in der Stadt, Mai 2031",
        "  found: 7 guidelines, 2 priorities, 3 cross-cutting themes, 6 action fields, 25 named subtopics, "
        "24 focus points, 16 chapters",
        "  nothing changed",
        "Webseite „Die Strategie“",
        "  found: 7 guidelines, 2 priorities, 3 cross-cutting themes, 1 introductions",
        "  nothing changed",
    ]
    unchanged = [line for line in lines if line.startswith("  unchanged: ")]
    assert (len(unchanged), unchanged[0], unchanged[-1]) == (
        83 + 13,
        "  unchanged: Grußwort (line 45)",
        "  unchanged: Zielgruppenorientierte Kommunikation und Konzeption (line 45)",
    )
    assert stored() == before


def test_a_dry_run_prints_the_same_and_writes_nothing():
    before = stored()

    preview = run(PAPER_FILE, WEB_FILE, dry_run=True)

    assert stored() == before
    assert [line for line in preview if line != "  dry run: nothing was written"] == run(PAPER_FILE, WEB_FILE)
    assert preview.count("  dry run: nothing was written") == 2


def test_it_names_what_changed_was_renamed_and_is_gone(tmp_path, person):
    wohnen = Subtopic.objects.get(field__number=2, number=4)
    save_translation(wohnen, "de", {"title": "Gute Pflege"}, origin=Origin.HUMAN, by=person("redaktion"))
    run(PAPER_FILE)
    other = edition(
        PAPER,
        ("5. Wohnen\n", "5. Wohnen und Bauen\n"),
        ("Drei Vorhaben im Jahr werden gründlich geprüft.", "Vier Vorhaben im Jahr werden gründlich geprüft."),
        ("7. An diesen Sätzen lassen wir uns messen, heute und in zehn Jahren.\n", ""),
    )
    path = write(tmp_path, "ausgabe-2.txt", other.encode())

    lines = run(path)

    assert [line for line in lines if line.startswith(("  new", "  changed", "  renamed", "  gone"))] == [
        "  changed: Haltung der Landeshauptstadt Hannover zu Migration und Teilhabe (line 68)",
        "  changed: Wirksamkeitsanalysen (line 135)",
        "  changed: Wohnen und Bauen (line 215)",
        "  renamed: Pflege (line 210): heißt im Portal „Gute Pflege“; ein Mensch hat das so geschrieben, es bleibt",
        "  renamed: Wohnen und Bauen (line 215): hieß im Portal „Wohnen“",
        "  gone: guideline/7: steht nicht mehr im Dokument",
    ]
    assert len([line for line in lines if line.startswith("  unchanged: ")]) == 79


# Files that are no such document ------------------------------------------------------------------------------------

OTHER_TEXT = "Rezept für Apfelkuchen\n\n1. Äpfel schälen\n2. Teig rühren\n\nLeitlinien der Küche: sauber bleiben.\n"
NEITHER = (
    "is neither the strategy paper nor the city's web page “Die Strategie”: "
    "no contents list and no list of guidelines was found."
)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is empty."),
        (b" \n\t\r\n ", "is empty."),
        (bytes(range(256)) * 20, "is not a text file. Save the document as plain text (UTF-8) first."),
        (b"%PDF-1.7\n1 0 obj\n", "is not a text file. Save the document as plain text (UTF-8) first."),
        (b"PK\x03\x04\x14\x00\x06\x00" * 30, "is not a text file. Save the document as plain text (UTF-8) first."),
        (PAPER.encode("utf-16"), "is UTF-16. Save it as UTF-8 text and try again."),
        (PAPER.encode("utf-16-le"), "is not a text file. Save the document as plain text (UTF-8) first."),
        (PAPER.replace("€", "EUR").encode("cp1252", "replace"), "is not UTF-8. Save it as UTF-8 text and try again."),
        (WEB.encode("latin-1"), "is not UTF-8. Save it as UTF-8 text and try again."),
        (
            WEB.encode().decode("latin-1").encode(),
            "was saved with the wrong encoding (Ã¼ instead of ü). Save it as UTF-8.",
        ),
        (OTHER_TEXT.encode(), NEITHER),
        (PAPER[:1200].encode(), NEITHER),
        (b"\xef\xbb\xbf\n\n", NEITHER),
    ],
    ids=[
        "empty",
        "white space",
        "binary",
        "PDF",
        "zip",
        "UTF-16",
        "UTF-16 without mark",
        "Windows-1252",
        "Latin-1",
        "mojibake",
        "another text",
        "only the contents list",
        "only a byte order mark",
    ],
)
def test_a_file_that_is_no_such_document_is_refused_in_one_sentence(tmp_path, data, sentence):
    before = stored()
    path = write(tmp_path, "datei.txt", data)

    told = refusal(path)

    assert told == (f"Nothing was imported: datei.txt {sentence}", 1)
    assert stored() == before


def test_a_file_beyond_the_limit_is_refused_without_reading_it(tmp_path):
    path = tmp_path / "riese.txt"
    with path.open("wb") as file:
        file.truncate(100_000_000)

    told = refusal(path)

    assert told == ("Nothing was imported: riese.txt has 100 MB; the city's documents have less than one.", 1)
    assert SourceDocument.objects.count() == 0


def test_one_byte_beyond_the_limit_is_too_much(tmp_path):
    text = WEB.encode()
    path = write(tmp_path, "lang.txt", text + b"\n" * (LARGEST + 1 - len(text)))

    told = refusal(path)

    assert told == ("Nothing was imported: lang.txt has 1 MB; the city's documents have less than one.", 1)


def test_a_document_as_long_as_the_limit_is_read(tmp_path):
    text = WEB.encode()
    path = write(tmp_path, "lang.txt", text + b"\n" * (LARGEST - len(text)))

    run(path)

    assert Wording.objects.count() == 13


def test_a_folder_is_refused(tmp_path):
    assert refusal(tmp_path) == (
        f"Nothing was imported: {tmp_path.name} is a folder. Name the text files themselves.",
        1,
    )


def test_a_missing_file_is_refused(tmp_path):
    assert refusal(tmp_path / "fehlt.txt") == (
        "Nothing was imported: fehlt.txt does not exist. Check the path.",
        1,
    )


def test_a_path_below_a_file_is_refused(tmp_path):
    path = write(tmp_path, "web.txt", WEB.encode())

    told, status = refusal(path / "innen.txt")

    assert (told.startswith("Nothing was imported: innen.txt "), "\n" in told, status) == (True, False, 1)


def test_a_name_that_is_too_long_is_refused(tmp_path):
    told, status = refusal(tmp_path / ("x" * 300 + ".txt"))

    assert (told.startswith("Nothing was imported: xxx"), "\n" in told, status) == (True, False, 1)


def test_the_same_document_twice_is_refused(tmp_path):
    other = write(tmp_path, "zweite.txt", edition(PAPER, ("Mai 2031", "Juni 2032")).encode())

    told = refusal(PAPER_FILE, other)

    assert told == ("Nothing was imported: two files are the same document. Name each document once.", 1)
    assert SourceDocument.objects.count() == 0


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)], ids=["good first", "bad first"])
def test_one_bad_file_stops_the_good_one_too(tmp_path, order):
    before = stored()
    bad = write(tmp_path, "leer.txt", b"")

    told = refusal(*[PAPER_FILE, bad][order])

    assert told == ("Nothing was imported: leer.txt is empty.", 1)
    assert stored() == before


def test_the_shell_sees_a_failure_and_one_line(tmp_path):
    path = write(tmp_path, "leer.txt", b"")
    environment = {
        "PATH": os.environ["PATH"],
        "SECRET_KEY": "tests-only-" + "x" * 50,
        "DEMO": "1",
        "DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3",
    }

    done = subprocess.run(
        [sys.executable, "manage.py", "import_paper", str(path)],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (
        1,
        "",
        "CommandError: Nothing was imported: leer.txt is empty.\n",
    )


# The city's documents -----------------------------------------------------------------------------------------------


def test_the_citys_documents_give_the_counts_of_the_plan(city_documents):
    lines = run(*city_documents)

    assert [line for line in lines if line.startswith("  found: ")] == [
        "  found: 7 guidelines, 2 priorities, 3 cross-cutting themes, 6 action fields, 25 named subtopics, "
        "24 focus points, 16 chapters",
        "  found: 7 guidelines, 2 priorities, 3 cross-cutting themes, 1 introductions",
    ]
