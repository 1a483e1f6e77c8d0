"""The pages of the money: every number opens its rows, bookings in two hands, what is to do when money is short."""

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from fund import budget
from fund.desk import ledger, money_tasks, shortage
from fund.models import Application, CarryOver, FundYear, LedgerEntry
from fund.rules_workflow import move
from tests.fund.factories import (
    approve,
    create_application,
    create_held,
    create_other_year,
    create_waiting,
    fresh,
    has_money,
    lead,
    propose,
    rows,
    set_ceiling,
    team,
    waitlist,
)
from tests.fund.test_desk import section, send, soon

pytestmark = pytest.mark.django_db

NOW = timezone.now()
YEAR = timezone.localdate(NOW).year


def small(**values):
    return create_application("team_decision", NOW, **soon() | values)[0]


def granted(**values):
    return approve(has_money(small(**values)), NOW)


def page(client, name, *arguments, **query):
    answer = client.get(reverse(f"admin:{name}", args=arguments), query)
    assert answer.status_code == 200
    return answer.content.decode()


def year():
    return FundYear.objects.get(year=YEAR, sample=False)


def signed(by):
    client = Client()
    client.force_login(by.user)
    return client


# Numbers and their rows -----------------------------------------------------------------------------------------------


def test_every_number_of_a_year_opens_its_rows(signed_in):
    granted()
    create_held(Decimal("16000"), NOW, **soon() | {"title": "Zweites"})
    client = signed_in("finanzen")

    text = page(client, "fund_money")
    told = section(text, "geld")
    sums = {}
    for art in ledger.LABELS:
        assert f'href="{reverse("admin:fund_ledger", args=[YEAR])}?art={art}"' in text
        sums[art] = [
            str(each.total)
            for each in client.get(reverse("admin:fund_ledger", args=[YEAR]), {"art": art}).context["page"]
        ][-1]

    assert f"{YEAR} 100.000 € 16.000 € 1.200 € 82.800 € –" in told
    assert sums == {"": "82800.00", "summe": "100000.00", "vorgemerkt": "16000.00", "zugesagt": "1200.00"}


def test_the_rows_of_a_pot_are_those_of_its_tier(signed_in):
    has_money(small())
    year().pots.create(tier_key="micro", share=Decimal("5000"))
    granted()
    create_held(Decimal("16000"), NOW, **soon() | {"title": "Zweites"})

    context = (
        signed_in("team1").get(reverse("admin:fund_ledger", args=[YEAR]), {"art": "zugesagt", "topf": "micro"}).context
    )

    assert [(each.kind, each.change) for each in context["page"]] == [("commit", Decimal("1200.00"))]


@pytest.mark.parametrize("query", [{"art": "x"}, {"topf": "x"}, {"art": "summe\x00"}])
def test_a_number_that_is_none_is_not_found(signed_in, query):
    has_money(small())

    assert signed_in("team1").get(reverse("admin:fund_ledger", args=[YEAR]), query).status_code == 404


def test_the_file_holds_the_same_rows_and_nothing_that_a_spreadsheet_runs(signed_in):
    case = granted()
    budget.allocate(year(), Decimal("1"), source='=HYPERLINK("http://x")', by=None, now=NOW)

    answer = signed_in("finanzen").get(reverse("admin:fund_ledger_csv", args=[YEAR]))
    text = b"".join(answer.streaming_content).decode()
    head, *found = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")

    assert (answer["Content-Type"], head) == ("text/csv; charset=utf-8", ledger.HEAD)
    assert sorted((row[1], row[2], row[5]) for row in found) == [
        ("bereitgestellt", "1,00", ""),
        ("bereitgestellt", "100000,00", ""),
        ("zugesagt", "-1200,00", case.reference),
    ]
    assert found[-1][3] == "98801,00"
    assert [row[6] for row in found if "HYPERLINK" in row[6]] == ['\'=HYPERLINK("http://x")']


@pytest.mark.parametrize(
    ("role", "status", "link"), [("team1", 200, True), ("leitung", 200, True), ("finanzen", 200, False)]
)
def test_links_lead_only_who_may_read_cases_into_them(signed_in, role, status, link):
    case = granted()
    waits = waitlist(small(title="Wartet"), NOW)
    client = signed_in(role)

    texts = [page(client, "fund_ledger", YEAR), page(client, "fund_money"), page(client, "fund_money_year", YEAR)]

    assert [waits.reference in text for text in texts[1:]] == [True, True]
    assert case.reference in texts[0]
    for each, text in ((case, texts[0]), (waits, texts[1]), (waits, texts[2])):
        assert (reverse("admin:fund_case", args=[each.pk]) in text) is link
    assert any("Wartet" in text for text in texts) is link


