"""Layout is mended, words are not."""

import unicodedata

import pytest

from strategy.paper.mending import mend_line, parts_of, text_of, words


def texts(raw):
    return [part.text for part in parts_of(raw.split("\n"), 1)]


@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        ("Der WIR^{2.0} beginnt.", "Der WIR2.0 beginnt."),
        ("Das WIR ^{2.0} Begleitgremium", "Das WIR2.0 Begleitgremium"),
        ("Das WIR$^{2.0}$-Team und das WIR^{2.0}-Team", "Das WIR2.0-Team und das WIR2.0-Team"),
        ("in folgenden **Leitlinien** steht", "in folgenden Leitlinien steht"),
        ("■ **Wir öffnen Türen**", "Wir öffnen Türen"),
        ("**ERFUNDENE STADT", "ERFUNDENE STADT"),
        ("Wort\u00a0an\u00a0Wort", "Wort an Wort"),
        ("Nach\u00adbar", "Nachbar"),
        ("\ufeff Anfang \r", "Anfang"),
        ("Nachbar*innen und Akteur*innen", "Nachbar*innen und Akteur*innen"),
        ("Nachbarrschaft und Schief lagen", "Nachbarrschaft und Schief lagen"),
        (unicodedata.normalize("NFD", "Grußwörter für Öfen"), "Grußwörter für Öfen"),
    ],
)
def test_a_line_loses_the_marks_of_the_conversion_and_no_word(raw, mended):
    assert mend_line(raw) == mended


def test_a_sentence_cut_by_a_page_end_is_whole_again():
    raw = "Gerade für Menschen, die erst seit kurzem hier wohnen, ist das gut, denn sie\n\n \nsehen die Tür."

    found = texts(raw)

    assert found == ["Gerade für Menschen, die erst seit kurzem hier wohnen, ist das gut, denn sie sehen die Tür."]


def test_a_word_cut_by_a_page_end_is_whole_again():
    raw = "Die ganze Stadt-\n\ngesellschaft ist eingeladen."

    found = texts(raw)

    assert found == ["Die ganze Stadtgesellschaft ist eingeladen."]


def test_a_compound_cut_at_its_hyphen_keeps_the_hyphen():
    raw = "Über das Wahlrecht und über die Pässe der vielen hundert Nicht-EU-\n\nBürger*innen entscheidet der Bund."

    found = texts(raw)

    assert found == [
        "Über das Wahlrecht und über die Pässe der vielen hundert Nicht-EU-Bürger*innen entscheidet der Bund."
    ]


@pytest.mark.parametrize("conjunction", ["und", "oder", "bzw.", "sowie"])
def test_a_suspended_hyphen_at_a_page_end_is_no_hyphenation(conjunction):
    raw = f"Es geht um Fragen von Zu-\n\n{conjunction} Abwanderung."

    found = texts(raw)

    assert found == [f"Es geht um Fragen von Zu- {conjunction} Abwanderung."]


def test_a_page_number_between_two_halves_of_a_sentence_goes():
    raw = "Der Kreis fragt, und das Amt antwortet auch dann, wenn die Antwort\n\n17\n\nunbequem ist."

    found = texts(raw)

    assert found == ["Der Kreis fragt, und das Amt antwortet auch dann, wenn die Antwort unbequem ist."]


def test_a_year_alone_on_its_line_is_no_page_number():
    assert texts("Das Jahr:\n\n2031") == ["Das Jahr:", "2031"]


def test_a_signature_keeps_its_lines():
    raw = "Danke!\n\n\n\nRuna Kieselbach\nOberbürgermeisterin der erfundenen Stadt"

    found = texts(raw)

    assert found == ["Danke!", "Runa Kieselbach\nOberbürgermeisterin der erfundenen Stadt"]


def test_lines_of_a_narrow_page_become_one_paragraph():
    raw = (
        "Ein Hinterhof mit Bank ist besser\nals einer ohne. Wir stellen Bänke auf und lassen die Leute entscheiden,\n"
        "Wochen vorher."
    )

    found = texts(raw)

    assert found == [
        "Ein Hinterhof mit Bank ist besser als einer ohne. "
        "Wir stellen Bänke auf und lassen die Leute entscheiden, Wochen vorher."
    ]


def test_a_list_directly_below_its_sentence_becomes_a_block_of_its_own():
    parts = parts_of(["Verteilt wird so:", "1. Feste", "2. Kurse", "", "Danach folgt mehr."], 10)

    assert [(part.text, part.line) for part in parts] == [
        ("Verteilt wird so:", 10),
        ("1. Feste\n2. Kurse", 11),
        ("Danach folgt mehr.", 14),
    ]


def test_bullets_of_every_kind_get_one_mark():
    parts = parts_of(["• Feste", "– Kurse", "- Reisen"], 1)

    assert text_of(parts) == "- Feste\n- Kurse\n- Reisen"


def test_a_bullet_over_two_lines_is_one_bullet():
    assert texts("- Feste besuchen und\n  neue erfinden\n- Kurse") == ["- Feste besuchen und neue erfinden\n- Kurse"]


def test_a_bullet_that_a_page_end_cuts_is_one_bullet():
    assert texts("- Feste besuchen und\n\nneue erfinden\n- Kurse") == ["- Feste besuchen und neue erfinden\n- Kurse"]


def test_a_marked_heading_is_one_however_long_it_is():
    (part,) = parts_of(["■ **" + "Wir öffnen jede Tür " * 12 + "**"], 1)

    assert part.is_heading is True


@pytest.mark.parametrize("line", ["Ein Satz.", "Was nun?", "- ein Punkt", "1. eine Nummer", "Es folgt:", "x" * 161])
def test_a_sentence_a_list_and_a_long_line_are_no_headings(line):
    (part,) = parts_of([line], 1)

    assert part.is_heading is False


def test_words_are_compared_without_punctuation_and_with_gender_stars():
    assert words("Nachbar*innen, wir – jetzt!") == ["Nachbar*innen", "wir", "jetzt"]
