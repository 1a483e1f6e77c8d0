from django.contrib import admin

from wir.about.models import AccessibilityGap, BarrierReport, OperatorFact, SiteText
from wir.languages.forms import GermanTextAdmin, StampedAdmin


@admin.register(SiteText)
class SiteTextAdmin(GermanTextAdmin):
    list_display = ["__str__", "key", "updated_at"]
    search_fields = ["title_de", "plain_de"]
    fields = ["title_de", "plain_de"]

    def has_add_permission(self, request):
        return False  # each belongs to a page

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(AccessibilityGap)
class AccessibilityGapAdmin(GermanTextAdmin):
    list_display = ["number", "title_de", "fixed_by", "closed_on"]
    list_display_links = ["title_de"]
    fields = ["number", "title_de", "plain_de", "fixed_by", "closed_on"]


@admin.register(OperatorFact)
class OperatorFactAdmin(StampedAdmin):
    list_display = ["name", "value", "source", "updated_at"]

    def changelist_view(self, request, extra_context=None):
        missing = OperatorFact.missing()
        subtitle = "Es fehlen noch: " + ", ".join(missing) if missing else "Alle Angaben sind da."
        return super().changelist_view(request, {"subtitle": subtitle} | (extra_context or {}))


@admin.register(BarrierReport)
class BarrierReportAdmin(admin.ModelAdmin):
    list_display = ["text", "page", "language", "sent_at", "state"]
    list_filter = ["state", "language"]
    fields = ["text", "page", "mail", "language", "sent_at", "answer", "state"]
    readonly_fields = ["text", "page", "mail", "language", "sent_at"]

    def has_add_permission(self, request):
        return False
