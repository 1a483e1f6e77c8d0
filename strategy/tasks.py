"""What bodies and meetings want from whoever signed in: (count, text, address), as the desk shows it."""

from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse

from strategy.models import AgendaItem, Body, FollowUp, Meeting, Minutes, Seat, SeatHolder
from strategy.permissions import APPROVE, CHAIRS, COORDINATE
from strategy.rhythm import warnings
from strategy.seats import not_signed_in, seat_gaps
from wir.lib.formats import one_or_many as one_of

MINUTES_DAYS = 30  # our default until the city decides: minutes are laid within this time
NAMED = 12  # people named on one line of the desk
# Beside the number 1, and beside others
FROM_MEMBERS = (
    "Vorschlag eines Mitglieds wartet auf eine Sitzung",
    "Vorschläge von Mitgliedern warten auf eine Sitzung",
)
LATE = ("überfällige Folge aus Sitzungen", "überfällige Folgen aus Sitzungen")
WITHOUT_CONSENT = (
    "Inhaber*in eines öffentlichen Sitzes ohne Einwilligung, genannt zu werden",
    "Inhaber*innen öffentlicher Sitze ohne Einwilligung, genannt zu werden",
)
SOON_DAYS = 60  # coming meetings told of on a member's desk


def tasks(user, today):
    if user.has_perm(COORDINATE):
        yield from office_tasks(today)
    if user.has_perm("strategy.change_seatholder"):
        yield from seat_tasks(today)
    if user.has_perm(APPROVE):
        yield from approvals(user, today)
    yield from member_tasks(user, today)


def office_tasks(today):
    for warning in warnings(today):
        yield warning.waiting or 1, str(warning), desk_of(warning.body)
    open_meetings = Meeting.objects.filter(day__lt=today, state__in=(Meeting.State.PLANNED, Meeting.State.INVITED))
    yield from one_or_many(
        open_meetings,
        "Hat sie stattgefunden? {}",
        "Sitzungen sind vorbei. Haben sie stattgefunden?",
        "admin:strategy_meeting_change",
        reverse("admin:strategy_meeting_changelist") + "?vorbei=1",
    )
    for meeting, silent in not_signed_in(today):
        names = ", ".join(map(str, silent[:NAMED])) + (" und andere" if len(silent) > NAMED else "")
        told = f"vor der Sitzung am {meeting.day:%d.%m.%Y} noch nicht probeweise angemeldet: {names}"
        yield len(silent), told, reverse("admin:meeting_desk", args=[meeting.pk])
    late = today - timedelta(days=MINUTES_DAYS)
    drafts = Minutes.objects.filter(state=Minutes.State.DRAFT, meeting__day__lt=late, meeting__source="")
    yield from one_or_many(
        drafts.select_related("meeting"),
        "Seit der Sitzung ist ein Monat vorbei, das Protokoll ist noch ein Entwurf: {}",
        "Protokolle sind einen Monat nach der Sitzung noch Entwürfe",
        "admin:strategy_minutes_change",
        reverse("admin:strategy_minutes_changelist") + "?state__exact=draft",
    )
    missing = Meeting.objects.filter(state=Meeting.State.HELD, day__lt=late, source="", minutes__isnull=True)
    yield from one_or_many(
        missing,
        "Das Protokoll fehlt: {}",
        "Sitzungen haben kein Protokoll",
        "admin:strategy_meeting_change",
        reverse("admin:strategy_meeting_changelist") + "?state__exact=held",
    )
    yield from one_or_many(
        to_release().select_related("meeting"),
        "Der öffentliche Auszug wartet: {}",
        "öffentliche Auszüge warten auf ihre Veröffentlichung",
        "admin:strategy_minutes_change",
        reverse("admin:strategy_minutes_changelist") + "?auszug=wartet",
    )
    late_tasks = FollowUp.objects.filter(done_on=None, due__lt=today).order_by().values("item__body")
    late_tasks = {row["item__body"]: row["n"] for row in late_tasks.annotate(n=Count("pk"))}
    for body in Body.objects.filter(pk__in=late_tasks).prefetch_related("names").order_by("kind", "key"):
        yield late_tasks[body.pk], f"{one_of(late_tasks[body.pk], *LATE)}: {body}", desk_of(body)
    proposals = AgendaItem.objects.waiting().filter(proposed_at__isnull=False).count()
    if proposals:
        address = reverse("admin:strategy_agendaitem_changelist") + "?wartet=vorschlag"
        yield proposals, one_of(proposals, *FROM_MEMBERS), address


