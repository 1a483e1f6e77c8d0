"""The decision in force holds no more: by another one, by a reversal, or because the case ends."""

from fund import mails


def drop(application, now):
    """It stays as history with its letter; where that still waits to be sent or printed, it is sent no more."""
    application.decisions.filter(dropped_at__isnull=True).update(dropped_at=now)
    mails.hold_back_letters(application, now)
