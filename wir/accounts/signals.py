"""What Django and allauth tell of signing in, passwords, factors and the admin's forms, into the log.

These signals come from outside; between our own apps there are none.
"""

import json

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed, authenticator_added, authenticator_removed, authenticator_reset
from django.apps import apps
from django.contrib import messages
from django.contrib.admin.models import ADDITION, DELETION, LogEntry
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Q
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

from wir.accounts import factor, sessions
from wir.accounts.audit import Action, record
from wir.accounts.models import User

WAYS = {"password": "Passwort", "socialaccount": "Anmeldung der Stadt", "mfa": "zweiter Faktor"}
TYPES = {"totp": "Code-App", "webauthn": "Passkey", "recovery_codes": "Wiederherstellungscodes"}


@receiver(user_logged_in, dispatch_uid="wir.accounts.signed_in")
def signed_in(sender, request, user, **kwargs):
    now = timezone.now()
    session = getattr(request, "session", None)
    if session is None:
        return
    sessions.begin(session, now)
    used = get_authentication_records(request, user)
    detail = ", ".join(dict.fromkeys(way_of(each) for each in used))
    record(by=user, action=Action.SIGNED_IN, now=now, detail=detail, request=request)
    by_code = any(each.get("type") == Authenticator.Type.RECOVERY_CODES for each in used)
    if by_code and factor.has_few_codes(user) and hasattr(request, "_messages"):
        left = factor.codes_left(user)
        messages.warning(
            request,
            f"Sie haben noch {left} Wiederherstellungscode{'s' if left != 1 else ''}. "
            "Bitte machen Sie unter „Zweiter Faktor“ neue, und drucken Sie sie aus.",
        )


def way_of(authentication):
    kind = authentication.get("type", "")
    return TYPES.get(kind) or WAYS.get(authentication.get("method", ""), "")


@receiver(user_logged_out, dispatch_uid="wir.accounts.signed_out")
def signed_out(sender, request, user, **kwargs):
    if user is not None:
        record(by=user, action=Action.SIGNED_OUT, now=timezone.now(), request=request)


@receiver(user_login_failed, dispatch_uid="wir.accounts.refused")
def refused(sender, credentials, request=None, **kwargs):
    """What was typed as a name stays out: people type their password there. Only an account that exists is named."""
    typed = credentials.get("username") or credentials.get("email") or ""
    meant = User.objects.filter(Q(username__iexact=typed) | Q(email__iexact=typed)).first() if typed else None
    record(by=None, action=Action.SIGN_IN_FAILED, thing=meant, now=timezone.now(), detail="Passwort", request=request)


@receiver(authentication_failed, dispatch_uid="wir.accounts.refused_factor")
def refused_factor(sender, request, user, **kwargs):
    detail = WAYS["mfa"]
    record(by=None, action=Action.SIGN_IN_FAILED, thing=user, now=timezone.now(), detail=detail, request=request)


@receiver([password_changed, password_set, password_reset], dispatch_uid="wir.accounts.password")
def password_is_new(sender, request, user, **kwargs):
    """Other sessions end by themselves: Django binds a session to the password."""
    record(by=user, action=Action.PASSWORD, thing=user, now=timezone.now(), request=request)


def factor_is_new(word):
    def tell(sender, request, user, authenticator, **kwargs):
        detail = f"{TYPES.get(authenticator.type, '')} {word}".strip()
        record(by=user, action=Action.FACTOR, thing=user, now=timezone.now(), detail=detail, request=request)
        sessions.end_others(request, user)

    return tell


for signal, word in (
    (authenticator_added, "eingerichtet"),
    (authenticator_removed, "entfernt"),
    (authenticator_reset, "neu gemacht"),
):
    signal.connect(factor_is_new(word), weak=False, dispatch_uid=f"wir.accounts.factor.{word}")


@receiver(post_save, sender=LogEntry, dispatch_uid="wir.accounts.admin_form")
def admin_form(sender, instance, created, raw=False, **kwargs):
    """Django's own log of the admin's forms, told again where nobody changes it: which fields, never their words."""
    if not created or raw or instance.content_type_id is None:
        return
    model = instance.content_type
    found = apps.get_registered_model(model.app_label, model.model) if model.model_class() else None
    thing = found(pk=instance.object_id) if found else None
    if thing is not None and found is User:
        thing = User.objects.filter(pk=instance.object_id).first() or thing
    record(by=instance.user, action=Action.CHANGED, thing=thing, now=instance.action_time, detail=fields_of(instance))


def fields_of(entry):
    if entry.action_flag in (ADDITION, DELETION):
        return "hinzugefügt" if entry.action_flag == ADDITION else "gelöscht"
    try:
        told = json.loads(entry.change_message or "[]")
    except ValueError:
        return ""
    names = [str(name) for each in told if isinstance(each, dict) for name in each.get("changed", {}).get("fields", ())]
    return ", ".join(dict.fromkeys(names))
