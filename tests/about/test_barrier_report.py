"""Reporting a barrier: for everybody, without an account and without a cookie, in the reader's language."""

import logging
import re
from html import unescape

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import gettext

from wir.about.models import BarrierReport
from wir.languages import registry

pytestmark = pytest.mark.django_db

LANGUAGES = [language.code for language in registry.LANGUAGES]
PATH = "/de/barriere-melden/"
FINE = {"text": "Das Menü geht mit der Tastatur nicht auf.", "page": "/de/strategie/", "mail": "anna@example.org"}
REQUIRED = "Please write what does not work."
TOO_LONG = "Please write at most 5,000 characters."
PAGE_TOO_LONG = "This address is too long. The name of the page is enough."
NO_MAIL = "This is not an e-mail address. Example: name@example.org"
UNREADABLE = "This text has characters that cannot be read."


@pytest.fixture
def stranger():
    """Somebody with nothing: no session, no cookie, no token; the server insists on what it insists on."""
    return Client(enforce_csrf_checks=True)


def in_language(code, message):
    with translation.override(code):
        return gettext(message)


def errors(response):
    """The messages of the summary, without the name of their field."""
    page = response.content.decode()
    summary = page[page.index('id="fehler"') : page.index("</ul>", page.index('id="fehler"'))]
    return [unescape(text).partition(": ")[2] for text in re.findall(r'<a href="#[^"]+">(.*?)</a>', summary)]


