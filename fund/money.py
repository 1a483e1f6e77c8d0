"""The money guard: no year and no pot promises more than it has, whoever asks at the same moment.

Each verb is one transaction with one order of locks, year, pot, case: `lock` is called by the workflow's door before it
touches the case. Money moves by one conditional update in integer cents that reads and writes in the same statement;
the rows it touched must be 1. That holds on PostgreSQL and on SQLite, which knows no row locks, and relies on no
value that was read earlier. The check constraints of FundYear and Pot are the last wall (fund design, 1.6).
"""

from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from fund.books import ZERO
from fund.books import differences as differences  # what the books say is asked here too
from fund.models import Application, FiledCase, FundYear, LedgerEntry, Pot
from wir.columns import EuroField
from wir.languages.models import ContentStamp
from wir.lib.formats import euro
from wir.lib.workflow import Refused

Kind = LedgerEntry.Kind
COUNTER = {Kind.HOLD: "held", Kind.COMMIT: "committed"}
OPPOSITE = {Kind.HOLD: Kind.UNHOLD, Kind.COMMIT: Kind.UNCOMMIT}
NO_YEAR = "Der Antrag gehört zu keinem Haushaltsjahr."
NOT_KNOWN = "Wie viel Geld es in diesem Jahr gibt, ist nicht bekannt. Tragen Sie zuerst die Summe des Jahres ein."
YEAR_CLOSED = (
    "Das Jahr {year} ist abgeschlossen: Aus ihm wird nichts Neues zugesagt. "
    "Verschieben Sie den Antrag in ein anderes Jahr."
)
NOT_PUBLIC = "Das Jahr ist nicht veröffentlicht; aus ihm lässt sich nichts zusagen."
MIXED = "Beispiele bekommen nie echtes Geld, und echte Anträge nie Geld aus einem Beispiel."


class NoMoney(Refused):
    """The money is not there. free: what is, in euro; None where how much is not the question: the sum of the year is
    not known, or nothing is given out of it now."""

    def __init__(self, free, reason=""):
        self.free = free
        super().__init__([reason or f"Das Geld reicht nicht: Frei sind {euro(free, 'de')}."])


def free(year):
    """What is left of a year now, in euro; None where its sum is not known. Looks into the database."""
    return FundYear.objects.get(pk=year.pk).free


def free_for(application):
    """What this case could get now at most, of its year and of its pot; None where that is not known."""
    year = application.year_id and FundYear.objects.get(pk=application.year_id)
    if not year or year.free is None:
        return None
    pot = pot_of(application)
    return min(year.free, pot.free) if pot else year.free


def pot_of(application):
    """The pot of the case's tier in its year, else the one that is split no further; None where there is neither."""
    return pot_among(Pot.objects.filter(year=application.year_id), application.tier)


def pot_among(pots, tier):
    known = {pot.tier_key: pot for pot in pots}
    return known.get(tier) or known.get("")


def lock(application):
    """Wait for the year of a case and its pots before the case: one order for everybody, so that nobody waits for each
    other."""
    if application.year_id:
        lock_money((application.year_id,))


def lock_money(years):
    """Wait for years (their keys) and their pots, each in the order of the keys.

    What it reads is used for nothing. SQLite has only one writer at a time and needs no lock. Without the key: whoever
    writes a case twice in one transaction makes PostgreSQL look at its year again, and must not wait for it there.
    """
    list(FundYear.objects.select_for_update(no_key=True).filter(pk__in=years).order_by("pk").values_list("pk"))
    list(Pot.objects.select_for_update(no_key=True).filter(year__in=years).order_by("pk").values_list("pk"))


def refusal(application, amount):
    """NoMoney as the year stands now, None where the money is there. Advice for a page; `commit` asks again."""
    year = application.year_id and FundYear.objects.get(pk=application.year_id)
    if not year:
        return NoMoney(None, NO_YEAR)
    if year.sample != application.sample:
        return NoMoney(None, MIXED)
    if year.state == FundYear.State.CLOSED:
        return NoMoney(None, YEAR_CLOSED.format(year=year))
    if not year.is_public:
        return NoMoney(None, NOT_PUBLIC)
    if year.ceiling is None:
        return NoMoney(None, NOT_KNOWN)
    left = free_for(application)
    return NoMoney(left) if amount > left else None


