"""The second factor: who has one, and when the back office opens."""

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Exists, OuterRef

Type = Authenticator.Type
FACTORS = (Type.TOTP, Type.WEBAUTHN)  # recovery codes alone are no factor
FEW_CODES = 3
BY_PROVIDER = "second_factor_of_provider"  # in the session: the city's sign-in asked for one


def has_factor(user):
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def with_factor():
    """An annotation for lists of accounts."""
    return Exists(Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS))


def may_enter(request):
    """The rule of the door: a second factor, the portal's own or one that the city's sign-in has just asked for. In the
    demo, and only there, accounts enter without."""
    return settings.DEMO or bool(request.session.get(BY_PROVIDER)) or has_factor(request.user)


def codes_left(user):
    """Recovery codes that still open the account; None where there are none to be used up."""
    row = Authenticator.objects.filter(user_id=user.pk, type=Type.RECOVERY_CODES).first()
    return None if row is None else len(row.wrap().get_unused_codes())


def has_few_codes(user):
    left = codes_left(user)
    return left is not None and left <= FEW_CODES
