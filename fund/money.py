"""The money guard: no year and no pot promises more than it has, whoever asks at the same moment.

Each verb is one transaction with one order of locks, year, pot, case: `lock` is called by the workflow's door before it
touches the case. Money moves by one conditional update in integer cents that reads and writes in the same statement;
the rows it touched must be 1. That holds on PostgreSQL and on SQLite, which knows no row locks, and relies on no
value that was read earlier. The check constraints of FundYear and Pot are the last wall (fund design, 1.6).
"""

from decimal import Decimal

from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Sum, Value

from fund.models import FundYear, LedgerEntry, Pot
from wir.columns import EuroField
from wir.languages.models import ContentStamp
from wir.lib.formats import euro
from wir.lib.workflow import Refused

Kind = LedgerEntry.Kind
ZERO = Decimal("0.00")
NO_YEAR = "Der Antrag gehört zu keinem Haushaltsjahr."
NOT_KNOWN = "Wie viel Geld es in diesem Jahr gibt, ist nicht bekannt. Tragen Sie zuerst die Summe des Jahres ein."
NOT_PUBLIC = "Das Jahr ist nicht veröffentlicht; aus ihm lässt sich nichts zusagen."
MIXED = "Beispiele bekommen nie echtes Geld, und echte Anträge nie Geld aus einem Beispiel."


class NoMoney(Refused):
    """The money is not there. free: what is, in euro; None where the sum of the year is not known."""

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
    """Wait for the year and its pots before the case: one order for everybody, so that nobody waits for each other.

    What it reads is used for nothing. SQLite has only one writer at a time and needs no lock. Without the key: whoever
    writes a case twice in one transaction makes PostgreSQL look at its year again, and must not wait for it there.
    """
    if application.year_id:
        list(FundYear.objects.select_for_update(no_key=True).filter(pk=application.year_id).values_list("pk"))
        list(
            Pot.objects.select_for_update(no_key=True).filter(year=application.year_id).order_by("pk").values_list("pk")
        )


def refusal(application, amount):
    """NoMoney as the year stands now, None where the money is there. Advice for a page; `commit` asks again."""
    year = application.year_id and FundYear.objects.get(pk=application.year_id)
    if not year:
        return NoMoney(None, NO_YEAR)
    if year.sample != application.sample:
        return NoMoney(None, MIXED)
    if not year.is_public:
        return NoMoney(year.free, NOT_PUBLIC)
    if year.ceiling is None:
        return NoMoney(None, NOT_KNOWN)
    left = free_for(application)
    return NoMoney(left) if amount > left else None


@transaction.atomic
def commit(application, amount, *, decision, by, now):
    """Promise an amount (euro) of the case's year to it. Returns the LedgerEntry.

    Raises NoMoney and has then written nothing, and IntegrityError where this round of the case has its money already.
    """
    if not isinstance(amount, Decimal) or amount <= 0:
        raise ValueError(f"{amount!r} is no amount.")
    pot = pot_of(application)
    year = FundYear.objects.filter(
        pk=application.year_id, sample=application.sample, state=FundYear.State.PUBLISHED, ceiling__isnull=False
    )
    if raise_committed(year, "ceiling", amount) != 1:
        raise refusal(application, amount) or NoMoney(free_for(application))
    if pot and raise_committed(Pot.objects.filter(pk=pot.pk), "share", amount) != 1:
        raise NoMoney(free_for(application))
    return write(Kind.COMMIT, amount, application.year_id, pot, application, decision, by, now)


def raise_committed(rows, limit, amount):
    """The conditional update: how many rows had the money. Nothing is read before it."""
    cents = Value(amount, output_field=EuroField())
    found = rows.filter(**{f"{limit}__gte": F("held") + F("committed") + cents})
    return found.update(committed=F("committed") + cents)


