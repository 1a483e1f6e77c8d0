"""Does a body meet often enough: the warning under a clock that moves day by day, and who hears of it."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from strategy import rhythm
from strategy.models import Body, Contact, Meeting
from strategy.reminders import remind_of_meetings, warn_of_rhythm
from strategy.rhythm import due_after, warnings, warnings_of
from strategy.workflow import move
from tests.strategy.meetings import create_body, create_holder, create_item, create_meeting, create_seat, fresh, hold
from wir.lib.periods import months_later

pytestmark = pytest.mark.django_db

START = date(2027, 1, 1)
YEARS = [START + timedelta(days=number) for number in range(731)]


@pytest.fixture
def body():
    """The only body that there is."""
    for other in Body.objects.all():
        Body.objects.filter(pk=other.pk).update(meetings_per_year=None)
    return create_body()


def noon(day):
    """Noon in Hannover or close to it, in summer and in winter."""
    return datetime.combine(day, time(11), tzinfo=UTC)


def stages(body, today):
    return [warning.stage for warning in warnings_of([body], today)]


def story(body, meetings, *, ahead=60, days=YEARS):
    """{day: stages} of all days with a warning, while meetings are planned some days ahead and then held."""
    told, open_meetings = {}, {}
    for today in days:
        for day in meetings:
            if day - timedelta(days=ahead) == today or (today == days[0] and today < day <= today + timedelta(ahead)):
                open_meetings[day] = create_meeting(body, day)
        if today in open_meetings:
            hold(open_meetings.pop(today))
        found = stages(body, today)
        if found:
            told[today] = found
    return told


# Under a moving clock -------------------------------------------------------------------------------------------------


def test_who_meets_half_yearly_is_never_warned_in_two_years(body):
    hold(create_meeting(body, date(2026, 12, 10)))

    told = story(body, [date(2027, 5, 20), date(2027, 11, 18), date(2028, 5, 11), date(2028, 11, 9)])

    assert told == {}


def test_a_meeting_left_out_is_told_eight_weeks_before_the_last_day_and_then_broken(body):
    hold(create_meeting(body, date(2026, 12, 10)))
    due = date(2027, 6, 10)

    told = story(body, [date(2027, 11, 18), date(2028, 5, 11), date(2028, 11, 9)])

    soon = [day for day, found in told.items() if found == ["soon"]]
    broken = [day for day, found in told.items() if found == ["broken"]]
    assert (soon[0], soon[-1], len(soon)) == (date(2027, 4, 15), due, 57)
    assert (broken[0], broken[-1]) == (due + timedelta(days=1), date(2027, 11, 17))
    assert sorted(soon + broken) == sorted(told)


def test_one_message_a_month_for_each_of_the_office(body, told, person):
    hold(create_meeting(body, date(2026, 12, 10)))
    told.clear()

    for day in YEARS[:365]:
        for _again in range(2):
            warn_of_rhythm(noon(day))

    months = {}
    for key, (kind, to, context) in told.items():
        assert kind == "rhythm_warning"
        months.setdefault((to.user.username, context["stage"]), []).append(key.split("-rhythm")[0][-12:])
    office = {"leitung", "team1", "team2"}
    assert {name for name, _stage in months} == office
    for name in office:
        assert len(months[name, "soon"]) == 3  # April, May, June
        assert len(months[name, "broken"]) == 7  # June to December
    assert len(told) == 30


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
def test_days_on_which_the_clock_changes_are_days_like_others(body, told, day):
    Body.objects.filter(pk=body.pk).update(meetings_per_year=4)
    body.meetings_per_year = 4
    hold(create_meeting(body, months_later(day, -3)))

    late_evening = datetime.combine(day, time(21, 30), tzinfo=UTC)  # 23:30 in summer, 22:30 in winter
    after_midnight = datetime.combine(day, time(23, 30), tzinfo=UTC)  # the next day in both

    assert stages(body, day) == ["soon"]
    told.clear()
    warn_of_rhythm(late_evening)
    assert {context["stage"] for _kind, _to, context in told.values()} == {"soon"}
    told.clear()
    warn_of_rhythm(after_midnight)
    assert {context["stage"] for _kind, _to, context in told.values()} == {"broken"}


# The arithmetic of months ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "times", "due"),
    [
        (date(2027, 8, 31), 2, date(2028, 2, 29)),
        (date(2026, 8, 31), 2, date(2027, 2, 28)),
        (date(2028, 2, 29), 2, date(2028, 8, 29)),
        (date(2028, 2, 29), 1, date(2029, 2, 28)),
        (date(2027, 8, 30), 2, date(2028, 2, 29)),
        (date(2027, 12, 31), 4, date(2028, 3, 31)),
        (date(2027, 1, 31), 12, date(2027, 2, 28)),
        (date(2027, 1, 1), 5, date(2027, 3, 15)),  # every 73 days; no whole months
        (date(2027, 1, 1), 52, date(2027, 1, 8)),
    ],
)
def test_the_last_day_for_the_next_meeting(last, times, due):
    assert due_after(last, times) == due


# Stages ---------------------------------------------------------------------------------------------------------------


def test_a_body_without_a_rule_is_never_warned():
    body = create_body("free", meetings_per_year=None, rhythm_source="")

    assert stages(body, START) == []


def test_a_body_that_never_met_is_told_until_a_meeting_is_planned(body):
    assert stages(body, START) == ["never"]

    create_meeting(body, date(2028, 1, 1))

    assert stages(body, START) == []


def test_a_plan_that_comes_too_late_is_told(body):
    hold(create_meeting(body, date(2026, 12, 10)))
    create_meeting(body, date(2027, 6, 11))

    [warning] = warnings_of([body], date(2027, 2, 1))

    assert (warning.stage, str(warning)) == (
        "late_plan",
        "Gremium probe: Die nächste Sitzung (11.06.2027) liegt nach dem 10.06.2027.",
    )


@pytest.mark.parametrize(
    ("state", "expected"), [("planned", []), ("invited", []), ("cancelled", ["soon"]), ("sample", ["soon"])]
)
def test_only_a_real_meeting_that_still_stands_holds_the_rhythm(body, told, state, expected):
    hold(create_meeting(body, date(2026, 12, 10)))
    create_holder(create_seat(body))
    meeting = create_meeting(body, date(2027, 6, 1), sample=state == "sample")
    create_item(body, meeting)
    if state == "invited":
        move(meeting, "invite", by=None, now=noon(START))
    if state == "cancelled":
        meeting.items.all().delete()
        move(meeting, "cancel", by=None, now=noon(START), reason="Krank")

    assert stages(body, date(2027, 5, 1)) == expected


def test_a_meeting_that_nobody_said_was_held_does_not_count(body):
    hold(create_meeting(body, date(2026, 6, 10)))
    create_meeting(body, date(2026, 12, 10))

    assert stages(body, START) == ["broken"]


@pytest.mark.parametrize(("count", "words"), [(1, "1 Thema wartet"), (3, "3 Themen warten")])
def test_topics_that_wait_without_a_meeting_are_told(body, count, words):
    for number in range(count):
        create_item(body, number=number)
    hold(create_meeting(body, date(2026, 12, 30)))

    [warning] = warnings_of([body], START)

    assert (warning.stage, warning.waiting) == ("waiting", count)
    assert str(warning) == f"Gremium probe: {words}, und keine Sitzung ist geplant."
    create_meeting(body, date(2027, 5, 1))
    assert stages(body, START) == []


def test_a_meeting_held_today_is_no_meeting_to_come(body):
    hold(create_meeting(body, START))
    create_item(body)

    assert stages(body, START) == ["waiting"]


def test_cases_of_other_apps_wait_too(body, monkeypatch):
    hold(create_meeting(body, date(2026, 12, 30)))
    monkeypatch.setattr(rhythm, "CASES", [lambda: {body.pk: 2}])

    assert [warning.waiting for warning in warnings_of([body], START)] == [2]


def test_the_number_of_bodies_costs_no_statement(body):
    def statements():
        with CaptureQueriesContext(connection) as captured:
            list(warnings(START))
        return len(captured)

    before = statements()
    for number in range(20):
        hold(create_meeting(create_body(f"other-{number}"), date(2026, 1, 10)))

    assert statements() == before == 5


def test_without_an_account_of_the_office_the_office_itself_is_told(body, told, person):
    for name in ("leitung", "team1", "team2"):
        user = person(name)
        user.is_active = False
        user.save()

    warn_of_rhythm(noon(START))

    assert [to.mail for _kind, to, _context in told.values()] == [Contact.objects.on(START).mail]


# Reminders of meetings ------------------------------------------------------------------------------------------------


def invited(body, day, on):
    create_holder(create_seat(body), channel="call", phone="0511 1")
    create_holder(create_seat(body, 2), "Bo Celik", substitute=True)
    create_holder(create_seat(body, 3), "Cem Dorn", valid_until=day - timedelta(days=1))
    meeting = create_meeting(body, day)
    create_item(body, meeting)
    move(meeting, "invite", by=None, now=noon(on))
    return fresh(meeting)


def reminders(told, days):
    """{day: names} of whoever is reminded on which day."""
    found = {}
    for day in days:
        before = set(told)
        for _again in range(2):
            remind_of_meetings(noon(day))
        names = [told[key][1].name for key in told if key not in before]
        if names:
            found[day] = names
    return found


def test_everybody_invited_is_reminded_once_a_week_before(body, told):
    meeting = invited(body, date(2027, 3, 18), on=date(2027, 2, 1))
    told.clear()

    found = reminders(told, YEARS[40:90])

    assert found == {date(2027, 3, 11): ["Ada Berger", "Bo Celik"]}
    assert {kind for kind, _to, _context in told.values()} == {"meeting_reminder"}
    assert meeting.state == "invited"


def test_a_day_on_which_nothing_ran_is_made_up_for(body, told):
    invited(body, date(2027, 3, 18), on=date(2027, 2, 1))
    told.clear()

    assert list(reminders(told, [date(2027, 3, 15), date(2027, 3, 16)])) == [date(2027, 3, 15)]


@pytest.mark.parametrize("case", ["invited within the week", "held", "cancelled", "sample", "begun"])
def test_nobody_is_reminded_without_need(body, told, case):
    meeting = invited(body, date(2027, 3, 18), on=date(2027, 3, 12 if case == "invited within the week" else 1))
    if case == "held":
        hold(meeting)
    if case == "cancelled":
        move(meeting, "cancel", by=None, now=noon(date(2027, 3, 2)), reason="Krank")
    if case == "sample":
        Meeting.objects.filter(pk=meeting.pk).update(sample=True)
    told.clear()

    if case == "begun":
        remind_of_meetings(meeting.starts_at)
    else:
        reminders(told, YEARS[70:90])

    assert told == {}


def test_after_a_new_date_everybody_is_reminded_of_that(body, told):
    meeting = invited(body, date(2027, 3, 18), on=date(2027, 2, 1))
    reminders(told, [date(2027, 3, 11)])
    values = {"day": date(2027, 4, 15), "starts": time(17), "ends": None, "place": "Rathaus"}
    move(meeting, "reschedule", by=None, now=noon(date(2027, 3, 12)), **values)
    told.clear()

    assert list(reminders(told, YEARS[72:110])) == [date(2027, 4, 8)]
