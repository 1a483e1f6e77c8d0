import unicodedata

import pytest
from django.utils import translation

from strategy.models import Guideline
from tests.languages.factories import every_title
from wir.languages import registry
from wir.languages.text import MarkedText, column, current, fingerprint, is_blank, tr

CODES = [language.code for language in registry.LANGUAGES]
CHAINS = {
    "de": ["de"],
    "de-simple": ["de-simple"],
    "en": ["en", "de"],
    "tr": ["tr", "de"],
    "ar": ["ar", "en", "de"],
    "fa": ["fa", "en", "de"],
    "uk": ["uk", "en", "de"],
    "ru": ["ru", "en", "de"],
    "pl": ["pl", "de"],
    "fr": ["fr", "en", "de"],
    "es": ["es", "en", "de"],
    "ku": ["ku", "de"],
}
BLANKS = {
    "nothing": "",
    "null": None,
    "spaces": "  \t\n\r\n ",
    "no-break space": "\u00a0\u202f",
    "entity": "&nbsp; &nbsp;",
    "empty paragraph": "<p></p>",
    "paragraph with entity": "<p>&nbsp;</p>\n<br/>",
    "attributes only": '<p class="x"><img src="a.png"></p>',
    "zero-width space": "\u200b",
    "zero-width non-joiner": "\u200c",
    "zero-width joiner": "\u200d",
    "direction marks": "\u200e\u200f",
    "word joiner": "\u2060",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "isolates": "\u2066\u2067\u2068\u2069",
    "embeddings and overrides": "\u202a\u202b\u202c\u202d\u202e",
    "Arabic letter mark": "\u061c",
    "all at once": "<p>\u200b &nbsp;\u00ad</p>\u2060\n",
}


@pytest.mark.parametrize("code", CODES)
def test_a_reader_gets_a_text_in_her_own_language(code):
    guideline = Guideline(**every_title())

    text = tr(guideline, "title", registry.get(code))

    assert (text.value, text.language.code, text.wanted.code) == (f"title {code}", code, code)
    assert not text.is_fallback


@pytest.mark.parametrize("code", CODES)
def test_missing_texts_are_replaced_along_the_chain_and_by_nothing_else(code):
    """One language of the chain after the other goes missing; texts in all other languages are there to be taken."""
    guideline, found = Guideline(**every_title()), []

    for step in CHAINS[code]:
        found.append(tr(guideline, "title", registry.get(code)))
        setattr(guideline, column("title", step), "")
    last = tr(guideline, "title", registry.get(code))

    assert [(text.value, text.language.code) for text in found] == [(f"title {each}", each) for each in CHAINS[code]]
    assert [text.is_fallback for text in found] == [False] + [True] * (len(CHAINS[code]) - 1)
    assert (last.value, last.language.code, last.is_fallback, bool(last)) == ("", code, False, False)


def test_leichte_sprache_shows_no_hard_german_instead():
    guideline = Guideline(**every_title() | {"title_de_simple": ""})

    text = tr(guideline, "title", registry.SIMPLE)

    assert text == MarkedText("", registry.SIMPLE, registry.SIMPLE)


def test_german_shows_no_leichte_sprache_instead():
    guideline = Guideline(**every_title() | {"title_de": ""})

    text = tr(guideline, "title", registry.SOURCE)

    assert text == MarkedText("", registry.SOURCE, registry.SOURCE)


@pytest.mark.parametrize("blank", BLANKS.values(), ids=BLANKS.keys())
def test_what_shows_nothing_counts_as_missing(blank):
    guideline = Guideline(title_de="Deutsch", title_tr=blank)

    text = tr(guideline, "title", registry.get("tr"))

    assert is_blank(blank)
    assert (text.value, text.language.code) == ("Deutsch", "de")


@pytest.mark.parametrize("value", ["a", "0", "–", ".", "<p>a</p>", "\u200ba\u200b", "a < b", "<3", "می\u200cروم", "👋"])
def test_what_shows_something_is_not_missing(value):
    guideline = Guideline(title_de="Deutsch", title_tr=value)

    text = tr(guideline, "title", registry.get("tr"))

    assert not is_blank(value)
    assert (text.value, text.language.code) == (value, "tr")


def test_the_language_of_the_page_is_taken_where_none_is_named():
    guideline = Guideline(**every_title())

    with translation.override("tr"):
        turkish = tr(guideline, "title")
    with translation.override("de-simple"):
        simple = tr(guideline, "title")

    assert (turkish.value, simple.value) == ("title tr", "title de-simple")


def test_outside_of_a_page_the_language_is_german():
    with translation.override(None):
        assert current() is registry.SOURCE
    with translation.override("it"):
        assert current() is registry.SOURCE


def test_each_language_has_its_column():
    columns = [column("title", "de"), column("title", registry.SIMPLE), column("plain", registry.get("ku"))]

    assert columns == ["title_de", "title_de_simple", "plain_ku"]


def test_a_fallback_says_which_language_it_is_in():
    text = MarkedText("Haus & Hof", registry.SOURCE, registry.get("ar"))

    assert text.attributes == ' lang="de" dir="ltr"'
    assert text.__html__() == '<span lang="de" dir="ltr">Haus &amp; Hof</span>'


def test_an_arabic_text_on_a_german_page_runs_from_right_to_left():
    text = MarkedText("سلام", registry.get("ar"), registry.SOURCE)

    assert text.attributes == ' lang="ar" dir="rtl"'


def test_a_text_in_the_page_s_language_is_bare():
    text = MarkedText("Haus & Hof", registry.SOURCE, registry.SOURCE)

    assert text.attributes == ""
    assert text.__html__() == "Haus &amp; Hof"
    assert str(text) == "Haus & Hof"


def test_nothing_is_in_no_other_language():
    text = MarkedText("", registry.SOURCE, registry.get("tr"))

    assert (text.is_fallback, text.attributes, text.__html__()) == (False, "", "")


def test_markup_in_a_text_is_escaped_with_and_without_a_span():
    value = "<script>alert('x')</script>"
    escaped = "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;"

    own = MarkedText(value, registry.get("tr"), registry.get("tr")).__html__()
    other = MarkedText(value, registry.SOURCE, registry.get("tr")).__html__()

    assert own == escaped
    assert other == f'<span lang="de" dir="ltr">{escaped}</span>'


def test_a_fingerprint_is_the_same_for_every_composition_of_its_letters():
    text = "Größe für Äußerungen, Kurdî, İstanbul"

    forms = {fingerprint(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}

    assert forms == {fingerprint(text)}


def test_a_fingerprint_does_not_see_white_space():
    texts = ["Wir alle\n\nin Hannover", " Wir  alle in\tHannover \n", "Wir\u00a0alle\r\nin\u202fHannover"]

    assert {fingerprint(text) for text in texts} == {fingerprint("Wir alle in Hannover")}


@pytest.mark.parametrize("other", ["wir alle", "Wir alle.", "Wiralle", "Wir álle", "Wir alle 2", "Alle wir"])
def test_a_fingerprint_sees_every_other_change(other):
    assert fingerprint(other) != fingerprint("Wir alle")


@pytest.mark.parametrize("blank", BLANKS.values(), ids=BLANKS.keys())
def test_nothing_has_no_fingerprint(blank):
    assert fingerprint(blank) == ""


def test_a_fingerprint_stays_the_same_from_release_to_release():
    """It is stored with every text: another one would make all translations outdated."""
    assert fingerprint("Wir alle in Hannover") == "7db5eccd0a097b41da5d9312d691b839"
