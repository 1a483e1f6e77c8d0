"""Papers to the committees as a list to read, to search and to take along. What happens to one happens on its page."""

import csv

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Count, Exists, OuterRef
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from fund.models import CommitteeStep, FiledCase, Filing
from strategy.models import Body
from wir.languages.forms import ReadOnly
from wir.lib.printable import printable
from wir.lib.spreadsheets import guarded

DRAFT, RUNNING, ENDED = "entwurf", "laeuft", "abgeschlossen"


class StateFilter(admin.SimpleListFilter):
    """Draft, in the committees, or done with every case."""

    title, parameter_name = "Stand", "stand"

    def lookups(self, request, model_admin):
        return [(DRAFT, "Entwurf"), (RUNNING, "in den Ausschüssen"), (ENDED, "abgeschlossen")]

    def queryset(self, request, queryset):
        open_cases = FiledCase.objects.filter(filing=OuterRef("pk"), ended_at__isnull=True)
        return {
            DRAFT: queryset.filter(filed_at__isnull=True),
            RUNNING: queryset.filter(Exists(open_cases), filed_at__isnull=False),
            ENDED: queryset.filter(~Exists(open_cases), filed_at__isnull=False),
        }.get(self.value(), queryset)


class CommitteeFilter(admin.SimpleListFilter):
    """By a committee on the way of the paper."""

    title, parameter_name = "Ausschuss", "ausschuss"

    def lookups(self, request, model_admin):
        steps = CommitteeStep.objects.order_by().values("body")
        return [(str(body.pk), str(body)) for body in Body.objects.filter(pk__in=steps).prefetch_related("names")]

    def queryset(self, request, queryset):
        if not (self.value() or "").isascii() or not (self.value() or "").isdigit() or len(self.value()) > 18:
            return queryset
        return queryset.filter(Exists(CommitteeStep.objects.filter(filing=OuterRef("pk"), body=int(self.value()))))


class Papers(ChangeList):
    """Its lines lead to the paper's page."""

    def url_for_result(self, result):
        return reverse("admin:fund_filing", args=[result.pk])


@admin.register(Filing)
class FilingAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["title", "paper", "state", "count", "decides", "filed_at", "told_on"]
    list_filter = [StateFilter, CommitteeFilter, "cases__application__year", "sample"]
    search_fields = [
        "title",
        "council_paper__number",
        "cases__application__reference",
        "cases__application__revision__title",
    ]
    date_hierarchy = "made_at"
    list_per_page = 50
    list_select_related = ["council_paper"]
    show_full_result_count = False
    actions = ["export_csv"]

    def get_changelist(self, request, **kwargs):
        return Papers

    def get_queryset(self, request):
        open_cases = FiledCase.objects.filter(filing=OuterRef("pk"), ended_at__isnull=True)
        found = super().get_queryset(request).select_related("council_paper").prefetch_related("steps__body__names")
        return found.annotate(cases_count=Count("cases__application", distinct=True), is_open=Exists(open_cases))

    @admin.display(description="Drucksache", ordering="council_paper__number")
    def paper(self, filing):
        return str(filing.council_paper or "–")

    @admin.display(description="Stand")
    def state(self, filing):
        return "Entwurf" if filing.filed_at is None else "in den Ausschüssen" if filing.is_open else "abgeschlossen"

    @admin.display(description="Anträge", ordering="cases_count")
    def count(self, filing):
        return filing.cases_count

    @admin.display(description="entscheidet")
    def decides(self, filing):
        step = next((step for step in filing.steps.all() if step.decides), None)
        return f"{step.body}{f', {step.session_on:%d.%m.%Y}' if step.session_on else ''}" if step else "–"

    @admin.action(description="Als CSV herunterladen", permissions=["view"])
    def export_csv(self, request, queryset):
        """The chosen papers for spreadsheet programs; no cell can run as a formula."""
        response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="vorlagen-{timezone.localdate():%Y-%m-%d}.csv"'
        response["Cache-Control"] = "no-store, private"
        writer = csv.writer(response, delimiter=";")
        writer.writerow(
            ["Gegenstand", "Drucksache", "Stand", "Anträge", "entscheidet", "eingebracht", "öffentlich ab", "Beispiel"]
        )
        for each in queryset:
            filed = f"{timezone.localtime(each.filed_at):%d.%m.%Y}" if each.filed_at else ""
            told = f"{each.told_on:%d.%m.%Y}" if each.told_on else ""
            cells = [each.title, self.paper(each), self.state(each), str(each.cases_count), self.decides(each)]
            cells += [filed, told, "ja" if each.sample else "nein"]
            writer.writerow([guarded(printable(cell)) for cell in cells])
        return response

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A paper is read on its own page."""
        found = self.get_object(request, object_id) if object_id else None
        if found is not None and self.has_view_permission(request, found):
            return HttpResponseRedirect(reverse("admin:fund_filing", args=[found.pk]))
        return super().changeform_view(request, object_id, form_url, extra_context)
