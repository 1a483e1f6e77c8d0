"""The texts of the real pack, by rules that a machine can check (languages.md 4.1 and 4.2)."""

import re
import unicodedata
from collections import defaultdict

import pytest

from wir.content_pack import PACK, read_pack
from wir.languages import registry
from wir.languages.text import fingerprint
from wir.lib.blocks import BULLETS, NUMBERS, blocks

TRANSLATIONS = [language.code for language in registry.TRANSLATIONS]
FOREIGN = [code for code in TRANSLATIONS if code != "de-simple"]
RIGHT_TO_LEFT = [language.code for language in registry.LANGUAGES if language.dir == "rtl"]
SCRIPTS = {
    "ar": re.compile(r"[\u0600-\u06ff]"),
    "fa": re.compile(r"[\u0600-\u06ff\u200c]"),
    "uk": re.compile(r"[\u0400-\u04ff]"),
    "ru": re.compile(r"[\u0400-\u04ff]"),
}
SEPARATORS = "[.,\u00a0\u202f\u066b\u066c' ]"
THOUSAND = {"ar": "ألف", "fa": "هزار"}  # “524 thousand” is the usual way to write it


@pytest.fixture(scope="module")
def pack():
    return read_pack()


def texts(pack, code):
    """(where, text) of every title, explanation and further text of one language."""
    for kind, entries in pack[code].items():
        for key, entry in entries.items():
            for name, text in entry.items():
                yield f"{kind} {key} {name}", text


def found(pack, code, pattern):
    """Where a pattern stands in the texts of a language, with what it met."""
    return [
        (where, match.group())
        for where, text in texts(pack, code)
        for match in re.finditer(pattern, text, re.MULTILINE)
    ]


def prose(text):
    """A text without web and mail addresses and without names and terms in Latin letters in brackets."""
    return re.sub(r"\S+@\S+|https?://\S+|\bwww\.\S+|\([A-Za-zÄÖÜäöüß0-9*.,;/ –-]+\)", " ", text)


# Every language -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", TRANSLATIONS)
def test_no_explanation_equals_the_german_one(pack, code):
    german = {where: fingerprint(text) for where, text in texts(pack, "de")}

    same = [
        where for where, text in texts(pack, code) if where.endswith("plain") and fingerprint(text) == german[where]
    ]

    assert same == []


@pytest.mark.parametrize("code", FOREIGN)
def test_no_title_equals_the_german_one(pack, code):
    german = {where: fingerprint(text) for where, text in texts(pack, "de")}

    same = [where for where, text in texts(pack, code) if fingerprint(text) == german[where]]

    assert same == []


@pytest.mark.parametrize("code", [language.code for language in registry.LANGUAGES])
@pytest.mark.parametrize("name", ["title", "plain", "question", "purpose", "action"])
def test_no_two_items_have_the_same_text(pack, code, name):
    places = defaultdict(list)

    for where, text in texts(pack, code):
        alike = where.startswith("updates") and name == "title"  # the same thing happens to several measures
        if where.endswith(name) and not alike:
            places[fingerprint(text)].append(where)

    assert [each for each in places.values() if len(each) > 1] == []


@pytest.mark.parametrize("code", FOREIGN)
def test_lists_have_as_many_points_as_the_german_ones(pack, code):
    def shape(text):
        return [(block.kind, len(block.lines) if block.kind in (BULLETS, NUMBERS) else 1) for block in blocks(text)]

    german = {where: shape(text) for where, text in texts(pack, "de")}

    assert [where for where, text in texts(pack, code) if shape(text) != german[where]] == []


@pytest.mark.parametrize("code", [language.code for language in registry.LANGUAGES])
def test_no_invisible_sign_turns_a_text_around(pack, code):
    assert found(pack, code, "[\u202a-\u202e\u0640\u200e\u200f\ufeff\u00ad]") == []
    assert [
        where for where, text in texts(pack, code) if len(re.findall("[\u2066-\u2068]", text)) != text.count("\u2069")
    ] == []


