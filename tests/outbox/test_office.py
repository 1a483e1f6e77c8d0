"""The outbox in the back office: who sees what, buttons from the table, printing, and what the desk tells."""

import re
import warnings
from dataclasses import replace
from datetime import timedelta
from html import unescape

import html5lib
import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from tests.outbox.factories import ANNA, SECRET, create_message, fresh, kind_with, message_that_is, rows
from wir.accounts.models import AuditEntry
from wir.outbox import kinds
from wir.outbox.models import Heartbeat, Message
from wir.outbox.office import letter_of

pytestmark = pytest.mark.django_db

LIST = "/admin/outbox/message/"


def address(message, name):
    return f"/admin/postausgang/{message.pk}/{name}/"


def now():
    return timezone.now()


def page(response):
    return unescape(response.content.decode())


def valid(response):
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser.parse(response.content.decode())
    return [error for error in parser.errors if error[1] != "unknown-start-tag"]


# Reading --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("account", ["team1", "leitung", "datenschutz", "admin"])
def test_the_list_and_a_message_are_read_by_who_may(signed_in, account):
    message = create_message(now=now())
    client = signed_in(account)

    assert ANNA.name in page(client.get(LIST))
    shown = page(client.get(f"{LIST}{message.pk}/change/"))
    assert "Das Menü geht jetzt auf." in shown
    assert 'name="state"' not in shown and "_save" not in shown


@pytest.mark.parametrize("account", ["redaktion", "fachstelle", "uebersetzung-tr", "gremium1", "vorsitz", "finanzen"])
def test_nobody_else_reads_any_of_it(signed_in, account):
    message = create_message("letter", now=now())
    client = signed_in(account)
    addresses = [
        LIST,
        f"{LIST}{message.pk}/change/",
        address(message, "ansehen"),
        address(message, "ansehen") + "?seite=1",
    ]
    addresses += [address(message, name) for name in ("tick_off", "discard", "release")]
    addresses += [f"/admin/postausgang/drucken/?briefe={message.pk}"]

    answers = [client.get(each) for each in addresses]

    assert [answer.status_code for answer in answers] == [403] * len(addresses)
    assert all(SECRET not in page(answer) for answer in answers)


def test_data_protection_reads_and_changes_nothing(signed_in):
    message = create_message("letter", now=now())
    client, before = signed_in("datenschutz"), rows()

    shown = page(client.get(f"{LIST}{message.pk}/change/"))
    answers = [
        client.post(address(message, name), {"on": timezone.localdate()}) for name in ("tick_off", "discard", "release")
    ]

    assert "Abhaken" not in shown and "Brief drucken" not in shown and "Als Seite ansehen" in shown
    assert [answer.status_code for answer in answers] == [403] * 3
    assert client.get(f"/admin/postausgang/drucken/?briefe={message.pk}").status_code == 403
    assert rows() == before


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state__exact=open&channel__exact=letter", {"letter"}),
        ("channel__exact=mail", {"mail"}),
        ("anlass=barrier_answer", {"mail", "letter", "call"}),
        ("antwort=ueberfaellig", {"call"}),
        ("language__exact=tr", set()),
    ],
)
def test_the_list_is_filtered(signed_in, person, query, found):
    for channel in ("mail", "letter", "call"):
        create_message(channel, now=now())
    long_ago = now() - timedelta(days=20)
    Message.objects.filter(channel="call").update(
        state="done",
        delivered_on=timezone.localdate(long_ago),
        delivered_by=person("team1"),
        ended_at=long_ago,
        deadline_days=3,
        due_on=long_ago,
    )

    shown = signed_in("admin").get(f"{LIST}?{query}").context["cl"].queryset

    assert set(shown.values_list("channel", flat=True)) == found


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_needs_the_same_statements_whatever_its_length(signed_in, django_assert_num_queries, number):
    for _number in range(number):
        create_message(now=now())
    client = signed_in("team1")
    client.get(LIST)

    with django_assert_num_queries(10):
        client.get(LIST)


