"""What forms of the back office share: help at every field, lists to read, care on saving, German texts by one door."""

from django import forms
from django.contrib import admin
from django.db import transaction

from wir.languages.models import Origin
from wir.languages.writing import save_translation


class Helped:
    """A help text with an example at every field. helps: {"field" or "model.field": text}."""

    helps = {}

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and not db_field.help_text:
            own = f"{db_field.model._meta.model_name}.{db_field.name}"
            field.help_text = self.helps.get(own) or self.helps.get(db_field.name, field.help_text)
        return field


class ReadOnly:
    """What is read in the back office and written elsewhere: by a workflow's door, an import, or the portal itself."""

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class Careful:
    """A form that was refused answers 422, and a form that is saved leaves alone what the workflow writes."""

    of_workflow = ()

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        response = super().changeform_view(request, object_id, form_url, extra_context)
        if request.method == "POST" and "adminform" in (getattr(response, "context_data", None) or {}):
            response.status_code = 422
        return response

    def save_model(self, request, obj, form, change):
        if change:  # somebody may have pressed a button since the form was read: these columns are not written back
            for name in self.of_workflow:
                obj.__dict__.pop(name, None)
        super().save_model(request, obj, form, change)


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
