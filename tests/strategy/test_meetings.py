"""Meetings and topics: their constraints, who sees which, and their forms in the back office."""

from datetime import date, time

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from strategy.models import AgendaItem, FollowUp, Meeting, Paper
from strategy.workflow import move
from tests.measures.factories import create_unit
from tests.measures.test_admin import form_of, with_row
from tests.strategy.meetings import (
    DAY,
    LATER,
    NOON,
    TODAY,
    create_body,
    create_holder,
    create_item,
    create_meeting,
    create_seat,
    fresh,
    hold,
    invite,
    publish,
    seat,
    with_topic,
)
from wir.languages.models import SourceText

pytestmark = pytest.mark.django_db

FUTURE = date(2099, 3, 18)


@pytest.fixture
def body():
    body = create_body()
    create_holder(create_seat(body))
    return body


# Constraints ----------------------------------------------------------------------------------------------------------


def stored(thing, **values):
    with transaction.atomic():
        type(thing)._base_manager.filter(pk=thing.pk).update(**values)


def test_a_body_meets_once_a_day_unless_called_off_and_samples_stand_apart(body):
    meeting = create_meeting(body)
    create_meeting(body, sample=True)
    create_meeting(create_body("other"))

    with pytest.raises(IntegrityError), transaction.atomic():
        create_meeting(body)
    move(meeting, "cancel", by=None, now=NOON, reason="Krank")
    create_meeting(body)


@pytest.mark.parametrize("values", [{"ends": time(17)}, {"starts": None}])
def test_a_meeting_ends_after_it_begins(body, values):
    with pytest.raises(IntegrityError):
        stored(create_meeting(body), **values)


@pytest.mark.parametrize("values", [{"kind": "reflection"}, {"proposed_at": NOON}])
def test_a_topic_does_not_contradict_itself(body, values):
    with pytest.raises(IntegrityError):
        stored(create_item(body), **values)


def test_a_paper_holds_something_and_what_is_done_says_what_became(body):
    item = create_item(body)

    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.create(item=item, title="Leer")
    with pytest.raises(IntegrityError), transaction.atomic():
        FollowUp.objects.create(item=item, task="Bericht", done_on=DAY)
    FollowUp.objects.create(item=item, task="Bericht", done_on=DAY, outcome="Liegt vor.")


def test_times_are_hannovers_in_winter_and_summer(body):
    winter, summer = create_meeting(body, date(2027, 1, 14)), create_meeting(body, date(2027, 7, 15))

    assert (winter.starts_at.utcoffset().seconds, summer.starts_at.utcoffset().seconds) == (3600, 7200)
    assert create_meeting(body, date(2027, 2, 1), starts=None, ends=None).starts_at is None


# What is public -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("published", [True, False])
@pytest.mark.parametrize("body_published", [True, False])
@pytest.mark.parametrize("sample", [True, False])
@pytest.mark.parametrize("topic_is_public", [True, False])
def test_a_meeting_and_its_topics_are_public_together(published, body_published, sample, topic_is_public):
    body = create_body(published=body_published)
    meeting = create_meeting(body, published=published, sample=sample)
    item = create_item(body, meeting, is_public=topic_is_public)

    def found(queryset, thing, samples):
        return queryset.public(samples).filter(pk=thing.pk).exists()

    wanted = published and body_published
    assert fresh(meeting).is_public == wanted
    assert fresh(item).is_open == (wanted and topic_is_public)
    for samples in (True, False):
        shown = wanted and samples == sample
        assert found(Meeting.objects, meeting, samples) == shown
        assert found(AgendaItem.objects, item, samples) == (shown and topic_is_public)


def test_a_topic_that_waits_is_never_public(body):
    item = create_item(body, is_public=True)

    assert (item.is_open, AgendaItem.objects.public().filter(pk=item.pk).exists()) == (False, False)


def test_meetings_come_and_pass(body):
    days = [date(2027, 2, 28), TODAY, date(2027, 3, 2)]
    meetings = [create_meeting(body, day) for day in days]
    cancelled = create_meeting(body, DAY)
    move(cancelled, "cancel", by=None, now=NOON, reason="Krank")

    assert list(Meeting.objects.filter(body=body).coming(TODAY)) == meetings[1:]
    assert list(Meeting.objects.filter(body=body).past(TODAY)) == meetings[:1]


