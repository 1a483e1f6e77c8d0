"""The gate of a body: which cases come to its members, and which of them open (fund design, 1.5).

Before a member has declared, she knows title, organisation, district and the people named, and nothing else; a case
opens to her once she is free of conflict. Whoever has no seat in the body on the day has no case there.
"""

from dataclasses import dataclass

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from fund import findings
from fund.models import Application, CaseItem, Declaration, Helper, Review, Tier
from fund.standing import Standings
from strategy.models import SeatHolder

State = Application.State
AT_BODY = (State.BOARD_QUEUE, State.BOARD_MEETING)
COMING = (*AT_BODY, State.INFO_REQUESTED, State.TEAM_DECISION)
BODY_PATHS = (Tier.Path.BODY, Tier.Path.BODY_THEN_COMMITTEE)


def seats_of(user, day):
    """Every seat an account holds on a day, as member or as substitute; the own seats first."""
    seats = SeatHolder.objects.on(day).filter(user=user).select_related("seat__body")
    return list(seats.order_by("substitute", "seat__number", "pk"))


def of_bodies(bodies):
    """Condition: cases these bodies deal with (fund/guards.py: body_of)."""
    tiers = Tier.objects.filter(
        rule_set=OuterRef("rule_set"), key=OuterRef("tier"), proposes__in=bodies, path__in=BODY_PATHS
    )
    return Q(body__in=bodies) | (Q(body__isnull=True) & Exists(tiers))


def coming():
    """Condition: cases that wait for a body: in its queue, on its agenda, asked by it, or given to it as deputies of
    the project team. On them members declare."""
    states = Q(state__in=AT_BODY) | Q(state=State.INFO_REQUESTED, asked_by_state__in=AT_BODY)
    states |= Q(state=State.TEAM_DECISION, body__isnull=False)
    return states & Q(merged_into__isnull=True)


def voted_on(seats):
    """Condition: cases on which a holder of these seats has declared, and whose paper to the committees is not filed:
    until then a conflict still counts (fund/late_conflicts.py)."""
    said = Declaration.objects.in_force().filter(application=OuterRef("pk"), holder__in=seats)
    unfiled = CaseItem.objects.unfiled().filter(application=OuterRef("pk"))
    return Q(Exists(said), Exists(unfiled), state=State.COMMITTEE_QUEUE)


def cases(condition):
    """Cases with `body_pk`, the body that deals with each."""
    tier = Tier.objects.filter(rule_set=OuterRef("rule_set"), key=OuterRef("tier")).values("proposes")
    found = Application.objects.handed_in().filter(condition)
    return found.annotate(body_pk=Coalesce(F("body"), Subquery(tier[:1]), output_field=BigIntegerField()))


def people_named(application, helpers):
    """Names a member has to know to tell whether she is close to somebody: who signs, partners, who helped."""
    revision = application.revision
    partner = revision.answers.get("partner", {}).values()
    return list(dict.fromkeys(filter(None, [revision.person, *partner, *map(str, helpers)])))


@dataclass
class Line:
    """One case at the gate. holders: her seats in its body. declaration: what she said last, None where she is to say
    it (again). people: named in it. found: sentences of what the portal found."""

    application: Application
    holders: list
    declaration: Declaration | None
    people: list
    found: list
    against: list

    @property
    def is_open(self):
        return self.declaration is not None and not self.against


