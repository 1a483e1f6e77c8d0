from dataclasses import replace

import pytest
from django.conf import settings
from django.utils.translation import get_language_info

from wir.languages import registry

CODES = ["de", "de-simple", "en", "tr", "ar", "fa", "uk", "ru", "pl", "fr", "es", "ku"]


def test_the_portal_speaks_twelve_languages_german_first():
    assert [language.code for language in registry.LANGUAGES] == CODES
    assert registry.SOURCE.code == "de"
    assert registry.SIMPLE.code == "de-simple"


@pytest.mark.parametrize(
    ("code", "chain"),
    [
        ("de", "de"),
        ("de-simple", "de-simple"),
        ("en", "en de"),
        ("tr", "tr de"),
        ("ar", "ar en de"),
        ("fa", "fa en de"),
        ("uk", "uk en de"),
        ("ru", "ru en de"),
        ("pl", "pl de"),
        ("fr", "fr en de"),
        ("es", "es en de"),
        ("ku", "ku de"),
    ],
)
def test_each_language_has_its_chain_and_leichte_sprache_none(code, chain):
    assert registry.get(code).chain == tuple(chain.split())


def test_only_arabic_and_persian_are_written_from_right_to_left():
    right_to_left = [language.code for language in registry.LANGUAGES if language.dir == "rtl"]

    assert right_to_left == ["ar", "fa"]


def test_an_unknown_code_is_an_error():
    with pytest.raises(KeyError):
        registry.get("ckb")


@pytest.mark.parametrize("code", CODES)
def test_each_code_is_found_by_itself(code):
    assert registry.find(code).code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DE", "de"),
        ("De-Simple", "de-simple"),
        ("de_simple", "de-simple"),
        ("de-DE", "de"),
        ("de-AT", "de"),
        ("de-simple-x-y", "de"),
        ("en-GB", "en"),
        ("en_US", "en"),
        ("tr-TR", "tr"),
        ("ar-SY", "ar"),
        ("fa-AF", "fa"),
        ("kmr", "ku"),
        ("KMR", "ku"),
        ("kmr-Latn", "ku"),
        ("kmr-Latn-TR", "ku"),
        ("ku-TR", "ku"),
        ("ku_tr", "ku"),
        ("ku-Latn", "ku"),
    ],
)
def test_a_tag_with_region_script_or_capitals_finds_its_language(text, code):
    assert registry.find(text).code == code


@pytest.mark.parametrize(
    "text",
    ["", " ", "-", "--", "*", "ckb", "ckb-IQ", "CKB", "sdh", "it", "deu", "d", "simple", "d e", "de simple", "konto"],
)
def test_what_is_no_language_of_the_portal_is_not_found(text):
    assert registry.find(text) is None


def test_a_language_that_staff_still_fill_is_found_by_nobody(monkeypatch):
    hidden = replace(registry.get("ku"), public=False)
    monkeypatch.setitem(registry.BY_CODE, "ku", hidden)
    monkeypatch.setitem(registry.BY_ALIAS, "kmr", hidden)

    found = [registry.find("ku"), registry.find("kmr"), registry.accepted("ku, tr;q=0.5").code]

    assert found == [None, None, "tr"]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("tr", "tr"),
        ("tr-TR,tr;q=0.9,en;q=0.8", "tr"),
        ("it,fr;q=0.7,en;q=0.3", "fr"),
        ("en;q=0.3,fr;q=0.7", "fr"),
        ("en;q=0.5,fr;q=0.5", "en"),
        ("ku-TR,tr;q=0.9", "ku"),
        ("kmr", "ku"),
        ("kmr-Latn,tr;q=0.8", "ku"),
        ("ckb,ar;q=0.8", "ar"),
        ("ckb", "de"),
        ("ckb-IQ, ckb;q=0.9", "de"),
        ("de-simple", "de-simple"),
        ("DE-AT", "de"),
        ("uk-UA , ru ; q=0.5", "uk"),
        (" en ; q=0.1 , es ; q=0.2 ", "es"),
        ("pl;q=1.000", "pl"),
        ("pl;q=0.001", "pl"),
    ],
)
def test_a_browser_gets_the_language_it_likes_best(header, code):
    assert registry.accepted(header).code == code


