"""Who sits where: a seat that changes hands in mid-term, and what a body's seats lack on a day."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from strategy import mails
from strategy.models import Body, Seat, SeatHolder, missing_marks
from strategy.permissions import COORDINATE, check_may
from wir.lib.workflow import Refused


@transaction.atomic
def succeed(seat, *, on, by, now=None, **values):
    """Somebody new takes the seat on a day; whoever held it leaves the day before. Returns the new holder.

    values: fields of SeatHolder. Raises Refused, or ValidationError with the reasons of the model.
    """
    now = now or timezone.now()
    check_may(by, COORDINATE, seat.body, timezone.localdate(now))
    Seat.objects.select_for_update().get(pk=seat.pk)  # two at once: the second sees what the first wrote
    before = SeatHolder.objects.on(on).filter(seat=seat, substitute=False).first()
    if before is not None:
        if before.valid_from >= on:
            raise Refused([f"{before} hat den Sitz erst am {before.valid_from:%d.%m.%Y} übernommen."])
        before.valid_until = on - timedelta(days=1)
        before.save()
    holder = SeatHolder(seat=seat, valid_from=on, **values)
    holder.full_clean()
    holder.save()
    mails.welcome(holder, by=by, now=now)
    return holder


def seat_gaps(day):
    """(body, sentence) of what the seats of the bodies lack on a day, for the office."""
    bodies = Body.objects.prefetch_related("names", "seats__holders").order_by("kind", "key")
    for body in bodies:
        vacant = [seat for seat in body.seats.all() if is_on(seat, day) and seat.is_vacant_on(day)]
        if vacant:
            yield body, f"{len(vacant)} Sitze sind unbesetzt" if len(vacant) > 1 else f"{vacant[0]} ist unbesetzt"
        for mark in missing_marks(body, day) if body.seats.all() else ():
            yield body, f"Kein besetzter Sitz mit dem Kennzeichen „{Seat.Mark(mark).label}“, wie das Papier es will"


def is_on(seat, day):
    return (seat.valid_from is None or seat.valid_from <= day) and (seat.valid_until is None or seat.valid_until >= day)
