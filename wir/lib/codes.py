"""Codes that people read, say on the phone and type: letters and digits that nobody takes for another."""

import hashlib
import hmac
import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 and O, no 1, I and L, no U: 30 signs, 4.9 bits each
LONGEST = 200  # signs of what is typed; a pasted page is not read
# Letters of a Cyrillic keyboard that look the same; nobody sees which one they typed
LOOKS_LIKE = dict(zip("АВЕКМНРСТУХ", "ABEKMHPCTYX", strict=True))
# A portal against racism gives no reference that reads like a sign of the Nazis (letters that number plates may not
# have, and their figures)
UNWANTED = ("88", "AH", "HH", "HJ", "KZ", "NS", "SA", "SS")


def group(code, size=4):
    """K7QX-M2PD-9RVA-3TNC: easier to copy from paper."""
    return "-".join(code[start : start + size] for start in range(0, len(code), size))


def normalised(text):
    """The typed code without spaces and dashes, in capital letters; "" where a sign is left that no code has.

    A letter that is not in the alphabet is not guessed: O could be 0 or Q.
    """
    if len(text or "") > LONGEST:
        return ""
    code = "".join(sign for each in text or "" for sign in typed(each))
    return code if all(sign in ALPHABET for sign in code) else ""


def typed(sign):
    """One sign as the alphabet spells it; "" for spaces, dashes and invisible signs."""
    category = unicodedata.category(sign)
    if sign.isspace() or sign == "−" or category in ("Zs", "Pd", "Cf"):
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    if "！" <= sign <= "～":  # full width
        sign = unicodedata.normalize("NFKC", sign)
    upper = sign.upper()
    return upper if sign.isascii() else LOOKS_LIKE.get(upper, "?")


def random_code(length):
    """A new code that nobody can guess; 16 signs hold 78 bits."""
    return "".join(secrets.choice(ALPHABET) for _number in range(length))


def derived_code(key, text, length):
    """The code that belongs to a text, the same each time; without the key (bytes) nobody works it out.

    HMAC-SHA256. Bytes beyond the last multiple of 30 are passed over, so every sign is equally likely.
    """
    fair = 256 - 256 % len(ALPHABET)
    code, block = "", 0
    while len(code) < length:
        digest = hmac.digest(key, f"{block}:{text}".encode(), hashlib.sha256)
        code += "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest if byte < fair)
        block += 1
    return code[:length]


def reference(year, length=4):
    """A new reference for people: WIR-2026-K7QX. Random, so it counts nothing; the database keeps it unique."""
    return f"WIR-{year}-{printed_code(length)}"


def printed_code(length):
    """A new code for paper that others see too, without the signs that nobody wants to read there."""
    while True:
        code = random_code(length)
        if not any(sign in code for sign in UNWANTED):
            return code
