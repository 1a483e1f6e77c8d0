"""Is this person free of conflict on this case? Read from what she declared, what was settled, and what is found now.

What is found is worked out anew each time: an answer or a helper that came after somebody declared counts at once.
"""

from django.utils import timezone

from fund import findings
from fund.models import Declaration, Helper
from strategy.models import SeatHolder, Unit, UnitMember

ORGANISATIONS, NAMES = ("organisation", "partner"), ("person", "partner")  # questions (fund/questions.py)
Standing = Declaration.Standing
CONFLICT, OPEN, FOUND, UNDECLARED = "conflict", "open", "found", "undeclared"  # what stands against somebody
SAID = {
    CONFLICT: "Sie haben zu diesem Antrag einen Interessenkonflikt; das macht jemand anderes.",
    OPEN: "Ob Sie zu diesem Antrag einen Interessenkonflikt haben, wird noch geklärt.",
    UNDECLARED: "Geben Sie zuerst an, ob Sie zu diesem Antrag einen Interessenkonflikt haben.",
    findings.HELPED: "Sie haben beim Schreiben geholfen; prüfen muss jemand anderes.",
}


# Who is compared with what --------------------------------------------------------------------------------------------


def case_of(application, helpers):
    """Who stands in the newest revision, and who helped to write it."""
    revision = application.revision
    answers = revision.answers if revision else {}

    def typed(*questions):
        return [text for key in questions for text in answers.get(key, {}).values() if text.strip()]

    people = [*typed(*NAMES), *([revision.person] if revision and revision.person else [])]
    bodies = [*typed(*ORGANISATIONS), *(each.organisation for each in helpers if each.organisation)]
    return findings.Case(
        organisations=tuple(dict.fromkeys(bodies)),
        names=tuple(dict.fromkeys([*people, *(each.name for each in helpers)])),
        mails=(*typed("mail"), *(each.mail for each in helpers if each.mail)),
        phones=tuple(typed("phone")),
        posts=tuple(typed("post")),
        helpers=tuple((each.user_id, each.mail) for each in helpers),
    )


def key_of(who):
    """An account and the seats it holds are one person; a member without an account is her seat."""
    if isinstance(who, SeatHolder):
        return ("user", who.user_id) if who.user_id else ("holder", who.pk)
    return "user", who.pk


def people_of(everybody, day):
    """{key: Person} of accounts and members, with all the seats and units an account has on that day."""
    accounts = {each.pk: each for each in everybody if not isinstance(each, SeatHolder)}
    members = [each for each in everybody if isinstance(each, SeatHolder)]
    accounts |= {each.user_id: each.user for each in members if each.user_id}
    seats = {("holder", each.pk): [each] for each in members if not each.user_id}
    if accounts:
        for each in SeatHolder.objects.on(day).filter(user__in=accounts).select_related("seat"):
            seats.setdefault(("user", each.user_id), []).append(each)
        for each in members:  # also those whose days are over or to come
            mine = seats.setdefault(key_of(each), [])
            if all(other.pk != each.pk for other in mine):
                mine.append(each)
    units = units_by_account(accounts)
    keys = {*(("user", pk) for pk in accounts), *seats}
    return {key: person(accounts.get(key[1]) if key[0] == "user" else None, seats.get(key, []), units) for key in keys}


def person(account, seats, units):
    names = [account.get_full_name()] if account else []
    mails = [account.email] if account else []
    return findings.Person(
        names=tuple(filter(None, [*names, *(each.name for each in seats)])),
        organisations=tuple(filter(None, [*(each.organisation for each in seats), *(s.seat.label for s in seats)])),
        units=tuple(units.get(account.pk, ())) if account else (),
        mails=tuple(filter(None, [*mails, *(each.mail for each in seats)])),
        phones=tuple(filter(None, (each.phone for each in seats))),
        posts=tuple(filter(None, (each.postal for each in seats))),
        user=account.pk if account else None,
    )


