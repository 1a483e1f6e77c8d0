"""The page of a case, and what its applicant can do with it: answer, take back, open again, copy, delete, take along.

Everything about the state comes from `fund/steps.py`: nothing here looks at a state that the applicant may not know.
"""

from dataclasses import replace

from django.core.signing import BadSignature
from django.http import FileResponse, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fund import (
    agreements,
    bundle,
    copying,
    deciding,
    intake,
    known,
    mails,
    promise,
    saving,
    steps,
    takeout,
    talking,
    tasklist,
    telling,
)
from fund.actors import APPLICANT
from fund.copying import NothingOpen
from fund.filled import Filled
from fund.models import Acceptance, Application
from fund.questions import BY_KEY, FILES
from fund.views import form
from fund.views.case_page import case_page, private
from fund.workflow import blockers, perform
from wir import limits
from wir.languages import registry
from wir.languages.page import Page
from wir.languages.text import MarkedText, current, is_blank
from wir.lib import codes
from wir.lib.workflow import Refused

State = Application.State
DRAWN, PACKED = "30/h", "30/h"  # of one case; drawing a PDF and packing 40 MB take seconds
READ_AND_WRITE = require_http_methods(["GET", "HEAD", "POST"])


def address(request, name, *args):
    return reverse(f"fund:{name}", args=[request.secret, *args])


def see(target):
    """After a POST: reloading the page that follows sends nothing twice."""
    response = HttpResponseRedirect(target)
    response.status_code = 303
    return response


def trail(request):
    return [
        (reverse("fund:page"), pgettext("navigation", "The fund")),
        (address(request, "case"), _("Your application")),
    ]


def frame(request, title, *, errors=(), **context):
    """What every page of a case needs. errors: reasons, told at the top and in the page's title."""
    shown = _("Error: %(title)s") % {"title": title} if errors else title
    return context | {
        "page": Page(title=shown, indexed=False, trail=trail(request)),
        "heading": title,
        "application": request.application,
        "secret": request.secret,
        "is_own": request.key.helper_id is None,
        "errors": [str(reason) for reason in errors],
    }


# The page -------------------------------------------------------------------------------------------------------------


@case_page
@require_safe
def case(request, key):
    """A draft is its list of topics; what was handed in, the page that tells how far it is."""
    if request.application.state == State.DRAFT:
        return form.tasklist_page(request, key)
    return case_view(request)


def case_view(request, *, errors=(), status=200):
    application, now = request.application, timezone.now()
    seen = steps.seen_state(application)
    asked, told = open_question(application), takeout.steps_told(application)
    letter, earlier = letters_told(application, told)
    committee = telling.told(application, now)
    context = frame(
        request,
        _("Your application"),
        errors=errors,
        steps=steps.steps(application, timezone.localdate(now)),
        sentence=steps.sentence(application, timezone.localdate(now)),
        question=asked,
        committee=committee,
        letter=letter,
        earlier=earlier,
        confirm_by=confirm_by(application, seen) if request.key.helper_id is None else None,
        merged=application.merged.all(),
        summary=described(application) if seen in (State.BOARD_QUEUE, State.BOARD_MEETING) else [],
        place=deciding.place_of(application) if seen == State.WAITLISTED else None,
        payer=application.payer if seen == State.ACTIVE else "",
        accepted=agreements.accepted_of(application) if letter else None,
        messages_count=application.messages.count(),
        history=takeout.history(told),
        is_new=seen == State.SUBMITTED,
        can=what_can(request, seen, now),
        copy_token=copying.token(),
        **answer_of(application, seen, now, committee),
    )
    context["page"].trail = []
    return render(request, "fund/case/case.html", context, status=status)


def answer_of(application, seen, now, committee=None):
    """When an answer comes, while there is still something to wait for; where a session is told, its day says it."""
    if committee or seen not in Application.OPEN or seen in (State.INFO_REQUESTED, State.WAITLISTED, State.APPROVED):
        return {"answer_by": None, "answer_kind": ""}
    day, kind = promise.answer_by(application, now)
    return {"answer_by": day, "answer_kind": kind, "is_late": day is not None and day < timezone.localdate(now)}


