"""What the pages of the office say: right for one and for many, of now and not of last year, everything at once."""

import re
from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from fund import budget, filings, reading, reversals, yearly
from fund.desk.case import NOT_BEGUN
from fund.desk.conflict_forms import ReviewForm
from fund.filled import Filled
from fund.letters import NO_REMEDY
from fund.models import CarryOver, FundYear
from fund.questions import STORED
from strategy.models import Body, Seat
from tests.fund.factories import (
    PROJECT,
    approve,
    board,
    confirm_said,
    create_application,
    create_other_year,
    create_rules,
    file_paper,
    for_committee,
    fresh,
    has_money,
    in_meeting,
    lead,
    plan_meeting,
    propose,
    put_on_agenda,
    read_letter,
    release,
    said,
    stands,
)
from tests.fund.test_desk import section, shown
from tests.fund.test_meeting_live import begin
from tests.fund.test_meeting_live import case as waiting_case
from tests.fund.test_money_desk import YEAR, granted, page, small
from tests.strategy.meetings import create_meeting
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def plain(text):
    return text.replace("\N{NO-BREAK SPACE}", " ")


# Money before the portal ----------------------------------------------------------------------------------------------


def closed(number=YEAR - 3):
    year = create_other_year(number, 250_000)
    FundYear.objects.filter(pk=year.pk).update(state="closed")
    return fresh(year)


BEFORE = "Zusagen vor dem Portal stehen hier nicht."


def test_a_year_before_the_portal_says_so_and_carries_nothing_over(signed_in):
    granted()
    old, now = closed(), FundYear.objects.get(year=YEAR, sample=False)
    client = signed_in("leitung")

    pages = [page(client, "fund_money_year", each.year) for each in (old, now)]
    links = [reverse("admin:fund_money_act", args=[each.year, "uebertragen"]) for each in (old, now)]
    with pytest.raises(Refused) as refusal:
        budget.propose_carry_over(old, now, Decimal("5"), reference="Beschluss", by=lead().user, now=NOW)

    assert [BEFORE in each for each in pages] == [True, False]
    assert [link in each for link, each in zip(links, pages, strict=True)] == [False, True]
    assert BEFORE in page(client, "fund_money")
    assert refusal.value.reasons == [budget.BEFORE_PORTAL.format(year=old)]


@pytest.mark.parametrize(("state", "unknown"), [("closed", True), ("published", False)])
def test_as_long_as_there_is_no_case_only_a_closed_year_is_before_the_portal(state, unknown):
    year = create_other_year(YEAR - 1, 1000)
    FundYear.objects.filter(pk=year.pk).update(state=state)
    year.refresh_from_db()

    assert budget.before_portal([year]) == ({year.pk} if unknown else set())
    assert budget.before_portal([]) == set()


def test_what_was_promised_here_is_known_whatever_the_year():
    year = FundYear.objects.get(pk=granted().year_id)
    small()
    FundYear.objects.filter(pk=year.pk).update(year=YEAR - 5)

    assert budget.before_portal([fresh(year)]) == set()


def test_pots_that_give_more_than_the_year_are_told(signed_in):
    year = FundYear.objects.get(pk=has_money(small()).year_id)
    year.pots.create(tier_key="micro", share=Decimal("60000"))
    client = signed_in("leitung")

    fits = page(client, "fund_money_year", YEAR)
    year.pots.create(tier_key="project", share=Decimal("60000"))

    sentence = f"Die Töpfe geben zusammen mehr her als das Jahr {year}: 120.000 € von 100.000 €."
    assert [sentence in plain(each) for each in (fits, page(client, "fund_money_year", YEAR))] == [False, True]
    assert sentence in plain(page(client, "fund_money"))


def test_a_carry_over_left_empty_tells_everything_at_once(signed_in):
    has_money(small())
    address = reverse("admin:fund_money_act", args=[YEAR, "uebertragen"])

    empty = signed_in("leitung").post(address, {"seen": 1})
    unread = signed_in("leitung").post(address, {"seen": 1, "amount": "viel"})

    assert (empty.status_code, unread.status_code) == (422, 422)
    assert empty.context["reasons"] == [budget.NO_AMOUNT, budget.NO_SOURCE, budget.NO_TARGET]
    assert (list(unread.context["form"].errors), unread.context["reasons"]) == (["amount"], [budget.NO_SOURCE])
    assert CarryOver.objects.count() == 0


def test_who_closes_a_year_on_the_page_of_its_money_comes_back_to_it(signed_in):
    create_other_year(YEAR + 1)
    client, year = signed_in("leitung"), FundYear.objects.get(year=YEAR + 1)
    address = reverse("admin:fund_year_move", args=[year.pk, "close"])

    assert f"{address}?von=geld" in page(client, "fund_money_year", YEAR + 1)
    assert client.post(f"{address}?von=geld").url == reverse("admin:fund_money_year", args=[YEAR + 1])


