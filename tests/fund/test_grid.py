"""State x move x role x path by real requests: what every address of a move answers to everybody in every state.

The table below is read by people: where a move is made, in which states, by whom, on which paths. Whatever it does not
name is refused, and a refusal writes nothing. Where a move could be made, everybody tries it on every path; in all the
other states somebody does, whoever's turn it is. With WHOLE_GRID=1 everybody tries everything, which takes half an
hour. The door itself is tested cell by cell in test_workflow.py.
"""

import logging
import os
from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fund import guards
from fund.models import Application, CaseItem, CommitteeStep, FiledCase, Filing, RuleSet, StepResult
from fund.table import TABLE
from strategy.models import CouncilPaper
from tests.fund.factories import (
    PROJECT,
    chair,
    council,
    create_application,
    create_rules,
    fresh,
    lead,
    person_with,
    plan_meeting,
    protection,
    recorder,
    rows,
    seat,
    team,
)
from wir.accounts.models import User
from wir.lib.workflow import FASTER

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
STATES = Application.State.values
OFFICE, LEAD, CHAIR = "team1 leitung", "leitung", "vorsitz"
OPEN = (
    "submitted formal_check info_requested team_decision board_queue board_meeting committee_queue committee_running "
    "waitlisted approved"
)
ENDED_WITHOUT = "ineligible rejected lapsed withdrawn"
TEAM, BODIES, BODY, COMMITTEE = "team", "body body_then_committee", "body", "body_then_committee"
EVERY = "team body body_then_committee"
# move: (states, who, paths) of the pages below admin:fund_act
ON_THE_CASE = {
    "take": ("submitted", OFFICE, EVERY),
    "ask": ("formal_check", OFFICE, EVERY),
    "extend": ("info_requested", OFFICE, EVERY),
    "propose_refusal": ("formal_check", OFFICE, EVERY),
    "drop_refusal": ("formal_check", OFFICE, EVERY),
    "refuse": ("formal_check", OFFICE, EVERY),
    "forward_to_team": ("formal_check", OFFICE, TEAM),
    "forward_to_body": ("formal_check", OFFICE, BODIES),
    "release_refusal": ("ineligible", OFFICE, EVERY),
    "propose_approval": ("team_decision", OFFICE, TEAM),
    "propose_waitlist": ("team_decision", OFFICE, TEAM),
    "propose_rejection": ("team_decision", OFFICE, TEAM),
    "agree": ("team_decision", OFFICE, TEAM),
    "drop_decision": ("team_decision", OFFICE, TEAM),
    "approve": ("team_decision", OFFICE, TEAM),
    "waitlist": ("team_decision", OFFICE, TEAM),
    "reject": ("team_decision", OFFICE, TEAM),
    "call_up": ("waitlisted", OFFICE, TEAM),
    "release_decision": ("approved waitlisted rejected", OFFICE, EVERY),
    "activate": ("approved", OFFICE, EVERY),
    "close": ("active", OFFICE, EVERY),
    "hand_to_deputies": ("board_queue team_decision", OFFICE, EVERY),
    "pass_to_deputies": ("submitted formal_check", OFFICE, TEAM),
    "pass_to_body": ("submitted formal_check", OFFICE, BODIES),
    "strike": ("board_meeting", OFFICE, BODIES),
    "ask_in_board": ("board_meeting", OFFICE, BODIES),
    "extend_hold": ("committee_queue committee_running", LEAD, COMMITTEE),
    "call_up_to_committee": ("waitlisted", OFFICE, COMMITTEE),
    "call_up_to_body": ("waitlisted", OFFICE, BODIES),
    "end_waiting": ("waitlisted", OFFICE, EVERY),
    "end_unanswered": ("waitlisted", OFFICE, EVERY),
    "accept": ("agreement_sent", OFFICE, EVERY),
    "propose_reopening": (ENDED_WITHOUT, LEAD, EVERY),
    "reopen_again": (ENDED_WITHOUT, OFFICE, EVERY),
    "propose_correction": ("approved agreement_sent", LEAD, EVERY),
    "correct": ("approved agreement_sent", OFFICE, EVERY),
    "drop_reversal": (f"{ENDED_WITHOUT} approved agreement_sent", OFFICE, EVERY),
    "merge": (f"{OPEN} agreement_sent ineligible rejected", OFFICE, EVERY),
    "erase": (f"{ENDED_WITHOUT} closed revoked", "datenschutz", EVERY),
}
# of the pages of an item on the agenda (admin:fund_meeting_step)
IN_THE_MEETING = {
    "confirm_proposal": ("board_meeting", CHAIR, COMMITTEE),
    "confirm_no_money": ("board_meeting", CHAIR, BODIES),
    "approve_in_body": ("board_meeting", CHAIR, BODY),
    "reject_in_body": ("board_meeting", CHAIR, BODY),
    "vertagen": ("board_meeting", CHAIR, BODIES),
    "absetzen": ("board_meeting", f"{OFFICE} {CHAIR}", BODIES),
}
# of the page of a committee's result (admin:fund_step_result); what it confirms is told by the result
OF_THE_COMMITTEE = {
    "bestaetigen": ("committee_running", LEAD, COMMITTEE),
    "verwerfen": ("committee_running", LEAD, COMMITTEE),
    "warteliste": ("committee_running", LEAD, COMMITTEE),
}
# of the applicant's own pages: what a POST with nothing but its button does at once
OF_THE_APPLICANT = {
    "withdraw": (f"{OPEN} agreement_sent ineligible rejected", EVERY),
    "erase": ("draft", EVERY),
}
APPLICANTS_PAGES = ("withdraw", "erase", "reopen", "submit", "answer", "confirm")
STAFF = (
    "team1", "leitung", "vorsitz", "gremium1", "gremium2", "ausschuss", "datenschutz", "finanzen", "redaktion",
)  # fmt: skip
WHOLE = bool(os.environ.get("WHOLE_GRID"))
KINDS = ("micro", "project", "administration", "micro 2025")
PATH = dict(zip(KINDS, (TEAM, COMMITTEE, COMMITTEE, BODY), strict=True))
FIRST = {guards.NOT_YOURS, guards.NOT_NOW, guards.OTHER_PATH, FASTER}  # said before anybody looks into the case
REFUSED = {302, 303, 403, 404, 405, 409, 422}


