"""The project team decides: who may say yes to what, what a decision writes, and who is next on the waiting list.

Guards, columns and effects of the moves 11, 12, 13, 23, 24, 24b, 25 and 34 of the fund's design; the table is in
workflow.py. The decision is proposed by one and made final by another, with as many in between as the rule set wants.
"""

from datetime import timedelta

from django.utils import timezone

from fund import agreements, guards, letters, mails, money, superseding
from fund.actors import LEAD
from fund.guards import decision_of
from fund.models import Application, Decision, RuleSet
from fund.promise import tier_of
from wir.accounts.models import User
from wir.languages.models import ContentStamp
from wir.languages.text import is_blank
from wir.lib.formats import euro

State, Kind = Application.State, Decision.Kind
NOBODY_PROPOSED = "Es ist kein Ergebnis vorgeschlagen."
SECOND = "Das entscheidet eine zweite Person, nicht wer es vorgeschlagen hat."
AGREED = "Sie haben schon zugestimmt."
DROP = "Verwerfen Sie den Vorschlag."
ENOUGH = "Es fehlt nur noch eine Person: Sie entscheidet mit dem letzten Schritt."
LEAD_ONLY = "Ein Hinweis auf Aufteilung ist offen: Bewilligen kann dann nur die Leitung."
LIST_OVER = (
    "Das Jahr {year} ist vorbei, und mit ihm seine Warteliste. Verschieben Sie den Antrag in ein anderes Jahr; dort "
    "kann er auf die Warteliste."
)
LEAD_SAYS_WHY = "Ein Hinweis auf Aufteilung ist offen: Schreiben Sie, warum trotzdem bewilligt wird."


# Proposing ------------------------------------------------------------------------------------------------------------


def nothing_is_proposed(application, by, now, values):
    if decision_of(application):
        yield "Ein Ergebnis ist schon vorgeschlagen; zuerst entscheidet darüber eine zweite Person."


def amount_fits(application, by, now, values):
    """Not more than was asked for, and not more than the tier gives; less wants a reason."""
    amount = values.get("amount")
    if amount is None or amount <= 0:
        yield no_amount(amount)
        return
    yield from too_much(application, amount)
    if amount < application.revision.requested and is_blank(values.get("sentence_de", "")):
        yield "Das ist weniger, als beantragt ist: Schreiben Sie für den Brief, warum oder unter welcher Bedingung."


def no_amount(amount):
    return "Der Betrag fehlt." if amount is None else "Der Betrag ist größer als null."


def too_much(application, amount):
    requested, tier = application.revision.requested, tier_of(application)
    if amount > requested:
        yield f"Beantragt sind nur {euro(requested, 'de')}."
    if tier is not None and tier.highest is not None and amount > tier.highest:
        yield f"In dieser Stufe gibt es höchstens {euro(tier.highest, 'de')}."


def has_merit_reason(application, by, now, values):
    yield from no_merit(values.get("reason"))


def no_merit(reason):
    """A refusal on the merits has its reason from the catalogue, one that is in use and not formal."""
    if reason is None or reason.formal or not reason.active:
        yield "Wählen Sie einen inhaltlichen Grund aus dem Katalog."


def has_own_sentence(application, by, now, values):
    if is_blank(values.get("sentence_de", "")):
        yield "Schreiben Sie einen eigenen Satz dazu: Was genau hat nicht überzeugt?"


def proposed(kind):
    """The effect of proposing a result; nobody outside learns of it."""

    def propose(application, by, now, values):
        Decision.objects.create(
            application=application,
            kind=kind,
            round=application.round,
            reason=values.get("reason"),
            amount=values.get("amount"),
            people=application.rule_set.team_people,
            sentence_de=values.get("sentence_de", ""),
            sentence=values.get("sentence", ""),
            proposed_at=now,
            proposed_by=by.user,
        )

    return propose


# Agreeing -------------------------------------------------------------------------------------------------------------


