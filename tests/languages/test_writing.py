"""The one door for texts: what it writes, whom it refuses, and two people at once."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import connection

from strategy.models import Guideline
from tests.languages.factories import (
    create_guideline,
    every_title,
    everything_stored,
    fresh,
    grant,
    outdated,
    unit,
    units,
)
from wir.accounts.models import LanguageGrant
from wir.languages import registry
from wir.languages.models import ContentStamp, Origin, SourceText, TranslationUnit
from wir.languages.text import fingerprint
from wir.languages.writing import TranslationConflict, review, save_translation, written_by_a_person

pytestmark = pytest.mark.django_db
LONG_AGO = datetime(2020, 2, 29, 12, 0, tzinfo=UTC)
CODES = [language.code for language in registry.LANGUAGES]


def write(obj, language, by=None, **values):
    """Write titles or explanations as a person would."""
    return save_translation(obj, language, values, origin=Origin.HUMAN, by=by)


def columns_that_differ(before, after):
    (old,), (new,) = before["object"], after["object"]
    return sorted(name for name in old if old[name] != new[name])


# Writing ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_only_the_named_column_is_written(code):
    guideline = create_guideline(**every_title())
    before = everything_stored(guideline)

    changed = write(guideline, code, title="Neu")

    place = f"title_{code.replace('-', '_')}"
    assert changed == ["title"]
    assert columns_that_differ(before, everything_stored(guideline)) == sorted([place, "updated_at"])
    assert getattr(fresh(guideline), place) == "Neu"


def test_the_statement_that_writes_names_only_the_columns_that_changed():
    guideline, statements = create_guideline(title_tr="Birlikte", plain_de="Wir.", plain_tr="Biz."), []

    def note(execute, sql, params, many, context):
        if sql.startswith('UPDATE "strategy_guideline"'):
            statements.append(sql.partition(" SET ")[2].partition(" WHERE ")[0])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        write(guideline, "tr", title="Birlikte", plain="Hepimiz.")

    assert statements == ['"plain_tr" = %s, "updated_at" = %s']


def test_the_language_may_be_given_as_code_or_as_record():
    guideline = create_guideline()

    write(guideline, "de-simple", title="Leicht")
    write(guideline, registry.get("tr"), title="Birlikte")

    assert (fresh(guideline).title_de_simple, fresh(guideline).title_tr) == ("Leicht", "Birlikte")


def test_the_object_in_hand_shows_what_was_written():
    guideline = create_guideline()

    write(guideline, "tr", title="Birlikte")

    assert guideline.title_tr == "Birlikte"


def test_changes_in_hand_that_were_not_given_are_not_written():
    guideline = create_guideline(title_pl="Razem")
    guideline.title_pl, guideline.number, guideline.published = "Wspólnie", 99, False

    write(guideline, "tr", title="Birlikte")

    stored = fresh(guideline)
    assert (stored.title_pl, stored.number, stored.published) == ("Razem", 90, True)
    assert unit(guideline, "pl").target_hash == fingerprint("Razem")


def test_a_translation_gets_a_unit_with_its_origin_and_its_author(person):
    guideline, translator = create_guideline(title_de="Zusammen"), person("uebersetzung-tr")

    save_translation(
        guideline, "tr", {"title": "Birlikte"}, origin=Origin.IMPORTED, by=translator, job="auftrag-7", now=LONG_AGO
    )

    turkish = unit(guideline, "tr")
    assert (turkish.origin, turkish.job, turkish.state) == (Origin.IMPORTED, "auftrag-7", "needs_review")
    assert (turkish.translated_by, turkish.translated_at) == (translator, LONG_AGO)
    assert (turkish.source_text, turkish.source_hash) == ("Zusammen", fingerprint("Zusammen"))
    assert turkish.target_hash == fingerprint("Birlikte")
    assert fresh(guideline).updated_at == LONG_AGO


def test_the_state_can_be_given():
    guideline = create_guideline()

    save_translation(
        guideline, "tr", {"title": "Birl…"}, origin=Origin.HUMAN, by=None, state=TranslationUnit.State.DRAFT
    )

    assert unit(guideline, "tr").state == "draft"


def test_writing_one_language_leaves_the_units_of_the_others_alone(person):
    guideline = create_guideline(title_pl="Razem", title_en="Together")
    before = {key: (each.origin, each.translated_by, each.translated_at) for key, each in units(guideline).items()}

    save_translation(guideline, "tr", {"title": "Birlikte"}, origin=Origin.MACHINE, by=person("uebersetzung-tr"))

    after = {key: (each.origin, each.translated_by, each.translated_at) for key, each in units(guideline).items()}
    assert {key: each for key, each in after.items() if key != ("title", "tr")} == before


def test_german_written_through_the_door_makes_translations_outdated_and_keeps_its_origin():
    guideline = create_guideline(title_de="Zusammen", title_tr="Birlikte")

    save_translation(guideline, "de", {"title": "Gemeinsam"}, origin=Origin.MACHINE, by=None, job="lauf", now=LONG_AGO)

    source = SourceText.objects.get(model="strategy.guideline", object_id=guideline.pk, field="title")
    assert outdated(guideline) == [("title", "tr")]
    assert (source.hash, source.origin, source.job) == (fingerprint("Gemeinsam"), Origin.MACHINE, "lauf")
    assert source.changed_at == LONG_AGO


def test_a_german_change_that_is_undone_through_the_door_leaves_nothing_outdated():
    guideline = create_guideline(title_de="Zusammen", title_tr="Birlikte")
    write(guideline, "de", title="Gemeinsam")

    write(guideline, "de", title="Zusammen")

    assert outdated(guideline) == []


def test_a_german_edit_of_formatting_is_written_and_makes_nothing_outdated():
    guideline = create_guideline(plain_de="Eins. Größe.", plain_tr="Bir.")

    changed = write(guideline, "de", plain="Eins.\n\nGro\u0308ße.")

    assert changed == ["plain"]
    assert fresh(guideline).plain_de == "Eins.\n\nGro\u0308ße."
    assert outdated(guideline) == []


def test_only_the_field_that_changed_becomes_outdated():
    guideline = create_guideline(title_tr="Birlikte", plain_de="Wir.", plain_tr="Biz.")

    write(guideline, "de", title="Zusammen leben", plain="Wir alle.")

    assert outdated(guideline) == [("plain", "tr")]


@pytest.mark.parametrize("blank", ["", "  ", "\u200b", "<p>&nbsp;</p>"])
def test_a_text_blanked_through_the_door_is_stored_as_nothing_and_its_unit_is_gone(blank):
    guideline = create_guideline(title_tr="Birlikte", title_pl="Razem")

    changed = write(guideline, "tr", title=blank)

    assert changed == ["title"]
    assert not fresh(guideline).title_tr
    assert list(units(guideline)) == [("title", "pl")]


def test_nothing_over_nothing_is_no_change():
    guideline = create_guideline()
    guideline = fresh(guideline)
    before = everything_stored(guideline)

    changed = write(guideline, "tr", title="", plain=" ")

    assert changed == []
    assert everything_stored(guideline) == before


def test_the_same_text_again_is_no_change():
    guideline = create_guideline(title_tr="Birlikte")
    before = everything_stored(guideline)

    changed = write(guideline, "tr", title="Birlikte")

    assert changed == []
    assert everything_stored(guideline) == before


def test_a_change_moves_the_content_stamp():
    guideline = create_guideline()
    ContentStamp.objects.update(changed_at=LONG_AGO)

    write(guideline, "tr", title="Birlikte")

    assert ContentStamp.objects.get().changed_at > LONG_AGO


def test_a_field_that_is_not_translated_is_an_error_and_nothing_is_written():
    guideline = create_guideline(title_tr="Birlikte")
    before = everything_stored(guideline)

    with pytest.raises(Exception, match="number_tr"):
        write(guideline, "tr", title="Yeni", number="5")

    assert everything_stored(guideline) == before


# Two people at once -------------------------------------------------------------------------------------------------


def test_two_people_who_save_two_languages_at_once_both_keep_their_text(person):
    guideline = create_guideline(title_de="Zusammen", title_tr="eski", title_ar="قديم")
    turkish, arabic = fresh(guideline), fresh(guideline)

    write(turkish, "tr", by=person("uebersetzung-tr"), title="yeni")
    write(arabic, "ar", by=person("uebersetzung-ar"), title="جديد")

    stored = fresh(guideline)
    assert (stored.title_tr, stored.title_ar) == ("yeni", "جديد")


def test_two_people_who_save_two_languages_at_once_leave_units_that_fit_the_texts(person):
    """The second one holds an object with the first one's old text, and must not record that."""
    guideline = create_guideline(title_de="Zusammen", title_tr="eski", title_ar="قديم")
    turkish, arabic = fresh(guideline), fresh(guideline)

    write(turkish, "tr", by=person("uebersetzung-tr"), title="yeni")
    write(arabic, "ar", by=person("uebersetzung-ar"), title="جديد")

    found = {language: (each.target_hash, each.translated_by) for (_field, language), each in units(guideline).items()}
    assert found == {
        "tr": (fingerprint("yeni"), person("uebersetzung-tr")),
        "ar": (fingerprint("جديد"), person("uebersetzung-ar")),
    }


