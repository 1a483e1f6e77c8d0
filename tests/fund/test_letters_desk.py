"""The page of letters: read ones are released together, one that is refused stops no other, nothing shows before."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fund import letters
from fund.models import Letter
from tests.fund.factories import NOON, approve, create_application, fresh, read_letter, refuse, reject, team
from tests.fund.letters import decided

pytestmark = pytest.mark.django_db


def ready(step=approve, **values):
    application = step(create_application("formal_check" if step is refuse else "team_decision", **values)[0])
    read_letter(application)
    return fresh(application)


def client_of(name="team1"):
    client = Client()
    client.force_login(team(name).user)
    return client


def marks(client):
    page = client.get(reverse("admin:fund_letters")).content.decode()
    return re.findall(r'name="brief" value="([^"]+)"', page)


def test_ticked_letters_are_released_together_each_for_itself():
    cases = [ready(title="Eins"), ready(reject, title="Zwei"), ready(refuse, title="Drei")]
    client = client_of()

    answer = client.post(reverse("admin:fund_letters"), {"brief": marks(client)})

    assert answer.status_code == 303
    assert [fresh(each).decision_released_at is not None for each in cases] == [True] * 3
    assert marks(client) == []


def test_one_that_is_refused_stops_no_other_and_is_told():
    changed, other = ready(title="Eins"), ready(title="Zwei")
    client = client_of()
    ticked = marks(client)
    letter = Letter.objects.get(decision__application=changed)
    words = {"text_de": "Anders.", "text": "", "seen": letters.fingerprint(letter)}
    letters.edit(letter, **words, by=team("team2").user, now=NOON)
    letters.read(
        fresh(letter), seen=letters.fingerprint(fresh(letter)), by=team().user, now=NOON
    )  # read again, but not by who ticked it

    page = client.post(reverse("admin:fund_letters"), {"brief": ticked}, follow=True).content.decode()

    assert [fresh(each).decision_released_at is not None for each in (changed, other)] == [False, True]
    assert f"Nicht bekannt gegeben – {changed.reference}" in page


def test_who_ticks_what_somebody_else_has_released_is_told_by_whom_and_when():
    application = ready()
    client = client_of()
    ticked = marks(client)
    client_of("team2").post(reverse("admin:fund_letters"), {"brief": ticked})
    at = timezone.localtime(Letter.objects.get().released_at)

    page = client.post(reverse("admin:fund_letters"), {"brief": ticked}, follow=True).content.decode()

    assert f"{application} ist schon bekannt gegeben: {team('team2').user}, {at:%d.%m.%Y, %H:%M} Uhr." in page
    assert "Nicht bekannt gegeben" not in page


@pytest.mark.parametrize("forged", ["", "x", "1", "999999:1:abc", "٣:1:a"])
def test_what_is_no_letter_releases_nothing(forged):
    application = ready()

    answer = client_of().post(reverse("admin:fund_letters"), {"brief": [forged]})

    assert (answer.status_code, fresh(application).decision_released_at) == (303, None)


def test_an_unread_letter_cannot_be_ticked_nor_forged():
    application = approve(create_application("team_decision")[0])
    client = client_of()
    letter = Letter.objects.get()
    mark = f"{application.pk}:{application.version}:{letters.fingerprint(letter)[:20]}"

    found = marks(client)
    client.post(reverse("admin:fund_letters"), {"brief": [mark]})

    assert (found, fresh(application).decision_released_at) == ([], None)


def test_a_committee_s_decision_is_to_be_told_today():
    application, _secret = decided("approved", maker="committee")
    by_team = ready(title="Vom Team")

    page = client_of().get(reverse("admin:fund_letters")).content.decode()

    today = page.partition('id="heute"')[2].partition("</section>")[0]
    assert (application.reference in today, by_team.reference in today) == (True, False)


def test_the_page_takes_few_statements_with_one_and_three():
    counts = []
    client = client_of()
    for number in (1, 2):
        for _each in range(number):
            ready(title=f"Titel {number}")
        with CaptureQueriesContext(connection) as statements:
            client.get(reverse("admin:fund_letters"))
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert counts[0] <= 15


def test_only_the_team_sees_it():
    told = []
    for name in ("gremium1", "ausschuss", "datenschutz"):
        client = Client()
        from wir.accounts.models import User

        client.force_login(User.objects.get(username=name))
        told.append(client.get(reverse("admin:fund_letters")).status_code)

    assert told == [403] * 3
