"""Results of committees at the desk: one person enters them for all cases of a paper, another one confirms each."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from fund import actors, committees, filings, money, year_moves
from fund.actors import LEAD, RECORD, Part
from fund.desk import filing_forms as forms
from fund.desk.access import closed_on, is_withheld, seen, seen_all
from fund.desk.filings import kept_from, places_for_page
from fund.models import Application, CommitteeStep, StepResult
from fund.permissions import check_may
from fund.workflow import blockers, perform
from wir.lib.workflow import FASTER, Refused, status_of


def record(site, request, pk, station):
    """What one committee said of every case of a paper, in one form: all of it is stored, or nothing."""
    user, now = request.user, timezone.now()
    check_may(user, RECORD)
    steps = CommitteeStep.objects.select_related("body", "filing__council_paper").prefetch_related("body__names")
    step = get_object_or_404(steps, pk=station, filing=pk)
    filing = step.filing
    places = places_for_page(filing, user) if filing.filed_at else []
    open_places = [
        place
        for place in places
        if place.ended_at is None and all(each.step_id != step.pk and not each.step.decides for each in place.said)
    ]
    why = kept_from(user, [place.application for place in open_places], closed_on(request, places))
    places = [place for place in open_places if place.application_id not in why]
    form = forms.ResultsForm(step, places, request.POST if request.method == "POST" else None)
    reasons, status = [], 200
    lost = typed_too_late(filing, open_places, request)
    if lost:
        reasons = ["Inzwischen hat jemand Ergebnisse eingetragen, die auch hier stehen. Nichts davon ist gespeichert."]
    elif not places:
        reasons = ["Zu dieser Station ist nichts einzutragen."]
    if request.method == "POST":
        status = 422
        if lost or not places:
            status = 409
        elif form.is_valid():
            try:
                by = actors.staff(user, Part.RECORDER)
                filings.record(filing, step=step, entries=form.entries, by=by, now=now)
            except Refused as refusal:
                reasons, status = refusal.reasons, status_of(refusal.reasons)
                renew(form, places)
            else:
                messages.success(request, f"Eingetragen: {step.body}")
                return HttpResponseRedirect(reverse("admin:fund_filing", args=[pk]))
    seen_all(user, [place.application for place in places], "paper", request)
    context = site.each_context(request) | {
        "title": f"Ergebnis eintragen: {step.body}",
        "filing": filing,
        "step": step,
        "form": form,
        "reasons": reasons,
        "lost": lost,
        "blocks": [(place, forms.board_words(place.item), fields) for place, fields in form.blocks],
        "kept_out": [(place, why[place.application_id]) for place in open_places if place.application_id in why],
        "back": reverse("admin:fund_filing", args=[pk]),
    }
    return TemplateResponse(request, "admin/fund/filing_results.html", context, status=status)


def typed_too_late(filing, open_places, request):
    """[(case in the paper, what was recorded of it since, what was typed)]: a page that was opened before somebody else
    recorded the same. Both are shown, and nobody's words are lost."""
    posted, keys = request.POST, {place.pk for place in open_places}
    places = filing.cases.select_related("application__revision").order_by("pk") if posted else ()
    places = [place for place in places if posted.get(f"result-{place.pk}") and place.pk not in keys]
    why = kept_from(request.user, [place.application for place in places], closed_on(request)) if places else {}
    found = []
    for place in places:
        if place.application_id in why:
            continue
        said = place.results.filter(dropped_at=None).select_related("step").order_by("pk").last()
        label = dict(StepResult.Result.choices).get(posted[f"result-{place.pk}"], "")
        names = ("amount", "why_de", "why", "point", "more_agreed")
        typed = [label, *(posted.get(f"{name}-{place.pk}", "").strip() for name in names)]
        found.append((place, said.get_result_display() if said else "", [text for text in typed if text]))
    return found


def renew(form, places):
    """What was typed stays, and can be sent again after another look."""
    form.data = form.data.copy()
    keys = [place.application_id for place in places]
    versions = dict(Application.objects.filter(pk__in=keys).values_list("pk", "version"))
    for place in places:
        form.data[f"version-{place.pk}"] = versions[place.application_id]


