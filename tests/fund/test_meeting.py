"""A case in a meeting of its body: guard by guard, and what each result leaves behind."""

from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from fund import attending, carriers, late_conflicts, meeting, money, recording, room
from fund.actors import APPLICANT, CLOCK, Part, staff
from fund.desk.meeting_forms import ResultForm
from fund.models import Application, CaseItem, Decision, FundYear, Helper, Presence, RuleSet, Tier
from fund.workflow import blockers, perform
from strategy import workflow as meetings
from strategy.models import AgendaItem, Attendance, Meeting, MinutesEntry
from tests.fund.factories import (
    EVENING,
    MEETING_DAY,
    NOON,
    PROJECT,
    at,
    begin_meeting,
    board,
    chair,
    confirm,
    create_application,
    create_reason,
    create_rules,
    fresh,
    has_money,
    in_meeting,
    plan_meeting,
    put_on_agenda,
    record,
    rows,
    seat,
    stands,
    team,
    team_with_meetings,
    version,
    withdraw,
)
from tests.strategy.meetings import create_meeting
from wir.lib.workflow import FASTER, Refused

pytestmark = pytest.mark.django_db


def waiting(**values):
    return create_application("board_queue", answers=PROJECT, **values)[0]


def why(case, name, *, by=None, now=EVENING, **values):
    """Why a move is refused; nothing is left behind."""
    before = rows()
    with pytest.raises(Refused) as refusal:
        perform(fresh(case), name, by=by or chair(), now=now, **values)
    assert rows() == before
    return refusal.value.reasons


def refusal(act, *args, **values):
    with pytest.raises(Refused) as found:
        act(*args, **values)
    return found.value.reasons


def deputy():
    return staff(board()[1].user, Part.CHAIR)


# On the agenda --------------------------------------------------------------------------------------------------------


def test_a_case_comes_on_the_agenda_as_an_internal_topic():
    case = waiting()

    item = put_on_agenda(case)

    topic = item.item
    assert (fresh(case).state, item.round, item.meeting.day) == ("board_meeting", 1, MEETING_DAY)
    assert (topic.kind, topic.is_public, topic.title_de) == ("case", False, f"{case.reference}: {PROJECT['title']}")


def test_several_cases_stand_in_the_order_they_were_put():
    first, second = waiting(), waiting(title="Zweites")

    items = [put_on_agenda(first), put_on_agenda(second)]

    assert [(each.number, each.item.number) for each in items] == [(1, 1), (2, 2)]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("none", meeting.NO_MEETING),
        ("other", meeting.OTHER_BODY),
        ("sample", meeting.MIXED),
        ("past", meeting.NOT_AHEAD),
        ("held", meeting.NOT_AHEAD),
    ],
)
def test_only_a_coming_meeting_of_its_body_takes_a_case(kind, reason):
    case, body = waiting(), create_rules().tier("project").proposes
    stands(case, board()[0])
    later = date(2027, 6, 10)
    other = RuleSet.objects.get(key="praxis-2025").tier("micro").proposes
    found = {
        "none": lambda: None,
        "other": lambda: create_meeting(other, later),
        "sample": lambda: create_meeting(body, later, sample=True),
        "past": lambda: create_meeting(body, date(2027, 2, 1)),
        "held": lambda: create_meeting(body, later),
    }[kind]()
    if kind == "held":
        Meeting.objects.filter(pk=found.pk).update(state="held")
        found = fresh(found)

    reasons = why(case, "put_on_agenda", by=team(), now=NOON, meeting=found, late_papers="")

    assert reason in reasons


def test_nobody_declared_is_in_the_way_and_a_silent_member_is_not():
    case, planned = waiting(), plan_meeting(MEETING_DAY)
    holders = board()

    nobody = why(case, "put_on_agenda", by=team(), now=NOON, meeting=planned)
    stands(case, holders[0], "open")
    only_open = why(case, "put_on_agenda", by=team(), now=NOON, meeting=planned)
    stands(case, holders[1], "conflict")

    assert nobody == only_open == ["Noch niemand aus dem Gremium hat sich zu Interessenkonflikten erklärt."]
    assert blockers(fresh(case), "put_on_agenda", by=team(), now=NOON, meeting=planned) == []


@pytest.mark.parametrize(("days", "fine"), [(7, True), (6, False)])
def test_papers_go_out_in_time(days, fine):
    case, planned = waiting(), plan_meeting(MEETING_DAY)
    stands(case, board()[0])

    reasons = blockers(
        fresh(case), "put_on_agenda", by=team(), now=at(MEETING_DAY - timedelta(days=days)), meeting=planned
    )

    assert (reasons == []) is fine


def test_late_papers_are_let_through_by_the_chair_alone_with_a_reason():
    case, planned = waiting(), plan_meeting(MEETING_DAY)
    stands(case, board()[0])
    late = {"meeting": planned, "now": at(MEETING_DAY - timedelta(days=1)), "late_papers": "Eilt wegen der Ferien."}

    by_team = why(case, "put_on_agenda", by=team(), **late)
    perform(fresh(case), "put_on_agenda", by=chair(), **late)

    assert by_team == [meeting.CHAIR_ALLOWS]
    assert case.items.get().late_papers == "Eilt wegen der Ferien."


def test_who_helped_to_write_it_does_not_put_it_on_the_agenda():
    case = waiting()
    stands(case, board()[0])
    Helper.objects.create(application=case, name="Team", user=team().user, added_at=NOON)

    assert len(why(case, "put_on_agenda", by=team(), now=NOON, meeting=plan_meeting(MEETING_DAY))) == 1