def proposes(kind):
    """A guard: this, and nothing else, is what was proposed."""

    def is_proposed(application, by, now, values):
        decision = decision_of(application)
        if decision is None:
            yield NOBODY_PROPOSED
        elif decision.kind != kind:
            yield f"Vorgeschlagen ist etwas anderes: {decision.get_kind_display()}."

    return is_proposed


def something_is_proposed(application, by, now, values):
    if decision_of(application) is None:
        yield NOBODY_PROPOSED


def deciders(decision):
    """The keys of everybody who has said yes so far."""
    return {decision.proposed_by_id, *decision.agreed.values_list("pk", flat=True)}


def is_another_person(application, by, now, values):
    decision = decision_of(application)
    if decision is None or decision.people == 1:
        return
    if decision.proposed_by_id == by.user.pk:
        yield SECOND


def agrees_once(application, by, now, values):
    decision = decision_of(application)
    if decision and by.user.pk in deciders(decision) - {decision.proposed_by_id}:
        yield AGREED


def others_are_missing(application, by, now, values):
    decision = decision_of(application)
    if decision and len(deciders(decision)) + 1 >= decision.people:
        yield ENOUGH


def enough_people(application, by, now, values):
    """With who makes it final, as many different people as the rule set wanted when it was proposed."""
    decision = decision_of(application)
    if decision is None:
        return
    missing = decision.people - len(deciders(decision) | {by.user.pk})
    if missing > 0:
        yield f"Dazu sagen nach dem Regelwerk {decision.people} Personen ja; es fehlen noch {missing}."


def nobody_helped(application, by, now, values):
    """Who is in conflict is no decider, also where it came out after she had said yes (fund design, 1.5)."""
    yield from guards.did_not_help(application, by, now, values)
    decision = decision_of(application)
    if decision is None:
        return
    others = User.objects.filter(pk__in=deciders(decision)).exclude(pk=by.user.pk)
    yield from guards.none_of_them_in_conflict(application, list(others), now, DROP)


def proposed_amount_fits(application, by, now, values):
    decision = decision_of(application)
    if decision and decision.amount is not None:
        yield from too_much(application, decision.amount)


def splitting_needs_lead(application, by, now, values):
    if guards.open_splitting(application) and not by.user.has_perm(LEAD):
        yield LEAD_ONLY


def lead_says_why(application, by, now, values):
    if guards.open_splitting(application) and is_blank(values.get("note", "")):
        yield LEAD_SAYS_WHY


def money_is_there(application, by, now, values):
    """Early, so that the page can say it; the money guard asks again when it counts."""
    decision = decision_of(application)
    if decision and decision.amount is not None:
        no_money = money.refusal(application, decision.amount)
        yield from no_money.reasons if no_money else ()


def money_is_short(application, by, now, values):
    decision = decision_of(application)
    if decision is None or decision.amount is None:
        return
    no_money = money.refusal(application, decision.amount)
    if no_money is None:
        left = euro(money.free_for(application), "de")
        yield f"Das Geld reicht: Frei sind {left}. Schlagen Sie die Bewilligung vor."
    else:
        yield from no_list(application, no_money, now)


def no_list(application, no_money, now):
    """Why a case whose money is not there does not come on the waiting list of its year: nothing is given out of that
    year now, or it is over, and with it the list (the clock ends it on the first day of the next)."""
    if no_money is not None and no_money.free is None:
        yield from no_money.reasons
    else:
        yield from list_runs(application, None, now, {})


def list_is_over(application, now):
    return application.year is not None and application.year.year < timezone.localdate(now).year


def list_runs(application, by, now, values):
    if list_is_over(application, now):
        yield LIST_OVER.format(year=application.year)


def told_list_runs(application, by, now, values):
    """Nobody is told that she is on a list that the clock ends at once."""
    if application.state == State.WAITLISTED:
        yield from list_runs(application, by, now, values)


def agreed(application, by, now, values):
    decision_of(application).agreed.add(by.user)


