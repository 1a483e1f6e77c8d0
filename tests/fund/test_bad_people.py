"""Bad input and bad people: rows of the fund's design, section 5, that stand in no other file."""

import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib import admin
from django.db import transaction
from django.db.models import ProtectedError
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from fund import books, filings, money, reviewing, year_moves
from fund.desk.case import NOT_BEGUN, moves
from fund.models import Application, Decision, FundYear, LedgerEntry, Letter, Pot, Review, RuleSet
from fund.workflow import perform
from strategy.models import MinutesEntry
from tests.fund.factories import (
    NOON,
    PROJECT,
    approve,
    board,
    confirm,
    confirm_said,
    create_application,
    create_held,
    create_other_year,
    create_waiting,
    file_paper,
    for_committee,
    fresh,
    has_money,
    has_no_money,
    in_meeting,
    lead,
    make_filing,
    propose,
    read_letter,
    record,
    release,
    review,
    rows,
    said,
    seat,
    stands,
    team,
    version,
    withdraw,
)
from tests.fund.letters import decided
from tests.fund.test_grid import ON_THE_CASE, TEAM, put_to
from tests.fund.test_meeting_live import begin, prepared, send
from wir.accounts.models import AuditEntry, User
from wir.lib.workflow import Refused
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def soon():
    first = TODAY + timedelta(days=400)
    return {"starts": first, "ends": first + timedelta(days=30)}


def micro(state="team_decision", **values):
    return create_application(state, NOW, **soon() | values)[0]


def address(case, name):
    return reverse("admin:fund_act", args=[case.pk, name])


def year_of(case):
    return FundYear.objects.get(pk=case.year_id)


# A button is shown only where it leads on (REMS #3427) ----------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in Application.State.values if state not in ("draft", "erased")])
def test_every_button_of_a_case_leads_to_a_page_and_every_move_has_its_button(signed_in, state):
    case, client = micro("formal_check"), signed_in("leitung")
    put_to(case, state)

    page = client.get(reverse("admin:fund_case", args=[case.pk]))

    found = moves(fresh(case), User.objects.get(username="leitung"), timezone.now())
    shown = [move.name for move, _reasons in page.context["moves"]]
    links = set(re.findall(rf'href="(/admin/fonds/{case.pk}/[a-z_-]+/)"', page.content.decode()))
    expected = [
        name
        for name, (states, who, paths) in ON_THE_CASE.items()
        if state in states.split() and "leitung" in who.split() and TEAM in paths.split()
    ]
    assert Counter(move.name for move, _reasons in found) == Counter(expected)
    assert shown == [move.name for move, reasons in found if not set(reasons) & NOT_BEGUN]
    links = {link for link in links if not link.endswith("/akte/")}
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


# Money comes back in every state (Hypha #3296) ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "state", ["committee_queue", "committee_running", "approved", "agreement_sent", "info_requested", "waitlisted"]
)
def test_who_withdraws_frees_what_was_held_or_promised_whatever_the_state(state):
    case = create_held(**soon(), **{"stone_day-1": soon()["starts"]})
    put_to(case, state)
    before = year_of(case)

    gone = withdraw(case, NOW)

    assert (before.held, gone.state, year_of(case).held) == (Decimal("16000"), "withdrawn", 0)
    assert list(money.differences()) == []


def test_who_withdraws_from_an_approval_frees_the_promise():
    case = approve(micro(), NOW)
    before = year_of(case)

    gone = withdraw(case, NOW)

    after = year_of(case)
    assert (before.committed, gone.state, after.committed, after.held) == (Decimal("1200"), "withdrawn", 0, 0)
    assert (money.committed_to(gone), list(money.differences()), list(books.differences())) == (None, [], [])


# No half state after a fault (REMS #2101) -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        "fund.workflow.ApplicationChange.objects.create",
        "fund.money.LedgerEntry.objects.create",
        "fund.letters.draft",
        "fund.workflow.record",
    ],
)
def test_a_fault_at_any_step_of_an_approval_leaves_no_half_state(monkeypatch, broken):
    case = propose(has_money(micro()), "approval", NOW)
    client = Client(raise_request_exception=False)
    team("team2")
    client.force_login(User.objects.get(username="team2"))
    before = rows()

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(broken, fail)
    answer = client.post(address(case, "approve"), {"version": case.version})
    monkeypatch.undo()

    assert (answer.status_code, rows(), Letter.objects.count()) == (500, before, 0)
    assert client.post(address(case, "approve"), {"version": case.version}).status_code == 302


