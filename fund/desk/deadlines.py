"""What is due when: for us, for applicants, and what the clock does by itself; whatever comes first stands on top.

All rows of cases are read in one statement, as one union of small questions. Each of them looks up only its first rows,
by a column as it is stored, so the desk stays as fast with many cases as with few.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import (
    BooleanField,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.urls import reverse

from fund import agenda, promise
from fund.actors import CHECK, LEAD, RECORD
from fund.models import (
    Acceptance,
    Application,
    CaseItem,
    CaseMessage,
    ChangeRequest,
    Decision,
    FiledCase,
    StepResult,
    Tier,
)
from fund.models.rules import body_name
from strategy.models import Meeting
from strategy.permissions import COORDINATE
from wir.outbox.models import Message

State = Application.State
MOST = 25  # lines of one list
SOON = timedelta(days=30)  # a hold that ends within them is told
AHEAD = timedelta(days=60)  # meetings and sessions within them are told
MEETINGS = (Meeting.State.PLANNED, Meeting.State.INVITED)
ABOUT = "fund.application"
COLUMNS = {  # of the application: (name in the union, type)
    "pk": ("case_pk", IntegerField),
    "reference": ("case_reference", CharField),
    "revision__title": ("case_title", CharField),
    "sample": ("is_sample", BooleanField),
}


class Wait(StrEnum):
    """For whom a deadline is."""

    US = "uns"
    APPLICANTS = "Antragstellende"
    CLOCK = "die Uhr"


@dataclass(frozen=True)
class Deadline:
    """day: the last one, or the day it happens. address: "" where this person may not open what it leads to.
    reference, title: of the case, "" where it is about no single one."""

    day: date
    what: str
    wait: Wait
    address: str
    is_late: bool
    reference: str = ""
    title: str = ""
    sample: bool = False


WHAT = {  # key of a branch of the union: (what is due, for whom)
    "answer": ("Antwort an Antragstellende versprochen", Wait.US),
    "question": ("Antwort auf unsere Rückfrage", Wait.APPLICANTS),
    "translation": ("Arbeitsübersetzung", Wait.US),
    "recording": ("Ergebnis des Gremiums eintragen", Wait.US),
    "asking": ("Rückfrage des Gremiums ausschreiben", Wait.US),
    "confirming": ("Ergebnis des Gremiums bestätigt der Vorsitz", Wait.US),
    "committee": ("Ausschuss hat getagt: Ergebnis eintragen", Wait.US),
    "session": ("Sitzung des Ausschusses", Wait.CLOCK),
    "checking": ("Ergebnis des Ausschusses bestätigt die Leitung", Wait.US),
    "telling": ("Ausschuss hat entschieden: heute den Antragstellenden sagen", Wait.US),
    "letter": ("Brief lesen und bekannt geben", Wait.US),
    "hold": ("Vormerkung des Geldes endet", Wait.CLOCK),
    "agreement": ("Vereinbarung annehmen", Wait.APPLICANTS),
    "printing": ("Brief drucken und abschicken", Wait.US),
    "calling": ("Anrufen", Wait.US),
}


def list_for(user, samples, today, wait=None, *, closed=frozenset(), meetings=None):
    """[Deadline] of the project team, first due on top. samples: the flags of cases to look at, (False,) or both.
    wait: only what is for one side. closed: keys of cases that are left out, because what is due tells what came of
    them (fund/desk/access.py). meetings: what `meetings_ahead` has found, where somebody has asked already."""
    ahead = meetings_ahead(samples, today) if meetings is None else meetings
    of_bodies = [each for each in of_meetings(ahead, today, user.has_perm(COORDINATE)) if wait in (None, each.wait)]
    found = [*of_cases(user, samples, today, wait, closed), *of_bodies]
    return sorted(found, key=lambda each: (each.day, each.what, each.reference))[:MOST]


# Cases ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Branch:
    """One question. order: the column that brings what is due first to the top. day: when it is due, where that is
    another expression. case: the path to the application, "" for itself, None where only `about_id` names it.
    days: the column that says how many days later it is due."""

    key: str
    rows: QuerySet
    order: str
    day: object = None
    case: str | None = "application"
    days: str = ""


def of_cases(user, samples, today, wait, closed):
    targets = targets_for(user)
    wanted = [each for each in questions(user, today) if wait in (None, WHAT[each.key][1])]
    asked = [values_of(each, samples, closed, targets) for each in wanted]
    for key, first_day, days, target, _pk, reference, title, sample in asked[0].union(*asked[1:], all=True):
        day, (what, waits_for) = first_day + timedelta(days=days), WHAT[key]
        _column, name, more = targets.get(key, CASE)
        address = reverse(name, args=[target, *more])
        yield Deadline(day, what, waits_for, address, day < today, reference, title, bool(sample))


CASE = ("", "admin:fund_case", ())


def targets_for(user):
    """{key of a branch: (column with the key of what it leads to, name of the page, rest of its address)} of what is
    done on a page of its own, where this person may open that; everything else leads to the case."""
    found = {}
    if user.has_perm(COORDINATE):
        found = dict.fromkeys(("recording", "confirming"), ("pk", "admin:fund_meeting_item", ()))
    if user.has_perm(LEAD):
        found["checking"] = ("pk", "admin:fund_step_result", ("bestaetigen",))
    elif user.has_perm(CHECK) or user.has_perm(RECORD):
        found["checking"] = ("case__filing", "admin:fund_filing", ())
    return found


def values_of(branch, samples, closed, targets):
    """A branch as a part of the union: its first rows only, because days are slow to work out in SQLite.

    They are twice as many as are shown: a rule set that promises fewer days may bring a later case forward.
    """
    if branch.case is None:
        about = Application.objects.filter(pk=OuterRef("about_id"))
        columns = {name: Subquery(about.values(name)[:1]) for name in COLUMNS}
        shown = about.filter(sample__in=samples).exclude(state__in=Application.HIDDEN).exclude(pk__in=closed)
        rows = branch.rows.filter(Exists(shown))
    else:
        path = f"{branch.case}__" if branch.case else ""
        columns = {name: F(f"{path}{name}") for name in COLUMNS}
        rows = branch.rows.filter(**{f"{path}sample__in": samples}).exclude(**{f"{path}state__in": Application.HIDDEN})
        rows = rows.exclude(**{f"{path}pk__in": closed})
    first = rows.order_by(branch.order, "pk").values("pk")[: 2 * MOST]
    rows = rows.filter(pk__in=first).order_by()
    told = {name: Cast(columns[column], kind()) for column, (name, kind) in COLUMNS.items()}
    day = Cast(F(branch.order) if branch.day is None else branch.day, DateField())
    days = Cast(F(branch.days) if branch.days else Value(0), IntegerField())
    column, _name, _more = targets.get(branch.key, CASE)
    target = Cast(F(column) if column else columns["pk"], IntegerField())
    rows = rows.annotate(what=Value(branch.key, CharField()), first_day=day, more_days=days, target=target, **told)
    return rows.values_list("what", "first_day", "more_days", "target", *told)


def questions(user, today):
    """The branches of the union."""
    yield from promises()
    asked = ChangeRequest.objects.filter(answered_at=None, closed_at=None)
    yield Branch("question", asked.filter(application__state=State.INFO_REQUESTED), "due")
    untranslated = CaseMessage.objects.filter(translate_by__isnull=False, translation="")
    yield Branch("translation", untranslated, "translate_by")
    items = CaseItem.objects.open()
    of_meeting, of_vote = items.filter(meeting__day__lte=today), items.filter(vote__closed_at__isnull=False)
    for found, order, day in (
        (of_meeting, "meeting__day", None),
        (of_vote, "vote__closes_at", TruncDate("vote__closes_at")),
    ):
        recorded = found.filter(recorded_at__isnull=False)
        yield Branch("recording", found.filter(recorded_at=None), order, day)
        yield Branch("asking", recorded.filter(outcome=CaseItem.Outcome.ASKED), order, day)
        yield Branch("confirming", recorded.exclude(outcome=CaseItem.Outcome.ASKED), order, day)
    yield from sessions(today)
    results = StepResult.objects.filter(confirmed_at=None, dropped_at=None, case__ended_at=None)
    yield Branch("checking", results, "session_on", case="case__application")
    made = Decision.objects.filter(dropped_at=None, confirmed_at__isnull=False, letter__released_at=None)
    made, day = made.filter(letter__isnull=False), TruncDate("confirmed_at")
    by_committee = Q(maker=Decision.Maker.COMMITTEE)
    yield Branch("telling", made.filter(by_committee), "confirmed_at", day)
    yield Branch("letter", made.exclude(by_committee), "confirmed_at", day)
    held = Application.objects.filter(hold_until__isnull=False, hold_until__lte=today + SOON)
    yield Branch("hold", held, "hold_until", case="")
    agreements = Acceptance.objects.filter(accepted_at=None, application__state=State.AGREEMENT_SENT)
    yield Branch("agreement", agreements, "due")
    if user.has_perm("outbox.view_message"):
        yield from handwork()


def promises():
    """Cases of the team that wait for their answer: within the days of their rule set since they were handed in, or
    opened again."""
    days = "rule_set__answer_days_micro"
    waiting = Application.objects.filter(state__in=promise.UNANSWERED, decision_released_at=None)
    waiting = waiting.filter(rule_set__tiers__key=F("tier"), rule_set__tiers__path=Tier.Path.TEAM)
    first = waiting.filter(round=1)
    yield Branch("answer", first, "submitted_at", TruncDate("submitted_at"), "", days)
    again = promise.with_beginning(waiting.filter(round__gt=1))
    yield Branch("answer", again, "reopened_at", TruncDate(Coalesce("reopened_at", "submitted_at")), "", days)


def sessions(today):
    """Sessions of committees: over without a result of this case here, or of today and to come."""
    filed = FiledCase.objects.filter(ended_at=None, filing__filed_at__isnull=False)
    done = StepResult.objects.filter(dropped_at=None, step__decides=True, case=OuterRef("pk"))
    session = "filing__steps__session_on"
    over = filed.filter(**{f"{session}__lt": today, "filing__steps__decides": True}).exclude(Exists(done))
    yield Branch("committee", over, session)
    yield Branch("session", filed.filter(**{f"{session}__gte": today, f"{session}__lte": today + AHEAD}), session)


def handwork():
    """Letters to print and calls to make about a case; what she has to do by a day begins only with them."""
    waiting = Message.objects.filter(state=Message.State.OPEN, about_model=ABOUT)
    for key, channel in (("printing", Message.Channel.LETTER), ("calling", Message.Channel.CALL)):
        yield Branch(key, waiting.filter(channel=channel), "written_at", TruncDate("written_at"), None)


# Meetings -------------------------------------------------------------------------------------------------------------


CASES = Count("case_items", filter=Q(case_items__struck_at=None))


def going_on(today):
    """What a meeting is that goes on or is still to come."""
    return Q(state__in=MEETINGS) | Q(pk__in=agenda.running(today).values("pk"))


def meetings_ahead(samples, today):
    """The meetings of the bodies that deal with cases: those that go on, and those to come."""
    tiers = Tier.objects.filter(proposes=OuterRef("body")).order_by("-rule_set__paper_days")
    meetings = Meeting.objects.filter(going_on(today), sample__in=samples, day__range=(today, today + AHEAD))
    meetings = meetings.annotate(
        papers=Subquery(tiers.values("rule_set__paper_days")[:1]),
        name_of_body=Coalesce(Subquery(body_name("body", "day")), "body__key", output_field=CharField()),
        cases=CASES,
    ).filter(papers__isnull=False)
    return list(meetings.order_by("day", "pk")[:MOST])


def of_meetings(meetings, today, may_open):
    """The day of each, and the day on which its papers must be with the members; what has begun is no deadline."""
    for meeting in meetings:
        if meeting.state == Meeting.State.HELD:
            continue
        address = reverse("admin:meeting_desk", args=[meeting.pk]) if may_open else ""
        name = f"{meeting.name_of_body} ({meeting.cases} Antr{'ag' if meeting.cases == 1 else 'äge'})"
        papers = meeting.day - timedelta(days=meeting.papers)
        if papers >= today:
            what = f"Unterlagen an die Mitglieder: {name}"
            yield Deadline(papers, what, Wait.US, address, False, sample=meeting.sample)
        yield Deadline(meeting.day, f"Sitzung: {name}", Wait.CLOCK, address, False, sample=meeting.sample)
