"""Nothing of one case is reachable from another, from the public site, from logs or from error mails."""

import logging
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from fund import access, store
from fund.models import CaseFile, CaseMessage, Helper
from tests.fund.factories import PROJECT, create_application, create_draft, plan_meeting, team
from tests.pages import public_paths
from tests.visibility import SECRET, told_secrets

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILE_STORE = tmp_path


PLANTED = {
    "organisation": f"Verein {SECRET}",
    "person": f"Elif {SECRET}",
    "title": f"Titel {SECRET}",
    "plan": f"Plan {SECRET}",
    "mail": f"{SECRET.lower()}@example.org",
    "phone": "0511 168 43210",
}


@pytest.fixture
def now():
    return timezone.now()


def planted(state, now, **values):
    """A case with something secret in every place an applicant or staff can write to."""
    case, secret = create_application(state, now, **PLANTED | values)
    CaseFile.objects.create(
        application=case, section="unterlagen", name=f"{SECRET}.pdf", kind="pdf", size=1, digest="0" * 64,
        stored=store.write(SECRET.encode()), saved_at=now, scan=CaseFile.Scan.CLEAN,
    )  # fmt: skip
    CaseMessage.objects.create(
        application=case, from_office=False, language="de", text=f"Nachricht {SECRET}", sent_at=now
    )
    case.notes.create(text=f"Notiz {SECRET}", at=now, by=team().user)
    Helper.objects.create(application=case, name=f"Hilfe {SECRET}", added_at=now)
    return case, secret


def case_addresses():
    """Every address below a case's secret, from the list of addresses itself."""
    patterns = [str(each.pattern) for each in get_resolver("fund.urls").url_patterns]
    found = [pattern for pattern in patterns if "<str:secret>" in pattern]
    return [pattern.replace("<slug:step>", "was").replace("<int:pk>", "{pk}") for pattern in found]


@pytest.mark.parametrize("state", ["draft", "submitted", "info_requested", "ineligible", "board_queue"])
def test_nothing_of_a_case_is_found_with_the_secret_of_another(client, now, state):
    large = {"answers": PROJECT} if state == "board_queue" else {}
    plan_meeting(timezone.localdate(now) + timedelta(days=40))
    case, _own = planted(state, now, **large)
    _other, secret = create_application("submitted", now, organisation="Andere", person="Jan", mail="jan@example.org")
    file = case.files.get()

    ways = [
        pattern.replace("<str:secret>", secret.lower()).replace("{pk}", str(file.pk)) for pattern in case_addresses()
    ]

    answers = {way: client.get(f"/de/{way}") for way in ways}
    found = [way for way, answer in answers.items() if told(answer, case)]
    assert len(ways) >= 15
    assert found == []


def told(response, case):
    content = response.getvalue() if response.streaming else response.content
    return SECRET.encode() in content or (case.reference or "WIR-0000").encode() in content


@pytest.mark.parametrize("state", ["draft", "submitted", "ineligible"])
def test_the_case_itself_tells_them_so_that_the_walk_could_have_found_them(client, now, state):
    case, secret = planted(state, now)

    if state == "draft":
        assert SECRET in client.get(f"/de/fonds/antrag/{secret.lower()}/was/").content.decode()
    else:
        assert SECRET in client.get(f"/de/fonds/antrag/{secret.lower()}/").content.decode()
        assert case.reference in client.get(f"/de/fonds/antrag/{secret.lower()}/quittung/").content.decode()


def test_public_pages_and_the_site_map_know_of_no_case(client, now):
    case, secret = planted("submitted", now)

    assert told_secrets(client, [*public_paths(), "fonds/", "fonds/antrag/", "fonds/antrag/code/"]) == {}
    for address in ("/sitemap.xml", "/robots.txt", "/healthz", "/readyz"):
        content = client.get(address).content.decode()
        assert [part for part in (SECRET, case.reference, secret.lower()) if part in content] == []


def test_nobody_who_guesses_alters_or_uses_an_ended_secret_learns_anything(client, now):
    case, secret = planted("submitted", now)
    last = "2" if secret[-1] != "2" else "3"
    _key, new = access.make_key(case, now=now)

    answers = []
    for guess in (secret[:-1] + last, secret, "2" * 16, "geloescht-nicht", secret + "2"):
        response = client.get(f"/de/fonds/antrag/{guess.lower()}/")
        answers.append((response.status_code, re.sub(guess, "…", response.content.decode(), flags=re.I)))

    assert {status for status, _text in answers} == {404}
    assert len({text for _status, text in answers}) == 1
    assert SECRET not in answers[0][1]
    assert client.get(f"/de/fonds/antrag/{new.lower()}/").status_code == 200


def test_logs_and_error_mails_hold_neither_secret_nor_words(caplog, settings, monkeypatch, now):
    settings.ADMINS = [("Technik", "technik@example.org")]
    case, secret = planted("submitted", now)
    client = Client(raise_request_exception=False)

    def fail(*args, **kwargs):
        raise RuntimeError(f"{case.reference} {SECRET}")

    with caplog.at_level(logging.DEBUG):
        client.get(f"/de/fonds/antrag/{secret.lower()}/gibt-es-nicht/")
        client.get(f"/de/fonds/antrag/{'2' * 16}/")
        monkeypatch.setattr("fund.talking.write", fail)
        answer = client.post(f"/de/fonds/antrag/{secret.lower()}/nachrichten/", {"text": f"Wort {SECRET}"})

    assert answer.status_code == 500
    written = [logging.Formatter().format(record) for record in caplog.records]
    letters = [each.subject + each.body + str(getattr(each, "alternatives", "")) for each in mail.outbox]
    assert written != []
    for text in [*written, *letters]:
        assert secret.lower() not in text.lower()
        assert SECRET not in text


def test_the_outbox_and_the_database_hold_no_secret(now):
    _case, secret = planted("info_requested", now)
    grouped = "-".join(secret[start : start + 4] for start in range(0, 16, 4))

    rows = [str(row) for model in apps.get_models() for row in model._base_manager.values()]

    assert [row[:80] for row in rows if any(sign in row for sign in (secret, secret.lower(), grouped))] == []


def test_pages_of_a_case_are_never_kept_named_or_indexed(client, now):
    _case, secret = planted("submitted", now)

    for pattern in case_addresses():
        address = "/de/" + pattern.replace("<str:secret>", secret.lower()).replace("{pk}", "999999")
        response = client.get(address)
        assert response["Cache-Control"] == "no-store, private", address
        assert response["Referrer-Policy"] == "no-referrer", address
        assert response["X-Robots-Tag"] == "noindex, nofollow", address
        assert response.cookies == {}, address
        b"".join(response)  # reads a stream to its end, which closes it


def test_a_draft_is_not_shown_to_staff(signed_in, now):
    draft, _secret = create_draft(now, **PLANTED)
    client = signed_in("team1")

    for address in ("/admin/fonds/", f"/admin/fonds/{draft.pk}/", "/admin/fund/application/", "/admin/"):
        response = client.get(address)
        assert SECRET not in response.content.decode()
