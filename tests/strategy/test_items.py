"""The parts of the strategy: their order, their visibility, their addresses."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import translation

from strategy.models import (
    ActionField,
    Chapter,
    CrossCuttingTheme,
    FocusPoint,
    Goal,
    Guideline,
    Priority,
    SourceDocument,
    Subtopic,
    Wording,
)
from wir.languages.models import ContentStamp, SourceText

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def german():
    with translation.override("de"):
        yield


def subtopic(label):
    field, number = label.split(".")
    return Subtopic.objects.get(field__number=field, number=number)


def near(item):
    return [each.label or each.slug for each in type(item).objects.public().neighbours(item)]


# What the database refuses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Guideline, Priority, CrossCuttingTheme, ActionField])
def test_a_number_is_given_once(model):
    second = model(number=1, title_de="Noch einmal")

    with pytest.raises(ValidationError):
        second.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        second.save()


@pytest.mark.parametrize("model", [Goal, Subtopic])
def test_a_number_is_given_once_in_each_field(model):
    fields = {field.number: field for field in ActionField.objects.all()}
    model.objects.create(field=fields[2], number=9, title_de="Neun im zweiten Feld")
    model.objects.create(field=fields[3], number=9, title_de="Neun im dritten Feld")

    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(field=fields[2], number=9, title_de="Noch einmal")


def test_a_focus_point_has_its_number_once_in_its_subtopic():
    first = subtopic("4.1")
    FocusPoint.objects.create(field=first.field, subtopic=first, number=9, title_de="Neun")

    with pytest.raises(IntegrityError), transaction.atomic():
        FocusPoint.objects.create(field=first.field, subtopic=first, number=9, title_de="Noch einmal")


def test_a_focus_point_without_subtopic_has_its_number_once_in_its_field():
    field = ActionField.objects.get(number=6)
    FocusPoint.objects.create(field=field, number=9, title_de="Neun")

    with pytest.raises(IntegrityError), transaction.atomic():
        FocusPoint.objects.create(field=field, number=9, title_de="Noch einmal")


def test_a_chapters_address_is_given_once():
    with pytest.raises(IntegrityError), transaction.atomic():
        Chapter.objects.create(slug="finanzen", number=99, title_de="Noch einmal")


def test_a_document_of_a_kind_and_a_place_in_it_exist_once():
    paper = SourceDocument.objects.create(kind=SourceDocument.Kind.PAPER, title="Heft")
    Wording.objects.create(document=paper, key="guideline/1", text="Ein Satz.")

    with pytest.raises(IntegrityError), transaction.atomic():
        SourceDocument.objects.create(kind=SourceDocument.Kind.PAPER, title="Noch ein Heft")
    with pytest.raises(IntegrityError), transaction.atomic():
        Wording.objects.create(document=paper, key="guideline/1", text="Noch ein Satz.")


def test_a_field_with_subtopics_cannot_be_deleted():
    with pytest.raises(ProtectedError):
        ActionField.objects.get(number=2).delete()


def test_an_item_outlives_its_wording():
    paper = SourceDocument.objects.create(kind=SourceDocument.Kind.PAPER, title="Heft")
    wording = Wording.objects.create(document=paper, key="guideline/1", text="Ein Satz.")
    Guideline.objects.filter(number=1).update(official=wording)

    paper.delete()

    assert Guideline.objects.get(number=1).official is None


# Saving -------------------------------------------------------------------------------------------------------------


def test_saving_and_deleting_move_the_stamp_of_the_pages():
    stamps = [ContentStamp.objects.get().changed_at]

    goal = Goal.objects.get(field__number=1, number=1)
    goal.save()
    stamps.append(ContentStamp.objects.get().changed_at)
    goal.delete()
    stamps.append(ContentStamp.objects.get().changed_at)

    assert stamps == sorted(set(stamps))


def test_a_deleted_item_takes_the_rows_about_its_texts_with_it():
    goal = Goal.objects.get(field__number=1, number=1)
    about = SourceText.objects.filter(model="strategy.goal", object_id=goal.pk)
    before = about.count()

    goal.delete()

    assert (before, about.count()) == (2, 0)


# Names --------------------------------------------------------------------------------------------------------------


def test_items_are_called_by_number_and_german_title():
    assert [
        str(Guideline.objects.get(number=4)),
        str(subtopic("2.3")),
        str(subtopic("1.2")),
        str(Chapter.objects.get(slug="finanzen")),
    ] == ["4 Lebendige Nachbarschaften ohne Angst", "2.3 Gesundheit", "1.2 (ohne Namen)", "Finanzen"]


def test_the_key_of_the_wording_names_an_item_across_documents():
    point = FocusPoint.objects.get(field__number=4, subtopic__number=3, number=2)
    task = FocusPoint.objects.get(field__number=6, subtopic=None, number=1)

    assert [
        item.wording_key
        for item in (
            Guideline.objects.get(number=6),
            Priority.objects.get(number=1),
            CrossCuttingTheme.objects.get(number=3),
            ActionField.objects.get(number=5),
            subtopic("2.3"),
            point,
            task,
            Chapter.objects.get(slug="kennzahlen"),
        )
    ] == [
        "guideline/6",
        "priority/1",
        "crosscuttingtheme/3",
        "actionfield/5",
        "subtopic/2.3",
        "focuspoint/4.3.2",
        "focuspoint/6.0.1",
        "chapter/kennzahlen",
    ]


def test_a_subtopic_without_a_name_is_in_no_list_of_named_ones():
    named = {item.label for item in Subtopic.objects.named().select_related("field")}

    assert named & {"1.1", "1.2", "1.3", "1.4", "4.7"} == set()
    assert (len(named), Subtopic.objects.count()) == (25, 30)
    assert (subtopic("1.1").is_named, subtopic("2.1").is_named) == (False, True)


def test_a_short_wording_is_shown_on_cards_and_a_long_one_is_not():
    texts = ["", "Ein Satz.", "x" * 320, "x" * 321, "Ein Absatz.\n\nNoch einer."]

    assert [Wording(text=text).short for text in texts] == ["", "Ein Satz.", "x" * 320, "", ""]


def test_a_document_is_named_with_its_edition_where_it_has_one():
    assert [str(SourceDocument(title="Heft", edition=edition)) for edition in ("Mai 2031", "")] == [
        "Heft, Mai 2031",
        "Heft",
    ]


# Order --------------------------------------------------------------------------------------------------------------


def test_neighbours_are_the_items_before_and_after():
    assert [near(Guideline.objects.get(number=number)) for number in (1, 4, 7)] == [["2"], ["3", "5"], ["6"]]


def test_neighbours_of_a_subtopic_are_in_its_field():
    assert [near(subtopic(label)) for label in ("2.1", "2.3", "2.6", "3.1")] == [
        ["2.2"],
        ["2.2", "2.4"],
        ["2.5"],
        ["3.2"],
    ]


def test_neighbours_of_a_chapter_follow_the_contents_list():
    assert near(Chapter.objects.get(slug="finanzen")) == ["wirksamkeitsanalysen", "uebergreifende-priorisierungen"]


def test_neighbours_pass_over_what_is_not_public():
    Guideline.objects.filter(number=5).update(published=False)

    assert near(Guideline.objects.get(number=4)) == ["3", "6"]


# Visibility ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [Guideline, Priority, CrossCuttingTheme, ActionField, Chapter])
def test_an_unpublished_item_is_not_public(model):
    item = model.objects.first()

    model.objects.filter(pk=item.pk).update(published=False)

    item.refresh_from_db()
    assert (item.is_public, model.objects.public().filter(pk=item.pk).exists()) == (False, False)
    assert model.objects.public().count() == model.objects.count() - 1


@pytest.mark.parametrize("model", [Goal, Subtopic, FocusPoint])
def test_an_unpublished_field_hides_what_belongs_to_it(model):
    ActionField.objects.filter(number=4).update(published=False)

    inside = model.objects.filter(field__number=4)
    assert (inside.count() > 0) is True
    assert inside.public().count() == 0
    assert {item.is_public for item in inside.select_related("field")} == {False}
    assert model.objects.public().count() == model.objects.exclude(field__number=4).count()


def test_an_unpublished_subtopic_hides_its_focus_points():
    Subtopic.objects.filter(field__number=4, number=1).update(published=False)

    points = FocusPoint.objects.filter(field__number=4, subtopic__number=1)
    assert points.count() == 4
    assert points.public().count() == 0
    assert {point.is_public for point in points} == {False}
    assert FocusPoint.objects.public().count() == 20


def test_an_unpublished_chapter_hides_its_sub_chapters():
    Chapter.objects.filter(slug="rahmenbedingungen-fuer-die-umsetzung").update(published=False)

    inside = Chapter.objects.filter(parent__slug="rahmenbedingungen-fuer-die-umsetzung")
    assert inside.count() == 5
    assert inside.public().count() == 0
    assert {chapter.is_public for chapter in inside} == {False}


def test_the_page_of_what_is_not_public_does_not_exist(client):
    Guideline.objects.filter(number=1).update(published=False)
    ActionField.objects.filter(number=2).update(published=False)

    paths = ["leitlinien/1/", "handlungsfelder/2-soziales/", "handlungsfelder/2/", "unterthemen/2.5-wohnen/"]
    assert [client.get(f"/de/{path}").status_code for path in paths] == [404] * 4


# Addresses ----------------------------------------------------------------------------------------------------------


def test_addresses_have_number_and_german_slug_in_every_language():
    items = [
        Guideline.objects.get(number=6),
        ActionField.objects.get(number=6),
        Goal.objects.get(field__number=1, number=4),
        subtopic("4.6"),
        subtopic("5.2"),
        FocusPoint.objects.get(field__number=4, subtopic__number=5, number=1),
        FocusPoint.objects.get(field__number=6, subtopic=None, number=2),
        Chapter.objects.get(slug="kennzahlen"),
    ]

    with translation.override("fa"):
        addresses = [item.get_absolute_url() for item in items]

    assert addresses == [
        "/fa/leitlinien/6/",
        "/fa/handlungsfelder/6-stadtverwaltung-und-interkulturelle-oeffnung/",
        "/fa/handlungsfelder/1-bildung/#ziel-4",
        "/fa/unterthemen/4.6-sport-machen-bewegung-ermoeglichen/",
        "/fa/unterthemen/5.2-existenzgruendung-und-unternehmerinnentum/",
        "/fa/unterthemen/4.5-produktive-orte-der-vielfalt/#schwerpunkt-1",
        "/fa/handlungsfelder/6-stadtverwaltung-und-interkulturelle-oeffnung/#schwerpunkt-2",
        "/fa/kapitel/kennzahlen/",
    ]


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("handlungsfelder/2/", "handlungsfelder/2-soziales/"),
        ("handlungsfelder/2-falsch/", "handlungsfelder/2-soziales/"),
        ("handlungsfelder/02-soziales/", "handlungsfelder/2-soziales/"),
        ("unterthemen/2.5/", "unterthemen/2.5-wohnen/"),
        ("unterthemen/2.5-falsch/", "unterthemen/2.5-wohnen/"),
        ("unterthemen/1.3/", "handlungsfelder/1-bildung/#ohne-namen"),
        ("unterthemen/4.7-irgendwas/", "handlungsfelder/4-stadtleben-und-kultur/#ohne-namen"),
        ("leitlinien/007/", "leitlinien/7/"),
        ("Handlungsfelder/2-Soziales/", "handlungsfelder/2-soziales/"),
    ],
)
def test_a_wrong_address_leads_to_the_right_one(client, path, target):
    response = client.get(f"/de/{path}")

    assert (response.status_code, response["Location"]) == (301, f"/de/{target}")


def test_a_redirect_keeps_the_question(client):
    response = client.get("/tr/unterthemen/2.5-falsch/?neben=de")

    assert (response.status_code, response["Location"]) == (301, "/tr/unterthemen/2.5-wohnen/?neben=de")


def test_a_renamed_item_keeps_its_old_address_by_redirect(client):
    field = ActionField.objects.get(number=2)
    field.title_de = "Soziales & Übergänge"
    field.save()

    old, new = client.get("/de/handlungsfelder/2-soziales/"), client.get("/de/handlungsfelder/2-soziales-uebergaenge/")

    assert (old.status_code, old["Location"]) == (301, "/de/handlungsfelder/2-soziales-uebergaenge/")
    assert new.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "leitlinien/0/",
        "leitlinien/8/",
        "leitlinien/99999999999999999999999/",
        "prioritaeten/3/",
        "querschnittsthemen/4/",
        "handlungsfelder/7-soziales/",
        "unterthemen/2.7/",
        "unterthemen/7.1/",
        "unterthemen/2/",
        "unterthemen/99999999999999999999999.1-x/",
        "kapitel/anhang/",
        "kapitel/2/",
    ],
)
def test_what_does_not_exist_answers_404(client, path):
    assert client.get(f"/de/{path}").status_code == 404
