"""What a person should look at: a case that may be there twice, one project in several small cases, an early start.

Flags never decide anything, and applicants never see them. Samples are compared with samples only.
"""

from datetime import timedelta
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from fund import promise
from fund.models import Application, Flag, TierKey
from wir.lib.fold import fold

State, Kind = Application.State, Flag.Kind
ALIKE = 0.8  # share of equal signs from which two titles are the same project in other words; a matter of taste
LONGEST = 200  # signs of a title that are compared
SIGNS = ("mail", "phone")  # answers that name one household or office; an address in a high-rise names many
GONE = (State.WITHDRAWN, State.LAPSED, State.INELIGIBLE, State.REJECTED, State.REVOKED, State.ERASED)


def look(application, now):
    """Raise what is to be seen in the newest revision. Looking again raises nothing that a person has settled."""
    before = others(application)
    raise_flag(application, Kind.DUPLICATE, duplicates(application, before, now), now)
    raise_flag(application, Kind.SPLITTING, parts(application, before, now), now)
    if starts_early(application, now):
        raise_flag(application, Kind.EARLY_START, [], now, alone=True)


def others(application):
    """Cases that could have to do with it, with their newest revision."""
    cases = Application.objects.handed_in().filter(sample=application.sample).exclude(state__in=GONE)
    earliest = timezone.localtime(application.submitted_at).replace(
        month=1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
    earliest = min(earliest, application.submitted_at - timedelta(days=application.rule_set.duplicate_days))
    return list(cases.exclude(pk=application.pk).filter(submitted_at__gte=earliest).select_related("revision"))


def names_of(revision):
    """Everything by which two cases belong to the same people, folded."""
    found = {fold(name) for name in (revision.applicant, revision.person)}
    for question in SIGNS:
        for text in (revision.answers.get(question) or {}).values():
            found.add(fold(text) if question == "mail" else "".join(sign for sign in fold(text) if sign.isdigit())[-9:])
    return found - {""}


def same_people(one, other):
    return bool(names_of(one) & names_of(other))


def alike(one, other):
    """Two titles that mean the same project: equal but for case, accents, order of words or a few signs."""
    first, second = (" ".join(sorted(fold(title[:LONGEST]).split())) for title in (one, other))
    return bool(first and second) and SequenceMatcher(None, first, second, autojunk=False).ratio() >= ALIKE


def duplicates(application, before, now):
    """Cases of the same people within some days that have a similar title or ask for the same amount."""
    own, days = application.revision, timedelta(days=application.rule_set.duplicate_days)
    return [
        each
        for each in before
        if abs(application.submitted_at - each.submitted_at) <= days
        and same_people(own, each.revision)
        and (own.requested == each.revision.requested or alike(own.title, each.revision.title))
    ]


def parts(application, before, now):
    """Small cases of the same people in one calendar year, where together they ask for more than the small limit."""
    tier, rules = promise.tier_of(application), application.rule_set
    if not rules.splitting or tier is None or tier.key != TierKey.MICRO or tier.highest is None:
        return []
    zone = ZoneInfo(settings.TIME_ZONE)
    year = application.submitted_at.astimezone(zone).year
    found = [
        each
        for each in before
        if each.tier == TierKey.MICRO
        and each.submitted_at.astimezone(zone).year == year
        and same_people(application.revision, each.revision)
    ]
    asked = application.revision.requested + sum(each.revision.requested for each in found)
    return found if asked > tier.highest else []


def starts_early(application, now):
    """Does the project begin before an answer can be there? Where no meeting is known: before the soonest possible."""
    day, _kind = promise.answer_by(application, now)
    if day is None:
        rules = application.rule_set
        day = timezone.localdate(now) + timedelta(days=rules.paper_days, weeks=rules.committee_weeks)
    return application.revision.starts_on < day


def raise_flag(application, kind, cases, now, *, alone=False):
    """One open flag of a kind; cases that a person has looked at already are not shown again."""
    settled = application.flags.filter(kind=kind, settled_at__isnull=False)
    known = set(settled.values_list("others", flat=True))
    new = [each for each in cases if each.pk not in known]
    if not new and not (alone and not settled.exists()):
        return
    flag, _made = Flag.objects.get_or_create(
        application=application, kind=kind, settled_at=None, defaults={"raised_at": now}
    )
    flag.others.add(*new)
