"""The back office: Django's admin, with the desk of whoever signed in as its index, and task pages in its frame."""

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

import fund.desk
import strategy.office
import strategy.tasks
from fund import rules_desk
from fund.models import Proposal
from fund.views import files as case_files
from measures import gaps, import_page, office
from measures.preview import preview
from strategy.models import Body, Contact, SourceDocument, Subtopic
from strategy.permissions import COORDINATE
from wir import board_desk
from wir.about.models import BarrierReport, OperatorFact
from wir.accounts import factor
from wir.accounts import office as accounts
from wir.gallery import SHOWN_IN, message_gallery, render_gallery
from wir.import_page import import_paper
from wir.languages import registry
from wir.languages.coverage import coverage
from wir.lib.formats import one_or_many
from wir.outbox import office as outbox
from wir.security import PUBLIC, STAFF, header

UNLISTED = ("account", "mfa", "socialaccount", "usersessions", "django_tasks_database")


class BackOffice(AdminSite):
    site_header = "WIR2.0 Redaktion und Verwaltung"
    site_title = "WIR2.0"
    index_title = "Mein Schreibtisch"
    index_template = "admin/desk.html"
    enable_nav_sidebar = True

    def has_permission(self, request):
        """Staff with a second factor; in the demo, and only there, without."""
        user = request.user
        return user.is_active and user.is_staff and factor.may_enter(request)

    def login(self, request, extra_context=None):
        """There is one door: the portal's sign-in. Staff without a second factor are led to set one up."""
        user = request.user
        if not user.is_authenticated:
            wanted = request.GET.get("next", reverse("admin:index"))
            return redirect_to_login(wanted, reverse("account_login"))
        if self.has_permission(request):
            return HttpResponseRedirect(reverse("admin:index"))
        if user.is_staff:
            messages.warning(
                request, "Bitte richten Sie zuerst einen zweiten Faktor ein. Danach öffnet sich die Verwaltung."
            )
            return HttpResponseRedirect(reverse("mfa_index"))
        raise PermissionDenied

    def logout(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_logout"))

    def password_change(self, request, extra_context=None):
        return HttpResponseRedirect(reverse("account_change_password"))

    def register(self, model_or_iterable, admin_class=None, **options):
        """Everything but the tables of two libraries: those of signing in hold secrets, and people mend them under
        /konto/; the jobs are the worker's own business, and the desk tells how it is doing."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        ours = [model for model in models if model._meta.app_label not in UNLISTED]
        super().register(ours, admin_class, **options)

    def get_urls(self):
        return [
            path("bausteine/", self.admin_view(self.gallery), name="gallery"),
            path("bausteine/nachrichten/", self.admin_view(self.message_gallery), name="message_gallery"),
            path("wortlaut-einlesen/", self.admin_view(self.import_paper), name="import_paper"),
            path("massnahmen/<int:pk>/vorschau/", self.admin_view(self.preview), name="measure_preview"),
            *office.urls(self),
            *strategy.office.urls(self),
            *case_files.urls(self),
            *fund.desk.urls(self),
            *rules_desk.urls(self),
            path("gremium/", self.page(board_desk.show_desk), name="board_desk"),
            path(
                "gremium/<int:pk>/massnahmen/<int:measure>/",
                self.page(board_desk.propose_measure_topic),
                name="propose_measure",
            ),
            path("massnahmen-einlesen/", self.page(import_page.import_measures), name="import_measures"),
            path("massnahmen-einlesen/<int:pk>/", self.page(import_page.import_run), name="import_run"),
            path("massnahmen-einlesen/<int:pk>/zuruecknehmen/", self.page(import_page.undo_import), name="undo_import"),
            path("massnahmen-ausgeben/", self.page(import_page.export_measures), name="export_measures"),
            path("postausgang/<int:pk>/ansehen/", self.admin_view(self.message_page), name="message_page"),
            *outbox.urls(self),
            *accounts.urls(self),
            *super().get_urls(),
        ]

    def page(self, view):
        """A task page that is a function of the site and the request."""
        return self.admin_view(lambda request, *args, **kwargs: view(self, request, *args, **kwargs))

    def get_app_list(self, request, app_label=None):
        """*Begleitgremium › Vorschläge* (contract): what members of a body read stands under its own heading."""
        found = super().get_app_list(request, app_label)
        for app in found:
            of_members = [each for each in app["models"] if each["model"] is Proposal]
            if of_members and app_label is None:
                app["models"] = [each for each in app["models"] if each["model"] is not Proposal]
                heading = {"name": "Begleitgremium", "app_label": "begleitgremium", "has_module_perms": True}
                found.insert(0, heading | {"app_url": of_members[0]["admin_url"], "models": of_members})
                break
        return [app for app in found if app["models"]]

    def index(self, request, extra_context=None):
        user = request.user
        has_desk = user.has_perm(COORDINATE) or Body.objects.of_user(user, timezone.localdate()).exists()
        desks = list(fund.desk.desks(user, timezone.localdate()))
        context = {
            "tasks": list(self.tasks(user)),
            "fund_desks": desks,
            "desks_tell": any(group.lines for desk in desks for group in desk.groups),
            "has_board_desk": has_desk,
        }
        if user.has_perm(outbox.VIEW):
            context["outbox"] = outbox.status(timezone.now())
        return super().index(request, context | (extra_context or {}))

    def tasks(self, user):
        """What needs this person: (count, text, address), most pressing first; only what her rights let her mend."""
        if user.has_perm("about.change_barrierreport"):
            waiting = BarrierReport.objects.filter(state=BarrierReport.State.NEW).count()
            if waiting:
                yield (
                    waiting,
                    one_or_many(
                        waiting, "gemeldete Barriere wartet auf Antwort", "gemeldete Barrieren warten auf Antwort"
                    ),
                    reverse("admin:about_barrierreport_changelist") + "?state__exact=new",
                )
        yield from accounts.tasks(user, timezone.now())
        yield from fund.desk.tasks(user, timezone.localdate())
        yield from outbox.desk_tasks(user, timezone.localdate())
        if user.has_perm("about.change_operatorfact"):
            missing = OperatorFact.missing()
            if missing:
                yield (
                    len(missing),
                    "Angaben zur Betreiberin fehlen: " + ", ".join(missing),
                    reverse("admin:about_operatorfact_changelist"),
                )
        if user.has_perm("strategy.change_guideline") and not SourceDocument.objects.exists():
            yield 1, "Der amtliche Wortlaut ist noch nicht eingelesen", reverse("admin:import_paper")
        if user.has_perm("strategy.change_contact"):
            contact = Contact.objects.order_by("-valid_from").first()
            blank = [label for label in ("hours", "languages") if contact and not getattr(contact, label)]
            if contact is None or blank:
                yield (
                    len(blank) or 1,
                    "Angaben fehlen im Kontakt der Geschäftsstelle (Sprechzeiten, gesprochene Sprachen)",
                    reverse("admin:strategy_contact_changelist"),
                )
        if user.has_perm("strategy.change_subtopic"):
            nameless = Subtopic.objects.exclude(pk__in=Subtopic.objects.named()).count()
            if nameless:
                yield (
                    nameless,
                    one_or_many(
                        nameless,
                        "angekündigtes Unterthema hat in der Quelle keinen Namen",
                        "angekündigte Unterthemen haben in der Quelle keinen Namen",
                    ),
                    reverse("admin:strategy_subtopic_changelist"),
                )
        yield from strategy.tasks.tasks(user, timezone.localdate())
        yield from gaps.tasks(user, timezone.localdate())
        yield from self.language_tasks(user)

    def language_tasks(self, user):
        for row in coverage():
            for right, count, forms, more in (
                ("translate", row.missing, ("Text fehlt", "Texte fehlen"), ""),
                ("translate", row.outdated, ("Übersetzung ist veraltet", "Übersetzungen sind veraltet"), "&outdated=1"),
                (
                    "review",
                    row.translated - row.reviewed,
                    ("Übersetzung wartet auf Prüfung", "Übersetzungen warten auf Prüfung"),
                    "&state__exact=needs_review",
                ),
            ):
                if count and user.has_perm(f"languages.{right}", row.language):
                    yield (
                        count,
                        f"{one_or_many(count, *forms)}: {row.language.name}",
                        reverse("admin:languages_translationunit_changelist") + f"?language={row.language.code}{more}",
                    )

    def preview(self, request, pk):
        """A measure as the public will see it, in a frame: the public page meets nothing of the admin's styles."""
        response = preview(self, request, pk)
        if request.GET.get("seite") == "1":
            return framed(response)
        response["Content-Security-Policy"] = header(STAFF | {"frame-src": "'self'"})
        return response

    def message_page(self, request, pk):
        """A message as its reader sees it, in a frame of its own."""
        response = outbox.show_page(self, request, pk)
        if request.GET.get("seite") == "1":
            return framed(response)
        response["Content-Security-Policy"] = header(STAFF | {"frame-src": "'self'"})
        return response

    def gallery(self, request):
        """Every component in all its states, left to right and right to left."""
        language = registry.find(request.GET.get("sprache", ""))
        if language:  # a page of its own, so that the public stylesheet meets nothing of the admin's
            return framed(HttpResponse(render_gallery(language, request)))
        context = self.each_context(request) | {"title": "Bausteine", "shown_in": SHOWN_IN}
        response = TemplateResponse(request, "admin/gallery.html", context)
        response["Content-Security-Policy"] = header(STAFF | {"frame-src": "'self'"})
        return response

    def message_gallery(self, request):
        """Every message in every language; its page stands in a frame of its own."""
        response = message_gallery(self, request)
        if request.GET.get("seite") == "1":
            return framed(response)
        response["Content-Security-Policy"] = header(STAFF | {"frame-src": "'self'"})
        return response

    def import_paper(self, request):
        return import_paper(self, request)


def framed(response):
    """A public page inside a page of the back office: the public policy, but our own frame may hold it."""
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Content-Security-Policy"] = header(PUBLIC | {"frame-ancestors": "'self'"})
    return response
