"""Minutes in versions: their constraints, what of them is public, and that approved ones hold at every door."""

from datetime import time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.urls import reverse

from strategy.models import AgendaItem, Attendance, Meeting, Minutes, MinutesEntry, SeatHolder
from strategy.workflow import correct
from tests.measures.test_admin import form_of
from tests.strategy.meetings import (
    DAY,
    LATER,
    NOON,
    approve,
    approved_minutes,
    create_body,
    create_holder,
    create_item,
    create_meeting,
    create_seat,
    fresh,
    hold,
    lay,
    publish,
    release,
    rows,
    with_topic,
    write,
)
from wir.languages.models import Origin
from wir.languages.writing import save_translation
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db

WRITTEN = (Minutes, MinutesEntry, Attendance, Meeting, AgendaItem)


@pytest.fixture
def body():
    body = create_body()
    create_holder(create_seat(body))
    return body


@pytest.fixture
def frozen(body):
    return release(approved_minutes(body))


# Constraints ----------------------------------------------------------------------------------------------------------


def stored(thing, **values):
    """Written past every form and guard, as a fault of ours would."""
    with transaction.atomic():
        type(thing)._base_manager.filter(pk=thing.pk).update(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"approved_at": NOON},
        {"state": "approved"},
        {"extract_published_at": NOON},
        {"version": 2},  # without a reason
    ],
)
def test_the_database_refuses_minutes_that_contradict_themselves(body, values):
    minutes = hold(create_meeting(body))

    with pytest.raises(IntegrityError):
        stored(minutes, **values)


def test_approved_minutes_name_their_meeting(frozen):
    with pytest.raises(IntegrityError):
        stored(frozen, approved_in=None)


def test_a_meeting_has_one_open_version_and_one_of_each_number(body, frozen):
    second = correct(frozen, reason="Ein Beschluss fehlte.", by=None, now=NOON)

    for version in (1, 3):
        with pytest.raises(IntegrityError), transaction.atomic():
            Minutes.objects.create(meeting=second.meeting, version=version, reason="Noch eine")


