"""fonds/projekte/: the list of granted money, one project, files, tiles and numbers."""

import csv
import io
import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from fund import money
from fund.filled import Filled
from fund.models import Application, Call, Decision, FundYear, LedgerEntry
from fund.projects.decided import decision_reference
from fund.projects.listing import ProjectListing, Sums, tiles
from fund.projects.naming import carrier, title_names_somebody
from fund.projects.reading import projects
from fund.projects.waiting import waiting_times
from fund.projects.years import KINDS, applications_by_year, published, thermometer
from fund.questions import NAMED, WHO
from fund.samples import make_sample_applications
from fund.workflow import perform
from measures.models import Measure
from tests.fund.factories import (
    NOON,
    TODAY,
    TOLD,
    activate,
    approve,
    create_application,
    create_rules,
    file_paper,
    for_committee,
    forward,
    fresh,
    has_money,
    release,
    team,
    withdraw,
)
from wir.languages.models import ContentStamp
from wir.lib.small_numbers import Shown
from wir.lib.spreadsheets import freed

pytestmark = pytest.mark.django_db
IBAN = "DE89370400440532013000"

PERSON = {"kind": "person", "organisation": None}


def granted(state="active", **values):
    return create_application(state, **values)[0]


def released(**values):
    """Granted and told, not begun."""
    return release(approve(has_money(create_application("team_decision", **values)[0])))


def references(client, query="", code="de"):
    response = client.get(f"/{code}/fonds/projekte.json{query}")
    return [each["reference"] for each in json.loads(response.getvalue())["projects"]]


def rows_of(client, query=""):
    text = client.get(f"/de/fonds/projekte.csv{query}").getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def statements(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
        if response.streaming:
            response.getvalue()
    return len(captured)


# What is granted ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("draft", False),
        ("submitted", False),
        ("team_decision", False),
        ("approved", False),  # decided, and nobody knows it yet
        ("waitlisted", False),
        ("rejected", False),
        ("withdrawn", False),
        ("active", True),
        ("closed", True),
    ],
)
def test_only_a_yes_that_is_known_and_stands_is_granted(state, shown):
    application, _secret = create_application(state)

    assert (Application.objects.granted().count() == 1, fresh(application).is_granted) == (shown, shown)


def test_a_notice_is_public_with_its_letter_and_an_agreement_when_it_is_confirmed():
    notice = released()
    create_rules(confirmation="agreement")
    agreement = released(title="Noch nicht bestätigt")

    before = list(Application.objects.granted())
    on_paper = {"on": TODAY, "signer": "Elif Kaya", "function": "Vorstand", "payee": "Verein", "iban": IBAN}
    perform(fresh(agreement), "accept", by=team(), now=NOON, **on_paper)

    assert before == [notice] and agreement.state == "agreement_sent"
    assert set(Application.objects.granted()) == {notice, agreement}


@pytest.mark.parametrize("state", ["lapsed", "revoked", "withdrawn", "agreement_sent", "committee_queue"])
def test_a_grant_that_is_taken_back_is_gone(state):
    application = granted()
    Application.objects.filter(pk=application.pk).update(state=state)

    assert (Application.objects.granted().count(), fresh(application).is_granted) == (0, False)


def test_a_decision_that_was_dropped_grants_nothing():
    application = granted()
    Decision.objects.filter(application=application).update(dropped_at=NOON)

    assert (Application.objects.granted().count(), fresh(application).is_granted) == (0, False)


def test_the_state_told_is_not_begun_running_or_finished():
    cases = [released(), granted("active"), granted("closed")]

    first_day = cases[1].revision.starts_on
    told = []
    for day in (first_day - timedelta(days=1), first_day):
        found = {each.reference: each.state for each in projects(Application.objects.granted(), day)}
        told.append([found[case.reference] for case in cases])

    assert told == [["bewilligt", "bewilligt", "abgeschlossen"], ["bewilligt", "laeuft", "abgeschlossen"]]


def test_the_amount_is_the_one_that_was_granted_and_the_day_that_of_the_decision():
    application = has_money(create_application("team_decision")[0])
    release(approve(application, amount=Decimal("900"), sentence_de="Weniger Material."))

    (project,) = projects(Application.objects.granted())

    assert (project.amount, project.decision.day, project.decision.paper) == (Decimal("900.00"), TODAY, "")
    assert decision_reference(Application.objects.granted().get()) == project.decision