def test_the_name_of_the_weight_may_be_a_capital():
    """RFC 9110: "q" is case-insensitive, as every literal of its grammar."""
    assert registry.accepted("en;Q=0.4, fr;Q=0.8").code == "fr"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("tr;q=0", "de"),
        ("tr;q=0.0, en;q=0.1", "en"),
        ("tr;q=0.000,*", "de"),
        ("fr;q=0,fr-CH;q=0.2", "fr"),
    ],
)
def test_a_language_with_weight_nought_is_refused(header, code):
    assert registry.accepted(header).code == code


@pytest.mark.parametrize(
    "header",
    [
        "",
        ",",
        ",,,;;;",
        "*",
        "*;q=0.5",
        ";q=1",
        "=",
        "tr;q=",
        "tr;q=viel",
        "tr;q=nan",
        "tr;q=inf",
        "tr;q=-1",
        "tr;q=2",
        "tr;q=1e9",
        "tr;level=1",
        "tr;q=0.5;q=0.6",
        "\x00\x01",
        "<script>alert(1)</script>",
        "../../etc/passwd",
        "türkçe",
        "日本語",
        "tr tr",
        "-tr",
        "_",
    ],
)
def test_a_header_that_makes_no_sense_means_german(header):
    assert registry.accepted(header).code == "de"


def test_garbage_beside_a_wish_does_not_hide_the_wish():
    assert registry.accepted(";;;,fr;q=x,\x00,pl;q=0.4,*;q=0.9").code == "pl"


@pytest.mark.parametrize(
    "header",
    ["a" * 10_000, "," * 10_000, ";q=" * 3_400, "x-," * 3_400, "tr;q=viel" + " " * 10_000, "-" * 10_000, "é" * 10_000],
)
def test_ten_kilobytes_of_nothing_mean_german(header):
    assert registry.accepted(header).code == "de"


def test_what_stands_after_the_first_thousand_characters_is_not_read():
    assert registry.accepted("x-," * 3_400 + "tr,x").code == "de"


def test_ten_kilobytes_after_a_wish_leave_the_wish():
    header = "fa-IR,fa;q=0.9," + "xx;q=0.1," * 1_200

    assert registry.accepted(header).code == "fa"


@pytest.mark.parametrize("last", ["tr;q=0", "tr;q=0.001", "trv"])
def test_a_header_cut_in_the_middle_of_a_wish_does_not_invent_another(last):
    """What is left of the last wish ("tr", "tr;") must not become a wish of full weight."""
    for kept in range(2, len(last)):
        header = "en;q=0.5," + "x" * (1000 - len("en;q=0.5,") - 1 - kept) + "," + last

        assert registry.accepted(header).code == "en"


def test_a_wish_at_the_start_survives_a_very_long_header_of_other_languages():
    header = "es-MX;q=0.9," + ",".join(f"x{number}" for number in range(2_000))

    assert registry.accepted(header).code == "es"


def test_django_s_settings_follow_from_the_registry():
    assert [code for code, _name in settings.LANGUAGES] == CODES
    assert settings.LANGUAGE_CODE == "de"
    assert settings.MODELTRANSLATION_FALLBACK_LANGUAGES == {
        "default": (),
        "en": ("de",),
        "tr": ("de",),
        "ar": ("en", "de"),
        "fa": ("en", "de"),
        "uk": ("en", "de"),
        "ru": ("en", "de"),
        "pl": ("de",),
        "fr": ("en", "de"),
        "es": ("en", "de"),
        "ku": ("de",),
    }


def test_every_fallback_is_a_tuple_because_a_list_fails_when_a_page_is_read():
    kinds = {type(chain) for chain in registry.fallback_setting().values()}

    assert kinds == {tuple}


def test_django_knows_the_names_and_directions_of_all_twelve():
    infos = [get_language_info(code) for code in CODES]

    assert [info["name_local"] for info in infos] == [language.name for language in registry.LANGUAGES]
    assert [info["code"] for info in infos if info["bidi"]] == ["ar", "fa"]


def test_django_takes_kmr_for_kurmanci():
    info = get_language_info("kmr")

    assert info["code"] == "ku"
    assert info["name_local"] == "Kurdî (Kurmancî)"
