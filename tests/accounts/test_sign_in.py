"""Sign-in for staff: by name or mail address, with a second factor, and for nobody who is not invited."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from strategy.models import Guideline
from tests.fund.factories import for_committee, in_meeting, make_filing, rows
from tests.wir.test_access import addresses
from wir.accounts.adapters import CityAccountAdapter, StaffAccountAdapter
from wir.accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "Regenschirm-am-Maschsee-31"
SECOND_FACTOR = "/konto/2fa/"
LOGIN_FIRST = "/konto/login/?next=/admin/"


def create_user(name="mira", **values):
    user = User.objects.create_user(
        **{"username": name, "email": f"{name}@stadt.example", "password": PASSWORD, "is_staff": True} | values
    )
    user.groups.add(Group.objects.get(name="Redaktion"))
    return user


def give_second_factor(user):
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return lambda: format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in(client, login="mira", password=PASSWORD, **extra):
    return client.post("/konto/login/", {"login": login, "password": password, **extra})


# By password --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["mira", "mira@stadt.example", "MIRA@stadt.example"])
def test_staff_sign_in_by_name_or_mail_address(client, login):
    create_user()

    response = sign_in(client, login)

    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert client.session["_auth_user_id"] == str(User.objects.get(username="mira").pk)


@pytest.mark.parametrize(
    ("login", "password"),
    [("mira", "falsch"), ("mira@stadt.example", "falsch"), ("niemand", PASSWORD), ("", PASSWORD), ("mira", "")],
)
def test_a_wrong_name_or_password_opens_nothing(client, login, password):
    create_user()

    response = sign_in(client, login, password)

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_it_does_not_tell_whether_an_account_exists(client):
    create_user()

    wrong_password = sign_in(client, "mira", "falsch").context["form"].non_field_errors()
    wrong_name = sign_in(client, "niemand", "falsch").context["form"].non_field_errors()

    assert len(wrong_password) == 1
    assert wrong_password == wrong_name


def test_an_inactive_account_does_not_sign_in(client):
    create_user(is_active=False)

    sign_in(client)

    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(client, wanted):
    create_user()

    response = sign_in(client, next=wanted)

    assert (response.status_code, response["Location"]) == (302, "/admin/")


def test_signing_in_leads_to_where_somebody_wanted_to_go(client):
    create_user()

    response = sign_in(client, next="/admin/strategy/guideline/")

    assert (response.status_code, response["Location"]) == (302, "/admin/strategy/guideline/")


def test_signing_out_takes_a_click_and_ends_the_session(client):
    create_user()
    sign_in(client)

    asked = client.get("/konto/logout/")
    still = "_auth_user_id" in client.session
    done = client.post("/konto/logout/")

    assert (asked.status_code, still) == (200, True)
    assert (done.status_code, done["Location"]) == (302, "/konto/login/")
    assert "_auth_user_id" not in client.session


# Nobody signs up ----------------------------------------------------------------------------------------------------


def test_the_page_for_signing_up_says_that_it_is_closed(client):
    response = client.get("/konto/signup/")

    assert response.status_code == 200
    assert [template.name for template in response.templates if "signup" in (template.name or "")] == [
        "account/signup_closed.html"
    ]


@pytest.mark.parametrize("path", ["/konto/signup/", "/konto/3rdparty/signup/", "/konto/signup/passkey/"])
def test_nobody_signs_up(client, path):
    before = User.objects.count()

    client.post(
        path,
        {"username": "neu", "email": "neu@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )

    assert User.objects.count() == before
    assert "_auth_user_id" not in client.session


def test_the_citys_sign_in_makes_no_accounts(rf):
    request = rf.get("/")

    assert StaffAccountAdapter(request).is_open_for_signup(request) is False
    assert CityAccountAdapter(request).is_open_for_signup(request, sociallogin=None) is False


# The second factor --------------------------------------------------------------------------------------------------


def test_in_the_demo_the_back_office_opens_without_a_second_factor(client):
    client.force_login(create_user())

    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/strategy/guideline/", "/admin/bausteine/", "/admin/wortlaut-einlesen/"]
)
def test_staff_without_a_second_factor_are_led_to_set_one_up(client, settings, path):
    settings.DEMO = False
    client.force_login(create_user())

    response = client.get(path, follow=True)

    assert response.redirect_chain[-1] == (SECOND_FACTOR, 302)
    assert response.status_code == 200
    assert "Bitte richten Sie zuerst einen zweiten Faktor ein." in response.content.decode()


def test_staff_without_a_second_factor_change_nothing(client, settings):
    settings.DEMO = False
    client.force_login(create_user())
    before = Guideline.objects.count()

    response = client.post("/admin/strategy/guideline/add/", {"number": 9, "title_de": "Neun", "plain_de": "Neun."})

    assert response.status_code == 302
    assert Guideline.objects.count() == before


def test_a_superuser_needs_a_second_factor_too(client, settings):
    settings.DEMO = False
    client.force_login(create_user(is_superuser=True))

    assert client.get("/admin/", follow=True).redirect_chain[-1] == (SECOND_FACTOR, 302)


def test_with_a_second_factor_the_back_office_opens(client, settings):
    settings.DEMO = False
    user = create_user()
    give_second_factor(user)
    client.force_login(user)

    assert client.get("/admin/").status_code == 200


def test_the_page_of_the_second_factor_offers_passkey_app_and_recovery_codes(client, settings):
    settings.DEMO = False
    user = create_user()
    give_second_factor(user)
    client.force_login(user)

    page = client.get(SECOND_FACTOR).content.decode()

    offered = ["/konto/2fa/totp/deactivate/", "/konto/2fa/webauthn/", "/konto/2fa/recovery-codes/generate/"]
    assert [path in page for path in offered] == [True, True, True]


def test_the_password_alone_signs_nobody_in_who_has_a_second_factor(client, settings):
    settings.DEMO = False
    code = give_second_factor(create_user())

    after_password = sign_in(client)
    signed_in_by_password = "_auth_user_id" in client.session
    wrong = client.post("/konto/2fa/authenticate/", {"code": "000000" if code() != "000000" else "111111"})
    signed_in_by_wrong_code = "_auth_user_id" in client.session
    right = client.post("/konto/2fa/authenticate/", {"code": code()})

    assert (after_password.status_code, after_password["Location"]) == (302, "/konto/2fa/authenticate/")
    assert (signed_in_by_password, wrong.status_code, signed_in_by_wrong_code) == (False, 200, False)
    assert (right.status_code, right["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


def test_somebody_sets_up_a_code_app_and_gets_recovery_codes(client, settings):
    settings.DEMO = False
    user = create_user()
    sign_in(client)

    asked = client.get("/konto/2fa/totp/activate/")
    client.post(asked["Location"], {"password": PASSWORD})
    form = client.get("/konto/2fa/totp/activate/").context["form"]
    code = format_hotp_value(hotp_value(form.secret, int(time.time()) // 30))
    response = client.post("/konto/2fa/totp/activate/", {"code": code})

    assert asked["Location"].startswith("/konto/reauthenticate/") is True
    assert (response.status_code, response["Location"]) == (302, "/konto/2fa/recovery-codes/")
    assert set(Authenticator.objects.filter(user=user).values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert client.get("/admin/").status_code == 200


# Who is let in ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/admin/", "/admin/strategy/guideline/", "/admin/bausteine/"])
def test_strangers_are_led_to_sign_in(client, path):
    response = client.get(path, follow=True)

    assert response.redirect_chain[-1] == (f"/konto/login/?next={path}", 302)


@pytest.mark.parametrize("demo", [True, False])
def test_somebody_who_is_no_staff_is_not_let_in(client, settings, demo):
    settings.DEMO = demo
    user = create_user(is_staff=False)
    give_second_factor(user)
    client.force_login(user)

    assert client.get("/admin/", follow=True).status_code == 403


def test_there_is_no_second_door(client):
    create_user()

    response = client.post("/admin/login/?next=/admin/", {"username": "mira", "password": PASSWORD})

    assert (response.status_code, response["Location"]) == (302, LOGIN_FIRST)
    assert "_auth_user_id" not in client.session


# Every address of the back office -----------------------------------------------------------------------------------

KEY_OF_A_PHONE = {"name": "Telefon", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}


def of_back_office():
    return {name: address for name, address in addresses().items() if name.startswith("admin:")}


def at_the_board_and_filed():
    """Addresses of cases to which somebody of the office has something to say."""
    filing = make_filing(for_committee(title="Zweites"))
    case, item = in_meeting()
    return {
        "fund_act": reverse("admin:fund_act", args=[case.pk, "strike"]),
        "fund_meeting_step": reverse("admin:fund_meeting_step", args=[item.pk, "absetzen"]),
        "fund_filing_act": reverse("admin:fund_filing_act", args=[filing.pk, "einbringen"]),
    }


@pytest.mark.parametrize("group", ["Begleitgremium", "Projektteam"])
def test_without_a_second_factor_no_address_of_the_back_office_opens(client, settings, group):
    settings.DEMO = False
    user = create_user(is_superuser=False)
    user.groups.set(Group.objects.filter(name=group))
    client.force_login(user)
    pages, posts = of_back_office(), at_the_board_and_filed()
    out = {"admin:login", "admin:logout", "admin:jsi18n"}  # these are for everybody who signs in
    before = rows()

    answers = {name: client.get(address) for name, address in pages.items() if name not in out}
    answers |= {f"POST {name}": client.post(address, {"note": "Ein Satz."}) for name, address in posts.items()}

    elsewhere = {
        name: (each.status_code, each.get("Location")) for name, each in answers.items()
        if each.status_code != 302 or not leads_to_factor(client, each["Location"])
    }  # fmt: skip
    assert (elsewhere, len(answers) > 100, rows() == before) == ({}, True, True)


def leads_to_factor(client, location):
    """At once, or by way of the page for signing in, which sends on who is signed in already."""
    if location.startswith("/admin/login/"):
        location = client.get(location)["Location"]
    return location.startswith(SECOND_FACTOR)


def test_a_passkey_is_a_second_factor(client, settings):
    settings.DEMO = False
    user = create_user()
    client.force_login(user)
    without = client.get("/admin/").status_code
    Authenticator.objects.create(user=user, type=Authenticator.Type.WEBAUTHN, data=KEY_OF_A_PHONE)

    assert (without, client.get("/admin/").status_code) == (302, 200)


# A forgotten password -----------------------------------------------------------------------------------------------


def test_a_link_to_a_new_password_is_spent_by_nothing_but_the_new_password(client, mailoutbox):
    """Scanners of mail open every link: as often as they like."""
    user, new = create_user(), "Laternenpfahl-am-Steintor-52"
    client.post("/konto/password/reset/", {"email": user.email})
    link = re.search(r"/konto/password/reset/key/\S+", mailoutbox[-1].body)[0]

    scanner = Client()
    seen = [scanner.get(link, follow=True).status_code, scanner.head(link).status_code, scanner.get(link).status_code]
    kept = User.objects.get(pk=user.pk).check_password(PASSWORD)
    form = client.get(link, follow=True)
    done = client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    again = Client().get(link, follow=True)

    assert (seen[0], {*seen[1:]} <= {200, 302}, kept) == (200, True, True)
    assert (done.status_code, User.objects.get(pk=user.pk).check_password(new)) == (302, True)
    assert again.context["token_fail"] is True