@pytest.mark.parametrize(
    ("role", "sees"),
    {"leitung": {"own", "other"}, "gremium1": {"own"}, "redaktion": set(), "fachstelle": set()}.items(),
)
def test_members_see_the_meetings_of_their_bodies(person, role, sees):
    Meeting.objects.filter(minutes__isnull=True).delete()
    own, other = create_body("own"), create_body("other")
    seat(own, person("gremium1"), 1)
    create_meeting(own), create_meeting(other)

    found = Meeting.objects.for_staff(person(role), TODAY).filter(body__in=[own, other])

    assert {meeting.body.key for meeting in found} == sees


# The form of a meeting ------------------------------------------------------------------------------------------------


def change_of(thing):
    return reverse(f"admin:strategy_{thing._meta.model_name}_change", args=[thing.pk])


def test_a_meeting_is_planned(signed_in, body):
    client, address = signed_in("team1"), reverse("admin:strategy_meeting_add")
    data = form_of(client, address) | {"body": body.pk, "day": "18.03.2099", "starts": "17:00", "place": "Rathaus"}

    response = client.post(address, data)

    meeting = Meeting.objects.get(day=FUTURE)
    assert response.status_code == 302
    assert (meeting.state, meeting.published, meeting.sample, meeting.starts) == ("planned", False, False, time(17))


def test_a_second_meeting_on_a_day_is_told_at_the_form(signed_in, body):
    create_meeting(body, FUTURE)
    client, address = signed_in("team1"), reverse("admin:strategy_meeting_add")

    response = client.post(address, form_of(client, address) | {"body": body.pk, "day": "18.03.2099"})

    assert response.status_code == 422
    assert "Dieses Gremium hat an diesem Tag schon eine Sitzung." in response.content.decode()


def test_topics_are_added_on_the_form_of_their_meeting(signed_in, body):
    meeting = create_meeting(body, FUTURE)
    client = signed_in("team1")
    data = with_row(form_of(client, change_of(meeting)), "items", number=1, kind="state", title_de="Stand")

    response = client.post(change_of(meeting), data)

    item = meeting.items.get()
    assert response.status_code == 302
    assert (item.title_de, item.body, item.is_public) == ("Stand", body, False)
    assert SourceText.objects.filter(model="strategy.agendaitem", object_id=item.pk).exists()


@pytest.mark.parametrize("state", ["planned", "invited", "held", "cancelled"])
def test_day_time_and_place_are_written_only_while_a_meeting_is_planned(signed_in, body, told, state):
    meeting = with_topic(create_meeting(body, FUTURE))
    if state == "invited":
        meeting = invite(meeting)
    if state == "held":
        hold(meeting)
    if state == "cancelled":
        move(meeting, "cancel", by=None, now=NOON, reason="Krank")
    client = signed_in("leitung")
    data = form_of(client, change_of(meeting))
    data |= {"day": "19.03.2099", "starts": "18:00", "place": "anderswo", "internal_note": "Notiz"}
    data |= {"state": "held", "published": "on", "sample": "on"}

    response = client.post(change_of(meeting), data)

    meeting = fresh(meeting)
    assert response.status_code == 302
    changed = (meeting.day, meeting.starts, meeting.place) == (date(2099, 3, 19), time(18), "anderswo")
    assert changed == (state == "planned")
    assert (meeting.internal_note, meeting.state, meeting.published, meeting.sample) == ("Notiz", state, False, False)


def test_who_invites_while_the_form_is_open_is_not_overtaken(signed_in, body, told, monkeypatch):
    meeting = with_topic(create_meeting(body, FUTURE))
    client = signed_in("leitung")
    data = form_of(client, change_of(meeting)) | {"day": "19.03.2099"}
    checked = Meeting.clean

    def invited_meanwhile(self):
        checked(self)
        if fresh(meeting).state == "planned":
            invite(fresh(meeting))

    monkeypatch.setattr(Meeting, "clean", invited_meanwhile)
    response = client.post(change_of(meeting), data)

    assert response.status_code == 422
    assert "Inzwischen ist eingeladen." in response.content.decode()
    assert fresh(meeting).day == FUTURE


