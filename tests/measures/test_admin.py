"""The back office of the measures: lists, forms, buttons, several at once, and what each role sees of it."""

import re

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from measures.admin import AnswerInline, BudgetInline, MilestoneInline
from measures.models import (
    Budget,
    Change,
    Disclosure,
    Measure,
    Milestone,
    Proposal,
    Release,
    ReleaseItem,
    Status,
    TargetGroup,
    ThemeAnswer,
    Update,
)
from strategy.models import ActionField, CouncilPaper, CrossCuttingTheme, District, Goal, Unit
from tests.measures.factories import answer, create_measure, create_unit, create_update, fresh, publish, withdraw
from wir.accounts.demo import ACCOUNTS
from wir.languages.models import ContentStamp, Origin, TranslationUnit
from wir.languages.writing import save_translation
from wir.lib.periods import Period

pytestmark = pytest.mark.django_db

LIST = "admin:measures_measure_changelist"


def form_of(client, address):
    """What the form at an address sends when nobody has typed anything."""
    context, data = client.get(address).context, {}
    forms = [context["adminform"].form]
    for each in context["inline_admin_formsets"]:
        forms += [each.formset.management_form, *each.formset.forms]
    for field in (field for form in forms for field in form):
        value = field.value()
        if isinstance(value, list | tuple):
            data[field.html_name] = [str(each) for each in value]
        elif value is True:
            data[field.html_name] = "on"
        elif value is not None and value is not False:
            shown = field.field.widget.format_value(value)
            data[field.html_name] = shown[0] if isinstance(shown, list) else shown or ""  # a list: one choice
    return data


def with_row(data, prefix, **values):
    """The same with one more row of an inline."""
    total = int(data[f"{prefix}-TOTAL_FORMS"])
    row = {f"{prefix}-{total}-{name}": value for name, value in values.items()}
    return data | row | {f"{prefix}-TOTAL_FORMS": total + 1}


def change_of(thing):
    return reverse(f"admin:measures_{thing._meta.model_name}_change", args=[thing.pk])


def content(response):
    return response.content.decode()


def rows():
    """Everything a form or a button could write."""
    models = (Measure, Update, ThemeAnswer, Milestone, Budget, Change, Disclosure)
    return {model.__name__: list(model._base_manager.order_by("pk").values()) for model in models}


@pytest.fixture
def office(signed_in):
    return signed_in("redaktion")


@pytest.fixture
def department(person):
    return create_unit("90", members=[person("fachstelle")])


# The list -------------------------------------------------------------------------------------------------------------


def numbers(client, query=""):
    return [measure.number for measure in client.get(reverse(LIST) + query).context["cl"].result_list]


def test_plan_and_samples_are_listed_apart(office):
    create_measure(1_000_001, sample=True)

    assert (numbers(office), numbers(office, "?beispiele=1")) == (list(range(1, 18)), [1_000_001])
    assert numbers(office, "?beispiele=alle") == [*range(1, 18), 1_000_001]


@pytest.mark.parametrize(
    ("query", "found"), [("900", [900]), ("Werkstatt", [900]), ("Lötkolben", [900]), ("nirgends", [])]
)
def test_measures_are_found_by_number_title_and_text(office, query, found):
    create_measure(900, title_de="Offene Werkstatt", plain_de="Mit Lötkolben.")

    assert numbers(office, f"?q={query}") == found


@pytest.mark.parametrize("query", ["?e=1", "?published__exact=x", "?field__id__exact=999", "?q=%00", "?p=99"])
def test_odd_addresses_are_no_fault(office, query):
    assert office.get(reverse(LIST) + query).status_code in (200, 302)


@pytest.mark.parametrize("address", [LIST, "admin:measures_update_changelist", "admin:measures_release_changelist"])
def test_a_list_needs_the_same_statements_for_one_as_for_three(office, person, address):
    def add(number):
        unit = create_unit(f"9{number}") if number == 900 else Unit.objects.get(number="9900")
        create_update(create_measure(number, responsible=unit), Status.objects.get(key="laeuft"))
        Release.objects.create(title=f"{number}", at=timezone.now(), by=person("redaktion"))

    def statements():
        with CaptureQueriesContext(connection) as captured:
            office.get(reverse(address))
        return len(captured)

    Measure.objects.all().delete()
    add(900)
    one = statements()
    add(901)
    add(902)

    assert statements() == one
    assert one <= 25


# The form -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model", [Measure, Update, Status, TargetGroup, Proposal, Release, Disclosure], ids=lambda model: model.__name__
)
def test_every_field_is_explained(office, model):
    context = office.get(reverse(f"admin:measures_{model._meta.model_name}_add")).context

    forms = [context["adminform"].form]
    forms += [each.formset.empty_form for each in context["inline_admin_formsets"]]
    silent = [
        f"{form.prefix or ''} {name}"
        for form in forms
        for name, field in form.fields.items()
        if not field.help_text and not field.widget.is_hidden and name not in ("id", "DELETE")
    ]
    assert silent == []
    assert [name for form in forms for name in form.fields if name.endswith(("_en", "_ar"))] == []


