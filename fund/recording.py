"""What came of an item, entered while the meeting runs: call, record, name a chair, choose one carrier.

A result is entered by one person and counts once another confirms it (the moves of fund/meeting.py). Each verb raises
the version of the case where it is still what the person saw, so of two clicks at once one wins. Everything raises
Refused with every reason, and has then written nothing.
"""

import re

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fund import carriers, deciding, leading, minutes, quorum, room
from fund.guards import path_of
from fund.logged import log
from fund.models import Application, CaseItem, Tier
from fund.quorum import Where
from strategy.models import Meeting
from wir.languages.text import is_blank
from wir.lib.formats import euro
from wir.lib.workflow import FASTER, Refused, refuse_if

Outcome = CaseItem.Outcome
VOTED = (*CaseItem.POSITIVE, Outcome.NOT_PROPOSED)
RESULTS = (*VOTED, Outcome.IMPOSSIBLE)
NOT_HELD = "Die Sitzung hat noch nicht begonnen."
NOT_CALLED = "Rufen Sie den Punkt zuerst auf."
NOT_COUNTED = "Die Abstimmung ist noch nicht ausgezählt."
AHEAD = "Diese Uhrzeit liegt noch in der Zukunft."
VOTE_STANDS = (
    "Über diesen Antrag ist abgestimmt. Ist das Ergebnis falsch eingetragen, tragen Sie es neu ein; sonst bestätigt es "
    "der Vorsitz."
)
CASTING = "Bei Stimmengleichheit hat der Vorsitz entschieden."
VOTED_AT = "Abgestimmt um {:%H:%M} Uhr."
WRITTEN = re.compile(rf"Abgestimmt um \d\d:\d\d Uhr\.\s*|{re.escape(CASTING)}\s*")  # by `write`, not by a person


def item_with(pk):
    found = CaseItem.objects.select_related(
        "application__revision", "application__rule_set", "application__year", "meeting__body", "vote__body", "item",
        "chaired_by", "reason",
    )  # fmt: skip
    return found.get(pk=pk)


def hold(item, seen):
    """Lock the case for this transaction, if it stands as the person saw it. Returns the item as it is now."""
    held = Application.objects.filter(pk=item.application_id, state=Application.State.BOARD_MEETING, version=seen)
    if not held.update(version=F("version") + 1):
        raise Refused([FASTER])
    now_it_is = item_with(item.pk)
    if now_it_is.confirmed_at or now_it_is.struck_at:
        raise Refused([FASTER])
    return now_it_is


def is_running(item):
    if item.meeting_id and item.meeting.state != Meeting.State.HELD:
        yield NOT_HELD
    if item.vote_id and item.vote.closed_at is None:
        yield NOT_COUNTED


def nothing_is_voted(item):
    """What was voted goes only by a rule (a late conflict, a quorum that fell), never because somebody does not like
    it; what is wrong in it is entered anew until the chair confirms it."""
    if item.recorded_at and item.outcome in VOTED:
        yield VOTE_STANDS


@transaction.atomic
def call(item, *, by, now, seen):
    """The meeting comes to this item; its clock for who is in the room starts."""
    item = hold(item, seen)
    refuse_if([*leading.recorder_in_the_way(by, item), *is_running(item)])
    if item.called_at is None:
        item.called_at = now
        item.save()
        log(item, "Punkt aufgerufen", by=by, now=now)
    return item


@transaction.atomic
def name_chair(item, holder, *, by, now, seen):
    """A member chairs this item, because neither chair nor deputy may. holder: None takes it back."""
    item = hold(item, seen)
    refuse_if([*chair_faults(item, holder, by, now), *is_running(item)])
    item.chaired_by = holder
    item.save()
    log(item, "Leitung des Punktes geändert", by=by, now=now)
    return item