def test_taken_off_before_the_meeting_it_waits_again_and_its_topic_is_gone():
    case = waiting()
    item = put_on_agenda(case)

    perform(fresh(case), "strike", by=team(), now=NOON, note="Kommt im Herbst.")

    item = fresh(item)
    assert (fresh(case).state, item.item, item.note, item.struck_at) == ("board_queue", None, "Kommt im Herbst.", NOON)
    assert AgendaItem.objects.filter(kind="case").count() == 0
    put_on_agenda(case)


def test_a_meeting_that_is_called_off_leaves_no_case_behind():
    case = waiting()
    item = put_on_agenda(case)

    meetings.move(fresh(item.meeting), "cancel", by=None, now=NOON, reason="Der Raum ist gesperrt.")

    assert fresh(case).state == "board_queue"
    assert case.items.open().count() == 0
    assert AgendaItem.objects.filter(kind="case").count() == 0


def test_who_withdraws_is_off_the_agenda():
    case = waiting()
    item = put_on_agenda(case)

    withdraw(case)

    assert (fresh(case).state, fresh(item).struck_at) == ("withdrawn", NOON)


def test_no_form_makes_or_moves_the_topic_of_a_case():
    item = put_on_agenda(waiting())
    by_hand = AgendaItem(body=item.meeting.body, meeting=item.meeting, kind="case", title_de="X", is_public=False)
    moved = fresh(item.item)
    moved.meeting = None

    from django.core.exceptions import ValidationError

    for topic in (by_hand, moved):
        with pytest.raises(ValidationError):
            topic.clean()


def test_the_topic_of_a_case_is_never_public():
    from django.db import IntegrityError

    item = put_on_agenda(waiting())

    with pytest.raises(IntegrityError):
        AgendaItem.objects.filter(pk=item.item_id).update(is_public=True)


# The room -------------------------------------------------------------------------------------------------------------


def test_ten_seats_need_six_who_can_vote():
    holders = board()
    case, item = in_meeting(conflicts=holders[2:6])

    found = recording.room.room_of(item, EVENING)

    assert (found.base, found.needed, found.present, found.is_quorate) == (10, 6, 6, True)
    assert [each.holder for each in found.leaving] == holders[2:6]
    stands(case, holders[6], "conflict")
    assert recording.room.room_of(item, EVENING).is_quorate is False


@pytest.mark.parametrize(("base", "needed"), [("filled", 6), ("free", 4)])
def test_the_base_is_that_of_the_rules(base, needed):
    create_rules(quorum_base=base)
    _case, item = in_meeting(conflicts=board()[2:6])

    assert recording.room.room_of(item, EVENING).needed == needed


def test_who_said_nothing_of_herself_cannot_vote():
    holders = board()
    _case, item = in_meeting(holders=holders[:6])

    found = recording.room.room_of(item, EVENING)

    assert (found.present, {each.where for each in found.leaving}) == (6, {"undeclared"})


def test_a_substitute_votes_only_where_her_member_is_not_there():
    holders = board()
    member = holders[3]
    stand_in = seat("redaktion", member.seat.number, substitute=True)
    case, item = in_meeting()
    stands(case, stand_in)
    Attendance.objects.filter(holder=stand_in).update(presence="present")

    both = recording.room.room_of(item, EVENING)
    Attendance.objects.filter(holder=member).update(presence="absent")
    alone = recording.room.room_of(item, EVENING)

    assert (both.present, stand_in in both.voters, alone.present, stand_in in alone.voters) == (10, False, 10, True)


def test_who_has_left_does_not_vote_on_what_comes_after():
    holders = board()
    _case, item = in_meeting()
    line = Attendance.objects.get(holder=holders[9])

    attending.mark(line, "gegangen", by=team_with_meetings(), now=EVENING, seen=attending.mark_of(line))

    assert recording.room.room_of(item, EVENING + timedelta(minutes=1)).present == 9
    assert recording.room.room_of(item, EVENING, time(17, 29)).present == 10


# Recording ------------------------------------------------------------------------------------------------------------


def test_a_result_is_entered_with_its_tally_and_who_left():
    holders = board()
    _case, item = in_meeting(conflicts=[holders[2]])

    item = record(item, tally=(5, 3, 1))

    assert (item.outcome, item.base, item.needed, item.present) == ("proposed", 10, 6, 9)
    left = item.presences.filter(where=Presence.Where.LEFT).values_list("name", flat=True)
    assert list(left) == [holders[2].name]
    entry = MinutesEntry.objects.get(item=item.item)
    assert (entry.outcome, entry.plain_de or "") == ("recommended", "")
    assert holders[2].name in entry.internal and "5 Ja, 3 Nein, 1 Enthaltung" in entry.internal


@pytest.mark.parametrize(
    ("outcome", "tally", "values", "reason"),
    [
        ("", (6, 2, 2), {}, "Wählen Sie ein Ergebnis."),
        ("deferred", (6, 2, 2), {}, "Wählen Sie ein Ergebnis."),
        ("proposed", (6, 2, 1), {}, "Abstimmen können 10; Ja, Nein und Enthaltungen sind zusammen 9."),
        ("proposed", None, {}, "Ja, Nein und Enthaltungen fehlen; auch eine Null wird eingetragen."),
        ("proposed", (4, 4, 2), {}, "Vorgeschlagen ist nur, wofür mehr Ja als Nein stimmen."),
        ("not_proposed", (5, 4, 1), {}, "Es gibt mehr Ja als Nein: Das ist ein Vorschlag."),
        ("proposed", (6, 2, 2), {"amount": None}, "Der Betrag fehlt."),
        ("proposed", (6, 2, 2), {"amount": Decimal("-5")}, "Der Betrag ist größer als null."),
        ("proposed", (-3, 2, 2), {}, "Ja, Nein und Enthaltungen sind 0 oder mehr."),
        ("proposed", (6, 2, 2), {"amount": Decimal("16000.01")}, "Beantragt sind nur 16.000\u00a0€."),
        ("proposed", (6, 2, 2), {"amount": Decimal("9000")}, "Wählen Sie „mit weniger Geld vorgeschlagen“."),
        ("less", (6, 2, 2), {"amount": Decimal("16000"), "conditions_de": "x"}, "Das ist nicht weniger"),
        ("less", (6, 2, 2), {"amount": Decimal("9000")}, "Schreiben Sie, warum es weniger ist"),
        ("conditions", (6, 2, 2), {"amount": Decimal("16000")}, "Schreiben Sie, warum es weniger ist"),
        ("impossible", None, {}, "Das Gremium ist für diesen Antrag beschlussfähig."),
    ],
)
def test_what_cannot_stand_is_refused(outcome, tally, values, reason):
    _case, item = in_meeting()

    reasons = refusal(record, item, outcome=outcome, tally=tally, **values)

    assert any(reason in each for each in reasons)
    assert fresh(item).recorded_at is None