def test_a_message_is_seen_as_a_page_in_a_frame_of_its_own_policy(signed_in):
    message = create_message(now=now())
    client = signed_in("team1")

    around, inside = client.get(address(message, "ansehen")), client.get(address(message, "ansehen") + "?seite=1")

    assert f'src="{address(message, "ansehen")}?seite=1"' in page(around)
    assert "frame-src 'self'" in around["Content-Security-Policy"]
    assert inside.content.decode() == message.html
    assert "script-src" not in inside["Content-Security-Policy"]
    assert "default-src 'none'" in inside["Content-Security-Policy"]


# Moving ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "channel", "buttons"),
    [
        ("held", "mail", ["Freigeben", "Verwerfen"]),
        ("queued", "mail", ["Verwerfen"]),
        ("sending", "mail", []),
        ("unclear", "mail", ["Ist angekommen", "Erneut senden", "Brief oder Anruf daraus machen", "Verwerfen"]),
        ("failed", "mail", ["Erneut senden", "Brief oder Anruf daraus machen", "Verwerfen"]),
        ("open", "letter", ["Abhaken", "Weg, Anschrift oder Telefon ändern", "Verwerfen"]),
        ("open", "call", ["Abhaken", "Nicht erreicht", "Weg, Anschrift oder Telefon ändern", "Verwerfen"]),
        ("done", "letter", []),
    ],
)
def test_the_buttons_are_those_of_the_table(signed_in, person, state, channel, buttons):
    message = message_that_is(state, channel, person=person("team2"), now=now())

    shown = signed_in("team1").get(f"{LIST}{message.pk}/change/")

    assert [step.label for _name, step in shown.context["moves"]] == buttons
    assert all(f">{label}</a>" in page(shown) for label in buttons)


MOVES = [
    ("held", "mail", "release", {}, "queued"),
    ("unclear", "mail", "confirm", {"on": "today"}, "sent"),
    ("unclear", "mail", "resend", {"mail": "neu@example.org"}, "queued"),
    ("failed", "mail", "turn", {"channel": "letter", "postal": "Am Markt 1\r\n30159 Hannover"}, "open"),
    ("failed", "mail", "turn", {"channel": "call", "postal": "", "phone": "0511 168-2"}, "open"),
    ("open", "letter", "turn", {"channel": "letter", "postal": "Am Markt 1\r\n30159 Hannover"}, "open"),
    ("open", "letter", "tick_off", {"on": "today", "result": "abgeschickt"}, "done"),
    ("open", "call", "not_reached", {"on": "today", "result": ""}, "open"),
    ("queued", "mail", "discard", {"reason": "Die Sitzung fällt aus."}, "cancelled"),
]


@pytest.mark.parametrize(("state", "channel", "name", "values", "became"), MOVES)
def test_a_button_asks_first_and_then_does_it(signed_in, person, state, channel, name, values, became):
    message = message_that_is(state, channel, person=person("team2"), now=now())
    client, before = signed_in("team1"), rows()
    values = {key: timezone.localdate().isoformat() if value == "today" else value for key, value in values.items()}

    asked = client.get(address(message, name))
    untouched = rows() == before
    done = client.post(address(message, name), values)

    assert (asked.status_code, untouched, valid(asked)) == (200, True, [])
    assert (done.status_code, done["Location"]) == (302, f"{LIST}{message.pk}/change/")
    assert fresh(message).state == became
    assert DBTaskResult.objects.exists() == (became == "queued" or state in ("queued", "unclear", "failed"))


@pytest.mark.parametrize(("state", "channel", "name", "values", "_became"), MOVES)
def test_a_move_that_came_too_late_changes_nothing(signed_in, person, state, channel, name, values, _became):
    message = message_that_is("cancelled", channel, person=person("team2"), now=now())
    before = rows()

    answer = signed_in("team1").post(address(message, name), values)

    assert answer.status_code == 422
    assert "ist nicht möglich: Die Nachricht ist „verworfen“." in page(answer)
    assert rows() == before


