"""The parts of the strategy and the city's wording of them."""

from django.contrib import admin

from strategy.models import (
    ActionField,
    Chapter,
    CrossCuttingTheme,
    FocusPoint,
    Goal,
    Guideline,
    Priority,
    SourceDocument,
    Subtopic,
    Wording,
)
from wir.languages.forms import GermanTextAdmin, ReadOnly


class ItemAdmin(GermanTextAdmin):
    """A part of the strategy: our German text; the city's wording beside it, read only."""

    list_display = ["label", "title_de", "published", "has_wording", "updated_at"]
    list_display_links = ["label", "title_de"]
    list_filter = ["published"]
    list_select_related = ["official"]
    search_fields = ["title_de", "plain_de"]
    readonly_fields = ["official_text"]
    fields = ["number", "title_de", "plain_de", "published", "official_text"]

    @admin.display(description="Nummer", ordering="number")
    def label(self, item):
        return item.label or item.number

    @admin.display(description="amtlicher Wortlaut", boolean=True)
    def has_wording(self, item):
        return item.official_id is not None

    @admin.display(description="Amtlicher Wortlaut")
    def official_text(self, item):
        if item.official is None:
            return "Nicht eingelesen. Das geht unter „Amtlichen Wortlaut einlesen“."
        return "\n\n".join(filter(None, [item.official.title, item.official.text, f"({item.official.document})"]))

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("official__document")

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "title_de" in form.base_fields:
            form.base_fields["title_de"].required = self.model is not Subtopic
        return form


class InFieldAdmin(ItemAdmin):
    list_filter = ["field", "published"]
    fields = ["field", *ItemAdmin.fields]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("field")


@admin.register(Subtopic)
class SubtopicAdmin(InFieldAdmin):
    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        if "title_de" in form.base_fields:
            form.base_fields["title_de"].help_text = "Leer lassen, wenn die Quelle das Unterthema nur ankündigt."
        return form


@admin.register(Goal)
class GoalAdmin(InFieldAdmin):
    fields = ["field", "number", "title_de", "plain_de", "source", "published"]
    readonly_fields = []


@admin.register(FocusPoint)
class FocusPointAdmin(InFieldAdmin):
    fields = ["field", "subtopic", *ItemAdmin.fields]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "subtopic":
            kwargs["queryset"] = Subtopic.objects.select_related("field")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("field", "subtopic")


@admin.register(ActionField)
class ActionFieldAdmin(ItemAdmin):
    fields = ["number", "title_de", "plain_de", "announced_subtopics", "published", "official_text"]


@admin.register(Chapter)
class ChapterAdmin(ItemAdmin):
    list_display = ["label", "title_de", "slug", "parent", "published", "has_wording", "updated_at"]
    fields = ["number", "slug", "parent", *ItemAdmin.fields[1:]]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("parent")

    def get_readonly_fields(self, request, obj=None):
        """The address is made once; bookmarks and the next import rely on it."""
        return [*super().get_readonly_fields(request, obj), *(["slug"] if obj else [])]


admin.site.register([Guideline, Priority], ItemAdmin)


@admin.register(CrossCuttingTheme)
class ThemeAdmin(ItemAdmin):
    fields = ["number", "title_de", "question_de", "plain_de", "published", "official_text"]


@admin.register(SourceDocument)
class SourceDocumentAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["title", "edition", "issuer", "updated_at"]


@admin.register(Wording)
class WordingAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["key", "title", "document", "page", "note"]
    list_filter = ["document"]
    search_fields = ["title", "text", "key"]
    list_select_related = ["document"]
