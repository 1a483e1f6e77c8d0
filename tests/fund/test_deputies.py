"""Too few are free of conflict: the deputies of the rule set take over, behind the same gate."""

import pytest
from django.urls import reverse
from django.utils import timezone

from fund import deputies, guards, standing
from fund.actors import staff
from fund.desk import board_tasks
from fund.models import RuleSet
from fund.workflow import blockers, perform
from strategy.models import Body, Seat
from tests.fund.factories import (
    PROJECT,
    create_application,
    create_reason,
    declare,
    file_paper,
    for_committee,
    fresh,
    has_money,
    lead,
    person_with,
    plan_meeting,
    propose,
    read_letter,
    seat,
    team,
)
from tests.fund.test_gate import GATE, NOW, at_board, page, soon
from wir.accounts.models import User
from wir.lib.workflow import Refused
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db


def stand_in(*names):
    """The body that deputises, with these accounts in it."""
    body = Body.objects.get_or_create(key="vertretung-probe", defaults={"kind": Body.Kind.WORKING_COMMITTEE})[0]
    RuleSet.objects.update(deputies=body)
    return [seat(name, 30 + number, body=body) for number, name in enumerate(names, 1)]


def micro(**values):
    return create_application("team_decision", NOW, **soon() | values)[0]


def team_in_conflict(case, *names):
    for name in names:
        declare(case, User.objects.get(username=name), "conflict", NOW)
    return fresh(case)


def hand_over(case, by=None):
    return fresh(perform(fresh(case), "hand_to_deputies", by=by or team(), now=NOW))


@pytest.mark.parametrize(("names", "short"), [((), False), (("team1",), False), (("team1", "team2"), True)])
def test_the_team_is_too_few_once_fewer_are_free_than_a_decision_needs(names, short):
    case = team_in_conflict(micro(), *names)

    assert bool(deputies.shortage(case, NOW)) is short


def test_a_case_is_handed_over_only_where_too_few_are_free_and_deputies_are_named():
    stand_in("gremium1")
    case = micro()
    enough = blockers(case, "hand_to_deputies", by=team(), now=NOW)
    case = team_in_conflict(case, "team1", "team2", "leitung")
    RuleSet.objects.update(deputies=None)
    unnamed = blockers(fresh(case), "hand_to_deputies", by=team(), now=NOW)
    stand_in("gremium1")

    moved = hand_over(case)

    assert (enough, unnamed) == ([deputies.ENOUGH], [deputies.NONE_NAMED])
    assert (moved.state, moved.body.key) == ("team_decision", "vertretung-probe")
    assert blockers(moved, "hand_to_deputies", by=team(), now=NOW) == [deputies.THERE_ALREADY]


@pytest.mark.parametrize("state", ["submitted", "formal_check"])
def test_a_small_case_that_nobody_of_the_team_may_check_goes_to_the_deputies(signed_in, state):
    (deputy,) = stand_in("gremium1")
    case = create_application(state, NOW, **soon())[0]
    one_is_free = blockers(team_in_conflict(case, "team1", "team2"), "pass_to_deputies", by=team(), now=NOW)
    case = team_in_conflict(case, "leitung")

    client = signed_in("team1")
    address = reverse("admin:fund_act", args=[case.pk, "pass_to_deputies"])
    offered = f'href="{address}"' in client.get(reverse("admin:fund_case", args=[case.pk])).content.decode()
    answer = client.post(address, {"version": case.version})

    case = fresh(case)
    assert (one_is_free, offered, answer.status_code) == ([deputies.ENOUGH], True, 302)
    assert (case.state, case.body.key) == ("team_decision", "vertretung-probe")
    assert Message.objects.filter(kind="application_goes_on", about_id=case.pk).count() == 1
    declare(case, deputy, now=NOW)
    assert signed_in("gremium1").get(page(case)).status_code == 200


def test_a_refusal_that_nobody_else_may_confirm_goes_to_the_deputies_who_decide_for_themselves():
    stand_in("gremium1")
    case = create_application("formal_check", NOW, **soon())[0]
    case = team_in_conflict(case, "team1", "leitung")
    alone = blockers(case, "pass_to_deputies", by=team("team2"), now=NOW)
    perform(fresh(case), "propose_refusal", by=team("team2"), now=NOW, reason=create_reason("formal", formal=True))

    case = fresh(perform(fresh(case), "pass_to_deputies", by=team("team2"), now=NOW))

    assert alone == [deputies.ENOUGH]
    assert (case.state, case.decisions.filter(dropped_at=None).count()) == ("team_decision", 0)


def test_a_large_case_that_nobody_of_the_team_may_check_goes_to_its_body_without_what_was_proposed():
    plan_meeting()
    case = create_application("formal_check", NOW, answers=PROJECT | soon())[0]
    reason = create_reason("formal", formal=True)
    perform(fresh(case), "propose_refusal", by=team(), now=NOW, reason=reason)
    case = team_in_conflict(case, "team1", "team2", "leitung")

    case = fresh(perform(fresh(case), "pass_to_body", by=team(), now=NOW))

    assert (case.state, case.body, case.decisions.filter(dropped_at=None).count()) == ("board_queue", None, 0)


