"""What a body's work on cases wants from whoever signed in: results to confirm, votes to give, votes to count, and
cases to decide in place of the project team."""

from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from fund import circular
from fund.models import Application, CaseItem, CircularVote, Decision, Declaration
from fund.recording import RESULTS
from fund.room import standings_of
from strategy.models import SeatHolder
from strategy.permissions import CHAIRS, COORDINATE
from wir.lib.formats import one_or_many

BOARD_MEETING, TEAM_DECISION = Application.State.BOARD_MEETING, Application.State.TEAM_DECISION
RESULTS_WAIT = ("Ergebnis aus der Sitzung ist zu bestätigen", "Ergebnisse aus der Sitzung sind zu bestätigen")
VOTES_WAIT = (
    "Ergebnis einer Abstimmung ohne Sitzung ist zu bestätigen",
    "Ergebnisse einer Abstimmung ohne Sitzung sind zu bestätigen",
)
DEPUTISES = (
    "Antrag in Vertretung des Projektteams zu entscheiden",
    "Anträge in Vertretung des Projektteams zu entscheiden",
)


def tasks(user, today):
    """(count, text, address), for the index of the back office; nothing for who has no seat and prepares no meeting."""
    seats = list(SeatHolder.objects.on(today).filter(user=user).values_list("seat__body", "role", "seat__voting"))
    chaired = [body for body, role, _voting in seats if role in CHAIRS]
    voting = [body for body, _role, votes in seats if votes]
    if chaired:
        yield from to_confirm(user, chaired)
    if voting:
        yield from to_vote(user, voting)
        yield from to_decide(user, voting)
    if chaired or user.has_perm(COORDINATE):
        yield from to_count(user, chaired)


def to_confirm(user, bodies):
    """Results that somebody else entered, one line a meeting; whether nothing binds her is asked on the page."""
    items = CaseItem.objects.open().filter(
        meeting__body__in=bodies, recorded_at__isnull=False, outcome__in=RESULTS, application__state=BOARD_MEETING
    )
    counts = {}
    for meeting in items.exclude(recorded_by=user).order_by("meeting").values_list("meeting", flat=True):
        counts[meeting] = counts.get(meeting, 0) + 1
    for meeting, count in counts.items():
        yield count, one_or_many(count, *RESULTS_WAIT), reverse("admin:fund_meeting_lead", args=[meeting])
    voted = CaseItem.objects.open().filter(
        vote__body__in=bodies, recorded_at__isnull=False, outcome__in=RESULTS, application__state=BOARD_MEETING
    )
    for vote, count in voted.exclude(recorded_by=user).order_by("vote").values_list("vote").annotate(Count("pk")):
        yield count, one_or_many(count, *VOTES_WAIT), reverse("admin:fund_vote", args=[vote])


def to_vote(user, bodies):
    """Votes without a meeting that run and hold a case on which she has a voice and has not given it."""
    now = timezone.now()
    running = CircularVote.objects.filter(body__in=bodies, closed_at=None, opens_at__lte=now, closes_at__gt=now)
    for vote in running.order_by("closes_at"):
        items = list(vote.case_items.open().select_related("application__revision"))
        standings = standings_of([each.application for each in items])
        if circular.to_vote_on(vote, items, standings, user, now):
            until = timezone.localtime(vote.closes_at)
            yield 1, f"Abstimmung ohne Sitzung bis {until:%d.%m.%Y %H:%M}", reverse("admin:fund_vote", args=[vote.pk])


def to_decide(user, bodies):
    """Cases given to her body in place of the project team, on which she is free: to propose, or to confirm what
    another deputy has proposed."""
    free = Declaration.objects.free().filter(application=OuterRef("pk"), holder__user=user)
    own = Decision.objects.filter(application=OuterRef("pk"), dropped_at=None, proposed_by=user)
    given = Application.objects.handed_in().filter(state=TEAM_DECISION, body__in=bodies)
    given = given.filter(Exists(free), ~Exists(own))
    for sample, count in given.order_by("sample").values_list("sample").annotate(Count("pk")):
        address = reverse("admin:fund_proposal_changelist") + ("?beispiele=1" if sample else "")
        yield count, one_or_many(count, *DEPUTISES), address


def to_count(user, chaired):
    over = CircularVote.objects.filter(closed_at=None, closes_at__lte=timezone.now())
    if not user.has_perm(COORDINATE):
        over = over.filter(body__in=chaired)
    for vote in over.order_by("closes_at"):
        yield 1, "Eine Abstimmung ohne Sitzung ist auszuzählen", reverse("admin:fund_vote", args=[vote.pk])