def kept(response, name):
    """What stands in a field of the form that came back."""
    page = response.content.decode()
    area = re.search(rf'<textarea[^>]*name="{name}"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL)
    if area:
        return unescape(area.group(1)).replace("\r\n", "\n")
    (field,) = re.findall(rf'<input[^>]*name="{name}"[^>]*>', page)
    value = re.search(r'value="([^"]*)"', field)
    return unescape(value.group(1)) if value else ""


# What arrives -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_report_arrives_without_token_and_cookie(stranger, code):
    before = timezone.now()

    response = stranger.post(f"/{code}/barriere-melden/", FINE)

    report = BarrierReport.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/{code}/barriere-melden/?danke=1")
    assert (report.text, report.page, report.mail, report.language, report.state, report.answer) == (
        FINE["text"],
        FINE["page"],
        FINE["mail"],
        code,
        BarrierReport.State.NEW,
        "",
    )
    assert (before <= report.sent_at <= timezone.now()) is True
    assert (response.cookies, stranger.cookies) == ({}, {})


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_form_and_the_thanks_set_no_cookie_and_ask_for_no_token(stranger, code):
    form = stranger.get(f"/{code}/barriere-melden/")
    thanks = stranger.get(f"/{code}/barriere-melden/?danke=1")

    assert [response.status_code for response in (form, thanks)] == [200, 200]
    assert stranger.cookies == {}
    assert ("csrfmiddlewaretoken" in form.content.decode(), "Cookie" in form.get("Vary", "")) == (False, False)
    assert in_language(code, "Thank you") in unescape(thanks.content.decode())


def test_page_and_mail_may_be_left_out(stranger):
    response = stranger.post(PATH, {"text": "Nichts geht."})

    assert response.status_code == 302
    assert list(BarrierReport.objects.values_list("text", "page", "mail")) == [("Nichts geht.", "", "")]


def test_a_text_as_long_as_allowed_arrives_whole(stranger):
    text = "ü" * 5000

    stranger.post(PATH, {"text": text, "page": "x" * 500})

    assert list(BarrierReport.objects.values_list("text", "page")) == [(text, "x" * 500)]


def test_any_script_and_any_sign_arrives_as_it_was_written(stranger):
    text = "می‌خواهم – 😀 <script>alert(1)</script> \u2067عربي\u2069 & Straße"

    stranger.post("/fa/barriere-melden/", {"text": text})

    assert BarrierReport.objects.get().text == text


def test_bytes_that_are_no_text_do_not_break_anything(stranger):
    response = stranger.post(PATH, b"text=%ff%fe+kaputt", content_type="application/x-www-form-urlencoded")

    assert response.status_code == 302
    assert BarrierReport.objects.get().text.endswith("kaputt") is True


def test_a_program_that_fills_in_the_trap_is_thanked_and_dropped(stranger):
    response = stranger.post(PATH, FINE | {"website": "https://example.org"})

    assert (response.status_code, response["Location"]) == (302, f"{PATH}?danke=1")
    assert BarrierReport.objects.count() == 0


def test_the_trap_is_hidden_from_people_and_from_the_tab_key(stranger):
    page = stranger.get(PATH).content.decode()

    trap = page[page.index('class="trap"') : page.index("</div>", page.index('class="trap"'))]
    assert ('aria-hidden="true"' in trap, 'tabindex="-1"' in trap, 'autocomplete="off"' in trap) == (True, True, True)


def test_the_address_of_the_page_comes_along_and_harms_nobody(stranger):
    address = "/de/strategie/?a=1&b=<script>\x00" + "x" * 600

    response = stranger.get(PATH, {"seite": address})

    assert kept(response, "page") == address.replace("\x00", "")[:500]
    assert "<script>" not in response.content.decode().partition('name="page"')[2][:1000]


# What is refused ----------------------------------------------------------------------------------------------------

REFUSED = [
    ({"text": ""}, [REQUIRED]),
    ({"text": " \n\t "}, [REQUIRED]),
    ({"text": "x" * 5001}, [TOO_LONG]),
    ({"text": "vor\x00nach"}, [UNREADABLE]),
    ({"text": "Fein.", "page": "x" * 501}, [PAGE_TOO_LONG]),
    ({"text": "Fein.", "page": "/de/\x00"}, [UNREADABLE]),
    ({"text": "Fein.", "mail": "anna"}, [NO_MAIL]),
    ({"text": "Fein.", "mail": "anna@example.org\nBcc: alle@example.org"}, [NO_MAIL]),
    ({"text": "", "page": "x" * 501, "mail": "anna"}, [REQUIRED, PAGE_TOO_LONG, NO_MAIL]),
]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize(
    ("data", "expected"),
    REFUSED,
    ids=[
        "empty",
        "white space",
        "too long",
        "NUL",
        "long page",
        "NUL in page",
        "no mail",
        "two lines",
        "three faults",
    ],
)
def test_a_fault_is_told_in_the_readers_language(stranger, code, data, expected):
    response = stranger.post(f"/{code}/barriere-melden/", data)

    assert response.status_code == 422
    assert errors(response) == [in_language(code, message) for message in expected]
    assert BarrierReport.objects.count() == 0
    assert stranger.cookies == {}


def test_an_address_longer_than_any_is_refused_in_the_readers_language(stranger):
    data = {"text": "Fein.", "mail": f"{'a' * 300}@example.org"}

    told = {code: errors(stranger.post(f"/{code}/barriere-melden/", data)) for code in LANGUAGES}

    assert {len(messages) for messages in told.values()} == {1}
    assert [code for code in LANGUAGES if code != "de" and told[code] == told["de"]] == []


@pytest.mark.parametrize("message", [REQUIRED, TOO_LONG, PAGE_TOO_LONG, NO_MAIL, UNREADABLE])
def test_each_message_is_another_one_in_every_language(message):
    told = {code: in_language(code, message) for code in LANGUAGES}

    others = {code: text for code, text in told.items() if code not in ("de-simple", "en")}
    assert len(set(others.values())) == 10
    assert message not in [*others.values(), told["de-simple"]]


@pytest.mark.parametrize(
    "data",
    [
        {"text": "Das\nbleibt <b>stehen</b> & wartet.", "page": "/de/strategie/", "mail": "keine Adresse"},
        {"text": "x" * 5001, "page": "Startseite", "mail": "anna@example.org"},
        {"text": "Mein Text.", "page": "y" * 501, "mail": "anna@example.org"},
        {"text": "", "page": 'Seite "mit" <Zeichen>', "mail": "anna@example.org"},
    ],
    ids=["bad mail", "long text", "long page", "no text"],
)
def test_what_somebody_wrote_is_kept_when_something_is_wrong(stranger, data):
    response = stranger.post(PATH, data)

    assert response.status_code == 422
    assert {name: kept(response, name) for name in data} == data
    assert "<b>stehen</b>" not in response.content.decode()


def test_text_around_an_unreadable_sign_is_kept(stranger):
    response = stranger.post(PATH, {"text": "vor\x00nach", "mail": "anna@example.org"})

    assert (kept(response, "text").replace("\x00", ""), kept(response, "mail")) == ("vornach", "anna@example.org")
    assert "\x00" not in response.content.decode()


def test_a_faulty_field_is_tied_to_its_message(stranger):
    page = stranger.post(PATH, {"text": "Fein.", "mail": "anna"}).content.decode()

    (field,) = re.findall(r'<input[^>]*name="mail"[^>]*>', page)
    described = re.search(r'aria-describedby="([^"]*)"', field).group(1).split()
    assert 'aria-invalid="true"' in field
    assert any(f'id="{name}"' in page and "error" in name for name in described) is True


@pytest.mark.parametrize("size", [4 * 1024 * 1024, 12 * 1024 * 1024])
def test_a_report_of_many_megabytes_is_refused_without_a_fault_of_ours(stranger, size):
    response = stranger.post(PATH, b"text=" + b"x" * size, content_type="application/x-www-form-urlencoded")

    assert response.status_code in (400, 413, 422)
    assert BarrierReport.objects.count() == 0


def test_a_broken_body_is_refused_without_a_fault_of_ours(stranger):
    response = stranger.post(PATH, b"--x\r\nkaputt", content_type="multipart/form-data; boundary=y")

    assert response.status_code in (400, 422)
    assert BarrierReport.objects.count() == 0


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(stranger, method):
    assert getattr(stranger, method)(PATH).status_code == 405


# Privacy ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [FINE, FINE | {"text": ""}, FINE | {"mail": "anna@example.org,"}, FINE | {"text": "\x00"}, FINE | {"website": "x"}],
    ids=["fine", "no text", "bad mail", "NUL", "trap"],
)
def test_no_mail_address_and_no_text_of_a_report_reaches_the_logs(stranger, caplog, capfd, data):
    caplog.set_level(logging.INFO)

    stranger.post(PATH, data)

    out, err = capfd.readouterr()
    told = caplog.text + out + err
    assert ("anna@example.org" in told, "Tastatur" in told) == (False, False)


