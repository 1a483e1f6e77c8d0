"""Plain functions that make applications; a state is reached through the door, as people reach it."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import timezone

from fund import (
    access,
    attending,
    budget,
    checklist,
    committees,
    conflicts,
    filings,
    guards,
    holds,
    money,
    recording,
    reviewing,
)
from fund.actors import APPLICANT, CHECK, CLOCK, ERASE, LEAD, RECORD, Part, staff
from fund.models import (
    Acceptance,
    Answer,
    Application,
    ApplicationChange,
    Ballot,
    CarryOver,
    CaseItem,
    CaseMessage,
    CaseNote,
    ChangeRequest,
    CheckedPoint,
    CircularVote,
    CommitteeStep,
    Decision,
    Declaration,
    FiledCase,
    Filing,
    Flag,
    FundYear,
    Helper,
    LedgerEntry,
    Letter,
    Pot,
    Presence,
    RefusalReason,
    RequestedSection,
    Reversal,
    Review,
    Revision,
    RuleSet,
    StepResult,
)
from fund.workflow import perform
from strategy.models import Attendance, Body, Meeting, Seat, SeatHolder
from tests.strategy.meetings import create_meeting, publish
from wir.accounts.models import User
from wir.outbox.models import Message
from wir.outbox.workflow import move

NOON = datetime(2027, 3, 1, 11, tzinfo=UTC)  # noon in Hannover
TODAY = date(2027, 3, 1)
SECRET = "Geheimnis"  # planted where it must not get out
MICRO = {
    "kind": "organisation",
    "organisation": "Nachbarschaft Linden e. V.",
    "person": "Elif Kaya",
    "title": "Gemeinsam kochen in Linden",
    "plan": "Wir kochen jeden Monat zusammen und essen im Hof.",
    "district": "10",
    "starts": date(2027, 6, 1),
    "ends": date(2027, 9, 30),
    "total": Decimal("1500"),
    "requested": Decimal("1200"),
    "mail": "elif@example.org",
}
PROJECT = MICRO | {
    "title": "Ein Jahr Musik im Stadtteil",
    "total": Decimal("20000"),
    "requested": Decimal("16000"),
    "starts": date(2027, 11, 1),
    "ends": date(2028, 10, 31),
    "aim": "Menschen lernen sich kennen.",
    "people": "Alle aus der Straße, durch Aushänge.",
    "how": "Mit Proben und einem Fest.",
    "theme_1": "Alle kommen hinein.",
    "theme_2": "Wir fragen alle.",
    "theme_3": "Niemand wird ausgegrenzt.",
    "stone_what-1": "Erste Probe",
    "stone_day-1": date(2028, 1, 15),
    "cost_what-1": "Raum",
    "cost_amount-1": Decimal("20000"),
    "own_money": Decimal("4000"),
}


def fresh(thing):
    return type(thing)._base_manager.get(pk=thing.pk)


def create_rules(**values):
    """The rule set in force, with some values of its own."""
    rules = RuleSet.objects.get(state=RuleSet.State.ACTIVE)
    if values:
        RuleSet.objects.filter(pk=rules.pk).update(**values)
    return fresh(rules)


def create_year(now=NOON, *, sample=False):
    """A published year in which applications are taken at any time."""
    year = timezone.localdate(now).year
    found, _made = FundYear.objects.update_or_create(
        year=year, sample=sample, defaults={"rolling": True, "state": FundYear.State.PUBLISHED}
    )
    return found


def person_with(name, *rights):
    """An account of the demo that holds these rights."""
    user = User.objects.get(username=name)
    for right in rights:
        user.user_permissions.add(Permission.objects.get(content_type__app_label="fund", codename=right.split(".")[1]))
    return User.objects.get(username=name)


def team(name="team1"):
    return staff(person_with(name, CHECK))


def lead():
    return staff(person_with("leitung", CHECK, LEAD))


def seat(name, number, *, role=SeatHolder.Role.MEMBER, body=None, group=Seat.Group.CITY_SOCIETY, **values):
    """A seat of the body that proposes, held by an account of the demo since long ago. Returns the SeatHolder."""
    body = body or create_rules().tier("project").proposes
    held = Seat.objects.get_or_create(body=body, number=number, defaults={"group": group})[0]
    person = {"name": f"Mitglied {name}", "user": User.objects.get(username=name), "role": role, "mail": ""} | values
    return SeatHolder.objects.get_or_create(
        seat=held, user=person["user"], defaults=person | {"valid_from": date(2024, 1, 1)}
    )[0]


def chair(name="vorsitz"):
    """Who chairs the body that proposes."""
    return staff(seat(name, 90, role=SeatHolder.Role.CHAIR).user, Part.CHAIR)


def recorder():
    return staff(person_with("ausschuss", RECORD), Part.RECORDER)


def protection():
    return staff(person_with("datenschutz", ERASE), Part.PROTECTION)


def create_reason(key="probe", **values):
    texts = {"title_de": "Nicht in Hannover", "plain_de": "Der Fonds fördert Projekte in Hannover."}
    return RefusalReason.objects.get_or_create(key=key, defaults=texts | values)[0]


def plan_meeting(day=date(2027, 5, 20), *, sample=False):
    """A public meeting of the body that proposes."""
    body = create_rules().tier("project").proposes
    found = Meeting.objects.filter(body=body, day=day, sample=sample).first()
    return found or publish(create_meeting(body, day, sample=sample, starts=time(17)))


def fill(application, now=NOON, **answers):
    """Answers as the form stores them; None takes one out."""
    for question, value in answers.items():
        if value is None:
            application.answers.filter(question=question).delete()
            continue
        known = {
            "amount": value if isinstance(value, Decimal) else None,
            "day": value if isinstance(value, date) else None,
        }
        text = f"{value:%d.%m.%Y}" if known["day"] else str(value)
        key, _dash, row = question.partition("-")
        Answer.objects.update_or_create(
            application=application, question=key, row=int(row or 0), defaults={"text": text, "saved_at": now} | known
        )
    return application


def create_draft(now=NOON, *, language="de", sample=False, answers=MICRO, year=None, **changed):
    """(a complete draft, its secret). changed: answers that differ from those of a small project."""
    application = Application.objects.create(
        rule_set=create_rules(),
        year=year or create_year(now, sample=sample),
        language=language,
        sample=sample,
        started_at=now,
        saved_at=now,
    )
    fill(application, now, **answers | changed)
    _key, secret = access.make_key(application, now=now)
    return fresh(application), secret


def submit(application, now=NOON):
    return fresh(perform(fresh(application), "submit", by=APPLICANT, now=now, consent=True))


def take(application, now=NOON):
    return fresh(perform(fresh(application), "take", by=team(), now=now))


def ask(application, now=NOON, *, days=21, sections=None, translations=None):
    due = timezone.localdate(now) + timedelta(days=days)
    values = {"sections": sections or {"was": "Was kochen Sie?"}, "due": due, "translations": translations or {}}
    return fresh(perform(fresh(application), "ask", by=team(), now=now, **values))


def touch(application, now=NOON):
    RequestedSection.objects.filter(request__application=application).update(touched_at=now)
    return application


def check(application, now=NOON):
    """Every point of the checklist ticked, the early start looked at, a summary written."""
    by = team().user
    for point in checklist.POINTS:
        key = getattr(point, "key", point)
        CheckedPoint.objects.update_or_create(application=application, point=key, defaults={"at": now, "by": by})
    Flag.objects.filter(application=application, settled_at__isnull=True).update(settled_at=now, settled_by=by)
    Application.objects.filter(pk=application.pk).update(summary_de="Ein Projekt für die Nachbarschaft.")
    return fresh(application)


def refuse(application, now=NOON):
    """Proposed by one, confirmed by another; the letter is drafted, nothing is released."""
    perform(fresh(application), "propose_refusal", by=team(), now=now, reason=create_reason())
    return fresh(perform(fresh(application), "refuse", by=team("team2"), now=now))


def read_letter(application, now=NOON):
    letter = application.decisions.get(dropped_at__isnull=True).letter
    letter.read_at, letter.read_by = now, team().user
    if letter.language != "de" and not letter.text:
        letter.text = "Sorry."
    letter.save()
    return letter


def deliver(application, now=NOON):
    """Every mail about a case leaves, as the worker sends it."""
    for message in Message.objects.filter(about_id=application.pk, state=Message.State.QUEUED):
        move(message, "claim", by=None, now=now)
        move(message, "accepted", by=None, now=now)


def create_application(state="submitted", now=NOON, **values):
    """(a case in this state, its secret). States that no move of the table reaches yet are set."""
    application, secret = create_draft(now, **values)
    if state in LATER:
        application = check(take(submit(application, now), now), now)
        if state in TEAM_PATHS and guards.path_of(application) == "team":
            for step in TEAM_PATHS[state]:
                application = step(application, now)
            return fresh(application), secret
        Application.objects.filter(pk=application.pk).update(state=state, ended_at=now if state in ENDED else None)
        return fresh(application), secret
    for step in PATHS[state]:
        application = step(application, now)
    return fresh(application), secret


def withdraw(application, now=NOON):
    return fresh(perform(fresh(application), "withdraw", by=APPLICANT, now=now))


def lapse(application, now=NOON):
    """Reminded twice, and no answer; the days pass until the question is over."""
    from fund import clock

    request = application.change_requests.get()
    for days in (7, 2):
        deliver(application, now)
        clock.remind_of_questions(at(request.due - timedelta(days=days)))
    deliver(application, at(request.due))
    return fresh(perform(fresh(application), "lapse", by=CLOCK, now=at(request.due + timedelta(days=1))))


def at(day, hour=11):
    return datetime.combine(day, time(hour), tzinfo=UTC)


def forward(application, now=NOON):
    tier = application.rule_set.tier(application.tier)
    if tier.path == "team":
        return fresh(perform(check(application, now), "forward_to_team", by=team(), now=now))
    plan_meeting(sample=application.sample)
    return fresh(perform(check(application, now), "forward_to_body", by=team(), now=now))


def discard(application, now=NOON):
    return fresh(perform(fresh(application), "discard", by=APPLICANT, now=now))


def has_money(application, ceiling=100_000):
    """The sum of its year becomes known."""
    set_ceiling(application.year, ceiling)
    return application


def set_ceiling(year, ceiling, now=NOON):
    """The year has this much, by entries of the ledger as the office books them; zero by giving and taking one euro."""
    ceiling, source = Decimal(ceiling), "Haushaltsplan (erfunden)"
    stored = FundYear.objects.get(pk=year.pk)
    if stored.ceiling is None and ceiling == 0:
        budget.allocate(stored, Decimal("1"), source=source, by=None, now=now)
        stored.refresh_from_db()
    more = ceiling - (stored.ceiling or 0)
    if more:
        book = budget.allocate if more > 0 else budget.reduce
        book(stored, abs(more), source=source, by=None, now=now)
    return fresh(year)


def has_no_money(application):
    year = FundYear.objects.get(pk=application.year_id)
    return has_money(application, year.held + year.committed)


def propose(application, result, now=NOON, **values):
    """result: approval, waitlist or rejection; proposed by team1."""
    if result == "rejection":
        values = {"reason": create_reason("merit", formal=False), "sentence_de": "Der Plan ist zu klein."} | values
    else:
        values = {"amount": application.revision.requested} | values
    return fresh(perform(fresh(application), f"propose_{result}", by=team(), now=now, **values))


def approve(application, now=NOON, **values):
    """Proposed by team1, made final by team2; the letter is drafted, nothing is released."""
    if FundYear.objects.get(pk=application.year_id).ceiling is None:
        has_money(application)
    propose(application, "approval", now, **values)
    return fresh(perform(fresh(application), "approve", by=team("team2"), now=now))


def waitlist(application, now=NOON):
    has_no_money(application)
    propose(application, "waitlist", now)
    return fresh(perform(fresh(application), "waitlist", by=team("team2"), now=now))


def reject(application, now=NOON):
    propose(application, "rejection", now)
    return fresh(perform(fresh(application), "reject", by=team("team2"), now=now))


def release(application, now=NOON):
    read_letter(application, now)
    return fresh(perform(fresh(application), "release_decision", by=team(), now=now))


def activate(application, now=NOON):
    values = {"on": timezone.localdate(now), "payer": "Fachbereich Finanzen"}
    return fresh(perform(fresh(application), "activate", by=team(), now=now, **values))


def close(application, now=NOON):
    return fresh(perform(fresh(application), "close", by=team(), now=now, on=timezone.localdate(now)))


PATHS = {
    "draft": [],
    "submitted": [submit],
    "formal_check": [submit, take],
    "info_requested": [submit, take, ask],
    "ineligible": [submit, take, refuse],
    "team_decision": [submit, take, forward],
    "board_queue": [submit, take, forward],
    "withdrawn": [submit, withdraw],
    "lapsed": [submit, take, ask, lapse],
    "erased": [discard],
}
# What follows after the check where the project team decides
TEAM_PATHS = {
    "approved": [forward, approve],
    "waitlisted": [forward, waitlist],
    "rejected": [forward, reject],
    "active": [forward, approve, release, activate],
    "closed": [forward, approve, release, activate, close],
}
LATER = [state for state in Application.State.values if state not in PATHS]
ENDED = ("closed", "rejected", "revoked")
LOOKED_AT = (
    Application, ApplicationChange, Message, CheckedPoint, Flag, Answer, Decision, LedgerEntry, FundYear, Pot,
    CaseItem, Presence, Ballot, CircularVote, Declaration, Review, Letter, Filing, FiledCase, CommitteeStep, StepResult,
    CarryOver, Acceptance, Reversal, ChangeRequest, CaseMessage, CaseNote, Helper, Revision,
)  # fmt: skip


def rows():
    """Everything a refused move must leave as it was."""
    return [list(model._base_manager.order_by("pk").values_list()) for model in LOOKED_AT]


# Money of years, holds and waiting lists ------------------------------------------------------------------------------


def create_other_year(number=2028, ceiling=100_000, *, sample=False, state=FundYear.State.PUBLISHED):
    """Another year of the fund beside that of `create_year`."""
    year = FundYear.objects.get_or_create(year=number, sample=sample, defaults={"rolling": True, "state": state})[0]
    return year if ceiling is None else set_ceiling(year, ceiling)


def hold_money(application, amount=Decimal("16000"), now=NOON):
    """A large case that waits for its committee, with this amount held for it as after a board's proposal."""
    if FundYear.objects.get(pk=application.year_id).ceiling is None:
        has_money(application)
    with transaction.atomic():
        money.hold(application, amount, by=None, now=now)
        Application.objects.filter(pk=application.pk).update(hold_until=holds.until(application, now))
    return fresh(application)


