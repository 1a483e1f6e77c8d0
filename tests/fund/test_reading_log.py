"""Who read, took along, changed and decided a case stands in the log; what the case says does not."""

import pytest
from django.urls import reverse

from fund.models import Application
from fund.permissions import RECORD
from tests.fund.factories import (
    approve,
    create_application,
    file_paper,
    for_committee,
    lead,
    person_with,
    said,
    step_of,
)
from wir.accounts.models import AuditEntry

pytestmark = pytest.mark.django_db


def entries(application, **values):
    found = AuditEntry.objects.filter(reference=application.reference, **values).order_by("at", "pk")
    return [(each.by.username, each.action, each.detail) for each in found]


@pytest.fixture
def case(db):
    return create_application("submitted")[0]


def test_reading_a_case_is_logged_once_a_day_and_taking_it_along_each_time(client, person, case):
    for name in ("team1", "datenschutz"):
        client.force_login(person(name))
        for _time in range(2):
            client.get(f"/admin/fonds/{case.pk}/")
            b"".join(client.get(f"/admin/fonds/{case.pk}/akte/").streaming_content)

    assert entries(case, by=person("team1")) == [
        ("team1", "saw", "Antrag"),
        ("team1", "exported", "Akte"),
        ("team1", "exported", "Akte"),
    ]
    assert len(entries(case, by=person("datenschutz"))) == 3


@pytest.mark.parametrize(("name", "status"), [("gremium1", 404), ("redaktion", 403), ("finanzen", 403)])
def test_who_is_not_let_in_read_nothing(client, person, case, name, status):
    client.force_login(person(name))

    assert client.get(f"/admin/fonds/{case.pk}/").status_code == status
    assert entries(case) == []


def test_the_page_of_a_button_is_a_page_of_the_case(client, person, case):
    client.force_login(person("team1"))

    client.get(f"/admin/fonds/{case.pk}/take/")
    client.get(f"/admin/fonds/{case.pk}/")

    assert entries(case) == [("team1", "saw", "Antrag")]


def test_who_opens_a_paper_and_the_pages_of_its_results_has_seen_its_cases(client, person):
    cases = [for_committee(), for_committee("not_proposed", title="Zweites")]
    filing = file_paper(*cases)
    result = said(cases[0])
    addresses = {
        "ausschuss": reverse("admin:fund_filing_results", args=[filing.pk, step_of(filing).pk]),
        "team2": reverse("admin:fund_filing", args=[filing.pk]),
        "leitung": reverse("admin:fund_step_result", args=[result.pk, "bestaetigen"]),
        "team1": reverse("admin:fund_filing_paper", args=[filing.pk]),
        "finanzen": reverse("admin:fund_filing_pdf", args=[filing.pk]),
    }
    lead(), person_with("finanzen", RECORD)

    for name, address in addresses.items():
        client.force_login(person(name))
        assert client.get(address).status_code == 200

    seen = [{name for name, _action, _detail in entries(case, action="saw", detail="Vorlage")} for case in cases]
    assert seen == [{"team1", "team2", "finanzen", "leitung"}, {"ausschuss", "team1", "team2", "finanzen"}]


def test_what_a_person_does_is_logged_by_the_door_and_what_the_applicant_does_is_not(client, person, case):
    client.force_login(person("team1"))

    client.post(f"/admin/fonds/{case.pk}/take/", {"version": case.version})
    version = Application.objects.get(pk=case.pk).version
    client.post(f"/admin/fonds/{case.pk}/notiz/", {"version": version, "text": "Geheimer Satz"})

    assert entries(case, action="changed") == [
        ("team1", "changed", "übernehmen"),
        ("team1", "changed", "Notiz schreiben"),
    ]
    assert "Geheim" not in str(list(AuditEntry.objects.values()))


def test_a_refused_move_leaves_no_entry(client, person, case):
    client.force_login(person("team1"))

    answer = client.post(f"/admin/fonds/{case.pk}/take/", {"version": case.version + 7})

    assert answer.status_code == 409
    assert entries(case, action="changed") == []


def test_a_decision_is_told_as_one():
    case = approve(create_application("team_decision")[0])

    found = AuditEntry.objects.filter(reference=case.reference, action="decided")
    assert [(each.by.username, each.detail) for each in found] == [("team2", "bewilligen (letzte Person)")]