def test_where_nobody_is_left_to_carry_a_decision_out_the_page_says_so_and_one_more_person_is_enough(signed_in):
    one, two = stand_in("gremium1", "gremium3")
    case = hand_over(team_in_conflict(has_money(micro()), "team1", "team2", "leitung"))
    for each in (one, two):
        declare(case, each, now=NOW)
    perform(fresh(case), "propose_approval", by=staff(one.user), now=NOW, amount=case.revision.requested)
    perform(fresh(case), "approve", by=staff(two.user), now=NOW)
    read_letter(fresh(case), NOW)
    address, told = reverse("admin:fund_case", args=[case.pk]), []
    for _each in range(2):
        told.append(deputies.NOBODY_OF_TEAM in signed_in("team1").get(address).content.decode())
        another = person_with("redaktion", "fund.check_application", "fund.view_application")

    perform(fresh(case), "release_decision", by=staff(another), now=NOW)

    assert (told, fresh(case).decision_released_at) == ([True, False], NOW)


def test_where_no_lead_is_left_to_confirm_a_committees_result_the_page_says_so(signed_in):
    case = for_committee(now=NOW, **soon())
    file_paper(case, now=NOW)
    address, told = reverse("admin:fund_case", args=[case.pk]), []
    for name in (None, "leitung"):
        team_in_conflict(case, *([name] if name else []))
        told.append(deputies.NOBODY_OF_LEAD in signed_in("team1").get(address).content.decode())

    assert told == [False, True]


def test_who_sits_with_the_deputies_without_a_voice_decides_nothing(signed_in):
    (deputy,) = stand_in("gremium1")
    Seat.objects.filter(pk=deputy.seat_id).update(voting=False)
    case = hand_over(team_in_conflict(has_money(micro()), "team1", "team2", "leitung"))
    declare(case, deputy, now=NOW)
    values = {"reason": create_reason("merit", formal=False), "sentence_de": "Zu klein."}

    reasons = blockers(fresh(case), "propose_rejection", by=staff(deputy.user), now=NOW, **values)

    assert reasons == [guards.NOT_YOURS]


def test_what_was_proposed_before_is_off_the_table():
    stand_in("gremium1")
    case = propose(has_money(micro()), "approval", NOW)

    case = hand_over(team_in_conflict(case, "team1", "team2", "leitung"))

    assert case.decisions.filter(dropped_at=None).count() == 0


def test_the_desk_says_so(signed_in):
    case = team_in_conflict(micro(), "team1", "team2")

    shown = signed_in("team1").get(reverse("admin:fund_case", args=[case.pk]))

    assert shown.context["shortage"].startswith("Zu wenige sind frei von Interessenkonflikten")


@pytest.mark.parametrize(("conflicted", "short"), [(1, False), (2, True), (3, True)])
def test_a_body_is_too_few_where_it_can_never_reach_its_quorum(conflicted, short):
    names = ("gremium1", "gremium3", "gremium4")
    case, seats = at_board(), [seat(name, 70 + number) for number, name in enumerate(names, 1)]
    for each in seats[:conflicted]:
        declare(case, each, "conflict", NOW)

    assert bool(deputies.shortage(case, NOW)) is short


def test_a_substitute_who_is_free_keeps_the_seat_able():
    case, own = at_board(), seat("gremium1", 71)
    type(own).objects.create(
        seat=own.seat, user=User.objects.get(username="gremium4"), name="Stellvertretung", substitute=True,
        valid_from=own.valid_from,
    )  # fmt: skip
    declare(case, own, "conflict", NOW)

    assert deputies.shortage(case, NOW) == ""


def test_all_are_in_conflict_and_the_deputies_see_the_case_behind_the_gate(signed_in):
    (deputy,) = stand_in("gremium5")
    case, members = at_board(), [seat("gremium1", 71), seat("gremium3", 72)]
    for each in members:
        declare(case, each, "conflict", NOW)
    client = signed_in("gremium5")
    before = [each.pk for each in client.get(GATE).context["fields"]]

    hand_over(case)

    assert before == []
    assert [each.pk for each in client.get(GATE).context["fields"]] == [case.pk]
    assert client.get(page(case)).status_code == 404
    declare(case, deputy, now=NOW)
    assert client.get(page(case)).status_code == 200


def test_two_deputies_decide_a_small_case_from_their_page(signed_in):
    one, two = stand_in("gremium1", "gremium3")
    case = hand_over(team_in_conflict(has_money(micro()), "team1", "team2", "leitung"))
    for each in (one, two):
        declare(case, each, now=NOW)

    for name, move in (("gremium1", "propose_rejection"), ("gremium3", "reject")):
        client = signed_in(name)
        address = reverse("admin:fund_act", args=[case.pk, move])
        assert f'href="{address}"' in client.get(page(case)).content.decode()
        typed = {"version": fresh(case).version}
        if move == "propose_rejection":
            typed |= {"reason": create_reason("merit", formal=False).pk, "sentence_de": "Der Plan ist zu klein."}
        answer = client.post(address, typed)
        assert (answer.status_code, answer.url) == (302, page(case))

    assert fresh(case).state == "rejected"


