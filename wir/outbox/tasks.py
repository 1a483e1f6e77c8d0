"""The worker's jobs. A job is only a nudge: the rows of the outbox are the truth, and the worker looks at them every
minute by itself."""

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from wir.outbox.models import Heartbeat
from wir.outbox.sending import BATCH, deliver_due


@task(takes_context=True)
def deliver(context):
    worker = context.task_result.worker_ids[-1]
    if deliver_due(timezone.now, between=lambda: Heartbeat.beat(worker, timezone.now())) == BATCH:
        nudge()


def nudge():
    """Tell the worker that there is something to do; nothing where somebody already has."""
    waiting = DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=deliver.module_path)
    if not waiting.exists():
        deliver.enqueue()
