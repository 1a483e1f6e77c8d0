"""However often and however parallel an application is sent, it arrives once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from fund.actors import APPLICANT
from fund.models import Application, ApplicationChange, Revision
from fund.workflow import perform
from tests.fund.factories import NOON, create_draft, fresh
from tests.fund.parallel import REAL_CONNECTIONS, at_once, kinds
from wir.lib.workflow import Refused
from wir.outbox.models import Message

TIMES = 10


def once(draft):
    """What is left after all of them: state, reference, revisions, moves, messages."""
    kept = Application.objects.get(pk=draft.pk)
    return (
        kept.state,
        kept.reference is not None,
        Revision.objects.filter(application=draft).count(),
        ApplicationChange.objects.filter(application=draft, move="submit").count(),
        Message.objects.filter(about_id=draft.pk, kind="application_received").count(),
    )


@pytest.mark.django_db
def test_ten_submits_one_after_the_other_arrive_once():
    draft, _secret = create_draft()
    seen = [fresh(draft) for _number in range(TIMES)]
    results = []

    for each in seen:
        try:
            results.append(perform(each, "submit", by=APPLICANT, now=NOON, consent=True).reference)
        except Refused:
            results.append(None)

    assert len([each for each in results if each]) == 1
    assert once(draft) == ("submitted", True, 1, 1, 1)


@pytest.mark.django_db
def test_ten_posts_of_the_same_page_show_the_same_receipt(client):
    now = timezone.now()
    today = timezone.localdate(now)
    days = {"starts": today + timedelta(days=100), "ends": today + timedelta(days=200)}
    draft, secret = create_draft(now, **days)
    address = f"/de/fonds/antrag/{secret.lower()}/senden/"

    sent = [client.post(address, {"einverstanden": "ja"}) for _number in range(TIMES)]

    answers = {(each.status_code, each["Location"]) for each in sent}
    assert answers == {(303, f"/de/fonds/antrag/{secret.lower()}/")}
    assert once(draft) == ("submitted", True, 1, 1, 1)


@REAL_CONNECTIONS
def test_ten_submits_at_once_arrive_once():
    draft, _secret = create_draft()
    seen = [fresh(draft) for _number in range(TIMES)]

    def send(case):
        return lambda: perform(case, "submit", by=APPLICANT, now=NOON, consent=True)

    results = at_once(map(send, seen), Refused)

    assert kinds(results) == {"submitted": 1, "refused": TIMES - 1}
    assert once(draft) == ("submitted", True, 1, 1, 1)
