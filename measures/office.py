"""Task pages of the back office: moving a measure or an update, gaps, preview, several at once, punctuality."""

import re

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from measures import gaps
from measures.history import differences, snapshot
from measures.labels import load_labels
from measures.models import Measure, Release, TargetGroup, Update
from measures.permissions import check_may
from measures.punctuality import punctuality
from measures.releases import cancel
from measures.workflow import Refused, blockers, edited, move, table_of
from strategy.models import District, Priority, Unit

PER_PAGE = 50
MOST_AT_ONCE = 300  # their keys stand in one address


def urls(site):
    """The task pages of one admin site."""
    page = site.page
    return [
        path("massnahmen/luecken/", page(show_gaps), name="measure_gaps"),
        path("massnahmen/puenktlichkeit/", page(show_punctuality), name="measure_punctuality"),
        path("massnahmen/aendern/", page(change_several), name="measures_bulk"),
        path("massnahmen/<int:pk>/<slug:name>/", page(move_measure), name="measure_move"),
        path("meldungen/<int:pk>/<slug:name>/", page(move_update), name="update_move"),
        path("veroeffentlichungen/<int:pk>/absagen/", page(cancel_release), name="cancel_release"),
    ]


# Moving ---------------------------------------------------------------------------------------------------------------


def move_measure(site, request, pk, name):
    measure = get_object_or_404(Measure.objects.select_related("field", "subtopic", "goal"), pk=pk)
    return move_one(site, request, measure, name, reverse("admin:measures_measure_change", args=[pk]))


def move_update(site, request, pk, name):
    update = get_object_or_404(Update.objects.select_related("measure", "status"), pk=pk)
    return move_one(site, request, update, name, reverse("admin:measures_update_change", args=[pk]))


def move_one(site, request, obj, name, back):
    """What will happen, or everything that is in the way; then carried out."""
    moves, _column = table_of(obj)
    if name not in moves:
        raise Http404
    check_may(request.user, moves[name].permission, obj)
    reasons, status = blockers(obj, name), 200
    if request.method == "POST":
        try:
            move(obj, name, by=request.user)
        except Refused as refusal:
            reasons, status = refusal.reasons, 422
        else:
            messages.success(request, f"„{moves[name].label}“: {obj}")
            return HttpResponseRedirect(back)
    context = site.each_context(request) | {
        "title": f"{moves[name].label}: {obj}",
        "object": obj,
        "name": name,
        "label": moves[name].label,
        "reasons": reasons,
        "back": back,
        "is_measure": isinstance(obj, Measure),
    }
    return TemplateResponse(request, "admin/measures/move.html", context, status=status)


def cancel_release(site, request, pk):
    if not request.user.has_perm("measures.change_release"):
        raise PermissionDenied
    release = get_object_or_404(Release, pk=pk)
    if request.method == "POST":
        if cancel(release):
            messages.success(request, f"Abgesagt: {release}")
        else:
            messages.error(request, "Diese Veröffentlichung ist nicht mehr geplant; sie lässt sich nicht absagen.")
    return HttpResponseRedirect(reverse("admin:measures_release_change", args=[pk]))


# Gaps -----------------------------------------------------------------------------------------------------------------


def show_gaps(site, request):
    """Every gap and contradiction with its number; one of them opened, with its measures."""
    if not (request.user.has_perm("measures.change_measure") or request.user.has_perm("measures.report_measure")):
        raise PermissionDenied
    today, measures = timezone.localdate(), gaps.plan_of(request.user)
    unit = request.GET.get("stelle", "")
    if re.fullmatch("[0-9]{1,9}", unit):
        measures = measures.of_units([int(unit)])
    check = gaps.BY_KEY.get(request.GET.get("pruefung", ""))
    rows, listed = [], None
    if check is not None:
        listed = Paginator(gaps.hits(check, measures, today), PER_PAGE).get_page(request.GET.get("seite"))
        rows = [(measure, check.address(measure)) for measure in listed]
    found = gaps.counted(measures, today)
    context = site.each_context(request) | {
        "title": "Lücken und Widersprüche",
        "groups": [
            ("Widersprüche", gaps.CONTRADICTION, [each for each in found if each[0].kind == gaps.CONTRADICTION]),
            ("Lücken", gaps.GAP, [each for each in found if each[0].kind == gaps.GAP]),
        ],
        "check": check,
        "rows": rows,
        "page": listed,
        "units": Unit.objects.prefetch_related("names"),
        "unit": unit,
    }
    return TemplateResponse(request, "admin/measures/gaps.html", context)


def show_punctuality(site, request):
    """Internal, whether or not the office has opened the view to the public."""
    if not request.user.has_perm("measures.view_measure"):
        raise PermissionDenied
    rows = punctuality(load_labels(), timezone.now())
    context = site.each_context(request) | {"title": "Pünktlichkeit der Stellen", "rows": rows}
    return TemplateResponse(request, "admin/measures/punctuality.html", context)


