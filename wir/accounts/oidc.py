"""The city's OpenID Connect: what an answer must hold before it opens an account.

allauth checks state, PKCE, issuer, audience and the time. Added here: the nonce, which binds the answer to this very
sign-in (OpenID Connect Core 3.1.2.1), the subject of the second answer (5.3.2), the verified address, and the second
factor that the provider asked for (`amr`, RFC 8176).
"""

import secrets

from allauth.mfa.stages import AuthenticateStage
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from django.conf import settings
from django.utils.crypto import constant_time_compare

NONCE = "oidc_nonce"  # in the session


class CityProvider(OpenIDConnectProvider):
    """OpenID Connect with a nonce. Parameters of a link are not handed on: nobody else words the question."""

    package = OpenIDConnectProvider.get_package()  # where allauth finds its addresses

    def get_auth_params_from_request(self, request, action):
        request.session[NONCE] = secrets.token_urlsafe(24)
        return self.get_auth_params() | {"nonce": request.session[NONCE]}

    def get_scope_from_request(self, request):
        return self.get_scope()


class SecondFactorStage(AuthenticateStage):
    """The portal's own second factor; passed over where the provider has just asked for one and is trusted with it."""

    def _should_handle(self, request):
        return not asked_second_factor(self.login.signal_kwargs) and super()._should_handle(request)


def claims(sociallogin):
    """(the signed claims, what the provider says of the person)."""
    data = sociallogin.account.extra_data or {}
    token = data.get("id_token") or {}
    return token, data.get("userinfo") or token


def answer_is_ours(request, sociallogin):
    """Was this answer given to the question of this session, and do both halves speak of one person?"""
    token, person = claims(sociallogin)
    asked = request.session.pop(NONCE, "")
    if not asked or not constant_time_compare(str(token.get("nonce", "")), asked):
        return False
    return bool(token.get("sub")) and token["sub"] == person.get("sub", token["sub"])


def verified_mail(sociallogin):
    """The address the provider vouches for; "" where it does not say true."""
    _token, person = claims(sociallogin)
    return person.get("email") or "" if person.get("email_verified") is True else ""


def asked_second_factor(signal_kwargs):
    """Does the signed answer say that the provider asked for more than one factor?"""
    sociallogin = (signal_kwargs or {}).get("sociallogin")
    if sociallogin is None or not settings.OIDC_TRUSTS_SECOND_FACTOR:
        return False
    methods = claims(sociallogin)[0].get("amr")
    return isinstance(methods, list) and "mfa" in methods
