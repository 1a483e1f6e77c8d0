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
    if acceptance and not agreements.is_code(acceptance, typed["code"]):
        if not limits.allow("agreement_code", application.pk, TRIES):
            return page(
                request, typed, [_("Too many wrong codes came from here. Please wait an hour, or call us.")], 429
            )
    if not request.POST.get(READ_FIRST):
        reasons = [_("Please tick that you have read the letter and agree with it.")]
        return page(request, typed, reasons + still_missing(application, typed), 422)
    try:
        perform(application, "accept", by=APPLICANT, now=timezone.now(), **typed)
    except Refused as refusal:
        if [move for _at, move in takeout.steps_told(application)][-1:] == ["accept"]:
            return see(address(request, "case"))
        return page(request, typed, refusal.reasons, 422)
    return see(address(request, "case"))


def still_missing(application, typed):
    """Everything at once, so that nobody corrects one thing after the other."""
    now = timezone.now()
    guards = (agreements.is_in_time, agreements.has_code_or_paper, agreements.names_signer, agreements.names_payee)
    return [reason for guard in guards for reason in guard(application, APPLICANT, now, typed)]


def page(request, typed=None, errors=(), status=200):
    application = request.application
    letter = takeout.letters(application).filter(decision__dropped_at__isnull=True).select_related("decision").first()
    kind = application.revision.kind
    context = frame(
        request,
        _("Please confirm"),
        errors=errors,
        letter=texts_of(letter) if letter else None,
        waits=agreements.waiting_of(application),
        typed=typed or {},
        agrees=bool(request.POST.get(READ_FIRST)),
        asks_function=kind in agreements.SIGNS_FOR_OTHERS,
        is_unit=kind == ApplicantKind.UNIT,
    )
    return render(request, "fund/case/confirm.html", context, status=status)
