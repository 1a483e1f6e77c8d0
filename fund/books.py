"""Do the books agree? Counters against the ledger, money against what was decided (fund design, 1.6, point 6).

A difference is an alarm on the desk, not a line in a log. `check_ledger` asks every night, the desk at most once an
hour (`alarm`).
"""

from datetime import timedelta
from decimal import Decimal

from django.core.cache import cache
from django.db.models import Count, F, Max, Q, Sum
from django.utils import timezone

from fund.models import Application, Decision, FundChange, FundYear, LedgerEntry, Pot
from wir.lib.formats import euro

Kind, State = LedgerEntry.Kind, Application.State
ZERO = Decimal("0.00")
AT_ONCE = timedelta(minutes=1)
CACHED, SECONDS = "fund-books", 60 * 60
SIGNS = {
    "ceiling": {Kind.ALLOCATE: 1, Kind.CARRY_IN: 1, Kind.REDUCE: -1, Kind.CARRY_OUT: -1},
    "held": {Kind.HOLD: 1, Kind.UNHOLD: -1},
    "committed": {Kind.COMMIT: 1, Kind.UNCOMMIT: -1},
}
LABELS = {"ceiling": "Summe", "held": "vorgemerkt", "committed": "zugesagt"}
HOLDING = (State.COMMITTEE_QUEUE, State.COMMITTEE_RUNNING)
MAY_BE_PROMISED = (*Application.PROMISED, State.REVOKED, State.ERASED)


def alarm():
    """(the sentences of `differences`, when they were found); looked for at most once an hour."""
    found = cache.get(CACHED)
    return found if found else check()


def check():
    """Look now, and remember it for the desk."""
    found = list(differences()), timezone.now()
    cache.set(CACHED, found, SECONDS)
    return found


def differences():
    """What is wrong in the books, one German sentence each. The number of statements does not grow with the books."""
    booked = {"year": booked_by("year"), "pot": booked_by("pot")}
    years = {year.pk: year for year in FundYear.objects.order_by("year", "sample")}
    pots = list(Pot.objects.order_by("pk"))
    for year in years.values():
        yield from compared(f"Jahr {year}", year, booked["year"].get(year.pk, {}), SIGNS)
        if year.ceiling is not None and year.held + year.committed > year.ceiling:
            yield f"Jahr {year}: Es ist mehr vorgemerkt und zugesagt, als da ist."
        yield from split(year, [pot for pot in pots if pot.year_id == year.pk])
    for pot in pots:
        pot.year = years[pot.year_id]
        of_cases = {name: SIGNS[name] for name in ("held", "committed")}
        yield from compared(f"Topf {pot}", pot, booked["pot"].get(pot.pk, {}), of_cases)
    yield from mixed()
    yield from decided()
    yield from cases()
    yield from after_closing()


def booked_by(name):
    """{year or pot: {kind: sum}}"""
    rows = LedgerEntry.objects.order_by().values_list(name, "kind").annotate(Sum("amount"))
    found = {}
    for key, kind, amount in rows:
        found.setdefault(key, {})[kind] = amount
    return found


def compared(name, row, booked, wanted):
    for counter, signs in wanted.items():
        counted = getattr(row, counter)
        total = sum((sign * booked.get(kind, ZERO) for kind, sign in signs.items()), ZERO)
        if counter == "ceiling" and counted is None and not any(kind in booked for kind in signs):
            continue  # not known, and nothing booked
        if counted != total:
            told = "nicht bekannt" if counted is None else euro(counted, "de")
            yield f"{name}: {LABELS[counter]} {told}, gebucht {euro(total, 'de')}."


def split(year, pots):
    """What the pots of a year are to it."""
    if year.ceiling is not None and sum(pot.share for pot in pots) > year.ceiling:
        yield f"Jahr {year}: Die Töpfe sind zusammen mehr, als in dem Jahr da ist."
    for counter in ("held", "committed"):
        if sum(getattr(pot, counter) for pot in pots) > getattr(year, counter):
            yield f"Jahr {year}: In den Töpfen ist mehr {LABELS[counter]} als im ganzen Jahr."


def mixed():
    entries = LedgerEntry.objects.filter(application__isnull=False).exclude(application__sample=F("year__sample"))
    for entry in entries.select_related("year"):
        yield f"Buchung {entry.key}: Beispiel und echtes Geld sind vermischt."


def decided():
    """Every promise is a decision that was made, over no more than was asked for."""
    commits = LedgerEntry.objects.filter(kind=Kind.COMMIT).select_related("decision")
    wrong = commits.exclude(decision__kind=Decision.Kind.APPROVED, decision__confirmed_at__isnull=False)
    for entry in wrong:
        yield f"Buchung {entry.key}: Dazu gibt es keine Bewilligung."
    for entry in commits.exclude(amount=F("decision__amount")):
        yield f"Buchung {entry.key}: Der Betrag ist nicht der der Entscheidung."
    in_force = commits.filter(decision__dropped_at=None)  # later answers may ask for less than was once promised
    more = in_force.filter(amount__gt=F("application__revision__requested"))
    for entry in more.filter(Q(decision__result=None) | Q(decision__result__more_agreed="")):
        yield f"Buchung {entry.key}: Zugesagt ist mehr, als beantragt war."


def cases():
    """What stands for each case: at most one hold and one promise, each only where it belongs."""
    counts = {kind: Count("entries", filter=Q(entries__kind=kind)) for kind in ("hold", "unhold", "commit", "uncommit")}
    with_money = Application.objects.filter(Q(entries__isnull=False) | Q(state__in=Application.PROMISED)).distinct()
    for case in with_money.annotate(**counts).order_by("pk").only("pk", "reference", "state", "hold_until"):
        held, promised = case.hold - case.unhold, case.commit - case.uncommit
        if held not in (0, 1) or promised not in (0, 1):
            yield f"Antrag {case}: Geld ist mehrfach oder falsch gebucht."
            continue
        if held and case.state not in HOLDING:
            yield f"Antrag {case}: Geld ist vorgemerkt, aber kein Ausschuss befasst ({case.get_state_display()})."
        if bool(held) != (case.hold_until is not None):
            yield f"Antrag {case}: Vormerkung und ihr letzter Tag passen nicht zusammen."
        if promised and case.state not in MAY_BE_PROMISED:
            yield f"Antrag {case}: Geld ist zugesagt, aber nicht bewilligt ({case.get_state_display()})."
        if not promised and case.state in Application.PROMISED:
            yield f"Antrag {case}: Er ist bewilligt, aber kein Geld ist zugesagt."


def after_closing():
    """A closed year promises nothing new: no hold and no promise after it was closed.

    Whoever was in the middle of it when the year was closed had looked at the clock before: AT_ONCE is let go.
    """
    closed = FundYear.objects.filter(state=FundYear.State.CLOSED).values("pk")
    last = FundChange.objects.filter(year__in=closed, move="close").order_by().values_list("year").annotate(Max("at"))
    late = Q()
    for year, at in last:
        late |= Q(year=year, at__gt=at + AT_ONCE)
    if not late:
        return
    entries = LedgerEntry.objects.filter(late, kind__in=(Kind.HOLD, Kind.COMMIT))
    for entry in entries.select_related("year"):
        yield f"Buchung {entry.key}: Sie kam, als das Jahr {entry.year} schon abgeschlossen war."
