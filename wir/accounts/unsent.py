"""What somebody of the office sent from a page of a session that had ended: kept until she has signed in again, so that
no word she typed is lost (WCAG 2.2, 2.2.5 Re-authenticating).

It lies in the session of the browser that sent it, opens for nobody but her, and goes when it was sent or dropped, or
with the session. Files and secrets are not kept.
"""

from secrets import token_hex

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.template.response import TemplateResponse
from django.urls import reverse

KEY, MARK = "unsent", "nicht_gesendet"  # in the session; the field that names the form in what is sent again
MOST = 10  # forms of one person, the newest ones
ARRIVED = (200, 302, 303, 409, 422)  # it was taken, or its page is there again with everything in it
OFFICE = "/admin/"
SECRETS = ("csrfmiddlewaretoken", "password", "iban", "payee", MARK)


# Keeping --------------------------------------------------------------------------------------------------------------


def read(request, user):
    """The form as this person sent it, to be kept; None where there is none, or where somebody else's page sent it."""
    if request.method != "POST" or not request.path_info.startswith(OFFICE):
        return None
    if CsrfViewMiddleware(lambda asked: None).process_view(request, None, (), {}) is not None:
        return None
    return form_of(request, user)


def is_from_before(request):
    """A form of the office whose token is of an earlier session: the browser says that a page of ours sent it."""
    own = f"{request.scheme}://{request.get_host()}"
    in_office = request.path_info.startswith(OFFICE) and request.headers.get("Origin") == own
    return in_office and request.user.is_authenticated


def form_of(request, user, *, is_hers=True):
    """is_hers: she was signed in when she sent it. Otherwise the page may have been opened by somebody else before."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if not any(secret in name for secret in SECRETS)
    ]
    files = [each.name for _name, sent in request.FILES.lists() for each in sent]
    path = request.get_full_path()
    return {"mark": token_hex(8), "user": user, "is_hers": is_hers, "path": path, "fields": fields, "files": files}


def kept(session, user=None):
    """The forms of one person; of whoever was here last where nobody is named."""
    return [form for form in session.get(KEY, ()) if user in (None, form["user"])]


def keep(session, forms):
    """In the session in which she will sign in."""
    session.pop(KEY, None)
    if forms:
        session[KEY] = forms[-MOST:]


def add(request, form):
    keep(request.session, [*kept(request.session), form])
    return HttpResponseRedirect(reverse("admin:unsent"))


# Sending again --------------------------------------------------------------------------------------------------------


def forget_what_arrived(request, response):
    """The form that this request sent once more."""
    mark = request.POST.get(MARK) if request.method == "POST" and KEY in request.session else None
    if mark and response.status_code in ARRIVED and response.get("Location") != reverse("admin:unsent"):
        forget(request.session, mark)


def forget(session, mark):
    keep(session, [form for form in kept(session) if form["mark"] != mark])


def show(site, request):
    """What was typed, to read, to send once more or to drop."""
    forms = kept(request.session, request.user.pk)
    if request.method == "POST":
        found = next((form for form in forms if form["mark"] == request.POST.get("verwerfen")), None)
        if found is None:
            raise Http404
        forget(request.session, found["mark"])
        messages.success(request, "Verworfen. Nichts davon ist noch da.")
        return HttpResponseRedirect(reverse("admin:unsent" if len(forms) > 1 else "admin:index"))
    if not forms:
        return HttpResponseRedirect(reverse("admin:index"))
    shown = [form | {"typed": [value for _name, value in form["fields"] if len(value.split()) > 1]} for form in forms]
    context = {"title": "Noch nicht gesendet", "forms": shown, "mark": MARK}
    return TemplateResponse(request, "admin/accounts/unsent.html", site.each_context(request) | context)
