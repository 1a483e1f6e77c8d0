"""From a kind and its context to subject, text and page, in the recipient's language or, whole, in the next one.

A message is never half translated: where one text is missing in a language, all of it is shown in another, and one
line at the top says so. Nothing here fails for want of a translation.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_noop, trans_real

from wir.languages import registry
from wir.languages.catalogues import messages_in
from wir.languages.text import MarkedText
from wir.outbox import kinds
from wir.outbox.addresses import one_line

NOTICE = gettext_noop("This message is not available in your language yet. Please call us; we explain it.")
PART = re.compile(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""")
BODY = ("<main>", "</main>")  # what base.html puts around the part that a printed letter shows too


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str
    language: registry.Language


def templates_of(kind):
    return [f"emails/{kind.name}{ending}" for ending in (".subject.txt", ".txt", ".html")]


def path_of(name):
    return Path(get_template(name).origin.name)


def with_parts(names):
    """These templates and every one that they extend or include by its name."""
    seen, open_ = {}, list(names)
    while open_:
        name = open_.pop()
        if name not in seen:
            seen[name] = path_of(name)
            open_ += PART.findall(seen[name].read_text(encoding="utf-8"))
    return seen.values()


@cache
def messages_of(kind):
    """(context, msgid, plural) of everything the templates of a kind say."""
    found = {message[:3] for path in with_parts(templates_of(kind)) for message in messages_in(path)}
    return frozenset(found)


def has_text(language, context, msgid, plural):
    """Does the catalogue of this language itself hold a translation?"""
    key = f"{context}\x04{msgid}" if context else msgid
    catalog = trans_real.translation(language.code)._catalog  # Django's fallback to German stands beside it
    return ((key, 0) if plural else key) in catalog


def is_complete(language, kind):
    """English always is: it is what the code says."""
    return language.code == "en" or all(has_text(language, *message) for message in messages_of(kind))


def language_for(kind, wanted):
    """The first language of the chain that has every text of this kind."""
    for code in (*wanted.chain, registry.SOURCE.code):
        if is_complete(registry.get(code), kind):
            return registry.get(code)
    return registry.get("en")


def notice_for(wanted, shown):
    """The line that says why a message comes in another language; empty where it comes in the wanted one."""
    if wanted == shown:
        return MarkedText("", shown, shown)
    for language in (wanted, shown, registry.SOURCE, registry.get("en")):
        if language.code == "en" or has_text(language, None, NOTICE, ""):
            with translation.override(language.code):
                return MarkedText(gettext(NOTICE), language, shown)


def seen_from(value, language):
    """Marked texts of a context, marked as seen from the language in which the message really is."""
    if isinstance(value, MarkedText):
        return replace(value, wanted=language)
    if isinstance(value, dict):
        return {key: seen_from(each, language) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [seen_from(each, language) for each in value]
    return value


def plain(name, context):
    """A template of plain text: nothing is escaped, lines end without white space."""
    text = get_template(name).template.render(Context(context, autoescape=False))
    text = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def render(kind, recipient, context, *, wanted):
    """Subject, text and page for a recipient who reads `wanted`. The subject knows nothing of the recipient."""
    shown = language_for(kind, wanted)
    notice = notice_for(wanted, shown)
    subject_template, text_template, page_template = templates_of(kind)
    with translation.override(shown.code):
        own = seen_from(context, shown)
        subject = one_line(
            plain(subject_template, {key: own[key] for key in kind.subject_keys if key in own}), longest=200
        )
        frame = {
            "shown": shown,
            "subject": subject,
            "notice": notice,
            "sender": kinds.sender(),
            "site_url": settings.SITE_URL,
            "recipient": recipient,
        }
        name = one_line(recipient.name)
        text = plain(text_template, own | frame | {"recipient_name": name})
        page = get_template(page_template).template.render(
            Context(own | frame | {"recipient_name": format_html("<bdi>{}</bdi>", name) if name else ""})
        )
    if notice:
        text = f"{notice}\n\n{text}"
    return Rendered(subject, text, page, shown)


def letter_body(html):
    """The part of a page that a printed letter shows: without the frame of a mail."""
    _before, _, rest = html.partition(BODY[0])
    return rest.rpartition(BODY[1])[0]
