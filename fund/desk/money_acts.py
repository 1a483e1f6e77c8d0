"""Booking the money of a year: giving and taking it, carrying it over in two hands. Each act is a page of its own."""

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from fund import budget
from fund.desk.ledger import year_or_404
from fund.desk.money_forms import BookingForm, CarryForm
from fund.models import CarryOver
from fund.rules_workflow import check_may
from fund.templatetags.fund_desk import euro
from wir.lib.workflow import Refused, status_of


def allocate(year, by, now, values):
    budget.allocate(year, by=by, now=now, **values)


def reduce(year, by, now, values):
    budget.reduce(year, by=by, now=now, **values)


def carry(year, by, now, values):
    budget.propose_carry_over(
        year,
        values["target_year"],
        values["amount"],
        council_paper=values["council_paper"],
        reference=values["source"],
        by=by,
        now=now,
    )


ACTS = {  # name: (label, form, verb, what follows)
    "bereitstellen": (
        "Geld bereitstellen",
        BookingForm,
        allocate,
        "Die Summe des Jahres steigt sofort. Dazu gehört, wer das Geld beschlossen hat.",
    ),
    "kuerzen": (
        "Geld kürzen",
        BookingForm,
        reduce,
        "Die Summe des Jahres sinkt sofort, aber nie unter das, was vorgemerkt und zugesagt ist.",
    ),
    "uebertragen": (
        "Übertrag vorschlagen",
        CarryForm,
        carry,
        "Gebucht wird erst, wenn eine zweite Person den Übertrag genehmigt.",
    ),
}
CARRIES = {  # name: (label, verb, what follows)
    "genehmigen": (
        "Übertrag genehmigen",
        budget.confirm_carry_over,
        "Das Geld geht sofort aus dem einen Jahr in das andere; beide Buchungen entstehen zusammen.",
    ),
    "verwerfen": ("Übertrag verwerfen", budget.drop_carry_over, "Gebucht wird nichts."),
}


def done(name, year):
    """What a booking has changed, in a sentence; a proposal to carry money over has changed nothing yet."""
    if name == "uebertragen":
        return "Gebucht wird, wenn eine zweite Person zustimmt."
    return f"Die Summe des Jahres ist jetzt {euro(year.ceiling)}."


DONE = {"genehmigen": "genehmigt und gebucht", "verwerfen": "verworfen"}


def page_of(year):
    return reverse("admin:fund_money_year", args=[year.year]) + ("?beispiele=1" if year.sample else "")


def act(site, request, year, name):
    """One booking: the form, and everything in the way; what was typed stays."""
    if name not in ACTS:
        raise Http404
    year = year_or_404(request, year)
    check_may(request.user, budget.DECIDE)
    label, form_class, verb, tells = ACTS[name]
    form = form_class(year, request.POST if request.method == "POST" else None, seen=budget.entries_of(year))
    reasons, status = [], 200
    if request.method == "POST":
        status = 422
        if not form.is_valid():
            reasons = missing_beside(form)
        else:
            try:
                verb(year, request.user, timezone.now(), values_of(form, name))
            except Refused as refusal:
                reasons, status = refusal.reasons, status_of(refusal.reasons)
                form.data["seen"] = budget.entries_of(year)
            else:
                year.refresh_from_db()
                messages.success(request, f"{year}: {label}. {done(name, year)}")
                return HttpResponseRedirect(page_of(year))
    year.refresh_from_db()
    context = site.each_context(request) | {
        "title": f"{label}: {year}",
        "year": year,
        "years": [year],
        "label": label,
        "tells": tells,
        "form": form,
        "reasons": reasons,
        "back": page_of(year),
    }
    return TemplateResponse(request, "admin/fund/money_act.html", context, status=status)


def missing_beside(form):
    """What else is missing where something was not understood: everything is told at once."""
    typed = form.cleaned_data
    found = list(budget.faults(typed.get("amount"), typed.get("council_paper"), typed.get("source", "")))
    if "amount" in form.errors:
        found.remove(budget.NO_AMOUNT)
    if {"council_paper", "source"} & set(form.errors) and budget.NO_SOURCE in found:
        found.remove(budget.NO_SOURCE)
    return found


def values_of(form, name):
    values = dict(form.cleaned_data)
    if name == "uebertragen":
        values.pop("seen")
    return values


def carry_act(site, request, pk, name):
    """Somebody else approves a carry-over, or it is dropped."""
    if name not in CARRIES:
        raise Http404
    if name == "genehmigen":
        budget.check_may_confirm(request.user)
    elif not request.user.has_perm(budget.DECIDE):
        budget.check_may_confirm(request.user)
    found = get_object_or_404(CarryOver.objects.select_related("source_year", "target_year", "proposed_by"), pk=pk)
    label, verb, tells = CARRIES[name]
    back = page_of(found.source_year)
    reasons, status = in_the_way(found, name, request.user), 200
    if request.method == "POST":
        try:
            verb(found, by=request.user, now=timezone.now())
        except Refused as refusal:
            reasons, status = refusal.reasons, status_of(refusal.reasons)
        else:
            messages.success(request, f"{found}: {label}. Stand jetzt: {DONE[name]}.")
            return HttpResponseRedirect(back)
    context = site.each_context(request) | {
        "title": f"{label}: {found}",
        "carry": found,
        "years": [found.source_year, found.target_year],
        "label": label,
        "tells": tells,
        "reasons": reasons,
        "back": back,
    }
    return TemplateResponse(request, "admin/fund/money_act.html", context, status=status)


def in_the_way(carry, name, user):
    """Reasons that stand before anybody presses the button."""
    if not carry.is_open:
        return ["Über diesen Übertrag ist schon entschieden."]
    if name == "genehmigen":
        found = [budget.SECOND] if carry.proposed_by_id == user.pk else []
        return [*found, *budget.carry_faults(carry.source_year, carry.target_year, carry.amount)]
    return []
