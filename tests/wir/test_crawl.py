"""Every public page in twelve languages: whole, valid, in its language, and consistent with all the others."""

import re
import warnings
from collections import Counter

import html5lib
import pytest

from tests.pages import CODES, public_paths
from wir.languages import registry

pytestmark = pytest.mark.django_db

LETTERS = {
    "Latin": re.compile(r"[A-Za-zÀ-ɏ]"),
    "Arabic": re.compile(r"[\u0600-\u06ff]"),
    "Cyrillic": re.compile(r"[\u0400-\u04ff]"),
}
# Words that no other of our Latin languages has
GERMAN = {"und", "nicht", "für", "wird", "werden", "eine", "einer", "sich", "auch", "dass", "oder", "zur", "sind"}
ENGLISH = {"the", "and", "of", "with", "this", "which", "are", "from"}
HIDDEN = {"style", "script", "template"}


def parse(response):
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = parser.parse(response.content.decode())
    assert [error for error in parser.errors if error[1] != "unknown-start-tag"] == []
    return tree


def texts(element, language):
    """(nearest lang, text) of every text node a reader sees."""
    language = element.get("lang") or language
    if not isinstance(element.tag, str) or element.tag in HIDDEN:
        return
    if element.text:
        yield language, element.text
    for child in element:
        yield from texts(child, language)
        if child.tail:
            yield language, child.tail


def wrong_language(language, text):
    """Why a text cannot be in this language, or ""."""
    record = next((each for each in registry.LANGUAGES if each.tag == language), None)
    if record is None:
        return f"unknown lang {language!r}"
    text = re.sub(r"\S+@\S+", "", text)  # an address is in no language
    text = text.replace("House of Resources", "")  # and that is what it is called in German too
    words = set(re.findall(r"\w+", text.lower()))
    if record.script != "Latin":
        ours = len(LETTERS[record.script].findall(text))
        latin = len(LETTERS["Latin"].findall(text))
        return "another script" if latin > 12 and latin > ours else ""
    if any(LETTERS[script].search(text) for script in ("Arabic", "Cyrillic")):
        return "another script"
    if not language.startswith("de") and len(words & GERMAN) >= 1:
        return f"German words {words & GERMAN}"
    if language != "en" and len(words & ENGLISH) >= 1:
        return f"English words {words & ENGLISH}"
    return ""


@pytest.mark.parametrize("code", CODES)
def test_every_page_is_whole_valid_and_in_its_language(client, code):
    language = registry.get(code)

    faults, titles = [], Counter()
    for path in public_paths():
        response = client.get(f"/{code}/{path}")
        tree = parse(response)
        titles[tree.findtext("head/title")] += 1
        if response.status_code != 200:
            faults.append((path, response.status_code))
        if (tree.get("lang"), tree.get("dir")) != (language.tag, language.dir):
            faults.append((path, "lang or dir of the page"))
        if response["Content-Language"] != language.tag:
            faults.append((path, "Content-Language"))
        if response.cookies or "Cookie" in response.get("Vary", ""):
            faults.append((path, "a cookie, or a page that varies by cookie"))
        if len(tree.findall(".//h1")) != 1:
            faults.append((path, "not exactly one h1"))
        for element in tree.iter():
            marked = registry.find(element.get("lang") or "") if isinstance(element.tag, str) else None
            if marked and element.get("lang") != language.tag and element.get("dir") != marked.dir:
                if element.tag != "html" and marked.dir != nearest_dir(tree, element):
                    faults.append((path, f"lang without dir: {element.tag} {element.get('lang')}"))
        for nearest, text in texts(tree.find("body"), language.tag):
            reason = wrong_language(nearest, text)
            if reason:
                faults.append((path, nearest, reason, text.strip()[:60]))

    assert faults == []
    assert [title for title, number in titles.items() if number > 1] == []


def nearest_dir(tree, element):
    parents = {child: parent for parent in tree.iter() for child in parent}
    while element is not None:
        if element.get("dir"):
            return element.get("dir")
        element = parents.get(element)
    return "ltr"


def test_alternates_are_symmetric_and_lead_only_to_pages_in_that_language(client):
    for path in public_paths():
        alternates = {}
        for language in registry.LANGUAGES:
            tree = parse(client.get(f"/{language.code}/{path}"))
            links = {
                link.get("hreflang"): link.get("href")
                for link in tree.findall("head/link")
                if link.get("rel") == "alternate" and link.get("type") is None  # a feed is no translation
            }
            if language.hreflang:
                alternates[language.code] = links
                canonical = [link.get("href") for link in tree.findall("head/link") if link.get("rel") == "canonical"]
                assert canonical == [f"http://testserver/{language.code}/{path}"]
                assert links[language.hreflang] == canonical[0]
            else:
                assert links == {}

        assert set(map(str, map(sorted, (links.items() for links in alternates.values())))).__len__() == 1
        assert alternates["de"]["x-default"] == f"http://testserver/de/{path}"


@pytest.mark.parametrize("code", ["de", "fa", "de-simple"])
def test_every_link_of_every_page_leads_somewhere(client, code):
    pages = {f"/{code}/{path}" for path in public_paths()}
    targets = {}
    for page in pages:
        tree = parse(client.get(page))
        anchors = {element.get("id") for element in tree.iter() if element.get("id")}
        for link in tree.iter("a"):
            address = link.get("href")
            if address.startswith("#"):
                assert address[1:] in anchors, (page, address)
            elif address.startswith("/"):
                targets.setdefault(address.partition("#")[0], page)

    broken = [(address, page) for address, page in targets.items() if client.get(address).status_code != 200]
    assert broken == []


def test_german_beside_stands_paragraph_by_paragraph_on_every_page(client):
    for path in public_paths():
        if re.match(r"stadtbezirke/\d|fonds/(antrag|projekte)/", path):
            continue  # made of proper names, lists and questions; there is no text to stand beside another
        tree = parse(client.get(f"/tr/{path}?neben=de"))

        pairs = [element for element in tree.iter("div") if element.get("class") == "pair"]
        for pair in pairs:
            ours, german = list(pair)
            assert german.get("lang") == "de"
            assert [child.tag for child in ours] == [child.tag for child in german]
        assert pairs, path
