from django.contrib import admin
from django.db import transaction
from django.utils import timezone

from wir.about.mails import answer_reporter
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
    fieldsets = [
        (None, {"fields": ["text", "page", "mail", "language", "sent_at"]}),
        (
            "Antwort",
            {
                "fields": ["answer", "state"],
                "description": "Steht oben eine E-Mail-Adresse und stellen Sie den Stand auf „beantwortet“, geht Ihre "
                "Antwort beim Speichern einmal von selbst an diese Adresse, in der Sprache der Meldung; Ihre eigenen "
                "Worte bleiben deutsch. Spätere Änderungen werden nicht noch einmal verschickt.",
            },
        ),
    ]
    readonly_fields = ["text", "page", "mail", "language", "sent_at"]

    def has_add_permission(self, request):
        return False

    def save_model(self, request, obj, form, change):
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            answer_reporter(obj, by=request.user, now=timezone.now())