@pytest.mark.parametrize(
    ("name", "values", "told"),
    [
        ("tick_off", {"on": "2999-01-01"}, "Der Tag liegt in der Zukunft."),
        ("tick_off", {"on": "2001-01-01"}, "An diesem Tag war die Nachricht noch nicht geschrieben."),
        ("tick_off", {"on": ""}, "Dieses Feld ist zwingend erforderlich."),
        ("tick_off", {"on": "gestern"}, "Bitte ein gültiges Datum eingeben."),
        ("discard", {"reason": " "}, "Bitte schreiben Sie, warum."),
    ],
)
def test_what_is_missing_is_told_and_nothing_changes(signed_in, name, values, told):
    message = create_message("letter", now=now())
    before = rows()

    answer = signed_in("team1").post(address(message, name), values)

    assert (answer.status_code, told in page(answer)) == (422, True)
    assert rows() == before


@pytest.mark.parametrize(
    ("state", "channel", "known", "chosen"),
    [
        ("failed", "mail", {}, "letter"),
        ("failed", "mail", {"postal": ""}, "call"),
        ("failed", "mail", {"postal": "", "phone": ""}, "letter"),
        ("open", "call", {}, "call"),
        ("open", "letter", {"postal": ""}, "letter"),
    ],
)
def test_who_chooses_a_way_finds_what_is_known(signed_in, person, state, channel, known, chosen):
    message = message_that_is(state, channel, person=person("team2"), now=now())
    Message.objects.update(**known)
    message = fresh(message)

    form = signed_in("team1").get(address(message, "turn")).context["form"]

    assert list(form.fields) == ["channel", "postal", "phone"]
    assert [form[name].value() for name in form.fields] == [chosen, message.postal, message.phone]


def test_a_letter_without_an_address_gets_one_and_is_printed_with_it(signed_in):
    message = create_message("letter", now=now())
    Message.objects.update(postal="")
    client, before = signed_in("team1"), rows()

    refused = client.post(address(message, "turn"), {"channel": "letter", "postal": "", "phone": "0511 1680"})
    untouched = rows() == before
    client.post(address(message, "turn"), {"channel": "letter", "postal": "Am Markt 1\r\n30159 Hannover"})

    assert (refused.status_code, untouched) == (422, True)
    assert "Bitte nennen Sie die Anschrift für den Brief." in page(refused)
    printed = page(client.get(f"/admin/postausgang/drucken/?briefe={message.pk}"))
    assert f"<bdi>{ANNA.name}</bdi><br><bdi>Am Markt 1</bdi><br><bdi>30159 Hannover</bdi>" in printed


def test_nobody_is_overdue_any_more_once_the_office_stops_waiting(signed_in, person):
    message = message_that_is("done", "letter", person=person("team2"), now=now())
    Message.objects.update(deadline_days=3, due_on=timezone.localdate() - timedelta(days=1))
    client = signed_in("team1")
    before = desk(client)

    buttons = [step.label for _name, step in client.get(f"{LIST}{message.pk}/change/").context["moves"]]
    asked = client.get(address(message, "stop_waiting"))
    empty = client.post(address(message, "stop_waiting"), {"reason": " "})
    done = client.post(address(message, "stop_waiting"), {"reason": "Ist weggezogen."})

    assert before == [(1, "Antwort ist überfällig")]
    assert buttons == ["Antwort ist da", "Auf Antwort nicht mehr warten"]
    assert (asked.status_code, valid(asked), empty.status_code, done.status_code) == (200, [], 422, 302)
    shown = client.get(f"{LIST}{message.pk}/change/")
    assert (desk(client), list(shown.context["moves"])) == ([], [])
    assert "Ist weggezogen." in page(shown) and fresh(message).answered_on is None


@pytest.mark.parametrize("name", ["claim", "accepted", "lost", "nothing"])
def test_the_moves_of_the_worker_have_no_page(signed_in, name):
    assert signed_in("admin").get(address(create_message(now=now()), name)).status_code == 404


