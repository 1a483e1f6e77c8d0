"""Who tries too often waits, and reads until when (HTTP 429)."""

import pytest
from allauth.core.internal.ratelimit import parse_rates
from django.conf import settings as portal

from tests.accounts.people import create_account, give_codes, give_factor, is_signed_in, link_of, sign_in
from wir.accounts.too_many import WAIT

pytestmark = pytest.mark.django_db


def told(response):
    return (response.status_code, response["Retry-After"], "429.html" in [each.name for each in response.templates])


TOLD = (429, "300", True)


def test_after_five_wrong_passwords_the_right_one_waits_too(client):
    create_account()

    wrong = [sign_in(client, password="falsch").status_code for _try in range(5)]
    right = sign_in(client)

    assert (wrong, told(right), is_signed_in(client)) == ([200] * 5, TOLD, False)


def test_one_network_does_not_try_one_account_after_the_other(client):
    tries = [sign_in(client, f"konto{number}", "falsch").status_code for number in range(31)]

    assert tries == [200] * 30 + [429]


@pytest.mark.parametrize("codes", [False, True], ids=["app", "recovery"])
def test_codes_of_the_second_factor_are_not_guessed(client, settings, codes):
    settings.DEMO = False
    user = create_account()
    code = give_factor(user)
    right = give_codes(user)[0] if codes else code()
    sign_in(client)

    tries = [client.post("/konto/2fa/authenticate/", {"code": "12345678"}) for _try in range(6)]
    last = client.post("/konto/2fa/authenticate/", {"code": right})

    assert ([each.status_code for each in tries[:5]], told(tries[5]), told(last)) == ([200] * 5, TOLD, TOLD)
    assert is_signed_in(client) is False


def test_links_of_invitations_are_not_guessed(client, person):
    from tests.accounts.test_invitations import invited

    path = link_of(invited(person("leitung")))
    tries = [client.get(f"/konto/einladung/{'a' * 31}{number % 10}/").status_code for number in range(30)]

    assert (set(tries), told(client.get(path))) == ({404}, TOLD)


def test_mails_for_a_new_password_are_not_sent_without_end(client, mailoutbox):
    create_account()

    tries = [client.post("/konto/password/reset/", {"email": "mira@stadt.example"}) for _try in range(4)]

    assert [each.status_code for each in tries] == [302, 302, 302, 429]
    assert told(tries[3]) == TOLD


def test_an_address_written_by_a_stranger_does_not_help(client):
    create_account()

    tries = [
        client.post(
            "/konto/login/",
            {"login": f"konto{number}", "password": "falsch"},
            headers={"x-forwarded-for": f"203.0.113.{number}"},
        )
        for number in range(31)
    ]

    assert [each.status_code for each in tries] == [200] * 30 + [429]


def test_no_window_is_longer_than_the_page_says():
    windows = [rate.duration for rates in portal.ACCOUNT_RATE_LIMITS.values() for rate in parse_rates(rates)]

    assert max(windows) <= WAIT.total_seconds()


def test_the_password_is_asked_for_again_only_so_often(client):
    create_account()
    sign_in(client)

    tries = [client.post("/konto/reauthenticate/", {"password": "falsch"}).status_code for _try in range(11)]

    assert tries == [200] * 5 + [429] * 6