def test_the_next_number_is_proposed(office):
    create_measure(1_000_001, sample=True)

    assert form_of(office, reverse("admin:measures_measure_add"))["number"] == "18"


def test_a_measure_is_written_with_what_belongs_to_it(office, person):
    address, theme = reverse("admin:measures_measure_add"), CrossCuttingTheme.objects.get(number=1)
    data = form_of(office, address) | {
        "title_de": "Offene Werkstatt",
        "plain_de": "Alle lernen.",
        "planned_end": "Q2 2028",
    }
    data |= {"field": ActionField.objects.get(number=4).pk, "districts": [District.objects.get(number=1).pk]}
    data = with_row(data, "answers", theme=theme.pk, phase="planned", plain_de="Geprüft.")
    data = with_row(data, "milestones", title_de="Träger gefunden", due="03/2027", published="on")
    data = with_row(data, "budgets", year=2027, kind="running", source="fund", planned="12500,50")

    response = office.post(address, data)

    measure = Measure.objects.get(number=18)
    assert response.status_code == 302
    assert (measure.title_de, str(measure.planned_end), measure.published) == ("Offene Werkstatt", "2028-Q2", False)
    assert list(measure.districts.values_list("number", flat=True)) == [1]
    assert (measure.answers.get().plain_de, measure.milestones.get().title_de) == ("Geprüft.", "Träger gefunden")
    assert str(measure.budgets.get().planned) == "12500.50"
    assert measure.index.count() == 12


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"number": "1000001"}, "Nummern über einer Million gehören den Beispielen, kleinere dem Plan."),
        ({"number": "99999999999999"}, "Nummern über einer Million gehören den Beispielen, kleinere dem Plan."),
        ({"number": "1"}, "Maßnahme mit diesem Wert für das Feld Nummer existiert bereits."),
        ({"title_de": " "}, "Dieses Feld ist zwingend erforderlich."),
        ({"planned_start": "bald"}, "„bald“ ist kein Zeitpunkt."),
        ({"planned_start": "2028", "planned_end": "2027"}, "Das geplante Ende liegt vor dem geplanten Beginn."),
        ({"origin": "attested"}, "Eine belegte Maßnahme braucht ihre Quelle."),
        ({"field": "999"}, "Bitte eine gültige Auswahl treffen."),
    ],
)
def test_what_is_wrong_is_told_and_nothing_typed_is_lost(office, values, sentence):
    address, before = reverse("admin:measures_measure_add"), rows()
    data = form_of(office, address) | {"title_de": "Getippt", "plain_de": "Auch getippt", "field": 1} | values

    response = office.post(address, data)

    assert (response.status_code, sentence in content(response)) == (422, True)
    assert "Auch getippt" in content(response)
    assert rows() == before


def test_a_goal_of_another_field_is_refused(office):
    measure, goal = create_measure(), Goal.objects.filter(field__number=3).first()

    response = office.post(change_of(measure), form_of(office, change_of(measure)) | {"goal": goal.pk})

    assert response.status_code == 422
    assert "Dieses Ziel gehört zu einem anderen Handlungsfeld." in content(response)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"planned": "-1"}, "Beträge und Stellen sind nie kleiner als null."),
        ({"planned": "viel"}, "Bitte eine Zahl eingeben."),
        ({"planned": "1e5"}, "Bitte eine Zahl eingeben."),
        ({"planned": ""}, "Bitte tragen Sie mindestens einen Betrag oder eine Stelle ein."),
        ({"planned": "1", "year": "2026"}, "Für dieses Jahr, diese Art und diese Geldquelle gibt es schon eine Zeile."),
        ({"planned": "1", "year": "1"}, "Dieser Wert muss größer oder gleich 2000 sein."),
    ],
)
def test_wrong_money_is_told_at_its_place(office, values, sentence):
    measure = create_measure()
    Budget.objects.create(measure=measure, year=2026, planned=1, kind="running", source="own")
    row = {"year": "2027", "kind": "running", "source": "own"} | values

    response = office.post(change_of(measure), with_row(form_of(office, change_of(measure)), "budgets", **row))

    assert (response.status_code, measure.budgets.count()) == (422, 1)
    assert sentence in content(response)


def test_a_form_moves_nothing(office):
    measure = create_measure()
    update = create_update(measure)
    typed = {"published": "on", "state": "published", "first_published_at_0": "01.01.2026", "status": ""}

    office.post(change_of(measure), form_of(office, change_of(measure)) | typed)
    office.post(change_of(update), form_of(office, change_of(update)) | typed)

    assert (fresh(measure).published, fresh(measure).first_published_at, fresh(update).state) == (False, None, "draft")


