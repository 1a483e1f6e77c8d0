"""The rules of the contract: addresses are printed on flyers, so each of these results is a promise."""

import unicodedata

import pytest

from wir.lib.slugs import german_slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Häuser", "haeuser"),
        ("Öffnung", "oeffnung"),
        ("Bürger", "buerger"),
        ("ÄÖÜ", "aeoeue"),
        ("Straße", "strasse"),
        ("STRAẞE", "strasse"),
        ("Akteur*innen", "akteurinnen"),
        ("Hannoveraner*innen und Akteur*innen", "hannoveranerinnen-und-akteurinnen"),
        ("Bildung & Sprache", "bildung-sprache"),
        ("Arbeit, Ausbildung (und mehr)!", "arbeit-ausbildung-und-mehr"),
        ("Ziel 3: 50 % mehr", "ziel-3-50-mehr"),
        ("WIR2.0", "wir2-0"),
        ("Wohnen/Stadtteil", "wohnen-stadtteil"),
        ("unter_strich", "unter-strich"),
        ("– Wohnen –", "wohnen"),
        ("Wohnen\n\u00a0und\tLeben", "wohnen-und-leben"),
    ],
)
def test_a_title_becomes_ascii_words_with_hyphens(title, slug):
    made = german_slug(title)

    assert made == slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [("Łódź", "lodz"), ("İstanbul", "istanbul"), ("ılık", "ilik"), ("Café Ærø", "cafe-aero"), ("Đorđe", "dorde")],
)
def test_foreign_letters_keep_their_base_letter(title, slug):
    made = german_slug(title)

    assert made == slug


def test_the_middle_dot_of_leichte_sprache_does_not_split_a_word():
    made = german_slug("Bundes·tag und Wörter·buch")

    assert made == "bundestag-und-woerterbuch"


def test_a_soft_hyphen_does_not_split_a_word():
    made = german_slug("Integrations\u00adbeirat")

    assert made == "integrationsbeirat"


def test_a_decomposed_umlaut_is_spelled_like_a_composed_one():
    title = unicodedata.normalize("NFD", "Über Ängste, Öl und Größe")

    made = german_slug(title)

    assert made == "ueber-aengste-oel-und-groesse"


@pytest.mark.parametrize("title", ["", "   ", "***", "·\u00ad", "–/–", "سلام", "Привіт"])
def test_a_title_without_a_latin_letter_or_a_digit_has_no_slug(title):
    made = german_slug(title)

    assert made == ""


def test_sixty_characters_are_kept_whole():
    title = "a" * 30 + " " + "b" * 29

    made = german_slug(title)

    assert made == "a" * 30 + "-" + "b" * 29
    assert len(made) == 60


def test_sixty_one_characters_are_cut_at_the_last_whole_word():
    title = "a" * 30 + " " + "b" * 30

    made = german_slug(title)

    assert made == "a" * 30


def test_a_word_that_ends_at_the_sixtieth_character_is_kept():
    title = "a" * 30 + " " + "b" * 29 + " und mehr"

    made = german_slug(title)

    assert made == "a" * 30 + "-" + "b" * 29


def test_umlauts_count_as_the_two_letters_they_become():
    title = "ä" * 29 + " " + "ab"

    made = german_slug(title)

    assert made == "ae" * 29


def test_a_single_word_longer_than_sixty_is_cut_inside():
    made = german_slug("x" * 75)

    assert made == "x" * 60


def test_a_long_title_of_the_paper_ends_with_a_whole_word():
    made = german_slug("Haltung der Landeshauptstadt Hannover zu Migration und Teilhabe")

    assert made == "haltung-der-landeshauptstadt-hannover-zu-migration-und"
