"""Interface catalogues: found in the code, kept in step, checked. Works without gettext installed.

msgids are English; all twelve catalogues, German and English included, are complete.
"""

import io
import re
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

from wir.languages import registry

FOLDERS = ("wir", "strategy", "measures", "fund", "templates")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
ONE_OTHER = "nplurals=2; plural=(n != 1);"
ZERO_ONE_OTHER = "nplurals=2; plural=(n > 1);"
SLAVIC = "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
PLURALS = {
    "tr": ZERO_ONE_OTHER,
    "fa": ZERO_ONE_OTHER,
    "fr": ZERO_ONE_OTHER,
    "uk": SLAVIC,
    "ru": SLAVIC,
    "pl": "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
}
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%[sd]")


def path_of(language):
    return Path(settings.LOCALE_PATHS[0]) / language.folder / "LC_MESSAGES" / "django.po"


def plural_rule(language):
    return PLURALS.get(language.code, ONE_OTHER)


def plural_count(language):
    return int(re.match(r"nplurals=(\d)", plural_rule(language)).group(1))


def messages_in(path):
    """(context, msgid, plural or "", comments) of every message of one file of code or template."""
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = templatize(source, origin=str(path))
    options = {"encoding": "utf-8"}
    for _line, message, comments, context in extract(
        "python", io.BytesIO(source.encode()), KEYWORDS, ["Translators:"], options
    ):
        msgid, plural = message if isinstance(message, tuple) else (message, "")
        if msgid:
            yield context, msgid, plural, comments


def messages():
    """Every message of the code: {(context, msgid): (plural or "", places, comments)}, in a stable order."""
    found = {}
    for folder in FOLDERS:
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.suffix not in (".py", ".html", ".txt") or "migrations" in path.parts or "content" in path.parts:
                continue
            place = path.relative_to(settings.BASE_DIR).as_posix()
            for context, msgid, plural, comments in messages_in(path):
                entry = found.setdefault((context, msgid), [plural, [], []])
                if (place, "") not in entry[1]:
                    entry[1].append((place, ""))
                entry[2] += [comment for comment in comments if comment not in entry[2]]
    return found


def update():
    """Bring all catalogues in step with the code: new messages empty, vanished ones gone. Returns {code: empty}."""
    wanted, empty = messages(), {}
    for language in registry.LANGUAGES:
        path = path_of(language)
        old = polib.pofile(str(path)) if path.exists() else polib.POFile()
        known = {(entry.msgctxt, entry.msgid): entry for entry in old}
        new = polib.POFile(wrapwidth=110)
        new.metadata = {
            "Language": language.folder,
            "MIME-Version": "1.0",
            "Content-Type": "text/plain; charset=UTF-8",
            "Content-Transfer-Encoding": "8bit",
            "Plural-Forms": plural_rule(language),
        }
        for (context, msgid), (plural, places, comments) in sorted(wanted.items(), key=lambda row: row[1][1][0]):
            entry = polib.POEntry(
                msgctxt=context, msgid=msgid, occurrences=places, comment="\n".join(comments), flags=flags(msgid)
            )
            before = known.get((context, msgid))
            if plural:
                entry.msgid_plural = plural
                entry.msgstr_plural = dict.fromkeys(range(plural_count(language)), "")
                if before is not None:
                    entry.msgstr_plural |= {int(key): text for key, text in before.msgstr_plural.items()}
            elif before is not None:
                entry.msgstr = before.msgstr
            if before is not None and "fuzzy" in before.flags:
                entry.flags.append("fuzzy")
            new.append(entry)
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or str(new) != str(old):
            new.save(str(path))
        empty[language.code] = sum(not entry.translated() for entry in new)
    return empty


def flags(msgid):
    return ["python-format"] if PLACEHOLDER.search(msgid) else []


def faults():
    """What is wrong with the catalogues, in words: missing, vanished or empty messages, plurals, placeholders."""
    wanted = messages()
    for language in registry.LANGUAGES:
        path = path_of(language)
        if not path.exists():
            yield f"{language.code}: no catalogue"
            continue
        entries = {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path)) if not entry.obsolete}
        for key in wanted.keys() - entries.keys():
            yield f"{language.code}: missing {key[1]!r}"
        for key in entries.keys() - wanted.keys():
            yield f"{language.code}: nothing uses {key[1]!r} any more"
        for (_context, msgid), entry in entries.items():
            texts = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
            if "fuzzy" in entry.flags or not all(text.strip() for text in texts):
                yield f"{language.code}: not translated: {msgid!r}"
            elif entry.msgid_plural and len(texts) != plural_count(language):
                yield f"{language.code}: {len(texts)} plural forms of {msgid!r}"
            names = set(PLACEHOLDER.findall(entry.msgid_plural or msgid))
            for text in texts:
                if (
                    set(PLACEHOLDER.findall(text)) - names
                    or not entry.msgid_plural
                    and names - set(PLACEHOLDER.findall(text))
                ):
                    yield f"{language.code}: other placeholders in {text!r}"
