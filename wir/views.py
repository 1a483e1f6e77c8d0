"""Start page, pages about the site, health, and what readers see when something is not there."""

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.generic import FormView, TemplateView

from strategy.models import (
    ActionField,
    Chapter,
    CrossCuttingTheme,
    District,
    Guideline,
    Meeting,
    Priority,
    Subtopic,
)
from strategy.titles import all_titles
from strategy.views import readable, shown
from wir.about.forms import BarrierForm
from wir.about.models import AccessibilityGap, OperatorFact, SiteText, site_text
from wir.accounts import unsent
from wir.languages import registry
from wir.languages.coverage import coverage, public_querysets
from wir.languages.middleware import permanent_redirect
from wir.languages.page import Page
from wir.languages.text import current, tr
from wir.lib.collate import sort_key
from wir.logs import is_case
from wir.outbox.models import Heartbeat

# Addresses without a language ---------------------------------------------------------------------------------------


@require_safe
def choose_language(request):
    """The poster's address: the phone's language decides once, then it stands in the address."""
    response = HttpResponseRedirect(f"/{registry.accepted(request.headers.get('Accept-Language', '')).code}/")
    patch_vary_headers(response, ["Accept-Language"])
    return response


@require_safe
def robots(request):
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /konto/", f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def healthz(request):
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request):
    """The database answers and no migration is waiting; 503 where not. A worker that is gone is only told: the pages
    are there without it."""
    try:
        executor = MigrationExecutor(connection)
        waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        age = None if waiting else Heartbeat.age_seconds(timezone.now())
    except DatabaseError:
        return JsonResponse({"database": "unreachable"}, status=503)
    state = {"database": "ok", "migrations_waiting": waiting, "worker_age_seconds": age}
    return JsonResponse(state, status=503 if waiting else 200)


# Public pages -------------------------------------------------------------------------------------------------------


class SitePage(TemplateView):
    """Base of the pages that are not part of the strategy: a text of the site, named by its key."""

    http_method_names = ["get", "head", "options"]
    key = ""

    @cached_property
    def text(self):
        return site_text(self.key)

    @property
    def page(self):
        return Page(
            title=tr(self.text, "title"),
            required=[SiteText.objects.filter(key=self.key)],
            shown=shown([self.text], "title", "plain"),
            updated=self.text.updated_at,
            trail=self.trail(),
        )

    def trail(self):
        return [(reverse("contents"), pgettext("navigation", "All pages"))]

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"page": self.page, "text": self.text}


class Home(SitePage):
    template_name = "home.html"
    key = "start"

    def trail(self):
        return []

    @cached_property
    def fields(self):
        return list(ActionField.objects.public().for_list("title"))

    @property
    def page(self):
        page = super().page
        page.required.append(ActionField.objects.public())
        page.shown += shown(self.fields, "title")
        return page

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"fields": readable(self.fields, "title")}


class Translations(SitePage):
    """How complete each language is."""

    template_name = "translations.html"
    key = "uebersetzungen"

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"coverages": coverage(public_querysets())}


class AboutPage(SitePage):
    """A text and the facts that belong to it."""

    template_name = "about.html"

    @cached_property
    def facts(self):
        return OperatorFact.objects.on_page(self.key)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"facts": self.facts}


class Accessibility(AboutPage):
    """The accessibility statement, with the gaps that are open today (§ 9b NBGG)."""

    template_name = "accessibility.html"
    key = "barrierefreiheit"

    @cached_property
    def gaps(self):
        return list(AccessibilityGap.objects.public().for_list("title", "plain"))

    @property
    def page(self):
        page = super().page
        page.required.append(AccessibilityGap.objects.public())
        page.shown += shown(self.gaps, "title", "plain")
        page.updated = max([page.updated, *(gap.updated_at for gap in self.gaps)])
        return page

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"gaps": readable(self.gaps, "title", "plain")}


