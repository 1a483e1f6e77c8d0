"""A case goes into another year of the fund, with the money that is set aside for it (fund design, 1.6).

For who waits for money, and for who is decided on while her year is closed. The case stays in its state; its money
leaves one year and is taken from the other in one step, through the money guard, or nothing happens.
"""

from django.db import transaction
from django.db.models import F

from fund import guards, letters, money
from fund.actors import CHECK
from fund.guards import decision_of
from fund.models import Application, ApplicationChange, FundYear
from fund.rules_workflow import check_may
from wir.accounts.audit import Action, record
from wir.lib.workflow import FASTER, Refused

State = Application.State
MOVE = "move_year"
MOVABLE = (
    State.TEAM_DECISION,
    State.BOARD_QUEUE,
    State.BOARD_MEETING,
    State.COMMITTEE_QUEUE,
    State.COMMITTEE_RUNNING,
    State.WAITLISTED,
    State.APPROVED,
)
SAME = "Der Antrag gehört schon zu diesem Jahr."
NO_YEAR = "Wählen Sie ein Jahr."
NOT_OPEN = "Das Jahr {year} ist nicht veröffentlicht oder schon abgeschlossen."
KNOWN = "Die Bewilligung ist schon bekannt gegeben; ihr Geld bleibt in seinem Jahr."


def choices(application):
    """The years a case could go into."""
    years = FundYear.objects.filter(
        sample=application.sample, state=FundYear.State.PUBLISHED, ceiling__isnull=False
    ).exclude(pk=application.year_id)
    return years.order_by("-year")


def is_movable(application):
    """Whether its state lets a case change its year: what is promised to somebody stays where it is."""
    known = application.state == State.APPROVED and application.decision_released_at is not None
    return application.state in MOVABLE and not known


def reasons(application, year, by, now):
    """Everything that is in the way, before the money is asked for."""
    yield from guards.did_not_help(application, by, now, {})
    if application.state not in MOVABLE:
        yield guards.NOT_NOW
    elif not is_movable(application):
        yield KNOWN
    if year is None:
        yield NO_YEAR
        return
    if year.pk == application.year_id:
        yield SAME
    if year.sample != application.sample:
        yield money.MIXED
    if year.state != FundYear.State.PUBLISHED:
        yield NOT_OPEN.format(year=year)
    elif year.ceiling is None:
        yield money.NOT_KNOWN


def move_year(application, year, *, by, now, note=""):
    """Put the case into another published year. Returns it. by: an Actor of the office.

    Raises Refused with every reason, NoMoney where the other year cannot hold or promise what this one did, and
    PermissionDenied; then nothing is written. Years are locked in the order of their keys, before the case.
    """
    check_may(by.user, CHECK)
    with transaction.atomic():
        money.lock_money([pk for pk in (application.year_id, year.pk if year else None) if pk])
        found = Application.objects.filter(pk=application.pk, state=application.state, version=application.version)
        if not found.update(version=F("version") + 1):
            raise Refused([FASTER])
        year = FundYear.objects.filter(pk=year.pk).first() if year else None
        if blockers := list(reasons(application, year, by, now)):
            raise Refused(blockers)
        before = application.year
        held, promised = money.held_for(application), money.committed_to(application)
        decision = decision_of(application)
        if held:
            money.unhold(application, by=by.user, now=now)
        if promised:
            money.uncommit(application, decision=decision, by=by.user, now=now)
        moved = Application.objects.get(pk=application.pk)
        moved.year = year
        if held:
            money.hold(moved, held.amount, by=by.user, now=now)
        if promised:
            money.commit(moved, promised.amount, decision=decision, by=by.user, now=now)
        Application.objects.filter(pk=application.pk).update(year=year)
        if decision:
            decision.application = moved
        told = ". ".join(part for part in (note, letters.redraft(decision, before, by=by.user, now=now)) if part)
        ApplicationChange.objects.create(
            application=application,
            move=MOVE,
            source=application.state,
            target=application.state,
            at=now,
            by_kind=by.part,
            by=by.user,
            note=f"von {before or 'keinem Jahr'} nach {year}" + (f": {told}" if told else ""),
        )
        record(by=by.user, action=Action.CHANGED, thing=moved, now=now, detail="in ein anderes Jahr verschoben")
    return moved
