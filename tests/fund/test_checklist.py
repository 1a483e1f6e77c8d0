"""The formal check: which points a case has, and that only the newest revision counts as checked."""

from datetime import timedelta

import pytest

from fund import checklist
from fund.models import Revision
from tests.fund.factories import NOON, PROJECT, check, create_application, fresh, plan_meeting, team

pytestmark = pytest.mark.django_db


def keys(application):
    return [row.point.key for row in checklist.rows_of(application)]


def revise(application, at):
    """The same answers handed in once more."""
    old = application.revision
    values = {field.attname: getattr(old, field.attname) for field in Revision._meta.concrete_fields}
    new = Revision.objects.create(**values | {"id": None, "number": old.number + 1, "made_at": at})
    type(application).objects.filter(pk=application.pk).update(revision=new)
    return fresh(application)


def test_a_small_project_of_a_club_has_no_concept_and_needs_no_named_person():
    application, _secret = create_application("formal_check")

    assert keys(application) == ["applicant", "goals", "place", "costs", "own_share", "dates", "files", "duplicate"]


def test_a_group_names_a_person_and_a_larger_project_has_a_concept():
    plan_meeting()
    group, _secret = create_application("formal_check", kind="group", title="Gruppe")
    larger, _secret = create_application("formal_check", answers=PROJECT)

    assert ("person" in keys(group), "concept" in keys(group)) == (True, False)
    assert ("person" in keys(larger), "concept" in keys(larger)) == (False, True)


def test_a_point_that_is_not_fine_stays_open():
    application = check(create_application("formal_check")[0])

    checklist.tick(application, "costs", fine=False, note="Miete fehlt", by=team().user, now=NOON)

    assert checklist.open_points(fresh(application)) == ["Die Kosten sind nachvollziehbar"]


def test_a_tick_can_be_taken_away_again():
    application = check(create_application("formal_check")[0])

    checklist.tick(application, "place", fine=None, note="", by=team().user, now=NOON)

    assert checklist.open_points(fresh(application)) == ["Das Projekt findet in Hannover statt"]


def test_a_new_revision_opens_every_point_again():
    application = check(create_application("formal_check")[0])
    assert checklist.open_points(application) == []

    application = revise(application, NOON + timedelta(days=3))

    assert len(checklist.open_points(application)) == len(checklist.rows_of(application))
    assert {row.stale for row in checklist.rows_of(application)} == {True}
