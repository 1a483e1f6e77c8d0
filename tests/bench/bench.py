"""What a page costs: statements, bytes and time of one page of each type, beside a view that only says "ok".

    .venv/bin/python -m tests.bench.bench [--items 500] [--requests 40] [--languages de,fa,ku] [--measures 100,2000]

Not part of the suite. It works in a test database of its own that is gone afterwards (SQLite in memory, or beside the
database of DATABASE_URL). Times are medians of requests through Django's test client, compressed as for a browser, and
differ between machines; the last column does not differ much, since the constant view is measured in the same minute.
"""

import argparse
import gzip
import logging
import os
import statistics
import sys
import time

CONSTANT = "/healthz"
EXTRA_FROM = 1000  # numbers of the added items, above every real one


def main():
    options = read_options()
    prepare_django()
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    databases = setup_databases(verbosity=0, interactive=False)
    try:
        fill(options.items)
        print(f"{connection.vendor}, {options.items} items added, {options.requests} requests for each line\n")
        measure_all(options.languages.split(","), options.requests)
        measure_lists([int(number) for number in options.measures.split(",") if number])
    finally:
        teardown_databases(databases, verbosity=0)


def read_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=0, metavar="N", help="add N items of each growing kind")
    parser.add_argument("--requests", type=int, default=40, metavar="N", help="requests for each median")
    parser.add_argument("--languages", default="de,fa,ku", metavar="CODES")
    parser.add_argument(
        "--measures",
        default="100,2000",
        metavar="N,N",
        help="lists and exports with so many sample measures; 50000 takes minutes",
    )
    return parser.parse_args()


def prepare_django():
    """The settings of the suite, whatever the environment says; only the database may be chosen."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "wir.settings",
        "SECRET_KEY": "tests-only-" + "x" * 50,
        "DEBUG": "0",
        "DEMO": "1",
        "SITE_URL": "http://testserver",
        "ALLOWED_HOSTS": "testserver",
        "CACHE_URL": "locmem://",
    }
    from wir.bootstrap import compile_catalogues

    compile_catalogues()
    import django

    django.setup()


def fill(items):
    """The content pack, the official wording of our own small documents, and as many more items as asked for."""
    from strategy.models import ActionField, FocusPoint, Goal, Guideline, Subtopic
    from strategy.paper.placing import place
    from tests.browser.portal import SAMPLES
    from wir.content_pack import load_content
    from wir.management.commands.demo import read_folder

    load_content()
    place(read_folder(SAMPLES), by=None)

    def texts(kind, number):
        return {
            f"{name}_{code}": f"{kind} {number} {word}"
            for code, word in (("de", "auf Deutsch"), ("fa", "به فارسی"), ("ku", "bi kurdî"))
            for name in ("title", "plain")
        }

    field = ActionField.objects.get(number=2)
    numbers = range(EXTRA_FROM, EXTRA_FROM + items)
    Guideline.objects.bulk_create(Guideline(number=each, **texts("Leitlinie", each)) for each in numbers)
    Goal.objects.bulk_create(Goal(field=field, number=each, **texts("Ziel", each)) for each in numbers)
    subtopics = Subtopic.objects.bulk_create(
        Subtopic(field=field, number=each, **texts("Unterthema", each)) for each in numbers
    )
    FocusPoint.objects.bulk_create(
        FocusPoint(field=field, subtopic=subtopic, number=1, **texts("Schwerpunkt", subtopic.number))
        for subtopic in subtopics
    )


def measure_all(codes, requests):
    from django.test import Client

    from tests.pages import one_of_each_type

    logging.disable(logging.WARNING)  # one of the pages is a 404 on purpose
    client = Client(headers={"accept-encoding": "gzip"})
    paths = [*one_of_each_type(), "handlungsfelder/2-soziales/", "leitlinien/6/?neben=de"]
    pages = [(code, path) for path in paths for code in codes]
    measure(client, CONSTANT, requests)  # the first requests of a process are slow, whatever they ask for
    *_, constant = measure(client, CONSTANT, requests)
    print(f"{'page':48} {'statements':>10} {'raw':>7} {'gzip':>6} {'ms':>8} {'x constant':>10}")
    print_line(CONSTANT, 0, 3, 3, constant, constant)
    for code, path in pages:
        print_line(f"/{code}/{path}", *measure(client, f"/{code}/{path}", requests), constant)


LISTS = (
    "de/massnahmen/?beispiele=1",
    "fa/massnahmen/?beispiele=1&sortierung=titel",
    "ku/massnahmen/?beispiele=1&sortierung=beginn",
    "de/massnahmen/?beispiele=1&feld=2&bezirk=3&status=laeuft",
    "de/massnahmen/?beispiele=1&q=soziales",
    "de/umsetzung/?beispiele=1",
    "de/umsetzung/aenderungen/?beispiele=1&seit=2020-01-01",
    "de/massnahmen.csv?beispiele=1",
    "de/massnahmen.json?beispiele=1",
    "de/massnahmen.atom?beispiele=1",
    "de/massnahmen.ics?beispiele=1",
)


def measure_lists(sizes):
    """Lists and exports with a growing number of measures; time is of the uncached answer."""
    from django.test import Client
    from django.utils import timezone

    from measures.models import Measure
    from measures.samples import make_samples

    client = Client(headers={"accept-encoding": "gzip"})
    for size in sorted(sizes):
        missing = size - Measure.objects.filter(sample=True).count()
        make_samples(missing, seed=1, now=timezone.now())
        refresh_statistics()
        print(f"\n{size} measures")
        for path in LISTS:
            statements, raw, packed, seconds = measure(client, f"/{path}", 5)
            print(f"/{path:58} {statements:>4} {raw:>9} {packed:>8} {seconds * 1000:>9.1f} ms")


def refresh_statistics():
    """What a database in use has done long ago."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def print_line(address, statements, raw, packed, seconds, constant):
    name = address if len(address) <= 48 else address[:47] + "…"
    print(f"{name:48} {statements:>10} {raw:>7} {packed:>6} {seconds * 1000:>8.2f} {seconds / constant:>10.0f}")


def measure(client, address, requests):
    """(statements, bytes, bytes compressed, median seconds) of one address."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        packed = response.getvalue()
    statements = len(captured)  # now: the next request empties the log
    raw = gzip.decompress(packed) if response.headers.get("Content-Encoding") == "gzip" else packed

    times = []
    for _number in range(requests):
        start = time.perf_counter()
        client.get(address).getvalue()
        times.append(time.perf_counter() - start)
    return statements, len(raw), len(packed), statistics.median(times)


if __name__ == "__main__":
    sys.exit(main())
