"""Every kind in twelve languages: whole, valid, in one language; and what happens where a text is missing."""

import re
import warnings
from dataclasses import replace
from html import unescape

import html5lib
import pytest
from django.utils import translation
from django.utils.translation import gettext

from wir.languages import registry
from wir.languages.catalogues import messages
from wir.languages.text import MarkedText
from wir.outbox import kinds, rendering
from wir.outbox.rendering import letter_body, messages_of, render
from wir.outbox.templatetags.messages import plain_marked
from wir.outbox.writing import Recipient

KINDS = [kind.name for kind in kinds.all_kinds()]
CODES = [language.code for language in registry.LANGUAGES]
PLANTED = "Zwiebelmuster"
OFFICE = {"office": "Geschäftsstelle WIR2.0", "phone": "0511 168 0", "mail": "wir@example.org"}


@pytest.fixture(autouse=True)
def office(monkeypatch):
    monkeypatch.setattr(kinds, "_sender", [lambda: OFFICE])


@pytest.fixture
def speaks(monkeypatch):
    """Let only these languages have every text."""

    def only(*codes):
        monkeypatch.setattr(rendering, "has_text", lambda language, *message: language.code in codes)

    return only


def rendered(name, code, context=None, recipient=None):
    kind = kinds.get(name)
    language = registry.get(code)
    recipient = recipient or Recipient(f"{PLANTED} <b>", language=code)
    return render(kind, recipient, kind.example() if context is None else context, wanted=language)


def parse(html):
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False, strict=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = parser.parse(html)
    assert parser.errors == []
    return tree


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_whole_and_valid_in_every_language(name, code):
    found = rendered(name, code)
    tree = parse(found.html)

    assert (tree.get("lang"), tree.get("dir")) == (found.language.tag, found.language.dir)
    assert found.language.code in (*registry.get(code).chain, "de", "en")
    assert tree.findtext("head/title").strip() == found.subject
    assert found.subject and "\n" not in found.subject
    assert len(found.text.split()) > 5 and len("".join(tree.find("body").itertext()).split()) > 5
    assert "<" not in re.sub(r"&lt;|<b>", "", found.text)
    assert {element.tag for element in tree.iter()} & {"img", "script", "style", "table", "link", "iframe"} == set()
    assert [element for element in tree.iter() if element.get("style")] == []


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("name", KINDS)
def test_no_subject_names_a_person_or_what_its_kind_has_not_listed(name, code):
    kind = kinds.get(name)
    context = {
        key: PLANTED if isinstance(value, str) and key not in kind.subject_keys else value
        for key, value in kind.example().items()
    } | {"recipient": PLANTED, "name": PLANTED, "recipient_name": PLANTED}

    assert PLANTED not in rendered(name, code, context).subject


def test_a_subject_is_told_nothing_but_the_keys_its_kind_lists(monkeypatch):
    seen, plain = {}, rendering.plain
    monkeypatch.setattr(rendering, "plain", lambda name, context: seen.update({name: context}) or plain(name, context))
    kind = replace(kinds.get("barrier_answer"), subject_keys=("page",))

    render(kind, Recipient(PLANTED), kind.example() | {"name": PLANTED}, wanted=registry.SOURCE)

    assert seen["emails/barrier_answer.subject.txt"] == {"page": "/de/strategie/"}
    assert seen["emails/barrier_answer.txt"]["recipient_name"] == PLANTED


@pytest.mark.parametrize("name", KINDS)
def test_what_people_typed_is_escaped_in_the_page_and_plain_in_the_text(name):
    attack = MarkedText("<script>alert(1)</script> & „Grüße“", registry.SOURCE, registry.SOURCE)
    context = {
        key: attack if isinstance(value, MarkedText) else value for key, value in kinds.get(name).example().items()
    }

    found = rendered(name, "de", context)

    assert "<script" not in found.html
    if any(value is attack for value in context.values()):
        assert "<script>alert(1)</script> & „Grüße“" in found.text
        assert "&lt;script&gt;" in found.html
    assert "&amp;" not in found.text and "&#x27;" not in found.text


def test_the_texts_of_base_and_footer_are_asked_for_too():
    asked = {msgid for _context, msgid, _plural in messages_of(kinds.get("barrier_answer"))}

    assert {"Hello,", "Phone", "E-mail", "WIR2.0 – Hannover's plan for migration and participation"} <= asked


def test_a_language_that_has_every_text_is_used_without_a_notice(speaks):
    speaks("tr", "de")

    found = rendered("barrier_answer", "tr")

    assert found.language.code == "tr"
    with translation.override("tr"):
        assert gettext(rendering.NOTICE) not in found.text


@pytest.mark.parametrize(
    ("wanted", "complete", "shown"),
    [
        ("tr", ["de"], "de"),
        ("ar", ["de"], "en"),  # English is what the code says, so it is never missing
        ("uk", ["ru", "de"], "en"),
        ("ku", ["de", "tr"], "de"),
        ("de-simple", ["de"], "de"),
        ("de", [], "en"),
        ("tr", [], "en"),
        ("en", [], "en"),
        ("fa", ["fa"], "fa"),
    ],
)
def test_where_one_text_is_missing_the_whole_message_comes_in_the_next_language(speaks, wanted, complete, shown):
    speaks(*complete)

    found = rendered("barrier_answer", wanted)

    with translation.override(shown):
        notice = gettext(rendering.NOTICE)
    assert found.language.code == shown
    assert (found.text.split("\n")[0] == notice) == (wanted != shown)


