"""A personal access in a message: its recipient has it, and nothing that is stored or shown to others has."""

import json
import logging
from email import message_from_bytes, policy

import pytest
from django.core import serializers
from django.utils import timezone

from tests.outbox.factories import ANNA, NOON, fresh, kind_with
from tests.outbox.mail_server import MailServer
from tests.outbox.test_office import address, page, valid
from wir.languages import registry
from wir.languages.text import MarkedText
from wir.outbox import kinds, transport
from wir.outbox.models import Message
from wir.outbox.secrets import CODE, HIDDEN, LINK, AccessEnded, filled, hidden_page, hidden_text
from wir.outbox.sending import deliver_due
from wir.outbox.workflow import move
from wir.outbox.writing import Recipient, write

pytestmark = pytest.mark.django_db

ADDRESS, TYPED = "https://wir.example.org/de/fonds/antrag/Q7xK9/?a=1&b=2", "K7QX-M2PD"
VALUES = {LINK: ADDRESS, CODE: TYPED}
LIST = "/admin/outbox/message/"


@pytest.fixture
def access(monkeypatch):
    """What the kind of these messages tells when it is asked; a test may empty it."""
    values = dict(VALUES)
    kind = kind_with(secrets=lambda message: values if message.about_id is None else None)
    monkeypatch.setitem(kinds._kinds, "barrier_answer", kind)
    return values


def create(channel="mail", now=NOON):
    words = MarkedText(f"Ihr Code ist {CODE}.", registry.SOURCE, registry.SOURCE)
    to = Recipient(ANNA.name, mail=ANNA.mail, postal=ANNA.postal, phone=ANNA.phone, channel=channel)
    return write(kinds.get("barrier_answer"), to, context={"answer": words, "page": LINK}, now=now)


def through(server, settings, monkeypatch):
    settings.EMAIL_BACKEND = "wir.outbox.transport.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 2
    monkeypatch.setattr(transport, "FAREWELL", 0.2)


def bodies(raw):
    parts = message_from_bytes(raw, policy=policy.default).walk()
    return [part.get_content() for part in parts if part.get_content_maintype() == "text"]


def stored():
    """Everything that the database and its export hold of all messages."""
    return json.dumps(list(Message.objects.values()), default=str) + serializers.serialize(
        "json", Message.objects.all()
    )


