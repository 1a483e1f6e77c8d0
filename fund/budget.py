"""How much money a year has: every euro of its ceiling is a row of the ledger that says who decided it.

FundYear.ceiling is the sum of the year's entries and is written here only, in the same statement that asks whether it
may be (fund design, 1.6, point 5): never below what is held and committed. The first entry of a year is its own, with
its own council paper or another source; money carried over from another year comes on top and is approved by a second
person. A year without an entry has no ceiling: "not known".
"""

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce

from fund.logged import log, log_decided
from fund.models import Application, CarryOver, FundYear, LedgerEntry
from fund.money import ZERO, NoMoney, lock_money
from fund.rules_workflow import check_may
from wir.columns import EuroField
from wir.languages.models import ContentStamp
from wir.languages.text import is_blank
from wir.lib.formats import euro
from wir.lib.workflow import FASTER, Refused, refuse_if

Kind = LedgerEntry.Kind
DECIDE, CONFIRM = "fund.publish_fundyear", "fund.confirm_carryover"
NO_SOURCE = "Dazu gehört eine Drucksache oder eine andere Quelle."
NO_AMOUNT = "Der Betrag fehlt; er ist größer als null und hat höchstens zwei Stellen nach dem Komma."
UNKNOWN = "Wie viel Geld es in diesem Jahr gibt, ist nicht bekannt; kürzen lässt sich nichts."
CLOSED = "Das Jahr {year} ist abgeschlossen. Öffnen Sie es zuerst wieder."
NO_TARGET = "Wählen Sie das Jahr, in das das Geld geht."
SAME_YEAR = "Übertragen wird von einem Jahr in ein anderes."
MIXED_YEARS = "Beispiele und echte Jahre tauschen kein Geld."
NO_OWN_SUM = "Das Jahr {year} hat noch keine eigene Summe. Sie braucht zuerst ihre eigene Drucksache oder Quelle."
TWICE = "Dieser Übertrag ist schon vorgeschlagen und wartet auf seine Genehmigung."
SECOND = "Das genehmigt eine zweite Person, nicht wer es vorgeschlagen hat."
BEFORE_PORTAL = (
    "Was im Jahr {year} zugesagt wurde, geschah vor dem Portal und steht hier nicht. Deshalb ist nicht bekannt, was "
    "frei ist, und nichts lässt sich übertragen."
)
LONGEST = 300  # signs of a source, as the column holds


def cents(amount):
    return Value(amount, output_field=EuroField())


def faults(amount, council_paper, source):
    """What is wrong with a booking before anybody looks into the year."""
    if not isinstance(amount, Decimal) or amount <= 0:
        yield NO_AMOUNT
    if council_paper is None and is_blank(source):
        yield NO_SOURCE


@transaction.atomic
def allocate(year, amount, *, council_paper=None, source="", by, now, seen=None):
    """Give a year money (euro) and say who decided it. Returns the LedgerEntry.

    by: an account, None for the portal's own commands. seen: how many entries the year had when the page was read, so
    that a second click books nothing. Raises Refused, PermissionDenied.
    """
    check_may(by, DECIDE)
    refuse_if(list(faults(amount, council_paper, source)))
    rows = FundYear.objects.filter(pk=year.pk)
    # A ceiling has a source; the first one the year gets is the one that its public sentence names
    rows.filter(council_paper=None, source="").update(council_paper=council_paper, source=source.strip()[:LONGEST])
    before = Coalesce(F("ceiling"), cents(ZERO))
    if not rows.exclude(state=FundYear.State.CLOSED).update(ceiling=before + cents(amount)):
        raise Refused([CLOSED.format(year=year)])
    entry = write(Kind.ALLOCATE, year, amount, council_paper, source, by, now, seen=seen)
    log(entry, "Geld zugewiesen", by=by, now=now)
    return entry


@transaction.atomic
def reduce(year, amount, *, council_paper=None, source="", by, now, seen=None):
    """Take money (euro) of a year away again, and say who decided it. Returns the LedgerEntry.

    What is held and promised stays covered, also where somebody promises in the same moment. Raises Refused, NoMoney
    (with what may be taken at most), PermissionDenied.
    """
    check_may(by, DECIDE)
    refuse_if(list(faults(amount, council_paper, source)))
    lower(year, amount)
    entry = write(Kind.REDUCE, year, amount, council_paper, source, by, now, seen=seen)
    log(entry, "Geld gekürzt", by=by, now=now)
    return entry


def lower(year, amount, *, closed_too=False):
    """The conditional update that takes an amount out of the ceiling. Nothing is read before it."""
    rows = FundYear.objects.filter(pk=year.pk, ceiling__gte=F("held") + F("committed") + cents(amount))
    if not closed_too:
        rows = rows.exclude(state=FundYear.State.CLOSED)
    if rows.update(ceiling=F("ceiling") - cents(amount)):
        return
    stored = FundYear.objects.get(pk=year.pk)
    if stored.ceiling is None:
        raise NoMoney(None, UNKNOWN)
    if stored.state == FundYear.State.CLOSED and not closed_too:
        raise Refused([CLOSED.format(year=stored)])
    used = euro(stored.held + stored.committed, "de")
    raise NoMoney(
        stored.free,
        f"Vorgemerkt und zugesagt sind im Jahr {stored} zusammen {used}: "
        f"Wegnehmen lassen sich höchstens {euro(stored.free, 'de')}.",
    )


def entries_of(year):
    """How many entries made the ceiling of a year."""
    return LedgerEntry.objects.filter(year=year, kind__in=LedgerEntry.OF_YEAR).count()


