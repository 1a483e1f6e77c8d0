"""The desk of rules in the back office: every rule with its value, where it comes from and the public sentence it
changes; two rule sets side by side; and the pages that put rules in force, confirm values, publish years and calls."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone, translation

from fund import holds
from fund.models import ApplicantKind, Application, Call, FundChange, FundYear, RuleOrigin, RuleSet, Tier
from fund.rules_workflow import (
    ACTIVATE,
    MOVES,
    NEEDS_REASON,
    blockers,
    check_may,
    confirm,
    copy,
    labels,
    move,
    moves_for,
)
from fund.sentences import statements
from wir.lib import formats
from wir.lib.workflow import Refused

VIEW = "fund.view_ruleset"
MOST_CHANGES, LONGEST_NOTE = 30, 500
UNDECIDED = Application.OPEN[: Application.OPEN.index(Application.State.WAITLISTED)]
HEAD = {  # what stands at the head of fonds/ and in every sentence with a name
    "valid_from": "„Regeln vom …“ am Anfang von fonds/",
    "fund_name": "Name des Fonds am Anfang von fonds/",
    "former_name": "der andere Name in Klammern am Anfang von fonds/",
}
WARNINGS = {"remedy": "Ohne diesen Text haben Bescheide keinen Rechtsbehelf."}


def urls(site):
    """The task pages of one admin site."""
    page = site.page
    return [
        path("fonds/regeln/", page(show_rules), name="fund_rules"),
        path("fonds/regeln/<int:pk>/kopieren/", page(copy_rules), name="fund_rules_copy"),
        path("fonds/regeln/<int:pk>/<slug:name>/", page(move_rules), name="fund_rules_move"),
        path("fonds/angaben/<int:pk>/bestaetigen/", page(confirm_value), name="fund_rules_confirm"),
        path("fonds/jahre/<int:pk>/<slug:name>/", page(move_year), name="fund_year_move"),
        path("fonds/aufrufe/<int:pk>/<slug:name>/", page(move_call), name="fund_call_move"),
    ]


# All rules of a set ---------------------------------------------------------------------------------------------------


@dataclass
class Row:
    """One rule. sentences: the public sentences it changes. other: its value in the set beside it."""

    name: str
    label: str
    value: str
    origin: RuleOrigin | None
    sentences: list
    other: str = ""
    warning: str = ""

    @property
    def differs(self):
        return self.value != self.other


def show_rules(site, request):
    """Every rule of one set; with `mit` beside another one."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    sets = list(RuleSet.objects.with_tiers().told().order_by("valid_from", "pk"))
    in_force = next((each for each in sets if each.state == RuleSet.State.ACTIVE), None)
    chosen = asked_for(sets, request.GET.get("satz", "")) or in_force or (sets[0] if sets else None)
    other = asked_for(sets, request.GET.get("mit", ""))
    found = rows(chosen, other) if chosen else []
    context = site.each_context(request) | {
        "title": f"Regeln des Fonds: {chosen}" if chosen else "Regeln des Fonds",
        "sets": sets,
        "chosen": chosen,
        "other": other,
        "rows": found,
        "differing": sum(row.differs for row in found) if other else 0,
        "unconfirmed": [row for row in found if row.origin and not row.origin.confirmed],
        "moves": moves_for(chosen, request.user) if chosen else [],
        "may_change": request.user.has_perm(ACTIVATE),
        "changes": FundChange.objects.filter(rule_set=chosen).select_related("by")[:MOST_CHANGES] if chosen else [],
    }
    return TemplateResponse(request, "admin/fund/rules.html", context)


def asked_for(sets, key):
    """The set of this key; Http404 for a key that is none, None where nothing was asked for."""
    if not key:
        return None
    found = next((each for each in sets if each.key == key), None)
    if found is None:
        raise Http404
    return found


def rows(rule_set, other=None):
    """Every rule of a set, those of its tiers after its own."""
    told = {}
    with translation.override("de"):
        for statement in statements(rule_set):
            for name in statement.fields:
                told.setdefault(name, []).append(statement.text)
    origins = {each.field: each for each in rule_set.origins.all()}
    beside = values(other) if other else {}
    own = values(rule_set)
    names = labels(rule_set) | (labels(other) if other else {})
    return [
        Row(
            name,
            label,
            own.get(name, "–"),
            origins.get(name),
            told.get(name) or ([HEAD[name]] if name in HEAD else []),
            beside.get(name, "–"),
            WARNINGS.get(name, "") if own.get(name) == "–" else "",
        )
        for name, label in names.items()
    ]


