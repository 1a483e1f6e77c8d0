"""A seat that changes hands in mid-term, and what the office is told that seats lack."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from strategy.models import Seat, SeatHolder
from strategy.seats import gaps_of, seat_gaps, succeed
from tests.strategy.meetings import NOON, create_body, create_holder, create_seat, fresh, rows
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db

ON = date(2027, 4, 1)
NEW = {"name": "Bo Celik", "mail": "bo@example.org"}


@pytest.fixture
def body():
    return create_body()


def members(seat):
    holders = SeatHolder.objects.filter(seat=seat, substitute=False).order_by("valid_from")
    return [(each.name, each.valid_from, each.valid_until) for each in holders]


def test_who_held_the_seat_leaves_the_day_before(body, told):
    one = create_seat(body)
    create_holder(one)
    create_holder(one, "Cem Dorn", substitute=True)

    holder = succeed(one, on=ON, by=None, now=NOON, **NEW)

    assert members(one) == [
        ("Ada Berger", date(2026, 1, 1), date(2027, 3, 31)),
        ("Bo Celik", ON, None),
    ]
    assert one.holders.get(substitute=True).valid_until is None
    assert fresh(holder).mail == "bo@example.org"


@pytest.mark.parametrize(
    ("public", "consent", "asks"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_the_new_holder_is_welcomed_and_asked_for_consent_where_the_seat_is_public(body, told, public, consent, asks):
    one = create_seat(body, public=public)
    values = {"consent_on": date(2027, 2, 1), "consent_how": "Formular"} if consent else {}

    succeed(one, on=ON, by=None, now=NOON, **NEW | values)

    [(kind, to, context)] = told.values()
    assert (kind, to.mail, context["asks_consent"]) == ("seat_begins", "bo@example.org", asks)
    assert (context["body"], context["since"]) == ("Gremium probe", "1. April 2027")


def test_an_empty_seat_is_taken(body, told):
    one = create_seat(body)

    succeed(one, on=ON, by=None, now=NOON, **NEW)

    assert members(one) == [("Bo Celik", ON, None)]


@pytest.mark.parametrize(
    ("since", "until", "fault"),
    [
        (ON, None, Refused),  # took it on the very day
        (ON + timedelta(days=30), None, ValidationError),  # somebody is named already for later
    ],
)
def test_a_change_that_does_not_fit_writes_nothing(body, told, since, until, fault):
    one = create_seat(body)
    create_holder(one, valid_from=since, valid_until=until)
    before = rows(SeatHolder)

    with pytest.raises(fault):
        succeed(one, on=ON, by=None, now=NOON, **NEW)

    assert rows(SeatHolder) == before
    assert told == {}


def test_who_leaves_stays_where_the_new_one_does_not_fit(body, told):
    one = create_seat(body)
    create_holder(one)
    before = rows(SeatHolder)

    with pytest.raises(ValidationError):
        succeed(one, on=ON, by=None, now=NOON, name="", mail="")

    assert rows(SeatHolder) == before
    assert told == {}


def test_of_two_who_enter_a_change_one_is_refused(body, told):
    one = create_seat(body)
    create_holder(one)
    succeed(one, on=ON, by=None, now=NOON, **NEW)

    with pytest.raises(Refused):
        succeed(one, on=ON, by=None, now=NOON, name="Cem Dorn", mail="cem@example.org")

    assert [name for name, _from, _until in members(one)] == ["Ada Berger", "Bo Celik"]
    assert len(told) == 1


def test_of_two_who_end_the_same_term_at_the_same_moment_one_is_refused(body, told, monkeypatch):
    """The other one writes between our reading and our writing."""
    one = create_seat(body)
    create_holder(one)
    on = SeatHolder.objects.on

    class Slow:
        def __getattr__(self, name):
            return getattr(SeatHolder._default_manager, name)

        def on(self, day):
            return Found(on(day))

    class Found:
        def __init__(self, found):
            self.found = found

        def filter(self, **values):
            return self.__class__(self.found.filter(**values))

        def first(self):
            seen = self.found.first()
            SeatHolder.objects.filter(pk=seen.pk).update(valid_until=ON - timedelta(days=9))
            return seen

    monkeypatch.setattr("strategy.seats.SeatHolder.objects", Slow())
    with pytest.raises(Refused):
        succeed(one, on=ON, by=None, now=NOON, **NEW)
    monkeypatch.undo()

    assert [name for name, _from, _until in members(one)] == ["Ada Berger"]


def test_of_two_on_an_empty_seat_one_is_refused(body, told, monkeypatch):
    one = create_seat(body)
    save = SeatHolder.save

    def somebody_else_first(self, *args, **kwargs):
        SeatHolder.objects.bulk_create([SeatHolder(seat=one, name="Cem Dorn", valid_from=ON)])
        save(self, *args, **kwargs)

    monkeypatch.setattr(SeatHolder, "save", somebody_else_first)
    with pytest.raises(Refused):
        succeed(one, on=ON, by=None, now=NOON, **NEW)

    assert told == {}


@pytest.mark.parametrize("role", ["redaktion", "gremium1", "vorsitz", "ausschuss", "fachstelle"])
def test_only_the_office_enters_a_change(body, person, told, role):
    one = create_seat(body)

    with pytest.raises(PermissionDenied):
        succeed(one, on=ON, by=person(role), now=NOON, **NEW)

    assert (members(one), told) == ([], {})


# Gaps -----------------------------------------------------------------------------------------------------------------


MISSING = [
    "Kein besetzter Sitz mit dem Kennzeichen „Jugendvertretung“, wie das Papier es will",
    "Kein besetzter Sitz mit dem Kennzeichen „Migrant*innenorganisation“, wie das Papier es will",
]


def test_gaps_are_told_in_sentences(body):
    day = date(2027, 3, 1)
    assert list(gaps_of(body, day)) == []  # no seat is known at all

    create_holder(create_seat(body, 1, label="DGB"), valid_until=date(2026, 6, 30))
    one = list(gaps_of(body, day))
    create_holder(create_seat(body, 2), valid_until=date(2026, 6, 30))
    create_seat(body, 3)
    create_holder(create_seat(body, 4, mark="youth"))
    create_seat(body, 5, valid_until=date(2026, 6, 30), mark="migrant_organisation")

    assert one == ["Sitz 1: DGB ist unbesetzt", *MISSING]
    assert list(gaps_of(body, day)) == ["2 Sitze sind unbesetzt", MISSING[1]]


def test_gaps_of_all_bodies_cost_statements_for_those_with_seats_only(body):
    Seat.objects.all().delete()
    create_seat(body)

    def statements():
        with CaptureQueriesContext(connection) as captured:
            list(seat_gaps(date(2027, 3, 1)))
        return len(captured)

    before = statements()
    for number in range(30):
        create_body(f"other-{number}")

    assert statements() == before
    assert before <= 5