def test_no_vote_is_entered_without_a_quorum():
    _case, item = in_meeting(conflicts=board()[2:7])

    assert "nicht beschlussfähig" in str(refusal(record, item, tally=(5, 0, 0)))


def test_the_casting_vote_of_the_chair_counts_where_the_rules_say_so():
    create_rules(tie="chair")
    case, item = in_meeting()

    without = refusal(record, item, tally=(5, 5, 0))
    item = record(item, tally=(5, 5, 0), casting=True)

    assert without == ["Vorgeschlagen ist nur, wofür mehr Ja als Nein stimmen."]
    assert recording.CASTING in item.note
    assert confirm(case).state == "committee_queue"


def test_nothing_is_entered_before_the_meeting_has_begun():
    case = waiting()
    item = put_on_agenda(case)

    assert recording.NOT_HELD in refusal(record, item)


def directly(item, now=EVENING, **values):
    """A result entered as it is typed, without the factory's call before it."""
    given = {"outcome": "proposed", "yes": 6, "no": 2, "abstain": 2, "amount": Decimal("16000")} | values
    return recording.record(item, by=team_with_meetings(), now=now, seen=version(item.application), **given)


def test_what_the_meeting_has_not_come_to_has_no_result():
    item = put_on_agenda(has_money(waiting()))
    begin_meeting(item.meeting)

    reasons = refusal(directly, item)

    assert (reasons, fresh(item).called_at, fresh(item).outcome) == ([recording.NOT_CALLED], None, "")


@pytest.mark.parametrize(
    ("moment", "days", "reason"),
    [
        (time(17, 29), 0, ["Aufgerufen wurde der Punkt um 17:30 Uhr; abgestimmt wurde danach."]),
        (time(17, 30), 0, []),
        (time(17, 45), 0, []),
        (time(17, 46), 0, ["Diese Uhrzeit liegt noch in der Zukunft."]),
        (time(21, 0), 1, []),
    ],
)
def test_a_vote_is_taken_after_the_call_and_not_later_than_now(moment, days, reason):
    _case, item = in_meeting(EVENING + timedelta(seconds=50))
    now = EVENING + timedelta(days=days, minutes=15)

    if reason:
        assert (refusal(directly, item, now, moment=moment), fresh(item).recorded_at) == (reason, None)
    else:
        assert directly(item, now, moment=moment).note == f"Abgestimmt um {moment:%H:%M} Uhr."


def test_who_left_before_the_call_does_not_vote_in_the_minute_of_the_call():
    _case, item = in_meeting(EVENING + timedelta(seconds=50))
    Attendance.objects.filter(holder=board()[9]).update(left_at=time(17, 30, 20))

    assert directly(item, EVENING + timedelta(minutes=15), moment=time(17, 30), abstain=1).present == 9


def test_the_time_of_the_vote_stands_in_the_minutes_and_is_told_once():
    case, item = in_meeting()
    later = EVENING + timedelta(minutes=40)

    directly(item, later, moment=time(17, 50), note="Mit Applaus.")
    first = fresh(item).note
    form = ResultForm(recording.item_with(item.pk))
    directly(item, later, note=form.initial["note"])
    confirm(case, now=later)

    entry = MinutesEntry.objects.get(item=item.item)
    assert (first, form.initial["note"]) == ("Abgestimmt um 17:50 Uhr. Mit Applaus.", "Mit Applaus.")
    assert (fresh(item).note, entry.internal.count("Abgestimmt um")) == ("Abgestimmt um 18:10 Uhr. Mit Applaus.", 1)


@pytest.mark.parametrize("standing", ["conflict", "open", None])
def test_a_chair_in_conflict_enters_and_confirms_nothing(standing):
    holders = board()
    case, item = in_meeting(conflicts=holders[:1])
    if standing is None:
        case.declarations.filter(holder=holders[0]).delete()
    else:
        stands(case, holders[0], standing)

    entering = refusal(record, item, by=holders[0].user, tally=(6, 2, 1))
    off_the_agenda = why(case, "strike", by=chair(), note="Weg.")
    record(item, tally=(6, 2, 1))

    assert len(entering) == 1
    assert why(case, "confirm_proposal", by=chair()) == entering
    assert why(case, "defer", by=chair(), note="Frage?") == [*entering, meeting.VOTED]
    assert off_the_agenda == entering
    assert confirm(case, by=deputy()).state == "committee_queue"


def test_where_chair_and_deputy_are_in_conflict_a_free_member_is_named():
    holders = board()
    case, item = in_meeting(conflicts=holders[:2])
    by = team_with_meetings()
    member = holders[2]

    wrong = refusal(recording.name_chair, item, holders[0], by=by, now=EVENING, seen=version(case))
    recording.name_chair(item, member, by=by, now=EVENING, seen=version(case))
    record(item, tally=(6, 1, 1))

    assert len(wrong) == 1
    assert len(why(case, "confirm_proposal", by=staff(holders[3].user, Part.CHAIR))) == 1
    assert confirm(case, by=staff(member.user, Part.CHAIR)).state == "committee_queue"
    assert f"leitete {member.name}" in MinutesEntry.objects.get(item=item.item_id).internal