def open_question(application):
    """What staff asked, each section with how far its answer is; None where nothing is open.

    With another amount a section may be needed no more, and `new` holds the topics that are needed since.
    """
    if application.state != State.INFO_REQUESTED:
        return None
    request = application.change_requests.filter(answered_at__isnull=True, closed_at__isnull=True)
    request = request.prefetch_related("sections").first()
    if request is None:
        return None
    filled = Filled(application)
    needed = {step.key for step in filled.steps}
    sections = [
        {
            "key": each.section,
            "is_files": each.section == FILES.key,
            "title": BY_KEY[each.section].title if each.section in BY_KEY else each.section,
            "text": as_read_here(mails.written(application, each.text, each.translation)),
            "is_needed": each.section in needed,
            "state": "stays" if each.unchanged else "changed" if each.touched_at else "open",
        }
        for each in request.sections.all()
    ]
    texts = [each["text"] for each in sections]
    asked = {each["key"] for each in sections}
    new = [
        (step, tasklist.state_of(application, step, filled, {}))
        for step in filled.steps
        if step.key not in asked and tasklist.is_new(application, step, filled)
    ]
    is_answered = all(each["state"] != "open" for each in sections if each["is_needed"])
    return {
        "due": request.due,
        "sections": sections,
        "new": new,
        "is_ready": is_answered and all(state == tasklist.TaskState.DONE for _step, state in new),
        "is_german": mails.needs_explaining(application, texts),
    }


def described(application):
    return [as_read_here(each) for each in mails.summary_of(application)]


def as_read_here(text):
    """The same words, marked where they are not in the language of this page, which may be another than the case's."""
    return replace(text, wanted=current())


def letters_told(application, told):
    """(the letter of the result in force or None, those of decisions that hold no more), all of them released.

    told: the steps she knows of; without a result among them there is nothing to look for.
    """
    if not any(move in known.TOLD_RESULT for _at, move in told):
        return None, []
    found = [texts_of(letter) for letter in takeout.letters(application).select_related("decision").order_by("pk")]
    in_force = [each for each in found if not each["is_over"]]
    return (in_force[0] if in_force else None), [each for each in found if each["is_over"]]


def texts_of(letter):
    """Both texts of a letter as seen from the language of the page; own is None where there is only German."""
    language = registry.find(letter.language) or registry.SOURCE
    own = None if language.is_source or is_blank(letter.text) else MarkedText(letter.text, language, current())
    return {
        "pk": letter.pk,
        "german": MarkedText(letter.text_de, registry.SOURCE, current()),
        "own": own,
        "at": letter.released_at,
        "is_over": letter.decision.dropped_at is not None,
        "has_paper": bool(letter.stored),
        "code": codes.group(letter.code) if letter.code else "",
        "confirmed_at": confirmed_at(letter),
    }


def confirmed_at(letter):
    """When the applicant said yes to this letter, None where she has not: it asks for it for ever after."""
    return Acceptance.objects.filter(decision=letter.decision_id).values_list("accepted_at", flat=True).first()


def confirm_by(application, seen):
    """The last day for saying yes to the letter, None where nothing waits for it."""
    waits = agreements.waiting_of(application) if seen == State.AGREEMENT_SENT else None
    return waits.due if waits else None


def what_can(request, seen, now):
    """What the applicant can do now, as the page offers it. It follows from what she may know, as the doors do."""
    application, own = request.application, request.key.helper_id is None
    ended = steps.has_ended(application)
    lately = application.ended_at is not None and seen in (State.WITHDRAWN, State.LAPSED)
    reopens = own and lately and not reopening_blockers(application, now)
    return {
        "withdraw": own and seen in (*Application.OPEN, State.AGREEMENT_SENT),
        "reopen": intake.reopen_until(application, now, ended_at=application.ended_at) if reopens else None,
        "copy": own and ended and copying.may_copy(application),
    }


