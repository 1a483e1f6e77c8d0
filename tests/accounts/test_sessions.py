"""Sessions end: left alone, too long, ended elsewhere, with a new password, with the account."""

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from tests.accounts.people import PASSWORD, create_account, is_signed_in, logged, sign_in
from wir.accounts import unsent
from wir.accounts.models import User
from wir.accounts.sessions import BEGAN, SEEN, device

pytestmark = pytest.mark.django_db


@pytest.fixture
def mira():
    return create_account()


def age(client, key, seconds):
    """Let something in the session lie further back."""
    session = client.session
    session[key] -= seconds
    session.save()


@pytest.mark.parametrize(
    ("key", "seconds", "ends"),
    [(SEEN, 59 * 60, False), (SEEN, 60 * 60, True), (BEGAN, 8 * 3600 - 60, False), (BEGAN, 8 * 3600, True)],
)
def test_a_session_ends_when_it_is_left_alone_or_too_old(client, mira, settings, key, seconds, ends):
    settings.SESSION_IDLE_MINUTES = 60
    sign_in(client)
    age(client, key, seconds)

    response = client.get("/admin/strategy/guideline/")

    assert (response.status_code, is_signed_in(client)) == ((302, False) if ends else (200, True))
    if ends:
        assert response["Location"] == "/konto/login/?next=/admin/strategy/guideline/"
        assert [row[0] for row in logged("sessions")] == ["mira"]


def test_whoever_goes_on_working_stays(client, mira):
    sign_in(client)
    for _hour in range(3):
        age(client, SEEN, 50 * 60)
        assert client.get("/admin/").status_code == 200


def test_a_form_sent_too_late_under_the_account_changes_nothing_and_is_not_kept(client, mira):
    sign_in(client)
    age(client, SEEN, 7200)

    response = client.post("/konto/password/change/", {"oldpassword": PASSWORD, "password1": "neu und lang"})

    assert (response.status_code, response["Location"]) == (302, "/konto/login/?next=/admin/")
    assert unsent.KEY not in client.session


def test_a_sign_of_life_is_written_once_a_minute(client, mira, django_assert_num_queries):
    sign_in(client)
    client.get("/konto/sessions/")
    before = client.session[SEEN]

    client.get("/konto/sessions/")
    same = client.session[SEEN]
    age(client, SEEN, 61)
    client.get("/konto/sessions/")

    assert (same == before, client.session[SEEN] > before - 61) == (True, True)


def test_public_pages_know_no_session(client, mira):
    sign_in(client)
    age(client, SEEN, 7200)

    response = client.get("/de/")

    assert (response.status_code, "Cookie" in response.get("Vary", ""), is_signed_in(client)) == (200, False, True)


def test_a_person_sees_her_sessions_and_ends_all_others(client, mira):
    other = Client(headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/144.0"})
    sign_in(client)
    sign_in(other)
    sign_in(Client(), "redaktion", "demo")

    page = client.get("/konto/sessions/")
    client.post("/konto/sessions/")

    assert [session.user for session in page.context["sessions"]] == [mira, mira]
    assert "Firefox auf Windows" in page.content.decode()
    assert (client.get("/admin/").status_code, other.get("/admin/").status_code) == (200, 302)
    assert UserSession.objects.filter(user__username="redaktion").count() == 1


def test_a_new_password_ends_the_other_sessions(client, mira):
    other = Client()
    sign_in(client)
    sign_in(other)
    new = "Kirschkuchen-im-Georgengarten-8"

    changed = client.post(
        "/konto/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    ).status_code

    assert (changed, client.get("/admin/").status_code, other.get("/admin/").status_code) == (302, 200, 302)
    assert [row[:2] for row in logged("password")] == [("mira", "mira")]


def test_an_account_that_is_switched_off_is_out_at_once(client, mira):
    sign_in(client)
    User.objects.filter(pk=mira.pk).update(is_active=False)

    assert client.get("/admin/", follow=True).redirect_chain[-1] == ("/konto/login/?next=/admin/", 302)


def test_switching_an_account_off_in_the_back_office_ends_its_sessions_and_is_logged(client, mira, person):
    other = Client()
    sign_in(other)
    client.force_login(person("admin"))
    form = client.get(f"/admin/accounts/user/{mira.pk}/change/").context["adminform"].form
    values = {name: form[name].value() for name in form.fields if form[name].value() is not None}
    values = {name: value for name, value in values.items() if value is not False and name != "password"}
    values.pop("is_active")
    inline = {f"language_grants-{part}": "0" for part in ("TOTAL_FORMS", "INITIAL_FORMS")}
    times = {"last_login_0": "", "last_login_1": ""}

    response = client.post(f"/admin/accounts/user/{mira.pk}/change/", values | inline | times | {"groups": []})

    assert response.status_code == 302
    assert UserSession.objects.filter(user=mira).count() == 0
    assert [row[1:] for row in logged("rights")] == [("mira", "− Redaktion; is_active: nein")]


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1", "Safari auf iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge auf Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0 Safari/537.36", "Chrome auf Linux"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/142.0 Mobile Safari/537.36", "Chrome auf Android"),
        ("<script>", "Unbekannter Browser"),
    ],
)
def test_a_device_is_guessed_from_what_its_browser_says(says, told):
    assert device(says) == told