def test_no_member_is_named_while_the_deputy_is_free():
    holders = board()
    case, item = in_meeting(conflicts=holders[:1])

    reasons = refusal(recording.name_chair, item, holders[2], by=team_with_meetings(), now=EVENING, seen=version(case))

    assert reasons == ["Der Vorsitz oder die Stellvertretung ist da und ohne Interessenkonflikt."]


def test_of_two_who_enter_at_once_one_wins():
    case, item = in_meeting()
    seen = version(case)
    values = {"outcome": "proposed", "yes": 6, "no": 2, "abstain": 2, "amount": Decimal("16000"), "now": EVENING}

    recording.record(item, by=team_with_meetings(), seen=seen, **values)
    second = refusal(recording.record, item, by=chair().user, seen=seen, **values)

    assert second == [FASTER]


# Confirming -----------------------------------------------------------------------------------------------------------


def test_a_confirmed_proposal_holds_its_money_for_a_time():
    case, item = in_meeting()
    record(item, outcome="less", amount=Decimal("9000"), conditions_de="Ohne Bühne.")

    case = confirm(case)

    year = FundYear.objects.get(pk=case.year_id)
    assert (case.state, case.hold_until, year.held) == ("committee_queue", date(2028, 5, 20), Decimal("9000"))
    assert money.held_for(case).amount == Decimal("9000")
    assert (case.decision_recorded_at, case.decisions.count()) == (None, 0)
    assert fresh(item).confirmed_by == chair().user


def test_a_no_of_the_board_goes_to_the_committee_without_money():
    case, item = in_meeting(ceiling=0)
    record(item, outcome="not_proposed", tally=(3, 5, 2))

    case = confirm(case)

    assert (case.state, case.hold_until, money.held_for(case)) == ("committee_queue", None, None)
    assert MinutesEntry.objects.get(item=item.item).outcome == "not_recommended"


def test_who_entered_the_result_does_not_confirm_it():
    case, item = in_meeting()
    record(item, by=chair().user)

    assert why(case, "confirm_proposal") == ["Wer das Ergebnis eingetragen hat, bestätigt es nicht selbst."]
    assert confirm(case, by=deputy()).state == "committee_queue"


def test_nothing_is_confirmed_that_nobody_entered():
    case, _item = in_meeting()

    for name in ("confirm_proposal", "confirm_no_money"):
        assert why(case, name) == [meeting.NOT_RECORDED]


def test_a_voter_who_is_in_conflict_since_voids_the_result_at_the_last_wall():
    holders = board()
    case, item = in_meeting()
    record(item)
    stands(case, holders[9], "conflict")

    assert why(case, "confirm_proposal") == [
        f"{holders[9].name} durfte nicht abstimmen: Tragen Sie das Ergebnis neu ein."
    ]


def test_a_tally_below_the_quorum_is_refused_again():
    case, item = in_meeting()
    record(item, outcome="not_proposed", tally=(0, 6, 4))
    CaseItem.objects.filter(pk=item.pk).update(yes=None, no=None, abstain=None, present=5)

    assert why(case, "confirm_proposal") == ["Für diesen Punkt ist das Gremium nicht beschlussfähig."]


def test_an_amount_above_the_request_or_the_tier_is_refused_again():
    case, item = in_meeting()
    record(item)
    CaseItem.objects.filter(pk=item.pk).update(amount=Decimal("50000.01"))

    assert len(why(case, "confirm_proposal")) == 2


def test_without_money_the_proposal_waits_on_the_list_or_gets_less():
    case, item = in_meeting(ceiling=10_000)
    record(item)

    early = blockers(fresh(case), "confirm_proposal", by=chair(), now=EVENING)
    no_money = why(case, "confirm_proposal")
    waiting_list = blockers(fresh(case), "confirm_no_money", by=chair(), now=EVENING)
    case = confirm(case, "confirm_no_money")

    assert early == no_money == ["Das Geld reicht nicht: Frei sind 10.000\u00a0€."]
    assert waiting_list == []
    decision = case.decisions.get()
    assert (case.state, decision.kind, decision.maker, decision.amount) == ("waitlisted", "waitlisted", "body", 16000)
    assert (decision.proposed_by, decision.confirmed_by) == (team().user, chair().user)
    assert decision.letter.released_at is None
    assert FundYear.objects.get(pk=case.year_id).held == 0


@pytest.mark.parametrize("ceiling", [16_000, 100_000])
def test_the_waiting_list_is_not_for_cases_for_which_there_is_money(ceiling):
    case, item = in_meeting(ceiling=ceiling)
    record(item)

    assert len(why(case, "confirm_no_money")) == 1


def test_a_no_never_waits_for_money():
    case, item = in_meeting(ceiling=0)
    record(item, outcome="not_proposed", tally=(3, 5, 2))

    assert why(case, "confirm_no_money") == ["Eingetragen ist „nicht vorgeschlagen“."]


# No proposal possible -------------------------------------------------------------------------------------------------


def test_where_all_are_in_conflict_the_chair_states_that_no_proposal_is_possible():
    holders = board()
    case, item = in_meeting(conflicts=holders)

    record(item, outcome="impossible", tally=None)
    case = confirm(case)

    assert (case.state, fresh(item).outcome, money.held_for(case)) == ("committee_queue", "impossible", None)
    assert MinutesEntry.objects.get(item=item.item).outcome == "discussed"


