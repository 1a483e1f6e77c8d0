"""Somebody has lost the second factor: two people let them set a new one, so that one alone cannot take an account.

A member of the project team or its lead asks, with a reason; another one, who is not the person concerned either,
confirms. Then factors and sessions end, the person is told, and the next sign-in leads to setting a new factor.
"""

from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction

from wir.accounts import mails, sessions
from wir.accounts.audit import Action, record
from wir.accounts.models import FactorReset
from wir.accounts.permissions import resets
from wir.lib.workflow import FASTER, Refused

LASTS = timedelta(days=1)  # our default until the city decides: then it has to be asked anew
NO_REASON = "Bitte schreiben Sie, warum."
ALREADY = "Für dieses Konto ist das schon beantragt."
SAME = "Beantragt haben Sie es selbst. Jetzt bestätigt jemand anderes."
OVER = "Der Antrag ist schon erledigt."
TOO_OLD = "Der Antrag ist älter als einen Tag. Bitte beantragen Sie es neu."


def open_resets(now):
    """What waits for a second person."""
    found = FactorReset.objects.filter(confirmed_at=None, dropped_at=None, asked_at__gt=now - LASTS)
    return found.select_related("user", "asked_by")


@transaction.atomic
def ask(account, *, reason, by, now):
    """The first of two. Raises Refused with every reason."""
    reasons = resets(by, account)
    if not reason.strip():
        reasons.append(NO_REASON)
    if open_resets(now).filter(user=account).exists():
        reasons.append(ALREADY)
    if reasons:
        raise Refused(reasons)
    overdue = FactorReset.objects.filter(user=account, confirmed_at=None, dropped_at=None)
    overdue.update(dropped_at=now, dropped_by=by)
    try:
        with transaction.atomic():
            found = FactorReset.objects.create(user=account, reason=reason.strip(), asked_at=now, asked_by=by)
    except IntegrityError:
        raise Refused([FASTER]) from None
    record(by=by, action=Action.RESET_ASKED, thing=account, now=now)
    return found


def blockers(reset, *, by, now):
    """Every reason why this person cannot confirm."""
    reasons = resets(by, reset.user)
    if reset.asked_by_id == by.pk:
        reasons.append(SAME)
    if reset.confirmed_at or reset.dropped_at:
        reasons.append(OVER)
    elif reset.asked_at <= now - LASTS:
        reasons.append(TOO_OLD)
    return reasons


@transaction.atomic
def confirm(reset, *, by, now):
    """The second of two: every factor and every session of the person ends. Raises Refused with every reason."""
    if reasons := blockers(reset, by=by, now=now):
        raise Refused(reasons)
    waiting = FactorReset.objects.filter(pk=reset.pk, confirmed_at=None, dropped_at=None)
    if not waiting.update(confirmed_at=now, confirmed_by=by):
        raise Refused([FASTER])
    Authenticator.objects.filter(user=reset.user).delete()
    ended = sessions.end_all(reset.user)
    detail = f"beantragt von {reset.asked_by}; beendete Sitzungen: {ended}"
    record(by=by, action=Action.RESET, thing=reset.user, now=now, detail=detail)
    mails.tell_of_reset(reset, by=by, now=now)


@transaction.atomic
def drop(reset, *, by, now):
    """Nothing is reset. Whoever may ask may drop it, and the person concerned, who lost nothing. Raises Refused."""
    reasons = [] if by.pk == reset.user_id else resets(by, reset.user)
    waiting = FactorReset.objects.filter(pk=reset.pk, confirmed_at=None, dropped_at=None)
    if not reasons and not waiting.update(dropped_at=now, dropped_by=by):
        reasons.append(OVER)
    if reasons:
        raise Refused(reasons)
    record(by=by, action=Action.RESET_DROPPED, thing=reset.user, now=now)