def test_the_thanks_do_not_repeat_what_was_sent(stranger):
    response = stranger.post(PATH, FINE, follow=True)

    assert response.redirect_chain == [(f"{PATH}?danke=1", 302)]
    assert ("anna@example.org" in response.content.decode(), "Tastatur" in response.content.decode()) == (False, False)


# Answering ----------------------------------------------------------------------------------------------------------


def create_report(**values):
    return BarrierReport.objects.create(text="Nichts geht.", language="de", sent_at=timezone.now(), **values)


def test_a_report_is_answered_with_words():
    report = create_report()
    report.state = BarrierReport.State.ANSWERED

    with pytest.raises(ValidationError) as caught:
        report.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        report.save()

    assert caught.value.messages == ["Beantwortet ist eine Meldung erst, wenn hier steht, was daraus wurde."]


def test_an_answered_report_leaves_the_desk(signed_in):
    report = create_report()
    client = signed_in("redaktion")
    waiting = "gemeldete Barriere wartet auf Antwort"
    before = waiting in client.get("/admin/").content.decode()

    response = client.post(
        f"/admin/about/barrierreport/{report.pk}/change/", {"answer": "Ist behoben.", "state": "answered"}
    )

    report.refresh_from_db()
    assert (response.status_code, report.state, report.answer) == (302, "answered", "Ist behoben.")
    assert (before, waiting in client.get("/admin/").content.decode()) == (True, False)


def test_what_somebody_reported_cannot_be_rewritten(signed_in):
    report = create_report(mail="anna@example.org")

    signed_in("redaktion").post(
        f"/admin/about/barrierreport/{report.pk}/change/",
        {"answer": "Ist behoben.", "state": "answered", "text": "Alles gut!", "mail": "b@example.org"},
    )

    report.refresh_from_db()
    assert (report.text, report.mail, report.answer) == ("Nichts geht.", "anna@example.org", "Ist behoben.")


def test_only_data_protection_may_delete_a_report(signed_in):
    report = create_report()

    statuses = {
        name: signed_in(name).post(f"/admin/about/barrierreport/{report.pk}/delete/", {"post": "yes"}).status_code
        for name in ("redaktion", "leitung", "team1", "datenschutz")
    }

    assert statuses == {"redaktion": 403, "leitung": 403, "team1": 403, "datenschutz": 302}
    assert BarrierReport.objects.count() == 0
