"""Results that are looked at again: by two people, with the old decision kept, and told only to who knew of it."""

import pytest

from fund import known, money, steps, takeout
from fund.actors import APPLICANT
from fund.models import Decision, FundYear, Letter, Reversal
from fund.workflow import blockers, perform
from tests.fund.factories import (
    NOON,
    approve,
    create_application,
    deliver,
    fresh,
    has_money,
    lead,
    propose,
    reject,
    release,
    rows,
    team,
)
from tests.fund.letters import agreement, decided, reverse
from wir.lib.workflow import Refused
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db


def rejected(**values):
    application, secret = create_application("team_decision", **values)
    return reject(application), secret


def test_a_known_refusal_is_opened_again_and_the_old_decision_stays_as_history():
    application, _secret = rejected()
    application = release(application)
    old = Decision.objects.values().get()

    application = reverse(application, "reopening")

    new = Decision.objects.values().get()
    assert (application.state, application.round, application.decision_released_at) == ("formal_check", 2, None)
    assert {name for name in old if old[name] != new[name]} == {"dropped_at"}
    assert Letter.objects.filter(released_at__isnull=False).count() == 1
    assert Message.objects.filter(kind="application_reopened").count() == 1
    reversal = Reversal.objects.get()
    assert (reversal.proposed_by, reversal.confirmed_by, reversal.reason) == (
        lead().user,
        team().user,
        "Neue Tatsachen",
    )


def test_a_refusal_that_nobody_was_told_of_is_opened_again_without_a_word():
    application, _secret = rejected()
    before = takeout.steps_told(application)

    application = reverse(application, "reopening")

    assert takeout.steps_told(application) == before
    assert Message.objects.filter(kind="application_reopened").count() == 0
    assert known.began_again(application) is None


def test_a_correction_reverses_the_money_and_begins_a_new_round():
    application = release(approve(create_application("team_decision")[0]))

    application = reverse(application, "correction", note="Falscher Betrag")

    assert (application.state, application.round, money.committed_to(application)) == ("team_decision", 2, None)
    kinds = list(application.entries.order_by("pk").values_list("kind", flat=True))
    assert (kinds, list(money.differences())) == (["commit", "uncommit"], [])
    assert Message.objects.filter(kind="decision_corrected").count() == 1
    assert takeout.letters(application).count() == 1


def test_it_can_be_approved_and_corrected_again_and_again():
    application = create_application("team_decision")[0]
    for _round in range(3):
        application = reverse(release(approve(application)), "correction")

    kinds = list(application.entries.order_by("pk").values_list("kind", flat=True))
    assert (kinds, application.round) == (["commit", "uncommit"] * 3, 4)
    assert list(money.differences()) == []


def test_a_correction_of_what_was_not_told_stays_inside():
    application = approve(create_application("team_decision")[0])
    before = (takeout.steps_told(application), steps.seen_state(application))

    application = reverse(application, "correction")

    assert (takeout.steps_told(application), steps.seen_state(application)) == before
    assert Message.objects.filter(kind="decision_corrected").count() == 0


@pytest.mark.parametrize(("maker", "target"), [("body", "board_queue"), ("committee", "committee_queue")])
def test_who_decided_decides_again(maker, target):
    application, _secret = decided("approved", maker=maker)

    application = reverse(application, "correction")

    assert application.state == target
    held = money.held_for(application)
    assert (held is not None, application.hold_until is not None) == (maker == "committee",) * 2
    assert list(money.differences()) == []


def test_an_agreement_that_waits_is_corrected_and_its_code_opens_nothing():
    application, _secret, _code = agreement()

    application = reverse(application, "correction")

    assert application.state == "team_decision"
    assert application.acceptances.filter(accepted_at=None, decision__dropped_at=None).count() == 0


