"""What an applicant may know of the state of her case, and when."""

import re
from collections import defaultdict
from datetime import timedelta

import pytest
from django.utils import translation

from fund import steps
from fund.models import Application, RuleSet
from tests.fund.factories import NOON, PROJECT, approve, create_application, create_rules, reject, waitlist
from tests.fund.letters import decided
from wir.lib import codes

pytestmark = pytest.mark.django_db

# Pages of a case with an unreleased result: (status, does its reference stand there)
# page of a case: (status, does it name the reference), the same whatever came of it
SHOWN = {"": {(200, True)}, "quittung/": {(200, True)}}
SHOWN |= {rest: {(200, False)} for rest in ("nachrichten/", "zurueckziehen/", "zugang/", "loeschen/")}
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

    assert [step.state for step in steps.steps(case)] == [
        "done",
        "done",
        "skipped",
        "current",
        "ahead",
        "skipped",
        "ahead",
        "ahead",
    ]


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


def test_a_confirmed_project_runs_from_its_first_day_on_and_is_done_only_when_it_is_closed():
    cases = [create_application("active")[0], create_application("active", answers=PROJECT)[0]]
    told = []
    with translation.override("en"):
        for case in cases:
            first = case.revision.starts_on
            for day in (first - timedelta(days=1), first):
                now = next(step.text for step in steps.steps(case, day) if step.state == "current")
                told.append((now, "2027" in steps.sentence(case, day)))

    waiting, running = ("Your project will get money", True), ("Your project is running", False)
    assert told == [waiting, running] * 2


@pytest.mark.parametrize("kind", ["approved", "rejected", "waitlisted"])
@pytest.mark.parametrize(
    ("maker", "seen"), [("body", "board_meeting"), ("committee", "committee_running"), ("team", "team_decision")]
)
def test_an_unreleased_result_is_seen_where_it_was_decided_whatever_it_is(kind, maker, seen):
    if maker == "team":
        case = {"approved": approve, "rejected": reject, "waitlisted": waitlist}[kind](
            create_application("team_decision")[0]
        )
    else:
        case, _secret = decided(kind, maker=maker)

    assert (steps.seen_state(case), steps.has_ended(case)) == (seen, False)


@pytest.mark.parametrize("maker", ["body", "committee"])
def test_the_pages_of_a_case_do_not_tell_a_yes_from_a_no_before_its_release(client, maker):
    told, shown = set(), defaultdict(list)
    for kind in ("approved", "rejected", "waitlisted"):
        case, secret = decided(kind, maker=maker)
        texts = []
        for rest in ("", "nachrichten/", "zurueckziehen/", "quittung/", "zugang/", "loeschen/"):
            answer = client.get(f"/de/fonds/antrag/{secret.lower()}/{rest}")
            shown[rest].append((answer.status_code, case.reference in answer.content.decode()))
            texts.append(f"{answer.status_code} {answer.content.decode()}")
        text = "\n".join(texts)
        for own in (secret.lower(), codes.group(secret), case.reference):
            text = text.replace(own, "…")
        told.add(re.sub(r'(name="marke" value|value|content)="[^"]{40,}"', "", text))

    assert len(told) == 1
    assert {rest: set(each) for rest, each in shown.items()} == SHOWN


def test_who_is_asked_for_nothing_sees_no_step_for_it():
    short = [step.text for step in steps.steps(create_application("board_queue", answers=PROJECT)[0])]
    create_rules(confirmation=RuleSet.Confirmation.AGREEMENT)
    case, _secret = create_application("board_queue", answers=PROJECT, title="Anderes")

    assert [step.state for step in steps.steps(case)][5] == "ahead"
    assert len(short) == 8


@pytest.mark.parametrize("state", [state for state in Application.State.values if state not in ("draft", "erased")])
def test_each_state_has_its_words(state):
    assert steps.WORDS[state]
