"""Funded projects on pages: their titles and states, small numbers, and the projects of a measure or a district."""

from django import template
from django.db.models import Count, F, Window
from django.utils.html import conditional_escape, format_html
from django.utils.translation import gettext as _

from fund.models import Application
from fund.projects.reading import FINISHED, GRANTED, RUNNING, made, read, untitled
from fund.words import number, sentence
from wir.lib.small_numbers import FEWEST

register = template.Library()
MOST_SHOWN = 6
SIGNS = {GRANTED: "○", RUNNING: "◐", FINISHED: "●"}


@register.simple_tag
def project_title(project):
    """As it was written, in its own language and direction; words in its place where it is not shown."""
    if not project.title:
        return untitled()
    return format_html("<bdi{}>{}</bdi>", project.title.attributes, project.title.value)


@register.simple_tag
def project_badge(project):
    sign, words = SIGNS[project.state], project.state_words
    return format_html(
        '<span class="badge"><span class="sign" aria-hidden="true">{}</span> {}</span>', sign, conditional_escape(words)
    )


@register.filter
def few(shown):
    """A number, or that it is too small to be told (wir.lib.small_numbers)."""
    return number(shown.least) if shown.exact else sentence(_("fewer than %(number)s"), number=number(FEWEST))


@register.filter
def at_least(shown):
    """A sum, or what it is at least where a part of it is hidden."""
    return number(shown.least) if shown.exact else sentence(_("at least %(number)s"), number=number(shown.least))


@register.inclusion_tag("fund/projects/of_part.html")
def projects_of_measure(measure):
    """The projects that got money to carry a measure out; one statement."""
    found = Application.objects.granted(measure.sample).filter(call__measure=measure.pk)
    return part(found, f"massnahme={measure.number}", measure.sample)


@register.inclusion_tag("fund/projects/of_part.html")
def projects_of_district(district):
    """The funded projects of a district, without those of the whole city; one statement."""
    found = Application.objects.granted().filter(revision__district=district)
    return part(found, f"bezirk={district.number}", False)


def part(applications, query, samples):
    """The newest of them, and the way to all."""
    newest = read(applications.order_by("-decision_released_at", "-pk")).annotate(total=Window(Count(F("pk"))))
    rows = list(newest[:MOST_SHOWN])
    return {
        "projects": [made(each) for each in rows],
        "total": rows[0].total if rows else 0,
        "query": f"?{query}&beispiele=1" if samples else f"?{query}",
    }
