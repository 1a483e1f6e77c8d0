"""Plain functions that make accounts, give them a second factor and sign them in as a person does."""

import re
import time
from datetime import UTC, datetime

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import Group

from wir.accounts.models import AuditEntry, User
from wir.outbox.models import Message
from wir.outbox.secrets import filled

PASSWORD = "Regenschirm-am-Maschsee-31"
NOON = datetime(2026, 11, 26, 11, tzinfo=UTC)  # noon in Hannover


def create_account(name="mira", groups=("Redaktion",), **values):
    """An account of staff that is no demo account."""
    facts = {"email": f"{name}@stadt.example", "password": PASSWORD, "is_staff": True}
    user = User.objects.create_user(**{"username": name} | facts | values)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def give_factor(user):
    """A code app; returns a function that tells the code of this moment."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return lambda: format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def give_codes(user):
    return RecoveryCodes.activate(user).get_unused_codes()


def sign_in(client, login="mira", password=PASSWORD, **extra):
    return client.post("/konto/login/", {"login": login, "password": password, **extra})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def logged(action, **values):
    """[(who, about whom, detail)] of the log, the oldest first."""
    found = AuditEntry.objects.filter(action=action, **values).order_by("at", "pk")
    return [(each.by_name, each.thing, each.detail) for each in found]


def link_of(user):
    """The path of the newest invitation's link, as it stands in the mail that leaves."""
    message = Message.objects.filter(kind="account_invitation", user=user).order_by("-pk").first()
    return re.search(r"/konto/einladung/[a-z0-9]+/", filled(message)[0])[0]
