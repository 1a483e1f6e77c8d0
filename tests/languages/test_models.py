"""What is recorded about texts by whoever saves them, what counts as outdated, and what a list loads."""

import re
from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from strategy.models import ActionField, Guideline, Subtopic
from tests.languages.factories import create_guideline, every_title, fresh, grant, outdated, unit, units
from wir.languages import registry
from wir.languages.models import ContentStamp, Origin, SourceText, TranslationUnit, record_texts
from wir.languages.text import fingerprint, tr
from wir.languages.writing import review, save_translation

pytestmark = pytest.mark.django_db
TRANSLATED = sorted(language.code for language in registry.TRANSLATIONS)
LONG_AGO = datetime(2020, 2, 29, 12, 0, tzinfo=UTC)


def sources(obj):
    return SourceText.objects.filter(model=obj._meta.label_lower, object_id=obj.pk)


# Recording ----------------------------------------------------------------------------------------------------------


def test_a_text_written_around_the_service_gets_a_unit():
    guideline = create_guideline(title_de="Zusammen")

    guideline.title_tr = "Birlikte"
    guideline.save()

    turkish = unit(guideline, "tr")
    assert (turkish.origin, turkish.state, turkish.job) == (Origin.HUMAN, TranslationUnit.State.NEEDS_REVIEW, "")
    assert (turkish.source_language, turkish.source_text) == ("de", "Zusammen")
    assert turkish.source_hash == fingerprint("Zusammen")
    assert turkish.target_hash == fingerprint("Birlikte")
    assert turkish.outdated is False


def test_a_new_object_gets_a_row_for_each_text_and_each_translation():
    guideline = create_guideline(**every_title())

    assert sorted(language for _field, language in units(guideline)) == TRANSLATED
    assert [(source.field, source.hash) for source in sources(guideline)] == [("title", fingerprint("title de"))]


def test_saving_again_without_a_change_writes_nothing_about_texts():
    guideline = create_guideline(title_de="Zusammen", title_tr="Birlikte")
    TranslationUnit.objects.filter(source__in=sources(guideline)).update(translated_at=LONG_AGO, job="alt")
    sources(guideline).update(changed_at=LONG_AGO, job="alt")

    fresh(guideline).save()

    assert (unit(guideline, "tr").translated_at, unit(guideline, "tr").job) == (LONG_AGO, "alt")
    assert sources(guideline).values_list("changed_at", "job").get() == (LONG_AGO, "alt")


def test_blanking_a_text_removes_its_unit_and_leaves_the_others():
    guideline = create_guideline(title_de="Zusammen", title_tr="Birlikte", title_pl="Razem")

    guideline.title_tr = " \u200b"
    guideline.save()

    assert list(units(guideline)) == [("title", "pl")]


def test_a_withdrawn_german_text_keeps_its_rows_but_wants_no_translation_any_more():
    guideline = create_guideline(title_de="Zusammen", title_tr="Birlikte", plain_de="Wir.", plain_tr="Biz.")

    guideline.title_de = ""
    guideline.save()

    mine = Guideline.objects.filter(pk=guideline.pk)
    assert [source.field for source in SourceText.objects.for_objects([mine])] == ["plain"]
    assert {unit.source.field for unit in TranslationUnit.objects.for_objects([mine])} == {"plain"}
    assert sorted(units(guideline)) == [("plain", "tr"), ("title", "tr")]


def test_a_german_text_written_anew_leaves_its_old_translations_outdated():
    guideline = create_guideline(title_de="Zusammen", title_tr="Birlikte")
    guideline.title_de = ""
    guideline.save()

    guideline.title_de = "Etwas ganz anderes"
    guideline.save()

    (unit,) = TranslationUnit.objects.with_outdated().filter(
        source__object_id=guideline.pk, source__model="strategy.guideline"
    )
    assert unit.outdated is True


def test_a_translation_without_a_german_text_has_no_unit():
    guideline = create_guideline(title_de="", title_tr="Birlikte")

    assert units(guideline) == {}


def test_deleting_an_object_removes_the_rows_about_its_texts():
    guideline = create_guideline(title_de="Zusammen", title_tr="Birlikte")
    kept, found = create_guideline(number=91, title_tr="Birlikte"), sources(guideline)
    number = guideline.pk

    guideline.delete()

    assert found.filter(object_id=number).count() == 0
    assert list(units(kept)) == [("title", "tr")]


def test_two_kinds_of_things_with_the_same_number_keep_their_texts_apart():
    guideline = create_guideline(pk=90_000, title_tr="Birlikte")
    twin = Subtopic(pk=90_000, field_id=ActionField.objects.get(number=1).pk, number=90, title_de="Anderes")

    twin.title_pl = "Inne"
    twin.save()

    assert list(units(guideline)) == [("title", "tr")]
    assert list(units(twin)) == [("title", "pl")]


