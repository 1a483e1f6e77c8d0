"""The door of the outbox: the whole grid of states, channels and moves, who may what, and what follows."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied

from tests.outbox.factories import NOON, SECRET, TODAY, create_message, fresh, kind_with, later, message_that_is, rows
from wir.accounts.demo import ACCOUNTS
from wir.lib.workflow import FASTER
from wir.outbox import kinds
from wir.outbox.models import Message
from wir.outbox.workflow import BACK_OFF, MOVES, Refused, move, moves_for
from wir.outbox.writing import Recipient

pytestmark = pytest.mark.django_db

HANDWORK = {
    ("release", "held"): "open",
    ("tick_off", "open"): "done",
    ("discard", "held"): "cancelled",
    ("discard", "open"): "cancelled",
    ("turn", "open"): "open",
    ("answered", "done"): "done",
    ("stop_waiting", "done"): "done",
}
ALLOWED = {
    "mail": {
        ("release", "held"): "queued",
        ("claim", "queued"): "sending",
        ("accepted", "sending"): "sent",
        ("postpone", "sending"): "queued",
        ("give_up", "sending"): "failed",
        ("lost", "sending"): "unclear",
        ("confirm", "unclear"): "sent",
        ("resend", "unclear"): "queued",
        ("resend", "failed"): "queued",
        ("turn", "unclear"): "open",
        ("turn", "failed"): "open",
        ("discard", "held"): "cancelled",
        ("discard", "queued"): "cancelled",
        ("discard", "unclear"): "cancelled",
        ("discard", "failed"): "cancelled",
        ("answered", "sent"): "sent",
        ("stop_waiting", "sent"): "sent",
    },
    "letter": HANDWORK,
    "call": HANDWORK | {("not_reached", "open"): "open"},
}
STATES = {
    "mail": ["held", "queued", "sending", "sent", "unclear", "failed", "cancelled"],
    "letter": ["held", "open", "done", "cancelled"],
    "call": ["held", "open", "done", "cancelled"],
}
OF_WORKER = {"claim", "accepted", "postpone", "give_up", "lost"}
VALUES = {"on": TODAY, "reason": "Muster", "channel": "letter", "fault": "Muster", "result": ""}
GRID = [(channel, state, name) for channel in STATES for state, name in product(STATES[channel], MOVES)]


def do(message, name, person, *, now=NOON, **values):
    by = None if name in OF_WORKER else person("team1")
    move(message, name, by=by, now=now, **VALUES | values)


@pytest.mark.parametrize(("channel", "state", "name"), GRID)
def test_a_message_moves_exactly_as_the_table_says(person, channel, state, name):
    message = message_that_is(state, channel, person=person("team2"))
    Message.objects.filter(pk=message.pk, delivered_on__isnull=False).update(deadline_days=14, due_on=TODAY)
    message, before = fresh(message), rows()

    if (name, state) in ALLOWED[channel]:
        do(message, name, person)

        assert fresh(message).state == message.state == ALLOWED[channel][name, state]
        assert fresh(message).version == before[0]["version"] + 1
    else:
        with pytest.raises(Refused):
            do(message, name, person)

        assert rows() == before


def test_every_state_is_in_the_grid():
    assert {state for states in STATES.values() for state in states} == set(Message.State.values)
    assert {name for moves in ALLOWED.values() for name, _state in moves} == set(MOVES)


def test_every_state_but_the_ends_can_be_left():
    left = {state for step in MOVES.values() for state in step.source}

    assert set(Message.State) - left == {Message.State.CANCELLED}


# Who may --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(set(MOVES) - OF_WORKER))
def test_a_person_moves_only_with_the_right(person, name):
    channel, state = next((c, s) for c, moves in ALLOWED.items() for n, s in moves if n == name)
    may = set()
    for account in ACCOUNTS:
        message = message_that_is(state, channel, person=person("admin"))
        Message.objects.filter(pk=message.pk, delivered_on__isnull=False).update(deadline_days=14, due_on=TODAY)
        message, before = fresh(message), rows()
        try:
            move(message, name, by=person(account), now=NOON, **VALUES)
        except PermissionDenied:
            assert rows() == before
        else:
            may.add(account)

    assert may == {"team1", "team2", "leitung", "admin"}


@pytest.mark.parametrize("name", sorted(OF_WORKER))
def test_no_person_makes_the_moves_of_the_worker(person, name):
    state = next(s for n, s in ALLOWED["mail"] if n == name)
    message = message_that_is(state, person=person("admin"))

    with pytest.raises(PermissionDenied):
        move(message, name, by=person("admin"), now=NOON, **VALUES)

    assert fresh(message).state == state


@pytest.mark.parametrize("name", ["release", "confirm", "resend", "turn", "tick_off", "not_reached"])
def test_the_portal_does_not_decide_what_a_person_decides(person, name):
    channel, state = next((c, s) for c, moves in ALLOWED.items() for n, s in moves if n == name)
    message = message_that_is(state, channel, person=person("admin"))

    with pytest.raises(PermissionDenied):
        move(message, name, by=None, now=NOON, **VALUES)


def test_who_wrote_a_held_message_does_not_release_it(person, monkeypatch):
    monkeypatch.setitem(kinds._kinds, "barrier_answer", kind_with(held=True))
    message = message_that_is("held", person=person("admin"), by=person("team1"))

    with pytest.raises(Refused) as refused:
        move(message, "release", by=person("team1"), now=NOON)
    move(message, "release", by=person("team2"), now=later(hours=1))

    assert refused.value.reasons == ["Wer eine Nachricht geschrieben hat, gibt sie nicht selbst frei."]
    found = fresh(message)
    assert (found.released_by, found.released_at, found.next_attempt_at) == (
        person("team2"),
        later(hours=1),
        later(hours=1),
    )


def test_only_fitting_moves_are_offered(person):
    def offered(account, message):
        return [name for name, _step in moves_for(message, person(account))]

    call, letter = create_message("call"), create_message("letter")
    unclear, sent = (message_that_is(state, person=person("admin")) for state in ("unclear", "sent"))

    assert offered("team1", call) == ["tick_off", "not_reached", "turn", "discard"]
    assert offered("team1", letter) == ["tick_off", "turn", "discard"]
    assert offered("team1", unclear) == ["confirm", "resend", "turn", "discard"]
    assert offered("team1", sent) == []
    assert offered("datenschutz", unclear) == offered("redaktion", unclear) == []


def test_who_waits_for_an_answer_can_note_it_or_stop_waiting(person):
    def offered(**values):
        Message.objects.filter(pk=sent.pk).update(**values)
        return [name for name, _step in moves_for(fresh(sent), person("team1"))]

    sent = message_that_is("sent", person=person("admin"))

    assert offered(deadline_days=14, due_on=TODAY) == ["answered", "stop_waiting"]
    assert offered(answered_on=TODAY) == []
    assert offered(answered_on=None, due_on=None) == []


# Guards ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("on", "reason"),
    [
        (None, "Bitte nennen Sie den Tag."),
        (TODAY + timedelta(days=1), "Der Tag liegt in der Zukunft."),
        (TODAY - timedelta(days=1), "An diesem Tag war die Nachricht noch nicht geschrieben."),
    ],
)
@pytest.mark.parametrize(("name", "state", "channel"), [("tick_off", "open", "letter"), ("confirm", "unclear", "mail")])
def test_a_day_of_delivery_is_neither_in_the_future_nor_before_writing(person, name, state, channel, on, reason):
    message = message_that_is(state, channel, person=person("admin"))
    before = rows()

    with pytest.raises(Refused) as refused:
        do(message, name, person, on=on)

    assert refused.value.reasons == [reason]
    assert rows() == before


def test_today_is_the_day_in_hannover(person):
    late = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)  # half past midnight in Hannover
    message = create_message("letter", now=late)

    do(message, "tick_off", person, now=late, on=date(2026, 11, 26))

    assert fresh(message).delivered_on == date(2026, 11, 26)


@pytest.mark.parametrize("reason", ["", "  "])
def test_giving_up_needs_a_reason(person, reason):
    message = create_message()

    with pytest.raises(Refused) as refused:
        do(message, "discard", person, reason=reason)

    assert refused.value.reasons == ["Bitte schreiben Sie, warum."]


@pytest.mark.parametrize("mail", ["kein-at", "a@b.de\r\nBcc: x@y.de", "a b@example.org"])
def test_a_wrong_address_is_not_tried_again(person, mail):
    message = message_that_is("failed", person=person("admin"))
    before = rows()

    with pytest.raises(Refused) as refused:
        do(message, "resend", person, mail=mail)

    assert refused.value.reasons == ["Diese E-Mail-Adresse ist nicht gültig."]
    assert rows() == before


@pytest.mark.parametrize("channel", [None, "", "mail", "pigeon"])
def test_a_mail_turns_into_a_letter_or_a_call_only(person, channel):
    message = message_that_is("failed", person=person("admin"))

    with pytest.raises(Refused) as refused:
        do(message, "turn", person, channel=channel)

    assert refused.value.reasons == ["Bitte wählen Sie Brief oder Anruf."]


NO_ADDRESS = "Bitte nennen Sie die Anschrift für den Brief."
NO_NUMBER = "Bitte nennen Sie die Telefonnummer für den Anruf."


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"channel": "letter"}, NO_ADDRESS),
        ({"channel": "letter", "postal": " \r\n ", "phone": "0511 168"}, NO_ADDRESS),
        ({"channel": "letter", "postal": f"anna {SECRET}\r\n"}, NO_ADDRESS),
        ({"channel": "call"}, NO_NUMBER),
        ({"channel": "call", "phone": " ", "postal": "Hauptstraße 1"}, NO_NUMBER),
        ({"channel": "call", "phone": "unbekannt"}, NO_NUMBER),
    ],
)
@pytest.mark.parametrize("state", ["failed", "open"])
def test_the_chosen_way_needs_its_address(person, state, values, reason):
    message = message_that_is(state, "mail" if state == "failed" else "letter", person=person("admin"))
    Message.objects.update(postal="", phone="")
    message, before = fresh(message), rows()

    with pytest.raises(Refused) as refused:
        do(message, "turn", person, **values)

    assert refused.value.reasons == [reason]
    assert rows() == before


def test_an_address_that_was_emptied_is_not_taken_from_the_row(person):
    message = create_message("letter")

    with pytest.raises(Refused) as refused:
        do(message, "turn", person, postal="")

    assert refused.value.reasons == [NO_ADDRESS]


def test_stopping_to_wait_needs_a_reason_and_somebody_who_waits(person):
    sent = message_that_is("sent", person=person("admin"))
    Message.objects.update(deadline_days=14, due_on=TODAY)
    waiting, nobody = fresh(sent), message_that_is("done", "call", person=person("admin"))
    before = rows()

    with pytest.raises(Refused) as without_reason:
        do(waiting, "stop_waiting", person, reason=" ")
    with pytest.raises(Refused) as without_deadline:
        do(nobody, "stop_waiting", person)

    assert without_reason.value.reasons == ["Bitte schreiben Sie, warum."]
    assert without_deadline.value.reasons == ["Auf diese Nachricht wird keine Antwort erwartet."]
    assert rows() == before


def test_of_two_at_once_the_second_is_refused(person):
    message = create_message("letter")
    first, second = fresh(message), fresh(message)
    do(first, "tick_off", person)
    before = rows()

    with pytest.raises(Refused) as refused:
        do(second, "discard", person)

    assert refused.value.reasons == [FASTER]
    assert rows() == before


def test_of_two_notes_at_once_the_second_is_refused(person):
    """The state stays the same here, so only the version tells."""
    message = create_message("call")
    first, second = fresh(message), fresh(message)
    do(first, "not_reached", person)

    with pytest.raises(Refused):
        do(second, "not_reached", person)

    assert fresh(message).result == "25.11.2026: nicht erreicht"


# What follows ---------------------------------------------------------------------------------------------------------


def test_a_call_that_reached_nobody_stays_open_with_a_dated_line_each(person):
    message = create_message("call")

    do(message, "not_reached", person)
    do(message, "not_reached", person, now=later(days=1), on=TODAY + timedelta(days=1), result="Mailbox")
    do(message, "tick_off", person, now=later(days=2), on=TODAY + timedelta(days=2))

    found = fresh(message)
    assert found.result == "25.11.2026: nicht erreicht\n26.11.2026: Mailbox\n27.11.2026: erreicht"
    assert (found.state, found.delivered_on, found.delivered_by) == ("done", date(2026, 11, 27), person("team1"))


def test_a_deadline_starts_with_delivery_and_ends_with_the_answer(person):
    mail, letter = (create_message(channel, kind=kind_with(deadline_days=14)) for channel in ("mail", "letter"))
    before = [message.due_on for message in (mail, letter)]

    do(mail, "claim", person)
    do(mail, "accepted", person, now=later(days=1))
    do(letter, "tick_off", person, now=later(days=5), on=date(2026, 11, 28))

    assert before == [None, None]
    assert [fresh(message).due_on for message in (mail, letter)] == [date(2026, 12, 10), date(2026, 12, 12)]
    assert set(Message.objects.overdue(date(2026, 12, 10))) == set()
    assert set(Message.objects.overdue(date(2026, 12, 11))) == {mail}
    do(mail, "answered", person, now=later(days=20), on=date(2026, 12, 11))
    assert set(Message.objects.overdue(date(2026, 12, 13))) == {letter}


def test_who_stops_waiting_claims_no_answer_and_leaves_a_dated_line(person):
    letter = create_message("letter", kind=kind_with(deadline_days=14))
    do(letter, "tick_off", person)
    before = set(Message.objects.overdue(date(2026, 12, 20)))

    do(letter, "stop_waiting", person, now=later(days=25), reason=" Ist weggezogen. ")

    found = fresh(letter)
    assert (before, set(Message.objects.overdue(date(2026, 12, 20)))) == ({letter}, set())
    assert (found.state, found.answered_on, found.due_on, found.deadline_days) == ("done", None, None, 14)
    assert found.result == (
        "25.11.2026: abgeschickt\n20.12.2026: Auf Antwort nicht mehr gewartet (Frist 09.12.2026): Ist weggezogen."
    )


def test_a_reason_brings_nothing_personal_into_what_was_erased(person):
    sent = message_that_is("sent", person=person("admin"))
    Message.objects.update(deadline_days=14, due_on=TODAY, erased_at=NOON)

    do(fresh(sent), "stop_waiting", person, reason=f"Anna {SECRET} ist weggezogen.")

    assert fresh(sent).result == "25.11.2026: Auf Antwort nicht mehr gewartet (Frist 25.11.2026)"


def test_the_kind_hears_of_every_delivery_once_and_in_the_same_transaction(person, monkeypatch):
    told = []
    kind = kind_with(delivered=lambda message, on: told.append((message.pk, on)))
    monkeypatch.setitem(kinds._kinds, "barrier_answer", kind)
    sent = message_that_is("sent", person=person("team1"))
    done = message_that_is("done", "letter", person=person("team1"))
    confirmed = message_that_is("unclear", person=person("team1"))
    do(confirmed, "confirm", person)

    assert told == [(sent.pk, TODAY), (done.pk, TODAY), (confirmed.pk, TODAY)]

    def fail(message, on):
        raise RuntimeError

    monkeypatch.setitem(kinds._kinds, "barrier_answer", kind_with(delivered=fail))
    letter = create_message("letter")
    with pytest.raises(RuntimeError):
        do(letter, "tick_off", person)
    assert fresh(letter).state == "open"


def test_a_message_of_an_app_that_is_gone_can_still_be_delivered(person, monkeypatch):
    message = create_message("letter")
    monkeypatch.delitem(kinds._kinds, "barrier_answer")

    do(message, "tick_off", person)

    assert fresh(message).state == "done"


def test_a_refusal_that_may_pass_waits_longer_each_time(person):
    message, now, waits = create_message(), NOON, []
    for _attempt in range(7):
        do(message, "claim", person, now=now)
        do(message, "postpone", person, now=now)
        waits.append(message.next_attempt_at - now)
        now = message.next_attempt_at

    assert waits == [*BACK_OFF, BACK_OFF[-1]]
    assert [wait.total_seconds() / 60 for wait in waits] == [1, 5, 15, 60, 240, 720, 720]


def test_sending_again_starts_the_attempts_anew_with_the_corrected_address(person):
    message = message_that_is("failed", person=person("admin"))

    do(message, "resend", person, now=later(days=1), mail=" neu@example.org ")

    found = fresh(message)
    assert (found.mail, found.attempts, found.next_attempt_at) == ("neu@example.org", 0, later(days=1))
    assert found.message_id == message.message_id


def test_a_mail_that_turns_keeps_its_text_and_becomes_handwork(person):
    message = message_that_is("unclear", person=person("admin"))

    do(message, "turn", person, channel="call")

    found = fresh(message)
    assert (found.channel, found.state, found.text) == ("call", "open", message.text)
    assert (found.postal, found.phone) == (message.postal, message.phone)


def test_a_call_without_a_number_becomes_a_letter_with_an_address(person):
    message = create_message("", to=Recipient(name="Anna Bell"))
    before = (message.channel, message.phone, message.note)

    do(message, "turn", person, channel="letter", postal=" Hauptstraße\u202e 1 \r\n\r\n30159 Hannover", phone="")

    found = fresh(message)
    assert before == ("call", "", "Kein Weg zu dieser Person bekannt.")
    assert (found.channel, found.state, found.note) == ("letter", "open", "")
    assert (found.postal, found.phone) == ("Hauptstraße 1\n30159 Hannover", "")


def test_an_open_call_gets_a_corrected_number_and_stays_one(person):
    message = create_message("call")
    do(message, "not_reached", person)

    do(message, "turn", person, channel="call", phone=" 0511 168-2\n")

    found = fresh(message)
    assert (found.channel, found.state, found.phone) == ("call", "open", "0511 168-2")
    assert (found.postal, found.result) == (message.postal, "25.11.2026: nicht erreicht")
