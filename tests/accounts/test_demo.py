"""The demo's accounts exist for the demo and end with it."""

import pytest

from wir.accounts.demo import make_demo_accounts
from wir.accounts.models import LanguageGrant, User

pytestmark = pytest.mark.django_db

GROUPS = {
    "redaktion": ["Redaktion"],
    "uebersetzung-tr": ["Übersetzung"],
    "uebersetzung-ar": ["Übersetzung"],
    "pruefung-tr": ["Übersetzung"],
    "fachstelle": ["Fachstelle"],
    "team1": ["Projektteam"],
    "team2": ["Projektteam"],
    "leitung": ["Leitung", "Projektteam"],
    "gremium1": ["Begleitgremium"],
    "gremium2": ["Begleitgremium"],
    "gremium3": ["Begleitgremium"],
    "gremium4": ["Begleitgremium"],
    "gremium5": ["Begleitgremium"],
    "vorsitz": ["Begleitgremium", "Vorsitz"],
    "vertretung": ["Begleitgremium", "Vorsitz"],
    "ausschuss": ["Ausschuss"],
    "finanzen": ["Finanzen"],
    "datenschutz": ["Datenschutz"],
    "admin": [],
}


def test_the_accounts_are_those_of_the_contract():
    accounts = User.objects.prefetch_related("groups")

    assert {user.username: sorted(group.name for group in user.groups.all()) for user in accounts} == GROUPS
    assert {user.username for user in accounts if user.is_superuser} == {"admin"}
    assert {(user.is_staff, user.is_active, user.is_demo) for user in accounts} == {(True, True, True)}
    assert {user.check_password("demo") for user in accounts} == {True}


def test_the_language_grants_are_those_of_the_contract():
    assert sorted(LanguageGrant.objects.values_list("user__username", "group", "language", "right")) == [
        ("pruefung-tr", None, "tr", "review"),
        ("uebersetzung-ar", None, "ar", "translate"),
        ("uebersetzung-tr", None, "tr", "translate"),
    ]


def test_making_them_again_changes_nothing():
    before = list(User.objects.order_by("pk").values())

    make_demo_accounts()

    assert list(User.objects.order_by("pk").values()) == before
    assert LanguageGrant.objects.count() == 3


def test_a_changed_password_stays_and_a_missing_account_comes_back(person):
    redaktion = person("redaktion")
    redaktion.set_password("ganz-anders-2031")
    redaktion.save()
    person("uebersetzung-ar").delete()

    make_demo_accounts()

    assert person("redaktion").check_password("ganz-anders-2031") is True
    assert [grant.language for grant in person("uebersetzung-ar").language_grants.all()] == ["ar"]


# Only while DEMO is on ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["redaktion", "admin", "redaktion@example.org"])
def test_a_demo_account_signs_in_during_the_demo(client, name):
    response = client.post("/konto/login/", {"login": name, "password": "demo"})

    assert (response.status_code, response["Location"]) == (302, "/admin/")
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("name", sorted(GROUPS))
def test_no_demo_account_signs_in_without_the_demo(client, settings, name):
    settings.DEMO = False

    response = client.post("/konto/login/", {"login": name, "password": "demo"})

    assert (response.status_code, response["Location"]) == (302, "/konto/inactive/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("name", ["redaktion", "admin"])
def test_a_session_of_a_demo_account_ends_with_the_demo(client, settings, name):
    client.post("/konto/login/", {"login": name, "password": "demo"})
    during = client.get("/admin/").status_code

    settings.DEMO = False
    after = client.get("/admin/", follow=True)

    assert during == 200
    assert after.redirect_chain[-1] == ("/konto/login/?next=/admin/", 302)
    assert after.context["user"].is_authenticated is False


def test_another_way_to_sign_in_is_closed_to_demo_accounts_too(rf, settings, person):
    from wir.accounts.adapters import StaffAccountAdapter

    settings.DEMO = False
    request = rf.get("/konto/login/")

    response = StaffAccountAdapter(request).pre_login(
        request,
        person("admin"),
        email_verification="none",
        signal_kwargs=None,
        email=None,
        signup=False,
        redirect_url=None,
    )

    assert (response.status_code, response["Location"]) == (302, "/konto/inactive/")
