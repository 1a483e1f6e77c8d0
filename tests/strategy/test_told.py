"""Who is told of a meeting when dates and seats change: those who know of it, and nobody of what is over."""

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from strategy import mails
from strategy.models import AgendaItem, Attendance, Meeting, Minutes, Seat, SeatHolder
from strategy.reminders import remind_of_meetings
from strategy.rhythm import warnings_of
from strategy.seats import succeed
from strategy.workflow import blockers, move, personal_data, put_off, take_up
from tests.strategy.meetings import (
    DAY,
    NOON,
    create_body,
    create_holder,
    create_item,
    create_meeting,
    create_seat,
    fresh,
    hold,
    invite,
    lay,
    publish,
    with_topic,
    write,
)
from wir.lib.workflow import Refused
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db
NEXT_WEEK = {"day": DAY + timedelta(days=7), "starts": time(18), "ends": None}


@pytest.fixture
def body():
    return create_body()


@pytest.fixture
def ada(body):
    return create_holder(create_seat(body))


def messages(kind, **values):
    return {message.name: message for message in Message.objects.filter(kind=kind, **values).order_by("pk")}


def test_a_new_date_reaches_who_was_invited_and_invites_who_is_new(body, ada):
    meeting = invite(with_topic(create_meeting(body)))
    succeed(ada.seat, on=DAY + timedelta(days=2), by=None, now=NOON, name="Bo Neu", mail="bo@example.org")

    move(meeting, "reschedule", by=None, now=NOON, place="Rathaus", **NEXT_WEEK)

    assert set(messages("meeting_changed")) == {"Ada Berger"}
    assert set(messages("meeting_invitation", state="queued")) == {"Bo Neu"}


def test_a_cancellation_reaches_everybody_who_was_told(body, ada):
    meeting = invite(with_topic(create_meeting(body)))
    SeatHolder.objects.filter(pk=ada.pk).update(valid_until=DAY - timedelta(days=5))

    move(meeting, "cancel", by=None, now=NOON, reason="Krank")

    assert set(messages("meeting_cancelled")) == {"Ada Berger"}


def test_who_takes_a_seat_is_invited_to_what_the_others_know_of(body, ada):
    before, after = (invite(with_topic(create_meeting(body, day))) for day in (DAY, DAY + timedelta(days=60)))

    succeed(ada.seat, on=DAY + timedelta(days=10), by=None, now=NOON, name="Bo Neu", mail="bo@example.org")

    invited = Message.objects.filter(kind="meeting_invitation", name="Bo Neu")
    assert [message.about_id for message in invited] == [after.pk] != [before.pk]


def test_news_that_have_not_left_are_withdrawn_before_newer_ones(body, ada):
    SeatHolder.objects.filter(pk=ada.pk).update(mail="", postal="Musterstraße 1")
    meeting = invite(with_topic(create_meeting(body)))

    move(meeting, "reschedule", by=None, now=NOON, place="Rathaus", **NEXT_WEEK)
    move(meeting, "cancel", by=None, now=NOON, reason="Krank")

    states = Message.objects.order_by("pk").values_list("kind", "state")
    assert list(states) == [
        ("meeting_invitation", "cancelled"),
        ("meeting_changed", "cancelled"),
        ("meeting_cancelled", "open"),
    ]


def test_minutes_laid_again_are_told_again(body, ada):
    minutes = lay(write(hold(with_topic(create_meeting(body)))))
    first = Message.objects.filter(kind="minutes_laid").count()

    move(minutes, "take_back", by=None, now=minutes.meeting.starts_at + timedelta(days=8))
    move(minutes, "lay", by=None, now=minutes.meeting.starts_at + timedelta(days=9))

    assert (first, Message.objects.filter(kind="minutes_laid").count()) == (1, 2)


def test_only_who_can_sign_in_gets_a_link(body, ada, person):
    create_holder(create_seat(body, 2), "gremium1 (Demo)", user=person("gremium1"), mail="")

    invite(with_topic(create_meeting(body)))

    told = messages("meeting_invitation")
    assert "/admin/sitzungen/" in told["gremium1 (Demo)"].text
    assert "/admin/" not in told["Ada Berger"].text and "fragen Sie uns nach den Unterlagen" in told["Ada Berger"].text


def test_substitutes_are_told_that_they_are_substitutes(body, ada):
    create_holder(ada.seat, "Cem Vertretung", substitute=True, mail="cem@example.org")

    invite(with_topic(create_meeting(body)))

    told = messages("meeting_invitation")
    assert "als Stellvertretung" in told["Cem Vertretung"].text and "als Stellvertretung" in told["Cem Vertretung"].html
    assert "als Stellvertretung" not in told["Ada Berger"].text


def test_a_deadline_runs_only_where_something_was_asked(body):
    asked, unasked = create_seat(body, 1, public=True), create_seat(body, 2)

    for seat in (asked, unasked):
        mails.welcome(create_holder(seat, f"Person {seat.number}"), by=None, now=NOON)

    deadlines = {name: message.deadline_days for name, message in messages("seat_begins").items()}
    assert deadlines == {"Person 1": mails.ANSWER_DAYS, "Person 2": None}


def test_nobody_is_reminded_on_the_day_of_the_invitation(body, ada):
    meeting = with_topic(create_meeting(body, day=timezone.localdate(NOON) + timedelta(days=7)))
    invite(meeting)

    remind_of_meetings(NOON)

    assert not messages("meeting_reminder")