def create_held(amount=Decimal("16000"), now=NOON, **values):
    return hold_money(create_application("committee_queue", now, answers=PROJECT, **values)[0], amount, now)


def wait_for_body(application, amount=Decimal("16000"), now=NOON):
    """A case that a body found good without money for it (move 12b), as its result stands afterwards."""
    item = CaseItem.objects.create(
        application=application, meeting=plan_meeting(sample=application.sample), put_at=now, put_by=team().user
    )
    Decision.objects.create(
        application=application, kind=Decision.Kind.WAITLISTED, round=application.round, amount=amount,
        maker=Decision.Maker.BODY, item=item, proposed_at=now, proposed_by=team().user,
        confirmed_at=now, confirmed_by=team("team2").user,
    )  # fmt: skip
    CaseItem.objects.filter(pk=item.pk).update(
        outcome="proposed", amount=amount, base=10, needed=6, present=6, yes=6, no=0, abstain=0,
        recorded_at=now, recorded_by=team().user, confirmed_at=now, confirmed_by=team("team2").user,
    )  # fmt: skip
    Application.objects.filter(pk=application.pk).update(state="waitlisted", decision_recorded_at=now)
    return fresh(application)


def create_waiting(amount=Decimal("16000"), now=NOON, **values):
    return wait_for_body(create_application("board_meeting", now, answers=PROJECT, **values)[0], amount, now)


