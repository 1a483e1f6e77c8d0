"""The leak walk: undecided and unreleased cases, reviewers, votes, notes and people's data, on every page, feed, file,
search, export and mail, by everybody (fund design, 1.3 and 5).

MAY is read by people: who may read what was planted where. Whatever somebody else finds is a leak.
"""

import logging
import os

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import override_settings
from django.urls import reverse

from fund.models import CaseItem
from tests.fund import walk
from tests.fund.planted import STATES, World
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

OFFICE = "team1 leitung datenschutz"
TEAM2 = "team2"  # of the office too; she sits in the body and has declared nothing
FREE = "gremium3 gremium5 vorsitz"  # members who are in no conflict, gremium5 because the chair has settled it
CLOSED = "gremium1 gremium2 gremium4 vertretung team2"  # silent, in conflict, not sure, found later, silent
ASKED = "gremium1 gremium4 vertretung team2"  # are to say whether they are close to anybody, or may say so still
DEPUTIES = "gremium3 gremium5"  # of the project team, and free
AT_BOARD = ("queued", "voted", "meeting", "deferred")  # still before a body
# It has dealt with them: they stand in the book of its meeting, and what is found later closes them no more
AFTER_BOARD = ("committee", "council", "waiting", "agreed")
LARGE = (*AT_BOARD, *AFTER_BOARD)
BY_TEAM = ("undecided", "approved", "rejected")
SMALL = (*BY_TEAM, "given")
NOBODY, EVERYBODY = "", "guest"  # what a guest may read everybody may


def of(cases, parts, *roles):
    return {f"{case} {part}": " ".join(roles).split() for case in cases for part in parts.split(", ")}


MAY = {
    # What applicants wrote and were written. Members who have not declared know title and people and nothing more, who
    # is in conflict only the title
    **of(AT_BOARD, "title", OFFICE, FREE, CLOSED),
    **of(AT_BOARD, "person, helper", OFFICE, FREE, ASKED),
    **of(AT_BOARD, "plan, file, message, answer", OFFICE, FREE),
    **of(("committee", "council"), "title", OFFICE, FREE, CLOSED, "ausschuss"),
    **of(("waiting",), "title", OFFICE, FREE, CLOSED),
    **of(("agreed",), "title", EVERYBODY),
    **of(AFTER_BOARD, "person, plan, file, message, answer", OFFICE, FREE, "vertretung"),
    **of(
        ("committee", "council", "waiting"), "helper", OFFICE, "vorsitz vertretung"
    ),  # gremium4 is still to be settled
    **of(("agreed",), "helper", OFFICE),
    **of(BY_TEAM, "title, person, helper, plan, file, message, answer", OFFICE, TEAM2),
    **of(("given",), "title", OFFICE, TEAM2, DEPUTIES, "gremium1 gremium2"),
    **of(("given",), "person, helper", OFFICE, TEAM2, DEPUTIES, "gremium1"),
    **of(("given",), "plan, file, message, answer", OFFICE, TEAM2, DEPUTIES),
    # How they are reached is the office's business. The address of a helper is for the portal alone
    **of(LARGE, "mail, phone, post", OFFICE),
    **of(SMALL, "mail, phone, post", OFFICE, TEAM2),
    **of(STATES, "helper mail", NOBODY),
    # What the office notes, and what members say of themselves
    **of(LARGE, "note", OFFICE),
    **of(SMALL, "note", OFFICE, TEAM2),
    **of((*LARGE, "given"), "conflict note", NOBODY),
    **of(LARGE, "open note", "vorsitz"),  # while there is something to settle
    "agreed open note": [],
    # What the chair wrote when she settled it is read by whom it is about, while the case comes to her
    **of((*AT_BOARD, "given"), "settling", "gremium5"),
    **of(AFTER_BOARD, "settling", NOBODY),
    "review comment": DEPUTIES.split(),
    "own comment": DEPUTIES.split(),
    # Among the seats and in the minutes, never with what she wrote
    "reviewer": f"team1 leitung datenschutz redaktion {FREE} {CLOSED}".split(),
    "deferred reason": [*OFFICE.split(), *FREE.split()],
    "deferred task": ["team1", "leitung", *FREE.split()],
    # Results that nobody was told of. Rows of the books name no case, and who sees money sees all of it
    "undecided sentence": [*OFFICE.split(), TEAM2],
    "approved sentence": [*OFFICE.split(), TEAM2],
    "approved amount": ["finanzen", *OFFICE.split(), TEAM2],
    **of(("approved", "rejected"), "letter, reversal", OFFICE, TEAM2),
    **of(("waiting", "council"), "letter", OFFICE),
    "rejected sentence": [*OFFICE.split(), TEAM2],
    "running vote": [],
    "unconfirmed tally": ["vorsitz", "team1", "leitung"],
    "unconfirmed amount": ["vorsitz", "team1", "leitung"],
    "unconfirmed conditions": ["vorsitz", "team1", "leitung"],
    "waiting tally": ["vorsitz", "team1", "leitung"],
    "waiting amount": ["vorsitz", "finanzen", *OFFICE.split()],
    **of(("committee", "council", "agreed"), "tally", "vorsitz team1 leitung ausschuss"),
    "proposed amount": ["vorsitz", "ausschuss", "finanzen", *OFFICE.split(), TEAM2],
    "council proposed amount": ["vorsitz", "ausschuss", "finanzen", *OFFICE.split(), TEAM2],
    "agreed proposed amount": ["vorsitz", "ausschuss", "finanzen", *OFFICE.split(), TEAM2],
    "entered amount": ["team1", "leitung", "ausschuss"],
    "entered reason": ["leitung"],
    "council amount": ["ausschuss", "finanzen", *OFFICE.split(), TEAM2],
    "council reason": OFFICE.split(),
    "given amount": [*OFFICE.split(), TEAM2, *DEPUTIES.split()],
    "given sentence": [*OFFICE.split(), TEAM2, *DEPUTIES.split()],
    # A project that runs: its sum is public, its agreement is not. Of the account everybody who needs it reads as much
    # as recognises it; the whole number is for a payment that is not built yet
    "agreed amount": [EVERYBODY],
    **of(("agreed",), "reason, letter, signer, function, payee, account", OFFICE),
    "agreed iban": [],
}
WRITTEN = "title, plan, person, mail, phone, post, file, helper, message, answer"
TOLD, AGREED = "letter, amount, reason", "signer, function, payee, account"
WALKERS = (
    "guest", "finanzen", "redaktion", "uebersetzung-tr", "uebersetzung-ar", "pruefung-tr", "fachstelle", "gremium1",
    "gremium2", "gremium3", "gremium4", "gremium5", "vorsitz", "vertretung", "team1", "team2", "leitung", "ausschuss",
    "datenschutz",
)  # fmt: skip
UNSEEN = {"redaktion": {"reviewer"}}  # what a role may read and no page of the walk shows her