@pytest.mark.parametrize("role", ["redaktion", "gremium1", "vorsitz", "ausschuss", "datenschutz", "fachstelle"])
def test_nobody_else_sees_the_money_of_the_desk(signed_in, role):
    has_money(small())
    client = signed_in(role)

    for name, arguments in (("fund_money", []), ("fund_money_year", [YEAR]), ("fund_ledger", [YEAR])):
        assert client.get(reverse(f"admin:{name}", args=arguments)).status_code == 403
    assert client.get(reverse("admin:fund_ledger_csv", args=[YEAR])).status_code == 403
    for name in ("bereitstellen", "kuerzen", "uebertragen"):
        assert client.post(reverse("admin:fund_money_act", args=[YEAR, name])).status_code == 403


def test_examples_stand_on_pages_of_their_own(signed_in):
    real, example = has_money(small()), has_money(small(sample=True, title="Erfunden"))
    client = signed_in("team1")

    assert client.get(reverse("admin:fund_ledger", args=[YEAR])).context["year"] == real.year
    assert client.get(reverse("admin:fund_ledger", args=[YEAR]), {"beispiele": "1"}).context["year"] == example.year


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_need_few_statements_however_many_cases(signed_in, count):
    for number in range(count):
        create_held(Decimal("1000"), NOW, **soon() | {"title": f"Nummer {number}"})
        create_waiting(Decimal("16000"), NOW, **soon() | {"title": f"Wartet {number}"})
    client = signed_in("leitung")
    asked = [("fund_money", []), ("fund_money_year", [YEAR]), ("fund_ledger", [YEAR])]
    for name, arguments in asked:
        page(client, name, *arguments)

    found = []
    for name, arguments in asked:
        with CaptureQueriesContext(connection) as captured:
            page(client, name, *arguments)
        found.append(len(captured))

    assert found == [15, 15, 8]  # the same for one case and for three, never more than fifteen


# Booking --------------------------------------------------------------------------------------------------------------


def book(client, name, number=YEAR, **typed):
    return client.post(reverse("admin:fund_money_act", args=[number, name]), {"seen": 0, "source": "Beschluss"} | typed)


def test_money_is_given_and_taken_on_pages_that_keep_what_was_typed(signed_in):
    small()
    client = signed_in("leitung")

    bad = book(client, "bereitstellen", amount="viel")
    bare = book(client, "bereitstellen", amount="1.000,50", source="")
    done = book(client, "bereitstellen", amount="1.000,50")
    twice = book(client, "bereitstellen", amount="1.000,50")
    much = book(client, "kuerzen", amount="1.000,51", seen=1)
    less = book(client, "kuerzen", amount="0,50", seen=1)

    assert [each.status_code for each in (bad, bare, done, twice, much, less)] == [422, 422, 302, 409, 422, 302]
    assert 'value="viel"' in bad.content.decode()
    assert (year().ceiling, LedgerEntry.objects.filter(year=year()).count()) == (1000, 2)


def test_a_carry_over_goes_from_the_lead_to_finance_and_never_through_one_hand(signed_in):
    has_money(small())
    target = create_other_year(YEAR + 1, 1)
    client = signed_in("leitung")
    proposed = book(client, "uebertragen", amount="400", target_year=target.pk, seen=1)
    told = [str(each) for each in get_messages(proposed.wsgi_request)]
    carry = CarryOver.objects.get()
    approve_it = reverse("admin:fund_carry_act", args=[carry.pk, "genehmigen"])
    own, own_page = client.post(approve_it), client.get(approve_it)
    tasks = [text for _count, text, _address in money_tasks.tasks(team("finanzen").user, timezone.localdate(NOW))]
    foreign = Client()
    foreign.force_login(team("team2").user)

    finance = signed_in("finanzen")
    statuses = [proposed.status_code, own.status_code, own_page.status_code, foreign.post(approve_it).status_code]
    done, again = finance.post(approve_it), finance.post(approve_it)

    assert statuses == [302, 422, 200, 403]
    assert told[-1].endswith("Übertrag vorschlagen. Gebucht wird, wenn eine zweite Person zustimmt.")
    assert "Übertrag zwischen Jahren ist zu genehmigen" in tasks
    assert [done.status_code, again.status_code] == [302, 409]
    assert (year().ceiling, fresh(target).ceiling) == (99600, 401)


