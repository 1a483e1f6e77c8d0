"""Dates as exact as they are known: read, written, compared."""

from datetime import date

import pytest

from wir.lib.periods import DAY, MONTH, QUARTER, YEAR, Period, months_between


@pytest.mark.parametrize(
    ("text", "first", "last", "precision"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), YEAR),
        ("2026-Q2", date(2026, 4, 1), date(2026, 6, 30), QUARTER),
        ("2026/q4", date(2026, 10, 1), date(2026, 12, 31), QUARTER),
        ("Q1 2026", date(2026, 1, 1), date(2026, 3, 31), QUARTER),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28), MONTH),
        ("02/2028", date(2028, 2, 1), date(2028, 2, 29), MONTH),
        ("3.2026", date(2026, 3, 1), date(2026, 3, 31), MONTH),
        ("5.3.2026", date(2026, 3, 5), date(2026, 3, 5), DAY),
        (" 2026-03-05 ", date(2026, 3, 5), date(2026, 3, 5), DAY),
        ("٢٠٢٦-٠٣-٠٥", date(2026, 3, 5), date(2026, 3, 5), DAY),
        ("۰۵.۰۳.۲۰۲۶", date(2026, 3, 5), date(2026, 3, 5), DAY),
    ],
)
def test_what_people_type_is_read(text, first, last, precision):
    period = Period.read(text)

    assert (period.first, period.last, period.precision) == (first, last, precision)


@pytest.mark.parametrize(
    "text", ["", "bald", "31.02.2026", "2026-13", "2026-Q5", "0999", "3000", "26", "2026-03-05T10:00", "2026;2027"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):
        Period.read(text)


@pytest.mark.parametrize("text", ["2026", "2026-Q2", "2026-03", "2026-03-05"])
def test_what_is_written_is_read_again(text):
    assert str(Period.read(text)) == text


@pytest.mark.parametrize(
    ("text", "german", "arabic"),
    [
        ("2026", "2026", "2026"),
        ("2026-Q2", "2. Quartal 2026", "الربع الثاني 2026"),
        ("2026-03", "März 2026", "مارس 2026"),
        ("2026-03-05", "5. März 2026", "5 مارس 2026"),
    ],
)
def test_readers_see_it_in_their_words_with_latin_digits(text, german, arabic):
    assert (Period.read(text).words("de"), Period.read(text).words("ar")) == (german, arabic)


def test_months_between_two_days_are_rounded():
    assert months_between(date(2026, 12, 31), date(2028, 2, 29)) == 14
    assert months_between(date(2028, 6, 30), date(2028, 3, 31)) == -3
    assert months_between(date(2026, 3, 1), date(2026, 3, 10)) == 0
