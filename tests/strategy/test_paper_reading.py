"""From the small documents of our own to places; and the city's two documents where WIR_SOURCES gives them."""

import re
import time
import unicodedata

import pytest

from strategy.paper.mending import mend_line
from strategy.paper.reading import NotSuchADocument, read_bytes, read_path, read_text
from tests.strategy.editions import PAPER, PAPER_FILE, WEB, WEB_FILE, edition

COUNTS_OF_THE_PAPER = {
    "guideline": 7,
    "priority": 2,
    "crosscuttingtheme": 3,
    "actionfield": 6,
    "subtopic": 25,
    "focuspoint": 24,
    "chapter": 16,
    "page": 0,
}
COUNTS_OF_THE_WEB_PAGE = {
    "guideline": 7,
    "priority": 2,
    "crosscuttingtheme": 3,
    "actionfield": 0,
    "subtopic": 0,
    "focuspoint": 0,
    "chapter": 0,
    "page": 1,
}


def at(reading, key):
    (found,) = [place for place in reading.places if place.key == key]
    return found


def word_sequence(text):
    """The words of a text in their order: without marks, page numbers and numbers or bullets of lists."""
    text = unicodedata.normalize("NFC", text).replace("\u00a0", " ").replace("**", "").replace("■", "")
    text = re.sub(r"WIR ?\^\{2\.0\}", "WIR2.0", text)
    text = re.sub(r"^\s*\d{1,3}\s*$", "", text, flags=re.MULTILINE)
    text = re.sub(r"^\s*(\d{1,2}\.|-)\s+", "", text, flags=re.MULTILINE)
    text = re.sub(r"(\w)-\s*\n\s*\n\s*(?=[a-zäöüß])", r"\1", text)
    return re.findall(r"[\w*]+", text)


def body(text):
    """The paper from its first heading behind the cover to the annex."""
    start = text.index("\nGrußwort\n", text.index("\nAnhang\t")) + 1
    return text[start : text.index("\nAnhang\n", start)]


def annex(text):
    return text[text.index("\nAnhang\n", text.index("\nAnhang\t")) :]


def placed_in_order(reading):
    """Headings and texts as they follow each other in the document.

    Guidelines and focus points stand inside of a chapter or a subtopic; what has no line is not in the text.
    """
    places = [
        place
        for place in reading.places
        if place.line and place.key.partition("/")[0] not in ("guideline", "focuspoint")
    ]
    prefix = {"actionfield": "Handlungsfeld "}
    return "\n".join(
        f"{prefix.get(place.key.partition('/')[0], '')}{place.title}\n{place.text}"
        for place in sorted(places, key=lambda place: place.line)
    )


# The small paper ----------------------------------------------------------------------------------------------------


def test_the_paper_has_the_parts_of_the_real_one():
    reading = read_text(PAPER)

    assert {kind: reading.count(kind) for kind in COUNTS_OF_THE_PAPER} == COUNTS_OF_THE_PAPER


def test_no_word_of_the_paper_is_lost_added_changed_or_moved():
    reading = read_text(PAPER)

    assert word_sequence(placed_in_order(reading)) == word_sequence(body(PAPER))


def test_every_place_names_the_line_on_which_it_begins():
    lines = PAPER.split("\n")

    places = [place for place in read_text(PAPER).places if place.line]

    begins = {place.key: mend_line(lines[place.line - 1]) for place in places}
    shown = {place.key: (place.title or place.text).split("\n")[0] for place in places}
    assert {key: re.sub(r"^(\d\. |- |Handlungsfeld )", "", line) for key, line in begins.items()} == shown


