"""The lists of the back office: by what they are narrowed and searched, what they show, and what is taken along."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from fund.admin.exporting import Exporting
from fund.admin.filters import NO_FILTER, UNKNOWN
from fund.models import Application, ApplicationChange, Flag
from fund.workflow import perform
from tests.fund.factories import (
    PROJECT,
    SECRET,
    create_application,
    create_draft,
    fresh,
    lead,
    refuse,
    reject,
    release,
    rows,
    team,
)
from tests.fund.test_decisions_desk import case as case_to_decide
from tests.fund.test_desk import soon
from wir.accounts.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("this_day")]

NOW = timezone.now()
CASES, DECISIONS = "admin:fund_application_changelist", "admin:fund_decision_changelist"


def case(state="formal_check", now=NOW, **values):
    return create_application(state, now, **soon() | values)[0]


def titles(client, query="", name=CASES):
    """The titles of the lines of a list, in its order."""
    answer = client.get(reverse(name) + query)
    assert answer.status_code == 200, query
    found = answer.context["cl"].result_list
    return [getattr(each, "application", each).revision.title for each in found]


def table(client, query="", kind="csv", name="admin:fund_application_csv"):
    """(heading, rows) of an export."""
    answer = client.get(reverse(name) + query)
    content = answer.getvalue()
    if kind == "csv":
        heading, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
        return heading, lines
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    heading, *lines = [[cell.value for cell in row] for row in sheet.rows]
    return heading, lines


@pytest.fixture
def three():
    """A small case taken by team1, a larger one that nobody has, and a late one."""
    small = case(title="Klein", mail="klein@example.org")
    large = create_application(
        "submitted", NOW, answers=PROJECT | soon() | {"title": "Gross", "organisation": "Chor", "district": "3"}
    )[0]
    late = case("submitted", NOW - timedelta(days=40), title="Spät", language="tr", organisation="Spät e. V.")
    return small, large, late


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Gross", "Klein", "Spät"]),
        ("?stand=submitted", ["Gross", "Spät"]),
        ("?stand=draft", ["Gross", "Klein", "Spät"]),
        ("?tier=project", ["Gross"]),
        ("?weg=team", ["Klein", "Spät"]),
        ("?weg=body_then_committee", ["Gross"]),
        ("?bezirk=3", ["Gross"]),
        ("?bei=niemand", ["Gross", "Spät"]),
        ("?bei=team1", ["Klein"]),
        ("?bei=x", ["Gross", "Klein", "Spät"]),
        ("?language__exact=tr", ["Spät"]),
        ("?frist=ueberfaellig", ["Spät"]),
        ("?hinweis=splitting", ["Klein"]),
        ("?beispiele=1", ["Erfunden"]),
        ("?q=chor", ["Gross"]),
        ("?q=klein@example.org", ["Klein"]),
        ("?q=niemand@example.org", []),
        ("?q=Elif+Kaya", ["Gross", "Klein", "Spät"]),
        ("?q=%00", ["Gross", "Klein", "Spät"]),
    ],
)
def test_the_list_is_narrowed_and_searched(three, signed_in, query, found):
    case(sample=True, title="Erfunden")
    Flag.objects.filter(kind=Flag.Kind.SPLITTING).delete()
    Flag.objects.create(application=three[0], kind=Flag.Kind.SPLITTING, raised_at=NOW)
    by = team().user
    Flag.objects.create(application=three[1], kind=Flag.Kind.SPLITTING, raised_at=NOW, settled_at=NOW, settled_by=by)

    shown = titles(signed_in("team1"), query.replace("team1", str(by.pk)))

    assert sorted(shown) == found


def test_who_was_asked_something_is_not_late(signed_in):
    asked = case("info_requested", NOW - timedelta(days=40), title="Gefragt")

    assert titles(signed_in("team1"), "?frist=ueberfaellig") == []
    assert asked.state == "info_requested"


def test_the_days_of_a_case_that_was_opened_again_count_anew(signed_in):
    late, again = (case("submitted", NOW - timedelta(days=40), title=each, organisation=each) for each in "ab")
    Application.objects.filter(pk=again.pk).update(round=2)
    ApplicationChange.objects.create(
        application=again, move="reopen", target="formal_check", at=NOW - timedelta(days=3), by_kind="applicant"
    )
    client = signed_in("team1")

    answer = client.get(reverse(CASES))

    assert titles(client, "?frist=ueberfaellig") == ["a"]
    assert {each.revision.title: each.is_late for each in answer.context["cl"].result_list} == {"a": True, "b": False}


def test_the_list_is_narrowed_to_a_year_and_then_to_a_month(signed_in):
    day = timezone.localdate(NOW)
    case(title="Jetzt")
    case(title="Früher", organisation="b", now=NOW - timedelta(days=366))
    client = signed_in("team1")
    earlier = timezone.localdate(NOW - timedelta(days=366))

    found = {
        query: titles(client, f"?zeit={query}")
        for query in (f"{day:%Y}", f"{earlier:%Y-%m}", f"{earlier.year}-{earlier.month % 12 + 1:02}", "1999", "x-y")
    }

    assert list(found.values()) == [["Jetzt"], ["Früher"], [], ["Jetzt", "Früher"], ["Jetzt", "Früher"]]


def test_the_filter_of_late_answers_agrees_with_the_day_that_is_shown(signed_in):
    days = case("submitted", title="Muster").rule_set.answer_days_micro
    for ago in (days - 1, days, days + 1):
        case("submitted", NOW - timedelta(days=ago), title=f"vor {ago}", organisation=f"Verein {ago}")
    client = signed_in("team1")
    shown = client.get(reverse(CASES)).context["cl"].result_list

    assert titles(client, "?frist=ueberfaellig") == [each.revision.title for each in shown if each.is_late]
    assert titles(client, "?frist=ueberfaellig") == [f"vor {days + 1}"]


def test_a_draft_is_in_no_list_and_no_export(signed_in):
    create_draft(NOW, title=f"Titel {SECRET}", mail=f"{SECRET}@example.org")
    client = signed_in("leitung")

    pages = [client.get(reverse(name)).getvalue().decode() for name in (CASES, "admin:fund_application_csv")]

    assert [SECRET in page for page in pages] == [False, False]
    assert titles(client, f"?q={SECRET}@example.org") == []


def test_results_that_are_looked_at_again_are_found_until_they_are_confirmed(signed_in):
    again = release(reject(case_to_decide(title="Noch einmal"), NOW), NOW)
    release(reject(case_to_decide(title="Bleibt"), NOW), NOW)
    client = signed_in("team1")
    before = titles(client, "?wieder=offen")
    perform(fresh(again), "propose_reopening", by=lead(), now=NOW, note="Neue Tatsachen")

    found = titles(client, "?wieder=offen"), titles(client, "?wieder=x")
    perform(fresh(again), "reopen_again", by=team(), now=NOW)

    assert (before, found[0], sorted(found[1])) == ([], ["Noch einmal"], ["Bleibt", "Noch einmal"])
    assert titles(client, "?wieder=offen") == []


# What is taken along --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_export_holds_the_filtered_list(three, signed_in, kind):
    name = f"admin:fund_application_{kind}"

    heading, lines = table(signed_in("team1"), "?tier=project", kind, name)

    large = three[1]
    row = dict(zip(heading, lines[0], strict=True))
    assert len(lines) == 1
    assert (row["Aktenzeichen"], row["Titel"], row["Stufe"]) == (large.reference, "Gross", "Projekte")
    assert Decimal(str(row["Beantragt (Euro)"])) == Decimal("16000")
    assert (row["Stand"], row["Beispiel"]) == ("eingegangen", "nein")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_of_an_export_is_a_formula(signed_in, kind):
    case(title='=HYPERLINK("https://example.org")', organisation="+49", person="@SUM(1)")

    _heading, lines = table(signed_in("team1"), "", kind, f"admin:fund_application_{kind}")

    cells = [str(cell) for cell in lines[0] if cell]
    assert [cell for cell in cells if cell[0] in "=+@-"] == []
    assert '\'=HYPERLINK("https://example.org")' in cells


def test_who_took_a_list_is_logged_and_nobody_in_it(three, signed_in):
    table(signed_in("team1"), "?tier=project")

    entry = AuditEntry.objects.filter(action=AuditEntry.Action.EXPORTED).get()
    assert (entry.by, entry.detail) == (team().user, "antraege: 1")


@pytest.mark.parametrize("role", ["gremium1", "vorsitz", "ausschuss", "finanzen", "redaktion"])
@pytest.mark.parametrize("model", ["application", "decision"])
def test_nobody_without_the_right_takes_a_list(three, signed_in, role, model):
    answers = [
        signed_in(role).get(reverse(f"admin:fund_{model}_{each}")).status_code for each in ("csv", "xlsx", "changelist")
    ]

    assert answers == [403] * 3
    assert AuditEntry.objects.filter(action=AuditEntry.Action.EXPORTED).count() == 0


def test_a_list_too_large_for_a_spreadsheet_says_so(three, signed_in, monkeypatch):
    monkeypatch.setattr("fund.admin.exporting.MOST_ROWS", 1)

    answer = signed_in("team1").get(reverse("admin:fund_application_xlsx") + "?weg=team", follow=True)

    assert answer.redirect_chain == [(reverse(CASES) + "?weg=team", 302)]
    assert "eine Tabelle fasst 1" in answer.content.decode()


OURS = ("about", "accounts", "fund", "measures", "outbox", "strategy")


def test_no_list_is_headed_by_the_name_of_a_column():
    """Django makes a heading of the name where a column has no words of its own, and names are English."""
    named = {
        (model.__name__, column)
        for model, each in admin.site._registry.items()
        if model._meta.app_label in OURS
        for column in each.list_display
        if not hasattr(each, column)
        for field in model._meta.get_fields()
        if field.name == column and str(field.verbose_name) == column.replace("_", " ")
    }

    assert named == set()


# Decisions ------------------------------------------------------------------------------------------------------------


def test_decisions_are_listed_by_how_far_they_are(signed_in):
    refused = refuse(case(title="Abgelehnt"))
    case_to_decide(title="Offen")
    client = signed_in("team1")

    assert titles(client, name=DECISIONS) == ["Abgelehnt"]
    assert titles(client, "?bekannt=entschieden", DECISIONS) == ["Abgelehnt"]
    assert titles(client, "?bekannt=bekannt", DECISIONS) == []
    assert titles(client, "?ergebnis=approved", DECISIONS) == []
    assert titles(client, f"?q={refused.reference}", DECISIONS) == ["Abgelehnt"]
    assert titles(client, "?beispiele=1", DECISIONS) == []
    _heading, lines = table(client, name="admin:fund_decision_csv")
    assert [(line[0], line[2]) for line in lines] == [(refused.reference, "formal abgelehnt")]


def test_nothing_can_be_written_from_the_lists(three, signed_in):
    decision = refuse(three[0]).decisions.get()
    client, before = signed_in("admin"), rows()
    data = {"action": "delete_selected", "_selected_action": [decision.pk], "post": "yes"}

    statuses = [
        client.post(reverse(DECISIONS), data).status_code,
        client.get(reverse("admin:fund_decision_add")).status_code,
        client.post(reverse("admin:fund_decision_change", args=[decision.pk]), {"kind": "approved"}).status_code,
        client.post(reverse("admin:fund_decision_delete", args=[decision.pk]), {"post": "yes"}).status_code,
        client.post(reverse(CASES), data | {"_selected_action": [three[1].pk]}).status_code,
        client.post(reverse("admin:fund_application_csv")).status_code,
    ]

    assert statuses == [200, 403, 302, 403, 200, 405]
    assert rows() == before


@pytest.mark.parametrize("address", [CASES, DECISIONS, "admin:fund_application_csv", "admin:fund_application_xlsx"])
def test_a_list_needs_as_many_statements_for_three_cases_as_for_one(signed_in, address):
    client, counts = signed_in("team1"), []

    def statements():
        client.get(reverse(address)).getvalue()
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(address)).getvalue()
        return len(captured)

    refuse(case(title="Eins"))
    create_application("submitted", NOW, answers=PROJECT | soon())
    counts.append(statements())
    for number in range(3):
        refuse(case(title=f"Noch {number}", organisation=f"Verein {number}"))
        create_application("submitted", NOW, answers=PROJECT | soon() | {"title": f"Groß {number}"})
    Application.objects.update(round=2)
    counts.append(statements())

    assert counts[0] == counts[1]
    assert counts[0] <= 15


@pytest.mark.parametrize("address", ["admin:fund_application_csv", "admin:fund_application_xlsx"])
def test_an_export_with_a_filter_that_is_not_there_leads_back_to_the_list(signed_in, address):
    client = signed_in("team1")
    for query in ("ansicht=alle", "stand=unsinn", "frist=nie"):
        answer = client.get(f"{reverse(address)}?{query}&beispiele=1", follow=True)

        assert answer.redirect_chain == [(reverse(CASES) + "?beispiele=1", 302)]
        assert [str(each) for each in answer.context["messages"]] == [NO_FILTER]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("?stand=unsinn", [UNKNOWN.format(title="Stand", value="unsinn")]),
        ("?frist=nie&stand=submitted", [UNKNOWN.format(title="Versprochene Antwort", value="nie")]),
        ("?stand=submitted", []),
        ("?jahr=abc", [NO_FILTER]),
    ],
)
def test_a_list_says_which_filter_it_does_not_know(signed_in, query, told):
    answer = signed_in("team1").get(reverse(CASES) + query, follow=True)

    assert ([str(each) for each in answer.context["messages"]], answer.status_code) == (told, 200)


def test_only_lists_that_can_be_taken_along_offer_it(signed_in):
    client, offered = signed_in("admin"), {}
    for model, listed in admin.site._registry.items():
        if model._meta.app_label == "fund":
            answer = client.get(reverse(f"admin:fund_{model._meta.model_name}_changelist"))
            offered[model] = ("liste.csv" in answer.content.decode(), isinstance(listed, Exporting))

    assert {told for told, _real in offered.values()} == {True, False}
    assert [model for model, (told, real) in offered.items() if told != real] == []
