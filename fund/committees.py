"""What committees of the council say of a case (moves 18 to 22 of the fund's design): guards, columns and effects.

The committees decide, and municipal law says how; the portal records their results. One person enters a result, another
one confirms it, and only then the case moves. Papers with several cases are made and filed in filings.py.
"""

from django.db.models import Max
from django.utils import timezone

from fund import deciding, guards, letters, money
from fund.models import CaseItem, Decision, FiledCase, StepResult
from fund.promise import tier_of
from fund.standing import Standings, said
from wir.languages.text import is_blank
from wir.lib.formats import euro

Kind, Result = Decision.Kind, StepResult.Result
NOT_FILED = "Der Antrag steht in keiner eingebrachten Vorlage."
NO_STEP = "Diese Station hat die Vorlage nicht."
NOT_RECORDED = "Dazu ist nichts eingetragen."


# Where a case stands --------------------------------------------------------------------------------------------------


def place_of(application):
    """The FiledCase of the paper a case is in now, None where it is in none."""
    places = application.filings.filter(ended_at__isnull=True)
    return places.select_related("filing__council_paper", "item").first()


def results_of(place):
    """What stands of a case in a paper: without what was dropped, in the order of the committees."""
    return list(place.results.filter(dropped_at__isnull=True).select_related("step", "reason").order_by("step__order"))


def waiting(place):
    """Results that nobody has confirmed yet; what sends a case back needs no second person."""
    return [each for each in results_of(place) if each.confirmed_at is None]


def deciding_result(application):
    """What the deciding committee said, while nobody has confirmed it; None where it has said nothing."""
    place = place_of(application)
    return next((each for each in waiting(place) if each.step.decides), None) if place else None


def named_result(application, values):
    """The result in force that somebody has before her eyes, of this very case and the paper it is in now."""
    place, result = place_of(application), values.get("result")
    if place is None or not isinstance(result, StepResult):
        return None
    return next((each for each in results_of(place) if each.pk == result.pk), None)


# Filing ---------------------------------------------------------------------------------------------------------------


def paper_is_ready(application, by, now, values):
    """A paper is filed as a whole (fund/filings.py), so each of its cases finds it filed already."""
    place = place_of(application)
    if place is None or place.filing.filed_at is None:
        yield "Eine Vorlage wird als Ganzes eingebracht, mit allen ihren Anträgen."
    elif place.item is None:
        yield "Das Ergebnis des Gremiums fehlt in der Vorlage."


# Who records ----------------------------------------------------------------------------------------------------------


def not_free(user, applications):
    """{pk of a case: why this person records nothing of it}, in as many statements for one case as for thirty."""
    everybody = Standings(applications, [user], timezone.localdate())
    against = {each.pk: everybody.against(each, user) for each in applications}
    return {pk: [said(keys)] for pk, keys in against.items() if keys}


# Recording ------------------------------------------------------------------------------------------------------------


def step_is_next(application, by, now, values):
    """Advice may still be missing when the deciding committee decides; after it nothing more is entered."""
    place, step = place_of(application), values.get("step")
    if place is None or place.filing.filed_at is None:
        yield NOT_FILED
        return
    if step is None or step.filing_id != place.filing_id:
        yield NO_STEP
        return
    known = results_of(place)
    if any(each.step_id == step.pk for each in known):
        yield "Zu dieser Station ist schon ein Ergebnis eingetragen."
    elif any(each.step.decides for each in known):
        yield "Der entscheidende Ausschuss hat schon entschieden."


