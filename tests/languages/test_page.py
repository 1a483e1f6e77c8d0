"""Where a page is available, which address search engines keep, and what its notice says."""

from datetime import UTC, datetime

import pytest
from django.utils import translation

from strategy.models import ActionField, Guideline, Subtopic
from tests.languages.factories import create_guideline, every_title, grant, unit
from wir.languages import registry
from wir.languages.models import Origin, SourceText, TranslationUnit
from wir.languages.page import Notice, Page, translation_states
from wir.languages.writing import review, save_translation

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 2, 29, 12, 0, tzinfo=UTC)
CODES = [language.code for language in registry.LANGUAGES]


def page_of(*guidelines, fields=("title",)):
    """A page that cannot do without these guidelines, and shows them."""
    return Page(
        title="Seite",
        required=[Guideline.objects.filter(pk__in=[each.pk for each in guidelines])],
        shown=[(each, field) for each in guidelines for field in fields],
    )


def codes(page):
    return [language.code for language in page.languages]


def notice_of(page, code):
    with translation.override(code):
        return page.notice


def reviewed(guideline, *languages, by):
    """Have these translations reviewed, so that their readers need no label."""
    for language in languages:
        grant(by, language, "review")
        review(unit(guideline, language), by=by)


# Availability -------------------------------------------------------------------------------------------------------


def test_a_page_of_interface_texts_is_available_in_every_language():
    assert codes(Page(title="Seite")) == CODES


def test_a_page_is_available_where_all_its_texts_are():
    guideline = create_guideline(plain_de="Wir.", title_tr="Birlikte", plain_tr="Biz.", title_pl="Razem")

    assert codes(page_of(guideline)) == ["de", "tr"]


def test_a_page_with_all_texts_is_available_in_all_languages():
    guideline = create_guideline(**every_title())

    assert codes(page_of(guideline)) == CODES


def test_each_object_of_a_page_is_needed():
    one, two = create_guideline(title_tr="Bir", title_en="One"), create_guideline(number=91, title_tr="İki")

    assert codes(page_of(one, two)) == ["de", "tr"]


def test_a_second_text_in_one_object_does_not_stand_in_for_one_missing_in_another():
    """Counting must not be fooled: two of three texts are there, though of one object both."""
    one = create_guideline(plain_de="Wir.", title_tr="Bir", plain_tr="Biz.")
    two = create_guideline(number=91)

    assert codes(page_of(one, two)) == ["de"]


def test_each_kind_of_object_of_a_page_is_needed():
    guideline, field = create_guideline(title_tr="Birlikte"), ActionField(number=90, title_de="Neu", title_pl="Nowe")
    field.save()
    page = Page(
        title="Seite",
        required=[Guideline.objects.filter(pk=guideline.pk), ActionField.objects.filter(pk=field.pk)],
    )

    assert codes(page) == ["de"]


def test_german_is_available_even_where_its_text_is_missing():
    assert codes(page_of(create_guideline(title_de=""))) == CODES


def test_a_subtopic_without_a_name_hides_no_language():
    named = Subtopic.objects.filter(field__number=1).exclude(title_de="").exclude(title_de=None)
    page = Page(title="Seite", required=[Subtopic.objects.filter(field__number=1)])

    assert Subtopic.objects.filter(field__number=1).count() > named.count()
    assert codes(page) == CODES


@pytest.mark.parametrize(
    ("state", "available"), [("draft", ["de"]), ("in_translation", ["de"]), ("needs_review", ["de", "tr"])]
)
def test_an_unfinished_translation_makes_no_page_available(state, available):
    guideline = create_guideline(title_tr="Birlikte")
    TranslationUnit.objects.filter(pk=unit(guideline, "tr").pk).update(state=state)

    assert codes(page_of(guideline)) == available


def test_an_outdated_translation_keeps_its_page_available():
    guideline = create_guideline(title_tr="Birlikte")
    guideline.title_de = "Gemeinsam"
    guideline.save()

    assert codes(page_of(guideline)) == ["de", "tr"]


def test_a_new_german_text_makes_its_page_unavailable_until_it_is_translated():
    guideline = create_guideline(title_tr="Birlikte")
    guideline.plain_de = "Wir."
    guideline.save()
    before = codes(page_of(guideline))

    save_translation(guideline, "tr", {"plain": "Biz."}, origin=Origin.HUMAN, by=None)

    assert (before, codes(page_of(guideline))) == (["de"], ["de", "tr"])


