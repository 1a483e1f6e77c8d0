"""Invited by mail: the link opens once, for a week, and only what the one who invites may give."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.accounts.people import PASSWORD, create_account, is_signed_in, link_of, logged
from wir.accounts import invitations
from wir.accounts.models import Invitation, User
from wir.accounts.permissions import ABOVE_YOU, GIVEN_BY_LEAD, NO_RIGHT
from wir.lib.workflow import Refused
from wir.outbox.models import Message
from wir.outbox.secrets import AccessEnded, filled
from wir.outbox.workflow import SEALED

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/konten/einladen/"
WORDS = {"first_name": "Mira", "last_name": "Muster", "email": "Mira.Muster@example.org", "language": "tr"}


NO_ROWS = {f"language_grants-{part}": "0" for part in ("TOTAL_FORMS", "INITIAL_FORMS")}


def groups(*names):
    return Group.objects.filter(name__in=names)


def invited(by, *names, now=None, **values):
    facts = WORDS | {"groups": groups(*(names or ("Projektteam",)))} | values
    return invitations.create_account(**facts, by=by, now=now or timezone.now())


def refused(verb, *args, **values):
    with pytest.raises(Refused) as told:
        verb(*args, **values)
    return told.value.reasons


def choose(client, path, password=PASSWORD, again=None):
    return client.post(path, {"new_password1": password, "new_password2": again or password})


# Making an account ----------------------------------------------------------------------------------------------------


def test_the_lead_invites_and_the_person_chooses_a_password_and_is_led_to_the_second_factor(client, person, settings):
    client.force_login(person("leitung"))
    chosen = [group.pk for group in groups("Projektteam", "Finanzen")]

    response = client.post(ADDRESS, WORDS | {"groups": chosen})

    user = User.objects.get(email="Mira.Muster@example.org")
    facts = (user.username, user.language, user.is_staff, user.is_superuser, user.has_usable_password())
    assert (response.status_code, response["Location"]) == (302, f"/admin/konten/{user.pk}/einladung/")
    assert facts == ("mira.muster", "tr", True, False, False)
    assert sorted(user.groups.values_list("name", flat=True)) == ["Finanzen", "Projektteam"]

    client.logout()
    settings.DEMO = False
    path = link_of(user)
    seen = [client.get(path).status_code, client.head(path).status_code, client.get(path).status_code]
    before = Invitation.objects.get(user=user).accepted_at
    done = choose(client, path)

    assert (seen, before) == ([200, 200, 200], None)
    assert (done.status_code, done["Location"], is_signed_in(client)) == (302, "/konto/2fa/", True)
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/konto/2fa/"
    assert User.objects.get(pk=user.pk).check_password(PASSWORD) is True
    assert [row[:2] for row in logged("invited")] == [("leitung (Demo) (leitung)", "Mira Muster (mira.muster)")]
    assert [row[0] for row in logged("accepted")] == ["Mira Muster (mira.muster)"]


def test_the_link_works_once(client, person):
    user = invited(person("leitung"))
    path = link_of(user)
    choose(client, path)
    client.logout()

    again = choose(client, path, "Ein-anderes-Passwort-77")

    assert (client.get(path).status_code, again.status_code, is_signed_in(client)) == (404, 404, False)
    assert User.objects.get(pk=user.pk).check_password(PASSWORD) is True


def test_the_link_ends_after_a_week(client, person, settings):
    user = invited(person("leitung"), now=timezone.now() - timedelta(days=settings.INVITATION_DAYS, seconds=1))
    invitation = Invitation.objects.get(user=user)
    secret = link_from(invitation)

    assert choose(client, f"/konto/einladung/{secret}/").status_code == 404
    assert invitation.state(timezone.now()) == ("expired", "abgelaufen")
    with pytest.raises(AccessEnded):
        filled(Message.objects.get(kind="account_invitation", user=user))


def link_from(invitation):
    from wir.accounts.invitation_link import secret_of

    return secret_of(invitation).lower()


def test_a_new_invitation_ends_the_one_before(client, person):
    user = invited(person("leitung"))
    first = link_of(user)

    invitations.invite(user, by=person("leitung"), now=timezone.now())

    assert [client.get(path).status_code for path in (first, link_of(user))] == [404, 200]
    assert [each.state(timezone.now())[0] for each in user.invitations.all()] == ["open", "withdrawn"]


def test_a_withdrawn_invitation_opens_nothing(client, person):
    user = invited(person("leitung"))
    path = link_of(user)
    client.force_login(person("leitung"))

    response = client.post(f"/admin/konten/{user.pk}/einladung/", {"tun": "zurueckziehen"})
    client.logout()

    assert (response.status_code, client.get(path).status_code, choose(client, path).status_code) == (302, 404, 404)
    assert [row[1] for row in logged("withdrew")] == ["Mira Muster (mira.muster)"]


def test_an_account_that_is_switched_off_is_not_opened_by_its_link(client, person):
    user = invited(person("leitung"))
    path = link_of(user)
    User.objects.filter(pk=user.pk).update(is_active=False)

    assert choose(client, path).status_code == 404


@pytest.mark.parametrize("password", ["kurz", "passwort1234", "123456789012", "mira.muster2026"])
def test_a_weak_password_is_refused_and_spends_nothing(client, person, password):
    user = invited(person("leitung"))
    path = link_of(user)

    response = choose(client, path, password if password != "passwort1234" else "password1234")

    assert (response.status_code, is_signed_in(client)) == (422, False)
    assert client.get(path).status_code == 200


def test_two_different_passwords_are_refused(client, person):
    path = link_of(invited(person("leitung")))

    assert choose(client, path, PASSWORD, "Etwas-ganz-anderes-9").status_code == 422


def test_the_page_of_a_link_is_kept_by_nobody(client, person):
    path = link_of(invited(person("leitung")))

    for response in (client.get(path), client.get("/konto/einladung/falsch/")):
        assert (response["Referrer-Policy"], response["Cache-Control"]) == ("same-origin", "no-store, private")


def test_no_row_holds_what_opens_the_account(person):
    user = invited(person("leitung"))
    secret = link_of(user).split("/")[3]

    stored = [str(list(model.objects.values())) for model in (Invitation, Message)]

    assert [secret in text.lower() for text in stored] == [False, False]


def test_whoever_is_signed_in_on_the_same_computer_is_signed_out_first(client, person):
    user = invited(person("leitung"))
    path = link_of(user)
    client.force_login(person("team1"))

    choose(client, path)

    assert client.session["_auth_user_id"] == str(user.pk)


# Who may invite whom --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["team1", "redaktion", "gremium1", "vorsitz", "finanzen", "datenschutz"])
def test_others_do_not_invite(client, person, name):
    client.force_login(person(name))

    response = client.post(ADDRESS, WORDS | {"groups": [group.pk for group in groups("Redaktion")]})

    assert (response.status_code, User.objects.filter(email=WORDS["email"]).exists()) == (403, False)
    assert refused(invited, person(name)) == [NO_RIGHT]


@pytest.mark.parametrize("name", ["Leitung", "Datenschutz"])
def test_the_lead_does_not_give_what_stands_above_her(client, person, name):
    assert refused(invited, person("leitung"), name, "Projektteam") == [ABOVE_YOU]

    client.force_login(person("leitung"))
    response = client.post(ADDRESS, WORDS | {"groups": [group.pk for group in groups(name)]})

    assert (response.status_code, User.objects.filter(email=WORDS["email"]).exists()) == (422, False)


def test_the_groups_of_the_lead_exist_and_a_superuser_gives_every_one(person):
    assert groups(*GIVEN_BY_LEAD).count() == len(GIVEN_BY_LEAD)
    assert invited(person("admin"), "Leitung", "Datenschutz").groups.count() == 2


@pytest.mark.parametrize("change", [{"is_superuser": True}, {"groups": ("Leitung",)}, {"groups": ("Datenschutz",)}])
def test_the_lead_takes_no_account_that_stands_above_her(person, change):
    user = create_account(**{"password": None} | change)

    reasons = refused(invitations.invite, user, by=person("leitung"), now=timezone.now())

    assert (reasons, user.invitations.count()) == ([ABOVE_YOU], 0)


def test_an_account_in_use_is_not_taken_over_by_an_invitation(person):
    user = create_account()

    assert refused(invitations.invite, user, by=person("admin"), now=timezone.now()) == [invitations.IN_USE]


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"is_active": False}, invitations.NOT_ACTIVE), ({"email": ""}, invitations.NO_MAIL)],
)
def test_what_is_in_the_way_of_an_invitation_is_told(person, values, reason):
    user = create_account(password=None, **values)

    assert refused(invitations.invite, user, by=person("leitung"), now=timezone.now()) == [reason]


def test_a_link_that_went_to_a_wrong_address_opens_nothing_once_it_is_mended(client, person):
    user = invited(person("leitung"))
    path = link_of(user)
    client.force_login(person("admin"))
    address = f"/admin/accounts/user/{user.pk}/change/"
    form = client.get(address).context["adminform"].form
    values = {name: form[name].value() for name in form.fields if name not in ("password", "groups")}
    values = {name: value for name, value in values.items() if value not in (None, False)}
    values |= {"last_login_0": "", "last_login_1": "", "groups": [], "email": "richtig@example.org"}

    response = client.post(address, values | NO_ROWS)

    user.refresh_from_db()
    assert (response.status_code, user.email) == (302, "richtig@example.org")
    assert choose(Client(), path).status_code == 404
    assert not user.invitations.filter(withdrawn_at=None).exists()


@pytest.mark.parametrize("way", ["password", "city"])
def test_an_invitation_opens_nothing_once_the_person_signs_in_by_herself(person, way):
    user = invited(person("leitung"))
    path = link_of(user)
    if way == "password":
        user.set_password(PASSWORD)
    else:
        user.last_login = timezone.now()
    user.save()

    assert choose(Client(), path, "Ein-anderes-Wort-77").status_code == 404


def test_an_address_has_one_account(person):
    create_account(email="mira.muster@EXAMPLE.org")

    assert refused(invited, person("leitung")) == [invitations.MAIL_TAKEN]


def test_names_for_signing_in_do_not_meet(person):
    first = invited(person("leitung"))
    second = invited(person("leitung"), email="mira.muster@example.com")

    assert [first.username, second.username] == ["mira.muster", "mira.muster2"]


def test_the_database_knows_one_open_invitation_an_account(person):
    found = Invitation.objects.get(user=invited(person("leitung")))
    found.pk, found.nonce, found.digest = None, "n", "d"

    with pytest.raises(IntegrityError), transaction.atomic():
        found.save(force_insert=True)


def test_an_unknown_button_is_not_there(client, person):
    user = invited(person("leitung"))
    client.force_login(person("leitung"))

    assert client.post(f"/admin/konten/{user.pk}/einladung/", {"tun": "alles"}).status_code == 404


def test_what_was_typed_stays_where_something_is_missing(client, person):
    client.force_login(person("leitung"))

    response = client.post(ADDRESS, WORDS | {"email": "keine Adresse"})

    assert (response.status_code, response.context["form"]["first_name"].value()) == (422, "Mira")


# The list of accounts -------------------------------------------------------------------------------------------------


def shown(client, **query):
    return {row.username for row in client.get("/admin/accounts/user/", query).context["cl"].result_list}


def test_the_list_is_filtered_by_factor_invitation_and_last_sign_in(client, person):
    from tests.accounts.people import give_factor

    invited(person("leitung"))
    old = invited(person("leitung"), email="alt@example.org", now=timezone.now() - timedelta(days=30))
    give_factor(create_account("mia"))
    User.objects.filter(username="mia").update(last_login=timezone.now() - timedelta(days=100))
    client.force_login(person("leitung"))

    assert shown(client, faktor="ja") == {"mia"}
    assert shown(client, angemeldet="lange") == {"mia"}
    assert shown(client, einladung="offen") == {"mira.muster"}
    assert shown(client, einladung="abgelaufen") == {old.username}
    assert shown(client, einladung="angenommen") == set()
    assert "mia" in shown(client, einladung="keine")
    assert "mia" not in shown(client, angemeldet="nie", faktor="nein")
    assert shown(client, angemeldet="zuletzt") == {"leitung"}


def test_the_list_needs_the_same_few_statements_for_one_and_for_three(client, person):
    client.force_login(person("leitung"))
    client.get("/admin/accounts/user/")

    def statements():
        with CaptureQueriesContext(connection) as captured:
            client.get("/admin/accounts/user/", {"einladung": "offen"})
        return len(captured)

    invited(person("leitung"))
    one = statements()
    for number in range(2):
        invited(person("leitung"), "Projektteam", "Finanzen", email=f"m{number}@example.org")

    assert (statements(), one <= 15) == (one, True)


def test_who_only_reads_sees_nothing_of_passwords_and_changes_nothing(client, person):
    user = create_account()
    client.force_login(person("leitung"))

    page = client.get(f"/admin/accounts/user/{user.pk}/change/")
    sent = client.post(f"/admin/accounts/user/{user.pk}/change/", {"is_superuser": "on", "username": "mira"})

    assert (page.status_code, "pbkdf2" in page.content.decode(), sent.status_code) == (200, False, 403)
    assert User.objects.get(pk=user.pk).is_superuser is False


# Its message ----------------------------------------------------------------------------------------------------------


def undelivered(user, **values):
    message = Message.objects.get(kind="account_invitation", user=user)
    Message.objects.filter(pk=message.pk).update(**{"state": "failed", "next_attempt_at": None} | values)
    return message


@pytest.mark.parametrize(
    ("name", "values", "status"),
    [
        ("turn", {"channel": "call", "phone": "0511 1"}, 422),
        ("turn", {"channel": "letter", "postal": "Weg 7\n30167 Hannover"}, 422),
        ("resend", {"mail": "andere@example.org"}, 422),
        ("resend", {"mail": WORDS["email"].lower()}, 302),
        ("resend", {"mail": ""}, 302),
    ],
)
def test_nobody_sends_an_invitation_to_somebody_else(client, person, name, values, status):
    message = undelivered(invited(person("admin"), "Leitung"))
    client.force_login(person("team1"))

    answer = client.post(f"/admin/postausgang/{message.pk}/{name}/", values)

    message.refresh_from_db()
    assert (answer.status_code, message.mail.lower(), message.channel) == (status, WORDS["email"].lower(), "mail")
    assert (SEALED in answer.content.decode()) == (status == 422)


@pytest.mark.parametrize("channel", ["call", "letter"])
def test_nobody_reads_the_link_of_an_invitation_that_became_a_call_or_a_letter(client, person, channel):
    user = invited(person("admin"), "Leitung")
    message = undelivered(user, channel=channel, state="open", phone="0511 1", postal="Weg 7\n30167 Hannover")
    client.force_login(person("team1"))

    pages = [f"/admin/postausgang/{message.pk}/tick_off/", f"/admin/postausgang/drucken/?briefe={message.pk}"]

    assert [link_of(user) in client.get(page, follow=True).content.decode() for page in pages] == [False, False]


def test_a_browser_that_keeps_to_the_policy_of_the_page_gets_its_form_through(person):
    """Without any referrer a browser sends its form with the origin "null"."""
    path = link_of(invited(person("leitung")))
    browser = Client(enforce_csrf_checks=True)
    page = browser.get(path)
    origin = "null" if page["Referrer-Policy"] == "no-referrer" else "http://testserver"
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]

    answer = browser.post(
        path,
        {"new_password1": PASSWORD, "new_password2": PASSWORD, "csrfmiddlewaretoken": token},
        headers={"origin": origin},
    )

    assert (answer.status_code, is_signed_in(browser)) == (302, True)
