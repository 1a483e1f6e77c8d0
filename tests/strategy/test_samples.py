"""The examples of the demo: marked, named after nobody, and made once."""

import pytest
from django.utils import timezone

from strategy.models import (
    AgendaItem,
    Attendance,
    Body,
    FollowUp,
    Meeting,
    Minutes,
    MinutesEntry,
    Seat,
    SeatHolder,
)
from strategy.samples import make_sample_meetings
from tests.strategy.meetings import rows

pytestmark = pytest.mark.django_db

WRITTEN = (Meeting, AgendaItem, Minutes, MinutesEntry, Attendance, Seat, SeatHolder, FollowUp)


@pytest.fixture
def now():
    return timezone.now()


def test_two_meetings_come_and_one_has_a_public_extract(now, told):
    make_sample_meetings(now=now)

    samples = Meeting.objects.filter(sample=True).select_related("body")
    coming = samples.coming(timezone.localdate(now))
    assert [(each.body.kind, each.state) for each in coming] == [
        ("working_committee", "planned"),
        ("board", "invited"),
    ]
    assert all(each.published and each.items.exists() for each in samples)
    assert Minutes.objects.public(samples=True).count() == 1
    assert MinutesEntry.objects.public(samples=True).count() == 2
    assert MinutesEntry.objects.public().count() == 0


def test_making_them_again_changes_nothing(now, told):
    make_sample_meetings(now=now)
    before, messages = rows(*WRITTEN), dict(told)

    make_sample_meetings(now=now)

    assert rows(*WRITTEN) == before
    assert told == messages


def test_the_accounts_of_the_demo_sit_on_the_board_and_are_never_named_in_public(now, told):
    make_sample_meetings(now=now)

    holders = SeatHolder.objects.filter(user__isnull=False)
    assert {each.user.username: each.role for each in holders.select_related("user")} == {
        **{f"gremium{number}": "member" for number in range(1, 6)},
        "vorsitz": "chair",
        "vertretung": "deputy",
    }
    assert all(each.name.endswith(" (Demo)") and each.organisation.startswith("Beispielverein") for each in holders)
    assert SeatHolder.objects.public(timezone.localdate(now)).count() == 0


def test_without_the_content_pack_and_its_seats_what_is_missing_is_made(now, told):
    Seat.objects.all().delete()

    make_sample_meetings(now=now)

    board = Body.objects.get(key="begleitgremium")
    assert [seat.number for seat in board.seats.all()] == list(range(19, 26))


def test_without_demo_accounts_nobody_is_seated(now, told, django_user_model):
    django_user_model.objects.update(is_demo=False)

    with pytest.raises(Exception, match="Für diesen Tag ist niemand eingetragen"):
        make_sample_meetings(now=now)

    assert Meeting.objects.filter(sample=True).count() == 0
