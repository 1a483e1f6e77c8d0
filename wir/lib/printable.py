"""Text that every file format can hold."""

import re

FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # by XML; a vertical tab comes with pasted text


def printable(text):
    """The text without the signs that neither XML nor a calendar may hold."""
    return FORBIDDEN.sub("", text)
