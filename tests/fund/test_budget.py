"""The ceiling of a year: every euro a row that says who decided it, never below what is promised."""

import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from fund import books, budget, money
from fund.models import CarryOver, FundYear, LedgerEntry
from fund.rules_workflow import move
from tests.fund.factories import (
    NOON,
    approve,
    create_application,
    create_held,
    create_other_year,
    create_year,
    fresh,
    has_money,
    set_ceiling,
)
from tests.fund.rules import create_call
from wir.accounts.models import User
from wir.lib.workflow import FASTER, Refused

pytestmark = pytest.mark.django_db

EURO = Decimal("0.01")


def person(name):
    return User.objects.get(username=name)


def booked(year):
    found = LedgerEntry.objects.filter(year=year, kind__in=LedgerEntry.OF_YEAR)
    return list(found.order_by("pk").values_list("kind", "amount"))


def allocate(year, amount, **values):
    return budget.allocate(year, Decimal(amount), by=person("leitung"), now=NOON, **{"source": "Beschluss"} | values)


def reduce(year, amount, **values):
    return budget.reduce(year, Decimal(amount), by=person("leitung"), now=NOON, **{"source": "Sparliste"} | values)


def test_a_year_is_not_known_until_somebody_says_who_gave_it_money():
    year = create_year()

    refused = []
    for values in ({"source": " "}, {"source": "", "council_paper": None}):
        with pytest.raises(Refused) as refusal:
            allocate(year, "5", **values)
        refused += refusal.value.reasons
    assert (refused, fresh(year).ceiling, booked(year)) == ([budget.NO_SOURCE] * 2, None, [])

    allocate(year, "1000.50")
    allocate(year, "0.50", source="Nachtrag")

    assert (fresh(year).ceiling, fresh(year).source) == (Decimal("1001"), "Beschluss")
    assert booked(year) == [("allocate", Decimal("1000.50")), ("allocate", Decimal("0.50"))]
    assert list(books.differences()) == []


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_what_is_no_amount_is_not_booked(amount):
    for verb in (allocate, reduce):
        with pytest.raises(Refused) as refusal:
            verb(create_year(), amount)
        assert refusal.value.reasons == [budget.NO_AMOUNT]


@pytest.mark.parametrize("name", ["team1", "finanzen", "gremium1", "datenschutz", "ausschuss"])
def test_only_the_lead_books(name):
    year = set_ceiling(create_year(), 100)

    for verb in (budget.allocate, budget.reduce):
        with pytest.raises(PermissionDenied):
            verb(year, Decimal("1"), source="x", by=person(name), now=NOON)
    with pytest.raises(PermissionDenied):
        budget.propose_carry_over(year, create_other_year(), Decimal("1"), reference="x", by=person(name), now=NOON)
    assert fresh(year).ceiling == 100


def test_money_is_taken_down_to_what_is_held_and_promised_and_not_a_cent_lower():
    case = create_held(Decimal("16000"))
    year = set_ceiling(case.year, "20000")

    with pytest.raises(money.NoMoney) as refusal:
        reduce(year, "4000.01")
    before = booked(year)
    reduce(year, "4000")

    assert (refusal.value.free, "16.000" in str(refusal.value), "4.000" in str(refusal.value)) == (4000, True, True)
    assert (fresh(year).ceiling, fresh(year).free, len(booked(year))) == (16000, 0, len(before) + 1)
    assert list(books.differences()) == []


def test_a_year_nobody_knows_the_sum_of_is_not_cut():
    with pytest.raises(money.NoMoney) as refusal:
        reduce(create_year(), "1")
    assert (refusal.value.free, refusal.value.reasons) == (None, [budget.UNKNOWN])


def test_the_same_page_sent_twice_books_once():
    year = create_year()
    seen = budget.entries_of(year)
    allocate(year, "5", seen=seen)

    for verb in (allocate, reduce):
        with pytest.raises(Refused) as refusal:
            verb(year, "5", seen=seen)
        assert refusal.value.reasons == [FASTER]
    assert (fresh(year).ceiling, len(booked(year))) == (5, 1)


def test_saving_a_year_that_was_read_before_does_not_write_its_sum_back():
    year = set_ceiling(create_year(), 100)
    old = fresh(year)
    set_ceiling(year, 200)

    old.rolling = False
    old.save()

    assert (fresh(year).ceiling, fresh(year).rolling) == (200, False)


def test_nothing_but_the_books_writes_a_ceiling():
    """Every file that seems to set it, by name: the door sets it, the books compare it, the sentences tell it."""
    root = Path(settings.BASE_DIR)
    command = ["grep", "-rlE", r"ceiling *=[^=]|\"ceiling\": ", "--include=*.py", "fund", "wir", "strategy", "measures"]
    found = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False).stdout.split()

    writers = [name for name in found if "/migrations/" not in name]
    assert sorted(writers) == ["fund/books.py", "fund/budget.py", "fund/models/years.py", "fund/sentences.py"]


# Carrying over --------------------------------------------------------------------------------------------------------


def two_years():
    return set_ceiling(create_year(), "1000"), create_other_year(2028, "500")


def propose(source, target, amount="400", by="leitung", reference="Übertrag 2027"):
    return budget.propose_carry_over(source, target, Decimal(amount), reference=reference, by=person(by), now=NOON)


