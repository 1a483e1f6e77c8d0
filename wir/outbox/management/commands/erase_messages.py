from django.core.management.base import BaseCommand
from django.utils import timezone

from wir.outbox.models import Message


class Command(BaseCommand):
    help = "Erase text and recipient of messages whose retention has ended; kind, state and dates stay."

    def handle(self, **options):
        now = timezone.now()
        erased = Message.objects.erasable(now).erase(now)
        self.stdout.write(f"{erased} messages erased")
