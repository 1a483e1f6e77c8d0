"""Many people at the same moment, with real connections on both databases."""

import threading
from collections import Counter

import pytest
from django.db import IntegrityError, connections

from fund.models import Application
from wir.lib.workflow import Refused

SQLITE = connections["default"].vendor == "sqlite"
# A file of its own on SQLite, a database without a transaction around the test on PostgreSQL
REAL_CONNECTIONS = pytest.mark.usefixtures("file_database" if SQLITE else "committed")
AT_ONCE = 25  # connections that the server has room for


def at_once(calls, refusals=(Refused, IntegrityError)):
    """Call all, as many at the same moment as there are connections; what each gave, or the refusal it raised."""
    calls = list(calls)
    results = [None] * len(calls)
    barrier = threading.Barrier(min(AT_ONCE, len(calls)))
    places = iter(range(len(calls)))
    turn = threading.Lock()

    def run():
        try:
            barrier.wait(timeout=60)
            while True:
                with turn:
                    place = next(places, None)
                if place is None:
                    return
                try:
                    results[place] = calls[place]()
                except refusals as refusal:
                    results[place] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _each in range(barrier.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=180)
    assert [thread.is_alive() for thread in threads] == [False] * len(threads)
    assert None not in results
    return results


def kinds(results):
    """{state of a case that was moved, "refused": how many}"""
    return Counter(each.state if isinstance(each, Application) else "refused" for each in results)
