"""The secret that opens a case: a link and, with the same signs, a printable code.

Nothing that could open a case is stored. A key row holds a nonce and the digest of the secret; the secret itself is
worked out of the nonce with the portal's own key (HMAC-SHA-256), so that a mail can carry it at the moment it leaves,
and a copy of the database alone opens nothing. 16 signs of an alphabet of 30 are 78 bits; guesses are counted
(fund/views/case.py) and any wrong secret gets the same answer.
"""

import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from fund.models import AccessKey, Application
from wir.lib import codes

LENGTH = 16


def digest(secret):
    return hashlib.sha256(secret.encode()).hexdigest()


def derived(nonce, secret_key):
    return codes.derived_code(secret_key.encode(), f"fund.access.{nonce}", LENGTH)


def make_key(application, *, helper=None, now, nonce=None):
    """(the new key, its secret). A key that was there before opens nothing any more, neither does one of a case that
    was put together with this one: it leads here.

    nonce: given where a second try must lead to the same key; IntegrityError where it was used.
    """
    with transaction.atomic():
        application.keys.filter(helper=helper, ended_at__isnull=True).update(ended_at=now)
        if helper is None:
            end_merged(application, now)
        nonce = nonce or secrets.token_urlsafe(32)
        secret = derived(nonce, settings.SECRET_KEY)
        key = AccessKey.objects.create(
            application=application, helper=helper, nonce=nonce, digest=digest(secret), made_at=now
        )
    return key, secret


def end_merged(application, now):
    """Keys of applicants whose cases go on in this one, whatever the number of steps between."""
    into = {application.pk}
    while into := set(Application.objects.filter(merged_into__in=into).values_list("pk", flat=True)):
        AccessKey.objects.filter(application__in=into, helper=None, ended_at__isnull=True).update(ended_at=now)


def end_keys(application, *, helper=None, now):
    """All keys of a case, or those of one helper, open nothing from now on."""
    keys = application.keys.filter(ended_at__isnull=True)
    (keys.filter(helper=helper) if helper else keys).update(ended_at=now)
    if helper is None:
        end_merged(application, now)


def find_key(text):
    """The key that a link or a typed code opens; None for anything else, whatever the reason."""
    secret = codes.normalised(text)
    if len(secret) != LENGTH:
        return None
    return (
        AccessKey.objects.filter(digest=digest(secret), ended_at__isnull=True)
        .exclude(application__state=Application.State.ERASED)
        .select_related(
            "application",
            "application__rule_set",
            "application__revision",
            "application__year",
            "application__call__year",
            "helper",
        )
        .first()
    )


def secret_of(key):
    """The secret of a key, None where the portal's own key has changed since (SECRET_KEY_FALLBACKS helps)."""
    for secret_key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        secret = derived(key.nonce, secret_key)
        if digest(secret) == key.digest:
            return secret
    return None


def link(secret, language_code):
    """The whole address of the case in a language."""
    with translation.override(language_code):
        return settings.SITE_URL + reverse("fund:case", args=[secret.lower()])