WHOLE = os.environ.get("WHOLE_WALK") == "1"  # asks also for what cannot tell more (walk.py), and draws every refusal


@pytest.fixture(scope="module", autouse=True)
def quiet(tmp_path_factory):
    """Files in a folder of their own, no log of the thousand refusals, and the page that a PDF is drawn from instead of
    the drawing, which takes seconds (test_letter_paper.py and others read real ones). Nobody keeps the contexts of
    templates, and a refusal is a bare one: its page is made from its number alone."""
    logging.disable(logging.CRITICAL)
    with override_settings(FILE_STORE=tmp_path_factory.mktemp("files")), pytest.MonkeyPatch.context() as patch:
        patch.setattr("fund.drawing.as_pdf", lambda page, stylesheet: None)
        patch.setattr("django.test.client.store_rendered_templates", lambda *args, **kwargs: None)
        if not WHOLE:
            patch.setattr("wir.views.error_page", lambda request, status: HttpResponse(status=status))
        yield
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def world(quiet, django_db_setup, django_db_blocker):
    """One for all: who walks only asks, and what that leaves in the logs goes with her own test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def everywhere(world):
    return walk.ways(world, whole=WHOLE)


@pytest.mark.parametrize("role", WALKERS)
def test_nobody_finds_what_she_may_not_read(world, everywhere, role):
    walker = walk.Walker("" if role == EVERYBODY else role)
    found = walk.ways(world, world.other_key, whole=WHOLE) if role == EVERYBODY else everywhere

    told, failed = walker.walk(found, world.words, whole=WHOLE)

    may = {secret for secret, roles in MAY.items() if role in roles}
    public = {secret for secret, roles in MAY.items() if EVERYBODY in roles}
    assert {secret: sorted(names) for secret, names in told.items() if secret not in may | public} == {}
    assert may - set(told) == UNSEEN.get(role, set())
    assert failed == []
    assert len(found) > 600


def walk_with(world, key):
    """What whoever has this key finds on the pages of the case."""
    found = {way: each for way, each in walk.ways(world, key).items() if key.lower() in way}
    told, failed = walk.Walker().walk(found, world.words)
    assert failed == []
    assert len(found) > 40
    return set(told)


@pytest.mark.parametrize("name", STATES)
def test_an_applicant_finds_what_she_wrote_and_was_told_and_nothing_of_what_became_of_it(world, name):
    own = {**of((name,), WRITTEN), **(of((name,), f"{TOLD}, {AGREED}") if name == "agreed" else {})}

    assert walk_with(world, world.keys[name]) == set(own)


def test_who_helps_her_finds_the_same_but_for_what_she_agreed_to(world):
    assert walk_with(world, world.helper_keys["agreed"]) == set(of(("agreed",), f"{WRITTEN}, {TOLD}"))


def test_no_message_tells_more_than_what_the_office_wrote_and_what_a_released_letter_says(world):
    found = {
        (message.kind, secret)
        for message in Message.objects.all()
        for secret in walk.told_by(f"{message.subject} {message.text} {message.html}", world.words)
    }

    told = {("office_wrote", f"{name} answer") for name in STATES}
    assert found == told | {("letter_released", secret) for secret in of(("agreed",), f"title, {TOLD}")}


def test_every_planted_word_has_its_readers_or_is_for_nobody(world):
    assert set(world.words) == set(MAY)


def test_the_sums_of_a_vote_are_seen_once_it_is_closed_so_that_the_walk_could_have_found_them(world):
    item = CaseItem.objects.get(vote__isnull=False)
    item.vote.closed_at, item.vote.closed_by = item.vote.opens_at, item.put_by
    item.vote.save()
    walker, address = walk.Walker("team1"), reverse("admin:fund_vote", args=[item.vote_id])

    assert "running vote" in walk.told_by(walk.text_of(walker.ask(address)), world.words)
