"""Planned releases that are due. Pages do this themselves when they are asked for; cron does it on the minute."""

from django.core.management.base import BaseCommand
from django.utils import timezone

from measures.releases import apply_due


class Command(BaseCommand):
    help = "Publish the planned releases that are due. Run it every minute; twice at once does no harm."

    def handle(self, **options):
        apply_due(timezone.now())
