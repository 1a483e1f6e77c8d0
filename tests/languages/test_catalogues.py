"""Catalogues are brought in step with the code without losing a word; a folder of our own stands for locale/."""

import shutil

import polib
import pytest

from wir.languages import catalogues, registry

CODE = """
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, npgettext, pgettext

def words(n):
    # Translators: shown at the top
    _("Home")
    pgettext("verb", "Open")
    pgettext("adjective", "Open")
    ngettext("%(n)s text", "%(n)s texts", n)
    npgettext("paper", "%(n)s page", "%(n)s pages", n)
"""
TEMPLATE = """{% load i18n %}{% translate "Home" %}{% translate "Help" context "noun" %}
{% blocktranslate trimmed with name=x %}
  Hello {{ name }}
{% endblocktranslate %}"""
PLURALS = {
    "de": 2,
    "de-simple": 2,
    "en": 2,
    "tr": 2,
    "ar": 6,
    "fa": 2,
    "uk": 3,
    "ru": 3,
    "pl": 3,
    "fr": 2,
    "es": 2,
    "ku": 2,
}
KEYS = {
    (None, "Home"),
    ("verb", "Open"),
    ("adjective", "Open"),
    (None, "%(n)s text"),
    ("paper", "%(n)s page"),
    ("noun", "Help"),
    (None, "Hello %(name)s"),
}


@pytest.fixture
def project(settings, tmp_path):
    """A little project with two files of messages and no catalogue yet."""
    (tmp_path / "wir").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "wir" / "words.py").write_text(CODE)
    (tmp_path / "templates" / "page.html").write_text(TEMPLATE)
    settings.BASE_DIR, settings.LOCALE_PATHS = tmp_path, [tmp_path / "locale"]
    return tmp_path


@pytest.fixture
def copied(settings, tmp_path):
    """The portal's own code with a copy of its catalogues."""
    shutil.copytree(settings.LOCALE_PATHS[0], tmp_path / "locale")
    settings.LOCALE_PATHS = [tmp_path / "locale"]


def catalogue(code):
    return polib.pofile(str(catalogues.path_of(registry.get(code))))


def texts(code):
    return {(entry.msgctxt, entry.msgid): entry.msgstr_plural or entry.msgstr for entry in catalogue(code)}


def fill(code):
    """Translate everything, each message into a text of its own."""
    po = catalogue(code)
    for entry in po:
        if entry.msgid_plural:
            entry.msgstr_plural = {form: f"{form} %(n)s {entry.msgctxt}" for form in entry.msgstr_plural}
        else:
            entry.msgstr = f"{code} {entry.msgctxt} {entry.msgid}"
    po.save()


def files():
    return {language.code: catalogues.path_of(language).read_bytes() for language in registry.LANGUAGES}


# Finding ------------------------------------------------------------------------------------------------------------


def test_messages_are_found_in_code_and_templates_with_context_and_plural(project):
    found = {key: plural for key, (plural, _places, _comments) in catalogues.messages().items()}

    assert found == dict.fromkeys(KEYS, "") | {
        (None, "%(n)s text"): "%(n)s texts",
        ("paper", "%(n)s page"): "%(n)s pages",
    }


def test_a_message_names_all_its_places_and_the_word_to_translators(project):
    _plural, places, comments = catalogues.messages()[None, "Home"]

    assert places == [("wir/words.py", ""), ("templates/page.html", "")]
    assert comments == ["Translators: shown at the top"]


def test_migrations_and_the_content_pack_have_no_messages(project):
    for folder in ("migrations", "content"):
        (project / "wir" / folder).mkdir()
        (project / "wir" / folder / "more.py").write_text('from x import gettext as _\n_("Never")\n')

    assert set(catalogues.messages()) == KEYS


# Updating -----------------------------------------------------------------------------------------------------------


def test_the_first_update_makes_twelve_empty_catalogues(project):
    empty = catalogues.update()

    assert empty == dict.fromkeys(PLURALS, len(KEYS))
    assert {code: set(texts(code)) for code in PLURALS} == dict.fromkeys(PLURALS, KEYS)


def test_a_variant_has_the_folder_that_django_reads(project):
    catalogues.update()

    assert (project / "locale" / "de_Simple" / "LC_MESSAGES" / "django.po").exists()


@pytest.mark.parametrize("code", PLURALS)
def test_each_language_has_its_number_of_plural_forms(project, code):
    catalogues.update()

    assert texts(code)[None, "%(n)s text"] == dict.fromkeys(range(PLURALS[code]), "")
    assert catalogue(code).metadata["Plural-Forms"].startswith(f"nplurals={PLURALS[code]};")


@pytest.mark.parametrize("code", PLURALS)
def test_an_update_keeps_texts_contexts_and_plural_forms(project, code):
    catalogues.update()
    fill(code)
    before = texts(code)

    empty = catalogues.update()

    assert texts(code) == before
    assert before[None, "%(n)s text"] == {form: f"{form} %(n)s None" for form in range(PLURALS[code])}
    assert before["verb", "Open"] == f"{code} verb Open"
    assert empty[code] == 0


def test_a_new_message_is_added_empty_and_the_others_stay(project):
    catalogues.update()
    fill("tr")
    before = texts("tr")
    (project / "wir" / "new.py").write_text('from x import gettext as _\n_("New")\n')

    empty = catalogues.update()

    assert texts("tr") == before | {(None, "New"): ""}
    assert (empty["tr"], empty["pl"]) == (1, len(KEYS) + 1)


