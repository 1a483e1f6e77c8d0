"""The worker's part in scanning files."""

from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from fund import scanning


@task()
def scan_files():
    now = timezone.now()
    if not scanning.rescan(now=now):
        nudge(now + scanning.AGAIN)


def nudge(run_after=None):
    """Tell the worker that files wait; nothing where somebody already has."""
    if not DBTaskResult.objects.filter(status=TaskResultStatus.READY, task_path=scan_files.module_path).exists():
        scan_files.using(run_after=run_after).enqueue()
