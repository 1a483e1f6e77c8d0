"""Money held for a proposal, and the waiting list of cases that a body proposed (fund design, 1.6 and move 23).

A hold ends by itself (rule set, `hold_months`), so that a stuck case of a committee cannot freeze the fund unseen; the
lead may give it more time. Guards, columns and effects of the moves in the table's section of holds.
"""

from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone

from fund import mails, money
from fund.deciding import superseded
from fund.guards import decision_of
from fund.models import Application, Decision, FundYear, TierKey
from wir.lib.periods import months_later

State = Application.State
WARNING = timedelta(days=14)  # so long before a hold ends the desk says so; no rule of the city
HELD = (State.COMMITTEE_QUEUE, State.COMMITTEE_RUNNING)
NOTHING_HELD = "Für diesen Antrag ist kein Geld vorgemerkt."
NOTHING_PROPOSED = "Es ist kein Betrag vorgeschlagen, der sich vormerken lässt."
STILL_HELD = "Die Vormerkung gilt noch."
YEAR_RUNS = "Das Jahr {year} läuft noch; solange kann wieder Geld frei werden."
NOT_ASKED = (
    "An diesem Tag ging keine Nachricht an die antragstellende Person hinaus. Fragen Sie zuerst mit einer Nachricht, "
    "ob das Geld noch gewünscht ist."
)
NO_YEAR_LEFT = "Der Antrag gehört zu keinem Haushaltsjahr."


def until(application, now):
    """The last day of a hold that begins now, by the case's rule set."""
    return months_later(timezone.localdate(now), application.rule_set.hold_months)


# Guards ---------------------------------------------------------------------------------------------------------------


def money_is_held(application, by, now, values):
    if money.held_for(application) is None:
        yield NOTHING_HELD


def amount_is_proposed(application, by, now, values):
    if decision_of(application) is None:
        yield NOTHING_PROPOSED


def later_day(application, by, now, values):
    """until: later than now agreed, and not longer than a new hold would be."""
    day, today = values.get("until"), timezone.localdate(now)
    latest = until(application, now)
    if day is None or day <= max(application.hold_until or today, today):
        yield "Der neue Tag muss nach dem bisherigen und in der Zukunft liegen."
    elif day > latest:
        yield f"Nach dem Regelwerk gilt eine Vormerkung höchstens bis {latest:%d.%m.%Y}."


def hold_is_over(application, by, now, values):
    if application.hold_until is None or timezone.localdate(now) <= application.hold_until:
        yield STILL_HELD


def year_is_over(application, by, now, values):
    """The calendar year is over, or the office has closed it: nobody on its list gets money of it any more."""
    year = application.year
    if year is None:
        yield NO_YEAR_LEFT
    elif year.year >= timezone.localdate(now).year and (year.state != FundYear.State.CLOSED or not by.is_staff):
        yield YEAR_RUNS.format(year=year)


def question_is_unanswered(application, by, now, values):
    """on: the day on which the team asked, by a message, whether the money is still wanted. It has arrived, the days of
    the rule set are over, and the applicant wrote nothing since: only then the next of the list comes first."""
    on = values.get("on")
    if on is None:
        yield "Der Tag fehlt, an dem Sie gefragt haben."
        return
    known_since = application.decision_released_at or now
    questions = application.messages.filter(from_office=True, sent_at__date=on, sent_at__gte=known_since)
    question = questions.order_by("sent_at", "pk").first()
    if question is None:
        yield NOT_ASKED
        return
    arrived = mails.arrived_at(question)
    if arrived is None:
        yield "Die Frage ist noch nicht zugestellt."
        return
    last = timezone.localdate(arrived) + timedelta(days=application.rule_set.wanted_days)
    if timezone.localdate(now) <= last:
        yield f"Für die Antwort ist noch Zeit bis zum {last:%d.%m.%Y}."
    if application.messages.filter(from_office=False, sent_at__gte=question.sent_at).exists():
        yield "Seitdem hat die antragstellende Person geschrieben; lesen Sie das zuerst."


# Columns and effects --------------------------------------------------------------------------------------------------


def longer(application, by, now, values):
    return {"hold_until": values["until"]}


def without(application, by, now, values):
    return {"hold_until": None}


def called_up(application, by, now, values):
    return {"decision_recorded_at": None, "decision_released_at": None, "hold_until": until(application, now)}


def freed(application, by, now, values):
    money.unhold(application, by=by.user, now=now)


def held_again(application, by, now, values):
    """The amount that the body proposed is held; raises NoMoney where somebody else got it first."""
    money.hold(application, decision_of(application).amount, by=by.user, now=now)
    superseded(application, by, now, values)


def waiting_ended(application, by, now, values):
    superseded(application, by, now, values)
    mails.waiting_ended(application, now)


def never_answered(application, by, now, values):
    """Her place is the next one's; she can open her application again, as after any question without an answer."""
    superseded(application, by, now, values)
    mails.lapsed(application, now)


# What the desk asks ---------------------------------------------------------------------------------------------------


def held(sample):
    """Cases with money held for them, those whose hold ends first on top."""
    cases = Application.objects.for_desk().filter(sample=sample, state__in=HELD, hold_until__isnull=False)
    return cases.order_by("hold_until", "pk")


def ending(sample, today):
    """Holds that end soon, or should have ended."""
    return held(sample).filter(hold_until__lte=today + WARNING)


def waiting(sample, year=None):
    """Everybody on a waiting list: of each year and tier, who handed in first on top (deciding.py: waiting_list)."""
    cases = Application.objects.for_desk().filter(sample=sample, state=State.WAITLISTED)
    if year is not None:
        cases = cases.filter(year=year)
    return cases.order_by("year__year", "tier", "submitted_at", "pk")


def with_places(cases):
    """[(place, case)], with the amount that was decided as `amount`, and `could_go` where the first could have it now.

    The cases in the order of `waiting`. A fixed number of statements.
    """
    cases = list(cases.prefetch_related("year__pots"))
    in_force = Decision.objects.filter(application__in=cases, dropped_at=None).values_list("application", "amount")
    amounts, places, found = dict(in_force), {}, []
    for case in cases:
        which = (case.year_id, case.tier)
        places[which] = places.get(which, 0) + 1
        case.amount = amounts.get(case.pk) or case.revision.requested
        case.tier_words = TierKey(case.tier).label
        case.could_go = places[which] == 1 and fits(case)
        found.append((places[which], case))
    return found


def unmet(cases):
    """What everybody on these lists together lacks, in euro: it counts in the next talk about the budget."""
    in_force = Decision.objects.filter(application__in=cases.order_by().values("pk"), dropped_at=None)
    return in_force.aggregate(sum=Sum("amount"))["sum"] or money.ZERO


def fits(case):
    """Is there money for a case as its year and pot were read with it?"""
    year = case.year
    if year is None or year.state != FundYear.State.PUBLISHED or year.free is None:
        return False
    pot = money.pot_among(year.pots.all(), case.tier)
    return case.amount <= (min(year.free, pot.free) if pot else year.free)


def could_go(sample):
    """The first of each waiting list for whom there is money again: the office asks them (move 23)."""
    firsts, seen = [], set()
    for pk, *which in waiting(sample).values_list("pk", "year", "tier"):
        if tuple(which) not in seen:
            seen.add(tuple(which))
            firsts.append(pk)
    if not firsts:
        return []
    return [case for _place, case in with_places(waiting(sample).filter(pk__in=firsts)) if case.could_go]
