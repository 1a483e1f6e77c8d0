"""Messages that reach their state through the real verbs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.utils import timezone

from wir.about.mails import BARRIER_ANSWER
from wir.languages import registry
from wir.languages.text import MarkedText
from wir.outbox.models import Message
from wir.outbox.workflow import move
from wir.outbox.writing import Recipient, write

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
TODAY = NOON.date()
SECRET = "Geheimnis"  # stands in every address and name, and must never stand in a log
ANNA = Recipient(
    name=f"Anna {SECRET}",
    mail=f"anna.{SECRET.lower()}@example.org",
    postal=f"Anna {SECRET}\nHauptstraße 1\n30159 Hannover",
    phone="0511 1680",
)
ANSWER = {"answer": MarkedText("Das Menü geht jetzt auf.", registry.SOURCE, registry.SOURCE), "page": "/de/strategie/"}


def kind_with(**values):
    return replace(BARRIER_ANSWER, **values)


def create_message(channel="mail", *, kind=BARRIER_ANSWER, to=ANNA, now=NOON, **values):
    """A message as it is when it was just written."""
    return write(kind, replace(to, channel=channel), context=ANSWER, now=now, **values)


def message_that_is(state, channel="mail", *, person, now=NOON, **values):
    """A message in this state; person: who does what only a person may do."""
    if state == "held":
        return create_message(channel, kind=kind_with(held=True), now=now, **values)
    message = create_message(channel, now=now, **values)
    steps = {
        "queued": [],
        "open": [],
        "sending": ["claim"],
        "sent": ["claim", "accepted"],
        "unclear": ["claim", "lost"],
        "failed": ["claim", "give_up"],
        "done": ["tick_off"],
        "cancelled": ["discard"],
    }[state]
    for name in steps:
        by = person if name in ("tick_off", "discard") else None
        move(message, name, by=by, now=now, on=timezone.localdate(now), reason="Muster", fault="Muster")
    return fresh(message)


def fresh(message):
    return Message.objects.get(pk=message.pk)


def later(**values):
    return NOON + timedelta(**values)


def rows():
    return list(Message.objects.order_by("pk").values())
