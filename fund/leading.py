"""Who may lead a meeting and its items: the office that coordinates, the chair and her deputy – never one in conflict.

"May this person?" for everything about a body's meeting on cases. Guards look at the person on this very case: whoever
has any declaration of her own that is not "free", as a member or as staff, stands back; who sits in the body and has
declared nothing does too (fund design, 1.5).
"""

from django.utils import timezone

from fund import guards, standing
from fund.actors import CHECK, Part
from fund.agenda import open_item
from fund.room import all_are_in_conflict, body_of_item, day_of, room_of
from strategy.models import SeatHolder
from strategy.permissions import CHAIRS, COORDINATE, chairs

SAME_PERSON = "Wer das Ergebnis eingetragen hat, bestätigt es nicht selbst."


def leads(user, body, day):
    """True for the office, and for who chairs or deputises in the body today or on the day of the meeting."""
    return user.has_perm(COORDINATE) or any(chairs(user, body, each) for each in {timezone.localdate(), day})


def leads_item(user, item):
    if item.chaired_by_id and item.chaired_by.user_id == user.pk:
        return True
    return leads(user, body_of_item(item), day_of(item))


def is_member(user, body, day):
    """True for who sits in the body today or on the day of the meeting: the pages open to both (`leads`)."""
    seats = SeatHolder.objects.on(timezone.localdate()) | SeatHolder.objects.on(day)
    return seats.filter(seat__body=body, user=user).exists()


def in_the_way(user, application, body, day):
    """Why this person keeps away from this case; nothing where she need not. Members have declared first."""
    yield from standing.reasons(application, user, declared=is_member(user, body, day))


def kept_away(user, applications, body, day):
    """Keys of the cases of one body's agenda from which this person keeps away (`in_the_way`)."""
    return standing.kept_away(applications, user, declared=is_member(user, body, day))


def recorder_in_the_way(user, item):
    """Why this person may not enter what came of an item: the office and the chair do, if nothing binds them."""
    if not (user.has_perm(CHECK) or leads_item(user, item)):
        yield guards.NOT_YOURS
    yield from in_the_way(user, item.application, body_of_item(item), day_of(item))


# Guards of the moves that a chair makes -------------------------------------------------------------------------------


def chair_is_free(application, by, now, values):
    """A chair in conflict leaves the chair to her deputy, both of them to a member named for the item. Only that no
    proposal is possible, because everybody is in conflict, is stated by a chair who is so herself."""
    item = open_item(application)
    if by.part != Part.CHAIR or item is None:
        return
    if item.outcome == item.Outcome.IMPOSSIBLE and all_are_in_conflict(item):
        return
    yield from in_the_way(by.user, application, body_of_item(item), day_of(item))


def is_another_person(application, by, now, values):
    item = open_item(application)
    if item is None or not item.recorded_by_id or by.user is None:
        return
    if item.recorded_by_id == by.user.pk:
        yield SAME_PERSON
    elif item.outcome != item.Outcome.IMPOSSIBLE:  # that nobody is free is entered by one who is not free herself
        then = "Tragen Sie das Ergebnis neu ein."
        yield from guards.none_of_them_in_conflict(application, [item.recorded_by], now, then)


def may_confirm(item):
    """Who makes the result of an item count: chair, deputy, or who was named for the item, with an account and free of
    conflict, and never who has entered it. That everybody is in conflict is confirmed by one who is so herself."""
    if item.outcome == item.Outcome.ASKED:
        return []
    body, day = body_of_item(item), day_of(item)
    chairs_today = SeatHolder.objects.on(timezone.localdate()).of_body(body).filter(role__in=CHAIRS, user__isnull=False)
    named = [item.chaired_by] if item.chaired_by_id and item.chaired_by.user_id else []
    people = {each.user_id: each for each in [*chairs_today.select_related("user").order_by("pk"), *named]}
    people.pop(item.recorded_by_id, None)
    if item.outcome == item.Outcome.IMPOSSIBLE and all_are_in_conflict(item):
        return list(people.values())
    return [each for each in people.values() if not list(in_the_way(each.user, item.application, body, day))]


# A member chairs one item ---------------------------------------------------------------------------------------------


def free_chairs(item, now):
    """Chair and deputy of the body who may chair this item, of those that are there."""
    return [each for each in room_of(item, now).voters if each.role in (each.Role.CHAIR, each.Role.DEPUTY)]


def may_chair(item, now):
    """Who may be named to chair an item: members able to vote on it who have an account of the portal."""
    return [each for each in room_of(item, now).voters if each.user_id]