@transaction.atomic
def uncommit(application, *, decision, by, now):
    """Free what is promised to the case. Returns the LedgerEntry, None where nothing is promised to it."""
    entry = committed_to(application)
    if entry is None:
        return None
    cents = Value(entry.amount, output_field=EuroField())
    rows = FundYear.objects.filter(pk=entry.year_id, committed__gte=cents)
    touched = rows.update(committed=F("committed") - cents)
    if entry.pot_id:
        rows = Pot.objects.filter(pk=entry.pot_id, committed__gte=cents)
        touched = min(touched, rows.update(committed=F("committed") - cents))
    if touched != 1:
        raise AssertionError(f"The counters of {entry.year} do not cover {entry.key}.")
    ContentStamp.touch()
    return write(Kind.UNCOMMIT, entry.amount, entry.year_id, entry.pot, application, decision, by, now)


def committed_to(application):
    """The entry by which money is promised to the case now, None where there is none."""
    entries = list(application.entries.filter(kind__in=(Kind.COMMIT, Kind.UNCOMMIT)).order_by("pk"))
    return entries[-1] if entries and entries[-1].kind == Kind.COMMIT else None


def write(kind, amount, year_id, pot, application, decision, by, now):
    return LedgerEntry.objects.create(
        kind=kind,
        amount=amount,
        year_id=year_id,
        pot=pot,
        application=application,
        decision=decision,
        key=f"{application.pk}-{kind}-{application.round}",
        at=now,
        by=by,
    )


# What is told of it ---------------------------------------------------------------------------------------------------


RELEASED = LedgerEntry.objects.filter(application__decision_released_at__isnull=False)


def told(year):
    """(promised, left) as the public may know it, in euro: what is promised in letters that are not released still
    counts as left. Otherwise the sum would tell an applicant her result before the letter does."""
    if hasattr(year, "told_commit"):
        promised = (year.told_commit or ZERO) - (year.told_uncommit or ZERO)
    else:
        promised = sums(RELEASED.filter(year=year), Kind.COMMIT, Kind.UNCOMMIT)
    return promised, None if year.ceiling is None else year.ceiling - year.held - promised


def with_told(years):
    """FundYears with what `told` needs, read in the same statement."""
    found = {}
    for kind in (Kind.COMMIT, Kind.UNCOMMIT):
        of_year = RELEASED.filter(year=OuterRef("pk"), kind=kind).order_by().values("year")
        found[f"told_{kind}"] = Subquery(of_year.annotate(sum=Sum("amount")).values("sum"))
    return years.annotate(**found)


def sums(entries, plus, minus):
    """Entries of one kind less those of another, in euro."""
    found = dict(entries.filter(kind__in=(plus, minus)).order_by().values_list("kind").annotate(Sum("amount")))
    return found.get(plus, ZERO) - found.get(minus, ZERO)


def differences():
    """What is wrong in the books, one German sentence each: counters against the ledger, money without a decision."""
    for year in FundYear.objects.order_by("year", "sample"):
        yield from compared(f"Jahr {year}", year, LedgerEntry.objects.filter(year=year))
    for pot in Pot.objects.select_related("year").order_by("pk"):
        yield from compared(f"Topf {pot}", pot, LedgerEntry.objects.filter(pot=pot))
    for year in FundYear.objects.filter(ceiling__lt=F("held") + F("committed")):
        yield f"Jahr {year}: Es ist mehr vorgemerkt und zugesagt, als da ist."
    mixed = LedgerEntry.objects.exclude(application__isnull=True).exclude(application__sample=F("year__sample"))
    for entry in mixed.select_related("year"):
        yield f"Buchung {entry.key}: Beispiel und echtes Geld sind vermischt."
    for entry in LedgerEntry.objects.filter(kind=Kind.COMMIT).exclude(amount=F("decision__amount")):
        yield f"Buchung {entry.key}: Der Betrag ist nicht der der Entscheidung."


def compared(name, row, entries):
    for counter, plus, minus in (("held", Kind.HOLD, Kind.UNHOLD), ("committed", Kind.COMMIT, Kind.UNCOMMIT)):
        counted, booked = getattr(row, counter), sums(entries, plus, minus)
        if counted != booked:
            label = {"held": "vorgemerkt", "committed": "zugesagt"}[counter]
            yield f"{name}: {label} {euro(counted, 'de')}, gebucht {euro(booked, 'de')}."
