"""The yearly list for the committee: only what is released, nobody by name, sums that add up."""

import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import load_workbook
from pypdf import PdfReader

from fund import yearly
from fund.models import Application, FundYear
from fund.projects.reading import untitled
from tests.fund.factories import (
    SECRET,
    approve,
    create_application,
    fresh,
    has_money,
    refuse,
    reject,
    release,
    team,
    waitlist,
)
from tests.fund.test_desk import section, soon
from wir.accounts.models import AuditEntry

pytestmark = pytest.mark.django_db

NOW = timezone.now()
YEAR = timezone.localdate(NOW).year


def case(**values):
    return has_money(create_application("team_decision", NOW, **soon() | values)[0])


def granted(**values):
    return release(approve(case(**values), NOW), NOW)


def of(application):
    return yearly.of(FundYear.objects.get(pk=application.year_id))


def rows(application):
    return yearly.rows(yearly.decisions(FundYear.objects.get(pk=application.year_id)))


def shown(client, kind="", sample=False, year=YEAR):
    answer = client.get(reverse(f"admin:fund_yearly{kind}", args=[year]) + ("?beispiele=1" if sample else ""))
    assert answer.status_code == 200
    return answer.getvalue()


@pytest.mark.parametrize(
    ("values", "title"),
    [
        ({"kind": "person", "organisation": None}, None),
        ({"kind": "person", "organisation": None, "named": "yes"}, "Malkurs mit Ada Muster"),
        ({"title": "Malkurs am Kanal"}, "Malkurs am Kanal"),
    ],
)
def test_a_title_that_names_somebody_is_not_in_the_list(signed_in, values, title):
    application = granted(**{"person": "Ada Muster", "title": "Malkurs mit Ada Muster"} | values)

    (row,) = rows(application)

    with translation.override("de"):
        assert row.title == (title or str(untitled()))
    assert ("Ada Muster" in shown(signed_in("team1")).decode()) == (values.get("named") == "yes")


def test_a_granted_project_stands_with_all_that_the_committee_wants():
    application = granted(field="2", district="10")

    (row,) = rows(application)

    day = f"{timezone.localdate(NOW):%d.%m.%Y}"
    assert (row.reference, row.title, row.carrier) == (
        application.reference,
        "Gemeinsam kochen in Linden",
        "Nachbarschaft Linden e. V.",
    )
    assert (row.tier, row.district, row.field) == ("Kleinstprojekte", "10 Linden-Limmer", "Soziales")
    assert (row.amount, row.decided) == (Decimal("1200"), f"Projektteam, {day}")
    assert row.state == fresh(application).get_state_display()


def test_only_released_results_are_told(signed_in):
    told = granted(title="Bekannt")
    approve(case(title=f"Ja {SECRET}"), NOW)
    reject(case(title=f"Nein {SECRET}", organisation="b"), NOW)
    refuse(create_application("formal_check", NOW, **soon() | {"title": f"Formal {SECRET}"})[0])

    counts, page = of(told).counts, shown(signed_in("team1")).decode()

    assert (counts.all, counts.granted, counts.refused, counts.waiting, counts.ended, counts.open) == (4, 1, 0, 0, 0, 3)
    assert (of(told).promised, of(told).free) == (Decimal("1200"), Decimal("98800"))
    assert "Bekannt" in page
    assert SECRET not in page


def test_counts_and_unmet_need_after_release():
    release(reject(case(title="Nein"), NOW), NOW)
    last = waitlist(case(title="Wartet", organisation="b", requested=Decimal("900")), NOW)
    before = of(last).unmet
    release(last, NOW)

    counts = of(last).counts

    assert (before, of(last).unmet) == (Decimal(0), Decimal("900"))
    assert (counts.all, counts.granted, counts.refused, counts.waiting, counts.open) == (2, 0, 1, 1, 0)
    assert counts.requested == Decimal("2100")


@pytest.mark.parametrize("state", ["lapsed", "revoked", "withdrawn"])
def test_a_promise_that_was_let_go_is_in_no_sum(state):
    application = granted()
    Application.objects.filter(pk=application.pk).update(state=state)

    assert (rows(application), of(application).total, of(application).counts.ended) == ([], Decimal(0), 1)


def test_single_people_are_not_named(signed_in):
    person = granted(kind="person", organisation=None, person=f"Ada {SECRET}", title="Eins")
    granted(kind="tandem", organisation=None, person=f"Bo {SECRET}", partner=f"Cy {SECRET}", title="Zwei")
    client = signed_in("team1")

    assert sorted(row.carrier for row in rows(person)) == ["Einzelperson", "Tandem (zwei gemeinsam)"]
    assert SECRET not in shown(client).decode()
    book = load_workbook(io.BytesIO(shown(client, "_xlsx")))
    assert [cell.value for sheet in book for row in sheet.rows for cell in row if SECRET in str(cell.value)] == []


