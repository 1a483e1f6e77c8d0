"""The applicant's yes to an agreement, and what happens without one (moves 25 and 26 of the fund's design).

Where the rule set wants an agreement, the released letter carries a code. Whoever has the letter types it beside her
name and the account the money goes to, which nobody asked for before; on paper the team enters what is signed. With a
notice, the default, there is nothing to accept.

The code is stored nowhere: its digest is, and the portal's own key makes the code again when the letter leaves.
"""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fund import mails, money, reversals, superseding
from fund.actors import Part
from fund.letter_paper import SIGNS_FOR_OTHERS
from fund.models import Acceptance, ApplicantKind, Application, Letter
from strategy.models import Contact
from wir.languages.models import ContentStamp
from wir.languages.text import is_blank
from wir.lib import codes, iban

State = Application.State
LENGTH = 8  # signs of the code: 39 bits, and tries are counted (fund/views/agreement.py)
LONGEST = 200  # signs of a name or a function
NOTHING_TO_ACCEPT = "Zu diesem Antrag gibt es keine Vereinbarung."


# The code -------------------------------------------------------------------------------------------------------------


def digest(code):
    return hashlib.sha256(code.encode()).hexdigest()


def derived(acceptance, secret_key):
    return codes.derived_code(secret_key.encode(), f"fund.agreement.{acceptance.pk}", LENGTH)


def code_of(acceptance):
    """The code of an agreement that waits; None where the portal's own key has changed since."""
    for secret_key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        code = derived(acceptance, secret_key)
        if digest(code) == acceptance.code_digest:
            return code
    return None


def is_code(acceptance, text):
    return bool(acceptance.code_digest) and digest(codes.normalised(text)) == acceptance.code_digest


def is_check_code(acceptance, text):
    """The other code of the same letter, by which anybody sees that it is genuine (fund/letter_paper.py)."""
    typed = codes.normalised(text)
    return bool(typed) and Letter.objects.filter(decision=acceptance.decision_id, code=typed).exists()


# Asking for a yes -----------------------------------------------------------------------------------------------------


def begin(application, decision, *, now):
    """What waits for the applicant's yes from the release of the letter on. Returns the Acceptance."""
    due = timezone.localdate(now) + timedelta(days=application.rule_set.agreement_days)
    acceptance = Acceptance.objects.create(application=application, decision=decision, due=due)
    acceptance.code_digest = digest(derived(acceptance, settings.SECRET_KEY))
    acceptance.save(update_fields=["code_digest"])
    return acceptance


def waiting_of(application):
    """The agreement in force that waits for a yes, None where there is none."""
    return application.acceptances.filter(accepted_at__isnull=True, decision__dropped_at__isnull=True).first()


def accepted_of(application):
    """The yes to the agreement in force, None where there is none."""
    return application.acceptances.filter(accepted_at__isnull=False, decision__dropped_at__isnull=True).first()


# Guards: for the applicant in her language, for staff in German -------------------------------------------------------


def is_in_time(application, by, now, values):
    """On paper the day counts on which it was signed."""
    acceptance = waiting_of(application)
    if acceptance is None:
        yield NOTHING_TO_ACCEPT if by.is_staff else _("There is nothing to confirm any more.")
        return
    day = values.get("on") if by.is_staff else timezone.localdate(now)
    if day is not None and day > acceptance.due:
        if by.is_staff:
            yield f"Die Frist ging bis {acceptance.due:%d.%m.%Y}."
        else:
            yield _("The time for confirming is over. Please call us: we tell you what is possible.")


def has_code_or_paper(application, by, now, values):
    """Whoever has only the link of the case has not seen the letter; on paper it is the signature that counts."""
    acceptance = waiting_of(application)
    if acceptance is None:
        return
    if by.part == Part.APPLICANT:
        if is_check_code(acceptance, values.get("code", "")):
            yield _(
                "This is the check code. It shows that our letter is genuine. "
                "Here we need the confirmation code with 8 signs."
            )
        elif not is_code(acceptance, values.get("code", "")):
            yield _("This is not the confirmation code. Please compare it sign by sign.")
        return
    on, released_at = values.get("on"), application.decision_released_at
    if on is None:
        yield "Der Tag der Unterschrift fehlt."
    elif on > timezone.localdate(now) or (released_at and on < timezone.localdate(released_at)):
        yield "Unterschrieben wurde zwischen der Bekanntgabe und heute."


def names_signer(application, by, now, values):
    if is_blank(values.get("signer", "")):
        yield "Der Name fehlt, der unter der Vereinbarung steht." if by.is_staff else _("Please write your name.")


def names_function(application, by, now, values):
    """For an organisation somebody signs who may do so."""
    if application.revision.kind in SIGNS_FOR_OTHERS and is_blank(values.get("function", "")):
        if by.is_staff:
            yield "Die Funktion fehlt, in der unterschrieben wurde."
        else:
            yield _("Please write as what you sign, for example: chair of the club.")


def names_payee(application, by, now, values):
    if is_blank(values.get("payee", "")) and not needs_no_account(application, values):
        yield "Es fehlt, wem das Konto gehört." if by.is_staff else _("Please write whose account it is.")


def names_account(application, by, now, values):
    if not iban.is_valid(iban.normalised(values.get("iban", ""))) and not needs_no_account(application, values):
        if by.is_staff:
            yield "Diese IBAN stimmt nicht: Vergleichen Sie sie Zeichen für Zeichen."
        else:
            yield _("This IBAN is not right. Please compare it sign by sign with your bank card.")


def needs_no_account(application, values):
    """A department of the city has no account of its own and may leave it open."""
    number = iban.normalised(values.get("iban", ""))
    return application.revision.kind == ApplicantKind.UNIT and not number and is_blank(values.get("payee", ""))


# Columns and effects --------------------------------------------------------------------------------------------------


def running(application, by, now, values):
    contact = Contact.objects.on(timezone.localdate(now))
    return {"active_on": timezone.localdate(now), "payer": contact.office if contact else ""}


def accepted(application, by, now, values):
    acceptance = waiting_of(application)
    acceptance.accepted_at = now
    acceptance.how = Acceptance.How.PAPER if by.is_staff else Acceptance.How.LINK
    acceptance.entered_by = by.user
    for name in ("signer", "function", "payee"):
        setattr(acceptance, name, values.get(name, "").strip()[:LONGEST])
    acceptance.iban = iban.normalised(values.get("iban", ""))
    acceptance.save()
    reversals.let_rest(application, now)
    mails.agreement_accepted(acceptance, now)
    ContentStamp.touch()


# Without an answer ----------------------------------------------------------------------------------------------------


def time_is_over(application, by, now, values):
    acceptance = waiting_of(application)
    if acceptance is None or timezone.localdate(now) <= acceptance.due:
        yield "Die Frist läuft noch."


def was_reminded_twice(application, by, now, values):
    """Both reminders have arrived, one of them by another way where there is one."""
    acceptance = waiting_of(application)
    if acceptance and mails.agreement_reminders_delivered(acceptance) < 2:
        yield "Es wurde noch nicht zweimal erinnert."


def lapsed(application, by, now, values):
    """The money is free again, and the decision holds no more; its letter stays history."""
    decision = application.decisions.filter(dropped_at__isnull=True).first()
    money.uncommit(application, decision=decision, by=by.user, now=now)
    superseding.drop(application, now)
    reversals.let_rest(application, now)
    mails.lapsed(application, now)
