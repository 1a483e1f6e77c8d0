"""Three stories about measures, told as they happen: an editor, a department, a resident."""

import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from measures.models import Measure, Status, Update
from strategy.models import Unit, UnitMember
from tests.measures.factories import create_measure, create_update, publish
from wir.languages import registry
from wir.lib.periods import Period

pytestmark = pytest.mark.django_db

HEADER = "titel kurz feld stelle beginn_geplant ende_geplant bezirke gebiet thema_1 thema_2 thema_3".split()
ROWS = [
    ["Sprachcafé im Stadtteil", "Menschen üben gemeinsam Deutsch.", "2", "56", "2026", "2027-Q2", "10", "districts"],
    ["Lotsen am Ankunftsort", "Neue Nachbar*innen bekommen Hilfe.", "2", "56", "2026", "2027", "10", "districts"],
]
ANSWERS = [
    ["Kostenlos für alle.", "Öffnungszeiten geprüft.", "Aushang in acht Sprachen."],
    ["Kostenlos für alle.", "Die Wege sind geprüft.", "Ansprache in der Muttersprache."],
]
TABLE = "\n".join(";".join(row) for row in (HEADER, *(a + b for a, b in zip(ROWS, ANSWERS, strict=True))))


def sign_in(person, name):
    client = Client()
    client.force_login(person(name))
    return client


# An editor imports, resolves a contradiction and publishes -----------------------------------------------------------


def test_an_editor_imports_resolves_a_contradiction_and_publishes(person):
    desk = sign_in(person, "redaktion")

    run = when_the_editor_uploads_a_table(desk)
    then_a_preview_shows_what_would_come(desk, run)
    measures = when_the_editor_confirms(desk, run)
    then_nothing_is_public_yet(measures)
    then_the_desk_names_the_answer_that_stands_twice(desk, measures)
    when_the_editor_writes_another_answer(desk, measures[1])
    then_the_contradiction_is_gone(desk)
    when_the_editor_publishes(desk, measures[0])
    then_everybody_reads_it(measures[0])


def when_the_editor_uploads_a_table(desk):
    file = SimpleUploadedFile("massnahmen.csv", TABLE.encode("utf-8-sig"))
    response = desk.post(reverse("admin:import_measures"), {"table": file})
    assert response.status_code == 302
    return response["Location"]


def then_a_preview_shows_what_would_come(desk, run):
    page = desk.get(run).content.decode()
    assert "Sprachcafé im Stadtteil" in page and "Lotsen am Ankunftsort" in page
    assert not Measure.objects.filter(title_de="Sprachcafé im Stadtteil").exists()


def when_the_editor_confirms(desk, run):
    told = desk.post(run).getvalue().decode()
    assert "2 neu" in told
    return list(Measure.objects.filter(number__gt=17).order_by("number"))


def then_nothing_is_public_yet(measures):
    assert [(each.title_de, each.published) for each in measures] == [
        ("Sprachcafé im Stadtteil", False),
        ("Lotsen am Ankunftsort", False),
    ]
    assert "Sprachcafé" not in Client().get("/de/massnahmen/").content.decode()


def then_the_desk_names_the_answer_that_stands_twice(desk, measures):
    page = desk.get(reverse("admin:measure_gaps") + "?pruefung=gleiche-antworten").content.decode()
    assert all(f"{each.number} {each.title_de}" in page for each in measures)


def when_the_editor_writes_another_answer(desk, measure):
    address = reverse("admin:measures_measure_change", args=[measure.pk])
    form = desk.get(address).context["adminform"].form
    data = {name: value for name, value in form_data(form).items() if value is not None}
    for formset in desk.get(address).context["inline_admin_formsets"]:
        data |= formset_data(formset.formset)
    field = next(name for name, value in data.items() if value == "Kostenlos für alle.")
    response = desk.post(address, data | {field: "Auch für Menschen mit wenig Geld: Fahrkarten werden bezahlt."})
    assert response.status_code == 302, response.context["errors"]


def form_data(form):
    data = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, (list, tuple)):
            value = [getattr(each, "pk", each) for each in value]
        elif isinstance(value, bool):
            value = "on" if value else None
        data[bound.html_name] = str(value) if isinstance(value, Period) else value
    return data


def formset_data(formset):
    management = formset.management_form
    data = {bound.html_name: bound.value() for bound in management}
    for form in formset.initial_forms:
        data |= {name: value for name, value in form_data(form).items() if value is not None}
    return data


def then_the_contradiction_is_gone(desk):
    page = desk.get(reverse("admin:measure_gaps") + "?pruefung=gleiche-antworten").content.decode()
    assert "Hier ist nichts (mehr) zu tun." in page


def when_the_editor_publishes(desk, measure):
    address = reverse("admin:measure_move", args=[measure.pk, "publish"])
    assert "Hindernis" not in desk.get(address).content.decode()
    assert desk.post(address).status_code == 302


def then_everybody_reads_it(measure):
    page = Client().get(f"/de/massnahmen/{measure.number}-{measure.slug}/").content.decode()
    assert "Menschen üben gemeinsam Deutsch." in page
    assert "2. Quartal 2027" in page
    assert (
        f"/de/massnahmen/{measure.number}-{measure.slug}/"
        in Client().get("/de/stadtbezirke/10/", follow=True).content.decode()
    )


