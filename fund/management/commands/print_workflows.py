from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from fund.diagram import placed


class Command(BaseCommand):
    help = "Print the fund's table of moves into README, as a diagram and as a list."

    def add_arguments(self, parser):
        parser.add_argument("--check", action="store_true", help="change nothing; fail where README is behind")
        parser.add_argument("--readme", default=str(Path(settings.BASE_DIR) / "README.md"))

    def handle(self, *, check, readme, **options):
        path = Path(readme)
        before = path.read_text(encoding="utf-8")
        try:
            after = placed(before)
        except ValueError as error:
            raise CommandError(str(error)) from error
        if check and before != after:
            raise CommandError("README is behind the table of moves: run manage.py print_workflows.")
        if before != after:
            path.write_text(after, encoding="utf-8")
        self.stdout.write("README tells the moves of the fund.")