def session_is_over(application, by, now, values):
    place, step, on = place_of(application), values.get("step"), values.get("session_on")
    if on is None:
        yield "Der Tag der Sitzung fehlt."
        return
    if on > timezone.localdate(now):
        yield "Die Sitzung liegt in der Zukunft; eingetragen wird, was beschlossen ist."
    if place is None or step is None:
        return
    filed_at = place.filing.filed_at
    if filed_at and on < (filed_on := timezone.localdate(filed_at)):
        yield f"Die Vorlage ist erst am {filed_on:%d.%m.%Y} eingebracht. Prüfen Sie den Tag der Sitzung."
    back = put_off_on(application, step)
    if back and on <= back:
        yield (
            f"{step.body} hat den Antrag am {back:%d.%m.%Y} nicht entschieden, sondern zurückgegeben. "
            "Prüfen Sie den Tag der Sitzung."
        )
    before = [each for each in results_of(place) if each.step.order < step.order and each.session_on > on]
    if before:
        yield f"Die Station davor hat erst am {before[-1].session_on:%d.%m.%Y} getagt. Prüfen Sie das Datum."


def put_off_on(application, step):
    """The last day on which this committee put the case off or sent it back, None where it never did."""
    back = StepResult.objects.filter(
        step=step, case__application=application, case__round=application.round, result__in=StepResult.BACK
    )
    return back.filter(dropped_at__isnull=True).aggregate(last=Max("session_on"))["last"]


def result_fits(application, by, now, values):
    """Advice to a committee that advises, a decision to the one that decides; a yes with its amount, a no with its
    reason from the catalogue."""
    step, result = values.get("step"), values.get("result")
    if step is None:
        return
    if result not in (StepResult.DECIDING if step.decides else StepResult.ADVICE):
        yield "Dieser Ausschuss entscheidet." if step.decides else "Dieser Ausschuss berät nur."
    elif result in (Result.YES, Result.CHANGED):
        yield from amount_is_allowed(application, values.get("amount"), values.get("more_agreed", ""))
        item, amount = item_of(application), values.get("amount")
        if result == Result.YES and amount and item is not None and item.is_positive and amount != item.amount:
            yield (
                f"Das Gremium hat {euro(item.amount, 'de')} vorgeschlagen: "
                "Ein anderer Betrag ist „mit Änderungen beschlossen“."
            )
    elif result == Result.NO:
        yield from deciding.no_merit(values.get("reason"))


def amount_is_allowed(application, amount, more_agreed):
    """At most what was asked for; more only where the applicant agreed in writing, and never more than the tier."""
    if amount is None or amount <= 0:
        yield deciding.no_amount(amount)
        return
    requested, tier = application.revision.requested, tier_of(application)
    if amount > requested and is_blank(more_agreed):
        yield (
            f"Beantragt sind nur {euro(requested, 'de')}. Mehr geht nur, wenn die antragstellende Person schriftlich "
            "zugestimmt hat: Schreiben Sie, wann und wie."
        )
    if tier is not None and tier.highest is not None and amount > tier.highest:
        yield f"In dieser Stufe gibt es höchstens {euro(tier.highest, 'de')}."


def less_has_reason(application, by, now, values):
    """The letter says why it is less than was asked for, whatever the board said."""
    amount = values.get("amount")
    if values.get("result") == Result.YES and amount and amount < application.revision.requested:
        item = item_of(application)
        if (item is None or not item.is_positive) and is_blank(values.get("why_de")):
            yield "Das ist weniger, als beantragt ist: Schreiben Sie die Begründung so, wie sie protokolliert ist."


def item_of(application):
    place = place_of(application)
    return place.item if place else None


def divergence_has_reason(application, by, now, values):
    result, amount = values.get("result"), values.get("amount")
    if result == Result.YES and not amount:
        return  # the amount is asked for first
    if diverges(item_of(application), result, amount) and is_blank(values.get("why_de")):
        yield "Der Ausschuss weicht vom Gremium ab: Schreiben Sie die Begründung so, wie sie protokolliert ist."


def diverges(item, result, amount):
    """Another outcome than the board's, or another amount. Where the board could propose nothing there is nothing to
    differ from; a decision with changes always says which."""
    if result == Result.CHANGED:
        return True
    if item is None or item.outcome == CaseItem.Outcome.IMPOSSIBLE or result not in StepResult.DECIDING:
        return False
    if item.is_positive:
        return result != Result.YES or amount != item.amount
    return result != Result.NO