def chair_faults(item, holder, by, now):
    if not leading.leads(by, room.body_of_item(item), room.day_of(item)):
        yield leading.guards.NOT_YOURS
    if holder is None:
        return
    if leading.free_chairs(item, now):
        yield "Der Vorsitz oder die Stellvertretung ist da und ohne Interessenkonflikt."
    if holder.pk not in {each.pk for each in leading.may_chair(item, now)}:
        yield "Diesen Punkt leitet ein Mitglied, das da ist, ein Konto hat und keinen Interessenkonflikt."


# Results --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def record(item, *, by, now, seen, outcome, moment=None, casting=False, **values):
    """Enter a result, or put another one in the place of one that is not confirmed.

    values: yes, no, abstain (of a meeting; a circular vote has counted them), amount (euro), conditions_de, conditions,
    reason (RefusalReason), note. moment: the time of the vote, where it is not now; after the item was called and not
    ahead, for who was there then could vote. casting: the chair's yes on a tie.
    """
    item = hold(item, seen)
    moment = moment_of_vote(item, now, moment)
    found = room.room_of(item, now, moment)
    tally = tally_of(item, values)
    refuse_if([
        *leading.recorder_in_the_way(by, item), *is_running(item), *not_called(item), *wrong_moment(item, now, moment),
        *faults(item, found, outcome, tally, casting, values),
    ])  # fmt: skip
    write(item, found, by=by, now=now, outcome=outcome, tally=tally, casting=casting, values=values, moment=moment)
    log(item, "Ergebnis des Gremiums eingetragen", by=by, now=now)
    return item


def not_called(item):
    """A circular vote has no call."""
    if item.meeting_id and item.called_at is None:
        yield NOT_CALLED


def on_the_day(item, at):
    """The time of a moment, None where it is not on the day of the item's meeting."""
    at = at and timezone.localtime(at)
    return at.time() if at and item.meeting_id and at.date() == item.meeting.day else None


def moment_of_vote(item, now, moment):
    """A typed time has no seconds: in the minute of the call it is the call."""
    called = on_the_day(item, item.called_at)
    return called if moment and called and same_minute(called, moment) else moment


def same_minute(one, other):
    return (one.hour, one.minute) == (other.hour, other.minute)


def wrong_moment(item, now, moment):
    """A case that was called on another day was entered later: of its time only the minutes know."""
    called, here = on_the_day(item, item.called_at), on_the_day(item, now)
    if moment and called and moment < called:
        yield f"Aufgerufen wurde der Punkt um {called:%H:%M} Uhr; abgestimmt wurde danach."
    if moment and here and moment > here:
        yield AHEAD


def tally_of(item, values):
    """(yes, no, abstain): counted in a circular vote, entered in a meeting; None where nobody entered anything."""
    return tuple(getattr(item, name) if item.vote_id else values.get(name) for name in ("yes", "no", "abstain"))


def own_words(note):
    """What a person wrote of a note, without what `write` puts before it."""
    return WRITTEN.sub("", note)


def write(item, found, *, by, now, outcome, tally, casting, values, note="", moment=None):
    """moment: the time of the vote, where it is not now; it stands before the note, in the minutes and on the page."""
    positive, voted = outcome in CaseItem.POSITIVE, outcome in VOTED
    item.called_at = item.called_at or (now if item.meeting_id else None)
    item.outcome, item.recorded_at, item.recorded_by = outcome, now, by
    item.base, item.needed, item.present = found.base, found.needed, found.present
    item.yes, item.no, item.abstain = tally if voted else (None, None, None)
    item.amount = values.get("amount") if positive else None
    item.conditions_de, item.conditions = values.get("conditions_de", ""), values.get("conditions", "")
    item.reason = values.get("reason") if outcome == Outcome.NOT_PROPOSED else None
    tie = casting and voted and item.yes == item.no
    at = (moment or room.moment_of(item, now)) if voted and item.meeting_id else None
    told = (
        VOTED_AT.format(at) if at else "",
        note,
        CASTING if tie and positive else "",
        own_words(values.get("note", "")),
    )
    item.note = " ".join(part for part in told if part)
    item.save()
    room.write_presences(item, found)
    minutes.write(item)


