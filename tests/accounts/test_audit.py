"""The log: what is written into it, that it stays, and who reads it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.accounts.people import NOON, create_account, give_codes, give_factor, logged, sign_in
from wir.accounts.audit import Action, network_of, record, record_all, record_seen
from wir.accounts.models import AuditEntry
from wir.append_only import AppendOnly

pytestmark = pytest.mark.django_db
ADDRESS, EXPORT = "/admin/accounts/auditentry/", "/admin/accounts/auditentry/ausgabe.csv"


def entry(person, **values):
    facts = {"by": person("team1"), "action": Action.CHANGED, "thing": Group.objects.first(), "now": NOON}
    return record(**facts | values)


# It stays -------------------------------------------------------------------------------------------------------------


def test_no_way_of_the_model_changes_or_deletes_an_entry(person):
    found = entry(person)
    found.detail = "anders"
    rows = AuditEntry.objects.filter(pk=found.pk)

    for attempt in (
        found.save,
        found.delete,
        rows.delete,
        lambda: rows.update(detail="anders"),
        lambda: AuditEntry.objects.bulk_update([found], ["detail"]),
        lambda: AuditEntry.objects.update_or_create(pk=found.pk, defaults={"detail": "anders"}),
        lambda: AuditEntry.objects.bulk_create(
            [found], update_conflicts=True, unique_fields=["id"], update_fields=["detail"]
        ),
    ):
        with pytest.raises(AppendOnly):
            attempt()

    assert AuditEntry.objects.get(pk=found.pk).detail == ""


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Only PostgreSQL refuses it in the database itself.")
@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_auditentry SET detail = 'x'", "DELETE FROM accounts_auditentry"]
)
def test_the_database_refuses_it_too(person, statement):
    entry(person)

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_an_account_that_is_deleted_leaves_its_entries_with_its_name(person):
    user = create_account("kurz", last_name="Kurz")
    record(by=user, action=Action.SIGNED_IN, now=NOON)

    user.delete()

    assert logged("signed-in") == [("Kurz (kurz)", "", "")]


# What is written ------------------------------------------------------------------------------------------------------


def test_reading_is_told_once_a_day_for_a_person_a_thing_and_a_kind_of_page(person):
    thing, other = Group.objects.all()[:2]

    def saw(**values):
        facts = {"by": person("team1"), "thing": thing, "kind": "case", "now": NOON}
        return record_seen(**facts | values) is not None

    first = [saw(), saw(), saw(now=NOON + timedelta(hours=11))]
    others = [saw(by=person("team2")), saw(thing=other), saw(kind="letter"), saw(now=NOON + timedelta(days=1))]

    assert (first, others, AuditEntry.objects.filter(action="saw").count()) == ([True, False, False], [True] * 4, 5)


def test_several_things_take_one_statement(person, django_assert_num_queries):
    things, by = list(Group.objects.all()[:5]), person("team1")

    with django_assert_num_queries(1):
        record_all(things, by=by, action=Action.EXPORTED, now=NOON)

    assert AuditEntry.objects.filter(action="exported").count() == 5


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("2001:db8:1:2:3::9", "2001:db8:1::"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("", ""),
        ("nichts", ""),
    ],
)
def test_an_address_is_kept_without_what_tells_one_device_from_another(address, network):
    assert network_of(RequestFactory().get("/", REMOTE_ADDR=address)) == network


def test_sign_in_and_out_and_every_failure_are_told_and_no_password_is(client, settings):
    settings.DEMO = False
    user = create_account()
    codes = give_codes(user)
    give_factor(user)
    sign_in(client, password="mein-geheimes-wort")
    sign_in(client, "mein-geheimes-wort", "mein-geheimes-wort")
    sign_in(client)
    client.post("/konto/2fa/authenticate/", {"code": "00000000"})
    client.post("/konto/2fa/authenticate/", {"code": codes[0]})
    client.post("/konto/logout/")

    assert logged("sign-in-failed") == [("", "mira", "Passwort"), ("", "", "Passwort"), ("", "mira", "zweiter Faktor")]
    assert logged("signed-in") == [("mira", "", "Passwort, Wiederherstellungscodes")]
    assert logged("signed-out") == [("mira", "", "")]
    assert "geheim" not in str(list(AuditEntry.objects.values()))
    assert set(AuditEntry.objects.values_list("network", flat=True)) == {"127.0.0.0"}


def test_a_form_of_the_back_office_is_told_with_its_fields_and_without_their_words(client, person):
    client.force_login(person("admin"))
    address = f"/admin/auth/group/{Group.objects.get(name='Finanzen').pk}/change/"

    client.post(address, {"name": "Geheime Finanzen", "permissions": []})

    assert [row[0] for row in logged("changed")] == ["admin (Demo) (admin)"]
    assert "Geheime" not in logged("changed")[0][2]
    assert [row[2].startswith("Geheime Finanzen: − ") for row in logged("rights")] == [True]


# Who reads it ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["team1", "leitung", "redaktion", "gremium1", "vorsitz", "ausschuss", "finanzen"])
def test_others_do_not_read_the_log(client, person, name):
    client.force_login(person(name))

    assert [client.get(address).status_code for address in (ADDRESS, EXPORT)] == [403, 403]


def test_data_protection_reads_filters_and_searches(client, person):
    entry(person, reference="WIR-2026-K7QX", detail="Akte", action=Action.EXPORTED)
    entry(person, reference="WIR-2026-AAAA", by=person("team2"))
    client.force_login(person("datenschutz"))

    def shown(**query):
        found = client.get(ADDRESS, query).context["cl"].result_list
        return sorted(row.reference for row in found if row.reference)

    assert shown() == ["WIR-2026-AAAA", "WIR-2026-K7QX"]
    assert shown(q="WIR-2026-K7QX") == ["WIR-2026-K7QX"]
    assert shown(action__exact="exported") == ["WIR-2026-K7QX"]
    assert shown(by__id__exact=person("team2").pk) == ["WIR-2026-AAAA"]
    assert shown(at__day=26, at__month=11, at__year=2026) == ["WIR-2026-AAAA", "WIR-2026-K7QX"]
    assert shown(at__day=25, at__month=11, at__year=2026) == []


@pytest.mark.parametrize("query", ["?at__day=abc", "?by__id__exact=abc", "?nichts=1"])
def test_what_the_list_cannot_be_filtered_by_leads_back_to_it_and_takes_nothing_along(client, person, query):
    client.force_login(person("datenschutz"))

    answer = client.get(EXPORT + query)

    assert (answer.status_code, answer.get("Location")) == (302, f"{ADDRESS}?e=1")
    assert AuditEntry.objects.filter(action="exported").count() == 0


def test_reading_the_log_and_taking_it_along_is_in_the_log(client, person):
    client.force_login(person("datenschutz"))

    client.get(ADDRESS)
    client.get(ADDRESS)
    for _time in range(2):
        b"".join(client.get(EXPORT).streaming_content)

    mine = AuditEntry.objects.filter(by=person("datenschutz")).exclude(action="signed-in")
    assert sorted(mine.values_list("action", "detail")) == [
        ("exported", "Protokoll"),
        ("exported", "Protokoll"),
        ("saw", "Protokoll"),
    ]


def test_the_table_has_what_the_filters_show_and_no_cell_runs(client, person):
    entry(person, detail="=HYPERLINK(1)", reference="WIR-2026-K7QX")
    entry(person, detail="+x", reference="WIR-2026-AAAA")
    client.force_login(person("datenschutz"))

    response = client.get(EXPORT, {"q": "WIR-2026-K7QX"})

    lines = b"".join(response.streaming_content).decode().splitlines()
    assert ("no-store" in response["Cache-Control"], len(lines)) == (True, 2)
    assert ";'=HYPERLINK(1);" in lines[1]


def test_nobody_writes_or_deletes_in_the_back_office(client, person):
    found = entry(person)
    client.force_login(person("admin"))

    pages = [
        client.post(f"{ADDRESS}{found.pk}/change/", {"detail": "anders"}),
        client.post(f"{ADDRESS}{found.pk}/delete/", {"post": "yes"}),
        client.post(f"{ADDRESS}add/", {}),
        client.post(ADDRESS, {"action": "delete_selected", "_selected_action": [found.pk], "post": "yes"}),
    ]

    assert [page.status_code for page in pages[:3]] == [403, 403, 403]
    assert AuditEntry.objects.get(pk=found.pk).detail == ""


def test_the_list_needs_the_same_few_statements_for_one_and_for_three(client, person):
    client.force_login(person("datenschutz"))
    client.get(ADDRESS)

    def statements():
        with CaptureQueriesContext(connection) as captured:
            client.get(ADDRESS)
        return len(captured)

    entry(person, now=timezone.now())
    one = statements()
    entry(person, now=timezone.now())
    entry(person, now=timezone.now())

    assert (statements(), one <= 15) == (one, True)
