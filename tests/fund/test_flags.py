"""What is shown to staff as perhaps double, perhaps split, perhaps begun too early. Nothing of it decides."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fund import flags
from fund.models import Flag
from tests.fund.factories import NOON, create_application, create_draft, create_rules, submit, team

pytestmark = pytest.mark.django_db

AGAIN = NOON + timedelta(days=10)


def raised(case):
    """{kind: numbers of the cases it names}"""
    return {each.kind: {other.pk for other in each.others.all()} for each in case.flags.all()}


def first_and_second(now=AGAIN, **changed):
    first, _secret = create_application("submitted")
    draft, _secret = create_draft(now, **changed)
    return first, submit(draft, now)


@pytest.mark.parametrize(
    ("changed", "double"),
    [
        ({}, True),
        ({"title": "GEMEINSAM Kochen, in Linden!"}, True),
        ({"title": "In Linden gemeinsam kochen", "requested": Decimal("900")}, True),
        ({"title": "Ein Chor für alle"}, True),  # the same amount
        ({"title": "Ein Chor für alle", "requested": Decimal("900")}, False),
        ({"organisation": "Ein anderer Verein", "person": "Jan Kowalski", "mail": "jan@example.org"}, False),
        ({"organisation": "Ein anderer Verein", "person": "Jan Kowalski"}, True),  # the same mail address
        ({"organisation": "Ein anderer Verein", "mail": "jan@example.org"}, True),  # the same person
        ({"organisation": "nachbarschaft linden e.v.", "person": "Jan", "mail": "jan@example.org"}, True),
    ],
)
def test_the_same_people_with_a_similar_title_or_the_same_amount_are_perhaps_double(changed, double):
    first, second = first_and_second(**changed)

    assert raised(second) == ({"duplicate": {first.pk}} if double else {})
    assert raised(first) == {}


@pytest.mark.parametrize(("days", "double"), [(60, True), (61, False)])
def test_only_cases_of_the_last_days_are_compared(days, double):
    changed = {"starts": date(2027, 9, 1), "ends": date(2027, 10, 1)}
    _first, second = first_and_second(NOON + timedelta(days=days), **changed)

    assert ("duplicate" in raised(second)) is double


def test_two_phone_numbers_written_differently_are_one():
    own = {"mail": None, "organisation": "A", "person": "B", "phone": "0511 168-12345"}
    first, _secret = create_application("submitted", **own)
    draft, _secret = create_draft(AGAIN, **own | {"organisation": "C", "person": "D", "phone": "+49 511 16812345"})

    assert raised(submit(draft, AGAIN)) == {"duplicate": {first.pk}}


def test_samples_and_ended_cases_are_left_alone():
    create_application("submitted", sample=True)
    create_application("withdrawn")
    draft, _secret = create_draft(AGAIN)

    assert raised(submit(draft, AGAIN)) == {}


@pytest.mark.parametrize(("amount", "split"), [("3800", False), ("3800.01", True)])
def test_small_cases_of_a_year_that_ask_for_more_than_the_limit_together_are_perhaps_split(amount, split):
    other = {"title": "Ein Chor für alle", "requested": Decimal(amount), "total": Decimal("4500")}
    first, second = first_and_second(**other)

    assert raised(second) == ({"splitting": {first.pk}} if split else {})


def test_the_rules_may_leave_splitting_out():
    create_rules(splitting=False)
    _first, second = first_and_second(title="Ein Chor für alle", requested=Decimal("4500"), total=Decimal("4500"))

    assert raised(second) == {}


def test_last_year_is_another_year():
    create_application("submitted", requested=Decimal("4500"), total=Decimal("4500"))
    now = NOON + timedelta(days=330)
    later = {"starts": date(2028, 9, 1), "ends": date(2028, 10, 1), "title": "Ein Chor"}
    draft, _secret = create_draft(now, **later)

    assert raised(submit(draft, now)) == {}


@pytest.mark.parametrize(("starts", "early"), [(date(2027, 3, 28), True), (date(2027, 3, 29), False)])
def test_a_project_that_begins_before_the_promised_answer_begins_early(starts, early):
    case, _secret = create_application("submitted", starts=starts)

    assert raised(case) == ({"early_start": set()} if early else {})


def test_looking_again_raises_nothing_that_was_settled():
    first, second = first_and_second()
    flag = second.flags.get()
    flags.look(second, AGAIN)
    assert second.flags.count() == 1

    flag.settled_at, flag.settled_by = AGAIN, team().user
    flag.save()
    flags.look(second, AGAIN)
    assert second.flags.count() == 1

    third, _secret = create_draft(AGAIN)
    third = submit(third, AGAIN)
    flags.look(second, AGAIN)
    assert [raised_flag.kind for raised_flag in second.flags.filter(settled_at=None)] == ["duplicate"]
    assert raised(third) == {"duplicate": {first.pk, second.pk}}
    assert Flag.objects.filter(application=first).count() == 0
