"""What an edit has changed, in words: kept with who and when, shown as differences."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from measures.history import differences, snapshot
from measures.models import Budget, Change, Measure, Milestone, TargetGroup, ThemeAnswer
from measures.workflow import edited
from strategy.models import CrossCuttingTheme, District
from tests.measures.factories import create_measure, create_unit, create_update, fresh, publish, withdraw
from wir.lib.periods import Period

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


def changed(measure, change):
    before = snapshot(measure)
    change()
    return differences(before, snapshot(measure))


def test_nothing_changed_is_no_difference():
    measure = create_measure()

    assert changed(measure, measure.save) == {}


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"title_de": "Neu"}, {"Titel": ["Maßnahme 900", "Neu"]}),
        ({"kind": "open"}, {"Art": ["nicht bekannt", Measure.Kind.OPEN.label]}),
        ({"subtopic_is_ours": True}, {"Zuordnung zum Unterthema stammt von uns": ["nein", "ja"]}),
        ({"planned_end": Period.read("2028-Q2")}, {"Ende geplant": ["", "2028-Q2"]}),
        ({"internal_note": "Nachfragen"}, {"interne Notiz": ["", "Nachfragen"]}),
    ],
)
def test_fields_are_told_as_people_read_them(values, found):
    measure = create_measure()

    def change():
        for name, value in values.items():
            setattr(measure, name, value)
        measure.save()

    assert changed(measure, change) == found


def test_what_belongs_to_a_measure_is_told_too():
    measure, unit = create_measure(answers=False), create_unit("90")
    theme = CrossCuttingTheme.objects.get(number=1)

    def change():
        measure.responsible = unit
        measure.save()
        measure.districts.set(District.objects.filter(number__in=(1, 2)))
        measure.target_groups.add(TargetGroup.objects.get(slug="kultur"))
        ThemeAnswer.objects.create(measure=measure, theme=theme, plain_de="Geprüft.")
        Budget.objects.create(measure=measure, year=2027, planned="12.50")
        Milestone(pk=77, measure=measure, title_de="Träger gefunden", due=Period.read("2027")).save()

    assert changed(measure, change) == {
        "verantwortliche Stelle": ["", "Stelle 90"],
        "Stadtbezirke": ["", ", ".join(str(each) for each in District.objects.filter(number__in=(1, 2)))],
        "Zielgruppen": ["", TargetGroup.objects.get(slug="kultur").title_de],
        f"Antwort bei der Planung: {theme.title_de}": ["", "Geprüft."],
        "Geld 2027, eigener Haushalt, nicht bekannt": ["", "12.50 / – / – / –"],
        "Meilenstein 77: Träger gefunden": ["", "Frist 2027"],
    }


def test_what_is_gone_is_told():
    measure = create_measure()
    line = Budget.objects.create(measure=measure, year=2027, planned="12.50")

    found = changed(measure, line.delete)

    assert found == {"Geld 2027, eigener Haushalt, nicht bekannt": ["12.50 / – / – / –", ""]}


# The page -------------------------------------------------------------------------------------------------------------


def page_of(client, measure, query=""):
    return client.get(reverse("admin:measures_measure_history", args=[measure.pk]) + query)


def test_the_history_shows_who_changed_what_newest_first(signed_in, person):
    measure = publish(create_measure(), by=person("admin"), now=NOON)
    edited(measure, {"Titel": ["Alt <b>", "Neu"]}, by=person("redaktion"), now=NOON + timedelta(days=1))
    update = publish(create_update(measure, title_de="Es geht los"), now=NOON + timedelta(days=2))
    withdraw(update, now=NOON + timedelta(days=3))

    page = page_of(signed_in("redaktion"), measure).content.decode()

    told = ["Meldung zurückgenommen", "Meldung veröffentlicht", "bearbeitet", "<td>veröffentlicht</td>"]
    places = [page.index(word) for word in told]
    assert places == sorted(places)
    assert "<td>Titel</td><td><del>Alt &lt;b&gt;</del></td><td><ins>Neu</ins></td>" in page
    assert ("redaktion (Demo)" in page, "admin (Demo)" in page, "21.03.2026 13:00" in page) == (True, True, True)
    assert "Es geht los" in page


def test_the_history_has_pages(signed_in):
    measure = create_measure()
    for number in range(31):
        edited(
            measure, {"Titel": [f"Titel {number}", f"Titel {number + 1}"]}, by=None, now=NOON + timedelta(days=number)
        )
    client = signed_in("redaktion")

    first, second = page_of(client, measure).content.decode(), page_of(client, measure, "?seite=2").content.decode()

    assert ("<ins>Titel 31</ins>" in first, "<ins>Titel 1</ins>" in first) == (True, False)
    assert ("<ins>Titel 31</ins>" in second, "<ins>Titel 1</ins>" in second) == (False, True)


def test_a_measure_nobody_has_touched_says_so(signed_in):
    assert "wurde noch nichts geändert" in page_of(signed_in("redaktion"), create_measure()).content.decode()


def test_a_long_history_needs_no_more_statements_than_a_short_one(signed_in, person):
    client, measure = signed_in("redaktion"), publish(create_measure())

    def statements():
        with CaptureQueriesContext(connection) as captured:
            page_of(client, measure)
        return len(captured)

    publish(create_update(measure))
    one = statements()
    for number in range(3):
        publish(create_update(measure, day=f"2026-0{number + 4}"), by=person("redaktion"))

    assert statements() == one


@pytest.mark.parametrize(
    ("role", "own", "other"),
    [("redaktion", 200, 200), ("leitung", 200, 200), ("fachstelle", 200, 302), ("datenschutz", 403, 403)],
)
def test_who_may_read_the_history(signed_in, person, role, own, other):
    unit = create_unit("90", members=[person("fachstelle")])
    measures = create_measure(900, responsible=unit), create_measure(901)

    client = signed_in(role)

    assert [page_of(client, measure).status_code for measure in measures] == [own, other]


def test_an_edit_in_the_form_is_kept_once(signed_in, person):
    from tests.measures.test_admin import form_of

    measure = create_measure()
    client, address = signed_in("redaktion"), reverse("admin:measures_measure_change", args=[measure.pk])

    client.post(address, form_of(client, address) | {"title_de": "Neuer Titel"})
    client.post(address, form_of(client, address))

    change = Change.objects.get(measure=measure)
    assert (change.kind, change.by, change.fields) == (
        "edited",
        person("redaktion"),
        {"Titel": ["Maßnahme 900", "Neuer Titel"]},
    )
    assert fresh(measure).title_de == "Neuer Titel"