def test_chapters_come_from_the_contents_list_with_place_and_page():
    chapters = [place for place in read_text(PAPER).places if place.key.startswith("chapter/")]

    assert [(place.number, place.key.partition("/")[2], place.page) for place in chapters] == [
        (1, "grusswort", 3),
        (2, "vorwort", 4),
        (3, "haltung-der-landeshauptstadt-hannover-zu-migration-und", 5),
        (4, "grund-der-ueberarbeitung-und-ausgangssituation", 7),
        (5, "ziele-und-funktionen-des-wir2-0", 8),
        (6, "geltungsbereich-und-zeitliche-gueltigkeit", 8),
        (7, "akteurinnen-zielgruppen-und-strukturelle-ansaetze", 9),
        (8, "rahmenbedingungen-fuer-die-umsetzung", 10),
        (9, "kennzahlen", 10),
        (10, "qualitaetssicherung-und-kontinuierliche-weiterentwicklung", 10),
        (11, "zentrale-koordination-und-wir2-0-begleitgremium", 11),
        (12, "wirksamkeitsanalysen", 11),
        (13, "finanzen", 12),
        (14, "uebergreifende-priorisierungen", 13),
        (15, "handlungsfelder-und-querschnittsthemen", 14),
        (16, "unsere-vision-wir-halten-zusammen", 22),
    ]


def test_the_preface_is_found_under_its_other_heading_and_keeps_its_signature():
    preface = at(read_text(PAPER), "chapter/vorwort")

    assert preface.title == "Einleitende Worte"
    assert preface.text.split("\n\n")[-1] == "Joon Petersilie\nStadtrat für gute Nachbarschaft"


def test_a_heading_that_nearly_equals_the_contents_list_is_found():
    assert at(read_text(PAPER), "chapter/ziele-und-funktionen-des-wir2-0").title == "Ziel und Funktion des WIR2.0"


def test_a_chapter_of_which_only_the_title_is_there_has_a_title_and_no_text():
    vision = at(read_text(PAPER), "chapter/unsere-vision-wir-halten-zusammen")

    assert (vision.title, vision.text, vision.line, vision.page) == ("Unsere Vision: Wir halten zusammen", "", 0, 22)


def test_the_guidelines_are_read_and_stay_in_their_chapter():
    reading = read_text(PAPER)

    chapter = at(reading, "chapter/haltung-der-landeshauptstadt-hannover-zu-migration-und")
    guidelines = [at(reading, f"guideline/{number}").text for number in range(1, 8)]
    assert guidelines[1] == "Jede Stimme zählt gleich viel. Darum fragen wir zuerst und planen danach."
    assert [line for line in chapter.text.split("\n") if re.match(r"\d\. ", line)] == [
        f"{number}. {text}" for number, text in enumerate(guidelines, 1)
    ]


def test_misprints_stay_as_they_are():
    reading = read_text(PAPER)

    assert at(reading, "guideline/6").text == (
        "Wir widersprechen, wenn jemand herabgesetzt wird, und handeln dann entschlossene."
    )
    assert at(reading, "chapter/haltung-der-landeshauptstadt-hannover-zu-migration-und").text.split("\n\n")[-1] == (
        "Wörter sind Werkzeuge. Wir sagen „Nachbarrschaft“, wenn wir die Menschen meinen, nicht die Häuser."
    )


def test_a_word_and_a_paragraph_cut_by_page_ends_are_whole_again():
    reading = read_text(PAPER)

    assert at(reading, "chapter/geltungsbereich-und-zeitliche-gueltigkeit").text == (
        "Das Heft gilt in jedem Amt, auch im Keller des Archivs. Außerhalb der Ämter ist es eine Einladung an die "
        "ganze Stadtgesellschaft, und Einladungen darf man annehmen.\n\nNach sieben Jahren wird nachgezählt."
    )
    assert "denn sie sehen auf einen Blick" in at(
        reading, "chapter/haltung-der-landeshauptstadt-hannover-zu-migration-und"
    ).text.replace("\n", "|")