@pytest.fixture
def bare(monkeypatch):
    """Pages are worked out and not drawn: the grid asks for status and reasons. Its refusals fill no log."""
    monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")
    monkeypatch.setattr("wir.views.error_page", lambda request, status: HttpResponse(status=status))
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def case_of(kind):
    """(a case of this kind that has everything a page could be about, its secret)."""
    first = TODAY + timedelta(days=400)
    days = {"starts": first, "ends": first + timedelta(days=30)}
    if kind.startswith("micro"):
        answers = {"answers": None}
    else:
        answers = {"answers": PROJECT | {"stone_day-1": first}}
    if kind == "administration":
        days |= {"kind": "unit", "requested": Decimal("3000"), "total": Decimal("3000"), "own_money": Decimal("0")}
        days |= {"cost_amount-1": Decimal("3000")}
    values = {key: value for key, value in answers.items() if value} | days
    case, secret = create_application("formal_check", NOW, **values)
    if kind == "micro 2025":
        rules = RuleSet.objects.get(key="praxis-2025")
        Application.objects.filter(pk=case.pk).update(rule_set=rules)
    return fresh(case), secret


def put_to(case, state):
    """Into a state with what always comes with it: an open question, the place on a waiting list."""
    case.change_requests.all().delete()
    case.decisions.all().delete()
    asked_by = "formal_check" if state == "info_requested" else ""
    Application.objects.filter(pk=case.pk).update(state=state, asked_by_state=asked_by)
    by = team().user
    if state == "info_requested":
        due = TODAY + timedelta(days=20)
        asked = case.change_requests.create(before=case.revision, asked_at=NOW, asked_by=by, due=due, days=20)
        asked.sections.create(section="was", text="Was genau?")
    if state == "waitlisted":
        case.decisions.create(
            kind=state, amount=case.revision.requested, proposed_at=NOW, proposed_by=by, confirmed_at=NOW,
            confirmed_by=team("team2").user,
        )  # fmt: skip


def agenda_item(case):
    return CaseItem.objects.create(
        application=case, meeting=plan_meeting(TODAY + timedelta(days=3)), put_at=NOW, put_by=team().user
    )


def entered_result(case):
    """A committee's yes that somebody has entered and nobody has confirmed."""
    paper = CouncilPaper.objects.create(number="4711/2027", title="Innovationsfonds")
    by = {"made_at": NOW, "made_by": team().user, "filed_at": NOW, "filed_by": team().user}
    filing = Filing.objects.create(council_paper=paper, title="Innovationsfonds", **by)
    place = FiledCase.objects.create(filing=filing, application=case)
    step = CommitteeStep.objects.create(filing=filing, body=council(), decides=True, session_on=TODAY)
    return StepResult.objects.create(
        step=step, case=place, result="yes", amount=case.revision.requested, session_on=TODAY, point="7",
        recorded_at=NOW, recorded_by=recorder().user,
    )  # fmt: skip


def everybody():
    """{role: Client} of all who sign in; members of both bodies of the rules have declared nothing."""
    chair(), recorder(), protection(), lead(), team()
    person_with("finanzen")
    seat("gremium1", 71)
    proposes = RuleSet.objects.get(key="praxis-2025").tier("micro").proposes
    if proposes is not None and proposes != create_rules().tier("project").proposes:
        seat("vorsitz", 61, role="chair", body=proposes)
        seat("gremium1", 62, body=proposes)
    found = {}
    for name in STAFF:
        found[name] = Client()
        found[name].force_login(User.objects.get(username=name))
    return found


