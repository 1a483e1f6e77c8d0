"""The back office of the measures. Forms write facts and texts; states are moved by buttons that call the workflow."""

from copy import copy

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models, transaction
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from measures.forms import AnswerInline, BudgetInline, Careful, Helped, MilestoneInline, NoTwins
from measures.history import differences, snapshot, snapshot_of_update
from measures.models import (
    AgendaMeasure,
    Change,
    Disclosure,
    ImportRun,
    Measure,
    Proposal,
    Release,
    ReleaseItem,
    Status,
    TargetGroup,
    Update,
)
from measures.models.measure import FIRST_SAMPLE_NUMBER
from measures.office import MOST_AT_ONCE
from measures.permissions import is_reporter, may
from measures.releases import plan_next, rehearse
from measures.workflow import edited, finished_measure_answers_again, moves_for, refresh, says_why
from strategy.admin.meetings import AgendaItemAdmin
from strategy.models import AgendaItem, units_of
from wir.languages.forms import GermanTextAdmin, ReadOnly, StampedAdmin
from wir.languages.models import ContentStamp

HTTPS = {models.URLField: {"assume_scheme": "https"}}
OF_REPORTERS = ("planned_start", "planned_end", "actual_start", "actual_end", "internal_note")


# The measure ----------------------------------------------------------------------------------------------------------


class PlanFilter(admin.SimpleListFilter):
    title = "Plan oder Beispiele"
    parameter_name = "beispiele"

    def lookups(self, request, model_admin):
        return [("1", "Beispiele"), ("alle", "beides")]

    def queryset(self, request, queryset):
        if self.value() == "alle":
            return queryset
        return queryset.filter(sample=self.value() == "1")

    def choices(self, changelist):
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": "Plan",
        }
        yield from list(super().choices(changelist))[1:]


def next_number():
    used = Measure.objects.filter(number__lt=FIRST_SAMPLE_NUMBER).aggregate(most=models.Max("number"))["most"]
    return (used or 0) + 1


class MeasureForm(forms.ModelForm):
    def clean_number(self):
        """The rule of the model names a column that is not in the form, so the model cannot tell it here."""
        number = self.cleaned_data["number"]
        if (number >= FIRST_SAMPLE_NUMBER) != self.instance.sample:
            raise ValidationError("Nummern über einer Million gehören den Beispielen, kleinere dem Plan.")
        return number