def test_sums_by_tier_and_district_add_up():
    granted(title="a", district="10")
    granted(title="b", organisation="b", district="3", requested=Decimal("800.50"))
    last = granted(title="c", organisation="c", district="city", requested=Decimal("100"))

    found = of(last)

    assert found.by_tier == [("Kleinstprojekte", 3, Decimal("2100.50"))]
    assert [(name[:2], count, amount) for name, count, amount in found.by_district] == [
        ("03", 1, Decimal("800.50")),
        ("10", 1, Decimal("1200")),
        ("ga", 1, Decimal("100")),
    ]
    assert found.total == Decimal("2100.50") == found.promised


def test_examples_and_another_year_stand_apart(signed_in):
    granted(title="Echtes Projekt")
    sample = granted(title="Erfundenes Projekt", sample=True)
    FundYear.objects.create(year=YEAR - 1)
    client = signed_in("team1")

    pages = [shown(client).decode(), shown(client, sample=True).decode(), shown(client, year=YEAR - 1).decode()]

    assert ["Echtes Projekt" in page for page in pages] == [True, False, False]
    assert ["Erfundenes Projekt" in page for page in pages] == [False, True, False]
    assert ["Beispiele:" in page for page in pages] == [False, True, False]
    assert (
        "beispiele"
        in client.get(reverse("admin:fund_yearly_xlsx", args=[YEAR]) + "?beispiele=1").headers["Content-Disposition"]
    )
    assert sample.sample is True


def test_a_year_without_a_known_sum_says_so(signed_in):
    FundYear.objects.create(year=YEAR)

    text = section(shown(signed_in("team1")).decode(), "zahlen")

    assert text.count("nicht bekannt") == 2


def test_the_spreadsheet_holds_the_same_and_no_formula(signed_in):
    application = granted(title="=1+1", organisation="@Verein")

    book = load_workbook(io.BytesIO(shown(signed_in("team1"), "_xlsx")))

    heading, line = [[cell.value for cell in row] for row in book["Projekte"].rows]
    assert (line[0], line[1], line[2]) == (application.reference, "'=1+1", "'@Verein")
    assert dict(zip(heading, line, strict=True))["Betrag (Euro)"] == 1200
    numbers = {row[0].value: row[1].value for row in book["Zahlen"].rows}
    assert (numbers["Anträge"], numbers["davon bewilligt"], numbers["Frei (Euro)"]) == (1, 1, 98800)


def test_the_pdf_is_tagged_and_marks_examples(signed_in):
    granted(sample=True)

    pdf = PdfReader(io.BytesIO(shown(signed_in("team1"), "_pdf", sample=True)))

    text = "\n".join(page.extract_text() for page in pdf.pages)
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in pdf.trailer["/Root"]["/Metadata"].get_data()
    assert "Diese Anträge hat niemand gestellt" in text


@pytest.mark.parametrize("role", ["gremium1", "vorsitz", "ausschuss", "finanzen", "datenschutz", "redaktion"])
@pytest.mark.parametrize("kind", ["", "_pdf", "_xlsx"])
def test_only_the_team_and_its_lead_take_the_list(signed_in, role, kind):
    granted()

    assert signed_in(role).get(reverse(f"admin:fund_yearly{kind}", args=[YEAR])).status_code == 403


@pytest.mark.parametrize("kind", ["", "_pdf", "_xlsx"])
def test_a_year_that_is_not_there_is_not_found(signed_in, kind):
    assert signed_in("team1").get(reverse(f"admin:fund_yearly{kind}", args=[1999])).status_code == 404


def test_who_took_the_list_is_logged(signed_in):
    granted()

    shown(signed_in("team1"), "_xlsx")

    entry = AuditEntry.objects.filter(action=AuditEntry.Action.EXPORTED).get()
    assert (entry.by, entry.detail) == (team().user, f"jahresliste {YEAR} (XLSX): 1")


@pytest.mark.parametrize("kind", ["", "_xlsx"])
def test_the_list_needs_as_many_statements_for_four_projects_as_for_one(signed_in, kind):
    client, counts = signed_in("team1"), []
    granted()
    shown(client, kind)
    for number in range(2):
        with CaptureQueriesContext(connection) as captured:
            shown(client, kind)
        counts.append(len(captured))
        for each in range(3):
            granted(title=f"{number} {each}", organisation=f"{number} {each}")

    assert counts[0] == counts[1]
    assert counts[0] <= 15