def test_a_form_saved_late_does_not_undo_a_button(office, monkeypatch):
    measure = create_measure()
    update = create_update(measure, Status.objects.get(key="laeuft"))
    data = form_of(office, change_of(measure)) | {"title_de": "Neuer Titel"}

    def published_meanwhile(form):
        publish(measure)
        publish(update)
        return form.cleaned_data["number"]

    monkeypatch.setattr("measures.admin.MeasureForm.clean_number", published_meanwhile)
    response = office.post(change_of(measure), data)

    measure = fresh(measure)
    assert (response.status_code, measure.title_de) == (302, "Neuer Titel")
    assert (measure.published, measure.state, measure.first_published_at is None) == (True, "laeuft", False)


def test_changed_german_makes_its_translation_outdated(office):
    measure = create_measure()
    save_translation(measure, "en", {"title": "Workshop"}, origin=Origin.HUMAN, by=None)

    office.post(change_of(measure), form_of(office, change_of(measure)) | {"title_de": "Ganz neu"})

    units = TranslationUnit.objects.with_outdated().filter(
        source__object_id=measure.pk, source__model="measures.measure"
    )
    assert [(unit.language, unit.outdated) for unit in units] == [("en", True)]
    assert fresh(measure).title_en == "Workshop"


def test_new_dates_of_a_published_measure_are_public_at_once_and_the_form_says_so(office, person):
    measure = publish(create_measure(planned_end=Period.read("2027")))
    page = content(office.get(change_of(measure)))

    office.post(change_of(measure), form_of(office, change_of(measure)) | {"planned_end": "2028"})

    assert "sind neue Termine sofort öffentlich" in page
    assert [str(plan.end) for plan in measure.plans.all()] == ["2027", "2028"]
    assert Change.objects.get(measure=measure, kind=Change.Kind.PLAN).by == person("redaktion")


def test_a_moved_plan_is_told_once_and_an_unchanged_form_tells_nothing(office):
    measure = publish(create_measure(planned_end=Period.read("2027")))
    step = Milestone(measure=measure, title_de="Träger gefunden", due=Period.read("2027-Q2"))
    step.save()
    counts = []
    for typed in ({}, {"planned_end": "2028"}, {}, {"planned_start": "03/2026"}):
        office.post(change_of(measure), form_of(office, change_of(measure)) | typed)
        counts.append((measure.plans.count(), measure.changes.filter(kind=Change.Kind.PLAN).count()))

    assert counts == [(1, 0), (2, 1), (2, 1), (3, 2)]
    assert measure.changes.filter(kind=Change.Kind.EDITED).count() == 2
    assert [(str(plan.start or ""), str(plan.end)) for plan in measure.plans.all()] == [
        ("", "2027"),
        ("", "2028"),
        ("2026-03", "2028"),
    ]


def test_the_first_deadline_of_a_step_stays_and_an_opened_step_is_told_no_more(office):
    measure = publish(create_measure())
    address = change_of(measure)
    office.post(
        address, with_row(form_of(office, address), "milestones", title_de="Träger", due="2027", published="on")
    )
    office.post(address, form_of(office, address) | {"milestones-0-due": "2029", "milestones-0-done_on": "01.03.2026"})
    step = measure.milestones.get()
    done = list(measure.changes.filter(kind=Change.Kind.MILESTONE).values_list("milestone", flat=True))

    office.post(address, form_of(office, address) | {"milestones-0-done_on": ""})

    assert (str(step.first_due), str(step.due), done) == ("2027", "2029", [step.pk])
    assert measure.changes.filter(kind=Change.Kind.MILESTONE).count() == 0
    assert fresh(step).done_on is None


def test_amounts_are_typed_and_shown_again_as_the_city_writes_them(office):
    measure = create_measure()
    address = change_of(measure)
    row = {"year": "2027", "kind": "running", "source": "own", "planned": "12.500,00", "planned_staff": "0,5"}

    response = office.post(address, with_row(form_of(office, address), "budgets", **row))

    line = measure.budgets.get()
    assert (response.status_code, str(line.planned), str(line.planned_staff)) == (302, "12500.00", "0.50")
    assert 'value="12.500,00"' in content(office.get(address))


def test_the_number_of_what_was_public_stays(office):
    measure = withdraw(publish(create_measure()))

    response = office.post(change_of(measure), form_of(office, change_of(measure)) | {"number": "950"})

    assert (response.status_code, fresh(measure).number) == (302, 900)


def test_only_drafts_are_deleted(office):
    draft, withdrawn = create_measure(900), withdraw(publish(create_measure(901)))

    answers = [
        office.post(reverse("admin:measures_measure_delete", args=[measure.pk]), {"post": "yes"}).status_code
        for measure in (draft, withdrawn)
    ]

    assert answers == [302, 403]
    assert list(Measure.objects.filter(number__gte=900)) == [withdrawn]


# Theme answers --------------------------------------------------------------------------------------------------------


