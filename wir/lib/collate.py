"""Sort keys for the reader's alphabet, made in Python so that both databases sort alike.

PyICU has no wheel, and pure-Python UCA has no rules per language; one alphabet string per language is enough for
titles and names. Order within a key: letters, then accents, then case (the levels of UTS 10). Brackets in an alphabet
hold one letter and its variants. Punctuation is passed over, as in a printed dictionary.
"""

import re
import unicodedata
from functools import lru_cache

LETTERS_OF = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "þ": "th"}
# accents in the order of CLDR's root; others follow by code
MARKS = {
    mark: place
    for place, mark in enumerate("\u0301\u0300\u0306\u0302\u030c\u030a\u0308\u030b\u0303\u0307\u0328\u0327\u0304", 2)
}
GAPS = {" ": 1, "-": 2, "/": 3}


@lru_cache
def letters_in(alphabet):
    """{letter: (weight, variant)} of an alphabet string."""
    order = {}
    for place, group in enumerate(re.findall(r"\(([^)]*)\)|(.)", alphabet)):
        for variant, letter in enumerate("".join(group)):
            order[letter] = (2000 + place, variant)
    return order


def sort_key(text, alphabet, turkish=False):
    """Bytes that sort like `text` in a dictionary with this alphabet.

    turkish: dotted and dotless i are two letters, also in capitals.
    """
    order = letters_in(alphabet)
    primary, secondary, tertiary = [], [], []
    for char in unicodedata.normalize("NFC", text):
        lower = {"I": "ı", "İ": "i"}.get(char, char.lower()) if turkish else char.lower()
        expanded = lower in LETTERS_OF and lower not in order
        for letter in LETTERS_OF[lower] if expanded else lower:
            weight, mark = weigh(letter, order)
            if weight is not None:
                primary.append(weight)
                secondary.append(mark)
                tertiary.append((char != lower) * 2 + expanded)
            elif mark and secondary:
                secondary[-1] = mark
    return (
        b"".join(weight.to_bytes(4, "big") for weight in primary)
        + b"\0\0\0\0"
        + b"".join(mark.to_bytes(3, "big") for mark in secondary)
        + b"\0"
        + bytes(tertiary)
    )


def weigh(letter, order):
    """(weight, accent) of one letter; no weight for what sorting passes over, such as punctuation and lone accents."""
    if letter in order:
        return order[letter]
    if letter.isspace() or letter in GAPS:
        return GAPS.get(letter, 1), 0
    if unicodedata.combining(letter):
        return None, MARKS.get(letter, ord(letter))
    base, *marks = unicodedata.normalize("NFKD", letter)
    accent = MARKS.get(marks[0], ord(marks[0])) if marks else 0
    if base in order:
        return order[base][0], accent or 1
    if base.isdecimal():
        return 1000 + int(base), accent
    if base.isalpha():
        return 10000 + ord(base), accent
    return None, 0
