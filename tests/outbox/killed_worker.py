"""A worker that dies by SIGKILL at a named step, as if somebody had pulled the plug.

python -m tests.outbox.killed_worker "after RCPT"
"""

import os
import signal
import sys

import django


def die(*arguments, **values):
    os.kill(os.getpid(), signal.SIGKILL)


def after(function, when=lambda *arguments, **values: True):
    def wrapped(*arguments, **values):
        result = function(*arguments, **values)
        if when(*arguments, **values):
            die()
        return result

    return wrapped


def half(function):
    """Send the first half of the body, and die."""

    def wrapped(connection, body):
        connection.send(body[: len(body) // 2])
        die()

    return wrapped


# step: (where, what, how)
STEPS = {
    "before the claim": ("sending", "claim", lambda function: die),
    "in the claim, not committed": ("sending", "move", after),
    "after the claim": ("sending", "claim", after),
    "after connecting": ("Plain", "connect", after),
    "after MAIL": ("Plain", "mail", after),
    "after RCPT": ("Plain", "rcpt", after),
    "after 354": ("Plain", "send_body", lambda function: die),
    "in the body": ("Plain", "send_body", half),
    "before the end mark": ("Plain", "send_end_mark", lambda function: die),
    "after the end mark": ("Plain", "send_end_mark", after),
    "after the answer": ("Plain", "read_verdict", after),
    "before the result": ("sending", "record", lambda function: die),
    "in the result, not committed": (
        "sending",
        "move",
        lambda function: after(function, when=lambda message, name, **values: name == "accepted"),
    ),
    "after the result": ("sending", "record", after),
}


def main(step):
    django.setup()
    from django.core.management import call_command

    from wir.outbox import sending, transport

    place, name, how = STEPS[step]
    owner = {"sending": sending, "Plain": transport.Plain}[place]
    setattr(owner, name, how(getattr(owner, name)))
    call_command("db_worker", batch=True, verbosity=1)


if __name__ == "__main__":
    main(sys.argv[1])
