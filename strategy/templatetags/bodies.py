"""Bodies and meetings on other pages: coming dates, and the boards of a district."""

from django import template
from django.utils import timezone

from strategy.bodies_pages import OF_DISTRICTS, public_meetings
from strategy.models import Body, BodyName
from wir.languages.text import current
from wir.lib import formats

register = template.Library()
NEXT = 3  # dates in the block


@register.inclusion_tag("strategy/taking_part.html", takes_context=True)
def taking_part(context, samples=False):
    """How to take part, with the next public dates."""
    today = timezone.localdate()
    meetings = list(public_meetings(samples).coming(today)[:NEXT])
    return {"meetings": meetings, "samples": samples, "contact": context.get("contact")}


@register.inclusion_tag("strategy/of_district.html")
def bodies_of_district(district):
    """The council and the advisory board of a district."""
    today, found = timezone.localdate(), {}
    names = BodyName.objects.filter(is_alias=False, body__district=district, body__kind__in=OF_DISTRICTS)
    own = ("name", "valid_from", "valid_until", "is_alias", "body__kind", "body__phone", "body__mail", "body__link")
    for name in names.filter(body__in=Body.objects.public()).select_related("body").only(*own).order_by("valid_from"):
        if name.is_valid(today):
            found[name.body.kind] = (name, name.body)
    return {"bodies": [found[kind] for kind in OF_DISTRICTS if kind in found]}


@register.filter
def weekday_date(value):
    """Donnerstag, 18. März 2027, in the page's language."""
    return formats.weekday_date(value, current().locale)


@register.filter
def clock(value):
    """17:00, as in every language of the portal."""
    return f"{value:%H:%M}" if value else ""


@register.filter
def body_name(meeting):
    """The German name its body carried on its day."""
    return meeting.body.name_on(meeting.day) or str(meeting.body)
