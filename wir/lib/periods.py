"""Dates that are only as exact as what is known: a year, a quarter, a month or a day. Nobody has to invent a day."""

import calendar
import re
from dataclasses import dataclass
from datetime import date

from babel import dates

PRECISIONS = YEAR, QUARTER, MONTH, DAY = "year", "quarter", "month", "day"
FIRST_YEAR, LAST_YEAR = 1900, 2199
FORMS = (
    (YEAR, re.compile(r"(?P<year>\d{4})")),
    (QUARTER, re.compile(r"(?P<year>\d{4})\s*[-/ ]\s*[qQ](?P<quarter>[1-4])")),
    (QUARTER, re.compile(r"[qQ](?P<quarter>[1-4])\s*[-/. ]?\s*(?P<year>\d{4})")),
    (MONTH, re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})")),
    (MONTH, re.compile(r"(?P<month>\d{1,2})\s*[/.]\s*(?P<year>\d{4})")),
    (DAY, re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})")),
    (DAY, re.compile(r"(?P<day>\d{1,2})\.\s*(?P<month>\d{1,2})\.\s*(?P<year>\d{4})")),
)
DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")


@dataclass(frozen=True)
class Period:
    """A span of time as exact as it is known. first: its first day; precision: year, quarter, month or day."""

    first: date
    precision: str

    @classmethod
    def around(cls, day, precision):
        """The period of this precision that holds a day."""
        if precision == YEAR:
            day = day.replace(month=1, day=1)
        elif precision == QUARTER:
            day = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        elif precision == MONTH:
            day = day.replace(day=1)
        return cls(day, precision)

    @classmethod
    def read(cls, text):
        """What a person typed: 2026, 2026-Q2, 3/2026, 2026-03, 5.3.2026 or 2026-03-05, in any digits.

        Raises ValueError for anything else.
        """
        text = str(text).translate(DIGITS).strip()
        for precision, form in FORMS:
            found = form.fullmatch(text)
            if found:
                parts = {name: int(value) for name, value in found.groupdict().items()}
                if not FIRST_YEAR <= parts["year"] <= LAST_YEAR:
                    raise ValueError(text)
                month = parts.get("month") or parts.get("quarter", 1) * 3 - 2
                return cls.around(date(parts["year"], month, parts.get("day", 1)), precision)
        raise ValueError(text)

    @classmethod
    def stored(cls, text):
        """From the form in which columns hold it: one of its days and its precision, "2026-12-31/year"."""
        day, _, precision = text.partition("/")
        return cls.around(date.fromisoformat(day), precision)

    @property
    def last(self):
        """Its last day."""
        if self.precision == DAY:
            return self.first
        month = {YEAR: 12, QUARTER: self.first.month + 2, MONTH: self.first.month}[self.precision]
        return date(self.first.year, month, calendar.monthrange(self.first.year, month)[1])

    def __str__(self):
        """As files carry it, readable by `read`: 2026, 2026-Q2, 2026-03, 2026-03-05."""
        if self.precision == YEAR:
            return f"{self.first:%Y}"
        if self.precision == QUARTER:
            return f"{self.first:%Y}-Q{(self.first.month + 2) // 3}"
        return f"{self.first:%Y-%m}" if self.precision == MONTH else self.first.isoformat()

    def words(self, locale):
        """For readers of a locale: 2026, 2. Quartal 2026, März 2026, 5. März 2026. Gregorian, Latin digits."""
        if self.precision == YEAR:
            return f"{self.first:%Y}"
        if self.precision == QUARTER:
            return dates.format_skeleton("yQQQQ", self.first, locale=locale)
        if self.precision == MONTH:
            return dates.format_skeleton("yMMMM", self.first, locale=locale)
        return dates.format_date(self.first, "long", locale=locale)


def months_between(earlier, later):
    """Whole months from one day to another, rounded to the nearest; negative where `later` is earlier."""
    days = (later - earlier).days
    return round(days / 30.4375)


def months_later(day, months):
    """The same day some months later; the last day of that month where it is shorter."""
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
