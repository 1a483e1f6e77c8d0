from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from wir.outbox import reminders


class Command(BaseCommand):
    help = "Write the reminders that are due. Running twice, also at once, writes nothing twice."

    def handle(self, **options):
        failed = reminders.run(timezone.now())
        if failed:
            raise CommandError("Reminders failed: " + ", ".join(f"{name} ({error})" for name, error in failed))
