"""Who got the money, in public: organisations and the city by name, single people only if they said yes.

Groups without legal form and tandems are people too, and nobody asked them; they are told by their kind. What an
applicant wrote as title is not shown where it may name somebody who is not named (GDPR Art. 5 (1) c). In doubt it is
hidden: a false alarm costs a neutral title, a miss tells a name.
"""

import re

from fund.choices import YES
from fund.models import ApplicantKind
from wir.lib.fold import fold

BY_NAME = (ApplicantKind.ORGANISATION, ApplicantKind.UNIT)
SHORTEST, LONG = 3, 4  # letters of a part that is looked for by itself, and of one found by its beginning
TOGETHER = 6  # letters of a whole name found inside of a word, as in AnnaMüller
DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
CHARACTERS = re.compile("[\u3040-\u30ff\u3400-\u9fff]")  # written without spaces: two signs can be a whole name
ARABIC = re.compile("[\u0600-\u06ff]")
CYRILLIC = re.compile("[\u0400-\u04ff]")
JOINED = ("ال", "و", "ف", "ب", "ک", "ل")  # written together with the next word: and, for, with, like, the
SMALL = {"von", "van", "der", "den", "dem", "zum", "zur", "und", "del", "dos", "the"}  # name nobody by themselves
BEFORE_NAMES = {"herr", "frau", "mr", "mrs", "ms", "dr", "prof", "dipl", "ing"}
# Last consonants that change before an ending: Agnieszka, Agnieszce; Ольга, Ользі
CHANGED = {"ka": "c", "ga": "dz", "ta": "c", "da": "dz", "ка": "ц", "га": "з", "ха": "с"}


def carrier(*, kind, applicant, person, consent):
    """The name to show, "" where only the kind is told. consent: the answer to the question `named`."""
    if kind == ApplicantKind.PERSON:
        return applicant.strip() if consent == YES else ""
    if kind not in BY_NAME or is_person(applicant, person):  # who wrote her own name is no organisation
        return ""
    return applicant.strip()


def is_person(applicant, person):
    """Is what stands as organisation the person herself: her name in any order, with commas, with a form of address?"""
    for spelled in (fold, spelled_out):
        own = {word for word in words(spelled(applicant)) if len(word) > 1} - BEFORE_NAMES
        if own <= set(words(spelled(person))):
            return True
    return False


def title_names_somebody(title, *, kind, applicant, person, consent):
    """True where the title may name the responsible person, or one of the two of a tandem."""
    if kind == ApplicantKind.PERSON and consent == YES:
        return False
    both = kind in (ApplicantKind.PERSON, ApplicantKind.TANDEM)
    names = [person, *(re.split("[/&+]", applicant) if both else ())]
    return any(names_one(spelled(title), spelled(name)) for name in names for spelled in (fold, spelled_out))


def spelled_out(text):
    """Folded, with ä, ö and ü as their two letters."""
    return fold(text.casefold().translate(DIGRAPHS))


def words(folded):
    """The words of a folded text, also apart at apostrophes and underscores: ayse'nin are two."""
    return [word for word in re.split(r"[\s'_]+", folded) if word]


def names_one(title, name):
    """Does a folded title hold enough of a folded name: a part of three letters, or two parts or all of short ones?"""
    said, parts = words(title), words(name)
    together = "".join(parts)
    if len(together) >= (2 if CHARACTERS.search(together) else TOGETHER) and together in "".join(said):
        return True
    parts = {part for part in parts if len(part) > 1}
    parts = parts - SMALL or parts
    found = {part for part in parts if any(is_part(word, part) for word in said)}
    alone = any(len(part) >= SHORTEST for part in found)
    return alone or len(found) > 1 or (bool(found) and found == parts)


def is_part(word, part):
    """Is a word of a title a part of a name, in any of its cases and with what is joined to it in Arabic script?"""
    return any(is_form(form, of) for form in unjoined(word) for of in {part, part.removeprefix("ال") or part})


def is_form(word, part):
    """Long parts are found by their beginning; short ones whole, and with three letters before one more."""
    if len(part) >= LONG:
        return any(word.startswith(stem) for stem in stems(part))
    if word in (part, f"{part}s"):
        return True
    if len(part) < SHORTEST:
        return False
    declined = CYRILLIC.search(part) or part.endswith("a")  # Оля, Олі; Ewa, Ewy
    ends = word[2:] if CYRILLIC.search(word) else word[2:] if word[2:] in ("y", "e", "o", "i", "ie") else None
    grown = word.startswith(part) and len(word) == len(part) + 1
    return grown or bool(declined and word.startswith(part[:2]) and ends and len(ends) <= 2)


def stems(part):
    """Beginnings that all cases of a name share: without the last letter, and where sounds change, with the change."""
    yield part[:-1]
    if len(part) > LONG:
        if part[-2:] in CHANGED:
            yield part[:-2] + CHANGED[part[-2:]]
        if part[-2] in "eoео":  # Paweł, Pawła; Павел, Павла
            yield part[:-2] + part[-1]


def unjoined(word):
    """The word, and in Arabic script the same without what is joined to its beginning."""
    yield word
    if ARABIC.search(word):
        for joined in JOINED:
            rest = word.removeprefix(joined)
            if rest != word and len(rest) >= SHORTEST:
                yield from unjoined(rest)