def is_offered(response):
    """Was the move made, or refused by nothing but what its guards say about this case?"""
    if response.status_code in (302, 303):
        return True
    reasons = set(map(str, (response.context_data or {}).get("reasons", ()))) if wants_more(response) else FIRST
    return not reasons & FIRST


def wants_more(response):
    return response.status_code in (409, 422) and getattr(response, "context_data", None) is not None


def ask(client, address, case, *, expected):
    """What a POST answers, and whether it was offered. What is allowed is taken back, what is not stays to be found."""
    if not expected:
        return client.post(address, {"version": case.version, "note": "Ein Satz."})
    with transaction.atomic():
        response = client.post(address, {"version": case.version, "note": "Ein Satz."})
        transaction.set_rollback(True)
    return response


def who_tries(is_possible, kind, number):
    """Everybody where the move could be made; the one who may most, or whoever's turn it is, in the other states."""
    if WHOLE or is_possible:
        return STAFF
    return (LEAD,) if kind == "micro" else (STAFF[number % len(STAFF)],)


@pytest.mark.parametrize("kind", KINDS)
def test_a_move_is_made_only_where_the_table_says_so(kind, bare):
    case, _secret = case_of(kind)
    clients, item, result = everybody(), agenda_item(case), entered_result(case)
    pages = [
        (reverse("admin:fund_act", args=[case.pk, move.name]), ON_THE_CASE.get(move.name)) for move in TABLE
    ] + [
        (reverse("admin:fund_meeting_step", args=[item.pk, name]), told) for name, told in IN_THE_MEETING.items()
    ] + [
        (reverse("admin:fund_step_result", args=[result.pk, name]), told) for name, told in OF_THE_COMMITTEE.items()
    ]  # fmt: skip

    wrong, offered, turn = [], 0, count()
    for state in STATES:
        put_to(case, state)
        before = rows()
        for address, told in pages:
            states, who, paths = (each.split() for each in told or ("", "", ""))
            for role in who_tries(state in states, kind, next(turn)):
                client = clients[role]
                expected = state in states and role in who and PATH[kind] in paths
                response = ask(client, address, case, expected=expected)
                offered += expected
                if is_offered(response) != expected or (not expected and response.status_code not in REFUSED - {302}):
                    wrong.append((state, role, address, response.status_code))
        if rows() != before:
            wrong.append((state, "something was written"))

    assert wrong == []
    assert offered > 50


def test_the_grid_has_an_address_for_every_move_of_people():
    elsewhere = {"defer": "vertagen", "strike": "absetzen", "drop_step": "verwerfen", "confirm_step": "bestaetigen",
                 "approve_in_committee": "bestaetigen", "reject_in_committee": "bestaetigen",
                 "waitlist_in_committee": "warteliste"}  # fmt: skip
    # whole agendas and papers: test_meeting_live.py and test_committee_desk.py; the clock has no address
    together = {"put_on_agenda", "file_paper", "record_step", "send_back"}
    clock = {"lapse", "expire", "expire_hold", "lapse_agreement", "void_result"}
    applicant = {"submit", "answer", "withdraw", "discard", "reopen"}

    known = {*ON_THE_CASE, *IN_THE_MEETING, *elsewhere, *together, *clock, *applicant} - {"vertagen", "absetzen"}

    assert known == {move.name for move in TABLE}


@pytest.mark.parametrize("kind", KINDS)
def test_an_applicant_does_what_the_table_says_and_a_stranger_nothing(kind, bare):
    case, secret = case_of(kind)
    client = Client()

    wrong = []
    for state in STATES:
        put_to(case, state)
        for name in APPLICANTS_PAGES:
            states, paths = (each.split() for each in OF_THE_APPLICANT.get(name, ("", "")))
            expected = state in states and PATH[kind] in paths
            before = rows()
            with transaction.atomic():
                response = client.post(reverse(f"fund:{name}", args=[secret.lower()]))
                moved = rows() != before
                transaction.set_rollback(True)
            if moved != expected or response.status_code not in REFUSED:
                wrong.append((state, name, response.status_code))
            other = client.post(reverse(f"fund:{name}", args=["2" * 16]))
            if other.status_code != 404 or rows() != before:
                wrong.append((state, name, "with a guessed secret", other.status_code))

    assert wrong == []


def test_who_is_not_signed_in_is_sent_to_sign_in_by_every_move(bare):
    case, _secret = case_of("micro")
    before, client = rows(), Client()

    answers = [client.post(reverse("admin:fund_act", args=[case.pk, move.name])) for move in TABLE]

    assert {(each.status_code, each.url.partition("?")[0]) for each in answers} == {(302, "/admin/login/")}
    assert rows() == before