def test_no_quorum_once_leads_back_and_twice_to_no_proposal():
    holders = board()
    case, item = in_meeting(present=board()[:5])

    once = refusal(record, item, outcome="impossible", tally=None)
    perform(fresh(case), "strike", by=chair(), now=EVENING, note="Nicht beschlussfähig.")
    second = plan_meeting(date(2027, 6, 24))
    again = put_on_agenda(case, second, EVENING, holders=holders)
    later = EVENING + timedelta(days=35)
    begin_meeting(second, holders[:5], later)
    recording.call(again, by=team_with_meetings(), now=later, seen=version(case))
    record(again, later, outcome="impossible", tally=None)

    assert "zum ersten Mal" in once[0]
    struck = fresh(item)
    assert (struck.present, struck.needed, struck.outcome) == (5, 6, "")
    assert confirm(case, now=later).state == "committee_queue"


def test_who_went_home_after_the_call_did_not_make_the_board_lack_its_quorum():
    holders = board()
    case, item = in_meeting()
    Attendance.objects.filter(holder__in=holders[4:]).update(left_at=time(18))
    perform(fresh(case), "strike", by=chair(), now=EVENING + timedelta(hours=1), note="Dafür ist es zu spät.")
    second, later = plan_meeting(date(2027, 6, 24)), EVENING + timedelta(days=35)
    again = put_on_agenda(case, second, EVENING, holders=holders)
    begin_meeting(second, holders[:5], later)
    recording.call(again, by=team_with_meetings(), now=later, seen=version(case))

    reasons = refusal(record, again, later, outcome="impossible", tally=None)

    assert (fresh(item).present, fresh(item).needed) == (10, 6)
    assert "zum ersten Mal" in reasons[0]


def test_after_midnight_who_had_left_before_is_gone():
    holders = board()
    case, item = in_meeting()
    Attendance.objects.filter(holder__in=holders[5:]).update(left_at=time(22))
    midnight = EVENING + timedelta(hours=7)
    CaseItem.objects.filter(pk=item.pk).update(called_at=midnight)
    item = recording.item_with(item.pk)

    reasons = refusal(record, item, midnight, tally=(6, 2, 2))

    assert reasons[0] == room.room_of(item, midnight).lacks
    assert room.room_of(item, midnight).voters == holders[:5]


# Late conflicts -------------------------------------------------------------------------------------------------------


def test_a_late_conflict_voids_the_vote_and_the_others_vote_again():
    holders = board()
    case, item = in_meeting()
    record(item)

    stands(case, holders[5], "conflict")
    meeting.conflict_declared(case, holders[5], now=EVENING)

    item = fresh(item)
    assert (fresh(case).state, item.outcome, item.yes, item.recorded_at) == ("board_meeting", "", None, None)
    assert MinutesEntry.objects.get(item=item.item).outcome == ""
    record(item, tally=(5, 2, 2))
    assert confirm(case).state == "committee_queue"


def test_a_late_conflict_that_breaks_the_quorum_sends_the_case_back():
    holders = board()
    case, item = in_meeting(conflicts=holders[6:])
    record(item, tally=(4, 1, 1))

    stands(case, holders[5], "conflict")
    meeting.conflict_declared(case, holders[5], now=EVENING)

    item, case = fresh(item), fresh(case)
    assert (case.state, item.struck_at, item.yes) == ("board_queue", EVENING, None)
    assert (item.present, item.needed) == (5, 6)
    assert case.changes.latest("pk").note == late_conflicts.QUORUM_LOST


def test_a_late_conflict_does_nothing_to_what_nobody_voted_on():
    holders = board()
    case, item = in_meeting(conflicts=holders[6:])

    stands(case, holders[5], "conflict")
    meeting.conflict_declared(case, holders[5], now=EVENING)

    assert (fresh(case).state, fresh(item).struck_at) == ("board_meeting", None)


# Put off and asked ----------------------------------------------------------------------------------------------------


def test_a_case_is_put_off_with_its_question_and_comes_back():
    case, item = in_meeting()

    nothing = why(case, "defer")
    perform(fresh(case), "defer", by=chair(), now=EVENING, note="Was kostet die Bühne?")

    item = fresh(item)
    assert nothing == ["Schreiben Sie die offene Frage, oder wählen Sie die nächste Sitzung."]
    assert (fresh(case).state, item.outcome, item.struck_at) == ("board_queue", "deferred", EVENING)
    assert MinutesEntry.objects.get(item=item.item).outcome == "deferred"


def test_a_second_deferral_needs_a_reason():
    case, _item = in_meeting()
    second, third = plan_meeting(date(2027, 6, 24)), plan_meeting(date(2027, 9, 16))
    perform(fresh(case), "defer", by=chair(), now=EVENING, until=second)
    put_on_agenda(case, second, EVENING)
    later = EVENING + timedelta(days=35)
    begin_meeting(second, None, later)

    without = why(case, "defer", now=later, until=third)
    perform(fresh(case), "defer", by=chair(), now=later, until=third, note="Der Plan fehlt noch immer.")

    assert without == ["Der Antrag wurde schon einmal vertagt: Diesmal gehört ein Grund dazu."]
    assert [each.outcome for each in case.items.order_by("pk")] == ["deferred", "deferred"]


def test_laid_minutes_bring_no_copy_of_a_case_that_was_put_off():
    case, item = in_meeting()
    perform(fresh(case), "defer", by=chair(), now=EVENING, note="Frage?")

    meetings.move(item.meeting.minutes.get(), "lay", by=None, now=EVENING)

    assert AgendaItem.objects.filter(kind="case").count() == 1


def test_nothing_is_put_off_before_the_meeting():
    case = waiting()
    put_on_agenda(case)

    assert why(case, "defer", now=NOON, note="Frage?") == [recording.NOT_HELD]