def settle(site, request, pk, name):
    """Somebody else looks at a recorded result: confirms it, and the case moves; or drops it with a reason."""
    user, now = request.user, timezone.now()
    check_may(user, LEAD)
    result = get_object_or_404(
        StepResult.objects.select_related(
            "recorded_by", "confirmed_by", "reason", "step__body", "case__item", "case__filing__council_paper"
        ),
        pk=pk,
    )
    is_gone = result.dropped_at is not None
    if name not in DONE or result.result in StepResult.BACK or (is_gone and request.method != "POST"):
        raise Http404
    cases = Application.objects.for_desk().prefetch_related("rule_set__tiers")
    application = get_object_or_404(cases, pk=result.case.application_id)  # of an erased case there is no page
    if is_withheld(user, application):
        raise Http404
    move = {"verwerfen": "drop_step", "warteliste": WAITS}.get(name) or move_of(result)
    by, values = actors.staff(user, Part.LEAD), {"result": result}
    form = forms.DropForm(request.POST or None, initial={"version": application.version})
    form.fields["note"].required = False
    if name != "verwerfen":
        del form.fields["note"]
    if is_gone:
        in_the_way = [FASTER]
    else:
        in_the_way = [] if name == "verwerfen" else blockers(application, move, by=by, now=now, **values)
    reasons, status = in_the_way, 200
    if request.method == "POST":
        status = status_of(reasons)
        if not is_gone and form.is_valid():
            application.version = form.cleaned_data["version"]
            try:
                with transaction.atomic():
                    perform(application, move, by=by, now=now, note=form.cleaned_data.get("note", ""), **values)
            except Refused as refusal:
                reasons, status = refusal.reasons, status_of(refusal.reasons)
                form.data = form.data.copy()
                form.data["version"] = Application.objects.values_list("version", flat=True).get(pk=application.pk)
            else:
                messages.success(request, f"{DONE[name]}: {application}")
                return HttpResponseRedirect(reverse("admin:fund_filing", args=[result.case.filing_id]))
    seen(user, application, "paper", request)
    context = (
        site.each_context(request)
        | {
            "title": f"{TITLES[name]}: {application}",
            "name": name,
            "application": application,
            "result": result,
            "board": forms.board_words(result.case.item),
            "diverges": committees.diverges(result.case.item, result.result, result.amount),
            "leaves_conditions": move in ("approve_in_committee", WAITS) and committees.leaves_conditions(result),
            "form": form,
            "reasons": reasons,
            "may_wait": move == "approve_in_committee" and not blockers(application, WAITS, by=by, now=now, **values),
            "other_year": move == "approve_in_committee"
            and not is_gone
            and in_the_way
            and year_moves.choices(application).exists(),
            "is_gone": is_gone,
            "shows_form": not is_gone and (not in_the_way or request.method == "POST"),
            "tells": TELLS[move],
            "back": reverse("admin:fund_filing", args=[result.case.filing_id]),
        }
        | money_of(application, result)
    )
    return TemplateResponse(request, "admin/fund/filing_result.html", context, status=status)


WAITS = "waitlist_in_committee"
DONE = {"bestaetigen": "Bestätigt", "verwerfen": "Verworfen", "warteliste": "Auf der Warteliste"}
TITLES = {
    "bestaetigen": "Ergebnis bestätigen", "verwerfen": "Ergebnis verwerfen", "warteliste": "Auf die Warteliste setzen",
}  # fmt: skip
TELLS = {
    WAITS: "Der Ausschuss hat Ja gesagt, und das Geld reicht nicht. Der Antrag kommt auf die Warteliste, und der Brief "
    "ist entworfen. Ist wieder Geld da, geht der Antrag mit einer neuen Vorlage an die Ausschüsse.",
    "confirm_step": "Der Rat des Ausschusses ist damit festgehalten. Entschieden ist noch nichts.",
    "approve_in_committee": "Damit ist das Geld zugesagt und der Brief entworfen. Sagen Sie es der antragstellenden "
    "Person noch heute: Geben Sie den Brief bekannt, sobald ihn jemand gelesen hat.",
    "reject_in_committee": "Damit ist der Antrag abgelehnt, vorgemerktes Geld wird frei, und der Brief ist entworfen. "
    "Sagen Sie es der antragstellenden Person noch heute.",
    "drop_step": "Das Ergebnis gilt dann nicht mehr und wird neu eingetragen.",
}


def move_of(result):
    if not result.step.decides:
        return "confirm_step"
    return "reject_in_committee" if result.result == StepResult.Result.NO else "approve_in_committee"


def money_of(application, result):
    """For a decision about money: what is held for the case, and what is free beside it."""
    if not result.step.decides:
        return {}
    held = money.held_for(application)
    return {"held": held.amount if held else None, "free": money.free_for(application), "tells_money": True}
