"""Moments as people write them, in Hannover's time."""

from django import template
from django.utils import timezone

from wir.languages.text import current
from wir.lib import formats

register = template.Library()


@register.filter
def moment(value):
    """31. März 2027, 23:59"""
    return formats.date_time(timezone.localtime(value), current().locale)
