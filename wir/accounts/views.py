"""The page of an invitation. Opening it spends nothing; the form does."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from wir import limits
from wir.accounts import invitations
from wir.accounts.too_many import too_many
from wir.lib.workflow import Refused

TRIES = "30/5m"  # from one network, so that nobody guesses


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request, secret):
    """Choose a password, then set up a second factor. Whatever opens nothing gets one and the same answer (404)."""
    if not limits.allow("invitation", limits.address(request), TRIES):
        return sealed(too_many(request))
    now = timezone.now()
    found = invitations.find(secret, now)
    if found is None:
        return ended(request)
    form = SetPasswordForm(found.user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = invitations.accept(found, password=form.cleaned_data["new_password1"], now=now, request=request)
        except Refused:
            return ended(request)
        except ValidationError as error:
            form.add_error("new_password2", error)
        else:
            if request.user.is_authenticated:  # somebody else's browser
                logout(request)
            record_authentication(request, user, method="password")
            return sealed(perform_login(request, user, email_verification="none", redirect_url=reverse("mfa_index")))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "account": found.user, "until": found.valid_until}
    return sealed(render(request, "account/invitation.html", context, status=status))


def ended(request):
    return sealed(render(request, "account/invitation_ended.html", status=404))


def sealed(response):
    """Its address is a secret: no other site is told of it, nobody keeps it. Its form is sent to itself: without any
    referrer browsers send no origin either, and the form would be refused as a stranger's."""
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store, private"
    return response