def reopening_blockers(application, now):
    return blockers(application, "reopen", by=APPLICANT, now=now)


# Moves ----------------------------------------------------------------------------------------------------------------


def moved(request, name, *, target="case", **values):
    """Make a move; what was done already is no error, and everything else is told on the case's page."""
    application = request.application
    try:
        perform(application, name, by=request.actor, now=timezone.now(), **values)
    except Refused as refusal:
        if was_done(application, name):
            return see(address(request, "case"))
        request.application = Application.objects.select_related("rule_set", "revision").get(pk=application.pk)
        return case_view(request, errors=refusal.reasons, status=422)
    return see(address(request, target))


def was_done(application, name):
    """Was this move the last thing the applicant knows of? Then a second click changes nothing.

    What staff do among themselves does not count: the answer to a second click would tell that they did it.
    """
    known = [move for _at, move in takeout.steps_told(application)]
    return known[-1:] == [name]


@case_page
@require_POST
def answer(request, key):
    """Send the answer, or say of one section that it stays as it is."""
    section = request.POST.get("bleibt")
    if section:
        try:
            saving.stays(request.application, section, now=timezone.now())
        except saving.NotWritable:
            return moved(request, "answer")
        return see(address(request, "case") + "#rueckfrage")
    return moved(request, "answer")


@case_page
@READ_AND_WRITE
def withdraw(request, key):
    """One page that says what it means, one button."""
    application = request.application
    if request.method == "POST":
        return moved(request, "withdraw")
    if application.state == State.DRAFT:
        return HttpResponseRedirect(address(request, "erase"))
    now, seen = timezone.now(), steps.seen_state(application)
    if not what_can(request, seen, now)["withdraw"]:
        return HttpResponseRedirect(address(request, "case"))
    given_up = seen in (State.APPROVED, State.AGREEMENT_SENT)
    until = intake.reopen_until(application, now)
    context = frame(request, _("Take your application back"), until=until, given_up=given_up)
    return render(request, "fund/case/withdraw.html", context)


@case_page
@require_POST
def reopen(request, key):
    return moved(request, "reopen")


@case_page
@READ_AND_WRITE
def erase(request, key):
    """A draft goes at once; for what was handed in the page says what is kept, and whom to ask."""
    application = request.application
    if request.method == "POST" and application.state == State.DRAFT:
        try:
            perform(application, "discard", by=request.actor, now=timezone.now())
        except Refused as refusal:
            return erase_page(request, errors=refusal.reasons, status=422)
        return see(reverse("fund:erased"))
    if request.method == "POST":
        return see(address(request, "erase"))
    return erase_page(request)


def erase_page(request, *, errors=(), status=200):
    application = request.application
    context = frame(
        request,
        _("Delete your application"),
        errors=errors,
        is_draft=application.state == State.DRAFT,
        is_open=steps.seen_state(application) in Application.OPEN,
    )
    return render(request, "fund/case/erase.html", context, status=status)


@require_safe
def erased(request):
    """After a draft was deleted: its address opens nothing any more, so this one is nobody's."""
    page = Page(title=_("Your application is deleted"), indexed=False)
    return private(render(request, "fund/case/erased.html", {"page": page}))


@case_page
@require_POST
def copy(request, key):
    """A new draft with the same answers, under a link of its own."""
    application = request.application
    if key.helper_id or not copying.may_copy(application):
        return see(address(request, "case"))
    try:
        secret = copying.copy(application, request.POST.get("marke", ""), timezone.now())
    except NothingOpen:
        return case_view(request, errors=[_("Nothing is open right now.")], status=422)
    except BadSignature:
        return case_view(request, errors=[_("This page was too old. Please try again.")], status=422)
    return see(reverse("fund:case", args=[secret.lower()]) + "?neu=1")


