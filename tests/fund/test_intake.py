"""When and where one can apply, to the second, in Hannover's time."""

from datetime import UTC, datetime, timedelta

import pytest

from fund.intake import end_of, is_open, openings
from fund.models import Call, RuleSet
from fund.rules_workflow import move
from tests.fund.rules import at, copy_of, create_call, create_year, noon, put_in_force

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def titles(now, **options):
    return [each.call.title_de if each.call else str(each.year) for each in openings(now, **options)]


def test_a_call_is_open_from_its_first_to_its_last_second():
    call = create_call(create_year(rolling=False))

    moments = {
        "before": at(2027, 2, 28, 23, 59, 59),
        "first": at(2027, 3, 1, 0, 0, 0),
        "last": at(2027, 3, 31, 23, 59, 59),
        "within the last": at(2027, 3, 31, 23, 59, 59) + timedelta(microseconds=999_999),
        "after": at(2027, 4, 1, 0, 0, 0),
    }

    assert {name: titles(now) for name, now in moments.items()} == {
        "before": [],
        "first": [call.title_de],
        "last": [call.title_de],
        "within the last": [call.title_de],
        "after": [],
    }


@pytest.mark.parametrize(
    ("closes", "after"),
    [
        # 28 March 2027, 2:00 becomes 3:00: the day ends at 22:00 in Greenwich
        (
            (2027, 3, 28, 23, 59, 59),
            datetime(2027, 3, 28, 22, tzinfo=UTC),
        ),
        # 31 October 2027, 3:00 becomes 2:00: the day ends at 23:00 in Greenwich
        (
            (2027, 10, 31, 23, 59, 59),
            datetime(2027, 10, 31, 23, tzinfo=UTC),
        ),
    ],
)
def test_the_days_on_which_the_clocks_change_end_when_hannover_says(closes, after):
    create_call(create_year(rolling=False), opens_at=at(2027, 3, 1), closes_at=at(*closes))

    assert (titles(after - SECOND), titles(after)) == (["Frühjahrsrunde"], [])


def test_a_year_that_takes_applications_at_any_time_ends_with_its_last_second():
    create_year(2027)

    found = {now: titles(now) for now in (end_of(2026), end_of(2026) + SECOND, end_of(2027), end_of(2027) + SECOND)}

    assert list(found.values()) == [[], ["2027"], ["2027"], []]


def test_whoever_had_the_page_open_has_the_grace_of_the_rules_and_not_a_second_more():
    create_call(create_year(rolling=False))
    opening, grace = openings(noon())[0], timedelta(minutes=60)

    after = opening.closes_at + SECOND
    found = [is_open(opening, now, grace) for now in (after, after + grace - SECOND, after + grace)]

    assert found == [True, True, False]
    assert is_open(opening, after) is False


def test_drafts_withdrawn_calls_and_calls_of_unpublished_years_are_no_openings():
    year, hidden = create_year(rolling=False), create_year(2028, published=False)
    create_call(year, published=False)
    withdrawn = create_call(year, title_de="Zurückgezogen")
    move(withdrawn, "withdraw", by=None, now=noon())
    Call.objects.filter(pk=create_call(year, title_de="Ohne Jahr").pk).update(year=hidden)

    assert titles(noon()) == []


def test_an_opening_that_was_withdrawn_meanwhile_is_closed():
    call = create_call(create_year(rolling=False))
    opening = openings(noon())[0]
    move(call, "withdraw", by=None, now=noon())

    opening.call.refresh_from_db()

    assert is_open(opening, noon()) is False


def test_samples_and_real_openings_never_stand_together():
    create_call(create_year())
    create_call(create_year(sample=True), title_de="Beispiel")

    assert titles(noon()) == ["Frühjahrsrunde", "2027"]
    assert titles(noon(), samples=True) == ["Beispiel", "2027 (Beispiel)"]


def test_the_call_that_closes_first_stands_first():
    year = create_year(rolling=False)
    create_call(year, title_de="Später", closes_at=at(2027, 5, 1))
    create_call(year, title_de="Früher")

    assert titles(noon()) == ["Früher", "Später"]


def test_an_opening_has_the_rules_of_its_call_before_those_of_its_year_before_those_in_force():
    own = copy_of()
    create_call(create_year(), rule_set=own)

    found = [(each.call is not None, each.rule_set.key) for each in openings(noon())]

    assert found == [(True, "entwurf"), (False, "papier-2021")]


def test_where_large_projects_need_a_call_the_year_alone_does_not_take_them():
    create_year()
    before = openings(noon())[0].tier_keys

    put_in_force(copy_of(large_needs_call=True))

    assert before == ("micro", "project", "administration")
    assert openings(noon())[0].tier_keys == ("micro", "administration")


def test_a_call_at_another_address_is_an_opening_that_is_not_here():
    year = create_year(rolling=False)
    create_call(year, where="elsewhere", address="https://example.org/antrag", meets_de="Ein Formular auf Deutsch.")

    assert [each.is_here for each in openings(noon())] == [False]


def test_without_rules_nothing_is_open():
    create_call(create_year())
    move(RuleSet.objects.get(key="papier-2021"), "retire", by=None, now=noon())

    assert openings(noon()) == []


@pytest.mark.parametrize("calls", [1, 3])
def test_three_calls_cost_as_much_as_one(django_assert_num_queries, calls):
    year = create_year()
    for number in range(calls):
        create_call(year, title_de=f"Aufruf {number}")

    with django_assert_num_queries(4):  # the rules, their tiers, the calls, the years
        openings(noon())
