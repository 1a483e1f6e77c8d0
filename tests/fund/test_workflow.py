"""The door of the fund: who may make which move in which state, guard by guard, and nothing left of a refusal."""

from datetime import date, timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from fund import access, guards, workflow
from fund.actors import APPLICANT, CLOCK, Actor, Part, staff
from fund.models import Application, CaseFile, Decision, Flag, FundYear, Helper
from fund.workflow import MOVES, TABLE, blockers, moves_for, perform
from strategy.models import Meeting
from tests.fund.factories import (
    NOON,
    PROJECT,
    TODAY,
    ask,
    at,
    chair,
    check,
    create_application,
    create_draft,
    create_reason,
    create_rules,
    fill,
    fresh,
    lead,
    plan_meeting,
    protection,
    read_letter,
    recorder,
    refuse,
    rows,
    submit,
    take,
    team,
    touch,
)
from tests.fund.rules import create_call
from wir.lib.formats import long_date
from wir.lib.workflow import FASTER, Refused
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

OPEN = (
    "submitted formal_check info_requested team_decision board_queue board_meeting committee_queue committee_running "
    "waitlisted approved"
).split()
# move: (states, parts, paths), in words, as the design says
ALLOWED = {
    "submit": (["draft"], "applicant helper", None),
    "take": (["submitted"], "team lead", None),
    "ask": (["formal_check"], "team lead", None),
    "extend": (["info_requested"], "team lead", None),
    "answer": (["info_requested"], "applicant helper", None),
    "lapse": (["info_requested"], "clock", None),
    "propose_refusal": (["formal_check"], "team lead", None),
    "drop_refusal": (["formal_check"], "team lead", None),
    "refuse": (["formal_check"], "team lead", None),
    "forward_to_team": (["formal_check"], "team lead", "small"),
    "forward_to_body": (["formal_check"], "team lead", "large"),
    "release_refusal": (["ineligible"], "team lead", None),
    "propose_approval": (["team_decision"], "team lead", "small"),
    "propose_waitlist": (["team_decision"], "team lead", "small"),
    "propose_rejection": (["team_decision"], "team lead", "small"),
    "agree": (["team_decision"], "team lead", "small"),
    "drop_decision": (["team_decision"], "team lead", "small"),
    "approve": (["team_decision"], "team lead", "small"),
    "waitlist": (["team_decision"], "team lead", "small"),
    "reject": (["team_decision"], "team lead", "small"),
    "call_up": (["waitlisted"], "team lead", "small"),
    "release_decision": (["approved", "waitlisted", "rejected"], "team lead", None),
    "activate": (["approved"], "team lead", None),
    "close": (["active"], "team lead", None),
    "withdraw": ([*OPEN, "agreement_sent", "ineligible", "rejected"], "applicant", None),
    "discard": (["draft"], "applicant", None),
    "expire": (["draft"], "clock", None),
    "reopen": (["withdrawn", "lapsed"], "applicant", None),
    # the body
    "put_on_agenda": (["board_queue"], "team lead chair", "large"),
    "hand_to_deputies": (["board_queue", "team_decision"], "team lead", None),
    "pass_to_deputies": (["submitted", "formal_check"], "team lead", "small"),
    "pass_to_body": (["submitted", "formal_check"], "team lead", "large"),
    "strike": (["board_meeting"], "team lead chair clock", "large"),
    "confirm_proposal": (["board_meeting"], "chair", "large"),
    "confirm_no_money": (["board_meeting"], "chair", "large"),
    "approve_in_body": (["board_meeting"], "chair", "body"),
    "reject_in_body": (["board_meeting"], "chair", "body"),
    "defer": (["board_meeting"], "chair", "large"),
    "ask_in_board": (["board_meeting"], "team lead", "large"),
    # committees of the council
    "file_paper": (["committee_queue"], "team lead recorder", "large"),
    "record_step": (["committee_running"], "recorder", "large"),
    "confirm_step": (["committee_running"], "lead", "large"),
    "drop_step": (["committee_running"], "lead", "large"),
    "approve_in_committee": (["committee_running"], "lead", "large"),
    "waitlist_in_committee": (["committee_running"], "lead", "large"),
    "reject_in_committee": (["committee_running"], "lead", "large"),
    "send_back": (["committee_running"], "recorder", "large"),
    "void_result": (["committee_queue"], "clock", "large"),
    # holds and the waiting list
    "extend_hold": (["committee_queue", "committee_running"], "lead", "large"),
    "expire_hold": (["committee_queue", "committee_running"], "clock", "large"),
    "call_up_to_committee": (["waitlisted"], "team lead", "large"),
    "call_up_to_body": (["waitlisted"], "team lead", "large"),
    "end_waiting": (["waitlisted"], "team lead clock", None),
    "end_unanswered": (["waitlisted"], "team lead", None),
    # after the letter
    "accept": (["agreement_sent"], "applicant team lead", None),
    "lapse_agreement": (["agreement_sent"], "clock", None),
    # looked at again
    "propose_reopening": (["ineligible", "rejected", "lapsed", "withdrawn"], "lead", None),
    "reopen_again": (["ineligible", "rejected", "lapsed", "withdrawn"], "team lead", None),
    "propose_correction": (["approved", "agreement_sent"], "lead", None),
    "correct": (["approved", "agreement_sent"], "team lead", None),
    "drop_reversal": (
        ["ineligible", "rejected", "lapsed", "withdrawn", "approved", "agreement_sent"],
        "team lead",
        None,
    ),
    # one case instead of two, and the end
    "merge": ([*OPEN, "agreement_sent", "ineligible", "rejected"], "team lead", None),
    "erase": (["ineligible", "rejected", "lapsed", "withdrawn", "closed", "revoked"], "protection clock", None),
}