@pytest.mark.parametrize("kind", ["reopening", "correction"])
def test_it_takes_the_lead_a_reason_and_a_second_person(kind):
    application = rejected()[0] if kind == "reopening" else approve(create_application("team_decision")[0])
    application = release(application)
    confirm = "reopen_again" if kind == "reopening" else "correct"
    before = rows()

    for by, values in ((team(), {"note": "x"}), (lead(), {"note": " \u200b"})):
        with pytest.raises(Refused):
            perform(fresh(application), f"propose_{kind}", by=by, now=NOON, **values)
    with pytest.raises(Refused):
        perform(fresh(application), confirm, by=team(), now=NOON)
    assert rows() == before

    perform(fresh(application), f"propose_{kind}", by=lead(), now=NOON, note="Fehler")
    assert blockers(fresh(application), confirm, by=lead(), now=NOON) != []
    assert blockers(fresh(application), f"propose_{kind}", by=lead(), now=NOON, note="noch einmal") != []
    assert blockers(fresh(application), confirm, by=team(), now=NOON) == []


def test_a_dropped_proposal_changes_nothing():
    application = release(rejected()[0])
    perform(fresh(application), "propose_reopening", by=lead(), now=NOON, note="Widerspruch")

    perform(fresh(application), "drop_reversal", by=team(), now=NOON, note="Nichts Neues")

    assert (fresh(application).state, Decision.objects.get().dropped_at) == ("rejected", None)
    assert blockers(fresh(application), "reopen_again", by=team(), now=NOON) != []


def test_a_correction_that_was_proposed_opens_nothing_that_has_lapsed_since():
    application = approve(create_application("team_decision")[0])
    perform(fresh(application), "propose_correction", by=lead(), now=NOON, note="Fehler")
    from fund.actors import APPLICANT

    perform(fresh(application), "withdraw", by=APPLICANT, now=NOON)

    assert blockers(fresh(application), "reopen_again", by=team(), now=NOON) != []


def test_a_new_decision_is_made_in_the_new_round():
    application = reverse(release(approve(create_application("team_decision")[0])), "correction")

    propose(application, "approval", amount=application.revision.requested)

    assert application.decisions.get(dropped_at=None).round == 2


@pytest.mark.parametrize("move", ["propose_reopening", "reopen_again"])
@pytest.mark.parametrize(
    ("number", "state", "is_over"),
    [(2026, "closed", True), (2026, "published", True), (2027, "published", False), (2027, "closed", True)],
)
def test_nothing_is_opened_again_once_its_money_is_over(move, number, state, is_over):
    """Neither proposed nor confirmed: its year is over or closed, and there is nothing left to decide on."""
    application = release(rejected()[0])
    if move == "reopen_again":
        perform(fresh(application), "propose_reopening", by=lead(), now=NOON, note="Widerspruch")
    FundYear.objects.filter(pk=application.year_id).update(year=number, state=state)
    by, before = lead() if move == "propose_reopening" else team(), rows()

    reasons = blockers(fresh(application), move, by=by, now=NOON, note="Widerspruch")

    assert (len(reasons), rows()) == (int(is_over), before)
    if is_over:
        assert "Zeit" in str(reasons[0])
        with pytest.raises(Refused):
            perform(fresh(application), move, by=by, now=NOON, note="Widerspruch")
        assert rows() == before


@pytest.mark.parametrize("way", ["correction", "withdrawal"])
def test_a_letter_that_waits_to_be_printed_is_not_printed_once_its_decision_is_over(way):
    contact = {"mail": None, "post": "Elif Kaya\nMusterstraße 1\n30159 Hannover"}
    application = release(approve(has_money(create_application("team_decision", **contact)[0])))
    before = Message.objects.get(kind="letter_released").state

    if way == "correction":
        reverse(application, "correction")
    else:
        perform(fresh(application), "withdraw", by=APPLICANT, now=NOON)

    assert (before, Message.objects.get(kind="letter_released").state) == ("open", "cancelled")


def test_a_letter_that_has_left_stays_as_it_was():
    application = release(approve(has_money(create_application("team_decision")[0])))
    deliver(application)

    reverse(application, "correction")

    assert Message.objects.get(kind="letter_released").state == "sent"
