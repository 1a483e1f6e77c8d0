from django.core.management.base import BaseCommand, CommandError

from wir.content_pack import PackFault, load_content


class Command(BaseCommand):
    help = "Load the content pack. Runs as often as you like; what a person edited stays as it is."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")

    def handle(self, *, dry_run, **options):
        try:
            report = load_content(dry_run=dry_run)
        except PackFault as fault:
            raise CommandError(f"Nothing was loaded. Mend these places first:\n{fault}") from fault
        self.stdout.write(f"{'Dry run, nothing written: ' if dry_run else ''}{report}")
