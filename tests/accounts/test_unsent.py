"""A form that is sent after the session has ended is kept, for her and nobody else, until it is sent again."""

from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from strategy.models import Contact
from tests.accounts.people import create_account, give_codes, give_factor, is_signed_in, sign_in
from wir.accounts import unsent
from wir.accounts.sessions import BEGAN, SEEN

pytestmark = pytest.mark.django_db

PAGE = "/admin/nicht-gesendet/"
FORM = "/admin/strategy/contact/add/?_popup=0"
WORDS = 'Zeile eins & "zwei"\r\n<b>Zeile drei</b>\r\n\r\nסוף'


@pytest.fixture
def mira():
    return create_account()


def left_alone(client, key=SEEN, seconds=7200):
    session = client.session
    session[key] -= seconds
    session.save()


def fields():
    return {"office": "Anlaufstelle im Rathaus", "address": WORDS, "tag": ["b", "a"], "csrfmiddlewaretoken": "x"}


def sent_late(client, address=FORM, *, seconds=7200, key=SEEN, **extra):
    sign_in(client)
    left_alone(client, key, seconds)
    return client.post(address, fields() | extra)


class Forms(HTMLParser):
    """The forms of a page that send something elsewhere, as a browser reads them: [(address, [(name, value)])]."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag == "form":
            self.found.append((named.get("action", ""), []))
        if tag == "input" and named.get("type") == "hidden" and named["name"] != "csrfmiddlewaretoken":
            self.found[-1][1].append((named["name"], named["value"]))


def to_send(response):
    """What the buttons would send again."""
    parser = Forms()
    parser.feed(response.content.decode())
    return [form for form in parser.found if form[0].startswith("/admin/")]


def hidden(response):
    """The one form that can be sent again, without its mark."""
    [(address, values)] = to_send(response)
    assert values[0][0] == unsent.MARK
    return address, values[1:]


@pytest.mark.parametrize(("key", "seconds"), [(SEEN, 3600), (SEEN, 60 * 3600), (BEGAN, 8 * 3600)])
def test_whoever_signs_in_again_finds_what_she_sent(client, mira, key, seconds):
    late = sent_late(client, key=key, seconds=seconds)
    assert client.session.get_expiry_age() >= 60 * 3600
    shown = client.get(late["Location"])
    back = sign_in(client, next=PAGE)
    page = client.get(PAGE)

    assert late["Location"] == f"/konto/login/?next={PAGE}"
    assert "Was Sie abgesandt haben, ist aufgehoben." in shown.content.decode()
    assert (back["Location"], page.status_code) == (PAGE, 200)
    assert hidden(page) == (
        FORM,
        [("office", "Anlaufstelle im Rathaus"), ("address", WORDS), ("tag", "b"), ("tag", "a")],
    )
    assert page.context["forms"][0]["typed"] == ["Anlaufstelle im Rathaus", WORDS]
    assert not Contact.objects.filter(office="Anlaufstelle im Rathaus").exists()


def test_a_second_factor_lies_between_and_loses_nothing(client, mira):
    code, codes = give_factor(mira), give_codes(mira)
    sign_in(client)
    client.post("/konto/2fa/authenticate/", {"code": code()})
    assert is_signed_in(client)
    left_alone(client)
    client.post(FORM, fields())
    sign_in(client, next=PAGE)
    assert client.get(PAGE).status_code == 302
    client.post("/konto/2fa/authenticate/", {"code": codes[0]})

    assert hidden(client.get(PAGE))[0] == FORM


def test_it_is_gone_once_it_was_sent_and_stays_where_it_did_not_arrive(client, mira):
    sent_late(client)
    sign_in(client)
    [(address, values)] = to_send(client.get(PAGE))
    another = client.post(address, {}).status_code  # the same page, with something else
    still = client.get(PAGE).status_code
    again = client.post(address, dict(values)).status_code

    assert (another, still, again, client.get(PAGE)["Location"]) == (200, 200, 200, "/admin/")


def test_a_page_that_refuses_her_does_not_lose_it(client, mira):
    sent_late(client, "/admin/accounts/user/add/")
    sign_in(client)

    [(address, values)] = to_send(client.get(PAGE))

    assert client.post(address, dict(values)).status_code == 403
    assert client.get(PAGE).status_code == 200


def test_nobody_else_at_the_same_browser_reads_it_or_drops_it(client, mira):
    sent_late(client)
    mark = client.session[unsent.KEY][0]["mark"]
    sign_in(client, "redaktion", "demo")

    assert (is_signed_in(client), client.get(PAGE)["Location"]) == (True, "/admin/")
    assert client.post(PAGE, {"verwerfen": mark}).status_code == 404


def test_it_can_be_dropped(client, mira):
    sent_late(client)
    sign_in(client)

    dropped = client.post(PAGE, {"verwerfen": client.session[unsent.KEY][0]["mark"]})

    assert (dropped["Location"], client.get(PAGE)["Location"], unsent.KEY in client.session) == (
        "/admin/", "/admin/", False,
    )  # fmt: skip


def test_a_second_tab_is_kept_beside_the_first_and_each_is_sent_by_itself(client, mira):
    sent_late(client)
    second = client.post("/admin/strategy/contact/add/", {"office": "Zweites Fenster"})
    sign_in(client, next=PAGE)
    first, other = to_send(client.get(PAGE))
    client.post(first[0], dict(first[1]))

    assert second["Location"] == f"/konto/login/?next={PAGE}"
    assert (first[0], dict(other[1])["office"]) == (FORM, "Zweites Fenster")
    assert to_send(client.get(PAGE)) == [other]


def test_another_idle_hour_does_not_lose_what_is_kept(client, mira):
    sent_late(client)
    sign_in(client)
    left_alone(client)
    client.get("/admin/")
    sign_in(client)

    assert hidden(client.get(PAGE))[0] == FORM


def test_the_newest_forms_are_kept(client, mira):
    sent_late(client)
    for number in range(unsent.MOST):
        client.post(FORM, {"office": f"Fenster {number}"})
    sign_in(client)

    kept = [dict(values)["office"] for _address, values in to_send(client.get(PAGE))]
    assert kept == [f"Fenster {number}" for number in range(unsent.MOST)]


def test_secrets_are_not_kept_and_files_are_named(client, mira):
    paper = SimpleUploadedFile("Plan für den Hof.pdf", b"%PDF-")
    sent_late(client, password1="Regenschirm am Maschsee", iban="DE02120300000000202051", payee="M", image=paper)
    [kept] = client.session[unsent.KEY]
    sign_in(client)

    assert [name for name, _value in kept["fields"]] == ["office", "address", "tag", "tag"]
    assert "Plan für den Hof.pdf" in client.get(PAGE).content.decode()


def test_what_another_site_sends_in_her_name_is_not_kept(mira):
    client = Client(enforce_csrf_checks=True)
    client.force_login(mira)
    client.get("/admin/")
    left_alone(client)

    assert client.post(FORM, fields())["Location"] == "/konto/login/?next=/admin/"
    assert unsent.KEY not in client.session


def test_who_has_nothing_unsent_has_no_page_for_it(client, mira):
    sign_in(client)

    assert client.get(PAGE)["Location"] == "/admin/"


# A page that was open in another tab ----------------------------------------------------------------------------------


def from_another_tab(mira, **headers):
    """She signed in again elsewhere, and sends what she had typed before: the token of that page is an old one."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(mira)
    client.get("/admin/")
    return client, client.post(FORM, fields(), headers=headers)


def test_a_page_from_before_she_signed_in_again_loses_nothing_and_sends_nothing_in_her_name(mira):
    """Somebody else may have opened it: whoever is signed in now reads the words, and does not send them from there."""
    client, response = from_another_tab(mira, origin="http://testserver")
    page = client.get(PAGE)

    assert (response.status_code, response["Location"]) == (302, PAGE)
    assert page.context["forms"][0]["typed"] == ["Anlaufstelle im Rathaus", WORDS]
    assert (to_send(page), "lässt sich von hier nichts senden" in page.content.decode()) == ([], True)
    assert not Contact.objects.filter(office="Anlaufstelle im Rathaus").exists()


@pytest.mark.parametrize("headers", [{}, {"origin": "https://elsewhere.example"}, {"origin": "null"}])
def test_what_another_site_sends_is_refused_as_ever(mira, headers):
    client, response = from_another_tab(mira, **headers)

    assert (response.status_code, unsent.KEY in client.session) == (403, False)
    assert 'href="/admin/" lang="de"' in response.content.decode()
