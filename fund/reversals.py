"""Results that are looked at again: reopened after a refusal, corrected after a yes (moves 40 and 41).

The lead proposes it with a reason, a second person confirms it. The old decision and its letter stay as they are and
hold no more; a new round begins. A released letter is history that the applicant keeps; she is told in plain words. Of
a result that was never told nobody tells her that it is looked at again.
"""

from django.utils import timezone

from fund import flags, guards, known, mails, money, superseding
from fund.guards import decision_of
from fund.models import Application, Decision, Reversal
from wir.languages.models import ContentStamp
from wir.languages.text import is_blank
from wir.lib.periods import months_later

State, Maker = Application.State, Decision.Maker
# Where a decision is made again: a committee changes its mind only by a new paper with a number of its own
AGAIN_IN = {
    Maker.TEAM: State.TEAM_DECISION,
    Maker.BODY: State.BOARD_QUEUE,
    Maker.COMMITTEE: State.COMMITTEE_QUEUE,
}
IS_OPEN = (
    "Es ist schon vorgeschlagen, das Ergebnis noch einmal anzusehen; zuerst entscheidet darüber eine zweite Person."
)
NOT_OPEN = "Es ist nicht vorgeschlagen, das Ergebnis noch einmal anzusehen."
DROP = "Verwerfen Sie den Vorschlag."
SECOND = "Das bestätigt eine zweite Person, nicht wer es vorgeschlagen hat."
NO_REASON = "Der Grund fehlt: Was ist neu, oder welcher Fehler steckt in der Entscheidung?"
MERGED = "Dieser Antrag ist mit {} zusammengeführt; dort geht es weiter."


def reversal_of(application):
    """What is proposed and neither confirmed nor dropped, None where nothing is."""
    return application.reversals.filter(confirmed_at__isnull=True, dropped_at__isnull=True).first()


def where_it_was(application):
    """The table's target: where whoever decided takes it up again. Looked up before the decision is put aside."""
    decision = decision_of(application)
    return AGAIN_IN[decision.maker] if decision else State.TEAM_DECISION


# Guards ---------------------------------------------------------------------------------------------------------------


def nothing_is_open(application, by, now, values):
    if reversal_of(application):
        yield IS_OPEN


def is_not_merged(application, by, now, values):
    if application.merged_into_id:
        yield MERGED.format(application.merged_into)


def gives_reason(application, by, now, values):
    if is_blank(values.get("note", "")):
        yield NO_REASON


def is_proposed(application, by, now, values):
    if reversal_of(application) is None:
        yield NOT_OPEN


def proposes(kind):
    """A guard: this kind, and nothing else, waits; a case may have ended while a correction was proposed."""

    def is_kind_proposed(application, by, now, values):
        found = reversal_of(application)
        if found is None or found.kind != kind:
            yield NOT_OPEN

    return is_kind_proposed


reopening_is_proposed = proposes(Reversal.Kind.REOPEN)
correction_is_proposed = proposes(Reversal.Kind.CORRECT)


def is_second_person(application, by, now, values):
    found = reversal_of(application)
    if found and found.proposed_by_id == by.user.pk:
        yield SECOND
    elif found:
        yield from guards.none_of_them_in_conflict(application, [found.proposed_by], now, DROP)


# Proposing ------------------------------------------------------------------------------------------------------------


def proposing(kind):
    def propose(application, by, now, values):
        Reversal.objects.create(
            application=application,
            kind=kind,
            reason=values["note"].strip(),
            proposed_at=now,
            proposed_by=by.user,
        )

    return propose


reopening_proposed = proposing(Reversal.Kind.REOPEN)
correction_proposed = proposing(Reversal.Kind.CORRECT)


def dropped(application, by, now, values):
    let_rest(application, now)


def let_rest(application, now):
    """What was proposed about a result that has gone its own way since (taken back, accepted, opened again by the
    applicant) is off the table: it would be about another round of the case."""
    application.reversals.filter(confirmed_at__isnull=True, dropped_at__isnull=True).update(dropped_at=now)


# Confirming -----------------------------------------------------------------------------------------------------------


def confirm(application, by, now):
    """The old decision holds no more. Returns the reversal."""
    found = reversal_of(application)
    found.confirmed_at, found.confirmed_by = now, by.user
    found.save()
    superseding.drop(application, now)
    ContentStamp.touch()
    return found


def reopened(application, by, now, values):
    confirm(application, by, now)
    flags.look(application, now)  # what was handed in while it had ended
    if known.knew_the_result(application):
        mails.reopened(application, now)


def new_round(application, by, now, values):
    """The promise is reversed while it still is the old round's: each entry of the ledger names its round."""
    decision = decision_of(application)
    money.uncommit(application, decision=decision, by=by.user, now=now)
    months = application.rule_set.hold_months
    held = decision is not None and decision.maker == Maker.COMMITTEE
    return {
        "hold_until": months_later(timezone.localdate(now), months) if held else None,
        "ended_at": None,
        "round": application.round + 1,
        "decision_recorded_at": None,
        "decision_released_at": None,
    }


def corrected(application, by, now, values):
    """A case that goes to the committees again keeps its money as held, where it is still there."""
    decision = decision_of(application)
    found = confirm(application, by, now)
    if decision and decision.maker == Maker.COMMITTEE:
        try:
            money.hold(application, decision.amount, by=by.user, now=now)
        except money.NoMoney:
            Application.objects.filter(pk=application.pk).update(hold_until=None)
    if known.knew_the_result(application):
        mails.corrected(found, now)
