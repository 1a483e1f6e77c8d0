"""What applicants learn of the committees: nothing before the paper is public, the proposal by that day, no result."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext

from fund import access, clock, filings, money, promise, telling
from fund.desk.filings import to_tell
from fund.models import FiledCase, Filing, FundYear
from fund.workflow import perform
from tests.fund.factories import (
    ADVICE,
    DECISION,
    LATER_ON,
    MET,
    NOON,
    TOLD,
    at,
    board_item,
    confirm_said,
    file_paper,
    for_committee,
    fresh,
    has_no_money,
    lead,
    release,
    said,
    step_of,
    team,
    withdraw,
)
from wir.languages import registry
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

BEFORE, ON_THE_DAY = at(TOLD - timedelta(days=1)), at(TOLD)


def told(case, now=ON_THE_DAY):
    with translation.override("en"):
        return telling.told(fresh(case), now)


@pytest.mark.parametrize("outcome", ["proposed", "not_proposed", "impossible"])
def test_the_proposal_is_told_from_the_day_the_paper_is_public(outcome):
    case = for_committee(outcome)
    waiting = told(case)
    file_paper(case)

    before, after = told(case, BEFORE), told(case)

    assert (waiting, before) == (None, None)
    with translation.override("en"):
        words = telling.proposal(case.items.get())
    assert (after.proposal, after.number, after.was_put_off) == (words, "1234/2027", False)
    assert ("€16,000" in str(after.proposal)) == (outcome == "proposed")
    assert [(each.decides, each.has_advised) for each in after.stations] == [(False, False), (True, False)]


def test_a_result_changes_nothing_until_it_is_released():
    case = for_committee()
    file_paper(case)
    before = told(case, LATER_ON)

    said(case, "no", why_de="Kein Bedarf.")
    recorded = told(case, LATER_ON)
    confirm_said(case)
    decided = told(case, LATER_ON)
    type(case).objects.filter(pk=case.pk).update(decision_released_at=LATER_ON)

    assert (recorded, decided, told(case, LATER_ON)) == (before, before, None)


@pytest.mark.parametrize("advice", ["recommended", "not_recommended", "noted"])
def test_advice_is_told_as_given_and_not_what_it_was(advice):
    case = for_committee()
    file_paper(case)
    result = said(case, advice, decides=False)
    before = told(case, LATER_ON)

    perform(fresh(case), "confirm_step", by=lead(), now=LATER_ON, result=result)

    first, *others = before.stations
    assert (first.has_advised, len(others)) == (False, 1)
    assert told(case, LATER_ON) == replace(before, stations=[replace(first, has_advised=True), *others])


def test_advice_counts_on_when_the_case_comes_again_with_the_same_paper():
    case = for_committee()
    filing = file_paper(case)
    advice = said(case, "recommended", decides=False)
    perform(fresh(case), "confirm_step", by=lead(), now=LATER_ON, result=advice)
    said(case, "postponed")
    july = {step_of(filing).pk: date(2027, 7, 1)}

    filings.file_again(fresh(filing), cases=[fresh(case)], sessions=july, by=team(), now=LATER_ON)

    first, last = told(case, LATER_ON).stations
    assert (first.has_advised, first.day, last.day) == (True, ADVICE, date(2027, 7, 1))


@pytest.mark.parametrize("language", [each.code for each in registry.LANGUAGES])
def test_a_session_that_was_is_told_as_past_whatever_came_of_it(language):
    case = for_committee()
    file_paper(case)

    def page(now):
        with translation.override(language):
            return render_to_string("fund/case/committee.html", {"committee": telling.told(fresh(case), now)})

    ahead, on_the_day, past = page(ON_THE_DAY), page(at(DECISION)), page(at(DECISION + timedelta(days=1)))
    said(case, "no", why_de="Kein Bedarf.")
    recorded = page(LATER_ON)
    confirm_said(case)

    with translation.override(language):
        waits = escape(gettext("We write to you as soon as our letter is ready."))
    assert [waits in text for text in (ahead, on_the_day, past)] == [False, False, True]
    assert page(LATER_ON) == recorded == past


def test_a_yes_without_money_is_told_by_its_letter_and_by_nothing_before():
    case = for_committee()
    file_paper(case)
    has_no_money(case)
    said(case, "changed", amount=Decimal("18000"), more_agreed="Brief vom 2. Juni", why_de="Mehr Personal.")
    today = at(DECISION + timedelta(days=1)).date()

    def shown():
        known = telling.told(fresh(case), LATER_ON), promise.answer_by(fresh(case), LATER_ON)
        return *known, money.told(FundYear.objects.get(pk=case.year_id), today)

    before = shown()
    perform(fresh(case), "waitlist_in_committee", by=lead(), now=LATER_ON)

    assert shown() == before
    assert fresh(case) in [each.application for each in to_tell(sample=False)]


def test_a_case_that_was_put_off_is_told_so_and_its_next_session_too():
    case = for_committee()
    file_paper(case)
    said(case, "postponed")
    put_off = told(case, LATER_ON)

    file_paper(fresh(case), supplement="E1")

    again = told(case, LATER_ON)
    assert (put_off.was_put_off, again.was_put_off, again.number) == (True, False, "1234/2027 E1")


def test_the_day_of_a_decision_stays_when_another_case_comes_again():
    decided, waits, put_off = for_committee(), for_committee(title="Zweites"), for_committee(title="Drittes")
    filing = file_paper(decided, waits, put_off)
    said(waits, "no", why_de="Kein Bedarf.")
    said(decided)
    confirm_said(decided)
    said(put_off, "postponed")
    before = [told(each, LATER_ON) for each in (decided, waits)]
    july = {step_of(filing).pk: date(2027, 7, 1)}

    filings.file_again(fresh(filing), cases=[fresh(put_off)], sessions=july, by=team(), now=LATER_ON)

    assert [told(each, LATER_ON) for each in (decided, waits)] == before
    assert told(put_off, LATER_ON).stations[-1].day == date(2027, 7, 1)


def test_a_decision_on_another_day_than_planned_is_not_told_by_its_day():
    case = for_committee()
    file_paper(case)
    before = told(case, LATER_ON)

    said(case, session_on=DECISION - timedelta(days=1))

    assert told(case, LATER_ON) == before


def test_the_message_of_a_decided_case_keeps_its_day_when_another_case_comes_again():
    decided, put_off = for_committee(language="en"), for_committee(title="Zweites", language="en")
    filing = file_paper(decided, put_off, told_on=LATE)
    said(decided)
    confirm_said(decided)
    said(put_off, "postponed")
    july = {step_of(filing).pk: date(2027, 7, 1)}
    filings.file_again(fresh(filing), cases=[fresh(put_off)], sessions=july, by=team(), now=LATER_ON)

    clock.run(at(LATE))

    assert ["17 June 2027" in messages(each).get().text for each in (decided, put_off)] == [True, False]


def test_who_took_the_application_back_reads_nothing_of_it():
    case = for_committee()
    file_paper(case)

    withdraw(case, LATER_ON)

    assert told(case, LATER_ON) is None


def test_a_result_of_an_earlier_round_is_not_told_again():
    case = for_committee()
    file_paper(case)
    type(case).objects.filter(pk=case.pk).update(round=2)

    assert told(case) is None


# The message ----------------------------------------------------------------------------------------------------------


def messages(case):
    return Message.objects.filter(about_id=case.pk, kind="paper_is_public")


def test_the_applicant_hears_of_it_on_the_day_and_once():
    case = for_committee()
    file_paper(case)

    clock.run(BEFORE)
    early = messages(case).count()
    clock.run(ON_THE_DAY)
    clock.run(LATER_ON)

    message, at = messages(case).get(), case.filings.get().told_at
    assert (early, message.mail, at) == (0, "elif@example.org", ON_THE_DAY)
    assert [part for part in ("16,000", "1234/2027", "Verwaltungsausschuss") if part not in english(case)] == []


def english(case):
    type(case).objects.filter(pk=case.pk).update(language="en")
    FiledCase.objects.update(told_at=None)
    Message.objects.filter(kind="paper_is_public").delete()
    clock.run(LATER_ON)
    return messages(case).get().text


def test_a_paper_that_is_public_already_tells_at_once():
    case = for_committee("not_proposed", language="en")

    file_paper(case, told_on=timezone.localdate(NOON))

    assert "has not proposed your project" in messages(case).get().text


def test_who_left_the_paper_before_its_day_hears_nothing_of_it():
    case = for_committee()
    file_paper(case)
    withdraw(case)

    clock.run(LATER_ON)

    assert messages(case).count() == 0


LATE = LATER_ON.date() + timedelta(days=5)  # the paper becomes public after its committees have met


@pytest.mark.parametrize("result", ["yes", "no"])
def test_a_decision_before_the_paper_is_public_takes_nothing_from_the_message_and_adds_nothing(result):
    decided, open_one = for_committee(language="en"), for_committee(title="Zweites", language="en")
    file_paper(decided, open_one, told_on=LATE)
    said(decided, result, **({"why_de": "Kein Bedarf."} if result == "no" else {}))
    confirm_said(decided)

    clock.run(LATER_ON)
    early = messages(decided).count()
    clock.run(at(LATE))
    clock.run(at(LATE + timedelta(days=1)))

    texts = [messages(each).get().text.replace(each.reference, "") for each in (decided, open_one)]
    assert early == 0
    assert texts[0].partition("\n\nYour")[0] == texts[1].partition("\n\nYour")[0]
    assert ["decides on" in text for text in texts] == [False, False]  # its day is over; what came of it is not told
    assert ["was on 17 June 2027" in " ".join(text.split()) for text in texts] == [True, True]


@pytest.mark.parametrize("result", ["postponed", "referred"])
def test_who_was_put_off_before_the_paper_is_public_hears_of_it_without_a_day_that_is_none(result):
    case = for_committee(language="en")
    file_paper(case, told_on=LATE)
    said(case, result)

    clock.run(at(LATE))

    text = " ".join(messages(case).get().text.split())
    assert ("16,000" in text, "1234/2027" in text, "at another meeting" in text) == (True, True, True)
    assert "decides on" not in text


def test_a_case_that_came_again_before_the_paper_is_public_hears_of_it_once():
    case = for_committee(language="en")
    filing = file_paper(case, told_on=LATE)
    said(case, "postponed")
    july = {step_of(filing).pk: date(2027, 7, 1)}
    filings.file_again(fresh(filing), cases=[fresh(case)], sessions=july, by=team(), now=LATER_ON)

    clock.run(at(LATE))

    assert "1 July 2027" in messages(case).get().text


def test_whoever_has_the_letter_is_not_told_of_the_proposal_after_it():
    case = for_committee()
    file_paper(case, told_on=LATE)
    said(case)
    release(confirm_said(case), LATER_ON)

    clock.run(at(LATE))

    assert messages(case).count() == 0


# The page -------------------------------------------------------------------------------------------------------------


def shown(client, case, code="en"):
    secret = access.secret_of(case.keys.get())
    with translation.override(code):
        answer = client.get(reverse("fund:case", args=[secret]), follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("code", [language.code for language in registry.LANGUAGES])
def test_the_page_tells_number_session_and_proposal_once_they_are_public(client, code):
    now = timezone.now()
    case = for_committee()
    day = timezone.localdate(now)
    file_paper(case)
    Filing.objects.update(told_on=day + timedelta(days=1))
    before = shown(client, case, code)
    Filing.objects.update(told_on=day)

    after = shown(client, case, code)

    assert ("1234/2027" in before, 'id="ausschuss"' in before) == (False, False)
    assert [part in after for part in ('id="ausschuss"', "1234/2027", "Verwaltungsausschuss", "2027")] == [True] * 4


def test_a_recorded_result_leaves_the_page_as_it_was(client):
    case = for_committee()
    file_paper(case)
    Filing.objects.update(told_on=timezone.localdate() - timedelta(days=1))
    before = shown(client, case)

    said(case, "no", why_de="Geheim Kein Bedarf.")

    assert shown(client, case) == before


def test_the_promised_day_counts_from_the_meeting_of_the_board():
    case, later = for_committee(), date(2027, 5, 27)
    weeks = timedelta(weeks=case.rule_set.committee_weeks)
    before = promise.answer_by(case, NOON)
    board_item(case, day=later)

    assert before == (MET + weeks, promise.MEETING)
    assert promise.answer_by(case, NOON) == (later + weeks, promise.MEETING)