def test_the_board_asks_and_the_answer_leads_back_to_the_board():
    case, item = in_meeting()
    values = {"sections": {"was": "Was kostet die Bühne?"}, "due": MEETING_DAY + timedelta(days=21)}

    too_early = why(case, "ask_in_board", by=team(), **values)
    by_office = refusal(recording.ask, item, note="Bühne?", by=team_with_meetings(), now=EVENING, seen=version(case))
    recording.ask(item, note="Was kostet die Bühne?", by=chair().user, now=EVENING, seen=version(case))
    perform(fresh(case), "ask_in_board", by=team(), now=EVENING, **values)

    case = fresh(case)
    assert len(too_early) == len(by_office) == 1
    assert (case.state, case.asked_by_state, fresh(item).outcome) == ("info_requested", "board_queue", "asked")
    assert case.items.open().count() == 0
    case.change_requests.get().sections.update(unchanged=True, touched_at=EVENING)
    assert perform(case, "answer", by=APPLICANT, now=EVENING).state == "board_queue"


# Minutes --------------------------------------------------------------------------------------------------------------


def test_minutes_are_laid_once_every_case_has_its_confirmed_result():
    case, item = in_meeting()
    minutes = item.meeting.minutes.get()

    open_ = meetings.blockers(minutes, "lay")
    record(item)
    unconfirmed = meetings.blockers(minutes, "lay")
    confirm(case)

    assert f"Zu {case.reference} ist noch kein Ergebnis eingetragen." in open_
    assert unconfirmed == [f"Das Ergebnis zu {case.reference} ist noch nicht bestätigt."]
    assert meetings.blockers(minutes, "lay") == []


def test_approved_minutes_are_not_written_again():
    case, item = in_meeting()
    record(item)
    item.meeting.minutes.update(state="approved", approved_at=EVENING, approved_in=item.meeting)

    assert "genehmigt" in str(why(case, "confirm_proposal"))
    assert "genehmigt" in str(refusal(record, fresh(item), outcome="not_proposed", tally=(1, 7, 2)))


def test_what_the_office_added_by_hand_stays():
    _case, item = in_meeting()
    record(item)
    entry = MinutesEntry.objects.get(item=item.item)
    entry.internal += "\nHerzlichen Dank."
    entry.save()

    record(item, outcome="not_proposed", tally=(1, 7, 2))

    entry = fresh(entry)
    assert ("1 Ja, 7 Nein" in entry.internal, "6 Ja" in entry.internal) == (True, False)
    assert entry.internal.endswith("Herzlichen Dank.")


# The body decides alone, and one carrier ------------------------------------------------------------------------------


def alone():
    """Small cases go down the path `body`, as under "practice 2025"."""
    rules = create_rules()
    Tier.objects.filter(rule_set=rules, key="micro").update(path="body", proposes=rules.tier("project").proposes)


def small_in_meeting(**values):
    alone()
    return in_meeting(answers={**PROJECT, **small(), **values})


def small():
    return {"total": Decimal("1500"), "requested": Decimal("1200"), "cost_amount-1": None, "own_money": None}


def test_a_body_that_decides_alone_grants():
    case, item = small_in_meeting()
    record(item)

    assert "Weg" in why(case, "confirm_proposal")[0]
    case = confirm(case, "approve_in_body")

    decision = case.decisions.get()
    assert (case.state, decision.maker, decision.item_id, decision.amount) == ("approved", "body", item.pk, 1200)
    assert money.committed_to(case).amount == 1200
    assert (decision.letter.released_at, case.decision_recorded_at, case.decision_released_at) == (None, EVENING, None)


def test_a_body_that_decides_alone_refuses_with_a_reason_of_the_catalogue():
    case, item = small_in_meeting()
    formal = create_reason("formal", formal=True)
    reason = create_reason("merit", formal=False)

    for wrong in (None, formal):
        assert len(refusal(record, item, outcome="not_proposed", tally=(1, 7, 2), reason=wrong)) == 1
    record(item, outcome="not_proposed", tally=(1, 7, 2), reason=reason)
    assert why(case, "approve_in_body")[0].startswith("Eingetragen ist")
    case = confirm(case, "reject_in_body")

    assert (case.state, case.decisions.get().kind, case.decisions.get().reason) == ("rejected", "rejected", reason)


def test_a_body_that_decides_alone_cannot_leave_it_to_a_committee():
    _case, item = small_in_meeting()

    reasons = refusal(record, item, outcome="impossible", tally=None)

    assert reasons == [
        "Dieses Gremium entscheidet allein: Nehmen Sie den Antrag herunter und geben Sie ihn an die Vertretung."
    ]


def test_a_yes_is_not_confirmed_as_a_no():
    case, item = small_in_meeting()
    record(item)

    assert why(case, "reject_in_body") == ["Eingetragen ist „vorgeschlagen“."]


def test_under_practice_2025_a_small_case_is_decided_by_the_body_of_its_rules():
    from tests.fund.factories import check, create_draft, submit, take

    rules = RuleSet.objects.get(key="praxis-2025")
    body = rules.tier("micro").proposes
    holders = board(5, body)
    planned = create_meeting(body, MEETING_DAY)
    draft, _secret = create_draft()
    Application.objects.filter(pk=draft.pk).update(rule_set=rules)
    case = check(take(submit(draft)))
    has_money(perform(case, "forward_to_body", by=team(), now=NOON))
    item = put_on_agenda(case, planned, holders=holders)
    begin_meeting(planned)
    record(item, tally=(3, 1, 1))

    case = confirm(case, "approve_in_body", by=staff(holders[0].user, Part.CHAIR))

    assert (case.state, case.decisions.get().maker) == ("approved", "body")


def called(title, call, **values):
    case = waiting(title=title, **values)
    Application.objects.filter(pk=case.pk).update(call=call)
    return has_money(fresh(case))


def two_for_one_call():
    from tests.fund.rules import create_call

    create_rules(one_carrier_per_call=True)
    first = waiting()
    call = create_call(FundYear.objects.get(pk=first.year_id))
    Application.objects.filter(pk=first.pk).update(call=call)
    second = called("Zweiter Träger", call)
    holders = board()
    items = [put_on_agenda(fresh(first), holders=holders), put_on_agenda(second, holders=holders)]
    begin_meeting(items[0].meeting)
    for item in items:
        recording.call(item, by=team_with_meetings(), now=EVENING, seen=version(item.application))
    return [recording.item_with(each.pk) for each in items]


