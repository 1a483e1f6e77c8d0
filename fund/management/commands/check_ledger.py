from django.core.management.base import BaseCommand

from fund import money


class Command(BaseCommand):
    help = "Compare the counters of the fund's years and pots with the ledger; ends with 1 where something differs."

    def handle(self, **options):
        found = list(money.differences())
        for sentence in found:
            self.stderr.write(sentence)
        if found:
            raise SystemExit(1)
        self.stdout.write("Das Buch stimmt.")
