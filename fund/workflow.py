"""The door of the fund: one table of moves, one function that makes them.

"Does its state allow it?" is answered here, and "who?" by the parts each move names; `perform` refuses by itself,
whoever calls it. Nothing else writes `Application.state`. Each move compares and sets state and version, and writes its
row of history and its messages in the same transaction; messages leave after it. Numbers are those of the fund's
design, table 1.4. Guards yield reasons, and all of them are asked, so that a refusal tells every blocker at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from fund import deciding, effects, guards, money
from fund.actors import CHECK, LEAD, Part
from fund.models import Application, ApplicationChange, Decision
from wir.lib.workflow import FASTER, Refused

State, Kind = Application.State, Decision.Kind
A, H, T, L, X = Part.APPLICANT, Part.HELPER, Part.TEAM, Part.LEAD, Part.CLOCK
TEAM_PATH, BODY_PATHS = ("team",), ("body", "body_then_committee")
DECIDED = (State.APPROVED, State.WAITLISTED, State.REJECTED)
# Where the applicant may go without anybody's consent; a no that she does not know yet is none
BEFORE_AGREED = (*Application.OPEN, State.AGREEMENT_SENT, State.INELIGIBLE, State.REJECTED)
# What holds for the one whose yes makes a decision final
LAST = (deciding.nobody_helped, deciding.is_another_person, deciding.enough_people)


@dataclass(frozen=True)
class Transition:
    """One allowed move.

    number: in the fund's design. label: German, on buttons of the back office. public: what the applicant is told of
    it, "" where it is no business of hers. target: a state, or a function of the application for moves that lead back.
    paths: the paths of a tier (fund/models/rules.py) it exists on; () for all.
    columns: what is written with the state: columns(application, by, now, values) -> dict.
    effect: follows in the same transaction, after the state was set: effect(application, by, now, values).
    money: it moves money, so the year is locked before the case (fund/money.py).
    """

    name: str
    number: str
    label: str
    sources: tuple
    target: object
    parts: tuple
    guards: tuple = ()
    columns: Callable | None = None
    effect: Callable | None = None
    paths: tuple = ()
    public: object = ""
    money: bool = False


def back_to_who_asked(application):
    return State(application.asked_by_state)


TABLE = (
    Transition(
        "submit", "3", "einreichen", (State.DRAFT,), State.SUBMITTED, (A, H),
        guards=(guards.is_complete, guards.round_is_open, guards.consents, guards.files_are_fine, guards.is_reachable),
        columns=effects.handed_in, effect=effects.submitted, public=_("Your application has arrived."),
    ),
    Transition(
        "take", "4", "übernehmen", (State.SUBMITTED,), State.FORMAL_CHECK, (T,),
        guards=(guards.did_not_help,),
        columns=effects.assigned, effect=effects.taken, public=_("Somebody is looking at your application."),
    ),
    Transition(
        "ask", "5", "Rückfrage stellen", (State.FORMAL_CHECK,), State.INFO_REQUESTED, (T,),
        guards=(guards.no_refusal_is_proposed, guards.names_sections, guards.gives_time),
        columns=effects.remembers_who_asked, effect=effects.asked,
        public=_("We need something from you."),
    ),
    Transition(
        "extend", "5", "Frist verlängern", (State.INFO_REQUESTED,), State.INFO_REQUESTED, (T,),
        guards=(guards.is_later,), effect=effects.extended, public=_("You have more time for your answer."),
    ),
    Transition(
        "answer", "6", "Rückfrage beantworten", (State.INFO_REQUESTED,), back_to_who_asked, (A, H),
        guards=(guards.every_section_is_answered, guards.is_complete, guards.is_in_time, guards.files_are_fine),
        columns=effects.newest_revision, effect=effects.answered, public=_("Your answer has arrived."),
    ),
    Transition(
        "lapse", "7", "ohne Antwort beenden", (State.INFO_REQUESTED,), State.LAPSED, (X,),
        guards=(guards.time_is_over, guards.was_reminded_twice), columns=effects.ends, effect=effects.lapsed,
        public=_("We got no answer from you, so your application has ended. You can open it again."),
    ),
    Transition(
        "propose_refusal", "8", "formale Ablehnung vorschlagen", (State.FORMAL_CHECK,), State.FORMAL_CHECK, (T,),
        guards=(guards.did_not_help, guards.has_formal_reason, guards.no_refusal_is_proposed),
        effect=effects.refusal_proposed,
    ),
    Transition(
        "drop_refusal", "8", "Vorschlag verwerfen", (State.FORMAL_CHECK,), State.FORMAL_CHECK, (T,),
        guards=(guards.refusal_is_proposed, guards.did_not_help, guards.says_why), effect=effects.refusal_dropped,
    ),
    Transition(
        "refuse", "8", "formal ablehnen (zweite Person)", (State.FORMAL_CHECK,), State.INELIGIBLE, (T,),
        guards=(guards.refusal_is_proposed, guards.is_second_person, guards.did_not_help),
        columns=effects.recorded, effect=effects.refused,
    ),
    Transition(
        "forward_to_team", "9", "zur Entscheidung im Projektteam", (State.FORMAL_CHECK,), State.TEAM_DECISION, (T,),
        guards=(
            guards.did_not_help, guards.no_refusal_is_proposed, guards.checklist_is_complete,
            guards.starts_after_decision,
        ),
        effect=effects.forwarded, paths=TEAM_PATH, public=_("The project team decides on your application."),
    ),
    Transition(
        "forward_to_body", "10", "an das Gremium geben", (State.FORMAL_CHECK,), State.BOARD_QUEUE, (T,),
        guards=(
            guards.did_not_help, guards.no_refusal_is_proposed, guards.checklist_is_complete,
            guards.starts_after_decision, guards.has_summary, guards.meeting_is_known,
        ),
        effect=effects.forwarded, paths=BODY_PATHS, public=_("The board talks about your application."),
    ),
    Transition(
        "release_refusal", "24b", "Ablehnung bekannt geben", (State.INELIGIBLE,), State.INELIGIBLE, (T,),
        guards=(guards.is_not_released, guards.did_not_help, guards.letter_was_read),
        columns=effects.released, effect=effects.refusal_released,
        public=_("Your application cannot be funded. The letter says why, and what else you can do."),
    ),
    Transition(
        "propose_approval", "11", "Bewilligung vorschlagen", (State.TEAM_DECISION,), State.TEAM_DECISION, (T,),
        guards=(guards.did_not_help, deciding.nothing_is_proposed, deciding.amount_fits),
        effect=deciding.proposed(Kind.APPROVED), paths=TEAM_PATH,
    ),
    Transition(
        "propose_waitlist", "12", "Warteliste vorschlagen", (State.TEAM_DECISION,), State.TEAM_DECISION, (T,),
        guards=(guards.did_not_help, deciding.nothing_is_proposed, deciding.amount_fits),
        effect=deciding.proposed(Kind.WAITLISTED), paths=TEAM_PATH,
    ),
    Transition(
        "propose_rejection", "13", "Ablehnung vorschlagen", (State.TEAM_DECISION,), State.TEAM_DECISION, (T,),
        guards=(
            guards.did_not_help, deciding.nothing_is_proposed, deciding.has_merit_reason, deciding.has_own_sentence,
        ),
        effect=deciding.proposed(Kind.REJECTED), paths=TEAM_PATH,
    ),
    Transition(
        "agree", "11", "zustimmen (weitere Person)", (State.TEAM_DECISION,), State.TEAM_DECISION, (T,),
        guards=(
            deciding.something_is_proposed, deciding.nobody_helped, deciding.is_another_person, deciding.agrees_once,
            deciding.others_are_missing,
        ),
        effect=deciding.agreed, paths=TEAM_PATH,
    ),
    Transition(
        "drop_decision", "11", "Vorschlag verwerfen", (State.TEAM_DECISION,), State.TEAM_DECISION, (T,),
        guards=(deciding.something_is_proposed, guards.says_why), effect=effects.refusal_dropped, paths=TEAM_PATH,
    ),
    Transition(
        "approve", "11", "bewilligen (letzte Person)", (State.TEAM_DECISION,), State.APPROVED, (T,),
        guards=(
            deciding.proposes(Kind.APPROVED), *LAST, deciding.proposed_amount_fits, deciding.splitting_needs_lead,
            deciding.lead_says_why, deciding.money_is_there,
        ),
        columns=deciding.is_recorded, effect=deciding.approved, paths=TEAM_PATH, money=True,
    ),
    Transition(
        "waitlist", "12", "auf die Warteliste (letzte Person)", (State.TEAM_DECISION,), State.WAITLISTED, (T,),
        guards=(deciding.proposes(Kind.WAITLISTED), *LAST, deciding.proposed_amount_fits, deciding.money_is_short),
        columns=deciding.is_recorded, effect=deciding.decided, paths=TEAM_PATH,
    ),
    Transition(
        "reject", "13", "ablehnen (letzte Person)", (State.TEAM_DECISION,), State.REJECTED, (T,),
        guards=(deciding.proposes(Kind.REJECTED), *LAST),
        columns=effects.recorded, effect=deciding.decided, paths=TEAM_PATH,
    ),
    Transition(
        "call_up", "23", "von der Warteliste holen", (State.WAITLISTED,), State.TEAM_DECISION, (T,),
        guards=(guards.did_not_help, deciding.is_next, deciding.money_is_there, deciding.is_still_wanted),
        columns=deciding.not_decided, effect=deciding.superseded, paths=TEAM_PATH,
        public=_("The project team decides on your application."),
    ),
    Transition(
        "release_decision", "24", "Ergebnis bekannt geben", DECIDED, deciding.state_after_release, (T,),
        guards=(guards.is_not_released, guards.letter_was_read),
        columns=effects.released, effect=deciding.released,
        public=_("We have decided on your application. Our letter tells you more."),
    ),
    Transition(
        "activate", "25", "Projekt läuft", (State.APPROVED, State.AGREEMENT_SENT), State.ACTIVE, (T,),
        guards=(deciding.result_is_known, deciding.begins_on_a_day, deciding.names_payer),
        columns=deciding.running, public=_("Your project is running"),
    ),
    Transition(
        "close", "34", "abschließen", (State.ACTIVE,), State.CLOSED, (T,),
        guards=(deciding.ends_on_a_day,), columns=deciding.finished, public=_("Your project is finished."),
    ),
    Transition(
        "withdraw", "37", "zurückziehen", BEFORE_AGREED, State.WITHDRAWN, (A,),
        guards=(guards.no_result_is_known,),
        columns=effects.ends, effect=effects.withdrawn, public=_("You have taken your application back."), money=True,
    ),
    Transition(
        "discard", "39", "Entwurf löschen", (State.DRAFT,), State.ERASED, (A,),
        columns=effects.emptied, effect=effects.erased,
    ),
    Transition(
        "expire", "39", "Entwurf verfallen lassen", (State.DRAFT,), State.ERASED, (X,),
        guards=(guards.draft_is_over,), columns=effects.emptied, effect=effects.erased,
    ),
    Transition(
        "reopen", "40", "wieder öffnen", (State.WITHDRAWN, State.LAPSED), State.FORMAL_CHECK, (A,),
        guards=(guards.ended_lately, guards.money_year_is_open), columns=effects.begins_again, effect=effects.reopened,
        public=_("Your application is open again."),
    ),
)  # fmt: skip
MOVES = {each.name: each for each in TABLE}
RIGHTS = {Part.TEAM: CHECK, Part.LEAD: LEAD}


def part_of(by, move):
    """True where this actor may make the move as what she is; staff also need the right."""
    if by.part == Part.LEAD and Part.TEAM in move.parts:
        return by.user.has_perm(LEAD)
    if by.part not in move.parts:
        return False
    return by.part not in RIGHTS or (by.user is not None and by.user.has_perm(RIGHTS[by.part]))


def first_blockers(application, move, by):
    """What says no before anybody looks into the case: who acts, its state, its path."""
    if not part_of(by, move):
        return [guards.NOT_YOURS if by.is_staff else guards.NOT_YOURS_PUBLIC]
    if application.state not in move.sources:
        return [guards.NOT_NOW if by.is_staff else guards.NOT_NOW_PUBLIC]
    if move.paths and guards.path_of(application) not in move.paths:
        return [guards.OTHER_PATH]
    return []


def guard_reasons(application, move, by, now, values):
    return [reason for guard in move.guards for reason in guard(application, by, now, values)]


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
        and part_of(by, move)
        and (not move.paths or guards.path_of(application) in move.paths)
    ]


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
    return application


def refuse_if(reasons):
    if reasons:
        raise Refused(reasons)