def test_the_texts_shown_beside_do_not_decide():
    needed, beside = create_guideline(title_tr="Birlikte"), create_guideline(number=91)
    page = Page(title="Seite", required=[Guideline.objects.filter(pk=needed.pk)], shown=[(beside, "title")])

    assert codes(page) == ["de", "tr"]


def test_a_page_knows_whether_it_is_available_in_the_reader_s_language():
    page = page_of(create_guideline(title_tr="Birlikte"))

    with translation.override("tr"):
        turkish = page.is_available
    with translation.override("pl"):
        polish = page.is_available

    assert (turkish, polish) == (True, False)


@pytest.mark.parametrize("number", [1, 3])
def test_the_states_of_a_page_take_one_statement(number, django_assert_num_queries):
    made = [create_guideline(number=90 + each, **every_title()) for each in range(number)]
    page = page_of(*made)

    with django_assert_num_queries(1), translation.override("tr"):
        found = (len(page.languages), page.is_available, page.canonical_language.code, page.notice.unreviewed)

    assert found == (12, True, "tr", True)


def test_a_page_of_interface_texts_asks_the_database_nothing(django_assert_num_queries):
    with django_assert_num_queries(0), translation.override("tr"):
        page = Page(title="Seite")
        found = (len(page.languages), bool(page.notice))

    assert found == (12, False)


def test_the_states_are_counts_by_language(person):
    guideline = create_guideline(plain_de="Wir.", title_tr="Birlikte", plain_tr="Biz.", title_ku="Bi hev re")
    reviewed(guideline, "ku", by=person("pruefung-tr"))
    guideline.title_de = "Gemeinsam"
    guideline.save()

    states = translation_states([Guideline.objects.filter(pk=guideline.pk)])

    found = {code: (each.shown, each.machine, each.unreviewed, each.late) for code, each in states.per_language.items()}
    assert found == {"de": (2, 0, 0, 0), "tr": (2, 0, 2, 1), "ku": (1, 0, 0, 1)}


# Canonical language -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "reader", "canonical"),
    [
        ("tr", "tr", "tr"),
        ("tr", "de", "de"),
        ("tr", "pl", "de"),
        ("en", "ar", "en"),
        ("en", "fa", "en"),
        ("en", "uk", "en"),
        ("en", "tr", "de"),
        ("en", "ku", "de"),
        ("tr", "ar", "de"),
        ("en", "de-simple", "de"),
        ("de_simple", "de-simple", "de-simple"),
        ("de_simple", "de", "de"),
    ],
)
def test_search_engines_keep_the_language_the_texts_are_really_in(there, reader, canonical):
    page = page_of(create_guideline(**{f"title_{there}": "da"}))

    with translation.override(reader):
        found = page.canonical_language.code

    assert found == canonical


# Notice -------------------------------------------------------------------------------------------------------------


def test_a_german_page_has_no_notice_whatever_the_translations_are_like():
    guideline = create_guideline(title_tr="Birlikte")
    guideline.title_de = "Gemeinsam"
    guideline.save()

    notice = notice_of(page_of(guideline), "de")

    assert notice == Notice()
    assert not notice


def test_a_reviewed_translation_needs_no_notice(person):
    guideline = create_guideline(title_tr="Birlikte")
    review(unit(guideline, "tr"), by=person("pruefung-tr"))

    notice = notice_of(page_of(guideline), "tr")

    assert notice == Notice()
    assert not notice


def test_a_translation_nobody_checked_is_labelled():
    guideline = create_guideline(title_tr="Birlikte")

    notice = notice_of(page_of(guideline), "tr")

    assert notice == Notice(unreviewed=True)
    assert notice


def test_a_machine_s_translation_is_labelled_as_one():
    guideline = create_guideline()
    save_translation(guideline, "tr", {"title": "Makine"}, origin=Origin.MACHINE, by=None)

    notice = notice_of(page_of(guideline), "tr")

    assert notice == Notice(machine=True, unreviewed=True)


def test_a_machine_s_translation_that_a_person_reviewed_is_labelled_no_longer(person):
    guideline = create_guideline()
    save_translation(guideline, "tr", {"title": "Makine"}, origin=Origin.MACHINE, by=None)
    review(unit(guideline, "tr"), by=person("pruefung-tr"))

    notice = notice_of(page_of(guideline), "tr")

    assert notice == Notice()


