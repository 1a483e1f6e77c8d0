"""Who applies for how much decides the tier: the whole table, under both rule sets that ship."""

from decimal import Decimal

import pytest

from fund.models import RuleSet
from fund.routing import NoTier, counted, route
from tests.fund.rules import copy_of

pytestmark = pytest.mark.django_db

OTHERS = ["organisation", "group", "person", "tandem"]
TABLE = {
    "papier-2021": {
        "-0.01": "nothing",
        "0": "nothing",
        "0.01": "micro",
        "4999.99": "micro",
        "5000.00": "micro",
        "5000.01": "project",
        "10000.00": "project",
        "50000.00": "project",
        "50000.01": "too_much",
    },
    "praxis-2025": {
        "0": "nothing",
        "0.01": "micro",
        "4999.99": "micro",
        "5000.00": "micro",
        "5000.01": "micro",
        "10000.00": "micro",
        "10000.01": "project",
        "50000.00": "project",
        "50000.01": "too_much",
    },
}
ROWS = [(key, amount, expected) for key, rows in TABLE.items() for amount, expected in rows.items()]


def rules(key):
    return RuleSet.objects.with_tiers().get(key=key)


def tier_or_reason(rule_set, kind, amount):
    try:
        return route(rule_set, kind, Decimal(amount)).key
    except NoTier as refusal:
        return refusal.reason


@pytest.mark.parametrize(("key", "amount", "expected"), ROWS)
def test_everybody_outside_the_administration_is_routed_by_the_amount(key, amount, expected):
    rule_set = rules(key)

    assert {tier_or_reason(rule_set, kind, amount) for kind in OTHERS} == {expected}


@pytest.mark.parametrize("key", TABLE)
@pytest.mark.parametrize("amount", ["0.01", "3000", "5000.00", "50000.01", "900000"])
def test_a_city_unit_takes_the_path_of_the_administration_whatever_the_amount(key, amount):
    assert tier_or_reason(rules(key), "unit", amount) == "administration"


def test_a_city_unit_that_asks_for_nothing_is_refused_too():
    assert tier_or_reason(rules("papier-2021"), "unit", "0") == "nothing"


def test_the_boundary_can_belong_to_the_upper_tier_and_the_last_limit_stays_its_own():
    rule_set = rules(copy_of(boundary="upper").key)

    found = [tier_or_reason(rule_set, "person", amount) for amount in ("4999.99", "5000", "50000", "50000.01")]

    assert found == ["micro", "project", "project", "too_much"]


def test_a_refusal_tells_the_most_this_fund_gives():
    with pytest.raises(NoTier) as refusal:
        route(rules("papier-2021"), "person", Decimal("50000.01"))

    assert refusal.value.highest == Decimal("50000.00")


def test_routing_asks_the_database_nothing_beyond_the_tiers(django_assert_num_queries):
    rule_set = rules("papier-2021")

    with django_assert_num_queries(0):
        route(rule_set, "person", Decimal("4000"))


def test_the_rule_set_says_which_amount_counts():
    grant, total = rules("papier-2021"), rules(copy_of(amount_means="total").key)

    found = [counted(each, requested=Decimal(4000), total=Decimal(9000)) for each in (grant, total)]

    assert found == [Decimal(4000), Decimal(9000)]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("papier-2021", {"micro": "team", "project": "body_then_committee", "administration": "body_then_committee"}),
        ("praxis-2025", {"micro": "body", "project": "body_then_committee", "administration": "body_then_committee"}),
    ],
)
def test_each_tier_has_the_path_its_rule_set_names(key, expected):
    assert {tier.key: tier.path for tier in rules(key).tiers.all()} == expected
