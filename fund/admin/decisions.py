"""Decisions as a list to read: proposed, made, released, dropped. They are made at the desk of their case.

It names no member of a body: what each of them thought or voted is in no list (fund design, 7).
"""

from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from fund.admin.exporting import Exporting, Listing
from fund.admin.filters import CaseSampleFilter, KindFilter, MakerFilter, ProposedFilter, ReleasedFilter
from fund.desk.access import VIEW, closed_on
from fund.models import Application, Decision
from fund.templatetags.fund_desk import euro
from wir.languages.forms import ReadOnly

KINDS, MAKERS = dict(Decision.Kind.choices), dict(Decision.Maker.choices)


class Decisions(Listing):
    """Its lines lead to the desk of the case."""

    def url_for_result(self, result):
        return reverse("admin:fund_case", args=[result.application_id])


@admin.register(Decision)
class DecisionAdmin(Exporting, ReadOnly, admin.ModelAdmin):
    """Whoever may read cases may read this list."""

    list_display = ["reference", "title", "kind_name", "maker", "amount_in_euro", "proposed", "confirmed", "told"]
    list_filter = [CaseSampleFilter, KindFilter, MakerFilter, ReleasedFilter, ProposedFilter, "application__year"]
    search_fields = ["application__reference", "application__revision__title", "application__revision__applicant"]
    list_select_related = ["application__revision", "letter"]
    list_per_page = 50
    list_max_show_all = 0
    show_full_result_count = False
    actions = None
    ordering = ["-proposed_at", "-pk"]
    export_name = "entscheidungen"
    export_columns = {
        "Aktenzeichen": "application__reference",
        "Titel": "application__revision__title",
        "Ergebnis": "kind",
        "Entschieden von": "maker",
        "Betrag (Euro)": "amount",
        "Runde": "round",
        "Vorgeschlagen": "proposed_at",
        "Entschieden": "confirmed_at",
        "Bekannt gegeben": "letter__released_at",
        "Verworfen": "dropped_at",
        "Beispiel": "application__sample",
    }
    DAYS = ("Vorgeschlagen", "Entschieden", "Bekannt gegeben", "Verworfen")

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(VIEW)

    def has_module_permission(self, request):
        return request.user.has_perm(VIEW)

    def get_changelist(self, request, **kwargs):
        return Decisions

    def get_queryset(self, request):
        """Without the cases that are not open to who asks: neither in the list, nor in what is taken along of it."""
        found = super().get_queryset(request).exclude(application__state__in=Application.HIDDEN)
        return found.exclude(application__in=closed_on(request))

    @admin.display(description="Antrag", ordering="application__reference")
    def reference(self, decision):
        return decision.application.reference

    @admin.display(description="Titel", ordering="application__revision__title")
    def title(self, decision):
        return format_html("<bdi>{}</bdi>", decision.application.revision.title)

    @admin.display(description="Ergebnis", ordering="kind")
    def kind_name(self, decision):
        return f"{decision.get_kind_display()} (verworfen)" if decision.dropped_at else decision.get_kind_display()

    @admin.display(description="Betrag", ordering="amount")
    def amount_in_euro(self, decision):
        return euro(decision.amount)

    @admin.display(description="vorgeschlagen am", ordering="proposed_at")
    def proposed(self, decision):
        return f"{timezone.localtime(decision.proposed_at):%d.%m.%Y}"

    @admin.display(description="bestätigt am", ordering="confirmed_at")
    def confirmed(self, decision):
        return f"{timezone.localtime(decision.confirmed_at):%d.%m.%Y}" if decision.confirmed_at else "noch nicht"

    @admin.display(description="bekannt gegeben am", ordering="letter__released_at")
    def told(self, decision):
        letter = getattr(decision, "letter", None)
        return f"{timezone.localtime(letter.released_at):%d.%m.%Y}" if letter and letter.released_at else "noch nicht"

    def export_row(self, row, prepared):
        row["Ergebnis"], row["Entschieden von"] = KINDS[row["Ergebnis"]], MAKERS[row["Entschieden von"]]
        row["Beispiel"] = "ja" if row["Beispiel"] else "nein"
        for name in self.DAYS:
            row[name] = f"{timezone.localtime(row[name]):%Y-%m-%d}" if row[name] else ""
        return ["" if cell is None else cell for cell in row.values()]

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A decision is read at the desk of its case."""
        found = self.get_object(request, object_id) if object_id else None
        if found is not None and self.has_view_permission(request, found):
            return HttpResponseRedirect(reverse("admin:fund_case", args=[found.application_id]))
        return super().changeform_view(request, object_id, form_url, extra_context)
