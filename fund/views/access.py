"""Coming back and letting others in: the link and the code of a case, its helpers, and its language."""

import hashlib
import secrets
from datetime import timedelta

from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from fund import access, letters, mails, saving, tasklist
from fund.models import AccessKey, Application, Helper
from fund.views.case_page import case_page, private
from fund.views.form import READ_AND_WRITE, address, case_context, see
from wir import limits
from wir.languages import registry
from wir.languages.text import is_blank
from wir.lib import codes

MOST_HELPERS = 10
LINKS = "5/h"  # mails with the link, for one case
MAILS = "10/h"  # the same, to one address from all cases: nobody fills a stranger's mailbox
TOKEN = signing.TimestampSigner(salt="fund.replace")
ASKED_WITHIN = timedelta(days=1)  # how long the page with the button works
ONCE_WITHIN = timedelta(minutes=10)  # two clicks, or a page that is sent again because its answer got lost


@csrf_exempt  # as on every page of a case (fund/views/case_page.py)
def access_page(request, secret):
    """The second click on "make a new link" comes with the old link, which opens nothing any more. It leads to the new
    one all the same: otherwise nobody would ever see it."""
    if request.method == "POST" and request.POST.get("tun") == "ersetzen":
        made = replaced_just_now(secret, nonce_of(request.POST.get("marke", "")))
        if made:
            return private(new_link(made))
    return page_of(request, secret=secret)


@case_page
@READ_AND_WRITE
def page_of(request, key):
    if request.method != "POST":
        return show(request, key)
    action, _colon, value = request.POST.get("tun", "").partition(":")
    if key.helper_id and action != "sprache":  # a helper lets nobody in and nobody out
        return show(request, key)
    return ACTIONS.get(action, lambda request, key, value: show(request, key))(request, key, value)


def show(request, key, status=200, error="", typed=None, error_at=""):
    """The link and the code of whoever looks; the applicant also sees those of her helpers."""
    application = request.application
    own = not key.helper_id
    title = _("Come back later, and let others help")
    context = case_context(
        request,
        _("Error: %(title)s") % {"title": title} if error else title,
        heading=title,
        link=access.link(request.secret, request.LANGUAGE_CODE),
        code=codes.group(request.secret.upper()),
        is_own=own,
        helpers=helpers_of(application, request.LANGUAGE_CODE, with_links=own),
        mail=(tasklist.contact(application) or {}).get("mail", "") if own else "",
        wants_new=request.GET.get("neuer-link") == "1",
        replace_token=TOKEN.sign(secrets.token_urlsafe(16)),
        is_new=request.GET.get("neu") == "1",
        was_sent=request.GET.get("gesendet") == "1",
        languages=registry.PUBLIC,
        error=error,
        error_at=error_at,
        typed=typed or {},
        is_full=Application.objects.filter(pk=application.pk, helpers__ended_at__isnull=True).count() >= MOST_HELPERS,
    )
    return render(request, "fund/form/access.html", context, status=status)


def helpers_of(application, language_code, *, with_links):
    """[(helper, her link, her code)]; "" where her key cannot be told any more."""
    found = []
    for helper in application.helpers.filter(ended_at__isnull=True).prefetch_related("keys"):
        keys = [key for key in helper.keys.all() if key.ended_at is None]
        secret = access.secret_of(keys[0]) if keys and with_links else None
        link = access.link(secret, language_code) if secret else ""
        found.append((helper, link, codes.group(secret) if secret else ""))
    return found


def replace(request, key, value):
    """A new link and code; the old ones open nothing from now on."""
    nonce = nonce_of(request.POST.get("marke", ""))
    try:
        _key, secret = access.make_key(request.application, now=timezone.now(), nonce=nonce)
    except IntegrityError:  # the same button in the same moment
        secret = replaced_just_now(request.secret, nonce)
        if not secret:
            return show(request, key)
    return new_link(secret)


def new_link(secret):
    return see(reverse("fund:access", args=[secret.lower()]) + "?neu=1")


def nonce_of(token):
    """What the new secret is made from: one page makes one link. None for a token that is not ours."""
    try:
        return hashlib.sha256(TOKEN.unsign(token, max_age=ASKED_WITHIN).encode()).hexdigest()[:43]
    except signing.BadSignature:
        return None


def replaced_just_now(secret, nonce):
    """The secret that this very page has made for the case that `secret` opened, "" where there is none. Who only has
    the old link has not the page's token."""
    if nonce is None:
        return ""
    made = AccessKey.objects.filter(
        nonce=nonce, helper=None, ended_at=None, made_at__gt=timezone.now() - ONCE_WITHIN
    ).first()
    old = AccessKey.objects.filter(digest=access.digest(codes.normalised(secret)), helper=None)
    if made is None or not old.filter(application=made.application_id).exists():
        return ""
    return access.secret_of(made) or ""


def send(request, key, value):
    """The link to the address that stands in the application, never to one that is typed here."""
    contact = tasklist.contact(request.application)
    if not contact or not contact["mail"]:
        return show(request, key)
    to_one = limits.allow("access_mail", contact["mail"].lower(), MAILS)
    if not limits.allow("access_link", request.application.pk, LINKS) or not to_one:
        return show(request, key, status=429, error=_("We have sent it several times now. Please wait an hour."))
    mails.access_link(key, timezone.now())
    return see(address(request, "access", gesendet=1))


def add_helper(request, key, value):
    typed = {
        name: saving.in_one_line(saving.cleaned(request.POST.get(name, ""))).strip()[:200]
        for name in ("name", "organisation", "mail")
    }
    if is_blank(typed["name"]):
        return show(request, key, 422, _("Please write the name of the person who helps."), typed, "name")
    if typed["mail"]:
        try:
            validate_email(typed["mail"])
        except ValidationError:
            text = _("This is not an e-mail address. Example: name@example.org")
            return show(request, key, 422, text, typed, "mail")
    application, now = request.application, timezone.now()
    with transaction.atomic():
        # The row of the case is taken first: the same button pressed twice makes one helper
        alive = Application.objects.filter(pk=application.pk).exclude(state=Application.State.ERASED)
        if not alive.update(saved_at=now, warned=0):
            raise Http404  # erased in this moment; nobody's name stays with it
        helpers = application.helpers.filter(ended_at__isnull=True)
        there = helpers.filter(**typed).exists()
        if not there and helpers.count() < MOST_HELPERS:
            helper = Helper.objects.create(application=application, added_at=now, **typed)
            access.make_key(application, helper=helper, now=now)
    return see(address(request, "access") + "#hilfe")


def remove_helper(request, key, value):
    """Her key opens nothing any more; that she helped stays on record."""
    helpers = request.application.helpers.filter(ended_at__isnull=True)
    helper = helpers.filter(pk=int(value[:15])).first() if value.isascii() and value.isdigit() else None
    if helper is not None:
        now = timezone.now()
        with transaction.atomic():
            access.end_keys(request.application, helper=helper, now=now)
            helper.ended_at = now
            helper.save()
    return see(address(request, "access") + "#hilfe")


def change_language(request, key, value):
    """The language of letters and messages."""
    code = request.POST.get("sprache", "")
    if code in {language.code for language in registry.PUBLIC}:
        with transaction.atomic():
            Application.objects.filter(pk=request.application.pk).update(language=code)
            request.application.language = code
            letters.retell(request.application)
    return see(address(request, "access") + "#sprache")


ACTIONS = {
    "ersetzen": replace,
    "senden": send,
    "helfen": add_helper,
    "entfernen": remove_helper,
    "sprache": change_language,
}
