"""Every locale of the registry, literally, as CLDR writes it. Narrow and plain no-break spaces are spelled out."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from wir.languages.registry import LANGUAGES, get
from wir.lib import formats

DAY = date(2026, 3, 5)
CODES = [language.code for language in LANGUAGES]


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("de", "5. März 2026"),
        ("de-simple", "5. März 2026"),
        ("en", "5 March 2026"),
        ("tr", "5 Mart 2026"),
        ("ar", "5 مارس 2026"),
        ("fa", "5 مارس 2026"),
        ("uk", "5 березня 2026\u202fр."),
        ("ru", "5 марта 2026\u202fг."),
        ("pl", "5 marca 2026"),
        ("fr", "5 mars 2026"),
        ("es", "5 de marzo de 2026"),
        ("ku", "5ê adara 2026an"),
    ],
)
def test_a_long_date_is_written_as_in_the_language(code, written):
    text = formats.long_date(DAY, get(code).locale)

    assert text == written


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("de", "Donnerstag, 5. März 2026"),
        ("de-simple", "Donnerstag, 5. März 2026"),
        ("en", "Thursday, 5 March 2026"),
        ("tr", "5 Mart 2026 Perşembe"),
        ("ar", "الخميس، 5 مارس 2026"),
        ("fa", "پنجشنبه 5 مارس 2026"),
        ("uk", "четвер, 5 березня 2026\u202fр."),
        ("ru", "четверг, 5 марта 2026\u202fг."),
        ("pl", "czwartek, 5 marca 2026"),
        ("fr", "jeudi 5 mars 2026"),
        ("es", "jueves, 5 de marzo de 2026"),
        ("ku", "pêncşem, 5ê adara 2026an"),
    ],
)
def test_a_date_with_its_weekday_is_written_as_in_the_language(code, written):
    text = formats.weekday_date(DAY, get(code).locale)

    assert text == written


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("de", "März 2026"),
        ("de-simple", "März 2026"),
        ("en", "March 2026"),
        ("tr", "Mart 2026"),
        ("ar", "مارس 2026"),
        ("fa", "مارس 2026"),
        ("uk", "березень 2026\u202fр."),
        ("ru", "март 2026\u202fг."),
        ("pl", "marzec 2026"),
        ("fr", "mars 2026"),
        ("es", "marzo de 2026"),
        ("ku", "adara 2026an"),
    ],
)
def test_a_month_stands_alone_in_the_form_of_the_language(code, written):
    text = formats.month(DAY, get(code).locale)

    assert text == written


@pytest.mark.parametrize(
    ("code", "written", "negative"),
    [
        ("de", "1.234.567,5", "-1.234"),
        ("de-simple", "1.234.567,5", "-1.234"),
        ("en", "1,234,567.5", "-1,234"),
        ("tr", "1.234.567,5", "-1.234"),
        ("ar", "1,234,567.5", "-1,234"),
        ("fa", "1,234,567.5", "-1,234"),
        ("uk", "1\u00a0234\u00a0567,5", "-1\u00a0234"),
        ("ru", "1\u00a0234\u00a0567,5", "-1\u00a0234"),
        ("pl", "1\u00a0234\u00a0567,5", "-1\u00a0234"),
        ("fr", "1\u202f234\u202f567,5", "-1\u202f234"),
        ("es", "1.234.567,5", "-1.234"),
        ("ku", "1.234.567,5", "-1.234"),
    ],
)
def test_a_number_is_grouped_as_in_the_language(code, written, negative):
    locale = get(code).locale

    texts = [formats.number(Decimal("1234567.5"), locale), formats.number(1234567.5, locale)]

    assert texts == [written, written]
    assert formats.number(-1234, locale) == negative


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("month", range(1, 13))
def test_digits_are_latin_and_the_calendar_is_gregorian_in_every_month(code, month):
    day = date(2026, month, 14)

    texts = [write(day, get(code).locale) for write in (formats.long_date, formats.weekday_date, formats.month)]

    assert [[char for char in text if char.isdigit()] for text in texts] == [
        list("142026"),
        list("142026"),
        list("2026"),
    ]


@pytest.mark.parametrize(
    ("code", "months"),
    [
        ("ar", "يناير فبراير مارس أبريل مايو يونيو يوليو أغسطس سبتمبر أكتوبر نوفمبر ديسمبر"),
        ("fa", "ژانویهٔ فوریهٔ مارس آوریل مهٔ ژوئن ژوئیهٔ اوت سپتامبر اکتبر نوامبر دسامبر"),
    ],
)
def test_arabic_and_persian_dates_name_the_months_of_the_gregorian_year(code, months):
    written = [formats.month(date(2026, month, 1), get(code).locale) for month in range(1, 13)]

    assert written == [f"{name} 2026" for name in months.split()]


def test_kurdish_dates_have_kurdish_months():
    written = [formats.long_date(date(2026, month, 1), "ku") for month in range(1, 13)]

    assert written == [
        "1ê rêbendana 2026an",
        "1ê sibata 2026an",
        "1ê adara 2026an",
        "1ê nîsana 2026an",
        "1ê gulana 2026an",
        "1ê hezîrana 2026an",
        "1ê tîrmeha 2026an",
        "1ê tebaxa 2026an",
        "1ê îlona 2026an",
        "1ê cotmeha 2026an",
        "1ê mijdara 2026an",
        "1ê berfanbara 2026an",
    ]


def test_kurdish_weeks_have_kurdish_days():
    written = [formats.weekday_date(date(2026, 3, day), "ku").partition(",")[0] for day in range(2, 9)]

    assert written == ["duşem", "sêşem", "çarşem", "pêncşem", "înî", "şemî", "yekşem"]


def test_a_moment_is_told_in_the_zone_it_carries():
    moment = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)

    texts = [formats.date_time(moment, "de"), formats.date_time(moment.astimezone(ZoneInfo("Europe/Berlin")), "de")]

    assert texts == ["5. März 2026, 23:30", "6. März 2026, 00:30"]


@pytest.mark.parametrize("code", CODES)
def test_the_time_of_day_has_24_hours_and_latin_digits_everywhere(code):
    moment = datetime(2026, 3, 5, 14, 5, tzinfo=UTC)

    text = formats.date_time(moment, get(code).locale)

    comma = "،" if code in ("ar", "fa") else ","
    assert text == f"{formats.long_date(DAY, get(code).locale)}{comma} 14:05"


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("de", "45\u00a0%"),
        ("de-simple", "45\u00a0%"),
        ("en", "45%"),
        ("tr", "%45"),
        ("ar", "45%"),
        ("fa", "45%"),
        ("uk", "45%"),
        ("ru", "45\u00a0%"),
        ("pl", "45%"),
        ("fr", "45\u00a0%"),
        ("es", "45\u00a0%"),
        ("ku", "%45"),
    ],
)
def test_a_share_is_written_as_in_the_language(code, written):
    text = formats.percent(45, 100, get(code).locale)

    assert text == written


def test_a_share_is_rounded_down_so_that_all_means_all():
    texts = [formats.percent(part, whole, "de") for part, whole in [(999, 1000), (1000, 1000), (2, 3), (1, 1000)]]

    assert texts == ["99\u00a0%", "100\u00a0%", "66\u00a0%", "0\u00a0%"]


def test_a_share_of_nothing_is_nothing():
    text = formats.percent(0, 0, "de")

    assert text == "0\u00a0%"


def test_every_whole_share_is_written_exactly():
    texts = [formats.percent(part, 100, "de") for part in range(101)]

    assert texts == [f"{part}\u00a0%" for part in range(101)]


@pytest.mark.parametrize(
    ("code", "categories"),
    [
        ("de", "other one other other other other other"),
        ("de-simple", "other one other other other other other"),
        ("en", "other one other other other other other"),
        ("tr", "other one other other other other other"),
        ("ar", "zero one two few many many other"),
        ("fa", "one one other other other other other"),
        ("uk", "many one few few many one many"),
        ("ru", "many one few few many one many"),
        ("pl", "many one few few many many many"),
        ("fr", "one one other other other other other"),
        ("es", "other one other other other other other"),
        ("ku", "other one other other other other other"),
    ],
)
def test_a_number_has_the_plural_of_the_language(code, categories):
    found = [formats.plural(count, get(code).locale) for count in (0, 1, 2, 3, 11, 21, 100)]

    assert found == categories.split()


@pytest.mark.parametrize(
    ("size", "told"),
    [(1, "1 kB"), (340_400, "340 kB"), (999_999, "1.000 kB"), (1_000_000, "1 MB"), (1_240_000, "1,2 MB")],
)
def test_sizes_of_files_are_short(size, told):
    assert formats.file_size(size, "de").replace("\N{NO-BREAK SPACE}", " ") == told