def test_the_second_of_two_deputies_is_told_that_somebody_was_faster(signed_in):
    deputies_of_the_case = stand_in("gremium1", "gremium3")
    case = hand_over(team_in_conflict(has_money(micro()), "team1", "team2", "leitung"))
    for each in deputies_of_the_case:
        declare(case, each, now=NOW)
    address, old = reverse("admin:fund_act", args=[case.pk, "propose_rejection"]), fresh(case).version
    typed = {"version": old, "reason": create_reason("merit", formal=False).pk, "sentence_de": "Der Plan ist zu klein."}

    first = signed_in("gremium1").post(address, typed)
    second = signed_in("gremium3").post(address, typed | {"sentence_de": "Anders begründet."})
    decided = signed_in("gremium3").post(
        reverse("admin:fund_act", args=[case.pk, "reject"]), {"version": fresh(case).version}
    )
    late = signed_in("gremium1").post(reverse("admin:fund_act", args=[case.pk, "approve"]), {"version": old})

    assert [each.status_code for each in (first, second, decided, late)] == [302, 409, 302, 409]
    assert "Anders begründet." in second.content.decode()
    assert fresh(case).state == "rejected"


def test_a_deputy_decides_nothing_before_she_has_declared_nor_in_conflict(signed_in):
    (deputy,) = stand_in("gremium1")
    case = hand_over(team_in_conflict(has_money(micro()), "team1", "team2", "leitung"))
    values = {"reason": create_reason("merit", formal=False), "sentence_de": "Zu klein."}
    address = reverse("admin:fund_act", args=[case.pk, "propose_rejection"])

    with pytest.raises(Refused):
        perform(fresh(case), "propose_rejection", by=staff(deputy.user), now=NOW, **values)
    undeclared = signed_in("gremium1").get(address).status_code
    declare(case, deputy, "conflict", NOW)
    with pytest.raises(Refused):
        perform(fresh(case), "propose_rejection", by=staff(deputy.user), now=NOW, **values)

    assert [undeclared, signed_in("gremium1").get(address).status_code] == [404, 404]


@pytest.mark.parametrize("name", ["notiz", "nachricht", "pruefliste", "aktenzeichen", "konflikt", "release_decision"])
def test_a_deputy_has_the_moves_of_the_table_and_nothing_else_of_the_office(signed_in, name):
    (deputy,) = stand_in("gremium1")
    case = hand_over(team_in_conflict(micro(), "team1", "team2", "leitung"))
    declare(case, deputy, now=NOW)

    answer = signed_in("gremium1").post(reverse("admin:fund_act", args=[case.pk, name]), {"version": case.version})

    assert answer.status_code == 404


def test_a_member_of_another_body_is_no_deputy(signed_in):
    stand_in("gremium1")
    case = hand_over(team_in_conflict(micro(), "team1", "team2", "leitung"))
    seat("gremium3", 75)

    assert [each.pk for each in signed_in("gremium3").get(GATE).context["fields"]] == []
    assert signed_in("gremium3").get(page(case)).status_code == 404


def test_the_lead_too_needs_to_be_free():
    case = team_in_conflict(micro(), "leitung")

    reasons = blockers(case, "propose_rejection", by=lead(), now=timezone.now(),
                       reason=create_reason("merit", formal=False), sentence_de="Zu klein.")  # fmt: skip
    assert reasons == [standing.SAID[standing.CONFLICT]]


def test_deputies_are_told_that_they_decide_until_they_have(signed_in):
    one, two = stand_in("gremium1", "gremium3")
    case = hand_over(team_in_conflict(has_money(micro()), "team1", "team2", "leitung"))

    def told(*holders):
        found = [board_tasks.tasks(each.user, timezone.localdate(NOW)) for each in holders]
        return [sum(count for count, text, _address in tasks if "Vertretung" in text) for tasks in found]

    before = told(one, two)
    for each in (one, two):
        declare(case, each, now=NOW)
    declared = told(one, two)
    perform(fresh(case), "propose_approval", by=staff(one.user), now=NOW, amount=case.revision.requested)
    proposed = told(one, two)
    perform(fresh(case), "approve", by=staff(two.user), now=NOW)

    assert (before, declared, proposed, told(one, two)) == ([0, 0], [1, 1], [0, 1], [0, 0])


@pytest.mark.parametrize("named", [True, False])
def test_the_page_leads_to_deputies_only_where_the_rules_name_some(signed_in, named):
    if named:
        stand_in("gremium1")
    case = team_in_conflict(micro(), "team1", "team2", "leitung")

    text = signed_in("team1").get(reverse("admin:fund_case", args=[case.pk])).content.decode()

    assert ("kann an die Vertretung gehen" in text, "nennt keine Vertretung. Wer" in text) == (named, not named)
