"""The way in: the first draft after the five questions, and the typed code on another phone."""

import hashlib
import secrets
from datetime import timedelta

from django.core import signing
from django.db import IntegrityError, transaction
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from fund import access, eligibility, saving
from fund.eligibility_form import EligibilityForm
from fund.filled import understood
from fund.intake import openings
from fund.models import AccessKey, Answer, OtherPot, RuleSet
from fund.questions import STORED
from fund.starting import start
from fund.views.case_page import guessed, private
from fund.views.form import see
from wir import limits
from wir.languages.page import Page

TOKEN = signing.TimestampSigner(salt="fund.begin")
DRAFTS = "60/h"  # from one address: so many may an advice centre, or everybody at a meeting, begin
ONCE_WITHIN = timedelta(minutes=1)  # two clicks on one page, or one that was sent twice
GIVEN = (*EligibilityForm.base_fields, "beispiele")


def begin_token():
    """A sign for one page from which one draft is begun, however often its button is pressed."""
    return TOKEN.sign(secrets.token_urlsafe(16))


@csrf_exempt  # no cookie is needed to apply; a foreign site could at most begin an empty draft of its own
@require_POST
def begin(request):
    """Judge the five answers again, then make the draft and its secret."""
    now = timezone.now()
    samples = request.POST.get("beispiele") == "1"
    rule_set = RuleSet.objects.in_force(timezone.localdate(now))
    form = EligibilityForm(request.POST, rule_set=rule_set)
    opening = opening_for(form, rule_set, request.POST.get("aufruf", ""), samples, now)
    if opening is None:
        return see(f"{reverse('fund:start')}?{kept(request).urlencode()}")
    who = limits.address(request)
    if limits.count("draft", who, DRAFTS) >= limits.read_rate(DRAFTS)[0]:
        return private(
            render(request, "fund/form/busy.html", {"page": Page(_("Please wait a little"), indexed=False)}, status=429)
        )
    secret, is_new = draft_once(request, form.answers, opening, samples, now)
    if is_new:
        limits.allow("draft", who, DRAFTS)
    return private(see(f"{reverse('fund:case', args=[secret.lower()])}?neu=1"))


def kept(request):
    """The answers of the five questions, to be asked again."""
    query = request.POST.copy()
    for name in list(query):
        if name not in GIVEN:
            del query[name]
    return query


def opening_for(form, rule_set, call, samples, now):
    """The opening that was chosen, None where these answers may not begin there."""
    if not form.is_valid():
        return None
    found = openings(now, samples=samples, rule_set=rule_set)
    verdict = eligibility.judge(form.answers, rule_set, found, now, pots=OtherPot.objects.none())
    if verdict.kind != eligibility.APPLY:
        return None
    here = [each for each in verdict.openings if each.is_here]
    return next((each for each in here if (str(each.call.pk) if each.call else "") == call), None)


def draft_once(request, answers, opening, samples, now):
    """(secret, is it new?): the draft of this page; a second click within the minute opens the first one's.

    The secret follows from the page's token, and no two keys have one secret: whoever comes second in the database
    finds the first one's key, on whatever server.
    """
    nonce = nonce_of(request.POST.get("marke", ""))
    for tries in (nonce, None):
        try:
            with transaction.atomic():
                return make_draft(request, answers, opening, samples, now, tries), True
        except IntegrityError:
            key = AccessKey.objects.select_related("application").filter(nonce=tries, ended_at__isnull=True).first()
            if tries is None:
                raise
            if key and now - key.application.started_at < ONCE_WITHIN:
                return access.secret_of(key), False
    raise AssertionError  # not reached: the second try has no nonce that could be taken


def nonce_of(token):
    """What the secret is made from, None for a token that is not ours."""
    try:
        return hashlib.sha256(TOKEN.unsign(token, max_age=timedelta(days=1)).encode()).hexdigest()[:43]
    except signing.BadSignature:
        return None


def make_draft(request, answers, opening, samples, now, nonce):
    application, secret = start(
        opening.rule_set,
        opening.year,
        call=opening.call,
        language=request.LANGUAGE_CODE,
        sample=samples,
        now=now,
        nonce=nonce,
    )
    is_total = opening.rule_set.amount_means == RuleSet.AmountMeans.TOTAL
    known = {"kind": answers.applicant, "total" if is_total else "requested": saving.cleaned(request.POST["betrag"])}
    for question, text in known.items():
        amount, day = understood(STORED[question], text)
        Answer.objects.create(
            application=application, question=question, text=text, amount=amount, day=day, saved_at=now
        )
    return secret


@csrf_exempt  # as on the pages of a case: no cookie, and the code itself is the secret
@require_http_methods(["GET", "HEAD", "POST"])
def code(request):
    """The typed code opens the case as its link does. Anything else gets one answer, and guesses are counted."""
    typed = request.POST.get("code", "") if request.method == "POST" else ""
    key, status = None, 200
    if request.method == "POST":
        key = access.find_key(typed)
        if key is None:
            status = 422 if guessed(request) else 429
    if key is not None:
        return private(see(reverse("fund:case", args=[access.secret_of(key).lower()])))
    title = _("Open your application with its code")
    page = Page(title=_("Error: %(title)s") % {"title": title} if status != 200 else title, indexed=False)
    shown = saving.cleaned(typed)[:200]
    return private(
        render(
            request,
            "fund/form/code.html",
            {"page": page, "title": title, "typed": shown, "status": status},
            status=status,
        )
    )