def test_the_list_of_years_and_its_fields_write_amounts_as_letters_do(signed_in):
    year = create_other_year(YEAR + 1, "1100.50")
    year.pots.create(tier_key="micro", share=Decimal("1000"))
    client = signed_in("leitung")

    listed = plain(page(client, "fund_fundyear_changelist"))
    changed = page(client, "fund_fundyear_change", year.pk)

    assert ("1.100,50 €" in listed, "1100,50" in listed) == (True, False)
    assert 'value="1.000,00"' in changed


# Letters --------------------------------------------------------------------------------------------------------------


def test_a_sentence_of_a_letter_stays_short(signed_in):
    case, client = has_money(small()), signed_in("team1")
    address = reverse("admin:fund_act", args=[case.pk, "propose_approval"])
    typed = {"version": case.version, "amount": "1.000,00"}

    long = client.post(address, typed | {"sentence_de": "a" * 1001})
    fits = client.post(address, typed | {"sentence_de": "a" * 1000})

    assert (long.status_code, list(long.context["form"].errors), fits.status_code) == (422, ["sentence_de"], 302)


def test_the_warning_about_the_remedy_stands_only_before_the_release(signed_in):
    create_rules(remedy_de="")
    case = approve(has_money(small()), NOW)

    before = shown(signed_in("team1"), case)
    read_letter(case, NOW)
    after = shown(signed_in("team1"), release(fresh(case), NOW))

    assert [NO_REMEDY in each for each in (before, after)] == [True, False]


# The page of a case ---------------------------------------------------------------------------------------------------


def test_how_many_people_are_needed_is_said_while_the_team_decides(signed_in):
    case = propose(has_money(small()), "approval", NOW)
    proposed = shown(signed_in("team1"), case)
    decided = for_committee()
    file_paper(decided)
    said(decided)
    committee = shown(signed_in("team1"), confirm_said(decided))

    told = [re.search("nötig sind|nötig ist", section(each, "brief")) is not None for each in (proposed, committee)]
    assert told == [True, False]
    assert "nötig sind" not in section(shown(signed_in("team1"), granted(title="Zweites")), "brief")


def test_a_second_step_without_its_first_is_not_shown(signed_in):
    case = has_money(small())
    reopened = approve(has_money(small(title="Zweites")), NOW)
    client = signed_in("leitung")

    names = [
        [move.name for move, _reasons in client.get(reverse("admin:fund_case", args=[each.pk])).context["moves"]]
        for each in (case, propose(small(title="Drittes"), "approval", NOW), reopened)
    ]

    assert ["approve" in each for each in names] == [False, True, False]
    assert reversals.NOT_OPEN in NOT_BEGUN


@pytest.mark.parametrize(
    ("key", "typed", "told"),
    [
        ("requested", "9100", "9.100 €"),
        ("requested", "١٧٠٠", "1.700 €"),
        ("requested", "viel", "viel"),
        ("starts", "5.4.2027", "05.04.2027"),
        ("starts", "im Mai", "im Mai"),
        ("title", "1200", "1200"),
    ],
)
def test_the_office_reads_amounts_and_days_in_one_form(key, typed, told):
    filled = Filled.frozen(create_application("submitted")[0], {key: {"0": typed}})

    assert plain(reading.for_staff(STORED[key], filled)) == told


def test_lines_of_a_list_are_read_so_too_and_the_applicant_reads_what_she_typed():
    case = create_application("board_queue", answers=PROJECT)[0]
    case.revision.application = case
    case.revision.answers["cost_amount"] = {"1": "20000"}

    office = {
        each.question: plain(each.text) for _key, _title, asked in reading.sections(case.revision) for each in asked
    }

    assert any("20.000 €" in text for text in office.values())
    filled = Filled.frozen(case, case.revision.answers)
    assert reading.answered(STORED["cost_amount"], filled).text in ("", "20000")


# Meetings -------------------------------------------------------------------------------------------------------------


def test_a_seat_is_named_in_words_where_people_are_marked(signed_in):
    _case, item = in_meeting()
    seat = Seat.objects.get(number=90)

    lead_page = signed_in("team1").get(reverse("admin:fund_meeting_lead", args=[item.meeting_id])).content.decode()
    minutes = item.meeting.minutes.get()
    read = signed_in("team1").get(reverse("admin:minutes_read", args=[minutes.pk])).content.decode()

    assert [f"<td>{seat}</td>" in each for each in (lead_page, read)] == [True, True]
    assert str(seat) == f"Sitz 90: {seat.get_group_display()}"


def test_a_meeting_has_one_state_on_both_its_pages(signed_in):
    body, client = create_rules().tier("project").proposes, signed_in("team1")
    board()
    meeting = create_meeting(body, TODAY, starts=time(0), ends=None)
    begin(client, meeting)

    pages = [client.get(reverse(name, args=[meeting.pk])).content.decode() for name in MEETING_PAGES]

    assert ["<dd>läuft" in each for each in pages] == [True, True]
    meeting, minutes = fresh(meeting), meeting.minutes.get()
    assert meeting.told_state(TODAY + timedelta(days=1), minutes) == "hat stattgefunden"
    minutes.state = "laid"
    assert [meeting.told_state(TODAY, each) for each in (minutes, None)] == ["hat stattgefunden"] * 2


