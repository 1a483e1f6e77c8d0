"""What applicants are told: by which way, in which language, once, with a way back that no row holds."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from fund import access, mails
from fund.actors import APPLICANT
from fund.models import Application, CaseMessage, Helper
from fund.workflow import perform
from tests.fund.factories import (
    NOON,
    PROJECT,
    TODAY,
    ask,
    at,
    create_application,
    create_draft,
    deliver,
    fresh,
    plan_meeting,
    read_letter,
    submit,
    take,
    team,
    touch,
)
from wir.accounts.models import AuditEntry
from wir.languages import registry
from wir.lib import formats
from wir.outbox.models import Message
from wir.outbox.secrets import CODE, LINK, AccessEnded, filled
from wir.outbox.sending import mail_of
from wir.outbox.workflow import move

pytestmark = pytest.mark.django_db

ANSWERS = {"person": "Elif Geheimnis", "title": "Titel Geheimnis"}


def day_in(message, day):
    """A day as the message writes it."""
    return formats.long_date(day, registry.get(message.shown_language).locale)


def needs_help(message):
    """Does it say that a part is only in German?"""
    with translation.override(message.shown_language):
        return gettext("A part of this is only in German. Please call us; we explain it.") in message.text


def told(case):
    return {each.kind: each for each in Message.objects.filter(about_model=mails.ABOUT, about_id=case.pk)}


def test_what_has_arrived_is_confirmed_with_reference_and_day():
    case, _secret = create_application("submitted", **ANSWERS)

    (message,) = told(case).values()

    assert (message.kind, message.channel, message.mail) == ("application_received", "mail", "elif@example.org")
    assert case.reference in message.subject
    parts = (case.reference, day_in(message, date(2027, 3, 29)), LINK, CODE)
    assert [part for part in parts if part not in message.text or part not in message.html] == []


def test_the_mail_that_leaves_has_link_and_code_and_no_row_has():
    case, secret = create_application("submitted")
    message = told(case)["application_received"]

    mail = mail_of(message)

    link = access.link(secret, "de")
    grouped = "-".join(secret[start : start + 4] for start in range(0, 16, 4))
    assert [part for part in (link, grouped) if part not in mail.body] == []
    assert link in mail.alternatives[0].content
    rows = str(list(Message.objects.values()))
    assert [part for part in (secret, secret.lower(), grouped) if part in rows] == []


def test_a_replaced_key_is_the_one_that_is_sent():
    case, _old = create_application("submitted")
    _key, new = access.make_key(case, now=NOON)

    assert access.link(new, "de") in filled(told(case)["application_received"])[0]


def test_without_a_key_nothing_is_sent_that_leads_nowhere():
    case, _secret = create_application("submitted")
    access.end_keys(case, now=NOON)

    with pytest.raises(AccessEnded):
        mail_of(told(case)["application_received"])


@pytest.mark.parametrize(
    ("contact", "channel"),
    [
        ({}, "mail"),
        ({"mail": None, "post": "Elif Kaya\nMusterstraße 1\n30159 Hannover", "phone": "0511 168"}, "letter"),
        ({"mail": None, "phone": "0511 168"}, "call"),
    ],
)
@pytest.mark.parametrize("language", ["tr", "ar", "de-simple"])
def test_everybody_is_told_by_the_way_she_left_in_the_language_of_the_case(contact, channel, language):
    case, _secret = create_application("submitted", language=language, **contact)

    message = told(case)["application_received"]

    assert (message.channel, message.language, message.name) == (channel, language, "Elif Kaya")


def test_every_step_is_told_once():
    case, _secret = create_application("info_requested")
    kinds = ["application_received", "changes_asked"]
    assert sorted(told(case)) == kinds
    perform(touch(case), "answer", by=APPLICANT, now=NOON)
    perform(fresh(case), "withdraw", by=APPLICANT, now=NOON)
    perform(fresh(case), "reopen", by=APPLICANT, now=NOON)

    kinds += ["answer_received", "application_reopened", "application_withdrawn"]
    assert sorted(each.kind for each in Message.objects.filter(about_id=case.pk)) == sorted(kinds)


def test_subjects_name_the_reference_and_nothing_of_the_person():
    case, _secret = create_application("lapsed", **ANSWERS)
    perform(case, "reopen", by=APPLICANT, now=NOON + timedelta(days=30))
    draft, _secret = create_draft(**ANSWERS)
    mails.draft_warning(draft, NOON, last_day=TODAY)

    subjects = list(Message.objects.values_list("subject", flat=True))

    assert [subject for subject in subjects if "Geheimnis" in subject or "elif" in subject] == []
    assert sum(case.reference in subject for subject in subjects) == len(subjects) - 1


def test_a_question_shows_its_translation_and_marks_german_that_has_none():
    texts = {"was": "Was kochen Sie?", "kosten": "Was kostet der Raum?"}
    case = take(submit(create_draft(language="tr")[0]))
    case = ask(case, sections=texts, translations={"was": "Ne pişiriyorsunuz?"})

    message = told(case)["changes_asked"]

    assert [part for part in ("Ne pişiriyorsunuz?", "Was kostet der Raum?") if part not in message.text] == []
    assert "Was kochen Sie?" not in message.text
    assert 'lang="de"' in message.html


# When the time for an answer begins -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("later", "moved"), [(0, 0), (1, 1), (12, 12)])
def test_the_time_for_an_answer_begins_when_the_letter_was_sent(later, moved):
    by_post = {"mail": None, "post": "Elif Kaya\nMusterstraße 1\n30159 Hannover"}
    case = ask(take(submit(create_draft(**by_post)[0])))
    request = case.change_requests.get()
    request.reminded = 1
    request.save()
    person = team().user
    person.is_superuser = True

    on = TODAY + timedelta(days=later)
    move(told(case)["changes_asked"], "tick_off", by=person, now=at(on), on=on, result="")

    request.refresh_from_db()
    assert request.due == TODAY + timedelta(days=21 + moved)
    assert request.reminded == (0 if moved else 1)


def test_a_due_day_that_was_moved_on_never_comes_back_earlier():
    case = ask(take(submit(create_draft()[0])))
    perform(case, "extend", by=team(), now=NOON, due=TODAY + timedelta(days=60))

    deliver(case, at(TODAY + timedelta(days=5)))

    assert case.change_requests.get().due == TODAY + timedelta(days=60)


def test_a_delivery_after_the_answer_changes_nothing():
    case = ask(take(submit(create_draft()[0])))
    perform(touch(case), "answer", by=APPLICANT, now=NOON)

    deliver(case, at(TODAY + timedelta(days=5)))

    assert case.change_requests.get().due == TODAY + timedelta(days=21)


# Who is told nothing --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("demo", "messages"), [(True, 1), (False, 0)])
def test_examples_write_only_where_everything_is_an_example(settings, demo, messages):
    draft, _secret = create_draft(sample=True)
    settings.DEMO = demo

    submit(draft)

    assert Message.objects.filter(about_id=draft.pk).count() == messages


def test_nothing_of_a_refusal_is_told_before_it_is_released():
    case, _secret = create_application("ineligible")
    before = set(told(case))
    read_letter(case)

    assert set(told(case)) == before == {"application_received"}
    perform(fresh(case), "release_refusal", by=team(), now=NOON)
    assert case.decisions.get().letter.text_de.split("\n")[0] in told(case)["letter_released"].text


def test_a_letter_comes_in_both_languages():
    case, _secret = create_application("ineligible", language="tr")
    letter = read_letter(case)
    letter.text_de, letter.text = "Leider nicht möglich.", "Maalesef mümkün değil."
    letter.save()

    perform(fresh(case), "release_refusal", by=team(), now=NOON)

    message = told(case)["letter_released"]
    assert message.text.index("Maalesef mümkün değil.") < message.text.index("Leider nicht möglich.")
    assert "Leider nicht möglich." in message.html


# Single messages ------------------------------------------------------------------------------------------------------


def test_a_helper_gets_her_own_way_back():
    draft, _secret = create_draft()
    helper = Helper.objects.create(application=draft, name="Beratung", mail="hilfe@example.org", added_at=NOON)
    key, secret = access.make_key(draft, helper=helper, now=NOON)

    first, second = mails.access_link(key, NOON), mails.access_link(key, NOON)

    assert (first.pk, first.mail) == (second.pk, "hilfe@example.org")
    assert access.link(secret, "de") in filled(first)[0]


def test_a_message_of_the_office_comes_with_its_translation_or_says_that_it_is_german():
    case, _secret = create_application("submitted", language="tr")
    values = {"application": case, "from_office": True, "language": "de", "sent_at": NOON, "user": team().user}
    german = CaseMessage.objects.create(text="Bitte kommen Sie vorbei.", **values)
    translated = CaseMessage.objects.create(
        text="Danke.", translation="Teşekkürler.", translation_language="tr", translation_origin="person",
        translated_at=NOON, translated_by=team().user, **values,
    )  # fmt: skip

    first, second = mails.office_wrote(german, NOON), mails.office_wrote(translated, NOON)

    assert "Bitte kommen Sie vorbei. (Deutsch)" in first.text and needs_help(first)
    assert "Teşekkürler." in second.text and not needs_help(second)


def test_who_goes_on_to_a_body_hears_of_its_day_and_of_the_words_about_her_project():
    plan_meeting(date(2027, 4, 15))
    case, _secret = create_application("board_queue", answers=PROJECT)

    message = told(case)["application_goes_on"]

    parts = (day_in(message, date(2027, 4, 15)), "Ein Projekt für die Nachbarschaft.")
    assert [part for part in parts if part not in message.text] == []


def test_forgetting_withdraws_what_waits_and_empties_what_was_sent():
    case, _secret = create_application("submitted", **ANSWERS)
    deliver(case)
    mails.draft_warning(case, NOON, last_day=TODAY)
    other, _secret = create_application("submitted")

    mails.forget(case, NOON)

    kept = list(Message.objects.filter(about_id=case.pk).order_by("pk"))
    assert [each.state for each in kept] == ["sent", "cancelled"]
    assert [(each.name, each.mail, each.text, each.html, each.subject) for each in kept] == [("",) * 5] * 2
    assert told(other)["application_received"].mail == "elif@example.org"


def test_what_a_worker_holds_is_forgotten_by_the_next_run():
    draft, _secret = create_draft()
    message = mails.draft_warning(draft, NOON, last_day=TODAY)
    move(message, "claim", by=None, now=NOON)
    perform(draft, "discard", by=APPLICANT, now=NOON)
    assert fresh(message).mail != ""

    move(fresh(message), "accepted", by=None, now=NOON)
    assert list(mails.unforgotten()) == [fresh(draft)]
    mails.forget(fresh(draft), timezone.now())

    assert (fresh(message).mail, list(mails.unforgotten())) == ("", [])
    assert Application.objects.filter(pk=draft.pk).exists()


def test_who_reads_a_personal_access_aloud_stands_in_the_log(client):
    case, _secret = create_application("submitted", mail=None, phone="0511 168")
    message = Message.objects.get(about_id=case.pk, kind="application_received")
    client.force_login(team().user)
    told = []
    for name in ("turn", "tick_off"):
        client.get(reverse("admin:message_move", args=[message.pk, name]))
        told.append(list(AuditEntry.objects.filter(action="exported").values_list("by", "detail")))

    assert told == [[], [(team().user.pk, "persönlicher Zugang zum Vorlesen")]]