def test_the_question_of_the_paper_stands_beside_its_answer(office):
    measure = create_measure()

    page = content(office.get(change_of(measure)))

    asked = [theme.question_de.split("\n")[0][:40] in page for theme in CrossCuttingTheme.objects.all()]
    assert asked == [True, True, True]


def test_answers_of_a_published_measure_are_not_deleted(office):
    measure = publish(create_measure())
    data = form_of(office, change_of(measure)) | {"answers-0-DELETE": "on"}

    response = office.post(change_of(measure), data)

    assert (response.status_code, measure.answers.count()) == (422, 3)
    assert "Eine veröffentlichte Maßnahme behält ihre Antworten." in content(response)


def test_answers_of_a_draft_may_go(office):
    measure = create_measure()

    response = office.post(change_of(measure), form_of(office, change_of(measure)) | {"answers-0-DELETE": "on"})

    assert (response.status_code, measure.answers.count()) == (302, 2)


def test_a_measure_does_not_become_ours_while_answers_are_not_documented(office):
    measure = create_measure(answers=False, origin=Measure.Origin.ATTESTED, source="hannover.de")
    for theme in CrossCuttingTheme.objects.all():
        ThemeAnswer.objects.create(measure=measure, theme=theme, not_documented=True, plain_de="")
    publish(measure)
    data = form_of(office, change_of(measure)) | {"origin": "made_here"}

    refused = office.post(change_of(measure), data)
    answered = {f"answers-{place}-plain_de": f"Antwort {place}" for place in range(3)}
    told = {name: value for name, value in data.items() if not name.endswith("not_documented")} | answered
    accepted = office.post(change_of(measure), told)

    assert (refused.status_code, accepted.status_code) == (422, 302)
    assert content(refused).count("Das gibt es nur bei belegten Maßnahmen.") == 3
    assert (fresh(measure).origin, measure.answers.filter(not_documented=True).count()) == ("made_here", 0)


def test_a_published_measure_does_not_become_ours_while_answers_are_missing(office):
    measure = create_measure(origin=Measure.Origin.ATTESTED, source="hannover.de")
    publish(measure)
    ThemeAnswer.objects.get(measure=measure, theme__number=2).delete()

    response = office.post(change_of(measure), form_of(office, change_of(measure)) | {"origin": "made_here"})

    assert (response.status_code, fresh(measure).origin) == (422, "attested")
    assert "Die Antwort zum Querschnittsthema 2 „" in content(response)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"plain_de": ""}, "Bitte geben Sie eine Antwort."),
        ({"plain_de": "\u200b \u00a0"}, "Bitte geben Sie eine Antwort."),  # letters nobody sees
        ({"plain_de": "Ja.", "not_documented": "on"}, "Das gibt es nur bei belegten Maßnahmen."),
        ({"plain_de": "Ja.", "theme": ""}, "Dieses Feld ist zwingend erforderlich."),
    ],
)
def test_half_an_answer_is_refused(office, values, sentence):
    measure = create_measure(answers=False)
    theme = CrossCuttingTheme.objects.get(number=1)
    data = with_row(form_of(office, change_of(measure)), "answers", **{"theme": theme.pk, "phase": "planned"} | values)

    response = office.post(change_of(measure), data)

    assert (response.status_code, measure.answers.count()) == (422, 0)
    assert sentence in content(response)


def test_an_answer_is_not_both_given_and_not_documented(office):
    measure = create_measure(answers=False, origin=Measure.Origin.ATTESTED, source="hannover.de")
    theme = CrossCuttingTheme.objects.get(number=1)
    row = {"theme": theme.pk, "phase": "planned", "plain_de": "Ja.", "not_documented": "on"}

    response = office.post(change_of(measure), with_row(form_of(office, change_of(measure)), "answers", **row))

    assert (response.status_code, measure.answers.count()) == (422, 0)
    assert "Bitte geben Sie eine Antwort oder wählen Sie „nicht belegt“, nicht beides." in content(response)


def test_a_second_answer_to_a_theme_is_refused(office):
    measure = create_measure()
    theme = CrossCuttingTheme.objects.get(number=1)
    data = with_row(
        form_of(office, change_of(measure)), "answers", theme=theme.pk, phase="planned", plain_de="Noch eine."
    )

    response = office.post(change_of(measure), data)

    assert (response.status_code, measure.answers.count()) == (422, 3)
    assert "Zu diesem Thema gibt es schon eine Antwort." in content(response)


# Buttons --------------------------------------------------------------------------------------------------------------


def button(thing, name):
    kind = "measure" if isinstance(thing, Measure) else "update"
    return reverse(f"admin:{kind}_move", args=[thing.pk, name])


