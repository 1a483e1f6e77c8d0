"""The city's OpenID Connect against a real provider on this machine (oidc-provider-mock, built on Authlib)."""

import warnings
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse

from tests.accounts.people import PASSWORD, create_account, give_factor, is_signed_in, logged
from wir.accounts.models import User

# The provider's own library is about to rename a method: its affair, and told where it can be mended
pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore:get_jwt_config:DeprecationWarning")]
MIRA = {"email": "mira@stadt.example", "email_verified": True, "name": "Mira Muster"}
PEOPLE = {
    "mira": MIRA,
    "mira-mfa": MIRA | {"amr": ["pwd", "mfa"]},
    "mira-word": MIRA | {"amr": "mfa"},
    "unverified": MIRA | {"email_verified": False},
    "unsaid": {"email": MIRA["email"]},
    "worded": MIRA | {"email_verified": "false"},
    "unknown": MIRA | {"email": "niemand@stadt.example"},
    "demo": MIRA | {"email": "team1@example.org"},
}
LOGIN = reverse("openid_connect_login", args=["stadt"])


@pytest.fixture(scope="module")
def provider():
    with warnings.catch_warnings(action="ignore"):  # of modules that Authlib is about to leave
        from oidc_provider_mock import User as Person
        from oidc_provider_mock import run_server_in_thread
    people = [Person(sub=name, claims=claims) for name, claims in PEOPLE.items()]
    with run_server_in_thread(require_nonce=True, user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def city(provider, settings):
    """The portal as it is set up with OIDC_SERVER_URL; returns the settings of the one provider."""
    app = {
        "provider_id": "stadt",
        "name": "Stadt",
        "client_id": "wir",
        "secret": "geheim",
        "settings": {"server_url": provider},
    }
    settings.DEMO = False
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "EMAIL_AUTHENTICATION": True,
            "APPS": [app],
        }
    }
    return app["settings"]


def changed(address, **query):
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()} | query
    return urlunsplit(parts._replace(query=urlencode(asked)))


def answer(client, name, **query):
    """The way to the city and back, as a browser goes it; query: what is written into the question on the way."""
    asked = client.post(LOGIN)
    with requests.post(
        changed(asked["Location"], **query), data={"sub": name}, allow_redirects=False, timeout=10
    ) as told:
        return told.headers["Location"]


def come(client, name, **query):
    return client.get(answer(client, name, **query), follow=True)


def reason(response):
    return (response.status_code, response.context.get("reason") if response.context else None)


def test_the_question_carries_state_nonce_and_pkce_and_no_parameter_of_a_stranger(client, city):
    asked = client.post(f"{LOGIN}?auth_params=prompt%3Dnone&scope=offline_access")

    query = parse_qs(urlsplit(asked["Location"]).query)
    assert {"state", "nonce", "code_challenge"} <= set(query)
    assert (set(query["scope"][0].split()), "prompt" in query) == ({"openid", "profile", "email"}, False)
    assert query["code_challenge_method"] == ["S256"]


def test_a_get_leads_nowhere(client, city):
    asked = client.get(LOGIN)

    assert (asked.status_code, "Location" in asked) == (200, False)


def test_an_account_made_by_staff_is_found_by_its_verified_address_and_sets_up_a_factor(client, city):
    user = create_account(password=None)

    come(client, "mira")

    assert client.session["_auth_user_id"] == str(user.pk)
    assert SocialAccount.objects.get(user=user).uid == "mira"
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/konto/2fa/"
    assert logged("signed-in") == [("mira", "", "Anmeldung der Stadt")]


def test_the_second_sign_in_finds_the_account_by_its_number_at_the_city(client, city):
    user = create_account(password=None)
    come(client, "mira")
    client.post("/konto/logout/")
    User.objects.filter(pk=user.pk).update(email="neu@stadt.example")

    come(client, "mira")

    assert client.session["_auth_user_id"] == str(user.pk)


def test_the_portals_own_factor_is_asked_where_the_city_asked_for_none(client, city):
    code = give_factor(create_account())

    page = come(client, "mira")
    before = is_signed_in(client)
    client.post("/konto/2fa/authenticate/", {"code": code()})

    assert (page.redirect_chain[-1][0], before) == ("/konto/2fa/authenticate/", False)
    assert client.get("/admin/").status_code == 200


