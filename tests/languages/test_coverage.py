import pytest

from strategy.models import ActionField, Goal, Guideline, Subtopic
from tests.languages.factories import create_guideline, grant, unit
from wir.about.models import AccessibilityGap, SiteText
from wir.languages import registry
from wir.languages.coverage import Coverage, coverage, public_querysets, translated_models
from wir.languages.models import SourceText, TranslationUnit
from wir.languages.writing import review

pytestmark = pytest.mark.django_db


def coverage_of(*guidelines):
    """Coverage of these guidelines, by language code."""
    numbers = [guideline.pk for guideline in guidelines]
    return {each.language.code: each for each in coverage([Guideline.objects.filter(pk__in=numbers)])}


def test_there_is_one_row_per_public_language_other_than_german():
    found = [each.language.code for each in coverage([])]

    assert found == ["de-simple", "en", "tr", "ar", "fa", "uk", "ru", "pl", "fr", "es", "ku"]


def test_no_objects_have_no_texts():
    found = coverage([])[0]

    assert found == Coverage(registry.SIMPLE, texts=0, translated=0, reviewed=0, outdated=0)


def test_texts_and_translations_are_counted_field_by_field():
    one = create_guideline(plain_de="Wir.", title_tr="Birlikte", plain_tr="Biz.")
    two = create_guideline(number=91, title_tr="Başka", title_pl="Inne")

    found = coverage_of(one, two)

    assert found["tr"] == Coverage(registry.get("tr"), texts=3, translated=3, reviewed=0, outdated=0)
    assert found["pl"] == Coverage(registry.get("pl"), texts=3, translated=1, reviewed=0, outdated=0)
    assert found["ku"] == Coverage(registry.get("ku"), texts=3, translated=0, reviewed=0, outdated=0)
    assert [found[code].missing for code in ("tr", "pl", "ku")] == [0, 2, 3]


def test_texts_of_objects_that_were_not_asked_for_are_not_counted():
    one = create_guideline(title_tr="Birlikte")
    create_guideline(number=91, title_tr="Başka")

    found = coverage_of(one)["tr"]

    assert (found.texts, found.translated) == (1, 1)


def test_texts_of_another_kind_with_the_same_number_are_not_counted():
    guideline = create_guideline(pk=90_000, title_tr="Birlikte")
    field = ActionField.objects.get(number=1)
    Subtopic(pk=90_000, field=field, number=90, title_de="Anderes", title_tr="Başka").save()

    found = coverage_of(guideline)["tr"]

    assert (found.texts, found.translated) == (1, 1)


def test_a_blank_german_text_is_no_text():
    guideline = create_guideline(plain_de=" ")

    assert coverage_of(guideline)["tr"].texts == 1


def test_reviewed_translations_are_counted(person):
    guideline = create_guideline(plain_de="Wir.", title_tr="Birlikte", plain_tr="Biz.")
    review(unit(guideline, "tr"), by=person("pruefung-tr"))

    assert coverage_of(guideline)["tr"] == Coverage(registry.get("tr"), texts=2, translated=2, reviewed=1, outdated=0)


def test_outdated_translations_are_counted_until_the_change_is_undone():
    guideline = create_guideline(title_de="Zusammen", plain_de="Wir.", title_tr="Birlikte", plain_tr="Biz.")

    guideline.title_de = "Gemeinsam"
    guideline.save()
    changed = coverage_of(guideline)["tr"]
    guideline.title_de = "Zusammen"
    guideline.save()
    undone = coverage_of(guideline)["tr"]

    assert changed == Coverage(registry.get("tr"), texts=2, translated=2, reviewed=0, outdated=1)
    assert undone == Coverage(registry.get("tr"), texts=2, translated=2, reviewed=0, outdated=0)


def test_a_reviewed_and_outdated_translation_counts_as_both(person):
    guideline = create_guideline(title_ku="Bi hev re")
    grant(person("pruefung-tr"), "ku", "review")
    review(unit(guideline, "ku"), by=person("pruefung-tr"))

    guideline.title_de = "Gemeinsam"
    guideline.save()

    assert coverage_of(guideline)["ku"] == Coverage(registry.get("ku"), texts=1, translated=1, reviewed=1, outdated=1)


@pytest.mark.parametrize("state", ["draft", "in_translation"])
def test_what_is_not_ready_to_be_shown_counts_as_missing(state):
    guideline = create_guideline(title_tr="Birlikte")
    TranslationUnit.objects.filter(pk=unit(guideline, "tr").pk).update(state=state)

    found = coverage_of(guideline)["tr"]

    assert (found.translated, found.missing) == (0, 1)


def test_every_translated_model_is_counted():
    names = sorted(model._meta.label_lower for model in translated_models())

    assert names == [
        "about.accessibilitygap",
        "about.sitetext",
        "fund.call",
        "fund.otherpot",
        "fund.refusalreason",
        "fund.ruleset",
        "measures.measure",
        "measures.milestone",
        "measures.proposal",
        "measures.status",
        "measures.targetgroup",
        "measures.themeanswer",
        "measures.update",
        "strategy.actionfield",
        "strategy.agendaitem",
        "strategy.body",
        "strategy.chapter",
        "strategy.crosscuttingtheme",
        "strategy.focuspoint",
        "strategy.goal",
        "strategy.guideline",
        "strategy.meeting",
        "strategy.minutesentry",
        "strategy.priority",
        "strategy.subtopic",
    ]
    assert [objects.model for objects in public_querysets()] == translated_models()


def test_only_public_texts_are_counted():
    before = coverage()[0].texts
    create_guideline(plain_de="Wir.")

    create_guideline(number=91, published=False)

    assert coverage()[0].texts == before + 2


def test_what_belongs_to_an_unpublished_field_is_not_counted():
    before = coverage()[0].texts
    field = ActionField(number=90, title_de="Neu", published=False)
    field.save()

    Goal(field=field, number=1, title_de="Ziel", plain_de="Ein Ziel.", source="Test").save()

    assert coverage()[0].texts == before


def test_the_content_pack_is_complete_in_every_language():
    texts = SourceText.objects.count()

    found = coverage()

    assert texts > 200
    assert [(each.language.code, each.texts, each.missing) for each in found] == [
        (language.code, texts, 0) for language in registry.TRANSLATIONS
    ]


@pytest.mark.parametrize("number", [1, 3])
def test_coverage_takes_two_statements_however_much_there_is(number, django_assert_num_queries):
    for each in range(number):
        create_guideline(number=90 + each, title_tr="Birlikte")

    with django_assert_num_queries(2):
        found = coverage([Guideline.objects.filter(number__gte=90), SiteText.objects.none()])

    assert found[2].translated == number


def test_coverage_of_everything_takes_two_statements(django_assert_num_queries):
    AccessibilityGap.objects.first()

    with django_assert_num_queries(2):
        coverage()
