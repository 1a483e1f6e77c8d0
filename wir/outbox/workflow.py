"""The door of the outbox: what may happen to a message, and what follows from it. One table, one function that moves.

"May this person?" is `check_may`; everything else is "does its state allow it?". Nothing else writes `Message.state`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from wir.lib.workflow import FASTER, Refused
from wir.outbox import kinds
from wir.outbox.addresses import one_line, usable_mail
from wir.outbox.models import Message
from wir.outbox.permissions import HANDLE, RELEASE, WORKER, check_may

Channel, State = Message.Channel, Message.State

# Waits after the first, second, … refusal that may pass; the last one is repeated until nobody tries any more.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720))
MOST_ATTEMPTS = 8
TICKED = {Channel.LETTER: "abgeschickt", Channel.CALL: "erreicht"}
SEALED = (
    "Dieser persönliche Zugang geht nur an die Adresse, an die er geschrieben ist. Ist sie falsch, wird sie am Konto "
    "geändert und neu eingeladen."
)


# Guards: each yields reasons, none where nothing is in the way --------------------------------------------------------


def is_read_by_another(message, by, now, values):
    """What is held is released by somebody else than who wrote it."""
    kind = kinds.find(message.kind)
    if kind and kind.held and message.written_by_id and by and message.written_by_id == by.pk:
        yield "Wer eine Nachricht geschrieben hat, gibt sie nicht selbst frei."


def says_why(message, by, now, values):
    if not values.get("reason", "").strip():
        yield "Bitte schreiben Sie, warum."


def has_usable_mail(message, by, now, values):
    if not usable_mail(values.get("mail") or message.mail):
        yield "Diese E-Mail-Adresse ist nicht gültig."


def goes_to_nobody_else(message, by, now, values):
    kind = kinds.find(message.kind)
    other = values.get("mail") and usable_mail(values["mail"]).casefold() != usable_mail(message.mail).casefold()
    if kind and kind.sealed and (other or "channel" in values):
        yield SEALED


def names_a_way(message, by, now, values):
    if values.get("channel") not in (Channel.LETTER, Channel.CALL):
        yield "Bitte wählen Sie Brief oder Anruf."


def reaches_somebody(message, by, now, values):
    """The chosen way has its address. The name alone is none."""
    postal, phone = place(message, values)
    if values.get("channel") == Channel.LETTER:
        if not any(line.casefold() != message.name.casefold() for line in postal.splitlines()):
            yield "Bitte nennen Sie die Anschrift für den Brief."
    elif values.get("channel") == Channel.CALL and not any(sign.isdigit() for sign in phone):
        yield "Bitte nennen Sie die Telefonnummer für den Anruf."


def has_a_day(message, by, now, values):
    """Neither in the future nor before it was written."""
    on = values.get("on")
    if on is None:
        yield "Bitte nennen Sie den Tag."
    elif on > timezone.localdate(now):
        yield "Der Tag liegt in der Zukunft."
    elif on < timezone.localdate(message.written_at):
        yield "An diesem Tag war die Nachricht noch nicht geschrieben."


def is_call(message, by, now, values):
    if message.channel != Channel.CALL:
        yield "Das gibt es nur bei Anrufen."


def awaits_answer(message, by, now, values):
    if message.due_on is None:
        yield "Auf diese Nachricht wird keine Antwort erwartet."
    if message.answered_on is not None:
        yield "Die Antwort ist schon vermerkt."


# What each move writes ------------------------------------------------------------------------------------------------


def released(message, by, now, values):
    return {"released_at": now, "released_by": by} | (due(now) if message.is_mail else {})


def due(now):
    return {"next_attempt_at": now}


def claimed(message, by, now, values):
    return {"sending_since": now, "next_attempt_at": None, "attempts": message.attempts + 1, "fault": ""}


def given_up(message, by, now, values):
    return {"ended_at": now, "next_attempt_at": None, "result": line(message, now, values["reason"])}


def accepted(message, by, now, values):
    return {"sending_since": None, "fault": ""} | delivery(message, timezone.localdate(now), now)


def confirmed(message, by, now, values):
    return {"fault": "", "delivered_by": by} | delivery(message, values["on"], now)


def ticked_off(message, by, now, values):
    told = values.get("result", "").strip() or TICKED[message.channel]
    return {"delivered_by": by, "result": line(message, now, told, values["on"])} | delivery(message, values["on"], now)


def delivery(message, on, now):
    """The deadline starts on the day on which it was delivered."""
    due_on = None if message.deadline_days is None else on + timedelta(days=message.deadline_days)
    return {"delivered_on": on, "ended_at": now, "due_on": due_on}


def postponed(message, by, now, values):
    wait = BACK_OFF[min(max(message.attempts, 1), len(BACK_OFF)) - 1]
    return {"sending_since": None, "next_attempt_at": now + wait, "fault": values.get("fault", "")}


def stopped(message, by, now, values):
    return {"sending_since": None, "fault": values.get("fault", "")}


def resent(message, by, now, values):
    return {"attempts": 0, "next_attempt_at": now, "mail": usable_mail(values.get("mail") or message.mail)}


def turned(message, by, now, values):
    """A person has chosen the way: the hint why the portal chose another one, or none, is over."""
    postal, phone = place(message, values)
    return {"channel": Channel(values["channel"]), "postal": postal, "phone": phone, "note": ""}


def place(message, values):
    """Address and phone number as they are after the move; what was not asked stays."""
    lines = map(one_line, values.get("postal", message.postal).splitlines())
    return "\n".join(filter(None, lines)), one_line(values.get("phone", message.phone), longest=60)


def not_reached(message, by, now, values):
    return {"result": line(message, now, values.get("result", "").strip() or "nicht erreicht", values["on"])}


def answered(message, by, now, values):
    return {"answered_on": values["on"]}


def no_longer_awaited(message, by, now, values):
    """No answer is claimed, and the day stays in words. What is erased stays so: then no reason is kept."""
    told = f"Auf Antwort nicht mehr gewartet (Frist {message.due_on:%d.%m.%Y})"
    if message.erased_at is None:
        told += f": {values['reason'].strip()}"
    return {"due_on": None, "result": line(message, now, told)}


def line(message, now, text, on=None):
    """The result so far with one dated line more."""
    return f"{message.result}\n{on or timezone.localdate(now):%d.%m.%Y}: {text.strip()}".strip()


# The table ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Move:
    """One allowed step: from which states, to which, with which right, what must hold, and what else is written.

    target: a state, or the state of each channel where it differs.
    asks: what a person is asked before. personal: never made by the portal itself. explained: what will happen.
    corrects, correcting: label and explanation where the message is handwork already.
    """

    label: str
    source: tuple
    target: object
    permission: str
    writes: Callable
    guards: tuple = ()
    asks: tuple = ()
    personal: bool = False
    explained: str = ""
    corrects: str = ""
    correcting: str = ""


MOVES = {
    "release": Move(
        "Freigeben",
        (State.HELD,),
        {Channel.MAIL: State.QUEUED, Channel.LETTER: State.OPEN, Channel.CALL: State.OPEN},
        RELEASE,
        released,
        (is_read_by_another,),
        personal=True,
        explained="Sie haben die Nachricht gelesen. Eine E-Mail geht danach von selbst hinaus; Briefe und Anrufe "
        "stehen danach zum Erledigen bereit.",
    ),
    "claim": Move("Übergeben", (State.QUEUED,), State.SENDING, WORKER, claimed),
    "accepted": Move("Angenommen", (State.SENDING,), State.SENT, WORKER, accepted),
    "postpone": Move("Später versuchen", (State.SENDING,), State.QUEUED, WORKER, postponed),
    "give_up": Move("Scheitern", (State.SENDING,), State.FAILED, WORKER, stopped),
    "lost": Move("Unklar", (State.SENDING,), State.UNCLEAR, WORKER, stopped),
    "confirm": Move(
        "Ist angekommen",
        (State.UNCLEAR,),
        State.SENT,
        HANDLE,
        confirmed,
        (has_a_day,),
        ("on",),
        personal=True,
        explained="Sie haben nachgefragt: Die E-Mail ist angekommen. Eine Frist beginnt an diesem Tag.",
    ),
    "resend": Move(
        "Erneut senden",
        (State.UNCLEAR, State.FAILED),
        State.QUEUED,
        HANDLE,
        resent,
        (has_usable_mail, goes_to_nobody_else),
        ("mail",),
        personal=True,
        explained="Die E-Mail geht noch einmal hinaus. War der Stand unklar, kann sie dadurch doppelt ankommen.",
    ),
    "tick_off": Move(
        "Abhaken",
        (State.OPEN,),
        State.DONE,
        HANDLE,
        ticked_off,
        (has_a_day,),
        ("on", "result"),
        personal=True,
        explained="Der Brief ist abgeschickt oder der Mensch erreicht. Eine Frist beginnt an diesem Tag.",
    ),
    "not_reached": Move(
        "Nicht erreicht",
        (State.OPEN,),
        State.OPEN,
        HANDLE,
        not_reached,
        (is_call, has_a_day),
        ("on", "result"),
        personal=True,
        explained="Der Anruf bleibt offen; der Versuch wird vermerkt.",
    ),
    "turn": Move(
        "Brief oder Anruf daraus machen",
        (State.FAILED, State.UNCLEAR, State.OPEN),
        State.OPEN,
        HANDLE,
        turned,
        (names_a_way, reaches_somebody, goes_to_nobody_else),
        ("channel", "postal", "phone"),
        personal=True,
        explained="Aus der E-Mail wird ein Brief zum Ausdrucken oder ein Anruf. Ein Brief braucht eine Anschrift, ein "
        "Anruf eine Telefonnummer.",
        corrects="Weg, Anschrift oder Telefon ändern",
        correcting="Der Text bleibt, und es bleibt zu erledigen. Ein Brief braucht eine Anschrift, ein Anruf eine "
        "Telefonnummer.",
    ),
    "answered": Move(
        "Antwort ist da",
        (State.SENT, State.DONE),
        {Channel.MAIL: State.SENT, Channel.LETTER: State.DONE, Channel.CALL: State.DONE},
        HANDLE,
        answered,
        (awaits_answer, has_a_day),
        ("on",),
        explained="Die Frist ist damit erledigt.",
    ),
    "stop_waiting": Move(
        "Auf Antwort nicht mehr warten",
        (State.SENT, State.DONE),
        {Channel.MAIL: State.SENT, Channel.LETTER: State.DONE, Channel.CALL: State.DONE},
        HANDLE,
        no_longer_awaited,
        (awaits_answer, says_why),
        ("reason",),
        explained="Die Frist endet, ohne dass eine Antwort da ist. Der Grund wird mit dem heutigen Tag vermerkt; ist "
        "der Inhalt der Nachricht schon gelöscht, nur der Tag.",
    ),
    "discard": Move(
        "Verwerfen",
        (State.HELD, State.OPEN, State.UNCLEAR, State.FAILED, State.QUEUED),
        State.CANCELLED,
        HANDLE,
        given_up,
        (says_why,),
        ("reason",),
        explained="Die Nachricht wird nicht zugestellt. Das lässt sich nicht zurücknehmen.",
    ),
}


def target_of(step, message):
    return step.target[message.channel] if isinstance(step.target, dict) else step.target


def worded(step, message):
    """The step in the words for this message: a letter that is open is not turned into a letter but corrected."""
    if step.corrects and message.state == State.OPEN:
        return replace(step, label=step.corrects, explained=step.correcting)
    return step


def blockers(message, name, *, by, now, **values):
    """Every reason why a move is not possible now; empty where it is."""
    step = MOVES[name]
    if message.state not in step.source:
        return [f"„{step.label}“ ist nicht möglich: Die Nachricht ist „{message.get_state_display()}“."]
    return [reason for guard in step.guards for reason in guard(message, by, now, values)]


def moves_for(message, user):
    """(name, step) of the moves that the state allows and this person may make."""
    for name, step in MOVES.items():
        fits = message.state in step.source and not (name == "not_reached" and message.channel != Channel.CALL)
        if fits and not (awaits_answer in step.guards and list(awaits_answer(message, user, None, {}))):
            try:
                check_may(user, step)
            except PermissionDenied:
                continue
            yield name, worded(step, message)


@transaction.atomic
def move(message, name, *, by, now, **values):
    """Carry out one move of the table. by: the person, None for the worker and the portal's own commands.

    values: what the move asks for: on, result, reason, mail, channel, postal, phone; fault from the worker.
    Raises PermissionDenied or Refused; then nothing is written. Two at once: one of them is refused.
    """
    step = MOVES[name]
    check_may(by, step)
    reasons = blockers(message, name, by=by, now=now, **values)
    if reasons:
        raise Refused(reasons)
    before = message.state, message.version
    written = {"state": target_of(step, message), "version": message.version + 1}
    written |= step.writes(message, by, now, values)
    rows = Message.objects.filter(pk=message.pk, state=before[0], version=before[1])
    if not rows.update(**written):
        raise Refused([FASTER])
    for field, value in written.items():
        setattr(message, field, value)
    if message.state in Message.DELIVERED and before[0] not in Message.DELIVERED:
        tell_delivered(message)


def tell_delivered(message):
    kind = kinds.find(message.kind)
    if kind and kind.delivered:
        kind.delivered(message, on=message.delivered_on)
