"""What bodies and meetings tell people, as it lies in the outbox: whom, by which way, in which language, and once."""

from datetime import timedelta

import pytest

from strategy import reminders
from strategy.models import AgendaItem
from strategy.seats import succeed
from strategy.workflow import move
from tests.strategy.meetings import (
    DAY,
    NOON,
    create_body,
    create_holder,
    create_meeting,
    create_seat,
    fresh,
    hold,
    lay,
    with_topic,
    write,
)
from wir.languages.models import Origin
from wir.languages.writing import save_translation
from wir.lib.workflow import Refused
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting():
    """With a Turkish topic, and members who are reached by mail, letter and phone."""
    body = create_body()
    create_holder(create_seat(body, 1), "Elif Kaya", language="tr", mail="elif@example.org")
    create_holder(create_seat(body, 2), "Jan Kowalski", language="pl", mail="", postal="Musterstraße 7\n30159 Hannover")
    create_holder(create_seat(body, 3), "Ruth Sommer", mail="", phone="0511 168-0")
    meeting = with_topic(create_meeting(body), title_de="Sprachcafés")
    item = AgendaItem.objects.get(meeting=meeting)
    save_translation(item, "tr", {"title": "Dil kafeleri"}, origin=Origin.HUMAN, by=None)
    return meeting


def told(kind):
    return {each.name: each for each in Message.objects.filter(kind=kind)}


def test_an_invitation_goes_to_everybody_in_her_way_and_language(meeting):
    move(meeting, "invite", by=None, now=NOON)

    messages = told("meeting_invitation")
    assert {name: (each.channel, each.language) for name, each in messages.items()} == {
        "Elif Kaya": ("mail", "tr"),
        "Jan Kowalski": ("letter", "pl"),
        "Ruth Sommer": ("call", "de"),
    }
    turkish = messages["Elif Kaya"]
    for text in (turkish.text, turkish.html):
        assert [each for each in ("Dil kafeleri", "18 Mart 2027", "Rathaus", "Klingel B") if each not in text] == []
    assert [name for name in ("Elif", "Kaya", "Klingel") if name in turkish.subject] == []


def test_what_is_refused_leaves_nothing_in_the_outbox(meeting):
    AgendaItem.objects.all().delete()

    with pytest.raises(Refused):
        move(meeting, "invite", by=None, now=NOON)

    assert Message.objects.count() == 0


def test_new_date_calling_off_and_minutes_are_told(meeting):
    move(meeting, "invite", by=None, now=NOON)
    values = {"day": DAY + timedelta(days=7), "starts": meeting.starts, "ends": None, "place": "Freizeitheim"}
    move(meeting, "reschedule", by=None, now=NOON, **values)
    move(meeting, "cancel", by=None, now=NOON, reason="Der Raum ist gesperrt.")
    minutes = hold(with_topic(create_meeting(meeting.body)))
    lay(write(minutes))

    changed, cancelled = told("meeting_changed"), told("meeting_cancelled")
    assert [len(each) for each in (changed, cancelled, told("minutes_laid"))] == [3, 3, 3]
    assert "Freizeitheim" in changed["Ruth Sommer"].text and "18. März 2027" in changed["Ruth Sommer"].text
    assert "Der Raum ist gesperrt." in cancelled["Ruth Sommer"].text


def test_reminders_and_warnings_run_twice_and_tell_once(meeting):
    move(meeting, "invite", by=None, now=NOON - timedelta(days=20))
    later = meeting.starts_at - timedelta(days=6)

    for _again in range(2):
        reminders.remind_of_meetings(later)
        reminders.warn_of_rhythm(later)

    assert len(told("meeting_reminder")) == Message.objects.filter(kind="meeting_reminder").count() == 3
    warnings = Message.objects.filter(kind="rhythm_warning")
    assert warnings.count() == len(set(warnings.values_list("key", flat=True))) > 0


def test_a_new_holder_is_asked_for_consent_in_her_language(meeting):
    seat = meeting.body.seats.get(number=3)
    seat.public = True
    seat.save()

    holder = succeed(seat, on=DAY, by=None, now=NOON, name="Nele Ode", mail="nele@example.org", language="en")

    message = told("seat_begins")["Nele Ode"]
    assert (message.language, message.about_id, message.deadline_days) == ("en", holder.pk, 21)
    assert "Nele" not in message.subject
    assert fresh(holder).consent_on is None