# Examples -------------------------------------------------------------------------------------------------------------


def test_examples_and_real_topics_never_meet(body, ada):
    example, real = create_meeting(body, sample=True), create_meeting(body, DAY + timedelta(days=1))
    invented = create_item(body, example)
    move(example, "cancel", by=None, now=NOON, reason="Muster")
    invented = fresh(invented)

    with pytest.raises(Refused):
        take_up(invented, real, by=None, now=NOON)
    assert invented.sample and fresh(invented).meeting is None
    invented.meeting = real
    with pytest.raises(ValidationError):
        invented.clean()
    with pytest.raises(Refused):
        take_up(create_item(body), create_meeting(body, DAY + timedelta(days=2), sample=True), by=None, now=NOON)


def test_a_topic_of_an_example_that_is_put_off_stays_an_example(body):
    item = create_item(body, create_meeting(body, sample=True))

    put_off(item)

    assert AgendaItem.objects.waiting().get().sample


def test_topics_of_examples_do_not_count_in_the_rhythm(body):
    item = create_item(body, create_meeting(body, sample=True))
    AgendaItem.objects.filter(pk=item.pk).update(meeting=None)

    assert "waiting" not in [warning.stage for warning in warnings_of([body], date(2027, 3, 1))]


# What cannot be mended later --------------------------------------------------------------------------------------


def test_a_meeting_marked_as_held_by_mistake_goes_back(body, ada):
    planned = with_topic(create_meeting(body, DAY - timedelta(days=30)))
    after = planned.starts_at + timedelta(days=1)
    move(planned, "hold", by=None, now=after)

    move(planned, "not_held", by=None, now=after)

    assert fresh(planned).state == Meeting.State.PLANNED
    assert not Minutes.objects.filter(meeting=planned).exists() and not Attendance.objects.exists()
    assert planned.items.count() == 1


def test_an_invited_meeting_goes_back_to_invited(body, ada):
    meeting = invite(with_topic(create_meeting(body)))
    move(meeting, "hold", by=None, now=meeting.starts_at)

    move(fresh(meeting), "not_held", by=None, now=meeting.starts_at + timedelta(days=1))

    assert fresh(meeting).state == Meeting.State.INVITED


@pytest.mark.parametrize("written", ["entry", "attendance", "general"])
def test_a_meeting_somebody_has_written_of_stays_held(body, ada, written):
    meeting = with_topic(create_meeting(body))
    minutes = hold(meeting)
    if written == "entry":
        minutes.entries.update(internal="Es wurde gesprochen.")
    elif written == "attendance":
        minutes.attendances.update(presence=Attendance.Presence.EXCUSED)
    else:
        Minutes.objects.filter(pk=minutes.pk).update(general="Gäste: zwei")

    assert len(blockers(fresh(meeting), "not_held")) == 1


@pytest.mark.parametrize("title", ["Vorschlag von Ada Berger", "Bitte 0511 168 41530 anrufen", "ada@example.org"])
@pytest.mark.parametrize("name", ["publish", "hold"])
def test_public_words_with_personal_data_are_refused_while_they_can_be_mended(body, ada, title, name):
    meeting = with_topic(create_meeting(body), title_de=title)
    after = meeting.starts_at + timedelta(hours=3)

    assert blockers(meeting, name, now=after) != []
    meeting.items.update(is_public=False)
    assert blockers(meeting, name, now=after) == []


def test_a_phone_number_with_dots_is_looked_at(body, ada):
    minutes = write(hold(publish(with_topic(create_meeting(body)))), plain="Anruf unter 0511.168.41530 am 05.03.2027.")
    found = [what for _place, what, certain in personal_data(minutes) if not certain]

    assert found == ["vielleicht die Telefonnummer „0511.168.41530“ – bitte ansehen"]


def test_minutes_keep_the_name_somebody_had(body, ada):
    minutes = hold(with_topic(create_meeting(body)))

    SeatHolder.objects.filter(pk=ada.pk).update(name="Ada Neumann")

    assert [str(each) for each in minutes.attendances.all()] == ["Ada Berger: nicht da"]


@pytest.mark.parametrize("year", [1, 1899, 2200, 9999])
def test_no_meeting_lies_outside_of_any_calendar(body, ada, year):
    with pytest.raises(ValidationError):
        Meeting(body=body, day=date(year, 12, 31)).full_clean()
    meeting = invite(with_topic(create_meeting(body)))
    values = {"day": date(year, 12, 31), "starts": NEXT_WEEK["starts"], "ends": None, "place": "Rathaus"}
    assert blockers(meeting, "reschedule", values, NOON) != []


def test_every_move_is_a_change_of_the_page(body):
    meeting = publish(with_topic(create_meeting(body)))

    move(meeting, "cancel", by=None, now=NOON + timedelta(days=400), reason="Krank")

    assert fresh(meeting).updated_at == NOON + timedelta(days=400)


def test_a_meeting_with_internal_topics_alone_promises_no_result(client, body):
    Seat.objects.filter(body=body).delete()
    internal, public = (create_meeting(body, date(2026, 5, day)) for day in (4, 5))
    create_item(body, internal, is_public=False)
    create_item(body, public)
    for meeting in (internal, public):
        publish(meeting)

    promise = "sobald das Protokoll genehmigt und veröffentlicht ist"
    assert promise not in client.get("/de/gremium/sitzungen/2026-05-04/").content.decode()
    assert promise in client.get("/de/gremium/sitzungen/2026-05-05/").content.decode()
