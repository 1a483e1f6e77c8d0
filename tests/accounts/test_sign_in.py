"""Sign-in for staff: by name or mail address, with a second factor, and for nobody who is not invited."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import Group

from strategy.models import Guideline
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