def test_a_person_has_one_line_and_times_only_when_present(body):
    attendance = hold(create_meeting(body)).attendances.get()

    for values in (
        {"presence": "absent", "left_at": time(18)},
        {"presence": "excused", "came_at": time(18)},
        {"presence": "present", "came_at": time(18), "left_at": time(17)},
    ):
        with pytest.raises(IntegrityError):
            stored(attendance, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Attendance.objects.create(minutes=attendance.minutes, holder=attendance.holder)


def test_a_topic_has_one_entry(body):
    minutes = hold(with_topic(create_meeting(body)))

    with pytest.raises(IntegrityError), transaction.atomic():
        MinutesEntry(minutes=minutes, item=minutes.entries.get().item).save()


# What is public -------------------------------------------------------------------------------------------------------


def public():
    return sorted(MinutesEntry.objects.public().values_list("plain_de", "minutes__version"))


def test_nothing_of_minutes_is_public_before_their_extract_is_released(body):
    minutes = approved_minutes(body)
    assert public() == []

    release(minutes)

    assert public() == [("Das Gremium empfiehlt es.", 1)]


def test_a_correction_takes_over_only_when_its_own_extract_is_released(body, frozen):
    second = correct(frozen, reason="Es war anders.", by=None, now=NOON)
    write(second, plain="Das Gremium empfiehlt es nicht.")
    assert public() == [("Das Gremium empfiehlt es.", 1)]
    second = approve(lay(second), Meeting.objects.get(body=body, day=LATER))
    assert public() == [("Das Gremium empfiehlt es.", 1)]

    release(second)

    assert public() == [("Das Gremium empfiehlt es nicht.", 2)]
    assert list(Minutes.objects.public()) == [second]


@pytest.mark.parametrize("case", ["meeting withdrawn", "body hidden", "topic internal", "a sample"])
def test_what_belongs_to_something_hidden_is_hidden(body, frozen, case):
    if case == "meeting withdrawn":
        stored(frozen.meeting, published=False)
    elif case == "body hidden":
        stored(body, published=False)
    elif case == "topic internal":
        stored(AgendaItem.objects.get(meeting=frozen.meeting), is_public=False)
    else:
        stored(frozen.meeting, sample=True)

    assert public() == []
    assert MinutesEntry.objects.public(samples=True).count() == (1 if case == "a sample" else 0)


# Approved minutes stay ------------------------------------------------------------------------------------------------


def doors(minutes):
    """Every way in which our own code could change approved minutes."""
    entry, attendance = minutes.entries.get(), minutes.attendances.get()
    draft = hold(create_meeting(create_body("other")))

    def moved(line):
        line.minutes = draft
        line.save()

    def stale():
        old = fresh(minutes)
        old.state, old.approved_at, old.approved_in = "laid", None, None
        old.general = "anders"
        old.save()

    return {
        "saving minutes": lambda: fresh(minutes).save(),
        "saving minutes that were read as laid": stale,
        "saving an entry": lambda: fresh(entry).save(),
        "saving an attendance": lambda: fresh(attendance).save(),
        "moving an entry away": lambda: moved(fresh(entry)),
        "moving an attendance away": lambda: moved(fresh(attendance)),
        "a new entry": lambda: MinutesEntry(minutes=minutes, item=create_item(minutes.meeting.body)).save(),
        "a new attendance": lambda: Attendance(minutes=minutes, holder=attendance.holder).save(),
        "several new entries": lambda: MinutesEntry.objects.bulk_create(
            [MinutesEntry(minutes=minutes, item=create_item(minutes.meeting.body))]
        ),
        "several new attendances": lambda: minutes.attendances.bulk_create(
            [Attendance(minutes=minutes, holder=create_holder(create_seat(minutes.meeting.body, number=2)), name="Neu")]
        ),
        "entries that take the place of others": lambda: MinutesEntry.objects.bulk_create(
            [MinutesEntry(pk=entry.pk, minutes=draft, item=entry.item, internal="anders")],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["minutes", "internal"],
        ),
        "minutes that take the place of others": lambda: Minutes.objects.bulk_create(
            [Minutes(pk=minutes.pk, meeting=minutes.meeting, general="anders")],
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=["general"],
        ),
        "deleting minutes": lambda: fresh(minutes).delete(),
        "deleting an entry": lambda: fresh(entry).delete(),
        "deleting an attendance": lambda: fresh(attendance).delete(),
        "deleting several minutes": lambda: Minutes.objects.all().delete(),
        "deleting several entries": lambda: MinutesEntry.objects.all().delete(),
        "deleting several attendances": lambda: Attendance.objects.all().delete(),
        "updating several minutes": lambda: Minutes.objects.update(general="anders"),
        "updating several entries": lambda: MinutesEntry.objects.update(internal="anders"),
        "updating several attendances": lambda: Attendance.objects.update(presence="absent"),
        "the German words of an entry": lambda: save_translation(
            fresh(entry), "de", {"plain": "anders"}, origin=Origin.HUMAN, by=None
        ),
        "the German words of a topic": lambda: save_translation(
            fresh(entry.item), "de", {"title": "anders"}, origin=Origin.HUMAN, by=None
        ),
        "deleting the meeting": lambda: minutes.meeting.delete(),
        "deleting the person": lambda: attendance.holder.delete(),
        "deleting the topic": lambda: fresh(entry.item).delete(),
    }


DOORS = [
    "saving minutes",
    "saving minutes that were read as laid",
    "saving an entry",
    "saving an attendance",
    "moving an entry away",
    "moving an attendance away",
    "a new entry",
    "a new attendance",
    "several new entries",
    "several new attendances",
    "entries that take the place of others",
    "minutes that take the place of others",
    "deleting minutes",
    "deleting an entry",
    "deleting an attendance",
    "deleting several minutes",
    "deleting several entries",
    "deleting several attendances",
    "updating several minutes",
    "updating several entries",
    "updating several attendances",
    "the German words of an entry",
    "the German words of a topic",
    "deleting the meeting",
    "deleting the person",
    "deleting the topic",
]


@pytest.mark.parametrize("door", DOORS)
def test_approved_minutes_hold_at_every_door_of_our_own(frozen, door):
    ways = doors(frozen)
    before = rows(Minutes, MinutesEntry, Attendance, SeatHolder)

    with pytest.raises((Refused, models.ProtectedError)), transaction.atomic():
        ways[door]()

    assert rows(Minutes, MinutesEntry, Attendance, SeatHolder) == before
    assert set(ways) == set(DOORS)


def test_translations_of_approved_minutes_may_still_be_written(frozen):
    entry = frozen.entries.get()

    save_translation(entry, "tr", {"plain": "Kurul önerir."}, origin=Origin.HUMAN, by=None)

    assert fresh(entry).plain_tr == "Kurul önerir."


# Forged forms ---------------------------------------------------------------------------------------------------------


def change_of(minutes):
    return reverse("admin:strategy_minutes_change", args=[minutes.pk])


def forged(client, minutes):
    """The form of the same minutes as it was while they were open, with other words in every field."""
    entry, attendance = minutes.entries.get(), minutes.attendances.get()
    return {
        "general": "anders",
        "entries-TOTAL_FORMS": 1,
        "entries-INITIAL_FORMS": 1,
        "entries-0-id": entry.pk,
        "entries-0-minutes": minutes.pk,
        "entries-0-outcome": "noted",
        "entries-0-plain_de": "anders",
        "entries-0-internal": "anders",
        "entries-0-DELETE": "on",
        "attendances-TOTAL_FORMS": 1,
        "attendances-INITIAL_FORMS": 1,
        "attendances-0-id": attendance.pk,
        "attendances-0-minutes": minutes.pk,
        "attendances-0-presence": "absent",
    }


@pytest.mark.parametrize("who", ["leitung", "team1", "admin"])
@pytest.mark.parametrize("button", ["_save", "_saveasnew", "_continue", "_addanother"])
def test_a_forged_form_of_approved_minutes_is_refused_and_a_correction_offered(frozen, signed_in, who, button):
    client, before = signed_in(who), rows(*WRITTEN)

    response = client.post(change_of(frozen), forged(client, frozen) | {button: "1"})

    assert response.status_code == 422
    page = response.content.decode()
    assert "Eine Berichtigung ist eine neue Fassung." in page
    assert reverse("admin:minutes_correct", args=[frozen.pk]) in page
    assert rows(*WRITTEN) == before


@pytest.mark.parametrize("who", ["leitung", "admin"])
def test_approved_minutes_are_not_deleted(frozen, signed_in, who):
    client, before = signed_in(who), rows(*WRITTEN)

    response = client.post(reverse("admin:strategy_minutes_delete", args=[frozen.pk]), {"post": "yes"})

    assert response.status_code == 422
    assert "Eine Berichtigung ist eine neue Fassung." in response.content.decode()
    assert rows(*WRITTEN) == before


def test_minutes_have_no_action_in_their_list(frozen, signed_in):
    client, before = signed_in("admin"), rows(*WRITTEN)

    values = {"action": "delete_selected", "_selected_action": [frozen.pk], "post": "yes", "index": 0}
    response = client.post(reverse("admin:strategy_minutes_changelist"), values)

    assert response.status_code == 200
    assert "Protokolle ändert man einzeln" in response.content.decode()
    assert rows(*WRITTEN) == before


def test_minutes_approved_while_the_form_was_open_are_not_overwritten(body, signed_in, monkeypatch):
    """The form was read and checked; in the moment of saving somebody approves."""
    meeting = publish(with_topic(create_meeting(body)))
    minutes, later = lay(write(hold(meeting))), create_meeting(body, LATER)
    hold(later)
    client = signed_in("leitung")
    data = form_of(client, change_of(minutes)) | {"general": "anders", "entries-0-plain_de": "anders"}
    approve_now = [lambda: approve(minutes, fresh(later))]
    save = Minutes.save

    def approved_just_before(self, *args, **kwargs):
        if approve_now:
            approve_now.pop()()
        save(self, *args, **kwargs)

    monkeypatch.setattr(Minutes, "save", approved_just_before)
    response = client.post(change_of(minutes), data)

    assert response.status_code == 422
    assert (fresh(minutes).general, minutes.entries.get().plain_de) == ("", "Das Gremium empfiehlt es.")


@pytest.mark.parametrize("state", ["draft", "laid"])
def test_open_minutes_are_written_in_their_form(body, signed_in, state):
    minutes = write(hold(with_topic(create_meeting(body))))
    minutes = lay(minutes) if state == "laid" else minutes
    client = signed_in("team1")
    data = form_of(client, change_of(minutes))
    data |= {"general": "Zwei Gäste.", "entries-0-plain_de": "Neu.", "entries-0-outcome": "noted"}
    data |= {"attendances-0-presence": "present", "attendances-0-left_at": "18:30"}

    response = client.post(change_of(minutes), data)

    assert response.status_code == 302
    entry, attendance = minutes.entries.get(), minutes.attendances.get()
    assert (fresh(minutes).general, entry.plain_de, entry.outcome) == ("Zwei Gäste.", "Neu.", "noted")
    assert (attendance.presence, attendance.left_at) == ("present", time(18, 30))
    assert fresh(minutes).state == state


def test_a_row_is_neither_added_nor_taken_away_in_the_form(body, signed_in):
    minutes = hold(with_topic(create_meeting(body)))
    item = create_item(body, number=9)
    client = signed_in("team1")
    data = form_of(client, change_of(minutes)) | {"entries-0-DELETE": "on", "entries-TOTAL_FORMS": 2}
    data |= {"entries-1-item": item.pk, "entries-1-outcome": "noted"}

    client.post(change_of(minutes), data)

    assert [entry.item.number for entry in minutes.entries.all()] == [1]


def test_a_correction_begun_by_mistake_is_deleted_a_first_version_is_not(frozen, signed_in):
    second = correct(frozen, reason="Ein Beschluss fehlte.", by=None, now=NOON)
    first = hold(create_meeting(create_body("other")))
    client = signed_in("leitung")

    gone = client.post(reverse("admin:strategy_minutes_delete", args=[second.pk]), {"post": "yes"})
    stays = client.post(reverse("admin:strategy_minutes_delete", args=[first.pk]), {"post": "yes"})

    assert (gone.status_code, stays.status_code) == (302, 403)
    assert list(Minutes.objects.filter(pk__in=[second.pk, first.pk])) == [first]


def test_the_words_of_a_topic_that_was_dealt_with_are_read_only(frozen, signed_in):
    item = AgendaItem.objects.get(meeting=frozen.meeting)
    client, address = signed_in("leitung"), reverse("admin:strategy_agendaitem_change", args=[item.pk])
    page = client.get(address)
    fields = set(page.context["adminform"].form.fields)
    data = form_of(client, address)
    data |= {"title_de": "anders", "is_public": "", "meeting": "", "internal": "Nachgetragen."}

    response = client.post(address, data)

    assert fields == {"internal"}
    assert response.status_code == 302
    item = fresh(item)
    assert (item.title_de, item.is_public, item.meeting) == ("Thema 1", True, frozen.meeting)
    assert item.internal == "Nachgetragen."


def test_what_is_to_follow_is_still_written_after_the_minutes_are_approved(frozen, signed_in):
    item = AgendaItem.objects.get(meeting=frozen.meeting)
    client, address = signed_in("leitung"), reverse("admin:strategy_agendaitem_change", args=[item.pk])
    data = form_of(client, address)
    data |= {"follow_ups-TOTAL_FORMS": 1, "follow_ups-0-task": "Bericht", "follow_ups-0-due": "30.06.2027"}

    response = client.post(address, data)

    assert response.status_code == 302
    assert [each.task for each in item.follow_ups.all()] == ["Bericht"]


def test_every_reason_of_the_rules_is_told_in_german(body):
    item = AgendaItem(body=body, meeting=create_meeting(create_body("other"), DAY), title_de="x", kind="reflection")

    with pytest.raises(ValidationError) as faults:
        item.full_clean(exclude=item.translated_fields())

    assert sorted(faults.value.messages) == [
        "Diese Sitzung gehört zu einem anderen Gremium.",
        "Ein Reflexionsgespräch nennt die Fachabteilung, mit der es geführt wird.",
    ]
