"""Who is in the room while a case is dealt with, who has to leave it, and whether the others are enough."""

from dataclasses import dataclass
from datetime import time

from django.db.models import F
from django.utils import timezone

from fund import quorum
from fund.models import Ballot, CaseItem, Declaration, Presence
from fund.quorum import Where
from fund.standing import Standings
from strategy.models import Attendance, Minutes, Seat, SeatHolder

LATEST = time.max  # a moment after the meeting's day is later than every time of that day


@dataclass(frozen=True)
class Person:
    holder: SeatHolder
    where: Where


@dataclass(frozen=True)
class Room:
    """base: seats that count. needed: how many must be able to vote. people: everybody who could have been there."""

    base: int
    needed: int
    people: tuple

    @property
    def voters(self):
        return [each.holder for each in self.people if each.where == Where.VOTING]

    @property
    def leaving(self):
        return [each for each in self.people if each.where in (Where.LEFT, Where.UNDECLARED)]

    @property
    def present(self):
        return len(self.voters)

    @property
    def is_quorate(self):
        return self.present >= self.needed

    @property
    def lacks(self):
        return (
            f"Abstimmen können {self.present}, nötig sind {self.needed}: "
            "Für diesen Antrag ist das Gremium nicht beschlussfähig."
        )


def body_of_item(item):
    return item.meeting.body if item.meeting_id else item.vote.body


def day_of(item):
    return item.meeting.day if item.meeting_id else timezone.localdate(item.vote.closes_at)


def standings(application):
    """{key of a holder: what holds of her about this case}, see `standings_of`."""
    return standings_of([application])[application.pk]


def standings_of(applications):
    """{key of a case: {key of a holder: what holds of her}}: her declaration in force, and what the portal found since.

    Whoever said "none" before a helper or another answer came to light is to declare again before she votes. Whoever is
    in conflict is so on every seat of hers.
    """
    everything = Declaration.objects.in_force().filter(application__in=applications)
    everything = list(everything.select_related("holder__seat", "holder__user"))
    rows = [each for each in everything if each.holder_id]
    found = {each.pk: {} for each in applications}
    for each in rows:
        found[each.application_id][each.holder_id] = each.standing
    free = {each.holder_id: each.holder for each in rows if each.standing == Declaration.Standing.FREE}
    if free:
        known = Standings(applications, list(free.values()), timezone.localdate())
        for case in applications:
            said = found[case.pk]
            for key, holder in free.items():
                if said.get(key) == Declaration.Standing.FREE and known.against(case, holder):
                    said[key] = Declaration.Standing.OPEN
    for case, holder in seats_in_conflict(everything):
        found[case][holder] = Declaration.Standing.CONFLICT
    return found


def seats_in_conflict(declarations):
    """(case, holder) of every seat of the accounts that are in conflict about a case, by whatever they declared it."""
    bound = {}
    for each in declarations:
        account = each.holder.user_id if each.holder_id else each.user_id
        if account and each.standing == Declaration.Standing.CONFLICT:
            bound.setdefault(account, []).append(each.application_id)
    seats = SeatHolder.objects.filter(user__in=bound).values_list("pk", "user") if bound else ()
    return [(case, holder) for holder, account in seats for case in bound[account]]


def seats_on(body, day):
    """[(seat, its member or None, [substitutes])] of a body on a day."""
    found = []
    for seat in Seat.objects.on(day).filter(body=body).prefetch_related("holders").order_by("number"):
        valid = [each for each in seat.holders.all() if each.is_valid(day)]
        found.append(
            (seat, next((each for each in valid if not each.substitute), None), [e for e in valid if e.substitute])
        )
    return found


def newest_minutes(meeting):
    return Minutes.objects.filter(meeting=meeting).order_by("-version").first()


def moment_of(item, now):
    """The time of the meeting's day to look at: now while it is held, later the moment the item was called."""
    for at in (now, item.called_at):
        if at and timezone.localdate(at) == item.meeting.day:
            return timezone.localtime(at).time()
    return None