def actors():
    """One of each part, and a member of staff without any right in the fund."""
    from wir.accounts.models import User

    stranger = staff(User.objects.get(username="redaktion"))
    everybody = {
        "applicant": APPLICANT, "helper": Actor(Part.HELPER), "clock": CLOCK, "team": team(), "lead": lead(),
        "chair": chair(), "recorder": recorder(), "protection": protection(),
    }  # fmt: skip
    return everybody | {"stranger": stranger, "lead without the right": staff(stranger.user, Part.LEAD)}


def test_the_table_holds_the_moves_of_the_design_and_no_other():
    assert sorted(MOVES) == sorted(ALLOWED)
    assert len(TABLE) == len(MOVES)


@pytest.mark.parametrize("state", Application.State.values)
def test_every_state_allows_its_moves_to_its_people_and_refuses_all_others(state):
    small, _secret = create_application(state)
    large, _secret = create_application(state, answers=PROJECT)
    for each in (small, large):  # a path may never come to a state that the other one has
        Application.objects.filter(pk=each.pk).update(state=state)
    small, large = fresh(small), fresh(large)
    people, allowed, refused = actors(), [], []
    Message.objects.all().delete()
    before = rows()

    for size, case in (("small", small), ("large", large)):
        for name in MOVES:
            for part, by in people.items():
                first = workflow.first_blockers(case, MOVES[name], by)
                offered = MOVES[name] in moves_for(case, by)
                assert offered == (not first)
                (allowed if not first else refused).append((name, size, part))
                if first:
                    with pytest.raises(Refused) as refusal:
                        perform(case, name, by=by, now=NOON)
                    assert refusal.value.reasons == first

    paths = {"draft": "", "erased": ""}.get(state, "routed")
    assert sorted(allowed) == sorted(
        (name, size, part)
        for name, (states, parts, path) in ALLOWED.items()
        for size in ("small", "large")
        for part in parts.split()
        if state in states and (path is None or (paths and path == size))
    )
    assert rows() == before
    assert len(refused) > 100


def refused(case, name, *, by, now=NOON, **values):
    """The reasons of a refusal that left nothing behind."""
    before = rows()
    with pytest.raises(Refused) as refusal:
        perform(case, name, by=by, now=now, **values)
    assert rows() == before
    assert refusal.value.reasons == [str(each) for each in blockers(fresh(case), name, by=by, now=now, **values)]
    return [str(reason) for reason in refusal.value.reasons]


# Handing in -----------------------------------------------------------------------------------------------------------


def test_a_complete_draft_is_handed_in_once():
    draft, _secret = create_draft()

    case = perform(fresh(draft), "submit", by=APPLICANT, now=NOON, consent=True)
    with pytest.raises(Refused):
        perform(draft, "submit", by=APPLICANT, now=NOON, consent=True)

    kept = fresh(draft)
    assert (kept.state, kept.tier, kept.revision.number) == ("submitted", "micro", 1)
    assert (kept.reference, kept.submitted_at) == (case.reference, NOON)
    assert (case.changes.count(), case.revisions.count(), Message.objects.filter(about_id=case.pk).count()) == (1, 1, 1)


