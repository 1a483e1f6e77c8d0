from django.core.management.base import BaseCommand, CommandError

from strategy.paper.placing import CHANGED, GONE, NEW, RENAMED, UNCHANGED, place
from strategy.paper.reading import NotSuchADocument, read_path

LABELS = {
    "guideline": "guidelines",
    "priority": "priorities",
    "crosscuttingtheme": "cross-cutting themes",
    "actionfield": "action fields",
    "subtopic": "named subtopics",
    "focuspoint": "focus points",
    "chapter": "chapters",
    "page": "introductions",
}


class Command(BaseCommand):
    help = "Bring in the official wording from the city's two documents, in any order, as often as you like."

    def add_arguments(self, parser):
        parser.add_argument(
            "files", nargs="+", metavar="FILE", help="the strategy paper or the web page, as UTF-8 text"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")

    def handle(self, *, files, dry_run, **options):
        try:
            readings = [read_path(path) for path in files]
        except NotSuchADocument as refusal:
            raise CommandError(f"Nothing was imported: {refusal}") from None
        if len({reading.kind for reading in readings}) < len(readings):
            raise CommandError("Nothing was imported: two files are the same document. Name each document once.")
        for report in place(readings, by=None, dry_run=dry_run):
            self.print_report(report, dry_run)

    def print_report(self, report, dry_run):
        self.stdout.write(f"{report.document}{', ' + report.edition if report.edition else ''}")
        found = ", ".join(f"{count} {LABELS[kind]}" for kind, count in report.counts.items() if count)
        self.stdout.write(f"  found: {found}")
        for state in (NEW, CHANGED, RENAMED, GONE, UNCHANGED):
            for line in report.of(state):
                place_in_file = f" (line {line.line})" if line.line else ""
                self.stdout.write(f"  {state}: {line.heading}{place_in_file}{': ' + line.note if line.note else ''}")
        for line, text in report.not_placed:
            self.stdout.write(f"  not placed: {text!r}" + (f" (line {line})" if line else " (heading not found)"))
        if report.nothing_changed:
            self.stdout.write("  nothing changed")
        if dry_run:
            self.stdout.write("  dry run: nothing was written")
