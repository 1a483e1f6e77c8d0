"""What the desks and lists of the fund cost with few and with many applications: statements, and time.

    .venv/bin/python -m tests.bench.desks [--applications 1000,20000] [--requests 9]
    DATABASE_URL=postgres://wir@127.0.0.1:5544/postgres .venv/bin/python -m tests.bench.desks

Not part of the suite. It works in a test database of its own that is gone afterwards. The first examples take their way
through the workflow as all examples do; the others are copies of them, row by row, with their decisions, letters,
questions, messages and addresses. It ends with 1 where a page needs more than fifteen statements, or more than twice
the time of the smallest number; exports hold every row, so their time is only printed.
"""

import argparse
import logging
import statistics
import sys
import time
from datetime import timedelta

from tests.bench.bench import prepare_django, refresh_statistics

MOST_STATEMENTS, MOST_TIMES = 15, 2.0
ORIGINALS = 54  # each story twice
AT_ONCE = 2000
PAGES = (
    ("index, team", "team1", "/admin/"),
    ("index, lead", "leitung", "/admin/"),
    ("index, member", "gremium1", "/admin/"),
    ("index, chair", "vorsitz", "/admin/"),
    ("index, recorder", "ausschuss", "/admin/"),
    ("index, finance", "finanzen", "/admin/"),
    ("index, data protection", "datenschutz", "/admin/"),
    ("desk", "team1", "/admin/fonds/?beispiele=1"),
    ("desk, search", "team1", "/admin/fonds/?beispiele=1&q=Verein"),
    ("decisions of the team", "team1", "/admin/fonds/entscheiden/?beispiele=1"),
    ("basket", "team1", "/admin/fonds/entscheiden/gremium/?beispiele=1"),
    ("list", "team1", "/admin/fund/application/?beispiele=1"),
    ("list, search", "team1", "/admin/fund/application/?beispiele=1&q=Beispielverein"),
    ("list, address", "team1", "/admin/fund/application/?beispiele=1&q=@example.org"),
    ("list, overdue", "team1", "/admin/fund/application/?beispiele=1&frist=ueberfaellig"),
    ("list, by title", "team1", "/admin/fund/application/?beispiele=1&o=2"),
    ("decisions", "team1", "/admin/fund/decision/?beispiele=1"),
    ("yearly list", "team1", "/admin/fonds/jahresliste/{year}/?beispiele=1"),
)
EXPORTS = (
    ("list as CSV", "team1", "/admin/fund/application/liste.csv?beispiele=1"),
    ("list as XLSX", "team1", "/admin/fund/application/liste.xlsx?beispiele=1"),
    ("yearly list as XLSX", "team1", "/admin/fonds/jahresliste/{year}.xlsx?beispiele=1"),
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--applications", default="1000,20000", metavar="N,N")
    parser.add_argument("--requests", type=int, default=9, metavar="N", help="requests for each median")
    options = parser.parse_args()
    prepare_django()
    logging.disable(logging.WARNING)
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    databases = setup_databases(verbosity=0, interactive=False)
    try:
        prepare()
        found, sizes = {}, sorted(int(each) for each in options.applications.split(","))
        for size in sizes:
            grow(size)
            refresh_statistics()
            found[size] = {name: measure(*rest, options.requests) for name, *rest in (*PAGES, *EXPORTS)}
        return print_table(connection.vendor, sizes, found)
    finally:
        teardown_databases(databases, verbosity=0)


def prepare():
    from django.utils import timezone

    from fund.samples import make_sample_applications
    from wir.accounts.demo import make_demo_accounts
    from wir.content_pack import load_content

    load_content()
    make_demo_accounts()
    make_sample_applications(ORIGINALS, seed=1, now=timezone.now())


# Copies ---------------------------------------------------------------------------------------------------------------


def grow(size):
    """Copy the examples until there are `size` applications."""
    from fund.models import Application

    originals = list(Application.objects.filter(sample=True).handed_in().order_by("pk")[:ORIGINALS])
    while (missing := size - Application.objects.count()) > 0:
        number = Application.objects.count()
        make = [originals[each % len(originals)] for each in range(min(missing, AT_ONCE))]
        copies(make, number)


def copies(originals, first):
    from django.db.models import OuterRef, Subquery

    from fund.models import Answer, Application, CaseMessage, ChangeRequest, Decision, Letter, Revision

    made = Application.objects.bulk_create(
        copied(
            each,
            reference=f"B-{first + place}",
            submitted_at=each.submitted_at - timedelta(minutes=first + place),
        )
        for place, each in enumerate(originals)
    )
    pairs = list(zip(originals, made, strict=True))
    of = {}
    for model in (Revision, Answer, CaseMessage, Decision):
        of[model] = rows_of(model, originals)
    Revision.objects.bulk_create(
        copied(row, application=new) for old, new in pairs for row in of[Revision].get(old.pk, ())
    )
    newest = Revision.objects.filter(application=OuterRef("pk")).order_by("-number").values("pk")
    Application.objects.filter(pk__in=[each.pk for each in made]).update(revision=Subquery(newest[:1]))
    Answer.objects.bulk_create(
        copied(row, application=new)
        for old, new in pairs
        for row in of[Answer].get(old.pk, ())
        if row.question == "mail"
    )
    CaseMessage.objects.bulk_create(
        copied(row, application=new) for old, new in pairs for row in of[CaseMessage].get(old.pk, ())
    )
    requests = rows_of(ChangeRequest, originals)
    ChangeRequest.objects.bulk_create(
        copied(row, application=new) for old, new in pairs for row in requests.get(old.pk, ())
    )
    decided = [(row, new) for old, new in pairs for row in of[Decision].get(old.pk, ())]
    decisions = Decision.objects.bulk_create(copied(row, application=new) for row, new in decided)
    letters = {letter.decision_id: letter for letter in Letter.objects.all()}
    Letter.objects.bulk_create(
        copied(letters[old.pk], decision=new, code=None)
        for (old, _case), new in zip(decided, decisions, strict=True)
        if old.pk in letters
    )


def rows_of(model, applications):
    """{key of the application: its rows}"""
    found = {}
    for row in model.objects.filter(application__in={each.pk for each in applications}):
        found.setdefault(row.application_id, []).append(row)
    return found


def copied(row, **changed):
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    del values[row._meta.pk.attname]
    for name, value in changed.items():
        field = row._meta.get_field(name)
        values[field.attname] = value.pk if field.is_relation else value
    return type(row)(**values)


# Measuring ------------------------------------------------------------------------------------------------------------


def measure(account, address, requests):
    """(statements, median seconds) of one address, asked for by one account."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from wir.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username=account))
    address = address.format(year=timezone.localdate().year)

    def ask():
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        response.getvalue()

    ask()
    with CaptureQueriesContext(connection) as captured:
        ask()
    statements, times = len(captured), []
    # All of SQLite's work is done in this process, so its own time tells the same on a busy machine
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    for _number in range(requests if ".csv" not in address and ".xlsx" not in address else 1):
        start = clock()
        ask()
        times.append(clock() - start)
    return statements, statistics.median(times)


def print_table(vendor, sizes, found):
    """Returns the status of the program."""
    small, large, bad = sizes[0], sizes[-1], 0
    print(f"{vendor}\n\n{'page':26}" + "".join(f"{f'{size} ms':>12}{'stmts':>7}" for size in sizes) + f"{'times':>8}")
    exports = {name for name, *_rest in EXPORTS}
    for name in found[small]:
        cells = "".join(f"{found[size][name][1] * 1000:>12.1f}{found[size][name][0]:>7}" for size in sizes)
        times = found[large][name][1] / found[small][name][1]
        most = max(found[size][name][0] for size in sizes)
        is_bad = name not in exports and (times > MOST_TIMES or (most > MOST_STATEMENTS and "index" not in name))
        bad += is_bad
        print(f"{name:26}{cells}{times:>8.2f}{'  too much' if is_bad else ''}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
