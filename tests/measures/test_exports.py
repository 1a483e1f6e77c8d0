"""The list as files: in the reader's language, safe for spreadsheet programs, and as many statements for many rows."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from measures.models import Measure
from measures.samples import make_samples
from wir.languages import registry

pytestmark = pytest.mark.django_db


def table(client, code="de", query=""):
    """Rows of the CSV as dictionaries."""
    response = client.get(f"/{code}/massnahmen.csv{query}")
    return list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig")), delimiter=";"))


@pytest.mark.parametrize("language", registry.LANGUAGES, ids=lambda language: language.code)
def test_files_are_in_the_language_of_their_address(client, language):
    title = getattr(Measure.objects.get(number=14), f"title_{language.code.replace('-', '_')}")

    listed = json.loads(client.get(f"/{language.code}/massnahmen.json").getvalue())
    one = client.get(f"/{language.code}/massnahmen/14-ein-projekt-der-stadtbibliothek.json").json()

    assert [row["title"] for row in table(client, language.code) if row["number"] == "14"] == [title]
    assert [row["title"] for row in listed["measures"] if row["number"] == 14] == [title]
    assert (one["title"], one["title_language"], listed["language"]) == (title, language.tag, language.tag)


def test_a_text_shown_in_another_language_says_so(client):
    Measure.objects.filter(number=14).update(title_fa="")

    (row,) = [row for row in table(client, "fa") if row["number"] == "14"]

    assert (row["title"], row["title_language"], row["language"]) == ("A project of the city library", "en", "fa")


@pytest.mark.parametrize("start", ["=1+1", "+49", "-1", "@SUM", "\t=1", "\r=1"])
def test_no_cell_is_a_formula(client, start):
    Measure.objects.filter(number=14).update(plain_de=f"{start}; und „mehr“")

    (row,) = [row for row in table(client) if row["number"] == "14"]

    assert row["summary"].startswith("'")
    assert row["summary"].endswith("und „mehr“")


def test_an_empty_list_is_a_file_with_its_head(client):
    assert table(client, query="?status=laeuft") == []
    assert client.get("/de/massnahmen.csv?status=laeuft").getvalue().decode("utf-8-sig").startswith("number;title")
    assert json.loads(client.get("/de/massnahmen.json?status=laeuft").getvalue())["measures"] == []


def test_what_a_measure_is_tied_to_stands_in_one_cell(client):
    (row,) = [row for row in table(client) if row["number"] == "10"]

    assert (row["districts"], row["target_groups"], row["field"], row["subtopic"]) == (
        "2, 6, 9",
        "organisationen, kultur",
        "4",
        "4.5",
    )
    assert row["address"] == "http://testserver/de/massnahmen/10-staedtische-kulturorte-der-vielfalt/"
    assert (row["state"], row["planned_start"], row["sample"]) == ("unbekannt", "", "False")


def test_one_measure_tells_its_money_its_reports_and_its_answers(client):
    one = client.get("/de/massnahmen/11-kulturdialoge-einer-postmigrantischen-gesellschaft.json").json()

    assert one["money"] == [
        {
            "year": 2023,
            "kind": "unknown",
            "source": "fund",
            "planned_euro": "50000.00",
            "actual_euro": None,
            "planned_staff": None,
            "actual_staff": None,
        }
    ]
    assert [update["day"] for update in one["updates"]] == ["2023-05", "2023-03-31"]
    assert [(answer["theme"], answer["not_documented"]) for answer in one["themes"]] == [
        (1, True),
        (2, True),
        (3, True),
    ]


def test_a_wrong_slug_leads_to_the_right_file(client):
    response = client.get("/de/massnahmen/14-falsch.json")

    assert (response.status_code, response["Location"]) == (
        301,
        "/de/massnahmen/14-ein-projekt-der-stadtbibliothek.json",
    )
    assert client.get("/de/massnahmen/999-falsch.json").status_code == 404


def test_a_file_needs_few_statements_whatever_its_length(client):
    def statements(code, ending):
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/{code}/massnahmen.{ending}?beispiele=1").getvalue()
        return len(captured)

    def all_files():
        places = [(code, ending) for code in ("de", "fa", "ku") for ending in ("csv", "json", "atom", "ics")]
        return {place: statements(*place) for place in places}

    make_samples(5, seed=1, now=timezone.now())
    few = all_files()
    make_samples(495, seed=2, now=timezone.now())

    assert all_files() == few
    assert max(few.values()) <= 20
