"""Who opens which page of the desk, and that a draft is nobody's but its applicant's."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import resolve, reverse

from fund.models import CaseMessage, Flag
from tests.fund.factories import NOON, SECRET, TODAY, create_application, create_draft, rows, take
from wir.accounts.models import User

pytestmark = pytest.mark.django_db

ROLES = (
    "anonymous admin leitung team1 datenschutz redaktion fachstelle gremium1 vorsitz vertretung ausschuss finanzen "
    "uebersetzung-tr"
).split()
READERS = {"admin", "leitung", "team1", "datenschutz"}
WORKERS = {"admin", "leitung", "team1"}
MEMBERS = {"gremium1", "vorsitz", "vertretung"}
PARTS = ("uebersetzen", "bearbeitet", "hinweis", "brief", "brief-gelesen")
ACTS = (
    "take ask extend propose_refusal drop_refusal refuse forward_to_team forward_to_body release_refusal "
    "propose_approval propose_waitlist propose_rejection agree drop_decision approve waitlist reject call_up "
    "release_decision activate close notiz nachricht kurzfassung aktenzeichen pruefliste"
).split()


def visitor(role):
    client = Client()
    if role != "anonymous":
        client.force_login(User.objects.get(username=role))
    return client


@pytest.fixture
def case(db):
    application, _secret = create_application("ineligible", plan=f"Plan {SECRET}")
    return application


@pytest.fixture
def addresses(case):
    message = CaseMessage.objects.create(
        application=case, from_office=False, language="tr", text=f"Merhaba {SECRET}", sent_at=NOON
    )
    flag = Flag.objects.create(application=case, kind=Flag.Kind.SPLITTING, raised_at=NOON)
    letter = case.decisions.get().letter
    about = {"uebersetzen": message, "bearbeitet": message, "hinweis": flag, "brief": letter, "brief-gelesen": letter}
    return {
        reverse("admin:fund_desk"): READERS,
        reverse("admin:fund_team_decisions"): READERS,
        reverse("admin:fund_board_basket"): READERS,
        reverse("admin:fund_yearly", args=[TODAY.year]): WORKERS,
        reverse("admin:fund_yearly_xlsx", args=[TODAY.year]): WORKERS,
        reverse("admin:fund_enter"): WORKERS,
        reverse("admin:fund_case", args=[case.pk]): READERS,
        reverse("admin:fund_bundle", args=[case.pk]): READERS,
        reverse("admin:fund_application_changelist"): READERS,
        reverse("admin:fund_application_csv"): READERS,
        reverse("admin:fund_application_xlsx"): READERS,
        reverse("admin:fund_decision_changelist"): READERS,
        reverse("admin:fund_decision_csv"): READERS,
        reverse("admin:fund_refusalreason_changelist"): WORKERS | {"redaktion", "uebersetzung-tr"},
        **{reverse("admin:fund_act", args=[case.pk, name]): WORKERS for name in ACTS},
        **{reverse("admin:fund_act_on", args=[case.pk, name, about[name].pk]): WORKERS for name in PARTS},
    }


@pytest.mark.parametrize("role", ROLES)
def test_who_opens_which_page(addresses, role):
    client, before = visitor(role), rows()

    opened, leaked = set(), []
    for address in addresses:
        answer = client.get(address)
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.status_code == 200:
            opened.add(address)
        elif SECRET.encode() in content:
            leaked.append(address)

    assert opened == {address for address, readers in addresses.items() if role in readers}
    assert leaked == []
    assert rows() == before


def refusal(address, role, readers):
    """What a POST by somebody who changes nothing answers. To members a case that is not theirs is not there."""
    name = resolve(address).view_name
    if role == "anonymous":
        return 302
    if name in ("admin:fund_act", "admin:fund_act_on"):
        return 404 if role in MEMBERS else 403
    if name.endswith("_changelist"):  # the list of the admin, which has nothing to send
        return 200 if role in readers else 403
    return 403 if name == "admin:fund_enter" else 405  # pages and files that only show


@pytest.mark.parametrize("role", [role for role in ROLES if role not in WORKERS])
def test_nobody_else_changes_anything(addresses, case, role):
    client, before = visitor(role), rows()

    told = {address: client.post(address, {"version": case.version, "text": "x"}).status_code for address in addresses}

    assert told == {address: refusal(address, role, readers) for address, readers in addresses.items()}
    assert rows() == before
    assert (case.notes.count(), case.messages.count()) == (0, 1)


@pytest.mark.parametrize("role", sorted(READERS - {"admin"}))
def test_a_draft_is_reached_by_no_page_of_the_back_office(role):
    draft, secret = create_draft(title=f"Titel {SECRET}", organisation=f"Verein {SECRET}", plan=f"Plan {SECRET}")
    client = visitor(role)
    pages = [
        reverse("admin:fund_desk"),
        reverse("admin:fund_desk") + "?q=Titel",
        reverse("admin:fund_application_changelist") + "?q=Titel",
        reverse("admin:index"),
    ]
    missing = [
        reverse("admin:fund_case", args=[draft.pk]),
        reverse("admin:fund_bundle", args=[draft.pk]),
        reverse("admin:fund_act", args=[draft.pk, "notiz"]),
        reverse("admin:fund_act", args=[draft.pk, "take"]),
        reverse("admin:fund_entered", args=[draft.pk]),
    ]

    shown = [client.get(page).content.decode() for page in pages]

    assert [SECRET in page or secret.lower() in page for page in shown] == [False] * len(pages)
    expected = {404, 403} if role == "datenschutz" else {404}
    assert {client.get(page).status_code for page in missing} <= expected
    history = client.get(reverse("admin:fund_application_history", args=[draft.pk]))
    change = client.get(reverse("admin:fund_application_change", args=[draft.pk]))
    assert (history.status_code, change.status_code) == (302, 302)  # to the index: there is no such case


def test_suggestions_hold_no_draft(signed_in):
    create_draft(title=f"Titel {SECRET}")
    application, _secret = create_application()
    client = signed_in("admin")

    found = admin.site._registry[type(application)].get_queryset(client.get("/").wsgi_request)

    assert list(found) == [application]


def test_a_message_or_letter_of_another_case_is_no_part_of_this_one(case, signed_in):
    other = take(create_application(title="Ein anderes", requested=case.revision.requested / 2)[0])
    letter = case.decisions.get().letter
    client = signed_in("team1")

    wrong = [
        reverse("admin:fund_act_on", args=[other.pk, "brief", letter.pk]),
        reverse("admin:fund_act_on", args=[other.pk, "brief-gelesen", letter.pk]),
        reverse("admin:fund_act", args=[case.pk, "brief"]),
        reverse("admin:fund_act_on", args=[case.pk, "notiz", 1]),
        reverse("admin:fund_act", args=[case.pk, "submit"]),
        reverse("admin:fund_act", args=[case.pk, "withdraw"]),
    ]

    assert [client.get(address).status_code for address in wrong] == [404] * len(wrong)


def test_the_list_of_the_admin_writes_nothing(case, signed_in):
    client, before = signed_in("admin"), rows()

    answers = [
        client.get(reverse("admin:fund_application_add")).status_code,
        client.post(reverse("admin:fund_application_delete", args=[case.pk]), {"post": "yes"}).status_code,
        client.get(reverse("admin:fund_application_change", args=[case.pk])).url,
    ]

    assert answers == [403, 403, reverse("admin:fund_case", args=[case.pk])]
    assert rows() == before


def test_a_line_of_the_list_leads_to_the_desk_itself(case, signed_in):
    text = signed_in("team1").get(reverse("admin:fund_application_changelist")).content.decode()

    assert f'href="{reverse("admin:fund_case", args=[case.pk])}"' in text
    assert f"/admin/fund/application/{case.pk}/change/" not in text


def test_a_reason_is_never_deleted(signed_in, case):
    reason = case.decisions.get().reason

    answer = signed_in("admin").post(reverse("admin:fund_refusalreason_delete", args=[reason.pk]), {"post": "yes"})

    assert answer.status_code == 403
