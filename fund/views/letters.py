"""Letters outside of the office: the applicant's own as page and PDF, and for anybody whether a letter is genuine."""

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from fund import agreements, letter_paper, saving, takeout
from fund.models import Application, Letter
from fund.views.case import frame, see, texts_of
from fund.views.case_page import case_page, private
from strategy.models import Contact
from wir import limits
from wir.languages.page import Page
from wir.lib import codes

# Wrong codes from one address; right ones always get their answer, as for the codes of cases
GUESSES = "60/h"
LONGEST = 200  # signs of what is typed that are shown again
FETCHED = "60/h"  # papers of one case


# The applicant's own --------------------------------------------------------------------------------------------------


def letter_or_404(request, pk):
    released = takeout.letters(request.application).select_related("decision__application")
    return get_object_or_404(released, pk=pk)


@case_page
@require_safe
def letter(request, key, pk):
    """One letter in both languages side by side, to read and print."""
    found = letter_or_404(request, pk)
    waits = agreements.waiting_of(request.application)
    context = frame(
        request,
        _("Our letter to you"),
        letter=texts_of(found),
        check=letter_paper.check_address(),
        confirm_by=waits.due if waits and waits.decision_id == found.decision_id else None,
    )
    return render(request, "fund/case/letter_page.html", context)


@case_page
@require_safe
def paper(request, key, pk):
    """The PDF as it was made when the letter was released, the same bytes each time."""
    found = letter_or_404(request, pk)
    if not limits.allow("letter_paper", request.application.pk, FETCHED):
        return HttpResponseRedirect(reverse("fund:letter", args=[request.secret, pk]))
    return paper_or_404(found)


def paper_or_404(letter):
    """The kept paper; of a letter from before papers were kept there is none."""
    try:
        return given(*letter_paper.kept(letter))
    except (FileNotFoundError, ValueError):
        raise Http404 from None


def given(document, kind, name):
    response = HttpResponse(document, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


# Is it genuine? -------------------------------------------------------------------------------------------------------


@csrf_exempt  # no cookie and nothing that is changed: whoever has the paper may ask
@require_http_methods(["GET", "HEAD", "POST"])
def check(request):
    """The code of a letter, typed; the answer has an address of its own."""
    if request.method != "POST":
        return private(check_page(request))
    typed = request.POST.get("code", "")
    code = codes.normalised(typed)
    if len(code) == letter_paper.LENGTH:
        return private(see(reverse("fund:letter_checked", args=[codes.group(code).lower()])))
    status = 422 if guessed(request) else 429
    return private(check_page(request, typed=saving.cleaned(typed)[:LONGEST], status=status))


@require_safe
def checked(request, code):
    """That the letter is ours, which one, from when and from whom; what stands in it nobody learns here."""
    typed, code = code, codes.normalised(code)
    if len(code) != letter_paper.LENGTH:
        found = None
    else:
        found = Letter.objects.filter(code=code, released_at__isnull=False)
        found = found.exclude(decision__application__state=Application.State.ERASED)
        found = found.select_related("decision__application").first()
    if found is None:
        status = 404 if guessed(request) else 429
        return private(check_page(request, typed=saving.cleaned(typed)[:LONGEST], status=status))
    contact = Contact.objects.on(timezone.localdate(found.released_at))
    context = {
        "page": Page(title=_("This letter is genuine"), indexed=False, trail=trail()),
        "reference": found.decision.application.reference,
        "sample": found.decision.application.sample,
        "at": found.released_at,
        "issuer": contact.office if contact else "",
        "digest": codes.group(found.digest[: letter_paper.SHOWN]),
        "shown": letter_paper.SHOWN,
    }
    return private(render(request, "fund/letter/genuine.html", context))


def guessed(request):
    """Count a wrong code; False where this address has tried too many."""
    return limits.allow("letter_code", limits.address(request), GUESSES)


def trail():
    return [(reverse("fund:page"), pgettext("navigation", "The fund"))]


def check_page(request, *, typed="", status=200):
    title = _("Is this letter genuine?")
    shown = title if status == 200 else _("Error: %(title)s") % {"title": title}
    context = {
        "page": Page(title=shown, indexed=False, trail=trail()),
        "heading": title,
        "typed": typed,
        "status": status,
    }
    return render(request, "fund/letter/check.html", context, status=status)