# A department reports a delay, and everybody reads it in their language ----------------------------------------------


def test_a_department_reports_a_delay_and_it_is_told_in_twelve_languages(person):
    measure = given_a_running_measure_of_the_department(person)

    desk = sign_in(person, "fachstelle")
    update = when_the_department_reports_the_delay(desk, measure)
    then_nobody_outside_reads_the_draft(measure)
    when_the_department_publishes(desk, update)

    for language in registry.LANGUAGES:
        then_the_page_tells_it(measure, language)


def given_a_running_measure_of_the_department(person):
    unit = Unit.objects.get(number="56")
    UnitMember.objects.create(unit=unit, user=person("fachstelle"))
    measure = create_measure(
        910, field=4, responsible=unit, planned_start=Period.read("2025"), planned_end=Period.read("2026-06")
    )
    publish(measure, by=person("redaktion"), now=timezone.now() - timedelta(days=300))
    running = create_update(measure, Status.objects.get(key="laeuft"), day="2025-06-01")
    publish(running, by=person("redaktion"))
    return measure


def when_the_department_reports_the_delay(desk, measure):
    assert "Meldung schreiben" in desk.get(reverse("admin:measures_measure_change", args=[measure.pk])).content.decode()
    response = desk.post(
        reverse("admin:measures_update_add"),
        {
            "measure": measure.pk,
            "day": "01.11.2026",
            "status": Status.objects.get(key="zurueckgestellt").pk,
            "title_de": "Der Raum fehlt",
            "plain_de": "Das Haus wird umgebaut. Danach geht es weiter.",
            "source": "Bericht der Stelle",
            "link": "",
            "internal_note": "Vertrag prüfen",
        },
    )
    assert response.status_code == 302
    return Update.objects.get(measure=measure, title_de="Der Raum fehlt")


def then_nobody_outside_reads_the_draft(measure):
    assert "Der Raum fehlt" not in Client().get(f"/de/massnahmen/910-{measure.slug}/").content.decode()


def when_the_department_publishes(desk, update):
    assert desk.post(reverse("admin:update_move", args=[update.pk, "publish"])).status_code == 302


def then_the_page_tells_it(measure, language):
    page = Client().get(f"/{language.code}/massnahmen/910-{measure.slug}/").content.decode()
    status = getattr(Status.objects.get(key="zurueckgestellt"), f"title_{language.code.replace('-', '_')}")
    if language.is_simple:
        return  # the measure has no text in Leichte Sprache: its page says so and offers the German one
    assert status in page
    assert "Das Haus wird umgebaut." in page and "Vertrag prüfen" not in page
    if not language.is_source:
        assert '<div class="prose" lang="de" dir="ltr">' in page  # the reason is marked as German


# A resident filters by district in Arabic and follows that list ------------------------------------------------------


def test_a_resident_filters_by_district_in_arabic_and_follows_that_list(person):
    phone = Client(headers={"accept-language": "ar-SY,ar;q=0.9"})

    page = when_the_resident_opens_the_portal(phone)
    page = when_the_resident_finds_the_list(phone, page)
    page = when_the_resident_chooses_the_district(phone, page)
    feed = then_the_list_offers_its_feed(page)
    before = when_the_resident_subscribes(phone, feed)
    given_a_report_in_the_district_and_one_elsewhere(person)
    then_the_feed_brings_only_the_one_of_the_district(phone, feed, before)


def when_the_resident_opens_the_portal(phone):
    response = phone.get("/", follow=True)
    assert response.redirect_chain == [("/ar/", 302)]
    return response.content.decode()


def when_the_resident_finds_the_list(phone, page):
    address = re.search(r'href="(/ar/massnahmen/)"', page).group(1)
    return phone.get(address).content.decode()


def when_the_resident_chooses_the_district(phone, page):
    action = re.search(r'<form class="filters" method="get" action="([^"]+)"', page).group(1)
    assert 'name="bezirk" value="9"' in page
    return phone.get(f"{action}?q=&bezirk=9&sortierung=nummer").content.decode()


def then_the_list_offers_its_feed(page):
    assert re.findall(r'<h3><a href="/ar/massnahmen/(\d+)-', page) == ["10"]
    (feed,) = {address.replace("&amp;", "&") for address in re.findall(r'href="(/ar/massnahmen\.atom[^"]*)"', page)}
    assert feed == "/ar/massnahmen.atom?bezirk=9"
    return feed


def entries(phone, feed):
    root = ElementTree.fromstring(phone.get(feed).content)
    return [
        entry.findtext("{http://www.w3.org/2005/Atom}id") for entry in root.iter("{http://www.w3.org/2005/Atom}entry")
    ]


def when_the_resident_subscribes(phone, feed):
    return entries(phone, feed)


def given_a_report_in_the_district_and_one_elsewhere(person):
    for number in (10, 2):
        update = create_update(Measure.objects.get(number=number), Status.objects.get(key="laeuft"), day="2026-11-20")
        publish(update, by=person("redaktion"))


def then_the_feed_brings_only_the_one_of_the_district(phone, feed, before):
    after = entries(phone, feed)
    assert after[1:] == before
    assert "/massnahmen/10/" in after[0]