def desk_of(body):
    """The address of the desk of one body."""
    return f"{reverse('admin:board_desk')}?gremium={body.key}"


def to_release():
    """The newest approved version of each public meeting, where its extract is not released and there is one to be."""
    newer = Minutes.objects.filter(
        meeting=OuterRef("meeting"), version__gt=OuterRef("version"), state=Minutes.State.APPROVED
    )
    found = Minutes.objects.filter(
        state=Minutes.State.APPROVED, extract_published_at=None, meeting__published=True, meeting__body__published=True
    )
    return found.filter(Exists(AgendaItem.objects.filter(meeting=OuterRef("meeting"), is_public=True))).exclude(
        Exists(newer)
    )


def without_consent(today):
    """Holders of public seats who are not named, because no consent stands."""
    seats = Seat.objects.public(today).filter(public=True)
    named = SeatHolder.objects.public(today).values("pk")
    return SeatHolder.objects.on(today).filter(seat__in=seats, substitute=False).exclude(pk__in=named)


def seat_tasks(today):
    for body, sentence in seat_gaps(today):
        yield 1, f"{body}: {sentence}", f"{reverse('admin:strategy_seat_changelist')}?body__id__exact={body.pk}"
    silent = without_consent(today).count()
    if silent:
        address = reverse("admin:strategy_seat_changelist") + "?einwilligung=ohne"
        yield silent, one_of(silent, *WITHOUT_CONSENT), address


def approvals(user, today):
    """Minutes that the members have, where their body has met again since: they can be approved."""
    later = Meeting.objects.filter(
        body=OuterRef("meeting__body"),
        sample=OuterRef("meeting__sample"),
        state=Meeting.State.HELD,
        day__gt=OuterRef("meeting__day"),
    )
    found = Minutes.objects.filter(Exists(later), state=Minutes.State.LAID).select_related("meeting")
    if not user.has_perm(COORDINATE):
        chaired = SeatHolder.objects.on(today).filter(user=user, role__in=CHAIRS)
        found = found.filter(meeting__body__in=chaired.values("seat__body"))
    for minutes in found.prefetch_related("meeting__body__names"):
        yield 1, f"Zu genehmigen: {minutes}", reverse("admin:minutes_move", args=[minutes.pk, "approve"])


def member_tasks(user, today):
    bodies = list(Body.objects.of_user(user, today).values_list("pk", flat=True))
    if not bodies:
        return
    soon = Meeting.objects.coming(today).filter(
        Q(state=Meeting.State.INVITED), body__in=bodies, day__lte=today + timedelta(days=SOON_DAYS)
    )
    for meeting in soon.prefetch_related("body__names"):
        yield 1, f"Sitzung am {meeting.day:%d.%m.%Y}: {meeting.body}", reverse("admin:meeting_desk", args=[meeting.pk])
    laid = Minutes.objects.filter(state=Minutes.State.LAID, meeting__body__in=bodies).select_related("meeting")
    for minutes in laid.prefetch_related("meeting__body__names"):
        yield 1, f"Zum Lesen: {minutes}", reverse("admin:minutes_read", args=[minutes.pk])


def one_or_many(found, one, many, page, listed):
    """One thing is told by name and opens; several are told by their number and lead to the list."""
    found = list(found.prefetch_related(*names_of(found.model)))
    if len(found) == 1:
        yield 1, one.format(found[0]), reverse(page, args=[found[0].pk])
    elif found:
        yield len(found), many, listed


def names_of(model):
    return ["meeting__body__names"] if model is Minutes else ["body__names"]
