"""An application that comes on paper, by phone or in person, typed into the same form that everybody uses.

The draft belongs to the applicant: she gets its printed code. Who only types opens it with the applicant's own access;
who helps to write becomes a helper with an access of her own, is named on the case, and cannot check it. The applicant
can remove her like anybody who helps; then this page leads into the case no more.
"""

import hashlib

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation

from fund import access, intake
from fund.desk.access import own_draft_or_404, own_drafts
from fund.desk.forms import EnterForm
from fund.models import Application, Helper
from fund.permissions import ENTER, VIEW, check_may
from fund.starting import start
from wir.accounts.audit import record_seen
from wir.languages import registry


def enter(site, request):
    """Asks how it came; then there is a draft, and a page that leads into the form."""
    check_may(request.user, VIEW, ENTER)
    now = timezone.now()
    openings = [each for each in intake.openings(now) if each.is_here]
    if settings.DEMO:
        openings += [each for each in intake.openings(now, samples=True) if each.is_here]
    form, status = EnterForm(request.POST or None, openings=openings), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            application = begin_once(by=request.user, now=now, **form.cleaned_data | {"openings": form.openings})
            return HttpResponseRedirect(reverse("admin:fund_entered", args=[application.pk]))
    context = site.each_context(request) | {
        "title": "Antrag eingeben",
        "form": form,
        "openings": openings,
        "drafts": own_drafts(request.user).order_by("-started_at"),
    }
    return TemplateResponse(request, "admin/fund/enter.html", context, status=status)


def begin_once(*, marke, by, **values):
    """The draft of this page: a second click leads to the first one's."""
    nonce = hashlib.sha256(f"{by.pk}:{marke}".encode()).hexdigest()[:43] if marke else None
    try:
        return begin(nonce=nonce, by=by, **values)
    except IntegrityError:  # no two keys have one secret
        return Application.objects.get(keys__nonce=nonce)


def begin(*, opening, openings, intake, language, part, by, now, nonce=None):
    """A draft with the access of its applicant, and one of the person who helps. Returns the Application."""
    chosen = openings[opening]
    with transaction.atomic():
        application, _secret = start(
            chosen.rule_set,
            chosen.year,
            call=chosen.call,
            language=language,
            sample=chosen.year.sample,
            now=now,
            nonce=nonce,
            intake=intake,
            entered_by=by,
        )
        if part == "helped":
            helper = Helper.objects.create(application=application, name=str(by), user=by, added_at=now)
            access.make_key(application, helper=helper, now=now)
    return application


def entered(site, request, pk):
    """The way into the form, and the sheet with the code for the applicant. Only for who typed it, while it is a
    draft; handed in, it is a case like all others."""
    check_may(request.user, VIEW, ENTER)
    done = Application.objects.handed_in().filter(pk=pk, entered_by=request.user).first()
    if done is not None:
        return HttpResponseRedirect(reverse("admin:fund_case", args=[pk]))
    application, now = own_draft_or_404(request.user, pk), timezone.now()
    record_seen(by=request.user, thing=application, kind="entered", now=now, request=request, detail="Zugang")
    keys = {key.helper_id: key for key in application.keys.filter(ended_at=None).select_related("helper")}
    if application.helpers.filter(user=request.user, ended_at__isnull=False).exists():
        keys = {}  # the applicant goes on without her
    helper = next((key for key in keys.values() if key.helper_id and key.helper.user_id == request.user.pk), None)
    own = keys.get(None)
    was_removed = helper is None and application.helpers.filter(user=request.user).exists()
    if own is not None and own.made_at != application.started_at:  # the applicant made a new one: it is hers alone
        own = None
    context = site.each_context(request) | {
        "title": "Antrag eingeben: Formular und Zugang",
        "application": application,
        "language": registry.get(application.language),
        "helps": helper is not None,
        "was_removed": was_removed,
        "form_address": "" if was_removed else address("fund:case", helper or own, "de"),
        "sheet_address": address("fund:access", own, application.language),
    }
    return TemplateResponse(request, "admin/fund/entered.html", context)


def address(name, key, language):
    """A page of the case with this key's secret; "" where the key cannot be told any more."""
    secret = access.secret_of(key) if key else None
    if not secret:
        return ""
    with translation.override(language):
        return reverse(name, args=[secret.lower()])
