"""A case goes into another year: with its hold or its promise, through the guard of that year, in one step or not."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from fund import books, guards, letters, money, year_moves
from fund.actors import staff
from fund.models import Application, FundYear, Helper
from fund.rules_workflow import move
from fund.workflow import perform
from fund.year_moves import move_year
from tests.fund.factories import (
    NOON,
    PROJECT,
    approve,
    create_application,
    create_held,
    create_other_year,
    create_waiting,
    decide_committee,
    fresh,
    has_money,
    lead,
    propose,
    read_letter,
    release,
    rows,
    set_ceiling,
    team,
    waitlist,
    withdraw,
)
from wir.accounts.models import User
from wir.lib.workflow import FASTER, Refused

pytestmark = pytest.mark.django_db


def counters(year):
    stored = FundYear.objects.get(pk=year.pk)
    return stored.held, stored.committed


def refusal(case, year, by=None):
    before = rows()
    with pytest.raises(Refused) as told:
        move_year(case, year, by=by or team(), now=NOON)
    assert rows() == before
    return told.value


def test_a_hold_moves_with_its_case_and_back_and_forth():
    case, other = create_held(Decimal("16000")), create_other_year()
    first = case.year

    for target, here, there in ((other, 0, 16000), (first, 16000, 0), (other, 0, 16000)):
        case = fresh(move_year(case, target, by=team(), now=NOON))
        assert (case.year, counters(first), counters(other)) == (target, (here, 0), (there, 0))

    assert list(case.changes.order_by("pk").values_list("move", "note"))[-1] == (
        "move_year",
        f"von {first} nach {other}",
    )
    assert list(books.differences()) == []
    assert money.held_for(case).year == other


def test_a_closed_year_turns_no_hold_into_a_promise_and_another_year_does():
    case, other = create_held(Decimal("16000")), create_other_year()
    move(fresh(case.year), "close", by=lead().user, now=NOON)
    decision = decide_committee(case, Decimal("16000"))

    with pytest.raises(money.NoMoney, match="anderes Jahr") as closed:
        money.commit(case, Decimal("16000"), decision=decision, by=None, now=NOON)
    assert (closed.value.free, counters(case.year)) == (None, (16000, 0))
    moved = fresh(move_year(fresh(case), other, by=team(), now=NOON))
    money.commit(moved, Decimal("16000"), decision=decision, by=None, now=NOON)

    assert (counters(case.year), counters(other)) == ((0, 0), (0, 16000))


def test_another_year_without_money_keeps_everything_where_it_is():
    case, other = create_held(Decimal("16000")), create_other_year(ceiling="15999.99")

    told = refusal(case, other)

    assert (type(told), told.free) == (money.NoMoney, Decimal("15999.99"))
    assert (fresh(case).year, counters(case.year)) == (case.year, (16000, 0))


def test_a_promise_that_nobody_knows_of_moves_and_a_known_one_stays():
    case, other = approve(create_application("team_decision")[0]), create_other_year()

    moved = fresh(move_year(case, other, by=team(), now=NOON))
    assert (counters(case.year), counters(other)) == ((0, 0), (0, 1200))
    assert list(books.differences()) == []
    known = release(moved)
    assert refusal(known, case.year).reasons == [year_moves.KNOWN]
    assert counters(other) == (0, 1200)


def test_after_it_moved_a_case_gives_its_money_back_to_the_year_it_came_to():
    case, other = create_held(), create_other_year()
    moved = fresh(move_year(case, other, by=team(), now=NOON))

    withdraw(moved)

    assert (counters(case.year), counters(other), list(books.differences())) == ((0, 0), (0, 0), [])


@pytest.mark.parametrize("state", ["team_decision", "board_queue", "board_meeting", "waitlisted"])
def test_who_has_no_money_yet_moves_without_any(state):
    small = state == "team_decision"
    if state == "waitlisted":
        case = create_waiting()
    else:
        case = create_application(state, answers=PROJECT)[0] if not small else create_application(state)[0]
    other = create_other_year(ceiling="1")

    moved = fresh(move_year(case, other, by=team(), now=NOON))

    assert (moved.year, moved.state, moved.version) == (other, state, case.version + 1)


def test_years_that_are_none_for_this_case_are_told_why():
    case = has_money(create_application("team_decision")[0])
    closed, example = create_other_year(2029), create_other_year(2030, sample=True)
    move(closed, "close", by=None, now=NOON)
    draft, unknown = create_other_year(2031, state="draft"), create_other_year(2032, None)

    told = [refusal(case, year).reasons for year in (None, case.year, closed, example, draft, unknown)]

    assert told == [
        [year_moves.NO_YEAR],
        [year_moves.SAME],
        [year_moves.NOT_OPEN.format(year=closed)],
        [money.MIXED],
        [year_moves.NOT_OPEN.format(year=draft)],
        [money.NOT_KNOWN],
    ]
    assert list(year_moves.choices(case)) == []


@pytest.mark.parametrize("state", ["submitted", "formal_check", "info_requested", "rejected", "withdrawn", "active"])
def test_cases_nobody_decides_on_now_stay_in_their_year(state):
    case, other = create_application(state)[0], create_other_year()

    assert guards.NOT_NOW in refusal(case, other).reasons


def test_who_helped_or_has_no_right_moves_no_case_and_an_old_page_does_not():
    case, other = has_money(create_application("team_decision")[0]), create_other_year()
    Helper.objects.create(application=case, name="T", user=team().user, added_at=NOON)
    old = fresh(case)

    with pytest.raises(PermissionDenied):
        move_year(case, other, by=staff(User.objects.get(username="finanzen")), now=NOON)
    assert len(refusal(case, other).reasons) == 1
    move_year(case, other, by=team("team2"), now=NOON)
    assert refusal(old, create_other_year(2029), by=team("team2")).reasons == [FASTER]


def test_a_proposal_of_a_full_year_is_approved_from_another_one():
    case = propose(has_money(create_application("team_decision")[0], "5"), "approval")
    other = create_other_year(ceiling="1200")

    moved = fresh(move_year(case, other, by=team(), now=NOON))
    perform(moved, "approve", by=team("team2"), now=NOON)

    assert (counters(other), Application.objects.get(pk=case.pk).state) == ((0, 1200), "approved")
    assert set_ceiling(case.year, 5).committed == 0


# The letter that nobody was told of -----------------------------------------------------------------------------------


def waits_unknown(**values):
    """A case on the list, its letter read and not released."""
    case = waitlist(create_application("team_decision", **values)[0])
    return case, read_letter(case)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_letter_that_is_not_out_tells_the_new_year_and_is_read_again(language):
    case, letter = waits_unknown(language=language)
    letters.edit(letter, text_de=letter.text_de, text=letter.text, seen=letters.fingerprint(letter),
                 by=team("team2").user, now=NOON)  # fmt: skip
    letter = read_letter(case)
    said = [text.replace("2027", "2028") for text in (letter.text_de, letter.text)]
    dates = [text.count("2027") for text in (letter.text_de, letter.text)]

    move_year(case, create_other_year(), by=team(), now=NOON)

    moved = fresh(letter)
    assert [text.count("2027") for text in (moved.text_de, moved.text)] == [max(each - 1, 0) for each in dates]
    assert [text.replace("2027", "2028") for text in (moved.text_de, moved.text)] == said
    assert (moved.read_at, moved.read_by, moved.drafted_by) == (None, None, team().user)
    assert list(letters.warnings(moved)) == [letters.NO_REMEDY]


def test_words_that_the_office_wrote_itself_stay_and_are_read_again_with_a_warning():
    case, letter = waits_unknown()
    own = f"{letter.text_de}\n\nWir rufen Sie an."
    letters.edit(letter, text_de=own, text="", seen=letters.fingerprint(letter), by=team("team2").user, now=NOON)
    read_letter(case)

    move_year(case, create_other_year(), by=team(), now=NOON, note="Abgesprochen")

    moved = fresh(letter)
    assert (moved.text_de, moved.read_at, moved.read_by, moved.drafted_by) == (own, None, None, team("team2").user)
    assert letters.OTHER_YEAR.format(year=2028) in letters.warnings(moved)
    assert case.changes.order_by("pk").last().note == (
        f"von {case.year} nach 2028: Abgesprochen. {letters.OTHER_YEAR.format(year=2028)}"
    )


def test_a_letter_that_names_no_year_and_one_that_is_out_stay_as_they_are():
    yes, other = approve(create_application("team_decision")[0]), create_other_year()
    read = read_letter(yes)
    known = release(waitlist(create_application("team_decision", title="Zweites", year=yes.year)[0]))
    out = known.decisions.get().letter

    for case in (yes, known):
        move_year(case, other, by=team(), now=NOON)

    for letter in (read, out):
        again = fresh(letter)
        assert (again.text_de, again.read_at, again.read_by) == (letter.text_de, letter.read_at, letter.read_by)
