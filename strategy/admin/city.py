"""Departments, districts, council papers and the contact of the office."""

from django import forms
from django.contrib import admin
from django.db import models

from strategy.models import CityPart, Contact, CouncilPaper, District, Unit, UnitMember, UnitName
from wir.languages import registry
from wir.languages.forms import StampedAdmin


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
