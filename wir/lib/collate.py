"""Sort keys for the reader's alphabet, made in Python so that both databases sort alike.

PyICU has no wheel, and pure-Python UCA has no rules per language; one alphabet string per language is enough for
titles and names. Order within a key: letters, then accents, then case (the levels of UTS 10).
"""

import unicodedata

LETTERS_OF = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "þ": "th"}


def sort_key(text, alphabet, turkish=False):
    """Bytes that sort like `text` in a dictionary with this alphabet.

    turkish: dotted and dotless i are two letters, also in capitals.
    """
    order = {letter: place for place, letter in enumerate(alphabet)}
    primary, secondary, tertiary = [], [], []
    for char in unicodedata.normalize("NFC", text):
        lower = {"I": "ı", "İ": "i"}.get(char, char.lower()) if turkish else char.lower()
        for letter in LETTERS_OF[lower] if lower in LETTERS_OF and lower not in order else lower:
            weight, mark = weigh(letter, order)
            if weight is not None:
                primary.append(weight)
                secondary.append(mark)
                tertiary.append(char != lower)
    return (
        b"".join(weight.to_bytes(4, "big") for weight in primary)
        + b"\0\0\0\0"
        + b"".join(mark.to_bytes(3, "big") for mark in secondary)
        + b"\0"
        + bytes(tertiary)
    )


def weigh(letter, order):
    """(weight, accent) of one letter; (None, 0) for what sorting passes over, such as punctuation."""
    if letter in order:
        return 2000 + order[letter], 0
    if letter.isspace() or letter in "-/":
        return 1, 0
    base, *marks = unicodedata.normalize("NFKD", letter)
    accent = ord(marks[0]) if marks else 0
    if base in order:
        return 2000 + order[base], accent or 1
    if base.isdigit():
        return 1000 + int(base), accent
    if base.isalpha():
        return 10000 + ord(base), accent
    return None, 0