def decide_committee(application, amount, now=NOON):
    """A decision of a committee over a case, for the money guard: who said it is another matter."""
    return Decision.objects.create(
        application=application, kind=Decision.Kind.APPROVED, round=application.round, amount=amount,
        proposed_at=now, proposed_by=team().user, confirmed_at=now, confirmed_by=team("team2").user,
    )  # fmt: skip


# Committees of the council --------------------------------------------------------------------------------------------

ASKED, MET = Decimal("16000"), date(2027, 5, 20)
TOLD, ADVICE, DECISION = date(2027, 6, 1), date(2027, 6, 10), date(2027, 6, 17)
LATER_ON = datetime(2027, 6, 20, 9, tzinfo=UTC)  # after both sessions


def for_committee(outcome="proposed", now=NOON, *, amount=ASKED, hold=True, **values):
    """A larger case that the board has dealt with: its result is confirmed, and a proposed amount is held."""
    case, _secret = create_application("board_queue", now, **{"answers": PROJECT} | values)
    board_item(case, outcome, amount=amount)
    if FundYear.objects.get(pk=case.year_id).ceiling is None:
        has_money(case)
    if hold and outcome in CaseItem.POSITIVE:
        money.hold(case, amount, by=chair().user, now=now)
    Application.objects.filter(pk=case.pk).update(state="committee_queue")
    return fresh(case)


