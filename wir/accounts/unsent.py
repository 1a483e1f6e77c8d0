"""What somebody of the office sent from a page of a session that had ended: kept until she has signed in again, so that
no word she typed is lost (WCAG 2.2, 2.2.5 Re-authenticating).

It lies in the session of the browser that sent it, opens for nobody but her, and goes when it was sent or dropped, or
with the session. Files and secrets are not kept.
"""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.template.response import TemplateResponse
from django.urls import reverse

KEY = "unsent"
ARRIVED = (200, 302, 303, 409, 422)  # it was taken, or its page is there again with everything in it
OFFICE = "/admin/"
SECRETS = ("csrfmiddlewaretoken", "password")


def read(request):
    """The form as it was sent, to be kept; None where there is none, or where somebody else's page sent it."""
    if request.method != "POST" or not request.path_info.startswith(OFFICE):
        return None
    if CsrfViewMiddleware(lambda asked: None).process_view(request, None, (), {}) is not None:
        return None
    return form_of(request)


def is_from_before(request):
    """A form of the office whose token is of an earlier session: the browser says that a page of ours sent it."""
    own = f"{request.scheme}://{request.get_host()}"
    in_office = request.path_info.startswith(OFFICE) and request.headers.get("Origin") == own
    return in_office and request.user.is_authenticated


def form_of(request):
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(secret in name for secret in SECRETS)
    ]
    files = [each.name for _name, sent in request.FILES.lists() for each in sent]
    return {"user": request.user.pk, "path": request.get_full_path(), "fields": fields, "files": files}


def keep(request, form):
    """Into the session in which she will sign in."""
    request.session[KEY] = form


def sent_again(request):
    """The kept form that this request sends once more; None where it sends nothing of the kind."""
    form = request.session.get(KEY)
    return form if form and request.method == "POST" and request.get_full_path() == form["path"] else None


def forget(request, form, response):
    """Once it has arrived; not where it was kept anew."""
    if form and request.session.get(KEY) is form and response.status_code in ARRIVED:
        del request.session[KEY]


def show(site, request):
    """What was typed, to read, to send once more or to drop. Raises Http404 where nothing of this person is kept."""
    form = request.session.get(KEY)
    if not form or form["user"] != request.user.pk:
        raise Http404
    if request.method == "POST":
        del request.session[KEY]
        messages.success(request, "Verworfen. Nichts davon ist noch da.")
        return HttpResponseRedirect(reverse("admin:index"))
    typed = [value for _name, value in form["fields"] if len(value.split()) > 1]
    context = {"title": "Noch nicht gesendet", "form": form, "typed": typed}
    return TemplateResponse(request, "admin/accounts/unsent.html", site.each_context(request) | context)