def refusal_of_pot(application, amount, held):
    """NoMoney where what is held for the case lies in another pot than its money would come from now, and that one has
    too little; None else. held: an entry, or None."""
    pot = pot_of(application)
    if held is None or pot is None or held.pot_id == pot.pk or amount <= pot.free:
        return None
    return NoMoney(pot.free)


@transaction.atomic
def hold(application, amount, *, by, now):
    """Set an amount (euro) of the case's year aside for what a body proposed. Returns the LedgerEntry.

    Raises NoMoney and has then written nothing, and IntegrityError where it is held already."""
    return take(Kind.HOLD, application, amount, None, by, now)


@transaction.atomic
def commit(application, amount, *, decision, by, now):
    """Promise an amount (euro) of the case's year to it; what was held for it becomes free in the same step, so only
    the part above the hold needs new money. Returns the LedgerEntry.

    Raises NoMoney and has then written nothing, and IntegrityError where this round of the case has its money already.
    """
    unhold(application, by=by, now=now)
    return take(Kind.COMMIT, application, amount, decision, by, now)


def take(kind, application, amount, decision, by, now):
    if not isinstance(amount, Decimal) or amount <= 0:
        raise ValueError(f"{amount!r} is no amount.")
    pot = pot_of(application)
    year = FundYear.objects.filter(
        pk=application.year_id, sample=application.sample, state=FundYear.State.PUBLISHED, ceiling__isnull=False
    )
    if raise_counter(year, "ceiling", COUNTER[kind], amount) != 1:
        raise refusal(application, amount) or NoMoney(free_for(application))
    if pot and raise_counter(Pot.objects.filter(pk=pot.pk), "share", COUNTER[kind], amount) != 1:
        raise NoMoney(free_for(application))
    return write(kind, amount, application.year_id, pot, application, decision, by, now)


def raise_counter(rows, limit, counter, amount):
    """The conditional update: how many rows had the money. Nothing is read before it."""
    cents = Value(amount, output_field=EuroField())
    found = rows.filter(**{f"{limit}__gte": F("held") + F("committed") + cents})
    return found.update(**{counter: F(counter) + cents})


@transaction.atomic
def unhold(application, *, by, now):
    """Free what is held for the case. Returns the LedgerEntry, None where nothing is held for it."""
    return give_back(Kind.HOLD, application, None, by, now)


@transaction.atomic
def uncommit(application, *, decision, by, now):
    """Free what is promised to the case. Returns the LedgerEntry, None where nothing is promised to it."""
    return give_back(Kind.COMMIT, application, decision, by, now)


def give_back(kind, application, decision, by, now):
    entry = standing(application, kind)
    if entry is None:
        return None
    counter, cents = COUNTER[kind], Value(entry.amount, output_field=EuroField())
    enough = {f"{counter}__gte": cents}
    touched = FundYear.objects.filter(pk=entry.year_id, **enough).update(**{counter: F(counter) - cents})
    if entry.pot_id:
        touched = min(touched, Pot.objects.filter(pk=entry.pot_id, **enough).update(**{counter: F(counter) - cents}))
    if touched != 1:
        raise AssertionError(f"The counters of {entry.year} do not cover {entry.key}.")
    ContentStamp.touch()
    return write(OPPOSITE[kind], entry.amount, entry.year_id, entry.pot, application, decision, by, now)


def held_for(application):
    """The entry by which money is held for the case now, None where there is none."""
    return standing(application, Kind.HOLD)


def committed_to(application):
    """The entry by which money is promised to the case now, None where there is none."""
    return standing(application, Kind.COMMIT)


def standing(application, kind):
    """The newest entry of a kind that its opposite has not taken back."""
    entries = list(application.entries.filter(kind__in=(kind, OPPOSITE[kind])).order_by("pk"))
    return entries[-1] if entries and entries[-1].kind == kind else None


def write(kind, amount, year_id, pot, application, decision, by, now):
    return LedgerEntry.objects.create(
        kind=kind,
        amount=amount,
        year_id=year_id,
        pot=pot,
        application=application,
        decision=decision,
        key=key_of(application, kind),
        at=now,
        by=by,
    )


