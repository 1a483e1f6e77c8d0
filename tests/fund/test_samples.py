"""Examples of applications: every kind, way and state at least once, marked, repeatable, counted by nothing real."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from fund import samples_rules
from fund.models import (
    Application,
    ApplicationChange,
    CommitteeStep,
    Decision,
    Flag,
    Letter,
    StepResult,
    TierKey,
)
from fund.queue import waiting_cases
from fund.samples import NoStaff, make_sample_applications
from fund.samples_stories import STORIES
from fund.samples_texts import TEXTS
from fund.tasklist import gaps
from wir.accounts.models import User
from wir.languages import registry
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

State = Application.State
REACHED = {
    State.DRAFT,
    State.SUBMITTED,
    State.FORMAL_CHECK,
    State.INFO_REQUESTED,
    State.TEAM_DECISION,
    State.BOARD_QUEUE,
    State.COMMITTEE_QUEUE,
    State.COMMITTEE_RUNNING,
    State.BOARD_MEETING,
    State.APPROVED,
    State.WAITLISTED,
    State.ACTIVE,
    State.REJECTED,
    State.INELIGIBLE,
    State.WITHDRAWN,
    State.LAPSED,
    State.ERASED,
}


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_URL_STORE = f"file://{tmp_path}"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def demo(now):
    """As many as the demo makes."""
    return make_sample_applications(len(STORIES), seed=1, now=now)


def test_every_kind_tier_language_and_state_occurs(demo):
    cases = Application.objects.all()

    assert {case.state for case in cases} == REACHED
    assert {case.revision.kind for case in cases if case.revision} == {
        "organisation",
        "group",
        "person",
        "tandem",
        "unit",
    }
    assert {case.tier for case in cases if case.revision} == set(TierKey.values)
    assert {case.language for case in cases} == {language.code for language in registry.LANGUAGES} == set(TEXTS)
    assert {case.intake for case in cases} == {"web", "paper"}


def test_every_move_of_the_table_that_people_and_the_clock_make_occurs(demo):
    assert set(ApplicationChange.objects.values_list("move", flat=True)) == {
        "submit",
        "take",
        "ask",
        "answer",
        "lapse",
        "propose_refusal",
        "refuse",
        "forward_to_team",
        "forward_to_body",
        "put_on_agenda",
        "confirm_proposal",
        "file_paper",
        "record_step",
        "send_back",
        "approve_in_committee",
        "release_refusal",
        "propose_approval",
        "propose_rejection",
        "propose_waitlist",
        "waitlist",
        "move_year",
        "approve",
        "reject",
        "release_decision",
        "activate",
        "withdraw",
        "discard",
        "expire",
        "reopen",
        "propose_correction",
        "propose_reopening",
        "reopen_again",
        "merge",
    }


def test_where_the_money_does_not_reach_a_case_waits_for_it(monkeypatch, now):
    monkeypatch.setattr(samples_rules, "CEILING", Decimal(3_000))
    monkeypatch.setattr(samples_rules, "CUT", Decimal(1_000))
    monkeypatch.setattr(samples_rules, "SHARES", {TierKey.MICRO: 100, TierKey.PROJECT: 2_000})

    cases = make_sample_applications(len(STORIES), seed=1, now=now)

    assert len(cases) == len(STORIES)
    made = Counter(case.state for case in cases)
    granting = {State.APPROVED, State.ACTIVE, State.COMMITTEE_QUEUE, State.COMMITTEE_RUNNING} & set(made)
    assert granting == {State.COMMITTEE_QUEUE}  # the one that the board does not propose
    assert made[State.COMMITTEE_QUEUE] == 1
    waiting = Decision.objects.filter(application__state=State.WAITLISTED, dropped_at=None)
    assert set(waiting.values_list("maker", "application__year__year")) == {
        ("team", now.year),
        ("body", now.year),
        ("team", now.year + 1),  # the one that shall wait there
    }
    assert {case.year.free for case in cases if case.year} == {Decimal(3_000), Decimal(100)}


def test_letters_stand_at_each_of_their_stages_and_two_people_refused(demo):
    letters = Letter.objects.select_related("decision")

    stages = {(letter.read_at is not None, letter.released_at is not None) for letter in letters}
    assert stages == {(False, False), (True, False), (True, True)}
    assert all(letter.decision.proposed_by_id != letter.decision.confirmed_by_id for letter in letters)
    assert all(letter.read_by_id != letter.drafted_by_id for letter in letters if letter.read_at)


def test_messages_go_both_ways_flags_are_raised_and_a_helper_is_named(demo):
    messages = [message for case in demo for message in case.messages.all()]

    assert {(m.from_office, bool(m.translation), m.handled_at is not None) for m in messages} == {
        (False, True, True),
        (True, False, False),
        (False, False, False),
    }
    assert set(Flag.objects.values_list("kind", flat=True)) == {Flag.Kind.DUPLICATE, Flag.Kind.EARLY_START}
    assert [helper.name for case in demo for helper in case.helpers.all()] == ["Toni Beispiel"]
    assert sum(case.files.count() for case in demo) == 2


def test_what_was_handed_in_is_complete_and_nothing_happens_in_the_future(demo, now):
    handed_in = [case for case in demo if case.revision]

    assert [gaps(case) for case in handed_in] == [[] for _ in handed_in]
    assert all(change.at <= now for change in ApplicationChange.objects.all())
    assert all(case.started_at < case.submitted_at for case in handed_in)
    assert min(case.submitted_at for case in handed_in) < now - timedelta(days=40)


def test_committees_of_examples_meet_after_their_paper_is_filed_and_their_results_are_of_that_day(demo):
    steps = CommitteeStep.objects.filter(filing__filed_at__isnull=False).select_related("filing")
    results = StepResult.objects.select_related("step")

    assert [each for each in steps if each.session_on < timezone.localdate(each.filing.filed_at)] == []
    assert [each for each in results if each.session_on != each.step.session_on] == []
    assert len(steps) > 2
    assert len(results) > 2


def test_nothing_real_counts_them(demo):
    assert Application.objects.real().count() == 0
    assert all(case.sample and case.year.sample for case in demo if case.year)
    assert {case.state for case in demo} >= {State.BOARD_QUEUE}
    assert waiting_cases() == {}


def test_the_same_seed_gives_the_same_cases(now):
    def told(cases):
        return [(case.state, case.language, case.revision and case.revision.answers) for case in cases]

    first = told(make_sample_applications(4, seed=7, now=now))
    remove_all()
    again = told(make_sample_applications(4, seed=7, now=now))
    remove_all()
    other = told(make_sample_applications(4, seed=8, now=now))

    assert again == first
    assert other != first


def remove_all():
    ApplicationChange.objects.all().delete()
    Application.objects.update(revision=None, state=State.DRAFT)
    Application.objects.all().delete()


def test_two_runs_have_no_applicant_in_common(now):
    first = make_sample_applications(3, seed=1, now=now)
    second = make_sample_applications(3, seed=1, now=now)

    names = [case.revision.applicant for case in first + second if case.revision]
    assert len(names) == len(set(names))


def test_no_mail_goes_to_a_real_host_and_none_waits_for_the_worker(settings, now):
    settings.DEMO = True
    make_sample_applications(len(STORIES), seed=1, now=now)

    mails = Message.objects.filter(channel="mail", about_model="fund.application")
    assert {mail.mail.rpartition("@")[2] for mail in mails} == {"example.org"}
    assert {mail.state for mail in mails} == {"sent"}
    assert mails.count() > len(STORIES)


def test_outside_of_a_demo_nobody_is_written_to_and_no_question_ends_unheard(settings, now):
    settings.DEMO = False
    cases = make_sample_applications(len(STORIES), seed=1, now=now)

    assert Message.objects.filter(about_model="fund.application").count() == 0
    assert State.LAPSED not in {case.state for case in cases}


def test_without_the_accounts_of_the_demo_nothing_is_made(now):
    User.objects.filter(username="team2").update(is_demo=False)

    with pytest.raises(NoStaff):
        make_sample_applications(1, seed=1, now=now)
    with pytest.raises(CommandError, match="accounts of the demo"):
        call_command("make_sample_data", applications=1)

    assert Application.objects.count() == 0


def test_the_command_makes_as_many_as_asked(capsys):
    call_command("make_sample_data", applications=2)

    assert "2 sample applications." in capsys.readouterr().out
    assert Application.objects.filter(sample=True).count() == 2
