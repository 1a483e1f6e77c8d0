"""Template filters for what messages say in plain text."""

from django import template

from wir.languages.text import MarkedText

register = template.Library()


@register.filter
def plain_marked(value):
    """A text for a message without markup: followed by the name of its language where it is in another one."""
    if isinstance(value, MarkedText) and value.is_fallback:
        return f"{value} ({value.language.name})"
    return str(value)
