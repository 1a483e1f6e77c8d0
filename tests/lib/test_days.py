"""Days as they are typed on the keyboards of twelve languages."""

from datetime import date

import pytest

from wir.lib.days import NotADay, read_day

DAY = date(2027, 1, 5)


@pytest.mark.parametrize(
    "text",
    ["5.1.2027", "05.01.2027", "5. 1. 2027", "2027-01-05", "2027/1/5", "5/1/2027", "5-1-27", " 05 01 2027 ", "5.1.27."]
    + ["٥/١/٢٠٢٧", "۲۰۲۷-۰۱-۰۵", "\u200f٥.١.٢٠٢٧", "5–1–2027"],
)
def test_a_day_is_read_as_it_is_typed(text):
    assert read_day(text) == DAY


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        (None, "empty"),
        ("bald", "not_a_day"),
        ("März 2027", "not_a_day"),
        ("2027", "not_a_day"),
        ("5.1.", "not_a_day"),
        ("1.2.3.4", "not_a_day"),
        ("31.2.2027", "no_such_day"),
        ("1.13.2027", "no_such_day"),
        ("0.0.2027", "no_such_day"),
        ("5.1.1027", "no_such_day"),
        ("9" * 10_000, "not_a_day"),
    ],
)
def test_what_is_no_day_is_refused_with_its_reason(text, code):
    with pytest.raises(NotADay) as refusal:
        read_day(text)

    assert refusal.value.code == code