def test_a_draft_with_gaps_tells_all_of_them_and_everything_else_at_once():
    draft, _secret = create_draft(title=None, requested=None, mail=None)
    CaseFile.objects.create(
        application=draft, section="unterlagen", name="a.pdf", kind="pdf", size=1, digest="0", stored="a",
        saved_at=NOON, scan=CaseFile.Scan.INFECTED,
    )  # fmt: skip
    FundYear.objects.filter(pk=draft.year_id).update(rolling=False)

    with translation.override("en"):
        reasons = refused(fresh(draft), "submit", by=APPLICANT)

    assert len(reasons) >= 6
    assert [
        part for part in ("time for applications", "confirm", "a.pdf", "reach you") if part not in str(reasons)
    ] == []


def test_somebody_nobody_can_reach_hands_in_nothing(monkeypatch):
    draft, _secret = create_draft(mail=None)
    monkeypatch.setattr("fund.tasklist.gaps", lambda application: [])

    reasons = refused(draft, "submit", by=APPLICANT, consent=True)

    assert reasons == [str(_("Please tell us how we can reach you: by e-mail, phone or post."))]


@pytest.mark.parametrize(
    ("change", "now", "open_"),
    [
        ({}, at(TODAY.replace(month=12, day=31), 22), True),
        ({}, at(TODAY.replace(year=2028, month=1, day=1), 5), False),
        ({"rolling": False}, NOON, False),
        ({"state": "draft"}, NOON, False),
    ],
)
def test_it_is_handed_in_only_while_the_round_is_open(change, now, open_):
    draft, _secret = create_draft()
    FundYear.objects.filter(pk=draft.year_id).update(**change)

    reasons = [str(each) for each in blockers(fresh(draft), "submit", by=APPLICANT, now=now, consent=True)]

    assert (reasons == []) is open_


# Taking, asking, answering --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("move", ["take", "propose_refusal", "forward_to_team"])
def test_who_helped_to_write_it_does_not_decide_on_it(move):
    case, _secret = create_application("submitted" if move == "take" else "formal_check")
    check(case)
    by = team()
    Helper.objects.create(application=case, name="Team", user=by.user, added_at=NOON)

    reasons = blockers(fresh(case), move, by=by, now=NOON, reason=create_reason())

    assert reasons == ["Sie haben beim Schreiben geholfen; prüfen muss jemand anderes."]
    assert blockers(fresh(case), move, by=team("team2"), now=NOON, reason=create_reason()) == []


def test_whom_the_applicant_named_with_her_mail_address_has_helped_too():
    case, _secret = create_application("submitted")
    by, other = team(), team("team2")
    type(by.user).objects.filter(pk=by.user.pk).update(email="helga@hannover.example")
    type(by.user).objects.filter(pk=other.user.pk).update(email="")
    Helper.objects.create(application=case, name="H.", mail="Helga@Hannover.example", added_at=NOON, ended_at=NOON)
    Helper.objects.create(application=case, name="Nachbar", added_at=NOON)

    found = {each.user.username: blockers(case, "take", by=each, now=NOON) for each in (team(), team("team2"))}

    assert found == {"team1": ["Sie haben beim Schreiben geholfen; prüfen muss jemand anderes."], "team2": []}


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({"sections": {}, "days": 21}, ["Nennen Sie mindestens einen Abschnitt und was dort fehlt."]),
        ({"sections": {"dach": "Wie hoch?"}, "days": 21}, ["Den Abschnitt „dach“ hat dieser Antrag nicht."]),
        ({"sections": {"was": " "}, "days": 21}, ["fehlt, was Sie brauchen."]),
        ({"sections": {"was": "Was?"}, "days": 9}, ["Für eine Antwort bleiben mindestens 10 Tage."]),
        ({"sections": {}, "days": None}, ["mindestens einen Abschnitt", "mindestens 10 Tage"]),
    ],
)
def test_a_question_names_sections_and_leaves_time(values, reasons):
    case, _secret = create_application("formal_check")
    due = None if values["days"] is None else TODAY + timedelta(days=values["days"])

    told = refused(case, "ask", by=team(), sections=values["sections"], due=due)

    assert [any(reason in each for each in told) for reason in reasons] == [True] * len(reasons)
    assert len(told) == len(reasons)