# Who is named ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "consent", "named"),
    [
        ("organisation", "", True),
        ("unit", "", True),
        ("group", "", False),
        ("group", "yes", False),  # it was never asked
        ("tandem", "yes", False),
        ("person", "", False),
        ("person", "no", False),
        ("person", "yes", True),
    ],
)
def test_organisations_are_named_and_single_people_only_if_they_said_yes(kind, consent, named):
    assert carrier(kind=kind, applicant="Nachbarn", person="Elif Kaya", consent=consent) == ("Nachbarn" * named)


def test_who_writes_her_own_name_as_organisation_is_not_named():
    assert carrier(kind="organisation", applicant="ELIF  kaya", person="Elif Kaya", consent="") == ""


@pytest.mark.parametrize(
    ("title", "kind", "consent", "hidden"),
    [
        ("Kochen mit Elif", "person", "", True),
        ("Kayas Küche", "organisation", "", True),
        ("ELIF KAYA'S Küche", "group", "yes", True),
        ("Kochen mit Elif", "person", "yes", False),
        ("Kochen mit Mehmet", "tandem", "", True),
        ("Gemeinsam kochen", "person", "", False),
    ],
)
def test_a_title_is_left_out_where_it_names_somebody_who_is_not_named(title, kind, consent, hidden):
    names = {"applicant": "Elif Kaya / Mehmet Jo", "person": "Elif Kaya"}

    assert title_names_somebody(title, kind=kind, consent=consent, **names) is hidden


def test_the_name_of_a_person_is_on_no_page_and_finds_nothing(client):
    hidden = granted(**PERSON, person="Zeynep Kara", title="Zeynep kocht im Hof")
    willing = granted(**PERSON, person="Zeynep Kara", title="Musik im Hof", named="yes")

    pages = [client.get(f"/de/fonds/projekte/{way}").content.decode() for way in ("", "?q=hof", f"{hidden.reference}/")]

    assert [page.count("Zeynep") for page in pages] == [1, 1, 0]
    assert references(client, "?q=zeynep") == references(client, "?q=hof") == [willing.reference]
    assert [(row["reference"], row["title"], row["carrier"]) for row in rows_of(client)] == [
        (willing.reference, "Musik im Hof", "Zeynep Kara"),
        (hidden.reference, "", ""),
    ]


def test_the_form_asks_a_single_person_whether_she_may_be_named_and_nobody_else():
    asked = {
        kind: NAMED in {question.key for question in Filled.frozen(Application(), {"kind": {"0": kind}}).asked(WHO)}
        for kind in ("organisation", "group", "person", "tandem", "unit")
    }

    assert asked == {"organisation": False, "group": False, "person": True, "tandem": False, "unit": False}


# The list -------------------------------------------------------------------------------------------------------------


def call_for(application, number=11):
    measure = Measure.objects.get(number=number)
    year = application.year
    call = Call.objects.create(
        year=year, measure=measure, tier_key="micro", title_de="Aufruf", plain_de="Text", state="published",
        opens_at=NOON, closes_at=NOON + timedelta(days=1),
    )  # fmt: skip
    Application.objects.filter(pk=application.pk).update(call=call)
    return measure


