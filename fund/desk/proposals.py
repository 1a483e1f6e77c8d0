"""A case as a member of its body reads it, and her review: everything on one page, then on to the next case."""

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from fund import checklist, gate, guards, reading, reviewing, workflow
from fund.desk import acting
from fund.desk.access import member_case_or_404, seen
from fund.desk.acts import ACTS
from fund.desk.conflict_forms import ReviewForm
from fund.filled import Filled
from wir.languages import registry
from wir.lib.workflow import Refused, status_of

HIDDEN_STEPS = ("kontakt",)  # how the applicant is reached is the office's business
SOMEBODY_ELSE = (reviewing.CHANGED, reviewing.CLOSED, reviewing.NOT_NOW)


def show_proposal(site, request, pk):
    user, now = request.user, timezone.now()
    application = member_case_or_404(user, pk, now)
    application.revision.application = application
    own = reviewing.own(application, user)
    before, after = neighbours(application, user, now)
    form, reasons, status = form_of(application, own, request), [], 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                reviewing.write(application, seat_of(application, user, now), by=user, now=now, **form.cleaned_data)
            except Refused as refusal:
                reasons = refusal.reasons
                status = status_of(reasons, *SOMEBODY_ELSE)
                form.data = form.data.copy()  # what was typed stays, and can be sent after another look
                form.data["seen"] = str(application.revision_id)
            else:
                messages.success(request, f"Ihre Einschätzung zu {application} ist gespeichert.")
                further = after if "weiter" in request.POST and after else pk
                return HttpResponseRedirect(reverse("admin:fund_proposal", args=[further]))
    seen(user, application, "proposal", request)
    context = site.each_context(request) | {
        "title": f"{application}: {application.revision.title}",
        "application": application,
        "revision": application.revision,
        "before": before,
        "after": after,
        "form": form,
        "reasons": reasons,
        "own": own,
        "closed": reviewing.closed_because(application),
        "changes": reviewing.what_changed(own, application),
        "others": reviewing.others(application, user) if own else None,
        "moves": moves(application, user, now),
    }
    return TemplateResponse(request, "admin/fund/proposal.html", context | content(application), status=status)


def content(application):
    """What members read: never how the applicant is reached, and no note of the office."""
    revision = application.revision
    messages_of_case = application.messages.select_related("helper")
    return {
        "money": Filled.frozen(application, revision.answers),
        "language": registry.get(application.language),
        "sections": [each for each in reading.sections(revision) if each[0] not in HIDDEN_STEPS],
        "files": [file for file in reading.files(revision) if file.is_openable],
        "points": checklist.rows_of(application),
        "messages_of_case": messages_of_case,
        "item": application.items.filter(struck_at__isnull=True)
        .select_related("meeting")
        .order_by("round", "pk")
        .last(),
    }


def form_of(application, own, request):
    start = {"seen": application.revision_id}
    if own:
        start |= {"word": own.word, "amount": typed_amount(own.amount), "comment": own.comment}
    return ReviewForm(request.POST if request.method == "POST" else None, initial=start)


def typed_amount(amount):
    """As people type it in German; "" for none."""
    return "" if amount is None else f"{amount:.2f}".removesuffix(".00").replace(".", ",")


def seat_of(application, user, now):
    """Her seat in the body of the case; the own one before one she stands in for."""
    body = guards.body_of(application)
    return next(each for each in gate.seats_of(user, timezone.localdate(now)) if each.seat.body_id == body.pk)


def neighbours(application, user, now):
    """(the case before, the one after) among those she may review; None at the ends."""
    cases = gate.readable(user, now).filter(state__in=gate.AT_BODY, sample=application.sample)
    keys = list(cases.order_by("submitted_at", "pk").values_list("pk", flat=True))
    if application.pk not in keys:
        return None, None
    place = keys.index(application.pk)
    return (keys[place - 1] if place else None), (keys[place + 1] if place + 1 < len(keys) else None)


def moves(application, user, now):
    """[(move, reasons against it)] for deputies of the project team; [] for everybody else."""
    if not workflow.deputises(application, user):
        return []
    return [
        (move, acting.in_the_way(application, move.name, user, now))
        for move, _actor in workflow.offered(application, user)
        if move.name in ACTS
    ]
