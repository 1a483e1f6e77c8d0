from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from fund import clock


class Command(BaseCommand):
    help = (
        "Remind of open questions, end cases without an answer, warn of drafts and erase those whose time is over. "
        "For a timer, once a day or more often; running twice does nothing twice."
    )

    def handle(self, **options):
        failed = clock.run(timezone.now())
        if failed:
            steps = ", ".join(f"{step} {pk}: {error}" for step, pk, error in failed)
            raise CommandError(f"Failed and told in the log: {steps}", returncode=1)
        self.stdout.write("Everything that was due is done.")