class Gate:
    """All coming cases of one person: a member with an account, or one for whom the office writes down what she says.
    late: with those on which nothing but a late conflict can be said any more.

    Asked with the same number of statements for one case and for thirty. declared: only cases on which she has said
    something, where nothing but these can open.
    """

    def __init__(self, seats, now, *, sample=None, declared=False, late=False):
        self.seats, self.day = seats, timezone.localdate(now)
        found = cases(coming() | voted_on(seats) if late else coming())
        found = found.filter(of_bodies({each.seat.body_id for each in seats}))
        if sample is not None:
            found = found.filter(sample=sample)
        if declared:
            found = found.filter(has_said_something(seats))
        found = found.select_related("revision__district").order_by("submitted_at", "pk")
        self.cases = list(found) if seats else []
        self.standings = Standings(self.cases, seats, self.day)
        self.lines = [self.line(each) for each in self.cases]

    def line(self, application):
        holders = [each for each in self.seats if each.seat.body_id == application.body_pk]
        declared = self.standings.declarations(application, holders[0])
        against = self.standings.against(application, holders[0])
        by_seat = {each.holder_id for each in declared}
        bound = [each for each in declared if each.standing == Declaration.Standing.CONFLICT]
        newest = max(bound or declared, key=lambda each: (each.at, each.pk), default=None)
        is_news = any(each.pk not in by_seat for each in holders) or (newest and self.has_news(newest, against))
        if application.state in COMING and is_news and not bound:  # a conflict holds on every seat of hers
            newest = None
        people = people_named(application, self.standings.helpers.get(application.pk, ()))
        found = findings.sentences(self.standings.found(application, holders[0]))
        return Line(application, holders, newest, people, found, against)

    @staticmethod
    def has_news(declaration, against):
        """Something was found after she had declared none: she is asked again."""
        return declaration.standing == Declaration.Standing.FREE and bool(against)

    @property
    def to_declare(self):
        return [each for each in self.lines if each.declaration is None]

    @property
    def declared(self):
        return [each for each in self.lines if each.declaration is not None]

    @property
    def closed(self):
        """Keys of coming cases that do not open to her."""
        return [each.application.pk for each in self.lines if not each.is_open]


def has_said_something(seats):
    """Condition: cases on which the person of these seats has declared, on any seat or as an account."""
    accounts = {each.user_id for each in seats if each.user_id}
    hers = Q(holder__in=seats) | Q(holder__user__in=accounts) | Q(user__in=accounts)
    return Q(pk__in=Declaration.objects.in_force().filter(hers).values("application"))


def waiting_for(seats, now, sample):
    """(how many cases she is to declare on, keys of those that are open to her): what `Gate` tells, without reading the
    cases on which she has said nothing yet."""
    found = cases(coming()).filter(of_bodies({each.seat.body_id for each in seats}), sample=sample)
    gate = Gate(seats, now, sample=sample, declared=True)
    new = found.exclude(has_said_something(seats)).count()
    return new + len(gate.to_declare), [each.application.pk for each in gate.lines if each.is_open]


def helped_by(user, seats, of=""):
    """Condition: cases that this account helped to write (fund/findings.py: HELPED), wherever they stand."""
    found = Q(user=user)
    for mail in {each.strip() for each in (user.email, *(seat.mail for seat in seats)) if "@" in each}:
        found |= Q(mail__iexact=mail)
    return Q(**{f"{of}pk__in": Helper.objects.filter(found).values("application")})


def readable(user, now):
    """Cases this account may read as a member: those she declared none on, or was found free of conflict. What came to
    light about a coming case after that closes it again; cases the body has dealt with stay readable, but for who
    helped to write them."""
    seats = seats_of(user, timezone.localdate(now))
    gate = Gate(seats, now, declared=True)
    mine = Declaration.objects.in_force().filter(Q(holder__user=user) | Q(user=user))
    free = mine.filter(standing=Declaration.Standing.FREE, holder__in=seats).values("application")
    cases = Application.objects.handed_in().filter(of_bodies({each.seat.body_id for each in seats}), pk__in=free)
    cases = cases.exclude(pk__in=mine.exclude(standing=Declaration.Standing.FREE).values("application"))
    return cases.exclude(pk__in=gate.closed).exclude(helped_by(user, seats))


def free_on(user, now):
    """Keys of the cases that the books and minutes of meetings show to this account as a member, on whatever seat; what
    came to light about a coming case closes it, as in `readable`."""
    seats = seats_of(user, timezone.localdate(now))
    mine = Declaration.objects.in_force().filter(Q(holder__user=user) | Q(user=user))
    bound = mine.exclude(standing=Declaration.Standing.FREE).values("application")
    free = mine.filter(standing=Declaration.Standing.FREE, holder__isnull=False).exclude(application__in=bound)
    free = free.exclude(helped_by(user, seats, "application__"))
    gate = Gate(seats, now, declared=True)
    return set(free.values_list("application", flat=True)) - set(gate.closed)


def unreviewed(cases, user):
    """Those on which this person has written nothing about the newest revision."""
    written = Review.objects.counted().filter(
        application=OuterRef("pk"), holder__user=user, revision=OuterRef("revision")
    )
    return cases.filter(Q(state__in=AT_BODY), ~Exists(written))
