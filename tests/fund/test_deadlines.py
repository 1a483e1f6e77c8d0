"""What is due when: every kind of deadline once, in the order of its days, real cases and examples apart."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from fund.desk import deadlines, waiting
from fund.desk.deadlines import Wait
from fund.models import Application, ApplicationChange, CaseMessage, FiledCase
from tests.fund.factories import (
    PROJECT,
    approve,
    create_application,
    has_money,
    lead,
    plan_meeting,
    team,
)
from tests.fund.test_desk import section, soon
from tests.fund.test_index_desk import filed, large, on_agenda, recorded, result_of
from wir.accounts.models import User
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)


def days(number):
    return TODAY + timedelta(days=number)


def case(state="formal_check", now=NOW, **values):
    return create_application(state, now, **soon() | values)[0]


def found(samples=(False,), name="team1"):
    return deadlines.list_for(team(name).user, samples, TODAY)


def of(application):
    """[(day, what, for whom)] of one case."""
    return [(each.day, each.what, each.wait) for each in found() if each.reference == application.reference]


def what(key):
    return deadlines.WHAT[key]


def test_the_team_answers_within_its_days():
    application = case("submitted", NOW - timedelta(days=3))

    promised = days(application.rule_set.answer_days_micro - 3)
    assert of(application) == [(promised, *what("answer"))]


def test_an_answer_that_is_overdue_is_late_and_on_top():
    case("submitted", title="Neu", organisation="Neu")
    late = case("submitted", NOW - timedelta(days=60))

    first = found()[0]

    assert (first.reference, first.is_late) == (late.reference, True)


def test_who_was_asked_answers_until_the_day_of_the_question():
    application = case("info_requested")

    assert of(application) == [(days(21), *what("question"))]


def test_a_missing_translation_has_its_day():
    application = case("info_requested")
    CaseMessage.objects.create(
        application=application, from_office=False, language="tr", text="x", sent_at=NOW, translate_by=days(2)
    )

    assert (days(2), *what("translation")) in of(application)


def test_an_item_is_recorded_then_confirmed():
    open_item, done = large(title="Offen"), large(title="Eingetragen")
    on_agenda(open_item, days(-1))
    recorded(done, day=days(-1))
    on_agenda(large(title="Später"), days(5))

    assert of(open_item) == [(days(-1), *what("recording"))]
    assert of(done) == [(days(-1), *what("confirming"))]
    assert [each for each in found() if each.title == "Später"] == []


def test_a_paper_waits_for_its_session_and_then_for_its_result():
    coming, over, entered = large(title="Kommt"), large(title="War"), large(title="Fertig")
    filed(coming, days(6))
    filed(over, days(-1), number="2/2027")
    result_of(*filed(entered, days(-2), number="3/2027"))

    assert of(coming) == [(days(6), *what("session"))]
    assert of(over) == [(days(-1), *what("committee"))]
    assert of(entered) == [(TODAY, *what("checking"))]


def test_a_session_of_today_is_none_that_was():
    application = large(title="Heute")
    filed(application, TODAY)

    assert of(application) == [(TODAY, *what("session"))]


def test_a_result_leads_to_the_page_where_it_is_entered_or_confirmed():
    item, done = on_agenda(large(title="Offen"), days(-1)), recorded(large(title="Eingetragen"), day=days(-1))
    result = result_of(*filed(large(title="Ausschuss"), days(-2)))

    pages = {each.title: each.address for each in found()}
    of_lead = {each.title: each.address for each in deadlines.list_for(lead().user, (False,), TODAY)}
    of_reader = [each.address for each in deadlines.list_for(User.objects.get(username="datenschutz"), (False,), TODAY)]

    assert pages["Offen"] == reverse("admin:fund_meeting_item", args=[item.pk])
    assert pages["Eingetragen"] == reverse("admin:fund_meeting_item", args=[done.pk])
    assert pages["Ausschuss"] == reverse("admin:fund_filing", args=[result.case.filing_id])
    assert of_lead["Ausschuss"] == reverse("admin:fund_step_result", args=[result.pk, "bestaetigen"])
    cases = (item.application_id, done.application_id, result.case.application_id)
    assert {*of_reader} == {reverse("admin:fund_case", args=[pk]) for pk in cases}


def test_what_was_put_off_is_no_deadline_any_more():
    application = large(title="Vertagt")
    result = result_of(*filed(application, days(-2)))
    FiledCase.objects.filter(pk=result.case_id).update(ended_at=NOW)

    assert of(application) == []


def test_a_hold_that_ends_soon_is_told_and_a_later_one_is_not():
    soon_over, later = large("committee_queue", title="Bald"), large("committee_queue", title="Später")
    for each, number in ((soon_over, 10), (later, 100)):
        Application.objects.filter(pk=each.pk).update(hold_until=days(number))

    assert of(soon_over) == [(days(10), *what("hold"))]
    assert of(later) == []


def test_a_letter_waits_from_the_day_of_the_decision():
    application = approve(has_money(case("team_decision")), NOW)

    assert (TODAY, *what("letter")) in of(application)


def test_papers_are_due_before_the_meeting():
    large()
    meeting = plan_meeting(days(40))
    plan_meeting(days(100))

    meetings = [(each.day, each.wait) for each in found() if not each.reference]

    paper_days = 7
    assert meetings == [(meeting.day - timedelta(days=paper_days), Wait.US), (meeting.day, Wait.CLOCK)]


def test_a_letter_to_print_stands_with_the_day_it_was_written():
    case("submitted", mail=None, post="Musterweg 1\n00000 Musterstadt", title="a", organisation="a")
    Message.objects.filter(about_model="fund.application", state=Message.State.OPEN).update(
        written_at=NOW - timedelta(days=3)
    )

    (waiting,) = (each for each in found() if each.what == "Brief drucken und abschicken")

    assert (waiting.day, waiting.title, waiting.is_late) == (days(-3), "a", True)


def test_each_side_can_be_looked_at_alone():
    case("submitted", title="Neu", organisation="Neu")
    asked = case("info_requested", title="Gefragt", organisation="Gefragt")
    plan_meeting(days(40))

    alone = deadlines.list_for(team().user, (False,), TODAY, Wait.APPLICANTS)

    assert [each.reference for each in alone] == [asked.reference]
    assert {each.wait for each in deadlines.list_for(team().user, (False,), TODAY, Wait.CLOCK)} == {Wait.CLOCK}


def test_a_case_that_was_opened_again_is_promised_anew():
    application = case("submitted", NOW - timedelta(days=40))
    Application.objects.filter(pk=application.pk).update(round=2)
    ApplicationChange.objects.create(
        application=application, move="reopen_again", target="formal_check", at=NOW, by_kind="team"
    )

    assert of(application) == [(days(application.rule_set.answer_days_micro), *what("answer"))]


def test_everything_stands_in_the_order_of_its_days():
    case("submitted", NOW - timedelta(days=60))
    filed(large(title="Kommt"), days(6))
    plan_meeting(days(40))
    case("info_requested", title="Gefragt", organisation="Gefragt")

    order = [each.day for each in found()]

    assert order == sorted(order)
    assert len(order) >= 4


def test_examples_are_in_no_list_of_real_cases():
    case("info_requested", sample=True, title="Erfunden")
    case("info_requested", title="Echt")

    assert [[each.title for each in found(samples) if each.title] for samples in ((False,), (True,))] == [
        ["Echt"],
        ["Erfunden"],
    ]
    assert sorted(each.sample for each in found((False, True)) if each.title) == [False, True]


def test_no_more_lines_than_fit_and_the_first_ones(monkeypatch):
    for number in range(3):
        case("info_requested", title=f"{number}", organisation=f"{number}")
    every = found()

    monkeypatch.setattr(deadlines, "MOST", 2)

    assert (len(every), found()) == (3, every[:2])


def test_the_desk_says_it_in_one_sentence(signed_in):
    case("submitted", title="a", organisation="a")
    create_application("submitted", NOW, answers=PROJECT | soon())
    case("info_requested", title="b", organisation="b")
    held = large("committee_running", title="c")
    Application.objects.filter(pk=held.pk).update(hold_until=days(3))

    text = section(signed_in("team1").get(reverse("admin:fund_desk")).content.decode(), "fristen")

    assert "Zwei Anträge warten auf uns, einer auf Antragstellende, eine Vormerkung endet bald." in text


@pytest.mark.parametrize(
    ("numbers", "sentence"),
    [
        ({}, "Kein Antrag wartet auf uns, keiner auf Antragstellende, keine Vormerkung endet bald."),
        (
            {"submitted": 1, "ending": 2},
            "Ein Antrag wartet auf uns, keiner auf Antragstellende, zwei Vormerkungen enden bald.",
        ),
        (
            {"submitted": 5, "info_requested": 3, "ending": 1},
            "Fünf Anträge warten auf uns, drei auf Antragstellende, eine Vormerkung endet bald.",
        ),
        (
            {"team_decision": 40, "agreement_sent": 13},
            "40 Anträge warten auf uns, 13 auf Antragstellende, keine Vormerkung endet bald.",
        ),
    ],
)
def test_the_sentence_agrees_with_its_numbers(numbers, sentence):
    assert waiting.balance(numbers) == sentence
