"""A vote without a meeting, where the rule set allows it: a closing moment instead of a place (fund design, 1.5).

Present is whoever voted. A ballot says that a member has voted, and the sums of the item what all of them voted; no row
brings the two together. Until it is closed nobody sees the sums.
"""

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from fund import actors, guards, leading, room, workflow
from fund.actors import CHECK, Part
from fund.late_conflicts import VOTE_VOID
from fund.logged import log, log_decided
from fund.models import Application, Ballot, CaseItem, CircularVote, Declaration
from strategy.models import SeatHolder
from strategy.workflow import stay_open
from wir.languages.text import is_blank
from wir.lib.workflow import FASTER, Refused, refuse_if

CHOICES = ("yes", "no", "abstain")
OVER = "Diese Abstimmung ist zu Ende."
TWICE = "Sie haben zu diesem Antrag schon abgestimmt."
SEAT_VOTED = "Für diesen Sitz ist zu diesem Antrag schon abgestimmt."
NO_VOTE = "Zu diesem Antrag haben Sie keine Stimme."


def actor(user):
    """As what somebody puts cases on an agenda: the team, else the chair of the body."""
    return actors.staff(user, Part.TEAM if user.has_perm(CHECK) else Part.CHAIR)


@transaction.atomic
def open_vote(body, applications, *, reason, closes_at, by, now, late_papers="", sample=False):
    """Let a body vote on some cases without meeting. Returns the CircularVote; raises Refused with every reason."""
    reasons = []
    if not leading.leads(by, body, timezone.localdate(now)):
        reasons.append(guards.NOT_YOURS)
    if is_blank(reason):
        reasons.append("Schreiben Sie, warum das Gremium nicht in einer Sitzung entscheidet.")
    if closes_at is None or closes_at <= now:
        reasons.append("Das Ende liegt in der Zukunft.")
    if not applications:
        reasons.append("Wählen Sie mindestens einen Antrag.")
    refuse_if(reasons)
    vote = CircularVote.objects.create(
        body=body, reason=reason.strip(), opens_at=now, closes_at=closes_at, by=by, sample=sample
    )
    put_on(applications, by=by, now=now, vote=vote, late_papers=late_papers)
    log(vote, "Abstimmung ohne Sitzung eröffnet", by=by, now=now)
    return vote


@transaction.atomic
def put_on(applications, *, by, now, **values):
    """Several cases on one agenda, all or none. values: those of the move `put_on_agenda`."""
    reasons, meeting = [], values.get("meeting")
    if meeting is not None:
        stay_open(meeting)  # before the cases, as a meeting that is called off locks them
    for application in sorted(applications, key=lambda each: each.pk):
        try:
            workflow.perform(application, "put_on_agenda", by=actor(by), now=now, **values)
        except Refused as refusal:
            reasons += [f"{application}: {reason}" for reason in refusal.reasons]
    refuse_if(reasons)


def vote_of(item, user, now):
    """The seat with which somebody may vote on an item: her own, or her member's where the seat has none; where she has
    several, one that has not voted. None where she may not: she is in conflict, has not declared, or has no vote."""
    standings = room.standings(item.application)
    free = [
        each for each in seats_with_a_voice(item.vote, user, now) if standings.get(each.pk) == Declaration.Standing.FREE
    ]
    given = set(Ballot.objects.filter(item=item).values_list("holder__seat", flat=True))
    return min(free, key=lambda each: each.seat_id in given, default=None)


def to_vote_on(vote, items, standings, user, now):
    """Keys of those of its items on which she has a voice and has not given it, in as many statements as for one.

    standings: of their cases (fund/room.py: standings_of)."""
    voices = seats_with_a_voice(vote, user, now)
    ballots = list(Ballot.objects.filter(item__vote=vote).values_list("item", "holder__seat", "holder__user"))
    voted = {item for item, _seat, who in ballots if who == user.pk}
    given = {(item, seat) for item, seat, _who in ballots}
    return {
        item.pk
        for item in items
        if item.struck_at is None and item.pk not in voted
        for each in voices
        if standings[item.application_id].get(each.pk) == Declaration.Standing.FREE
        and (item.pk, each.seat_id) not in given
    }


