"""What comes out after somebody had her part in a case: it is asked again before the case goes on."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from fund import conflicts, recording, reversals, room
from fund.actors import APPLICANT
from fund.models import Application, Flag
from fund.workflow import blockers, perform
from strategy.models import SeatHolder
from tests.fund.factories import (
    EVENING,
    LATER_ON,
    NOON,
    PROJECT,
    approve,
    board,
    chair,
    create_application,
    create_reason,
    create_rules,
    declare,
    file_paper,
    fill,
    for_committee,
    forward,
    fresh,
    in_meeting,
    lead,
    plan_meeting,
    read_letter,
    record,
    recorder,
    reject,
    release,
    review,
    said,
    seat,
    settle,
    team,
    withdraw,
)
from tests.fund.test_gate import GATE, at_board, page
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def against(user, then):
    return [f"{user} hat einen Interessenkonflikt: {then}"]


# Not sure -------------------------------------------------------------------------------------------------------------


def test_a_member_who_was_not_sure_does_not_settle_it_herself(signed_in):
    holder, case = seat("gremium1", 71), at_board()
    unsure = declare(case, holder, "unsure", NOW)
    client = signed_in("gremium1")

    forged = client.post(GATE, {f"spaeter-antwort-{case.pk}": "none"})

    assert forged.status_code == 422
    assert conflicts.CHAIR_SETTLES in forged.content.decode()
    assert (fresh(unsure).standing, fresh(unsure).superseded_at) == ("open", None)
    assert client.get(page(case)).status_code == 404
    chair()
    declare(case, SeatHolder.objects.get(user__username="vorsitz"), now=NOW)
    settle(unsure, chair().user, now=NOW)
    assert client.get(page(case)).status_code == 200


def test_she_may_still_say_that_there_is_a_conflict():
    holder, case = seat("gremium1", 71), at_board()
    declare(case, holder, "unsure", NOW)

    assert declare(case, holder, "conflict", NOW).standing == "conflict"


def test_what_the_lead_settled_may_be_said_again():
    case = create_application("formal_check")[0]
    unsure = declare(case, team().user, "unsure")

    with pytest.raises(Refused) as refused:
        declare(case, team().user)
    settle(unsure, lead().user)

    assert refused.value.reasons == [conflicts.LEAD_SETTLES]
    assert declare(case, team().user).standing == "free"


def test_a_member_who_declares_by_the_button_of_the_office_loses_her_review_too():
    holder, case = seat("team1", 71), at_board()
    declare(case, holder, now=NOW)
    note = review(case, holder, now=NOW)

    declare(case, holder.user, "conflict", NOW)

    assert fresh(note).voided_at == NOW


def test_and_her_vote():
    holders = board()
    case, item = in_meeting(holders=holders)
    record(item)

    declare(case, holders[3].user, "conflict", EVENING)

    assert fresh(item).outcome == ""


# The first of two people ----------------------------------------------------------------------------------------------


def test_a_formal_refusal_that_somebody_in_conflict_proposed_is_not_confirmed():
    case = create_application("formal_check")[0]
    perform(fresh(case), "propose_refusal", by=team(), now=NOON, reason=create_reason("formal", formal=True))
    declare(case, team().user, "conflict")

    assert blockers(fresh(case), "refuse", by=team("team2"), now=NOON) == against(
        team().user, "Verwerfen Sie den Vorschlag."
    )


def test_nor_a_result_of_the_board_that_she_entered():
    case, item = in_meeting()
    record(item, by=team("team2").user)
    declare(case, team("team2").user, "conflict")

    reasons = blockers(fresh(case), "confirm_proposal", by=chair(), now=EVENING)
    record(fresh(item))

    assert reasons == against(team("team2").user, "Tragen Sie das Ergebnis neu ein.")
    assert blockers(fresh(case), "confirm_proposal", by=chair(), now=EVENING) == []


@pytest.mark.parametrize(("result", "move"), [("yes", "approve_in_committee"), ("no", "reject_in_committee")])
def test_nor_a_result_of_a_committee(result, move):
    case = for_committee()
    file_paper(case)
    values = {"why_de": "Anders.", "reason": create_reason("merit", formal=False)} if result == "no" else {}
    said(case, result, **values)
    declare(case, recorder().user, "conflict")

    reasons = blockers(fresh(case), move, by=lead(), now=LATER_ON)

    assert reasons == against(recorder().user, "Verwerfen Sie den Eintrag.")


def test_nor_that_a_result_is_looked_at_again():
    case = release(reject(create_application("team_decision")[0]))
    perform(fresh(case), "propose_reopening", by=lead(), now=NOON, note="Neue Tatsachen")
    declare(case, lead().user, "conflict")

    assert blockers(fresh(case), "reopen_again", by=team(), now=NOON) == against(
        lead().user, "Verwerfen Sie den Vorschlag."
    )


# Nothing goes out while it is looked at again -------------------------------------------------------------------------


def corrected(case):
    return fresh(perform(fresh(case), "propose_correction", by=lead(), now=NOON, note="Falscher Betrag"))


def test_a_letter_waits_while_a_correction_is_proposed():
    case = approve(create_application("team_decision")[0])
    read_letter(case)

    reasons = blockers(corrected(case), "release_decision", by=team(), now=NOON)

    assert reasons == [reversals.IS_OPEN]


def test_a_refusal_waits_too():
    case = create_application("ineligible")[0]
    read_letter(case)
    perform(fresh(case), "propose_reopening", by=lead(), now=NOON, note="Neue Tatsachen")

    assert blockers(fresh(case), "release_refusal", by=team(), now=NOON) == [reversals.IS_OPEN]


def test_no_project_begins_while_a_correction_is_proposed():
    case = corrected(release(approve(create_application("team_decision")[0])))
    values = {"on": timezone.localdate(NOON), "payer": "Kasse"}

    assert blockers(case, "activate", by=team(), now=NOON, **values) == [reversals.IS_OPEN]
    assert case.reversals.get().dropped_at is None


# One project in parts -------------------------------------------------------------------------------------------------


def parts():
    """Two small cases of one person that together ask for more than the limit; the first one is taken back between."""
    sums = {"requested": Decimal("4000"), "total": Decimal("4000"), "cost_amount-1": Decimal("4000")}
    first = withdraw(create_application("submitted", title="Eins", **sums)[0])
    second = create_application("submitted", title="Etwas ganz anderes", **sums)[0]
    assert second.flags.count() == 0
    return first


def test_a_case_that_is_opened_again_is_looked_at_beside_what_came_in_the_meantime():
    first = parts()

    perform(fresh(first), "reopen", by=APPLICANT, now=NOON)

    assert first.flags.get(kind=Flag.Kind.SPLITTING).settled_at is None


def test_so_it_is_when_the_lead_opens_it_again():
    first = parts()
    perform(fresh(first), "propose_reopening", by=lead(), now=NOON, note="Neue Tatsachen")

    perform(fresh(first), "reopen_again", by=team(), now=NOON)

    assert first.flags.filter(kind=Flag.Kind.SPLITTING, settled_at=None).count() == 1


SETTLE_FIRST = "Ein Hinweis auf Aufteilung ist offen: Zuerst klärt ihn die Leitung."


def test_no_body_deals_with_a_part_before_the_lead_has_looked():
    plan_meeting()
    case = create_application("formal_check", answers=PROJECT)[0]
    Application.objects.filter(pk=case.pk).update(summary_de="Kurz.")
    flag = Flag.objects.create(application=case, kind=Flag.Kind.SPLITTING, raised_at=NOON)

    checked = SETTLE_FIRST in blockers(fresh(case), "forward_to_body", by=team(), now=NOON)
    Flag.objects.filter(pk=flag.pk).update(settled_at=NOON, settled_by=lead().user)
    case = forward(fresh(case))
    Flag.objects.filter(pk=flag.pk).update(settled_at=None, settled_by=None)
    on_agenda = SETTLE_FIRST in blockers(case, "put_on_agenda", by=team(), now=NOON, meeting=plan_meeting())

    assert (checked, on_agenda) == (True, True)


def test_nor_is_it_granted_there():
    create_rules().tiers.filter(key="project").update(path="body")
    case, item = in_meeting()
    record(item)
    Flag.objects.create(application=case, kind=Flag.Kind.SPLITTING, raised_at=NOON)

    assert blockers(fresh(case), "approve_in_body", by=chair(), now=EVENING) == [SETTLE_FIRST]


# Its way changed ------------------------------------------------------------------------------------------------------


def test_deputies_of_the_old_way_have_no_part_in_the_new_one():
    """Given to deputies as a larger case, and small by the answer to a question."""
    case, item = in_meeting()
    recording.ask(item, note="Geht es kleiner?", by=chair().user, now=EVENING, seen=fresh(case).version)
    due = timezone.localdate(EVENING) + timedelta(days=21)
    perform(fresh(case), "ask_in_board", by=team(), now=EVENING, sections={"kostenplan": "Kleiner?"}, due=due)
    case.change_requests.get().sections.update(unchanged=True, touched_at=EVENING)
    Application.objects.filter(pk=case.pk).update(body=item.meeting.body)
    less = {"requested": Decimal("4000"), "total": Decimal("4000"), "own_money": Decimal("0")}
    fill(fresh(case), EVENING, **less | {"cost_amount-1": Decimal("4000")})

    case = perform(fresh(case), "answer", by=APPLICANT, now=EVENING)

    assert (case.tier, case.state, fresh(case).body) == ("micro", "formal_check", None)


# Two seats ------------------------------------------------------------------------------------------------------------


def test_whoever_holds_two_seats_has_one_voice_and_counts_once():
    holders = board()
    second = SeatHolder.objects.create(
        seat=holders[9].seat, user=holders[2].user, name=holders[2].name, substitute=True, mail="",
        valid_from=holders[9].valid_from,
    )  # fmt: skip
    case, item = in_meeting(holders=[*holders, second], present=[*holders[:9], second])

    found = room.room_of(fresh(item), EVENING)

    assert (found.present, len(found.voters)) == (9, 9)
    assert [each.where for each in found.people if each.holder == second] == ["no_vote"]
