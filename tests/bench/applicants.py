"""Many applicants save at the same moment: is every answer there afterwards, and how long did each wait?

    .venv/bin/python -m tests.bench.applicants [--applicants N]
    DATABASE_URL=postgres://wir@127.0.0.1:5544/postgres .venv/bin/python -m tests.bench.applicants

Not part of the suite. It makes a portal of its own in a temporary folder, served as `manage.py demo` serves it, on
SQLite with 50 applicants, or on PostgreSQL with 200; there it makes a database beside the one of DATABASE_URL. All
open a page, all wait for each other, all save; so with each of the five pages, two files a case in ten, and the
sending. Then everything is read back. It prints medians, 95th percentiles, errors and lost answers, takes away what
it made, and ends with 1 where there was an error or a loss.
"""

import argparse
import contextlib
import html
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 60  # seconds until an answer counts as an error; one that slow is one
STEPS = ("wer", "was", "wo-wann", "kosten", "kontakt")
LONG = "Wir treffen uns jede Woche und laden alle aus der Straße ein. " * 40


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--applicants", type=int, default=0, metavar="N")
    parser.add_argument("--prepare", type=int, default=0, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.prepare:
        prepare(options.prepare)
        return 0
    address = os.environ.get("DATABASE_URL", "")
    is_sqlite = not address.startswith("postgres")
    count = options.applicants or (50 if is_sqlite else 200)
    with tempfile.TemporaryDirectory(prefix="wir-bench-") as folder, own_database(address, folder) as database:
        with served(folder, database, count) as (port, secrets):
            print(f"{'SQLite' if is_sqlite else 'PostgreSQL'}, {count} applicants at once\n")
            return run(port, secrets)


# The portal -----------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def own_database(address, folder):
    """The address of an empty database that is gone afterwards."""
    if not address.startswith("postgres"):
        yield f"sqlite:///{folder}/db.sqlite3"
        return
    import psycopg

    name = f"wir_bench_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(address)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def served(folder, database, count):
    """(port, secrets of the drafts) of a running portal."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "wir.settings",
        "SECRET_KEY": "tests-only-" + "x" * 50,
        "DEBUG": "0",
        "DEMO": "1",
        "CACHE_URL": "locmem://",
        "DATABASE_URL": database,
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "VAR_DIR": folder,
        "MEDIA_URL_STORE": f"file://{folder}/files",
    }
    preparing = [sys.executable, "-m", "tests.bench.applicants", "--prepare", str(count)]
    told = subprocess.run(preparing, cwd=ROOT, check=True, stdout=subprocess.PIPE)
    import django

    django.setup()
    from wir.management.commands.demo import server_command

    server = subprocess.Popen(server_command(f"127.0.0.1:{port}"), cwd=ROOT)
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield port, json.loads(told.stdout.splitlines()[-1])
    finally:
        server.terminate()
        server.wait(timeout=30)


def prepare(count):
    """Content, an open year, and a draft for each applicant: beginning one is limited by address, saving is not."""
    from wir.bootstrap import compile_catalogues

    compile_catalogues()
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from fund import access
    from fund.intake import openings
    from fund.models import Application
    from fund.samples_rules import make_sample_fund
    from wir.content_pack import load_content

    call_command("migrate", verbosity=0)
    load_content()
    call_command("collectstatic", interactive=False, verbosity=0)
    now = timezone.now()
    make_sample_fund(now=now)
    opening = next(each for each in openings(now, samples=True) if each.call is None)
    secrets = []
    for _number in range(count):
        draft = Application.objects.create(
            rule_set=opening.rule_set, year=opening.year, sample=True, started_at=now, saved_at=now
        )
        secrets.append(access.make_key(draft, now=now)[1].lower())
    print(json.dumps(secrets))


def wait_for(address):
    for _attempt in range(300):
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.1)
    raise SystemExit("The portal did not answer within 30 seconds.")


# The applicants -------------------------------------------------------------------------------------------------------


class Applicant(threading.Thread):
    """One browser of one applicant. waits, errors: shared by all."""

    def __init__(self, number, port, secret, together, waits, errors):
        super().__init__(daemon=True)
        self.number, self.port, self.path = number, port, f"/de/fonds/antrag/{secret}/"
        self.together, self.waits, self.errors = together, waits, errors
        self.kept = self.lost = 0
        self.reference = ""

    @property
    def answers(self):
        """{step: {field: text}}, of which no two applicants have the same."""
        number = self.number
        return {
            "wer": {
                "kind": "organisation",
                "organisation": f"Beispielverein {number}",
                "person": f"Kim Probe {number}",
            },
            "was": {"title": f"Fest Nummer {number}", "plan": f"{number}: {LONG}".strip(), "field": "unsure"},
            "wo-wann": {"district": "city", "starts": "1.6.2031", "ends": f"{number % 28 + 1}.9.2031"},
            "kosten": {"total": f"{2000 + number}", "requested": f"{1000 + number}"},
            "kontakt": {"mail": f"antrag-{number}@example.org", "phone": f"030 23125 {number:03}"},
        }

    def run(self):
        try:
            self.apply()
        except (OSError, http.client.HTTPException, threading.BrokenBarrierError) as error:
            self.errors.append(f"applicant {self.number}: {type(error).__name__}: {error}")
            self.together.abort()

    def apply(self):
        for step, fields in self.answers.items():
            page = self.ask("open a page", "GET", f"{step}/")
            self.together.wait()
            self.ask("save a page", "POST", f"{step}/", fields_of(page) | fields, wanted=303)
        if self.number % 10 == 0:
            self.together.wait()
            self.send_files()
        else:
            self.together.wait()
        page = self.ask("open a page", "GET", "pruefen/")
        self.read_back()
        self.together.wait()
        self.ask("send it", "POST", "senden/", fields_of(page) | {"einverstanden": "ja"}, wanted=303)
        found = re.search(r"WIR-\d{4}-\w+", self.ask("open a page", "GET", "quittung/"))
        self.reference = found.group() if found else ""

    def ask(self, what, method, path, fields=None, *, wanted=200, body=None, kind=""):
        """The body of one answer; everything but the wanted status is an error."""
        headers = {"Content-Type": kind or "application/x-www-form-urlencoded"}
        body = body if fields is None else urlencode(fields).encode()
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request(method, self.path + path, body=body, headers=headers)
            response = connection.getresponse()
            text = response.read().decode()
        self.waits[what].append(time.perf_counter() - begun)
        if response.status != wanted:
            self.errors.append(f"applicant {self.number}: {what}: {path}: {response.status}")
        return text

    def send_files(self):
        """Two small pictures in one go."""
        from fund.samples_people import sample_file

        mark, parts = "grenze", b""
        for place in (1, 2):
            head = f'Content-Disposition: form-data; name="datei"; filename="Bild-{place}.png"'
            data = sample_file(self.number * 2 + place)
            parts += f"--{mark}\r\n{head}\r\nContent-Type: image/png\r\n\r\n".encode() + data + b"\r\n"
        kind = f"multipart/form-data; boundary={mark}"
        self.ask("send files", "POST", "unterlagen/", body=parts + f"--{mark}--\r\n".encode(), kind=kind, wanted=302)

    def read_back(self):
        for step, fields in self.answers.items():
            shown = fields_of(self.ask("open a page", "GET", f"{step}/"))
            right = sum(shown.get(name) == text for name, text in fields.items())
            self.kept, self.lost = self.kept + right, self.lost + len(fields) - right
        if self.number % 10 == 0:
            files = len(set(re.findall(r"/dateien/(\d+)/", self.ask("open a page", "GET", "unterlagen/"))))
            self.kept, self.lost = self.kept + files, self.lost + 2 - files


def fields_of(page):
    """{name: text} that the form of a page would post."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = attribute(tag, "name"), attribute(tag, "value")
        if name and (attribute(tag, "type") not in ("radio", "checkbox", "file") or re.search(r"\schecked", tag)):
            found[name] = value
    for name, text in re.findall(r'<textarea name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        found[name] = html.unescape(text)
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen.group(1) if chosen else ""
    return found


def attribute(tag, name):
    found = re.search(rf'\s{name}="([^"]*)"', tag)
    return html.unescape(found.group(1)) if found else ""


def run(port, secrets):
    """Returns the status of the program."""
    together, waits, errors = threading.Barrier(len(secrets), timeout=2 * PATIENCE), defaultdict(list), []
    crowd = [Applicant(number, port, each, together, waits, errors) for number, each in enumerate(secrets, 1)]
    begun = time.perf_counter()
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    print(f"{'':14}{'requests':>9}{'median s':>10}{'95 % s':>8}{'most s':>8}")
    for what, times in waits.items():
        times.sort()
        late = times[min(len(times) - 1, len(times) * 95 // 100)]
        print(f"{what:14}{len(times):>9}{statistics.median(times):>10.3f}{late:>8.3f}{times[-1]:>8.3f}")
    kept, lost = sum(each.kept for each in crowd), sum(each.lost for each in crowd)
    references = {each.reference for each in crowd} - {""}
    print(f"\n{time.perf_counter() - begun:.1f} s; {kept} answers and files read back, {lost} lost")
    print(f"{len(references)} references for {len(crowd)} applications; {len(errors)} errors")
    print("\n".join(errors[:20]))
    return 1 if errors or lost or len(references) != len(crowd) else 0


if __name__ == "__main__":
    sys.exit(main())
