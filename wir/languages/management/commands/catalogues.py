from django.core.management.base import BaseCommand, CommandError

from wir.languages import catalogues


class Command(BaseCommand):
    help = "Bring the interface catalogues below locale/ in step with the code; --check only says what is wrong."
    requires_system_checks = []  # it makes what the checks ask for

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="write nothing, exit with 1 where a fault is found")

    def handle(self, *, check, **options):
        if not check:
            for code, empty in catalogues.update().items():
                self.stdout.write(f"{code:10} {empty} still to translate")
            return
        found = list(catalogues.faults())
        if found:
            raise CommandError("\n".join(found))
        self.stdout.write("All catalogues are complete.")