def values(rule_set):
    """{name of a rule: its value in words}, "–" for none."""
    found = {field.name: words(rule_set, field) for field in RuleSet.rule_fields()}
    found["board"] = getattr(rule_set, "board_name", None) or found["board"]
    for tier in rule_set.tiers.all():
        for name in Tier.RULES:
            found[f"{tier.key}.{name}"] = words(tier, Tier._meta.get_field(name))
        if tier.proposes_id:
            found[f"{tier.key}.proposes"] = tier.body_name or str(tier.proposes)
    return found


def words(obj, field):
    """A value as people read it."""
    if field.name == "applicants":
        return ", ".join(ApplicantKind(kind).label for kind in obj.applicants) or "–"
    name = f"{field.name}_de" if field.name in RuleSet.translated_fields() and isinstance(obj, RuleSet) else field.name
    value = getattr(obj, name)
    if value is None or value == "":
        return "–"
    if field.choices:
        return str(getattr(obj, f"get_{field.name}_display")())
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if field.get_internal_type() == "DateField":
        return f"{value:%d.%m.%Y}"
    if type(field).__name__ == "EuroField":
        return formats.euro(value, "de").replace("\u00a0", " ")
    return str(value)


# Moves ----------------------------------------------------------------------------------------------------------------


def move_rules(site, request, pk, name):
    rule_set = get_object_or_404(RuleSet, pk=pk)
    return move_one(site, request, rule_set, name, f"{reverse('admin:fund_rules')}?satz={rule_set.key}")


def move_year(site, request, pk, name):
    year = get_object_or_404(FundYear, pk=pk)
    back = reverse("admin:fund_money_year", args=[year.year]) + ("?beispiele=1" if year.sample else "")
    from_money = request.GET.get("von") == "geld"
    return move_one(site, request, year, name, back if from_money else reverse("admin:fund_fundyear_change", args=[pk]))


def move_call(site, request, pk, name):
    call = get_object_or_404(Call.objects.select_related("year"), pk=pk)
    return move_one(site, request, call, name, reverse("admin:fund_call_change", args=[pk]))


CONSEQUENCES = {
    "activate": "Ab jetzt gelten diese Regeln für neue Anträge. Was schon abgeschickt ist, behält die alten. "
    "Das bisherige Regelwerk wird abgelöst.",
    "retire": "Danach gilt kein Regelwerk. Niemand kann einen Antrag stellen, bis ein anderes in Kraft ist.",
    "publish": "Das steht danach auf der öffentlichen Seite des Fonds.",
    "close": "Aus diesem Jahr wird nichts Neues zugesagt, und niemand kann mehr einen Antrag dazu stellen. "
    "Was zugesagt ist, bleibt. Vorgemerktes Geld bleibt vorgemerkt; vor der Zusage zieht der Antrag in ein "
    "anderes Jahr um.",
    "reopen": "Danach kann aus diesem Jahr wieder Geld zugesagt werden.",
    "withdraw": "Das verschwindet von der öffentlichen Seite. Neue Anträge dazu sind nicht mehr möglich.",
}


def move_one(site, request, obj, name, back):
    """What will happen, or everything that is in the way; then carried out."""
    if name not in MOVES[type(obj)]:
        raise Http404
    step, now, status = MOVES[type(obj)][name], timezone.now(), 200
    check_may(request.user, step.permission)
    reasons = blockers(obj, name, now)
    note = request.POST.get("note", "").replace("\x00", "").strip()[:LONGEST_NOTE]
    if request.method == "POST":
        try:
            move(obj, name, by=request.user, now=now, note=note)
        except Refused as refusal:
            reasons, status = refusal.reasons, 422
        else:
            obj.refresh_from_db()
            messages.success(request, f"{obj}: {step.label}. Stand jetzt: {obj.get_state_display()}.")
            return HttpResponseRedirect(back)
    context = site.each_context(request) | {
        "title": f"{step.label}: {obj}",
        "label": step.label,
        "reasons": reasons,
        "note": note,
        "wants_note": name in NEEDS_REASON,
        "shows_form": not blockers(obj, name, now),
        "standing": list(standing(obj)) if name == "close" else [],
        "consequence": CONSEQUENCES[name],
        "warning": WARNINGS["remedy"] if name == "activate" and not obj.remedy_de else "",
        "back": back,
    }
    return TemplateResponse(request, "admin/fund/move.html", context, status=status)


