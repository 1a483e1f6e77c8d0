"""Topics that stand for something of an app above, such as a case of the fund: what that app wants to be asked.

Strategy knows none of these apps; they add their functions here, as they do in rhythm.py.
"""

CALLED_OFF = []  # f(meeting, reason=, by=, now=): it does not take place; the app takes its topics back
UNSETTLED = []  # f(meeting): sentences, why its minutes cannot be laid before the members yet
WITHHELD = []  # f(user, items): keys of the topics whose outcome this account may not read


def called_off(meeting, *, reason, by, now):
    for tell in CALLED_OFF:
        tell(meeting, reason=reason, by=by, now=now)


def unsettled(meeting):
    for ask in UNSETTLED:
        yield from ask(meeting)


def withheld(user, items):
    """The keys of those topics whose outcome stays hidden from this account, because it is in conflict there."""
    items = list(items)
    return set().union(*(ask(user, items) for ask in WITHHELD)) if items else set()
