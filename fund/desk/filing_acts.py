"""The buttons of a paper to the committees: a new draft, its number, its days, filing it, each on a page of its own."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from fund import actors, filings
from fund.actors import CHECK, RECORD, Part
from fund.desk import filing_forms as forms
from fund.desk.access import closed_on
from fund.models import Filing
from fund.permissions import check_may_any
from wir.lib.workflow import Refused, status_of


def actor_of(user):
    return actors.staff(user, Part.TEAM if user.has_perm(CHECK) else Part.RECORDER)


def filing_or_404(user, pk):
    check_may_any(user, CHECK, RECORD)
    return get_object_or_404(Filing.objects.select_related("council_paper", "made_by", "filed_by"), pk=pk)


@dataclass(frozen=True)
class Act:
    """label: of the button. form(filing, data). do(filing, by, now, values) -> where to go, None for the paper's page.

    on: "draft", "filed", or "back" for a filed paper with cases that were put off.
    """

    label: str
    form: type
    do: Callable
    tells: str
    on: str


def changing(filing, by, now, values):
    filings.change(filing, by=by, now=now, **values)


def numbering(filing, by, now, values):
    filings.give_number(filing, by=by, now=now, **values)


def moving_days(filing, by, now, values):
    filings.move_days(filing, by=by, now=now, **values)


def filing_it(filing, by, now, values):
    filings.file(filing, by=by, now=now)


def discarding(filing, by, now, values):
    filings.discard(filing, by=by, now=now)
    return reverse("admin:fund_committee_desk") + ("?beispiele=1" if filing.sample else "")


def filing_again(filing, by, now, values):
    filings.file_again(filing, by=by, now=now, **values)


ACTS = {
    "aendern": Act("Entwurf ändern", forms.FilingForm, changing, "", "draft"),
    "nummer": Act(
        "Nummer und Tag eintragen",
        forms.NumberForm,
        numbering,
        "Die Nummer kommt vom Büro des Rates. Sie kann auch nach dem Entwurf eingetragen werden.",
        "draft",
    ),
    "einbringen": Act(
        "Vorlage einbringen",
        forms.ConfirmFilingForm,
        filing_it,
        "Alle Anträge der Vorlage gehen damit in die Ausschüsse. Die Vorlage wird so aufbewahrt, wie sie jetzt ist.",
        "draft",
    ),
    "verwerfen": Act(
        "Entwurf verwerfen",
        forms.ConfirmFilingForm,
        discarding,
        "Der Entwurf ist dann weg; seine Anträge warten wieder auf eine Vorlage.",
        "draft",
    ),
    "termine": Act("Termine ändern", forms.DaysForm, moving_days, "Nur Sitzungen ohne Ergebnis.", "filed"),
    "erneut": Act(
        "Vertagtes wieder einbringen",
        forms.AgainForm,
        filing_again,
        "Dieselbe Drucksache kommt in eine andere Sitzung. Eine geänderte Vorlage ist eine neue, mit Ergänzung.",
        "back",
    ),
}


def stand_of(pk):
    filed_at = Filing.objects.filter(pk=pk).values_list("filed_at", flat=True)
    return "verworfen" if not filed_at else "eingebracht" if filed_at[0] else "Entwurf"


def acts_for(filing, is_open, back):
    """[(name, label)] of the buttons of a paper."""
    if filing.filed_at is None:
        kinds = {"draft"}
    else:
        kinds = ({"filed"} if is_open else set()) | ({"back"} if back else set())
    return [(name, act.label) for name, act in ACTS.items() if act.on in kinds]


def asking(site, request, *, title, form, reasons, label, back, tells="", status=200, **more):
    context = site.each_context(request) | {
        "title": title,
        "form": form,
        "reasons": reasons,
        "label": label,
        "back": back,
        "tells": tells,
    }
    return TemplateResponse(request, "admin/fund/filing_ask.html", context | more, status=status)


def make(site, request):
    """A new draft from the cases that wait."""
    user, sample = request.user, request.GET.get("beispiele") == "1"
    check_may_any(user, CHECK, RECORD)
    form = forms.FilingForm(None, request.POST if request.method == "POST" else None, sample=sample)
    forms.hide_amounts(form, closed_on(request))
    reasons, status = [], 200
    if request.method == "POST":
        status = 422
        if not form.is_valid():
            reasons = form.missing
        else:
            try:
                made = filings.make(by=actor_of(user), now=timezone.now(), sample=sample, **form.values)
            except Refused as refusal:
                reasons, status = refusal.reasons, status_of(refusal.reasons)
            else:
                messages.success(request, "Der Entwurf ist angelegt.")
                return HttpResponseRedirect(reverse("admin:fund_filing", args=[made.pk]))
    back = reverse("admin:fund_committee_desk") + ("?beispiele=1" if sample else "")
    title, label = "Neue Vorlage an die Ausschüsse", "Entwurf anlegen"
    return asking(site, request, title=title, form=form, reasons=reasons, label=label, back=back, status=status)


def act(site, request, pk, name):
    """One button of a paper on a page of its own, with everything in the way."""
    user, filing, now = request.user, filing_or_404(request.user, pk), timezone.now()
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404
    form, reasons, status = chosen.form(filing, request.POST if request.method == "POST" else None), [], 200
    forms.hide_amounts(form, closed_on(request))
    if (chosen.on == "draft") != (filing.filed_at is None):
        reasons = [filings.FILED if filing.filed_at else filings.NOT_FILED]
    elif name == "einbringen":
        reasons = list(filings.what_is_missing(filing, filings.places_of(filing), now))
    shows_form = not reasons
    if request.method == "POST":
        status = status_of(reasons)
        if form.is_valid():
            filing.version = form.cleaned_data["version"]
            try:
                target = chosen.do(filing, actor_of(user), now, form.values)
            except Refused as refusal:
                reasons, status = refusal.reasons, status_of(refusal.reasons)
                form.data = form.data.copy()
                form.data["version"] = Filing.objects.values_list("version", flat=True).get(pk=pk)
            else:
                messages.success(request, f"{filing.title}: {chosen.label}. Stand jetzt: {stand_of(pk)}.")
                return HttpResponseRedirect(target or reverse("admin:fund_filing", args=[pk]))
    return asking(
        site,
        request,
        title=f"{chosen.label}: {filing.title}",
        form=form,
        reasons=reasons,
        label=chosen.label,
        back=reverse("admin:fund_filing", args=[pk]),
        tells=chosen.tells,
        status=status,
        hides_form=not shows_form and request.method != "POST",
    )