@pytest.fixture
def several():
    """Four granted projects that differ in everything that is filtered by."""
    cases = {
        "garden": granted(title="Garten für alle", district="3", field="2", requested=Decimal("500")),
        "choir": granted("closed", title="Chor der Straße", district="city", field="4", requested=Decimal("700")),
        "bicycle": granted(title="Bisiklet kursu", district="unsure", field="unsure", language="tr"),
        "kitchen": granted(title="Küche", district="3", field="4", requested=Decimal("100"), total=Decimal("100")),
    }
    call_for(cases["kitchen"])
    FundYear.objects.create(year=2028, ceiling=10_000, source="Haushaltsplan (erfunden)", state="published")
    Application.objects.filter(pk=cases["choir"].pk).update(year=FundYear.objects.get(year=2028, sample=False))
    return cases


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["kitchen", "bicycle", "choir", "garden"]),
        ("?sortierung=betrag", ["kitchen", "garden", "choir", "bicycle"]),
        ("?sortierung=-betrag", ["bicycle", "choir", "garden", "kitchen"]),
        ("?jahr=2028", ["choir"]),
        ("?jahr=2027&jahr=2028", ["kitchen", "bicycle", "choir", "garden"]),
        ("?jahr=2022", []),
        ("?bezirk=3", ["kitchen", "garden"]),
        ("?bezirk=stadt", ["choir"]),
        ("?bezirk=unbekannt", ["bicycle"]),
        ("?bezirk=3&bezirk=stadt", ["kitchen", "choir", "garden"]),
        ("?feld=4", ["kitchen", "choir"]),
        ("?feld=2&feld=4&bezirk=3", ["kitchen", "garden"]),
        ("?stufe=klein", ["kitchen", "bicycle", "choir", "garden"]),
        ("?stufe=gross", []),
        ("?massnahme=11", ["kitchen"]),
        ("?q=strasse", ["choir"]),
        ("?q=GARTEN+alle", ["garden"]),
        ("?q=linden+kurs", ["bicycle"]),
        ("?q=kochen", []),
    ],
)
def test_a_filter_finds_what_it_says(client, several, query, found):
    names = {case.reference: name for name, case in several.items()}

    assert [names[reference] for reference in references(client, query)] == found


@pytest.mark.parametrize("query", ["", "jahr=2027", "bezirk=3", "feld=4&bezirk=3&bezirk=stadt", "massnahme=11", "q=k"])
def test_a_facet_promises_what_its_value_then_shows(several, query):
    params = QueryDict(query)
    facets = ProjectListing(params).facets

    promised, shown = {}, {}
    for facet in facets.facets.values():
        for choice in facet.choices:
            alone = params.copy()
            alone.setlist(facet.name, [choice.label.value])
            promised[facet.name, choice.label.value] = choice.count
            shown[facet.name, choice.label.value] = ProjectListing(alone).filterset.found().count()

    assert promised == shown and len(promised) >= 5
    rows = projects(ProjectListing(params).filterset.found())
    assert (facets.total, facets.amount) == (len(rows), sum(each.amount for each in rows))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("?jahr=1999", "jahr"),
        ("?jahr=２０２７", "jahr"),
        ("?bezirk=14", "bezirk"),
        ("?feld=7", "feld"),
        ("?stufe=micro", "stufe"),
        ("?massnahme=12", "massnahme"),
        ("?sortierung=titel", "sortierung"),
        ("?seite=2", "seite"),
        ("?beispiele=ja", "beispiele"),
    ],
)
def test_what_means_nothing_is_told_to_people_and_refused_to_programs(client, several, query, name):
    page = client.get(f"/de/fonds/projekte/{query}")
    answers = [client.get(f"/de/fonds/projekte.{kind}{query}") for kind in ("csv", "json")]

    assert page.status_code == 200 and page.context["listing"].facets.total == 4
    assert [told for told, _value in page.context["listing"].told_problems] != []
    assert [answer.status_code for answer in answers] == [400, 400]
    assert list(answers[0].json()["parameters"]) == [name]


@pytest.mark.parametrize("name", ["bezirk", "feld", "massnahme", "sortierung", "beispiele", "jahr", "seite"])
def test_a_value_that_no_page_may_hold_is_told_with_a_sign_in_its_place(client, several, name):
    page = client.get(f"/de/fonds/projekte/?{name}=a%00%1Fb")

    assert page.status_code == 200
    assert {value for _told, value in page.context["listing"].told_problems} == {"a\ufffd\ufffdb"}
    assert [sign for sign in ("\x00", "\x1f") if sign in page.content.decode()] == []


def test_a_strange_value_keeps_its_direction_on_a_page_from_right_to_left(client, several):
    text = client.get("/ar/fonds/projekte/?jahr=-1").content.decode()

    assert text.count('<bdi dir="ltr">-1</bdi>') == 2  # in the summary, and at the filter


