"""Papers to the committees as a list to read, to search and to take along. What happens to one happens on its page."""

from django.contrib import admin
from django.db.models import Count, Exists, OuterRef
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from fund.admin.exporting import Exporting, Listing
from fund.admin.filters import Chosen, SampleFilter
from fund.models import CommitteeStep, FiledCase, Filing
from strategy.models import Body
from wir.languages.forms import ReadOnly

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


class CommitteeFilter(Chosen):
    """By a committee on the way of the paper."""

    title, parameter_name = "Ausschuss", "ausschuss"

    def lookups(self, request, model_admin):
        steps = CommitteeStep.objects.order_by().values("body")
        return [(str(body.pk), str(body)) for body in Body.objects.filter(pk__in=steps).prefetch_related("names")]

    def condition(self, queryset, value):
        return queryset.filter(Exists(CommitteeStep.objects.filter(filing=OuterRef("pk"), body=value)))


class Papers(Listing):
    """Its lines lead to the paper's page."""

    def url_for_result(self, result):
        return reverse("admin:fund_filing", args=[result.pk])


def state_of(filed_at, is_open):
    return "Entwurf" if filed_at is None else "in den Ausschüssen" if is_open else "abgeschlossen"


def decider(step):
    return f"{step.body}, {step.session_on:%d.%m.%Y}" if step.session_on else str(step.body)


@admin.register(Filing)
class FilingAdmin(Exporting, ReadOnly, admin.ModelAdmin):
    list_display = ["title", "paper", "state", "count", "decides", "filed_at", "told_on"]
    list_filter = [SampleFilter, StateFilter, CommitteeFilter, "cases__application__year"]
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
    actions = None
    export_name = "vorlagen"
    export_columns = {
        "Gegenstand": "title",
        "Drucksache": "council_paper__number",
        "Nachtrag": "council_paper__supplement",
        "Stand": "is_open",
        "Anträge": "cases_count",
        "entscheidet": "pk",
        "eingebracht": "filed_at",
        "öffentlich ab": "told_on",
        "Beispiel": "sample",
    }

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
        return state_of(filing.filed_at, filing.is_open)

    @admin.display(description="Anträge", ordering="cases_count")
    def count(self, filing):
        return filing.cases_count

    @admin.display(description="entscheidet")
    def decides(self, filing):
        return next((decider(step) for step in filing.steps.all() if step.decides), "–")

    def prepare_export(self):
        """{paper: the committee that decides}"""
        steps = CommitteeStep.objects.filter(decides=True).select_related("body").prefetch_related("body__names")
        return {each.filing_id: decider(each) for each in steps.order_by("-pk")}

    def export_row(self, row, deciders):
        row["Stand"] = state_of(row["eingebracht"], row["Stand"])
        row["entscheidet"] = deciders.get(row["entscheidet"], "")
        row["eingebracht"] = f"{timezone.localtime(row['eingebracht']):%Y-%m-%d}" if row["eingebracht"] else ""
        row["öffentlich ab"] = f"{row['öffentlich ab']:%Y-%m-%d}" if row["öffentlich ab"] else ""
        row["Beispiel"] = "ja" if row["Beispiel"] else "nein"
        return ["" if cell is None else cell for cell in row.values()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A paper is read on its own page."""
        found = self.get_object(request, object_id) if object_id else None
        if found is not None and self.has_view_permission(request, found):
            return HttpResponseRedirect(reverse("admin:fund_filing", args=[found.pk]))
        return super().changeform_view(request, object_id, form_url, extra_context)