def test_money_is_carried_over_by_one_and_approved_by_another():
    source, target = two_years()

    carry = propose(source, target)
    assert (fresh(source).ceiling, fresh(target).ceiling) == (1000, 500)
    with pytest.raises(Refused) as own:
        budget.confirm_carry_over(carry, by=person("leitung"), now=NOON)
    with pytest.raises(PermissionDenied):
        budget.confirm_carry_over(carry, by=person("team1"), now=NOON)
    budget.confirm_carry_over(carry, by=person("finanzen"), now=NOON)
    with pytest.raises(Refused) as again:
        budget.confirm_carry_over(carry, by=person("finanzen"), now=NOON)

    assert (own.value.reasons, again.value.reasons) == ([budget.SECOND], [FASTER])
    assert (fresh(source).ceiling, fresh(target).ceiling) == (600, 900)
    assert (booked(source)[-1], booked(target)[-1]) == (("carry_out", 400), ("carry_in", 400))
    assert list(books.differences()) == []


def test_nothing_is_carried_that_was_promised_meanwhile():
    source, target = two_years()
    carry = propose(source, target, "1000")
    FundYear.objects.filter(pk=source.pk).update(held=Decimal("0.01"))

    with pytest.raises(money.NoMoney):
        budget.confirm_carry_over(carry, by=person("finanzen"), now=NOON)

    assert (fresh(source).ceiling, fresh(target).ceiling, fresh(carry).is_open) == (1000, 500, True)
    assert len(booked(source)) + len(booked(target)) == 2


def test_years_that_cannot_exchange_money_are_told_why():
    source, target = two_years()
    example, unknown = create_other_year(2029, 5, sample=True), create_other_year(2030, None)
    closed = create_other_year(2031, 5)
    move(closed, "close", by=None, now=NOON)

    told = {}
    for name, year in (("same", source), ("example", example), ("unknown", unknown), ("closed", closed)):
        with pytest.raises(Refused) as refusal:
            propose(source, year)
        told[name] = refusal.value.reasons
    with pytest.raises(Refused) as much:
        propose(source, target, "1000.01")
    with pytest.raises(Refused) as bare:
        propose(source, target, reference=" ")

    assert told == {
        "same": [budget.SAME_YEAR],
        "example": [budget.MIXED_YEARS],
        "unknown": [budget.NO_OWN_SUM.format(year=2030)],
        "closed": [budget.CLOSED.format(year=2031)],
    }
    assert (len(much.value.reasons), bare.value.reasons) == (1, [budget.NO_SOURCE])
    assert CarryOver.objects.count() == 0


def test_the_rest_of_a_closed_year_is_carried_over():
    source, target = two_years()
    create_application("submitted")  # the portal knows this year
    move(source, "close", by=None, now=NOON)

    budget.confirm_carry_over(propose(source, target, "1000"), by=person("finanzen"), now=NOON)

    assert (fresh(source).ceiling, fresh(target).ceiling) == (0, 1500)


def test_the_same_proposal_stands_once_and_a_dropped_one_is_not_approved():
    source, target = two_years()
    carry = propose(source, target)

    with pytest.raises(Refused) as twice:
        propose(source, target)
    budget.drop_carry_over(carry, by=person("leitung"), now=NOON)
    with pytest.raises(Refused) as late:
        budget.confirm_carry_over(carry, by=person("finanzen"), now=NOON)
    propose(source, target)

    assert (twice.value.reasons, late.value.reasons, fresh(source).ceiling) == ([budget.TWICE], [FASTER], 1000)


def test_the_database_wants_two_people_for_a_carry_over():
    source, target = two_years()
    carry = propose(source, target)

    with pytest.raises(IntegrityError), transaction.atomic():
        CarryOver.objects.filter(pk=carry.pk).update(confirmed_by=carry.proposed_by, confirmed_at=NOON)


# Closing --------------------------------------------------------------------------------------------------------------


def test_a_closed_year_takes_no_money_no_cut_and_no_application(client):
    from fund import intake

    year = set_ceiling(create_year(), 100)
    assert len(intake.openings(NOON)) == 1

    move(year, "close", by=person("leitung"), now=NOON)

    for verb in (allocate, reduce):
        with pytest.raises(Refused) as refusal:
            verb(year, "5")
        assert refusal.value.reasons == [budget.CLOSED.format(year=year)]
    assert intake.openings(NOON) == []
    assert fresh(year).is_public


def test_a_year_with_an_open_call_is_not_closed():
    year = set_ceiling(create_year(), 100)
    create_call(year, now=NOON)

    with pytest.raises(Refused, match="Aufruf"):
        move(year, "close", by=None, now=NOON)


def test_who_opens_a_closed_year_again_says_why_and_it_stays_on_record():
    year = set_ceiling(create_year(), 100)
    move(year, "close", by=person("leitung"), now=NOON)

    with pytest.raises(Refused, match="Grund"):
        move(year, "reopen", by=person("leitung"), now=NOON, note=" ")
    with pytest.raises(PermissionDenied):
        move(year, "reopen", by=person("team1"), now=NOON, note="Versehen")
    move(year, "reopen", by=person("leitung"), now=NOON, note="Versehen")

    assert fresh(year).state == "published"
    assert list(year.changes.order_by("pk").values_list("move", "note"))[-2:] == [("close", ""), ("reopen", "Versehen")]


def test_a_year_is_not_withdrawn_while_somebody_promises_its_money():
    case = has_money(create_application("team_decision")[0])
    as_read = FundYear.objects.get(pk=case.year_id)
    approve(case)

    with pytest.raises(Refused) as refused:
        move(as_read, "withdraw", by=None, now=NOON)

    assert refused.value.reasons == [FASTER]
    assert fresh(as_read).state == "published"