def test_the_page_of_a_button_tells_what_will_happen_and_does_it_on_confirmation(office, person):
    measure = create_measure()

    page = content(office.get(button(measure, "publish")))
    looked_at = fresh(measure).published
    response = office.post(button(measure, "publish"), follow=True)

    assert "Die geplanten Termine werden als erste Zusage festgehalten." in page
    assert (looked_at, fresh(measure).published) == (False, True)
    assert response.redirect_chain == [(change_of(measure), 302)]
    assert "„Veröffentlichen“: 900 Maßnahme 900" in content(response)
    assert Change.objects.get(measure=measure).by == person("redaktion")


def test_a_refused_move_shows_every_reason_and_writes_nothing(office):
    measure, before = create_measure(answers=False), rows()
    before = rows()

    asked, pressed = office.get(button(measure, "publish")), office.post(button(measure, "publish"))

    assert (asked.status_code, pressed.status_code) == (200, 422)
    for page in (content(asked), content(pressed)):
        assert page.count("<li>Die Antwort zum Querschnittsthema") == 3
    assert 'value="Veröffentlichen"' not in content(pressed)
    assert rows() == before


@pytest.mark.parametrize("name", ["delete", "hide", "vorschau2"])
def test_a_move_that_is_in_no_table_does_not_exist(office, name):
    assert office.post(button(create_measure(), name)).status_code == 404


def test_only_possible_moves_are_buttons(office):
    measure = publish(create_measure())
    update = create_update(measure)

    pages = [content(office.get(change_of(thing))) for thing in (measure, update)]
    publish(update)
    pages.append(content(office.get(change_of(update))))

    offered = [
        [name for name in ("publish", "withdraw") if re.search(rf'<a href="[^"]*/{name}/">', page)] for page in pages
    ]
    assert offered == [["withdraw"], ["publish"], ["withdraw"]]


def test_a_report_is_written_and_published_from_its_measure(office, person):
    measure = publish(create_measure())
    address = f"{reverse('admin:measures_update_add')}?measure={measure.pk}"
    offered = address in content(office.get(change_of(measure)))
    data = form_of(office, address) | {"title_de": "Es geht los", "plain_de": "Der Träger steht fest."}
    data |= {"day": "15.03.2026", "status": Status.objects.get(key="laeuft").pk}

    written = office.post(address, data)
    update = Update.objects.get(measure=measure)
    page = content(office.get(change_of(measure)))
    office.post(button(update, "publish"))

    assert (offered, written["Location"]) == (True, change_of(update))
    assert ("Es geht los" in page, "Entwurf" in page) == (True, True)
    assert (fresh(measure).state, fresh(update).published_by) == ("laeuft", person("redaktion"))


def test_a_report_that_is_taken_back_takes_its_status_along(office):
    measure = publish(create_measure())
    update = publish(create_update(measure, Status.objects.get(key="laeuft")))

    page = content(office.get(button(update, "withdraw")))
    office.post(button(update, "withdraw"))

    assert "und mit ihr der Status, den sie gesetzt hat" in page
    assert (fresh(measure).state, fresh(update).state) == ("unbekannt", "taken_back")


@pytest.mark.parametrize("role", ACCOUNTS)
def test_who_may_press_which_button(signed_in, role, department):
    own, other = publish(create_measure(900, responsible=department)), publish(create_measure(901))
    updates = create_update(own), create_update(other)
    draft = create_measure(902, contact=department)
    expected = {"redaktion": [302, 302, 302], "admin": [302, 302, 302], "fachstelle": [302, 403, 403]}
    client = signed_in(role)

    asked = [client.get(button(thing, "publish")).status_code for thing in (*updates, draft)]
    found = [client.post(button(thing, "publish")).status_code for thing in (*updates, draft)]

    assert found == expected.get(role, [403, 403, 403])
    assert asked == [200 if code == 302 else 403 for code in found]
    assert [fresh(update).state == "published" for update in updates] == [code == 302 for code in found[:2]]


@pytest.mark.parametrize("role", ACCOUNTS)
def test_who_may_open_the_page_of_a_button(signed_in, role, department):
    own, other = publish(create_measure(900, responsible=department)), publish(create_measure(901))
    things = create_update(own), create_update(other), own
    expected = {"redaktion": [200, 200, 200], "admin": [200, 200, 200], "fachstelle": [200, 403, 403]}
    client = signed_in(role)

    found = [client.get(button(thing, "publish")).status_code for thing in things]

    assert found == expected.get(role, [403, 403, 403])


# Updates --------------------------------------------------------------------------------------------------------------


def test_what_is_public_keeps_its_reason(office):
    update = publish(create_update(publish(create_measure()), Status.objects.get(key="laeuft")))

    response = office.post(change_of(update), form_of(office, change_of(update)) | {"plain_de": "\u200b"})

    assert (response.status_code, fresh(update).plain_de) == (422, "Das ist der Grund.")
    assert "Die Begründung fehlt." in content(response)


