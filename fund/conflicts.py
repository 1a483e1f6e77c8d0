"""Declaring a conflict of interest, and settling what is not clear (fund design, 1.5; § 41 NKomVG).

A member, or an account of the office, says of herself none, conflict or not sure. What the portal finds, and what
somebody is not sure of, is settled by the chair or the deputy of the body with a written reason, for the office by the
lead of the project team. Nobody settles her own, nobody who is in conflict herself, and nobody takes a conflict back.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from fund import findings, guards, meeting
from fund.actors import CHECK, LEAD
from fund.logged import log, log_decided
from fund.models import Application, Declaration, Review
from fund.standing import Standings, is_free, reasons, standings_of
from strategy.models import SeatHolder
from strategy.permissions import CHAIRS
from wir.languages.text import is_blank
from wir.lib.workflow import FASTER, Refused

__all__ = ["declare", "is_free", "reasons", "settle", "why_not_settle"]

Answer, Standing = Declaration.Answer, Declaration.Standing
NOT_YOURS = "Diese Angabe macht das Mitglied selbst."
NO_KIND = "Wählen Sie, welcher Art der Konflikt ist."
STAYS = "Einen Interessenkonflikt nimmt niemand zurück. War er ein Versehen, sprechen Sie mit dem Vorsitz."
STAYS_FOR_OFFICE = "Einen Interessenkonflikt nimmt niemand zurück."
CHAIR_SETTLES = "Sie waren nicht sicher. Das klärt jetzt der Vorsitz des Gremiums oder dessen Stellvertretung."
LEAD_SETTLES = "Sie waren nicht sicher. Das klärt jetzt die Leitung des Projektteams."
NO_ANSWER = "Sagen Sie, ob es einen Interessenkonflikt gibt."
OWN = "Die eigene Angabe klärt jemand anderes."
DONE = "Diese Angabe ist nicht mehr zu klären."
NO_REASON = "Zur Klärung gehört ein Grund."
HELPED = "Wer beim Schreiben geholfen hat, bleibt im Konflikt."
CHAIR_ONLY = "Das klärt der Vorsitz des Gremiums oder dessen Stellvertretung."
LEAD_ONLY = "Das klärt die Leitung des Projektteams."
SELF_FIRST = "Geben Sie zuerst an, ob Sie selbst einen Interessenkonflikt haben."
SELF_IN_CONFLICT = "Sie haben zu diesem Antrag selbst einen Interessenkonflikt, oder einer ist noch zu klären."


@transaction.atomic
def declare(application, who, *, answer, kind="", note="", by, now):
    """What a member (who: a SeatHolder) or an account of the office (who: a User) says of herself. Returns the row.

    by: herself; for a member without an account somebody of the office who was told. The same answer again changes
    nothing. What she said before is superseded; a conflict voids her review and, through the meeting, her vote.
    """
    check_may_declare(who, by)
    if answer not in Answer.values:
        raise Refused([NO_ANSWER])
    if answer == Answer.CONFLICT and kind not in Declaration.Kind.values:
        raise Refused([NO_KIND])
    mine = {"holder": who} if isinstance(who, SeatHolder) else {"user": who}
    before = application.declarations.in_force().filter(**mine).first()
    found = standings_of(application, who, timezone.localdate(now)).found(application, who)
    keys = " ".join(found)
    if before and before.answer == answer and before.kind == (kind if answer == Answer.CONFLICT else ""):
        if before.found == keys or before.standing == Standing.CONFLICT:
            return before
    if before and before.standing == Standing.CONFLICT and answer != Answer.CONFLICT:
        raise Refused([STAYS if isinstance(who, SeatHolder) else STAYS_FOR_OFFICE])
    if before and is_unsure(before) and answer == Answer.NONE:
        raise Refused([CHAIR_SETTLES if isinstance(who, SeatHolder) else LEAD_SETTLES])
    if before and not Declaration.objects.in_force().filter(pk=before.pk).update(superseded_at=now):
        raise Refused([FASTER])
    try:
        with transaction.atomic():
            declaration = Declaration.objects.create(
                application=application,
                answer=answer,
                kind=kind if answer == Answer.CONFLICT else "",
                note=note.strip(),
                found=keys,
                standing=standing_after(answer, found),
                at=now,
                by=by,
                **mine,
            )
    except IntegrityError:  # the same button in two tabs
        raise Refused([FASTER]) from None
    log(declaration, "Angabe zu Interessenkonflikten", by=by, now=now)
    if declaration.standing == Standing.CONFLICT:
        void(application, who, now)
    return declaration


def is_unsure(declaration):
    """Whoever is not sure has handed it to somebody else to say (fund design, 1.5)."""
    return declaration.answer == Answer.UNSURE and declaration.standing == Standing.OPEN


def check_may_declare(who, by):
    """Raises Refused where somebody speaks for a person who can speak for herself."""
    if isinstance(who, SeatHolder):
        allowed = who.user_id == by.pk if who.user_id else by.has_perm(CHECK)
    else:
        allowed = who.pk == by.pk
    if not allowed:
        raise Refused([NOT_YOURS])


def standing_after(answer, found):
    if answer == Answer.CONFLICT or findings.NOBODY_LIFTS & set(found):
        return Standing.CONFLICT
    return Standing.FREE if answer == Answer.NONE and not found else Standing.OPEN


def void(application, who, now):
    """What she wrote about the case counts no more, and the meeting hears of it (fund design, 1.5)."""
    user = who.user_id if isinstance(who, SeatHolder) else who.pk
    same = SeatHolder.objects.filter(user=user) if user else SeatHolder.objects.filter(pk=who.pk)
    Review.objects.counted().filter(application=application, holder__in=same).update(voided_at=now)
    for holder in same:
        meeting.conflict_declared(application, holder, now=now)


def carry_over(application, into, now):
    """What stands against people on a case holds on the one that goes on in its place too."""
    for each in application.declarations.in_force().exclude(standing=Standing.FREE):
        mine = {"holder": each.holder} if each.holder_id else {"user": each.user}
        there = into.declarations.in_force().filter(**mine)
        if there.filter(standing__in=(Standing.CONFLICT, each.standing)).exists():
            continue
        there.update(superseded_at=now)
        each.pk, each.application = None, into
        each.save(force_insert=True)
        if each.standing == Standing.CONFLICT:
            void(into, each.holder or each.user, now)


# Settling -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def settle(declaration, *, standing, why, by, now):
    """Somebody else decides what holds: FREE or CONFLICT, with a reason. Raises Refused with every reason against."""
    refused = [] if standing in (Standing.FREE, Standing.CONFLICT) else [NO_ANSWER]
    refused += why_not_settle(declaration, by, now)
    if standing == Standing.FREE and findings.NOBODY_LIFTS & set(declaration.found.split()):
        refused.append(HELPED)
    if is_blank(why):
        refused.append(NO_REASON)
    if refused:
        raise Refused(refused)
    row = Declaration.objects.in_force().filter(pk=declaration.pk, standing=Standing.OPEN)
    if not row.update(standing=standing, settled_at=now, settled_by=by, settled_why=why.strip()):
        raise Refused([FASTER])
    log_decided(declaration, "Angabe zu Interessenkonflikten geklärt", by=by, now=now)
    declaration.refresh_from_db()
    if standing == Standing.CONFLICT:
        void(declaration.application, declaration.holder or declaration.user, now)
    return declaration


def why_not_settle(declaration, user, now):
    """Why this account may not settle this declaration; [] where it may."""
    return Settling([declaration], now).reasons(declaration, user)


class Settling:
    """Who may settle which of several declarations, in as many statements as for one."""

    def __init__(self, declarations, now, *others):
        day = timezone.localdate(now)
        cases = list({each.application_id: each.application for each in declarations}.values())
        bodies = {body.pk for body in map(guards.body_of, cases) if body}
        chairs = SeatHolder.objects.on(day).filter(seat__body__in=bodies, role__in=CHAIRS, user__isnull=False)
        self.chairs = {}
        for each in chairs.select_related("user", "seat"):
            self.chairs.setdefault(each.seat.body_id, {})[each.user_id] = each.user
        people = {user.pk: user for chairs in self.chairs.values() for user in chairs.values()}
        people |= {user.pk: user for user in others}
        self.standings = Standings(cases, list(people.values()), day)
        self.people, self.day, self.cases = people, day, cases

    def reasons(self, declaration, user):
        if user.pk not in self.people:
            self.learn(user)
        application = declaration.application
        found = []
        if declaration.standing != Standing.OPEN or declaration.superseded_at:
            found.append(DONE)
        if user.pk in owners(declaration):
            found.append(OWN)
        if not self.is_office(declaration) and user.pk in self.chairs_of(application):
            if not self.standings.declarations(application, user):
                found.append(SELF_FIRST)
        elif not user.has_perm(LEAD) or not self.falls_to_lead(declaration):
            return [*found, LEAD_ONLY if self.falls_to_lead(declaration) else CHAIR_ONLY]
        if self.standings.against(application, user):
            found.append(SELF_IN_CONFLICT)
        return found

    def learn(self, user):
        self.people[user.pk] = user
        self.standings = Standings(self.cases, list(self.people.values()), self.day)

    def is_office(self, declaration):
        return declaration.holder_id is None

    def chairs_of(self, application):
        body = guards.body_of(application)
        return self.chairs.get(body.pk, {}) if body else {}

    def falls_to_lead(self, declaration):
        """Of the office; or of a member, where chair and deputy are themselves concerned in this case."""
        application, own = declaration.application, owners(declaration)
        return self.is_office(declaration) or all(
            pk in own or self.standings.against(application, user) for pk, user in self.chairs_of(application).items()
        )


def owners(declaration):
    """The accounts whose own declaration it is: whose conflict, and who wrote it down."""
    holder = declaration.holder.user_id if declaration.holder_id else None
    return {declaration.by_id, declaration.user_id, holder} - {None}


def to_settle(sample):
    """Declarations that wait for somebody else, of cases that are not decided yet."""
    waiting = Declaration.objects.in_force().filter(standing=Standing.OPEN)
    cases = Application.objects.for_desk().filter(sample=sample, state__in=Application.OPEN)
    found = waiting.filter(application__in=cases).select_related(
        "application__revision__district", "application__rule_set", "application__body", "holder__seat", "user", "by"
    )
    return found.prefetch_related("application__rule_set__tiers__proposes")
