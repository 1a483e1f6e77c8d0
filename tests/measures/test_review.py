"""What a second look at the measures found: odd signs, other languages, many things, rare moments."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.apps import apps
from django.utils import timezone
from icalendar import Calendar

from measures.labels import UNIT, load_labels
from measures.models import Measure, Milestone, Release, ReleaseItem, Status
from measures.punctuality import punctuality
from measures.releases import plan_next
from measures.workflow import edited
from strategy.models import ActionField, CouncilPaper, District, Unit, UnitMember, UnitName
from tests.measures.factories import create_measure, create_unit, create_update, fresh, publish, withdraw
from wir.languages.models import ContentStamp, SourceText
from wir.lib.periods import Period
from wir.lib.spreadsheets import read_table

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client, code, query=""):
    """{number: (title, summary)} of the newest entry of each measure in the feed."""
    root = ElementTree.fromstring(client.get(f"/{code}/massnahmen.atom{query}").content)
    found = {}
    for entry in root.iter(f"{ATOM}entry"):
        number = int(entry.find(f"{ATOM}link").get("href").split("/")[-2].partition("-")[0])
        found.setdefault(number, (entry.findtext(f"{ATOM}title"), entry.findtext(f"{ATOM}summary")))
    return found


def part(page, start, end):
    """A page between two ids, without its tags."""
    text = page.content.decode().partition(f'id="{start}"')[2].partition(end)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", text))


def many(count, first=2000, **values):
    """Public measures of field 2, as far as lists need them."""
    measures = [
        Measure(
            number=first + place,
            field=ActionField.objects.get(number=2),
            title_de=f"Viele {place}",
            plain_de="Viele.",
            published=True,
            first_published_at=timezone.now(),
            **values,
        )
        for place in range(count)
    ]
    return Measure.objects.bulk_create(measures)


# Feeds and files ------------------------------------------------------------------------------------------------------


def test_signs_that_xml_forbids_do_not_break_the_feed(client):
    """A vertical tab comes with text pasted from a word processor; anybody can type one into the search."""
    publish(create_measure(900, title_de="Kultur\x0bund\x01 mehr\uffff"))

    assert entries(client, "de")[900][0].startswith("Kulturund mehr:")
    assert ElementTree.fromstring(client.get("/de/massnahmen.atom?q=a%01b").content) is not None


def test_signs_that_calendars_forbid_stay_out_of_them(client):
    publish(create_measure(900, title_de="Kultur\x0bund mehr", planned_end=Period.read("2030-05-05")))

    (event,) = Calendar.from_ical(client.get("/de/massnahmen.ics?q=kultur+mehr").content).walk("VEVENT")

    assert event["summary"].endswith("Kulturund mehr")


def test_what_has_no_title_in_leichte_sprache_is_called_by_its_number(client):
    publish(create_measure(900, planned_end=Period.read("2030-05-05")))

    assert entries(client, "de-simple")[900][0].startswith("900: Diese Maßnahme")
    (event,) = Calendar.from_ical(client.get("/de-simple/massnahmen.ics").content).walk("VEVENT")
    assert event["summary"].endswith(": 900")


def test_german_words_in_the_sentence_of_a_feed_are_marked(client):
    measure = publish(create_measure(900))
    publish(create_update(measure, Status.objects.get(key="laeuft"), title_de="Nur <deutsch>"))

    _title, summary = entries(client, "ar")[900]

    assert '<span lang="de" dir="ltr">Nur &lt;deutsch&gt;</span></p>' in summary


def test_every_text_of_a_file_says_its_language(client):
    measure = publish(create_measure(900, title_en="Measure", purpose_de="Zweck", purpose_en="Purpose"))
    publish(create_update(measure))
    Milestone(measure=measure, title_de="Schritt", due=Period.read("2027")).save()

    rows = csv.DictReader(io.StringIO(client.get("/en/massnahmen.csv").getvalue().decode("utf-8-sig")), delimiter=";")
    (row,) = [row for row in rows if row["number"] == "900"]
    one = client.get("/en/massnahmen/900-massnahme-900.json").json()

    names = ("title", "summary", "purpose", "action", "field_title", "status")
    assert [row[f"{name}_language"] for name in names] == ["en", "de", "en", "", "en", "en"]
    assert (one["updates"][0]["title_language"], one["updates"][0]["reason_language"]) == ("de", "de")
    assert one["milestones"][0]["title_language"] == "de"
    assert {answer["answer_language"] for answer in one["themes"]} == {"de"}


def test_an_empty_table_has_the_whole_head(client):
    empty = client.get("/de/massnahmen.csv?q=gibtesnicht").getvalue().decode("utf-8-sig").splitlines()

    assert empty == client.get("/de/massnahmen.csv").getvalue().decode("utf-8-sig").splitlines()[:1]


# Dates and moments ----------------------------------------------------------------------------------------------------


def test_the_site_map_counts_days_as_hannover_does(client):
    publish(create_measure(900), now=datetime(2026, 7, 14, 22, 30, tzinfo=UTC))  # half past midnight in Hannover

    assert re.findall(r"de/massnahmen/900-[^<]*</loc><lastmod>([^<]*)", client.get("/sitemap.xml").text) == [
        "2026-07-15"
    ]


def test_what_a_release_withdraws_is_not_in_the_site_map_any_more(client):
    measure = publish(create_measure(900))
    release = Release.objects.create(title="Rücknahme", at=timezone.now() - timedelta(seconds=1))
    ReleaseItem.objects.create(release=release, measure=measure, move=ReleaseItem.Move.WITHDRAW)
    plan_next()

    assert "/900-" not in client.get("/sitemap.xml").text


def test_a_hidden_step_and_a_report_taken_back_move_no_public_date():
    measure = publish(create_measure(900), now=datetime(2026, 1, 1, tzinfo=UTC))
    Milestone(measure=measure, title_de="x", due=Period.read("2027"), done_on=date(2026, 5, 5), published=False).save()
    edited(measure, {}, by=None, now=datetime(2026, 6, 1, tzinfo=UTC))
    withdraw(publish(create_update(measure), now=datetime(2026, 7, 1, tzinfo=UTC)))

    assert fresh(measure).told_at == datetime(2026, 1, 1, tzinfo=UTC)


def test_an_end_that_was_given_up_is_not_told_as_a_later_end(client):
    measure = publish(create_measure(900, planned_end=Period.read("2026-12")))
    for end in (Period.read("2027-06"), None):
        measure.planned_end = end
        measure.save()
        edited(measure, {}, by=None)

    told = part(client.get("/de/massnahmen/900/", follow=True), "stand", "</section>")

    assert "Der Zeitplan wurde seit der ersten Ankündigung geändert. Er wurde 2-mal geändert." in told


@pytest.mark.parametrize(
    ("first", "told", "expected"),
    [
        ((2026, 7, 1), None, [(0, 1)]),  # public for half a year to the day
        ((2026, 7, 2), None, []),
        ((2026, 6, 30, 22, 30), None, [(0, 1)]),  # already 1 July in Hannover
        ((2026, 7, 1, 22, 30), None, []),
        ((2026, 1, 1), (2026, 6, 30, 21, 59), [(0, 1)]),  # the last minute before the half-year
        ((2026, 1, 1), (2026, 6, 30, 22, 1), [(1, 1)]),  # its first minute
        ((2026, 1, 1), (2026, 12, 31, 22, 59), [(1, 1)]),
        ((2026, 1, 1), (2026, 12, 31, 23, 1), [(0, 1)]),  # next year already
    ],
)
def test_half_a_year_ends_and_begins_at_midnight_in_hannover(first, told, expected):
    measure = create_measure(900, responsible=create_unit("99"))
    measure = publish(measure, now=datetime(*first, tzinfo=UTC))
    if told:
        publish(create_update(measure), now=datetime(*told, tzinfo=UTC))

    rows = punctuality(load_labels(), datetime(2027, 2, 1, tzinfo=UTC))

    assert [row.quarters[-1][1:] for row in rows if row.quarters[-1][2]] == expected


def test_a_department_is_called_what_it_is_called_today():
    unit = create_unit("99")
    UnitName.objects.create(unit=unit, name="Früherer Name", valid_until=timezone.localdate() - timedelta(days=1))
    UnitName.objects.create(unit=unit, name="Späterer Name", valid_from=timezone.localdate() + timedelta(days=1))

    assert str(load_labels().by_pk(UNIT, unit.pk).text) == "Stelle 99"


# Nobody gets an old page as new ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("thing", ["name of a unit", "district", "council paper"])
def test_a_corrected_name_is_a_change_of_public_pages(thing):
    ContentStamp.touch()
    before = ContentStamp.objects.get().changed_at

    if thing == "name of a unit":
        UnitName.objects.create(unit=Unit.objects.first(), name="Neuer Name")
    elif thing == "district":
        District.objects.first().save()
    else:
        CouncilPaper.objects.first().save()

    assert ContentStamp.objects.get().changed_at > before


# One thing, many things, none -----------------------------------------------------------------------------------------


def test_measures_of_a_district_come_before_those_of_the_whole_city(client):
    many(210, area=Measure.Area.CITY)
    measure = create_measure(9000, area=Measure.Area.DISTRICTS)
    measure.districts.add(District.objects.get(number=3))
    publish(measure)

    page = client.get("/de/stadtbezirke/3/", follow=True)

    assert "Maßnahme 9000" in part(page, "hier", "</section>")


def test_late_measures_beyond_those_shown_are_counted(client):
    running = Status.objects.get(key="laeuft")
    many(53, state=running.state, status=running, planned_end=Period.read("2025"))

    page = client.get("/de/umsetzung/")

    assert part(page, "spaet", "</section>").count("Keine Begründung") <= 50
    assert "+ 3" in part(page, "spaet", "</section>")


def test_leichte_sprache_does_not_say_that_there_is_nothing_where_only_the_text_is_missing(client):
    Measure.objects.filter(field__number=2).update(published=False)
    running = Status.objects.get(key="laeuft")
    measure = create_measure(900, area=Measure.Area.DISTRICTS, planned_end=Period.read("2025"))
    measure.districts.add(District.objects.get(number=3))
    publish(measure)
    publish(create_update(measure, running))
    assert str(fresh(measure).state) == "laeuft"

    with_nothing = part(client.get("/de-simple/stadtbezirke/4/", follow=True), "hier", "</section>")
    district = part(client.get("/de-simple/stadtbezirke/3/", follow=True), "hier", "</main>")
    field = part(client.get("/de-simple/handlungsfelder/2/", follow=True), "massnahmen", "</section>")
    late = part(client.get("/de-simple/umsetzung/"), "spaet", "</section>")
    changes = client.get("/de-simple/umsetzung/aenderungen/?feld=2")

    sentence = with_nothing.partition(">")[2].strip().split(".")[0].split("  ")[-1]
    assert sentence and sentence not in district
    assert "keine öffentliche Maßnahme" not in field and "1 Maßnahme" in field
    assert "in normalem Deutsch" in late
    assert 'class="empty"' not in changes.content.decode() and "in normalem Deutsch" in part(changes, "treffer", "<ul")


@pytest.mark.parametrize("address", ["umsetzung/aenderungen/?beispiele=1", "massnahmen/?bezirk=99&q=gibtesnicht"])
def test_no_list_is_read_out_that_has_nothing_in_it(client, address):
    assert re.findall(r"<(?:ul|ol)[^>]*>\s*</(?:ul|ol)>", client.get(f"/de/{address}").content.decode()) == []


@pytest.mark.parametrize("address", ["massnahmen/", "massnahmen.csv", "massnahmen.atom", "umsetzung/aenderungen/"])
def test_an_empty_page_number_is_no_mistake(client, address):
    response = client.get(f"/de/{address}?seite=")

    assert (response.status_code, b'role="alert"' in response.getvalue()) == (200, False)


# The back office ------------------------------------------------------------------------------------------------------


def test_a_department_takes_home_only_its_own_measures(signed_in, person):
    own = create_unit("99")
    UnitMember.objects.create(unit=own, user=person("fachstelle"))
    create_measure(900, title_de="Eigene Maßnahme", responsible=own)
    create_measure(901, title_de="Fremder Entwurf", internal_note="Geheim")

    content = signed_in("fachstelle").get("/admin/massnahmen-ausgeben/").content

    assert [cells[0] for _row, cells in read_table(content).rows] == ["900"]


def test_a_deleted_draft_leaves_no_texts_to_translate(signed_in):
    measure = create_measure(900)
    create_update(measure)
    Milestone(measure=measure, title_de="Schritt", due=Period.read("2027")).save()
    kept = set(SourceText.objects.exclude(model="measures.measure", object_id=measure.pk).values_list("pk", flat=True))
    mine = {
        text.pk
        for name in ("answers", "updates", "milestones")
        for each in getattr(measure, name).all()
        for text in SourceText.objects.filter(model=each._meta.label_lower, object_id=each.pk)
    }
    assert len(mine) == 6

    signed_in("redaktion").post(f"/admin/measures/measure/{measure.pk}/delete/", {"post": "yes"})

    assert set(SourceText.objects.values_list("pk", flat=True)) == kept - mine


@pytest.mark.parametrize(
    ("model", "name"),
    [("status", "title_de"), ("status", "plain_de"), ("targetgroup", "title_de"), ("proposal", "plain_de")],
)
def test_what_measures_are_described_with_keeps_its_german_words(signed_in, model, name):
    editor, thing = signed_in("redaktion"), apps.get_model("measures", model).objects.first()
    address = f"/admin/measures/{model}/{thing.pk}/change/"
    form = editor.get(address).context["adminform"].form

    data = {field: form[field].value() or "" for field in form.fields} | {name: ""}
    response = editor.post(address, data)

    assert (response.status_code, list(response.context["adminform"].form.errors)) == (422, [name])
    assert getattr(fresh(thing), name)
