"""One portal and one Chromium for all tests of this folder, made when the first test asks and ended after the last.

Both end with the folder and not with the session: while Playwright runs, Django refuses the database in its thread.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.request

import pytest
from django.db import connection
from playwright.sync_api import sync_playwright

from tests.browser.windows import DESK, PHONE, Books, Desk, Window

READY_WITHIN = 180  # seconds; ten where nothing else runs
FLAGS = (
    "--no-sandbox",  # Chromium refuses to start as root with it, and CI runs as root
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="package")
def chromium():
    program = shutil.which("chromium")
    if program is None:
        missing = "Chromium is missing: install the package chromium (Debian, Ubuntu: apt install chromium)."
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def portal_folder(tmp_path_factory):
    """Where the portal of these tests has its database and its files."""
    return tmp_path_factory.mktemp("portal")


def surroundings(folder, address):
    """The environment of the portal, and of what is run beside it."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "wir.settings",
        "SECRET_KEY": "tests-only-" + "x" * 50,
        "DEBUG": "0",
        "DEMO": "1",
        "CACHE_URL": "locmem://",
        "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": address,
        "MEDIA_URL_STORE": f"file://{folder}/files",
    }


@pytest.fixture(scope="package")
def portal(portal_folder):
    """The address of a portal of its own that answers; the socket is open before the program starts."""
    if connection.vendor != "sqlite":
        pytest.skip("Browser tests run on SQLite only: what a browser sees does not depend on the database.")
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.portal", str(portal_folder), str(listening.fileno())],
            pass_fds=[listening.fileno()],
            env=surroundings(portal_folder, address),
        )
    with urllib.request.urlopen(f"{address}/healthz", timeout=READY_WITHIN):  # so that no page's own patience runs out
        yield address
    program.terminate()
    program.wait(timeout=30)


@pytest.fixture(scope="package")
def stories(portal, portal_folder):
    """{story: the keys, references and secrets of its cases}; see prepared.py."""
    program = "import django; django.setup(); from tests.browser.prepared import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program], env=surroundings(portal_folder, portal), stdout=subprocess.PIPE, check=True
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="package")
def desks(chromium):
    """{name of an account: her window at the back office}, signed in when a story asks first."""
    open_ones = {}
    yield open_ones
    for desk in open_ones.values():
        desk.page.context.close()


@pytest.fixture
def people(chromium, portal, desks):
    """people(name): the desk of an account of the demo. people.phone(code): a new phone. people.faults: of all pages
    that they saw in this story."""
    found = People(chromium, portal, desks)
    yield found
    found.leave()


class People:
    def __init__(self, chromium, portal, desks):
        self.chromium, self.portal, self.desks = chromium, portal, desks
        self.windows, self.phones = [], []

    def __call__(self, name):
        if name not in self.desks:
            self.desks[name] = Desk(self.page(DESK), "de", self.portal)
            self.desks[name].sign_in(name)
        desk = self.desks[name]
        if desk not in self.windows:
            desk.faults = []
            self.windows.append(desk)
        return desk

    def phone(self, code):
        self.windows.append(Window(self.page(PHONE), code, self.portal))
        self.phones.append(self.windows[-1])
        return self.windows[-1]

    def page(self, viewport):
        context = self.chromium.new_context(viewport=viewport, reduced_motion="reduce")
        context.set_default_timeout(20_000)
        return context.new_page()

    @property
    def faults(self):
        return [fault for window in self.windows for fault in window.faults]

    def leave(self):
        for phone in self.phones:
            phone.page.context.close()


@pytest.fixture(scope="package")
def books(portal, portal_folder):
    return Books(portal_folder)
