"""What happens by itself when a day has come: reminders of questions and agreements, cases that end without an answer,
money that was held too long, waiting lists of years that are over, drafts that are warned of and erased, files that
belong to nothing.

Each row in a transaction of its own; one that fails is logged by number and kind of error and stops no other. Running
twice, or twice at the same time, does nothing twice: every step compares and sets what it has seen.
"""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from fund import casefiles, holds, mails, tasklist, telling
from fund.actors import CLOCK
from fund.models import Acceptance, Application, ChangeRequest
from fund.workflow import perform
from wir.lib.workflow import Refused
from wir.outbox.reminders import register

logger = logging.getLogger("fund.clock")

State = Application.State


def run(now):
    """Everything in its order. Returns what failed, as (step, number of the row, class of the error)."""
    failed = remind_of_questions(now)
    failed += each(open_requests(), lapse, now)
    failed += each(holds_over(now), expire_hold, now)
    failed += each(lists_over(now), end_waiting, now)
    failed += each(telling.untold(), telling.tell, now)
    failed += remind_of_agreements(now)
    failed += each(agreements_waiting(), lapse_agreement, now)
    failed += each(drafts(), warn, now)
    failed += each(drafts(), expire, now)
    failed += each(mails.unforgotten(), lambda application, now: mails.forget(application, now), now, name="forget")
    failed += once(casefiles.sweep, now) if hasattr(casefiles, "sweep") else []
    return failed


def each(rows, step, now, name=""):
    """Do one step with each row of a queryset, read anew; Refused means that it is not its time."""
    failed = []
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                row = rows.filter(pk=pk).first()
                if row is not None:
                    step(row, now)
        except Refused:
            continue
        except Exception as error:  # noqa: BLE001 - one bad row must not stop the others; it is told at the end
            failed.append((name or step.__name__, pk, type(error).__name__))
            logger.error("%s %s: %s", *failed[-1])
    return failed


def once(step, now):
    try:
        step(now)
    except Exception as error:  # noqa: BLE001 - told at the end
        logger.error("%s: %s", step.__name__, type(error).__name__)
        return [(step.__name__, 0, type(error).__name__)]
    return []


# Questions ------------------------------------------------------------------------------------------------------------


def open_requests():
    return ChangeRequest.objects.filter(
        answered_at__isnull=True, closed_at__isnull=True, application__state=State.INFO_REQUESTED
    ).select_related("application", "application__rule_set")


@register
def remind_of_questions(now):
    """Two reminders before the last day for an answer, at the days the rule set names."""
    return each(open_requests(), remind, now)


def remind(request, now):
    """The reminder of the day, if it is one. A new due day begins from the first again (`reminded` is set back).

    Nobody is reminded of what has not reached her, nor twice on one day, nor when the time is over.
    """
    today, rules = timezone.localdate(now), request.application.rule_set
    days = (rules.reminder_first_days, rules.reminder_second_days)
    if request.reminded >= len(days) or today > request.due:
        return
    if today < request.due - timedelta(days=days[request.reminded]) or not mails.was_told(request):
        return
    first = mails.last_reminder(request)
    if first and timezone.localdate(first.written_at) == today:
        return
    seen = ChangeRequest.objects.filter(
        pk=request.pk, due=request.due, reminded=request.reminded, answered_at__isnull=True, closed_at__isnull=True
    )
    if seen.update(reminded=request.reminded + 1):
        mails.remind(request, request.reminded + 1, now)


def lapse(request, now):
    """The door asks whether the day is over and both reminders have arrived."""
    perform(request.application, "lapse", by=CLOCK, now=now)


# Money ----------------------------------------------------------------------------------------------------------------


def holds_over(now):
    today = timezone.localdate(now)
    return Application.objects.filter(state__in=holds.HELD, hold_until__lt=today).select_related("rule_set", "year")


def expire_hold(application, now):
    perform(application, "expire_hold", by=CLOCK, now=now)


