"""See as the public will see it: a draft, or everything as it stands after a planned release, without publishing it."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from measures.models import Measure, Release, Update
from measures.releases import move_items
from measures.views import MeasurePage
from measures.workflow import Refused, blockers, move
from wir.languages import registry


def preview(site, request, pk):
    """The frame with what is in the way, and the page itself inside it (?seite=1)."""
    measure = get_object_or_404(Measure.objects.select_related("field", "subtopic", "goal"), pk=pk)
    if not request.user.has_perm("measures.view_measure"):
        raise PermissionDenied
    language = registry.find(request.GET.get("sprache", "")) or registry.SOURCE
    number = request.GET.get("veroeffentlichung", "")
    release = get_object_or_404(Release, pk=int(number)) if number.isascii() and number.isdigit() else None
    if request.GET.get("seite") == "1":
        return as_public(measure, language, release)
    drafts = measure.updates.filter(state=Update.State.DRAFT)
    context = site.each_context(request) | {
        "title": f"Vorschau: {measure}",
        "measure": measure,
        "language": language,
        "languages": registry.LANGUAGES,
        "release": release,
        "releases": Release.objects.filter(state=Release.State.PLANNED),
        "reasons": [] if measure.published else blockers(measure, "publish"),
        "drafts": drafts.count(),
        "address": reverse("admin:measure_preview", args=[pk]),
    }
    return TemplateResponse(request, "admin/measures/preview.html", context)


def as_public(measure, language, release):
    """The public page, made in a transaction in which everything planned has happened, and which is then undone."""
    address = f"/{language.code}/massnahmen/{measure.number}-{measure.slug}/"
    public_request = RequestFactory().get(address)
    public_request.language, public_request.LANGUAGE_CODE = language, language.code
    public_request.language_in_address = True
    with transaction.atomic(), translation.override(language.code):
        happen(measure, release)
        try:
            response = MeasurePage.as_view()(public_request, number=measure.number, slug=measure.slug)
            response.render()
        finally:
            transaction.set_rollback(True)
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def happen(measure, release):
    """What the preview takes for done: the release, or the measure and all its drafts. Blockers are told elsewhere."""
    if release is not None:
        try:
            with transaction.atomic():
                move_items(release)
        except Refused as refusal:
            raise Http404(" ".join(refusal.reasons)) from None
    if not Measure.objects.get(pk=measure.pk).published:
        Measure._base_manager.filter(pk=measure.pk).update(published=True, first_published_at=measure.updated_at)
    if release is None:
        for update in measure.updates.filter(state=Update.State.DRAFT).select_related("measure", "status"):
            update.measure.published = True
            try:
                move(update, "publish", by=None)
            except Refused:
                continue  # told above the frame; it would not be public either
