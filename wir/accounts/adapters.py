"""Sign-in for staff: nobody signs up by themselves, neither here nor through the city's OpenID Connect."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.shortcuts import render
from django.urls import reverse

from wir import limits
from wir.accounts import factor, oidc
from wir.accounts.too_many import too_many

UNKNOWN, UNVERIFIED, UNSURE = "unknown", "unverified", "unsure"


class StaffAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def get_login_redirect_url(self, request):
        if request.user.is_staff:
            return reverse("admin:index")
        return super().get_login_redirect_url(request)

    def pre_login(self, request, user, **kwargs):
        """Demo accounts end with the demo, whichever way somebody signs in."""
        if user.is_demo and not settings.DEMO:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request, user, *, signal_kwargs, **kwargs):
        """What the city's sign-in asked for counts for this session only."""
        if oidc.asked_second_factor(signal_kwargs):
            request.session[factor.BY_PROVIDER] = True
        return super().post_login(request, user, signal_kwargs=signal_kwargs, **kwargs)

    def get_login_stages(self):
        ours = {"allauth.mfa.stages.AuthenticateStage": "wir.accounts.oidc.SecondFactorStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def get_client_ip(self, request):
        """The same address that the portal's own limits count (wir/limits.py)."""
        return limits.address(request) or "0.0.0.0"  # noqa: S104 - "unknown" in a column that wants an address

    def validation_error(self, code, *args):
        """Too many tries are told on a page of their own, with the time from which on it goes again."""
        if code == "too_many_login_attempts":
            raise ImmediateHttpResponse(too_many(context.request))
        return super().validation_error(code, *args)


class CityAccountAdapter(DefaultSocialAccountAdapter):
    """The city's sign-in opens accounts that staff have made, found by their mail address; it makes none."""

    def is_open_for_signup(self, request, sociallogin):
        return False

    def pre_social_login(self, request, sociallogin):
        """Whoever is not let in reads why, in one sentence. Raises ImmediateHttpResponse with that page."""
        reason = self.refusal(request, sociallogin)
        if reason:
            raise ImmediateHttpResponse(render(request, "account/city_refused.html", {"reason": reason}, status=403))

    def refusal(self, request, sociallogin):
        if not oidc.answer_is_ours(request, sociallogin):
            return UNSURE
        if sociallogin.is_existing or sociallogin.state.get("process") == AuthProcess.CONNECT:
            return ""
        return UNKNOWN if oidc.verified_mail(sociallogin) else UNVERIFIED

    def authenticate_by_email(self, sociallogin):
        """Only an address that the provider itself has verified, with the word true and no other."""
        return super().authenticate_by_email(sociallogin) if oidc.verified_mail(sociallogin) else None
