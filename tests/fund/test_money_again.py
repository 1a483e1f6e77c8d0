"""Money that goes back and is taken again in one round, pots that come later, and waiting lists whose year is over."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError
from django.utils import timezone

from fund import clock, deciding, letters, money
from fund.desk import shortage
from fund.models import Decision, FundYear, LedgerEntry, Letter, Pot
from fund.workflow import blockers, perform
from tests.fund.factories import (
    LATER_ON,
    NOON,
    create_application,
    create_other_year,
    file_paper,
    for_committee,
    fresh,
    has_money,
    has_no_money,
    lead,
    propose,
    said,
    team,
    waitlist,
)
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db

AGREED = "Zugestimmt im Brief vom 2. Juni 2027"
JANUARY = datetime(2028, 1, 10, 9, tzinfo=UTC)


def yes(amount="18000", **values):
    """16,000 are held for it, and the deciding committee said yes."""
    case = for_committee(**values)
    file_paper(case)
    said(case, "changed", amount=Decimal(amount), more_agreed=AGREED, why_de="Mehr Personal.")
    return fresh(case)


def waits(case):
    return fresh(perform(fresh(case), "waitlist_in_committee", by=lead(), now=LATER_ON))


def called_up(case, now=LATER_ON):
    return fresh(perform(fresh(case), "call_up_to_committee", by=team(), now=now, on=timezone.localdate(now)))


def refusal(case, name, by=None, now=LATER_ON, **values):
    return [str(reason) for reason in blockers(fresh(case), name, by=by or lead(), now=now, **values)]


def read(case):
    letter = Letter.objects.get(decision__application=case)
    letters.read(letter, seen=letters.fingerprint(letter), by=team().user, now=NOON)


def year_of(case):
    year = FundYear.objects.get(pk=case.year_id)
    return year.held, year.committed


# Once more in one round -----------------------------------------------------------------------------------------------


def test_what_was_held_once_can_be_held_again_after_the_waiting_list():
    case = has_no_money(yes())
    case = has_money(waits(case), 50_000)

    case = called_up(case)

    assert (case.state, money.held_for(case).amount, year_of(case)) == ("committee_queue", 18_000, (18_000, 0))
    assert list(money.differences()) == []


def test_it_goes_back_and_is_taken_as_often_as_it_happens_and_each_entry_has_its_key():
    case = for_committee()
    for _time in range(3):
        money.unhold(case, by=None, now=NOON)
        money.hold(case, Decimal("16000"), by=None, now=NOON)

    keys = LedgerEntry.objects.filter(application=case).order_by("pk").values_list("key", flat=True)
    named = [key.removeprefix(f"{case.pk}-") for key in keys]
    assert named == ["hold-1", "unhold-1", "hold-1-2", "unhold-1-2", "hold-1-3", "unhold-1-3", "hold-1-4"]
    assert year_of(case) == (16_000, 0)


def test_nothing_is_held_twice_at_a_time():
    case = for_committee()

    with pytest.raises(IntegrityError):
        money.hold(case, Decimal("16000"), by=None, now=NOON)


# A pot that was made later --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "enough"), [("15999.99", False), ("16000", True)])
def test_what_is_held_elsewhere_does_not_count_for_a_pot_that_was_made_later(share, enough):
    case = yes("16000")
    Pot.objects.create(year_id=case.year_id, tier_key="project", share=Decimal(share))

    approving, waiting = refusal(case, "approve_in_committee"), refusal(case, "waitlist_in_committee")

    assert (approving == [], waiting == []) == (enough, not enough)
    if enough:
        assert fresh(perform(case, "approve_in_committee", by=lead(), now=LATER_ON)).state == "approved"
    else:
        assert approving == ["Das Geld reicht nicht: Frei sind 15.999,99\N{NO-BREAK SPACE}€."]
        assert waits(case).state == "waitlisted"


# A year out of which nothing is given ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("state", "sentence"), [("closed", money.YEAR_CLOSED), ("draft", money.NOT_PUBLIC)])
def test_a_yes_whose_year_gives_nothing_now_is_led_into_another_year_and_not_on_a_dead_list(state, sentence):
    case = yes("16000")
    FundYear.objects.filter(pk=case.year_id).update(state=state)
    told = sentence.format(year=case.year)

    assert refusal(case, "approve_in_committee") == refusal(case, "waitlist_in_committee") == [told]


@pytest.mark.parametrize("state", ["closed", "draft"])
def test_no_less_and_no_list_are_offered_where_the_year_gives_nothing_now(state):
    case = propose(has_money(create_application("team_decision")[0]), "approval")
    FundYear.objects.filter(pk=case.year_id).update(state=state)
    create_other_year()

    assert [way.label for way in shortage.ways(fresh(case), NOON)] == ["anderes Jahr"]


# A year that is over --------------------------------------------------------------------------------------------------


def test_nobody_comes_on_the_list_of_a_year_that_is_over():
    small = has_no_money(create_application("team_decision")[0])
    said_no = [deciding.LIST_OVER.format(year=small.year)]

    before, after = (
        refusal(small, "propose_waitlist", team(), now, amount=small.revision.requested) for now in (NOON, JANUARY)
    )
    proposed = propose(small, "waitlist")
    confirming = refusal(proposed, "waitlist", team("team2"), JANUARY)

    assert (before, after, confirming) == ([], said_no, said_no)


def test_nor_does_a_yes_of_the_committee():
    case = has_no_money(yes())

    assert refusal(case, "waitlist_in_committee", now=JANUARY) == [deciding.LIST_OVER.format(year=case.year)]


def test_nobody_is_told_in_january_of_a_list_that_has_ended():
    case = waitlist(create_application("team_decision")[0])
    read(case)
    there = refusal(case, "release_decision", team(), datetime(2027, 12, 31, 12, tzinfo=UTC))

    assert there == []
    with pytest.raises(Refused) as refused:
        perform(fresh(case), "release_decision", by=team(), now=JANUARY)
    assert refused.value.reasons == [deciding.LIST_OVER.format(year=case.year)]
    clock.run(JANUARY)
    assert (fresh(case).state, Decision.objects.get(application=case).dropped_at) == ("waitlisted", None)


def test_a_refusal_is_told_in_january_as_ever():
    case = create_application("team_decision")[0]
    case = propose(case, "rejection")
    case = fresh(perform(case, "reject", by=team("team2"), now=NOON))
    read(case)

    assert refusal(case, "release_decision", team(), JANUARY + timedelta(days=1)) == []