@admin.register(Measure)
class MeasureAdmin(Helped, Careful, GermanTextAdmin):
    form = MeasureForm
    of_workflow = ("published", "first_published_at", "state", "status_id", "status_day", "told_at")
    change_form_template = "admin/measures/measure_form.html"
    list_display = ["number", "title_de", "field", "state", "status_day", "published", "responsible"]
    list_display_links = ["number", "title_de"]
    list_filter = [PlanFilter, "published", "state", "field", "kind", "origin", "responsible"]
    search_fields = ["=number", "title_de", "plain_de"]
    actions = ["change_several"]
    inlines = [AnswerInline, MilestoneInline, BudgetInline]
    readonly_fields = ["status_told", "published", "first_published_at"]
    list_per_page = 50
    fieldsets = [
        (None, {"fields": ["number", "title_de", "plain_de", "purpose_de", "action_de"]}),
        ("Platz im Plan", {"fields": ["field", "subtopic", "subtopic_is_ours", "goal", "priorities", "guidelines"]}),
        ("Herkunft", {"fields": ["kind", "origin", "source", "developed_by", "novelty", "council_papers"]}),
        (
            "Wer und wo",
            {"fields": ["responsible", "contact", "partners", "target_groups", "area", "districts", "city_parts"]},
        ),
        (
            "Zeitplan",
            {
                "fields": [("planned_start", "planned_end"), ("actual_start", "actual_end")],
                "description": "Bei einer veröffentlichten Maßnahme sind neue Termine sofort öffentlich. "
                "Die zuerst veröffentlichten Termine bleiben; die Seite zeigt, wie weit sie sich verschoben haben.",
            },
        ),
        ("Stand", {"fields": ["status_told", "published", "first_published_at", "internal_note"]}),
    ]

    # Who may do what ----------------------------------------------------------------------------------------------

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return request.user.has_perm("measures.change_measure") or is_reporter(request.user)
        return may(request.user, "measures.change_measure", obj)

    def has_view_permission(self, request, obj=None):
        if is_reporter(request.user) and obj is not None:
            return self.has_change_permission(request, obj)
        return super().has_view_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Only drafts: what was public stays, withdrawn, so that addresses and history keep their meaning."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.first_published_at is None)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # drafts are deleted one by one
        return actions if request.user.has_perm("measures.change_measure") else {}

    def get_queryset(self, request):
        found = super().get_queryset(request).select_related("field", "status").prefetch_related("responsible__names")
        return found.of_units(units_of(request.user)) if is_reporter(request.user) else found

    def get_readonly_fields(self, request, obj=None):
        fields = list(super().get_readonly_fields(request, obj))
        if obj is not None and obj.first_published_at:
            fields.append("number")  # addresses and papers name it
        if is_reporter(request.user):
            every = [name for _title, part in self.fieldsets for name in flat(part["fields"])]
            fields += [name for name in every if name not in OF_REPORTERS and name not in fields]
        return fields

    # The form -----------------------------------------------------------------------------------------------------

    def get_changeform_initial_data(self, request):
        return super().get_changeform_initial_data(request) | {"number": next_number()}

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name in ("subtopic", "goal"):
            kwargs["queryset"] = db_field.related_model.objects.select_related("field").order_by("field", "number")
        if db_field.name in ("responsible", "contact"):
            kwargs["queryset"] = db_field.related_model.objects.prefetch_related("names")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field, request, **kwargs):
        """Few enough to tick, with the keyboard and on a tablet."""
        return super().formfield_for_manytomany(db_field, request, **{"widget": forms.CheckboxSelectMultiple} | kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name.endswith("_de") and field is not None:
            field.help_text = db_field.translated_field.help_text
            field.required = db_field.name in ("title_de", "plain_de")
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs["rows"] = 6
        return field

    @admin.display(description="Stand")
    def status_told(self, measure):
        if measure.status is None:
            return "Noch keine veröffentlichte Meldung mit Status"
        return f"{measure.status} (Stand {measure.status_day})"

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """Remember how the measure stood before the form is saved, to keep what the edit has changed."""
        measure = self.get_object(request, object_id) if object_id else None
        context = {}
        if measure is not None:
            request.before = snapshot(measure)
            context = {
                "moves": list(moves_for(measure, request.user)),
                "updates": measure.updates.select_related("status").order_by("-day", "-pk")[:20],
                "may_report": may(request.user, "measures.publish_update", measure),
            }
        return super().changeform_view(request, object_id, form_url, context | (extra_context or {}))

    def save_related(self, request, form, formsets, change):
        with transaction.atomic():
            super().save_related(request, form, formsets, change)
            measure = form.instance
            found = differences(getattr(request, "before", {}), snapshot(measure)) if change else {}
            edited(measure, found, by=request.user)

    def history_view(self, request, object_id, extra_context=None):
        """What was changed, by whom and when, as differences; newest first."""
        measure = self.get_object(request, object_id)
        if measure is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, measure):
            raise PermissionDenied
        changes = Change.objects.filter(measure=measure).select_related("by", "update", "milestone", "before", "plan")
        page = Paginator(changes, 30).get_page(request.GET.get("seite"))
        context = self.admin_site.each_context(request) | {
            "title": f"Verlauf: {measure}",
            "measure": measure,
            "page": page,
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/measures/history.html", context)

    @admin.action(description="Ausgewählte ändern …", permissions=["change"])
    def change_several(self, request, queryset):
        chosen = list(queryset.order_by("number").values_list("pk", flat=True)[: MOST_AT_ONCE + 1])
        if len(chosen) > MOST_AT_ONCE:
            message = f"Höchstens {MOST_AT_ONCE} Maßnahmen auf einmal. Bitte wählen Sie weniger aus."
            return self.message_user(request, message, messages.ERROR)
        return HttpResponseRedirect(f"{reverse('admin:measures_bulk')}?massnahmen={','.join(map(str, chosen))}")


def flat(fields):
    for each in fields:
        yield from each if isinstance(each, (tuple, list)) else (each,)


# Updates --------------------------------------------------------------------------------------------------------------


class UpdateForm(forms.ModelForm):
    """What is public already must stay fit for it."""

    def clean(self):
        cleaned = super().clean()
        if self.instance.state == Update.State.PUBLISHED and not self.errors:
            update = copy(self.instance)
            for name in ("status", "title_de", "plain_de"):
                setattr(update, name, cleaned.get(name))
            reasons = [reason for guard in (says_why, finished_measure_answers_again) for reason in guard(update)]
            if reasons:
                raise ValidationError(reasons)
        return cleaned


@admin.register(Update)
class UpdateAdmin(Helped, Careful, GermanTextAdmin):
    """Written as a draft; the buttons on its page publish it or take it back."""

    form = UpdateForm
    of_workflow = ("state", "published_at", "published_by_id", "previous_id")
    change_form_template = "admin/measures/update_form.html"
    list_display = ["measure", "day", "title_de", "status", "state", "published_at"]
    list_display_links = ["title_de"]
    list_filter = ["state", "status", "measure__field"]
    search_fields = ["title_de", "plain_de", "=measure__number"]
    fields = ["measure", "day", "status", "title_de", "plain_de", "source", "link", "internal_note", "state", "told"]
    readonly_fields = ["state", "told"]
    formfield_overrides = HTTPS
    list_per_page = 50

    def get_queryset(self, request):
        found = super().get_queryset(request).select_related("measure__field", "status", "published_by")
        if is_reporter(request.user):
            found = found.filter(measure__in=Measure.objects.of_units(units_of(request.user)).values("pk"))
        return found

    def has_change_permission(self, request, obj=None):
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or may(request.user, "measures.change_measure", obj.measure))

    def has_view_permission(self, request, obj=None):
        if is_reporter(request.user) and obj is not None:
            return self.has_change_permission(request, obj)
        return super().has_view_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        """Only drafts: what was public is taken back and stays in the history."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.published_at is None)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_changeform_initial_data(self, request):
        return {"day": f"{timezone.localdate():%d.%m.%Y}"} | super().get_changeform_initial_data(request)

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *(["measure"] if obj else [])]

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name.endswith("_de"):
            field.help_text, field.required = db_field.translated_field.help_text, True
        return field

    @admin.display(description="veröffentlicht")
    def told(self, update):
        if update.published_at is None:
            return "noch nie"
        return f"{timezone.localtime(update.published_at):%d.%m.%Y %H:%M} von {update.published_by or 'dem Portal'}"

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "measure":
            kwargs["queryset"] = self.measures(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def measures(self, request):
        """The plan, and the measure whose page led here, though it be a sample; for a department its own."""
        asked = request.POST.get("measure") or request.GET.get("measure") or ""
        named = Q(pk=int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 10 else Q()
        found = Measure.objects.filter(Q(sample=False) | named if named else Q(sample=False))
        found = found.of_units(units_of(request.user)) if is_reporter(request.user) else found
        return found.order_by("number").only("number", "title_de")

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if change:
            obj = Update.objects.select_related("measure", "status").get(pk=obj.pk)
            edited(obj.measure, differences(request.before, snapshot_of_update(obj)), by=request.user)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        update = self.get_object(request, object_id) if object_id else None
        context = {}
        if update is not None:
            request.before = snapshot_of_update(update)
            context = {"moves": list(moves_for(update, request.user))}
        return super().changeform_view(request, object_id, form_url, context | (extra_context or {}))

    def response_add(self, request, obj, post_url_continue=None):
        messages.info(request, "Die Meldung ist ein Entwurf. Erst „Veröffentlichen“ macht sie öffentlich.")
        return HttpResponseRedirect(reverse("admin:measures_update_change", args=[obj.pk]))


# Words ----------------------------------------------------------------------------------------------------------------


class Complete:
    """Nothing that measures are described with goes without its German words."""

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name.endswith("_de"):
            field.required = True
        return field


@admin.register(Status)
class StatusAdmin(Complete, Helped, Careful, GermanTextAdmin):
    list_display = ["title_de", "state", "tone", "order"]
    fields = ["key", "title_de", "plain_de", "state", "tone", "order"]

    def save_model(self, request, obj, form, change):
        """Measures keep the fixed state of their status, so that lists need no join."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if change and "state" in form.changed_data:
                for measure in Measure.objects.filter(status=obj):
                    refresh(measure, timezone.now())