def recorded(application, by, now, values):
    """Returns the StepResult; nothing of it counts before somebody else confirms it."""
    result = values["result"]
    is_yes = result in (Result.YES, Result.CHANGED)
    return StepResult.objects.create(
        step=values["step"],
        case=place_of(application),
        result=result,
        amount=values.get("amount") if is_yes else None,
        more_agreed=(values.get("more_agreed") or "").strip() if is_yes else "",
        reason=values.get("reason") if result == Result.NO else None,
        why_de=(values.get("why_de") or "").strip(),
        why=(values.get("why") or "").strip(),
        session_on=values["session_on"],
        point=(values.get("point") or "").strip(),
        recorded_at=now,
        recorded_by=by.user,
    )


# Confirming -----------------------------------------------------------------------------------------------------------


def is_another_person(application, by, now, values):
    result = named_result(application, values) if "result" in values else deciding_result(application)
    if result is None:
        return
    if result.recorded_by_id == by.user.pk:
        yield "Was eine Person einträgt, bestätigt eine andere."
    else:
        then = "Verwerfen Sie den Eintrag."
        yield from guards.none_of_them_in_conflict(application, [result.recorded_by], now, then)


def something_is_recorded(application, by, now, values):
    if named_result(application, values) is None:
        yield NOT_RECORDED


def is_advice(application, by, now, values):
    result = named_result(application, values)
    if result is None:
        yield NOT_RECORDED
    elif result.confirmed_at is not None:
        yield "Das Ergebnis ist schon bestätigt."
    elif result.step.decides:
        yield "Das ist kein Rat, sondern der Beschluss."


def step_confirmed(application, by, now, values):
    confirm(named_result(application, values), by, now)


def step_dropped(application, by, now, values):
    """Who, when and why stands in the history of the case."""
    result = named_result(application, values)
    StepResult.objects.filter(pk=result.pk).update(dropped_at=now)


def confirm(result, by, now):
    result.confirmed_at, result.confirmed_by = now, by.user
    result.save(update_fields=["confirmed_at", "confirmed_by"])


def decided_yes(application, by, now, values):
    yield from decided_as(application, values, (Result.YES, Result.CHANGED))


def decided_no(application, by, now, values):
    yield from decided_as(application, values, (Result.NO,))


def decided_as(application, values, wanted):
    """The deciding committee said this, and no advice is left that nobody has looked at."""
    result = deciding_result(application)
    if result is None:
        yield "Der entscheidende Ausschuss hat noch nichts beschlossen."
        return
    if result.result not in wanted:
        yield f"Eingetragen ist etwas anderes: {result.get_result_display()}."
    if "result" in values and values["result"] != result:
        yield "Eingetragen ist inzwischen ein anderes Ergebnis. Bitte laden Sie die Seite neu."
    if any(not each.step.decides for each in waiting(result.case)):
        yield "Bestätigen oder verwerfen Sie zuerst die Ergebnisse der beratenden Ausschüsse."


def amount_fits(application, by, now, values):
    result = deciding_result(application)
    if result is not None and result.amount is not None:
        yield from amount_is_allowed(application, result.amount, result.more_agreed)


def money_is_there(application, by, now, values):
    """What is held for the case counts for it; only the part above it needs new money. The guard asks again."""
    result = deciding_result(application)
    if result is None or result.amount is None:
        return
    held = money.held_for(application)
    above = max(result.amount - (held.amount if held else money.ZERO), money.ZERO)
    no_money = money.refusal(application, above) or money.refusal_of_pot(application, result.amount, held)
    if no_money is None:
        return
    yield from no_money.reasons
    if held and above:
        yield f"Vorgemerkt sind {euro(held.amount, 'de')}; der Beschluss braucht {euro(above, 'de')} mehr."