def write(kind, year, amount, council_paper, source, by, now, key="", seen=None):
    """The row of the ledger. The year is locked by the update before, so nobody counts its rows at the same time."""
    number = entries_of(year)
    if seen is not None and seen != number:
        raise Refused([FASTER])
    ContentStamp.touch()
    return LedgerEntry.objects.create(
        kind=kind,
        amount=amount,
        year=year,
        key=key or f"year-{year.pk}-{number + 1}",
        council_paper=council_paper,
        source=source.strip()[:LONGEST],
        at=now,
        by=by,
    )


# Carrying over --------------------------------------------------------------------------------------------------------


def before_portal(years):
    """The keys of those years whose promises the portal does not know; one statement at most.

    Nothing was ever held or promised of such a year here, and it lies before the first one with cases; as long as there
    is none, it is closed.
    """
    silent = [each.pk for each in years if not (each.held or each.committed)]
    if not silent:
        return set()
    spent = LedgerEntry.objects.filter(year=OuterRef("pk"), kind__in=(Kind.HOLD, Kind.COMMIT))
    cases = Application.objects.filter(sample=OuterRef("sample"), year__isnull=False).order_by("year__year")
    found = FundYear.objects.filter(~Exists(spent), pk__in=silent)
    firsts = found.annotate(first=Subquery(cases.values("year__year")[:1]))
    return {each.pk for each in firsts if (each.is_closed if each.first is None else each.year < each.first)}


def carry_faults(source_year, target_year, amount):
    """Reasons why money cannot go from one year to the other, as both stand now."""
    if source_year.pk == target_year.pk:
        yield SAME_YEAR
    if source_year.sample != target_year.sample:
        yield MIXED_YEARS
    if target_year.state == FundYear.State.CLOSED:
        yield CLOSED.format(year=target_year)
    if target_year.ceiling is None:
        yield NO_OWN_SUM.format(year=target_year)
    if before_portal([source_year]):
        yield BEFORE_PORTAL.format(year=source_year)
    if source_year.ceiling is None:
        yield UNKNOWN
    elif isinstance(amount, Decimal) and amount > source_year.free:
        yield f"Im Jahr {source_year} sind nur {euro(source_year.free, 'de')} frei."


@transaction.atomic
def propose_carry_over(source_year, target_year, amount, *, council_paper=None, reference="", by, now):
    """Propose to carry free money over; nothing is booked until somebody else confirms it. Returns the CarryOver.

    Raises Refused, PermissionDenied.
    """
    check_may(by, DECIDE)
    if target_year is None:
        raise Refused([*faults(amount, council_paper, reference), NO_TARGET])
    lock_money((source_year.pk, target_year.pk))
    source_year, target_year = (FundYear.objects.get(pk=each.pk) for each in (source_year, target_year))
    refuse_if([*faults(amount, council_paper, reference), *carry_faults(source_year, target_year, amount)])
    same = {"source_year": source_year, "target_year": target_year, "amount": amount}
    if CarryOver.objects.filter(**same, confirmed_at=None, dropped_at=None).exists():
        raise Refused([TWICE])
    carry = CarryOver.objects.create(
        source_year=source_year,
        target_year=target_year,
        amount=amount,
        council_paper=council_paper,
        reference=reference.strip()[:LONGEST],
        proposed_at=now,
        proposed_by=by,
    )
    log(carry, "Übertrag vorgeschlagen", by=by, now=now)
    return carry


@transaction.atomic
def confirm_carry_over(carry, *, by, now):
    """Approve it: both entries are booked, or none. Returns the CarryOver.

    Raises Refused, NoMoney, PermissionDenied."""
    check_may_confirm(by)
    if carry.proposed_by_id == by.pk:
        raise Refused([SECOND])
    lock_money((carry.source_year_id, carry.target_year_id))
    if not CarryOver.objects.filter(pk=carry.pk, confirmed_at=None, dropped_at=None).update(
        confirmed_at=now, confirmed_by=by
    ):
        raise Refused([FASTER])
    source_year, target_year = (FundYear.objects.get(pk=pk) for pk in (carry.source_year_id, carry.target_year_id))
    refuse_if(list(carry_faults(source_year, target_year, ZERO)))
    lower(source_year, carry.amount, closed_too=True)
    raised = FundYear.objects.filter(pk=target_year.pk, ceiling__isnull=False).exclude(state=FundYear.State.CLOSED)
    if not raised.update(ceiling=F("ceiling") + cents(carry.amount)):
        raise Refused([FASTER])
    for kind, year, name in ((Kind.CARRY_OUT, source_year, "out"), (Kind.CARRY_IN, target_year, "in")):
        key = f"carry-{carry.pk}-{name}"
        write(kind, year, carry.amount, carry.council_paper, carry.reference, by, now, key=key)
    carry.refresh_from_db()
    log_decided(carry, "Übertrag genehmigt", by=by, now=now)
    return carry


@transaction.atomic
def drop_carry_over(carry, *, by, now):
    """Take a proposal back, or find it wrong. Raises Refused, PermissionDenied."""
    if not by.has_perm(DECIDE):
        check_may_confirm(by)
    if not CarryOver.objects.filter(pk=carry.pk, confirmed_at=None, dropped_at=None).update(
        dropped_at=now, dropped_by=by
    ):
        raise Refused([FASTER])
    log_decided(carry, "Übertrag verworfen", by=by, now=now)


def check_may_confirm(by):
    if by is None or not by.has_perm(CONFIRM):
        raise PermissionDenied("Dazu fehlt Ihnen das Recht.")