def board_item(case, outcome="proposed", *, amount=ASKED, day=MET):
    """What the board said of a case in a meeting, recorded by the office and confirmed by the chair."""
    is_yes = outcome in CaseItem.POSITIVE
    voted = {} if outcome == "impossible" else {"base": 10, "needed": 6, "present": 8, "abstain": 1}
    if voted:
        voted |= {"yes": 5, "no": 2} if is_yes else {"yes": 2, "no": 5}
    return CaseItem.objects.create(
        application=case,
        meeting=plan_meeting(day, sample=case.sample),
        put_at=NOON,
        put_by=team().user,
        outcome=outcome,
        amount=amount if is_yes else None,
        conditions_de="Mit einem Fest für alle." if outcome in ("less", "conditions") else "",
        recorded_at=NOON,
        recorded_by=team().user,
        confirmed_at=NOON,
        confirmed_by=chair().user,
        **voted,
    )


def council(key="verwaltungsausschuss"):
    return Body.objects.get(key=key)


def make_filing(*cases, number="1234/2027", supplement="", told_on=None, by=None, now=NOON, steps=None):
    """A draft with its number: one committee advises, another one decides, none of them before it is filed."""
    by, today = by or team(), timezone.localdate(now)
    told_on = told_on or max(TOLD, today)
    steps = steps or [
        {"body": council("internationaler-ausschuss"), "decides": False, "session_on": max(ADVICE, today)},
        {"body": council(), "decides": True, "session_on": max(DECISION, today)},
    ]
    given = {"title": "Anträge an den Innovationsfonds", "text": "Das Gremium hat beraten.", "sample": cases[0].sample}
    filing = filings.make(cases=list(cases), steps=steps, by=by, now=now, **given)
    if number:
        values = {"number": number, "supplement": supplement, "told_on": told_on}
        filing = filings.give_number(fresh(filing), by=by, now=now, **values)
    return fresh(filing)


