"""Marked examples, in any number."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from fund.samples import NoStaff, make_sample_applications
from measures.samples import make_samples
from strategy.models import ActionField

MOST = 200_000
MOST_APPLICATIONS = 20_000  # each takes its way through the workflow, some ten a second


class Command(BaseCommand):
    help = "Add marked sample measures and applications, repeatable by seed. They never count. Not in production."

    def add_arguments(self, parser):
        parser.add_argument("--measures", type=int, default=0, metavar="N")
        parser.add_argument("--applications", type=int, default=0, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same samples")

    def handle(self, *, measures, applications, seed, **options):
        if settings.PRODUCTION:
            raise CommandError(
                "Sample data belongs to demos and tests. This is a production portal; nothing was added."
            )
        if not 0 <= measures <= MOST:
            raise CommandError(f"--measures takes a number from 0 to {MOST}.")
        if not 0 <= applications <= MOST_APPLICATIONS:
            raise CommandError(f"--applications takes a number from 0 to {MOST_APPLICATIONS}.")
        if not ActionField.objects.exists():
            raise CommandError("The strategy is not loaded yet. Run `load_content` first.")
        if measures:
            first, last = make_samples(measures, seed=seed, now=timezone.now(), progress=self.tell)
            self.stdout.write(f"{measures} sample measures, numbers {first} to {last}.")
        if applications:
            try:
                make_sample_applications(applications, seed=seed, now=timezone.now(), progress=self.tell)
            except NoStaff:
                raise CommandError("Sample applications are checked by the accounts of the demo; run `demo`.") from None
            self.stdout.write(f"{applications} sample applications.")

    def tell(self, done, total):
        self.stdout.write(f"  {done} of {total}")
        self.stdout.flush()
