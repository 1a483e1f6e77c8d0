"""A database that processes of their own can reach: a copy of the tests' database, committed for good."""

import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest
from django.db import connection, connections
from django_tasks_db.models import DBTaskResult

from wir.outbox.models import Heartbeat, Message


@pytest.fixture(scope="session")
def copied_database(django_db_setup, django_db_blocker, tmp_path_factory):
    """Its name. Made once; SQLite's tests run in memory, where no other process can look."""
    with django_db_blocker.unblock():
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            path = tmp_path_factory.mktemp("outbox") / "own.sqlite3"
            with closing(sqlite3.connect(path)) as target:
                connection.connection.backup(target)
            yield str(path)
            return
        source = connection.settings_dict["NAME"]
        copy = f"{source}_outbox"
        connection.close()
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{copy}"')
            cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{source}"')
        yield copy
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')


@pytest.fixture
def own_database(copied_database, db):
    """Let this test work on the copy, without a transaction around it. Has the `url` for other processes."""
    kept = connections["default"]
    own = kept.copy()
    values = kept.settings_dict  # what connections of other threads are made from
    name = values["NAME"]
    own.settings_dict["NAME"] = values["NAME"] = copied_database
    connections["default"] = own
    if own.vendor == "sqlite":
        url = f"sqlite:///{copied_database}"
    else:
        url = f"postgres://{values['USER']}@{values['HOST']}:{values['PORT']}/{copied_database}"
    try:
        yield SimpleNamespace(url=url)
        for model in (Message, Heartbeat, DBTaskResult):
            model.objects.all().delete()
    finally:
        own.close()
        values["NAME"] = name
        connections["default"] = kept