def file_paper(*cases, now=NOON, **values):
    """A paper that is filed, with its cases in the committees."""
    return fresh(filings.file(make_filing(*cases, now=now, **values), by=team(), now=now))


def step_of(filing, *, decides=True):
    return filing.steps.get(decides=decides)


def said(case, result="yes", now=LATER_ON, *, decides=True, **values):
    """A committee's result as the recorder enters it. Returns the StepResult."""
    place = case.filings.get(ended_at__isnull=True)
    given = {"step": step_of(place.filing, decides=decides), "session_on": DECISION if decides else ADVICE}
    given |= {"result": result, "point": "7"}
    if result in ("yes", "changed"):
        given["amount"] = ASKED
    if result == "no":
        given["reason"] = create_reason("merit", formal=False)
    move_name = "send_back" if result in StepResult.BACK else "record_step"
    perform(fresh(case), move_name, by=recorder(), now=now, **given | values)
    return StepResult.objects.filter(case=place, dropped_at=None).latest("pk")


def confirm_said(case, now=LATER_ON, by=None):
    """The lead confirms what the deciding committee said."""
    name = "reject_in_committee" if committees.deciding_result(case).result == "no" else "approve_in_committee"
    return fresh(perform(fresh(case), name, by=by or lead(), now=now))


# The body (fund/meeting.py) -------------------------------------------------------------------------------------------

MEETING_DAY = date(2027, 5, 20)
EVENING = datetime(2027, 5, 20, 15, 30, tzinfo=UTC)  # half past five in Hannover, in the meeting
MEMBERS = ("gremium1", "gremium2", "gremium3", "gremium4", "gremium5")


def board(count=10, body=None):
    """[SeatHolder] of so many filled seats: chair, deputy, five members with accounts, the others without one."""
    body = body or create_rules().tier("project").proposes
    names = [("vorsitz", SeatHolder.Role.CHAIR), ("vertretung", SeatHolder.Role.DEPUTY)]
    names += [(name, SeatHolder.Role.MEMBER) for name in MEMBERS]
    holders = [seat(name, 90 + place, role=role, body=body) for place, (name, role) in enumerate(names[:count])]
    for number in range(90 + len(holders), 90 + count):
        held = Seat.objects.get_or_create(body=body, number=number, defaults={"group": Seat.Group.CITY_SOCIETY})[0]
        person = {"name": f"Mitglied {number}", "valid_from": date(2024, 1, 1), "mail": ""}
        holders.append(SeatHolder.objects.get_or_create(seat=held, user=None, defaults=person)[0])
    return holders


