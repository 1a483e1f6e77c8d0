"""When and where one can apply. All moments are Hannover's time; the second in which something closes still counts."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from fund.models import Call, FundYear, RuleSet, TierKey
from fund.models.calls import LAST_SECOND

NO_GRACE = timedelta(0)


@dataclass(frozen=True)
class Opening:
    """A place to apply at: an open call, or a year that takes applications at any time (call is None).

    tier_keys: for which tiers. closes_at: its last second. rule_set: the rules that hold for it, with their tiers.
    """

    year: FundYear
    call: Call | None
    tier_keys: tuple
    closes_at: datetime
    rule_set: RuleSet

    @property
    def is_here(self):
        """Applications are made in this portal, not at another address of the city."""
        return self.call is None or self.call.where == Call.Where.HERE

    @property
    def is_public(self):
        return self.year.is_public if self.call is None else self.call.is_public


def openings(now, *, samples=False, rule_set=None):
    """Where one can apply now: calls, the one that closes first before the others, then the year that is open.

    rule_set: the one in force, where the caller has it at hand already. samples: the marked examples instead.
    """
    today = timezone.localdate(now)
    in_force = rule_set or RuleSet.objects.in_force(today)
    years = FundYear.objects.public(samples).filter(year=today.year).with_rules()
    return opened(published_calls(now, samples), years, in_force, now)


def published_calls(now, samples=False):
    """The calls that are open or will be, with their rules, in the columns of the reader's language."""
    return Call.objects.public(samples).unclosed(now).for_list("title", "plain", "meets").with_rules()


def opened(calls, years, in_force, now):
    """Of these calls and years what is open now, as Openings."""
    found = [of_call(call, in_force) for call in calls if call.opens_at <= now]
    found += [of_year(year, in_force) for year in years if year.rolling and not year.is_closed]
    return [each for each in found if each is not None]


def of_call(call, in_force):
    """The opening that a call is, None where no rules hold for it."""
    rules = call.rule_set or call.year.rule_set or in_force
    return Opening(call.year, call, (call.tier_key,), call.closes_at, rules) if rules else None


def of_year(year, in_force):
    """The opening that a year is which takes applications at any time, None where no rules hold for it."""
    rules = year.rule_set or in_force
    if rules is None:
        return None
    keys = tuple(tier.key for tier in rules.tiers.all() if not needs_call(tier.key, rules))
    return Opening(year, None, keys, end_of(year.year), rules)


def needs_call(tier_key, rules):
    """Can one apply for this tier to an open call only, and not at any time of the year?"""
    return tier_key == TierKey.PROJECT and rules.large_needs_call


def takes_tier(application, tier_key):
    """Is what an application was begun for, its call or its year, there for this tier? Amounts change on the way."""
    if application.call is not None:
        return application.call.tier_key == tier_key
    return not needs_call(tier_key, application.rule_set)


def end_of(year):
    """The last second of a calendar year in Hannover."""
    return timezone.make_aware(datetime(year, 12, 31, 23, 59, 59))


def closing(thing):
    """The last second for an Opening, or for an application with its `call` and `year`."""
    if isinstance(thing, Opening):
        return thing.closes_at
    return thing.call.closes_at if thing.call else end_of(thing.year.year)


def is_open(thing, now, grace=NO_GRACE):
    """May it still be sent in? thing: an Opening, or an application with its `call` and `year`.

    grace: for a page that was open already when the time was over (`RuleSet.grace_minutes`).
    """
    opened = thing.call is None or thing.call.opens_at <= now
    public = thing.call.is_public if thing.call else thing.year.is_public and not thing.year.is_closed
    taken = thing.call is not None or thing.year.rolling
    return public and taken and opened and now < closing(thing) + LAST_SECOND + grace


def is_open_for(application, now, opened_at=None):
    """May this application still be sent in? opened_at: when the page was made from which it is sent; where that was
    in time, the rule set's grace holds."""
    if application.call is None and application.year is None:
        return False
    in_time = opened_at is not None and is_open(application, opened_at)
    return is_open(application, now, timedelta(minutes=application.rule_set.grace_minutes) if in_time else NO_GRACE)


def last_day(application, now):
    """The last day on which an application that comes back still has a round or money: its round is open, or the year
    of its money is neither over nor closed by the office (fund design, 40). None where both are over."""
    year = application.year or (application.call.year if application.call else None)
    days = [timezone.localdate(closing(application))] if is_open_for(application, now) else []
    if year is not None and not year.is_closed and year.year >= timezone.localdate(now).year:
        days.append(date(year.year, 12, 31))
    return max(days, default=None)


def reopen_until(application, now, *, ended_at=None):
    """The last day on which its applicant can open an application again that has ended, or ends now: so many days as
    its rule set gives, and no longer than there is a round or money. None where that is over already.

    ended_at: None where it ends now, also where it has ended by a result that she does not know."""
    ended = timezone.localdate(ended_at or now)
    last = last_day(application, now)
    return last and min(last, ended + timedelta(days=application.rule_set.reopen_days))
