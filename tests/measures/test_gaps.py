"""Each gap and contradiction with a measure that has it and one that only looks like it; the page, and the desk."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from measures import gaps
from measures.models import Budget, LinkCheck, Measure, Milestone, Release, Status, TargetGroup, ThemeAnswer
from strategy.models import CrossCuttingTheme, Goal
from tests.measures.factories import answer, create_measure, create_unit, create_update, fresh, publish, withdraw
from wir.languages.models import Origin
from wir.languages.writing import save_translation
from wir.lib.periods import Period

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)
BAD = "zurueckgestellt"


def hits(key, today=TODAY):
    """Numbers of the measures of these tests that a check hits."""
    found = gaps.BY_KEY[key].find(Measure.objects.plan(), today)
    return sorted(found.filter(number__gte=900).values_list("number", flat=True))


def with_status(measure, key, day="2026-03-15", **values):
    measure = measure if measure.published else publish(measure)
    publish(create_update(measure, Status.objects.get(key=key), day=day, **values))
    return fresh(measure)


def finished(measure, key="abgeschlossen", **values):
    answer(measure, ThemeAnswer.Phase.FINISHED)
    return with_status(measure, key, **values)


def test_a_measure_without_department():
    create_measure(900)
    create_measure(901, responsible=create_unit("90"))

    assert hits("stelle") == [900]


def test_a_measure_without_status():
    publish(create_update(publish(create_measure(900))))  # told, but not how far
    with_status(create_measure(901), "geplant")

    assert hits("status") == [900]


def test_a_measure_nobody_has_told_of_for_a_year():
    with_status(create_measure(900), "laeuft", day="2025-06-14")
    with_status(create_measure(901), "laeuft", day="2025-06-15")
    create_update(publish(create_measure(902)), day="2026-06-01")  # a draft tells nobody
    withdraw(publish(create_update(publish(create_measure(903)), day="2026-06-01")))
    finished(create_measure(904), day="2024")

    assert hits("still") == [900, 902, 903]


def test_a_measure_without_money():
    create_measure(900)
    Budget.objects.create(measure=create_measure(901), year=2026, planned=0)  # a nought is an answer

    assert hits("geld") == [900]


def test_a_measure_whose_sources_are_silent_about_a_theme():
    silent = create_measure(900, answers=False, origin=Measure.Origin.ATTESTED, source="hannover.de")
    theme = CrossCuttingTheme.objects.get(number=1)
    ThemeAnswer.objects.create(measure=silent, theme=theme, not_documented=True, plain_de="")
    create_measure(901)

    assert hits("nicht-belegt") == [900]


def test_a_measure_that_leaves_a_theme_unanswered():
    create_measure(900, answers=False)
    most = create_measure(901)
    most.answers.first().delete()
    answer(create_measure(902, answers=False), ThemeAnswer.Phase.FINISHED)
    create_measure(903)

    assert hits("antwort") == [900, 901, 902]


def test_a_finished_measure_that_does_not_answer_again():
    attested = {"answers": False, "origin": Measure.Origin.ATTESTED, "source": "hannover.de"}
    for number in (900, 901):
        measure = create_measure(number, **attested)
        answer(measure, ThemeAnswer.Phase.PLANNED)
        with_status(measure, "abgeschlossen")
    theme = CrossCuttingTheme.objects.get(number=1)
    ThemeAnswer.objects.create(measure=measure, theme=theme, phase=ThemeAnswer.Phase.FINISHED, plain_de="Eine.")
    finished(create_measure(902))
    with_status(create_measure(903), "laeuft")

    assert hits("antwort-danach") == [900, 901]


def test_a_measure_without_goal():
    create_measure(900, field=3)
    create_measure(901, field=3, goal=Goal.objects.filter(field__number=3).first())

    assert hits("ziel") == [900]


def test_a_measure_without_target_group():
    create_measure(900)
    create_measure(901).target_groups.add(TargetGroup.objects.first())

    assert hits("zielgruppe") == [900]


def test_a_finished_measure_with_an_open_milestone():
    for number, key, done in ((900, "fertig", None), (901, "fertig", TODAY), (902, "laeuft", None)):
        measure = create_measure(number)
        Milestone(measure=measure, title_de="Schritt", due=Period.read("2026"), done_on=done).save()
        finished(measure) if key == "fertig" else with_status(measure, key)

    assert hits("offene-schritte") == [900]


def test_a_finished_measure_without_end():
    finished(create_measure(900, planned_end=Period.read("2026")))
    finished(create_measure(901, actual_end=Period.read("2026")))
    with_status(create_measure(902), "laeuft")

    assert hits("ende-fehlt") == [900]


def test_an_end_before_the_beginning():
    create_measure(900, planned_start=Period.read("2027"), actual_end=Period.read("2026"))
    create_measure(901, actual_start=Period.read("2027-Q2"), planned_end=Period.read("03/2027"))
    create_measure(902, planned_start=Period.read("2026"), actual_end=Period.read("2026-Q1"))
    create_measure(903, actual_start=Period.read("2027-Q2"), planned_end=Period.read("2027"))
    begun = {"planned_start": Period.read("2027"), "actual_start": Period.read("2025")}
    create_measure(904, **begun, actual_end=Period.read("2026"))  # earlier than planned, and over

    assert hits("ende-vor-beginn") == [900, 901]


def test_a_measure_that_is_late():
    with_status(create_measure(900, planned_end=Period.read("05/2026")), "laeuft")
    with_status(create_measure(901, planned_start=Period.read("2026-Q1")), "geplant")
    with_status(create_measure(902, planned_end=Period.read("2026")), "laeuft")
    with_status(create_measure(903, planned_start=Period.read("2026-Q1")), "laeuft")
    finished(create_measure(904, planned_end=Period.read("2025")))
    with_status(create_measure(905, planned_end=Period.read("2025")), BAD)

    assert hits("vorbei") == [900, 901]


def test_a_late_measure_that_is_said_to_be_well():
    with_status(create_measure(900, planned_end=Period.read("2025")), "laeuft")
    with_status(create_measure(901, planned_end=Period.read("2025")), "geplant")  # late as well, but neutral
    with_status(create_measure(902, planned_end=Period.read("2027")), "laeuft")

    assert hits("verspaetet-und-gut") == [900]


def test_a_running_measure_with_an_end():
    with_status(create_measure(900, actual_end=Period.read("2026")), "laeuft")
    with_status(create_measure(901), "laeuft")
    finished(create_measure(902, actual_end=Period.read("2026")))

    assert hits("beendet-und-laeuft") == [900]


def test_german_that_is_newer_than_a_translation():
    for number in (900, 901):
        measure = create_measure(number)
        save_translation(measure, "en", {"title": f"Measure {number}"}, origin=Origin.HUMAN, by=None)
    save_translation(fresh(measure), "de", {"title": "Neuer Titel"}, origin=Origin.HUMAN, by=None)
    untranslated = create_measure(902)
    save_translation(untranslated, "de", {"title": "Neuer Titel"}, origin=Origin.HUMAN, by=None)

    assert hits("veraltet") == [901]


def test_the_same_answer_in_two_measures():
    theme = CrossCuttingTheme.objects.get(number=1)
    other = CrossCuttingTheme.objects.get(number=2)
    for number, text in ((900, "Wir achten darauf."), (901, "Wir achten darauf."), (902, "Zweimal hier.")):
        measure = create_measure(number, answers=False)
        ThemeAnswer.objects.create(measure=measure, theme=theme, plain_de=text)
    ThemeAnswer.objects.create(measure=measure, theme=other, plain_de="Zweimal hier.")
    sample = create_measure(1_000_001, answers=False, sample=True)
    ThemeAnswer.objects.create(measure=sample, theme=theme, plain_de="Zweimal hier.")

    assert hits("gleiche-antworten") == [900, 901]


def test_more_money_spent_than_planned():
    Budget.objects.create(measure=create_measure(900), year=2026, planned="100.00", actual="100.01")
    Budget.objects.create(measure=create_measure(901), year=2026, planned="100.00", actual="100.00")
    Budget.objects.create(measure=create_measure(902), year=2026, actual="100.00")

    assert hits("teurer") == [900]


def test_a_source_whose_address_is_not_safe():
    create_update(create_measure(900), link="http://example.org/")
    create_update(create_measure(901), link="https://example.org/")
    create_update(create_measure(902))

    assert hits("adressen") == [900]


def test_a_source_that_did_not_answer_when_it_was_asked_last():
    for number, name, fault in ((900, "weg", "404"), (901, "da", "")):
        create_update(create_measure(number), link=f"https://{name}.example.org/")
        LinkCheck.objects.create(address=f"https://{name}.example.org/", checked_at=timezone.now(), fault=fault)
    create_update(create_measure(902), link="https://neu.example.org/")  # not asked yet

    assert hits("adressen") == [900]


def test_every_check_has_its_test():
    with open(__file__) as file:
        text = file.read()

    assert [check.key for check in gaps.CHECKS if f'hits("{check.key}")' not in text] == []


# The page -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(signed_in):
    return signed_in("redaktion")


def page_of(client, query=""):
    return client.get(reverse("admin:measure_gaps") + query).content.decode()


def test_each_hit_is_one_click_from_its_field(office):
    measure = create_measure(900)

    for check in gaps.CHECKS:
        field = check.anchor
        page = office.get(reverse("admin:measures_measure_change", args=[measure.pk])).content.decode()

        assert (check.key, f'id="{field}"' in page) == (check.key, True)

    address = reverse("admin:measures_measure_change", args=[measure.pk])
    assert f'<a href="{address}#id_responsible">900 Maßnahme 900</a>' in page_of(office, "?pruefung=stelle")


def test_samples_have_no_gaps(office):
    create_measure(1_000_001, sample=True)

    assert "1000001" not in page_of(office, "?pruefung=stelle")
    assert dict(gaps.counted(Measure.objects.plan(), TODAY))[gaps.BY_KEY["stelle"]] == 17


def test_the_page_is_filtered_by_department(office):
    unit = create_unit("90")
    create_measure(900, responsible=unit)
    create_measure(901)

    page = page_of(office, f"?pruefung=geld&stelle={unit.pk}")

    assert ("900 Maßnahme 900" in page, "901 Maßnahme 901" in page) == (True, False)


def test_the_numbers_are_those_of_the_lists(office):
    create_measure(900, answers=False)
    today = timezone.localdate()

    found = dict(gaps.counted(Measure.objects.plan(), today))

    assert found == {check: gaps.hits(check, Measure.objects.plan(), today).count() for check in gaps.CHECKS}
    assert found[gaps.BY_KEY["antwort"]] == 1


def test_the_page_needs_the_same_statements_for_one_measure_as_for_three(office):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            page_of(office, "?pruefung=stelle")
        return len(captured)

    Measure.objects.filter(number__gt=1).delete()
    one = statements()
    for number in (900, 901, 902):
        create_measure(number)

    assert statements() == one
    assert one <= 14


def test_long_lists_have_pages(office):
    for number in range(900, 940):
        create_measure(number)

    first, second = page_of(office, "?pruefung=stelle"), page_of(office, "?pruefung=stelle&seite=2")

    assert ("Seite 1 von 2" in first, "939 Maßnahme 939" in first) == (True, False)
    assert ("Seite 2 von 2" in second, "939 Maßnahme 939" in second) == (True, True)


@pytest.mark.parametrize(
    "query", ["?pruefung=nichts", "?pruefung=stelle&seite=99", "?pruefung=stelle&seite=x", "?stelle=" + "9" * 30]
)
def test_odd_addresses_are_answered(office, query):
    assert office.get(reverse("admin:measure_gaps") + query).status_code == 200


@pytest.mark.parametrize(
    ("role", "status"), [("redaktion", 200), ("fachstelle", 200), ("leitung", 403), ("datenschutz", 403)]
)
def test_who_may_see_the_page(signed_in, role, status):
    assert signed_in(role).get(reverse("admin:measure_gaps")).status_code == status


def test_a_department_sees_its_own_gaps_only(signed_in, person):
    unit = create_unit("90", members=[person("fachstelle")])
    create_measure(900, contact=unit)
    create_measure(901)

    page = page_of(signed_in("fachstelle"), "?pruefung=geld")

    assert ("900 Maßnahme 900" in page, "901 Maßnahme 901" in page) == (True, False)


# The desk -------------------------------------------------------------------------------------------------------------


def desk(user):
    return {text: (count, address) for count, text, address in gaps.tasks(user, TODAY)}


def test_the_desk_of_an_editor(person):
    Measure.objects.filter(number__gt=1).delete()
    with_status(create_measure(900, planned_end=Period.read("2025")), "laeuft")
    create_update(create_measure(901))
    Release.objects.create(title="Halbjahr", at=timezone.now() - timedelta(days=1), state=Release.State.FAILED)

    found = desk(person("redaktion"))

    counts = {text: count for text, (count, _address) in found.items()}
    checks = gaps.counted(Measure.objects.plan(), TODAY)
    assert counts == {
        "geplante Veröffentlichungen waren nicht möglich": 1,
        "Maßnahmen sind Entwürfe": 1,
        "Meldungen sind Entwürfe": 1,
        "Maßnahmen: ein Termin ist vorbei": 1,
        "Maßnahmen: keine Meldung seit einem Jahr": 2,
        "Widersprüche in Maßnahmen": 2,
        "Lücken in Maßnahmen": sum(number for check, number in checks if check.kind == gaps.GAP),
    }


def test_the_desk_of_a_department_tells_of_its_own_measures(person):
    user = person("fachstelle")
    unit = create_unit("90", members=[user])
    Measure.objects.filter(number__gt=1).delete()
    with_status(create_measure(900, responsible=unit, planned_end=Period.read("2025")), "laeuft", day="2025-01")
    create_update(create_measure(901, contact=unit))
    create_update(with_status(create_measure(902, planned_end=Period.read("2025")), "laeuft", day="2025-01"))

    counts = {text: count for text, (count, _address) in desk(user).items()}

    assert counts["Maßnahmen: ein Termin ist vorbei"] == 1
    assert counts["Maßnahmen: keine Meldung seit einem Jahr"] == 2
    assert (counts["Maßnahmen sind Entwürfe"], counts["Meldungen sind Entwürfe"]) == (1, 1)


@pytest.mark.parametrize("role", ["leitung", "uebersetzung-tr", "gremium1", "datenschutz"])
def test_measures_ask_nothing_of_those_who_only_read(person, role):
    assert desk(person(role)) == {}


@pytest.mark.parametrize("role", ["redaktion", "fachstelle"])
def test_every_address_on_the_desk_opens(signed_in, person, role):
    unit = create_unit("90", members=[person("fachstelle")])
    create_update(create_measure(901, contact=unit))
    with_status(create_measure(900, contact=unit, planned_end=Period.read("2025")), "laeuft", day="2024")
    Release.objects.create(title="Halbjahr", at=timezone.now() - timedelta(days=1), state=Release.State.FAILED)
    client = signed_in(role)

    addresses = [address for _count, address in desk(person(role)).values()]

    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)
    assert len(addresses) >= 5