def test_the_citys_second_factor_opens_the_back_office_for_this_session_only(client, city):
    user = create_account(password=None)

    page = come(client, "mira-mfa")

    assert (page.redirect_chain[-1][0], client.get("/admin/").status_code) == ("/admin/", 200)
    assert Authenticator.objects.filter(user=user).exists() is False
    client.post("/konto/logout/")
    client.force_login(user)
    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/konto/2fa/"


@pytest.mark.parametrize(("name", "trusted"), [("mira-mfa", False), ("mira-word", True)])
def test_the_citys_second_factor_counts_only_where_it_is_trusted_and_said_in_the_right_form(
    client, city, settings, name, trusted
):
    settings.OIDC_TRUSTS_SECOND_FACTOR = trusted
    create_account(password=None)

    come(client, name)

    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/konto/2fa/"


@pytest.mark.parametrize(
    ("name", "told"),
    [("unknown", "unknown"), ("unverified", "unverified"), ("unsaid", "unverified"), ("worded", "unverified")],
)
def test_without_an_account_or_a_verified_address_nobody_is_let_in(client, city, name, told):
    create_account()
    before = User.objects.count()

    page = come(client, name)

    assert (reason(page), is_signed_in(client)) == ((403, told), False)
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_the_password_of_the_account_stays_where_its_address_was_proven(client, city, person):
    from tests.accounts.test_invitations import choose, invited, link_of

    user = invited(person("leitung"), email=MIRA["email"])
    choose(client, link_of(user))
    client.post("/konto/logout/")

    come(client, "mira")

    assert client.session["_auth_user_id"] == str(user.pk)
    assert User.objects.get(pk=user.pk).check_password(PASSWORD) is True


def test_an_account_that_is_switched_off_is_refused(client, city):
    create_account(is_active=False)

    page = come(client, "mira")

    assert is_signed_in(client) is False
    assert page.status_code == 200


def test_a_connected_account_that_is_switched_off_is_refused(client, city):
    user = create_account(password=None)
    come(client, "mira")
    client.post("/konto/logout/")
    User.objects.filter(pk=user.pk).update(is_active=False)

    page = come(client, "mira")

    assert (page.redirect_chain[-1][0], is_signed_in(client)) == ("/konto/inactive/", False)


def test_a_demo_account_is_refused_without_the_demo(client, city):
    page = come(client, "demo")

    assert (page.redirect_chain[-1][0], is_signed_in(client)) == ("/konto/inactive/", False)


# Answers that are not ours --------------------------------------------------------------------------------------------


def test_an_answer_with_another_nonce_is_refused(client, city):
    create_account()

    page = come(client, "mira", nonce="von-jemand-anderem")

    assert (reason(page), is_signed_in(client)) == ((403, "unsure"), False)


def test_an_answer_with_another_state_is_refused(client, city):
    create_account()
    back = answer(client, "mira")

    page = client.get(changed(back, state="von-jemand-anderem"), follow=True)

    assert (page.status_code, is_signed_in(client)) == (401, False)


def test_an_answer_to_somebody_elses_question_is_refused(client, city):
    from django.test import Client

    create_account()
    back = answer(Client(), "mira")

    page = client.get(back, follow=True)

    assert (page.status_code, is_signed_in(client)) == (401, False)


def test_an_answer_works_once(client, city):
    create_account()
    back = answer(client, "mira")
    client.get(back)
    client.post("/konto/logout/")

    page = client.get(back, follow=True)

    assert (page.status_code, is_signed_in(client)) == (401, False)


@pytest.mark.parametrize("change", [{"issuer": "https://falsch.example"}, {"token_endpoint": "http://localhost:1/"}])
def test_another_issuer_or_a_provider_that_does_not_answer_is_refused(client, city, change):
    create_account()
    city["openid_configuration_overrides"] = change

    page = come(client, "mira")

    assert (page.status_code, is_signed_in(client)) == (401, False)


def test_an_answer_for_another_client_is_refused(client, city, settings):
    create_account()
    back = answer(client, "mira")
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["client_id"] = "anders"

    page = client.get(back, follow=True)

    assert (page.status_code, is_signed_in(client)) == (401, False)


def test_where_the_two_answers_speak_of_two_people_nobody_is_let_in(client, city, monkeypatch):
    from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter

    create_account()
    monkeypatch.setattr(OpenIDConnectOAuth2Adapter, "_fetch_user_info", lambda *args: MIRA | {"sub": "jemand anderes"})

    page = come(client, "unknown")

    assert (reason(page), is_signed_in(client)) == ((403, "unsure"), False)
