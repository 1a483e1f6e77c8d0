"""One case instead of two: only of the same applicant, with all that belongs to her, and one link from then on."""

import pytest
from django.urls import reverse

from fund import access, merging, money, standing
from fund.actors import APPLICANT
from fund.models import CaseMessage, Helper
from fund.workflow import blockers, perform
from tests.fund.factories import (
    NOON,
    PROJECT,
    approve,
    create_application,
    declare,
    fresh,
    lead,
    release,
    review,
    rows,
    seat,
    team,
)
from wir.lib.workflow import Refused
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db


def merge(application, into, **values):
    return fresh(perform(fresh(application), "merge", by=team(), now=NOON, into=into, **{"note": "doppelt"} | values))


def two(first="formal_check", second="formal_check", **values):
    return create_application(first, title="Erstes"), create_application(second, title="Zweites", **values)


def test_the_old_link_leads_to_the_case_that_goes_on(client):
    (old, old_secret), (into, secret) = two()

    old = merge(old, into)

    for name in ("case", "messages", "everything"):
        answer = client.get(reverse(f"fund:{name}", args=[old_secret.lower()]))
        assert (answer.status_code, answer["Location"]) == (303, f"/de/fonds/antrag/{secret.lower()}/")
    page = client.get(f"/de/fonds/antrag/{secret.lower()}/").content.decode()
    assert (old.state, old.merged_into, old.reference in page) == ("withdrawn", into, True)
    assert Message.objects.filter(kind="application_merged", about_id=into.pk).count() == 1


def test_a_new_link_ends_the_old_ones_of_every_case_that_leads_here(client):
    (first, first_secret), (second, second_secret) = two()
    third, secret = create_application("formal_check", title="Drittes")
    merge(first, second)
    merge(second, third)
    secrets = (first_secret, second_secret, secret)
    before = [client.get(reverse("fund:case", args=[each.lower()])).status_code for each in secrets]

    access.make_key(fresh(third), now=NOON)

    after = [client.get(reverse("fund:case", args=[each.lower()])).status_code for each in secrets]
    assert (before, after) == ([303, 303, 200], [404, 404, 404])


def test_messages_and_helpers_move_along(client):
    (old, _old_secret), (into, secret) = two()
    CaseMessage.objects.create(application=old, from_office=False, language="de", text="Hallo", sent_at=NOON)
    helper = Helper.objects.create(application=old, name="Toni", added_at=NOON)
    _key, helper_secret = access.make_key(old, helper=helper, now=NOON)

    merge(old, into)

    assert (into.messages.get().text, into.helpers.get().name) == ("Hallo", "Toni")
    page = client.get(f"/de/fonds/antrag/{helper_secret.lower()}/")
    assert (page.status_code, into.reference in page.content.decode()) == (200, True)


def test_its_money_is_free_and_its_decision_holds_no_more():
    (old, _old_secret), (into, _secret) = two("team_decision")
    approve(old)

    old = merge(old, into)

    assert (money.committed_to(old), old.decisions.filter(dropped_at=None).count()) == (None, 0)
    assert list(money.differences()) == []


def test_it_stays_put_together(client):
    (old, _old_secret), (into, _secret) = two()
    old = merge(old, into)

    assert blockers(old, "reopen", by=APPLICANT, now=NOON) != []
    assert blockers(old, "propose_reopening", by=lead(), now=NOON, note="x") != []


def test_a_promise_that_was_told_is_given_up_only_by_who_has_it():
    (old, _old_secret), (into, _secret) = two("team_decision")
    old = release(approve(old))
    values = {"by": team(), "now": NOON, "into": into, "note": "doppelt"}

    alone = blockers(old, "merge", **values)
    agreed = blockers(old, "merge", **values, agreed="Elif Kaya am Telefon, 3. Mai")

    assert (alone, agreed) == ([merging.PROMISED], [])


def test_who_is_in_conflict_on_either_case_merges_neither():
    (old, _old_secret), (into, _secret) = two()
    other = team("team2")
    declare(into, team().user, "conflict")
    declare(old, other.user, "conflict")
    values = {"now": NOON, "into": fresh(into), "note": "doppelt"}

    reasons = [blockers(fresh(old), "merge", by=by, **values) for by in (team(), other)]

    assert reasons == [[standing.SAID[standing.CONFLICT]]] * 2


def test_what_people_said_of_their_conflicts_moves_along():
    """A conflict stays one, what is not clear stays to be settled, and nobody becomes free by it."""
    old, into = (create_application("board_queue", title=title, answers=PROJECT)[0] for title in ("Eins", "Zwei"))
    bound, unsure, free = seat("gremium1", 71), seat("gremium3", 72), seat("gremium4", 73)
    declare(old, bound, "conflict")
    declare(old, unsure, "unsure")
    declare(old, free)
    declare(into, bound)
    declare(old, team("team2").user, "conflict")
    note = review(into, bound)

    merge(old, into)

    found = {each.holder_id or "team2": each.standing for each in into.declarations.in_force()}
    assert found == {bound.pk: "conflict", unsure.pk: "open", "team2": "conflict"}
    assert blockers(fresh(into), "merge", by=team("team2"), now=NOON) != []
    assert fresh(note).voided_at == NOON


STRANGER = {"mail": "other@example.org", "person": "Ada Yilmaz", "organisation": "Andere"}


@pytest.mark.parametrize(
    ("changed", "values", "allowed"),
    [
        ({}, {}, True),
        (STRANGER, {}, False),
        (STRANGER, {"agreed": "beide am Telefon, 1. März"}, True),
        (STRANGER | {"person": "Elif Kaya"}, {}, False),  # many people have the same name
        (STRANGER | {"mail": "ELIF@example.org"}, {}, True),
        ({}, {"note": " "}, False),
    ],
)
def test_only_cases_of_the_same_applicant_or_with_a_yes(changed, values, allowed):
    (old, _old_secret), (into, _secret) = two(**changed)
    before = rows()

    reasons = blockers(old, "merge", by=team(), now=NOON, into=into, **{"note": "doppelt"} | values)

    assert (reasons == [], rows()) == (allowed, before)


def test_nothing_goes_on_in_itself_in_what_has_ended_or_in_an_example():
    (old, _old_secret), (ended, _secret) = two(second="withdrawn")
    sample, _sample_secret = create_application("formal_check", sample=True)

    for into in (None, old, ended, sample):
        with pytest.raises(Refused):
            merge(old, into)

    assert fresh(old).merged_into is None


def test_the_desk_finds_the_other_case_by_its_reference_and_keeps_what_was_typed(signed_in):
    (old, _old_secret), (into, _secret) = two()
    client = signed_in("team1")
    act = reverse("admin:fund_act", args=[old.pk, "merge"])
    sent = {"version": old.version, "note": "doppelt", "agreed": ""}

    wrong = client.post(act, sent | {"into": "WIR-2027-XXXX"})
    right = client.post(act, sent | {"into": f" {into.reference.lower()} "})

    assert (wrong.status_code, "WIR-2027-XXXX" in wrong.content.decode()) == (422, True)
    assert (right.status_code, fresh(old).merged_into) == (302, into)
