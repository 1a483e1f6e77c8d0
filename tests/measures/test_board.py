"""Topics that point to measures: what public minutes say of a measure, and measures brought before a board."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from measures.board import board_entries, measures_on, pending, propose_measure
from measures.models import AgendaMeasure
from strategy.models import AgendaItem, Meeting
from strategy.workflow import move, put_off, take_up
from tests.measures.factories import create_measure, publish, withdraw
from tests.measures.test_admin import form_of, with_row
from tests.strategy.meetings import (
    DAY,
    LATER,
    NOON,
    approve,
    approved_minutes,
    create_body,
    create_item,
    create_meeting,
    fresh,
    hold,
    lay,
    release,
    rows,
    seat,
    with_topic,
    write,
)
from tests.strategy.meetings import publish as publish_meeting
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def body():
    return create_body()


@pytest.fixture
def measure():
    return publish(create_measure(900))


def link(item, measure):
    return AgendaMeasure.objects.create(item_id=item.root_id, measure=measure)


def told(measure):
    return [(str(meeting.day), str(item), entry.plain_de) for meeting, item, entry in board_entries(measure)]


# What minutes say of a measure ----------------------------------------------------------------------------------------


def test_a_measure_tells_what_public_minutes_say_of_it(body, measure):
    minutes = approved_minutes(body)
    link(minutes.meeting.items.get(), measure)
    assert told(measure) == []  # approved, but not released

    release(minutes)

    assert told(measure) == [("2027-03-18", "Thema 1", "Das Gremium empfiehlt es.")]
    assert told(publish(create_measure(901))) == []


@pytest.mark.parametrize("case", ["topic", "meeting", "body", "sample meeting"])
def test_a_measure_tells_nothing_that_is_hidden(body, measure, case):
    minutes = release(approved_minutes(body))
    item = minutes.meeting.items.get()
    link(item, measure)
    if case == "topic":
        AgendaItem._base_manager.filter(pk=item.pk).update(is_public=False)
    if case == "meeting":
        move(fresh(minutes.meeting), "withdraw", by=None, now=NOON)
    if case == "body":
        type(body).objects.filter(pk=body.pk).update(published=False)
    if case == "sample meeting":
        Meeting._base_manager.filter(pk=minutes.meeting_id).update(sample=True)

    assert told(measure) == []


def test_a_topic_that_came_back_tells_of_the_same_measure_newest_first(body, measure):
    first = publish_meeting(with_topic(create_meeting(body, DAY)))
    link(first.items.get(), measure)
    minutes = lay(write(hold(first), outcome="deferred", plain="Vertagt."))
    later = publish_meeting(create_meeting(body, LATER))
    take_up(AgendaItem.objects.waiting().get(first=first.items.get()), later, by=None, now=NOON)
    second = lay(write(hold(fresh(later)), plain="Empfohlen."))
    release(approve(minutes, fresh(later)))
    last = create_meeting(body, date(2028, 3, 16))
    hold(last)
    release(approve(second, fresh(last)))

    assert told(measure) == [("2027-09-16", "Thema 1", "Empfohlen."), ("2027-03-18", "Thema 1", "Vertagt.")]


def test_samples_tell_of_samples_only(body):
    minutes = release(approved_minutes(body))
    sample = publish(create_measure(1_000_001, sample=True))
    link(minutes.meeting.items.get(), sample)

    assert told(sample) == []
    Meeting._base_manager.filter(pk=minutes.meeting_id).update(sample=True)
    assert [day for day, _item, _entry in told(sample)] == ["2027-03-18"]


def test_topics_of_coming_meetings_point_to_a_measure_too(body, measure):
    soon = publish_meeting(with_topic(create_meeting(body, DAY)))
    hidden = with_topic(create_meeting(body, LATER))
    for meeting in (soon, hidden):
        link(meeting.items.get(), measure)

    def coming(today):
        return [item.meeting for item in AgendaMeasure.objects.coming_items_of(measure, today)]

    assert coming(date(2027, 3, 1)) == [soon]
    assert coming(date(2027, 3, 19)) == []


# Measures of topics ---------------------------------------------------------------------------------------------------


def test_topics_name_their_public_measures(body, measure):
    first = create_item(body, create_meeting(body))
    put_off(first)
    back = AgendaItem.objects.waiting().get(first=first)
    other = create_item(body, number=2)
    link(first, measure)
    link(first, publish(create_measure(899)))
    link(first, create_measure(901))  # a draft
    link(first, withdraw(publish(create_measure(902))))
    link(first, publish(create_measure(1_000_001, sample=True)))

    found = measures_on([first, back, other])
    samples = measures_on([first], samples=True)

    assert {pk: [each.number for each in measures] for pk, measures in found.items()} == {
        first.pk: [899, 900],
        back.pk: [899, 900],
        other.pk: [],
    }
    assert [each.number for each in samples[first.pk]] == [1_000_001]
    assert measures_on([]) == {}


def test_few_statements_for_any_number(body, measure):
    def statements(function, *args):
        with CaptureQueriesContext(connection) as captured:
            found = function(*args)
        for pk in found if isinstance(found, dict) else ():
            assert [each.title_de for each in found[pk]]
        for meeting, item, entry in found if isinstance(found, list) else ():
            assert (str(meeting.body), item.title_de, entry.plain_de) != ()
        return len(captured)

    items = []
    for number in range(4):
        minutes = release(approved_minutes(body, date(2026, 1 + number, 1), LATER))
        items.append(minutes.meeting.items.get())
        link(items[-1], measure)

    assert (statements(measures_on, items[:1]), statements(measures_on, items)) == (2, 2)
    assert statements(board_entries, measure) == 2
    assert statements(board_entries, publish(create_measure(901))) <= 2


# Links ----------------------------------------------------------------------------------------------------------------


def test_a_topic_points_once_to_a_measure_and_keeps_it(body, measure):
    item = create_item(body)
    link(item, measure)

    with pytest.raises(IntegrityError), transaction.atomic():
        link(item, measure)
    with pytest.raises(ProtectedError):
        fresh(measure).delete()
    item.delete()
    assert AgendaMeasure.objects.count() == 0


def test_the_form_of_a_topic_names_its_measures(signed_in, body, measure):
    first = create_item(body, create_meeting(body))
    put_off(first)
    back = AgendaItem.objects.waiting().get(first=first)
    client = signed_in("team1")
    address = reverse("admin:strategy_agendaitem_change", args=[back.pk])
    prefix = client.get(address).context["inline_admin_formsets"][0].formset.prefix
    data = with_row(form_of(client, address), prefix, measure=measure.pk)

    done = client.post(address, data)
    twice = client.post(address, with_row(form_of(client, address), prefix, measure=measure.pk))

    assert (done.status_code, twice.status_code) == (302, 422)
    assert [(each.item, each.measure) for each in AgendaMeasure.objects.all()] == [(first, measure)]
    assert "Diese Maßnahme steht schon bei diesem Punkt." in twice.content.decode()


def test_samples_are_not_offered(signed_in, body):
    create_measure(1_000_001, sample=True)
    page = signed_in("team1").get(reverse("admin:strategy_agendaitem_change", args=[create_item(body).pk]))

    offered = page.context["inline_admin_formsets"][0].formset.empty_form.fields["measure"].queryset

    assert offered.filter(number__gt=1_000_000).count() == 0


# Proposals ------------------------------------------------------------------------------------------------------------


def test_a_measure_is_proposed_once_until_it_was_dealt_with(body, measure, person):
    member = person("gremium1")
    seat(body, member, 1)
    item = propose_measure(body, measure, title="Wie weiter?", internal="Darum.", by=member, now=NOON)

    assert (item.kind, item.proposed_by, pending(body, [measure])) == ("state", member, {measure.pk})
    before = rows(AgendaItem, AgendaMeasure)
    with pytest.raises(Refused):
        propose_measure(body, measure, title="Noch einmal", by=member, now=NOON)
    assert rows(AgendaItem, AgendaMeasure) == before
    meeting = create_meeting(body)
    take_up(item, meeting, by=None, now=NOON)
    assert pending(body, [measure]) == {measure.pk}
    hold(meeting)
    assert pending(body, [measure]) == set()


def test_a_topic_put_off_is_still_pending_and_other_bodies_are_free(body, measure):
    item = propose_measure(body, measure, title="Wie weiter?", by=None, now=NOON)
    meeting = create_meeting(body)
    take_up(item, meeting, by=None, now=NOON)
    lay(write(hold(fresh(meeting)), outcome="deferred"))

    assert pending(body, [measure]) == {measure.pk}
    assert pending(create_body("other"), [measure]) == set()


def test_who_has_no_seat_proposes_no_measure(body, measure, person):
    before = rows(AgendaItem, AgendaMeasure)

    with pytest.raises(PermissionDenied):
        propose_measure(body, measure, title="Wie weiter?", by=person("gremium1"), now=NOON)

    assert rows(AgendaItem, AgendaMeasure) == before
