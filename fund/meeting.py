"""Guards, columns and effects of what a body does with a case (moves 12b and 14 to 17 of the fund's design).

A result is entered during the meeting (fund/recording.py) and counts once the chair, or who chairs this item, confirms
it: then money is held or promised, and the case goes on.
"""

from datetime import timedelta

from django.utils import timezone

from fund import agenda, carriers, committees, effects, guards, holds, letters, minutes, money, recording, room
from fund.actors import Part
from fund.agenda import open_item
from fund.deciding import no_list, not_decided, too_much
from fund.models import Application, CaseItem, Decision, Declaration, Presence
from strategy.permissions import chairs
from strategy.workflow import stay_open
from wir.languages.text import is_blank
from wir.lib.formats import euro

State, Outcome = Application.State, CaseItem.Outcome
KINDS = {
    State.APPROVED: Decision.Kind.APPROVED,
    State.WAITLISTED: Decision.Kind.WAITLISTED,
    State.REJECTED: Decision.Kind.REJECTED,
}
NOT_RECORDED = "Es ist noch kein Ergebnis eingetragen."
NOT_ON_AGENDA = "Der Antrag steht auf keiner Tagesordnung."
NO_MEETING = "Wählen Sie eine Sitzung."
OTHER_BODY = "Diese Sitzung gehört zu einem anderen Gremium."
NOT_AHEAD = "Diese Sitzung nimmt keine Anträge mehr auf."
MIXED = "Beispiele und Echtes bleiben getrennt."
NO_CIRCULAR = "Das Regelwerk erlaubt keine Abstimmung ohne Sitzung."
VOTED = recording.VOTE_STANDS
RESULT_HOLDS = "Das Ergebnis des Gremiums gilt."
RESULT_VOID = (
    "Nach der Abstimmung wurde ein Interessenkonflikt bekannt, und das Ergebnis kann daran liegen. Darum stimmt das "
    "Gremium neu ab."
)
CHOICE_GONE = "Die Wahl eines Trägers zu diesem Aufruf gilt nicht mehr: Tragen Sie das Ergebnis neu ein."
CHAIR_ALLOWS = "Verspätete Unterlagen lässt nur der Vorsitz zu."


# Put on an agenda (14) ------------------------------------------------------------------------------------------------


def meeting_takes_cases(application, by, now, values):
    """values: meeting, or vote where the rules allow a circular vote."""
    meeting, vote, body = values.get("meeting"), values.get("vote"), guards.body_of(application)
    of = meeting or vote
    if of is None:
        yield NO_MEETING
        return
    if body is None or of.body_id != body.pk:
        yield OTHER_BODY
    if of.sample != application.sample:
        yield MIXED
    if meeting is not None and (meeting.state not in agenda.OPEN or meeting.day < timezone.localdate(now)):
        yield NOT_AHEAD
    if vote is not None:
        if not application.rule_set.circular_vote:
            yield NO_CIRCULAR
        if vote.closed_at or vote.closes_at <= now:
            yield NOT_AHEAD


def members_have_declared(application, by, now, values):
    """Who has not declared cannot vote, and the page lists her; but where nobody has, nobody could."""
    body = guards.body_of(application)
    declared = Declaration.objects.in_force().filter(application=application, holder__seat__body=body)
    if not declared.exclude(standing=Declaration.Standing.OPEN).exists():
        yield "Noch niemand aus dem Gremium hat sich zu Interessenkonflikten erklärt."


def papers_in_time(application, by, now, values):
    """Members have their papers some days before; the chair may take a case all the same, with a reason on record."""
    of = values.get("meeting") or values.get("vote")
    if of is None:
        return
    day = of.day if values.get("meeting") else timezone.localdate(of.closes_at)
    days = application.rule_set.paper_days
    if day - timezone.localdate(now) >= timedelta(days=days):
        return
    if is_blank(values.get("late_papers", "")):
        yield f"Die Unterlagen gehen {days} Tage vorher hinaus; das ist nicht mehr zu schaffen. Nennen Sie den Grund."
    elif by.part != Part.CHAIR and not (by.user and chairs(by.user, of.body)):
        yield CHAIR_ALLOWS


def put(application, by, now, values):
    meeting, late = values.get("meeting"), values.get("late_papers", "").strip()
    if meeting is not None:
        stay_open(meeting)
    agenda.put(application, meeting=meeting, vote=values.get("vote"), late_papers=late, by=by.user, now=now)


def struck(application, by, now, values):
    item = open_item(application)
    if item is not None:
        agenda.strike(item, note=values["note"].strip(), now=now)


# The result is confirmed (15, 15b, 12b) -------------------------------------------------------------------------------


def recorded(application):
    item = open_item(application)
    return item if item is not None and item.recorded_at and item.outcome in recording.RESULTS else None


