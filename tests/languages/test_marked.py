"""Templates print text that says which language it is in, and escape all of it."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from strategy.models import Guideline
from wir.languages import registry
from wir.languages.text import MarkedText, tr
from wir.lib.blocks import blocks

MARKUP = "<b>\"fett\"</b> & 'mehr'"
ESCAPED = "&lt;b&gt;&quot;fett&quot;&lt;/b&gt; &amp; &#x27;mehr&#x27;"


def render(source, code="de", **context):
    """A template rendered on a page in this language, without line breaks."""
    with translation.override(code):
        return "".join(Template("{% load marked %}" + source).render(Context(context)).splitlines())


# Short texts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "html"),
    [
        ("de", "Haus &amp; Hof"),
        ("tr", "Ev"),
        ("pl", '<span lang="de" dir="ltr">Haus &amp; Hof</span>'),
        ("fa", '<span lang="en" dir="ltr">House</span>'),
        ("ar", "بيت"),
        ("de-simple", ""),
    ],
)
def test_a_text_carries_its_language_where_it_is_not_the_page_s(code, html):
    guideline = Guideline(title_de="Haus & Hof", title_tr="Ev", title_en="House", title_ar="بيت")

    assert render('{% text item "title" %}', code, item=guideline) == html


@pytest.mark.parametrize(
    ("code", "html"),
    [
        ("de", "<h2></h2>"),
        ("tr", "<h2></h2>"),
        ("pl", '<h2 lang="de" dir="ltr"></h2>'),
        ("fa", '<h2 lang="en" dir="ltr"></h2>'),
        ("de-simple", "<h2></h2>"),
    ],
)
def test_marks_are_attributes_for_the_element_that_holds_the_text(code, html):
    guideline = Guideline(title_de="Haus", title_tr="Ev", title_en="House")

    assert render('<h2{% marks item "title" %}></h2>', code, item=guideline) == html


def test_a_text_from_right_to_left_says_so_on_a_page_from_left_to_right():
    text = MarkedText("بيت", registry.get("ar"), registry.get("de"))

    assert render("{{ title|show }}", title=text) == '<span lang="ar" dir="rtl">بيت</span>'


@pytest.mark.parametrize(
    "tag", ['{% text item "title" %}', '{% text_plain item "title" %}', '{% german_of item "title" %}']
)
def test_markup_in_a_title_is_escaped(tag):
    guideline = Guideline(title_de=MARKUP)

    assert render(tag, item=guideline) == ESCAPED


def test_markup_in_a_title_that_fell_back_is_escaped():
    guideline = Guideline(title_de=MARKUP)

    assert render('{% text item "title" %}', "pl", item=guideline) == f'<span lang="de" dir="ltr">{ESCAPED}</span>'


@pytest.mark.parametrize("code", [language.code for language in registry.LANGUAGES])
def test_markup_in_a_title_is_escaped_in_every_language(code):
    place = f"title_{code.replace('-', '_')}"
    guideline = Guideline(**({"title_de": "Vergleich"} | {place: "5 < 7 & 7 > 5"}))

    assert render('{% text item "title" %}', code, item=guideline) == "5 &lt; 7 &amp; 7 &gt; 5"


def test_a_plain_title_is_escaped_too():
    assert render("{{ title|show }}", title=MARKUP) == ESCAPED


def test_the_text_alone_is_without_a_span():
    guideline = Guideline(title_de="Haus & Hof")

    assert render('{% text_plain item "title" %}', "pl", item=guideline) == "Haus &amp; Hof"


def test_the_german_of_a_text_is_german_on_every_page():
    guideline = Guideline(title_de="Haus", title_tr="Ev")

    assert render('{% german_of item "title" %}', "tr", item=guideline) == "Haus"


# Long texts ---------------------------------------------------------------------------------------------------------


def html_of(text, code="de", level=2):
    return "".join(
        render("{% render_block block level language %}", block=block, level=level, language=registry.get(code))
        for block in blocks(text)
    )


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Eins\nZwei", "<p>Eins<br>Zwei</p>"),
        ("## Titel", "<h2>Titel</h2>"),
        ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("Akteur*innen und Bürger*innen", "<p>Akteur*innen und Bürger*innen</p>"),
        (MARKUP, f"<p>{ESCAPED}</p>"),
        (f"Eins\n{MARKUP}", f"<p>Eins<br>{ESCAPED}</p>"),
        (f"## {MARKUP}", f"<h2>{ESCAPED}</h2>"),
        (f"- a\n- {MARKUP}", f"<ul><li>a</li><li>{ESCAPED}</li></ul>"),
        (f"7. {MARKUP}", f'<ol start="7"><li>{ESCAPED}</li></ol>'),
    ],
)
def test_each_kind_of_block_has_its_element_and_everything_in_it_is_escaped(text, html):
    assert html_of(text) == html


def test_headings_in_a_text_have_the_level_of_their_place():
    assert html_of("## Titel", level=4) == "<h4>Titel</h4>"


def test_prose_in_the_page_s_language_has_no_marks():
    guideline = Guideline(plain_de="Eins.\n\n- a\n- b")

    assert (
        render("{% prose item %}", item=guideline)
        == '<div class="prose"><p>Eins.</p><ul><li>a</li><li>b</li></ul></div>'
    )


def test_prose_that_fell_back_is_marked_as_a_whole():
    guideline = Guideline(plain_de="Eins.\n\nZwei.", plain_en="One.\n\nTwo.")

    html = [render("{% prose item %}", code, item=guideline) for code in ("pl", "ar")]

    assert html == [
        '<div class="prose" lang="de" dir="ltr"><p>Eins.</p><p>Zwei.</p></div>',
        '<div class="prose" lang="en" dir="ltr"><p>One.</p><p>Two.</p></div>',
    ]


def test_prose_that_is_missing_leaves_no_empty_element():
    guideline = Guideline(plain_de="Eins.")

    assert render("{% prose item %}", "de-simple", item=guideline) == ""


def test_prose_of_another_field_and_level_can_be_asked_for():
    guideline = Guideline(title_de="## Titel")

    assert render('{% prose item "title" 3 %}', item=guideline) == '<div class="prose"><h3>Titel</h3></div>'


def test_german_stands_beside_the_translation_paragraph_by_paragraph():
    guideline = Guideline(plain_de="Eins.\n\nZwei.", plain_ar="١.\n\n٢.")

    html = render("{% prose item %}", "ar", item=guideline, beside=registry.SOURCE)

    assert html == (
        '<div class="beside">'
        '<div class="pair"><div class="prose"><p>١.</p></div>'
        '<div class="prose german" lang="de" dir="ltr"><p>Eins.</p></div></div>'
        '<div class="pair"><div class="prose"><p>٢.</p></div>'
        '<div class="prose german" lang="de" dir="ltr"><p>Zwei.</p></div></div>'
        "</div>"
    )


def test_german_stands_beside_the_whole_text_where_the_structures_differ():
    guideline = Guideline(plain_de="Eins.\n\nZwei.", plain_de_simple="Alles.")

    html = render("{% prose item %}", "de-simple", item=guideline, beside=registry.SOURCE)

    assert html == (
        '<div class="beside"><div class="pair"><div class="prose"><p>Alles.</p></div>'
        '<div class="prose german" lang="de" dir="ltr"><p>Eins.</p><p>Zwei.</p></div></div></div>'
    )


def test_english_shown_to_persian_readers_is_marked_beside_the_german():
    guideline = Guideline(plain_de="Eins.", plain_en="One.")

    html = render("{% prose item %}", "fa", item=guideline, beside=registry.SOURCE)

    assert html == (
        '<div class="beside"><div class="pair"><div class="prose" lang="en" dir="ltr"><p>One.</p></div>'
        '<div class="prose german" lang="de" dir="ltr"><p>Eins.</p></div></div></div>'
    )


def test_german_does_not_stand_beside_itself():
    guideline = Guideline(plain_de="Eins.")

    html = [render("{% prose item %}", code, item=guideline, beside=registry.SOURCE) for code in ("de", "pl")]

    assert html == [
        '<div class="prose"><p>Eins.</p></div>',
        '<div class="prose" lang="de" dir="ltr"><p>Eins.</p></div>',
    ]


def test_markup_beside_is_escaped_on_both_sides():
    guideline = Guideline(plain_de=MARKUP, plain_de_simple=MARKUP)

    html = render("{% prose item %}", "de-simple", item=guideline, beside=registry.SOURCE)

    assert html == (
        f'<div class="beside"><div class="pair"><div class="prose"><p>{ESCAPED}</p></div>'
        f'<div class="prose german" lang="de" dir="ltr"><p>{ESCAPED}</p></div></div></div>'
    )


def test_official_wording_is_german_on_every_page():
    html = [render("{% german_prose text %}", code, text=f"## Amt\n\n{MARKUP}") for code in ("de", "ar")]

    assert html == [
        f'<div class="prose"><h3>Amt</h3><p>{ESCAPED}</p></div>',
        f'<div class="prose" lang="de" dir="ltr"><h3>Amt</h3><p>{ESCAPED}</p></div>',
    ]


# Dates, numbers, addresses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "written"),
    [("de", "5. März 2026"), ("de-simple", "5. März 2026"), ("ar", "5 مارس 2026"), ("ku", "5ê adara 2026an")],
)
def test_a_date_is_written_in_the_page_s_language(code, written):
    assert render("{{ day|long_date }}", code, day=date(2026, 3, 5)) == written


def test_a_moment_is_told_in_hannover_s_time():
    moment = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)

    html = render('<time datetime="{{ at|iso }}">{{ at|long_date }}</time>', at=moment)

    assert html == '<time datetime="2026-03-06T00:30+01:00">6. März 2026</time>'


def test_a_day_has_no_time():
    assert render("{{ day|iso }}", "ar", day=date(2026, 3, 5)) == "2026-03-05"


def test_numbers_and_shares_are_written_in_the_page_s_language():
    html = [render("{{ n|number }} {% share 1 2 %}", code, n=Decimal("1234.5")) for code in ("de", "ru")]

    assert html == ["1.234,5 50\u00a0%", "1\u00a0234,5 50\u00a0%"]


def address(path, code, in_address=True, **options):
    request = RequestFactory().get(path)
    request.language_in_address = in_address
    arguments = " ".join(f"{name}={value}" for name, value in options.items())
    tag = "{% in_language language " + arguments + " %}"
    return render(tag, request=request, language=registry.get(code))


@pytest.mark.parametrize(
    ("path", "code", "other"),
    [
        ("/de/", "tr", "/tr/"),
        ("/de/leitlinien/3/", "ar", "/ar/leitlinien/3/"),
        ("/tr/leitlinien/3/", "de-simple", "/de-simple/leitlinien/3/"),
        ("/de/massnahmen/?feld=2&q=rad%20weg", "fa", "/fa/massnahmen/?feld=2&amp;q=rad+weg"),
        ("/tr/leitlinien/?neben=de", "ar", "/ar/leitlinien/?neben=de"),
        ("/tr/leitlinien/?neben=de&q=a", "de", "/de/leitlinien/?q=a"),
        ("/tr/leitlinien/?neben=de", "de", "/de/leitlinien/"),
    ],
)
def test_the_same_page_in_another_language_keeps_path_and_query(path, code, other):
    assert address(path, code) == other


def test_search_engines_get_the_whole_address_without_a_query(settings):
    settings.SITE_URL = "https://wir.example.org"

    assert (
        address("/de/leitlinien/?q=a", "tr", absolute="True", query="False") == "https://wir.example.org/tr/leitlinien/"
    )


def test_a_page_without_a_language_in_its_address_leads_to_the_start_page():
    assert address("/konto/login/", "tr", in_address=False) == "/tr/"


def test_markup_in_an_address_is_escaped():
    html = address('/de/"><script>/?"><b>=1', "tr")

    assert ("<" in html, ">" in html, '"' in html) == (False, False, False)


def test_each_name_in_a_list_of_languages_is_in_its_own_language():
    languages = [registry.get("tr"), registry.get("ar")]

    html = render("{{ languages|language_list }}", languages=languages)

    assert html == '<span lang="tr" dir="ltr">Türkçe</span>, <span lang="ar" dir="rtl">العربية</span>'


def test_no_languages_make_an_empty_list():
    assert render("{{ languages|language_list }}", languages=[]) == ""


def test_a_marked_text_is_safe_wherever_it_is_shown():
    guideline = Guideline(title_de=MARKUP)

    with translation.override("pl"):
        text = tr(guideline, "title")

    assert render("{{ text|show }}", text=text) == f'<span lang="de" dir="ltr">{ESCAPED}</span>'
    assert render("{{ text }}", text=text) == ESCAPED