def test_a_message_that_vanished_from_the_code_is_gone(project):
    catalogues.update()
    fill("tr")
    (project / "templates" / "page.html").unlink()

    catalogues.update()

    assert set(texts("tr")) == KEYS - {("noun", "Help"), (None, "Hello %(name)s")}
    assert catalogue("tr").obsolete_entries() == []


def test_a_message_that_becomes_plural_is_empty_in_all_its_forms(project):
    catalogues.update()
    fill("ar")
    (project / "wir" / "words.py").write_text('from x import ngettext\nngettext("Home", "Homes", 2)\n')
    (project / "templates" / "page.html").unlink()

    catalogues.update()

    assert texts("ar") == {(None, "Home"): dict.fromkeys(range(6), "")}


def test_a_text_that_somebody_only_guessed_does_not_pass_for_a_translation(project):
    """Editors mark a guess as fuzzy. Django leaves it out, and so must the count, until somebody takes the mark off."""
    catalogues.update()
    fill("tr")
    po = catalogue("tr")
    po.find("Home").flags.append("fuzzy")
    po.save()

    empty = catalogues.update()

    assert empty["tr"] == 1
    assert catalogue("tr").find("Home").translated() is False


def test_an_update_without_a_change_writes_no_file(project):
    catalogues.update()
    fill("uk")
    catalogues.update()
    before = {code: catalogues.path_of(registry.get(code)).stat().st_mtime_ns for code in PLURALS}

    catalogues.update()

    assert {code: catalogues.path_of(registry.get(code)).stat().st_mtime_ns for code in PLURALS} == before


def test_placeholders_are_flagged_for_editors(project):
    catalogues.update()

    flags = {entry.msgid: entry.flags for entry in catalogue("de")}

    assert {msgid for msgid, found in flags.items() if found == ["python-format"]} == {
        "%(n)s text",
        "%(n)s page",
        "Hello %(name)s",
    }


def test_the_portal_s_own_catalogues_lose_no_word(copied):
    before = {code: texts(code) for code in PLURALS}
    wanted = set(catalogues.messages())

    catalogues.update()

    after = {code: texts(code) for code in PLURALS}
    kept = {code: {key: text for key, text in before[code].items() if key in wanted} for code in PLURALS}
    assert {code: {key: after[code][key] for key in kept[code]} for code in PLURALS} == kept
    assert {code: set(after[code]) for code in PLURALS} == dict.fromkeys(PLURALS, wanted)


def test_a_second_update_of_the_portal_s_own_catalogues_changes_no_byte(copied):
    catalogues.update()
    before = files()

    catalogues.update()

    assert files() == before


# Faults -------------------------------------------------------------------------------------------------------------


def complete(project):
    """Every catalogue filled, with its placeholders."""
    catalogues.update()
    for code in PLURALS:
        fill(code)
        po = catalogue(code)
        po.find("Hello %(name)s").msgstr = f"{code} %(name)s"
        po.save()


def faults_after(change):
    """What is wrong after one change to the Turkish catalogue."""
    po = catalogue("tr")
    change(po)
    po.save()
    return list(catalogues.faults())


def test_complete_catalogues_have_no_fault(project):
    complete(project)

    assert list(catalogues.faults()) == []


def test_a_missing_catalogue_is_a_fault(project):
    complete(project)
    catalogues.path_of(registry.get("tr")).unlink()

    assert list(catalogues.faults()) == ["tr: no catalogue"]


def test_a_missing_message_is_a_fault(project):
    complete(project)

    assert faults_after(lambda po: po.remove(po.find("Home"))) == ["tr: missing 'Home'"]


def test_a_message_that_nothing_uses_is_a_fault(project):
    complete(project)

    found = faults_after(lambda po: po.append(polib.POEntry(msgid="Old", msgstr="Eski")))

    assert found == ["tr: nothing uses 'Old' any more"]


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_text_is_a_fault(project, text):
    complete(project)

    assert faults_after(lambda po: setattr(po.find("Home"), "msgstr", text)) == ["tr: not translated: 'Home'"]


def test_a_guessed_text_is_a_fault(project):
    complete(project)

    assert faults_after(lambda po: po.find("Home").flags.append("fuzzy")) == ["tr: not translated: 'Home'"]


def test_an_empty_plural_form_is_a_fault(project):
    complete(project)

    found = faults_after(lambda po: po.find("%(n)s text").msgstr_plural.update({1: ""}))

    assert found == ["tr: not translated: '%(n)s text'"]


def test_a_wrong_number_of_plural_forms_is_a_fault(project):
    complete(project)

    found = faults_after(lambda po: po.find("%(n)s text").msgstr_plural.update({2: "%(n)s"}))

    assert found == ["tr: 3 plural forms of '%(n)s text'"]


@pytest.mark.parametrize("text", ["Merhaba", "Merhaba %(isim)s", "Merhaba %(name)s %(n)s"])
def test_another_placeholder_is_a_fault(project, text):
    complete(project)

    found = faults_after(lambda po: setattr(po.find("Hello %(name)s"), "msgstr", text))

    assert found == [f"tr: other placeholders in {text!r}"]


def test_a_plural_form_may_leave_the_number_out(project):
    complete(project)

    assert faults_after(lambda po: po.find("%(n)s text").msgstr_plural.update({0: "bir metin"})) == []
