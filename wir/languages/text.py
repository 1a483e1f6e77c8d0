"""Marked text: what a page shows, together with the language it really is in."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.translation import get_language

from wir.languages import registry
from wir.languages.terms import mark_terms
from wir.lib.blocks import blocks

INVISIBLE = re.compile("[\u061c\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\u2066-\u2069]")


@dataclass(frozen=True)
class MarkedText:
    """A text and the language it is in; `wanted` is the language of the page. Empty where nothing can be shown."""

    value: str
    language: registry.Language
    wanted: registry.Language

    def __bool__(self):
        return bool(self.value)

    def __str__(self):
        return self.value

    @property
    def is_fallback(self):
        return bool(self.value) and self.language != self.wanted

    @property
    def attributes(self):
        """` lang="de" dir="ltr"` for the element that holds the text, "" where it is in the page's language."""
        if not self.is_fallback:
            return ""
        return format_html(' lang="{}" dir="{}"', self.language.tag, self.language.dir)

    @property
    def blocks(self):
        return blocks(self.value)

    @property
    def first_paragraph(self):
        """Its first block as one line, in the same language, for cards."""
        found = self.blocks
        return MarkedText(" ".join(found[0].lines) if found else "", self.language, self.wanted)

    @property
    def html(self):
        """The text as safe HTML for an element that carries `attributes` itself; German terms in it are marked."""
        return mark_terms(self.value, self.language)

    def __html__(self):
        if self.is_fallback:
            return format_html("<span{}>{}</span>", self.attributes, self.html)
        return self.html


def column(field, language):
    """Name of the model field that holds `field` in this language (a Language or its code)."""
    code = language if isinstance(language, str) else language.code
    return f"{field}_{code.replace('-', '_')}"


def current():
    """The language of the page being made; German outside of a request."""
    return registry.BY_CODE.get(get_language() or "", registry.SOURCE)


def tr(obj, field, language=None):
    """The text of a translated field for a reader of `language`: its own, else the first of the chain that has one."""
    wanted = language or current()
    if is_blank(getattr(obj, column(field, registry.SOURCE))):  # withdrawn: its translations are not shown either
        return MarkedText("", wanted, wanted)
    for code in wanted.chain:
        value = getattr(obj, column(field, code))
        if not is_blank(value):
            return MarkedText(value, registry.get(code), wanted)
    return MarkedText("", wanted, wanted)


def is_blank(value):
    """True where nothing is left without markup, white space and invisible characters."""
    return not INVISIBLE.sub("", re.sub(r"<[^>]*>|&nbsp;", "", value or "")).strip()


def fingerprint(value):
    """Hash of a text by meaning: reformatting (white space, Unicode composition) changes nothing. "" for blank."""
    if is_blank(value):
        return ""
    text = " ".join(unicodedata.normalize("NFC", value).split())
    return hashlib.sha256(text.encode()).hexdigest()[:32]