def test_a_changed_translation_is_unreviewed_again(person):
    guideline = create_guideline(title_tr="Birlikte")
    review(unit(guideline, "tr"), by=person("pruefung-tr"))

    guideline.title_tr = "Hep birlikte"
    guideline.save()

    turkish = unit(guideline, "tr")
    assert (turkish.state, turkish.reviewed_by, turkish.reviewed_at) == ("needs_review", None, None)


def test_a_reformatted_translation_stays_reviewed(person):
    guideline = create_guideline(plain_de="Eins. Zwei.", plain_tr="Bir. İki.")
    review(unit(guideline, "tr", "plain"), by=person("pruefung-tr"))

    guideline.plain_tr = "Bir.\n\nI\u0307ki."
    guideline.save()

    assert unit(guideline, "tr", "plain").state == "reviewed"


def test_columns_that_were_not_loaded_are_left_alone():
    guideline = create_guideline(title_de="Zusammen", title_tr="Birlikte", title_pl="Razem")

    partly = Guideline.objects.for_list("title", language=registry.get("tr")).get(pk=guideline.pk)
    partly.title_tr = "Hep birlikte"
    partly.save()

    assert unit(guideline, "tr").target_hash == fingerprint("Hep birlikte")
    assert unit(guideline, "pl").target_hash == fingerprint("Razem")


def test_saving_a_few_columns_records_nothing_about_texts_that_were_not_written():
    guideline = create_guideline(title_de="Zusammen", title_tr="Birlikte", title_pl="Razem")

    guideline.title_de, guideline.title_tr, guideline.title_pl = "Gemeinsam", "Beraber", ""
    guideline.published = False
    guideline.save(update_fields=["published"])

    found = {language: each.target_hash for (_field, language), each in units(guideline).items()}
    assert fresh(guideline).title_tr == "Birlikte"
    assert found == {"tr": fingerprint("Birlikte"), "pl": fingerprint("Razem")}
    assert sources(guideline).get().hash == fingerprint("Zusammen")


def test_each_save_moves_the_content_stamp():
    guideline = create_guideline()
    ContentStamp.objects.update(changed_at=LONG_AGO)

    guideline.save()

    assert ContentStamp.objects.get().changed_at > LONG_AGO


def test_deleting_moves_the_content_stamp():
    guideline = create_guideline()
    ContentStamp.objects.update(changed_at=LONG_AGO)

    guideline.delete()

    assert ContentStamp.objects.get().changed_at > LONG_AGO


def test_there_is_one_content_stamp_only():
    with pytest.raises(IntegrityError, match="one_content_stamp"), transaction.atomic():
        ContentStamp.objects.create(pk=2, changed_at=LONG_AGO)


def test_now_is_an_argument():
    guideline = create_guideline()

    guideline.title_de, guideline.title_tr = "Gemeinsam", "Birlikte"
    record_texts(guideline, now=LONG_AGO)

    assert (sources(guideline).get().changed_at, unit(guideline, "tr").translated_at) == (LONG_AGO, LONG_AGO)


# Constraints --------------------------------------------------------------------------------------------------------


def test_the_database_refuses_a_review_without_a_person_or_a_date(person):
    guideline = create_guideline(title_tr="Birlikte")
    rows = TranslationUnit.objects.filter(pk=unit(guideline, "tr").pk)
    somebody = person("pruefung-tr")

    for broken in (
        {"state": "reviewed"},
        {"state": "reviewed", "reviewed_by": somebody},
        {"state": "reviewed", "reviewed_at": LONG_AGO},
        {"state": "needs_review", "reviewed_by": somebody, "reviewed_at": LONG_AGO},
    ):
        with pytest.raises(IntegrityError, match="review"), transaction.atomic():
            rows.update(**broken)


def test_the_database_takes_a_review_with_person_and_date(person):
    guideline = create_guideline(title_tr="Birlikte")
    rows = TranslationUnit.objects.filter(pk=unit(guideline, "tr").pk)

    changed = rows.update(state="reviewed", reviewed_by=person("pruefung-tr"), reviewed_at=LONG_AGO)

    assert changed == 1


def test_the_database_refuses_a_second_unit_for_one_language():
    turkish = unit(create_guideline(title_tr="Birlikte"), "tr")
    turkish.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        turkish.save(force_insert=True)


def test_the_database_refuses_a_second_row_for_one_text():
    source = sources(create_guideline()).get()
    source.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        source.save(force_insert=True)


