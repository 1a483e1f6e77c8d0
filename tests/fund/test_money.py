"""The money guard one after the other: to the cent, by the right year and pot, and books that nobody rewrites."""

from contextlib import suppress
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from fund import money
from fund.actors import APPLICANT, CLOCK, Part
from fund.models import Application, FundYear, LedgerEntry, Pot
from fund.table import TABLE
from fund.workflow import MOVES, perform
from tests.fund.factories import (
    NOON,
    PROJECT,
    chair,
    create_application,
    create_waiting,
    fresh,
    has_money,
    lead,
    propose,
    rows,
    team,
    withdraw,
)
from tests.fund.test_workflow import refused
from wir.append_only import AppendOnly
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db


def proposed(**values):
    """A small case (1,200 euro) whose approval is proposed by team1."""
    return propose(create_application("team_decision", **values)[0], "approval")


def say_yes(application):
    return fresh(perform(fresh(application), "approve", by=team("team2"), now=NOON))


def year_of(application):
    return FundYear.objects.get(pk=application.year_id)


def of_cases():
    """The entries that belong to cases; those of years are their ceilings."""
    return LedgerEntry.objects.filter(application__isnull=False)


def has_pot(application, share, tier="micro"):
    return Pot.objects.create(year_id=application.year_id, tier_key=tier, share=share)


# The year -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ceiling", "fine"), [("1200.00", True), ("1199.99", False), ("0", False), ("1200.01", True)])
def test_a_year_is_filled_to_the_cent_and_not_beyond(ceiling, fine):
    application = has_money(proposed(), Decimal(ceiling))

    if fine:
        say_yes(application)
        assert money.free(application.year) == Decimal(ceiling) - 1200
    else:
        refused(application, "approve", by=team("team2"))
        assert money.free(application.year) == Decimal(ceiling)


def test_one_after_the_other_gets_money_until_there_is_none():
    cases = [proposed(title=f"Nummer {number}") for number in range(10)]
    has_money(cases[0], Decimal("3600"))

    results = []
    for application in cases:
        try:
            results.append(say_yes(application).state)
        except Refused as refusal:
            results.append(type(refusal).__name__)

    assert results == ["approved"] * 3 + ["Refused"] * 7
    assert (year_of(cases[0]).committed, of_cases().count()) == (Decimal("3600.00"), 3)
    assert list(money.differences()) == []


def test_the_guard_itself_says_how_much_is_free_when_a_page_was_wrong():
    application = has_money(proposed(), Decimal("700"))
    decision = application.decisions.get()
    before = rows()

    with pytest.raises(money.NoMoney) as refusal:
        money.commit(application, Decimal("700.01"), decision=decision, by=team().user, now=NOON)

    assert (refusal.value.free, rows()) == (Decimal("700.00"), before)


def test_a_refusal_of_the_guard_leaves_nothing_of_the_approval(monkeypatch):
    application = has_money(proposed(), Decimal("700"))
    monkeypatch.setattr("fund.money.refusal", lambda application, amount: None)  # the page saw money
    before = rows()

    with pytest.raises(money.NoMoney):
        perform(fresh(application), "approve", by=team("team2"), now=NOON)

    assert rows() == before


@pytest.mark.parametrize("amount", [Decimal("0"), Decimal("-1"), 5.0, None])
def test_what_is_no_amount_is_never_promised(amount):
    application = has_money(proposed())

    with pytest.raises(ValueError, match="is no amount"):
        money.commit(application, amount, decision=application.decisions.get(), by=None, now=NOON)


def test_a_year_whose_sum_is_not_known_promises_nothing_and_says_so():
    application = proposed()
    assert year_of(application).ceiling is None

    assert refused(application, "approve", by=team("team2")) == [money.NOT_KNOWN]


def test_a_year_that_is_not_published_promises_nothing():
    application = has_money(proposed())
    FundYear.objects.filter(pk=application.year_id).update(state="draft")

    assert refused(application, "approve", by=team("team2")) == [money.NOT_PUBLIC]


def test_a_case_without_a_year_gets_nothing():
    application = proposed()
    type(application).objects.filter(pk=application.pk).update(year=None)

    assert refused(fresh(application), "approve", by=team("team2")) == [money.NO_YEAR]