def faults(item, found, outcome, tally, casting, values):
    """Every reason why this result cannot stand."""
    application = item.application
    if outcome not in RESULTS:
        yield "Wählen Sie ein Ergebnis."
        return
    if outcome == Outcome.IMPOSSIBLE:
        yield from why_not_impossible(item, found)
        return
    if not found.is_quorate:
        yield found.lacks
    yield from tally_faults(application.rule_set, found, outcome, tally, casting)
    if outcome in CaseItem.POSITIVE:
        yield from proposal_faults(application, outcome, values)
        yield from carriers.reason(application)
    elif path_of(application) == Tier.Path.BODY:
        yield from deciding.no_merit(values.get("reason"))


def tally_faults(rules, found, outcome, tally, casting):
    if any(each is None for each in tally):
        yield "Ja, Nein und Enthaltungen fehlen; auch eine Null wird eingetragen."
        return
    if any(each < 0 for each in tally):
        yield "Ja, Nein und Enthaltungen sind 0 oder mehr."
        return
    yes, no, _abstain = tally
    if sum(tally) != found.present:
        yield f"Abstimmen können {found.present}; Ja, Nein und Enthaltungen sind zusammen {sum(tally)}."
    carried = quorum.is_carried(yes, no, rules.tie, casting)
    if outcome in CaseItem.POSITIVE and not carried:
        yield "Vorgeschlagen ist nur, wofür mehr Ja als Nein stimmen."
    if outcome == Outcome.NOT_PROPOSED and (yes > no):
        yield "Es gibt mehr Ja als Nein: Das ist ein Vorschlag."


def proposal_faults(application, outcome, values):
    amount, requested = values.get("amount"), application.revision.requested
    if amount is None or amount <= 0:
        yield deciding.no_amount(amount)
        return
    yield from deciding.too_much(application, amount)
    if outcome == Outcome.PROPOSED and amount < requested:
        yield f"Beantragt sind {euro(requested, 'de')}: Wählen Sie „mit weniger Geld vorgeschlagen“."
    if outcome == Outcome.LESS and amount >= requested:
        yield f"Das ist nicht weniger, als beantragt ist ({euro(requested, 'de')})."
    if outcome in (Outcome.LESS, Outcome.CONDITIONS) and is_blank(values.get("conditions_de", "")):
        yield "Schreiben Sie, warum es weniger ist oder unter welcher Bedingung."


def why_not_impossible(item, found):
    """No proposal is possible where everybody is in conflict, or where a second meeting has no quorum for the case."""
    if path_of(item.application) == Tier.Path.BODY:
        yield "Dieses Gremium entscheidet allein: Nehmen Sie den Antrag herunter und geben Sie ihn an die Vertretung."
    elif room.all_are_in_conflict(item):
        return
    elif found.is_quorate:
        yield "Das Gremium ist für diesen Antrag beschlussfähig."
    elif not room.lacked_before(item):
        yield (
            "Das Gremium ist für diesen Antrag zum ersten Mal nicht beschlussfähig: Nehmen Sie ihn von der "
            "Tagesordnung. Erst wenn es in einer zweiten Sitzung wieder so ist, gibt es keinen Vorschlag."
        )


@transaction.atomic
def ask(item, *, note, by, now, seen):
    """The chair has a question for the applicant; the office then writes it out by sections (move 17)."""
    item = hold(item, seen)
    reasons = [*is_running(item), *leading.in_the_way(by, item.application, room.body_of_item(item), room.day_of(item))]
    if not chairs_here(by, item):
        reasons.append(leading.guards.NOT_YOURS)
    if is_blank(note):
        reasons.append("Schreiben Sie, was das Gremium wissen will.")
    refuse_if([*reasons, *nothing_is_voted(item)])
    found = room.room_of(item, now)
    write(item, found, by=by, now=now, outcome=Outcome.ASKED, tally=(), casting=False, values={"note": note})
    log(item, "Rückfrage des Gremiums eingetragen", by=by, now=now)
    return item