def money_fails(application, by, now, values):
    """A yes of the committee with nothing to pay it from waits; no such case is kept without a word (1.6, 4)."""
    result = deciding_result(application)
    if result is None or result.amount is None:
        return
    if not list(money_is_there(application, by, now, values)):
        yield "Das Geld reicht: Bestätigen Sie die Bewilligung."
        return
    yield from deciding.no_list(application, money.refusal(application, money.ZERO), now)


def is_approved(application, by, now, values):
    return deciding.is_recorded(application, by, now, values) | {"hold_until": None}


def is_rejected(application, by, now, values):
    return {"decision_recorded_at": now, "ended_at": now, "hold_until": None}


def approved(application, by, now, values):
    """Raises NoMoney where somebody else got it first; what is held for the case stays held then."""
    decision = decide(application, Kind.APPROVED, by, now)
    money.commit(application, decision.amount, decision=decision, by=by.user, now=now)
    letters.draft(decision, by=by.user, now=now)


def waitlisted(application, by, now, values):
    """What is held for it is too little and goes back; once there is enough, a new paper takes it to the committees."""
    decision = decide(application, Kind.WAITLISTED, by, now)
    money.unhold(application, by=by.user, now=now)
    letters.draft(decision, by=by.user, now=now)


def rejected(application, by, now, values):
    decision = decide(application, Kind.REJECTED, by, now)
    money.unhold(application, by=by.user, now=now)
    letters.draft(decision, by=by.user, now=now)


def leaves_conditions(result):
    """The board had conditions and the committee says something of its own: the letter carries only that (`decide`)."""
    item = result.case.item
    return item is not None and not is_blank(item.conditions_de) and not is_blank(result.why_de)


def decide(application, kind, by, now):
    """The decision as two people recorded it. Where the committee follows the board, the board's conditions are those
    of the letter; where it says something of its own, that stands there."""
    result = deciding_result(application)
    place, item = result.case, result.case.item
    confirm(result, by, now)
    end(place, now)
    own = (result.why_de, result.why)
    of_board = (item.conditions_de, item.conditions) if item else ("", "")
    sentence_de, sentence = of_board if is_blank(result.why_de) else own
    return Decision.objects.create(
        application=application,
        kind=kind,
        round=application.round,
        reason=result.reason if kind == Kind.REJECTED else None,
        amount=None if kind == Kind.REJECTED else result.amount,
        sentence_de=sentence_de,
        sentence=sentence,
        people=2,
        maker=Decision.Maker.COMMITTEE,
        item=item,
        result=result,
        proposed_at=result.recorded_at,
        proposed_by=result.recorded_by,
        confirmed_at=now,
        confirmed_by=by.user,
    )


# Leaving a paper ------------------------------------------------------------------------------------------------------


def goes_back(application, by, now, values):
    place, step = place_of(application), values.get("step")
    if place is None or place.filing.filed_at is None:
        yield NOT_FILED
        return
    if step is None or step.filing_id != place.filing_id:
        yield NO_STEP
    elif any(each.step_id == step.pk for each in results_of(place)):
        yield "Zu dieser Station ist schon ein Ergebnis eingetragen."
    if values.get("result") not in StepResult.BACK:
        yield "Zurück geht ein Antrag nur, wenn er vertagt oder zurückverwiesen ist."
    if waiting(place):
        yield "Ein eingetragenes Ergebnis wartet noch auf die Bestätigung."


def sent_back(application, by, now, values):
    """What is held for the case stays held; it waits for another session, with this paper or a new one."""
    end(recorded(application, by, now, values).case, now)


def leave(application, now):
    """A case that ends on another way (withdrawn, merged) leaves the paper it is in."""
    FiledCase.objects.filter(application=application, ended_at__isnull=True).update(ended_at=now)


def end(place, now):
    place.ended_at = now
    place.save(update_fields=["ended_at"])