def test_a_public_report_does_not_finish_a_measure_that_has_not_answered_again(office):
    measure = publish(create_measure())
    update = publish(create_update(measure))
    data = form_of(office, change_of(update)) | {"status": Status.objects.get(key="abgeschlossen").pk}

    refused = office.post(change_of(update), data)
    answer(measure, ThemeAnswer.Phase.FINISHED)
    accepted = office.post(change_of(update), data)

    assert (refused.status_code, accepted.status_code) == (422, 302)
    assert content(refused).count("Die Antwort nach dem Abschluss zum Querschnittsthema") == 3
    assert fresh(measure).state == "abgeschlossen"


def test_an_edited_report_changes_the_measure_and_is_kept_as_a_difference(office):
    measure = publish(create_measure())
    update = publish(create_update(measure, Status.objects.get(key="geplant")))

    running = Status.objects.get(key="laeuft")
    office.post(change_of(update), form_of(office, change_of(update)) | {"status": running.pk})

    change = Change.objects.get(measure=measure, kind=Change.Kind.EDITED)
    assert fresh(measure).state == "laeuft"
    assert change.fields == {f"Meldung {update.pk}: neuer Status": ["Geplant", "Läuft"]}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"day": "01.12.2025"}, ("geplant", "2026-01-10")),  # now older than the other
        ({"day": "Q2 2026"}, ("laeuft", "2026-Q2")),
        ({"status": ""}, ("geplant", "2026-01-10")),
    ],
)
def test_the_day_and_the_status_of_a_public_report_are_followed(office, typed, told):
    measure = publish(create_measure())
    publish(create_update(measure, Status.objects.get(key="geplant"), day="2026-01-10"))
    update = publish(create_update(measure, Status.objects.get(key="laeuft"), day="2026-03-15"))

    response = office.post(change_of(update), form_of(office, change_of(update)) | typed)

    measure = fresh(measure)
    assert (response.status_code, measure.state, str(measure.status_day)) == (302, *told)
    assert fresh(update).state == "published"


def test_a_report_that_is_edited_as_a_draft_changes_nothing_of_its_measure(office):
    measure = publish(create_measure())
    update = create_update(measure)
    running = Status.objects.get(key="laeuft")

    office.post(change_of(update), form_of(office, change_of(update)) | {"status": running.pk})

    assert (fresh(update).status, fresh(measure).status) == (running, None)


def test_only_drafts_of_reports_are_deleted(office):
    measure = publish(create_measure())
    updates = create_update(measure), withdraw(publish(create_update(measure)))

    answers = [
        office.post(reverse("admin:measures_update_delete", args=[update.pk]), {"post": "yes"}).status_code
        for update in updates
    ]

    assert answers == [302, 403]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"day": "31.02.2026"}, "„31.02.2026“ ist kein Zeitpunkt."),
        ({"plain_de": ""}, "Dieses Feld ist zwingend erforderlich."),
        ({"link": "javascript:alert(1)"}, "Bitte eine gültige Adresse eingeben."),
        ({"measure": "99999"}, "Bitte eine gültige Auswahl treffen."),
    ],
)
def test_a_wrong_report_is_told_and_not_lost(office, values, sentence):
    address = f"{reverse('admin:measures_update_add')}?measure={create_measure().pk}"
    data = form_of(office, address) | {"title_de": "Getippt", "plain_de": "Grund"} | values

    response = office.post(address, data)

    assert (response.status_code, Update.objects.filter(title_de="Getippt").count()) == (422, 0)
    assert (sentence in content(response), 'value="Getippt"' in content(response)) == (True, True)


# Departments ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def reporter(signed_in, department):
    return signed_in("fachstelle")


def test_a_department_lists_its_own_measures_and_reports(reporter, department):
    below = create_unit("90.1", parent=department)
    own = create_measure(900, responsible=department), create_measure(901, contact=below)
    other = create_measure(902, title_de="Fremder Titel")
    updates = [create_update(measure) for measure in (*own, other)]

    listed = reporter.get(reverse("admin:measures_update_changelist")).context["cl"].result_list

    assert numbers(reporter) == [900, 901]
    assert {update.pk for update in listed} == {update.pk for update in updates[:2]}


def test_the_measures_of_others_are_closed_to_a_department(reporter):
    other = create_measure(title_de="Fremder Titel")
    update = create_update(other, title_de="Fremde Meldung")
    before = rows()

    for address in (
        change_of(other),
        change_of(update),
        reverse("admin:measures_measure_history", args=[other.pk]),
        reverse("admin:measures_update_history", args=[update.pk]),
        f"{reverse('admin:measures_update_add')}?measure={other.pk}",
        reverse("admin:autocomplete") + "?app_label=measures&model_name=update&field_name=measure&term=Fremd",
        reverse("admin:measure_gaps"),
    ):
        response = reporter.get(address, follow=True)
        assert "Fremde" not in content(response), address
        reporter.post(address, {"title_de": "Übernommen"})

    assert rows() == before