def test_a_person_does_not_release_what_she_wrote(signed_in, person, monkeypatch):
    monkeypatch.setitem(kinds._kinds, "barrier_answer", kind_with(held=True))
    message = create_message(kind=kind_with(held=True), by=person("team1"), now=now())

    answer = signed_in("team1").post(address(message, "release"))

    assert (answer.status_code, fresh(message).state) == (422, "held")


# Printing -------------------------------------------------------------------------------------------------------------


def test_letters_are_printed_together_each_on_its_own_paper(signed_in, monkeypatch):
    monkeypatch.setattr(
        kinds, "_sender", [lambda: {"office": "Geschäftsstelle", "phone": "0511 168", "mail": "a@b.de"}]
    )
    letters = [create_message("letter", now=now()) for _number in range(2)]
    mail = create_message(now=now())

    answer = signed_in("team1").get(
        "/admin/postausgang/drucken/?briefe="
        + ",".join(str(message.pk) for message in [*letters, mail])
        + ",x,99999999"
    )

    shown = page(answer)
    assert valid(answer) == []
    assert shown.count('<article class="letter"') == 2
    assert "2 Nachrichten fehlen hier: 1 × kein Brief, 1 × nicht gefunden." in shown
    assert "<bdi>Hauptstraße 1</bdi><br><bdi>30159 Hannover</bdi>" in shown
    assert "Das Menü geht jetzt auf." in shown and "wir/letter" in shown
    assert re.findall(r"\sstyle=|<style|<script", answer.content.decode()) == []


@pytest.mark.parametrize(
    ("state", "reason"),
    [("open", ""), ("done", ""), ("held", "wartet auf Freigabe"), ("cancelled", "verworfen"), ("erased", "gelöscht")],
)
def test_only_letters_that_are_open_or_done_are_printed(signed_in, person, state, reason):
    message = message_that_is("done" if state == "erased" else state, "letter", person=person("team2"), now=now())
    Message.objects.update(erased_at=now() if state == "erased" else None)
    client = signed_in("team1")

    answer = client.get(f"/admin/postausgang/drucken/?briefe={message.pk}")

    shown, printed = page(answer), not reason
    assert (valid(answer), '<article class="letter"' in shown, message.subject in shown) == ([], printed, printed)
    assert ("1 Nachricht fehlt hier: 1 × " in shown, f"{reason}. Gedruckt werden nur" in shown) == (not printed,) * 2
    assert ("Abhaken" in shown) == (state == "open")
    assert ("Brief drucken" in page(client.get(f"{LIST}{message.pk}/change/"))) == printed


@pytest.mark.parametrize(
    ("name", "postal", "lines"),
    [
        ("Anna Bell", "Hauptstraße 1\n30159 Hannover", ["Anna Bell", "Hauptstraße 1", "30159 Hannover"]),
        ("Anna Bell", "Anna Bell\r\n\r\nHauptstraße 1", ["Anna Bell", "Hauptstraße 1"]),
        ("anna bell", "Amt 50\nAnna Bell", ["Amt 50", "Anna Bell"]),
        ("", "Hauptstraße 1", ["Hauptstraße 1"]),
    ],
)
def test_the_address_of_a_letter_names_its_reader_once(name, postal, lines):
    message = create_message("letter", to=replace(ANNA, name=name, postal=postal))

    assert letter_of(message)["address"] == lines


def test_the_list_sends_chosen_letters_to_the_printing_page(signed_in):
    letter, mail = create_message("letter", now=now()), create_message(now=now())
    client = signed_in("team1")

    def chosen(*messages):
        return client.post(LIST, {"action": "print_letters", "_selected_action": [each.pk for each in messages]})

    assert chosen(letter, mail)["Location"] == f"/admin/postausgang/drucken/?briefe={letter.pk}"
    assert chosen(mail).status_code == 302
    assert "ist kein Brief" in page(client.get(LIST))


def test_without_the_right_there_is_no_action(signed_in):
    create_message("letter", now=now())

    assert "print_letters" not in page(signed_in("datenschutz").get(LIST))


# The desk -------------------------------------------------------------------------------------------------------------


