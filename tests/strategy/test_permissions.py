"""Verb by role: the office coordinates, a chair approves in her own body, members propose, everybody else reads."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from strategy.permissions import APPROVE, COORDINATE, check_may_propose, may
from strategy.workflow import moves_for
from tests.strategy.meetings import LATER, TODAY, create_body, create_meeting, fresh, hold, lay, seat, with_topic, write
from wir.accounts.demo import ACCOUNTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def bodies(person):
    """One with seats for the demo's accounts, and one in which nobody of them sits."""
    own, other = create_body("own"), create_body("other")
    for number, name in enumerate(("gremium1", "vorsitz", "vertretung", "ausschuss"), 1):
        role = {"vorsitz": "chair", "vertretung": "deputy"}.get(name, "member")
        seat(own, person(name), number, role=role)
    return {"own": own, "other": other}


def proposes(user, body):
    try:
        check_may_propose(user, body, TODAY)
    except PermissionDenied:
        return False
    return True


def allowed(user, body):
    found = {verb for verb in (COORDINATE, APPROVE) if may(user, verb, body, TODAY)}
    return found | ({"propose"} if proposes(user, body) else set())


OFFICE = {COORDINATE, "propose"}
EXPECTED = {
    "admin": {"own": {*OFFICE, APPROVE}, "other": {*OFFICE, APPROVE}},
    "leitung": {"own": {*OFFICE, APPROVE}, "other": {*OFFICE, APPROVE}},
    "team1": {"own": OFFICE, "other": OFFICE},
    "team2": {"own": OFFICE, "other": OFFICE},
    "vorsitz": {"own": {APPROVE, "propose"}},
    "vertretung": {"own": {APPROVE, "propose"}},
    "gremium1": {"own": {"propose"}},
    "ausschuss": {"own": {"propose"}},
}


@pytest.mark.parametrize("role", ACCOUNTS)
def test_each_role_may_do_exactly_this(person, bodies, role):
    found = {name: allowed(person(role), body) for name, body in bodies.items()}

    assert found == {"own": set(), "other": set()} | EXPECTED.get(role, {})


def test_guests_may_do_nothing(bodies):
    assert [allowed(AnonymousUser(), body) for body in bodies.values()] == [set(), set()]


def test_the_portal_itself_may_do_everything(bodies):
    assert allowed(None, bodies["other"]) == {COORDINATE, APPROVE, "propose"}


def test_a_chair_who_left_the_board_approves_nothing(person, bodies):
    holder = person("vorsitz").seats.get(seat__body=bodies["own"])
    holder.valid_until = TODAY
    holder.save()

    assert may(person("vorsitz"), APPROVE, bodies["own"], TODAY) is True
    assert may(person("vorsitz"), APPROVE, bodies["own"], LATER) is False


def test_a_seat_as_chair_alone_approves_nothing(person, bodies):
    seat(bodies["other"], person("gremium2"), 1, role="chair")

    assert may(person("gremium2"), APPROVE, bodies["other"], TODAY) is False


def test_only_moves_that_a_person_may_make_are_offered(person, bodies):
    meeting = with_topic(create_meeting(bodies["own"]))
    minutes = lay(write(hold(with_topic(create_meeting(bodies["own"], LATER)))))

    def offered(thing, role):
        return [name for name, _step in moves_for(fresh(thing), person(role))]

    assert offered(meeting, "team1") == ["publish", "invite", "hold", "cancel"]
    assert (offered(meeting, "vorsitz"), offered(meeting, "gremium1")) == ([], [])
    assert offered(minutes, "leitung") == ["take_back", "approve"]
    assert offered(minutes, "team1") == ["take_back"]
    assert offered(minutes, "gremium1") == []
