"""The door of the fund: one function that makes the moves of the table (fund/table.py).

"Does its state allow it?" is answered here, and "who?" by the parts each move names; `perform` refuses by itself,
whoever calls it. Nothing else writes `Application.state`. Each move compares and sets state and version, and writes its
row of history and its messages in the same transaction; messages leave after it. Guards yield reasons, and all of them
are asked, so that a refusal tells every blocker at once.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fund import actors, effects, guards, money
from fund.actors import Part
from fund.models import Application, ApplicationChange
from fund.permissions import CHECK, ERASE, LEAD, RECORD
from fund.table import TABLE, State
from fund.transitions import Transition
from strategy.models import SeatHolder
from strategy.permissions import chairs
from wir.accounts.audit import Action, record
from wir.lib.workflow import FASTER, Refused, refuse_if

__all__ = ["MOVES", "TABLE", "State", "Transition", "blockers", "moves_for", "offered", "perform"]

MOVES = {each.name: each for each in TABLE}
RESULTS = (State.APPROVED, State.WAITLISTED, State.REJECTED, State.INELIGIBLE, State.REVOKED)  # decided, says the log
RIGHTS = {Part.TEAM: CHECK, Part.LEAD: LEAD, Part.RECORDER: RECORD, Part.PROTECTION: ERASE}


def part_of(application, by, move):
    """True where this actor may make the move as what she is: staff need the right, who chairs has her seat in the body
    that deals with this case or was named for it, and deputies stand in for the team where it was given to them
    (`is_given`)."""
    if by.part in (Part.APPLICANT, Part.HELPER, Part.CLOCK):
        return by.part in move.parts
    if by.user is None:
        return False
    if by.part in (Part.TEAM, Part.LEAD):
        stands_in = is_given(move) and is_deputy(application, by.user)
        of_team = Part.TEAM in move.parts and (by.user.has_perm(RIGHTS[by.part]) or stands_in)
        return of_team or (Part.LEAD in move.parts and by.user.has_perm(LEAD))
    if by.part not in move.parts:
        return False
    if by.part == Part.CHAIR:
        body = guards.body_of(application)
        return body is not None and (chairs(by.user, body) or guards.chairs_item(application, by.user))
    return by.user.has_perm(RIGHTS[by.part])


def is_given(move):
    """Deputies stand in for the team's decision, and for nothing else that the team may do with a case."""
    return Part.TEAM in move.parts and move.sources == (State.TEAM_DECISION,)


def deputises(application, user):
    """The team decides through its deputies where too few of it are free of conflict (fund design, 0)."""
    return application.state == State.TEAM_DECISION and is_deputy(application, user)


def is_deputy(application, user):
    """True where the case was given to a body in which this account has a voice, also after it has decided."""
    if application.body_id is None:
        return False
    seats = SeatHolder.objects.on(timezone.localdate()).filter(seat__body=application.body_id, seat__voting=True)
    return seats.filter(user=user).exists()


def first_blockers(application, move, by):
    """What says no before anybody looks into the case: who acts, its state, its path."""
    if not part_of(application, by, move):
        return [guards.NOT_YOURS if by.is_staff else guards.NOT_YOURS_PUBLIC]
    if application.state not in move.sources:
        return [guards.NOT_NOW if by.is_staff else guards.NOT_NOW_PUBLIC]
    if move.paths and guards.path_of(application) not in move.paths:
        return [guards.OTHER_PATH]
    return []


def guard_reasons(application, move, by, now, values):
    found = [reason for guard in move.guards for reason in guard(application, by, now, values)]
    return [reason for place, reason in enumerate(found) if reason not in found[:place]]


def blockers(application, name, *, by, now, **values):
    """Every reason why this move is not possible now, for buttons and for the door alike. [] where it is."""
    move = MOVES[name]
    return first_blockers(application, move, by) or guard_reasons(application, move, by, now, values)


def moves_for(application, by):
    """The moves of the table that this state, path and part have; guards may still refuse them."""
    return [
        move
        for move in TABLE
        if application.state in move.sources
        and (not move.paths or guards.path_of(application) in move.paths)
        and part_of(application, by, move)
    ]


def offered(application, user):
    """[(move, actor)] of everything this account may do here, as whatever it is: one button a move."""
    found = {}
    for part in actors.STAFF:
        for move in moves_for(application, actors.staff(user, part)):
            found.setdefault(move.name, (move, actors.staff(user, part)))
    return [found[move.name] for move in TABLE if move.name in found]


def perform(application, name, *, by, now, **values):
    """Make a move, or raise Refused with every reason; then nothing is written. Returns the application.

    The first statement raises the version where state and version are still what `application` says. From then on
    nobody else moves the case or saves into it (fund/saving.py waits at the same row), and the guards see what is
    final. Whoever comes second, in another tab or on another server, is refused.
    """
    move = MOVES[name]
    with transaction.atomic():
        refuse_if(first_blockers(application, move, by))
        if move.money:
            money.lock(application)
        source = application.state
        held = Application.objects.filter(pk=application.pk, state=source, version=application.version)
        if not held.update(version=F("version") + 1):
            raise Refused([FASTER if by.is_staff else guards.FASTER_PUBLIC])
        refuse_if(guard_reasons(application, move, by, now, values))
        target = move.target(application) if callable(move.target) else move.target
        application.version += 1
        application.state = target
        columns = move.columns(application, by, now, values) if move.columns else {}
        effects.write(application, {"state": target} | columns)
        ApplicationChange.objects.create(
            application=application,
            move=name,
            source=source,
            target=target,
            at=now,
            by_kind=by.part,
            by=by.user,
            helper=by.helper,
            note=values.get("note", ""),
        )
        if move.effect:
            move.effect(application, by, now, values)
        if by.user is not None:
            decides = target != source and target in RESULTS
            action = Action.DECIDED if decides else Action.CHANGED
            record(by=by.user, action=action, thing=application, now=now, detail=move.label)
    return application
