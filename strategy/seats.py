"""Who sits where: a seat that changes hands in mid-term, and what a body's seats lack on a day."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from strategy import mails
from strategy.models import Body, Meeting, Seat, SeatHolder, missing_marks
from strategy.permissions import COORDINATE, check_may
from wir.lib.workflow import FASTER, Refused
from wir.outbox.models import Message


@transaction.atomic
def succeed(seat, *, on, by, now=None, **values):
    """Somebody new takes the seat on a day; whoever held it leaves the day before. Returns the new holder.

    values: fields of SeatHolder. Raises Refused, or ValidationError with the reasons of the model.
    """
    now = now or timezone.now()
    check_may(by, COORDINATE, seat.body, timezone.localdate(now))
    before = SeatHolder.objects.on(on).filter(seat=seat, substitute=False).first()
    if before is not None:
        if before.valid_from >= on:
            raise Refused([f"{before} hat den Sitz erst am {before.valid_from:%d.%m.%Y} übernommen."])
        seen = SeatHolder.objects.filter(pk=before.pk, valid_until=before.valid_until)
        if not seen.update(valid_until=on - timedelta(days=1)):
            raise Refused([FASTER])
    holder = SeatHolder(seat=seat, valid_from=on, **values)
    holder.full_clean()
    try:
        with transaction.atomic():
            holder.save()
    except IntegrityError:  # two at once on an empty seat
        raise Refused([FASTER]) from None
    greet(holder, by=by, now=now)
    return holder


def greet(holder, *, by, now):
    """Tell somebody of the seat, and of the meetings to which the others have been invited already. Told once."""
    mails.welcome(holder, by=by, now=now)
    invited = Meeting.objects.filter(body=holder.seat.body, state=Meeting.State.INVITED, day__gte=holder.valid_from)
    for meeting in invited.select_related("body").prefetch_related("body__names"):
        if holder.is_valid(meeting.day) and meeting.starts_at > now:
            mails.invite(meeting, holder, by=by, now=now)


def not_signed_in(today):
    """[(meeting, accounts)] of coming meetings: who was asked to sign in once, and has not done so since."""
    meetings = {each.pk: each for each in Meeting.objects.coming(today).prefetch_related("body__names")}
    asked = Message.objects.filter(
        kind=mails.SIGN_IN_TEST.name, about_model=Meeting._meta.label_lower, about_id__in=meetings, user__is_active=True
    )
    late = asked.filter(Q(user__last_login=None) | Q(user__last_login__lt=F("written_at")))
    found = {}
    for message in late.select_related("user").only("about_id", "user").order_by("pk"):
        found.setdefault(message.about_id, []).append(message.user)
    return [(meetings[pk], found[pk]) for pk in meetings if pk in found]


def seat_gaps(day):
    """(body, sentence) of what the seats of the bodies lack on a day, for the office."""
    for body in Body.objects.filter(seats__isnull=False).distinct().prefetch_related("names").order_by("kind", "key"):
        for sentence in gaps_of(body, day):
            yield body, sentence


def gaps_of(body, day):
    """What the seats of one body lack on a day, in sentences."""
    seats = list(body.seats.on(day).prefetch_related("holders"))
    vacant = [seat for seat in seats if seat.is_vacant_on(day)]
    if vacant:
        yield f"{len(vacant)} Sitze sind unbesetzt" if len(vacant) > 1 else f"{vacant[0]} ist unbesetzt"
    for mark in missing_marks(body, day) if seats else ():
        yield f"Kein besetzter Sitz mit dem Kennzeichen „{Seat.Mark(mark).label}“, wie das Papier es will"