def test_an_answer_needs_every_section_and_comes_in_time():
    case, _secret = create_application("info_requested")
    late = at(case.change_requests.get().due + timedelta(days=1))

    assert len(refused(case, "answer", by=APPLICANT)) == 1
    assert len(refused(case, "answer", by=APPLICANT, now=late)) == 2
    touch(case)
    assert len(refused(case, "answer", by=APPLICANT, now=late)) == 1
    answered = perform(fresh(case), "answer", by=APPLICANT, now=at(case.change_requests.get().due, 21))

    assert (answered.state, answered.revision.number, answered.asked_by_state) == ("formal_check", 2, "")


def test_an_answer_that_leaves_a_gap_is_refused():
    case, _secret = create_application("info_requested")
    fill(touch(case), title=None)

    assert len(refused(fresh(case), "answer", by=APPLICANT)) == 1


def test_an_answer_that_changes_the_amount_is_routed_anew():
    case, _secret = create_application("info_requested")
    fill(touch(case), **{**PROJECT, "requested": PROJECT["requested"]})

    answered = perform(fresh(case), "answer", by=APPLICANT, now=NOON)

    assert (fresh(answered).tier, guards.path_of(fresh(answered))) == ("project", "body_then_committee")


@pytest.mark.parametrize(("days", "fine"), [(-1, False), (0, False), (1, True)])
def test_more_time_is_later_than_before(days, fine):
    case, _secret = create_application("info_requested")
    request = case.change_requests.get()
    request.reminded = 2
    request.save()
    due = request.due + timedelta(days=days)

    if fine:
        perform(case, "extend", by=team(), now=NOON, due=due)
        request.refresh_from_db()
        assert (request.due, request.reminded, fresh(case).state) == (due, 0, "info_requested")
    else:
        refused(case, "extend", by=team(), due=due)


def test_a_case_lapses_only_after_its_day_and_two_reminders_that_arrived():
    case, _secret = create_application("info_requested")
    request = case.change_requests.get()

    assert len(refused(case, "lapse", by=CLOCK, now=at(request.due))) == 2
    assert len(refused(case, "lapse", by=CLOCK, now=at(request.due + timedelta(days=1)))) == 1
    request.reminded = 2
    request.save()

    reasons = refused(case, "lapse", by=CLOCK, now=at(request.due + timedelta(days=1)))
    assert reasons == ["Vorher gehen zwei Erinnerungen hinaus."]


def test_a_lapsed_case_has_no_open_question():
    case, _secret = create_application("lapsed")

    assert case.change_requests.filter(closed_at__isnull=True).count() == 0
    assert Message.objects.filter(about_id=case.pk, kind="application_lapsed").count() == 1


# Refusing -------------------------------------------------------------------------------------------------------------


def test_a_refusal_needs_a_formal_reason_of_the_catalogue():
    case, _secret = create_application("formal_check")
    decided, old = create_reason("merit", formal=False), create_reason("old", active=False)

    for reason in (None, decided, old):
        told = refused(case, "propose_refusal", by=team(), reason=reason)
        assert told == ["Wählen Sie einen formalen Grund aus dem Katalog."]


def test_two_different_people_refuse():
    case, _secret = create_application("formal_check")
    assert refused(case, "refuse", by=team()) == ["Eine formale Ablehnung ist nicht vorgeschlagen."]
    case = fresh(perform(case, "propose_refusal", by=team(), now=NOON, reason=create_reason()))

    assert refused(case, "refuse", by=team()) == ["Das entscheidet eine zweite Person, nicht wer es vorgeschlagen hat."]
    assert len(refused(case, "propose_refusal", by=team("team2"), reason=create_reason())) == 1
    perform(fresh(case), "refuse", by=team("team2"), now=NOON)

    decision = Decision.objects.get(application=case)
    assert (decision.proposed_by.username, decision.confirmed_by.username) == ("team1", "team2")
    assert (fresh(case).state, fresh(case).decision_released_at) == ("ineligible", None)
    assert Message.objects.filter(about_id=case.pk, kind="letter_released").count() == 0


