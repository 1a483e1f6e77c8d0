"""Dates, amounts and references of a case, isolated from the sentence around them."""

import re

from django import template
from django.template.defaultfilters import linebreaks, linebreaksbr
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from fund import words
from fund.decision_reference import LEFT_TO_RIGHT, POP
from wir.languages.text import current
from wir.lib import formats, iban

register = template.Library()

GERMAN_PIECE = re.compile(f"{LEFT_TO_RIGHT}([^\\n{LEFT_TO_RIGHT}{POP}]*){POP}")
# A reference, or a phone number that stands apart (fund/letters.py)
TOGETHER = re.compile("WIR-[0-9]{4}-[0-9A-Z]{4}|(?<=\u2068)[+(]?[0-9][0-9 ()/-]+(?=\u2069)")


@register.filter
def own_day(value):
    """A date in the page's language: <bdi>25 Dezember 2026</bdi>; moments are told in Hannover's time."""
    if not value:
        return ""
    value = timezone.localtime(value) if hasattr(value, "hour") else value
    return format_html("<bdi>{}</bdi>", formats.long_date(value, current().locale))


@register.filter
def own_moment(value):
    """A moment with its time of day, in Hannover's time."""
    return value and format_html("<bdi>{}</bdi>", formats.date_time(timezone.localtime(value), current().locale))


@register.filter
def own_amount(value):
    """An amount in euro."""
    return "" if value is None else format_html("<bdi>{}</bdi>", formats.euro(value, current().locale))


@register.filter
def german_name(value):
    """A German proper name inside a sentence of another language."""
    return words.proper(value)


@register.filter
def plain_amount(value):
    """An amount in euro, for texts that are no HTML."""
    return formats.euro(value, current().locale)


@register.filter
def letter(value):
    """The text of a letter as paragraphs; its German pieces say so, references and phone numbers stay on one line."""
    return marked_pieces(linebreaks(value, autoescape=True))


@register.filter
def letter_lines(value):
    """The same of one paragraph, for the paper and for mails."""
    return marked_pieces(linebreaksbr(value, autoescape=True))


def marked_pieces(html):
    html = GERMAN_PIECE.sub(r'<bdi lang="de" dir="ltr">\1</bdi>', html)
    return mark_safe(TOGETHER.sub(r'<bdi dir="ltr" class="together">\g<0></bdi>', html))  # noqa: S308 - escaped


@register.filter
def masked_account(value):
    """A number of an account by its first and last signs."""
    return iban.masked(value)


@register.filter
def reference(value):
    """A reference: always from left to right."""
    return value and format_html('<bdi dir="ltr" class="together">{}</bdi>', value)
