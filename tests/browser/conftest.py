"""One portal and one Chromium for all tests of this folder, made when the first test asks and ended after the last.

Both end with the folder and not with the session: while Playwright runs, Django refuses the database in its thread.
"""

import os
import shutil
import socket
import subprocess
import sys
import urllib.request

import pytest
from django.db import connection
from playwright.sync_api import sync_playwright

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
def portal(tmp_path_factory):
    """The address of a portal of its own that answers; the socket is open before the program starts."""
    if connection.vendor != "sqlite":
        pytest.skip("Browser tests run on SQLite only: what a browser sees does not depend on the database.")
    folder = tmp_path_factory.mktemp("portal")
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        program = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.portal", str(folder), str(listening.fileno())],
            pass_fds=[listening.fileno()],
            env=os.environ
            | {
                "DJANGO_SETTINGS_MODULE": "wir.settings",
                "SECRET_KEY": "tests-only-" + "x" * 50,
                "DEBUG": "0",
                "DEMO": "1",
                "CACHE_URL": "locmem://",
                "DATABASE_URL": f"sqlite:///{folder}/db.sqlite3",
                "ALLOWED_HOSTS": "127.0.0.1",
                "SITE_URL": address,
                "MEDIA_URL_STORE": f"file://{folder}/files",
            },
        )
    with urllib.request.urlopen(f"{address}/healthz", timeout=READY_WITHIN):  # so that no page's own patience runs out
        yield address
    program.terminate()
    program.wait(timeout=30)