def test_an_edit_beside_the_date_keeps_what_a_new_date_wrote_meanwhile(signed_in, body, told, monkeypatch):
    meeting = invite(with_topic(create_meeting(body, FUTURE)))
    client = signed_in("leitung")
    data = form_of(client, change_of(meeting)) | {"internal_note": "Notiz"}
    values = {"day": date(2099, 4, 1), "starts": time(18), "ends": None, "place": "anderswo"}
    meanwhile(monkeypatch, lambda: move(fresh(meeting), "reschedule", by=None, now=NOON, **values))

    client.post(change_of(meeting), data)

    assert (fresh(meeting).day, fresh(meeting).internal_note) == (date(2099, 4, 1), "Notiz")


def meanwhile(monkeypatch, happens):
    """Something happens once, while the form of a meeting is being checked."""
    checked, waiting = Meeting.clean, [happens]

    def clean(self):
        checked(self)
        if waiting:
            waiting.pop()()

    monkeypatch.setattr(Meeting, "clean", clean)


def test_no_topic_is_slipped_in_while_a_meeting_is_being_closed(signed_in, body, monkeypatch):
    meeting = with_topic(create_meeting(body, FUTURE))
    client = signed_in("leitung")
    data = with_row(form_of(client, change_of(meeting)), "items", number=2, kind="other", title_de="Nachgeschoben")
    meanwhile(monkeypatch, lambda: hold(fresh(meeting)))

    response = client.post(change_of(meeting), data)

    assert response.status_code == 422
    assert "Diese Sitzung nimmt keine Punkte mehr auf." in response.content.decode()
    assert AgendaItem.objects.filter(title_de="Nachgeschoben").count() == 0


@pytest.mark.parametrize(
    ("state", "deletes"), {"planned": True, "published": False, "invited": False, "held": False}.items()
)
def test_only_what_nobody_was_told_of_is_deleted(signed_in, body, told, state, deletes):
    meeting = with_topic(create_meeting(body, FUTURE))
    if state == "published":
        publish(meeting)
    if state == "invited":
        invite(meeting)
    if state == "held":
        hold(meeting)

    response = signed_in("admin").post(reverse("admin:strategy_meeting_delete", args=[meeting.pk]), {"post": "yes"})

    assert response.status_code == (302 if deletes else 403)
    assert Meeting.objects.filter(pk=meeting.pk).exists() is not deletes
    assert AgendaItem.objects.filter(body=body).count() == 1  # the topic waits again


def test_no_topic_is_slipped_into_a_meeting_that_is_over(signed_in, body):
    meeting = with_topic(create_meeting(body, FUTURE))
    client = signed_in("leitung")
    data = with_row(form_of(client, change_of(meeting)), "items", number=2, kind="other", title_de="Nachgeschoben")
    hold(meeting)

    client.post(change_of(meeting), data)

    assert [item.title_de for item in meeting.items.all()] == ["Thema 1"]


def test_the_history_of_a_meeting_is_shown_and_not_written(signed_in, body, told):
    meeting = invite(with_topic(create_meeting(body, FUTURE)))
    client = signed_in("leitung")
    page = client.get(change_of(meeting)).content.decode()
    data = form_of(client, change_of(meeting)) | {"changes-0-note": "anders", "changes-0-DELETE": "on"}

    client.post(change_of(meeting), data)

    assert "Einladen" in page
    assert [(change.move, change.note) for change in meeting.changes.all()] == [("invite", "")]


def test_a_list_needs_the_same_statements_for_one_as_for_three(signed_in, body):
    client = signed_in("leitung")

    def statements(model):
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse(f"admin:strategy_{model}_changelist"))
        return len(captured)

    models = ("meeting", "agendaitem", "minutes", "seat")
    hold(with_topic(create_meeting(body)))
    one = [statements(model) for model in models]
    for number in (2, 3):
        create_holder(create_seat(body, number), f"Name {number}")
        hold(with_topic(create_meeting(body, date(2027, 3, 18 + number))))

    assert [statements(model) for model in models] == one
    assert max(one) <= 20


# The form of a topic --------------------------------------------------------------------------------------------------


def test_only_open_meetings_of_the_same_body_are_offered(signed_in, body):
    create_meeting(create_body("other"), FUTURE)
    hold(create_meeting(body, DAY))
    open_one = create_meeting(body, LATER)
    page = signed_in("team1").get(change_of(create_item(body)))

    assert list(page.context["adminform"].form.fields["meeting"].queryset) == [open_one]


