"""What the portal tells by itself when a day has come. Each app registers its functions in `mails.py`; `send_reminders`
runs them. A function gives each message a key, so that running twice at once writes nothing twice."""

from django.db import transaction

_functions = []


def register(function):
    """function(now) writes what is due by then."""
    if function not in _functions:
        _functions.append(function)
    return function


def run(now):
    """Every function in a transaction of its own. Returns (name, class of the error) of those that failed."""
    failed = []
    for function in _functions:
        name = f"{function.__module__}.{function.__qualname__}"
        try:
            with transaction.atomic():
                function(now)
        except Exception as error:  # noqa: BLE001 - one that fails must not stop the others; it is told at the end
            failed.append((name, type(error).__name__))
    return failed
