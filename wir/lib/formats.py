"""Dates and numbers as people of a locale write them (CLDR, by Babel).

The Gregorian calendar and Latin digits everywhere, also in Arabic and Persian: they match the German letter.
"""

from babel import Locale, dates, numbers


def long_date(value, locale):
    """5. März 2026. Takes a date or a datetime with its zone already applied."""
    return dates.format_date(value, "long", locale=locale)


def weekday_date(value, locale):
    """Donnerstag, 5. März 2026."""
    return dates.format_date(value, "full", locale=locale)


def month(value, locale):
    """März 2026, in the form that stands alone."""
    return dates.format_skeleton("yMMMM", value, locale=locale)


def date_time(value, locale):
    """5. März 2026, 14:30, in the zone the value carries."""
    comma = "،" if Locale.parse(locale).text_direction == "rtl" else ","
    return f"{long_date(value, locale)}{comma} {dates.format_time(value, 'HH:mm', locale=locale, tzinfo=value.tzinfo)}"


def number(value, locale):
    """1.234.567,5; int, float or Decimal."""
    return numbers.format_decimal(value, locale=locale)


def percent(part, whole, locale):
    """Share as whole per cent, rounded down so that 100 % means all; 0 % of nothing."""
    share = part * 100 // whole / 100 if whole else 0
    return numbers.format_percent(share, locale=locale)


def plural(count, locale):
    """CLDR plural category of a number: zero, one, two, few, many or other."""
    return Locale.parse(locale).plural_form(count)


def one_or_many(count, one, many):
    """German words beside a number of staff pages, where 1 alone is one."""
    return one if count == 1 else many


def euro(value, locale):
    """12.500 €, with cents only where there are any; Decimal in euro."""
    whole = value == value.to_integral_value()
    return numbers.format_currency(value, "EUR", locale=locale, currency_digits=False, format=pattern(locale, whole))


def pattern(locale, whole):
    """The locale's own pattern for money, without or with two decimals."""
    own = Locale.parse(locale).currency_formats["standard"].pattern
    return own.replace(".00", "" if whole else ".00")


def file_size(size, locale):
    """1,2 MB, or 340 kB below one; size in bytes, nothing is shown as 0. The signs of the units are those of phones."""
    if size < 1_000_000:
        return f"{number(max(1, round(size / 1000)), locale)}\N{NO-BREAK SPACE}kB"
    return f"{number(round(size / 1_000_000, 1), locale)}\N{NO-BREAK SPACE}MB"
