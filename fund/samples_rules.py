"""A marked example of this year's fund for the demo: an open year, an open call, and one that opens later.

Made through the door of the rules, so nothing is shown that could not be shown for real.
"""

from datetime import datetime, time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from fund.budget import allocate, reduce
from fund.models import Call, FundYear, Pot, TierKey
from fund.rules_workflow import move
from wir.languages import registry
from wir.languages.text import column

CEILING = Decimal(200_000)  # euro, as much as the paper names for 2022
CUT, FIRST = Decimal(20_000), Decimal(100)  # euro, invented
SOURCE = "Beispiel (erfunden)"
SHARES = {TierKey.MICRO: 50_000, TierKey.PROJECT: 150_000}
OPEN_DAYS = 60


@transaction.atomic
def make_sample_fund(*, now):
    """The sample year that now is in, with its calls. Running again changes nothing while a sample call is open."""
    today = timezone.localdate(now)
    year = FundYear.objects.filter(year=today.year, sample=True).first()
    if year is None:
        year = FundYear.objects.create(year=today.year, sample=True, rolling=True)
        allocate(year, CEILING, source=SOURCE, by=None, now=at(today.replace(month=1, day=1), time(9)))
        for tier_key, share in SHARES.items():
            Pot.objects.create(year=year, tier_key=tier_key, share=share)
        move(year, "publish", by=None, now=now, note="Beispiel")
    if Call.objects.public(samples=True).unclosed(now).exists():
        return year
    closes = today + timedelta(days=OPEN_DAYS)
    make_call(year, today, closes, now, open_title)
    make_call(year, closes + timedelta(days=1), closes + timedelta(days=OPEN_DAYS), now, later_title)
    return year


def make_sample_years(*, now):
    """What the desk of money shows beside this year: the last one, closed, and the next one, for which nothing but a
    first small sum is there, so that who goes into it waits. Returns the next one. Running again changes nothing."""
    this = timezone.localdate(now).year
    last, made = FundYear.objects.get_or_create(year=this - 1, sample=True)
    if made:
        allocate(last, CEILING, source=SOURCE, by=None, now=now)
        reduce(last, CUT, source=SOURCE, by=None, now=now)
        move(last, "publish", by=None, now=now, note="Beispiel")
        move(last, "close", by=None, now=now, note="Beispiel")
    coming, made = FundYear.objects.get_or_create(year=this + 1, sample=True)
    if made:
        allocate(coming, FIRST, source=SOURCE, by=None, now=now)
        move(coming, "publish", by=None, now=now, note="Beispiel")
    return coming


def make_call(year, first, last, now, title):
    """A call for larger projects from the first second of a day to the last second of another."""
    call = Call(year=year, tier_key=TierKey.PROJECT, sample=True, opens_at=at(first, time(0, 0)))
    call.closes_at = at(last, time(23, 59, 59))
    for language in registry.LANGUAGES:
        with translation.override(language.code):
            setattr(call, column("title", language), title())
            setattr(call, column("plain", language), plain())
    call.full_clean()
    call.save()
    move(call, "publish", by=None, now=now, note="Beispiel")
    return call


def at(day, clock):
    return timezone.make_aware(datetime.combine(day, clock))


def open_title():
    return _("Example: call for larger projects")


def later_title():
    return _("Example: the next call for larger projects")


def plain():
    return _(
        "The portal has invented this so that everybody can try the form. Nobody decides on it, and no money is paid."
    )
