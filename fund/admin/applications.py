"""Applications as a list to read, and the catalogue of reasons. What happens to a case happens at its desk."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.http import HttpResponseRedirect
from django.urls import reverse

from fund.models import Application, RefusalReason, TierKey
from fund.templatetags.fund_desk import euro
from wir.languages.forms import Careful, GermanTextAdmin, Helped, ReadOnly


class TierFilter(admin.SimpleListFilter):
    """By the tier's name; the column itself holds its key."""

    title, parameter_name = "Stufe", "tier"

    def lookups(self, request, model_admin):
        return TierKey.choices

    def queryset(self, request, queryset):
        return queryset.filter(tier=self.value()) if self.value() else queryset


class Cases(ChangeList):
    """Its lines lead to the desk, where everything about a case stands."""

    def url_for_result(self, result):
        return reverse("admin:fund_case", args=[result.pk])


@admin.register(Application)
class ApplicationAdmin(ReadOnly, admin.ModelAdmin):
    """What was handed in. Drafts are in no list, no search, no suggestion and no history here."""

    list_display = ["reference", "title", "applicant", "requested", "state", "tier_name", "submitted_at", "assigned_to"]
    list_filter = ["state", TierFilter, "sample", "intake", "language", "year"]
    search_fields = ["reference", "revision__title", "revision__applicant", "file_number"]
    list_per_page = 50
    show_full_result_count = False

    def get_changelist(self, request, **kwargs):
        return Cases

    def get_queryset(self, request):
        return super().get_queryset(request).for_desk()

    @admin.display(description="Titel")
    def title(self, application):
        return application.revision.title

    @admin.display(description="Wer")
    def applicant(self, application):
        return application.revision.applicant

    @admin.display(description="beantragt")
    def requested(self, application):
        return euro(application.revision.requested)

    @admin.display(description="Stufe", ordering="tier")
    def tier_name(self, application):
        return dict(TierKey.choices).get(application.tier, "–")

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
