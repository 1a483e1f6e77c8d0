"""What an applicant may know of the state of her case, and when."""

import pytest

from fund import steps
from fund.models import Application
from tests.fund.factories import NOON, PROJECT, create_application

pytestmark = pytest.mark.django_db

# state: (step of five, step of eight, both before a result is released, both after)
EXPECTED = {
    "draft": (1, 1, 1, 1),
    "submitted": (2, 2, 2, 2),
    "formal_check": (2, 2, 2, 2),
    "info_requested": (3, 3, 3, 3),
    "team_decision": (4, 4, 4, 4),
    "board_queue": (4, 4, 4, 4),
    "board_meeting": (4, 4, 4, 4),
    "committee_queue": (4, 4, 4, 4),
    "committee_running": (4, 4, 4, 4),
    "waitlisted": (4, 4, 4, 5),
    "approved": (4, 4, 4, 5),
    "agreement_sent": (4, 6, 4, 6),
    "active": (5, 7, 5, 7),
    "report_due": (5, 7, 5, 7),
    "report_check": (5, 7, 5, 7),
    "settlement": (5, 7, 5, 7),
    "closed": (5, 8, 5, 8),
    "ineligible": (2, 2, 5, 8),
    "rejected": (4, 4, 5, 8),
    "withdrawn": (5, 8, 5, 8),
    "lapsed": (5, 8, 5, 8),
    "revoked": (5, 8, 5, 8),
    "erased": (5, 8, 5, 8),
}


def test_the_table_names_every_state():
    assert set(EXPECTED) == set(Application.State.values)


@pytest.mark.parametrize("state", Application.State.values)
def test_the_public_step_follows_from_state_and_release(state):
    small, _secret = create_application("submitted")
    large, _secret = create_application("submitted", answers=PROJECT)
    told = []
    for released in (None, NOON):
        for case in (small, large):
            case.state, case.decision_released_at = state, released
            told.append(steps.number_of(case))

    before_small, before_large, after_small, after_large = told
    short, long, later_short, later_long = EXPECTED[state]
    assert (before_small, before_large, after_small, after_large) == (short, long, later_short, later_long)


def test_an_unreleased_result_shows_the_same_words_as_the_state_before():
    case, _secret = create_application("formal_check")
    before = [(step.number, step.state, step.text) for step in steps.steps(case)]

    case.state = "ineligible"
    unreleased = [(step.number, step.state, step.text) for step in steps.steps(case)]
    case.decision_released_at = NOON
    released = steps.steps(case)

    assert unreleased == before
    assert (len(released), released[-1].state, steps.has_ended(case)) == (5, "current", True)


def test_one_step_is_current_and_the_others_are_behind_or_ahead():
    case, _secret = create_application("board_queue", answers=PROJECT)

    assert [step.state for step in steps.steps(case)] == ["done", "done", "skipped", "current"] + ["ahead"] * 4


@pytest.mark.parametrize(
    ("state", "states"),
    [
        ("withdrawn", ["done", "done", "skipped", "skipped", "current"]),
        ("lapsed", ["done", "done", "done", "skipped", "current"]),
        ("team_decision", ["done", "done", "skipped", "current", "ahead"]),
    ],
)
def test_nothing_counts_as_done_that_never_happened(state, states):
    case, _secret = create_application(state)

    assert [step.state for step in steps.steps(case)] == states