def releasing():
    case = approve(micro(), NOW)
    read_letter(case, NOW)
    return lambda: perform(fresh(case), "release_decision", by=team(), now=NOW)


def confirming():
    case, item = in_meeting()
    record(item)
    return lambda: confirm(case)


def approving_in_committee():
    case = for_committee()
    file_paper(case)
    said(case)
    return lambda: confirm_said(case)


def filing():
    paper = make_filing(for_committee(), for_committee(title="Zweites"), told_on=timezone.localdate(NOON))
    return lambda: filings.file(fresh(paper), by=team(), now=NOON)


def merging():
    case, into = create_held(), create_application("formal_check", title="Zweites")[0]
    return lambda: perform(fresh(case), "merge", by=team(), now=NOON, into=into, note="doppelt", agreed="am Telefon")


def correcting():
    case = release(decided("approved", maker="committee")[0])
    perform(fresh(case), "propose_correction", by=lead(), now=NOON, note="Fehler")
    return lambda: perform(fresh(case), "correct", by=team(), now=NOON)


LEDGER, HISTORY, LOG = (
    "fund.money.LedgerEntry.objects.create", "fund.workflow.ApplicationChange.objects.create", "fund.workflow.record",
)  # fmt: skip
FAULTS = {
    releasing: (HISTORY, "fund.letter_paper.keep", "fund.mails.letter_released", LOG),
    confirming: (HISTORY, "fund.minutes.write", "fund.money.hold", LEDGER, LOG),
    approving_in_committee: (HISTORY, LEDGER, "fund.letters.draft", LOG),
    filing: (HISTORY, "fund.store.write", "fund.filings.tell_all", LOG),
    merging: (HISTORY, LEDGER, "fund.mails.merged", LOG),
    correcting: (HISTORY, LEDGER, "fund.money.hold", "fund.mails.corrected", LOG),
}


def written():
    """Everything that a step of a case writes, its mails and its minutes among it."""
    return rows(), list(MinutesEntry.objects.order_by("pk").values_list()), AuditEntry.objects.count()


@pytest.mark.parametrize(("way", "broken"), [(way, broken) for way, places in FAULTS.items() for broken in places])
def test_a_fault_at_any_step_around_a_decision_leaves_no_half_state(monkeypatch, way, broken):
    act = way()
    before, differences = written(), list(money.differences())

    def fail(*args, **kwargs):
        raise RuntimeError(broken)

    monkeypatch.setattr(broken, fail)
    with pytest.raises(RuntimeError, match=re.escape(broken)):
        act()
    monkeypatch.undo()

    assert written() == before
    act()
    assert written() != before
    assert set(money.differences()) <= set(differences)


# The same click ten times ---------------------------------------------------------------------------------------------


def test_ten_clicks_promise_the_money_once_and_ten_more_send_one_letter(signed_in):
    case = propose(has_money(micro()), "approval", NOW)
    team("team2")
    client = signed_in("team2")
    approvals = [client.post(address(case, "approve"), {"version": case.version}).status_code for _each in range(10)]
    read_letter(fresh(case), NOW)
    Message.objects.all().delete()
    version = fresh(case).version

    client = signed_in("team1")
    releases = [client.post(address(case, "release_decision"), {"version": version}).status_code for _each in range(10)]

    assert (Counter(approvals), Counter(releases)) == (Counter({302: 1, 409: 9}), Counter({302: 1, 409: 9}))
    assert LedgerEntry.objects.filter(application=case, kind="commit").count() == 1
    assert Message.objects.filter(about_id=case.pk).count() == 1


# Every way to money stops at what is there (CONSUL #4061, Decidim #873) -----------------------------------------------


def by_team():
    case = propose(has_no_money(micro()), "approval", NOW)
    return case, lambda: perform(fresh(case), "approve", by=team("team2"), now=NOW)


def by_board():
    case, item = in_meeting(ceiling=100)
    record(item)
    return case, lambda: confirm(case)


def by_body_alone():
    case, item = in_meeting(ceiling=100)
    Application.objects.filter(pk=case.pk).update(body=case.rule_set.tier("project").proposes)
    case.rule_set.tiers.filter(key="project").update(path="body")
    record(item)
    return case, lambda: confirm(case, "approve_in_body")


