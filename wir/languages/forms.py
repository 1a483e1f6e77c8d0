"""German texts in the back office: German columns only, written through the one door for texts."""

from django import forms
from django.contrib import admin
from django.db import transaction

from wir.languages.models import Origin
from wir.languages.writing import save_translation


class StampedAdmin(admin.ModelAdmin):
    """Base of the admin of what public pages show: deleting several moves the content stamp as deleting one does."""

    def delete_queryset(self, request, queryset):
        for obj in queryset:
            obj.delete()


class GermanTextAdmin(StampedAdmin):
    """Base of the admin of translated things: `title_de` and `plain_de`, never the twelve columns.

    A changed German text makes its translations outdated in the same step.
    """

    def save_model(self, request, obj, form, change):
        texts = {
            name.removesuffix("_de"): form.cleaned_data[name] for name in form.changed_data if name.endswith("_de")
        }
        with transaction.atomic():
            if change and texts:
                save_translation(obj, "de", texts, origin=Origin.HUMAN, by=request.user)
            super().save_model(request, obj, form, change)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name.endswith("_de"):
            field.label = db_field.translated_field.verbose_name
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs |= {"rows": 12, "cols": 90}
            else:
                field.widget.attrs |= {"size": 90}
        return field