def key_of(application, kind):
    """One key for one entry of a kind, a round and a time in that round, so that nothing is booked twice: a case holds
    again in the same round where its money went back in between (another year, the waiting list).

    `in_told_paper` reads the round in it.
    """
    back = f"{application.pk}-{OPPOSITE.get(kind, kind)}-{application.round}"
    times = application.entries.filter(Q(key=back) | Q(key__startswith=f"{back}-")).count()
    return f"{application.pk}-{kind}-{application.round}" + (f"-{times + 1}" if times else "")


# What is told of it ---------------------------------------------------------------------------------------------------


RELEASED = LedgerEntry.objects.filter(application__decision_released_at__isnull=False)
TOLD = ("commit", "uncommit", "hold", "unhold")


class Told(NamedTuple):
    """The money of a year as the public may know it, in euro. left: None where the sum of the year is not known."""

    promised: Decimal
    held: Decimal
    left: Decimal | None


def public_entries(today):
    """{kind: the entries of it that the public may know of}.

    A promise counts once its letter is released. A hold counts once the paper is filed and public with which the case
    goes to the committees in the same round, for with it the board's proposal is known (fund design, 7). A hold that a
    recorded result has ended goes on counting until that result is released; otherwise the sums would tell it before
    the letter does.
    """
    unreleased = Q(
        application__decision_released_at__isnull=True,
        application__state__in=(
            Application.State.APPROVED,
            Application.State.REJECTED,
            Application.State.WAITLISTED,
        ),
        at__gte=F("application__decision_recorded_at"),
    )
    return {
        "commit": RELEASED.filter(kind=Kind.COMMIT),
        "uncommit": RELEASED.filter(kind=Kind.UNCOMMIT),
        "hold": in_told_paper(Kind.HOLD, today),
        "unhold": in_told_paper(Kind.UNHOLD, today).exclude(unreleased),
    }


def in_told_paper(kind, today):
    """Entries of a kind whose round of the case has a filed paper that is public by that day.

    An entry holds its round in its key (`write`). A hold ends in the round in which it began, so both are told or none.
    """
    key = Concat(Cast("application_id", CharField()), Value(f"-{kind}-"), Cast("round", CharField()))
    places = FiledCase.objects.filter(
        application=OuterRef("application"), filing__filed_at__isnull=False, filing__told_on__lte=today
    )
    places = places.annotate(entry=ExpressionWrapper(OuterRef("key"), CharField()), of_round=key)
    same = Q(entry=F("of_round")) | Q(entry__startswith=Concat("of_round", Value("-")))
    return LedgerEntry.objects.filter(Exists(places.filter(same)), kind=kind)


def told(year, today=None):
    """The Told of a year: what may not be told yet counts as left. Otherwise the sums would tell an applicant her
    result before the letter does. today: a day in Hannover, this one by default."""
    if not hasattr(year, "told_commit"):
        year = with_told(FundYear.objects.filter(pk=year.pk), today).get()
    found = {kind: getattr(year, f"told_{kind}") or ZERO for kind in TOLD}
    promised, held = found["commit"] - found["uncommit"], found["hold"] - found["unhold"]
    return Told(promised, held, None if year.ceiling is None else year.ceiling - held - promised)


def told_holds(applications, today):
    """{key of a case: what the sums that are told count as set aside for it, in euro}."""
    found = {}
    entries = public_entries(today)
    for sign, kind in ((1, "hold"), (-1, "unhold")):
        of_cases = entries[kind].filter(application__in=applications).order_by().values_list("application")
        for pk, amount in of_cases.annotate(Sum("amount")):
            found[pk] = found.get(pk, ZERO) + sign * amount
    return found


def with_told(years, today=None):
    """FundYears with what `told` needs, read in the same statement. today: a day in Hannover, this one by default."""
    found = {}
    for kind, entries in public_entries(today or timezone.localdate()).items():
        of_year = entries.filter(year=OuterRef("pk")).order_by().values("year")
        found[f"told_{kind}"] = Subquery(of_year.annotate(sum=Sum("amount")).values("sum"))
    return years.annotate(**found)


def sums(entries, plus, minus):
    """Entries of one kind less those of another, in euro."""
    found = dict(entries.filter(kind__in=(plus, minus)).order_by().values_list("kind").annotate(Sum("amount")))
    return found.get(plus, ZERO) - found.get(minus, ZERO)
