"""The secret of an invitation's link: worked out of a stored nonce with the portal's own key (HMAC-SHA-256).

So the mail can carry it at the moment it leaves, and the database holds nothing that opens an account.
"""

import hashlib

from django.conf import settings
from django.urls import reverse

from wir.lib import codes

LENGTH = 32  # signs of an alphabet of 30: 157 bits


def digest(secret):
    return hashlib.sha256(secret.encode()).hexdigest()


def derived(nonce, key):
    return codes.derived_code(key.encode(), f"accounts.invitation.{nonce}", LENGTH)


def secret_of(invitation):
    """The secret of an invitation, None where the portal's own key has changed since (SECRET_KEY_FALLBACKS helps)."""
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        secret = derived(invitation.nonce, key)
        if digest(secret) == invitation.digest:
            return secret
    return None


def link(secret):
    return settings.SITE_URL + reverse("invitation", args=[secret.lower()])
