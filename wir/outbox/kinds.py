"""The sorts of message the portal writes. Pure: each app registers its own in `mails.py`."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One sort of message.

    name: "meeting_invitation", also the name of its three templates below templates/emails/.
    label: German, for the back office.
    held: waits for a person to read and release it.
    deadline_days: days for the answer, counted from the day it was delivered; None: no answer is awaited.
    retention_days: how long the body stays after it was delivered or given up; None: settings.MESSAGE_RETENTION_DAYS.
    delivered: called in the same transaction when a message of the kind has gone out or was ticked off:
        delivered(message, on=date).
    secrets: secrets(message) tells the values of the marks in its text, {mark: value}, when it is handed over or
        printed (wir/outbox/secrets.py); it only reads, and an empty answer means that the access has ended. A subject
        holds no mark.
    sealed: its personal access is for the address it was written to and for nobody else: it is not sent elsewhere,
        not read out and not printed.
    subject_keys: the only keys of the context that its subject may use. A subject names no person.
    paper: paper(message) tells the address of a PDF in the back office that goes into the envelope, "" where there is
        none.
    example: a context to render the kind with, for the gallery and the tests.
    cases: what differs in `example` where a kind tells quite different things: {label: changed facts}, all of them
        shown in the gallery; {}: there is only one case.
    """

    name: str
    label: str
    held: bool = False
    deadline_days: int | None = None
    retention_days: int | None = None
    delivered: Callable | None = None
    secrets: Callable | None = None
    sealed: bool = False
    paper: Callable | None = None
    subject_keys: tuple[str, ...] = ()
    example: Callable[[], dict] = dict
    cases: Callable[[], dict] = dict


_kinds = {}
_sender = [dict]


def register(kind):
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"Two kinds of message are called {kind.name!r}.")
    _kinds[kind.name] = kind
    return kind


def get(name):
    """The kind with this name; KeyError for any other."""
    return _kinds[name]


def find(name):
    """The kind with this name, None where the app that brought it is gone."""
    return _kinds.get(name)


def all_kinds():
    return [_kinds[name] for name in sorted(_kinds)]


def label(name):
    kind = find(name)
    return kind.label if kind else name


def set_sender(function):
    """Who writes: function() returns {"office": …, "phone": …, "mail": …}. The app that knows the office sets it."""
    _sender[0] = function


def sender():
    return {"office": "", "phone": "", "mail": ""} | _sender[0]()