class Contents(SitePage):
    """Every page of the site: in the order of its structure, and from A to Z in the reader's alphabet."""

    template_name = "contents.html"
    key = "inhalt"

    def trail(self):
        return []

    @cached_property
    def parts(self):
        found = all_titles(subtopics=True)
        return {
            "guidelines": found[Guideline],
            "priorities": found[Priority],
            "themes": found[CrossCuttingTheme],
            "fields": found[ActionField],
            "subtopics": found[Subtopic],
            "chapters": found[Chapter],
        }

    @property
    def page(self):
        page = super().page
        for items in self.parts.values():
            page.shown += shown(items, "title")
        page.required += [model.objects.public() for model in (Guideline, Priority, CrossCuttingTheme, ActionField)]
        page.required += [Subtopic.objects.public().named(), Chapter.objects.public()]
        return page

    def get_context_data(self, **kwargs):
        language = current()
        parts = {name: readable(items, "title") for name, items in self.parts.items()}
        every = [item for items in parts.values() for item in items]
        every.sort(key=lambda item: sort_key(str(tr(item, "title")), language.alphabet, language.code == "tr"))
        nested = [
            (field, [each for each in parts["subtopics"] if each.field_id == field.pk]) for field in parts["fields"]
        ]
        return (
            super().get_context_data(**kwargs)
            | parts
            | {
                "nested": nested,
                "a_to_z": every,
                "districts": District.objects.all(),
                "meeting_days": Meeting.objects.public().order_by("day").values_list("day", flat=True).distinct(),
            }
        )


@method_decorator(csrf_exempt, name="dispatch")  # no session stands behind this form, so there is nothing to forge
class ReportBarrier(SitePage, FormView):
    """Tell the office what does not work; no account, no cookie. The page's address comes along in the link."""

    template_name = "report_barrier.html"
    key = "barriere-melden"
    form_class = BarrierForm
    http_method_names = ["get", "head", "options", "post"]

    def get_initial(self):
        return {"page": self.request.GET.get("seite", "").replace("\x00", "")[:500]}

    def form_valid(self, form):
        form.save(language=current(), now=timezone.now())
        return HttpResponseRedirect(reverse("report_barrier") + "?danke=1")

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {"thanks": self.request.GET.get("danke") == "1"}


# When something is not there ----------------------------------------------------------------------------------------


class ErrorPages:
    """Gives bare refusals (405, and 404 raised before a view) a page, and mends addresses typed in capitals."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 404 and request.method in ("GET", "HEAD"):
            better = lower_case_address(request)
            if better:
                return permanent_redirect(request, better)
        if response.status_code == 405 and not response.content:
            page = error_page(request, 405)
            for name, value in response.items():  # also what says that nobody keeps this page
                page.headers.setdefault(name, value)
            return page
        return response


IN_CAPITALS = ("fund:project",)  # written so on paper; it leads from small letters there by itself


def lower_case_address(request):
    """The same address in small letters, if that is an address of ours; None otherwise. A secret keeps its letters."""
    lower = request.path_info.lower()
    if lower == request.path_info or not getattr(request, "language_in_address", False) or is_case(request):
        return None
    for candidate in (lower, f"{lower}/"):
        try:
            found = resolve(candidate)
        except Resolver404:
            continue
        if found.view_name in IN_CAPITALS:
            return None
        return candidate
    return None


def error_page(request, status):
    """An error told to a person: what happened, what to do. Falls back to plain text if even that page fails."""
    headings = {
        400: _("We could not read this request"),
        403: _("You may not open this page"),
        404: _("This page does not exist"),
        405: _("This page cannot be used that way"),
    }
    page = Page(title=headings[status], indexed=False)
    context = {"page": page, "status": status, "in_office": request.path_info.startswith("/admin/")}
    response = render(request, "error.html", context, status=status)
    if not getattr(request, "language_in_address", False):
        patch_vary_headers(response, ["Accept-Language"])
    return response


def bad_request(request, exception=None):
    return error_page(request, 400)


def forbidden(request, exception=None):
    return error_page(request, 403)


def csrf_failure(request, reason=""):
    """In the office: a page that was open while she signed in again in another tab. What she typed there is kept."""
    if unsent.is_from_before(request):
        return unsent.add(request, unsent.form_of(request, request.user.pk, is_hers=False))
    return error_page(request, 403)


def not_found(request, exception=None):
    return error_page(request, 404)


def server_error(request):
    """Without database, session or context processors: it must work when nothing else does."""
    language = getattr(request, "language", registry.SOURCE)
    return HttpResponse(render_to_string("500.html", {"language": language}), status=500)
