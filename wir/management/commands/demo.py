"""Everything for a first look. The environment is already made when this runs (wir/bootstrap.py)."""

import hashlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.utils import timezone

from fund.models import Application
from fund.samples import make_sample_applications
from fund.samples_rules import make_sample_fund
from fund.samples_stories import STORIES
from measures.models import Measure
from measures.samples import make_samples
from strategy.models import Guideline, Unit, UnitMember
from strategy.paper.placing import place
from strategy.paper.reading import NotSuchADocument, read_path
from strategy.samples import make_sample_meetings
from wir.accounts.demo import ACCOUNTS, PASSWORD, make_demo_accounts
from wir.accounts.models import User
from wir.content_pack import PackFault, load_content
from wir.languages.registry import PUBLIC

DEMO_UNIT = "56"  # the department that the account `fachstelle` reports for
SAMPLES = 60
APPLICATIONS = len(STORIES)
WORKER_PAUSE = 20  # seconds
LONGEST_LINE = 8190  # bytes of a request's first line, the most that gunicorn allows; a longer one gets its bare 414


class Command(BaseCommand):
    help = "Show the portal on real content: database, content, demo accounts, server on 127.0.0.1, worker."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--paper", nargs="+", metavar="FILE", default=[], help="the city's documents, as UTF-8 text"
        )
        parser.add_argument("--database", metavar="URL", help="another database than var/db.sqlite3")

    def handle(self, *, port, paper, **options):
        if not settings.DEMO:
            raise CommandError("This is not a demo: SECRET_KEY comes from the environment. Unset it, or set DEMO=1.")
        self.step("Database")
        try:
            refuse_foreign_database()
            call_command("migrate", verbosity=0)
        except DatabaseError as error:
            raise CommandError(f"The database cannot be used: {error}") from error
        stamp = settings.VAR_DIR / "demo.stamp"
        if not stamp.exists() or stamp.read_text() != fingerprint() or not Guideline.objects.exists():
            self.step("Content in twelve languages")
            try:
                load_content()
            except PackFault as fault:
                raise CommandError(f"The content pack has faults:\n{fault}") from fault
            self.step("Static files")
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(fingerprint())
        make_demo_accounts()
        self.add_samples()
        self.import_wording(paper)
        self.serve(port)

    def step(self, text):
        self.stdout.write(f"  {text} …")
        self.stdout.flush()

    def add_samples(self):
        """Marked samples of what the published plan does not tell, and a department for the account that reports."""
        reporter = User.objects.filter(username="fachstelle").first()
        unit = Unit.objects.filter(number=DEMO_UNIT).first()
        if reporter and unit:
            UnitMember.objects.get_or_create(user=reporter, unit=unit)
        if not Measure.objects.filter(sample=True).exists():
            self.step("Examples, marked as such")
            make_samples(SAMPLES, seed=1, now=timezone.now())
        make_sample_meetings(now=timezone.now())
        make_sample_fund(now=timezone.now())
        if not Application.objects.filter(sample=True).exists():
            make_sample_applications(APPLICATIONS, seed=1, now=timezone.now())

    def import_wording(self, paper):
        """The official wording, where the documents are at hand; without them the pages say that it is not loaded."""
        folder = Path(settings.WIR_SOURCES) if settings.WIR_SOURCES else None
        try:
            if paper:
                readings = [read_path(path) for path in paper]
            elif folder and folder.is_dir():
                readings = read_folder(folder)
            else:
                return
        except NotSuchADocument as refusal:
            raise CommandError(f"The official wording was not imported: {refusal}") from None
        self.step("Official wording")
        place(readings, by=None)

    def serve(self, port):
        """Start the server and the worker, say when the portal answers, and end both with this command."""
        address = f"127.0.0.1:{port}"
        server = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            server_command(address), cwd=settings.BASE_DIR
        )
        self.worker = start_worker()
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        try:
            wait_for(f"http://{address}/healthz", server)
            self.welcome(address)
            self.watch(server)
        except KeyboardInterrupt:
            self.stdout.write("\nThe demo has ended. Its data stays in var/.")
        finally:
            end(server, self.worker)

    def watch(self, server):
        """Until the server ends. A worker that ends, as when another command keeps the database busy, is started again,
        a few times a minute at most; meanwhile the pages go on, and mails wait in the outbox."""
        start_again = None
        while server.poll() is None:
            if start_again is None and self.worker.poll() is not None:
                start_again = time.monotonic() + WORKER_PAUSE
                self.stderr.write(f"The worker has ended; mails wait. It starts again in {WORKER_PAUSE} seconds.")
            if start_again is not None and time.monotonic() >= start_again:
                start_again, self.worker = None, start_worker()
            time.sleep(0.5)

    def welcome(self, address):
        languages = " ".join(language.code for language in PUBLIC)
        self.stdout.write(
            f"\nThe portal is open:  http://{address}/\n"
            f"  languages:    {languages}\n"
            f"  back office:  http://{address}/admin/\n"
            f"  accounts:     {', '.join(ACCOUNTS)}\n"
            f"  password:     {PASSWORD} (for all of them, in this demo only)\n"
            f"  mails:        {mails_go_to()}\n"
            "Ctrl-C ends it."
        )
        self.stdout.flush()


def start_worker():
    return subprocess.Popen(  # noqa: S603 - our own interpreter and command
        [sys.executable, "manage.py", "db_worker", "--verbosity=0"], cwd=settings.BASE_DIR
    )


def server_command(address):
    """The portal's server as a program of its own."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "wir.wsgi:application",
        f"--bind={address}",
        "--worker-class=gthread",
        "--workers=2",
        "--threads=4",
        "--log-level=warning",
        f"--limit-request-line={LONGEST_LINE}",
    ]


def refuse_foreign_database():
    """The demo writes only into a database that is empty or its own."""
    tables = set(connection.introspection.table_names())
    if User._meta.db_table not in tables:
        if tables - {"django_migrations"}:
            raise CommandError("This database holds tables of another program. Give the demo one of its own.")
        return
    ours = User.objects.filter(is_demo=True).exists()
    foreign = User.objects.exists() or (Guideline._meta.db_table in tables and Guideline.objects.exists())
    if foreign and not ours:
        raise CommandError(
            "This database holds accounts or content that the demo did not make; it stays as it is. "
            "Give the demo another one: demo --database sqlite:////absolute/path/demo.sqlite3"
        )


def read_folder(folder):
    """Those files of a folder that are one of the two documents, one of each kind."""
    readings = {}
    for path in sorted(folder.glob("*.txt")):
        try:
            reading = read_path(path)
        except NotSuchADocument:
            continue
        readings.setdefault(reading.kind, reading)
    return list(readings.values())


def fingerprint():
    """Changes when content, static files or the database change, so that a second start can skip what is done."""
    digest = hashlib.sha256(os.environ.get("DATABASE_URL", "").encode())
    for folder in ("wir/content", "wir/static"):
        for path in sorted((settings.BASE_DIR / folder).rglob("*")):
            if path.is_file():
                digest.update(f"{path}{path.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def wait_for(address, server):
    for _attempt in range(150):
        if server.poll() is not None:
            raise CommandError("The server could not start. The lines above say why.")
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.2)
    raise CommandError("The server did not answer within 30 seconds.")


def mails_go_to():
    if settings.EMAIL_FILE_PATH:
        return f"kept as files in {settings.EMAIL_FILE_PATH}; nobody gets one"
    return "sent as EMAIL_URL says"


def end(*processes):
    running = [process for process in processes if process.poll() is None]
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
