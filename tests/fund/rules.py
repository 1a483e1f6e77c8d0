"""Plain functions that make years and calls and change rules; a state is reached through the door's own verbs."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone

from fund.budget import allocate
from fund.models import Call, FundYear, RuleOrigin, RuleSet
from fund.rules_workflow import confirm, copy, move

NOON = datetime(2027, 3, 15, 12, 0)


def at(*parts):
    """A moment in Hannover's time."""
    return timezone.make_aware(datetime(*parts))


def noon():
    return timezone.make_aware(NOON)


def create_year(year=2027, *, published=True, **values):
    """A year of the fund with a known sum, open for applications at any time."""
    facts = {"ceiling": 100_000, "source": "Haushaltsplan (erfunden)", "rolling": True} | values
    ceiling, made = facts.pop("ceiling"), FundYear(year=year, **facts)
    made.full_clean()
    made.save()
    if ceiling:
        allocate(made, Decimal(ceiling), source=made.source or "erfunden", by=None, now=at(year, 1, 1))
        made.refresh_from_db()
    if published:
        move(made, "publish", by=None, now=at(year, 1, 1))
    return made


def create_call(year, *, published=True, now=None, **values):
    """A call for larger projects, open in March 2027."""
    facts = {
        "title_de": "Frühjahrsrunde",
        "plain_de": "Eine Runde für größere Projekte.",
        "tier_key": "project",
        "opens_at": at(2027, 3, 1),
        "closes_at": at(2027, 3, 31, 23, 59, 59),
        "sample": year.sample,
    }
    call = Call(year=year, **facts | values)
    call.full_clean()
    call.save()
    if published:
        move(call, "publish", by=None, now=now or at(2027, 2, 1))
    return call


def confirm_all(rule_set, by=None):
    for origin in RuleOrigin.objects.filter(rule_set=rule_set, confirmed=False):
        confirm(origin, source="nachgesehen", by=by, now=noon())


def put_in_force(rule_set, by=None):
    """With everything confirmed. Returns the set as it stands in the database then."""
    confirm_all(rule_set)
    move(RuleSet.objects.with_tiers().get(pk=rule_set.pk), "activate", by=by, now=noon())
    return RuleSet.objects.told().in_force(NOON.date())


def copy_of(key="papier-2021", **changes):
    """A draft like a shipped set, with other values, written as the form of drafts writes them."""
    source = RuleSet.objects.with_tiers().get(key=key)
    made = copy(source, key="entwurf", title="Entwurf", valid_from=date(2027, 1, 1), by=None, now=noon())
    for name, value in changes.items():
        setattr(made, name, value)
    made.full_clean()
    made.save()
    return made