def test_two_first_translations_at_once_both_get_a_unit(person):
    """The second one holds an object in which the first one's text is still missing."""
    guideline = create_guideline(title_de="Zusammen")
    turkish, arabic = fresh(guideline), fresh(guideline)

    write(turkish, "tr", by=person("uebersetzung-tr"), title="yeni")
    write(arabic, "ar", by=person("uebersetzung-ar"), title="جديد")

    assert sorted(units(guideline)) == [("title", "ar"), ("title", "tr")]


def test_a_translator_who_loaded_the_old_german_text_does_not_hide_that_it_changed(person):
    """The editor changes the German while the translation is being written: the other languages stay outdated."""
    guideline = create_guideline(title_de="Zusammen", title_pl="Razem")
    slow = fresh(guideline)
    write(fresh(guideline), "de", title="Gemeinsam")

    write(slow, "tr", by=person("uebersetzung-tr"), title="Birlikte")

    source = SourceText.objects.get(model="strategy.guideline", object_id=guideline.pk, field="title")
    assert source.hash == fingerprint("Gemeinsam")
    assert ("title", "pl") in outdated(guideline)


def test_an_editor_who_loaded_old_translations_does_not_undo_what_is_known_of_the_new_ones(person):
    guideline = create_guideline(title_de="Zusammen", title_tr="eski")
    slow = fresh(guideline)
    write(fresh(guideline), "tr", by=person("uebersetzung-tr"), title="yeni")

    write(slow, "de", by=person("redaktion"), title="Gemeinsam")

    turkish = unit(guideline, "tr")
    assert fresh(guideline).title_tr == "yeni"
    assert (turkish.target_hash, turkish.translated_by) == (fingerprint("yeni"), person("uebersetzung-tr"))
    assert turkish.outdated is True


