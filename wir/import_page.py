"""Bringing in the official wording in the back office: the same reading and the same preview as the command."""

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from strategy.paper.placing import UNCHANGED, place
from strategy.paper.reading import LARGEST, NotSuchADocument, read_bytes, read_text


class PaperForm(forms.Form):
    paper = forms.FileField(label="Strategiepapier (Textdatei)", required=False)
    web_page = forms.FileField(label="Webseite „Die Strategie“ (Textdatei)", required=False)

    def clean(self):
        cleaned = super().clean()
        files = [cleaned.get(name) for name in ("paper", "web_page") if cleaned.get(name)]
        if not files:
            raise forms.ValidationError("Bitte wählen Sie mindestens eine der beiden Dateien.")
        self.texts, readings = [], []
        for file in files:
            if file.size > LARGEST:
                raise forms.ValidationError(f"{file.name} ist größer als 1 MB. Das ist keines der beiden Dokumente.")
            data = file.read()
            try:
                readings.append(read_bytes(data, file.name))
            except NotSuchADocument as refusal:
                raise forms.ValidationError(refusal.german) from None
            self.texts.append(data.decode("utf-8-sig"))
        if len({reading.kind for reading in readings}) < len(readings):
            raise forms.ValidationError("Beide Dateien sind dasselbe Dokument. Bitte wählen Sie zwei verschiedene.")
        self.readings = readings
        return cleaned


def import_paper(site, request):
    """Choose files, look at what would change, then carry it out. The preview's texts travel signed in the form."""
    if not request.user.has_perm("strategy.import_wording"):
        raise PermissionDenied
    context = site.each_context(request) | {"title": "Amtlichen Wortlaut einlesen"}
    if request.method == "POST" and "confirm" in request.POST:
        try:
            texts = signing.loads(request.POST["confirm"], salt="import-paper", max_age=3600)
        except signing.BadSignature:
            messages.error(request, "Die Vorschau ist älter als eine Stunde. Bitte wählen Sie die Dateien noch einmal.")
            return HttpResponseRedirect(reverse("admin:import_paper"))
        reports = place([read_text(text) for text in texts], by=request.user)
        changed = sum(len(report.lines) - len(report.of(UNCHANGED)) for report in reports)
        messages.success(request, f"Eingelesen. {changed} Stellen sind neu oder geändert.")
        return HttpResponseRedirect(reverse("admin:strategy_wording_changelist"))
    form = PaperForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        context |= {
            "reports": place(form.readings, by=request.user, dry_run=True),
            "confirm": signing.dumps(form.texts, salt="import-paper", compress=True),
        }
    status = 422 if request.method == "POST" and form.errors else 200
    return TemplateResponse(request, "admin/import_paper.html", context | {"form": form}, status=status)