@admin.register(TargetGroup)
class TargetGroupAdmin(Complete, Helped, Careful, GermanTextAdmin):
    list_display = ["title_de", "slug", "order"]
    fields = ["slug", "title_de", "order"]


@admin.register(Proposal)
class ProposalAdmin(Complete, Helped, Careful, GermanTextAdmin):
    list_display = ["field", "number", "title_de", "outcome", "published"]
    list_display_links = ["title_de"]
    list_filter = ["field", "outcome", "published"]
    list_select_related = ["field"]
    fields = ["field", "number", "title_de", "plain_de", "outcome", "day", "source", "published"]


# Releases -------------------------------------------------------------------------------------------------------------


class ReleaseItemInline(Helped, admin.StackedInline):
    model = ReleaseItem
    extra = 1
    fields = [("measure", "update", "move"), "today"]
    readonly_fields = ["today"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "measure":
            kwargs["queryset"] = Measure.objects.plan().order_by("number").only("number", "title_de")
        elif db_field.name == "update":
            updates = Update.objects.filter(measure__sample=False).order_by("-day", "-pk")
            kwargs["queryset"] = updates.only("day", "title_de")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description="heute im Weg")
    def today(self, item):
        if item.pk is None or item.release.state != Release.State.PLANNED:
            return "–"
        release = item.release  # one object for all rows of the form
        if not hasattr(release, "rehearsal"):
            release.rehearsal = rehearse(release)
        return " ".join(release.rehearsal.get(item, [])) or "nichts"


