"""Writing a message: which way it takes, in which language, once, and only together with what it tells of."""

from dataclasses import replace

import pytest
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from tests.outbox.factories import ANNA, ANSWER, NOON, create_message, kind_with, rows
from wir.about.mails import BARRIER_ANSWER
from wir.about.models import BarrierReport
from wir.outbox import tasks
from wir.outbox.models import Message
from wir.outbox.writing import BAD_MAIL, UNREACHABLE, Recipient, write

pytestmark = pytest.mark.django_db

ALL = {"mail": "anna@example.org", "postal": "Hauptstraße 1\n30159 Hannover", "phone": "0511 1680"}


@pytest.mark.parametrize(
    ("there", "preferred", "taken"),
    [
        ("mail postal phone", "", "mail"),
        ("mail postal phone", "letter", "letter"),
        ("mail postal phone", "call", "call"),
        ("mail postal phone", "pigeon", "mail"),
        ("postal phone", "", "letter"),
        ("postal phone", "mail", "letter"),
        ("phone", "letter", "call"),
        ("phone", "", "call"),
        ("mail", "letter", "mail"),
        ("", "", "call"),
        ("", "mail", "call"),
    ],
)
def test_a_message_takes_the_preferred_way_or_the_first_that_is_there(there, preferred, taken):
    addresses = {name: ALL[name] for name in there.split()}

    message = write(BARRIER_ANSWER, Recipient("Anna", channel=preferred, **addresses), context=ANSWER, now=NOON)

    assert message.channel == taken
    assert message.state == {"mail": "queued"}.get(taken, "open")
    assert message.note == ("" if there else UNREACHABLE)


@pytest.mark.parametrize("mail", ["anna@", "anna@example.org\r\nBcc: x@y.de", "Anna <anna@example.org>"])
def test_a_wrong_address_counts_as_absent_and_the_row_says_so(mail):
    message = write(BARRIER_ANSWER, replace(ANNA, mail=mail), context=ANSWER, now=NOON)
    nothing_left = write(BARRIER_ANSWER, Recipient("Anna", mail=mail), context=ANSWER, now=NOON)

    assert (message.channel, message.mail, message.note) == ("letter", "", BAD_MAIL)
    assert (nothing_left.channel, nothing_left.note) == ("call", f"{BAD_MAIL} {UNREACHABLE}")


def test_what_nobody_filled_in_is_absent():
    message = write(BARRIER_ANSWER, Recipient(None, mail=None, postal=None, phone=None), context=ANSWER, now=NOON)

    assert (message.name, message.channel, message.note) == ("", "call", UNREACHABLE)


@pytest.mark.parametrize("language", ["", None, "xx", "klingon", "zz-ZZ", "\n"])
def test_without_a_language_of_ours_it_is_german(language):
    message = write(BARRIER_ANSWER, replace(ANNA, language=language), context=ANSWER, now=NOON)

    assert message.language == "de"


@pytest.mark.parametrize(("typed", "code"), [("de_Simple", "de-simple"), ("AR", "ar"), ("kmr", "ku"), ("en-GB", "en")])
def test_every_way_to_write_a_language_is_understood(typed, code):
    assert write(BARRIER_ANSWER, replace(ANNA, language=typed), context=ANSWER, now=NOON).language == code


@pytest.mark.parametrize("channel", ["mail", "letter", "call"])
def test_a_kind_that_is_read_first_is_held(channel):
    message = create_message(channel, kind=kind_with(held=True))

    assert (message.state, message.next_attempt_at) == ("held", None)
    assert not DBTaskResult.objects.exists()


def test_the_row_keeps_what_it_tells_of_and_by_whom(person):
    report = BarrierReport.objects.create(text="x", language="tr", sent_at=NOON)

    message = create_message(about=report, by=person("leitung"), key="k", kind=kind_with(deadline_days=7))

    assert (message.about_model, message.about_id) == ("about.barrierreport", report.pk)
    assert (message.written_by, message.written_at, message.key) == (person("leitung"), NOON, "k")
    assert (message.deadline_days, message.due_on) == (7, None)


def test_every_message_has_a_message_id_of_its_own_on_our_host():
    first, second = create_message(), create_message()

    assert first.message_id != second.message_id
    assert first.message_id.startswith("<outbox.") and first.message_id.endswith("@testserver>")


def test_a_second_writing_with_the_same_key_writes_nothing():
    first = create_message(key="einladung:7:anna")
    before = rows()

    second = create_message(key="einladung:7:anna")

    assert second.pk == first.pk
    assert rows() == before


def test_a_key_that_appears_in_between_is_found_and_the_transaction_goes_on(monkeypatch):
    first = create_message(key="k")
    before = rows()
    monkeypatch.setattr(Message.objects, "filter", lambda **values: Message.objects.none(), raising=False)

    second = create_message(key="k")

    monkeypatch.undo()
    assert second.pk == first.pk
    assert rows() == before


def test_what_is_written_with_a_key_is_a_row_like_any_other():
    message = create_message(key="k")

    assert message.pk == Message.objects.get().pk
    assert (message.state, DBTaskResult.objects.count()) == ("queued", 1)


def test_what_is_rolled_back_leaves_no_message_and_no_nudge():
    with pytest.raises(RuntimeError), transaction.atomic():
        create_message()
        raise RuntimeError

    assert not Message.objects.exists()
    assert not DBTaskResult.objects.exists()


def test_a_hundred_messages_nudge_once():
    for _number in range(100):
        create_message()

    assert list(DBTaskResult.objects.values_list("task_path", flat=True)) == [tasks.deliver.module_path]


def test_letters_and_calls_nudge_nobody():
    create_message("letter")
    create_message("call")

    assert not DBTaskResult.objects.exists()