MEETING_PAGES = ("admin:fund_meeting_lead", "admin:meeting_desk")


def test_each_body_has_a_select_of_its_own_meetings(signed_in):
    waiting, holders = waiting_case(), board()
    stands(waiting, holders[0], now=NOW - timedelta(days=20))
    own = plan_meeting(TODAY + timedelta(days=40))
    other = Body.objects.create(key="anderes", kind=Body.Kind.WORKING_COMMITTEE)
    foreign = create_meeting(other, TODAY + timedelta(days=41))
    client, address = signed_in("team1"), reverse("admin:fund_agenda")

    groups = client.get(address).context["groups"]
    wrong = client.post(address, {"antrag": waiting.pk, "body": own.body_id, "meeting": foreign.pk})
    elsewhere = client.post(address, {"antrag": waiting.pk, "body": other.pk, "meeting": foreign.pk})

    offered = {each.body.pk: {key for key, _label in each.form.fields["meeting"].choices if key} for each in groups}
    assert (own.pk in offered[own.body_id], offered[other.pk]) == (True, {foreign.pk})
    assert foreign.pk not in offered[own.body_id]
    assert (wrong.status_code, elsewhere.status_code, fresh(waiting).state) == (422, 422, "board_queue")


def test_the_chairs_desk_tells_of_applications_that_wait_for_an_agenda(signed_in):
    board()
    before = section(page(signed_in("vorsitz"), "board_desk"), "wartet")
    waiting_case()

    answer = page(signed_in("vorsitz"), "board_desk")
    member = page(signed_in("gremium1"), "board_desk")

    assert ("Nichts wartet." in before, "Nichts wartet." in section(answer, "wartet")) == (True, False)
    assert "1 Antrag wartet auf eine Tagesordnung" in section(answer, "wartet")
    assert [f'href="{reverse("admin:fund_agenda")}"' in each for each in (answer, member)] == [True, False]


def test_a_case_on_an_agenda_waits_no_more(signed_in):
    put_on_agenda(create_application("board_queue", answers=PROJECT)[0])

    assert "Nichts wartet." in section(page(signed_in("vorsitz"), "board_desk"), "wartet")


# Papers, accounts, the log --------------------------------------------------------------------------------------------


def test_a_new_paper_with_a_bad_day_tells_what_else_is_missing(signed_in):
    for_committee()

    answer = signed_in("team1").post(reverse("admin:fund_filing_new"), {"session_1": "bald"})

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["session_1"])
    assert answer.context["reasons"] == [
        "Der Gegenstand fehlt.",
        "Nennen Sie mindestens einen Ausschuss.",
        filings.NO_CASE,
    ]


@pytest.mark.parametrize(
    ("pattern", "example"), [("9999/9999", "0993/2022"), ("99-9999", "09-9320"), ("A 9", "A 0"), ("", "")]
)
def test_the_form_of_a_number_is_shown_by_an_example_that_fits(pattern, example):
    assert filings.example_of(pattern) == example
    assert filings.fits(example, pattern)


def test_a_point_of_the_minutes_is_named_as_one_unless_it_names_itself():
    assert [yearly.point_of(each) for each in ("7", "7.1", "TOP 7", "Ö 3")] == ["TOP 7", "TOP 7.1", "TOP 7", "Ö 3"]


def test_the_money_of_the_yearly_list_adds_up():
    year = FundYear.objects.get(pk=release(approve(has_money(small()), NOW), NOW).year_id)
    told = yearly.of(year)

    assert year.ceiling - told.promised - told.held == told.free


def test_an_invitation_left_empty_tells_each_missing_field_by_its_name(signed_in):
    answer = signed_in("leitung").post(reverse("admin:invite"), {"language": "de"})

    errors = [sentence for each in answer.context["form"].errors.values() for sentence in each]
    assert (answer.status_code, len(errors), len(set(errors))) == (422, 4, 4)


def test_the_log_is_filtered_by_whom(signed_in):
    answer = page(signed_in("datenschutz"), "accounts_auditentry_changelist")

    assert "Nach wem" in " ".join(answer.split())
    assert "Nach von" not in " ".join(answer.split())


def test_the_bookings_of_a_year_have_a_heading_to_read(signed_in):
    year = FundYear.objects.get(pk=granted().year_id)
    client = signed_in("finanzen")

    titles = [client.get(reverse("admin:fund_ledger", args=[YEAR]), query).context["title"] for query in ({}, HELD)]

    assert titles == [f"Alle Buchungen {year}", f"Buchungen {year}: vorgemerkt"]


HELD = {"art": "vorgemerkt"}


def test_somebody_without_her_password_is_spoken_to_with_sie(client):
    text = client.get("/konto/password/reset/").content.decode()
    done = client.get("/konto/password/reset/done/").content.decode()

    assert [re.search(r"\b([Dd]eine?|[Dd]u|kontaktiere|[Gg]ib)\b", each) for each in (text, done)] == [
        None,
        None,
    ]


def test_a_reviewer_reads_her_question_once():
    assert str(ReviewForm().fields["word"].label) != "Meine Einschätzung"
