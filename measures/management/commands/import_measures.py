from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from measures.importers import Refused, apply, keep, plan
from wir.lib.spreadsheets import LARGEST_FILE, NotATable, read_table


class Command(BaseCommand):
    help = "Bring in measures from a spreadsheet (CSV or XLSX): all of it or, where anything is wrong, nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", help="a table with the columns of the export of measures")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")

    def handle(self, *, file, dry_run, **options):
        path = Path(file)
        try:
            with path.open("rb") as stream:
                table = read_table(stream.read(LARGEST_FILE + 1))
        except (NotATable, OSError) as error:
            raise CommandError(f"{path.name}: {getattr(error, 'strerror', None) or error}") from None
        preview = plan(table)
        self.tell(preview)
        if preview.faults:
            raise CommandError(f"Nichts wurde geschrieben. {len(preview.faults)} Fehler stehen im Weg.")
        if dry_run:
            self.stdout.write("Nur zur Ansicht: Nichts wurde geschrieben.")
            return
        if not preview.new and not preview.changed:
            self.stdout.write("Es gibt nichts zu schreiben.")
            return
        run = keep(table, path.name, by=None)
        try:
            apply(run, by=None, progress=self.progress)
        except Refused as refusal:
            run.delete()
            raise CommandError("\n".join(["Nichts wurde geschrieben.", *refusal.reasons])) from None
        self.stdout.write(
            f"Übernommen: {run.created_count} neu, {run.changed_count} geändert, {run.unchanged_count} unverändert."
        )

    def tell(self, preview):
        for fault in preview.faults:
            self.stdout.write(f"Fehler: {fault}")
        for hint in preview.hints:
            self.stdout.write(f"Hinweis: {hint}")
        for line in preview.new + preview.changed:
            self.stdout.write(
                f"Zeile {line.row}: Maßnahme {line.number} {'neu' if line.new else 'geändert'}: {line.title}"
            )
            for label, (before, after) in line.differences.items():
                self.stdout.write(
                    f"  {label}: {after}" if line.new else f"  {label}: {before or '(leer)'} → {after or '(leer)'}"
                )
        self.stdout.write(str(preview))

    def progress(self, done, total):
        self.stdout.write(f"{done} von {total} geschrieben")