def chairs_here(user, item):
    if item.chaired_by_id and item.chaired_by.user_id == user.pk:
        return True
    return leading.chairs(user, room.body_of_item(item))


# One carrier among several --------------------------------------------------------------------------------------------


@transaction.atomic
def choose(item, *, by, now, seen, outcome, rejected_because=None, moment=None, casting=False, **values):
    """Record this case as the one carrier of its call, and the others on the same agenda as not proposed, in one step.

    Able to vote on the choice is who is free on every case of the group. seen: {key of a case: version}.
    rejected_because: the reason of the others (RefusalReason), needed where the body decides alone.
    """
    group = [hold(each, seen.get(each.application_id, -1)) for each in carriers.group_of(item)]
    if not group:
        raise Refused(["Zu diesem Aufruf steht kein anderer Antrag auf dieser Tagesordnung."])
    chosen = next((each for each in group if each.pk == item.pk), None)
    if chosen is None:  # it has left the agenda, or its result is confirmed
        raise Refused([FASTER])
    moment = moment_of_vote(chosen, now, moment)
    rooms = {each.pk: shared(group, each, now, moment) for each in group}
    tally = tally_of(chosen, values)
    reasons = list(faults_of_group(group, rooms, chosen, by, outcome, tally, casting, rejected_because, values))
    refuse_if([*not_called(chosen), *wrong_moment(chosen, now, moment), *reasons])
    for each in group:
        if each.pk == chosen.pk:
            write(
                each, rooms[each.pk], by=by, now=now, outcome=outcome, tally=tally, casting=casting, values=values,
                moment=moment,
            )  # fmt: skip
        else:
            write(
                each, rooms[each.pk], by=by, now=now, outcome=Outcome.NOT_PROPOSED, tally=tally_of(each, {}),
                casting=False, values={"reason": rejected_because}, moment=moment,
                note=carriers.CHOSEN.format(chosen.application),
            )  # fmt: skip
        log(each, "Ergebnis der Auswahl eines Trägers eingetragen", by=by, now=now)
    return chosen


def shared(group, item, now, moment):
    """The room of one item of a group: who may not vote on all of them votes on none."""
    votes = [{each.pk for each in room.room_of(one, now, moment).voters} for one in group]
    everywhere = set.intersection(*votes)
    found = room.room_of(item, now, moment)
    people = tuple(
        each if each.where != Where.VOTING or each.holder.pk in everywhere else room.Person(each.holder, Where.LEFT)
        for each in found.people
    )
    return room.Room(found.base, found.needed, people)


def faults_of_group(group, rooms, chosen, by, outcome, tally, casting, rejected_because, values):
    if outcome not in CaseItem.POSITIVE:
        yield "Gewählt wird, wer vorgeschlagen ist."
        return
    for each in group:
        yield from leading.recorder_in_the_way(by, each)
        yield from is_running(each)
        if not rooms[each.pk].is_quorate:
            yield f"{each.application}: {rooms[each.pk].lacks}"
    yield from tally_faults(chosen.application.rule_set, rooms[chosen.pk], outcome, tally, casting)
    yield from proposal_faults(chosen.application, outcome, values)
    in_group = {each.application_id for each in group}
    other = carriers.chosen(chosen.application)
    if other is not None and other.pk not in in_group:
        yield from carriers.reason(chosen.application)
    body = any(path_of(each.application) == Tier.Path.BODY for each in group)
    if body and (rejected_because is None or rejected_because.formal or not rejected_because.active):
        yield "Wählen Sie für die anderen einen inhaltlichen Grund aus dem Katalog."