def test_the_priorities_have_their_whole_sentence_and_their_text_and_the_chapter_keeps_its_introduction():
    reading = read_text(PAPER)

    first, second = at(reading, "priority/1"), at(reading, "priority/2")
    assert first.title == (
        "Wir geben den Vorhaben den Vorrang, die Menschen verschiedener Herkunft an einen Tisch bringen, ihre "
        "Leistungen zeigen und jeder Form von Herabsetzung im Alltag der Stadt etwas entgegensetzen"
    )
    assert first.text == (
        "Ein Tisch hat viele Seiten. Die Einladungen des WIR2.0 gehen deshalb auch an die, die sonst nie eine bekommen."
    )
    assert (second.title, second.text) == (
        "Wir öffnen Ämter, Vereine und Betriebe, damit niemand vor verschlossener Tür steht",
        "Eine offene Tür nützt wenig, wenn davor vier Stufen liegen. Wir bauen Rampen, auch aus Worten.",
    )
    assert at(reading, "chapter/uebergreifende-priorisierungen").text == (
        "Nicht alles geht zuerst. Wer alles zuerst macht, wird mit nichts fertig.\n\nWir haben lange gewürfelt und "
        "dann doch nachgedacht. Zwei Dinge kommen deshalb im WIR2.0 vor allen anderen."
    )


def test_the_themes_have_their_text_whether_a_blank_line_follows_their_heading_or_not():
    reading = read_text(PAPER)

    assert [(place.title, place.text) for place in reading.places if place.key.startswith("crosscuttingtheme/")] == [
        ("Gleichbehandlung", "Wer zuerst kommt, wird zuerst bedient. Wer nicht kommen kann, wird besucht."),
        (
            "Anerkennung und Förderung von Diversität",
            "Ein Chor mit einer einzigen Stimmlage ist ein Brummen. Wir wollen den Chor.",
        ),
        (
            "Zielgruppenorientierte Kommunikation und Konzeption",
            "Ein Aushang hilft nur, wenn ihn jemand lesen kann. Darum fragen wir vorher, in welcher Sprache.",
        ),
    ]
    assert at(reading, "chapter/handlungsfelder-und-querschnittsthemen").text == (
        "Das Heft hat sechs Kapitel für sechs Bereiche des Lebens. Drei Fragen stellen wir in jedem davon."
    )


def test_each_field_says_how_many_subtopics_it_announces():
    assert read_text(PAPER).announced == {1: 4, 2: 6, 3: 4, 4: 7, 5: 4, 6: 5}


def test_a_field_may_announce_its_subtopics_at_the_start_of_a_sentence():
    text = edition(PAPER, ("In den Mappen liegen sechs Unterthemen.", "Sechs Unterthemen liegen in den Mappen."))

    assert read_text(text).announced[2] == 6


def test_a_subtopic_has_a_text_or_bullets_or_its_name_only():
    reading = read_text(PAPER)

    with_text, with_bullets, name_only = (at(reading, f"subtopic/{key}") for key in ("2.4", "4.4", "6.5"))
    assert (with_text.title, with_text.text) == (
        "Pflege",
        "Auch wer gepflegt wird, hat Lieblingslieder. Die Heime lernen sie.",
    )
    assert (with_bullets.title, with_bullets.text) == (
        "Medienrepräsentation und Kommunikationsstrategie",
        "- Das Stadtradio um drei Sendungen erweitern\n- Zeigen, wer im Bild fehlt\n- Gute Nachrichten aufheben",
    )
    assert (name_only.title, name_only.text) == ("Mehrsprachigkeit/Sprachmittlung/Übersetzungen", "")


def test_focus_points_are_the_bullets_of_subtopics_and_the_main_tasks_of_the_administration():
    reading = read_text(PAPER)

    keys = [place.key.partition("/")[2] for place in reading.places if place.key.startswith("focuspoint/")]
    assert keys == (
        "4.1.1 4.1.2 4.1.3 4.1.4 4.2.1 4.3.1 4.3.2 4.4.1 4.4.2 4.4.3 4.5.1 4.6.1 4.6.2 4.6.3 4.6.4 "
        "5.1.1 5.2.1 5.2.2 5.2.3 5.3.1 5.3.2 5.4.1 6.0.1 6.0.2"
    ).split(" ")
    assert at(reading, "focuspoint/5.2.3").text == "Ideen des WIR2.0 an Banken vermitteln"
    assert at(reading, "focuspoint/6.0.2").text == "An jedem Schalter dieselbe Geduld zu zeigen. (Schwerpunkt 2)"