def by_committee():
    """The committee gives more than the board proposed and was held."""
    case = for_committee("less", amount=Decimal("9000"))
    file_paper(case)
    said(case, "changed", amount=Decimal("16000"), why_de="Der Ausschuss gibt alles.")
    has_no_money(case)
    return case, lambda: confirm_said(case)


def by_calling_up():
    case = create_waiting()
    has_no_money(case)
    values = {"wanted_on": timezone.localdate(case.submitted_at)}
    return case, lambda: perform(fresh(case), "call_up_to_committee", by=team(), now=case.submitted_at, **values)


def by_another_year():
    case = create_held()
    other = create_other_year(2028, 100)
    return case, lambda: year_moves.move_year(fresh(case), other, by=lead(), now=NOW, note="Später")


def by_board_out_of_a_full_pot():
    """The year has the money, the pot of its tier has not."""
    case, item = in_meeting()
    Pot.objects.create(year_id=case.year_id, tier_key="project", share=Decimal("15999.99"))
    record(item)
    return case, lambda: confirm(case)


def by_calling_up_out_of_a_full_pot():
    case = create_waiting()
    has_money(case)
    Pot.objects.create(year_id=case.year_id, tier_key="project", share=Decimal("15999.99"))
    values = {"on": timezone.localdate(NOON)}
    return case, lambda: perform(fresh(case), "call_up_to_committee", by=team(), now=NOON, **values)


@pytest.mark.parametrize(
    "way",
    [
        by_team, by_board, by_body_alone, by_committee, by_calling_up, by_another_year, by_board_out_of_a_full_pot,
        by_calling_up_out_of_a_full_pot,
    ],
)  # fmt: skip
def test_no_way_to_money_goes_beyond_what_is_there(way):
    _case, act = way()
    before, differences = rows(), list(money.differences())

    with pytest.raises(Refused) as refusal:
        act()

    assert rows() == before
    assert any("Frei sind" in str(reason) for reason in refusal.value.reasons), refusal.value.reasons
    assert list(money.differences()) == differences


@pytest.mark.parametrize(("share", "held"), [("16000", True), ("15999.99", False)])
def test_a_hold_fills_a_pot_to_the_cent_and_not_beyond(share, held):
    """The guard itself, whatever a page saw before."""
    case = has_money(create_application("committee_queue", answers=PROJECT)[0])
    pot = Pot.objects.create(year_id=case.year_id, tier_key="project", share=Decimal(share))
    before = rows()

    if held:
        money.hold(case, Decimal("16000"), by=None, now=NOON)
    else:
        with pytest.raises(money.NoMoney) as refusal:
            money.hold(case, Decimal("16000"), by=None, now=NOON)
        assert (refusal.value.free, rows()) == (Decimal(share), before)

    pot = fresh(pot)
    assert (pot.held, year_of(case).held) == ((Decimal("16000"),) * 2 if held else (0, 0))


@pytest.mark.parametrize("gone", ["closed", "pot"])
def test_a_corrected_case_whose_money_is_gone_waits_for_the_committee_without_a_hold(gone):
    """Its promise is reversed; what cannot be held again is free, and the case waits all the same."""
    case = decided("approved", maker="committee")[0]
    perform(fresh(case), "propose_correction", by=lead(), now=NOON, note="Fehler")
    if gone == "closed":
        FundYear.objects.filter(pk=case.year_id).update(state="closed")
    else:
        Pot.objects.create(year_id=case.year_id, tier_key=case.tier, share=Decimal("100"))

    case = fresh(perform(fresh(case), "correct", by=team(), now=NOON))

    assert (case.state, money.held_for(case), money.committed_to(case)) == ("committee_queue", None, None)
    assert (case.hold_until, year_of(case).held, year_of(case).committed) == (None, 0, 0)
    assert [each.kind for each in case.entries.order_by("pk")] == ["commit", "uncommit"]
    assert list(money.differences()) == []


def test_a_corrected_case_holds_its_money_again_to_the_cent():
    case = decided("approved", maker="committee")[0]
    perform(fresh(case), "propose_correction", by=lead(), now=NOON, note="Fehler")
    has_no_money(case)  # what it gives back is all there is

    case = fresh(perform(fresh(case), "correct", by=team(), now=NOON))

    held = money.held_for(case)
    assert (case.state, held.amount, year_of(case).committed) == ("committee_queue", case.revision.requested, 0)
    assert (case.hold_until is None, year_of(case).free, list(money.differences())) == (False, 0, [])