# Outdated -----------------------------------------------------------------------------------------------------------


def test_a_changed_german_text_makes_all_its_translations_outdated_and_no_others():
    guideline = create_guideline(**every_title(), plain_de="Wir.", plain_tr="Biz.")

    guideline.title_de = "Gemeinsam"
    guideline.save()

    assert outdated(guideline) == [("title", code) for code in TRANSLATED]


def test_undoing_the_change_makes_them_fit_again():
    guideline = create_guideline(**every_title())
    guideline.title_de = "Gemeinsam"
    guideline.save()

    guideline.title_de = "title de"
    guideline.save()

    assert outdated(guideline) == []


def test_a_change_of_formatting_makes_nothing_outdated():
    guideline = create_guideline(plain_de="Größe zählt.\n\nImmer.", plain_tr="Büyüklük önemlidir.")

    guideline.plain_de = " Gro\u0308ße  zählt.\r\nImmer.\u00a0"
    guideline.save()

    assert outdated(guideline) == []


def test_a_reviewed_translation_becomes_outdated_and_stays_reviewed(person):
    guideline = create_guideline(title_tr="Birlikte")
    review(unit(guideline, "tr"), by=person("pruefung-tr"))

    guideline.title_de = "Gemeinsam"
    guideline.save()

    turkish = unit(guideline, "tr")
    assert (turkish.outdated, turkish.state) == (True, "reviewed")


def test_a_new_translation_of_the_changed_text_is_not_outdated():
    guideline = create_guideline(title_tr="Birlikte", title_pl="Razem")
    guideline.title_de = "Gemeinsam"
    guideline.save()

    guideline.title_tr = "Hep birlikte"
    guideline.save()

    assert outdated(guideline) == [("title", "pl")]


def persian_from_english():
    """A title whose Persian was made from its English, with the English unit beside it."""
    guideline = create_guideline(title_de="Zusammen", title_en="Together", title_fa="با هم", title_ar="معا")
    persian = unit(guideline, "fa")
    persian.source_language, persian.source_hash, persian.source_text = "en", fingerprint("Together"), "Together"
    persian.save()
    return guideline


def test_persian_made_from_a_sound_english_text_is_sound():
    guideline = persian_from_english()

    assert outdated(guideline) == []


def test_persian_made_from_english_is_outdated_when_english_is():
    guideline = persian_from_english()

    guideline.title_de = "Gemeinsam"
    guideline.save()

    assert outdated(guideline) == [("title", "ar"), ("title", "en"), ("title", "fa")]


def test_persian_made_from_english_is_outdated_when_english_was_rewritten():
    guideline = persian_from_english()

    guideline.title_en = "Jointly"
    guideline.save()

    assert outdated(guideline) == [("title", "fa")]


def test_persian_made_from_english_stays_outdated_when_only_english_follows_the_german():
    guideline = persian_from_english()
    guideline.title_de = "Gemeinsam"
    guideline.save()

    guideline.title_en = "Jointly"
    guideline.save()

    assert outdated(guideline) == [("title", "ar"), ("title", "fa")]


def test_persian_made_from_english_is_outdated_when_english_is_gone():
    guideline = persian_from_english()

    guideline.title_en = ""
    guideline.save()

    assert outdated(guideline) == [("title", "fa")]


def test_persian_made_from_english_fits_again_when_the_german_change_is_undone():
    guideline = persian_from_english()
    guideline.title_de = "Gemeinsam"
    guideline.save()

    guideline.title_de = "Zusammen"
    guideline.save()

    assert outdated(guideline) == []


# Choosing units -----------------------------------------------------------------------------------------------------


def test_units_of_many_objects_are_found_in_one_statement(django_assert_num_queries):
    one, two = create_guideline(title_tr="Bir"), create_guideline(number=91, title_tr="İki", title_pl="Dwa")
    create_guideline(number=92, title_tr="Üç")
    wanted = [Guideline.objects.filter(number=90), Guideline.objects.filter(number=91), Subtopic.objects.none()]

    with django_assert_num_queries(1):
        found = sorted(TranslationUnit.objects.for_objects(wanted).values_list("source__object_id", "language"))

    assert found == [(one.pk, "tr"), (two.pk, "pl"), (two.pk, "tr")]


def test_drafts_and_work_in_progress_are_not_shown(person):
    guideline = create_guideline(title_tr="tr", title_pl="pl", title_en="en", title_ku="ku")
    grant(person("pruefung-tr"), "ku", "review")
    for language, state in (("pl", "draft"), ("en", "in_translation")):
        TranslationUnit.objects.filter(pk=unit(guideline, language).pk).update(state=state)
    review(unit(guideline, "ku"), by=person("pruefung-tr"))

    shown = TranslationUnit.objects.for_objects([Guideline.objects.filter(pk=guideline.pk)]).shown()

    assert sorted(shown.values_list("language", flat=True)) == ["ku", "tr"]