def test_a_field_keeps_its_introduction():
    assert at(read_text(PAPER), "actionfield/6").text == (
        "Die Verwaltung hat zwei Aufgaben, die niemand ihr abnimmt:\n\n"
        "Im Rathaus so viele Geschichten zu versammeln, wie die Stadt hat. (Schwerpunkt 1)\n\n"
        "An jedem Schalter dieselbe Geduld zu zeigen. (Schwerpunkt 2)\n\n"
        "Beides beginnt im Flur, denn dort sitzt man am längsten und liest aus Langeweile auch die kleinen Schilder, "
        "die seit Jahren an der W Mit neuen Schildern ist es nicht getan, aber ein Schild ist ein Anfang.\n\n"
        "Auf den Schildern stehen fünf Unterthemen:"
    )


def test_the_words_of_the_cover_are_not_placed():
    assert read_text(PAPER).not_placed == [
        (29, "2.0"),
        (31, "WIR"),
        (32, "VIELFALT"),
        (33, "Brücken"),
        (34, "Lesen"),
        (35, "Garten"),
        (36, "Brücken"),
        (37, "Lesen"),
        (38, "Garten"),
        (40, "GARTEN"),
        (41, "BRÜCKEN"),
        (42, "WIR"),
        (43, "Lesen"),
    ]


def test_from_the_annex_only_edition_and_issuing_office_are_read():
    reading = read_text(PAPER)

    people = set(re.findall(r"[\w*]+", annex(PAPER))) - set(re.findall(r"[\w*]+", body(PAPER)))
    places = " ".join(f"{place.title} {place.text}" for place in reading.places)
    assert (reading.edition, reading.issuer) == ("Mai 2031", "FACHBEREICH MITEINANDER, OE 99.10 – Zusammenhalt")
    assert {"Zwetschgenreich", "Hagebuttich", "Vogelbeerowitz", "Kornelkirsch"} < people
    assert people & set(re.findall(r"[\w*]+", f"{places} {reading.not_placed}")) == set()


@pytest.mark.parametrize("heading", ["ANHANG", "Anhang:", "Anhänge", "Listen der Beteiligten", ""])
def test_the_names_of_the_annex_are_never_read_whatever_its_heading_looks_like(heading):
    people = set(re.findall(r"[\w*]+", annex(PAPER))) - set(re.findall(r"[\w*]+", body(PAPER)))
    text = edition(PAPER, ("\nAnhang\n", f"\n{heading}\n"))

    try:
        reading = read_text(text)
    except NotSuchADocument:
        read = set()
    else:
        read = set(re.findall(r"[\w*]+", " ".join(f"{place.title} {place.text}" for place in reading.places)))

    assert people & read == set()


@pytest.mark.parametrize(
    "convert",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: text.replace("\n \n", "\n\f"),
    ],
    ids=["byte order mark", "Windows lines", "old Mac lines", "decomposed letters", "form feeds"],
)
def test_another_way_of_saving_the_paper_is_read_the_same(convert):
    expected = read_text(PAPER)

    reading = read_bytes(convert(PAPER).encode(), "papier.txt")

    assert reading == expected


def test_a_contents_list_with_dots_or_wide_spaces_is_read_like_one_with_tabs():
    expected = [place.key for place in read_text(PAPER).places]
    with_dots = re.sub(r"\.*\t(\d+)$", r" ........ \1", PAPER, flags=re.MULTILINE)
    with_spaces = re.sub(r"\.*\t(\d+)$", r"      \1", PAPER, flags=re.MULTILINE)

    assert [place.key for place in read_text(with_dots).places] == expected
    assert [place.key for place in read_text(with_spaces).places] == expected


def test_a_longer_preamble_moves_nothing():
    before, after = read_text(PAPER), read_text("Titelseite\n\n\n" * 20 + PAPER)

    assert [(place.key, place.title, place.text, place.line + 60 if place.line else 0) for place in before.places] == [
        (place.key, place.title, place.text, place.line) for place in after.places
    ]


# The small web page -------------------------------------------------------------------------------------------------


