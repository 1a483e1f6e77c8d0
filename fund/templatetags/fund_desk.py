"""Template filters of the project team's desk."""

import unicodedata

from django import template
from django.urls import reverse

from fund import book, leading
from fund.models import CaseItem
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


@register.simple_tag
def case_pages(meeting, user):
    """[(label, address)] of the fund's pages about a meeting that has cases on its agenda, as far as they are hers."""
    if not CaseItem.objects.filter(meeting=meeting).exists():
        return []
    found = []
    if leading.leads(user, meeting.body, meeting.day):
        found.append(("Sitzung leiten", reverse("admin:fund_meeting_lead", args=[meeting.pk])))
    if book.may_open(user, meeting):
        found.append(("Sitzungsmappe", reverse("admin:fund_meeting_book", args=[meeting.pk])))
    return found