def is_recorded(application, by, now, values):
    if recorded(application) is None:
        yield NOT_RECORDED


def has_quorum(application, by, now, values):
    """What was counted when the vote was taken still holds: enough were able to vote, and none of them turned out to be
    in conflict since."""
    item = recorded(application)
    if item is None:
        return
    if item.outcome == Outcome.IMPOSSIBLE:
        yield from recording.why_not_impossible(item, room.room_of(item, now))
        return
    if item.needed is None or item.present < item.needed:
        yield "Für diesen Punkt ist das Gremium nicht beschlussfähig."
    for name in no_longer_free(item):
        yield f"{name} durfte nicht abstimmen: Tragen Sie das Ergebnis neu ein."


def no_longer_free(item):
    """Names of those who voted on an item and turned out to be in conflict since; on a choice of one carrier votes who
    is free on every case of it."""
    voters = item.presences.filter(where=Presence.Where.VOTING).values_list("holder", "name")
    items = carriers.choice_of(item) or [item]
    standings = [room.standings(each.application) for each in items]
    free = Declaration.Standing.FREE
    return [name for holder, name in voters if any(each.get(holder) != free for each in standings)]


def choice_holds(application, by, now, values):
    """On who was not chosen among several nobody voted: without the choice there is nothing to confirm."""
    item = recorded(application)
    if item is not None and carriers.choice_is_gone(item):
        yield CHOICE_GONE


def goes_to_committee(application, by, now, values):
    """Also a no: the committee decides, the board proposes."""
    item = open_item(application)
    if item is not None and item.recorded_at and item.outcome not in recording.RESULTS:
        yield f"Eingetragen ist „{item.get_outcome_display()}“; damit geht der Antrag nicht an einen Ausschuss."


def is_positive(application, by, now, values):
    item = recorded(application)
    if item is not None and not item.is_positive:
        yield f"Eingetragen ist „{item.get_outcome_display()}“."


def is_negative(application, by, now, values):
    item = recorded(application)
    if item is not None and item.outcome != Outcome.NOT_PROPOSED:
        yield f"Eingetragen ist „{item.get_outcome_display()}“."
    elif item is not None and item.reason_id is None:
        yield "Für die Ablehnung fehlt der Grund aus dem Katalog."


def amount_fits(application, by, now, values):
    item = recorded(application)
    if item is not None and item.is_positive:
        yield from too_much(application, item.amount)


def one_carrier(application, by, now, values):
    item = recorded(application)
    if item is not None and item.is_positive:
        yield from carriers.reason(application)


def money_for_hold(application, by, now, values):
    """Early, so that the page can offer less money, the waiting list or a later meeting; the money guard asks again."""
    item = recorded(application)
    if item is not None and item.is_positive:
        no_money = money.refusal(application, item.amount)
        yield from no_money.reasons if no_money else ()


def money_fails(application, by, now, values):
    item = recorded(application)
    if item is None or not item.is_positive:
        return
    no_money = money.refusal(application, item.amount)
    if no_money is None:
        yield f"Das Geld reicht: Frei sind {euro(money.free_for(application), 'de')}."
    else:
        yield from no_list(application, no_money, now)


def confirmed(application, by, now, values):
    """Held money is not held for ever: a committee that does not come to it must not freeze the fund."""
    return {"hold_until": holds.until(application, now) if recorded(application).is_positive else None}


def proposal_confirmed(application, by, now, values):
    """Raises NoMoney where somebody else got it first."""
    item = confirm(application, by, now)
    if item.is_positive:
        money.hold(application, item.amount, by=by.user, now=now)


def decided(application, by, now, values):
    """The body's word as a decision with its letter. Raises NoMoney where somebody else got the money first."""
    item = confirm(application, by, now)
    decision = Decision.objects.create(
        application=application,
        kind=KINDS[application.state],
        round=application.round,
        maker=Decision.Maker.BODY,
        item=item,
        amount=item.amount,
        reason=item.reason,
        sentence_de=item.conditions_de,
        sentence=item.conditions,
        people=2,
        proposed_at=item.recorded_at,
        proposed_by=item.recorded_by,
        confirmed_at=now,
        confirmed_by=by.user,
    )
    if decision.kind == Decision.Kind.APPROVED:
        money.commit(application, item.amount, decision=decision, by=by.user, now=now)
    letters.draft(decision, by=by.user, now=now)


def confirm(application, by, now):
    item = open_item(application)
    item.confirmed_at, item.confirmed_by = now, by.user
    item.save()
    minutes.write(item)
    return item


# Put off, and asked (16, 17) ------------------------------------------------------------------------------------------


def is_running(application, by, now, values):
    item = open_item(application)
    if item is None:
        yield NOT_ON_AGENDA
    else:
        yield from recording.is_running(item)


