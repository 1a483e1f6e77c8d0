"""Handing over: every way a mail server can fail, what the queue makes of it, and that no log tells a name."""

import logging
import time
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as settings_of_portal
from django.core import mail as django_mail
from django.db import OperationalError, transaction

from tests.outbox.factories import (
    ANNA,
    NOON,
    SECRET,
    create_message,
    fresh,
    kind_with,
    later,
    message_that_is,
    rows,
)
from tests.outbox.mail_server import EncryptedMailServer, MailServer, certificates
from wir.outbox import kinds, sending, transport
from wir.outbox.models import Message
from wir.outbox.sending import LEASE, deliver_due
from wir.outbox.workflow import move

pytestmark = pytest.mark.django_db

HANNOVER = ZoneInfo("Europe/Berlin")


@pytest.fixture
def through(settings, monkeypatch):
    """Send through this server, with little patience."""

    def use(server, timeout=0.4):
        settings.EMAIL_BACKEND = "wir.outbox.transport.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, timeout
        monkeypatch.setattr(transport, "FAREWELL", 0.2)

    return use


@pytest.fixture
def no_patience(monkeypatch):
    monkeypatch.setattr(sending, "PATIENCE", (0, 0))
    monkeypatch.setattr("wir.outbox.sending.connection.close", lambda: None)


def deliver(now=NOON):
    return deliver_due(lambda: now)


# Every fault is one of three ------------------------------------------------------------------------------------------

TEMPORARY, PERMANENT = "queued", "failed"
FAULTS = [
    ({"greeting": "421 busy"}, TEMPORARY, "Der Mailserver nimmt gerade nichts an (421)"),
    ({"greeting": "554 no service"}, TEMPORARY, "Der Mailserver nimmt gerade nichts an (554)"),
    ({"greeting": "hang"}, TEMPORARY, "Keine Verbindung (SMTPServerDisconnected)"),
    ({"greeting": "close"}, TEMPORARY, "Keine Verbindung (SMTPServerDisconnected)"),
    ({"greeting": "hello?"}, TEMPORARY, "Der Mailserver nimmt gerade nichts an (-1)"),
    ({"EHLO": "502 what", "HELO": "502 what"}, TEMPORARY, "Der Mailserver nimmt gerade nichts an (502)"),
    ({"EHLO": "hang"}, TEMPORARY, "Keine Verbindung (SMTPServerDisconnected)"),
    ({"EHLO": "close"}, TEMPORARY, "Keine Verbindung (SMTPServerDisconnected)"),
    ({"MAIL": "451 later"}, TEMPORARY, "Vorübergehend abgelehnt (451)"),
    ({"MAIL": "421 going down"}, TEMPORARY, "Vorübergehend abgelehnt (421)"),
    ({"MAIL": "550 5.7.1 not you"}, PERMANENT, "Abgelehnt (550 5.7.1)"),
    ({"MAIL": "hang"}, TEMPORARY, "Keine Verbindung (SMTPServerDisconnected)"),
    ({"MAIL": "close"}, TEMPORARY, "Keine Verbindung (SMTPServerDisconnected)"),
    ({"RCPT": f"450 4.2.1 <anna.{SECRET}@example.org> grey"}, TEMPORARY, "Vorübergehend abgelehnt (450 4.2.1)"),
    ({"RCPT": "421 going down"}, TEMPORARY, "Vorübergehend abgelehnt (421)"),
    ({"RCPT": f"550 5.1.1 <anna.{SECRET}@example.org> unknown"}, PERMANENT, "Abgelehnt (550 5.1.1)"),
    ({"RCPT": "hang"}, TEMPORARY, "Keine Verbindung (SMTPServerDisconnected)"),
    ({"RCPT": "close"}, TEMPORARY, "Keine Verbindung (SMTPServerDisconnected)"),
    ({"DATA": "451 later"}, TEMPORARY, "Vorübergehend abgelehnt (451)"),
    ({"DATA": "554 no"}, PERMANENT, "Abgelehnt (554)"),
    ({"DATA": "hang"}, TEMPORARY, "Keine Verbindung (SMTPServerDisconnected)"),
    ({"DATA": "close"}, TEMPORARY, "Keine Verbindung (SMTPServerDisconnected)"),
    ({"end": "451 4.3.0 disk"}, TEMPORARY, "Vorübergehend abgelehnt (451 4.3.0)"),
    ({"end": "554 5.6.0 spam"}, PERMANENT, "Abgelehnt (554 5.6.0)"),
    ({"end": "hang"}, "unclear", "Nach der Übergabe kam keine Antwort (SMTPServerDisconnected)"),
    ({"end": "close"}, "unclear", "Nach der Übergabe kam keine Antwort (SMTPServerDisconnected)"),
    ({"end": "late"}, "unclear", "Nach der Übergabe kam keine Antwort (SMTPServerDisconnected)"),
    ({"end": "what?"}, "unclear", "Nach der Übergabe kam keine Antwort (SMTPResponseException)"),
    ({"end": "2" * 9000}, "unclear", "Nach der Übergabe kam keine Antwort (SMTPResponseException)"),
    ({"QUIT": "hang"}, "sent", ""),
    ({"QUIT": "close"}, "sent", ""),
    ({"QUIT": "554 no"}, "sent", ""),
    ({}, "sent", ""),
]


