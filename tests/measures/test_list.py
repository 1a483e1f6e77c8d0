"""The list: what each filter finds, what facets promise, and what happens to values that mean nothing."""

import itertools
import json
import re

import pytest
from django.http import QueryDict
from django.utils import timezone, translation

from measures.listing import PAGE_SIZE, Listing
from measures.models import Measure
from measures.samples import make_samples
from wir.languages import registry
from wir.languages.text import tr
from wir.lib.collate import sort_key

pytestmark = pytest.mark.django_db


def numbers(client, query="", code="de"):
    """Numbers of the measures in the JSON of a filtered list."""
    response = client.get(f"/{code}/massnahmen.json{query}")
    return [measure["number"] for measure in json.loads(response.getvalue())["measures"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", list(range(1, 18))),
        ("?feld=4", [10, 11, 12, 13, 14]),
        ("?feld=4&feld=5", [10, 11, 12, 13, 14, 15, 16, 17]),
        ("?unterthema=4.5", [10, 12]),
        ("?unterthema=4.5&feld=2", []),
        ("?bezirk=2", [10]),
        ("?bezirk=1", []),
        ("?zielgruppe=kultur&zielgruppe=schulen", [7, 10, 11, 13]),
        ("?antragsberechtigt=1", [2, 3, 5, 6, 10, 11, 13, 15]),
        ("?status=unbekannt", list(range(1, 18))),
        ("?status=laeuft", []),
        ("?prioritaet=1", []),
        ("?thema=1", []),
        ("?q=stadtbibliothek", [14]),
        ("?q=STADTBIBLIOTHEK+projekt", [14]),
        ("?q=gr%C3%BCnder", [16]),
        ("?q=gruender", [16]),
        ("?q=Start2Dance", [11]),
        ("?bis=2022", []),
        ("?bis=2023", [2]),
        ("?von=2024&bis=2025", [2, 15]),
        ("?bis=31.12.2022", []),
        ("?sortierung=beginn&feld=2&feld=5", [2, 15, 3, 4, 16, 17]),
    ],
)
def test_a_filter_finds_what_it_says(client, query, found):
    assert numbers(client, query) == found


def test_words_are_searched_in_the_language_of_the_page(client):
    assert numbers(client, "?q=library", "en") == [14]
    assert numbers(client, "?q=library", "de") == []
    assert numbers(client, "?q=%D9%85%D9%83%D8%AA%D8%A8%D8%A9", "ar") == [14]  # مكتبة


def test_measures_for_the_whole_city_belong_to_every_district(client):
    Measure.objects.filter(number=7).update(area=Measure.Area.CITY)

    assert numbers(client, "?bezirk=1") == [7]
    assert numbers(client, "?bezirk=2") == [7, 10]


QUERIES = [
    "",
    "feld=2",
    "feld=2&feld=4",
    "bezirk=3",
    "bezirk=3&bezirk=9&status=laeuft",
    "status=geplant&zielgruppe=kultur",
    "zielgruppe=kultur&zielgruppe=jugendliche&prioritaet=1",
    "thema=2&feld=5&antragsberechtigt=1",
    "q=beispiel&unterthema=4.2",
    "stelle=56&von=2025&bis=2027",
]


@pytest.mark.parametrize("query", QUERIES)
def test_a_facet_promises_what_its_value_then_shows(query):
    make_samples(120, seed=4, now=timezone.now())
    params = QueryDict(f"beispiele=1&{query}")
    facets = Listing(params).facets

    promised, shown = {}, {}
    for facet in facets.facets.values():
        for choice in facet.choices:
            alone = params.copy()
            alone.setlist(facet.name, [choice.label.value])
            promised[facet.name, choice.label.value] = choice.count
            shown[facet.name, choice.label.value] = Listing(alone).filterset.found().count()

    assert promised == shown
    assert len(promised) > 20
    assert facets.total == Listing(params).filterset.found().count()