def test_a_proposed_refusal_can_be_dropped_with_a_reason_and_stands_in_the_way_until_then():
    case, _secret = create_application("formal_check")
    case = fresh(perform(check(case), "propose_refusal", by=team(), now=NOON, reason=create_reason()))

    assert any("zweite Person" in each for each in refused(case, "forward_to_team", by=team()))
    assert refused(case, "drop_refusal", by=team("team2"), note=" ") == ["Der Grund fehlt."]
    case = fresh(perform(fresh(case), "drop_refusal", by=team("team2"), now=NOON, note="Doch in Hannover."))
    assert blockers(case, "forward_to_team", by=team(), now=NOON) == []


def test_a_refusal_is_released_once_its_letter_was_read():
    case, _secret = create_application("ineligible")
    assert refused(case, "release_refusal", by=team()) == ["Den Brief muss zuerst eine zweite Person lesen."]

    read_letter(case)
    perform(fresh(case), "release_refusal", by=team(), now=NOON)

    assert fresh(case).decision_released_at == NOON
    assert Message.objects.filter(about_id=case.pk, kind="letter_released").count() == 1
    assert refused(fresh(case), "release_refusal", by=team()) == ["Das Ergebnis ist schon bekannt gegeben."]


def test_a_letter_without_a_word_in_the_language_of_the_case_is_not_released():
    case, _secret = create_application("ineligible", language="tr")
    letter = read_letter(case)
    letter.text = " "
    letter.save()

    reasons = refused(case, "release_refusal", by=team())

    assert reasons == ["Der Brief fehlt noch in der Sprache der antragstellenden Person."]


# Going on -------------------------------------------------------------------------------------------------------------


def test_forwarding_needs_the_checklist_and_a_settled_early_start():
    case, _secret = create_application("formal_check")
    Flag.objects.create(application=case, kind=Flag.Kind.EARLY_START, raised_at=NOON)

    reasons = refused(case, "forward_to_team", by=team())
    assert [any(word in each for each in reasons) for word in ("Prüfliste", "beginnt vielleicht")] == [True, True]
    perform(check(case), "forward_to_team", by=team(), now=NOON)

    assert fresh(case).state == "team_decision"


def test_a_body_needs_a_summary_and_a_meeting():
    case, _secret = create_application("formal_check", answers=PROJECT)
    case = check(case)
    Application.objects.filter(pk=case.pk).update(summary_de="")
    Meeting.objects.filter(day__gte=TODAY).delete()

    reasons = refused(fresh(case), "forward_to_body", by=team())
    assert reasons == [
        "Die Kurzfassung für das Gremium fehlt.",
        "Für das Gremium ist noch keine Sitzung geplant.",
    ]
    plan_meeting()
    perform(check(case), "forward_to_body", by=team(), now=NOON)

    assert fresh(case).state == "board_queue"


# Ending and coming back -----------------------------------------------------------------------------------------------


def test_a_case_is_taken_back_and_opened_again_within_the_days_of_its_rules():
    case, _secret = create_application("withdrawn")
    last_day = timezone.localdate(case.ended_at) + timedelta(days=create_rules().reopen_days)
    end_of_day = at(last_day, 21)

    assert len(refused(case, "reopen", by=APPLICANT, now=end_of_day + timedelta(hours=3))) == 1
    opened = perform(fresh(case), "reopen", by=APPLICANT, now=end_of_day)

    assert (opened.state, opened.round, fresh(opened).ended_at) == ("formal_check", 2, None)


def test_a_case_of_a_year_that_is_over_is_not_opened_again():
    late = at(TODAY.replace(month=12, day=20))
    case, _secret = create_application("withdrawn", now=late)

    reasons = refused(case, "reopen", by=APPLICANT, now=at(TODAY.replace(year=2028, month=1, day=5)))

    assert len(reasons) == 1
    assert blockers(case, "reopen", by=APPLICANT, now=late + timedelta(days=5)) == []


def test_a_case_of_a_year_that_the_office_has_closed_is_not_opened_again_before_the_year_is_open_again():
    case, _secret = create_application("withdrawn")
    FundYear.objects.filter(pk=case.year_id).update(state="closed")

    reasons = refused(case, "reopen", by=APPLICANT)
    FundYear.objects.filter(pk=case.year_id).update(state="published")

    assert len(reasons) == 1
    assert blockers(fresh(case), "reopen", by=APPLICANT, now=NOON) == []


