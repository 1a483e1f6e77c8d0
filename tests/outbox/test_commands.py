"""Erasing and reminding: both may run twice, also at once."""

import threading
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from tests.outbox.factories import SECRET, create_message, fresh, message_that_is, rows
from wir.outbox import reminders
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_reminders(monkeypatch):
    monkeypatch.setattr(reminders, "_functions", [])


def erase():
    told = StringIO()
    call_command("erase_messages", stdout=told)
    return told.getvalue()


# Erasing --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "channel"), [("sent", "mail"), ("cancelled", "mail"), ("done", "letter")])
def test_text_and_recipient_go_and_the_fact_stays(person, state, channel):
    long_ago = timezone.now() - timedelta(days=366)
    message = message_that_is(state, channel, person=person("team1"), now=long_ago, key="k")
    Message.objects.filter(pk=message.pk).update(user=person("gremium1"), fault=SECRET, note=SECRET)
    before = Message.objects.filter(pk=message.pk).values().get()

    told = erase()

    after = Message.objects.filter(pk=message.pk).values().get()
    gone = {"name", "mail", "postal", "phone", "note", "subject", "text", "html", "fault", "result"}
    assert {name for name in gone if after[name]} == set()
    assert after["user_id"] is None and after["erased_at"] is not None
    changed = {name for name in after if after[name] != before[name]}
    assert changed <= gone | {"user_id", "erased_at", "version"}
    assert SECRET not in str(after)
    assert told == "1 messages erased\n"


def test_erasing_twice_changes_nothing_more(person):
    message_that_is("sent", person=person("team1"), now=timezone.now() - timedelta(days=366))
    erase()
    before = rows()

    assert erase() == "0 messages erased\n"
    assert rows() == before


def test_what_is_not_delivered_stays_however_old(person):
    long_ago = timezone.now() - timedelta(days=4000)
    for state in ("held", "queued", "sending", "unclear", "failed"):
        message_that_is(state, person=person("team1"), now=long_ago)
    create_message("letter", now=long_ago)
    message_that_is("sent", person=person("team1"), now=timezone.now() - timedelta(days=364))
    before = rows()

    assert erase() == "0 messages erased\n"
    assert rows() == before


def test_no_retention_erases_at_once(person, settings):
    settings.MESSAGE_RETENTION_DAYS = 0
    message = message_that_is("sent", person=person("team1"), now=timezone.now())

    erase()

    assert fresh(message).text == ""


# Reminding ------------------------------------------------------------------------------------------------------------


def remember(now):
    create_message(key="erinnerung:1", now=now)


def test_reminders_are_written_once_however_often_they_run():
    reminders.register(remember)
    reminders.register(remember)

    call_command("send_reminders")
    call_command("send_reminders")

    assert Message.objects.count() == 1


def test_one_that_fails_leaves_nothing_and_does_not_stop_the_others():
    def fail(now):
        create_message(key="halb", now=now)
        raise ValueError(SECRET)

    reminders.register(fail)
    reminders.register(remember)

    with pytest.raises(CommandError) as told:
        call_command("send_reminders")

    assert list(Message.objects.values_list("key", flat=True)) == ["erinnerung:1"]
    assert str(told.value) == f"Reminders failed: {__name__}.{fail.__qualname__} (ValueError)"
    assert told.value.returncode == 1


@pytest.mark.parametrize("command", ["send_reminders", "erase_messages"])
def test_twice_at_once_does_no_harm(own_database, command):
    reminders.register(remember)
    create_message(now=timezone.now())
    Message.objects.update(state="cancelled", next_attempt_at=None, ended_at=timezone.now() - timedelta(days=400))
    barrier, faults = threading.Barrier(4), []

    def run():
        try:
            barrier.wait()
            call_command(command, stdout=StringIO())
        except BaseException as fault:  # noqa: BLE001 - told by the assertion below
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert Message.objects.filter(key="erinnerung:1").count() == (1 if command == "send_reminders" else 0)
    assert Message.objects.filter(erased_at__isnull=False).count() == (1 if command == "erase_messages" else 0)
