"""What the nightly look into the books finds, one fault at a time; and what the public is told of the money."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fund import books, filings, money
from fund.actors import APPLICANT
from fund.desk import money_tasks
from fund.models import Application, Decision, FiledCase, Filing, FundYear, LedgerEntry, Pot
from fund.rules_workflow import move
from fund.workflow import perform
from fund.year_moves import move_year
from strategy.models import CouncilPaper
from tests.fund.factories import (
    LATER_ON,
    NOON,
    TODAY,
    approve,
    ask,
    confirm_said,
    create_application,
    create_held,
    create_other_year,
    decide_committee,
    file_paper,
    fill,
    for_committee,
    fresh,
    has_money,
    hold_money,
    make_filing,
    read_letter,
    release,
    said,
    team,
    touch,
)
from tests.fund.letters import reverse
from wir.accounts.models import User

pytestmark = pytest.mark.django_db


def found():
    return [sentence.partition(": ")[2] for sentence in books.differences()]


def granted():
    return approve(has_money(create_application("team_decision")[0]))


def test_books_of_everything_that_happens_agree():
    granted()
    create_held(title="Zweites")

    assert found() == []


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            lambda case: years(case).update(ceiling=Decimal("99999.99")),
            "Summe 99.999,99\u00a0€, gebucht 100.000\u00a0€.",
        ),
        (lambda case: years(case).update(committed=0), "zugesagt 0\u00a0€, gebucht 1.200\u00a0€."),
        (lambda case: years(case).update(held=5), "vorgemerkt 5\u00a0€, gebucht 0\u00a0€."),
        (
            lambda case: Pot.objects.create(year=case.year, tier_key="micro", share=Decimal("100000.01")),
            "Die Töpfe sind zusammen mehr, als in dem Jahr da ist.",
        ),
        (
            lambda case: Application.objects.filter(pk=case.pk).update(state="team_decision"),
            "Geld ist zugesagt, aber nicht bewilligt (Entscheidung im Projektteam).",
        ),
        (
            lambda case: Application.objects.filter(pk=case.pk).update(hold_until=TODAY),
            "Vormerkung und ihr letzter Tag passen nicht zusammen.",
        ),
        (
            lambda case: Decision.objects.filter(application=case).update(confirmed_at=None, confirmed_by=None),
            "Dazu gibt es keine Bewilligung.",
        ),
        (
            lambda case: Decision.objects.filter(application=case).update(amount=Decimal("1199")),
            "Der Betrag ist nicht der der Entscheidung.",
        ),
        (
            lambda case: Application.objects.filter(pk=case.pk).update(sample=True),
            "Beispiel und echtes Geld sind vermischt.",
        ),
    ],
)
def test_each_fault_is_found(fault, told):
    fault(granted())

    assert found() == [told]


def years(case):
    return FundYear.objects.filter(pk=case.year_id)


def test_more_than_was_asked_for_is_found():
    case = has_money(create_application("team_decision")[0])
    more = Decimal("1200.01")
    money.commit(case, more, decision=decide_committee(case, more), by=None, now=NOON)
    Application.objects.filter(pk=case.pk).update(state="approved")

    assert found() == ["Zugesagt ist mehr, als beantragt war."]


def test_a_yes_without_money_is_found():
    case = has_money(create_application("team_decision")[0])
    Application.objects.filter(pk=case.pk).update(state="approved")

    assert found() == ["Er ist bewilligt, aber kein Geld ist zugesagt."]


@pytest.mark.parametrize("state", ["board_meeting", "waitlisted", "rejected", "lapsed"])
def test_a_hold_outside_of_committees_is_found(state):
    case = create_held()
    Application.objects.filter(pk=case.pk).update(state=state)

    assert [sentence.startswith("Geld ist vorgemerkt, aber kein Ausschuss befasst") for sentence in found()] == [True]


def test_two_holds_of_one_case_are_found():
    case = create_held()
    Application.objects.filter(pk=case.pk).update(round=2)  # another round, so that the key is no obstacle
    money.hold(fresh(case), Decimal("1"), by=None, now=NOON)

    assert found() == ["Geld ist mehrfach oder falsch gebucht."]


def test_a_promise_after_the_year_was_closed_is_found():
    case = granted()
    move(fresh(case.year), "close", by=None, now=NOON - timedelta(minutes=2))

    assert found() == [f"Sie kam, als das Jahr {case.year} schon abgeschlossen war."]


def test_the_look_into_the_books_needs_as_many_statements_for_many_cases_as_for_one():
    counts = []
    for number in range(3):
        create_held(title=f"Nummer {number}")
        with CaptureQueriesContext(connection) as captured:
            list(books.differences())
        counts.append(len(captured))

    assert len(set(counts)) == 1 and counts[0] <= 15


# The alarm ------------------------------------------------------------------------------------------------------------


def alarms(name):
    texts = [text for _count, text, _address in money_tasks.tasks(User.objects.get(username=name), TODAY)]
    return [text for text in texts if text.startswith("Unstimmigkeit")]


def test_books_that_differ_are_an_alarm_on_the_desk_of_who_sees_them():
    years(granted()).update(committed=0)

    seen = {name: len(alarms(name)) for name in ("team1", "leitung", "finanzen", "redaktion", "gremium1", "vorsitz")}

    assert seen == {"team1": 1, "leitung": 1, "finanzen": 1, "redaktion": 0, "gremium1": 0, "vorsitz": 0}


def test_the_desk_looks_once_an_hour_and_the_nightly_run_for_everybody(capsys):
    case = granted()
    assert alarms("team1") == []
    years(case).update(committed=0)

    with CaptureQueriesContext(connection) as captured:
        assert books.alarm()[0] == []
    assert len(captured) == 0
    with pytest.raises(SystemExit):
        call_command("check_ledger")
    assert (len(alarms("team1")), "zugesagt" in capsys.readouterr().err) == (1, True)
    cache.clear()
    assert len(alarms("team1")) == 1


# What the public is told ----------------------------------------------------------------------------------------------


def filed(case, told_on):
    paper = CouncilPaper.objects.create(number=f"{100 + CouncilPaper.objects.count():04d}/2027", title="Vorlage")
    filing = Filing.objects.create(
        title="Vorlage", council_paper=paper, told_on=told_on, made_at=NOON, made_by=team().user,
        filed_at=NOON, filed_by=team().user,
    )  # fmt: skip
    return FiledCase.objects.create(filing=filing, application=case, round=case.round)


def told(case, day=TODAY):
    year = money.with_told(FundYear.objects.all(), day).get(pk=case.year_id)
    assert money.told(years(case).get(), day) == money.told(year)
    promised, held, left = money.told(year)
    return held, promised, left


def test_a_hold_is_public_from_the_day_the_paper_is():
    case = create_held(Decimal("16000"))
    assert told(case) == (0, 0, 100000)

    filed(case, TODAY)

    assert told(case, TODAY - timedelta(days=1)) == (0, 0, 100000)
    assert told(case) == (16000, 0, 84000)


def test_a_draft_tells_nothing_whatever_day_it_names():
    case = for_committee()
    filing = make_filing(case, told_on=TODAY)

    drafted = told(case)
    filings.file(filing, by=team(), now=NOON)

    assert (drafted, told(case)) == ((0, 0, 100000), (16000, 0, 84000))


def test_a_paper_of_an_earlier_round_tells_nothing_of_what_is_held_since():
    case = for_committee()
    file_paper(case)
    said(case, "no", why_de="Kein Geld für Musik")
    case = reverse(release(confirm_said(case), LATER_ON), "reopening", LATER_ON)
    Application.objects.filter(pk=case.pk).update(state="committee_queue")

    case, day = hold_money(fresh(case), now=LATER_ON), LATER_ON.date()
    held = told(case, day)
    file_paper(case, number="1235/2027", told_on=day, now=LATER_ON)

    assert (case.round, held, told(case, day)) == (2, (0, 0, 100000), (16000, 0, 84000))


def test_money_that_is_public_moves_with_its_case_to_the_other_year():
    case, other = create_held(Decimal("16000")), create_other_year()
    filed(case, TODAY)

    moved = fresh(move_year(case, other, by=team(), now=NOON))

    assert (told(moved), money.told(case.year, TODAY).held) == ((16000, 0, 84000), 0)


def test_a_paper_without_a_day_tells_nothing():
    case = create_held(Decimal("16000"))
    filed(case, None)

    assert told(case) == (0, 0, 100000)


@pytest.mark.parametrize("state", ["approved", "rejected"])
def test_a_result_of_a_committee_does_not_show_in_the_sums_before_it_is_released(state):
    case = create_held(Decimal("16000"))
    filed(case, TODAY)
    before = told(case)

    if state == "approved":
        money.commit(case, Decimal("9000"), decision=decide_committee(case, Decimal("9000")), by=None, now=NOON)
    else:
        money.unhold(case, by=None, now=NOON)
    Application.objects.filter(pk=case.pk).update(state=state, decision_recorded_at=NOON, hold_until=None)
    assert told(case) == before
    Application.objects.filter(pk=case.pk).update(decision_released_at=NOON)

    assert told(case) == ((0, 9000, 91000) if state == "approved" else (0, 0, 100000))


def test_a_hold_that_ended_otherwise_is_free_for_everybody():
    case = create_held(Decimal("16000"))
    filed(case, TODAY)
    money.unhold(case, by=None, now=NOON)

    assert told(case) == (0, 0, 100000)


def test_a_promise_counts_once_its_letter_is_out():
    case = granted()
    read_letter(case)
    assert told(case) == (0, 0, 100000)

    Application.objects.filter(pk=case.pk).update(decision_released_at=NOON)

    assert told(case) == (0, 1200, 98800)
    assert LedgerEntry.objects.filter(kind="commit").count() == 1


def test_who_asks_for_less_after_a_promise_that_is_over_is_no_fault_of_the_books():
    case = granted()
    perform(fresh(case), "withdraw", by=APPLICANT, now=NOON)
    perform(fresh(case), "reopen", by=APPLICANT, now=NOON)
    ask(fresh(case))
    fill(fresh(case), NOON, requested=Decimal("900"))
    perform(touch(fresh(case)), "answer", by=APPLICANT, now=NOON)

    assert (fresh(case).revision.requested, found()) == (Decimal("900"), [])