def units_by_account(accounts):
    """{account: [(number, names)]} of the units somebody answers for, and all below them."""
    mine = {}
    for user, unit in UnitMember.objects.filter(user__in=accounts).values_list("user", "unit"):
        mine.setdefault(user, []).append(unit)
    if not mine:
        return {}
    units = {each.pk: each for each in Unit.objects.prefetch_related("names")}
    below = {}
    for each in units.values():
        below.setdefault(each.parent_id, []).append(each.pk)
    found = {}
    for user, waiting in mine.items():
        reached = []
        while waiting:
            pk = waiting.pop()
            if pk not in reached:
                reached.append(pk)
                waiting += below.get(pk, [])
        found[user] = [(units[pk].number, tuple(name.name for name in units[pk].names.all())) for pk in reached]
    return found


# What stands against somebody -----------------------------------------------------------------------------------------


class Standings:
    """Several people on several cases, in as many statements as one on one."""

    def __init__(self, applications, everybody, day):
        self.people = people_of(everybody, day)
        declared = Declaration.objects.in_force().filter(application__in=applications).select_related("holder")
        self.declared = by_case(declared)
        self.helpers = by_case(Helper.objects.filter(application__in=applications))
        self.cases = {each.pk: case_of(each, self.helpers.get(each.pk, ())) for each in applications}
        self.findings = {}

    def found(self, application, who):
        key = key_of(who), application.pk
        if key not in self.findings:
            self.findings[key] = findings.find(self.people[key[0]], self.cases[application.pk])
        return self.findings[key]

    def declarations(self, application, who):
        """Those in force that this person made, on whatever seat, or as an account of the office."""
        key = key_of(who)
        return [
            each
            for each in self.declared.get(application.pk, ())
            if key == (key_of(each.holder) if each.holder_id else ("user", each.user_id))
        ]

    def against(self, application, who):
        """Keys of everything that stands against this person; [] for who is free of conflict."""
        declared, found = self.declarations(application, who), self.found(application, who)
        lifted = {
            key for each in declared if each.standing == Standing.FREE and each.settled_at for key in each.found.split()
        } - findings.NOBODY_LIFTS
        left = [key for key in found if key not in lifted]
        standings = {each.standing for each in declared}
        if findings.HELPED in left:
            return left
        if Standing.CONFLICT in standings:
            return [CONFLICT]
        if Standing.OPEN in standings:
            return [OPEN]
        return left

    def is_open_to(self, application, who):
        """Has she declared, and is she free? Nothing of a case opens to a member before (fund design, 1.5)."""
        return bool(self.declarations(application, who)) and not self.against(application, who)


def by_case(rows):
    found = {}
    for each in rows:
        found.setdefault(each.application_id, []).append(each)
    return found


def standings_of(application, who, day=None):
    return Standings([application], [who], day or timezone.localdate())


def is_free(who, application, day=None):
    """Nothing stands against this account or member. It does not ask whether she has declared."""
    return not standings_of(application, who, day).against(application, who)


def reasons(application, user, *, declared=False):
    """Sentences why this account has no say on a case. declared: she must have said so herself, as members must.

    Asked once for each version of a case: the door counts it up before it asks, so it never gets an old answer.
    """
    known = application.__dict__.setdefault("_standings", {})
    key = (user.pk, application.version)
    if key not in known:
        standings = standings_of(application, user)
        known[key] = standings.against(application, user), bool(standings.declarations(application, user))
    against, has_declared = known[key]
    if against:
        yield said(against)
    elif declared and not has_declared:
        yield SAID[UNDECLARED]


def kept_away(applications, user, *, declared=False):
    """Keys of the cases on which this account has no say (`reasons`), in as many statements as of one."""
    found = Standings(applications, [user], timezone.localdate())
    return {
        each.pk
        for each in applications
        if found.against(each, user) or (declared and not found.declarations(each, user))
    }


def said(against):
    """One sentence of what stands against whoever reads it."""
    for key in (findings.HELPED, CONFLICT, OPEN):
        if key in against:
            return SAID[key]
    why = "; ".join(findings.sentences(against))
    return f"Das Portal hat gefunden, was für einen Interessenkonflikt spricht: {why}. Das ist zuerst zu klären."
