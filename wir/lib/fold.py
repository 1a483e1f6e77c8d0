"""One folded form of texts and of what people type, so that a search finds everyday spellings on both databases.

Case, accents and Arabic letter forms are levelled, invisible joiners dropped, all digits Latin.
"""

import re
import unicodedata

LETTERS = str.maketrans(
    {
        **{letter: "ی" for letter in "يىئ"},
        **{letter: "ا" for letter in "أإآٱ"},
        "ك": "ک",
        "ة": "ه",
        "ؤ": "و",
        "ı": "i",
        "ł": "l",
        "ß": "ss",
        "đ": "d",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        **{mark: "'" for mark in "’‘ʼ`´′"},
        **{mark: None for mark in "\u0640\u00ad\u00b7\u200b\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069\ufeff*"},
        "\u200c": " ",
    }
)
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def fold(text):
    """The folded form: lower case without marks, words separated by single spaces."""
    # Letters with a meaning of their own (ئ, آ) are levelled before their marks would be split off
    text = unicodedata.normalize("NFC", text).translate(LETTERS).casefold()
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    text = text.translate(LETTERS)
    digits = "".join(str(unicodedata.decimal(char)) if char.isdecimal() else char for char in text)
    return " ".join(re.findall(r"[\w']+", digits))


def fold_document(text):
    """Folded for the index: German umlauts also as ae, oe, ue, and words joined by an invisible joiner also as one."""
    forms = [text, unicodedata.normalize("NFC", text).casefold().translate(UMLAUTS), text.replace("\u200c", "")]
    folded = [fold(form) for form in forms]
    return " ".join(dict.fromkeys(folded))