def test_a_case_of_a_call_that_still_takes_applications_is_opened_again_whatever_became_of_its_year():
    case, _secret = create_application("withdrawn")
    call = create_call(case.year, closes_at=NOON + timedelta(days=3))
    Application.objects.filter(pk=case.pk).update(call=call)
    FundYear.objects.filter(pk=case.year_id).update(state="closed")

    found = [blockers(fresh(case), "reopen", by=APPLICANT, now=NOON + timedelta(days=days)) for days in (2, 4)]

    assert [len(reasons) for reasons in found] == [0, 1]


@pytest.mark.parametrize(
    ("ended", "closed", "day"),
    [
        (date(2027, 3, 1), False, date(2027, 3, 29)),
        (date(2027, 12, 10), False, date(2027, 12, 31)),  # the year is over before the days of the rules are
        (date(2027, 3, 1), True, None),
    ],
)
def test_the_page_the_button_and_the_message_name_the_last_day_on_which_it_can_be_opened_again(
    client, monkeypatch, ended, closed, day
):
    now = at(ended, 10)
    monkeypatch.setattr(timezone, "now", lambda: now)
    case, secret = create_application("submitted", now=now)
    FundYear.objects.filter(pk=case.year_id).update(state="closed" if closed else "published")
    words = long_date(day, "de") if day else "Die Zeit für Anträge ist vorbei."
    pages = [reverse(f"fund:{name}", args=[secret.lower()]) for name in ("withdraw", "case")]

    before = client.get(pages[0]).content.decode()
    perform(fresh(case), "withdraw", by=APPLICANT, now=now)
    after = client.get(pages[1]).content.decode()
    message = Message.objects.get(kind="application_withdrawn")

    assert [words in text for text in (before, message.text, after)] == [True, True, day is not None]
    assert (reverse("fund:reopen", args=[secret.lower()]) in after) == (day is not None)


@pytest.mark.parametrize(("state", "opens"), [("submitted", True), ("active", False), ("withdrawn", False)])
def test_the_page_for_taking_back_opens_only_where_something_can_be_taken_back(client, state, opens):
    case, secret = create_application("submitted")
    known = NOON if state == "active" else None
    Application.objects.filter(pk=case.pk).update(state=state, decision_recorded_at=known, decision_released_at=known)

    answer = client.get(reverse("fund:withdraw", args=[secret.lower()]))

    assert (answer.status_code == 200, answer.status_code == 302) == (opens, not opens)


def test_who_does_not_know_of_a_refusal_takes_her_case_back_as_if_there_were_none():
    case, _secret = create_application("ineligible")

    perform(case, "withdraw", by=APPLICANT, now=NOON)
    opened = fresh(perform(fresh(case), "reopen", by=APPLICANT, now=NOON))

    assert (opened.state, opened.decision_recorded_at) == ("formal_check", None)
    assert opened.decisions.filter(dropped_at__isnull=True).count() == 0


def test_a_refusal_that_is_known_is_not_withdrawn():
    case, _secret = create_application("ineligible")
    read_letter(case)
    case = fresh(perform(case, "release_refusal", by=team(), now=NOON))

    assert len(refused(case, "withdraw", by=APPLICANT)) == 1


def test_taking_back_closes_the_question_and_drops_the_proposal():
    case, _secret = create_application("info_requested")
    perform(case, "withdraw", by=APPLICANT, now=NOON)
    other, _secret = create_application("formal_check")
    perform(other, "propose_refusal", by=team(), now=NOON, reason=create_reason())
    perform(fresh(other), "withdraw", by=APPLICANT, now=NOON)

    assert case.change_requests.filter(closed_at__isnull=True).count() == 0
    assert other.decisions.filter(dropped_at__isnull=True).count() == 0


def test_a_draft_expires_only_when_its_days_are_over():
    draft, secret = create_draft()
    days = create_rules().draft_days

    assert refused(draft, "expire", by=CLOCK, now=NOON + timedelta(days=days, seconds=-1)) == [
        "Der Entwurf ist noch nicht abgelaufen."
    ]
    perform(fresh(draft), "expire", by=CLOCK, now=NOON + timedelta(days=days))

    assert (fresh(draft).state, draft.answers.count(), access.find_key(secret)) == ("erased", 0, None)


# Two at once ----------------------------------------------------------------------------------------------------------


