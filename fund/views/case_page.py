"""The frame of every page of a case: whoever has its secret opens it, and nobody else learns that there is one.

These pages are never stored, indexed or named to another site. They need no cookie and so no CSRF token: the address
itself is the secret that a foreign site does not have, and old phones without cookies can apply.
"""

from functools import wraps

from django.http import Http404, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from fund import access, merging
from fund.actors import with_key
from wir import limits
from wir.languages.page import Page

# Wrong secrets from one address, in links and typed. Right ones always open: people of a shelter share one address, and
# whoever guesses there must not lock out the others. Against 78 bits no number of guesses helps.
GUESSES = "300/h"


def case_page(view):
    """Calls view(request, key, …) with the key the secret opens; sets request.key, .application and .actor.

    Unknown, replaced, ended and mistyped secrets get one and the same answer, as 429 where an address tries too many.
    """

    @csrf_exempt
    @wraps(view)
    def page(request, secret, *args, **kwargs):
        return private(answer(view, request, secret, args, kwargs))

    return page


def answer(view, request, secret, args, kwargs):
    key = access.find_key(secret)
    if key is None:
        return gone(request, status=404 if guessed(request) else 429)
    if key.application.merged_into_id:
        return led_on(request, key)
    canonical = access.secret_of(key)
    canonical = canonical.lower() if canonical else secret
    if secret != canonical and request.method in ("GET", "HEAD"):
        return HttpResponseRedirect(own_address(request, canonical))
    request.key, request.application, request.actor = key, key.application, with_key(key)
    request.secret = canonical
    try:
        return view(request, key, *args, **kwargs)
    except Http404:  # answered here, so that this answer too is private
        return gone(request)


def led_on(request, key):
    """The link of a case that was put together with another one leads to that, whatever page it asked for."""
    secret = merging.secret_of_surviving(key.application)
    if secret is None:
        return gone(request)
    response = HttpResponseRedirect(reverse("fund:case", args=[secret.lower()]))
    response.status_code = 303
    return response


def own_address(request, secret):
    """This page under its one right address: small letters, no dashes."""
    match = request.resolver_match
    target = reverse(match.view_name, kwargs=match.kwargs | {"secret": secret})
    query = request.META.get("QUERY_STRING", "")
    return f"{target}?{query}" if query else target


def gone(request, status=404):
    """The one answer to everything that opens nothing."""
    page = Page(title=_("This link opens no application"), indexed=False)
    return render(request, "fund/form/gone.html", {"page": page, "status": status}, status=status)


def private(response):
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response


def guessed(request):
    """Count a wrong secret; False where this address has tried too many."""
    return limits.allow("case_code", limits.address(request), GUESSES)
