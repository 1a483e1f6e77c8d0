"""The project team's page of decisions: the sum against the free money, the list in its order, the acts of a case."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fund.desk import desks
from fund.models import Decision, Flag, FundYear, Letter, Pot, RefusalReason
from tests.fund.factories import (
    approve,
    create_application,
    fresh,
    has_money,
    lead,
    propose,
    reject,
    release,
    rows,
    team,
    waitlist,
)
from tests.fund.test_desk import at, section, send, shown, soon

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def case(now=NOW, **values):
    return has_money(create_application("team_decision", now, **soon() | values)[0])


def page(client, *cases, sample=False):
    query = "&".join([*(f"antrag={each.pk}" for each in cases), *(["beispiele=1"] if sample else [])])
    answer = client.get(f"{reverse('admin:fund_team_decisions')}?{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def signed(by):
    client = Client()
    client.force_login(by.user)
    return client


# The page -------------------------------------------------------------------------------------------------------------


def test_ticking_shows_the_sum_against_the_free_money_and_writes_nothing(signed_in):
    first, second, other = case(), case(title="Zweites"), case(title="Drittes")
    has_money(first, Decimal("2000.50"))
    propose(second, "approval", NOW, amount=Decimal("700"), sentence_de="Ohne Getränke.")
    before = rows()

    both = section(page(signed_in("team1"), first, second), "summe")
    less = section(page(signed_in("team1"), second), "summe")
    none = section(page(signed_in("team1")), "summe")

    assert f"{first.year}: 2 Anträge, zusammen 1.900 €. Danach sind noch 100,50 € frei." in both
    assert f"{first.year}: 1 Antrag, zusammen 700 €. Danach sind noch 1.300,50 € frei." in less
    assert none is None
    assert rows() == before
    assert other.reference in page(signed_in("team1"))


def test_more_than_there_is_is_said_so(signed_in):
    first, second = case(), case(title="Zweites")
    has_money(first, Decimal("2399.99"))

    text = section(page(signed_in("team1"), first, second), "summe")

    assert "Das ist mehr, als frei ist (2.399,99 €)." in text


def test_a_pot_that_is_emptier_than_the_year_is_what_counts(signed_in):
    application = case()
    Pot.objects.create(year_id=application.year_id, tier_key="micro", share=Decimal("1000"))

    text = section(page(signed_in("team1"), application), "summe")

    assert "Das ist mehr, als frei ist (1.000 €)." in text


@pytest.mark.parametrize("key", ["x", "", "-1", "\u0663", "9" * 30, "1\x00"])
def test_what_is_no_key_ticks_nothing(signed_in, key):
    case()

    answer = signed_in("team1").get(reverse("admin:fund_team_decisions"), {"antrag": key})

    assert (answer.status_code, section(answer.content.decode(), "summe")) == (200, None)


def test_examples_and_real_cases_are_never_on_one_page(signed_in):
    real, example = case(title="Echtes Projekt"), case(title="Erfundenes Projekt", sample=True)
    client = signed_in("team1")

    both = [page(client, real, example), page(client, real, example, sample=True)]

    assert ["Echtes Projekt" in each for each in both] == [True, False]
    assert ["Erfundenes Projekt" in each for each in both] == [False, True]
    assert ["1 Antrag, zusammen" in section(each, "summe") for each in both] == [True, True]


def test_the_money_of_the_year_stands_on_both_desks_and_its_pots_where_it_is_decided(signed_in):
    application = approve(case(), NOW)
    Pot.objects.create(year_id=application.year_id, tier_key="micro", share=Decimal("50000"))
    client = signed_in("team1")

    for text in (page(client), client.get(reverse("admin:fund_desk")).content.decode()):
        told = section(text, "geld")
        assert f"{application.year} 100.000 € 0 € 1.200 € 98.800 €" in told
    assert "50.000 € 0 € 0 € 50.000 €" in section(page(client), "geld")


def test_the_waiting_list_stands_in_the_order_of_handing_in(signed_in):
    late = case(NOW, title="Spät")
    early = case(NOW - timedelta(hours=3), title="Früh")
    late, early = waitlist(late, NOW), waitlist(early, NOW)

    text = section(page(signed_in("team1")), "warteliste")

    assert re.findall(r"(\d) (WIR-\S+) (Früh|Spät)", text) == [
        ("1", early.reference, "Früh"),
        ("2", late.reference, "Spät"),
    ]


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_needs_as_many_statements_for_many_cases_as_for_one(signed_in, count):
    client = signed_in("team1")
    cases = [case(title=f"Nummer {number}") for number in range(count)]
    page(client)

    with CaptureQueriesContext(connection) as captured:
        page(client, *cases)

    assert len(captured) <= 13


# Acts -----------------------------------------------------------------------------------------------------------------


def test_a_yes_goes_from_the_proposal_to_the_letter_in_two_hands():
    application = case(language="tr")
    first, second = signed(team()), signed(team("team2"))

    form = first.get(at("propose_approval", application)).content.decode()
    bad = send(first, "propose_approval", application, amount="viel")
    less = send(first, "propose_approval", application, amount="1.000,50")
    proposed = send(first, "propose_approval", application, amount="1.000,50", sentence_de="Ohne Getränke.")
    alone = send(first, "approve", fresh(application))
    stale = send(second, "approve", application)
    done = send(second, "approve", fresh(application))
    again = send(second, "approve", fresh(application))
    letter = Letter.objects.get()
    seen = re.search(
        r'name="seen" value="(\w+)"', first.get(at("brief-gelesen", application, letter)).content.decode()
    )[1]
    read = send(first, "brief-gelesen", application, letter, seen=seen)
    released = send(second, "release_decision", fresh(application))

    assert "Frei sind 100.000" in form
    statuses = [each.status_code for each in (bad, less, proposed, alone, stale, done, again, read, released)]
    assert statuses == [422, 422, 302, 422, 409, 302, 409, 302, 302]
    assert 'value="viel"' in bad.content.decode()
    assert (fresh(application).state, Decision.objects.get().amount) == ("approved", Decimal("1000.50"))
    assert FundYear.objects.get(pk=application.year_id).committed == Decimal("1000.50")


def test_a_yes_without_money_tells_what_is_free_and_changes_nothing():
    application = propose(case(), "approval", NOW)
    client = signed(team("team2"))
    has_money(application, Decimal("5"))
    before = rows()

    answer = send(client, "approve", application)

    assert (answer.status_code, rows()) == (422, before)
    assert "Das Geld reicht nicht: Frei sind 5\u00a0€." in answer.content.decode()


def test_a_no_offers_reasons_of_merit_only_and_keeps_what_was_typed():
    application, client = case(), signed(team())
    reason = RefusalReason.objects.get(key="kosten-zu-hoch")

    form = client.get(at("propose_rejection", application)).content.decode()
    formal = send(client, "propose_rejection", application, reason=RefusalReason.objects.get(key="doppelt").pk)
    blank = send(client, "propose_rejection", application, reason=reason.pk, sentence_de="")
    fine = send(client, "propose_rejection", application, reason=reason.pk, sentence_de="Die Miete ist zu hoch.")

    assert (reason.title_de in form, "Diesen Antrag gibt es schon" in form) == (True, False)
    assert [each.status_code for each in (formal, blank, fine)] == [422, 422, 302]
    assert f'value="{reason.pk}" selected' in blank.content.decode()


def test_a_forged_act_of_another_state_is_refused():
    application = create_application("formal_check", NOW, **soon())[0]
    before, client = rows(), signed(lead())

    for name in ("approve", "reject", "waitlist", "release_decision", "call_up", "activate", "close", "agree"):
        assert send(client, name, application).status_code == 409
    assert rows() == before


def test_who_only_reads_decides_nothing(signed_in):
    application = propose(case(), "approval", NOW)
    before = rows()

    roles = ("datenschutz", "gremium1", "finanzen", "ausschuss", "redaktion")
    told = {role: send(signed_in(role), "approve", application).status_code for role in roles}

    assert told == {"datenschutz": 403, "gremium1": 404, "finanzen": 403, "ausschuss": 403, "redaktion": 403}
    assert rows() == before


def test_the_case_shows_who_proposed_what_and_what_is_booked(signed_in):
    application = approve(case(), NOW)
    text = shown(signed_in("team1"), application)

    assert "Entscheidung: bewilligt" in section(text, "brief")
    assert "1.200 € von 1.200 €" in section(text, "brief")
    assert "zugesagt 1.200 €" in section(text, "fakten")


def test_a_hint_of_splitting_is_said_on_the_page(signed_in):
    application = case()
    Flag.objects.create(application=application, kind=Flag.Kind.SPLITTING, raised_at=NOW)

    assert "nur mit der Leitung" in section(page(signed_in("team1")), "faelle")


def test_proposals_letters_and_releases_stand_among_what_waits(signed_in):
    propose(case(), "approval", NOW)
    reject(case(title="Zweites"), NOW)
    client = signed_in("team2")

    found = next(desks(team("team2").user, timezone.localdate(NOW)))
    texts = [line.text for line in found.groups[0].lines]
    listed = section(client.get(reverse("admin:fund_desk")).content.decode(), "entscheidungen")

    assert [part in " ".join(texts) for part in ("Vorschlag", "gelesene")] == [True, False]
    assert ("bewilligt: 1.200" in listed, "abgelehnt: " in listed) == (True, True)


def test_a_running_project_is_entered_with_its_day_and_its_payer():
    application, client = release(approve(case(), NOW), NOW), signed(team())
    today = f"{timezone.localdate(NOW):%d.%m.%Y}"

    bad = send(client, "activate", application, on="gestern", payer="")
    running = send(client, "activate", fresh(application), on=today, payer="Fachbereich Finanzen")
    closed = send(client, "close", fresh(application), on=today)

    assert [each.status_code for each in (bad, running, closed)] == [422, 302, 302]
    assert (fresh(application).state, fresh(application).payer) == ("closed", "Fachbereich Finanzen")
