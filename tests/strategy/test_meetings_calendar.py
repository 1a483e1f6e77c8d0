"""The calendar of public meetings, as phones read it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from strategy.models import Body, Meeting, MeetingChange
from strategy.workflow import move

pytestmark = pytest.mark.django_db

NEXT_YEAR = timezone.localdate().year + 1


def plan(day, *, published=True, body="begleitgremium", **values):
    meeting = Meeting(body=Body.objects.get(key=body), day=day, **values)
    meeting.save()
    if published:
        move(meeting, "publish", by=None)
    return meeting


def events(client, query="", code="de"):
    response = client.get(f"/{code}/gremium/sitzungen.ics{query}")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    book = Calendar.from_ical(response.content)
    return {str(event["uid"]).split("@")[0].removeprefix("sitzung-"): event for event in book.walk("VEVENT")}


def test_summer_and_winter_time_both_begin_at_the_same_hour_in_hannover(client):
    winter = plan(date(NEXT_YEAR, 1, 14), starts=time(17), ends=time(19))
    summer = plan(date(NEXT_YEAR, 7, 14), starts=time(17), ends=time(19))

    found = events(client)
    assert found[str(winter.pk)].decoded("dtstart") == datetime(NEXT_YEAR, 1, 14, 16, tzinfo=UTC)
    assert found[str(summer.pk)].decoded("dtstart") == datetime(NEXT_YEAR, 7, 14, 15, tzinfo=UTC)
    assert found[str(summer.pk)].decoded("dtend") == datetime(NEXT_YEAR, 7, 14, 17, tzinfo=UTC)


def test_a_day_without_a_time_is_a_whole_day(client):
    meeting = plan(date(NEXT_YEAR, 3, 2))

    event = events(client)[str(meeting.pk)]
    assert event.decoded("dtstart") == date(NEXT_YEAR, 3, 2)
    assert event.decoded("dtend") == date(NEXT_YEAR, 3, 3)


def test_only_what_is_public_and_real_is_in_it(client):
    shown = plan(date(NEXT_YEAR, 3, 2), starts=time(17))
    plan(date(NEXT_YEAR, 3, 3), published=False)
    example = plan(date(NEXT_YEAR, 3, 4), sample=True)
    hidden = plan(date(NEXT_YEAR, 3, 5), body="arbeitsausschuss")
    Body.objects.filter(pk=hidden.body_id).update(published=False)

    assert set(events(client)) == {str(shown.pk)}
    assert set(events(client, "?beispiele=1")) == {str(example.pk)}
    assert "Beispiel" in events(client, "?beispiele=1")[str(example.pk)]["summary"]


def test_a_new_date_and_a_cancellation_reach_subscribed_calendars(client):
    meeting = plan(date(NEXT_YEAR, 3, 2), starts=time(17), place="Rathaus, Saal 1; oben")
    assert events(client)[str(meeting.pk)]["sequence"] == 0

    MeetingChange.objects.create(meeting=meeting, move="reschedule", at=timezone.now(), old_day=date(NEXT_YEAR, 3, 1))
    move(meeting, "cancel", by=None, reason="Krank")

    event = events(client)[str(meeting.pk)]
    assert event["status"] == "CANCELLED"
    assert event["sequence"] == 2
    assert event["location"] == "Rathaus, Saal 1; oben"


def test_what_lies_back_more_than_a_year_is_left_out(client):
    assert events(client) == {}
    recent = plan(timezone.localdate() - timedelta(days=360))

    assert set(events(client)) == {str(recent.pk)}


def test_one_and_three_meetings_need_the_same_statements(client, django_assert_num_queries):
    for number in range(1, 4):
        plan(date(NEXT_YEAR, 3, number), starts=time(17))
        if number != 2:
            with django_assert_num_queries(4):
                client.get("/fa/gremium/sitzungen.ics")
