"""Applications as a list to read, and the catalogue of reasons. What happens to a case happens at its desk."""

from django.contrib import admin
from django.db.models import Exists, OuterRef
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from fund import promise
from fund.admin.exporting import Exporting, Listing
from fund.admin.filters import (
    AssignedFilter,
    DistrictFilter,
    FlagFilter,
    LateFilter,
    PathFilter,
    PeriodFilter,
    ReversalFilter,
    SampleFilter,
    StateFilter,
    TierFilter,
)
from fund.desk.access import closed_on
from fund.desk.waiting import promised
from fund.models import Answer, Application, RefusalReason, TierKey
from fund.templatetags.fund_desk import euro
from strategy.models import District
from wir.languages import registry
from wir.languages.forms import Careful, GermanTextAdmin, Helped, ReadOnly

TIERS = dict(TierKey.choices)
STATES = dict(Application.State.choices)
MOST_FOUND = 1000  # cases with an address that was searched for
INTAKES = dict(Application.Intake.choices)


class Cases(Listing):
    """Its lines lead to the desk, where everything about a case stands, and know the day their answer was promised."""

    def url_for_result(self, result):
        return reverse("admin:fund_case", args=[result.pk])

    def complete(self):
        self.result_list = list(self.result_list)
        promised(self.result_list, timezone.now())


@admin.register(Application)
class ApplicationAdmin(Exporting, ReadOnly, admin.ModelAdmin):
    """What was handed in. Drafts are in no list, no search, no suggestion, no export and no history here; nor are cases
    that are not open to who asks, which are told to her at the gate."""

    list_display = ["reference", "title", "applicant", "requested", "where", "waiting"]
    list_filter = [
        SampleFilter,
        StateFilter,
        LateFilter,
        FlagFilter,
        ReversalFilter,
        AssignedFilter,
        PeriodFilter,
        TierFilter,
        PathFilter,
        "year",
        "call",
        DistrictFilter,
        "language",
        "intake",
    ]
    search_fields = ["reference", "revision__title", "revision__applicant", "revision__person", "file_number"]
    list_select_related = ["revision__district", "assigned_to", "rule_set"]
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    actions = None
    export_name = "antraege"
    export_columns = {
        "Aktenzeichen": "reference",
        "Aktenzeichen der Stadt": "file_number",
        "Titel": "revision__title",
        "Wer": "revision__applicant",
        "Verantwortlich": "revision__person",
        "Stufe": "tier",
        "Stand": "state",
        "Beantragt (Euro)": "revision__requested",
        "Gesamtkosten (Euro)": "revision__total",
        "Stadtbezirk": "revision__district",
        "Jahr": "year__year",
        "Sprache": "language",
        "Eingang über": "intake",
        "Eingang": "submitted_at",
        "Bekannt gegeben": "decision_released_at",
        "Bearbeitet von": "assigned_to__username",
        "Beispiel": "sample",
    }

    def get_changelist(self, request, **kwargs):
        return Cases

    def get_queryset(self, request):
        found = super().get_queryset(request).handed_in().exclude(pk__in=closed_on(request))
        found = promise.with_beginning(found)
        return found.prefetch_related("rule_set__tiers")

    def get_search_results(self, request, queryset, search_term):
        """A word with an at sign is looked for in the addresses that applicants gave: once, not for each count."""
        if "@" not in search_term:
            return super().get_search_results(request, queryset, search_term.replace("\x00", ""))
        words = search_term.replace("\x00", "").strip()
        mails = Answer.objects.filter(application=OuterRef("pk"), question="mail", text__icontains=words)
        keys = queryset.filter(Exists(mails)).order_by().values_list("pk", flat=True)[:MOST_FOUND]
        return queryset.filter(pk__in=list(keys)), False

    @admin.display(description="Titel", ordering="revision__title")
    def title(self, application):
        return format_html("<bdi>{}</bdi>", application.revision.title)

    @admin.display(description="Wer", ordering="revision__applicant")
    def applicant(self, application):
        district = application.revision.district or "ohne Stadtbezirk"
        return format_html("<bdi>{}</bdi><br>{}", application.revision.applicant, district)

    @admin.display(description="beantragt", ordering="revision__requested")
    def requested(self, application):
        tier = TIERS.get(application.tier, "–")
        return format_html("{}<br>{}", euro(application.revision.requested), tier)

    @admin.display(description="Stand und wer", ordering="state")
    def where(self, application):
        return format_html("{}<br>{}", application.get_state_display(), application.assigned_to or "noch niemand")

    @admin.display(description="Eingang und Antwort", ordering="submitted_at")
    def waiting(self, application):
        """The day it came in; while somebody waits for an answer, also since when and until when."""
        day = timezone.localdate(application.submitted_at)
        if application.state not in Application.OPEN or application.decision_released_at:
            return f"{day:%d.%m.%Y}"
        days = (timezone.localdate() - day).days
        text = f"{day:%d.%m.%Y}, wartet {days} Tag{'' if days == 1 else 'e'}"
        if application.answer is None:
            return format_html("{}<br>keine Sitzung geplant", text)
        until = f"{application.answer:%d.%m.%Y}"
        if application.is_late and application.state in promise.UNANSWERED:
            return format_html('{}<br><strong class="overdue">überfällig seit {}</strong>', text, until)
        return format_html("{}<br>Antwort bis {}", text, until)

    def prepare_export(self):
        return dict(District.objects.values_list("pk", "name"))

    def export_row(self, row, districts):
        row["Stufe"] = TIERS.get(row["Stufe"], "")
        row["Stand"] = STATES[row["Stand"]]
        row["Stadtbezirk"] = districts.get(row["Stadtbezirk"], "")
        row["Sprache"] = registry.get(row["Sprache"]).name
        row["Eingang über"] = INTAKES[row["Eingang über"]]
        row["Beispiel"] = "ja" if row["Beispiel"] else "nein"
        for name in ("Eingang", "Bekannt gegeben"):
            row[name] = f"{timezone.localtime(row[name]):%Y-%m-%d}" if row[name] else ""
        return ["" if cell is None else cell for cell in row.values()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A case is read at the desk, where everything about it stands."""
        found = self.get_object(request, object_id) if object_id else None
        if found is not None and self.has_view_permission(request, found):
            return HttpResponseRedirect(reverse("admin:fund_case", args=[found.pk]))
        return super().changeform_view(request, object_id, form_url, extra_context)


@admin.register(RefusalReason)
class RefusalReasonAdmin(Helped, Careful, GermanTextAdmin):
    """The catalogue in German; its translations are made at the translators' desk. A reason that was used stays."""

    list_display = ["title_de", "key", "formal", "active", "order"]
    list_filter = ["formal", "active"]
    fields = ["key", "title_de", "plain_de", "formal", "active", "order"]
    helps = {
        "title_de": "Zum Beispiel: Wichtige Angaben fehlen",
        "key": "Zum Beispiel: keine-angaben. Danach nicht mehr ändern",
        "order": "Zum Beispiel: 1 steht zuerst",
        "formal": "Für die formale Prüfung; sonst für die Entscheidung in der Sache",
        "active": "Ohne Haken wird der Grund nicht mehr angeboten",
    }

    def has_delete_permission(self, request, obj=None):
        return False