# Nothing that counts goes with an account or a case (Hypha's cascades) ------------------------------------------------


def test_neither_an_account_nor_a_case_nor_a_year_is_deleted_with_what_hangs_on_it():
    case = approve(micro(), NOW)
    holder = seat("gremium1", 71)
    queued = create_application("board_queue", NOW, answers=PROJECT, **soon())[0]
    stands(queued, holder, now=NOW)
    review(queued, holder, now=NOW)
    things = (
        User.objects.get(username="team1"), User.objects.get(username="team2"), holder.user, case, queued,
        fresh(case).year, case.rule_set, case.decisions.get(), holder,
    )  # fmt: skip
    before = rows()

    for thing in things:
        with pytest.raises(ProtectedError), transaction.atomic():
            thing.delete()

    assert (rows(), Review.objects.count()) == (before, 1)


# Bulk and admin forms write no state ----------------------------------------------------------------------------------


def test_no_list_of_the_fund_offers_an_action_and_no_form_of_a_case_saves():
    request = RequestFactory().get("/")
    request.user = User.objects.get(username="admin")
    of_fund = {model: each for model, each in admin.site._registry.items() if model._meta.app_label == "fund"}

    offered = {model.__name__: sorted(each.get_actions(request)) for model, each in of_fund.items()}
    writable = {model.__name__ for model, each in of_fund.items() if each.has_change_permission(request)}

    assert {name: actions for name, actions in offered.items() if actions} == {}
    assert writable & {"Application", "Proposal", "Decision", "Filing", "LedgerEntry"} == set()


# Numbers of what members think (Hypha's 99 for "n/a") -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], []),
        (["unsure", "unsure"], [("nicht sicher", 2)]),
        (["propose"], [("vorschlagen", 1)]),
        (["unsure", "propose", "no"], [("vorschlagen", 1), ("nicht vorschlagen", 1), ("nicht sicher", 1)]),
    ],
)
def test_who_is_not_sure_counts_as_that_and_as_no_number_of_anything_else(words, told):
    case = create_application("board_queue", NOW, answers=PROJECT, **soon())[0]
    reader, *others = [seat(f"gremium{number}", 70 + number) for number in range(1, 5)]
    for holder, word in zip(others, words, strict=False):
        stands(case, holder, now=NOW)
        review(case, holder, word, now=NOW)

    found = reviewing.others(fresh(case), reader.user)

    assert ([(str(label), number) for label, number in found.counts], found.stale) == (told, 0)


# Who decides, and who must not ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "state"),
    [("absetzen", "board_queue"), ("vertagen", "board_queue"), ("confirm_proposal", "committee_queue")],
)
def test_a_chair_of_another_body_moves_nothing_in_this_one(signed_in, name, state):
    """The same POST by the chair of this body carries it out."""
    (item,) = prepared(holders=board(6))
    own, other = item.meeting.body, RuleSet.objects.get(key="praxis-2025").tier("micro").proposes
    assert other != own
    seat("gremium5", 64, role="chair", body=other)
    begin(signed_in("team1"), item.meeting)
    send(signed_in("team1"), item, "aufrufen")
    if name == "confirm_proposal":  # what was voted is taken off and put off by nobody
        tally = {"yes": "6", "no": "0", "abstain": "0", "outcome": "proposed", "amount": "16.000,00"}
        send(signed_in("team1"), item, "eintragen", **tally)
    step, typed = reverse("admin:fund_meeting_step", args=[item.pk, name]), {"note": "Später."}
    typed["version"] = version(item.application)
    before = rows()

    foreign = signed_in("gremium5").post(step, typed)
    after = rows()
    proper = signed_in("vorsitz").post(step, typed)

    assert (foreign.status_code, after) == (404, before)
    assert (proper.status_code, fresh(item.application).state) == (302, state)


def test_a_board_member_who_applied_reads_nothing_of_her_own_case_as_a_member(signed_in):
    holder = seat("gremium2", 72, organisation="Nachbarschaft Linden e. V.")
    board(3)
    case = create_application("board_queue", NOW, answers=PROJECT, **soon())[0]
    stands(case, holder, now=NOW)

    answer = signed_in("gremium2").get(reverse("admin:fund_proposal", args=[case.pk]))

    assert answer.status_code == 404
    assert Decision.objects.filter(application=case).count() == 0
