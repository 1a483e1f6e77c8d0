"""Two weeks before a meeting everybody with an account is asked to sign in once; the office sees who has not."""

from datetime import timedelta

import pytest

from strategy.reminders import ask_for_sign_in
from strategy.seats import not_signed_in
from tests.strategy.meetings import DAY, NOON, create_body, create_holder, create_meeting, create_seat, seat
from wir.accounts.models import User
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db
THEN = NOON + timedelta(days=3)  # 14 days before


@pytest.fixture
def meeting(person):
    body = create_body()
    seat(body, person("gremium1"), 1)
    seat(body, person("gremium2"), 2)
    create_holder(create_seat(body, 3), "Ohne Konto")
    return create_meeting(body)


def asked():
    found = Message.objects.filter(kind="sign_in_test").order_by("user__username")
    return list(found.values_list("user__username", flat=True))


def test_everybody_with_an_account_is_asked_once_two_weeks_before(meeting):
    ask_for_sign_in(THEN - timedelta(days=1))
    before = asked()

    for _time in range(2):
        ask_for_sign_in(THEN)
    ask_for_sign_in(THEN + timedelta(days=5))

    assert (meeting.day, before, asked()) == (DAY, [], ["gremium1", "gremium2"])


def test_an_account_that_is_switched_off_and_a_meeting_that_is_a_sample_or_over_are_left_out(meeting, person):
    User.objects.filter(username="gremium2").update(is_active=False)
    create_meeting(meeting.body, DAY - timedelta(days=1), sample=True)

    ask_for_sign_in(NOON + timedelta(days=40))
    late = asked()
    ask_for_sign_in(THEN)

    assert (late, asked()) == ([], ["gremium1"])


def test_who_has_signed_in_since_is_not_named_any_more(meeting, person):
    ask_for_sign_in(THEN)
    User.objects.filter(username="gremium1").update(last_login=THEN - timedelta(hours=1))
    User.objects.filter(username="gremium2").update(last_login=None)
    first = not_signed_in(THEN.date())

    User.objects.filter(username="gremium1").update(last_login=THEN + timedelta(hours=1))

    assert [(found, [str(user) for user in users]) for found, users in first] == [
        (meeting, ["gremium1 (Demo)", "gremium2 (Demo)"])
    ]
    assert [[str(user) for user in users] for _found, users in not_signed_in(THEN.date())] == [["gremium2 (Demo)"]]
    assert not_signed_in(DAY + timedelta(days=1)) == []


def test_the_desk_of_the_office_names_them_and_nobody_elses_does(meeting, person):
    from strategy.tasks import tasks

    ask_for_sign_in(THEN)

    def told(name):
        texts = [text for _count, text, _address in tasks(person(name), THEN.date())]
        return [text for text in texts if "gremium1 (Demo), gremium2 (Demo)" in text]

    assert [len(told(name)) for name in ("team1", "leitung", "gremium1", "redaktion")] == [1, 1, 0, 0]