def test_only_one_carrier_of_a_called_measure_is_proposed():
    first, second = two_for_one_call()
    record(first)

    recorded = refusal(record, second)
    confirm(first.application)
    confirmed = refusal(record, second)

    assert recorded == confirmed == [f"Zu diesem Aufruf wird ein Träger gewählt; gewählt ist {first.application}."]


def test_the_last_wall_asks_for_the_one_carrier_too():
    first, second = two_for_one_call()
    record(first)
    confirm(first.application)
    record(second, outcome="not_proposed", tally=(2, 6, 2))
    CaseItem.objects.filter(pk=second.pk).update(outcome="proposed", amount=Decimal("16000"), yes=6, no=2)

    assert len(why(second.application, "confirm_proposal")) == 1


def test_a_proposal_of_an_earlier_round_chooses_nobody_once_the_board_said_no():
    first, second = two_for_one_call()
    record(first)
    confirm(first.application)
    chosen = carriers.chosen(second.application)
    case = withdraw(first.application)
    perform(fresh(case), "reopen", by=APPLICANT, now=NOON)
    Application.objects.filter(pk=case.pk).update(state="board_queue")
    again = put_on_agenda(fresh(case), plan_meeting(date(2027, 7, 1)), holders=board())
    CaseItem.objects.filter(pk=again.pk).update(
        outcome="not_proposed", recorded_at=EVENING, recorded_by=team().user, confirmed_at=EVENING + timedelta(days=1),
        confirmed_by=chair().user,
    )  # fmt: skip
    Application.objects.filter(pk=case.pk).update(state="committee_queue")

    record(second)

    assert (chosen, fresh(case).round, confirm(second.application).state) == (case, 2, "committee_queue")


def test_a_corrected_case_keeps_the_proposal_by_which_it_was_chosen():
    first, second = two_for_one_call()
    record(first)
    case = confirm(first.application)
    Application.objects.filter(pk=case.pk).update(round=2)

    assert carriers.chosen(second.application) == case


def test_without_the_rule_several_applications_to_one_call_are_proposed():
    first, second = two_for_one_call()
    create_rules(one_carrier_per_call=False)
    for item in (first, second):
        record(recording.item_with(item.pk))
        assert confirm(item.application).state == "committee_queue"


def test_the_one_carrier_is_chosen_in_one_step():
    first, second = two_for_one_call()
    seen = {each.application_id: version(each.application) for each in (first, second)}
    values = {"outcome": "proposed", "yes": 7, "no": 2, "abstain": 1, "amount": Decimal("16000")}

    recording.choose(second, by=team_with_meetings(), now=EVENING, seen=seen, **values)
    again = refusal(recording.choose, first, by=team_with_meetings(), now=EVENING, seen=seen, **values)

    assert [fresh(each).outcome for each in (first, second)] == ["not_proposed", "proposed"]
    assert (fresh(first).yes, fresh(first).present, again) == (None, 10, [FASTER])
    assert confirm(second.application).state == confirm(first.application).state == "committee_queue"
    assert money.held_for(first.application) is None


def confirm_and_withdraw(item):
    confirm(item.application)
    withdraw(item.application, EVENING)


@pytest.mark.parametrize(
    "undo",
    [
        lambda item: record(item, outcome="not_proposed", tally=(2, 7, 1)),
        lambda item: withdraw(item.application, EVENING),
        confirm_and_withdraw,
    ],
)
def test_who_was_not_chosen_is_voted_on_once_the_choice_is_gone(undo):
    first, second = two_for_one_call()
    seen = {each.application_id: version(each.application) for each in (first, second)}
    values = {"outcome": "proposed", "yes": 7, "no": 2, "abstain": 1, "amount": Decimal("16000")}
    recording.choose(second, by=team_with_meetings(), now=EVENING, seen=seen, **values)
    holds = blockers(fresh(first.application), "confirm_proposal", by=chair(), now=EVENING)

    undo(second)
    reasons = why(first.application, "confirm_proposal")
    record(first)

    assert (holds, reasons) == ([], [meeting.CHOICE_GONE])
    assert confirm(first.application).state == "committee_queue"


def test_a_yes_to_a_third_one_is_no_choice_against_who_was_not_chosen_before():
    first, second = two_for_one_call()
    Meeting.objects.filter(pk=first.meeting_id).update(state="planned")
    third = put_on_agenda(called("Dritter Träger", fresh(first.application).call), holders=board())
    Meeting.objects.filter(pk=first.meeting_id).update(state="held")
    recording.call(third, by=team_with_meetings(), now=EVENING, seen=version(third.application))
    seen = {each.application_id: version(each.application) for each in (first, second, third)}
    values = {"outcome": "proposed", "yes": 7, "no": 2, "abstain": 1, "amount": Decimal("16000")}
    recording.choose(second, by=team_with_meetings(), now=EVENING, seen=seen, **values)

    record(second, outcome="not_proposed", tally=(2, 7, 1))
    record(recording.item_with(third.pk))

    assert why(first.application, "confirm_proposal") == [meeting.CHOICE_GONE]
    assert confirm(third.application).state == confirm(second.application).state == "committee_queue"