# To read, print and take along ----------------------------------------------------------------------------------------


@case_page
@require_safe
def receipt(request, key):
    """The receipt as a page to print."""
    if request.application.revision is None:
        return HttpResponseRedirect(address(request, "case"))
    return render(
        request,
        "fund/case/receipt.html",
        frame(request, pgettext("for an application", "Receipt"), **receipt_facts(request)),
    )


def receipt_facts(request):
    application, now = request.application, timezone.now()
    first = application.revisions.order_by("number").first()
    contact = tasklist.contact(application)
    seen = steps.seen_state(application)
    return {
        "first": first,
        "way": next((way for way in ("mail", "postal", "phone") if contact and contact[way]), ""),
        **answer_of(application, seen, now),
    }


@case_page
@require_safe
def receipt_pdf(request, key):
    """The receipt as a tagged PDF; where the server cannot draw one, the page to print."""
    if request.application.revision is None:
        return HttpResponseRedirect(address(request, "case"))
    if not limits.allow("receipt_pdf", request.application.pk, DRAWN):
        return HttpResponseRedirect(address(request, "receipt"))
    context = receipt_facts(request) | {"application": request.application, "language": current()}
    name, content = bundle.as_pdf(render_to_string("fund/case/receipt_pdf.html", context))
    if not name.endswith(".pdf"):
        return HttpResponseRedirect(address(request, "receipt"))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{request.application.reference}.pdf"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@case_page
@require_safe
def sent(request, key):
    """The answers as they were sent, the newest revision."""
    application = request.application
    if application.revision is None:
        return HttpResponseRedirect(address(request, "case"))
    context = frame(request, _("What you sent"), revision=application.revision, sections=takeout.sections(application))
    return render(request, "fund/case/sent.html", context)


@case_page
@require_safe
def everything(request, key):
    """All that belongs to the case and that its applicant may see, as one archive."""
    if not limits.allow("takeout", request.application.pk, PACKED):
        if request.application.state == State.DRAFT:
            return HttpResponseRedirect(address(request, "case"))
        return case_view(request, errors=[_("Please wait a little")], status=429)
    name, content = takeout.build(request.application, own=key.helper_id is None, now=timezone.now())
    return FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")


# Messages -------------------------------------------------------------------------------------------------------------


@case_page
@READ_AND_WRITE
def messages(request, key):
    """Messages both ways, in any language."""
    application = request.application
    if not talking.may_write(application):
        return HttpResponseRedirect(address(request, "case"))
    if request.method != "POST":
        return messages_page(request)
    text = saving.cleaned(request.POST.get("text", ""))
    try:
        talking.write(application, text=text, language=current().code, by=request.actor, now=timezone.now())
    except Refused as refusal:
        return messages_page(request, errors=refusal.reasons, typed=text, status=422)
    return see(address(request, "messages") + "?gesendet=1#neueste")


def messages_page(request, *, errors=(), typed="", status=200):
    application = request.application
    shown = [message_of(each, application) for each in application.messages.select_related("helper")]
    context = frame(
        request,
        pgettext("heading of an application", "Messages"),
        errors=errors,
        shown=shown,
        typed=typed,
        was_sent=request.GET.get("gesendet") == "1",
        longest=talking.LONGEST,
    )
    return render(request, "fund/case/messages.html", context, status=status)


def message_of(message, application):
    """A message with what is shown beside it. is_german: the reader may not understand it, so we explain it."""
    language = registry.find(message.language) or registry.SOURCE
    beside = None
    if not is_blank(message.translation):
        other = registry.find(message.translation_language) or registry.SOURCE
        beside = MarkedText(message.translation, other, current())
    unread = message.from_office and language.is_source and not application.language.startswith("de")
    return {
        "row": message,
        "text": MarkedText(message.text, language, current()),
        "beside": beside,
        "is_german": unread and (beside is None or beside.language.is_source),
    }
