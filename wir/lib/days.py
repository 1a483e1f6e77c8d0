"""Days as people type them: 15.1.2027, 2027-01-15, 15/1/27, with the digits of their own keyboard."""

import re
import unicodedata
from datetime import date

LONGEST = 40  # signs; no day needs more
YEARS = range(2000, 2200)  # beyond them lies a typing error
SIGNS = str.maketrans({mark: "." for mark in "/-–—−‐‑،,٫٬⁄"})


class NotADay(ValueError):
    """What was typed is no day. code: empty, not_a_day (no such form) or no_such_day (31.2.)."""

    def __init__(self, code):
        self.code = code
        super().__init__(code)


def read_day(text):
    """The typed day as a date; raises NotADay.

    Day before month, as everywhere in Europe; a year of four digits may stand in front. Two digits are of this
    century. A month by its name is not read: twelve languages spell it in hundreds of ways.
    """
    text = levelled(text or "")
    if not text:
        raise NotADay("empty")
    numbers = re.fullmatch(r"(\d{1,4})[. ]+(\d{1,2})[. ]+(\d{1,4})\.?", text)
    if not numbers:
        raise NotADay("not_a_day")
    first, month, last = numbers.groups()
    if len(first) == 4 and len(last) <= 2:
        year, day = first, last
    elif len(first) <= 2 and len(last) in (2, 4):
        year, day = last if len(last) == 4 else f"20{last}", first
    else:
        raise NotADay("not_a_day")
    if int(year) not in YEARS:
        raise NotADay("no_such_day")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise NotADay("no_such_day") from None


def levelled(text):
    """Latin digits, points for every separator, without direction signs."""
    if len(text) > 5 * LONGEST:
        text = text[: 5 * LONGEST]  # stays too long to be a day
    signs = (
        str(unicodedata.decimal(sign)) if sign.isdecimal() else " " if sign.isspace() else sign
        for sign in text
        if unicodedata.category(sign) != "Cf"
    )
    return "".join(signs).translate(SIGNS).strip()
