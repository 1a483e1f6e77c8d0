"""Workers that are killed, and two at once: nothing is lost and nothing is doubled. Real processes, a real mail server,
a database that is committed for good."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from email import message_from_bytes

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings as portal
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.outbox.factories import SECRET, create_message
from tests.outbox.killed_worker import STEPS
from tests.outbox.mail_server import MailServer
from wir.outbox.models import Heartbeat, Message
from wir.outbox.sending import LEASE, claim, deliver_due

# What the next worker finds and makes of the message whose worker died, and how often its mail arrived
FOUND = {
    "before the claim": ("queued", "sent", {1}),
    "in the claim, not committed": ("queued", "sent", {1}),
    "after the claim": ("sending", "unclear", {0}),
    "after connecting": ("sending", "unclear", {0}),
    "after MAIL": ("sending", "unclear", {0}),
    "after RCPT": ("sending", "unclear", {0}),
    "after 354": ("sending", "unclear", {0}),
    "in the body": ("sending", "unclear", {0}),
    "before the end mark": ("sending", "unclear", {0}),
    "after the end mark": ("sending", "unclear", {0, 1}),
    "after the answer": ("sending", "unclear", {1}),
    "before the result": ("sending", "unclear", {1}),
    "in the result, not committed": ("sending", "unclear", {1}),
    "after the result": ("sent", "sent", {1}),
}


class Letterbox:
    """Takes every mail, after a moment. arrived: the Message-IDs, in order."""

    def __init__(self, moment=0.0):
        self.arrived, self.moment = [], moment

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        await asyncio.sleep(self.moment)
        self.arrived.append(message_from_bytes(envelope.content)["Message-ID"])
        return "250 2.0.0 taken"


@pytest.fixture
def letterbox(settings):
    box = Letterbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "wir.outbox.transport.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    box.url = f"smtp://127.0.0.1:{port}"
    yield box
    controller.stop()


def start(database, mails, *command):
    environment = os.environ | {"DATABASE_URL": database.url, "EMAIL_URL": mails}
    return subprocess.Popen(
        [sys.executable, *command], cwd=portal.BASE_DIR, env=environment, text=True, stderr=subprocess.PIPE
    )


def ended(process, seconds=60):
    """(status, what it wrote to stderr)"""
    _nothing, told = process.communicate(timeout=seconds)
    return process.returncode, told


def worker(database, mails, *options):
    return start(database, mails, "manage.py", "db_worker", *options)


def test_the_table_knows_every_step():
    assert set(FOUND) == set(STEPS)


@pytest.mark.parametrize("step", FOUND)
def test_a_worker_killed_at_any_step_loses_nothing_and_doubles_nothing(own_database, letterbox, step):
    now = timezone.now()
    message, other = create_message(now=now), create_message(now=now)

    status, _told = ended(start(own_database, letterbox.url, "-m", "tests.outbox.killed_worker", step))
    after_death = Message.objects.get(pk=message.pk).state
    time.sleep(0.2)  # the mail server reads what has already left
    deliver_due(lambda: now + LEASE * 2)
    deliver_due(lambda: now + LEASE * 4)

    assert status == -signal.SIGKILL
    found, became, arrived = FOUND[step]
    assert (after_death, Message.objects.get(pk=message.pk).state) == (found, became)
    assert letterbox.arrived.count(message.message_id) in arrived
    assert Message.objects.get(pk=other.pk).state == "sent"
    assert letterbox.arrived.count(other.message_id) == 1


def test_two_workers_send_thirty_mails_once_each(own_database, letterbox):
    letterbox.moment = 0.05
    now = timezone.now()
    expected = sorted(create_message(now=now).message_id for _number in range(30))

    workers = [worker(own_database, letterbox.url, "--batch") for _number in range(2)]
    results = [ended(process) for process in workers]

    assert [status for status, _told in results] == [0, 0]
    assert sorted(letterbox.arrived) == expected
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}
    assert Heartbeat.objects.count() == 2
    assert all("sent" in told for _status, told in results)  # both had their share


def test_a_mail_whose_nudge_was_lost_leaves_all_the_same(own_database, letterbox):
    message = create_message(now=timezone.now())
    DBTaskResult.objects.all().delete()

    assert ended(worker(own_database, letterbox.url, "--batch"))[0] == 0

    assert letterbox.arrived == [message.message_id]


def test_a_nudge_is_enough_between_two_sweeps(own_database, letterbox):
    process = worker(own_database, letterbox.url, "--interval=0.1")
    try:
        waited_for(lambda: Heartbeat.objects.exists())
        time.sleep(0.5)  # its first sweep found nothing; the next one is a minute away
        create_message(now=timezone.now())
        waited_for(lambda: Message.objects.filter(state="sent").exists())
    finally:
        process.terminate()
        ended(process)

    assert DBTaskResult.objects.get().status == "SUCCESSFUL"


def test_a_worker_that_shall_end_ends_within_seconds(own_database, letterbox):
    process = worker(own_database, letterbox.url)
    waited_for(lambda: Heartbeat.objects.exists())
    started = time.monotonic()

    process.terminate()
    status, _told = ended(process)

    assert status == 0
    assert time.monotonic() - started < 5


def test_a_worker_that_shall_end_finishes_the_mail_in_its_hands(own_database, letterbox):
    letterbox.moment = 1.5
    now = timezone.now()
    for _number in range(3):
        create_message(now=now)
    process = worker(own_database, letterbox.url)
    waited_for(lambda: Message.objects.filter(state="sending").exists())

    process.terminate()
    status, _told = ended(process)

    assert status == 0
    assert sorted(Message.objects.values_list("state", flat=True)) == ["queued", "queued", "sent"]
    assert len(letterbox.arrived) == 1


@pytest.mark.parametrize(
    "answer", [f"550 5.1.1 <anna.{SECRET}@example.org> unknown", f"451 <anna.{SECRET}@example.org> later"]
)
def test_nothing_a_worker_says_names_a_person(own_database, answer):
    message = create_message(now=timezone.now())

    with MailServer(RCPT=answer) as server:
        status, told = ended(worker(own_database, f"smtp://127.0.0.1:{server.port}", "--batch", "--verbosity=2"))

    assert status == 0
    assert f"message {message.pk}: " in told
    for word in (SECRET, SECRET.lower(), "@", message.subject, "Anna", "anna"):
        assert word not in told


# Writing at the same time ---------------------------------------------------------------------------------------------


def at_once(number, act):
    """What so many threads get that do the same in the same moment, each on a connection of its own."""
    barrier, found = threading.Barrier(number), []

    def run():
        try:
            barrier.wait()
            found.append(act())
        except BaseException as fault:  # noqa: BLE001 - told by the assertion of the test
            found.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _number in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_eight_writers_with_one_key_write_one_message(own_database):
    def act():
        with transaction.atomic():
            message = create_message(key="einmal", now=timezone.now())
            Message.objects.filter(pk=message.pk).exists()  # the transaction goes on
        return message.pk

    assert at_once(8, act) == [Message.objects.get().pk] * 8


def test_of_eight_workers_that_saw_the_same_row_one_gets_it(own_database):
    now = timezone.now()
    pk = create_message(now=now).pk
    copies = iter([Message.objects.get(pk=pk) for _number in range(8)])

    found = at_once(8, lambda: claim(next(copies), now))

    assert sorted(found) == [False] * 7 + [True]
    assert Message.objects.get().attempts == 1


def waited_for(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)
