"""The portal as a program of its own, for a browser: `python -m tests.browser.portal FOLDER SOCKET`.

It makes database and static files in FOLDER, then answers on the listening socket with the number SOCKET until it is
ended. Nothing of it is shared with the tests' own database, so no test needs to clean up after a browser.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from gunicorn.app.base import BaseApplication

SAMPLES = Path(__file__).parent.parent / "strategy" / "documents"


class Portal(BaseApplication):
    """Gunicorn as `manage.py demo` runs it, with one worker, on a socket that is already open."""

    def __init__(self, socket):
        self.socket = socket
        super().__init__()

    def load_config(self):
        for name, value in {
            "bind": f"fd://{self.socket}",
            "worker_class": "gthread",
            "threads": 4,
            "loglevel": "warning",
            "control_socket_disable": True,
        }.items():
            self.cfg.set(name, value)

    def load(self):
        from wir.wsgi import application

        return application


def prepare():
    """The content pack, the demo accounts, the official wording, a message of each sort, and an open sample year of the
    fund: all a page can show."""
    from django.utils import timezone

    from fund.samples_rules import make_sample_fund
    from strategy.paper.placing import place
    from tests.outbox.factories import create_message, kind_with
    from wir.accounts.demo import make_demo_accounts
    from wir.content_pack import load_content
    from wir.management.commands.demo import read_folder

    call_command("migrate", verbosity=0)
    load_content()
    make_demo_accounts()
    place(read_folder(Path(os.environ.get("WIR_SOURCES") or SAMPLES)), by=None)
    create_message("letter"), create_message("call"), create_message(kind=kind_with(held=True))
    make_sample_fund(now=timezone.now())
    call_command("collectstatic", interactive=False, verbosity=0)
    connections.close_all()


if __name__ == "__main__":
    folder, socket = sys.argv[1:]
    settings.STATIC_ROOT = Path(folder) / "static"
    django.setup()
    prepare()
    Portal(int(socket)).run()
