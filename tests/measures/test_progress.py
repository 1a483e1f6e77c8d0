"""The whole plan in numbers: honest without reports, right with them, each number with its working."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.models import Budget, Disclosure, Measure, Status, Update
from measures.samples import make_samples
from measures.workflow import move
from strategy.models import Unit
from wir.languages import registry
from wir.lib.periods import Period

pytestmark = pytest.mark.django_db


def report(number, status, by, day="2026-05-01", now=None):
    update = Update(measure=Measure.objects.get(number=number), day=Period.read(day), title_de="Meldung")
    update.plain_de, update.status = "Es fehlt noch ein Raum.", Status.objects.get(key=status)
    update.save()
    move(update, "publish", by=by, now=now)


def page(client, query="", code="de"):
    return client.get(f"/{code}/umsetzung/{query}").content.decode()


def test_without_reports_the_page_says_so_instead_of_noughts(client):
    found = page(client)

    assert "<strong>17</strong>" in found
    assert "<svg role" not in found and 'class="matrix"' not in found
    assert re.findall(r'<details class="working"><summary>[^<]*?: (\d+)', found)[:1] == ["17"]
    assert ": 0</summary>" not in found


def test_numbers_chart_and_table_tell_the_same(client, person):
    report(10, "laeuft", person("redaktion"))
    report(11, "laeuft", person("redaktion"))
    report(2, "abgeschlossen", person("redaktion"))

    found = page(client)

    table = re.search(r'<table class="matrix">.*?</table>', found, re.S).group()
    rows = [
        [int(re.sub(r"\D", "", re.sub(r"<[^>]+>", "", cell))) for cell in re.findall(r"<td[^>]*>(.*?)</td>", row)]
        for row in table.split("<tr>")[2:]
    ]
    assert rows[3] == [0, 2, 0, 0, 0, 3, 5]  # culture: two running, three unknown
    assert rows[1] == [0, 0, 1, 0, 0, 2, 3]
    assert sum(row[-1] for row in rows) == 17
    bars = [len(re.findall("<rect", part)) for part in re.split(r'<text [^>]*class="bar-name"', found)[1:]]
    assert bars == [sum(number > 0 for number in row[:-1]) for row in rows]


def test_every_number_leads_to_exactly_its_measures(client, person):
    report(10, "laeuft", person("redaktion"))
    report(12, "laeuft", person("redaktion"))

    found = page(client)

    links = re.findall(r'<a href="/de/massnahmen/(\?[^"]+)">(\d+)</a>', found)
    assert ("?unterthema=4.5", "2") in links
    assert ("?feld=4&amp;status=laeuft", "2") in links
    for query, number in links:
        listed = client.get("/de/massnahmen.json" + query.replace("&amp;", "&")).getvalue().decode()
        assert listed.count('"number":') == int(number), query


def test_what_is_late_is_told_with_its_newest_reason(client, person):
    Measure.objects.filter(number=10).update(planned_end=Period.read("2026-03"))
    report(10, "laeuft", person("redaktion"))

    found = page(client)

    late = re.search(r'<section aria-labelledby="spaet">.*?</section>', found, re.S).group()
    assert "/de/massnahmen/10-" in late and "Es fehlt noch ein Raum." in late and "31. März 2026" in late
    assert len(re.findall("<h3>", late)) == 1


def test_money_is_added_up_exactly_and_unknown_is_no_nought(client):
    for number in range(1, 9):
        Budget.objects.create(measure=Measure.objects.get(number=number), year=2026, planned="0.10")

    found = page(client)

    row = re.search(r"<bdi>2026</bdi></th>(.*?)</tr>", found, re.S).group(1)
    working = re.search(r"<bdi>2026</bdi>: 8</summary>(.*?)</details>", found, re.S).group(1)
    assert "0,80" in row and row.count('<span class="quiet">') == 3
    assert re.findall(r'href="/de/massnahmen/(\d+)-[^"]*#geld"', working) == [str(number) for number in range(1, 9)]


def test_parts_without_measures_and_without_money_are_named(client):
    found = page(client)

    fields = re.search(r"<summary>Handlungsfelder: 1 .*?</details>", found, re.S).group()
    rows = re.findall(r"<bdi>(\d)</bdi>.*?</th><td class=\"num\">(.*?)</td><td class=\"num\">(.*?)</td>", fields, re.S)
    assert [row[0] for row in rows if "<strong>" in row[1]] == ["6"]
    assert [row[0] for row in rows if "<strong>" not in row[2]] == ["4"]  # only measure 11 has money


def test_samples_never_enter_the_totals_of_the_plan(client):
    def told():
        return {
            language.code: (page(client, code=language.code), client.get(f"/{language.code}/massnahmen.csv").getvalue())
            for language in registry.LANGUAGES
        }

    before = told()

    make_samples(500, seed=3, now=timezone.now())

    assert told() == before
    assert {"<strong>500</strong>" in page(client, "?beispiele=1", each.code) for each in registry.LANGUAGES} == {True}


def test_samples_stand_under_a_banner_everywhere(client):
    make_samples(3, seed=3, now=timezone.now())
    sample = Measure.objects.filter(sample=True).first()

    for path in (
        "massnahmen/?beispiele=1",
        "umsetzung/?beispiele=1",
        "umsetzung/aenderungen/?beispiele=1",
        f"massnahmen/{sample.number}-{sample.slug}/",
    ):
        found = client.get(f"/de/{path}").content.decode()
        assert 'class="notice sample"' in found and 'content="noindex"' in found, path
    assert f"{sample.number}" not in client.get("/sitemap.xml").content.decode()


def test_five_hundred_measures_need_no_more_statements_than_five(client):
    def statements(code, path):
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/{code}/{path}")
        return len(captured)

    def all_pages():
        return {(code, path): statements(code, path) for code in ("de", "fa", "ku") for path in PAGES}

    make_samples(5, seed=1, now=timezone.now())
    five = all_pages()
    make_samples(55, seed=2, now=timezone.now())
    sixty = all_pages()
    make_samples(440, seed=3, now=timezone.now())

    assert all_pages() == sixty
    assert {place for place in sixty if max(five[place], sixty[place]) > PAGES[place[1]]} == set()


PAGES = {
    "massnahmen/?beispiele=1": 8,
    "massnahmen/?beispiele=1&q=beispiel&feld=2&bezirk=3&sortierung=titel": 8,
    "umsetzung/?beispiele=1": 12,
    "umsetzung/aenderungen/?beispiele=1&seit=2020-01-01": 12,
    "stadtbezirke/": 8,
    "stadtbezirke/3-bothfeld-vahrenheide/": 8,
    "handlungsfelder/2-soziales/": 8,
    "unterthemen/2.2-besondere-soziale-lagen-und-armut/": 8,
}


def test_punctuality_stays_inside_until_the_office_opens_it(client, person):
    unit = Unit.objects.get(number="56")
    long_ago = timezone.now() - timedelta(days=600)
    Measure.objects.filter(number__in=(10, 11)).update(responsible=unit, first_published_at=long_ago)
    report(10, "laeuft", person("redaktion"), now=timezone.now() - timedelta(days=100))
    assert "Fachbereich Gesellschaftliche Teilhabe" not in page(client)

    Disclosure.objects.create(view=Disclosure.View.PUNCTUALITY, by=person("redaktion"))

    row = re.search(r"Fachbereich Gesellschaftliche Teilhabe</bdi></th>(.*?)</tr>", page(client), re.S).group(1)
    cells = re.findall(r'<td class="num">(.*?)</td>', row)
    assert len(cells) == 4 and cells[-1] == "1 von 2"
