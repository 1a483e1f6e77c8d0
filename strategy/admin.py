from django import forms
from django.contrib import admin
from django.db import models

from strategy.models import (
    ActionField,
    Body,
    BodyName,
    Chapter,
    CityPart,
    Contact,
    CouncilPaper,
    CrossCuttingTheme,
    District,
    FocusPoint,
    Goal,
    Guideline,
    Priority,
    SourceDocument,
    Subtopic,
    Unit,
    UnitMember,
    UnitName,
    Wording,
)
from wir.languages import registry
from wir.languages.forms import GermanTextAdmin, StampedAdmin


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


class ReadOnlyAdmin(admin.ModelAdmin):
    """What an import wrote; changed by importing again."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(SourceDocument)
class SourceDocumentAdmin(ReadOnlyAdmin):
    list_display = ["title", "edition", "issuer", "updated_at"]


@admin.register(Wording)
class WordingAdmin(ReadOnlyAdmin):
    list_display = ["key", "title", "document", "page", "note"]
    list_filter = ["document"]
    search_fields = ["title", "text", "key"]
    list_select_related = ["document"]


class UnitNameInline(admin.StackedInline):
    model = UnitName
    extra = 0


class UnitMemberInline(admin.StackedInline):
    model = UnitMember
    extra = 0


class CityPartInline(admin.StackedInline):
    model = CityPart
    extra = 0


@admin.register(District)
class DistrictAdmin(admin.ModelAdmin):
    list_display = ["number", "name"]
    list_display_links = ["name"]
    inlines = [CityPartInline]


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin):
    list_display = ["number", "__str__", "parent"]
    search_fields = ["number", "names__name"]
    inlines = [UnitNameInline, UnitMemberInline]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("names", "parent__names")


class BodyNameInline(admin.StackedInline):
    model = BodyName
    extra = 0


@admin.register(Body)
class BodyAdmin(admin.ModelAdmin):
    list_display = ["__str__", "kind", "key"]
    list_filter = ["kind"]
    search_fields = ["key", "names__name"]
    inlines = [BodyNameInline]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("names")


@admin.register(CouncilPaper)
class CouncilPaperAdmin(admin.ModelAdmin):
    list_display = ["__str__", "title", "decided_on", "body"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    search_fields = ["number", "title"]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("body__names")


class ContactForm(forms.ModelForm):
    languages = forms.MultipleChoiceField(
        label="gesprochene Sprachen",
        required=False,
        choices=[(each.code, each.name) for each in registry.LANGUAGES if not each.is_simple],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Contact
        fields = ["office", "phone", "mail", "address", "hours", "languages", "valid_from", "source"]


@admin.register(Contact)
class ContactAdmin(StampedAdmin):
    form = ContactForm
    list_display = ["office", "phone", "mail", "valid_from"]
