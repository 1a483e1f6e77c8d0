"""What speaks for a conflict of interest between a person and a case. Pure: it compares what it is given.

A finding is no verdict: it is a key with a sentence, and the chair or the deputy of the body settles it, never the
person herself (fund design, 1.5). What is compared are spellings: case, spaces, umlauts, legal forms and what people
put before a name make no difference.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from wir.lib.fold import fold

HELPED, UNIT, ORGANISATION, NAME = "helped", "unit", "organisation", "name"
MAIL, DOMAIN, PHONE, ADDRESS = "mail", "domain", "phone", "address"
SENTENCES = {
    HELPED: "Hilfe beim Schreiben des Antrags",
    UNIT: "dieselbe Stelle der Stadtverwaltung",
    ORGANISATION: "dieselbe Organisation, oder eine mit ähnlichem Namen",
    NAME: "derselbe Name wie eine Person im Antrag",
    MAIL: "dieselbe E-Mail-Adresse",
    DOMAIN: "eine E-Mail-Adresse bei derselben Organisation",
    PHONE: "dieselbe Telefonnummer",
    ADDRESS: "dieselbe Postanschrift",
}
NOBODY_LIFTS = frozenset((HELPED,))  # who helped to write it never reads or decides on it as a member or in the office

DATA = Path(__file__).parent / "data"
RESERVED = ("example", "test", "invalid", "localhost")  # top-level domains of RFC 2606
LEGAL = re.compile(
    r"\b(e v|ev|eingetragener verein|g?gmbh|g gmbh|gug|ug|haftungsbeschrankt|mbh|gag|ag|kg|ohg|gbr|e g|eg|e k|"
    r"partg|kdor|k d o r|a d o r|i g|i gr|in grundung|gemeinnutzig\w*)\b"
)
BEFORE = {"der", "die", "das", "verein", "forderverein", "firma", "the"}
TOO_PLAIN = {
    "gruppe", "initiative", "projekt", "forum", "zentrum", "haus", "treff", "hannover", "stadt", "landeshauptstadt",
    "beispielverein", "beispielgruppe", "bundnis", "netzwerk", "stiftung", "jugend", "kultur", "sport", "schule",
}  # fmt: skip
TITLES = {"dr", "prof", "professor", "frau", "herr", "dipl", "ing", "med", "phil"}
FEWEST_DIGITS = 6  # of a phone number that says something


@dataclass(frozen=True)
class Person:
    """Who is asked. units: [(number, names)] of the city that she answers for. user: her account, None without one."""

    names: tuple = ()
    organisations: tuple = ()
    units: tuple = ()
    mails: tuple = ()
    phones: tuple = ()
    posts: tuple = ()
    user: int | None = None


@dataclass(frozen=True)
class Case:
    """Who stands in a case, as typed. helpers: (account or None, mail) of who filled in with the applicant."""

    organisations: tuple = ()
    names: tuple = ()
    mails: tuple = ()
    phones: tuple = ()
    posts: tuple = ()
    helpers: tuple = ()


def find(person, case):
    """The keys of everything found, in the order of SENTENCES; () where nothing speaks for a conflict."""
    found = {
        HELPED: helped(person, case),
        UNIT: any(is_unit(each, number, names) for each in case.organisations for number, names in person.units),
        ORGANISATION: any_pair(same_organisation, person.organisations, case.organisations),
        NAME: meet(name_key, person.names, case.names),
        MAIL: meet(mail_key, person.mails, case.mails),
        DOMAIN: any_pair(same_domain, person.mails, case.mails),
        PHONE: meet(phone_key, person.phones, case.phones),
        ADDRESS: any_pair(same_address, person.posts, case.posts),
    }
    if found[MAIL]:
        found[DOMAIN] = False  # the same address says it already
    return tuple(key for key in SENTENCES if found[key])


def sentences(keys):
    return [SENTENCES[key] for key in keys if key in SENTENCES]


def helped(person, case):
    """Named by her account, or with the address of it; also where the help has ended."""
    mails = set(filter(None, map(mail_key, person.mails)))
    return any((user is not None and user == person.user) or mail_key(mail) in mails for user, mail in case.helpers)


def meet(key, ours, theirs):
    """Do the keys of both have one in common? An empty key is none."""
    known = set(filter(None, map(key, ours)))
    return bool(known) and any(key(each) in known for each in theirs)


def any_pair(same, ours, theirs):
    return any(same(our, their) for our in ours for their in theirs)


# Spellings ------------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=4096)
def plain(text):
    """Folded, and "Müller", "Mueller" and "Muller" are one."""
    return re.sub(r"([aou])e", r"\1", fold(text))


@lru_cache(maxsize=4096)
def organisation_key(text):
    """The words of a name without legal form and without what may stand before it."""
    words = LEGAL.sub(" ", plain(text)).split()
    while len(words) > 1 and words[0] in BEFORE:
        words = words[1:]
    return tuple(words)


def same_organisation(one, other):
    """The same words, written in one or in several; or one name is how the other begins: AWO, AWO Region Hannover."""
    a, b = sorted((organisation_key(one), organisation_key(other)), key=len)
    if not a or not b:
        return False
    if "".join(a) == "".join(b):
        return True
    says_enough = len(a) > 1 or (len(a[0]) > 2 and a[0] not in TOO_PLAIN)
    return says_enough and b[: len(a)] == a


def is_unit(text, number, names):
    """Does a text name this unit of the city, by its number or by one of the names it carries or carried?"""
    if number and re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.]*\d)", text):
        return True
    ours = f" {' '.join(organisation_key(text))} "
    return any(key and f" {' '.join(key)} " in ours for key in map(organisation_key, names))


@lru_cache(maxsize=4096)
def name_key(text):
    """The words of a name in any order, without titles; "" for one word alone, which many people carry."""
    words = [word for word in plain(text).split() if word not in TITLES]
    return " ".join(sorted(words)) if len(words) > 1 else ""


def mail_key(text):
    return text.strip().casefold() if "@" in text else ""


@lru_cache(maxsize=1)
def open_domains():
    """Domains of providers where everybody can have an address (fund/data/open_mail_domains.txt)."""
    lines = (DATA / "open_mail_domains.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.strip() for line in lines if line.strip() and not line.startswith("#"))


@lru_cache(maxsize=4096)
def domain_of(mail):
    """The domain of an address where it says something: not of a free provider, nor the city's own."""
    _name, at, domain = mail_key(mail).rpartition("@")
    if not at or domain.rpartition(".")[2] in RESERVED:
        return ""
    return "" if any(within(domain, each) for each in open_domains()) else domain


