"""fonds/: the rules in force as sentences, what is open, and who else gives money."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fund.models import Call, FundYear, OtherPot, RuleSet
from fund.rules_workflow import move
from fund.samples_rules import make_sample_fund
from tests.fund.rules import confirm_all, copy_of, create_call, create_year, put_in_force

pytestmark = pytest.mark.django_db


def page(client, language="en", query=""):
    return client.get(f"/{language}/fonds/{query}").content.decode()


def open_call(year, **values):
    now = timezone.now()
    spans = {"opens_at": now - timezone.timedelta(days=1), "closes_at": now + timezone.timedelta(days=1)}
    return create_call(year, now=now, **spans | values)


def this_year(**values):
    return create_year(timezone.localdate().year, **values)


def test_the_page_names_the_fund_both_ways_and_says_how_old_the_rules_are(client):
    text = page(client)

    assert text.count(" (WIR2.0-Förderprogramm)</bdi>") == 1
    assert "Rules as of April 2021; practice has changed since then." in text


def test_under_later_rules_the_names_follow_and_the_hint_is_gone(client):
    put_in_force(RuleSet.objects.get(key="praxis-2025"))

    text = page(client)

    assert "WIR2.0-Förderprogramm (" in text
    assert "the practice has changed since" not in text and "Rules as of January 2025." in text


def test_a_draft_changes_nothing_in_public(client):
    confirm_all(copy_of(fund_name="Geheimer neuer Fonds"))

    assert "Geheimer neuer Fonds" not in page(client, "de")


def test_without_anything_open_it_says_what_to_do_meanwhile(client):
    text = page(client)

    assert "Nothing is open for applications right now." in text and 'href="#kontakt"' in text
    assert "How much money there is this year is not known." in text


def test_an_open_call_and_a_coming_one_stand_with_their_moments(client):
    year = this_year(rolling=False)
    open_call(year, title_de="Jetzt offen")
    later = timezone.now() + timezone.timedelta(days=10)
    open_call(year, title_de="Später offen", opens_at=later, closes_at=later + timezone.timedelta(days=1))

    text = page(client, "de")

    assert text.index("Jetzt offen") < text.index("Später offen")
    assert "Nothing is open for applications right now." not in text


def test_drafts_and_closed_calls_are_not_shown(client):
    year = this_year(rolling=False)
    open_call(year, title_de="Entwurf eines Aufrufs", published=False)
    closed = open_call(year, title_de="Geschlossener Aufruf")
    past = timezone.now() - timezone.timedelta(days=2)
    Call.objects.filter(pk=closed.pk).update(opens_at=past, closes_at=past + timezone.timedelta(hours=1))
    create_year(2030, published=False)

    text = page(client, "de")

    assert "Entwurf eines Aufrufs" not in text and "Geschlossener Aufruf" not in text


def test_examples_stand_under_their_banner_only(client):
    make_sample_fund(now=timezone.now())

    real, example = page(client), page(client, query="?beispiele=1")

    assert "Example: call for larger projects" not in real and "€200,000" not in real
    assert "Example: call for larger projects" in example and "This is an example" in example
    assert "noindex" in example


def test_making_the_examples_again_changes_nothing():
    now = timezone.now()
    make_sample_fund(now=now)
    before = list(Call.objects.values_list("pk", "state", "sample"))

    make_sample_fund(now=now)

    assert list(Call.objects.values_list("pk", "state", "sample")) == before
    assert [(call.title_tr != call.title_de, call.year.sample) for call in Call.objects.all()][0][1] is True
    assert FundYear.objects.filter(sample=True, state="published").count() == 1


def test_other_money_is_named_with_its_source_and_ended_pots_apart(client):
    OtherPot.objects.filter(key="regionsfonds").update(published=False)

    text = page(client, "de")

    assert "Regionsfonds" not in text
    assert "Mittel der Integrationsbeiräte" in text and "Drucksachen 2545/2008" in text
    assert text.index("House of Resources") < text.index("Gesellschaftsfonds")


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_amounts_of_other_money_are_written_as_the_rest_of_the_page_writes_them(client, language):
    text = page(client, language)

    assert ("2,900" in text, "2.900" in text) == (True, False)


def test_without_rules_the_page_says_so(client):
    move(RuleSet.objects.get(key="papier-2021"), "retire", by=None, now=timezone.now())

    answer = client.get("/en/fonds/")

    assert answer.status_code == 200
    assert "The city has not set rules for this fund yet." in answer.content.decode()


@pytest.mark.parametrize("calls", [1, 3])
@pytest.mark.parametrize("language", ["de", "fa", "ku"])
def test_the_page_needs_ten_statements_at_most(client, language, calls):
    year = this_year()
    for number in range(calls):
        open_call(year, title_de=f"Aufruf {number}")
    page(client, language)

    with CaptureQueriesContext(connection) as captured:
        page(client, language)

    assert len(captured) == 10


def test_the_page_is_asked_for_anew_each_time_because_calls_open_by_themselves(client):
    answer = client.get("/de/fonds/")

    assert (answer["Cache-Control"], answer.has_header("Last-Modified")) == ("no-cache", False)
    assert client.get("/de/fonds/", headers={"If-None-Match": answer["ETag"]}).status_code == 304
