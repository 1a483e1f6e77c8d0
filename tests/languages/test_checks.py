"""Each fault a record of the registry can have is said when the portal starts."""

from dataclasses import replace

import pytest
from django.core.checks import run_checks

from wir.languages import registry
from wir.languages.checks import check_registry

GERMAN, TURKISH = registry.get("de"), registry.get("tr")


def found(**broken):
    """The ids of what the check says about Turkish with one thing changed."""
    return [problem.id for problem in check_registry(languages=(GERMAN, replace(TURKISH, **broken)))]


def test_the_registry_has_no_fault():
    assert check_registry() == []
    assert run_checks(tags=["languages"]) == []


def test_a_sound_record_has_no_fault():
    assert found() == []


@pytest.mark.parametrize("direction", ["", "RTL", "auto"])
def test_e001_names_a_direction_that_does_not_exist(direction):
    assert found(dir=direction) == ["languages.E001"]


@pytest.mark.parametrize("fallback", [["de"], [], "de"])
def test_e002_names_fallbacks_that_are_no_tuple(fallback):
    assert found(fallback=fallback) == ["languages.E002"]


@pytest.mark.parametrize("fallback", [("xx", "de"), ("de", "tr"), ("tr",), ("xx",)])
def test_e003_names_fallbacks_that_are_unknown_or_do_not_end_in_german(fallback):
    assert found(fallback=fallback) == ["languages.E003"]


def test_no_fallback_at_all_is_allowed():
    assert found(fallback=()) == []


@pytest.mark.parametrize("tag", ["de-easy", "de-ls", "tr-TR", "tr-Latn"])
def test_e004_names_a_tag_that_reads_as_a_region_or_a_script(tag):
    assert found(tag=tag) == ["languages.E004"]


@pytest.mark.parametrize("tag", ["tr", "tr-simple", "tr-x-ls"])
def test_a_tag_with_a_variant_is_allowed(tag):
    assert found(tag=tag) == []


@pytest.mark.parametrize("code", ["TR", "Tr"])
def test_e005_names_a_code_with_capitals(code):
    assert found(code=code) == ["languages.E005"]


def test_e006_names_a_catalogue_folder_that_django_does_not_read():
    assert found(folder="Turkish") == ["languages.E006"]


def test_e006_knows_that_django_writes_a_variant_with_a_capital():
    languages = (GERMAN, replace(registry.SIMPLE, folder="de_simple"))

    problems = [problem.id for problem in check_registry(languages=languages)]

    assert problems == ["languages.E006"]


def test_e007_names_a_language_without_a_compiled_catalogue(settings, tmp_path):
    for folder in ("de", "tr"):
        (tmp_path / folder / "LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "de" / "LC_MESSAGES" / "django.mo").touch()
    (tmp_path / "tr" / "LC_MESSAGES" / "django.po").touch()
    settings.LOCALE_PATHS = [tmp_path]

    assert found() == ["languages.E007"]


@pytest.mark.parametrize("alphabet", ["", "abca"])
def test_e008_names_an_alphabet_without_letters_or_with_one_twice(alphabet):
    assert found(alphabet=alphabet) == ["languages.E008"]


@pytest.mark.parametrize("locale", ["xx", "tr_DE_x", "", "no such locale"])
def test_e009_names_a_locale_that_babel_does_not_have(locale):
    assert found(locale=locale) == ["languages.E009"]


def test_e010_names_an_alias_that_is_a_language_itself():
    assert found(aliases=("de",)) == ["languages.E010"]


def test_an_alias_of_its_own_is_allowed():
    assert found(aliases=("tur",)) == []


def test_every_fault_of_a_record_is_said_and_names_the_language():
    broken = replace(TURKISH, dir="up", alphabet="", aliases=("de",))

    problems = check_registry(languages=(GERMAN, broken))

    assert [problem.id for problem in problems] == ["languages.E001", "languages.E008", "languages.E010"]
    assert [problem.msg[:14] for problem in problems] == ["Language 'tr':"] * 3
