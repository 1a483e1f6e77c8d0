"""The page on which the applicant says yes to her letter: its code, who signs, and the account the money goes to."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from fund import agreements, saving, steps, takeout
from fund.actors import APPLICANT
from fund.models import ApplicantKind, Application
from fund.views.case import address, frame, see, texts_of
from fund.views.case_page import case_page
from fund.workflow import perform
from wir import limits
from wir.lib.workflow import Refused

TRIES = "20/h"  # wrong codes of one case
FIELDS = ("code", "signer", "function", "payee", "iban")
READ_FIRST = "agrees"
ASKED = (  # what is refused stands at its field; in the order of the page
    ("", agreements.is_in_time),
    ("code", agreements.has_code_or_paper),
    ("signer", agreements.names_signer),
    ("function", agreements.names_function),
    ("payee", agreements.names_payee),
    ("iban", agreements.names_account),
)


@case_page
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request, key):
    """Only for the applicant herself: a helper signs nothing. A second click finds what the first one did."""
    application = request.application
    if key.helper_id or steps.seen_state(application) != Application.State.AGREEMENT_SENT:
        return see(address(request, "case"))
    if request.method != "POST":
        return page(request)
    typed = {name: saving.in_one_line(saving.cleaned(request.POST.get(name, ""))).strip()[:200] for name in FIELDS}
    acceptance = agreements.waiting_of(application)
    if acceptance and is_guess(acceptance, typed["code"]):
        if not limits.allow("agreement_code", application.pk, TRIES):
            reason = _("Too many wrong codes came from here. Please wait an hour, or call us.")
            return page(request, typed, [("code", str(reason))], 429)
    reasons = still_missing(application, typed)
    if not request.POST.get(READ_FIRST):
        reasons.append((READ_FIRST, _("Please tick that you have read the letter and agree with it.")))
    if reasons:
        return refused(request, typed, reasons)
    try:
        perform(application, "accept", by=APPLICANT, now=timezone.now(), **typed)
    except Refused as refusal:
        return refused(request, typed, [("", str(reason)) for reason in refusal.reasons])
    return see(address(request, "case"))


def refused(request, typed, reasons):
    """Of two clicks at once the second finds what the first one did."""
    if [move for _at, move in takeout.steps_told(request.application)][-1:] == ["accept"]:
        return see(address(request, "case"))
    return page(request, typed, reasons, 422)


def is_guess(acceptance, code):
    """A wrong code is counted; whoever types the letter's own check code has the letter and tries nothing out."""
    return not agreements.is_code(acceptance, code) and not agreements.is_check_code(acceptance, code)


def still_missing(application, typed):
    """Everything at once, so that nobody corrects one thing after the other: [(name of the field or "", reason)]."""
    now = timezone.now()
    return [(name, str(reason)) for name, guard in ASKED for reason in guard(application, APPLICANT, now, typed)]


def page(request, typed=None, errors=(), status=200):
    """errors: [(name of the field or "", reason)]; each stands on top with a link to its field, and at the field."""
    application = request.application
    letter = takeout.letters(application).filter(decision__dropped_at__isnull=True).select_related("decision").first()
    kind = application.revision.kind
    context = frame(
        request,
        _("Please confirm"),
        errors=[reason for _name, reason in errors],
        wrong=[(name, reason) for name, reason in errors],
        wrong_at={name: reason for name, reason in errors if name},
        letter=texts_of(letter) if letter else None,
        waits=agreements.waiting_of(application),
        typed=typed or {},
        agrees=bool(request.POST.get(READ_FIRST)),
        asks_function=kind in agreements.SIGNS_FOR_OTHERS,
        is_unit=kind == ApplicantKind.UNIT,
    )
    return render(request, "fund/case/confirm.html", context, status=status)