def test_a_text_that_changed_since_it_was_seen_is_not_overwritten():
    guideline = create_guideline(title_tr="eski")
    slow, seen = fresh(guideline), {"title": fingerprint("eski")}
    write(fresh(guideline), "tr", title="yeni")
    before = everything_stored(guideline)

    with pytest.raises(TranslationConflict, match="hat sich geändert"):
        save_translation(slow, "tr", {"title": "benim"}, origin=Origin.HUMAN, by=None, expected=seen)

    assert everything_stored(guideline) == before


def test_a_text_that_is_still_as_seen_is_overwritten():
    guideline = create_guideline(title_tr="eski")

    changed = save_translation(
        guideline, "tr", {"title": "benim"}, origin=Origin.HUMAN, by=None, expected={"title": fingerprint("eski")}
    )

    assert changed == ["title"]
    assert fresh(guideline).title_tr == "benim"


def test_a_text_that_was_only_reformatted_since_is_overwritten():
    guideline = create_guideline(plain_de="Eins.", plain_tr="Bir iki")
    seen = {"plain": fingerprint("Bir iki")}
    write(fresh(guideline), "tr", plain="Bir\n\niki")

    changed = save_translation(guideline, "tr", {"plain": "Üç"}, origin=Origin.HUMAN, by=None, expected=seen)

    assert changed == ["plain"]


def test_a_first_translation_is_refused_where_somebody_else_wrote_one_meanwhile():
    guideline = create_guideline()
    write(fresh(guideline), "tr", title="yeni")
    before = everything_stored(guideline)

    with pytest.raises(TranslationConflict):
        save_translation(guideline, "tr", {"title": "benim"}, origin=Origin.HUMAN, by=None, expected={"title": ""})

    assert everything_stored(guideline) == before


