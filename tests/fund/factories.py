"""Plain functions that make applications; a state is reached through the door, as people reach it."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.contrib.auth.models import Permission
from django.utils import timezone

from fund import access, checklist, guards
from fund.actors import APPLICANT, CHECK, CLOCK, LEAD, staff
from fund.models import (
    Answer,
    Application,
    ApplicationChange,
    CheckedPoint,
    Decision,
    Flag,
    FundYear,
    LedgerEntry,
    Pot,
    RefusalReason,
    RequestedSection,
    RuleSet,
)
from fund.workflow import perform
from strategy.models import Meeting
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
    FundYear.objects.filter(pk=application.year_id).update(ceiling=ceiling, source="Haushaltsplan (erfunden)")
    return application


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


def rows():
    """Everything a refused move must leave as it was."""
    models = (Application, ApplicationChange, Message, CheckedPoint, Flag, Answer, Decision, LedgerEntry, FundYear, Pot)
    return [list(model.objects.order_by("pk").values()) for model in models]