def test_who_closes_a_year_is_told_what_stands_and_who_opens_it_says_why(signed_in):
    create_held(Decimal("16000"), NOW, **soon())
    client = signed_in("leitung")
    close, again = (reverse("admin:fund_year_move", args=[year().pk, name]) for name in ("close", "reopen"))

    told = client.get(close).content.decode()
    closed, bare = client.post(close), client.post(again, {"note": " "})
    opened = client.post(again, {"note": "Zu früh"})

    assert "1 Antrag mit vorgemerktem Geld" in " ".join(told.split())
    assert [closed.status_code, bare.status_code, opened.status_code] == [302, 422, 302]
    assert (year().state, 'name="note"' in bare.content.decode()) == ("published", True)


# Where the money does not reach ---------------------------------------------------------------------------------------


def test_a_yes_without_money_offers_less_the_list_and_another_year():
    case = propose(has_money(small()), "approval", NOW)
    assert shortage.ways(case, NOW) == []
    set_ceiling(case.year, "700")
    create_other_year(YEAR + 1)
    before, client = rows(), signed(team("team2"))

    answer = send(client, "approve", case)

    assert (answer.status_code, rows()) == (422, before)
    addresses = [way.address for way in shortage.ways(fresh(case), NOW)]
    assert [address.rsplit("/", 2)[1] for address in addresses] == ["drop_decision", "drop_decision", "jahr"]
    assert [address in answer.content.decode() for address in addresses] == [True] * 3


def test_a_case_goes_into_another_year_by_a_button(signed_in):
    case = propose(has_money(small()), "approval", NOW)
    other, client = create_other_year(YEAR + 1), signed(team("team2"))
    closed = create_other_year(YEAR + 2)
    move(closed, "close", by=None, now=NOW)

    none = send(client, "jahr", case)
    forged = send(client, "jahr", case, year=closed.pk)
    moved = send(client, "jahr", case, year=other.pk, note="Geld fehlt")
    stale = send(client, "jahr", case, year=case.year.pk)

    assert [each.status_code for each in (none, forged, moved, stale)] == [422, 422, 302, 409]
    assert fresh(case).year == other


@pytest.mark.parametrize(("state", "linked"), [("waitlisted", True), ("approved", False)])
def test_who_waits_may_change_the_year_after_her_letter_too(signed_in, state, linked):
    case = waitlist(small(), NOW) if state == "waitlisted" else granted()
    Application.objects.filter(pk=case.pk).update(decision_released_at=NOW)

    text = signed_in("team1").get(reverse("admin:fund_case", args=[case.pk])).content.decode()

    assert (reverse("admin:fund_act", args=[case.pk, "jahr"]) in text) is linked


def test_a_hold_is_extended_by_the_lead_at_the_desk():
    case = create_held(Decimal("16000"), NOW - timedelta(days=60), **soon())
    later = case.hold_until + timedelta(days=30)
    leader, other = Client(), Client()
    leader.force_login(lead().user)
    other.force_login(team().user)

    statuses = [
        send(other, "extend_hold", case, until=f"{later:%d.%m.%Y}", note="x").status_code,
        send(leader, "extend_hold", case, until=f"{later:%d.%m.%Y}", note="").status_code,
        send(leader, "extend_hold", case, until=f"{later:%d.%m.%Y}", note="Sitzung fällt aus").status_code,
    ]

    assert (statuses, fresh(case).hold_until) == ([422, 422, 302], later)


def test_the_desk_tells_that_money_is_back_and_the_page_which_holds_end(signed_in):
    today = timezone.localdate(NOW)
    waits = waitlist(small(), NOW)
    held = create_held(Decimal("100"), NOW - timedelta(days=355), **soon() | {"title": "Zweites"})
    set_ceiling(waits.year, "1300")

    texts = [text for _count, text, _address in money_tasks.tasks(team().user, today)]
    told = page(signed_in("team1"), "fund_money")

    assert [text.split(":")[0].split(" (")[0] for text in texts] == ["Geld ist wieder da"]
    assert waits.reference in section(told, "wieder-da")
    assert held.reference in section(told, "vorgemerkt")
