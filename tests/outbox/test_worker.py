"""The worker: signs of life, a look at the rows every minute, and what a dead one leaves behind."""

from datetime import timedelta

import pytest
from django.core import mail as django_mail
from django.core.management import get_commands
from django.db import OperationalError
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.outbox.factories import create_message, fresh
from wir.outbox import sending, tasks
from wir.outbox.management.commands import db_worker
from wir.outbox.models import Heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch):
    """Seconds that a test moves on."""

    class Clock:
        seconds = 0.0

        def monotonic(self):
            return self.seconds

        def sleep(self, seconds):
            self.seconds += seconds

    clock = Clock()
    monkeypatch.setattr(db_worker, "time", clock)
    # It closes connections that are old, and the one of a test is: its transaction would go with it.
    monkeypatch.setattr(db_worker.db_worker, "close_old_connections", lambda: None)
    return clock


@pytest.fixture
def swept(monkeypatch):
    """The moments at which the worker looked at the rows."""
    moments = []
    monkeypatch.setattr(sending, "deliver_due", lambda now, between=None: moments.append(now()) or 0)
    return moments


def worker(**options):
    values = {"queue_names": ["default"], "excluded_queue_names": [], "interval": 1, "batch": True}
    values |= {"backend_name": "default", "startup_delay": False, "max_tasks": None, "worker_id": "w1"}
    return db_worker.Worker(**values | options)


def test_our_worker_stands_in_for_the_package_s():
    assert get_commands()["db_worker"] == "wir.outbox"


def test_a_worker_beats_every_twenty_seconds_and_sweeps_every_minute(clock, swept):
    one, beats = worker(), []
    for second in range(0, 121, 5):
        clock.seconds = float(second)
        Heartbeat.objects.all().delete()
        one.tick()
        if Heartbeat.objects.exists():
            beats.append(second)

    assert beats == [0, 20, 40, 60, 80, 100, 120]
    assert len(swept) == 3


def test_a_wall_clock_that_jumps_back_changes_nothing_about_that(clock, swept, monkeypatch):
    one, now = worker(), timezone.now()
    for second, jump in ((0, 0), (30, -3600), (60, -3600), (90, 7200), (120, 0)):
        clock.seconds = float(second)
        moment = now + timedelta(seconds=second + jump)
        monkeypatch.setattr(db_worker.timezone, "now", lambda moment=moment: moment)
        one.tick()

    assert len(swept) == 3


def test_a_busy_worker_beats_and_sweeps_before_every_job(clock, monkeypatch, swept):
    one = worker()
    for _number in range(3):
        tasks.deliver.enqueue()
    monkeypatch.setattr(db_worker.db_worker.Worker, "run_task", lambda self, job: clock.sleep(60) or job.delete())

    one.run()

    assert len(swept) == 3
    assert not DBTaskResult.objects.exists()


def test_a_nudge_is_carried_out_and_beats_for_its_worker(clock):
    message = create_message(now=timezone.now())
    one = worker()
    one.swept = clock.seconds  # the sweep of this minute is done

    one.run()

    assert fresh(message).state == "sent"
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    assert Heartbeat.objects.get().worker == "w1"


def test_more_than_a_batch_nudges_again(clock, monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 2)
    monkeypatch.setattr(tasks, "BATCH", 2)
    for _number in range(5):
        create_message(now=timezone.now())
    one = worker()
    one.swept = clock.seconds

    one.run()

    assert len(django_mail.outbox) == 5
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL"}


def test_a_database_that_refuses_for_a_moment_does_not_end_the_worker(clock, monkeypatch, caplog):
    closed = []
    monkeypatch.setattr(db_worker.connection, "close", lambda: closed.append(1))

    def refuse(*arguments, **values):
        raise OperationalError("database is locked")

    monkeypatch.setattr(sending, "deliver_due", refuse)
    one = worker()

    one.tick()

    assert (closed, one.running_task) == ([1], False)
    assert "the database refused: OperationalError" in caplog.text


def test_a_signal_during_a_sweep_waits_for_the_mail_in_hand(clock, monkeypatch):
    one = worker(batch=False)

    def ask_to_end(now, between=None):
        one.shutdown(15, None)  # no SystemExit here
        assert sending.stopping.is_set()
        return 1

    monkeypatch.setattr(sending, "deliver_due", ask_to_end)

    one.run()
    sending.stopping.clear()

    assert one.running is False


def test_a_worker_waits_between_two_looks(clock, swept, monkeypatch):
    one = worker(batch=False)
    slept = []

    def sleep(seconds):
        slept.append(seconds)
        one.running = len(slept) < 3

    monkeypatch.setattr(clock, "sleep", sleep)

    one.run()

    assert slept == [1, 1, 1]


@pytest.mark.parametrize(
    ("status", "started", "beat", "became"),
    [
        ("RUNNING", 61, None, "FAILED"),
        ("RUNNING", 61, 90, "FAILED"),
        ("RUNNING", 61, 1, "RUNNING"),  # its worker is alive
        ("RUNNING", 59, None, "RUNNING"),
        ("READY", 61, None, "READY"),
        ("SUCCESSFUL", 61, None, "SUCCESSFUL"),
    ],
)
def test_what_a_dead_worker_left_running_is_marked_failed(status, started, beat, became):
    now = timezone.now()
    tasks.deliver.enqueue()
    values = {"status": status, "started_at": now - timedelta(minutes=started), "worker_ids": ["w0", "w1"]}
    DBTaskResult.objects.update(**values)
    Heartbeat.beat("w0", now)
    if beat is not None:
        Heartbeat.beat("w1", now - timedelta(minutes=beat))

    db_worker.fail_abandoned(now)

    assert DBTaskResult.objects.get().status == became