def test_a_department_writes_dates_steps_money_answers_and_nothing_else(reporter, department):
    measure = create_measure(answers=False, responsible=department)
    theme = CrossCuttingTheme.objects.get(number=1)
    data = form_of(reporter, change_of(measure))
    data |= {"planned_end": "2028", "title_de": "Anderer Titel", "number": "950", "kind": "open", "responsible": ""}
    data = with_row(data, "answers", theme=theme.pk, phase="planned", plain_de="Geprüft.")
    data = with_row(data, "milestones", title_de="Träger gefunden", due="03/2027", published="on")
    data = with_row(data, "budgets", year=2027, kind="running", source="fund", planned="1")

    response = reporter.post(change_of(measure), data)

    measure = fresh(measure)
    assert response.status_code == 302
    assert (str(measure.planned_end), measure.title_de, measure.number) == ("2028", "Maßnahme 900", 900)
    assert (measure.kind, measure.responsible) == ("unknown", department)
    assert [each.count() for each in (measure.answers, measure.milestones, measure.budgets)] == [1, 1, 1]


def test_a_department_deletes_nothing(reporter, department):
    measure = create_measure(responsible=department)
    step = Milestone(measure=measure, title_de="Schritt", due=Period.read("2027"))
    step.save()
    update = create_update(measure)
    data = form_of(reporter, change_of(measure))

    reporter.post(change_of(measure), data | {"milestones-0-DELETE": "on", "answers-0-DELETE": "on"})
    for thing in (measure, update):
        address = reverse(f"admin:measures_{thing._meta.model_name}_delete", args=[thing.pk])
        assert reporter.post(address, {"post": "yes"}).status_code == 403

    assert (measure.milestones.count(), measure.answers.count(), measure.updates.count()) == (1, 3, 1)


def test_what_belongs_to_the_measures_of_others_is_closed_to_a_department(person, department, rf):
    own, other = create_measure(900, responsible=department), create_measure(901)
    request = rf.get("/")
    request.user = person("fachstelle")

    for model in (AnswerInline, MilestoneInline, BudgetInline):
        inline = model(Measure, admin.site)
        may = [
            [inline.has_add_permission(request, measure), inline.has_change_permission(request, measure)]
            for measure in (own, other)
        ]
        assert may == [[True, True], [False, False]]
        assert inline.has_delete_permission(request, own) is False


def test_a_department_reports_on_its_own_measures_only(reporter, department):
    own, other = create_measure(900, responsible=department), create_measure(901)
    address = reverse("admin:measures_update_add")
    data = form_of(reporter, address) | {"title_de": "Es geht los", "plain_de": "Grund"}

    answers = [reporter.post(address, data | {"measure": measure.pk}).status_code for measure in (own, other)]

    assert (answers, own.updates.count(), other.updates.count()) == ([302, 422], 1, 0)


def test_a_department_makes_no_measures_and_no_bulk_edits(reporter, department):
    measure = create_measure(responsible=department)

    answers = [
        reporter.get(reverse("admin:measures_measure_add")).status_code,
        reporter.post(reverse("admin:measures_bulk"), {"massnahmen": measure.pk, "kind": "open"}).status_code,
        reporter.get(reverse("admin:measures_release_changelist")).status_code,
        reporter.get(reverse("admin:measures_status_add")).status_code,
    ]

    assert answers == [403, 403, 200, 403]


@pytest.mark.parametrize(
    "role", ["team1", "leitung", "gremium1", "vorsitz", "ausschuss", "finanzen", "uebersetzung-tr"]
)
def test_others_read_and_write_nothing(signed_in, role):
    measure = publish(create_measure())
    update, client, before = create_update(measure), signed_in(role), rows()
    before = rows()

    read = [client.get(address).status_code for address in (reverse(LIST), change_of(measure), change_of(update))]
    written = [
        client.post(address, {"title_de": "Neu"}).status_code for address in (change_of(measure), change_of(update))
    ]

    assert (read, written) == ([200, 200, 200], [403, 403])
    assert rows() == before


def test_those_without_the_right_see_nothing(signed_in):
    measure, client = create_measure(), signed_in("datenschutz")

    assert [client.get(address).status_code for address in (reverse(LIST), change_of(measure))] == [403, 403]


# Several at once ------------------------------------------------------------------------------------------------------

BULK = "admin:measures_bulk"
WRITE = {"schreiben": "1"}


def chosen(*measures):
    return {"massnahmen": ",".join(str(measure.pk) for measure in measures)}


def test_the_action_leads_to_the_page_with_the_chosen_measures(office):
    measures = create_measure(900), create_measure(901)
    data = {"action": "change_several", "_selected_action": [measure.pk for measure in measures]}

    response = office.post(reverse(LIST), data, follow=True)

    assert "2 Maßnahmen sind ausgewählt." in content(response)
    assert ("900 Maßnahme 900" in content(response), "1 Maßnahmen der AG" in content(response)) == (True, False)