def desk(client):
    return [(count, text) for count, text, address in client.get("/admin/").context["tasks"] if "outbox" in address]


def test_the_desk_tells_what_waits_for_a_person_and_leads_there(signed_in, person):
    team = person("team2")
    for state in ("failed", "unclear", "held", "queued", "sent"):
        message_that_is(state, person=team, now=now())
    create_message("letter", now=now()), create_message("letter", now=now()), create_message("call", now=now())
    long_ago = now() - timedelta(days=20)
    Message.objects.filter(state="sent").update(delivered_on=long_ago, deadline_days=3, due_on=long_ago)
    client = signed_in("team1")

    found = [(count, text, where) for count, text, where in client.get("/admin/").context["tasks"] if "outbox" in where]

    assert [(count, text) for count, text, _where in found] == [
        (1, "E-Mail ist gescheitert"),
        (1, "E-Mail ist unklar: angekommen oder nicht?"),
        (1, "Nachricht wartet auf Freigabe"),
        (2, "Briefe sind zu drucken"),
        (1, "Anruf ist zu führen"),
        (1, "Antwort ist überfällig"),
    ]
    assert [client.get(where).context["cl"].result_count for _count, _text, where in found] == [1, 1, 1, 2, 1, 1]


@pytest.mark.parametrize("account", ["redaktion", "datenschutz", "gremium1"])
def test_who_cannot_mend_it_is_not_asked_to(signed_in, person, account):
    message_that_is("failed", person=person("team2"), now=now())

    assert desk(signed_in(account)) == []


@pytest.mark.parametrize(
    ("waits", "seen_ago", "told"),
    [
        (True, timedelta(minutes=4), "Der Versand arbeitet"),
        (True, timedelta(minutes=6), "Der Versand steht seit"),
        (True, None, "Der Versand ist noch nie gelaufen – bitte IT rufen."),
        (False, timedelta(minutes=6), "Der Versand läuft gerade nicht; es wartet auch keine E-Mail."),
        (False, None, "Der Versand läuft gerade nicht; es wartet auch keine E-Mail."),
    ],
)
def test_the_desk_tells_whether_mails_leave(signed_in, waits, seen_ago, told):
    if waits:
        create_message(now=now() - timedelta(hours=2))
    if seen_ago is not None:
        Heartbeat.beat("w1", now() - seen_ago)

    shown = page(signed_in("datenschutz").get("/admin/"))

    assert told in re.sub(r"\s+", " ", re.sub("<[^>]+>", "", shown))
    assert ("2\xa0Stunden" in shown) == waits
    assert ("bitte IT rufen" in shown) == (waits and seen_ago != timedelta(minutes=4))


def test_who_may_not_see_messages_sees_nothing_of_them_on_the_desk(signed_in):
    create_message(now=now())

    assert "Versand" not in page(signed_in("redaktion").get("/admin/"))


def test_readiness_tells_the_age_of_the_worker_and_never_fails_for_it(client):
    before = client.get("/readyz").json()["worker_age_seconds"]
    Heartbeat.beat("w1", now() - timedelta(days=3))

    answer = client.get("/readyz")

    assert before is None
    assert answer.status_code == 200
    assert answer.json()["worker_age_seconds"] == pytest.approx(3 * 86400, abs=5)


def test_the_log_tells_who_sent_a_message_another_way_and_not_to_which_address(signed_in, person):
    message = message_that_is("open", "call", person=person("team1"))
    client = signed_in("team1")

    client.post(address(message, "turn"), {"channel": "call", "phone": "0511 99"})
    client.post(address(message, "tick_off"), {"on": f"{timezone.localdate():%d.%m.%Y}", "result": "da"})

    told = AuditEntry.objects.filter(action="changed").order_by("pk").values_list("by", "detail")
    words = ["Weg, Anschrift oder Telefon ändern: Weg oder Adresse geändert", "Abhaken"]
    assert list(told) == [(person("team1").pk, each) for each in words]
    assert "0511" not in str(list(AuditEntry.objects.values()))