def room_of(item, now, moment=None):
    """The room of one item. moment: a time of that day where it is not now. In a circular vote present is who voted,
    and whoever had a voice then keeps it, whatever becomes of her seat."""
    rules, standing = item.application.rule_set, standings(item.application)
    seats = seats_on(body_of_item(item), day_of(item))
    there = presence_at(item, moment or moment_of(item, now) or LATEST) if item.meeting_id else voted(item)
    kept = set() if item.meeting_id else there
    people = []
    for seat, member, substitutes in seats:
        member_there = member is not None and member.pk in there
        for holder in [*([member] if member else []), *substitutes]:
            place = quorum.where(
                there=holder.pk in there,
                voting=seat.voting or holder.pk in kept,
                standing=standing.get(holder.pk),
                stands_in=not holder.substitute or not member_there or holder.pk in kept,
            )
            if (
                holder.substitute
                and place == Where.VOTING
                and any(each.where == Where.VOTING and each.holder.seat_id == seat.pk for each in people)
            ):
                place = Where.NO_VOTE  # two substitutes of one seat
            people.append(Person(holder, place))
    people += without_a_seat(kept - {each.holder.pk for each in people}, standing)
    counted = [
        (member is not None, member is not None and standing.get(member.pk) == Declaration.Standing.CONFLICT)
        for seat, member, _substitutes in seats
        if seat.voting
    ]
    base = quorum.seats_that_count(rules.quorum_base, counted)
    return Room(base, quorum.needed(base, rules.quorum_percent), tuple(once_each(people)))


def without_a_seat(keys, standing):
    """Those who voted without a meeting and had lost their seats before it was counted."""
    for holder in SeatHolder.objects.filter(pk__in=keys).order_by("seat__number", "pk") if keys else ():
        yield Person(holder, quorum.where(there=True, voting=True, standing=standing.get(holder.pk), stands_in=True))


def fullest_room(item, now):
    """The room as it was when most were able to vote: now, at the call, or when the result was entered. Whoever went
    home after that did not make the case lack its quorum."""
    return max(
        (room_of(item, at) for at in (now, item.called_at, item.recorded_at) if at), key=lambda each: each.present
    )


def once_each(people):
    """Whoever holds two seats has one voice, her own before that of who she stands in for."""
    voices = {}
    for each in sorted(people, key=lambda each: each.holder.substitute):
        if each.where == Where.VOTING and each.holder.user_id:
            voices.setdefault(each.holder.user_id, each.holder.pk)
    for each in people:
        twice = each.where == Where.VOTING and voices.get(each.holder.user_id, each.holder.pk) != each.holder.pk
        yield Person(each.holder, Where.NO_VOTE) if twice else each


def presence_at(item, moment):
    """Keys of the holders who were in the meeting then."""
    lines = Attendance.objects.filter(minutes=newest_minutes(item.meeting))
    return {each.holder_id for each in lines if quorum.is_there(each, moment)}


def voted(item):
    return set(Ballot.objects.filter(item=item).values_list("holder", flat=True))


def all_are_in_conflict(item):
    """Nobody with a voting seat, member or substitute, may deal with the case, and nobody has still to say it."""
    standing = standings(item.application)
    people = [
        holder
        for seat, member, substitutes in seats_on(body_of_item(item), day_of(item))
        if seat.voting
        for holder in [*([member] if member else []), *substitutes]
    ]
    return bool(people) and all(standing.get(each.pk) == Declaration.Standing.CONFLICT for each in people)


def lacked_before(item):
    """True where an earlier meeting of this round had no quorum for the case: "no quorum twice" takes two meetings."""
    earlier = CaseItem.objects.filter(application=item.application, round=item.application.round).exclude(pk=item.pk)
    earlier = earlier.filter(struck_at__isnull=False, outcome="", present__lt=F("needed"))
    return earlier.exclude(meeting__isnull=False, meeting=item.meeting_id).exists()


def write_presences(item, room):
    """Names of who left stand in the minutes; how anybody voted stands nowhere."""
    item.presences.all().delete()
    Presence.objects.bulk_create(
        Presence(item=item, holder=each.holder, name=each.holder.name, where=each.where) for each in room.people
    )
