from django.core.management.base import BaseCommand
from django.db.models import F
from django.utils import timezone

from wir.outbox.models import Message

PERSONAL = ("name", "mail", "postal", "phone", "note", "subject", "text", "html", "fault", "result")


class Command(BaseCommand):
    help = "Erase text and recipient of messages whose retention has ended; kind, state and dates stay."

    def handle(self, **options):
        now = timezone.now()
        erased = Message.objects.erasable(now).update(
            **dict.fromkeys(PERSONAL, ""), user=None, erased_at=now, version=F("version") + 1
        )
        self.stdout.write(f"{erased} messages erased")
