"""The worker of the queue, with what a mail queue needs: a sign of life, a look at the rows every minute."""

import logging
import time
from datetime import timedelta

from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult

from wir.outbox import sending
from wir.outbox.models import Heartbeat

logger = logging.getLogger("wir.outbox")

BEAT, SWEEP = 20, 60  # seconds, counted by a clock that nobody sets
DEAD_AFTER = timedelta(hours=1)
ABANDONED = "wir.outbox.Abandoned"


class Worker(db_worker.Worker):
    """Beats and sweeps before every look at the queue and before every job. Never beats while a job hangs."""

    def __init__(self, **options):
        super().__init__(**options)
        self.once = self.batch
        self.batch = True  # the package's loop returns when the queue is empty; the waiting is done here
        self.beaten = self.swept = None

    def run(self):
        sending.stopping.clear()
        while self.running:
            self.tick()
            if not self.running:
                break
            super().run()
            if self.once or (self.max_tasks is not None and self._run_tasks >= self.max_tasks):
                break
            if self.running:
                time.sleep(self.interval)

    def run_task(self, db_task_result):
        self.tick()
        super().run_task(db_task_result)

    def shutdown(self, signum, frame):
        sending.stopping.set()
        super().shutdown(signum, frame)

    def tick(self):
        """A sign of life, and every minute what nobody has nudged for. Signals wait until the mail in hand is done."""
        self.running_task = True
        try:
            self.beat()
            if self.swept is None or time.monotonic() - self.swept >= SWEEP:
                self.swept = time.monotonic()
                fail_abandoned(timezone.now())
                sending.deliver_due(timezone.now, between=self.beat)
        except OperationalError as error:  # a lock that lasted too long, a server that restarts: the next tick tries
            logger.warning("the database refused: %s", type(error).__name__)
            connection.close()
        finally:
            self.running_task = False

    def beat(self):
        if self.beaten is None or time.monotonic() - self.beaten >= BEAT:
            Heartbeat.beat(self.worker_id, timezone.now())
            self.beaten = time.monotonic()


def fail_abandoned(now):
    """Jobs that a dead worker left running. They are marked failed, not put back: how far one got is unknown, and what
    it was meant to do is in the rows, which the next sweep reads anyway."""
    alive = Heartbeat.objects.filter(beat_at__gt=now - DEAD_AFTER).values_list("worker", flat=True)
    for job in DBTaskResult.objects.filter(status=TaskResultStatus.RUNNING, started_at__lt=now - DEAD_AFTER):
        if not set(job.worker_ids[-1:]) & set(alive):
            DBTaskResult.objects.filter(pk=job.pk, status=TaskResultStatus.RUNNING).update(
                status=TaskResultStatus.FAILED, finished_at=now, exception_class_path=ABANDONED, traceback=""
            )
            logger.warning("job %s was left by a worker that is gone", job.pk)


class Command(db_worker.Command):
    def configure_logging(self, verbosity):
        super().configure_logging(verbosity)
        # The package tells every second that its queue is empty.
        logging.getLogger("django_tasks_db").setLevel(logging.WARNING if verbosity else logging.CRITICAL)

    def handle(self, *, verbosity, queue_name, exclude_queues, reload, **options):
        self.configure_logging(verbosity)
        close_old_connections()
        wanted = ("interval", "batch", "backend_name", "startup_delay", "max_tasks", "worker_id")
        worker = Worker(
            queue_names=queue_name.split(","),
            excluded_queue_names=exclude_queues.split(",") if exclude_queues else [],
            **{name: options[name] for name in wanted} | {"startup_delay": False},
        )
        worker.configure_signals()
        worker.run()