def test_the_label_of_one_language_is_not_shown_in_another(person):
    guideline = create_guideline(title_ku="Bi hev re")
    save_translation(guideline, "tr", {"title": "Makine"}, origin=Origin.MACHINE, by=None)
    reviewed(guideline, "ku", by=person("pruefung-tr"))

    notice = notice_of(page_of(guideline), "ku")

    assert notice == Notice()


def test_a_missing_text_is_announced_with_the_languages_it_is_shown_in():
    page = page_of(create_guideline(title_en="Together"), create_guideline(number=91))

    notice = notice_of(page, "fa")

    assert notice == Notice(fallback=(registry.get("en"), registry.SOURCE), missing=True)


def test_each_language_of_the_fallbacks_is_named_once():
    page = page_of(create_guideline(), create_guideline(number=91), create_guideline(number=92))

    notice = notice_of(page, "tr")

    assert notice == Notice(fallback=(registry.SOURCE,), missing=True)


def test_a_text_beside_the_page_s_own_may_fall_back_without_the_page_being_missing(person):
    needed, beside = create_guideline(title_tr="Birlikte"), create_guideline(number=91)
    review(unit(needed, "tr"), by=person("pruefung-tr"))
    page = Page(
        title="Seite",
        required=[Guideline.objects.filter(pk=needed.pk)],
        shown=[(needed, "title"), (beside, "title")],
    )

    notice = notice_of(page, "tr")

    assert notice == Notice(fallback=(registry.SOURCE,))


def test_a_text_without_german_is_no_fallback():
    page = page_of(create_guideline(title_de="", plain_de="Wir."), fields=("title",))

    notice = notice_of(page, "tr")

    assert notice.fallback == ()


def test_a_changed_german_text_is_announced_with_the_day_it_changed(person):
    guideline = create_guideline(title_tr="Birlikte")
    review(unit(guideline, "tr"), by=person("pruefung-tr"))

    save_translation(guideline, "de", {"title": "Gemeinsam"}, origin=Origin.HUMAN, by=None, now=LONG_AGO)

    assert notice_of(page_of(guideline), "tr") == Notice(outdated_since=LONG_AGO)


def test_a_change_that_was_undone_is_not_announced(person):
    guideline = create_guideline(title_de="Zusammen", title_tr="Birlikte")
    review(unit(guideline, "tr"), by=person("pruefung-tr"))

    for title in ("Gemeinsam", "Zusammen"):
        save_translation(guideline, "de", {"title": title}, origin=Origin.HUMAN, by=None)

    assert notice_of(page_of(guideline), "tr") == Notice()


def test_of_several_changes_the_last_one_is_announced(person):
    guideline = create_guideline(plain_de="Wir.", title_tr="Birlikte", plain_tr="Biz.")
    for field in ("title", "plain"):
        review(unit(guideline, "tr", field), by=person("pruefung-tr"))
    later = datetime(2021, 5, 1, 12, 0, tzinfo=UTC)

    save_translation(guideline, "de", {"plain": "Wir alle."}, origin=Origin.HUMAN, by=None, now=later)
    save_translation(guideline, "de", {"title": "Gemeinsam"}, origin=Origin.HUMAN, by=None, now=LONG_AGO)

    assert notice_of(page_of(guideline), "tr") == Notice(outdated_since=later)


def test_changes_of_texts_that_are_not_outdated_date_nothing(person):
    guideline = create_guideline(title_tr="Birlikte", plain_de="Wir.", plain_tr="Biz.")
    for field in ("title", "plain"):
        review(unit(guideline, "tr", field), by=person("pruefung-tr"))
    save_translation(guideline, "de", {"title": "Gemeinsam"}, origin=Origin.HUMAN, by=None, now=LONG_AGO)

    SourceText.objects.filter(object_id=guideline.pk, model="strategy.guideline", field="plain").update(
        changed_at=datetime(2025, 1, 1, tzinfo=UTC)
    )

    assert notice_of(page_of(guideline), "tr").outdated_since == LONG_AGO


def test_leichte_sprache_always_says_that_it_is_simple(person):
    guideline = create_guideline(title_de_simple="Leicht")
    reviewed(guideline, "de-simple", by=person("pruefung-tr"))

    notice = notice_of(page_of(guideline), "de-simple")

    assert notice == Notice(simple=True)
    assert notice


def test_leichte_sprache_says_that_a_text_is_missing_and_falls_back_to_nothing():
    notice = notice_of(page_of(create_guideline()), "de-simple")

    assert notice == Notice(missing=True, simple=True)