def test_pages_of_twenty_follow_each_other_and_chips_take_one_filter_away(client, monkeypatch, several):
    monkeypatch.setattr("fund.projects.listing.PAGE_SIZE", 3)
    monkeypatch.setattr("measures.listing.PAGE_SIZE", 3)

    first, second = (client.get(f"/de/fonds/projekte/?stufe=klein&seite={number}") for number in (1, 2))
    listing = second.context["listing"]

    assert [len(each.context["rows"]) for each in (first, second)] == [3, 1]
    assert (listing.first_place, listing.previous_address) == (4, "?stufe=klein&seite=1")
    assert [address for _name, _value, address in listing.chips] == [""]


def test_an_empty_list_says_so(client):
    page = client.get("/de/fonds/projekte/").content.decode()

    assert page.count('class="empty"') == 1 and references(client) == []


def test_a_title_carries_the_language_it_was_written_in(client, several):
    page = client.get(f"/de/fonds/projekte/{several['bicycle'].reference}/").content.decode()

    assert '<h1><bdi lang="tr" dir="ltr">Bisiklet kursu</bdi></h1>' in page


def test_titles_are_shown_as_text_and_run_in_no_spreadsheet(client):
    granted(title="=1+1 <b>fett</b>", organisation="+49 Verein")

    (row,) = rows_of(client)

    assert (row["title"], row["carrier"]) == ("'=1+1 <b>fett</b>", "'+49 Verein")
    assert freed(row["title"]) == "=1+1 <b>fett</b>"
    assert "&lt;b&gt;fett&lt;/b&gt;" in client.get("/de/fonds/projekte/").content.decode()


def test_table_and_programs_get_the_same_with_source_and_a_mark_for_samples(client, several):
    told = json.loads(client.get("/en/fonds/projekte.json?bezirk=3&sortierung=betrag").getvalue())
    table = list(
        csv.DictReader(
            io.StringIO(client.get("/en/fonds/projekte.csv?bezirk=3&sortierung=betrag").getvalue().decode("utf-8-sig")),
            delimiter=";",
        )
    )

    assert [{key: str(value) for key, value in each.items()} for each in told["projects"]] == table
    first = told["projects"][0]
    assert (first["amount_euro"], first["measure"], first["district"], first["sample"]) == ("100.00", "11", "3", False)
    assert (told["schema"], first["source"]) == (1, told["source"]) and told["source"]


def test_samples_stand_only_under_their_banner_and_never_beside_real_ones(client):
    real, sample = granted(), granted(sample=True)

    assert (references(client), references(client, "?beispiele=1")) == ([real.reference], [sample.reference])
    assert [row["sample"] for row in rows_of(client, "?beispiele=1")] == ["True"]
    found = [
        client.get(f"/de/fonds/projekte/{each.reference}/{query}").status_code
        for each in (real, sample)
        for query in ("", "?beispiele=1")
    ]
    assert found == [200, 404, 404, 200]
    assert client.get("/de/fonds/projekte/?beispiele=1").content.decode().count('class="notice sample"') == 1
    assert "noindex" in client.get(f"/de/fonds/projekte/{sample.reference}/?beispiele=1").content.decode()


def test_ways_up_and_the_data_of_samples_stay_among_samples(client):
    sample = granted(sample=True)

    page = client.get(f"/de/fonds/projekte/{sample.reference}/?beispiele=1").context["page"]
    numbers = client.get("/de/fonds/projekte/zahlen/?beispiele=1").context["page"]
    told = json.loads(client.get("/de/fonds/projekte.json?beispiele=1").getvalue())
    real = json.loads(client.get("/de/fonds/projekte.json").getvalue())

    up = ["/de/fonds/?beispiele=1", "/de/fonds/projekte/?beispiele=1"]
    assert [[address for address, _title in each.trail] for each in (page, numbers)] == [up, up]
    assert told["page"].endswith("/de/fonds/projekte/?beispiele=1")
    assert real["page"].endswith("/de/fonds/projekte/")


