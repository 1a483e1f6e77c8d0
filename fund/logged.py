"""The log's entries of verbs that are no move of the table: who did which act on what, never what was said in it."""

from wir.accounts.audit import Action, record


def log(thing, act, *, by, now, action=Action.CHANGED):
    """One entry, in the transaction of the verb. act: short German label of it. by: an account or an Actor of the
    office; nothing is told of the portal's own commands."""
    person = getattr(by, "user", by)
    if person is None:
        return
    case = getattr(thing, "application", None)
    record(by=person, action=action, thing=thing, now=now, detail=act, reference=case.reference if case else "")


def log_decided(thing, act, *, by, now):
    log(thing, act, by=by, now=now, action=Action.DECIDED)
