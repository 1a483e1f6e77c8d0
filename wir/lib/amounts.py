"""Amounts in euro as people type them: with comma, point, spaces, a currency, and the digits of their own keyboard."""

import re
import unicodedata
from decimal import Decimal

LARGEST = Decimal("999999999.99")  # euro; a typing error lies beyond it, and every column holds it
LONGEST = 60  # signs; no amount needs more, and a pasted page is not read
CURRENCY = r"(?:€|eur(?:o|os|a)?|avro|ewro|евро|євро|يورو|یورو)"
AROUND = re.compile(rf"{CURRENCY}?\s*(?P<sign>[-−–]?)\s*{CURRENCY}?\s*(?P<number>.*?)\s*{CURRENCY}?", re.I)
NO_CENTS = re.compile(r"[.,][-−–—]{1,2}$")  # 5.000,– as on German price tags
NUMBER = re.compile(r"\d+(?:[.,' ٬٫]\d+)*")
SPELLED = str.maketrans({mark: "'" for mark in "’‘ʼ`´′"} | {"،": ",", "，": ",", "．": "."})


class NotAnAmount(ValueError):
    """What was typed is no amount. code: empty, not_a_number, negative, too_many_decimals or too_large."""

    def __init__(self, code):
        self.code = code
        super().__init__(code)


def read_amount(text):
    """The typed amount as Decimal with two places; 0 is an amount. Raises NotAnAmount.

    One point or comma in front of exactly three digits separates thousands, whatever the language: "5.000" and
    "5,000" are five thousand, because nobody types a tenth of a cent. So the page shows the amount as it was
    understood. Wherever the signs contradict each other ("5.00,00", "1.000 000"), the text is refused, never guessed.
    """
    text = levelled(text or "")
    if not text or re.fullmatch(CURRENCY, text, re.I):
        raise NotAnAmount("empty")
    if len(text) > LONGEST:
        raise NotAnAmount("not_a_number")
    around = AROUND.fullmatch(text)
    number = NO_CENTS.sub("", around["number"]) if around else ""
    if not NUMBER.fullmatch(number):
        raise NotAnAmount("not_a_number")
    amount = value_of(number)
    if around["sign"]:
        raise NotAnAmount("negative")
    if amount > LARGEST:
        raise NotAnAmount("too_large")
    return amount


def levelled(text):
    """Latin digits, plain spaces, one apostrophe; without direction signs and joiners."""
    if len(text) > 50 * LONGEST:
        text = text[: 50 * LONGEST]  # stays too long to be an amount
    signs = (level(sign) for sign in text.translate(SPELLED) if unicodedata.category(sign) != "Cf")
    return "".join(signs).strip()


def level(sign):
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    return " " if unicodedata.category(sign) == "Zs" else sign


def value_of(number):
    """The value of digits with separators between them."""
    separators, groups, cents = re.findall(r"\D", number), re.split(r"\D", number), ""
    if separators and ends_in_decimals(separators, groups):
        separators, groups, cents = separators[:-1], groups[:-1], groups[-1]
    if separators and not are_thousands(separators, groups):
        raise NotAnAmount("not_a_number")
    if len(cents) > 2:
        raise NotAnAmount("too_many_decimals")
    return Decimal(f"{''.join(groups)}.{cents:0<2}")


def ends_in_decimals(separators, groups):
    """Does the last separator stand in front of the cents?"""
    *earlier, last = separators
    if last == "٫":
        return True
    if last not in ".,":
        return False
    return last not in earlier if earlier else not are_thousands(separators, groups)


def are_thousands(separators, groups):
    """One kind of separator, three digits behind each, and no number that begins with 0."""
    first, *others = groups
    fits = len(first) <= 3 and first[0] != "0" and all(len(each) == 3 for each in others)
    return fits and len(set(separators)) == 1 and separators[0] != "٫"
