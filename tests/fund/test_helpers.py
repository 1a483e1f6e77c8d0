"""Coming back on another device, and letting others help."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fund import access, guards, mails, saving
from fund.actors import staff
from fund.models import AccessKey, Application, Helper
from tests.fund.cases import SMALL, create_draft
from wir.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    """(application, its address)"""
    now = timezone.now()
    application = create_draft(SMALL, now=now)
    return application, f"/de/fonds/antrag/{access.make_key(application, now=now)[1].lower()}/"


@pytest.fixture
def sent(monkeypatch):
    keys = []
    monkeypatch.setattr(mails, "access_link", lambda key, now: keys.append(key), raising=False)
    return keys


def add(client, address, **values):
    return client.post(f"{address}zugang/", {"tun": "helfen", "name": "Bo Chen", "organisation": "kargah"} | values)


def address_of(helper):
    return f"/de/fonds/antrag/{access.secret_of(helper.keys.get()).lower()}/"


def test_link_and_code_open_the_case_on_another_device(client, case):
    _application, address = case

    context = client.get(f"{address}zugang/").context

    secret = address.split("/")[-2]
    assert context["code"].replace("-", "").lower() == secret
    assert context["link"].endswith(address)


def test_a_new_link_ends_the_old_one_and_keeps_the_answers(client, case):
    application, address = case

    asked = client.get(f"{address}zugang/?neuer-link=1").status_code
    response = client.post(f"{address}zugang/", {"tun": "ersetzen"})

    assert (asked, client.get(address).status_code) == (200, 404)
    assert client.get(response["Location"]).status_code == 200
    assert application.answers.count() == 13


def test_two_clicks_on_the_new_link_lead_to_the_same_one(client, case):
    application, address = case
    marked = {"tun": "ersetzen", "marke": client.get(f"{address}zugang/?neuer-link=1").context["replace_token"]}

    first, second = (client.post(f"{address}zugang/", marked) for _twice in range(2))

    assert second["Location"] == first["Location"]
    assert (second["Cache-Control"], second["Referrer-Policy"]) == ("no-store, private", "no-referrer")
    assert client.get(second["Location"]).status_code == 200
    assert application.keys.count() == 2


def test_the_old_link_alone_and_a_token_of_another_page_or_case_open_nothing(client, case):
    application, address = case
    now = timezone.now()
    other = f"/de/fonds/antrag/{access.make_key(create_draft(SMALL, now=now), now=now)[1].lower()}/"
    token, own = (client.get(f"{each}zugang/?neuer-link=1").context["replace_token"] for each in (address, address))
    client.post(f"{address}zugang/", {"tun": "ersetzen", "marke": token})

    tried = [(address, ""), (address, own), (address, "marke"), (address + "x", token)]
    found = [client.post(f"{each}zugang/", {"tun": "ersetzen", "marke": marked}).status_code for each, marked in tried]
    elsewhere = client.post(f"{other}zugang/", {"tun": "ersetzen", "marke": token})

    assert found == [404] * 4
    assert AccessKey.objects.filter(application=application, ended_at=None).count() == 1
    assert client.get(other).status_code == 200 and elsewhere.status_code == 200


def test_the_link_is_mailed_to_the_address_in_the_application_and_a_few_times_only(client, case, sent):
    application, address = case

    statuses = [
        client.post(f"{address}zugang/", {"tun": "senden", "mail": "fremd@example.org"}) for _number in range(6)
    ]

    assert [response.status_code for response in statuses] == [303] * 5 + [429]
    assert sent == [application.keys.get()] * 5


def test_without_an_address_nothing_is_mailed(client, sent):
    application = create_draft(now=timezone.now())
    secret = access.make_key(application, now=timezone.now())[1].lower()

    client.post(f"/de/fonds/antrag/{secret}/zugang/", {"tun": "senden"})

    assert sent == []


def test_a_helper_gets_a_key_of_her_own_and_is_named(client, case):
    application, address = case

    response = add(client, address)

    helper = Helper.objects.get()
    html = client.get(response["Location"]).content.decode()
    assert (helper.name, helper.organisation, helper.application) == ("Bo Chen", "kargah", application)
    assert address_of(helper) in html
    assert client.get(address_of(helper)).status_code == 200


def test_what_a_helper_writes_carries_her_name(client, case):
    application, address = case
    add(client, address)
    helper = Helper.objects.get()

    client.post(f"{address_of(helper)}was/", {"title": "Neu", "v-title": "x"})
    client.post(f"{address_of(helper)}kontakt/", {"phone": "0511 123456"})

    assert application.answers.get(question="phone").helper == helper
    assert [rival.helper for rival in application.answers.get(question="title").rivals.all()] == [helper]


def test_a_helper_sees_no_key_but_her_own_and_lets_nobody_in(client, case, sent):
    application, address = case
    add(client, address)
    add(client, address, name="Cem Demir")
    first, second = Helper.objects.order_by("pk")
    before = AccessKey.objects.count()

    html = client.get(f"{address_of(first)}zugang/").content.decode()
    for action in ("ersetzen", "senden", "helfen", f"entfernen:{second.pk}"):
        client.post(f"{address_of(first)}zugang/", {"tun": action, "name": "Eva"})

    assert address.split("/")[-2] not in html and address_of(second).split("/")[-2] not in html
    assert (AccessKey.objects.count(), Helper.objects.count(), sent) == (before, 2, [])
    assert client.get(address).status_code == 200


def test_a_removed_helper_is_out_at_once_and_stays_on_record(client, case):
    _application, address = case
    add(client, address)
    helper = Helper.objects.get()
    hers = address_of(helper)

    client.post(f"{address}zugang/", {"tun": f"entfernen:{helper.pk}"})

    helper.refresh_from_db()
    assert client.get(hers).status_code == 404
    assert helper.ended_at is not None
    assert "Bo Chen" not in client.get(f"{address}zugang/").content.decode()


def test_a_helper_of_another_case_cannot_be_removed(client, case):
    _application, address = case
    other = create_draft(SMALL, now=timezone.now())
    helper = Helper.objects.create(application=other, name="Fremd", added_at=timezone.now())

    client.post(f"{address}zugang/", {"tun": f"entfernen:{helper.pk}"})

    helper.refresh_from_db()
    assert helper.ended_at is None


def test_the_same_button_twice_makes_one_helper(client, case):
    _application, address = case

    add(client, address)
    add(client, address)

    assert Helper.objects.count() == 1


@pytest.mark.parametrize("values", [{"name": ""}, {"name": " \u200b"}, {"mail": "bo@"}])
def test_a_helper_without_a_name_or_with_a_wrong_address_is_asked_again(client, case, values):
    _application, address = case

    response = add(client, address, **values)

    assert (response.status_code, Helper.objects.count()) == (422, 0)
    assert "kargah" in response.content.decode()


def test_the_language_of_messages_changes_and_nothing_else_does(client, case):
    application, address = case

    client.post(f"{address}zugang/", {"tun": "sprache", "sprache": "ar"})
    client.post(f"{address}zugang/", {"tun": "sprache", "sprache": "xx"})

    application.refresh_from_db()
    assert application.language == "ar"


def test_nothing_of_a_case_is_found_after_it_has_gone(client, case):
    application, address = case
    Application.objects.filter(pk=application.pk).update(state="erased")

    statuses = {client.get(address + name).status_code for name in ("", "was/", "pruefen/", "zugang/", "unterlagen/")}

    assert statuses == {404}


def test_no_mailbox_is_filled_from_many_cases(client, sent):
    statuses = []
    for _number in range(3):
        application = create_draft(SMALL, now=timezone.now())
        secret = access.make_key(application, now=timezone.now())[1].lower()
        address = f"/de/fonds/antrag/{secret}/zugang/"
        statuses += [client.post(address, {"tun": "senden"}).status_code for _again in range(4)]

    assert statuses == [303] * 10 + [429] * 2
    assert len(sent) == 10


def test_a_name_is_one_line_and_turns_nothing(client, case):
    _application, address = case

    add(client, address, name="Bo\r\nBcc: x@example.org\u202e", organisation="\u2069kargah")

    helper = Helper.objects.get()
    assert (helper.name, helper.organisation) == ("Bo Bcc: x@example.org", "kargah")


def test_who_is_added_while_the_draft_is_erased_leaves_no_name(client, case, monkeypatch):
    application, address = case
    clean = saving.cleaned

    def erased_meanwhile(text):
        Application.objects.filter(pk=application.pk).update(state="erased")
        return clean(text)

    monkeypatch.setattr(saving, "cleaned", erased_meanwhile)
    response = add(client, address)

    assert (response.status_code, Helper.objects.count(), AccessKey.objects.count()) == (404, 0, 1)


def test_the_applicant_goes_on_without_a_member_of_staff_who_helped(client, case):
    application, address = case
    helper = Helper.objects.create(
        application=application, name="Team", user=User.objects.get(username="team1"), added_at=timezone.now()
    )
    access.make_key(application, helper=helper, now=timezone.now())
    hers = address_of(helper)

    client.post(f"{address}zugang/", {"tun": f"entfernen:{helper.pk}"})

    assert client.get(hers).status_code == 404
    assert list(guards.did_not_help(application, staff(helper.user), timezone.now(), {})) != []


def test_a_second_click_for_a_new_link_leads_to_the_same_one_and_a_strangers_to_none(client, case):
    application, address = case
    pages = [client.get(f"{address}zugang/?neuer-link=1").context["replace_token"] for _page in range(2)]

    mine = [client.post(f"{address}zugang/", {"tun": "ersetzen", "marke": pages[0]}) for _twice in range(2)]
    other = [client.post(f"{address}zugang/", {"tun": "ersetzen", "marke": mark}) for mark in (pages[1], "x", "")]

    assert [response.status_code for response in mine] == [303, 303]
    assert mine[0]["Location"] == mine[1]["Location"]
    assert mine[1]["Cache-Control"] == "no-store, private"
    assert client.get(mine[1]["Location"]).status_code == 200
    assert [response.status_code for response in other] == [404] * 3
    assert application.keys.filter(ended_at=None).count() == 1


def test_ten_minutes_later_the_pages_mark_opens_nothing_any_more(client, case):
    application, address = case
    mark = client.get(f"{address}zugang/?neuer-link=1").context["replace_token"]
    client.post(f"{address}zugang/", {"tun": "ersetzen", "marke": mark})
    AccessKey.objects.filter(ended_at=None).update(made_at=timezone.now() - timedelta(minutes=11))

    assert client.post(f"{address}zugang/", {"tun": "ersetzen", "marke": mark}).status_code == 404
