import pytest

from wir.languages import registry
from wir.languages.terms import mark_terms


def marked(text, code):
    return mark_terms(text, registry.get(code))


@pytest.mark.parametrize("code", ["tr", "en", "ku", "es"])
def test_a_german_term_in_brackets_is_marked_in_latin_scripts(code):
    html = marked("Konsey (Rat), Kapı (Tür)", code)

    assert html == 'Konsey (<bdi lang="de" dir="ltr">Rat</bdi>), Kapı (Tür)'


def test_a_term_outside_of_brackets_or_inside_of_a_word_is_left_alone():
    html = marked("Rat ve (Stadtrat, Rathaus, Rat-Haus)", "tr")

    assert html == "Rat ve (Stadtrat, Rathaus, Rat-Haus)"


def test_the_longest_term_is_marked_as_a_whole():
    html = marked("(Dezernat III „Soziales und Integration“)", "pl")

    assert html == '(<bdi lang="de" dir="ltr">Dezernat III „Soziales und Integration“</bdi>)'


@pytest.mark.parametrize("code", ["ar", "fa", "uk", "ru"])
def test_every_latin_run_is_marked_in_other_scripts(code):
    html = marked("٣ (Lokaler Integrationsplan) 2.0", code)

    assert html == '٣ (<bdi lang="de" dir="ltr">Lokaler Integrationsplan</bdi>) 2.0'


@pytest.mark.parametrize("code", ["de", "de-simple"])
def test_german_text_has_nothing_to_mark(code):
    assert marked("Der Rat (Rat) & mehr", code) == "Der Rat (Rat) &amp; mehr"


@pytest.mark.parametrize("code", [language.code for language in registry.LANGUAGES])
def test_markup_is_escaped_inside_and_outside_of_brackets(code):
    html = marked('<1>(<2>)&("3")\'', code)

    assert html == "&lt;1&gt;(&lt;2&gt;)&amp;(&quot;3&quot;)&#x27;"


@pytest.mark.parametrize("text", ["wir@hannover-stadt.de", "https://www.hannover.de/wir?a=1"])
def test_an_address_in_a_right_to_left_text_stays_in_one_piece(text):
    """In pieces, its parts would stand in the wrong order: domain first, name last."""
    html = marked(f"راسلونا {text}", "ar")

    assert html.count("<bdi") == 1
