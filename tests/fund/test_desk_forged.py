"""What a forged address at the desk cannot do: change what was decided on, or let a helper have a say."""

import pytest

from fund import letters
from fund.models import Flag
from tests.fund.factories import fresh
from tests.fund.test_desk import NOW, case, send
from wir.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", ["submitted", "info_requested", "team_decision", "ineligible", "withdrawn"])
def test_the_checklist_stays_as_it_was_when_it_was_decided_on(signed_in, state):
    application = case(state)
    before = list(application.checked_points.order_by("pk").values())

    answer = send(signed_in("team1"), "pruefliste", application, is_costs="no", **{"initial-is_costs": ""})

    assert answer.status_code == 409
    assert list(application.checked_points.order_by("pk").values()) == before


def test_the_summary_stays_as_it_was_when_the_case_ended(signed_in):
    application = case("withdrawn")

    answer = send(signed_in("team1"), "kurzfassung", application, summary_de="Anders")

    assert (answer.status_code, fresh(application).summary_de) == (409, "")


def test_who_helped_writes_no_summary_and_no_letter_and_settles_no_flag(signed_in):
    running, refused = case(), case("ineligible")
    for application in (running, refused):
        application.helpers.create(name="Team", user=User.objects.get(username="team1"), added_at=NOW)
    flag = Flag.objects.create(application=running, kind=Flag.Kind.SPLITTING, raised_at=NOW)
    letter = refused.decisions.get().letter
    seen = letters.fingerprint(letter)
    client = signed_in("team1")

    answers = [
        send(client, "kurzfassung", running, summary_de="Unbedingt fördern"),
        send(client, "hinweis", running, flag, note="passt"),
        send(client, "brief", refused, letter, text_de="Doch.", seen=seen),
    ]

    assert [answer.status_code for answer in answers] == [422] * 3
    flag.refresh_from_db()
    assert (fresh(running).summary_de, flag.settled_at) == ("", None)
    assert letters.fingerprint(fresh(letter)) == seen
