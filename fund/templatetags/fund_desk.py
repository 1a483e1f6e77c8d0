"""Template filters of the project team's desk."""

import unicodedata

from django import template

from wir.lib.formats import euro as in_euro

register = template.Library()


@register.filter
def direction(text):
    """ "rtl" or "ltr", as the first letter of a text that somebody typed says; "ltr" for one without letters."""
    for sign in str(text):
        kind = unicodedata.bidirectional(sign)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            break
    return "ltr"


@register.filter
def euro(amount):
    """12.500 € in German; "–" where there is none."""
    return "–" if amount is None else in_euro(amount, "de")


@register.filter
def get(mapping, key):
    return mapping.get(key) if mapping else None
