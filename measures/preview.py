"""See as the public will see it: a draft, or everything as it stands after a planned release, without publishing it."""

import re

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from measures.models import Measure, Release, Update
from measures.permissions import check_may, is_reporter
from measures.releases import move_items, rehearse, told
from measures.views import MeasurePage
from measures.workflow import Refused, blockers, move
from wir.languages import registry


def preview(site, request, pk):
    """The frame with what is in the way, and the page itself inside it (?seite=1)."""
    measure = get_object_or_404(Measure.objects.select_related("field", "subtopic", "goal"), pk=pk)
    check_may_read(request.user, measure)
    language = registry.find(request.GET.get("sprache", "")) or registry.SOURCE
    number = request.GET.get("veroeffentlichung", "")
    release = get_object_or_404(Release, pk=int(number)) if re.fullmatch("[0-9]{1,9}", number) else None
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
        "reasons": in_the_way(measure, release),
        "drafts": drafts.count(),
        "address": reverse("admin:measure_preview", args=[pk]),
    }
    return TemplateResponse(request, "admin/measures/preview.html", context)


def check_may_read(user, measure):
    """Whoever reads measures in the back office; a department only its own. Raises PermissionDenied."""
    if not user.has_perm("measures.view_measure"):
        raise PermissionDenied
    if is_reporter(user):
        check_may(user, "measures.change_measure", measure)


def in_the_way(measure, release):
    """Everything that keeps the page from becoming what the preview shows."""
    if release is not None:
        return told(rehearse(release)) if release.state == Release.State.PLANNED else []
    reasons = [] if measure.published else blockers(measure, "publish")
    for update in Update.objects.filter(measure=measure, state=Update.State.DRAFT).select_related("measure", "status"):
        update.measure.published = True  # as it would be by then
        reasons += [f"{update}: {reason}" for reason in blockers(update, "publish")]
    return reasons


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
        except Http404:
            response = HttpResponse("Diese Seite wäre nicht öffentlich.", content_type="text/plain; charset=utf-8")
        finally:
            transaction.set_rollback(True)
    response["X-Robots-Tag"] = "noindex"
    return response


def happen(measure, release):
    """What the preview takes for done: the release, or the measure and all its drafts, whatever is in their way.

    A release that something is in the way of changes nothing, neither here nor when it is due.
    """
    if release is not None:
        with transaction.atomic():
            if release.state != Release.State.PLANNED or told(move_items(release)):
                transaction.set_rollback(True)
        return
    if not measure.published:
        now = timezone.now()
        Measure._base_manager.filter(pk=measure.pk).update(published=True, first_published_at=now)
    for update in measure.updates.filter(state=Update.State.DRAFT).select_related("measure", "status"):
        try:
            move(update, "publish", by=None)
        except Refused:
            continue  # told above the frame; it would not be public either