def lists_over(now):
    """Who waits for money of a year that is over, and knows that she waits."""
    waiting = Application.objects.filter(state=State.WAITLISTED, decision_released_at__isnull=False)
    return waiting.filter(year__year__lt=timezone.localdate(now).year).select_related("rule_set", "year")


def end_waiting(application, now):
    perform(application, "end_waiting", by=CLOCK, now=now)


# Agreements -----------------------------------------------------------------------------------------------------------


def agreements_waiting():
    return Acceptance.objects.filter(
        accepted_at__isnull=True, decision__dropped_at__isnull=True, application__state=State.AGREEMENT_SENT
    ).select_related("application__rule_set", "application__revision", "decision__letter")


@register
def remind_of_agreements(now):
    """Two reminders before the last day for a yes, at the days the rule set names; the second by another way."""
    return each(agreements_waiting(), remind_of_agreement, now)


def remind_of_agreement(acceptance, now):
    """As `remind`: nobody is reminded of a letter that has not reached her, nor twice on one day. Where her time is
    over before she was reminded twice (the letter was ticked off late, the clock stood still), she gets time for both.
    """
    today, rules = timezone.localdate(now), acceptance.application.rule_set
    days = (rules.reminder_first_days, rules.reminder_second_days)
    if acceptance.reminded >= len(days) or not mails.letter_was_delivered(acceptance):
        return
    if today > acceptance.due:
        give_time_again(acceptance, today + timedelta(days=max(days)))
    if today < acceptance.due - timedelta(days=days[acceptance.reminded]):
        return
    latest = mails.last_agreement_reminder(acceptance)
    if latest and timezone.localdate(latest.written_at) == today:
        return
    seen = Acceptance.objects.filter(
        pk=acceptance.pk, due=acceptance.due, reminded=acceptance.reminded, accepted_at__isnull=True
    )
    if seen.update(reminded=acceptance.reminded + 1):
        mails.remind_of_agreement(acceptance, acceptance.reminded + 1, now)


def give_time_again(acceptance, due):
    """A new last day; reminders begin again from the first."""
    seen = Acceptance.objects.filter(pk=acceptance.pk, due=acceptance.due, accepted_at__isnull=True)
    if seen.update(due=due, reminded=0):
        acceptance.due, acceptance.reminded = due, 0


def lapse_agreement(acceptance, now):
    """The door asks whether the day is over and both reminders have arrived."""
    perform(acceptance.application, "lapse_agreement", by=CLOCK, now=now)


# Drafts ---------------------------------------------------------------------------------------------------------------


def drafts():
    return Application.objects.filter(state=State.DRAFT).select_related("rule_set")


def warn(application, now):
    """One of two warnings before a draft is erased, to who left a way to be reached."""
    rules = application.rule_set
    days = (rules.draft_warning_first_days, rules.draft_warning_second_days)
    if application.warned >= len(days) or not tasklist.contact(application):
        return
    if now < application.saved_at + timedelta(days=days[application.warned]):
        return
    latest = mails.last_warning(application)
    if latest and timezone.localdate(latest.written_at) == timezone.localdate(now):
        return
    seen = Application.objects.filter(
        pk=application.pk, state=State.DRAFT, warned=application.warned, written=application.written
    )
    if seen.update(warned=application.warned + 1):
        application.warned += 1
        last_day = timezone.localdate(max(over_at(application), now + notice_of(rules)))
        mails.draft_warning(application, now, last_day=last_day)


def over_at(application):
    return application.saved_at + timedelta(days=application.rule_set.draft_days)


def notice_of(rules):
    """The time between the last warning and the end."""
    return timedelta(days=rules.draft_days - rules.draft_warning_second_days)


def expire(application, now):
    """Erase a draft whose time is over; where somebody can be warned, not sooner than some days after a warning.

    So nobody loses a draft unwarned because nothing ran for a while.
    """
    if now < over_at(application):
        return
    latest = mails.last_warning(application)
    if latest is not None and now < latest.written_at + notice_of(application.rule_set):
        return
    if latest is None and application.warned < 2 and tasklist.contact(application) and not application.sample:
        return  # the warning comes first
    perform(application, "expire", by=CLOCK, now=now)