@pytest.mark.parametrize("sample", [True, False])
def test_an_example_never_takes_real_money_and_a_real_case_never_an_example(sample):
    application, other = proposed(sample=sample), proposed(sample=not sample, title="Zweites")
    has_money(application)
    has_money(other)
    type(application).objects.filter(pk=application.pk).update(year=other.year)

    assert refused(fresh(application), "approve", by=team("team2")) == [money.MIXED]
    with pytest.raises(money.NoMoney, match="Beispiele"):
        money.commit(fresh(application), Decimal("1"), decision=application.decisions.get(), by=None, now=NOON)


def test_held_money_is_not_free():
    application = has_money(proposed(), Decimal("2000"))
    FundYear.objects.filter(pk=application.year_id).update(held=Decimal("800.01"))

    assert refused(application, "approve", by=team("team2")) == ["Das Geld reicht nicht: Frei sind 1.199,99\u00a0€."]


def test_the_database_itself_is_the_last_wall():
    application = say_yes(has_money(proposed(), Decimal("1200")))
    pot = has_pot(application, Decimal("100"))

    for update in (
        lambda: FundYear.objects.filter(pk=application.year_id).update(committed=Decimal("1200.01")),
        lambda: FundYear.objects.filter(pk=application.year_id).update(ceiling=Decimal("1199.99")),
        lambda: Pot.objects.filter(pk=pot.pk).update(committed=Decimal("100.01")),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            update()


# Pots -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "fine"), [("1200", True), ("1199.99", False)])
def test_a_pot_is_filled_to_the_cent_and_not_beyond(share, fine):
    application = has_money(proposed())
    pot, other = has_pot(application, Decimal(share)), has_pot(application, Decimal("50000"), "project")

    if fine:
        say_yes(application)
    else:
        refused(application, "approve", by=team("team2"))
        with pytest.raises(money.NoMoney):
            money.commit(application, Decimal("1200"), decision=application.decisions.get(), by=None, now=NOON)

    spent = Decimal("1200") if fine else 0
    assert (fresh(pot).committed, fresh(other).committed, year_of(application).committed) == (spent, 0, spent)


def test_a_pot_gets_its_money_back():
    application = has_money(proposed())
    pot = has_pot(application, Decimal("1500"))
    application = say_yes(application)
    assert fresh(pot).free == Decimal("300.00")

    withdraw(application)

    assert (fresh(pot).free, year_of(application).committed) == (Decimal("1500.00"), 0)
    assert list(money.differences()) == []


# Saving beside it -----------------------------------------------------------------------------------------------------


def test_a_form_that_was_open_meanwhile_does_not_write_back_old_counters():
    application = has_money(proposed())
    pot = has_pot(application, Decimal("5000"))
    old_year, old_pot = year_of(application), fresh(pot)
    say_yes(application)

    old_year.source, old_pot.share = "Neuer Haushaltsplan", Decimal("6000")
    old_year.save()
    old_pot.save()

    assert (year_of(application).committed, year_of(application).source) == (Decimal("1200"), "Neuer Haushaltsplan")
    assert (fresh(pot).committed, fresh(pot).share) == (Decimal("1200"), Decimal("6000"))


# The ledger -----------------------------------------------------------------------------------------------------------


def test_a_row_of_the_ledger_is_neither_changed_nor_deleted():
    say_yes(has_money(proposed()))
    entry = of_cases().get()

    for act in (
        entry.save,
        entry.delete,
        lambda: LedgerEntry.objects.update(amount=1),
        lambda: LedgerEntry.objects.all().delete(),
        lambda: LedgerEntry.objects.bulk_update([entry], ["amount"]),
        lambda: LedgerEntry.objects.filter(pk=entry.pk).delete(),
    ):
        with pytest.raises(AppendOnly):
            act()
    assert of_cases().get().amount == Decimal("1200.00")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="Only PostgreSQL refuses it in the database itself.")
@pytest.mark.parametrize("statement", ["UPDATE fund_ledgerentry SET amount = 1", "DELETE FROM fund_ledgerentry"])
def test_the_database_refuses_it_too(statement):
    say_yes(has_money(proposed()))

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert of_cases().get().amount == Decimal("1200.00")


