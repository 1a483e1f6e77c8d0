"""A message may carry a personal access: its link and its code. What is stored holds only a mark in their place.

Templates of messages get the marks as context, {"link": LINK, "code": CODE}. The kind tells the values at the moment
in which a mail is handed over, a letter printed or a call made, so no row, export or list ever has them. Whoever reads
a message in the back office reads a sentence instead.
"""

import re

from django.utils.html import escape

from wir.outbox import kinds

# Letters and hyphens only: they stay as they are in HTML, in an address and in any language
LINK = "SECRET-LINK-OF-THIS-MESSAGE"
CODE = "SECRET-CODE-OF-THIS-MESSAGE"
CONFIRM = "SECRET-CONFIRMATION-OF-THIS-MESSAGE"  # typed where the reader agrees to something
MARKS = (LINK, CODE, CONFIRM)
HIDDEN = "(persönlicher Zugang: steht nur in der Nachricht selbst)"
ENDED = "Der persönliche Zugang in dieser Nachricht gilt nicht mehr"
MARKED_LINK = re.compile(rf"""\s(?:href|src)=(["'])[^"']*(?:{"|".join(MARKS)})[^"']*\1""")


class AccessEnded(Exception):
    """The message carries an access that is no longer there; without it, it would lead nowhere."""


def filled(message):
    """(text, page) of a message as its recipient gets it. Raises AccessEnded where a value is missing.

    The result is only for the recipient: it is handed over or printed, never stored and never logged.
    """
    values = values_of(message)
    text, page = message.text, message.html
    for mark, value in values.items():
        text, page = text.replace(mark, value), page.replace(mark, escape(value))
    return text, page


def values_of(message):
    """{mark: value} for the marks that stand in a message; the kind is asked only where one does."""
    marks = [mark for mark in MARKS if mark in message.text or mark in message.html]
    if not marks:
        return {}
    kind = kinds.find(message.kind)
    values = (kind.secrets(message) if kind and kind.secrets else None) or {}
    if not all(values.get(mark) for mark in marks):
        raise AccessEnded
    return {mark: str(values[mark]) for mark in marks}


def hidden_text(message):
    """The text for people in the back office who look at a message that is not theirs."""
    return without_marks(message.text)


def hidden_page(message):
    """The page for the same people; a link to a mark becomes plain text."""
    return without_marks(MARKED_LINK.sub("", message.html))


def without_marks(text):
    for mark in MARKS:
        text = text.replace(mark, HIDDEN)
    return text