def stands(case, holder, standing="free", now=NOON):
    """What a member said of herself; what she said before is superseded."""
    Declaration.objects.filter(application=case, holder=holder, superseded_at=None).update(superseded_at=now)
    how = {"free": {"answer": "none"}, "conflict": {"answer": "conflict", "kind": "job"}, "open": {"answer": "unsure"}}
    return Declaration.objects.create(
        application=case, holder=holder, standing=standing, at=now, by=holder.user or team().user, **how[standing]
    )


def put_on_agenda(case, meeting=None, now=NOON, *, holders=None, conflicts=(), **values):
    """Everybody has declared, and the case is on the agenda. Returns its item."""
    for holder in board() if holders is None else holders:
        stands(case, holder, "conflict" if holder in conflicts else "free", now)
    values = {"meeting": meeting or plan_meeting(MEETING_DAY)} | values
    perform(fresh(case), "put_on_agenda", by=team(), now=now, **values)
    return case.items.open().get()


def begin_meeting(meeting, holders=None, now=EVENING):
    """It begins, and these holders are there; all of the body where nobody is named."""
    attending.begin(fresh(meeting), by=team_with_meetings(), now=now)
    lines = Attendance.objects.filter(minutes__meeting=meeting)
    if holders is not None:
        lines = lines.filter(holder__in=holders)
    lines.update(presence=Attendance.Presence.PRESENT)
    return fresh(meeting)


def team_with_meetings(name="team1"):
    """Of the office: she prepares meetings too, by the group of the demo."""
    return team(name).user


def version(case):
    return Application.objects.values_list("version", flat=True).get(pk=case.pk)


def record(item, now=EVENING, *, by=None, outcome="proposed", tally=(6, 2, 2), **values):
    """A result entered by the office, of a meeting once it has come to the item."""
    if item.meeting_id and fresh(item).called_at is None:
        recording.call(item, by=team_with_meetings(), now=now, seen=version(item.application))
    amount = item.application.revision.requested if outcome == "proposed" else None
    yes, no, abstain = tally or (None, None, None)
    values = {"yes": yes, "no": no, "abstain": abstain, "amount": amount} | values
    by = by or team_with_meetings()
    recording.record(item, by=by, now=now, seen=version(item.application), outcome=outcome, **values)
    return recording.item_with(item.pk)


def in_meeting(now=EVENING, *, holders=None, conflicts=(), ceiling=100_000, present=None, **values):
    """(case, item) in a meeting that runs, called and not yet voted on."""
    case, _secret = create_application("board_queue", **{"answers": PROJECT} | values)
    has_money(case, ceiling)
    holders = board() if holders is None else holders
    item = put_on_agenda(case, holders=holders, conflicts=conflicts)
    begin_meeting(item.meeting, present, now)
    recording.call(fresh(item), by=team_with_meetings(), now=now, seen=version(case))
    return fresh(case), recording.item_with(item.pk)


def confirm(case, name="confirm_proposal", now=EVENING, *, by=None):
    return fresh(perform(fresh(case), name, by=by or chair(), now=now))


# Conflicts of interest and reviews ------------------------------------------------------------------------------------


def declare(application, who, answer="none", now=NOON, *, kind="", note="", by=None):
    """A member (SeatHolder) or an account says it of herself; `by` for a member without an account."""
    by = by or (who.user if isinstance(who, SeatHolder) else who)
    kind = kind or ("organisation" if answer == "conflict" else "")
    return conflicts.declare(fresh(application), who, answer=answer, kind=kind, note=note, by=by, now=now)


def settle(declaration, by, standing="free", now=NOON, *, why="Nur derselbe Name"):
    return conflicts.settle(fresh(declaration), standing=standing, why=why, by=by, now=now)


def review(application, holder, word="propose", now=NOON, **values):
    """Of the newest revision, by a member who has declared."""
    seen = fresh(application).revision_id
    return reviewing.write(fresh(application), holder, word=word, seen=seen, by=holder.user, now=now, **values)