def test_a_conflict_in_one_field_leaves_the_other_unwritten_too():
    guideline = create_guideline(title_tr="başlık", plain_de="Wir.", plain_tr="Biz.")
    seen = {"title": fingerprint("başlık"), "plain": fingerprint("Onlar.")}
    before = everything_stored(guideline)

    with pytest.raises(TranslationConflict):
        save_translation(
            guideline, "tr", {"title": "yeni", "plain": "Hepimiz."}, origin=Origin.HUMAN, by=None, expected=seen
        )

    assert everything_stored(guideline) == before


def test_somebody_who_is_faster_between_reading_and_writing_is_not_overwritten():
    """The other write happens after the door has read the text and before it writes."""
    guideline, interfered = create_guideline(title_tr="eski"), []

    def be_faster(execute, sql, params, many, context):
        if sql.startswith('UPDATE "strategy_guideline"') and not interfered:
            interfered.append(True)
            Guideline.objects.filter(pk=guideline.pk).update(title_tr="hızlı")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(be_faster), pytest.raises(TranslationConflict, match="gerade geändert"):
        write(fresh(guideline), "tr", title="benim")

    assert unit(guideline, "tr").target_hash == fingerprint("eski")


def test_somebody_who_writes_another_language_between_reading_and_writing_is_no_conflict():
    guideline, interfered = create_guideline(title_tr="eski"), []

    def write_polish(execute, sql, params, many, context):
        if sql.startswith('UPDATE "strategy_guideline"') and not interfered:
            interfered.append(True)
            Guideline.objects.filter(pk=guideline.pk).update(title_pl="Razem")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(write_polish):
        write(fresh(guideline), "tr", title="benim")

    assert (fresh(guideline).title_tr, fresh(guideline).title_pl) == ("benim", "Razem")


# Rights -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "code", "allowed"),
    [
        ("uebersetzung-tr", "tr", True),
        ("uebersetzung-tr", "ar", False),
        ("uebersetzung-tr", "de", False),
        ("uebersetzung-tr", "de-simple", False),
        ("uebersetzung-ar", "ar", True),
        ("uebersetzung-ar", "tr", False),
        ("pruefung-tr", "tr", False),
        ("pruefung-tr", "de", False),
        ("redaktion", "de", True),
        ("redaktion", "tr", False),
        ("redaktion", "de-simple", False),
        ("team1", "de", False),
        ("team1", "tr", False),
        ("datenschutz", "de", False),
    ],
)
def test_each_person_writes_the_languages_granted_and_no_others(person, name, code, allowed):
    guideline = create_guideline(**every_title())
    before = everything_stored(guideline)

    try:
        write(guideline, code, by=person(name), title="Neu")
        written = True
    except PermissionDenied:
        written = False

    assert written is allowed
    assert (everything_stored(guideline) != before) is allowed


def test_a_refusal_writes_nothing_and_says_which_right_is_missing(person):
    guideline = create_guideline(title_tr="Birlikte", plain_de="Wir.")
    before = everything_stored(guideline)

    with pytest.raises(PermissionDenied, match="Türkçe"):
        write(guideline, "tr", by=person("uebersetzung-ar"), title="Yeni", plain="Biz.")

    assert everything_stored(guideline) == before
    assert guideline.title_tr == "Birlikte"


def test_a_right_of_the_group_counts_for_its_members(person):
    member = person("team1")
    LanguageGrant.objects.create(group=Group.objects.get(name="Projektteam"), language="pl", right="translate")

    changed = write(create_guideline(), "pl", by=member, title="Razem")

    assert changed == ["title"]


def test_a_person_who_left_writes_nothing(person):
    former = person("uebersetzung-tr")
    former.is_active = False
    guideline = create_guideline()
    before = everything_stored(guideline)

    with pytest.raises(PermissionDenied):
        write(guideline, "tr", by=former, title="Birlikte")

    assert everything_stored(guideline) == before


# Review -------------------------------------------------------------------------------------------------------------


def test_a_reviewer_marks_a_text_as_reviewed(person):
    guideline, reviewer = create_guideline(), person("pruefung-tr")
    write(guideline, "tr", by=person("uebersetzung-tr"), title="Birlikte")

    review(unit(guideline, "tr"), by=reviewer, now=LONG_AGO)

    turkish = unit(guideline, "tr")
    assert (turkish.state, turkish.reviewed_by, turkish.reviewed_at) == ("reviewed", reviewer, LONG_AGO)