# Several at once ------------------------------------------------------------------------------------------------------


class BulkForm(forms.Form):
    """Values for all chosen measures; what is left empty stays as it is."""

    responsible = forms.ModelChoiceField(
        Unit.objects.prefetch_related("names"),
        required=False,
        label="verantwortliche Stelle",
        empty_label="nicht ändern",
        help_text="Zum Beispiel: Fachbereich Gesellschaftliche Teilhabe",
    )
    contact = forms.ModelChoiceField(
        Unit.objects.prefetch_related("names"),
        required=False,
        label="Kontakt in der Verwaltung",
        empty_label="nicht ändern",
        help_text="Zum Beispiel: Grundsatzangelegenheiten der Einwanderung",
    )
    kind = forms.ChoiceField(
        choices=[("", "nicht ändern"), *Measure.Kind.choices],
        required=False,
        label="Art",
        help_text="Zum Beispiel: durch die Verwaltung",
    )
    area = forms.ChoiceField(
        choices=[("", "nicht ändern"), *Measure.Area.choices],
        required=False,
        label="Gebiet",
        help_text="Zum Beispiel: ganze Stadt",
    )
    districts = forms.ModelMultipleChoiceField(
        District.objects.all(), required=False, label="Stadtbezirke (hinzufügen)", help_text="Leer: nicht ändern"
    )
    priorities = forms.ModelMultipleChoiceField(
        Priority.objects.all(), required=False, label="Prioritäten (hinzufügen)", help_text="Leer: nicht ändern"
    )
    target_groups = forms.ModelMultipleChoiceField(
        TargetGroup.objects.all(), required=False, label="Zielgruppen (hinzufügen)", help_text="Leer: nicht ändern"
    )

    def clean(self):
        cleaned = super().clean()
        if not any(cleaned.get(name) for name in self.fields):
            raise ValidationError("Bitte wählen Sie mindestens einen Wert, der sich ändern soll.")
        return cleaned


def change_several(site, request):
    """All chosen measures or none. First what would change is shown, or every fault; then it is carried out."""
    if not request.user.has_perm("measures.change_measure"):
        raise PermissionDenied
    asked = request.POST.get("massnahmen") or request.GET.get("massnahmen", "")
    pks = [int(part) for part in asked.split(",")[:MOST_AT_ONCE] if re.fullmatch("[0-9]{1,9}", part)]
    chosen = list(Measure.objects.filter(pk__in=pks).select_related("field", "subtopic", "goal").order_by("number"))
    if not chosen:
        messages.error(request, "Bitte wählen Sie in der Liste zuerst Maßnahmen aus.")
        return HttpResponseRedirect(reverse("admin:measures_measure_changelist"))
    form = BulkForm(request.POST) if request.method == "POST" else BulkForm()
    faults, changes, status = [], [], 200
    if request.method == "POST":
        if form.is_valid():
            keep = "schreiben" in request.POST
            faults, changes = write_several(chosen, form.cleaned_data, by=request.user, now=timezone.now(), keep=keep)
            if keep and not faults:
                messages.success(request, f"{len(changes)} Maßnahmen sind geändert.")
                return HttpResponseRedirect(reverse("admin:measures_measure_changelist"))
        status = 422 if faults or form.errors else 200
    context = site.each_context(request) | {
        "title": "Mehrere Maßnahmen ändern",
        "form": form,
        "chosen": chosen,
        "asked": ",".join(str(measure.pk) for measure in chosen),
        "faults": faults,
        "changes": changes,
        "looked": status == 200 and request.method == "POST",
    }
    return TemplateResponse(request, "admin/measures/bulk.html", context, status=status)


def write_several(measures, values, *, by, now, keep):
    """Write the values that were given. Returns (faults, [(measure, differences)] of those that change).

    Nothing stays written where there are faults, or without `keep`.
    """
    faults, changes = [], []
    with transaction.atomic():
        for measure in measures:
            before = snapshot(measure)
            for name in ("responsible", "contact", "kind", "area"):
                if values[name]:
                    setattr(measure, name, values[name])
            try:
                measure.full_clean(exclude=measure.translated_fields())
            except ValidationError as error:
                faults += [f"{measure}: {message}" for message in error.messages]
                continue
            measure.save(update_fields=["responsible", "contact", "kind", "area", "updated_at"])
            for name in ("districts", "priorities", "target_groups"):
                getattr(measure, name).add(*values[name])
            found = differences(before, snapshot(measure))
            if found:
                edited(measure, found, by=by, now=now)
                changes.append((measure, found))
        if faults or not keep:
            transaction.set_rollback(True)
    return faults, changes