def test_a_reference_in_small_letters_leads_to_the_one_on_paper(client):
    sample = granted(sample=True)

    answer = client.get(f"/ar/fonds/projekte/{sample.reference.lower()}/?beispiele=1")

    assert answer.status_code == 301
    assert answer["Location"] == f"/ar/fonds/projekte/{sample.reference}/?beispiele=1"
    assert client.get(f"/ar/fonds/projekte/{sample.reference}/").status_code == 404  # and no way back from there
    assert client.get("/ar/fonds/projekte/wir-2027-gibtesnicht/", follow=True).status_code == 404


# On other pages -------------------------------------------------------------------------------------------------------


def test_pages_of_measure_and_district_name_their_projects(client, several):
    kitchen, garden, choir = (several[name].reference for name in ("kitchen", "garden", "choir"))

    measure = client.get(Measure.objects.get(number=11).get_absolute_url()).content.decode()
    district = client.get("/de/stadtbezirke/3-bothfeld-vahrenheide/").content.decode()

    assert [reference in measure for reference in (kitchen, garden, choir)] == [True, False, False]
    assert [reference in district for reference in (kitchen, garden, choir)] == [True, True, False]


def test_the_site_map_lists_what_is_granted(client, several):
    hidden = granted("approved")

    text = client.get("/sitemap.xml").content.decode()

    listed = [f"/de/fonds/projekte/{each.reference}/" in text for each in (*several.values(), hidden)]
    assert listed == [True, True, True, True, False]


def test_a_project_that_begins_makes_pages_new():
    application = released()
    before = ContentStamp.objects.get(pk=1).changed_at
    activate(application)

    assert ContentStamp.objects.get(pk=1).changed_at > before


# Numbers --------------------------------------------------------------------------------------------------------------


def test_tiles_tell_number_and_sum_of_each_place(several):
    listing = ProjectListing(QueryDict(""))

    found = {label.value: sums for label, sums in tiles(False, listing.labels)}

    assert len(found) == 15
    assert {value: sums for value, sums in found.items() if sums.total} == {
        "3": Sums(2, Decimal("600.00")),
        "stadt": Sums(1, Decimal("700.00")),
        "unbekannt": Sums(1, Decimal("1200.00")),
    }


def test_the_money_told_counts_letters_that_are_out_and_no_hold():
    known, unknown = released(), approve(has_money(create_application("team_decision")[0]))
    year = FundYear.objects.get(pk=known.year_id)
    FundYear.objects.filter(pk=year.pk).update(held=Decimal("5000"))
    LedgerEntry.objects.create(kind="hold", amount=Decimal("5000"), year=year, application=unknown, key="x", at=NOON)

    (told,) = [each for each in published(False, TODAY) if each.year == year.year]

    assert (told.promised, told.held, told.left) == (Decimal("1200.00"), Decimal(0), Decimal("98800.00"))
    assert money.told(fresh(year)) == (told.promised, told.held, told.left)


def test_a_hold_is_told_once_its_proposal_is_public():
    case = for_committee()
    year = FundYear.objects.get(pk=case.year_id)
    file_paper(case, told_on=TOLD)

    before, after = money.told(year, TOLD - timedelta(days=1)), money.told(year, TOLD)

    assert before == (0, 0, Decimal("100000.00"))
    assert after == (0, Decimal("16000.00"), Decimal("84000.00"))


def test_a_year_that_was_over_before_there_were_books_is_not_told_as_empty(client):
    years = {each.year: each for each in published(False, TODAY)}

    assert (years[2023].ceiling, years[2023].promised, years[2023].left) == (Decimal("250000.00"), None, None)
    assert thermometer(list(years.values())) is None


def test_the_thermometer_draws_what_the_table_says():
    released()

    years = published(False, TODAY)
    (bar,) = thermometer(years).bars

    assert bar.name == "2027" and [(piece.value, piece.place) for piece in bar.pieces] == [(1200, 1), (98800, 3)]


def test_results_count_from_their_letters_and_small_numbers_are_hidden():
    released()
    for state in ("rejected", "approved", "submitted", "withdrawn", "withdrawn", "draft"):
        create_application(state)
    release(create_application("rejected")[0])
    granted(sample=True)

    table = applications_by_year(False)

    hidden = Shown(1, exact=False)
    assert table.cells == {2027: dict(zip(KINDS, (Shown(1), hidden, Shown(0), Shown(3), hidden), strict=True))}
    assert table.all == Shown(6, exact=False)


