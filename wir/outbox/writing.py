"""The one way to tell a person something: a row, written in the same transaction as what it tells of."""

import secrets
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from wir.languages import registry
from wir.outbox import tasks
from wir.outbox.addresses import one_line, usable_mail
from wir.outbox.models import Message
from wir.outbox.rendering import render

Channel, State = Message.Channel, Message.State
BAD_MAIL = "Die E-Mail-Adresse ist nicht gültig; deshalb ein anderer Weg."
UNREACHABLE = "Kein Weg zu dieser Person bekannt."


@dataclass(frozen=True)
class Recipient:
    """Who is told something. channel: the way this person prefers, "" for the first of mail, letter, call."""

    name: str
    language: str = "de"
    mail: str = ""
    postal: str = ""
    phone: str = ""
    user: object = None
    channel: str = ""


def write(kind, to, *, context, about=None, key="", by=None, now):
    """Render in the recipient's language and store the message; the worker is told that there is something to do.

    about: the model object it tells of. by: the person who wrote it, None for the portal itself.
    key: written once only. A second call with the same key returns the row that is there and writes nothing, also
    where two calls run at the same time.
    """
    if key and (written := Message.objects.filter(key=key).first()):
        return written
    mail = usable_mail(to.mail)
    channel, notes = channel_for(to, mail)
    if (to.mail or "").strip() and not mail:
        notes = [BAD_MAIL, *notes]
    wanted = registry.find(to.language or "") or registry.SOURCE
    rendered = render(kind, to, context, wanted=wanted)
    state = State.HELD if kind.held else State.QUEUED if channel == Channel.MAIL else State.OPEN
    message = Message(
        channel=channel,
        kind=kind.name,
        state=state,
        language=wanted.code,
        shown_language=rendered.language.code,
        name=one_line(to.name),
        mail=mail,
        postal=(to.postal or "").strip(),
        phone=one_line(to.phone, longest=60),
        user=to.user,
        note=" ".join(notes),
        subject=rendered.subject,
        text=rendered.text,
        html=rendered.html,
        about_model=about._meta.label_lower if about is not None else "",
        about_id=about.pk if about is not None else None,
        key=key,
        message_id=f"<outbox.{secrets.token_hex(16)}@{urlsplit(settings.SITE_URL).hostname}>",
        next_attempt_at=now if state == State.QUEUED else None,
        written_at=now,
        written_by=by,
        deadline_days=kind.deadline_days,
    )
    with transaction.atomic():
        written = insert(message)
        if written.pk == message.pk and state == State.QUEUED:
            tasks.nudge()
    return written


def insert(message):
    """The row, or the one that another call has written with its key in this moment.

    The database skips a key that is there instead of refusing it: a refusal would put the whole text into its log.
    """
    if not message.key:
        message.save(force_insert=True)
        return message
    Message.objects.bulk_create([message], ignore_conflicts=True)
    written = Message.objects.get(key=message.key)
    if written.message_id == message.message_id:
        message.pk = written.pk
    return written


def channel_for(to, mail):
    """The way a message takes, and what the office should know about it.

    Where no way is known it becomes a call without a number: the office sees it, and it is not lost.
    """
    there = {Channel.MAIL: mail, Channel.LETTER: (to.postal or "").strip(), Channel.CALL: one_line(to.phone)}
    for channel in (to.channel, *there):
        if there.get(channel):
            return Channel(channel), []
    return Channel.CALL, [UNREACHABLE]
