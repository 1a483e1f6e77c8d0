from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.utils.html import format_html
from django.utils.text import Truncator

from wir.languages import registry
from wir.languages.forms import ReadOnly
from wir.languages.models import SourceText, TranslationUnit
from wir.languages.writing import review


class LanguageFilter(admin.SimpleListFilter):
    title = "Sprache"
    parameter_name = "language"

    def lookups(self, request, model_admin):
        return [(language.code, language.name) for language in registry.TRANSLATIONS]

    def queryset(self, request, queryset):
        return queryset.filter(language=self.value()) if self.value() else queryset


class OutdatedFilter(admin.SimpleListFilter):
    title = "veraltet"
    parameter_name = "outdated"

    def lookups(self, request, model_admin):
        return [("1", "ja"), ("0", "nein")]

    def queryset(self, request, queryset):
        return queryset.filter(outdated=self.value() == "1") if self.value() in ("0", "1") else queryset


@admin.register(TranslationUnit)
class TranslationUnitAdmin(ReadOnly, admin.ModelAdmin):
    """Every translation with its origin and state. Written elsewhere, through the one door; here it can be reviewed."""

    list_display = ["source", "beginning", "language_name", "state", "is_outdated", "origin", "reviewed_by"]
    fields = ["source", "language_name", "german", "translation", "state", "is_outdated", "origin", "translated_by"]
    fields += ["translated_at", "reviewed_by", "reviewed_at"]
    readonly_fields = fields
    list_filter = [LanguageFilter, "state", OutdatedFilter, "origin"]
    search_fields = ["source__model", "source__field", "source_text"]
    actions = ["mark_reviewed"]
    list_select_related = ["source", "reviewed_by"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_outdated()

    @admin.display(description="Sprache", ordering="language")
    def language_name(self, unit):
        return registry.get(unit.language).name

    @admin.display(description="Beginnt mit")
    def beginning(self, unit):
        return Truncator(unit.source_text).chars(50)

    @admin.display(description="Deutsch")
    def german(self, unit):
        return unit.source.text("de")

    @admin.display(description="Übersetzung")
    def translation(self, unit):
        language = registry.get(unit.language)
        return format_html(
            '<div lang="{}" dir="{}">{}</div>', language.tag, language.dir, unit.source.text(language.code)
        )

    @admin.display(description="veraltet", boolean=True)
    def is_outdated(self, unit):
        return unit.outdated

    @admin.action(description="Als geprüft kennzeichnen (nicht die eigenen)", permissions=["view"])
    def mark_reviewed(self, request, queryset):
        done, refused = 0, []
        for unit in queryset.exclude(state=TranslationUnit.State.REVIEWED):
            if unit.outdated:
                refused.append("Der deutsche Text hat sich seitdem geändert.")
                continue
            try:
                review(unit, by=request.user)
                done += 1
            except PermissionDenied as refusal:
                refused.append(str(refusal))
        if done:
            self.message_user(request, f"{done} Übersetzungen sind als geprüft gekennzeichnet.")
        for reason in dict.fromkeys(refused):
            self.message_user(request, f"{refused.count(reason)} nicht: {reason}", messages.WARNING)


@admin.register(SourceText)
class SourceTextAdmin(ReadOnly, admin.ModelAdmin):
    """The German texts as the translations see them; read only."""

    list_display = ["model", "object_id", "field", "origin", "changed_at"]
    list_filter = ["model", "origin"]