class ReleaseForm(forms.ModelForm):
    at = forms.DateTimeField(
        label="Zeitpunkt",
        help_text="Zeit in Hannover. Bis dahin bleibt alles unsichtbar. Zum Beispiel: 01.03.2027, 09:00",
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        input_formats=["%Y-%m-%dT%H:%M", "%d.%m.%Y %H:%M", "%d.%m.%Y, %H:%M"],
    )

    class Meta:
        model = Release
        fields = ["title", "at"]

    def clean_at(self):
        moment = self.cleaned_data["at"]
        if moment <= timezone.now():
            raise forms.ValidationError("Dieser Zeitpunkt ist schon vorbei. Bitte wählen Sie einen in der Zukunft.")
        return moment


@admin.register(Release)
class ReleaseAdmin(Helped, Careful, StampedAdmin):
    form = ReleaseForm
    list_display = ["title", "at", "state", "account"]
    list_filter = ["state"]
    list_select_related = ["by"]
    fields = ["title", "at", "state", "account", "reasons"]
    readonly_fields = ["state", "account", "reasons"]
    inlines = [ReleaseItemInline]
    change_form_template = "admin/measures/release_form.html"

    @admin.display(description="geplant von", ordering="by")
    def account(self, release):
        return release.by or "–"

    def has_change_permission(self, request, obj=None):
        """What has happened is history."""
        return super().has_change_permission(request, obj) and (obj is None or obj.state == Release.State.PLANNED)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or obj.state != Release.State.DONE)

    def get_actions(self, request):
        return {}

    def save_model(self, request, obj, form, change):
        """Only while it is planned: one that was carried out since the form was read stays as it is."""
        obj.by = request.user
        if not change:
            return super().save_model(request, obj, form, change)
        planned = Release.objects.filter(pk=obj.pk, state=Release.State.PLANNED)
        if not planned.update(title=obj.title, at=obj.at, by=obj.by):
            raise PermissionDenied

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        plan_next()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        plan_next()


@admin.register(Disclosure)
class DisclosureAdmin(Helped, Careful, StampedAdmin):
    list_display = ["view", "at", "account"]
    list_select_related = ["by"]
    fields = ["view"]

    @admin.display(description="geöffnet von", ordering="by")
    def account(self, disclosure):
        return disclosure.by or "–"

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and obj is None  # opened or not; there is nothing to edit

    def save_model(self, request, obj, form, change):
        obj.by = request.user
        super().save_model(request, obj, form, change)
        ContentStamp.touch()  # the public page shows more now

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        ContentStamp.touch()


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnly, admin.ModelAdmin):
    """What was brought in; the pages of the import carry out and take back."""

    list_display = ["file_name", "state", "at", "by", "created_count", "changed_count", "page"]
    list_select_related = ["by"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("rows", "undo")

    fields = ["file_name", "state", "at", "by", "created_count", "changed_count", "unchanged_count"]

    @admin.display(description="Ansehen")
    def page(self, run):
        return format_html('<a href="{}">Ansehen</a>', reverse("admin:import_run", args=[run.pk]))


# Topics of meetings ---------------------------------------------------------------------------------------------------


class OfRootFormSet(NoTwins):
    """A topic that came back points to the measures of the one it came up as first."""

    def __init__(self, *args, instance=None, **kwargs):
        if instance is not None and instance.first_id:
            instance = instance.first
        super().__init__(*args, instance=instance, **kwargs)


class AgendaMeasureInline(Helped, admin.StackedInline):
    model = AgendaMeasure
    formset = OfRootFormSet
    extra = 0
    verbose_name = "Maßnahme, um die es geht"
    verbose_name_plural = "Maßnahmen, um die es geht"

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "measure":
            kwargs["queryset"] = Measure.objects.plan().order_by("number").only("number", "title_de")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("measure")


admin.site.unregister(AgendaItem)


@admin.register(AgendaItem)
class TopicAdmin(AgendaItemAdmin):
    """A topic with the measures it points to, which only this app knows."""

    inlines = [AgendaMeasureInline, *AgendaItemAdmin.inlines]
