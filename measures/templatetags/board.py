"""What the meetings of the boards and the measures say of each other."""

from django import template

from measures.board import measures_on
from wir.languages.text import tr

register = template.Library()


@register.simple_tag
def measures_on_topics(parts):
    """{topic: its measures} of all meetings of a page, in one go."""
    found = measures_on([topic.item for part in parts for topic in part.topics])
    return {pk: [measure for measure in measures if tr(measure, "title")] for pk, measures in found.items()}


@register.filter
def under(found, item):
    return found.get(item.pk, [])
