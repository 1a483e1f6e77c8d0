"""How many of everything: what the desks of the index count, each kind in one statement, examples always apart."""

from collections import defaultdict

from django.conf import settings
from django.db.models import Count, Exists, Min, OuterRef, Q
from django.utils.functional import cached_property

from fund import advice, promise
from fund.desk.deadlines import CASES, SOON, going_on
from fund.models import (
    Application,
    CaseItem,
    CaseMessage,
    Decision,
    FiledCase,
    Flag,
    Reversal,
    StepResult,
)
from strategy.models import Meeting

State = Application.State
ENDED = (State.INELIGIBLE, State.REJECTED, State.WITHDRAWN, State.LAPSED, State.REVOKED, State.CLOSED)
RUNNING = (State.ACTIVE, State.REPORT_DUE, State.REPORT_CHECK, State.SETTLEMENT)
TO_HANDLE = Q(from_office=False, handled_at=None)
TO_TRANSLATE = Q(translate_by__isnull=False, translation="")
DECIDED = (State.INELIGIBLE, State.APPROVED, State.WAITLISTED, State.REJECTED)
PROPOSED = Q(application__state__in=(State.FORMAL_CHECK, State.TEAM_DECISION), confirmed_at=None)
UNREAD = Q(application__state__in=DECIDED, letter__read_at=None, letter__isnull=False)
UNRELEASED = Q(application__state__in=DECIDED, letter__read_at__isnull=False, letter__released_at=None)


def samples():
    """The flags of cases that are counted: examples only in a demo, and never in one number with real cases."""
    return (False, True) if settings.DEMO else (False,)


def grouped(rows, path, **numbers):
    """{sample: {name: number}} of rows; path: the column that says whether its case is an example."""
    found = defaultdict(dict)
    for row in rows.order_by().values(path).annotate(**numbers):
        found[row.pop(path)] = row
    return found


class States:
    """How many cases stand where. Read once, however many desks of a person ask for it."""

    def __init__(self, today):
        self.today = today

    @cached_property
    def rows(self):
        """[(sample, state, number, the first moment one of them ended)]"""
        found = Application.objects.handed_in().order_by().values_list("sample", "state")
        return list(found.annotate(number=Count("pk"), first=Min("ended_at")))

    def each(self):
        """{sample: {state: number}}"""
        found = defaultdict(dict)
        for sample, state, number, _first in self.rows:
            found[sample][state] = number
        return found

    def together(self, states, name):
        """{sample: {name: how many stand in one of the states, "first": when the first of them ended}}"""
        found = {}
        for sample, state, number, first in self.rows:
            if state in states:
                row = found.setdefault(sample, {name: 0, "first": None})
                row[name] += number
                row["first"] = min((each for each in (row["first"], first) if each), default=None)
        return found

    @cached_property
    def pressing(self):
        """{sample: {late, splitting, ending, first_end}}: answers that are overdue, hints of splitting, holds that end
        soon and the first of those days."""
        hints = Flag.objects.filter(kind=Flag.Kind.SPLITTING, settled_at=None).values("application")
        late, splitting = promise.is_late(self.today), Q(pk__in=hints)
        ending = Q(hold_until__lte=self.today + SOON)
        rows = Application.objects.handed_in().filter(late | splitting | ending)
        return grouped(
            rows,
            "sample",
            late=Count("pk", filter=late),
            splitting=Count("pk", filter=splitting),
            ending=Count("pk", filter=ending),
            first_end=Min("hold_until", filter=ending),
        )


def of_messages():
    rows = CaseMessage.objects.filter(TO_HANDLE | TO_TRANSLATE).exclude(application__state__in=Application.HIDDEN)
    return grouped(
        rows,
        "application__sample",
        messages=Count("pk", filter=TO_HANDLE),
        translations=Count("pk", filter=TO_TRANSLATE),
    )


def of_decisions(user):
    """Proposals and letters that need somebody; what this person proposed or wrote needs somebody else."""
    by_committee = Q(maker=Decision.Maker.COMMITTEE)
    rows = Decision.objects.filter(PROPOSED | UNREAD | UNRELEASED, dropped_at=None)
    return grouped(
        rows,
        "application__sample",
        proposals=Count("pk", filter=PROPOSED & ~Q(proposed_by=user)),
        unread=Count("pk", filter=UNREAD & ~Q(letter__drafted_by=user)),
        unreleased=Count("pk", filter=UNRELEASED),
        telling=Count("pk", filter=(UNREAD | UNRELEASED) & by_committee),
    )


def of_meetings(today):
    """Results to record of meetings that are over or go on today and of votes that are counted, and questions of a body
    that the office writes out."""
    rows = CaseItem.objects.open().filter(Q(meeting__day__lte=today) | Q(vote__closed_at__isnull=False))
    missing, asked = Q(recorded_at=None), Q(outcome=CaseItem.Outcome.ASKED)
    counts = {"recording": Count("pk", filter=missing), "asking": Count("pk", filter=asked)}
    return grouped(rows, "application__sample", **counts)


def of_results(user):
    """Results of committees that wait for their second person."""
    rows = StepResult.objects.filter(confirmed_at=None, dropped_at=None, case__ended_at=None).exclude(recorded_by=user)
    return grouped(rows, "case__application__sample", checking=Count("pk"))


def of_reversals(user):
    rows = Reversal.objects.filter(confirmed_at=None, dropped_at=None).exclude(proposed_by=user)
    return grouped(rows, "application__sample", reversals=Count("pk"))


def of_filings(today):
    """Papers: whose committee has met without a result here, that wait for their session, and that have no number."""
    result = StepResult.objects.filter(dropped_at=None, case=OuterRef("pk"), step=OuterRef("filing__steps"))
    decided = StepResult.objects.filter(dropped_at=None, case=OuterRef("pk"), step__decides=True)
    advised = advice.given_to_place(step=OuterRef("filing__steps"))
    rows = FiledCase.objects.filter(ended_at=None).exclude(Exists(result) | Exists(advised)).exclude(Exists(decided))
    session = "filing__steps__session_on"
    over, coming = Q(**{f"{session}__lt": today}), Q(**{f"{session}__gte": today})
    is_filed = Q(filing__filed_at__isnull=False)
    return grouped(
        rows,
        "application__sample",
        missing=Count("filing", filter=is_filed & over, distinct=True),
        coming=Count("filing", filter=is_filed & coming, distinct=True),
        next_session=Min(session, filter=is_filed & coming),
        unfiled=Count("filing", filter=~is_filed, distinct=True),
    )


# Members of a body ----------------------------------------------------------------------------------------------------


def next_meetings(bodies, today):
    """{sample: meetings of these bodies}: those that go on, then the next one; with the number of their cases."""
    running, coming = defaultdict(list), {}
    meetings = Meeting.objects.coming(today).filter(going_on(today), body__in=bodies)
    for meeting in meetings.annotate(cases=CASES)[: 4 * len(bodies) + 10]:
        if meeting.state == Meeting.State.HELD:
            running[meeting.sample].append(meeting)
        else:
            coming.setdefault(meeting.sample, [meeting])
    return {sample: running[sample] + coming.get(sample, []) for sample in {*running, *coming}}