def test_the_mail_has_the_access_and_the_row_has_not(access, settings, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    message = create()

    with MailServer() as server:
        through(server, settings, monkeypatch)
        deliver_due(lambda: NOON)

    text, html = bodies(server.taken[0])
    assert (ADDRESS in text, TYPED in text, LINK in text, CODE in text) == (True, True, False, False)
    assert (ADDRESS.replace("&", "&amp;") in html, ADDRESS in html, TYPED in html, LINK in html) == (
        (True, False, True, False)
    )
    assert fresh(message).state == "sent"
    assert [each in stored() for each in (ADDRESS, "Q7xK9", TYPED, LINK, CODE)] == [False, False, False, True, True]
    assert [each in caplog.text for each in ("Q7xK9", TYPED)] == [False, False]


@pytest.mark.parametrize("missing", [(LINK, CODE), (LINK,), (CODE,)], ids=len)
def test_a_mail_whose_access_has_ended_is_given_up(access, settings, monkeypatch, missing):
    message = create()
    for mark in missing:
        access[mark] = ""

    with MailServer() as server:
        through(server, settings, monkeypatch)
        deliver_due(lambda: NOON)

    assert (fresh(message).state, fresh(message).fault) == (
        ("failed", "Der persönliche Zugang in dieser Nachricht gilt nicht mehr")
    )
    assert server.taken == []


@pytest.mark.parametrize("answer", [None, {}, {"another": "mark"}], ids=str)
def test_without_values_there_is_no_filled_message(monkeypatch, answer):
    monkeypatch.setitem(kinds._kinds, "barrier_answer", kind_with(secrets=lambda message: answer))
    message = create()

    with pytest.raises(AccessEnded):
        filled(message)


def test_a_mark_that_no_kind_fills_never_leaves(monkeypatch):
    message = create()
    monkeypatch.delitem(kinds._kinds, "barrier_answer")

    with pytest.raises(AccessEnded):
        filled(message)


def test_a_message_without_a_mark_asks_nobody(monkeypatch):
    asked = []
    monkeypatch.setitem(kinds._kinds, "barrier_answer", kind_with(secrets=asked.append))
    words = MarkedText("Das Menü geht jetzt auf.", registry.SOURCE, registry.SOURCE)
    message = write(kinds.get("barrier_answer"), ANNA, context={"answer": words, "page": ""}, now=NOON)

    result = filled(message)

    assert (result, asked) == ((message.text, message.html), [])


def test_who_looks_at_a_message_reads_a_sentence_instead(access, signed_in):
    message = create("letter", timezone.now())
    client = signed_in("team1")

    shown = client.get(f"{LIST}{message.pk}/change/")
    frame = client.get(address(message, "ansehen") + "?seite=1")
    asked = client.get(address(message, "tick_off"))

    for answer in (shown, frame, asked):
        assert [HIDDEN in page(answer), "Q7xK9" in page(answer), TYPED in page(answer)] == [True, False, False]
        assert (LINK in page(answer), CODE in page(answer)) == (False, False)


def test_a_hidden_link_leads_nowhere():
    message = Message(
        text=f"Weiter: {LINK}",
        html=f'<p><a class="x" href="{LINK}antwort/?a=1">Weiter: {LINK}</a> '
        f"<a href='/x/{CODE}'>y</a> <a href=\"/z\">z</a>",
    )

    texts = [hidden_text(message), hidden_page(message)]

    assert texts == [
        f"Weiter: {HIDDEN}",
        f'<p><a class="x">Weiter: {HIDDEN}</a> <a>y</a> <a href="/z">z</a>',
    ]


def test_a_printed_letter_has_the_access(access, signed_in):
    message = create("letter", timezone.now())

    answer = signed_in("team1").get(f"/admin/postausgang/drucken/?briefe={message.pk}")

    assert [each in page(answer) for each in (ADDRESS, TYPED, LINK, CODE)] == [True, True, False, False]
    assert (valid(answer), "no-store" in answer["Cache-Control"]) == ([], True)
    assert [each in stored() for each in ("Q7xK9", TYPED)] == [False, False]


def test_a_letter_whose_access_has_ended_is_left_out(access, signed_in):
    ended, other = create("letter", timezone.now()), create("letter", timezone.now())
    Message.objects.filter(pk=ended.pk).update(about_model="about.barrierreport", about_id=1)

    answer = signed_in("team1").get(f"/admin/postausgang/drucken/?briefe={ended.pk},{other.pk}")

    assert page(answer).count('<article class="letter"') == 1
    assert "1 Nachricht fehlt hier: 1 × persönlicher Zugang gilt nicht mehr." in page(answer)


@pytest.mark.parametrize(("name", "told"), [("tick_off", True), ("not_reached", True), ("discard", False)])
def test_who_makes_a_call_can_say_the_access(access, signed_in, name, told):
    message = create("call", timezone.now())

    answer = signed_in("team1").get(address(message, name))

    assert [each in page(answer) for each in (ADDRESS, TYPED, HIDDEN)] == [told, told, not told]


def test_who_makes_a_call_learns_that_the_access_has_ended(access, signed_in):
    message = create("call", timezone.now())
    access.clear()

    answer = signed_in("team1").get(address(message, "tick_off"))

    assert "Der persönliche Zugang in dieser Nachricht gilt nicht mehr." in page(answer)
    assert (HIDDEN in page(answer), LINK in page(answer)) == (True, False)


@pytest.mark.parametrize("account", ["datenschutz", "redaktion"])
def test_who_may_not_handle_messages_never_gets_the_access(access, signed_in, account):
    message, letter = create("call", timezone.now()), create("letter", timezone.now())
    client = signed_in(account)
    addresses = [address(message, "tick_off"), address(message, "ansehen") + "?seite=1"]
    addresses += [f"{LIST}{message.pk}/change/", f"/admin/postausgang/drucken/?briefe={letter.pk}"]

    answers = [page(client.get(each)) for each in addresses]

    assert [TYPED in answer or "Q7xK9" in answer for answer in answers] == [False] * 4


def test_a_mail_that_failed_and_became_a_letter_still_has_its_access(access, signed_in, person):
    message = create(now=timezone.now())
    for name in ("claim", "give_up"):
        move(message, name, by=None, now=timezone.now(), fault="Muster")
    move(message, "turn", by=person("team1"), now=timezone.now(), channel="letter", postal="Am Markt 1")

    answer = signed_in("team1").get(f"/admin/postausgang/drucken/?briefe={message.pk}")

    assert [each in page(answer) for each in (ADDRESS, TYPED)] == [True, True]
