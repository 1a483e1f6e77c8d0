"""Dates, amounts and references of a case, isolated from the sentence around them."""

from django import template
from django.utils import timezone
from django.utils.html import format_html

from fund import words
from wir.languages.text import current
from wir.lib import formats

register = template.Library()


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
def reference(value):
    """A reference: always from left to right."""
    return value and format_html('<bdi dir="ltr" class="together">{}</bdi>', value)