@pytest.mark.parametrize(("behaviour", "state", "fault"), FAULTS, ids=lambda value: str(value)[:40])
def test_every_fault_of_the_server_is_temporary_permanent_or_unclear(through, caplog, behaviour, state, fault):
    caplog.set_level(logging.DEBUG)
    message = create_message()

    with MailServer(**behaviour) as server:
        through(server)
        deliver()

    found = fresh(message)
    assert (found.state, found.fault) == (state, fault)
    assert found.next_attempt_at == (later(minutes=1) if state == TEMPORARY else None)
    assert len(server.taken) == (1 if state in ("sent", "unclear") else 0)
    assert SECRET.lower() not in caplog.text.lower()
    assert message.subject not in caplog.text


def test_a_sign_in_that_is_refused_is_our_fault_and_not_the_mail_s(through, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "portal", "secret"
    message = create_message()

    with MailServer(EHLO="250-hello\r\n250 AUTH PLAIN", AUTH="535 5.7.8 no") as server:
        through(server)
        deliver()

    assert (fresh(message).state, fresh(message).fault) == (TEMPORARY, "Der Mailserver nimmt gerade nichts an (535)")


@pytest.mark.parametrize("from_the_start", [True, False], ids=["smtps", "STARTTLS"])
def test_an_encrypted_connection_carries_mails_too(through, settings, monkeypatch, tmp_path, from_the_start):
    ours, theirs = certificates(tmp_path)
    monkeypatch.setattr(transport.EmailBackend, "ssl_context", ours)
    settings.EMAIL_USE_SSL, settings.EMAIL_USE_TLS = from_the_start, not from_the_start
    message = create_message()

    with EncryptedMailServer(theirs, from_the_start) as server:
        through(server, timeout=5)
        settings.EMAIL_HOST = "localhost"
        deliver()

    assert (fresh(message).state, fresh(message).fault) == ("sent", "")
    assert len(server.taken) == 1


def test_a_hand_over_ends_long_before_its_lease():
    connecting = 3 * settings_of_portal.EMAIL_TIMEOUT  # the name has several addresses

    assert timedelta(seconds=connecting + transport.LIMIT + transport.FAREWELL) * 2 < LEASE


def test_an_office_whose_address_cannot_be_read_is_asked_again(monkeypatch):
    def fail():
        raise OperationalError("gone")

    message = create_message()
    monkeypatch.setattr(kinds, "_sender", [fail])

    deliver()

    assert (fresh(message).state, len(django_mail.outbox)) == (TEMPORARY, 0)


def test_a_server_that_is_not_there_is_tried_again(through):
    message = create_message()
    with MailServer() as server:
        through(server)

    deliver()

    assert (fresh(message).state, fresh(message).fault) == (TEMPORARY, "Keine Verbindung (ConnectionRefusedError)")


def test_a_server_that_hangs_up_in_the_body_is_never_taken_for_one_that_accepted(through):
    message = create_message()
    Message.objects.filter(pk=message.pk).update(text="Zeile\n" * 1_000_000)  # more than the system keeps for us

    with MailServer(body="close") as server:
        through(server, timeout=5)
        deliver()

    assert fresh(message).state == TEMPORARY
    assert server.taken == []


def test_a_small_body_cut_off_is_temporary_or_unclear_but_not_sent(through):
    message = create_message()

    with MailServer(body="close") as server:
        through(server)
        deliver()

    assert fresh(message).state in (TEMPORARY, "unclear")


def test_a_hang_up_that_is_seen_before_the_end_mark_has_left_is_no_unclear_one(through, monkeypatch):
    message, send = create_message(), transport.Plain.send

    def slowly(connection, data):
        send(connection, data)
        time.sleep(0.2 if len(data) > 500 else 0)  # the body; by then the server is gone

    monkeypatch.setattr(transport.Plain, "send", slowly)
    with MailServer(body="close") as server:
        through(server)
        deliver()

    assert (fresh(message).state, fresh(message).fault) == (TEMPORARY, "Keine Verbindung (SMTPServerDisconnected)")


def test_a_server_that_refuses_in_the_body_has_refused(through):
    message = create_message()
    Message.objects.filter(pk=message.pk).update(text="Zeile\n" * 1_000_000)

    with MailServer(body="552 5.3.4 too big") as server:
        through(server, timeout=5)
        deliver()

    assert fresh(message).state in (PERMANENT, TEMPORARY)  # hung up on while writing: its words may be lost


@pytest.mark.parametrize(("step", "state"), [("MAIL", TEMPORARY), ("end", "unclear")])
def test_a_server_that_keeps_the_line_open_word_by_word_is_cut_off(through, monkeypatch, step, state):
    monkeypatch.setattr(transport, "LIMIT", 1)
    message = create_message()

    with MailServer(**{step: "drip"}) as server:
        through(server)
        deliver()

    assert fresh(message).state == state


def test_a_period_at_the_start_of_a_line_arrives(through):
    message = create_message()
    Message.objects.filter(pk=message.pk).update(text="eins\n.\n..zwei\n")

    with MailServer() as server:
        through(server)
        deliver()

    (raw,) = server.taken
    read = message_from_bytes(raw.replace(b"\r\n..", b"\r\n."), policy=policy.default)
    assert read.get_body(("plain",)).get_content().split() == ["eins", ".", "..zwei"]


def test_what_arrives_is_whole(through, monkeypatch):
    monkeypatch.setattr(kinds, "_sender", [lambda: {"office": "Amt", "mail": "amt@bücher.example"}])
    message = create_message()

    with MailServer() as server:
        through(server)
        deliver()

    (raw,) = server.taken
    read = message_from_bytes(raw, policy=policy.default)
    assert read["Message-ID"] == message.message_id
    assert read["To"].addresses[0].display_name == ANNA.name
    assert read["From"] == "wir@testserver"
    assert read["Reply-To"] == "amt@xn--bcher-kva.example"
    assert read["Content-Language"] == message.shown_language
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["Date"] and read["Subject"] == message.subject
    assert [part.get_content_type() for part in read.iter_parts()] == ["text/plain", "text/html"]
    assert read.get_body(("html",)).get_content().startswith("<!DOCTYPE html>")
    assert len(server.taken) == 1 and server.seen.count("RCPT") == 1


# The queue ------------------------------------------------------------------------------------------------------------


def test_the_message_id_stays_the_same_however_often_it_is_tried(through):
    message = create_message()
    with MailServer(end="451 later") as server:
        through(server)
        deliver()
    with MailServer() as server:
        through(server)
        deliver(later(minutes=1))

    assert message.message_id.encode() in server.taken[0]
    assert (fresh(message).state, fresh(message).attempts) == ("sent", 2)


def test_eight_refusals_that_might_have_passed_are_enough(through):
    message, now = create_message(), NOON
    with MailServer(RCPT="451 later") as server:
        through(server)
        for _attempt in range(12):
            deliver(now)
            now = fresh(message).next_attempt_at or now + timedelta(days=1)

    assert (fresh(message).state, fresh(message).attempts) == ("failed", 8)
    assert server.seen.count("RCPT") == 8


def test_one_bad_mail_does_not_stop_the_others(monkeypatch):
    first, second, third = (create_message(now=later(seconds=number)) for number in range(3))
    mail_of = sending.mail_of

    def broken(message):
        if message.pk == second.pk:
            raise ValueError(f"cannot write {message.mail}")
        return mail_of(message)

    monkeypatch.setattr(sending, "mail_of", broken)

    assert deliver(later(minutes=1)) == 3

    assert [fresh(message).state for message in (first, second, third)] == ["sent", "unclear", "sent"]
    assert fresh(second).fault == "Unerwarteter Fehler (ValueError)"
    assert len(django_mail.outbox) == 2


def test_a_broken_mail_has_certainly_not_left_by_our_own_connection(through, monkeypatch):
    message = create_message()
    monkeypatch.setattr(sending, "mail_of", lambda message: None.nothing)
    with MailServer() as server:
        through(server)
        deliver()

    assert (fresh(message).state, fresh(message).fault) == ("failed", "Unerwarteter Fehler (AttributeError)")


def test_mails_leave_in_the_order_in_which_they_wait_and_only_what_is_due():
    late, early = create_message(now=later(minutes=2)), create_message(now=later(minutes=1))
    future = create_message(now=later(hours=1))
    create_message("letter"), create_message(kind=kind_with(held=True))

    deliver(later(minutes=3))

    assert [sent.extra_headers["Message-ID"] for sent in django_mail.outbox] == [early.message_id, late.message_id]
    assert fresh(future).state == "queued"


def test_a_call_of_the_worker_ends_after_a_batch(monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 3)
    for _number in range(5):
        create_message()

    assert [deliver(), deliver(), deliver()] == [3, 2, 0]


def test_a_worker_that_shall_end_begins_no_other_mail(monkeypatch):
    for _number in range(3):
        create_message()
    sending.stopping.clear()

    handed = deliver_due(lambda: NOON, between=sending.stopping.set)
    sending.stopping.clear()

    assert (handed, Message.objects.filter(state="queued").count()) == (1, 2)


def test_a_row_left_in_sending_becomes_unclear_after_its_lease_and_is_never_sent(person):
    message = message_that_is("sending", person=person("team1"))

    deliver(NOON + LEASE - timedelta(seconds=1))
    before = fresh(message).state
    deliver(NOON + LEASE)
    deliver(NOON + LEASE + timedelta(days=30))

    assert (before, fresh(message).state) == ("sending", "unclear")
    assert django_mail.outbox == []


def test_who_comes_back_after_its_lease_changes_nothing(monkeypatch, person):
    """A worker that hung longer than any limit: the row is unclear by then, and a person already decides."""
    message = create_message()
    hand_over = sending.hand_over

    def slow(message):
        sending.mark_lost(NOON + LEASE)
        return hand_over(message)

    monkeypatch.setattr(sending, "hand_over", slow)

    deliver()

    assert fresh(message).state == "unclear"


def test_who_comes_second_to_a_row_hands_nothing_over(monkeypatch):
    message, claim = create_message(), sending.claim

    def too_late(found, now):
        move(fresh(found), "claim", by=None, now=now)
        return claim(found, now)

    monkeypatch.setattr(sending, "claim", too_late)

    assert deliver() == 0
    assert (fresh(message).state, fresh(message).attempts, django_mail.outbox) == ("sending", 1, [])


def test_the_late_result_of_one_worker_is_not_taken_for_that_of_another(monkeypatch, person):
    """The row was lost, sent again by a person and claimed by a second worker while the first one still hung."""
    message = create_message()

    def slow(message):
        sending.mark_lost(NOON + LEASE)
        move(fresh(message), "resend", by=person("team1"), now=NOON + LEASE)
        move(fresh(message), "claim", by=None, now=NOON + LEASE)
        return "give_up", "Abgelehnt (550)"

    monkeypatch.setattr(sending, "hand_over", slow)

    deliver()

    assert (fresh(message).state, fresh(message).fault) == ("sending", "")


def test_a_fault_is_written_without_any_address(monkeypatch):
    message = create_message()
    monkeypatch.setattr(sending, "hand_over", lambda message: ("give_up", f"<{message.mail}> gibt es nicht"))

    deliver()

    assert fresh(message).fault == "… gibt es nicht"


def test_nothing_is_sent_inside_of_a_transaction():
    create_message()
    before = rows()

    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        deliver()

    assert rows() == before
    assert django_mail.outbox == []


def test_what_follows_from_a_delivery_may_fail_but_the_mail_is_not_sent_again(monkeypatch, caplog):
    def fail(message, on):
        raise ValueError(SECRET)

    message = create_message()
    monkeypatch.setitem(kinds._kinds, "barrier_answer", kind_with(delivered=fail))

    deliver()
    deliver(later(days=1))

    assert (fresh(message).state, len(django_mail.outbox)) == ("unclear", 1)
    assert fresh(message).fault == "Angenommen, aber die Folgen scheiterten (ValueError)"
    assert SECRET not in caplog.text


def test_a_database_that_is_away_for_a_moment_gets_the_result_all_the_same(monkeypatch, no_patience):
    message, asked = create_message(), []
    committed = sending.committed

    def flaky(message, name, now, **values):
        if name == "accepted" and len(asked) < 2:
            asked.append(name)
            raise OperationalError("locked")
        return committed(message, name, now, **values)

    monkeypatch.setattr(sending, "committed", flaky)

    deliver()

    assert (fresh(message).state, len(asked), len(django_mail.outbox)) == ("sent", 2, 1)


def test_a_database_that_stays_away_leaves_the_row_for_a_person(monkeypatch, no_patience):
    message, committed = create_message(), sending.committed

    def gone(message, name, now, **values):
        if name == "accepted":
            raise OperationalError("gone")
        return committed(message, name, now, **values)

    monkeypatch.setattr(sending, "committed", gone)
    deliver()
    monkeypatch.setattr(sending, "committed", committed)
    deliver(NOON + LEASE)

    assert (fresh(message).state, len(django_mail.outbox)) == ("unclear", 1)


# Other ways of sending ------------------------------------------------------------------------------------------------


def test_mails_become_files_where_the_settings_say_so(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mails")
    message = create_message()

    deliver()

    (path,) = (tmp_path / "mails").iterdir()
    assert message.message_id in path.read_text()
    assert fresh(message).state == "sent"


def test_a_folder_that_cannot_be_written_is_tried_again(settings, tmp_path, monkeypatch):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    message = create_message()

    def full(self, mail):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("django.core.mail.backends.filebased.EmailBackend.write_message", full)
    deliver()

    assert (fresh(message).state, fresh(message).fault) == (TEMPORARY, "Keine Verbindung (OSError)")


# Clocks ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "moment",
    [datetime(2027, 3, 28, 1, 59, 30, tzinfo=HANNOVER), datetime(2026, 10, 25, 2, 59, 30, tzinfo=HANNOVER)],
    ids=["summer begins", "summer ends"],
)
def test_a_minute_is_a_minute_when_the_clocks_change(through, moment):
    start = moment.astimezone(UTC)
    message = create_message(now=start)
    with MailServer(RCPT="451 later") as server:
        through(server)
        deliver(start)

    found = fresh(message)
    assert found.next_attempt_at == start + timedelta(minutes=1)
    assert deliver(start + timedelta(seconds=59)) == 0
    assert Message.objects.due(start + timedelta(seconds=60)).count() == 1


@pytest.mark.parametrize("day", [datetime(2027, 3, 27, 12, tzinfo=UTC), datetime(2026, 10, 24, 12, tzinfo=UTC)])
def test_retention_counts_whole_days_over_a_change_of_the_clocks(person, settings, day):
    settings.MESSAGE_RETENTION_DAYS = 1
    message_that_is("sent", person=person("team1"), now=day)

    found = [Message.objects.erasable(day + timedelta(hours=hours)).count() for hours in (23.9, 24)]

    assert found == [0, 1]


def test_a_clock_that_jumps_back_an_hour_delays_but_never_doubles(through):
    """The worker's clock is put back between two steps, and later put right again."""
    first, second = create_message(), create_message(now=later(minutes=30))
    clock = iter([later(minutes=31)] * 4 + [later(minutes=-29)] * 100)
    with MailServer() as server:
        through(server)
        deliver_due(lambda: next(clock))
        during = [fresh(message).state for message in (first, second)]
        deliver(later(minutes=-28))
        deliver(later(minutes=31))
        deliver(later(hours=3))

    assert len(server.taken) == 2
    assert during[0] == "sent"
    assert [fresh(message).state for message in (first, second)] == ["sent", "sent"]


def test_a_lease_under_a_clock_that_jumps_back_ends_later_but_ends(person):
    message = message_that_is("sending", person=person("team1"))

    states = []
    for now in (later(hours=-1), later(minutes=-51), NOON + LEASE):
        deliver(now)
        states.append(fresh(message).state)

    assert states == ["sending", "sending", "unclear"]