def says_next(application, by, now, values):
    """values: note (the question, or why), until (the Meeting that goes on with it)."""
    until, item = values.get("until"), open_item(application)
    if until is None:
        if is_blank(values.get("note", "")):
            yield "Schreiben Sie die offene Frage, oder wählen Sie die nächste Sitzung."
    elif item and (until.body_id != room.body_of_item(item).pk or until.state not in agenda.OPEN):
        yield NOT_AHEAD


def second_deferral_has_reason(application, by, now, values):
    before = application.items.filter(round=application.round, outcome=Outcome.DEFERRED)
    if before.exists() and is_blank(values.get("note", "")):
        yield "Der Antrag wurde schon einmal vertagt: Diesmal gehört ein Grund dazu."


def nothing_is_voted(application, by, now, values):
    item = recorded(application)
    if item is not None and by.part != Part.CLOCK:
        yield from recording.nothing_is_voted(item)


def no_vote_is_lost(application, by, now, values):
    """A case on which was voted is put off only where its result cannot be confirmed: the money is not there, another
    carrier is chosen or this one no more, or somebody who voted may not have."""
    barriers = (has_quorum, choice_holds, one_carrier, money_for_hold)
    if not any(list(barrier(application, by, now, values)) for barrier in barriers):
        yield from nothing_is_voted(application, by, now, values)


def deferred(application, by, now, values):
    item = open_item(application)
    until, note = values.get("until"), values.get("note", "").strip()
    note = " ".join(part for part in (note, f"Weiter in der Sitzung am {until.day:%d.%m.%Y}." if until else "") if part)
    found = room.room_of(item, now)
    recording.write(
        item, found, by=by.user, now=now, outcome=Outcome.DEFERRED, tally=(), casting=False, values={"note": note}
    )
    item.struck_at = now
    item.save()


def chair_agrees(application, by, now, values):
    item = open_item(application)
    if item is None or item.outcome != Outcome.ASKED:
        yield "Eine Rückfrage des Gremiums stellt der Vorsitz in der Sitzung; dann schreiben Sie sie hier aus."
    elif by.user is not None and item.recorded_by_id == by.user.pk:
        yield "Die Rückfrage schreibt jemand anderes aus als die Person, die sie eingetragen hat."


def remembers_board(application, by, now, values):
    return {"asked_by_state": State.BOARD_QUEUE}


def asked(application, by, now, values):
    confirm(application, by, now)
    effects.asked(application, by, now, values)


# A conflict comes out late --------------------------------------------------------------------------------------------


def result_is_void(application, by, now, values):
    """Who voted and is free no more made the quorum or could have turned the result, and no filed paper tells it: after
    that the committees have it."""
    if not is_void(application):
        yield RESULT_HOLDS


def result_holds(application, by, now, values):
    """A case that waited for money goes on to the committees only while the board's proposal holds."""
    if is_void(application):
        yield RESULT_VOID


def board_votes_anew(application, by, now, values):
    """Where the board itself decides, whoever waited for money comes before it again; else only with a void result."""
    if guards.path_of(application) == "body_then_committee":
        yield from result_is_void(application, by, now, values)


def is_void(application):
    """Who was not chosen among several stands and falls with the choice."""
    item = application.items.unfiled().first()
    if item is None:
        return False
    if item.yes is None:
        item = next(iter(carriers.choice_of(item)), None)
        if item is None:
            return True
        if not CaseItem.objects.unfiled().filter(pk=item.pk).exists():
            return False
    return not holds_without(item, len(no_longer_free(item)))


def holds_without(item, lost):
    """Is what came of a vote the same without so many of those who voted, whatever they said? Enough others were able
    to vote, and there is still a majority, or still none (fund design, 1.5)."""
    if item.present - lost < item.needed:
        return False
    return item.yes - lost > item.no if item.yes > item.no else item.yes <= item.no - lost


def votes_again(application, by, now, values):
    """The result stays as history and ends with its round, and so does the hold: an entry of the ledger names it."""
    application.items.unfiled().update(struck_at=now)
    money.unhold(application, by=by.user, now=now)
    return {"hold_until": None, "round": application.round + 1}


def called_up_again(application, by, now, values):
    """What the board said ends with its round; while the case waited no money was held."""
    application.items.unfiled().update(struck_at=now)
    return not_decided(application, by, now, values) | {"round": application.round + 1}


def left_draft(application, by, now, values):
    committees.leave(application, now)


def conflict_declared(application, holder, *, now):
    """A member turned out to be in conflict: her vote is void while no filed paper tells of it (fund design, 1.5)."""
    from fund import late_conflicts  # it makes moves, and the table of moves is made of this module

    late_conflicts.declared(application, holder, now=now)