# Lists --------------------------------------------------------------------------------------------------------------

COLUMNS = {
    "de": {"title_de"},
    "de-simple": {"title_de", "title_de_simple"},
    "en": {"title_de", "title_en"},
    "fa": {"title_de", "title_en", "title_fa"},
    "ku": {"title_de", "title_ku"},
}


def text_columns(sql):
    """The translated columns a statement selects, the plain ones ("title", "plain") included."""
    selected = re.search(r"SELECT (.*?) FROM", sql).group(1)
    return set(re.findall(r'"strategy_guideline"\."((?:title|plain)\w*)"', selected))


@pytest.mark.parametrize("code", COLUMNS)
def test_a_list_loads_the_columns_of_the_reader_s_chain_in_one_query(code):
    create_guideline(**every_title())

    with (
        translation.override(code),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        list(Guideline.objects.for_list("title"))

    assert [text_columns(query["sql"]) for query in queries] == [COLUMNS[code]]


@pytest.mark.parametrize("code", ["de", "fa", "ku"])
@pytest.mark.parametrize("items", [1, 3])
def test_reading_what_a_list_loaded_runs_no_further_query(code, items, django_assert_num_queries):
    made = [create_guideline(90 + number, title_de=f"de {number}", title_en=f"en {number}") for number in range(items)]
    wanted = Guideline.objects.filter(pk__in=[each.pk for each in made])
    expected = "en" if code == "fa" else "de"

    with translation.override(code), django_assert_num_queries(1):
        texts = [
            (tr(each, "title").value, tr(each, "title", registry.SOURCE).value, str(each), each.get_absolute_url())
            for each in wanted.for_list("title")
        ]

    assert texts == [
        (f"{expected} {number}", f"de {number}", f"{90 + number} de {number}", f"/{code}/leitlinien/{90 + number}/")
        for number in range(items)
    ]


@pytest.mark.parametrize("code", ["de", "fa", "ku"])
def test_a_list_of_two_fields_loads_both(code):
    create_guideline(**every_title())
    wanted = COLUMNS[code] | {name.replace("title", "plain") for name in COLUMNS[code]}

    with translation.override(code), CaptureQueriesContext(connection) as queries:
        list(Guideline.objects.for_list("title", "plain"))

    assert [text_columns(query["sql"]) for query in queries] == [wanted]


def test_a_list_without_texts_loads_none():
    with translation.override("fa"), CaptureQueriesContext(connection) as queries:
        list(Guideline.objects.for_list())

    assert [text_columns(query["sql"]) for query in queries] == [set()]


def test_the_language_of_a_list_can_be_named():
    with translation.override("de"), CaptureQueriesContext(connection) as queries:
        list(Guideline.objects.for_list("title", language=registry.get("ku")))

    assert [text_columns(query["sql"]) for query in queries] == [COLUMNS["ku"]]


def test_a_list_loads_all_plain_columns():
    listed = Guideline.objects.for_list("title").first()

    assert listed.get_deferred_fields() & {"id", "number", "published", "official_id", "updated_at"} == set()


@pytest.mark.parametrize("code", ["de", "fa", "ku"])
def test_filters_and_orders_before_and_after_keep_a_list_narrow(code):
    with translation.override(code), CaptureQueriesContext(connection) as queries:
        list(Guideline.objects.public().for_list("title").filter(title_de__gt="").order_by("-number"))
        list(Guideline.objects.filter(number__gt=1).order_by("title_de").for_list("title").select_related("official"))

    assert [text_columns(query["sql"]) for query in queries] == [COLUMNS[code], COLUMNS[code]]


def test_a_column_outside_of_the_chain_costs_a_query_of_its_own(django_assert_num_queries):
    """The opposite of the tests above: were the columns loaded after all, this would run none."""
    listed = Guideline.objects.for_list("title", language=registry.SOURCE).first()

    with django_assert_num_queries(1):
        assert listed.title_tr


def test_what_a_list_loaded_can_be_written_through_the_service():
    guideline = create_guideline(**every_title())
    listed = Guideline.objects.for_list("title", language=registry.SOURCE).get(pk=guideline.pk)

    save_translation(listed, "tr", {"title": "Yeni"}, origin=Origin.HUMAN, by=None)

    assert fresh(guideline).title_tr == "Yeni"
    assert unit(guideline, "tr").target_hash == fingerprint("Yeni")