def test_a_topic_moves_to_another_meeting_with_paper_and_task(signed_in, body):
    item = create_item(body)
    meeting = create_meeting(body, FUTURE)
    client = signed_in("team1")
    data = form_of(client, change_of(item)) | {"meeting": meeting.pk, "title_de": "Neuer Titel"}
    data = with_row(data, "papers", title="Bericht", text="Der ganze Bericht.")
    data = with_row(data, "follow_ups", task="Nachfragen", due="30.06.2099")

    response = client.post(change_of(item), data)

    item = fresh(item)
    assert response.status_code == 302
    assert (item.meeting, item.title_de) == (meeting, "Neuer Titel")
    assert (item.papers.get().title, item.follow_ups.get().due) == ("Bericht", date(2099, 6, 30))


def test_a_talk_names_its_department_and_a_paper_holds_something(signed_in, body):
    item = create_item(body)
    client = signed_in("team1")
    data = with_row(form_of(client, change_of(item)) | {"kind": "reflection"}, "papers", title="Leer")

    refused = client.post(change_of(item), data)
    unit = create_unit("90")
    done = client.post(change_of(item), data | {"unit": unit.pk, "papers-0-link": "example.org/bericht"})

    page = refused.content.decode()
    assert refused.status_code == 422
    assert "Ein Reflexionsgespräch nennt die Fachabteilung" in page
    assert "Eine Unterlage braucht eine Drucksache, eine Adresse oder einen Text." in page
    assert done.status_code == 302
    assert (fresh(item).unit, item.papers.get().link) == (unit, "https://example.org/bericht")


@pytest.mark.parametrize("moved_by", ["held", "cancelled"])
def test_a_topic_is_not_moved_into_or_out_of_a_meeting_that_is_over(signed_in, body, moved_by):
    meeting, other = create_meeting(body, FUTURE), create_meeting(body, LATER)
    item = create_item(body, meeting)
    waiting = create_item(body, number=2)
    client = signed_in("team1")
    out = form_of(client, change_of(item)) | {"meeting": other.pk}
    into = form_of(client, change_of(waiting)) | {"meeting": meeting.pk}
    if moved_by == "held":
        hold(meeting)
    else:
        move(meeting, "cancel", by=None, now=NOON, reason="Krank")
    before = places()

    client.post(change_of(waiting), into)
    if moved_by == "held":
        client.post(change_of(item), out)

    assert places() == before


def places():
    return list(AgendaItem.objects.order_by("pk").values_list("pk", "meeting", "number", "title_de"))


@pytest.mark.parametrize(
    ("query", "found"),
    [("wartet=1", {"wartet", "vorgeschlagen"}), ("wartet=vorschlag", {"vorgeschlagen"}), ("", None)],
)
def test_topics_that_wait_are_found(signed_in, person, body, query, found):
    create_item(body, title_de="wartet")
    create_item(body, title_de="vorgeschlagen", proposed_by=person("gremium1"), proposed_at=timezone.now())
    create_item(body, create_meeting(body), title_de="auf der Tagesordnung")

    page = signed_in("team1").get(reverse("admin:strategy_agendaitem_changelist") + f"?{query}")

    titles = {item.title_de for item in page.context["cl"].result_list if item.body_id == body.pk}
    assert titles == (found or {"wartet", "vorgeschlagen", "auf der Tagesordnung"})


def test_a_topic_that_was_dealt_with_is_not_deleted(signed_in, body):
    item = create_item(body, create_meeting(body))
    hold(item.meeting)

    response = signed_in("admin").post(reverse("admin:strategy_agendaitem_delete", args=[item.pk]), {"post": "yes"})

    assert response.status_code == 403
    assert AgendaItem.objects.filter(pk=item.pk).exists()


@pytest.mark.parametrize("role", ["redaktion", "gremium1", "vorsitz", "ausschuss", "fachstelle", "datenschutz"])
@pytest.mark.parametrize("model", ["meeting", "agendaitem", "minutes"])
def test_lists_and_forms_are_the_offices(signed_in, body, role, model):
    minutes = hold(with_topic(create_meeting(body)))
    thing = {"meeting": minutes.meeting, "agendaitem": minutes.meeting.items.get(), "minutes": minutes}[model]
    client = signed_in(role)

    assert client.get(reverse(f"admin:strategy_{model}_changelist")).status_code == 403
    assert client.get(change_of(thing)).status_code == 403
    assert client.post(change_of(thing), {"general": "x"}).status_code == 403
