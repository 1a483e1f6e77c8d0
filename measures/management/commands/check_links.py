"""Do the addresses of sources still answer?"""

from django.core.management.base import BaseCommand
from django.utils import timezone

from measures.links import check_links
from measures.models import LinkCheck


class Command(BaseCommand):
    help = "Ask every address that a report or a council paper names. Exit status 1 where one does not answer."

    def handle(self, **options):
        faults = check_links(timezone.now(), progress=self.tell)
        for check in LinkCheck.objects.exclude(fault=""):
            self.stdout.write(f"{check.address}: {check.fault}")
        if faults:
            raise SystemExit(1)

    def tell(self, done, total):
        if done % 20 == 0 or done == total:
            self.stdout.write(f"  {done} of {total}")
            self.stdout.flush()
