"""What a second reading of the whole decision found: who is in conflict also keeps her hands off what follows it."""

from decimal import Decimal

import pytest
from django.urls import reverse

from fund import merging, money, reversals, standing
from fund.actors import APPLICANT, Part, staff
from fund.guards import NOT_YOURS
from fund.models import Application
from fund.projects.reading import projects
from fund.workflow import blockers, perform
from tests.fund.factories import (
    DECISION,
    LATER_ON,
    NOON,
    activate,
    approve,
    confirm_said,
    create_application,
    create_held,
    declare,
    file_paper,
    for_committee,
    fresh,
    has_money,
    in_meeting,
    lead,
    read_letter,
    release,
    said,
    team,
    withdraw,
)
from tests.fund.letters import agreement
from tests.fund.test_deputies import NOW as SOON
from tests.fund.test_deputies import hand_over, micro, stand_in, team_in_conflict
from wir.accounts.models import AuditEntry, User
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db


def micro_case(state="team_decision"):
    return has_money(create_application(state)[0])


# Conflicts after the decision -----------------------------------------------------------------------------------------


def approved():
    case = approve(micro_case())
    read_letter(case)
    return fresh(case)


def with_its_money():
    return create_held()


CASES = {
    "release_decision": approved,
    "activate": lambda: release(approve(micro_case())),
    "close": lambda: activate(release(approve(micro_case()))),
    "strike": lambda: in_meeting()[0],
    "extend_hold": with_its_money,
    "accept": lambda: agreement()[0],
}


@pytest.mark.parametrize("name", CASES)
def test_who_is_in_conflict_makes_no_move_around_a_result_either(name):
    found = CASES[name]()
    case = found[0] if isinstance(found, tuple) else found
    by = lead() if name == "extend_hold" else team()
    before = blockers(fresh(case), name, by=by, now=NOON)

    declare(case, by.user, "conflict")
    after = blockers(fresh(case), name, by=by, now=NOON)

    assert [standing.SAID["conflict"] in reasons for reasons in (before, after)] == [False, True]


def test_deputies_decide_and_do_nothing_else_that_the_team_does():
    stand_in("gremium1")
    case = hand_over(team_in_conflict(micro(), "team1", "team2", "leitung"))
    deputy = User.objects.get(username="gremium1")
    declare(case, deputy, now=SOON)
    by = staff(deputy, Part.TEAM)

    found = {name: blockers(fresh(case), name, by=by, now=SOON) for name in ("merge", "hand_to_deputies", "agree")}

    assert [NOT_YOURS in reasons for reasons in found.values()] == [True, True, False]


# Merging --------------------------------------------------------------------------------------------------------------


def test_a_merged_case_has_no_day_on_which_its_hold_ends():
    held = create_held()
    held = held[0] if isinstance(held, tuple) else held
    into = create_application("formal_check", title="Zweites")[0]

    perform(fresh(held), "merge", by=team(), now=NOON, into=into, note="doppelt", agreed="am Telefon")

    assert (fresh(held).hold_until, money.held_for(held), list(money.differences())) == (None, None, [])


def test_nothing_is_merged_into_a_case_that_ended_a_moment_ago():
    case, into = create_application("formal_check")[0], create_application("formal_check", title="Zweites")[0]
    seen = fresh(into)
    withdraw(into)

    with pytest.raises(Refused) as refused:
        perform(fresh(case), "merge", by=team(), now=NOON, into=seen, note="doppelt")

    assert (refused.value.reasons, fresh(case).state) == ([merging.ENDED], "formal_check")


# Reversals ------------------------------------------------------------------------------------------------------------


def test_a_reopening_that_the_lead_proposed_rests_once_the_applicant_opens_the_case_herself():
    case = withdraw(create_application("formal_check")[0])
    perform(fresh(case), "propose_reopening", by=lead(), now=NOON, note="neu")

    perform(fresh(case), "reopen", by=APPLICANT, now=NOON)

    assert reversals.reversal_of(case) is None


@pytest.mark.parametrize("move", ["withdraw", "accept"])
def test_a_correction_that_was_proposed_rests_once_the_case_has_gone_on(move):
    case, code = agreement()[0::2] if move == "accept" else (approve(micro_case()), "")
    perform(fresh(case), "propose_correction", by=lead(), now=NOON, note="Fehler")

    if move == "accept":
        values = {"signer": "Elif Kaya", "function": "Vorstand", "payee": "Verein", "iban": "DE89370400440532013000"}
        perform(fresh(case), "accept", by=APPLICANT, now=NOON, code=code, **values)
    else:
        perform(fresh(case), "withdraw", by=APPLICANT, now=NOON)

    assert reversals.reversal_of(case) is None


# Told and logged ------------------------------------------------------------------------------------------------------


def test_the_public_list_names_the_paper_and_the_session_of_a_committees_decision():
    case = for_committee()
    file_paper(case)
    said(case)
    release(confirm_said(case), LATER_ON)

    (project,) = projects(Application.objects.granted())

    assert (project.decision.day, project.decision.paper, project.amount) == (DECISION, "1234/2027", Decimal("16000"))


def test_a_result_of_an_erased_case_is_not_found(signed_in):
    case = for_committee()
    file_paper(case)
    result = said(case)
    Application.objects.filter(pk=case.pk).update(state="erased")

    address = reverse("admin:fund_step_result", args=[result.pk, "bestaetigen"])

    assert signed_in("leitung").get(address).status_code == 404


def test_who_takes_the_ledger_along_stands_in_the_log(signed_in):
    case = approve(micro_case())

    answer = signed_in("finanzen").get(reverse("admin:fund_ledger_csv", args=[case.year.year]))

    entry = AuditEntry.objects.filter(action="exported").latest("pk")
    assert (answer.status_code, entry.detail) == (200, f"buchungen {case.year.year} (CSV): 2")