@pytest.mark.parametrize("code", [language.code for language in registry.LANGUAGES])
def test_letters_are_stored_composed_and_no_placeholder_is_left(pack, code):
    assert [where for where, text in texts(pack, code) if unicodedata.normalize("NFC", text) != text] == []
    assert found(pack, code, r"\b(TODO|TBD|XXX|FIXME)\b|(?i:\blorem ipsum\b)|\?\?\?|[{}<>]|\*\*") == []


@pytest.mark.parametrize("code", [language.code for language in registry.LANGUAGES])
def test_digits_are_latin_ones(pack, code):
    assert found(pack, code, "[\u0660-\u0669\u06f0-\u06f9]") == []


def numbers(entry, thousand):
    """The numbers of an entry, without separators of thousands; those inside of the name WIR2.0 are none."""
    text = re.sub(r"(?:WIR|LIP)-?\s?2[.,]0", " ", "\n".join(entry.values()))
    text = re.sub(rf"(\d+)\s{thousand}\b", r"\g<1>000", text)
    return {re.sub(SEPARATORS, "", number) for number in re.findall(rf"\d+(?:{SEPARATORS}\d+)*", text)}


@pytest.mark.parametrize("code", FOREIGN)
def test_translations_have_the_numbers_of_the_german_and_no_others(pack, code):
    thousand = THOUSAND.get(code, "000")

    german = {(kind, key): numbers(entry, "000") for kind in pack["de"] for key, entry in pack["de"][kind].items()}

    found = {(kind, key): numbers(entry, thousand) for kind in pack[code] for key, entry in pack[code][kind].items()}
    assert {place: found[place] for place in found if found[place] != german[place]} == {}


# Scripts ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", SCRIPTS)
def test_most_letters_are_of_the_script_of_the_language(pack, code):
    poor = []

    for where, text in texts(pack, code):
        letters = [char for char in prose(text) if char.isalpha()]
        share = sum(bool(SCRIPTS[code].match(char)) for char in letters) / max(len(letters), 1)
        if share < 0.6:
            poor.append((where, round(share, 2)))

    assert poor == []


def test_ukrainian_has_its_own_letters_and_none_of_russian_only(pack):
    without = [where for where, text in texts(pack, "uk") if len(text) > 200 and not re.search("[іїєґІЇЄҐ]", text)]

    assert found(pack, "uk", "[ыэъёЫЭЪЁ]") == []
    assert without == []


def test_russian_has_no_letters_of_ukrainian_only(pack):
    assert found(pack, "ru", "[іїєґІЇЄҐ]") == []


def test_kurdish_has_its_own_letters_and_none_of_turkish_only(pack):
    without = [where for where, text in texts(pack, "ku") if len(text) > 200 and not re.search("[êîûÊÎÛ]", text)]

    assert without == []
    assert [each for each in found(pack, "ku", r"\b\w*[ığöüİĞÖÜ]\w*") if each[1] not in GERMAN_WORDS] == []


def test_turkish_has_none_of_the_letters_it_does_not_know(pack):
    foreign = [
        (where, match) for where, text in texts(pack, "tr") for match in re.findall(r"\b\w*[qwxQWX]\w*", prose(text))
    ]

    assert {word for _where, word in foreign} <= {"WIR2", "WCAG", "Web", "WIR", "Vahrenwald"}


# German names that stay German in every language
GERMAN_WORDS = {"Oberbürgermeister", "Förderprogramm", "Mühlenberg", "Kulturhäuser", "Förderrichtlinie"}


# Arabic and Persian -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", RIGHT_TO_LEFT)
def test_punctuation_after_arabic_letters_is_arabic(pack, code):
    assert found(pack, code, r"\w*[\u0620-\u064a\u066e-\u06d3]\s?[?,;]") == []


def test_persian_has_no_arabic_kaf_and_yeh(pack):
    assert found(pack, "fa", r"\w*[كيى]\w*") == []


def test_arabic_has_no_persian_kaf_and_yeh(pack):
    assert found(pack, "ar", r"\w*[کی]\w*") == []


def test_persian_verbs_have_their_joiner_instead_of_a_space(pack):
    assert found(pack, "fa", r"(?<!\w)ن?می \w+") == []


def test_the_joiner_never_stands_at_the_edge_of_a_word(pack):
    assert found(pack, "fa", "(?<!\\w)\u200c|\u200c(?!\\w)|\u200c\u200c") == []


