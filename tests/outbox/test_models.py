"""What the database refuses, and what the querysets find."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.outbox.factories import NOON, TODAY, create_message, fresh, kind_with, later, message_that_is
from wir.outbox import kinds
from wir.outbox.models import Heartbeat, Message

pytestmark = pytest.mark.django_db

BROKEN = {
    "message_state_fits_channel": {"channel": "letter"},
    "delivered_message_has_date": {"delivered_on": TODAY},
    "release_of_message_has_person_and_date": {"released_at": NOON},
    "queued_message_has_next_attempt": {"next_attempt_at": None},
    "sending_message_has_moment": {"sending_since": NOON},
    "ended_message_has_moment": {"ended_at": NOON},
    "deadline_starts_with_delivery": {"due_on": TODAY},
    "message_is_about_one_object": {"about_model": "about.barrierreport"},
    "message_has_message_id": {"message_id": ""},
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_nonsense_and_says_why(name):
    message = create_message()
    (constraint,) = (each for each in Message._meta.constraints if each.name == name)
    for field, value in BROKEN[name].items():
        setattr(message, field, value)

    with pytest.raises(ValidationError) as told:
        message.validate_constraints()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        message.save()

    assert constraint.violation_error_message in told.value.messages


def test_what_is_done_was_ticked_off_by_a_person(person):
    message = message_that_is("done", "letter", person=person("team1"))

    with pytest.raises(IntegrityError, match="done_message_has_person"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(delivered_by=None)


@pytest.mark.parametrize("values", [{"state": "sent"}, {"state": "rubbish"}, {"channel": "pigeon"}, {"state": "open"}])
def test_no_update_past_the_workflow_makes_an_impossible_message(values):
    message = create_message()

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(**values)


def test_only_one_message_has_a_key_and_many_have_none():
    first, second = create_message(), create_message()
    Message.objects.filter(pk=first.pk).update(key="einmal")

    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=second.pk).update(key="einmal")

    assert Message.objects.filter(key="").count() == 1


def test_the_querysets_find_their_states(person):
    everything = {
        (channel, state): message_that_is(state, channel, person=person("team1")).pk
        for channel, states in {
            "mail": ["held", "queued", "sending", "sent", "unclear", "failed", "cancelled"],
            "letter": ["held", "open", "done", "cancelled"],
        }.items()
        for state in states
    }

    def found(queryset):
        pks = set(queryset.values_list("pk", flat=True))
        return {place for place, pk in everything.items() if pk in pks}

    assert found(Message.objects.waiting()) == {("mail", "queued"), ("mail", "sending")}
    assert found(Message.objects.due(NOON)) == {("mail", "queued")}
    assert found(Message.objects.due(NOON - timedelta(seconds=1))) == set()
    assert found(Message.objects.for_desk()) == {
        ("mail", "held"),
        ("letter", "held"),
        ("mail", "unclear"),
        ("mail", "failed"),
        ("letter", "open"),
    }


def test_only_what_has_ended_is_erasable_and_each_kind_has_its_time(person, monkeypatch, settings):
    settings.MESSAGE_RETENTION_DAYS = 30
    team = person("team1")
    everything = {state: message_that_is(state, person=team).pk for state in Message.STATES_OF_MAILS} | {
        "done": message_that_is("done", "letter", person=team).pk,
        "open": create_message("letter").pk,
    }

    def erasable(now):
        pks = set(Message.objects.erasable(now).values_list("pk", flat=True))
        return {str(state) for state, pk in everything.items() if pk in pks}

    assert erasable(later(days=29, hours=23)) == set()
    assert erasable(later(days=30)) == {"sent", "done", "cancelled"}
    monkeypatch.setitem(kinds._kinds, "barrier_answer", kind_with(retention_days=60))
    assert erasable(later(days=59)) == set()
    assert erasable(later(days=60)) == {"sent", "done", "cancelled"}
    monkeypatch.delitem(kinds._kinds, "barrier_answer")
    assert erasable(later(days=30)) == {"sent", "done", "cancelled"}


def test_an_account_that_is_deleted_leaves_its_messages(person):
    reader = person("gremium1")
    message = create_message()
    Message.objects.filter(pk=message.pk).update(user=reader)

    reader.delete()

    assert fresh(message).user is None


def test_a_heartbeat_is_one_row_a_worker_and_old_ones_go():
    Heartbeat.beat("old", NOON - timedelta(days=2))
    Heartbeat.beat("one", NOON)
    Heartbeat.beat("one", later(seconds=20))
    Heartbeat.beat("two", later(seconds=5))

    assert sorted(Heartbeat.objects.values_list("worker", "started_at", "beat_at")) == [
        ("one", NOON, later(seconds=20)),
        ("two", later(seconds=5), later(seconds=5)),
    ]
    assert Heartbeat.age_seconds(later(seconds=50)) == 30


def test_the_age_of_a_heartbeat_is_none_without_one_and_never_negative():
    before = Heartbeat.age_seconds(NOON)
    Heartbeat.beat("one", later(hours=1))

    assert (before, Heartbeat.age_seconds(NOON)) == (None, 0)
