"""A conflict of interest comes out after the vote: what was voted is void, and the quorum is counted again.

How somebody voted stands nowhere, so her voice cannot be taken out of a sum: the whole result goes, and the meeting
votes again. Where the others are not enough any more, or the day is over, the case waits for the next meeting. Where
the chair has confirmed the result already, the case waits for another vote too, unless the others were enough and none
of these voices could have turned it. Once a paper is filed that tells the result, it is with the committees and nothing
moves.
"""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from fund import actors, carriers, meeting, minutes, money, workflow
from fund.agenda import open_item
from fund.models import Application, Ballot, Presence
from fund.recording import VOTED
from fund.room import fullest_room, room_of

State = Application.State
QUORUM_LOST = (
    "Eine Angabe zu Interessenkonflikten kam nach der Abstimmung. Das Ergebnis gilt nicht mehr, und für diesen Antrag "
    "ist das Gremium nicht mehr beschlussfähig."
)
VOTE_VOID = (
    "Eine Angabe zu Interessenkonflikten kam nach der Stimmabgabe. Wie jemand gestimmt hat, weiß niemand; deshalb gilt "
    "die ganze Abstimmung über diesen Antrag nicht."
)


@transaction.atomic
def declared(application, holder, *, now):
    """Does nothing where nothing was voted yet, or a paper is filed. A choice of one carrier falls as a whole."""
    # Wait for who records, confirms or files at this moment, as every move does; the year comes before the case
    money.lock(application)
    together = [each.application_id for each in choice_with(application)] or [application.pk]
    held = Application.objects.filter(pk__in=together, state__in=(State.BOARD_MEETING, State.COMMITTEE_QUEUE))
    if not held.update(version=F("version") + 1):
        return
    cases = {each.pk: each for each in held}
    for case in (cases[pk] for pk in together if pk in cases):
        if case.state == State.COMMITTEE_QUEUE:
            after_confirmation(case, holder, now)
        else:
            before_confirmation(case, holder, now)


def choice_with(application):
    item = open_item(application) or application.items.unfiled().first()
    return carriers.choice_of(item) if item else []


def before_confirmation(application, holder, now):
    item = open_item(application)
    if item is None:
        return
    if item.vote_id:
        if Ballot.objects.filter(item=item, holder=holder).exists():
            Ballot.objects.filter(item=item).delete()
            back_to_the_queue(application, VOTE_VOID, now)
        return
    voted = item.presences.filter(holder=holder, where=Presence.Where.VOTING).exists()
    if item.recorded_at is None or item.outcome not in VOTED or not voted:
        return
    if not room_of(item, now).is_quorate:
        note = VOTE_VOID if fullest_room(item, now).is_quorate else QUORUM_LOST
        back_to_the_queue(application, note, now)
    elif timezone.localdate(now) > item.meeting.day:
        back_to_the_queue(application, VOTE_VOID, now)  # nobody is there any more who could vote again
    else:
        clear(item)


def after_confirmation(application, holder, now):
    voted = {"presences__holder": holder, "presences__where": Presence.Where.VOTING}
    item = application.items.unfiled().filter(**voted).first()
    if item is None or not meeting.is_void(application):
        return
    lost = len(meeting.no_longer_free(item))
    note = VOTE_VOID if item.present - lost >= item.needed else QUORUM_LOST
    workflow.perform(application, "void_result", by=actors.CLOCK, now=now, note=note)


def clear(item):
    item.outcome, item.recorded_at, item.recorded_by = "", None, None
    item.yes = item.no = item.abstain = item.amount = item.present = item.needed = item.base = None
    item.reason, item.conditions_de, item.conditions, item.note = None, "", "", ""
    item.save()
    item.presences.all().delete()
    minutes.write(item)


def back_to_the_queue(application, note, now):
    workflow.perform(application, "strike", by=actors.CLOCK, now=now, note=note)