def confirm(application, by, now):
    decision = decision_of(application)
    decision.confirmed_at, decision.confirmed_by = now, by.user
    decision.save()
    letters.draft(decision, by=by.user, now=now)
    return decision


def approved(application, by, now, values):
    """Raises NoMoney where somebody else got it first."""
    decision = decision_of(application)
    money.commit(application, decision.amount, decision=decision, by=by.user, now=now)
    confirm(application, by, now)


def decided(application, by, now, values):
    confirm(application, by, now)


def is_recorded(application, by, now, values):
    return {"decision_recorded_at": now}


# Telling --------------------------------------------------------------------------------------------------------------


def state_after_release(application):
    """An agreement wants an answer, a notice does not; a no and a place on the list stay what they are."""
    if application.state == State.APPROVED and application.rule_set.confirmation == RuleSet.Confirmation.AGREEMENT:
        return State.AGREEMENT_SENT
    return State(application.state)


def released(application, by, now, values):
    letter = decision_of(application).letter
    letters.release(letter, by=by.user, now=now)
    if application.state == State.AGREEMENT_SENT:
        agreements.begin(application, letter.decision, now=now)
    mails.letter_released(letter, now)
    ContentStamp.touch()  # only now the public sums count it


# The waiting list -----------------------------------------------------------------------------------------------------


def waiting_list(application):
    """Those of the same year and tier that were found good, whoever handed in first on top; never by hand."""
    same = Application.objects.filter(
        state=State.WAITLISTED, year=application.year_id, tier=application.tier, sample=application.sample
    )
    return same.order_by("submitted_at", "pk")


def place_of(application):
    """1 for who is next; None for who is not on the list."""
    keys = list(waiting_list(application).values_list("pk", flat=True))
    return keys.index(application.pk) + 1 if application.pk in keys else None


def is_next(application, by, now, values):
    if place_of(application) != 1:
        first = waiting_list(application).first()
        yield f"Auf der Warteliste steht {first} davor." if first else "Der Antrag steht nicht auf der Warteliste."


def is_still_wanted(application, by, now, values):
    """Who knows that she waits was asked lately; who does not know it yet has nothing to be asked."""
    if application.decision_released_at is None:
        return
    said, today, days = values.get("on"), timezone.localdate(now), application.rule_set.wanted_days
    if said is None or not today - timedelta(days=days) <= said <= today:
        yield f"Fragen Sie zuerst, ob das Geld noch gewünscht ist; die Antwort ist höchstens {days} Tage alt."


def not_decided(application, by, now, values):
    return {"decision_recorded_at": None, "decision_released_at": None}


def superseded(application, by, now, values):
    superseding.drop(application, now)


# Until the portal pays itself -----------------------------------------------------------------------------------------


def result_is_known(application, by, now, values):
    if application.decision_released_at is None:
        yield "Zuerst wird der Brief bekannt gegeben."


def begins_on_a_day(application, by, now, values):
    on = values.get("on")
    released_at = application.decision_released_at
    if on is None:
        yield "Der Tag fehlt."
    elif on > timezone.localdate(now) or (released_at and on < timezone.localdate(released_at)):
        yield "Der Tag liegt zwischen der Bekanntgabe und heute."


def names_payer(application, by, now, values):
    if is_blank(values.get("payer", "")):
        yield "Nennen Sie, wer die Zahlung regelt; das steht auf der Seite des Antrags."


def ends_on_a_day(application, by, now, values):
    on = values.get("on")
    if on is None:
        yield "Der Tag fehlt."
    elif on > timezone.localdate(now) or (application.active_on and on < application.active_on):
        yield "Der Tag liegt zwischen dem Beginn und heute."


def running(application, by, now, values):
    return {"active_on": values["on"], "payer": values["payer"].strip()}


def finished(application, by, now, values):
    return {"closed_on": values["on"], "ended_at": now}


def shown_in_public(application, by, now, values):
    """Pages of measures and districts name the project and how far it is."""
    ContentStamp.touch()
