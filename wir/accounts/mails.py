"""What people are told about their own account: the invitation, and that their second factor was reset."""

from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from wir.accounts.invitation_link import link, secret_of
from wir.accounts.models import Invitation
from wir.languages import registry
from wir.languages.text import current
from wir.lib import formats
from wir.outbox import kinds
from wir.outbox.secrets import LINK
from wir.outbox.writing import Recipient, write


def secrets_of(message):
    """The link of the invitation that a message is about, while it opens something."""
    found = Invitation.objects.open(timezone.now()).filter(pk=message.about_id).first()
    secret = found and secret_of(found)
    return {LINK: link(secret)} if secret else {}


def example_invitation():
    """An account that exists nowhere, to look at the message with."""
    until = formats.long_date(date(2027, 3, 18), current().locale)
    return {"link": LINK, "until": until, "login": "vorname.nachname"}


INVITATION = kinds.register(
    kinds.Kind(
        "account_invitation",
        "Einladung zu einem Konto",
        secrets=secrets_of,
        sealed=True,  # whoever holds the link chooses the password of the account
        retention_days=30,
        example=example_invitation,
    )
)
FACTOR_RESET = kinds.register(
    kinds.Kind(
        "factor_reset",
        "Zweiter Faktor zurückgesetzt",
        example=lambda: {"link": f"{settings.SITE_URL}/konto/login/"},
    )
)


def recipient(user):
    return Recipient(name=str(user), language=user.language, mail=user.email, user=user)


def invite(invitation, *, by, now):
    user = invitation.user
    language = registry.find(user.language) or registry.SOURCE
    context = {
        "link": LINK,
        "until": formats.long_date(timezone.localdate(invitation.valid_until), language.locale),
        "login": user.username,
    }
    key = f"account-invitation-{invitation.pk}"
    return write(INVITATION, recipient(user), context=context, about=invitation, key=key, by=by, now=now)


def tell_of_reset(reset, *, by, now):
    context = {"link": settings.SITE_URL + reverse("account_login")}
    key = f"factor-reset-{reset.pk}"
    return write(FACTOR_RESET, recipient(reset.user), context=context, about=reset, key=key, by=by, now=now)