# Marks of other languages -------------------------------------------------------------------------------------------


def test_french_has_a_narrow_space_before_high_punctuation(pack):
    assert found(pack, "fr", r"[^\s\u202f][;!?»](?!\S*@)|\w:(?=\s|$)|[ \u00a0][;:!?»]|«[^\u202f]") == []


def test_spanish_questions_and_calls_are_opened(pack):
    unopened = [
        where
        for where, text in texts(pack, "es")
        if (text.count("?"), text.count("!")) != (text.count("¿"), text.count("¡"))
    ]

    assert unopened == []


@pytest.mark.parametrize("code", ["pl", "de"])
def test_quotation_marks_are_those_of_the_language(pack, code):
    closing = {"pl": "”", "de": "“"}[code]
    opened = [where for where, text in texts(pack, code) if text.count("„") != text.count(closing)]

    assert found(pack, code, '"') == []
    assert opened == []


# Leichte Sprache: what blocks (languages.md 4.1, level B) -------------------------------------------------------------


def sentences(text):
    for line in text.splitlines():
        for sentence in re.split(r"(?<=[.!?:])\s+", re.sub(r"^(## |- )", "", line.strip())):
            if sentence:
                yield sentence


def test_leichte_sprache_has_at_most_twelve_words_in_a_sentence(pack):
    long = [
        (where, sentence)
        for where, text in texts(pack, "de-simple")
        for sentence in sentences(text)
        if len(sentence.split()) > 12
    ]

    assert long == []


def test_leichte_sprache_has_one_sentence_on_a_line(pack):
    crowded = [
        (where, line)
        for where, text in texts(pack, "de-simple")
        for line in text.replace("Ich. Du. WIR.", "").splitlines()  # the name of a call
        if len(re.findall(r"(?<!\d)[.!?](?=\s)", line)) > 0  # "6. September" is no end
    ]

    assert crowded == []


def test_leichte_sprache_has_no_abbreviations(pack):
    pattern = r"\b(?:z\. ?B|bzw|ggf|usw|etc|u\. ?a|d\. ?h|Nr|Abs|vgl|ca|evtl|Str|Tel)\b\.?"

    assert found(pack, "de-simple", pattern) == []


def test_leichte_sprache_has_no_forbidden_signs(pack):
    assert found(pack, "de-simple", r"[;()/§%&…„“”«»\"*·_]") == []


def test_leichte_sprache_has_no_words_in_capitals(pack):
    """But for two names that readers meet elsewhere, each told in the same text."""
    told = {"WCAG": "Die Regeln heißen: WCAG", "IBAN": "Die IBAN ist die Nummer von Ihrem Konto."}
    capitals = [
        (where, word)
        for where, text in texts(pack, "de-simple")
        for word in re.findall(r"\b[A-ZÄÖÜ]{4,}\b", text)
        if word not in told or told[word] not in text
    ]

    assert capitals == []


def test_leichte_sprache_parts_its_long_words_with_hyphens(pack):
    assert found(pack, "de-simple", r"[^\W\d_]{17,}") == []


# The pack itself ----------------------------------------------------------------------------------------------------


NAMES_ONLY = {  # the six fields, in the one order they have
    "Bildung, Soziales, Demokratie, Stadtleben und Kultur, Wirtschaft sowie "
    "Stadtverwaltung und interkulturelle Öffnung."
}


def test_the_folder_says_where_the_texts_come_from_and_has_one_folder_for_each_language():
    assert sorted(path.name for path in PACK.iterdir() if path.is_dir()) == sorted(
        language.code for language in registry.LANGUAGES
    )
    assert (PACK / "SOURCES.md").read_text(encoding="utf-8").startswith("# Where the content pack comes from\n")


def test_the_pack_holds_no_paragraph_of_the_citys_documents(pack, city_documents):
    theirs = " ".join(" ".join(path.read_text(encoding="utf-8") for path in city_documents).split())

    sentences_of_ours = [
        sentence
        for where, text in texts(pack, "de")
        if where.endswith("plain")
        for sentence in sentences(text)
        if len(sentence.split()) > 7
    ]

    assert {sentence for sentence in sentences_of_ours if sentence in theirs} - NAMES_ONLY == set()
