"""A small case on each path that rules can give it: to the team, to a body that decides, to a body and a committee."""

import pytest

from fund.models import Application, RuleSet, Tier
from fund.promise import DAYS, MEETING, answer_by
from fund.workflow import blockers, moves_for, perform
from tests.fund.factories import NOON, check, create_draft, create_rules, fresh, plan_meeting, submit, take, team
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

FORWARD = {"team": "forward_to_team", "body": "forward_to_body", "body_then_committee": "forward_to_body"}
STATE = {"team": "team_decision", "body": "board_queue", "body_then_committee": "board_queue"}


@pytest.mark.parametrize("path", Tier.Path.values)
def test_a_small_case_goes_where_its_rules_send_it(path):
    rules = create_rules()
    proposes = None if path == "team" else rules.tier("project").proposes
    Tier.objects.filter(rule_set=rules, key="micro").update(path=path, proposes=proposes)
    plan_meeting()

    case = check(take(submit(create_draft()[0])))
    offered = {move.name for move in moves_for(case, team())} & set(FORWARD.values())
    other = ({"forward_to_team", "forward_to_body"} - offered).pop()
    _day, source = answer_by(case, NOON)
    done = fresh(perform(case, FORWARD[path], by=team(), now=NOON))

    assert (case.tier, offered, source) == ("micro", {FORWARD[path]}, DAYS if path == "team" else MEETING)
    assert blockers(fresh(case), other, by=team(), now=NOON) != []
    assert done.state == STATE[path]
    assert Message.objects.filter(about_id=case.pk, kind="application_goes_on").count() == 1


def test_under_practice_2025_a_small_case_goes_to_the_body_that_decides():
    draft, _secret = create_draft()
    Application.objects.filter(pk=draft.pk).update(rule_set=RuleSet.objects.get(key="praxis-2025"))

    case = check(take(submit(draft)))

    names = [move.name for move in moves_for(case, team()) if move.name.startswith("forward")]
    assert (case.tier, names) == ("micro", ["forward_to_body"])
