"""The log as a list to read, to search and to take along. Reading it is logged like everything else."""

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from wir.accounts.audit import Action, record, record_seen
from wir.accounts.models import AuditEntry
from wir.accounts.permissions import NO_RIGHT
from wir.languages.forms import ReadOnly
from wir.lib.spreadsheets import csv_lines

COLUMNS = ("Zeit", "wer", "was", "Art", "Nummer", "Gegenstand", "Aktenzeichen", "Einzelheit", "Netz")
LOG = AuditEntry(pk=0)  # stands for the log as a whole


class ByWhom(admin.RelatedFieldListFilter):
    """Its heading reads "Nach wem"."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.title = "wem"


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnly, admin.ModelAdmin):
    """Nobody changes it, nobody deletes from it; how long it is kept is not settled."""

    list_display = ["moment", "by_name", "action", "reference", "thing", "detail"]
    list_display_links = ["moment"]
    list_filter = ["action", "at", ("by", ByWhom)]
    search_fields = ["reference__iexact", "by_name", "thing", "detail"]
    search_help_text = "Aktenzeichen (ganz), Name, Gegenstand oder Einzelheit"
    date_hierarchy = "at"
    list_per_page = 100
    show_full_result_count = False
    actions = None
    fields = ["at", "by_name", "action", "reference", "thing", "model", "object_id", "detail", "network"]
    change_list_template = "admin/accounts/log.html"

    def get_urls(self):
        export = self.admin_site.admin_view(require_safe(self.export))
        return [path("ausgabe.csv", export, name="accounts_auditentry_export"), *super().get_urls()]

    @admin.display(description="Zeit", ordering="at")
    def moment(self, entry):
        return f"{timezone.localtime(entry.at):%d.%m.%Y %H:%M}"

    def changelist_view(self, request, extra_context=None):
        if self.has_view_permission(request):
            record_seen(by=request.user, thing=LOG, kind="log", now=timezone.now(), request=request, detail="Protokoll")
        return super().changelist_view(request, {"query": request.GET.urlencode()} | (extra_context or {}))

    def export(self, request):
        """What the list shows with its filters, as a table. A filter or page that the list does not have leads back
        to it, as on the list itself."""
        if not self.has_view_permission(request):
            raise PermissionDenied(NO_RIGHT)
        try:
            found = self.get_changelist_instance(request).get_queryset(request)
        except IncorrectLookupParameters:
            return HttpResponseRedirect(reverse("admin:accounts_auditentry_changelist") + "?e=1")
        now = timezone.now()
        record(by=request.user, action=Action.EXPORTED, thing=LOG, now=now, detail="Protokoll", request=request)
        response = StreamingHttpResponse(csv_lines(COLUMNS, rows(found)), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="protokoll-{timezone.localdate(now)}.csv"'
        response["Cache-Control"] = "no-store, private"
        return response


def rows(entries):
    for each in entries.iterator(chunk_size=2000):
        yield (
            f"{timezone.localtime(each.at):%Y-%m-%d %H:%M:%S}",
            each.by_name,
            each.get_action_display(),
            each.model,
            each.object_id,
            each.thing,
            each.reference,
            each.detail,
            each.network,
        )
