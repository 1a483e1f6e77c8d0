"""Spreadsheet programs run cells that begin like a formula; what people typed must never be run (CWE-1236)."""

STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutralised(text):
    """The text with an apostrophe before it where a spreadsheet program would take it for a formula."""
    return f"'{text}" if text.startswith(STARTS) else text