def test_a_facet_with_one_value_or_no_hit_is_not_offered(client):
    page = client.get("/de/massnahmen/").content.decode()

    assert 'name="feld"' in page and 'name="bezirk"' in page
    assert 'name="status"' not in page  # all are unknown
    assert 'name="prioritaet"' not in page  # none has one


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?feld=99", "99"),
        ("?feld=x&feld=4", "x"),
        ("?unterthema=1.1", "1.1"),  # announced without a name
        ("?status=fertig", "fertig"),
        ("?bezirk=14", "14"),
        ("?von=31.02.2026", "31.02.2026"),
        ("?sortierung=zufall", "zufall"),
        ("?seite=0", "0"),
        ("?seite=99", "99"),
        ("?seite=zwei", "zwei"),
        ("?zielgruppe=%3Cscript%3E", "&lt;script&gt;"),
    ],
)
@pytest.mark.parametrize("code", ["de", "ar"])
def test_a_value_that_means_nothing_is_left_out_and_told(client, code, query, told):
    response = client.get(f"/{code}/massnahmen/{query}")
    page = response.content.decode()

    assert response.status_code == 200
    summary = re.search(r'<div class="error-summary" role="alert">.*?</div>', page, re.S).group()
    assert f'<bdi dir="ltr">{told}</bdi>' in summary


def test_a_wrong_value_does_not_narrow_the_list(client):
    wrong = client.get("/de/massnahmen/?feld=x&bezirk=2").content.decode()

    assert re.findall(r'href="/de/massnahmen/(\d+)-', wrong) == ["10"]


@pytest.mark.parametrize("ending", ["csv", "json", "atom", "ics"])
@pytest.mark.parametrize("query", ["?feld=99", "?von=bald", "?seite=99", "?sortierung=zufall"])
def test_programs_are_refused_with_the_parameter_named(client, ending, query):
    response = client.get(f"/en/massnahmen.{ending}{query}")

    assert response.status_code == 400
    assert list(response.json()["parameters"]) == [re.match(r"\?(\w+)", query).group(1)]


@pytest.mark.parametrize(
    "query",
    ["?q=" + "x" * 5000, "?q=%00", "?feld=%00", "?" + "&".join(f"feld={n}" for n in range(300)), "?q=%25_%27%22%5C"],
)
def test_odd_input_is_answered(client, query):
    assert client.get(f"/de/massnahmen/{query}").status_code == 200


@pytest.mark.parametrize("language", registry.LANGUAGES, ids=lambda language: language.code)
def test_titles_are_sorted_by_the_readers_alphabet(client, language):
    with translation.override(language.code):
        found = [str(tr(measure, "title")) for measure in Listing(QueryDict("sortierung=titel")).filterset.ordered()]

    assert found == sorted(found, key=lambda title: sort_key(title, language.alphabet, language.code == "tr"))
    assert len(found) == 17


def test_pages_hold_every_measure_once(client):
    make_samples(45, seed=1, now=timezone.now())

    seen = []
    for number in itertools.count(1):
        page = client.get(f"/de/massnahmen/?beispiele=1&sortierung=titel&seite={number}").content.decode()
        seen += re.findall(r'<h3><a href="/de/massnahmen/(\d+)-', page)
        if 'rel="next"' not in page:
            break

    assert (number, len(seen), len(set(seen))) == (-(-45 // PAGE_SIZE), 45, 45)


def test_chips_take_one_value_away_and_keep_the_rest(client):
    page = client.get("/de/massnahmen/?feld=4&feld=5&bezirk=2&q=kultur").content.decode()

    chips = re.search(r'<ul class="chips".*?</ul>', page, re.S).group()
    addresses = re.findall(r'href="/de/massnahmen/([^"]*)"', chips)
    assert addresses == [
        "?feld=4&amp;feld=5&amp;bezirk=2",
        "?q=kultur&amp;feld=5&amp;bezirk=2",
        "?q=kultur&amp;feld=4&amp;bezirk=2",
        "?q=kultur&amp;feld=4&amp;feld=5",
        "",
    ]


def test_every_way_out_shows_the_same_list(client):
    query = "?feld=4&antragsberechtigt=1&sortierung=titel"
    page = client.get(f"/de/massnahmen/{query}").content.decode()
    table = client.get(f"/de/massnahmen.csv{query}").getvalue().decode("utf-8-sig")

    on_page = [int(number) for number in re.findall(r'<h3><a href="/de/massnahmen/(\d+)-', page)]
    in_table = [int(line.split(";")[0]) for line in table.splitlines()[1:] if re.match(r"\d+;", line)]
    assert on_page == in_table == numbers(client, query)
    assert len(on_page) == 3
