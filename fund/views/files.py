"""The page of a case's files, and the only two ways to a content: the case's own key, and the right of staff."""

from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse, UnreadablePostError
from django.shortcuts import get_object_or_404, render
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from fund import casefiles, filetypes, gate, saving, tasklist
from fund.actors import REVIEW
from fund.desk.access import VIEW, check_may, is_withheld
from fund.models import Application, CaseFile
from fund.questions import FILES
from fund.uploads import TooMuch, received
from fund.views.case_page import case_page
from fund.views.form import case_context, see
from wir import limits
from wir.accounts.audit import Action, record
from wir.languages.page import Page
from wir.languages.text import current
from wir.lib.formats import file_size
from wir.lib.keys import key_in
from wir.lib.workflow import Refused

SECTION = FILES.key
# Looking into a file costs seconds, keeping it costs disk: so many from one address, and in one case
FROM_ADDRESS, IN_CASE = "200/h", "60/h"


# The applicant's page -------------------------------------------------------------------------------------------------


@case_page
@require_http_methods(["GET", "HEAD", "POST"])
def files(request, key):
    """What has been handed in, with a form for more; every file is kept the moment it arrives."""
    if request.method != "POST":
        return page(request)
    if request.content_type != "multipart/form-data":
        return change(request)
    return receive(request)


def receive(request):
    application, now = request.application, timezone.now()
    try:
        sent = received(request, "datei")
    except TooMuch:
        reason = _("These files are too big to send together. Please send them one by one.")
        return page(request, errors=[("", reason)], status=413)
    except UnreadablePostError:  # the connection broke off; nobody reads the answer
        return HttpResponse(status=400)
    if not sent:
        return page(request, errors=[("", _("Please choose a file first."))], status=422)
    if not may_send(request, len(sent)):
        return page(request, errors=[("", _("Please wait a little"))], status=429)
    try:
        added = casefiles.add(application, sent, section=SECTION, by=request.actor, now=now)
    except Refused as refused:
        return page(request, errors=[("", reason) for reason in refused.reasons], status=422)
    if added.refused:
        return page(request, errors=added.refused, arrived=len(added.kept), status=422)
    return back(request, f"angekommen={len(added.kept)}")


def may_send(request, number):
    """Count these files; False where it were too many within an hour."""
    limited = (("file", limits.address(request), FROM_ADDRESS), ("file_of_case", request.application.pk, IN_CASE))
    return all([limits.allow(*each) for each in limited for _file in range(number)])


def change(request):
    """Remove a file, put back the one that was removed last, or say that everything stays as it is."""
    now = timezone.now()
    try:
        if "bleibt" in request.POST:
            saving.stays(request.application, SECTION, now=now)
            return see(reverse("fund:case", args=[request.secret]))
        if "zurueck" in request.POST:
            casefiles.restore(request.application, number(request.POST["zurueck"]), section=SECTION, now=now)
            return back(request)
        file = casefiles.remove(request.application, number(request.POST.get("entfernen")), section=SECTION, now=now)
    except Refused as refused:
        return page(request, errors=[("", reason) for reason in refused.reasons], status=422)
    except saving.NotWritable:
        return page(request, errors=[("", casefiles.CLOSED)], status=422)
    return back(request, f"entfernt={file.pk}" if file else "")


def number(text):
    """A row's number out of a form; 0, which no row has, for anything else."""
    return key_in(text) or 0


def back(request, query=""):
    address = reverse("fund:files", args=[request.secret])
    return see(f"{address}?{query}" if query else address)


def page(request, *, errors=(), arrived=0, status=200):
    """errors: [(name of a file or "", sentence)]."""
    application = request.application
    rows = list(application.files.all())
    kept = [each for each in rows if each.removed_at is None]
    removed = number(request.GET.get("entfernt"))
    title = str(FILES.title)
    section = tasklist.requested_sections(application).get(SECTION)
    context = case_context(request, _("Error: %(title)s") % {"title": title} if errors else title) | {
        "heading": title,
        "section": section,
        "files": [(each, file_size(each.size, current().locale)) for each in kept],
        "removed": next((each for each in rows if each.removed_at and each.pk == removed), None),
        "is_open": section is not None or application.state == Application.State.DRAFT,
        "is_full": len(kept) >= casefiles.MAX_FILES,
        "errors": [(name, str(reason)) for name, reason in errors],
        "arrived": arrived or min(number(request.GET.get("angekommen")), casefiles.MAX_FILES),
        "accept": filetypes.ACCEPT,
        "most": casefiles.MAX_FILES,
        "megabytes": filetypes.MAX_FILE // filetypes.MEGABYTE,
        "total": casefiles.MAX_TOTAL // filetypes.MEGABYTE,
    }
    return render(request, "fund/form/files.html", context, status=status)


# A content ------------------------------------------------------------------------------------------------------------


@case_page
@require_safe
def file(request, key, pk):
    """For whoever holds a key of the very case; of a case of somebody else there is nothing to be found here."""
    found = get_object_or_404(request.application.files.kept(), pk=pk)
    if not found.is_safe:
        title = _("This file cannot be opened now")
        context = {"page": Page(title=title, indexed=False), "file": found, "secret": request.secret}
        return render(request, "fund/form/file_closed.html", context, status=409)
    return delivered(found)


def urls(site):
    """The staff's address of a content, in one admin site."""

    @require_safe
    def view(request, pk):
        return staff_file(site, request, pk)

    return [path("antraege/dateien/<int:pk>/", site.admin_view(view), name="fund_file")]


def staff_file(site, request, pk):
    """For staff who may see applications: what was handed in, never what an applicant is still writing."""
    cases = files_for(request.user)
    found = get_object_or_404(CaseFile.objects.filter(application__in=cases).select_related("application"), pk=pk)
    if not casefiles.handed_in(found.application).filter(pk=pk).exists():
        raise Http404
    if request.user.has_perm(VIEW) and is_withheld(request.user, found.application):  # the other way is gate.readable
        raise Http404
    unscanned = found.scan == CaseFile.Scan.UNSCANNED and "ungeprueft" not in request.GET
    if not found.is_safe or unscanned:
        context = site.each_context(request) | {"title": f"Datei: {found.name}", "file": found}
        return TemplateResponse(request, "admin/fund/file.html", context, status=200 if found.is_safe else 409)
    what = {"thing": found, "reference": found.application.reference, "detail": f"Datei {found.pk}"}
    record(by=request.user, action=Action.DOWNLOADED, now=timezone.now(), request=request, **what)
    return delivered(found)


def files_for(user):
    """The cases whose files somebody may open: the office all that were handed in (but `is_withheld`), a member those
    that are open to her.
    Raises PermissionDenied."""
    if user.has_perm(VIEW):
        return Application.objects.handed_in()
    check_may(user, REVIEW)
    return gate.readable(user, timezone.now())


def delivered(file):
    """The content as something to save, never to run: whatever a browser thinks it sees in it."""
    try:
        content = casefiles.content(file)
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(content, content_type=filetypes.SERVED_AS[file.kind])
    response["Content-Disposition"] = disposition(file)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store, private"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Content-Encoding"] = "identity"  # packing a packed file takes time and its length away
    return response


def disposition(file):
    """The name in both forms of RFC 6266: old phones know only ASCII, and get the file's number."""
    plain = f"Datei-{file.pk}.{file.kind}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.name, safe='')}"
