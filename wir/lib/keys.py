"""Keys of rows as forms and addresses carry them."""

LONGEST = 18  # digits: every such number fits the column of a key


def key_in(text):
    """The key that a text names; None for what can be no key."""
    text = text or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST else None


def keys_in(texts):
    """The keys of several texts; what can be none is left out."""
    return {key for key in map(key_in, texts) if key is not None}
