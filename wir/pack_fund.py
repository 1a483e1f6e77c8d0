"""The fund's facts of the content pack: rule sets with the origin of every value, and the money of years."""

from datetime import date
from decimal import Decimal

from django.utils import timezone

from fund.budget import allocate
from fund.models import FundYear, Pot, RuleOrigin, RuleSet, Tier
from fund.rules_workflow import labels, move
from strategy.models import Body, CouncilPaper
from wir.languages.models import LoadedItem

DEFAULT = {"origin": RuleOrigin.Origin.DEFAULT}


def load_fund(structure, now):
    """Rule sets and years that were never loaded before; nothing is overwritten, and nothing deleted comes back."""
    for key, facts in structure["rule_sets"].items():
        if LoadedItem.objects.get_or_create(kind="rule_sets", key=key)[1]:
            load_rule_set(key, facts, now)
    for number, facts in structure["fund_years"].items():
        if LoadedItem.objects.get_or_create(kind="fund_years", key=str(number))[1]:
            load_year(int(number), facts, now)


def load_rule_set(key, facts, now):
    """One rule set. Whatever the file does not name is our default until the city decides."""
    sources, told = facts["sources"], {}
    rule_set = RuleSet(key=key, title=facts["title"], source=facts["source"])
    for name, fact in facts["values"].items():
        told[name] = origin_of(fact, sources)
        if "value" in fact:
            put(rule_set, name, fact["value"])
    rule_set.full_clean()
    rule_set.save()
    for order, (tier_key, values) in enumerate(facts["tiers"].items(), start=1):
        tier = Tier(rule_set=rule_set, key=tier_key, order=order)
        for name, fact in values.items():
            told[f"{tier_key}.{name}"] = origin_of(fact, sources)
            if "value" in fact:
                put(tier, name, fact["value"])
        tier.full_clean()
        tier.save()
    RuleOrigin.objects.bulk_create(
        RuleOrigin(rule_set=rule_set, field=name, **told.get(name, DEFAULT)) for name in labels(rule_set)
    )
    if facts["state"] == RuleSet.State.ACTIVE and not RuleSet.objects.filter(state=RuleSet.State.ACTIVE).exists():
        move(rule_set, "activate", by=None, now=now, note="aus dem Inhaltspaket")


def put(obj, name, value):
    """A value of the file; bodies stand there by their key, days as text."""
    field = obj._meta.get_field(name)
    if field.related_model is Body:
        value = Body.objects.get(key=value)
    elif isinstance(value, str) and field.get_internal_type() == "DateField":
        value = date.fromisoformat(value)
    setattr(obj, name, value)


def origin_of(fact, sources):
    return {
        "origin": fact["origin"],
        "source": sources[fact["source"]] if "source" in fact else "",
        "confirmed": fact.get("confirmed", True),
    }


def load_year(number, facts, now):
    """The money of a past year, as a source tells it."""
    paper = CouncilPaper.objects.get(number=facts["council_paper"]) if "council_paper" in facts else None
    source = facts.get("source", "")
    year = FundYear(year=number, source=source, council_paper=paper, rolling=False)
    year.full_clean()
    year.save()
    allocate(year, Decimal(facts["ceiling"]), council_paper=paper, source=source, by=None, now=now)
    for tier_key, share in facts.get("pots", {}).items():
        Pot.objects.create(year=year, tier_key=tier_key, share=share)
    move(year, "publish", by=None, now=now, note="aus dem Inhaltspaket")
    if number < timezone.localdate(now).year:  # a record of the past: nothing new is promised from it
        move(year, "close", by=None, now=now, note="aus dem Inhaltspaket: Das Jahr ist vorbei.")
