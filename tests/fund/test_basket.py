"""The board's basket: what is left when the ticked cases get their money, and over what they spread."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fund.models import Application, Pot
from tests.fund.factories import PROJECT, create_application, has_money, plan_meeting, rows
from tests.fund.test_desk import section, soon
from tests.fund.test_index_desk import on_agenda

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def case(title="Groß", *, sample=False, **values):
    answers = PROJECT | soon() | {"title": title, "organisation": f"Verein {title}"} | values
    return has_money(create_application("board_queue", NOW, answers=answers, sample=sample)[0])


def page(client, *cases, sample=False):
    keys = [*(f"antrag={each.pk}" for each in cases), *(["beispiele=1"] if sample else [])]
    answer = client.get(f"{reverse('admin:fund_board_basket')}?{'&'.join(keys)}")
    assert answer.status_code == 200
    return answer.context, answer.content.decode()


def test_ticking_shows_what_is_left_of_the_pot_and_writes_nothing(signed_in):
    first, second = case(), case("Zwei", requested=Decimal("10000"))
    Pot.objects.create(year_id=first.year_id, tier_key="project", share=Decimal("20000"))
    client, before = signed_in("team1"), rows()

    both, one = page(client, first, second)[1], page(client, second)[1]

    assert "Das ist mehr, als frei ist (20.000 €)." in section(both, "auswahl")
    assert "1 Antrag, zusammen 10.000 €. Danach sind noch 10.000 € frei." in section(one, "auswahl")
    assert section(page(client)[1], "auswahl") is None
    assert rows() == before


def test_pots_that_hold_enough_are_together_no_more_than_the_year(signed_in):
    first, second = case(requested=Decimal("10000")), case("Amt", kind="unit", requested=Decimal("9000"))
    has_money(first, Decimal("15000"))
    client = signed_in("team1")

    both, one = page(client, first, second)[0]["sums"], page(client, first)[0]["sums"]

    assert [(each.tier, each.asked, each.is_too_much) for each in both] == [
        ("project", Decimal("10000"), False),
        ("administration", Decimal("9000"), False),
        ("", Decimal("19000"), True),
    ]
    assert [(each.tier, each.left) for each in one] == [("project", Decimal("5000"))]


def test_the_choice_spreads_over_districts_fields_and_themes(signed_in):
    first = case(district="10", field="2")
    case("Zwei", district="3", field="unsure")

    spreads = {
        name: {each.name: (each.ticked, each.all) for each in values}
        for name, values in page(signed_in("team1"), first)[0]["spreads"]
    }

    assert {key[:2]: value for key, value in spreads["Stadtbezirke"].items()} == {"10": (1, 1), "03": (0, 1)}
    assert spreads["Handlungsfelder"] == {"Soziales": (1, 1), "nicht angegeben": (0, 1)}
    assert sorted(spreads["Querschnittsthemen"].values()) == [(1, 2)] * 3


def test_who_got_money_before_is_no_first_timer(signed_in):
    old, again, new = case("Alt"), case("Wieder"), case("Neu")
    Application.objects.filter(pk=old.pk).update(
        state="closed", decision_recorded_at=NOW, decision_released_at=NOW, submitted_at=NOW - timedelta(days=300)
    )
    same = case("Nochmal", organisation="verein alt")

    context, _text = page(signed_in("team1"), again, new, same)

    assert {each.revision.title: each.is_first for each in context["cases"]} == {
        "Wieder": True,
        "Neu": True,
        "Nochmal": False,
    }
    assert context["first_time"] == 2


@pytest.mark.parametrize("again", ["ÖKO Linden e. V.", "öko linden e.V.", "Öko  Linden E. V."])
def test_a_name_is_known_however_it_is_spelt(signed_in, again):
    old, same = case("Alt", organisation="Öko Linden e. V."), case("Nochmal", organisation=again)
    Application.objects.filter(pk=old.pk).update(state="closed", decision_recorded_at=NOW, decision_released_at=NOW)

    context, _text = page(signed_in("team1"), same)

    assert [each.is_first for each in context["cases"]] == [False]


def test_a_result_that_is_not_released_makes_nobody_known(signed_in):
    old, same = case("Alt"), case("Nochmal", organisation="Verein Alt")
    Application.objects.filter(pk=old.pk).update(state="approved", decision_recorded_at=NOW)

    context, _text = page(signed_in("team1"), same)

    assert [each.is_first for each in context["cases"]] == [True]


def test_the_address_of_the_choice_shows_the_same_choice(signed_in):
    first, _other, third = case(), case("Zwei"), case("Drei")
    client = signed_in("team1")
    context, _text = page(client, third, first)

    again = client.get(context["link"]).context

    assert [each.pk for each in again["chosen"]] == [first.pk, third.pk] == [each.pk for each in context["chosen"]]


def test_cases_on_an_agenda_stand_with_their_meeting_and_others_are_not_here(signed_in):
    meeting = plan_meeting(TODAY + timedelta(days=30))
    on_agenda(case("Aufgesetzt"), meeting.day)
    create_application("team_decision", NOW, **soon() | {"title": "Klein"})

    context, text = page(signed_in("team1"))

    assert [each.item.meeting for each in context["cases"]] == [meeting]
    assert context["meeting"] == meeting
    assert "Klein" not in section(text, "faelle")


def test_examples_and_real_cases_are_never_on_one_page(signed_in):
    real, example = case("Echt"), case("Erfunden", sample=True)
    client = signed_in("team1")

    found = [page(client, real, example)[0], page(client, real, example, sample=True)[0]]

    assert [[each.revision.title for each in context["chosen"]] for context in found] == [["Echt"], ["Erfunden"]]


@pytest.mark.parametrize("role", ["gremium1", "vorsitz", "ausschuss", "finanzen", "redaktion"])
def test_nobody_reads_cases_here_who_may_not_read_them(signed_in, role):
    """A member would see cases before she declared."""
    case("Geheimes Vorhaben")

    answer = signed_in(role).get(reverse("admin:fund_board_basket"))

    assert (answer.status_code, "Geheimes Vorhaben" in answer.content.decode()) == (403, False)


def test_the_page_needs_as_many_statements_for_five_cases_as_for_one(signed_in):
    client, counts, cases = signed_in("team1"), [], [case()]
    for number in range(2):
        page(client, *cases)
        with CaptureQueriesContext(connection) as captured:
            page(client, *cases)
        counts.append(len(captured))
        cases += [case(f"{number} {each}") for each in range(4)]

    assert counts[0] == counts[1]
    assert counts[0] <= 15
