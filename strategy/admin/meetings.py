"""Meetings, topics and minutes. Forms write what is still open; what happened is moved by buttons and then stays."""

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.urls import reverse
from django.utils import timezone

from strategy import cases
from strategy.admin.bodies import HTTPS, LONG
from strategy.forms import open_meetings
from strategy.models import (
    AgendaItem,
    Attendance,
    Body,
    CouncilPaper,
    FollowUp,
    Meeting,
    MeetingChange,
    Minutes,
    MinutesEntry,
    Paper,
    Unit,
)
from strategy.models.meetings import SETTLED
from strategy.office import refuse, refuse_frozen_minutes
from strategy.permissions import COORDINATE, may
from strategy.tasks import to_release
from strategy.workflow import MEETING_MOVES, MINUTES_MOVES, OPEN, moves_for, stay_open
from wir.languages.forms import Careful, GermanTextAdmin, Helped, StampedAdmin
from wir.lib.workflow import Refused

HELPS = {
    "body": "Zum Beispiel: WIR2.0-Kuratorium",
    "day": "Zum Beispiel: 18.03.2027",
    "ends": "Zum Beispiel: 19:00. Leer: offen",
    "open_to_public": "Ankreuzen, wenn alle kommen und zuhören dürfen.",
    "number": "Platz auf der Tagesordnung. Zum Beispiel: 3",
    "kind": "Zum Beispiel: Stand der Umsetzung",
    "is_public": "Abwählen, wenn nur die Mitglieder von dem Punkt wissen sollen.",
    "agendaitem.unit": "Bei einem Reflexionsgespräch nötig. Zum Beispiel: 56 Fachbereich Gesellschaftliche Teilhabe",
    "paper.title": "Zum Beispiel: Bericht zum Stand der Umsetzung",
    "council_paper": "Zum Beispiel: 0993/2022. Leer: keine",
    "link": "Zum Beispiel: https://e-government.hannover-stadt.de/…",
    "task": "Zum Beispiel: Bericht in der nächsten Sitzung",
    "followup.unit": "Zum Beispiel: 56.10 Grundsatzangelegenheiten der Einwanderung",
    "due": "Zum Beispiel: 30.06.2027. Leer: ohne Frist",
    "done_on": "Leer, solange es offen ist. Dazu gehört dann, was daraus geworden ist.",
    "followup.outcome": "Zum Beispiel: Der Bericht liegt vor; der Träger ist gefunden.",
    "minutesentry.outcome": "Zum Beispiel: empfohlen",
    "internal": "Wird nie veröffentlicht.",
    "presence": "Zum Beispiel: anwesend",
}
MOVES = {name: step.label for name, step in (MEETING_MOVES | MINUTES_MOVES).items()} | {
    "correct": "Berichtigung",
    "moved": "Verschoben",
}


class OfBody:
    """Choices of bodies, departments and papers without a statement for each of them."""

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.related_model in (Body, Unit):
            kwargs["queryset"] = db_field.related_model.objects.prefetch_related("names")
        if db_field.related_model is CouncilPaper:
            kwargs["queryset"] = CouncilPaper.objects.order_by("number", "supplement")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name.endswith("_de") and field is not None:
            original = db_field.translated_field
            field.label, field.help_text = original.verbose_name, original.help_text
            field.required = original.name == "title"
            if isinstance(field.widget, forms.Textarea):
                field.widget.attrs |= {"rows": 5, "cols": 90}
            else:
                field.widget.attrs |= {"size": 90}
        return field


class OfTopic:
    """Rows that tell what came of topics: without those that are withheld from who asks (strategy/office.py)."""

    page = ""  # from a topic to the object whose form this is

    def get_queryset(self, request):
        topics = AgendaItem.objects.filter(**{self.page: request.resolver_match.kwargs.get("object_id")})
        return super().get_queryset(request).exclude(item__in=cases.withheld(request.user, topics))


class OneByOne:
    """Nothing here is deleted from a list, several at once."""

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


# Meetings -------------------------------------------------------------------------------------------------------------


class AgendaForm(forms.ModelForm):
    """A topic that is added on the form of a meeting belongs to its body."""

    def _post_clean(self):
        if self.instance.body_id is None and self.instance.meeting is not None:
            self.instance.body = self.instance.meeting.body
        super()._post_clean()


class AgendaInline(OfBody, Helped, admin.StackedInline):
    """The agenda of a meeting that still takes topics; new topics are made on their own page, with everything."""

    model = AgendaItem
    form = AgendaForm
    extra = 0
    helps = HELPS
    show_change_link = True
    fields = [("number", "kind", "is_public"), "title_de", "unit"]

    def has_add_permission(self, request, obj=None):
        return super().has_add_permission(request, obj) and obj is not None and obj.state in OPEN

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or obj.state in OPEN)

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or obj.state in OPEN)


