"""Who reported a barrier and left an address is told the answer, once."""

import pytest
from django.utils import timezone

from wir.about.models import BarrierReport
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

CHANGE = "/admin/about/barrierreport/{}/change/"
ANSWER = {"answer": "Das Menü geht jetzt auf.", "state": "answered"}


def report_with(**values):
    defaults = {
        "text": "Das Menü geht nicht auf.",
        "language": "tr",
        "mail": "anna@example.org",
        "page": "/de/strategie/",
    }
    return BarrierReport.objects.create(sent_at=timezone.now(), **defaults | values)


def answer(client, report, **values):
    return client.post(CHANGE.format(report.pk), ANSWER | values)


def test_an_answer_goes_to_the_reporter_in_the_language_of_the_report(signed_in, person):
    report = report_with()

    assert answer(signed_in("leitung"), report).status_code == 302

    message = Message.objects.get()
    assert (message.kind, message.channel, message.mail) == ("barrier_answer", "mail", "anna@example.org")
    assert (message.language, message.written_by) == ("tr", person("leitung"))
    assert (message.about_model, message.about_id) == ("about.barrierreport", report.pk)
    assert "Das Menü geht jetzt auf." in message.text and "/de/strategie/" in message.text
    if message.shown_language != "de":
        assert '<blockquote lang="de" dir="ltr">' in message.html
        assert "Das Menü geht jetzt auf. (Deutsch)" in message.text


def test_it_goes_once_however_often_the_report_is_saved(signed_in):
    client, report = signed_in("redaktion"), report_with()

    answer(client, report)
    answer(client, report, answer="Anders gesagt.")
    answer(client, report, state="new")
    answer(client, report)

    assert Message.objects.count() == 1
    assert "Das Menü geht jetzt auf." in Message.objects.get().text


@pytest.mark.parametrize(
    ("values", "sent"), [({"mail": ""}, ANSWER), ({}, {"answer": "Noch in Arbeit.", "state": "new"})]
)
def test_without_an_address_or_an_answer_nothing_is_written(signed_in, values, sent):
    answer(signed_in("redaktion"), report_with(**values), **sent)

    assert not Message.objects.exists()


def test_an_answer_that_cannot_be_written_is_not_saved_either(signed_in, monkeypatch):
    def fail(*arguments, **values):
        raise RuntimeError

    monkeypatch.setattr("wir.about.mails.write", fail)
    report = report_with()

    with pytest.raises(RuntimeError):
        answer(signed_in("redaktion"), report)

    assert BarrierReport.objects.get(pk=report.pk).state == "new"


def test_the_page_says_that_the_answer_will_be_sent(signed_in):
    shown = signed_in("redaktion").get(CHANGE.format(report_with().pk)).content.decode()

    assert "geht Ihre Antwort beim Speichern einmal von selbst an diese Adresse" in shown