def test_the_same_promise_is_booked_once():
    application = say_yes(has_money(proposed()))
    before = rows()

    with pytest.raises(IntegrityError), transaction.atomic():
        money.commit(application, Decimal("1"), decision=application.decisions.get(), by=None, now=NOON)

    assert rows() == before


def test_what_is_not_promised_is_not_given_back():
    application = has_money(proposed())

    assert money.uncommit(application, decision=None, by=None, now=NOON) is None
    assert of_cases().count() == 0


def test_a_case_and_a_year_with_money_in_the_books_stay():
    application = say_yes(has_money(proposed()))

    for thing in (application, year_of(application)):
        with pytest.raises(IntegrityError), transaction.atomic():
            thing.delete()


# check_ledger ---------------------------------------------------------------------------------------------------------


def test_books_that_agree_end_with_nothing_to_say(capsys):
    withdraw(say_yes(has_money(proposed())))

    call_command("check_ledger")

    assert capsys.readouterr().out == "Das Buch stimmt.\n"


def test_a_counter_that_differs_from_the_ledger_is_told_and_ends_with_one(capsys):
    application = say_yes(has_money(proposed()))
    pot = has_pot(application, Decimal("50"), "project")
    FundYear.objects.filter(pk=application.year_id).update(committed=Decimal("1200.01"), held=Decimal("5"))
    Pot.objects.filter(pk=pot.pk).update(committed=Decimal("7"))

    with pytest.raises(SystemExit) as end:
        call_command("check_ledger")

    assert end.value.code == 1
    assert [line.rpartition(": ")[2] for line in capsys.readouterr().err.splitlines()] == [
        "vorgemerkt 5\u00a0€, gebucht 0\u00a0€.",
        "zugesagt 1.200,01\u00a0€, gebucht 1.200\u00a0€.",
        "zugesagt 7\u00a0€, gebucht 0\u00a0€.",
    ]


# One order of locks ---------------------------------------------------------------------------------------------------

AROUND_MONEY = {
    "lapse", "approve", "withdraw", "confirm_proposal", "confirm_no_money", "approve_in_body", "approve_in_committee",
    "waitlist_in_committee", "reject_in_committee", "expire_hold", "call_up_to_committee", "lapse_agreement", "correct",
    "merge", "void_result",
}  # fmt: skip


def who_makes(move):
    people = {Part.APPLICANT: lambda: APPLICANT, Part.CLOCK: lambda: CLOCK, Part.CHAIR: chair, Part.LEAD: lead}
    return people.get(move.parts[0], team)()


@pytest.mark.parametrize("name", sorted(AROUND_MONEY))
def test_every_move_around_money_waits_for_its_year_before_its_case(name):
    """Also where its guards refuse it then: they look at money that nobody else moves meanwhile."""
    move = MOVES[name]
    case = create_waiting() if name == "call_up_to_committee" else create_application("board_queue", answers=PROJECT)[0]
    path = move.paths[0] if move.paths else "body_then_committee"
    case.rule_set.tiers.filter(key="project").update(path=path)
    Application.objects.filter(pk=case.pk).update(
        state=move.sources[0], asked_by_state="board_queue" if move.sources[0] == "info_requested" else ""
    )
    by, case = who_makes(move), fresh(case)

    with CaptureQueriesContext(connection) as asked, suppress(Refused):
        perform(case, name, by=by, now=NOON)

    statements = [each["sql"] for each in asked]
    years = [place for place, each in enumerate(statements) if each.startswith('SELECT "fund_fundyear"."id"')]
    cases = [place for place, each in enumerate(statements) if each.startswith('UPDATE "fund_application"')]
    assert bool(cases) and years[:1] < cases[:1]
    assert years, "It does not wait for its year."
    if connection.vendor == "postgresql":
        (first, *_others) = (each for each in statements if "FOR NO KEY UPDATE" in each or "FOR UPDATE" in each)
        assert 'FROM "fund_fundyear"' in first


def test_no_move_around_money_is_forgotten_here():
    assert {move.name for move in TABLE if move.money} == AROUND_MONEY
