"""The clock: drafts, reminders and ends, day by day, each once."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from fund import clock
from fund.actors import APPLICANT
from fund.models import Application
from fund.workflow import perform
from tests.fund.factories import (
    NOON,
    TODAY,
    ask,
    at,
    create_application,
    create_draft,
    deliver,
    fresh,
    submit,
    take,
    team,
    touch,
)
from wir.outbox import reminders
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db


def kinds(case):
    return list(Message.objects.filter(about_id=case.pk).order_by("pk").values_list("kind", flat=True))


def days_of(case, kind, first, last, *, worker=True):
    """{day: state} of every day on which the clock wrote a message of this kind; it runs twice a day."""
    found = {}
    for number in range(first, last + 1):
        now = at(TODAY + timedelta(days=number))
        before = kinds(case).count(kind)
        for _twice in range(2):
            assert clock.run(now) == []
            if worker:
                deliver(case, now)
        new = kinds(case).count(kind) - before
        if new:
            found[number] = new
    return found


# Questions: day 0 is the day of the question, day 21 its last ---------------------------------------------------------


def test_reminders_come_at_their_days_once_each_and_then_the_case_ends():
    case, _secret = create_application("info_requested")
    deliver(case)

    reminded = days_of(case, "changes_reminder", 7, 21)
    assert (reminded, fresh(case).state) == ({14: 1, 19: 1}, "info_requested")
    ended = days_of(case, "application_lapsed", 22, 81)

    assert (ended, fresh(case).state) == ({22: 1}, "lapsed")
    assert kinds(case).count("changes_reminder") == 2


def test_send_reminders_writes_them_too():
    case, _secret = create_application("info_requested")
    deliver(case)

    for _twice in range(2):
        assert reminders.run(at(TODAY + timedelta(days=14))) == []

    assert kinds(case).count("changes_reminder") == 1


def test_more_time_begins_the_reminders_anew():
    case, _secret = create_application("info_requested")
    deliver(case)
    assert days_of(case, "changes_reminder", 14, 20) == {14: 1, 19: 1}
    perform(fresh(case), "extend", by=team(), now=at(TODAY + timedelta(days=20)), due=TODAY + timedelta(days=40))

    assert days_of(case, "changes_reminder", 20, 40) == {33: 1, 38: 1}
    assert fresh(case).state == "info_requested"


def test_an_answer_ends_the_reminders():
    case, _secret = create_application("info_requested")
    deliver(case)
    assert days_of(case, "changes_reminder", 14, 15) == {14: 1}
    perform(touch(fresh(case)), "answer", by=APPLICANT, now=at(TODAY + timedelta(days=16)))

    assert days_of(case, "changes_reminder", 16, 81) == {}
    assert fresh(case).state == "formal_check"


def test_who_was_not_reached_is_not_reminded_and_loses_nothing():
    by_post = {"mail": None, "post": "Elif Kaya\nMusterstraße 1\n30159 Hannover"}
    case = ask(take(submit(create_draft(**by_post)[0])))

    assert days_of(case, "changes_reminder", 7, 81, worker=False) == {}
    assert fresh(case).state == "info_requested"


def test_reminders_that_did_not_leave_end_no_case():
    case, _secret = create_application("info_requested")
    deliver(case)

    assert days_of(case, "changes_reminder", 14, 81, worker=False) == {14: 1, 19: 1}
    assert fresh(case).state == "info_requested"


# Drafts: kept for 90 days, warned of after 60 and 83 ------------------------------------------------------------------


def test_a_draft_is_warned_of_twice_and_erased():
    draft, _secret = create_draft()

    assert days_of(draft, "draft_expires", 55, 89) == {60: 1, 83: 1}
    assert fresh(draft).state == "draft"
    days_of(draft, "draft_expires", 90, 91)

    assert (fresh(draft).state, draft.answers.count()) == ("erased", 0)
    assert set(Message.objects.filter(about_id=draft.pk).values_list("mail", "text")) == {("", "")}


def test_a_draft_that_is_saved_again_begins_anew():
    draft, _secret = create_draft()
    assert days_of(draft, "draft_expires", 55, 62) == {60: 1}
    later = at(TODAY + timedelta(days=63))
    Application.objects.filter(pk=draft.pk).update(saved_at=later, warned=0)

    assert days_of(draft, "draft_expires", 63, 122) == {}
    assert days_of(draft, "draft_expires", 123, 150) == {123: 1, 146: 1}
    days_of(draft, "draft_expires", 151, 153)
    assert fresh(draft).state == "erased"


def test_a_draft_of_somebody_without_a_way_to_be_reached_is_erased_unwarned():
    draft, _secret = create_draft(mail=None)

    assert days_of(draft, "draft_expires", 59, 89) == {}
    days_of(draft, "draft_expires", 90, 90)

    assert fresh(draft).state == "erased"


def test_after_a_long_standstill_a_draft_is_warned_of_before_it_goes():
    draft, _secret = create_draft()

    assert days_of(draft, "draft_expires", 120, 127) == {120: 1, 121: 1}
    assert fresh(draft).state == "draft"
    days_of(draft, "draft_expires", 128, 128)

    assert fresh(draft).state == "erased"


def test_what_was_handed_in_does_not_expire():
    case, _secret = create_application("submitted")

    days_of(case, "draft_expires", 60, 100)

    assert (fresh(case).state, "draft_expires" in kinds(case)) == ("submitted", False)


# Faults ---------------------------------------------------------------------------------------------------------------


def test_one_bad_row_stops_no_other_and_the_command_fails(monkeypatch):
    bad, _secret = create_draft()
    good, _secret = create_draft()
    Application.objects.update(saved_at=NOON - timedelta(days=400), warned=2)
    really = clock.perform

    def perform_or_fail(application, name, **values):
        if application.pk == bad.pk:
            raise RuntimeError("Geheimnis")
        return really(application, name, **values)

    monkeypatch.setattr(clock, "perform", perform_or_fail)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOON)

    with pytest.raises(CommandError) as error:
        call_command("expire_drafts")

    assert (fresh(bad).state, fresh(good).state) == ("draft", "erased")
    assert (error.value.returncode, f"expire {bad.pk}: RuntimeError" in str(error.value)) == (1, True)
    assert "Geheimnis" not in str(error.value)


def test_the_command_says_when_all_is_done(capsys):
    call_command("expire_drafts")

    assert "done" in capsys.readouterr().out