def test_the_web_page_has_guidelines_priorities_themes_and_an_introduction():
    reading = read_text(WEB)

    assert {kind: reading.count(kind) for kind in COUNTS_OF_THE_WEB_PAGE} == COUNTS_OF_THE_WEB_PAGE
    assert (reading.title, reading.edition, reading.issuer, reading.not_placed) == (
        "Webseite „Die Strategie“",
        "",
        "",
        [],
    )
    assert at(reading, "guideline/6").text == (
        "Wir widersprechen, wenn jemand herabgesetzt wird, und handeln dann entschlossen."
    )
    assert at(reading, "priority/2").title == (
        "Wir öffnen Ämter, Vereine und Betriebe, damit niemand vor verschlossener Tür steht."
    )
    assert at(reading, "crosscuttingtheme/1").title == "Gleichbehandlung"


def test_no_word_of_the_web_page_is_lost_added_changed_or_moved():
    reading = read_text(WEB)
    heads = {"guideline/1": "Leitlinien", "priority/1": "Übergreifende Priorisierungen"}
    heads["crosscuttingtheme/1"] = "Querschnittsthemen"

    placed = "\n".join(f"{heads.get(place.key, '')} {place.title} {place.text}" for place in reading.places)

    assert word_sequence(placed) == word_sequence(WEB)


# Other files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("filler", ["\t" * 1500, "." * 16000, " " * 16000], ids=["tabs", "dots", "spaces"])
def test_a_line_of_fillers_does_not_keep_the_reader_busy(filler):
    start = time.monotonic()

    with pytest.raises(NotSuchADocument):
        read_text(f"Titel\n\nEintrag{filler}x\n")

    assert (time.monotonic() - start < 1) is True


def test_a_contents_list_alone_is_no_paper():
    with pytest.raises(NotSuchADocument):
        read_text(PAPER[: PAPER.index("2.0\n\nWIR")])


# The city's documents -----------------------------------------------------------------------------------------------


def test_the_citys_documents_have_the_parts_that_the_plan_is_known_to_have(city_documents):
    paper, web = sorted((read_path(path) for path in city_documents), key=lambda reading: reading.kind)

    assert {kind: paper.count(kind) for kind in COUNTS_OF_THE_PAPER} == COUNTS_OF_THE_PAPER
    assert {kind: web.count(kind) for kind in COUNTS_OF_THE_WEB_PAGE} == COUNTS_OF_THE_WEB_PAGE
    assert paper.announced == {1: 4, 2: 6, 3: 4, 4: 7, 5: 4, 6: 5}
    assert (paper.edition, paper.issuer) == ("April 2021", "FACHBEREICH SOZIALES, OE 50.60 – Integration")


def test_no_word_of_the_citys_paper_is_lost_added_changed_or_moved(city_documents):
    paper_file, web_file = sorted(city_documents, key=lambda path: -path.stat().st_size)

    reading = read_path(paper_file)

    assert word_sequence(placed_in_order(reading)) == word_sequence(body(paper_file.read_text(encoding="utf-8")))


def test_the_citys_misprints_stay(city_documents):
    paper, web = sorted((read_path(path) for path in city_documents), key=lambda reading: reading.kind)

    chapter = at(paper, "chapter/akteurinnen-zielgruppen-und-strukturelle-ansaetze").text
    assert (chapter.count("Teilhabebarrrieren"), chapter.count("soziale Schief lagen")) == (1, 1)
    assert (at(paper, "guideline/6").text.split()[-1], at(web, "guideline/6").text.split()[-1]) == (
        "entscheiden.",
        "entschieden.",
    )


def test_our_own_documents_borrow_no_sentence_from_the_citys(city_documents):
    theirs = " ".join(word_sequence(" ".join(path.read_text(encoding="utf-8") for path in city_documents)))

    sentences = re.split(r"(?<=[.!?:])\s+", f"{body(PAPER)}\n{WEB}")
    ours = [" ".join(word_sequence(sentence)) for sentence in sentences]

    borrowed = [sentence for sentence in ours if len(sentence.split()) > 5 and sentence in theirs]
    assert borrowed == []
    assert PAPER_FILE.exists() and WEB_FILE.exists()