def test_what_would_change_is_shown_first_and_nothing_is_written(office):
    measures = create_measure(900), create_measure(901, kind="open")
    before = rows() | {"stamp": ContentStamp.objects.get().changed_at}

    page = content(office.post(reverse(BULK), chosen(*measures) | {"kind": "open"}))

    assert "900 Maßnahme 900</td><td>Art</td><td><del>nicht bekannt</del>" in page
    assert 'name="schreiben" value="1 Maßnahmen ändern"' in page
    assert '<input type="hidden" name="kind" value="open"' in page
    assert rows() | {"stamp": ContentStamp.objects.get().changed_at} == before


def test_all_chosen_measures_are_changed_together(office, person):
    unit, group, district = create_unit("90"), TargetGroup.objects.first(), District.objects.get(number=1)
    measures = create_measure(900), create_measure(901)
    other_district = District.objects.get(number=2)
    measures[0].districts.add(other_district)
    values = {"responsible": unit.pk, "area": "districts", "districts": [district.pk], "target_groups": [group.pk]}

    response = office.post(reverse(BULK), chosen(*measures) | values | WRITE)

    assert response.status_code == 302
    for measure in map(fresh, measures):
        assert (measure.responsible, measure.area, measure.kind) == (unit, "districts", "unknown")
        assert list(measure.target_groups.all()) == [group]
        change = Change.objects.get(measure=measure)
        assert (change.by, change.fields["verantwortliche Stelle"]) == (person("redaktion"), ["", "Stelle 90"])
    assert set(measures[0].districts.all()) == {district, other_district}


def test_one_measure_that_does_not_fit_keeps_all_as_they_are(office):
    good, bad = create_measure(900), create_measure(901)
    goal = Goal.objects.filter(field__number=3).first()
    Measure.objects.filter(pk=bad.pk).update(goal=goal)
    before = rows()

    response = office.post(reverse(BULK), chosen(good, bad) | {"kind": "open"} | WRITE)

    assert response.status_code == 422
    assert "<li>901 Maßnahme 901: Dieses Ziel gehört zu einem anderen Handlungsfeld.</li>" in content(response)
    assert rows() == before


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({}, "Bitte wählen Sie mindestens einen Wert, der sich ändern soll."),
        ({"kind": "sonstwas"}, "Bitte eine gültige Auswahl treffen."),
        ({"districts": ["999"]}, "Bitte eine gültige Auswahl treffen."),
        ({"responsible": "x"}, "Bitte eine gültige Auswahl treffen."),
    ],
)
def test_wrong_values_are_told(office, values, sentence):
    measure = create_measure()

    response = office.post(reverse(BULK), chosen(measure) | values | WRITE)

    assert (response.status_code, sentence in content(response)) == (422, True)


@pytest.mark.parametrize("asked", ["", "x", "0", "9" * 40, ",,"])
def test_nothing_chosen_leads_back_to_the_list(office, asked):
    response = office.get(reverse(BULK) + f"?massnahmen={asked}")

    assert (response.status_code, response["Location"]) == (302, reverse(LIST))


def test_too_many_at_once_are_refused(office, monkeypatch):
    monkeypatch.setattr("measures.admin.MOST_AT_ONCE", 2)
    data = {"action": "change_several", "_selected_action": list(Measure.objects.values_list("pk", flat=True)[:3])}

    response = office.post(reverse(LIST), data, follow=True)

    assert "Höchstens 2 Maßnahmen auf einmal." in content(response)


# Words, papers, views -------------------------------------------------------------------------------------------------


def test_a_status_that_means_something_else_takes_its_measures_along(office):
    measure = publish(create_measure())
    status = Status.objects.get(key="laeuft")
    publish(create_update(measure, status))

    office.post(change_of(status), form_of(office, change_of(status)) | {"state": "zurueckgestellt"})

    assert fresh(measure).state == "zurueckgestellt"


def test_a_status_in_use_is_not_deleted(office):
    status = Status.objects.get(key="laeuft")
    publish(create_update(publish(create_measure()), status))

    response = office.post(reverse("admin:measures_status_delete", args=[status.pk]), {"post": "yes"})

    assert (response.status_code, Status.objects.filter(pk=status.pk).exists()) == (200, True)
    assert "Meldung" in content(response)


def test_opening_a_view_is_signed_and_moves_the_content_stamp(office, person):
    before = ContentStamp.objects.get().changed_at

    office.post(reverse("admin:measures_disclosure_add"), {"view": "punctuality"})

    disclosure = Disclosure.objects.get()
    assert (disclosure.view, disclosure.by) == ("punctuality", person("redaktion"))
    assert ContentStamp.objects.get().changed_at > before


def test_every_model_of_the_measures_has_its_place_in_the_office():
    inline = {ThemeAnswer, Milestone, Budget, ReleaseItem}
    shown = {model for model in admin.site._registry if model._meta.app_label == "measures"} | inline

    assert {Measure, Update, Status, TargetGroup, Proposal, Release, Disclosure} <= shown
    assert admin.site._registry[CouncilPaper].search_fields == ["number", "title"]
