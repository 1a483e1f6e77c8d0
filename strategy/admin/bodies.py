"""Bodies, their names, seats and who holds them. What people gave of themselves is for those who may change it."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from strategy.models import Body, BodyName, Seat, SeatHolder
from strategy.permissions import COORDINATE
from strategy.seats import greet
from strategy.tasks import without_consent
from wir.languages.forms import Careful, GermanTextAdmin, Helped, StampedAdmin

HTTPS = {models.URLField: {"assume_scheme": "https"}}
LONG = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 4, "cols": 90})}}
HELPS = {
    "key": "Kurz, ohne Leerzeichen. Zum Beispiel: begleitgremium",
    "kind": "Zum Beispiel: Begleitgremium",
    "parent": "Zum Beispiel: WIR2.0-Kuratorium, beim Arbeitsausschuss. Leer: keines",
    "district": "Nur bei Stadtbezirksräten und Integrationsbeiräten. Zum Beispiel: 10 Linden-Limmer",
    "link": "Zum Beispiel: https://www.hannover.de/…",
    "phone": "Zum Beispiel: 0511 168-0",
    "mail": "Zum Beispiel: gremium@example.org",
    "published": "Abwählen, solange nur die Verwaltung das Gremium sehen soll.",
    "name": "Zum Beispiel: WIR2.0-Kuratorium",
    "is_alias": "Ankreuzen, wenn es auch so genannt wird und so gefunden werden soll.",
    "valid_from": "Zum Beispiel: 11.07.2022. Leer: nicht bekannt",
    "valid_until": "Letzter Tag. Leer: kein Ende bekannt",
    "source": "Zum Beispiel: Drucksache 0993/2022",
    "body": "Zum Beispiel: WIR2.0-Kuratorium",
    "number": "Zum Beispiel: 14",
    "group": "Zum Beispiel: Stadtgesellschaft. Wechselt ein Sitz die Gruppe, endet er, und ein neuer beginnt.",
    "voting": "Abwählen bei beratenden Sitzen.",
    "holder.name": "Zum Beispiel: Vorname Nachname",
    "seatholder.name": "Zum Beispiel: Vorname Nachname. Wer neu ist, bekommt beim Speichern Bescheid.",
    "organisation": "Zum Beispiel: DGB Region Niedersachsen-Mitte",
    "user": "Leer, wenn die Person nicht im Portal arbeitet",
    "role": "Zum Beispiel: Mitglied",
    "substitute": "Ankreuzen, wenn die Person das Mitglied auf diesem Sitz vertritt.",
    "seatholder.valid_from": "Erster Tag. Zum Beispiel: 11.07.2022",
    "language": "In dieser Sprache schreibt das Portal.",
    "seatholder.mail": "Leer: die Adresse des Kontos",
    "postal": "Zum Beispiel: Musterstraße 1, 30159 Hannover",
    "consent_withdrawn_on": "Von diesem Tag an steht der Name nicht mehr öffentlich.",
}


class Discreet:
    """What is in the way of deleting is not told by name to who may not know who sits where."""

    def get_deleted_objects(self, objs, request):
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        if protected and not request.user.has_perm("strategy.change_seatholder"):
            protected = ["Besetzungen, Sitzungen oder Themen, die mit zur Geschichte des Gremiums gehören"]
        return deleted, counts, needed, protected


class BodyNameInline(Helped, admin.StackedInline):
    model = BodyName
    extra = 0
    helps = HELPS


class SeatInline(Helped, admin.StackedInline):
    model = Seat
    classes = ["collapse"]  # 25 seats would be as long as thirty screens
    extra = 0
    helps = HELPS
    show_change_link = True
    fields = [("number", "group", "mark"), "label", ("voting", "public"), ("valid_from", "valid_until"), "source"]

    def get_queryset(self, request):
        return super().get_queryset(request).order_by("number")


@admin.register(Body)
class BodyAdmin(Discreet, Helped, Careful, GermanTextAdmin):
    helps = HELPS
    list_display = ["__str__", "kind", "meetings_per_year", "district", "published"]
    list_filter = ["kind", "published"]
    list_select_related = ["district"]
    search_fields = ["key", "names__name"]
    inlines = [BodyNameInline, SeatInline]
    formfield_overrides = HTTPS
    fieldsets = [
        (None, {"fields": ["key", "kind", "parent", "district", "plain_de", "published"]}),
        (
            "Wie oft es sich trifft",
            {
                "fields": ["meetings_per_year", "rhythm_source", "warn_weeks"],
                "description": "Danach warnt das Portal die Geschäftsstelle, bevor der Abstand zu groß wird.",
            },
        ),
        ("Wie man es erreicht", {"fields": ["link", "phone", "mail"]}),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("names")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "parent":
            kwargs["queryset"] = Body.objects.prefetch_related("names")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request, obj=None):
        """Addresses and the content pack name a body by its key."""
        return [*super().get_readonly_fields(request, obj), *(["key"] if obj else [])]

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions


# Seats ----------------------------------------------------------------------------------------------------------------


class HolderFormSet(forms.BaseInlineFormSet):
    """Rows of one form know of each other before they are stored: one member a seat at a time."""

    def clean(self):
        super().clean()
        gone = self.deleted_forms if hasattr(self, "cleaned_data") else []
        holders = [form.instance for form in self.forms if form not in gone and form.has_changed()]
        members = [each for each in holders if not each.substitute and each.valid_from]
        for place, one in enumerate(members):
            for other in members[place + 1 :]:
                if other.is_valid(one.valid_from) or one.is_valid(other.valid_from):
                    raise ValidationError(f"{one} und {other} hätten den Sitz zur selben Zeit.")


class HolderInline(Helped, admin.StackedInline):
    """Contact data and consent: only for who may change them."""

    model = SeatHolder
    formset = HolderFormSet
    extra = 0
    helps = HELPS
    formfield_overrides = LONG
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "name",
                    "organisation",
                    ("role", "substitute"),
                    ("valid_from", "valid_until"),
                    "user",
                    ("language", "channel"),
                    ("mail", "phone"),
                    "postal",
                    ("consent_on", "consent_how", "consent_withdrawn_on"),
                ]
            },
        )
    ]

    def has_view_permission(self, request, obj=None):
        return self.has_change_permission(request, obj)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user", "seat__body").order_by("substitute", "valid_from")


class HeldFilter(admin.SimpleListFilter):
    title = "Besetzung heute"
    parameter_name = "besetzt"

    def lookups(self, request, model_admin):
        return [("ja", "besetzt"), ("nein", "unbesetzt"), ("unbekannt", "nicht bekannt")]

    def queryset(self, request, queryset):
        members = SeatHolder.objects.filter(seat=OuterRef("pk"), substitute=False)
        held = Exists(members.on(timezone.localdate()))
        known = Exists(SeatHolder.objects.filter(seat=OuterRef("pk")))
        conditions = {"ja": Q(held), "nein": Q(known) & ~Q(held), "unbekannt": ~Q(known)}
        return queryset.filter(conditions[self.value()]) if self.value() in conditions else queryset


class ConsentFilter(admin.SimpleListFilter):
    title = "Einwilligung"
    parameter_name = "einwilligung"

    def lookups(self, request, model_admin):
        return [("ohne", "öffentlicher Sitz ohne Einwilligung")]

    def queryset(self, request, queryset):
        if self.value() != "ohne":
            return queryset
        return queryset.filter(pk__in=without_consent(timezone.localdate()).values("seat"))


class BodyFilter(admin.SimpleListFilter):
    """Only bodies with seats, by the names they go by."""

    title = "Gremium"
    parameter_name = "body__id__exact"

    def lookups(self, request, model_admin):
        bodies = Body.objects.filter(seats__isnull=False).distinct().prefetch_related("names")
        return [(str(body.pk), str(body)) for body in bodies]

    def queryset(self, request, queryset):
        asked = self.value() or ""
        return queryset.filter(body=int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 10 else queryset


@admin.register(Seat)
class SeatAdmin(Discreet, Helped, Careful, StampedAdmin):
    helps = HELPS
    change_form_template = "admin/strategy/seat_form.html"
    list_display = ["number", "body", "holder", "group", "mark", "label", "public", "consent"]
    list_display_links = ["number"]
    list_filter = [BodyFilter, "group", "mark", HeldFilter, "public", ConsentFilter]
    search_fields = ["=number", "label", "body__names__name"]
    inlines = [HolderInline]
    list_per_page = 50
    fieldsets = [
        (None, {"fields": ["body", "number", "group", "mark", "label", ("voting", "public")]}),
        ("Seit wann", {"fields": [("valid_from", "valid_until"), "source"]}),
    ]

    def get_queryset(self, request):
        found = super().get_queryset(request).select_related("body")
        return found.prefetch_related("body__names", "holders")

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "body":
            kwargs["queryset"] = Body.objects.prefetch_related("names")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_list_display(self, request):
        """Names are for who may change them; others see whether a seat is held."""
        names = request.user.has_perm("strategy.change_seatholder")
        return [each if names else {"holder": "is_held"}.get(each, each) for each in self.list_display]

    @admin.display(description="heute")
    def holder(self, seat):
        return seat.holder_on(timezone.localdate()) or self.nobody(seat)

    @admin.display(description="heute")
    def is_held(self, seat):
        return "besetzt" if seat.holder_on(timezone.localdate()) else self.nobody(seat)

    def nobody(self, seat):
        return "unbesetzt" if seat.is_vacant_on(timezone.localdate()) else "nicht bekannt"

    @admin.display(description="Einwilligung")
    def consent(self, seat):
        holder = seat.holder_on(timezone.localdate())
        if not seat.public or holder is None:
            return "–"
        return "liegt vor" if holder.is_public_on(timezone.localdate()) else "fehlt"

    def save_formset(self, request, form, formset, change):
        """Who is new is told of the seat, as after a change of hands; whose time is over hears nothing any more.

        The admin saves a form in one transaction, so nobody is told of a seat that was not stored.
        """
        super().save_formset(request, form, formset, change)
        if formset.model is not SeatHolder:
            return
        now = timezone.now()
        for holder in formset.new_objects:
            if holder.valid_until is None or holder.valid_until >= timezone.localdate(now):
                greet(holder, by=request.user, now=now)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def history_view(self, request, object_id, extra_context=None):
        """It names people."""
        if not request.user.has_perm("strategy.change_seatholder"):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        changes = request.user.has_perm(COORDINATE) and request.user.has_perm("strategy.change_seatholder")
        context = {"may_succeed": changes} | (extra_context or {})
        return super().changeform_view(request, object_id, form_url, context)
