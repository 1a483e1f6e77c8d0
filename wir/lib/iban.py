"""Numbers of bank accounts (IBAN, ISO 13616): read as people type them, checked by their checksum."""

import re
import unicodedata

SHAPE = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
LONGEST = 60  # signs of what is typed
GERMAN = 22  # signs of a German number; other countries are known by their checksum alone


def normalised(text):
    """Without spaces and dashes, in capital letters, every digit as 0 to 9; "" for what is too long to be one."""
    if len(text or "") > LONGEST:
        return ""
    return "".join(sign for each in text or "" for sign in typed(each))


def typed(sign):
    category = unicodedata.category(sign)
    if sign.isspace() or category in ("Pd", "Cf"):
        return ""
    return str(unicodedata.decimal(sign)) if category == "Nd" else sign.upper()


def is_valid(iban):
    """Of a normalised number: its shape, its length where it is German, and its checksum (ISO 7064, modulo 97)."""
    if not SHAPE.fullmatch(iban) or (iban.startswith("DE") and (len(iban) != GERMAN or not iban[2:].isdigit())):
        return False
    digits = "".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])
    return int(digits) % 97 == 1


def masked(iban):
    """DE89 … 3000: enough to recognise a number, too little to use it."""
    return f"{iban[:4]} … {iban[-4:]}" if iban else ""