def test_the_page_of_numbers_tells_no_small_number(client):
    release(create_application("rejected")[0])

    context = client.get("/en/fonds/projekte/zahlen/").context

    assert [[cell for _words, cell in cells] for _year, cells, _sum in context["table"]] == [
        [Shown(0), Shown(1, exact=False), Shown(0), Shown(0), Shown(0)]
    ]


def test_without_a_project_no_place_is_told_to_have_got_nothing(client):
    texts = [client.get("/de/fonds/projekte/zahlen/").content.decode()]
    granted()
    texts.append(client.get("/de/fonds/projekte/zahlen/").content.decode())

    assert [text.count("?bezirk=") for text in texts] == [0, 15]
    assert [text.count('id="bezirke-tabelle"') for text in texts] == [0, 1]
    assert ["In diesem Portal wurde bisher kein Geld" in text.partition('id="bezirke"')[2] for text in texts] == [
        True,
        False,
    ]


def test_the_year_of_the_applications_is_called_that_of_their_money(client):
    create_application("submitted")

    text = client.get("/de/fonds/projekte/zahlen/").content.decode().partition('id="antraege"')[2]

    assert text.count('<th scope="col">Geld aus dem Jahr</th>') == 1


def test_each_cell_of_a_table_of_money_names_its_column_for_small_screens(client):
    granted()

    text = client.get("/en/fonds/projekte/zahlen/").content.decode()

    tables = text.split('<table class="stack">')[1:]
    assert len(tables) == 3
    assert [table.count("<td ") - table.count('<td class="num"><span class="cell-name">') for table in tables] == [
        table.count('<td class="num sum"><span class="cell-name">') for table in tables
    ]


def test_how_long_answers_take_is_told_from_five_decisions_on():
    for days in (2, 4, 6, 30):
        took(released(), days)
    few = waiting_times(NOON + timedelta(days=40))
    took(release(create_application("rejected")[0]), 8)

    (told,) = waiting_times(NOON + timedelta(days=40))

    assert few == []
    assert (told.tier, told.half, told.most, told.decisions) == ("micro", 6, 30, Shown(5, exact=False))
    assert waiting_times(NOON + timedelta(days=400)) == []


def took(application, days):
    """The letter went out so many days after handing in."""
    at = NOON + timedelta(days=days)
    Application.objects.filter(pk=application.pk).update(decision_released_at=at)


# What it costs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "way", ["fonds/projekte/", "fonds/projekte/?q=koch&bezirk=10", "fonds/projekte/zahlen/", "fonds/projekte.csv",
            "fonds/projekte.json"]
)  # fmt: skip
def test_a_list_needs_few_statements_with_one_row_and_with_three(client, way):
    call_for(granted())
    one = statements(client, f"/de/{way}")
    granted(district="city"), granted(field="4", title="Chor kochen")

    three = statements(client, f"/de/{way}")

    assert one == three <= 9


def test_a_page_of_a_project_needs_few_statements(client):
    assert statements(client, f"/de/fonds/projekte/{granted().reference}/") <= 8


def test_in_plain_words_a_project_is_no_measure(client):
    case = granted()
    pages = [client.get(f"/de-simple/fonds/projekte/{way}").content.decode() for way in ("", f"{case.reference}/")]

    listed, one = pages

    assert "Projekte auswählen" in listed and "Maßnahmen auswählen" not in listed
    assert "Wo ist das Projekt?" in one and "Wo ist die Maßnahme?" not in one


@pytest.mark.parametrize("code", ["de", "de-simple", "ar", "en"])
def test_the_samples_of_the_demo_fill_every_page(client, code):
    make_sample_applications(27, seed=3, now=timezone.now())

    ways = [f"/{code}/fonds/projekte/{way}?beispiele=1" for way in ("", "zahlen/")]
    (sample,) = Application.objects.granted(samples=True)
    ways.append(f"/{code}/fonds/projekte/{sample.reference}/?beispiele=1")

    assert [client.get(way).status_code for way in ways] == [200, 200, 200]


def test_withdrawing_a_waiting_case_shows_nothing(client):
    application = forward(create_application("formal_check")[0])
    withdraw(application)

    assert references(client) == []
