"""What follows from a move, in its transaction: frozen revisions, references, letters, messages, ended keys."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from fund import access, agenda, casefiles, committees, flags, letters, mails, money, reversals, revising, superseding
from fund.guards import decision_of, open_request
from fund.models import Application, ChangeRequest, Decision, RequestedSection
from wir.lib import codes

TRIES = 20  # a reference that is taken: two letters more than enough for 20,000 cases a year


def write(application, columns):
    """Set columns of a case that this transaction holds; a reference that somebody else got first is drawn again."""
    for tries in range(TRIES):
        try:
            with transaction.atomic():
                Application.objects.filter(pk=application.pk).update(**columns)
            break
        except IntegrityError:
            if not columns.get("reference") or tries == TRIES - 1:
                raise
            columns["reference"] = codes.reference(timezone.localtime(columns["submitted_at"]).year)
    for name, value in columns.items():
        setattr(application, name, value)


# Columns: written together with the state -----------------------------------------------------------------------------


def handed_in(application, by, now, values):
    revision = revising.freeze(application, now)
    return {
        "revision": revision,
        "tier": revision.tier,
        "reference": codes.reference(timezone.localtime(now).year),
        "submitted_at": now,
    }


def assigned(application, by, now, values):
    return {"assigned_to": by.user}


def remembers_who_asked(application, by, now, values):
    return {"asked_by_state": Application.State.FORMAL_CHECK}


def newest_revision(application, by, now, values):
    """Deputies that a case was given to on its old way have no part in its new one."""
    revision = revising.freeze(application, now)
    body = application.body if revision.tier == application.tier else None
    return {"revision": revision, "tier": revision.tier, "asked_by_state": "", "body": body}


def ends(application, by, now, values):
    return {"ended_at": now, "hold_until": None}


def recorded(application, by, now, values):
    return {"decision_recorded_at": now, "ended_at": now}


def released(application, by, now, values):
    return {"decision_released_at": now}


def begins_again(application, by, now, values):
    """A result that was recorded in an earlier round is none of this one."""
    return {
        "ended_at": None,
        "round": application.round + 1,
        "asked_by_state": "",
        "assigned_to": None,
        "body": None,
        "decision_recorded_at": None,
        "decision_released_at": None,
    }


def emptied(application, by, now, values):
    """What is left of an erased draft: that there was one, when, and under which rules."""
    return {
        "ended_at": now,
        "call": None,
        "tier": "",
        "file_number": "",
        "summary_de": "",
        "summary_plain": "",
        "entered_by": None,
        "assigned_to": None,
    }


# Effects: follow after the state --------------------------------------------------------------------------------------


def submitted(application, by, now, values):
    flags.look(application, now)
    mails.received(application, now)


def taken(application, by, now, values):
    pass


def asked(application, by, now, values):
    """values: sections {key: text}, due (date), translations {key: text}."""
    due = values["due"]
    request = ChangeRequest.objects.create(
        application=application,
        before=application.revision,
        asked_at=now,
        asked_by=by.user,
        due=due,
        days=(due - timezone.localdate(now)).days,
    )
    translations = values.get("translations") or {}
    RequestedSection.objects.bulk_create(
        RequestedSection(request=request, section=key, text=text, translation=translations.get(key, ""))
        for key, text in values["sections"].items()
    )
    mails.changes_asked(request, now)


def extended(application, by, now, values):
    request = open_request(application)
    request.due, request.reminded = values["due"], 0
    request.save()
    mails.more_time(request, now)


def answered(application, by, now, values):
    request = open_request(application)
    request.answered_at = now
    request.save()
    flags.look(application, now)
    mails.answer_received(request, now)


def close_request(application, now):
    application.change_requests.filter(answered_at__isnull=True, closed_at__isnull=True).update(closed_at=now)


def free_money(application, by, now):
    """What is held for a case that ends, or promised to it, is free again."""
    money.unhold(application, by=by.user, now=now)
    money.uncommit(application, decision=decision_of(application), by=by.user, now=now)


def lapsed(application, by, now, values):
    close_request(application, now)
    free_money(application, by, now)
    mails.lapsed(application, now)


def refusal_proposed(application, by, now, values):
    Decision.objects.create(
        application=application,
        kind=Decision.Kind.INELIGIBLE,
        round=application.round,
        reason=values["reason"],
        sentence_de=values.get("sentence_de", ""),
        sentence=values.get("sentence", ""),
        proposed_at=now,
        proposed_by=by.user,
    )


def refusal_dropped(application, by, now, values):
    decision = decision_of(application)
    decision.dropped_at = now
    decision.save()


def refused(application, by, now, values):
    decision = decision_of(application)
    decision.confirmed_at, decision.confirmed_by = now, by.user
    decision.save()
    letters.draft(decision, by=by.user, now=now)


def forwarded(application, by, now, values):
    mails.goes_on(application, now)


def refusal_released(application, by, now, values):
    letter = decision_of(application).letter
    letters.release(letter, by=by.user, now=now)
    mails.letter_released(letter, now)


def leave_everything(application, by, now, *, note):
    """Nothing of a case that ends here is asked or decided any more, and its money is free. note: why, for minutes."""
    close_request(application, now)
    agenda.leave(application, note=note, now=now)
    free_money(application, by, now)
    superseding.drop(application, now)
    reversals.let_rest(application, now)
    committees.leave(application, now)


def withdrawn(application, by, now, values):
    leave_everything(application, by, now, note="Die antragstellende Person hat den Antrag zurückgezogen.")
    mails.withdrawn(application, now)


def reopened(application, by, now, values):
    reversals.let_rest(application, now)
    flags.look(application, now)  # what was handed in while it had ended
    mails.reopened(application, now)


def erased(application, by, now, values):
    """Content and files go; the row stays as a counter, and no key opens it any more."""
    access.end_keys(application, now=now)
    casefiles.erase_all(application, now=now)
    application.answers.all().delete()
    application.helpers.all().delete()
    mails.forget(application)
