"""The outbox in the back office: a list and forms to read. States are moved by buttons that call the workflow."""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone

from wir.languages.forms import ReadOnly
from wir.outbox import kinds
from wir.outbox.models import Message
from wir.outbox.office import MOST_AT_ONCE, saw, unprintable
from wir.outbox.permissions import HANDLE, readable
from wir.outbox.secrets import hidden_text
from wir.outbox.workflow import moves_for


class KindFilter(admin.SimpleListFilter):
    title = "Anlass"
    parameter_name = "anlass"

    def lookups(self, request, model_admin):
        return [(kind.name, kind.label) for kind in kinds.all_kinds()]

    def queryset(self, request, queryset):
        return queryset.filter(kind=self.value()) if self.value() else queryset


class AnswerFilter(admin.SimpleListFilter):
    title = "Antwort"
    parameter_name = "antwort"

    def lookups(self, request, model_admin):
        return [("ueberfaellig", "überfällig")]

    def queryset(self, request, queryset):
        return queryset.overdue(timezone.localdate()) if self.value() == "ueberfaellig" else queryset


@admin.register(Message)
class MessageAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ["kind_label", "name", "channel", "state", "written", "answer_until"]
    list_filter = ["state", "channel", KindFilter, AnswerFilter, "language"]
    date_hierarchy = "written_at"
    list_per_page = 50
    actions = ["print_letters"]
    change_form_template = "admin/outbox/message_form.html"
    fieldsets = [
        (None, {"fields": ["kind_label", "state", "channel", "note", "fault", "result"]}),
        ("An", {"fields": ["name", "mail", "postal", "phone", "language", "shown_language"]}),
        ("Inhalt", {"fields": ["subject", "shown_text"]}),
        (
            "Verlauf",
            {
                "fields": [
                    "written_at",
                    "written_by",
                    "released_at",
                    "released_by",
                    "attempts",
                    "next_attempt_at",
                    "sending_since",
                    "delivered_on",
                    "delivered_by",
                    "due_on",
                    "answered_on",
                    "ended_at",
                    "erased_at",
                    "about_model",
                    "about_id",
                    "message_id",
                ]
            },
        ),
    ]

    def get_queryset(self, request):
        return readable(super().get_queryset(request), request.user).defer("html")

    @admin.display(description="Anlass", ordering="kind")
    def kind_label(self, message):
        return kinds.label(message.kind)

    @admin.display(description="geschrieben", ordering="written_at")
    def written(self, message):
        return f"{timezone.localtime(message.written_at):%d.%m.%Y %H:%M}"

    @admin.display(description="Antwort bis", ordering="due_on", empty_value="–")
    def answer_until(self, message):
        return f"{message.due_on:%d.%m.%Y}" if message.due_on else None

    @admin.display(description="Text")
    def shown_text(self, message):
        return hidden_text(message)

    def get_actions(self, request):
        return super().get_actions(request) if request.user.has_perm(HANDLE) else {}

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        message = self.get_object(request, object_id) if object_id else None
        context = {}
        if message is not None and self.has_view_permission(request, message):
            saw(request, message)
            context = {
                "moves": list(moves_for(message, request.user)),
                "may_print": request.user.has_perm(HANDLE) and not unprintable(message),
            }
        return super().changeform_view(request, object_id, form_url, context | (extra_context or {}))

    @admin.action(description="Offene Briefe drucken")
    def print_letters(self, request, queryset):
        pks = queryset.filter(channel=Message.Channel.LETTER).order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE]
        if not pks:
            self.message_user(request, "Unter den gewählten Nachrichten ist kein Brief.", level="ERROR")
            return None
        return HttpResponseRedirect(reverse("admin:print_letters") + "?briefe=" + ",".join(map(str, pks)))
