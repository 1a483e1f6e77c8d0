"""Too few are free of conflict: the case goes to the deputies the rule set names (move 14; fund design, 0 and 1.4)."""

from django.utils import timezone

from fund import guards, mails, quorum, superseding
from fund.actors import CHECK, LEAD
from fund.models import Application, Declaration, RuleSet
from fund.standing import Standings
from strategy.models import Seat, SeatHolder
from wir.accounts.models import User

State = Application.State
CHECKED = (State.SUBMITTED, State.FORMAL_CHECK)  # nobody may check it: it goes on unchecked to who decides
REFUSING = 2  # people: one proposes to refuse for a formal reason, another one confirms (move 7)
CARRIED_OUT = (  # decided, or on the way to a committee: what is left is to be carried out by the team
    State.INELIGIBLE, State.APPROVED, State.REJECTED, State.WAITLISTED, State.AGREEMENT_SENT, State.ACTIVE,
    State.COMMITTEE_QUEUE, State.COMMITTEE_RUNNING,
)  # fmt: skip
NOBODY_OF_TEAM = (
    "Niemand im Projektteam ist frei von Interessenkonflikten: Was als Nächstes zu tun ist, darf hier niemand tun. Wer "
    "Konten verwaltet, kann eine weitere Person in das Projektteam einladen."
)
NOBODY_OF_LEAD = (
    "Niemand in der Leitung ist frei von Interessenkonflikten: Was nur die Leitung darf, kann hier niemand tun. Wer "
    "Konten verwaltet, kann einer weiteren Person diese Rolle geben."
)
ENOUGH = "Es sind genug Personen frei von Interessenkonflikten."
NONE_NAMED = "Das Regelwerk nennt keine Vertretung."
THERE_ALREADY = "Der Antrag liegt schon bei der Vertretung."
Standing = Declaration.Standing


def shortage(application, now):
    """Why the case cannot be decided where it is, as a sentence; "" where enough people are free of conflict.

    The team: fewer free people with the right to check than a decision needs. While a case is checked, none at all, and
    none beside the one who has proposed to refuse it. A body: even if everybody came who is not known to be in
    conflict, there would be no quorum; who has not declared yet may still be free.
    """
    if application.state in CHECKED:
        needed = 1 if guards.decision_of(application) is None else REFUSING
        return shortage_of_team(application, now, needed=needed)
    if application.state == State.TEAM_DECISION:
        return shortage_of_team(application, now, needed=application.rule_set.team_people)
    body = guards.body_of(application)
    return shortage_of_body(application, body, now) if body else ""


def shortage_of_team(application, now, *, needed):
    people = list(User.objects.with_perm(CHECK, include_superusers=False))
    free = count_free(application, people, now)
    if free >= needed:
        return ""
    return f"Zu wenige sind frei von Interessenkonflikten: {free} von {len(people)}, nötig sind {needed}."


def unmanned(application, now, *, team):
    """Sentences for a case whose next steps are nobody's, because everybody with the right to them is in conflict. Who
    deputises decides, and does nothing after that; a further person with the right can be named at any time.

    team: ask about the project team too; where somebody of it is known to be free, there is nothing to ask.
    """
    if team and application.state in CARRIED_OUT and shortage_of_team(application, now, needed=1):
        yield NOBODY_OF_TEAM
    of_lead = application.state == State.COMMITTEE_RUNNING or guards.open_splitting(application)
    if of_lead and not count_free(application, list(User.objects.with_perm(LEAD, include_superusers=False)), now):
        yield NOBODY_OF_LEAD


def count_free(application, people, now):
    standings = Standings([application], people, timezone.localdate(now))
    return sum(not standings.against(application, each) for each in people)


def shortage_of_body(application, body, now):
    """Quorum is strictly more than the rule set's share of its base (fund design, 1.5)."""
    day, rules = timezone.localdate(now), application.rule_set
    seats = Seat.objects.on(day).filter(body=body, voting=True)
    holders = SeatHolder.objects.on(day).filter(seat__in=seats).select_related("seat", "user")
    standings = Standings([application], list(holders), day)
    filled, able = set(), set()
    for each in holders:
        if not each.substitute:
            filled.add(each.seat_id)
        if not certainly_out(standings, application, each):
            able.add(each.seat_id)  # the member, or her substitute
    base = {RuleSet.QuorumBase.ALL: seats.count(), RuleSet.QuorumBase.FREE: len(able)}.get(
        rules.quorum_base, len(filled)
    )
    needed = quorum.needed(base, rules.quorum_percent)
    if len(able) >= needed:
        return ""
    return f"Zu wenige sind frei von Interessenkonflikten: {len(able)} von {len(filled)} Sitzen, nötig sind {needed}."


def certainly_out(standings, application, holder):
    """A conflict that stands. Nobody is counted out for what is found or not settled yet."""
    declared = standings.declarations(application, holder)
    return any(each.standing == Standing.CONFLICT for each in declared)


# The move -------------------------------------------------------------------------------------------------------------


def too_few_are_free(application, by, now, values):
    if not shortage(application, now):
        yield ENOUGH


def deputies_are_named(application, by, now, values):
    deputies = application.rule_set.deputies
    if deputies is None:
        yield NONE_NAMED
    elif guards.body_of(application) == deputies or application.body_id == deputies.pk:
        yield THERE_ALREADY


def given_up(application, by, now, values):
    """What was proposed before is off the table: the deputies decide for themselves, and perhaps nobody of the team is
    free to drop it."""
    superseding.drop(application, now)


def with_deputies(application, by, now, values):
    return {"body": application.rule_set.deputies}


def passed_on(application, by, now, values):
    given_up(application, by, now, values)
    mails.goes_on(application, now)
