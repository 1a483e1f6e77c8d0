"""The second factor: recovery codes that run out, and a new factor by two others."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from tests.accounts.people import PASSWORD, create_account, give_codes, give_factor, is_signed_in, logged, sign_in
from wir.accounts import resetting
from wir.accounts.models import FactorReset
from wir.accounts.permissions import NO_RIGHT, NOT_YOURSELF, SUPERUSER_ONLY
from wir.lib.workflow import Refused
from wir.outbox.models import Message
from wir.outbox.secrets import filled

pytestmark = pytest.mark.django_db
ADDRESS = "/admin/konten/faktor/"
REASON = "Telefon verloren, persönlich erkannt"


@pytest.fixture
def mira():
    """Somebody of the board with a code app and recovery codes."""
    user = create_account(groups=("Begleitgremium",))
    user.code = give_factor(user)
    user.codes = give_codes(user)
    return user


def now():
    return timezone.now()


def refused(verb, *args, **values):
    with pytest.raises(Refused) as told:
        verb(*args, **values)
    return told.value.reasons


def ask(user, by, **values):
    return resetting.ask(user, **{"reason": REASON, "by": by, "now": now()} | values)


def factors(user):
    return Authenticator.objects.filter(user=user).count()


# By two ---------------------------------------------------------------------------------------------------------------


def test_two_people_let_somebody_set_a_new_factor(client, person, mira, settings):
    settings.DEMO = False
    elsewhere = Client()
    sign_in(elsewhere)
    elsewhere.post("/konto/2fa/authenticate/", {"code": mira.code()})
    assert elsewhere.get("/admin/").status_code == 200
    settings.DEMO = True
    client.force_login(person("team1"))

    asked = client.post(ADDRESS, {"account": mira.pk, "reason": REASON})
    reset = FactorReset.objects.get()
    own = client.post(f"{ADDRESS}{reset.pk}/", {"tun": "bestaetigen"})
    between = factors(mira)
    client.force_login(person("team2"))
    seen = client.get(ADDRESS)
    done = client.post(f"{ADDRESS}{reset.pk}/", {"tun": "bestaetigen"})

    assert (asked.status_code, own.status_code, between) == (302, 422, 2)
    assert [(each.user, blocked) for each, blocked in seen.context["waiting"]] == [(mira, [])]
    assert (done.status_code, factors(mira), UserSession.objects.filter(user=mira).count()) == (302, 0, 0)
    settings.DEMO = False
    assert elsewhere.get("/admin/", follow=True).redirect_chain[-1][0] == "/konto/login/?next=/admin/"
    sign_in(elsewhere)
    assert elsewhere.get("/admin/", follow=True).redirect_chain[-1][0] == "/konto/2fa/"
    message = Message.objects.get(kind="factor_reset")
    assert (message.user, message.mail, "/konto/login/" in filled(message)[0]) == (mira, mira.email, True)
    assert [row[0] for row in logged("reset-asked") + logged("reset")] == [
        "team1 (Demo) (team1)",
        "team2 (Demo) (team2)",
    ]


def test_nobody_asks_or_confirms_for_herself(person):
    team1, team2 = person("team1"), person("team2")

    assert refused(ask, team1, team1) == [NOT_YOURSELF]

    reset = ask(team2, team1)
    assert refused(resetting.confirm, reset, by=team2, now=now()) == [NOT_YOURSELF]
    assert refused(resetting.confirm, reset, by=team1, now=now()) == [resetting.SAME]


@pytest.mark.parametrize("name", ["gremium1", "vorsitz", "redaktion", "finanzen", "ausschuss", "datenschutz"])
def test_only_the_team_resets(client, person, mira, name):
    reset = ask(mira, person("team1"))
    client.force_login(person(name))

    pages = [client.get(ADDRESS), client.post(f"{ADDRESS}{reset.pk}/", {"tun": "bestaetigen"})]

    assert [page.status_code for page in pages] == [403, 403]
    assert refused(ask, mira, person(name))[0] == NO_RIGHT
    assert factors(mira) == 2


def test_of_a_superuser_only_superusers_decide(client, person):
    chief = create_account("chefin", is_superuser=True)
    give_factor(chief)

    assert refused(ask, chief, person("leitung")) == [SUPERUSER_ONLY]
    reset = ask(chief, person("admin"))
    assert refused(resetting.confirm, reset, by=person("leitung"), now=now()) == [SUPERUSER_ONLY]
    client.force_login(person("leitung"))
    assert client.post(ADDRESS, {"account": chief.pk, "reason": REASON}).status_code == 422
    assert factors(chief) == 1


def test_it_needs_a_reason_and_is_asked_once(person, mira):
    assert refused(ask, mira, person("team1"), reason=" ") == [resetting.NO_REASON]
    ask(mira, person("team1"))
    assert refused(ask, mira, person("team2")) == [resetting.ALREADY]


def test_what_is_old_is_asked_anew(person, mira):
    old = ask(mira, person("team1"), now=now() - resetting.LASTS - timedelta(seconds=1))

    assert refused(resetting.confirm, old, by=person("team2"), now=now()) == [resetting.TOO_OLD]
    ask(mira, person("team2"))
    assert list(resetting.open_resets(now()).values_list("asked_by__username", flat=True)) == ["team2"]


def test_what_is_dropped_or_done_is_confirmed_no_more(person, mira):
    reset = ask(mira, person("team1"))
    resetting.drop(reset, by=person("leitung"), now=now())
    assert refused(resetting.confirm, FactorReset.objects.get(), by=person("team2"), now=now()) == [resetting.OVER]
    assert refused(resetting.confirm, reset, by=person("team2"), now=now()) == [resetting.FASTER]
    assert factors(mira) == 2


def test_the_person_concerned_may_drop_what_she_did_not_ask_for(person, mira):
    resetting.drop(ask(mira, person("team1")), by=mira, now=now())

    assert [row[0] for row in logged("reset-dropped")] == ["mira"]


@pytest.mark.parametrize(
    ("asked", "confirmed"), [("mira", None), ("team1", "mira"), ("team1", "team1")], ids=["asks", "confirms", "alone"]
)
def test_the_database_holds_the_two_as_well(person, mira, asked, confirmed):
    values = {"confirmed_by": person(confirmed), "confirmed_at": now()} if confirmed else {}

    with pytest.raises(IntegrityError), transaction.atomic():
        FactorReset.objects.create(user=mira, reason="-", asked_at=now(), asked_by=person(asked), **values)


def test_the_desk_tells_who_can_confirm(client, person, mira):
    ask(mira, person("team1"))

    def told(name):
        client.force_login(person(name))
        return [address for _count, _text, address in client.get("/admin/").context["tasks"] if address == ADDRESS]

    assert [told(name) for name in ("team1", "team2", "leitung", "gremium1")] == [[], [ADDRESS], [ADDRESS], []]


# Recovery codes -------------------------------------------------------------------------------------------------------


def enter_with(client, code):
    sign_in(client)
    return client.post("/konto/2fa/authenticate/", {"code": code}, follow=True)


def test_there_are_ten_codes_and_each_works_once(client, mira, settings):
    settings.DEMO = False

    first = enter_with(client, mira.codes[0])
    client.post("/konto/logout/")
    again = enter_with(client, mira.codes[0])

    assert (len(mira.codes), first.redirect_chain[-1][0]) == (10, "/admin/")
    assert (again.status_code, is_signed_in(client)) == (200, False)


def test_who_has_three_codes_left_is_warned_at_sign_in_and_on_the_desk(client, mira, settings):
    settings.DEMO = False
    warned = []
    for code in mira.codes[:7]:
        page = enter_with(client, code)
        tasks = [address for _count, _text, address in page.context["tasks"]]
        told = any("Wiederherstellungscodes" in str(each) for each in page.context["messages"])
        warned.append((told, "/konto/2fa/recovery-codes/generate/" in tasks))
        client.post("/konto/logout/")

    assert warned == [(False, False)] * 6 + [(True, True)]


def test_the_page_of_the_codes_can_be_printed(client, mira):
    sign_in(client)
    client.post("/konto/2fa/authenticate/", {"code": mira.code()})

    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    page = client.get("/konto/2fa/recovery-codes/")
    text = page.content.decode()
    assert [text.count(f"<code>{code}</code>") for code in mira.codes] == [1] * 10
    assert ("no-print" in text, page["Cache-Control"]) == (True, "no-store")


def test_codes_alone_are_no_factor(client, settings):
    settings.DEMO = False
    user = create_account()
    give_codes(user)
    client.force_login(user)

    assert client.get("/admin/", follow=True).redirect_chain[-1][0] == "/konto/2fa/"


def test_new_codes_are_logged_and_end_other_sessions(client, mira, django_capture_on_commit_callbacks):
    other = Client()
    for each, code in ((client, mira.code()), (other, mira.codes[0])):
        sign_in(each)
        each.post("/konto/2fa/authenticate/", {"code": code})
    client.post("/konto/reauthenticate/", {"password": PASSWORD})
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/konto/2fa/recovery-codes/generate/")

    assert [row[2] for row in logged("factor")] == ["Wiederherstellungscodes neu gemacht"]
    assert (is_signed_in(client), other.get("/admin/").status_code) == (True, 302)
