"""Addresses made from German titles."""

import re
import unicodedata

SPELLED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "*": ""}
)
LONGEST = 60


def german_slug(title):
    """ASCII words of a title joined by hyphens, at most 60 characters, cut at a word; "" where nothing is left.

    The spelling is that of the printed flyers: ä→ae, ß→ss, the gender star is dropped, soft hyphens and middle dots
    of Leichte Sprache never reach an address.
    """
    text = unicodedata.normalize("NFC", title).lower().replace("\u00ad", "").replace("·", "").translate(SPELLED)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = "-".join(re.findall(r"[a-z0-9]+", text))
    if len(slug) > LONGEST:
        cut = slug[: LONGEST + 1].rpartition("-")[0]
        slug = cut or slug[:LONGEST]
    return slug
