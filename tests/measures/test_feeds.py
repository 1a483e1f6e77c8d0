"""People follow a list: by a feed of what changes, and by a calendar of what is due."""

from datetime import date
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from icalendar import Calendar

from measures.models import Measure, Milestone, Status, Update
from measures.workflow import edited, move
from wir.lib.periods import Period

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(client, code="de", query=""):
    """(title, link) of each entry of the feed, in its order."""
    root = ElementTree.fromstring(client.get(f"/{code}/massnahmen.atom{query}").content)
    return [
        (entry.findtext(f"{ATOM}title"), entry.find(f"{ATOM}link").get("href")) for entry in root.iter(f"{ATOM}entry")
    ]


def report(number, status, day, title, by):
    update = Update(measure=Measure.objects.get(number=number), day=Period.read(day), title_de=title, plain_de="Darum.")
    update.status = Status.objects.get(key=status) if status else None
    update.save()
    move(update, "publish", by=by)
    return update


def test_the_newest_change_stands_first_in_a_sentence(client, person):
    report(10, "geplant", "2026-10-01", "Das Netzwerk ist verabredet", person("redaktion"))
    report(10, "laeuft", "2026-11-01", "Das erste Treffen", person("redaktion"))

    found = entries(client)

    assert [title for title, _link in found[:2]] == [
        "Städtische Kulturorte der Vielfalt: Stand bisher: „Geplant“, jetzt: „Läuft“. Das erste Treffen",
        "Städtische Kulturorte der Vielfalt: Jetzt: Geplant. Das Netzwerk ist verabredet",
    ]
    assert found[0][1] == "http://testserver/de/massnahmen/10-staedtische-kulturorte-der-vielfalt/"


def test_a_feed_follows_the_filter_it_was_taken_from(client, person):
    report(10, "laeuft", "2026-11-01", "Kultur", person("redaktion"))
    report(2, "laeuft", "2026-11-01", "Soziales", person("redaktion"))

    assert {link.split("/")[-2].split("-")[0] for _title, link in entries(client, query="?bezirk=9")} == {"10"}
    assert len(entries(client, query="?feld=2&status=laeuft")) == 3  # published, deadline, report of measure 2


def test_a_report_taken_back_leaves_the_feed(client, person):
    before = entries(client)
    update = report(10, "laeuft", "2026-11-01", "Zu früh gemeldet", person("redaktion"))

    move(update, "withdraw", by=person("redaktion"))

    assert entries(client) == before


def test_a_feed_is_in_the_readers_language_and_says_so(client, person):
    report(10, "laeuft", "2026-11-01", "Nur deutsch", person("redaktion"))

    root = ElementTree.fromstring(client.get("/ar/massnahmen.atom").content)

    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"
    summary = next(root.iter(f"{ATOM}entry")).findtext(f"{ATOM}summary")
    assert '<p lang="ar" dir="rtl">' in summary and '<p lang="de" dir="ltr">Darum.</p>' in summary


def test_control_signs_in_a_title_do_not_break_the_feed(client, person):
    Measure.objects.filter(number=10).update(title_de="Kultur & <Vielfalt> \u202everkehrt")

    titles = [title for title, _link in entries(client)]

    assert any(title.startswith("Kultur & <Vielfalt>") for title in titles)


def days(client, query=""):
    book = Calendar.from_ical(client.get(f"/de/massnahmen.ics{query}").content)
    return sorted((event["dtstart"].dt, str(event["summary"])) for event in book.walk("VEVENT"))


def test_the_calendar_has_open_days_and_no_invented_ones(client, person):
    measure = Measure.objects.get(number=10)
    measure.planned_start, measure.planned_end = Period.read("2027"), Period.read("2027-12-15")
    measure.save()
    for title, due, done in (
        ("Träger gewählt", "2027-03-01", None),
        ("Irgendwann", "2027-Q3", None),
        ("Alt", "2026-01-05", date(2026, 1, 4)),
    ):
        Milestone(measure=measure, title_de=title, due=Period.read(due), done_on=done).save()
    edited(measure, {}, by=person("redaktion"), now=timezone.now())

    assert days(client) == [
        (date(2027, 3, 1), "Träger gewählt: Städtische Kulturorte der Vielfalt"),
        (date(2027, 12, 15), "Geplantes Ende: Städtische Kulturorte der Vielfalt"),
    ]
    assert days(client, "?feld=2") == []