def standing(year):
    """(what a year still has open when it is closed, how many): for who closes it."""
    cases = Application.objects.filter(year=year)
    for label, states in (
        ("mit vorgemerktem Geld", holds.HELD),
        ("auf der Warteliste", (Application.State.WAITLISTED,)),
        ("noch nicht entschieden", UNDECIDED),
    ):
        found = cases.filter(state__in=states)
        if label == "mit vorgemerktem Geld":
            found = found.filter(hold_until__isnull=False)
        if number := found.count():
            yield label, number


class Readable:
    """A form whose text fields bear no NUL: no database keeps it."""

    def __init__(self, data=None, **kwargs):
        if data is not None:
            data = {name: value.replace("\x00", "") for name, value in data.items()}
        super().__init__(data, **kwargs)


class ConfirmForm(Readable, forms.Form):
    source = forms.CharField(
        label="Wo steht das, oder wer hat es bestätigt?",
        max_length=300,
        help_text="Zum Beispiel: Förderrichtlinie vom 12.03.2025, Nummer 4.2",
        widget=forms.TextInput(attrs={"size": 90}),
        error_messages={"required": "Bitte schreiben Sie, wo das steht."},
    )


def confirm_value(site, request, pk):
    """A value that no source stated outright has been looked up."""
    check_may(request.user, ACTIVATE)
    origin = get_object_or_404(RuleOrigin.objects.select_related("rule_set"), pk=pk)
    rule_set = RuleSet.objects.with_tiers().get(pk=origin.rule_set_id)
    back = f"{reverse('admin:fund_rules')}?satz={rule_set.key}"
    form, status = ConfirmForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                confirm(origin, source=form.cleaned_data["source"], by=request.user, now=timezone.now())
            except Refused as refusal:
                form.add_error(None, refusal.reasons)
            else:
                messages.success(request, "Die Angabe ist bestätigt.")
                return HttpResponseRedirect(back)
    label = labels(rule_set).get(origin.field, origin.field)
    context = site.each_context(request) | {
        "title": f"Angabe bestätigen: {label}",
        "text": f"{label}: {values(rule_set).get(origin.field, '–')}. Quelle bisher: {origin.source or '–'}",
        "form": form,
        "label": "Bestätigen",
        "back": back,
    }
    return TemplateResponse(request, "admin/fund/ask.html", context, status=status)


class CopyForm(Readable, forms.Form):
    key = forms.SlugField(label="Kürzel", max_length=40, help_text="Zum Beispiel: richtlinie-2027")
    title = forms.CharField(label="Name des Regelwerks", max_length=120, help_text="Zum Beispiel: Richtlinie 2027")
    valid_from = forms.DateField(label="gilt ab", help_text="Zum Beispiel: 01.01.2027")


def copy_rules(site, request, pk):
    """A draft with the same rules: the only way to other rules once a set has been in force."""
    check_may(request.user, ACTIVATE)
    rule_set = get_object_or_404(RuleSet.objects.with_tiers(), pk=pk)
    form, status = CopyForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = copy(rule_set, by=request.user, now=timezone.now(), **form.cleaned_data)
            except ValidationError as fault:
                for name, faults in fault.message_dict.items():
                    form.add_error(name if name in form.fields else None, faults)
            else:
                messages.success(request, f"Entwurf angelegt: {made}. Ändern Sie jetzt, was anders sein soll.")
                return HttpResponseRedirect(reverse("admin:fund_ruleset_change", args=[made.pk]))
    context = site.each_context(request) | {
        "title": f"Kopieren: {rule_set}",
        "text": "Die Kopie ist ein Entwurf mit denselben Regeln. Sie gilt erst, wenn sie in Kraft gesetzt wird.",
        "form": form,
        "label": "Als Entwurf kopieren",
        "back": f"{reverse('admin:fund_rules')}?satz={rule_set.key}",
    }
    return TemplateResponse(request, "admin/fund/ask.html", context, status=status)