def test_a_review_moves_the_content_stamp(person):
    guideline = create_guideline(title_tr="Birlikte")
    ContentStamp.objects.update(changed_at=LONG_AGO)

    review(unit(guideline, "tr"), by=person("pruefung-tr"))

    assert ContentStamp.objects.get().changed_at > LONG_AGO


def test_nobody_reviews_what_they_wrote_themselves(person):
    both = person("uebersetzung-tr")
    grant(both, "tr", "review")
    guideline = create_guideline()
    write(guideline, "tr", by=both, title="Birlikte")
    before = everything_stored(guideline)

    with pytest.raises(PermissionDenied, match="nicht selbst"):
        review(unit(guideline, "tr"), by=both)

    assert everything_stored(guideline) == before


def test_a_text_that_somebody_else_wrote_anew_can_be_reviewed_by_its_first_author(person):
    first, second = person("pruefung-tr"), person("uebersetzung-tr")
    grant(first, "tr", "translate")
    guideline = create_guideline()
    write(guideline, "tr", by=first, title="Birlikte")
    write(guideline, "tr", by=second, title="Hep birlikte")

    review(unit(guideline, "tr"), by=first)

    assert unit(guideline, "tr").state == "reviewed"


def test_the_four_eyes_look_at_the_author_of_the_text_as_it_is_now(person):
    """The reviewer holds the unit from before the text became her own."""
    both = person("uebersetzung-tr")
    grant(both, "tr", "review")
    guideline = create_guideline(title_tr="eski")
    held = unit(guideline, "tr")
    write(guideline, "tr", by=both, title="benim")

    with pytest.raises(PermissionDenied):
        review(held, by=both)

    assert unit(guideline, "tr").state == "needs_review"


@pytest.mark.parametrize("name", ["uebersetzung-tr", "uebersetzung-ar", "redaktion", "team1"])
def test_without_the_right_to_review_nothing_is_reviewed(person, name):
    guideline = create_guideline(title_tr="Birlikte")
    before = everything_stored(guideline)

    with pytest.raises(PermissionDenied, match="Türkçe"):
        review(unit(guideline, "tr"), by=person(name))

    assert everything_stored(guideline) == before


def test_the_right_to_review_one_language_is_none_for_another(person):
    guideline = create_guideline(title_ar="معا")
    before = everything_stored(guideline)

    with pytest.raises(PermissionDenied, match="العربية"):
        review(unit(guideline, "ar"), by=person("pruefung-tr"))

    assert everything_stored(guideline) == before


def test_a_reviewed_text_that_is_written_anew_waits_for_review_again(person):
    guideline = create_guideline(title_tr="Birlikte")
    review(unit(guideline, "tr"), by=person("pruefung-tr"))

    write(guideline, "tr", by=person("uebersetzung-tr"), title="Hep birlikte")

    turkish = unit(guideline, "tr")
    assert (turkish.state, turkish.reviewed_by, turkish.reviewed_at) == ("needs_review", None, None)


# Whose text it is ---------------------------------------------------------------------------------------------------


def machine_made():
    guideline = create_guideline()
    for code, title in (("de", "Maschine"), ("tr", "Makine")):
        save_translation(guideline, code, {"title": title}, origin=Origin.MACHINE, by=None)
    return guideline


def test_what_a_machine_wrote_may_be_overwritten_by_a_command():
    guideline = machine_made()

    found = [written_by_a_person(guideline, "title", each) for each in ("de", "tr", registry.get("tr"), "pl")]

    assert found == [False, False, False, False]


def test_what_a_person_wrote_is_a_person_s():
    guideline = create_guideline(title_tr="Birlikte")

    found = [written_by_a_person(guideline, "title", each) for each in ("de", "tr", "pl")]

    assert found == [True, True, False]


def test_what_a_person_reviewed_is_a_person_s(person):
    guideline = machine_made()
    review(unit(guideline, "tr"), by=person("pruefung-tr"))

    found = [written_by_a_person(guideline, "title", each) for each in ("de", "tr")]

    assert found == [False, True]


def test_what_was_changed_past_the_door_is_a_person_s():
    guideline = machine_made()
    Guideline.objects.filter(pk=guideline.pk).update(title_de="Hand", title_tr="El", title_pl="Ręka")

    found = [written_by_a_person(fresh(guideline), "title", each) for each in ("de", "tr", "pl", "en")]

    assert found == [True, True, True, False]
