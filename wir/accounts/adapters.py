"""Sign-in for staff: nobody signs up by themselves, neither here nor through the city's OpenID Connect."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.urls import reverse


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


class CityAccountAdapter(DefaultSocialAccountAdapter):
    """The city's sign-in opens accounts that staff have made, found by their mail address; it makes none."""

    def is_open_for_signup(self, request, sociallogin):
        return False