def same_domain(one, other):
    a, b = domain_of(one), domain_of(other)
    return bool(a and b) and (within(a, b) or within(b, a))


def within(domain, other):
    return domain == other or domain.endswith(f".{other}")


@lru_cache(maxsize=4096)
def phone_key(text):
    """The digits as dialled in Germany; "" for too few."""
    digits = "".join(re.findall(r"\d", fold(text.replace("(0)", ""))))
    if text.strip().startswith("+"):
        digits = f"00{digits}"
    digits = re.sub(r"^0049", "0", digits)
    return digits if len(digits) >= FEWEST_DIGITS else ""


@lru_cache(maxsize=4096)
def address_key(text):
    """(street with its number, postcode); the postcode may be missing. ("", "") for what names no street."""
    postcode = re.search(r"\b\d{5}\b", fold(text))
    for part in re.split(r"[\n,;]", text):
        words = re.sub(r"str(asse|ase)?\b", "str", plain(part))
        street = re.fullmatch(r"(\D+?)\s*(\d{1,4})\s*([a-z]?)", words)
        if street:
            return "".join(street.groups()).replace(" ", ""), postcode[0] if postcode else ""
    return "", ""


def same_address(one, other):
    (street, code), (their_street, their_code) = address_key(one), address_key(other)
    return bool(street) and street == their_street and (code == their_code or not (code and their_code))
