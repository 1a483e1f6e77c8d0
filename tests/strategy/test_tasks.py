"""What the desk tells the office, chairs and members; each task only to who may act, and gone once it is done."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from strategy.models import Body, FollowUp, Meeting, MeetingChange, Seat
from strategy.tasks import tasks
from strategy.workflow import move
from tests.strategy.meetings import (
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
    invite,
    lay,
    publish,
    release,
    seat,
    with_topic,
    write,
)

pytestmark = pytest.mark.django_db

TODAY = date(2027, 3, 1)
OFFICE, ALL = {"admin", "leitung", "team1"}, {"admin", "leitung", "team1", "vorsitz", "gremium1", "redaktion"}


@pytest.fixture
def body(person):
    """A body that owes nobody a rhythm, with a chair and a member; the bodies of the content pack tell nothing."""
    MeetingChange.objects.all().delete()
    Body.objects.update(meetings_per_year=None, rhythm_source="")
    Seat.objects.all().delete()
    body = create_body(kind=Body.Kind.WORKING_COMMITTEE, meetings_per_year=None, rhythm_source="")
    seat(body, person("vorsitz"), 1, role="chair")
    seat(body, person("gremium1"), 2)
    return body


@pytest.fixture
def told_to(person):
    """{role: texts} of a task whose text holds some words; roles that are not told are left out."""

    def found(words):
        rows = {role: [row for row in tasks(person(role), TODAY) if words in row[1]] for role in ALL}
        return {role: each for role, each in rows.items() if each}

    return found


def everybody(person):
    return {role: [row[1] for row in tasks(person(role), TODAY)] for role in ALL}


def test_where_nothing_waits_nobody_is_told_anything(person, body):
    assert everybody(person) == dict.fromkeys(ALL, [])


def test_a_rhythm_that_breaks(body, told_to):
    Body.objects.filter(pk=body.pk).update(meetings_per_year=2, rhythm_source="Papier")
    hold(create_meeting(body, date(2026, 9, 10)))

    found = told_to("Bis zum 10.03.2027 muss eine Sitzung sein")

    assert set(found) == OFFICE
    assert found["team1"][0][2] == f"{reverse('admin:board_desk')}?gremium=probe"


@pytest.mark.parametrize("state", ["planned", "invited"])
def test_a_meeting_whose_day_has_passed(body, told, told_to, state):
    meeting = with_topic(create_meeting(body, date(2027, 2, 25)))
    if state == "invited":
        invite(meeting, now=NOON - timedelta(days=20))

    found = told_to("Hat sie stattgefunden?")

    assert {role: rows[0][2] for role, rows in found.items()} == dict.fromkeys(
        OFFICE, reverse("admin:strategy_meeting_change", args=[meeting.pk])
    )
    hold(fresh(meeting))
    assert told_to("Hat sie stattgefunden?") == {}


def test_several_are_told_as_one_number(body, told_to):
    create_meeting(body, date(2027, 2, 24)), create_meeting(body, date(2027, 2, 25))

    [row] = told_to("Haben sie stattgefunden?")["leitung"]

    assert (row[0], row[2]) == (2, reverse("admin:strategy_meeting_changelist") + "?vorbei=1")


@pytest.mark.parametrize(("day", "told"), [(date(2027, 1, 29), True), (date(2027, 1, 30), False)])
def test_minutes_that_are_still_a_draft_after_thirty_days(body, told_to, day, told):
    minutes = write(hold(with_topic(create_meeting(body, day))))

    assert set(told_to("ein Monat vorbei")) == (OFFICE if told else set())
    lay(minutes)
    assert told_to("ein Monat vorbei") == {}


def test_a_meeting_that_only_a_source_tells_of_wants_no_minutes(body, told_to):
    hold(create_meeting(body, date(2022, 7, 11), source="hannover.de"))

    assert told_to("ein Monat vorbei") == {}


def test_minutes_that_the_next_meeting_can_approve(body, told_to):
    minutes = lay(write(hold(with_topic(create_meeting(body, date(2026, 9, 17))))))
    assert told_to("Zu genehmigen") == {}  # no meeting since

    later = create_meeting(body, date(2027, 2, 25))
    hold(later)

    found = told_to("Zu genehmigen")
    assert set(found) == {"admin", "leitung", "vorsitz"}
    assert found["vorsitz"][0][2] == reverse("admin:minutes_move", args=[minutes.pk, "approve"])
    approve(minutes, fresh(later))
    assert told_to("Zu genehmigen") == {}


def test_an_extract_that_waits(body, told_to):
    minutes = approved_minutes(body, date(2026, 9, 17), date(2027, 2, 25))

    assert set(told_to("öffentliche Auszug wartet")) == OFFICE
    release(minutes)
    assert told_to("öffentliche Auszug wartet") == {}


def test_a_hidden_meeting_has_no_extract_to_wait_for(body, told_to):
    approved_minutes(body, date(2026, 9, 17), date(2027, 2, 25), published=False)

    assert told_to("Auszug") == {}


@pytest.mark.parametrize(("due", "told"), [(date(2027, 2, 28), True), (TODAY, False), (None, False)])
def test_what_was_to_follow_and_did_not(body, told_to, due, told):
    task = FollowUp.objects.create(item=create_item(body, create_meeting(body)), task="Bericht", due=due)

    assert set(told_to("überfällig")) == (OFFICE if told else set())
    task.done_on, task.outcome = TODAY, "Liegt vor."
    task.save()
    assert told_to("überfällig") == {}


def test_what_was_to_follow_is_told_for_each_body_and_opens_its_desk(body, told_to):
    other = create_body("other", Body.Kind.WORKING_COMMITTEE, meetings_per_year=None, rhythm_source="")
    for each, tasks_late in ((body, 2), (other, 1)):
        item = create_item(each, hold(create_meeting(each, date(2027, 2, 1))).meeting)
        for _ in range(tasks_late):
            FollowUp.objects.create(item=item, task="Bericht", due=date(2027, 2, 28))

    found = told_to("überfällige Folge")

    desk = f"{reverse('admin:board_desk')}?gremium="
    assert set(found) == OFFICE
    assert found["team1"] == [
        (1, "überfällige Folge aus Sitzungen: Gremium other", f"{desk}other"),
        (2, "überfällige Folgen aus Sitzungen: Gremium probe", f"{desk}probe"),
    ]


def test_proposals_that_wait(body, person, told_to):
    create_item(body)
    create_item(body, proposed_by=person("gremium1"), proposed_at=NOON)
    create_meeting(body)

    found = told_to("Vorschlag eines Mitglieds")

    assert {role: rows[0][0] for role, rows in found.items()} == dict.fromkeys(OFFICE, 1)


def test_gaps_of_seats_and_missing_marks(body, told_to):
    create_holder(create_seat(body, 7, label="DGB"), valid_until=date(2026, 6, 30))
    Body.objects.filter(pk=body.pk).update(kind="board")

    assert set(told_to("Sitz 7: DGB ist unbesetzt")) == OFFICE
    assert set(told_to("Jugendvertretung")) == OFFICE
    assert set(told_to("Migrant*innenorganisation")) == OFFICE


def test_holders_of_public_seats_without_consent(body, told_to):
    consent = {"consent_on": date(2026, 1, 1), "consent_how": "Formular"}
    create_holder(create_seat(body, 7, public=True))
    create_holder(create_seat(body, 8, public=True), **consent)
    create_holder(create_seat(body, 9, public=True), **consent | {"consent_withdrawn_on": TODAY})
    create_holder(create_seat(body, 10))

    found = told_to("ohne Einwilligung")

    assert {role: rows[0][0] for role, rows in found.items()} == dict.fromkeys(OFFICE, 2)


def test_members_hear_of_their_meetings_and_minutes(body, told, told_to):
    meeting = invite(with_topic(create_meeting(body, date(2027, 3, 18))))
    create_meeting(body, date(2027, 3, 25))  # only planned
    invite(with_topic(create_meeting(body, date(2027, 6, 17))))  # far away
    minutes = lay(write(hold(with_topic(create_meeting(body, date(2027, 2, 25))))))

    soon, laid = told_to("Sitzung am"), told_to("Zum Lesen")

    assert set(soon) == set(laid) == {"vorsitz", "gremium1"}
    assert [row[2] for row in soon["gremium1"]] == [reverse("admin:meeting_desk", args=[meeting.pk])]
    assert laid["gremium1"][0][2] == reverse("admin:minutes_read", args=[minutes.pk])


@pytest.mark.parametrize("role", sorted(ALL))
def test_every_task_leads_to_a_page_its_person_may_open(client, person, body, told, role):
    Body.objects.filter(pk=body.pk).update(kind="board", meetings_per_year=2, rhythm_source="Papier")
    create_holder(create_seat(body, 7, public=True))
    create_holder(create_seat(body, 8), valid_until=date(2026, 6, 30))
    with_topic(create_meeting(body, date(2026, 1, 15)))
    write(hold(with_topic(create_meeting(body, date(2026, 1, 22)))))
    lay(write(hold(with_topic(create_meeting(body, date(2026, 1, 29))))))
    approved_minutes(body, date(2025, 9, 18), date(2026, 1, 29))
    publish(with_topic(create_meeting(body, date(2027, 3, 18))))
    create_item(body, proposed_by=person("gremium1"), proposed_at=NOON)
    FollowUp.objects.create(item=create_item(body), task="Bericht", due=date(2026, 2, 28))
    move(Meeting.objects.get(day=date(2027, 3, 18)), "invite", by=None, now=NOON)
    client.force_login(person(role))

    found = [row[2] for row in tasks(person(role), TODAY)]

    assert (len(found) > 5) == (role in OFFICE)
    assert {address: client.get(address).status_code for address in found} == dict.fromkeys(found, 200)