def seats_with_a_voice(vote, user, now):
    """Her seats that count in this vote, her own first; on which cases, her declarations say."""
    day = timezone.localdate(now)
    own = SeatHolder.objects.on(day).filter(user=user, seat__body=vote.body_id, seat__voting=True)
    seats = list(own.order_by("substitute", "pk"))
    members = SeatHolder.objects.on(day).filter(seat__in=[each.seat_id for each in seats], substitute=False)
    filled = set(members.values_list("seat", flat=True))
    return [each for each in seats if not each.substitute or each.seat_id not in filled]


@transaction.atomic
def cast(item, choice, *, user, now):
    """One member's voice on one item, once. Raises Refused after the closing moment, and where she has no vote."""
    if choice not in CHOICES:
        raise Refused(["Wählen Sie Ja, Nein oder Enthaltung."])
    # By writing: who closes the vote at this moment waits, and counts this voice; afterwards there is none to give
    running = CircularVote.objects.filter(pk=item.vote_id, closed_at=None, opens_at__lte=now, closes_at__gt=now)
    if not running.update(closed_at=None):
        raise Refused([OVER])
    holder = vote_of(item, user, now)
    if holder is None:
        raise Refused([NO_VOTE])
    refuse_if(given_already(item, holder))
    try:
        with transaction.atomic():
            Ballot.objects.create(item=item, holder=holder)
    except IntegrityError:
        raise Refused([TWICE]) from None
    counted = CaseItem.objects.open().filter(pk=item.pk)
    if not counted.update(**{choice: F(choice) + 1, "present": F("present") + 1}):
        raise Refused([OVER])


def given_already(item, holder):
    """A person has one voice, and so has a seat that passes to somebody else while the vote runs."""
    ballots = Ballot.objects.filter(item=item)
    if ballots.filter(holder__user=holder.user_id).exists():
        yield TWICE
    elif ballots.filter(holder__seat=holder.seat_id).exists():
        yield SEAT_VOTED


@transaction.atomic
def close(vote, *, by, now):
    """Count: present is who voted. Where these are too few for a case, it goes back to the queue."""
    if not leading.leads(by, vote.body, timezone.localdate(now)):
        raise Refused([guards.NOT_YOURS])
    if now < vote.closes_at:
        raise Refused([f"Abgestimmt wird noch bis {timezone.localtime(vote.closes_at):%d.%m.%Y %H:%M} Uhr."])
    if not CircularVote.objects.filter(pk=vote.pk, closed_at=None).update(closed_at=now, closed_by=by):
        raise Refused([FASTER])
    vote.closed_at, vote.closed_by = now, by
    for item in vote.case_items.open().order_by("pk"):
        count(item, now)
    log_decided(vote, "Abstimmung ohne Sitzung ausgezählt", by=by, now=now)


def count(item, now):
    """Read again behind the lock of its case, which may have left the vote meanwhile."""
    Application.objects.filter(pk=item.application_id).update(version=F("version") + 1)
    item = CaseItem.objects.open().select_related("application__rule_set", "vote__body").filter(pk=item.pk).first()
    if item is None:
        return
    found = room.room_of(item, now)
    item.base, item.needed = found.base, found.needed
    room.write_presences(item, found)
    if found.present == item.present and found.is_quorate:
        item.save()
        return
    item.yes = item.no = item.abstain = None
    item.present = found.present
    item.save()
    application = Application.objects.get(pk=item.application_id)
    note = VOTE_VOID if found.is_quorate else found.lacks
    workflow.perform(application, "strike", by=actors.CLOCK, now=now, note=note)
