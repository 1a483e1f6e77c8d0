"""Template filters for what messages say in plain text."""

from django import template

from wir.languages.text import MarkedText, current

LTR, END = "\u2066", "\u2069"  # isolates (Unicode Bidirectional Algorithm, UAX #9): plain text has no <bdi>

register = template.Library()


@register.filter
def plain_marked(value):
    """A text for a message without markup: followed by the name of its language where it is in another one."""
    if isinstance(value, MarkedText) and value.is_fallback:
        return f"{value} ({value.language.name})"
    return str(value)


@register.filter
def left_to_right(value):
    """A number with spaces in it, kept in its order where the message runs from right to left. Not for addresses in
    the net: a mail program would take the sign at the end into the link."""
    return f"{LTR}{value}{END}" if value and current().dir == "rtl" else value