class ChangeInline(admin.StackedInline):
    model = MeetingChange
    extra = 0
    fields = [("at", "step", "by"), ("old_day", "note")]
    readonly_fields = ["at", "by", "step", "old_day", "note"]
    verbose_name_plural = "Verlauf"

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("by")

    @admin.display(description="Schritt")
    def step(self, change):
        return MOVES.get(change.move, change.move)


class PastFilter(admin.SimpleListFilter):
    title = "noch offen"
    parameter_name = "vorbei"

    def lookups(self, request, model_admin):
        return [("1", "vorbei, aber nicht als gehalten eingetragen")]

    def queryset(self, request, queryset):
        if self.value() != "1":
            return queryset
        return queryset.filter(day__lt=timezone.localdate(), state__in=OPEN)


class MeetingBodyFilter(admin.SimpleListFilter):
    title = "Gremium"
    parameter_name = "gremium"

    def lookups(self, request, model_admin):
        bodies = Body.objects.filter(meetings__isnull=False).distinct().prefetch_related("names")
        return [(body.key, str(body)) for body in bodies]

    def queryset(self, request, queryset):
        return queryset.filter(body__key=self.value()) if self.value() else queryset


@admin.register(Meeting)
class MeetingAdmin(OneByOne, OfBody, Helped, Careful, GermanTextAdmin):
    helps = HELPS
    of_workflow = ("state", "published", "sample")
    of_invitation = ("day", "starts", "ends", "place")
    change_form_template = "admin/strategy/meeting_form.html"
    list_display = ["day", "body", "starts", "place", "state", "published", "example"]
    list_filter = ["state", "published", MeetingBodyFilter, PastFilter, "sample"]
    date_hierarchy = "day"
    search_fields = ["body__names__name", "place"]
    inlines = [AgendaInline, ChangeInline]
    readonly_fields = ["state", "published", "example"]
    view_on_site = False  # published ones are linked from their page
    list_per_page = 50
    fieldsets = [
        (None, {"fields": ["body", "day", ("starts", "ends"), "place", "access", "open_to_public"]}),
        ("Für die Öffentlichkeit", {"fields": ["plain_de", "source"]}),
        ("Stand", {"fields": ["state", "published", "example", "internal_note"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("body").prefetch_related("body__names")

    def get_readonly_fields(self, request, obj=None):
        fields = list(super().get_readonly_fields(request, obj))
        if obj is not None:
            fields.append("body")
            if obj.state != Meeting.State.PLANNED:
                fields += self.of_invitation
        return fields

    def has_delete_permission(self, request, obj=None):
        """What people were told of, and what happened, stays: it is called off or withdrawn."""
        untold = obj is None or (obj.state == Meeting.State.PLANNED and not obj.published)
        return super().has_delete_permission(request, obj) and untold

    @admin.display(description="Beispiel")
    def example(self, meeting):
        return "Beispiel" if meeting.sample else "–"

    def get_inlines(self, request, obj):
        return super().get_inlines(request, obj) if obj is not None else []

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        context = {}
        meeting = self.get_object(request, object_id) if object_id else None
        if meeting is not None:
            context = {
                "moves": moves_for(meeting, request.user),
                "versions": meeting.minutes.order_by("-version"),
            }
        try:
            return super().changeform_view(request, object_id, form_url, context | (extra_context or {}))
        except Refused as refusal:
            back = reverse("admin:strategy_meeting_change", args=[object_id])
            return refuse(self.admin_site, request, refusal.reasons, back=back)

    def save_model(self, request, obj, form, change):
        """Day, time and place only while it is planned: who was invited since hears of a new date by the button."""
        if change and set(form.changed_data) & set(self.of_invitation):
            seen = Meeting._base_manager.filter(pk=obj.pk, state=Meeting.State.PLANNED)
            if not seen.update(state=models.F("state")):
                raise Refused(["Inzwischen ist eingeladen. Tag, Zeit und Ort ändern Sie über „Neuer Termin“."])
        elif change:
            for name in self.of_invitation:
                obj.__dict__.pop(name, None)
        super().save_model(request, obj, form, change)
        if change and obj.published and "day" in form.changed_data:  # its old address leads on, calendars take it over
            before = form.initial["day"]
            MeetingChange.objects.create(meeting=obj, move="moved", at=timezone.now(), by=request.user, old_day=before)

    def save_formset(self, request, form, formset, change):
        if formset.model is AgendaItem and formset.has_changed():
            stay_open(form.instance)
        super().save_formset(request, form, formset, change)


# Topics ---------------------------------------------------------------------------------------------------------------


class PaperInline(OfBody, Helped, admin.StackedInline):
    model = Paper
    extra = 0
    helps = HELPS
    formfield_overrides = HTTPS | LONG
    fields = ["title", "council_paper", "link", "text"]


class FollowUpInline(OfTopic, OfBody, Helped, admin.StackedInline):
    model = FollowUp
    page = "pk"
    extra = 0
    helps = HELPS
    formfield_overrides = LONG
    fields = ["task", "unit", ("due", "done_on"), "outcome"]


class WaitingFilter(admin.SimpleListFilter):
    title = "wartet auf eine Sitzung"
    parameter_name = "wartet"

    def lookups(self, request, model_admin):
        return [("1", "alle, die warten"), ("vorschlag", "Vorschläge, die warten")]

    def queryset(self, request, queryset):
        if self.value() not in ("1", "vorschlag"):
            return queryset
        waiting = queryset.waiting()
        return waiting.filter(proposed_at__isnull=False) if self.value() == "vorschlag" else waiting


@admin.register(AgendaItem)
class AgendaItemAdmin(OneByOne, OfBody, Helped, Careful, GermanTextAdmin):
    helps = HELPS
    change_form_template = "admin/strategy/item_form.html"
    list_display = ["title_de", "kind", "body", "meeting", "number", "is_public", "proposed_by"]
    list_filter = [WaitingFilter, "kind", "is_public"]
    list_select_related = ["proposed_by", "meeting__body", "body"]
    search_fields = ["title_de", "plain_de"]
    inlines = [PaperInline, FollowUpInline]
    readonly_fields = ["proposed"]
    settled = ("body", "meeting", "number", "kind", "title_de", "plain_de", "is_public", "unit")
    list_per_page = 50
    fieldsets = [
        (None, {"fields": ["body", "meeting", ("number", "kind", "is_public"), "title_de", "plain_de", "unit"]}),
        ("Intern", {"fields": ["internal", "proposed"]}),
    ]

    def get_queryset(self, request):
        found = super().get_queryset(request).select_related("body", "meeting__body", "proposed_by")
        return found.prefetch_related("body__names", "meeting__body__names")

    def get_readonly_fields(self, request, obj=None):
        fields = list(super().get_readonly_fields(request, obj))
        if obj is not None:
            fields += self.settled if obj.is_settled else ["body"]
        return fields

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_settled)

    @admin.display(description="vorgeschlagen")
    def proposed(self, item):
        if item.proposed_at is None:
            return "–"
        return f"am {timezone.localtime(item.proposed_at):%d.%m.%Y} von {item.proposed_by}"

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "meeting":
            body = getattr(request, "of_body", None)
            found = open_meetings(body) if body else Meeting.objects.filter(state__in=OPEN).order_by("day")
            kwargs["queryset"] = found.select_related("body").prefetch_related("body__names")
            kwargs["empty_label"] = "wartet auf eine Sitzung"
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        item = self.get_object(request, object_id) if object_id else None
        context = {}
        if item is not None:
            request.of_body = item.body_id
            context = {
                "waits": item.meeting_id is None and may(request.user, COORDINATE, item.body),
                "settled": SETTLED if item.is_settled else "",
            }
        try:
            return super().changeform_view(request, object_id, form_url, context | (extra_context or {}))
        except Refused as refusal:
            address = reverse("admin:strategy_agendaitem_change", args=[object_id]) if object_id else None
            back = address or reverse("admin:strategy_agendaitem_changelist")
            return refuse(self.admin_site, request, refusal.reasons, back=back)

    def save_model(self, request, obj, form, change):
        """A topic moves only between meetings that are still to be held, and settled ones keep their words."""
        if set(form.changed_data) & set(self.settled):
            if change:
                before = AgendaItem.objects.get(pk=obj.pk)
                if before.meeting_id is not None:
                    stay_open(before.meeting)
            if obj.meeting_id is not None:
                stay_open(obj.meeting)
        super().save_model(request, obj, form, change)


# Minutes --------------------------------------------------------------------------------------------------------------


class OfMinutesInline(admin.StackedInline):
    """Rows that come with the minutes: one a topic, one a person. They are filled in, neither added nor deleted."""

    extra = 0
    helps = HELPS

    def has_add_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or not obj.is_frozen)


class EntryInline(OfTopic, Helped, OfBody, OfMinutesInline):
    model = MinutesEntry
    page = "entries__minutes"
    formfield_overrides = LONG
    fields = ["topic", "outcome", "plain_de", "internal"]
    readonly_fields = ["topic"]

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("item").order_by("item__number", "pk")

    @admin.display(description="Punkt")
    def topic(self, entry):
        part = "öffentlicher Teil" if entry.item.is_public else "interner Teil"
        return f"{entry.item.number}. {entry.item} ({part})"


class AttendanceInline(Helped, OfMinutesInline):
    model = Attendance
    fields = ["person", ("presence", "came_at", "left_at")]
    readonly_fields = ["person"]

    def get_queryset(self, request):
        found = super().get_queryset(request).select_related("holder__seat")
        return found.order_by("holder__substitute", "holder__seat__number", "pk")

    @admin.display(description="Person")
    def person(self, attendance):
        holder = attendance.holder
        return f"{attendance.name} ({'Stellvertretung, ' if holder.substitute else ''}{holder.seat})"


class ExtractFilter(admin.SimpleListFilter):
    title = "öffentlicher Auszug"
    parameter_name = "auszug"

    def lookups(self, request, model_admin):
        return [("wartet", "wartet auf Veröffentlichung"), ("ja", "veröffentlicht")]

    def queryset(self, request, queryset):
        if self.value() == "wartet":
            return queryset.filter(pk__in=to_release().values("pk"))
        return queryset.filter(extract_published_at__isnull=False) if self.value() == "ja" else queryset


@admin.register(Minutes)
class MinutesAdmin(OneByOne, Helped, Careful, StampedAdmin):
    """Made by „Hat stattgefunden“ and by a correction; written here; approved minutes are only read."""

    helps = HELPS
    of_workflow = ("state", "approved_in_id", "approved_at", "approved_by_id")
    of_workflow += ("extract_published_at", "extract_published_by_id")
    change_form_template = "admin/strategy/minutes_form.html"
    list_display = ["meeting", "version", "state", "approved_in", "extract_published_at"]
    list_filter = ["state", ExtractFilter]
    inlines = [EntryInline, AttendanceInline]
    formfield_overrides = LONG
    fields = ["meeting", "version", "why", "state", "approval", "extract", "general"]
    readonly_fields = ["meeting", "version", "why", "state", "approval", "extract"]
    list_per_page = 50

    def get_queryset(self, request):
        found = super().get_queryset(request).select_related("meeting__body", "approved_in__body", "approved_by")
        return found.prefetch_related("meeting__body__names", "approved_in__body__names")

    @admin.display(description="Grund der Berichtigung")
    def why(self, minutes):
        return minutes.reason or "–"

    @admin.display(description="genehmigt")
    def approval(self, minutes):
        if minutes.approved_at is None:
            return "noch nicht"
        by = minutes.approved_by or "dem Portal"
        return f"in der Sitzung am {minutes.approved_in.day:%d.%m.%Y}, eingetragen von {by}"

    @admin.display(description="öffentlicher Auszug")
    def extract(self, minutes):
        at = minutes.extract_published_at
        return f"veröffentlicht am {timezone.localtime(at):%d.%m.%Y}" if at else "nicht veröffentlicht"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and (obj is None or not obj.is_frozen)

    def has_delete_permission(self, request, obj=None):
        """A correction that was begun by mistake; the first version is the only one there is."""
        begun = obj is None or (obj.version > 1 and not obj.is_frozen)
        return super().has_delete_permission(request, obj) and begun

    def changelist_view(self, request, extra_context=None):
        if request.method == "POST":
            messages.error(request, "Protokolle ändert man einzeln, nicht in der Liste. Nichts ist geschehen.")
        return super().changelist_view(request, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        minutes = self.get_object(request, object_id) if object_id else None
        context = {}
        if minutes is not None:
            if request.method == "POST" and minutes.is_frozen and self.has_view_or_change_permission(request, minutes):
                return refuse_frozen_minutes(self.admin_site, request, minutes)
            context = {
                "moves": moves_for(minutes, request.user),
                "may_correct": minutes.is_frozen and may(request.user, COORDINATE, minutes.meeting.body),
            }
        try:
            return super().changeform_view(request, object_id, form_url, context | (extra_context or {}))
        except Refused as refusal:
            minutes.refresh_from_db()
            return refuse_frozen_minutes(self.admin_site, request, minutes, refusal.reasons)

    def delete_view(self, request, object_id, extra_context=None):
        minutes = self.get_object(request, object_id)
        if minutes is not None and minutes.is_frozen and self.has_view_or_change_permission(request, minutes):
            return refuse_frozen_minutes(self.admin_site, request, minutes)
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refused as refusal:
            minutes.refresh_from_db()
            return refuse_frozen_minutes(self.admin_site, request, minutes, refusal.reasons)
