"""Votes without a meeting: allowed by the rules, once a member, nobody knows who said what, counted at the end."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from fund import circular, meeting, recording
from fund.desk import board_tasks, deadlines, numbers
from fund.late_conflicts import VOTE_VOID
from fund.models import Application, Ballot, CaseItem, CircularVote, Presence
from fund.workflow import perform
from strategy.models import Seat, SeatHolder
from tests.fund.factories import (
    NOON,
    PROJECT,
    board,
    chair,
    create_application,
    create_rules,
    fresh,
    has_money,
    seat,
    stands,
    team_with_meetings,
    version,
    withdraw,
)
from wir.accounts.models import User
from wir.lib.workflow import FASTER, Refused

pytestmark = pytest.mark.django_db

END = NOON + timedelta(days=10)
DURING = NOON + timedelta(days=2)


def refusal(act, *args, **values):
    with pytest.raises(Refused) as found:
        act(*args, **values)
    return found.value.reasons


def waiting(count=6, conflicts=(), now=NOON, **values):
    """(case, holders) of a body in which so many seats are filled, all of them with accounts."""
    create_rules(circular_vote=True)
    case = has_money(create_application("board_queue", now, **{"answers": PROJECT} | values)[0])
    holders = board(count)
    for holder in holders:
        stands(case, holder, "conflict" if holder in conflicts else "free", now)
    return case, holders


def opened(case, now=NOON, closes_at=END):
    body = create_rules().tier("project").proposes
    vote = circular.open_vote(
        body, [fresh(case)], reason="Die Sitzung fällt aus.", closes_at=closes_at, by=team_with_meetings(), now=now
    )
    return vote, vote.case_items.select_related("vote").get()


def cast(item, holders, choices, now=DURING):
    for holder, choice in zip(holders, choices, strict=False):
        circular.cast(item, choice, user=holder.user, now=now)


def close(vote, now=END):
    circular.close(vote, by=team_with_meetings(), now=now)


def test_it_is_opened_only_where_the_rules_allow_it():
    case, _holders = waiting()
    create_rules(circular_vote=False)

    reasons = refusal(opened, case)

    assert reasons == [f"{case}: {meeting.NO_CIRCULAR}"]
    assert CircularVote.objects.count() == 0


def test_it_says_why_and_until_when_and_what_it_is_about():
    case, holders = waiting()
    body = create_rules().tier("project").proposes

    nothing = refusal(circular.open_vote, body, [], reason=" ", closes_at=NOON, by=holders[3].user, now=NOON)

    assert len(nothing) == 4


def test_members_vote_once_and_the_sums_say_what_all_of_them_said():
    case, holders = waiting()
    vote, item = opened(case)

    cast(item, holders, ["yes", "yes", "yes", "no", "abstain"])
    again = refusal(circular.cast, item, "no", user=holders[0].user, now=DURING)
    close(vote)

    item = fresh(item)
    assert again == [circular.TWICE]
    assert (item.yes, item.no, item.abstain, item.present, item.base, item.needed) == (3, 1, 1, 5, 6, 4)
    assert item.presences.filter(where=Presence.Where.VOTING).count() == 5


def test_no_row_brings_a_member_and_her_voice_together():
    case, holders = waiting()
    _vote, item = opened(case)

    before = list(CaseItem.objects.values())
    circular.cast(item, "no", user=holders[0].user, now=DURING)

    changed = {key for key, value in CaseItem.objects.values()[0].items() if value != before[0][key]}
    assert changed == {"no", "present"}
    assert {field.name for field in Ballot._meta.concrete_fields} == {"id", "item", "holder"}


@pytest.mark.parametrize("days", [-1, 10, 11])
def test_before_it_opens_and_from_the_closing_moment_on_nobody_votes(days):
    case, holders = waiting()
    _vote, item = opened(case)

    reasons = refusal(circular.cast, item, "yes", user=holders[0].user, now=NOON + timedelta(days=days))

    assert (reasons, Ballot.objects.count(), fresh(item).yes) == ([circular.OVER], 0, 0)


def test_who_is_in_conflict_undeclared_or_no_member_has_no_vote():
    case, holders = waiting(conflicts=board(6)[:1])
    _vote, item = opened(case)
    stands(case, holders[1], "open")
    case.declarations.filter(holder=holders[2]).delete()
    stand_in = seat("redaktion", holders[3].seat.number, substitute=True)
    stands(case, stand_in)

    for user in (holders[0].user, holders[1].user, holders[2].user, stand_in.user, team_with_meetings()):
        assert refusal(circular.cast, item, "yes", user=user, now=DURING) == [circular.NO_VOTE]
    assert refusal(circular.cast, item, "vielleicht", user=holders[4].user, now=DURING) != []


def test_it_is_counted_after_its_end_and_once():
    case, holders = waiting()
    vote, item = opened(case)
    cast(item, holders, ["yes"] * 4)

    early = refusal(close, vote, DURING)
    stranger = refusal(circular.close, vote, by=holders[3].user, now=END)
    close(vote)
    twice = refusal(close, CircularVote.objects.get())

    assert (len(early), len(stranger), twice) == (1, 1, [FASTER])


def test_too_few_voices_lead_back_to_the_queue():
    case, holders = waiting()
    vote, item = opened(case)
    cast(item, holders, ["yes"] * 3)

    close(vote)

    item = fresh(item)
    assert (fresh(case).state, item.yes, item.present, item.needed) == ("board_queue", None, 3, 4)


def test_the_result_is_entered_from_the_sums_and_confirmed_as_in_a_meeting():
    case, holders = waiting()
    vote, item = opened(case)
    cast(item, holders, ["yes", "yes", "yes", "no"])
    values = {"by": team_with_meetings(), "now": END, "outcome": "proposed", "amount": Decimal("16000")}

    early = refusal(recording.record, item, seen=version(case), **values | {"now": DURING})
    close(vote)
    forged = {"yes": 99, "no": 0, "abstain": 0}
    recording.record(item, seen=version(case), **values | forged)
    case = fresh(perform(fresh(case), "confirm_proposal", by=chair(), now=END))

    assert recording.NOT_COUNTED in early
    assert (case.state, fresh(item).yes) == ("committee_queue", 3)


def test_a_late_conflict_of_who_has_voted_voids_the_whole_vote_on_the_case():
    case, holders = waiting()
    _vote, item = opened(case)
    cast(item, holders, ["yes", "no"])

    stands(case, holders[5], "conflict")
    meeting.conflict_declared(case, holders[5], now=DURING)
    still = fresh(case).state
    stands(case, holders[0], "conflict")
    meeting.conflict_declared(case, holders[0], now=DURING)

    assert (still, fresh(case).state) == ("board_meeting", "board_queue")
    assert (Ballot.objects.count(), fresh(item).yes) == (0, None)


# Pages ----------------------------------------------------------------------------------------------------------------

NOW = timezone.now()


def on_page():
    first = timezone.localdate(NOW) + timedelta(days=400)
    days = {"starts": first, "ends": first + timedelta(days=30), "stone_day-1": first}
    return waiting(now=NOW, answers=PROJECT | days)


def test_the_office_opens_a_vote_and_a_member_votes_by_real_requests(signed_in):
    case, holders = on_page()
    body = create_rules().tier("project").proposes
    start = reverse("admin:fund_vote_start", args=[body.pk])
    day = timezone.localdate(NOW) + timedelta(days=9)

    client = signed_in("team1")
    empty = client.post(start, {"antrag": [case.pk], "reason": "", "day": "", "time": ""})
    typed = {"antrag": [case.pk], "reason": "Ferien", "day": f"{day:%d.%m.%Y}", "time": "18:00"}
    done = client.post(start, typed)
    vote = CircularVote.objects.get()
    item = vote.case_items.get()
    page, voice = reverse("admin:fund_vote", args=[vote.pk]), reverse("admin:fund_vote_cast", args=[vote.pk, item.pk])
    member = signed_in("gremium1")
    seen = member.get(page)
    first, second = member.post(voice, {"stimme": "yes"}), member.post(voice, {"stimme": "no"})

    assert (empty.status_code, done.status_code, done.url) == (422, 302, page)
    assert (seen.status_code, first.status_code, second.status_code) == (200, 302, 422)
    assert (fresh(item).yes, fresh(item).no) == (1, 0)
    assert "Sie haben abgestimmt." in member.get(page).content.decode()
    assert signed_in("ausschuss").get(page).status_code == 404


def test_nobody_sees_the_sums_before_the_end(signed_in):
    case, holders = on_page()
    vote, item = opened(case, NOW, NOW + timedelta(days=9))
    cast(item, holders, ["yes", "no", *["abstain"] * 4], NOW + timedelta(hours=1))

    page, names = reverse("admin:fund_vote", args=[vote.pk]), ("team1", "vorsitz", "gremium2")

    def told():
        """{name: (status, whether the sums stand there)}"""
        pages = {name: signed_in(name).get(page) for name in names}
        return {name: (each.status_code, *stands_there(each.content.decode())) for name, each in pages.items()}

    def stands_there(text):
        return "1 Ja" in text, "1 Nein" in text

    before = told()
    CircularVote.objects.filter(pk=vote.pk).update(opens_at=NOW - timedelta(days=9), closes_at=NOW)
    close(fresh(vote), NOW)

    assert before == dict.fromkeys(names, (200, False, False))
    assert told() == dict.fromkeys(names, (200, True, True))


def test_a_member_in_conflict_is_told_so_and_offered_no_voice(signed_in):
    case, holders = on_page()
    vote, item = opened(case, NOW, NOW + timedelta(days=9))
    stands(case, holders[2], "conflict", NOW)

    client = signed_in("gremium1")
    text = client.get(reverse("admin:fund_vote", args=[vote.pk])).content.decode()
    forged = client.post(reverse("admin:fund_vote_cast", args=[vote.pk, item.pk]), {"stimme": "yes"})

    assert ("Nicht für Sie" in text, 'name="stimme"' in text) == (True, False)
    assert (forged.status_code, Ballot.objects.count()) == (422, 0)


def test_a_chair_opens_a_vote_of_her_own_body_only(signed_in):
    from strategy.models import Body

    case, _holders = on_page()
    own, other = (
        create_rules().tier("project").proposes,
        Body.objects.exclude(pk=create_rules().tier("project").proposes.pk).first(),
    )
    chair()

    client = signed_in("vorsitz")

    assert client.get(reverse("admin:fund_vote_start", args=[own.pk])).status_code == 200
    assert client.get(reverse("admin:fund_vote_start", args=[other.pk])).status_code == 404


def test_members_are_told_of_a_vote_until_they_have_voted_and_the_office_when_it_is_over():
    from datetime import date

    from wir.accounts.models import User

    def told(name):
        return [address for _n, _text, address in board_tasks.tasks(User.objects.get(username=name), date.today())]

    case, holders = on_page()
    stands(case, holders[3], "conflict", NOW)
    vote, item = opened(case, NOW, NOW + timedelta(days=9))
    page = reverse("admin:fund_vote", args=[vote.pk])
    circular.cast(item, "yes", user=holders[2].user, now=NOW + timedelta(hours=1))

    running = [told(name) for name in ("gremium1", "gremium2", "gremium3", "team1")]
    CircularVote.objects.update(opens_at=NOW - timedelta(days=9), closes_at=NOW - timedelta(days=1))

    assert running == [[], [], [page], []]
    assert (told("gremium3"), told("team1"), told("vorsitz")) == ([], [page], [page])


def told_to(name):
    today = timezone.localdate(NOW)
    return [address for _n, _text, address in board_tasks.tasks(User.objects.get(username=name), today)]


def without_a_voice(holders, case):
    """The substitute of a seat that is filled, and a member whose seat has no vote; both are free."""
    stands(case, seat("redaktion", holders[3].seat.number, substitute=True), now=NOW)
    Seat.objects.filter(pk=holders[4].seat_id).update(voting=False)
    return "redaktion", holders[4].user.username


def test_only_who_has_a_voice_is_told_of_a_vote(signed_in):
    case, holders = on_page()
    vote, _item = opened(case, NOW, NOW + timedelta(days=9))
    silent = without_a_voice(holders, case)
    page = reverse("admin:fund_vote", args=[vote.pk])

    offers = {name: 'name="stimme"' in signed_in(name).get(page).content.decode() for name in (*silent, "gremium1")}

    assert {name: told_to(name) for name in offers} == dict.fromkeys(silent, []) | {"gremium1": [page]}
    assert offers == dict.fromkeys(silent, False) | {"gremium1": True}


def test_only_who_has_a_voice_is_told_to_decide_in_place_of_the_team():
    case, holders = on_page()
    _stand_in, listener = without_a_voice(holders, case)
    body = create_rules().tier("project").proposes
    Application.objects.filter(pk=case.pk).update(state="team_decision", body=body)

    assert told_to(listener) == []
    assert told_to("gremium1") == [reverse("admin:fund_proposal_changelist")]


# Taken back, and a conflict that is found -----------------------------------------------------------------------------


def sums(item):
    item = fresh(item)
    return item.yes, item.no, item.abstain


def test_nobody_votes_on_a_case_that_was_taken_back():
    case, holders = waiting()
    vote, item = opened(case)
    cast(item, holders, ["yes"])
    withdraw(case, DURING)

    later = refusal(circular.cast, fresh(item), "no", user=holders[1].user, now=DURING)
    voters = list(Ballot.objects.values_list("holder", flat=True))
    tally = sums(item)
    close(vote)

    gone = fresh(item)
    assert (later, voters, tally) == ([circular.OVER], [holders[0].pk], (None, None, None))
    assert (gone.struck_at, sums(item), gone.outcome, gone.recorded_at) == (DURING, tally, "", None)
    assert fresh(case).state == "withdrawn"


def test_a_conflict_that_is_found_after_somebody_has_voted_voids_the_vote_at_its_end():
    """She helped to write it, and nobody has declared it: her voice is in the sums, so none of them holds."""
    case, holders = waiting()
    vote, item = opened(case)
    cast(item, holders, ["yes"] * 5)
    case.helpers.create(name="Hilfe", user=holders[0].user, added_at=DURING)

    close(vote)

    # Four of six would be enough
    assert (fresh(case).state, sums(item), fresh(item).present) == ("board_queue", (None, None, None), 4)
    assert case.changes.latest("pk").note == VOTE_VOID


def test_who_had_a_voice_when_she_voted_keeps_it_and_her_seat_has_one():
    case, holders = waiting()
    vote, item = opened(case)
    cast(item, holders, ["yes", "yes", "yes", "yes", "no"])
    last_day = timezone.localdate(DURING)
    SeatHolder.objects.filter(pk=holders[0].pk).update(valid_until=last_day)
    user, begins = User.objects.get(username="redaktion"), last_day + timedelta(days=1)
    successor = holders[0].seat.holders.create(name="Nachfolge", user=user, valid_from=begins)
    stands(case, successor)

    second = refusal(circular.cast, item, "no", user=user, now=DURING + timedelta(days=2))
    close(vote)

    assert second == [circular.SEAT_VOTED]
    assert (fresh(case).state, sums(item), fresh(item).present) == ("board_meeting", (4, 1, 0), 5)
    assert item.presences.get(holder=holders[0]).where == Presence.Where.VOTING


def test_a_case_that_is_taken_back_while_the_vote_is_counted_stays_off_it():
    case, holders = waiting()
    vote, item = opened(case)
    cast(item, holders, ["yes"] * 4)
    as_read = vote.case_items.select_related("application__rule_set", "vote__body").get()
    withdraw(case, DURING)

    circular.count(as_read, END)

    assert (fresh(case).state, fresh(item).struck_at) == ("withdrawn", DURING)


def test_its_title_tells_its_last_day_in_hannover():
    vote = CircularVote(closes_at=datetime(2027, 3, 18, 23, 30, tzinfo=UTC))

    assert str(vote) == "Abstimmung ohne Sitzung bis 19.03.2027"


# What is left to do after it is counted -------------------------------------------------------------------------------


def counted(choices=("yes", "yes", "yes", "yes", "no")):
    case, holders = on_page()
    vote, item = opened(case, NOW - timedelta(days=9), NOW - timedelta(days=1))
    cast(item, holders, choices, NOW - timedelta(days=2))
    close(vote, NOW)
    return case, holders, vote, fresh(item)


def recorded_vote():
    case, holders, vote, item = counted()
    values = {"outcome": "proposed", "amount": Decimal("16000")}
    recording.record(recording.item_with(item.pk), seen=version(case), by=team_with_meetings(), now=NOW, **values)
    return case, holders, vote, item


def test_the_office_is_told_to_enter_the_result_and_then_the_chair_to_confirm_it(signed_in):
    today = timezone.localdate(NOW)

    def due():
        team = signed_in("team1").get("/admin/").wsgi_request.user
        return [each.what for each in deadlines.list_for(team, (False,), today) if "Ergebnis" in each.what]

    case, holders, vote, item = counted()
    entering = numbers.of_meetings(today)[False]["recording"], due()
    values = {"outcome": "proposed", "amount": Decimal("16000")}
    recording.record(recording.item_with(item.pk), seen=version(case), by=team_with_meetings(), now=NOW, **values)

    told = [(count, address) for count, _text, address in board_tasks.tasks(chair().user, today)]
    assert entering == (1, ["Ergebnis des Gremiums eintragen"])
    assert due() == ["Ergebnis des Gremiums bestätigt der Vorsitz"]
    assert told == [(1, reverse("admin:fund_vote", args=[vote.pk]))]


@pytest.mark.parametrize("name", ["vorsitz", "gremium1"])
def test_a_result_that_holds_no_more_is_shown_as_such(signed_in, name):
    case, holders, vote, item = recorded_vote()
    perform(fresh(case), "confirm_proposal", by=chair(), now=NOW)
    page = reverse("admin:fund_vote", args=[vote.pk])
    before = signed_in(name).get(page).content.decode()

    CaseItem.objects.update(struck_at=NOW)
    after = signed_in(name).get(page).content.decode()

    assert ("gilt nicht mehr" in before, "gilt nicht mehr" in after) == (False, True)
    assert ("Sie haben abgestimmt" in before, "Sie haben abgestimmt" in after) == (True, False)


def test_the_chair_reads_what_came_off_a_vote(signed_in):
    case, _holders, _vote, _item = counted(["yes"] * 3)

    page = signed_in("vorsitz").get(reverse("admin:fund_agenda")).content.decode()

    assert (fresh(case).state, "nicht beschlussfähig" in page) == ("board_queue", True)