def test_a_carrier_is_chosen_after_the_call_and_not_later_than_now():
    first, second = two_for_one_call()
    values = {"outcome": "proposed", "yes": 7, "no": 2, "abstain": 1, "amount": Decimal("16000")}

    def choose(**more):
        seen = {each.application_id: version(each.application) for each in (first, second)}
        now = EVENING + timedelta(minutes=15)
        return recording.choose(second, by=team_with_meetings(), now=now, seen=seen, **values | more)

    early, late = refusal(choose, moment=time(17, 29)), refusal(choose, moment=time(17, 46))
    CaseItem.objects.filter(pk=second.pk).update(called_at=None)
    silent = refusal(choose)
    CaseItem.objects.filter(pk=second.pk).update(called_at=EVENING)
    choose(moment=time(17, 40))

    assert (len(early), late) == (1, ["Diese Uhrzeit liegt noch in der Zukunft."])
    assert silent == [recording.NOT_CALLED]
    assert [fresh(each).note.count("Abgestimmt um 17:40 Uhr.") for each in (first, second)] == [1, 1]


def test_who_is_in_conflict_about_one_carrier_votes_on_none():
    first, second = two_for_one_call()
    stands(first.application, board()[9], "conflict")
    seen = {each.application_id: version(each.application) for each in (first, second)}
    values = {"outcome": "proposed", "yes": 7, "no": 2, "abstain": 1, "amount": Decimal("16000")}

    reasons = refusal(recording.choose, second, by=team_with_meetings(), now=EVENING, seen=seen, **values)

    assert reasons == ["Abstimmen können 9; Ja, Nein und Enthaltungen sind zusammen 10."]


@pytest.mark.parametrize("by", [team, chair])
@pytest.mark.parametrize(("outcome", "tally"), [("proposed", (6, 2, 2)), ("not_proposed", (2, 6, 2))])
def test_nobody_takes_what_was_voted_off_the_agenda(by, outcome, tally):
    case, item = in_meeting()
    record(item, outcome=outcome, tally=tally)

    assert why(case, "strike", by=by(), note="Lieber nicht.") == [meeting.VOTED]


@pytest.mark.parametrize(("outcome", "tally"), [("proposed", (6, 2, 2)), ("not_proposed", (2, 6, 2))])
def test_nor_puts_it_off_or_asks_something_in_its_place(outcome, tally):
    case, item = in_meeting()
    record(item, outcome=outcome, tally=tally)

    asked = refusal(recording.ask, item, note="Bühne?", by=chair().user, now=EVENING, seen=version(case))

    assert why(case, "defer", note="Frage?") == asked == [meeting.VOTED]
    assert fresh(item).yes == tally[0]


def test_without_money_what_was_voted_is_put_off():
    case, item = in_meeting(ceiling=10_000)
    record(item)

    perform(fresh(case), "defer", by=chair(), now=EVENING, note="Bis es das Geld des nächsten Jahres gibt.")

    assert (fresh(case).state, fresh(item).outcome, fresh(item).yes) == ("board_queue", "deferred", None)


def test_so_is_a_vote_that_nobody_can_confirm_because_too_few_of_who_voted_are_free():
    holders = board()
    case, item = in_meeting(conflicts=holders[6:])
    record(item, tally=(4, 1, 1))
    stands(case, holders[5], "conflict")

    again = refusal(record, item, tally=(4, 1, 0))
    perform(fresh(case), "defer", by=chair(), now=EVENING, note="Es fehlt jemand.")

    assert "nicht beschlussfähig" in again[0]
    assert (fresh(case).state, fresh(item).outcome) == ("board_queue", "deferred")


def test_the_clock_strikes_with_its_reason():
    case, _item = in_meeting()

    assert why(case, "strike", by=CLOCK) == ["Der Grund fehlt."]


def test_a_decision_of_the_board_stays_inside_until_the_letter():
    case, item = small_in_meeting()
    record(item)
    case = confirm(case, "approve_in_body")

    assert Decision.objects.filter(application=case, letter__released_at__isnull=False).count() == 0


# The last wall --------------------------------------------------------------------------------------------------------


def larger(item, amount):
    CaseItem.objects.filter(pk=item.pk).update(amount=Decimal(amount))


@pytest.mark.parametrize("make", [small_in_meeting, in_meeting])
def test_an_amount_that_fits_no_more_is_confirmed_by_no_move_of_the_chair(make):
    """What was entered is looked at again; without money for it, it does not come on the waiting list either."""
    case, item = make()
    record(item)
    requested = case.revision.requested
    name = "approve_in_body" if make is small_in_meeting else "confirm_proposal"
    larger(item, requested + Decimal("0.01"))
    with_money = why(case, name)
    larger(item, requested)
    case.rule_set.tiers.filter(key=case.tier).update(highest=requested - Decimal("0.01"))
    above_the_tier = why(case, name)
    has_money(case, 1)
    above_on_the_list = why(case, "confirm_no_money")
    case.rule_set.tiers.filter(key=case.tier).update(highest=requested)
    larger(item, requested + Decimal("0.01"))
    more_on_the_list = why(case, "confirm_no_money")

    assert [[each.split(" nur ")[0].split(" höchstens ")[0] for each in found] for found in (
        with_money, more_on_the_list, above_the_tier, above_on_the_list,
    )] == [
        ["Beantragt sind"], ["Beantragt sind", "In dieser Stufe gibt es"],
        ["In dieser Stufe gibt es"], ["In dieser Stufe gibt es"],
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["confirm_no_money", "approve_in_body"])
def test_the_last_wall_asks_for_the_one_carrier_whatever_becomes_of_the_second(name):
    first, second = two_for_one_call()
    record(first)
    confirm(first.application)
    record(second, outcome="not_proposed", tally=(2, 6, 2))
    CaseItem.objects.filter(pk=second.pk).update(outcome="proposed", amount=Decimal("16000"), yes=6, no=2)
    if name == "approve_in_body":
        second.application.rule_set.tiers.filter(key="project").update(path="body")
    else:
        has_money(second.application, 16_000)  # what is held for the first

    told = why(second.application, name)

    assert told == [f"Zu diesem Aufruf wird ein Träger gewählt; gewählt ist {first.application}."]
