"""Quorum, presence and majority, as tables (fund design, 1.5)."""

from datetime import time

import pytest

from fund import quorum
from strategy.models import Attendance

FILLED, VACANT, BOUND = (True, False), (False, False), (True, True)


@pytest.mark.parametrize(
    ("seats", "percent", "wanted"),
    [(10, 50, 6), (9, 50, 5), (11, 50, 6), (1, 50, 1), (0, 50, 1), (10, 0, 1), (10, 66, 7), (3, 66, 2), (10, 99, 10)],
)
def test_strictly_more_than_the_share_must_be_able_to_vote(seats, percent, wanted):
    assert quorum.needed(seats, percent) == wanted


@pytest.mark.parametrize(
    ("base", "wanted"),
    [("filled", 4), ("all", 5), ("free", 3)],
)
def test_the_rule_set_says_which_seats_count(base, wanted):
    assert quorum.seats_that_count(base, [FILLED, FILLED, FILLED, BOUND, VACANT]) == wanted


@pytest.mark.parametrize(
    ("there", "voting", "standing", "stands_in", "wanted"),
    [
        (True, True, "free", True, "voting"),
        (False, True, "free", True, "out"),
        (True, False, "free", True, "no_vote"),
        (True, True, "free", False, "no_vote"),
        (True, True, "conflict", True, "left"),
        (True, True, "open", True, "left"),
        (True, True, None, True, "undeclared"),
        (True, False, "conflict", False, "left"),
        (False, True, None, True, "out"),
    ],
)
def test_a_person_votes_leaves_or_listens(there, voting, standing, stands_in, wanted):
    assert quorum.where(there=there, voting=voting, standing=standing, stands_in=stands_in) == wanted


@pytest.mark.parametrize(
    ("yes", "no", "tie", "casting", "wanted"),
    [
        (1, 0, "not_proposed", False, True),
        (0, 0, "not_proposed", False, False),
        (3, 3, "not_proposed", False, False),
        (3, 3, "not_proposed", True, False),
        (3, 3, "chair", False, False),
        (3, 3, "chair", True, True),
        (2, 3, "chair", True, False),
    ],
)
def test_a_tie_is_a_no_unless_the_rules_let_the_chair_decide(yes, no, tie, casting, wanted):
    assert quorum.is_carried(yes, no, tie, casting) is wanted


@pytest.mark.parametrize(
    ("presence", "came", "left", "moment", "wanted"),
    [
        ("present", None, None, time(18), True),
        ("present", time(18), None, time(18), True),
        ("present", time(18, 1), None, time(18), False),
        ("present", None, time(18), time(18), False),
        ("present", None, time(18, 1), time(18), True),
        ("present", time(19), time(20), None, True),
        ("excused", None, None, time(18), False),
        ("absent", None, None, None, False),
    ],
)
def test_who_came_later_or_has_left_is_not_there(presence, came, left, moment, wanted):
    line = Attendance(presence=presence, came_at=came, left_at=left)

    assert quorum.is_there(line, moment) is wanted


@pytest.mark.parametrize(
    ("moment", "wanted"),
    [(time(18, 4), True), (time(18, 5), False), (time(18, 19), False), (time(18, 20), True), (None, True)],
)
def test_who_went_and_came_back_is_not_there_in_between(moment, wanted):
    line = Attendance(presence="present", away=[["18:05:00", "18:20:00"], ["18:40:00", "18:41:00"]])

    assert quorum.is_there(line, moment) is wanted


def test_who_has_no_line_in_the_minutes_is_not_there():
    assert quorum.is_there(None, time(18)) is False