def test_who_comes_second_is_refused_and_writes_nothing():
    case, _secret = create_application("submitted")
    first, second = fresh(case), fresh(case)
    perform(first, "take", by=team(), now=NOON)
    before = rows()

    with pytest.raises(Refused) as refusal:
        perform(second, "take", by=team("team2"), now=NOON)

    assert refusal.value.reasons == [FASTER]
    assert rows() == before


def test_a_changed_version_is_refused_to_the_applicant_in_her_words():
    case, _secret = create_application("submitted")
    Application.objects.filter(pk=case.pk).update(version=F("version") + 1)

    with pytest.raises(Refused) as refusal:
        perform(case, "withdraw", by=APPLICANT, now=NOON)

    assert refusal.value.reasons == [guards.FASTER_PUBLIC]


@pytest.mark.parametrize("broken", ["fund.mails.write", "fund.workflow.ApplicationChange.objects.create"])
def test_a_fault_in_the_middle_leaves_no_half_case(monkeypatch, broken):
    draft, _secret = create_draft()
    before = rows()

    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(broken, fail)
    with pytest.raises(RuntimeError):
        perform(fresh(draft), "submit", by=APPLICANT, now=NOON, consent=True)

    assert rows() == before
    assert draft.revisions.count() == 0


def test_a_reference_that_somebody_got_first_is_drawn_again(monkeypatch):
    taken, _secret = create_application("submitted")
    draws = iter([taken.reference, taken.reference, "WIR-2027-ZZZZ"])
    monkeypatch.setattr("wir.lib.codes.reference", lambda year: next(draws))
    draft, _secret = create_draft()

    assert submit(draft).reference == "WIR-2027-ZZZZ"


def test_a_question_keeps_the_state_that_asked_and_what_was_there_before():
    case = ask(take(submit(create_draft()[0])))

    request = case.change_requests.get()
    assert (case.asked_by_state, request.before, request.days) == ("formal_check", case.revision, 21)
    assert refuse(fresh(take(submit(create_draft()[0])))).state == "ineligible"


# Conflicts that end at no move ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("known_by", ["account", "address"])
def test_who_helped_neither_drops_nor_releases_a_refusal(known_by):
    proposed, _secret = create_application("formal_check")
    perform(fresh(proposed), "propose_refusal", by=team("team2"), now=NOON, reason=create_reason())
    refused_, _secret = create_application("ineligible")
    read_letter(refused_)
    by = team()
    who = {"user": by.user} if known_by == "account" else {"mail": by.user.email.upper()}
    for case in (proposed, refused_):
        Helper.objects.create(application=case, name="Team", added_at=NOON, ended_at=NOON, **who)

    reasons = [
        blockers(fresh(proposed), "drop_refusal", by=by, now=NOON, note="Passt doch."),
        blockers(fresh(refused_), "release_refusal", by=by, now=NOON),
    ]

    assert reasons == [["Sie haben beim Schreiben geholfen; prüfen muss jemand anderes."]] * 2
    assert blockers(fresh(refused_), "release_refusal", by=team("team2"), now=NOON) == []


def test_a_helper_without_address_is_nobody_of_the_staff_without_one():
    case, _secret = create_application("submitted")
    Helper.objects.create(application=case, name="Nachbarin", added_at=NOON)
    by = team()
    by.user.email = ""

    assert blockers(fresh(case), "take", by=by, now=NOON) == []


def test_nothing_is_asked_while_a_refusal_waits_for_the_second_person():
    case, _secret = create_application("formal_check")
    case = perform(fresh(case), "propose_refusal", by=team(), now=NOON, reason=create_reason())

    values = {"sections": {"was": "Was kochen Sie?"}, "due": TODAY + timedelta(days=21)}
    reasons = refused(case, "ask", by=team(), **values)

    assert reasons == ["Eine formale Ablehnung ist vorgeschlagen; zuerst entscheidet darüber eine zweite Person."]


def test_a_day_for_the_answer_in_another_century_is_a_slip():
    asked, _secret = create_application("formal_check")
    waiting, _secret = create_application("info_requested")
    due = TODAY.replace(year=9999)

    reasons = [
        blockers(asked, "ask", by=team(), now=NOON, sections={"was": "Was?"}, due=due),
        blockers(waiting, "extend", by=team(), now=NOON, due=due),
    ]

    assert reasons == [[guards.TOO_LATE]] * 2
