"""Codes that survive paper, telephone and every keyboard."""

from collections import Counter

import pytest

from wir.lib import codes
from wir.lib.codes import ALPHABET, derived_code, group, normalised, random_code, reference

KEY = b"key of the test"


def test_the_alphabet_has_thirty_signs_that_nobody_takes_for_another():
    assert (len(ALPHABET), len(set(ALPHABET)), set(ALPHABET) & set("01OILU")) == (30, 30, set())


@pytest.mark.parametrize(
    ("code", "grouped"),
    [("K7QXM2PD9RVA3TNC", "K7QX-M2PD-9RVA-3TNC"), ("K7QXM", "K7QX-M"), ("K7QX", "K7QX"), ("", "")],
)
def test_a_code_is_written_in_groups(code, grouped):
    assert group(code) == grouped


@pytest.mark.parametrize(
    "typed",
    [
        "K7QX-M2PD",
        "k7qx-m2pd",
        "K7QX M2PD",
        " k7qx\u00a0m2pd\r\n",
        "K7QX–M2PD",
        "K7QX—M2PD",
        "K7QX−M2PD",
        "K7QX\u2011M2PD",
        "K7QX\u00adM2PD",
        "\u2066K7QX-M2PD\u2069",
        "\u200fK7QX\u200eM2PD",
        "Ｋ７ＱＸ－Ｍ２ＰＤ",
        "ｋ７ｑｘｍ２ｐｄ",
        "K٧QX-M٢PD",
        "K۷QX-M۲PD",
        "К7QХ-М2РD",  # Cyrillic К, Х and Р
        "к7qх-м2рd",
    ],
)
def test_a_typed_code_is_read_whatever_the_keyboard(typed):
    assert normalised(typed) == "K7QXM2PD"


@pytest.mark.parametrize(
    "typed",
    [
        None,
        "",
        "- -",
        "K0QX",
        "KOQX",
        "K1QX",
        "KIQX",
        "KLQX",
        "KUQX",
        "KßQX",
        "KſQX",
        "KÄQX",
        "K.QX",
        "K_QX",
        "K/QX",
        "K²QX",
        "K①QX",
        "K\x00QX",
        "'; DROP",
        "K" * 201,
        "K" * 1_000_000,
    ],
)
def test_what_no_code_can_be_is_not_guessed(typed):
    assert normalised(typed) == ""


def test_a_written_code_is_read_back():
    made = [random_code(length) for length in range(1, 40)]

    assert [normalised(group(code)) for code in made] == made


def test_random_codes_have_their_length_and_do_not_come_twice():
    made = [random_code(16) for _number in range(1000)]

    assert ({len(code) for code in made}, len(set(made))) == ({16}, 1000)
    assert set("".join(made)) == set(ALPHABET)


def test_a_derived_code_is_the_same_each_time_and_another_for_each_key_and_text():
    made = [derived_code(KEY, "case 1", 16), derived_code(KEY, "case 1", 16)]

    assert made == ["SA6XR9QPBESB883V", "SA6XR9QPBESB883V"]
    assert len({made[0], derived_code(KEY, "case 2", 16), derived_code(b"other", "case 1", 16)}) == 3
    assert derived_code(KEY, "case 1", 100).startswith(derived_code(KEY, "case 1", 99))


def test_every_sign_of_a_derived_code_is_equally_likely():
    counted = Counter("".join(derived_code(KEY, str(number), 300) for number in range(1000)))

    assert set(counted) == set(ALPHABET)
    assert max(abs(count - 10_000) for count in counted.values()) < 500  # five standard deviations


def test_bytes_that_would_make_some_signs_likelier_are_passed_over(monkeypatch):
    blocks = iter([bytes([255, 240, 239]), bytes([0, 29, 30])])
    monkeypatch.setattr(codes.hmac, "digest", lambda *args: next(blocks))

    assert derived_code(KEY, "", 4) == "Z2Z2"


def test_a_reference_tells_the_year_and_counts_nothing():
    made = {reference(2026) for _number in range(500)}

    assert {(each[:9], len(each), normalised(each[9:]) == each[9:]) for each in made} == {("WIR-2026-", 13, True)}
    assert len(made) > 490
    assert len(reference(2026, 5)) == 14


def test_a_reference_reads_like_no_sign_of_the_nazis(monkeypatch):
    drawn = iter(["SS23", "2SS3", "2388", "AHQX", "KZ22", "NS23", "HJ23", "2SA3", "HH88", "K7QX"])
    monkeypatch.setattr(codes, "random_code", lambda length: next(drawn))

    assert reference(2026) == "WIR-2026-K7QX"
