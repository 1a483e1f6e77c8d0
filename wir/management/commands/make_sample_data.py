"""Marked examples, in any number."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from measures.samples import make_samples
from strategy.models import ActionField

MOST = 200_000


class Command(BaseCommand):
    help = "Add marked sample measures, repeatable by seed. They never count in the plan. Not in production."

    def add_arguments(self, parser):
        parser.add_argument("--measures", type=int, default=0, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="N", help="the same seed gives the same samples")

    def handle(self, *, measures, seed, **options):
        if settings.PRODUCTION:
            raise CommandError(
                "Sample data belongs to demos and tests. This is a production portal; nothing was added."
            )
        if not 0 <= measures <= MOST:
            raise CommandError(f"--measures takes a number from 0 to {MOST}.")
        if not ActionField.objects.exists():
            raise CommandError("The strategy is not loaded yet. Run `load_content` first.")
        if measures:
            first, last = make_samples(measures, seed=seed, now=timezone.now(), progress=self.tell)
            self.stdout.write(f"{measures} sample measures, numbers {first} to {last}.")

    def tell(self, done, total):
        self.stdout.write(f"  {done} of {total}")
        self.stdout.flush()
