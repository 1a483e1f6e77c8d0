"""What people type into a field for money, literally."""

from decimal import Decimal

import pytest

from wir.languages.registry import LANGUAGES, get
from wir.lib import formats
from wir.lib.amounts import NotAnAmount, read_amount

CODES = [language.code for language in LANGUAGES]


def code_of(text):
    with pytest.raises(NotAnAmount) as refused:
        read_amount(text)
    return refused.value.code


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("0", "0.00"),
        ("0,00", "0.00"),
        ("0,01", "0.01"),
        ("0.5", "0.50"),
        ("7", "7.00"),
        ("007", "7.00"),
        ("400", "400.00"),
        ("5000", "5000.00"),
        ("5.000", "5000.00"),
        ("5,000", "5000.00"),
        ("5.000,00", "5000.00"),
        ("5,000.00", "5000.00"),
        ("5.000,5", "5000.50"),
        ("5000,00", "5000.00"),
        ("5000.00", "5000.00"),
        ("5000,1", "5000.10"),
        ("4.999,99", "4999.99"),
        ("5.000,01", "5000.01"),
        ("50000,01", "50000.01"),
        ("50.000", "50000.00"),
        ("500.000", "500000.00"),
        ("1.234.567", "1234567.00"),
        ("1,234,567.89", "1234567.89"),
        ("1.234.567,89", "1234567.89"),
        ("5 000", "5000.00"),
        ("5 000,50", "5000.50"),
        ("5\u00a0000", "5000.00"),
        ("5\u202f000,00", "5000.00"),
        ("5\u2009000", "5000.00"),
        ("5'000", "5000.00"),
        ("5’000.50", "5000.50"),
        ("999.999.999,99", "999999999.99"),
        # With a currency or the dash of price tags
        ("5000 €", "5000.00"),
        ("€5000", "5000.00"),
        ("€ 5.000,00", "5000.00"),
        ("5.000€", "5000.00"),
        ("5000 EUR", "5000.00"),
        ("EUR 5000", "5000.00"),
        ("5000 Euro", "5000.00"),
        ("5000euro", "5000.00"),
        ("5000 евро", "5000.00"),
        ("5000 євро", "5000.00"),
        ("5000 avro", "5000.00"),
        ("5000 يورو", "5000.00"),
        ("۵۰۰۰ یورو", "5000.00"),
        ("5.000,-", "5000.00"),
        ("5.000,– €", "5000.00"),
        ("5000,--", "5000.00"),
        # Other digits and separators
        ("٥٠٠٠", "5000.00"),
        ("۵۰۰۰", "5000.00"),
        ("٥٬٠٠٠", "5000.00"),
        ("٥٬٠٠٠٫٥٠", "5000.50"),
        ("۵٬۰۰۰٫۵", "5000.50"),
        ("٥٠٠٠٫٠١", "5000.01"),
        ("٥،٠٠٠", "5000.00"),
        ("５０００", "5000.00"),
        ("५०००", "5000.00"),
        # Signs that nobody sees
        ("  5000\t", "5000.00"),
        ("5000\r\n", "5000.00"),
        ("\u200f5,000\u00a0€", "5000.00"),
        ("\u20665000\u2069", "5000.00"),
        ("\u061c٥٠٠٠", "5000.00"),
        ("\ufeff5000", "5000.00"),
        ("50\u200b00", "5000.00"),
    ],
)
def test_an_amount_is_understood(typed, amount):
    read = read_amount(typed)

    assert (read, str(read)) == (Decimal(amount), amount)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (None, "empty"),
        ("", "empty"),
        ("   ", "empty"),
        ("\u200f\u00a0", "empty"),
        ("€", "empty"),
        ("Euro", "empty"),
        ("-1", "negative"),
        ("−1", "negative"),
        ("–1,50", "negative"),
        ("- 5.000 €", "negative"),
        ("€ -5", "negative"),
        ("-€5", "negative"),
        ("\u200e-5", "negative"),
        ("5,001234", "too_many_decimals"),
        ("0,001", "too_many_decimals"),
        ("0.500", "too_many_decimals"),
        ("5000,000", "too_many_decimals"),
        ("1234,567", "too_many_decimals"),
        ("1.234,567", "too_many_decimals"),
        ("5 000.000", "too_many_decimals"),
        ("٥٫٠٠٠", "too_many_decimals"),
        ("1.000.000.000", "too_large"),
        ("999999999,991", "too_many_decimals"),
        ("1000000000", "too_large"),
        ("9" * 60, "too_large"),
        ("9" * 61, "not_a_number"),
        ("9" * 1_000_000, "not_a_number"),
        ("1e5", "not_a_number"),
        ("1E5", "not_a_number"),
        ("0x10", "not_a_number"),
        ("1_000", "not_a_number"),
        ("nan", "not_a_number"),
        ("Infinity", "not_a_number"),
        ("-", "not_a_number"),
        ("--5", "not_a_number"),
        ("+5", "not_a_number"),
        ("-abc", "not_a_number"),
        ("fünftausend", "not_a_number"),
        ("5 tausend", "not_a_number"),
        ("5k", "not_a_number"),
        ("ca. 500", "not_a_number"),
        ("400-500", "not_a_number"),
        ("500 und 300", "not_a_number"),
        ("2*500", "not_a_number"),
        ("5000 $", "not_a_number"),
        ("5000 Euroschein", "not_a_number"),
        ("5,00,00", "not_a_number"),
        ("5.00,00", "not_a_number"),
        ("5,00.00", "not_a_number"),
        ("5.0.0", "not_a_number"),
        ("1.000 000", "not_a_number"),
        ("1 000.000,00", "not_a_number"),
        ("1.000,000.00", "not_a_number"),
        ("5 00", "not_a_number"),
        ("50 00", "not_a_number"),
        ("0.500.000", "not_a_number"),
        ("0 500", "not_a_number"),
        ("1234.567.890", "not_a_number"),
        ("1,00,000", "not_a_number"),
        ("٥٫٠٫٠", "not_a_number"),
        ("5٫000٫000", "not_a_number"),
        ("5,", "not_a_number"),
        (",50", "not_a_number"),
        ("5..000", "not_a_number"),
        ("5\n000", "not_a_number"),
        ("5\x00000", "not_a_number"),
        ("½", "not_a_number"),
        ("5²", "not_a_number"),
        ("Ⅴ", "not_a_number"),
        ("五千", "not_a_number"),
        ("<script>", "not_a_number"),
    ],
)
def test_what_is_no_amount_is_refused_with_its_reason(typed, code):
    assert code_of(typed) == code


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize(
    "amount", ["0.00", "0.01", "0.50", "7.00", "999.99", "1000.00", "5000.00", "5000.01", "50000.00", "1234567.89"]
)
def test_an_amount_as_the_portal_writes_it_is_read_back(code, amount):
    written = formats.euro(Decimal(amount), get(code).locale)

    assert read_amount(written) == Decimal(amount)


def test_reading_a_page_pasted_by_mistake_takes_no_time():
    codes = [code_of(sign * 1_000_000) for sign in (" 1", "€", "1.", "\u200f1", "- ", "€ ")]

    assert codes == ["not_a_number"] * 6