def test_one_missing_plural_form_or_context_is_missing():
    turkish = registry.get("tr")

    assert rendering.has_text(turkish, None, "Phone", "")
    assert rendering.has_text(turkish, "postal", "Address", "")
    assert not rendering.has_text(turkish, None, "Address of nobody", "")
    assert not rendering.has_text(turkish, "postal", "Phone", "")
    assert not rendering.has_text(turkish, None, "Phone", "Phones")


def test_a_plural_that_is_there_is_found():
    context, msgid = next(key for key, (plural, _places, _comments) in messages().items() if plural)

    assert rendering.has_text(registry.get("ar"), context, msgid, "x")
    assert not rendering.has_text(registry.get("ar"), context, msgid, "")


def test_a_notice_that_is_translated_comes_in_the_language_of_the_reader(monkeypatch):
    monkeypatch.setattr(
        rendering,
        "has_text",
        lambda language, context, msgid, plural: language.code == "de" or msgid == rendering.NOTICE,
    )
    monkeypatch.setattr(rendering, "gettext", lambda message: "باللغة العربية")
    monkeypatch.setattr(rendering, "is_complete", lambda language, kind: language.code == "de")

    found = rendered("barrier_answer", "ar")

    assert found.language.code == "de"
    assert found.text.startswith("باللغة العربية\n\n")
    assert '<p lang="ar" dir="rtl"><strong>باللغة العربية</strong></p>' in found.html


def test_a_text_in_another_language_is_marked_as_seen_from_the_language_shown(speaks):
    speaks("tr", "de")
    german = MarkedText("Das Menü geht auf.", registry.SOURCE, registry.SOURCE)
    turkish = MarkedText("Menü açılıyor.", registry.get("tr"), registry.get("tr"))

    in_turkish = rendered("barrier_answer", "tr", {"answer": german})
    speaks("de")
    in_german = rendered("barrier_answer", "tr", {"answer": turkish})

    assert '<blockquote lang="de" dir="ltr">' in in_turkish.html
    assert "Das Menü geht auf. (Deutsch)" in in_turkish.text
    assert '<blockquote lang="tr" dir="ltr">' in in_german.html
    assert "Menü açılıyor. (Türkçe)" in in_german.text


def test_lists_in_a_context_are_marked_too():
    text = MarkedText("a", registry.SOURCE, registry.SOURCE)

    found = rendering.seen_from([(text, "b"), {"x": text}], registry.get("ar"))

    assert [found[0][0].wanted.code, found[0][1], found[1]["x"].wanted.code] == ["ar", "b", "ar"]


def test_a_plain_filter_names_the_language_of_a_fallback_only():
    german = MarkedText("Grüße", registry.SOURCE, registry.SOURCE)

    assert plain_marked(german) == "Grüße"
    assert plain_marked(replace(german, wanted=registry.get("fa"))) == "Grüße (Deutsch)"
    assert plain_marked("x") == "x"


def test_the_office_stands_below_marked_as_german_with_each_address_on_a_line_of_its_own(speaks):
    speaks("ar", "de")

    found = rendered("barrier_answer", "ar")

    assert '<span lang="de" dir="ltr">Geschäftsstelle WIR2.0</span>' in found.html
    assert '<bdi dir="ltr">wir@example.org</bdi>' in found.html
    own_lines = {"\u20660511 168 0\u2069", "wir@example.org", "http://testserver/ar/", "/de/strategie/"}
    assert own_lines <= set(found.text.splitlines())


@pytest.mark.parametrize("code", CODES)
def test_a_phone_number_keeps_its_order_in_plain_text(code):
    number = "\u20660511 168 0\u2069" if registry.get(code).dir == "rtl" else "0511 168 0"

    assert number in rendered("barrier_answer", code).text.splitlines()


def test_without_an_office_nothing_is_said_of_it(monkeypatch):
    monkeypatch.setattr(kinds, "_sender", [dict])

    found = rendered("barrier_answer", "de")

    assert "Geschäftsstelle" not in found.text + found.html
    assert "Phone" not in found.text


def test_a_letter_shows_the_body_without_the_frame_of_the_mail():
    found = rendered("barrier_answer", "de")

    body = letter_body(found.html)

    assert "Das Menü geht jetzt auch mit der Tastatur auf." in unescape(body)
    assert "<title" not in body and "<footer" not in body and "</main>" not in body
    assert letter_body("") == ""


def test_nobody_gets_a_kind_with_the_name_of_another():
    first = kinds.get("barrier_answer")

    with pytest.raises(ValueError, match="barrier_answer"):
        kinds.register(replace(first, label="Anderes"))
    assert kinds.register(first) is first
