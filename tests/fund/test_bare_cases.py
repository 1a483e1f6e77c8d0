"""Broken rows: a case that stands in a state without what always comes with it meets a refusal with a sentence, or the
move is made; never another exception, which would be a page that fails."""

from datetime import timedelta

import pytest
from django.db import transaction

from fund.actors import APPLICANT, CLOCK, Actor, Part, staff
from fund.models import Application, Decision
from fund.table import TABLE, State
from fund.workflow import first_blockers, perform
from tests.fund.factories import (
    NOON,
    PROJECT,
    TODAY,
    chair,
    create_application,
    create_draft,
    create_other_year,
    create_reason,
    create_rules,
    fresh,
    lead,
    plan_meeting,
    protection,
    recorder,
    team,
)
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db

PATHS = ("team", "body", "body_then_committee")
REFUSALS = (State.INELIGIBLE, State.REJECTED)
# (the year of its money or None, its result was told, it has a decision without a letter, the form was filled in)
SITUATIONS = (
    (TODAY.year, False, False, True),
    (TODAY.year, True, True, True),
    (TODAY.year - 1, True, False, True),
    (None, True, True, True),
    (TODAY.year, False, False, False),
)


def case_on(path):
    """A case on this path: handed in and checked, and nothing else was ever done with it."""
    case, _secret = create_application("formal_check", **{} if path == "team" else {"answers": PROJECT})
    if path == "body":
        case.rule_set.tiers.filter(key="project").update(path=path)
    return case


def bare(case, state, *, year, told, decided):
    """In this state, without letter, item on an agenda, question, paper, agreement or money, and mostly without a
    decision."""
    at = NOON if told else None
    asked_by = State.FORMAL_CHECK if state == State.INFO_REQUESTED else ""
    values = {"decision_recorded_at": at, "decision_released_at": at, "ended_at": NOON, "asked_by_state": asked_by}
    Application.objects.filter(pk=case.pk).update(state=state, year=year, **values)
    case.decisions.all().delete()
    if decided:
        no = {"kind": state, "reason": create_reason()}
        yes = {"kind": "waitlisted" if state == State.WAITLISTED else "approved", "amount": case.revision.requested}
        given = {"proposed_at": NOON, "proposed_by": team().user} | (no if state in REFUSALS else yes)
        Decision.objects.create(application=case, **given)
    return fresh(case)


def people():
    """{part: Actor}."""
    helper, leads = Actor(Part.HELPER), staff(lead().user, Part.LEAD)
    found = [APPLICANT, helper, CLOCK, team("team2"), leads, chair(), recorder(), protection()]
    return {each.part: each for each in found}


def entered(name, amount, into):
    """What somebody enters with a move, so that no guard refuses it for a gap in the form."""
    formal, meeting = name == "propose_refusal", plan_meeting(TODAY + timedelta(days=90))
    return {
        "note": "Ein Satz.", "sections": {"was": "Was genau?"}, "due": TODAY + timedelta(days=21), "consent": True,
        "reason": create_reason("formal" if formal else "merit", formal=formal), "sentence_de": "Ein eigener Satz.",
        "amount": None if name == "propose_rejection" else amount, "on": TODAY, "payer": "Fachbereich Finanzen",
        "meeting": meeting, "until": meeting if name == "defer" else TODAY + timedelta(days=30), "session_on": TODAY,
        "into": into, "agreed": "am Telefon", "code": "WIR2WIR2", "signer": "Elif Kaya", "function": "Vorstand",
        "payee": "Verein", "iban": "DE89370400440532013000",
        "result": {"send_back": "postponed", "record_step": "yes"}.get(name),
    }  # fmt: skip


def fault_of(case, move, by, values):
    """The exception that is no refusal with a sentence, None where there is none. Nothing of the move stays."""
    try:
        with transaction.atomic():
            perform(fresh(case), move, by=by, now=NOON, **values)
            transaction.set_rollback(True)
    except Refused as refusal:
        return None if refusal.reasons and all(map(str, refusal.reasons)) else refusal
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is what this test looks for
        return fault
    return None


@pytest.mark.parametrize("path", PATHS)
def test_no_move_fails_on_a_case_that_lacks_what_belongs_to_its_state(path):
    create_rules(paper_days=0)
    into, case, actors = create_application("submitted", title="Ein anderes")[0], case_on(path), people()
    years = {number: number and create_other_year(number) for number, *_rest in SITUATIONS}
    forms = {move.name: entered(move.name, case.revision.requested, into) for move in TABLE}

    faults, tried = set(), set()
    for state in State:
        for number, told, decided, filled in SITUATIONS:
            here = bare(case, state, year=years[number], told=told, decided=decided)
            for move in TABLE:
                for by in (actors[part] for part in move.parts):
                    if first_blockers(here, move, by):
                        continue
                    tried.add(move.name)
                    fault = fault_of(here, move.name, by, forms[move.name] if filled else {})
                    if fault is not None:
                        faults.add((state, move.name, by.part, repr(fault)))

    assert sorted(faults) == []
    assert tried == {move.name for move in TABLE if not move.paths or path in move.paths}


def test_nor_on_a_draft_that_belongs_to_no_year():
    draft, _secret = create_draft()
    Application.objects.filter(pk=draft.pk).update(year=None)
    moves = (("submit", APPLICANT), ("discard", APPLICANT), ("expire", CLOCK))

    faults = [fault_of(draft, name, by, {"consent": True}) for name, by in moves]

    assert faults == [None] * len(moves)
