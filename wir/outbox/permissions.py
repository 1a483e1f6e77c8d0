"""May this person? The rights of the outbox; the groups that have them stand in wir/accounts/roles.py."""

from django.core.exceptions import PermissionDenied

VIEW = "outbox.view_message"  # see what is written to people
RELEASE = "outbox.release_message"  # let a held message go
HANDLE = "outbox.handle_message"  # send again, print, call, tick off
WORKER = ""  # no person makes this move
WITHHELD = []  # f(user): (model, keys) of what an app above keeps from this account, and so the messages about it


def readable(messages, user):
    """Those of the messages that are about nothing that is kept from this account."""
    for ask in WITHHELD:
        model, keys = ask(user)
        messages = messages.exclude(about_model=model, about_id__in=keys)
    return messages


def check_may(user, step):
    """Raises PermissionDenied where this person may not. user: None for the portal's own commands."""
    if user is None:
        if step.personal:
            raise PermissionDenied("Das entscheidet ein Mensch.")
    elif step.permission == WORKER or not user.has_perm(step.permission):
        raise PermissionDenied("Dazu fehlt Ihnen das Recht.")
