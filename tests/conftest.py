"""Few fixtures: the content pack once per run, people by role, and the documents the wording is read from."""

import os
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import override_settings
from django.utils import timezone
from pytest_django.plugin import blocking_manager_key

from wir.accounts.demo import make_demo_accounts
from wir.accounts.models import User
from wir.content_pack import load_content
from wir.outbox import writing

SAMPLE = Path(__file__).parent / "strategy" / "documents"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Every test database holds the real content pack and the demo accounts; each test rolls back what it changes."""
    with django_db_blocker.unblock():
        fill()


def fill():
    load_content()
    make_demo_accounts()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """A test that commits ends with an empty database. It is filled again at once: workers take tests from each other,
    so such a test is not always the last one of its worker. After the last one the test database is gone, and what
    is written then would go into the database of whoever runs the tests."""
    emptied = nextitem is not None and "committed" in getattr(item, "funcargs", ())
    try:
        return (yield)
    finally:
        if emptied:
            with item.config.stash[blocking_manager_key].unblock():
                call_command("flush", interactive=False, verbosity=0)  # again: keys begin with 1, as they did
                fill()


@pytest.fixture(scope="session", autouse=True)
def own_files(tmp_path_factory):
    """What people hand in lies in a folder of this worker alone: a sweep in another one must not find it."""
    with override_settings(FILE_STORE=tmp_path_factory.mktemp("files")):
        yield


@pytest.fixture(autouse=True)
def fresh_cache():
    cache.clear()


@pytest.fixture
def this_day(request, monkeypatch):
    """A module that read the clock when it was loaded, as NOW, TODAY and BEFORE: a run that goes past midnight takes
    them along, for pages ask the clock of the moment."""
    days = timezone.localdate() - timezone.localdate(request.module.NOW)
    for name in ("NOW", "TODAY", "BEFORE"):
        if days and hasattr(request.module, name):
            monkeypatch.setattr(request.module, name, getattr(request.module, name) + days)


@pytest.fixture
def committed(transactional_db):
    """A database without a transaction around the test, for threads; on PostgreSQL only (tests/fund/parallel.py)."""


@pytest.fixture
def file_database(db, tmp_path):
    """SQLite in a file of its own, with all that the tests start from: threads get connections of their own, which the
    database in memory does not give. What is written there is gone with the file."""
    in_memory, file, settings = connections["default"], tmp_path / "parallel.sqlite3", connections.settings["default"]
    file.write_bytes(in_memory.connection.serialize())  # a backup would wait for the test's own transaction for ever
    before = settings["NAME"], settings["OPTIONS"]
    # One writes after the other; on a busy machine the last of many waits longer than a page may
    settings["NAME"], settings["OPTIONS"] = str(file), settings["OPTIONS"] | {"timeout": 180}
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connections["default"].close()
        settings["NAME"], settings["OPTIONS"] = before
        connections["default"] = in_memory


@pytest.fixture
def person(db):
    """A person by account name: person("redaktion")."""
    return lambda name: User.objects.get(username=name)


@pytest.fixture
def signed_in(client, person):
    """The test client, signed in as an account of the demo."""

    def sign_in(name):
        client.force_login(person(name))
        return client

    return sign_in


@pytest.fixture
def told(monkeypatch):
    """Messages of bodies and meetings that a test caused: (kind, recipient, context), each key once. They are written
    all the same, because who was told decides who is told next."""
    written, really = {}, writing.write

    def write(kind, to, *, context, about=None, key="", by=None, now):
        written.setdefault(key or len(written), (kind.name, to, context))
        return really(kind, to, context=context, about=about, key=key, by=by, now=now)

    monkeypatch.setattr("strategy.mails.write", write)
    return written


@pytest.fixture
def city_documents():
    """The city's two documents where WIR_SOURCES gives them; the test is skipped where it does not."""
    folder = os.environ.get("WIR_SOURCES")
    if not folder or not Path(folder).is_dir():
        pytest.skip("WIR_SOURCES names no folder with the city's documents; the small documents of our own are tested.")
    return sorted(Path(folder).glob("*.txt"))
