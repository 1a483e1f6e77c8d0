"""Bringing in measures in the back office: choose a file, look, carry out while the page tells how far it is, undo."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from measures.gaps import plan_of
from measures.importers import PERMISSION, Refused, applying, keep, plan, table_of, undo
from measures.models import ImportRun, Measure
from measures.permissions import check_may
from measures.table_columns import COLUMNS, NUMBER, Choice
from measures.table_export import export_table
from wir.lib.spreadsheets import XLSX, NotATable, read_table

SHOWN = 200  # lines of each kind in a preview
LISTED = 50  # earlier runs
HERE = "<!-- progress -->"


class TableForm(forms.Form):
    table = forms.FileField(
        label="Tabelle (XLSX oder CSV)",
        help_text="Zum Beispiel: massnahmen.xlsx. Höchstens 10 MB und 20.000 Zeilen; CSV-Dateien in UTF-8.",
        error_messages={"required": "Bitte wählen Sie eine Datei.", "empty": "Die Datei ist leer."},
    )

    def clean_table(self):
        file = self.cleaned_data["table"]
        try:
            self.read = read_table(file.read())
        except NotATable as refusal:
            raise forms.ValidationError(f"{file.name}: {refusal}") from None
        return file


def import_measures(site, request):
    """Choose a file. A file with faults is told at once and not kept; any other is kept as a run to look at."""
    check_may(request.user, PERMISSION)
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    context = site.each_context(request) | {"title": "Maßnahmen einlesen", "form": form, "columns": explained()}
    status = 200
    if request.method == "POST":
        if form.is_valid():
            preview = plan(form.read)
            if not preview.faults:
                run = keep(form.read, form.cleaned_data["table"].name, by=request.user)
                return HttpResponseRedirect(reverse("admin:import_run", args=[run.pk]))
            context |= shown(preview) | {"file_name": form.cleaned_data["table"].name}
        status = 422
    context["runs"] = ImportRun.objects.defer("rows", "undo").select_related("by")[:LISTED]
    return TemplateResponse(request, "admin/measures/import.html", context, status=status)


def explained():
    """The columns a table may have, for people who write one."""
    yield {"name": NUMBER, "title": "Nummer", "example": "17 (leer: eine neue Maßnahme)", "choices": ()}
    for column in COLUMNS:
        choices = column.choices.items() if isinstance(column, Choice) else ()
        yield {"name": column.name, "title": column.title, "example": column.example, "choices": choices}


def shown(preview):
    """What a page shows of a preview, with how many lines it leaves out."""
    kinds = {"faults": preview.faults, "hints": preview.hints, "new": preview.new, "changed": preview.changed}
    cut = {name: lines[:SHOWN] for name, lines in kinds.items()}
    return {
        "preview": preview,
        "lines": cut,
        "left": {name: len(lines) - len(cut[name]) for name, lines in kinds.items()},
    }


def import_run(site, request, pk):
    """One run: its preview on the data of this moment, or what it did. Confirmed, it works while the page is read."""
    check_may(request.user, PERMISSION)
    run = get_object_or_404(ImportRun.objects.select_related("by"), pk=pk)
    context = site.each_context(request) | {"title": f"Maßnahmen einlesen: {run.file_name}", "run": run}
    if request.method == "POST":
        return streamed(run, request, context)
    if run.state == ImportRun.State.PREVIEW:
        context |= shown(plan(table_of(run)))
    elif run.state == ImportRun.State.APPLIED:
        context["numbers"] = sorted(int(number) for number in run.undo.get("measures", {}))[:SHOWN]
    return TemplateResponse(request, "admin/measures/import_run.html", context)


def streamed(run, request, context):
    """The page in the admin's frame, written while the import works; the last line says how it ended."""
    frame = render_to_string("admin/measures/import_progress.html", context, request=request)
    head, _, tail = frame.partition(HERE)
    response = StreamingHttpResponse(working(run, request.user, head, tail))
    response["Content-Encoding"] = "identity"  # a compressor would hold the lines back until the end
    return response


def working(run, user, head, tail):
    yield f"{head}<ol>\n"
    try:
        for done, total in applying(run, by=user, now=timezone.now()):
            yield format_html("<li>{} von {} Maßnahmen geschrieben</li>\n", done, total)
    except Refused as refusal:
        yield '</ol>\n<p class="errornote" role="alert">Nichts wurde geschrieben.</p>\n<ul class="errorlist">\n'
        for reason in refusal.reasons[:SHOWN]:
            yield format_html("<li>{}</li>\n", reason)
        yield "</ul>\n"
    else:
        yield format_html("</ol>\n<p><strong>Fertig: {}</strong></p>\n", counts(run))
    yield tail


def counts(run):
    return f"{run.created_count} neu, {run.changed_count} geändert, {run.unchanged_count} unverändert."


def undo_import(site, request, pk):
    """Ask once, then put everything back as one step; refused as a whole, with everything that stands in the way."""
    check_may(request.user, PERMISSION)
    run = get_object_or_404(ImportRun.objects.select_related("by"), pk=pk)
    context = site.each_context(request) | {"title": f"Einlesen zurücknehmen: {run.file_name}", "run": run}
    if request.method != "POST":
        return TemplateResponse(request, "admin/measures/import_undo.html", context)
    try:
        undo(run, by=request.user, now=timezone.now())
    except Refused as refusal:
        context |= {"reasons": refusal.reasons[:SHOWN], "left": len(refusal.reasons) - SHOWN}
        return TemplateResponse(request, "admin/measures/import_undo.html", context, status=409)
    messages.success(request, "Alles ist wieder wie vor dem Einlesen.")
    return HttpResponseRedirect(reverse("admin:import_run", args=[run.pk]))


def export_measures(site, request):
    """The whole plan as a spreadsheet that reads back unchanged, or a department's own measures of it.

    With ?beispiele=1 the samples instead.
    """
    if not request.user.has_perm("measures.view_measure") or not request.user.is_staff:
        raise PermissionDenied
    samples = request.GET.get("beispiele") == "1"
    measures = Measure.objects.filter(sample=True) if samples else plan_of(request.user)
    try:
        with transaction.atomic():
            content = export_table(measures)
    except NotATable as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(reverse("admin:index"))
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="massnahmen-{timezone.localdate():%Y-%m-%d}.xlsx"'
    return response
