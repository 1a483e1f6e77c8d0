"""Verb by role: editors work on every measure, departments on their own, everybody else reads at most."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from measures.models import Measure
from measures.permissions import is_reporter, may
from measures.workflow import move, moves_for
from strategy.models import Unit, UnitMember, units_of
from tests.measures.factories import create_measure, create_unit, create_update, fresh, publish
from wir.accounts.demo import ACCOUNTS

pytestmark = pytest.mark.django_db

VERBS = ["publish_measure", "change_measure", "publish_update", "import_measure"]
ALL = set(VERBS)


@pytest.fixture
def measures(person):
    """A measure of the department's own, one of a department below it, one by contact, and two of others."""
    own = create_unit("90", members=[person("fachstelle")])
    below, other = create_unit("90.1", parent=own), create_unit("91")
    return {
        "own": create_measure(900, responsible=own),
        "below": create_measure(901, responsible=below),
        "contact": create_measure(902, contact=own),
        "other": create_measure(903, responsible=other),
        "nobody's": create_measure(904),
    }


def allowed(user, measure):
    return {verb for verb in VERBS if may(user, f"measures.{verb}", measure)}


@pytest.mark.parametrize("role", ACCOUNTS)
def test_each_role_may_do_exactly_this(person, measures, role):
    everything = dict.fromkeys(measures, ALL)
    department = {"change_measure", "publish_update"}
    expected = {
        "redaktion": everything,
        "admin": everything,
        "fachstelle": dict.fromkeys(measures, set()) | dict.fromkeys(["own", "below", "contact"], department),
    }

    found = {name: allowed(person(role), measure) for name, measure in measures.items()}

    assert found == expected.get(role, dict.fromkeys(measures, set()))


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("90", {"own", "below", "contact"}),
        ("90.1", {"below"}),  # nothing of the department above
        ("91", {"other"}),
        (None, set()),
    ],
)
def test_a_reporter_works_for_her_unit_and_those_below_it(person, measures, unit, expected):
    user = person("fachstelle")
    UnitMember.objects.filter(user=user).delete()
    if unit:
        UnitMember.objects.create(user=user, unit=Unit.objects.get(number=unit))

    found = {name for name, measure in measures.items() if allowed(user, measure)}

    assert found == expected
    assert {each.number for each in Measure.objects.of_units(units_of(user))} == {
        measures[name].number for name in expected
    }


def test_of_two_units_each_counts_whoever_answers_for_it(person, measures):
    user = person("fachstelle")
    UnitMember.objects.create(user=user, unit=Unit.objects.get(number="91"))

    assert {name for name, measure in measures.items() if allowed(user, measure)} == {
        "own",
        "below",
        "contact",
        "other",
    }


def test_the_portal_itself_may_do_everything(measures):
    assert allowed(None, measures["nobody's"]) == ALL


def test_guests_may_do_nothing(measures):
    assert [allowed(AnonymousUser(), measure) for measure in measures.values()] == [set()] * 5


@pytest.mark.parametrize("role", ACCOUNTS)
def test_only_the_department_is_a_reporter(person, role):
    assert is_reporter(person(role)) == (role == "fachstelle")


def test_somebody_who_left_may_do_nothing(person, measures):
    user = person("fachstelle")
    user.is_active = False
    user.save()

    assert allowed(person("fachstelle"), measures["own"]) == set()


def test_a_refused_person_moves_nothing(person, measures):
    update = create_update(publish(measures["other"]))

    with pytest.raises(PermissionDenied):
        move(update, "publish", by=person("fachstelle"))

    assert fresh(update).state == "draft"


def test_a_department_publishes_reports_on_its_own_measures(person, measures):
    update = create_update(publish(measures["below"]))

    move(update, "publish", by=person("fachstelle"))

    assert (fresh(update).state, fresh(update).published_by.username) == ("published", "fachstelle")


def test_only_moves_that_a_person_may_make_are_offered(person, measures):
    own, other = create_update(publish(measures["own"])), create_update(publish(measures["other"]))

    def offered(obj, role):
        return [name for name, _label, _reasons in moves_for(fresh(obj), person(role))]

    assert (offered(own, "fachstelle"), offered(other, "fachstelle")) == (["publish"], [])
    assert (offered(own, "redaktion"), offered(other, "redaktion")) == (["publish"], ["publish"])
    assert (offered(measures["own"], "fachstelle"), offered(measures["own"], "redaktion")) == ([], ["withdraw"])
    assert offered(own, "leitung") == []
