"""The leak walk: undecided and unreleased cases, reviewers, votes, notes and people's data, on every page, feed, file,
search, export and mail, by everybody (fund design, 1.3 and 5).

MAY is read by people: who may read what was planted where. Whatever somebody else finds is a leak.
"""

import logging
import os

import pytest
from django.urls import reverse

from fund.models import CaseItem
from tests.fund import walk
from tests.fund.planted import STATES, World
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

OFFICE = "team1 leitung datenschutz"
FREE = "gremium3 gremium5 vorsitz"  # members who have declared that they are in no conflict
AT_BOARD = ("queued", "voted", "meeting")  # still before a body
AFTER_BOARD = ("committee", "council", "waiting")  # it has dealt with them; they stand in the book of its meeting
BY_TEAM = ("undecided", "approved", "rejected")


def of(cases, part, *roles):
    return {f"{case} {part}": " ".join(roles).split() for case in cases}


MAY = {
    # What applicants wrote. Members who have not declared, or are in conflict, know title and people and nothing more
    **of(AT_BOARD, "title", OFFICE, FREE, "gremium1 gremium2"),
    **of(AT_BOARD, "person", OFFICE, FREE, "gremium1"),
    **of(AT_BOARD, "plan", OFFICE, FREE),
    **of(AFTER_BOARD, "title", OFFICE, FREE, "gremium1 gremium2"),
    **of(("committee", "council"), "title", OFFICE, FREE, "gremium1 gremium2 ausschuss"),
    **of(AFTER_BOARD, "person", OFFICE, FREE),
    **of(AFTER_BOARD, "plan", OFFICE, FREE),
    **of(BY_TEAM, "title", OFFICE),
    **of(BY_TEAM, "person", OFFICE),
    **of(BY_TEAM, "plan", OFFICE),
    **of(STATES, "phone", OFFICE),
    **of(STATES, "mail", OFFICE),
    **of((*AT_BOARD, *AFTER_BOARD), "file", OFFICE, FREE),
    **of(BY_TEAM, "file", OFFICE),
    # What the office notes, and what members say of themselves
    **of(STATES, "note", OFFICE),
    **of((*AT_BOARD, *AFTER_BOARD), "conflict note"),
    **of((*AT_BOARD, *AFTER_BOARD), "open note", "vorsitz"),
    "review comment": ["gremium3", "gremium5"],
    "own comment": ["gremium3", "gremium5"],
    "reviewer": ["team1", "leitung", "redaktion"],  # among the seats, never with what she wrote
    # Results that nobody was told of
    "undecided sentence": OFFICE.split(),
    "approved sentence": OFFICE.split(),
    "approved amount": ["finanzen", *OFFICE.split()],
    **of(("approved", "rejected", "waiting", "council"), "letter", OFFICE),
    "rejected sentence": OFFICE.split(),
    "running vote": [],
    "unconfirmed tally": ["vorsitz", "team1", "leitung"],
    "unconfirmed amount": ["vorsitz", "team1", "leitung"],
    "unconfirmed conditions": ["vorsitz", "team1", "leitung"],
    "waiting tally": ["vorsitz", "team1", "leitung"],
    "waiting amount": ["vorsitz", "finanzen", *OFFICE.split()],
    "committee tally": ["vorsitz", "team1", "leitung", "ausschuss"],
    "council tally": ["vorsitz", "team1", "leitung", "ausschuss"],
    "proposed amount": ["vorsitz", "ausschuss", "finanzen", *OFFICE.split()],
    "council proposed amount": ["vorsitz", "ausschuss", "finanzen", *OFFICE.split()],
    "entered amount": ["team1", "leitung", "ausschuss"],
    "entered reason": ["leitung"],
    "council amount": ["ausschuss", "finanzen", *OFFICE.split()],
    "council reason": OFFICE.split(),
}
OUTSIDE = ("", "finanzen", "redaktion", "uebersetzung-tr", "fachstelle")
WALKERS = (
    *OUTSIDE, "gremium1", "gremium2", "gremium3", "gremium5", "vorsitz", "team1", "leitung", "ausschuss", "datenschutz",
)  # fmt: skip

# What a role may read and no page of the walk shows her, for those who walk each time
UNSEEN = {"": set(), "gremium1": set(), "gremium2": set(), "ausschuss": set(), "vorsitz": set()}

WHOLE = os.environ.get("WHOLE_WALK") == "1"  # everybody, and every applicant: about fifteen minutes


@pytest.fixture(autouse=True)
def quick(settings, tmp_path, monkeypatch):
    """Files in a folder of their own, no log of the thousand refusals, and the page that a PDF is drawn from instead of
    the drawing, which takes seconds (test_letter_paper.py and others read real ones)."""
    settings.FILE_STORE = tmp_path
    monkeypatch.setattr("fund.drawing.as_pdf", lambda page, stylesheet: None)
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.parametrize("role", WALKERS if WHOLE else tuple(UNSEEN))
def test_nobody_finds_what_she_may_not_read(role):
    world = World()
    found = walk.ways(world, world.other_key if role == "" else "")

    told, failed = walk.Walker(role).walk(found, world.words)

    expected = {secret for secret, roles in MAY.items() if role in roles}
    assert {secret: sorted(names) for secret, names in told.items() if secret not in expected} == {}
    if role in UNSEEN:
        assert expected - set(told) == UNSEEN[role]
    assert failed == []
    assert len(found) > 500


@pytest.mark.parametrize("name", STATES if WHOLE else ("approved", "rejected"))
def test_an_applicant_finds_what_she_wrote_and_nothing_of_what_became_of_it(name):
    world = World()
    found = {way: each for way, each in walk.ways(world, world.keys[name]).items() if each.startswith("fund:")}

    told, failed = walk.Walker().walk(found, world.words)

    own = {f"{name} {part}" for part in ("title", "plan", "person", "mail", "phone", "file")}
    assert (set(told), failed) == (own, [])


def test_no_message_tells_more_than_that_something_has_arrived_or_goes_on():
    world = World()

    found = {
        (message.kind, secret)
        for message in Message.objects.all()
        for secret in walk.told_by(f"{message.subject} {message.text} {message.html}", world.words)
    }

    assert (found, {message.kind for message in Message.objects.all()}) == (
        set(),
        {"application_received", "application_goes_on"},
    )


def test_every_planted_word_has_its_readers_but_sums_of_a_running_vote_and_words_of_who_is_in_conflict_anyway():
    world = World()

    unread = {secret for secret, roles in MAY.items() if not roles}

    assert set(world.words) == set(MAY)
    assert unread == {"running vote", *of((*AT_BOARD, *AFTER_BOARD), "conflict note")}


def test_the_sums_of_a_vote_are_seen_once_it_is_closed_so_that_the_walk_could_have_found_them():
    world = World()
    item = CaseItem.objects.get(vote__isnull=False)
    item.vote.closed_at, item.vote.closed_by = item.vote.opens_at, item.put_by
    item.vote.save()
    walker, address = walk.Walker("team1"), reverse("admin:fund_vote", args=[item.vote_id])

    assert "running vote" in walk.told_by(walk.text_of(walker.ask(address)), world.words)
