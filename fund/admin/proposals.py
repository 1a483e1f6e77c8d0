"""*Begleitgremium › Vorschläge*: the cases of a member's bodies that are open to her. Nothing is written here."""

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, Subquery
from django.http import Http404, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from fund import gate
from fund.actors import REVIEW
from fund.admin.filters import Chosen, SampleFilter, TierFilter
from fund.models import CaseItem, Proposal, Review, TierKey
from fund.templatetags.fund_desk import euro
from wir.languages.forms import ReadOnly


class StageFilter(admin.SimpleListFilter):
    """Without it, what is still to come."""

    title, parameter_name, first = "Stand", "stand", "kommen noch"

    def choices(self, changelist):
        others = iter(super().choices(changelist))
        yield next(others) | {"display": self.first}
        yield from others

    def lookups(self, request, model_admin):
        return [("behandelt", "schon behandelt")]

    def queryset(self, request, queryset):
        past = queryset.exclude(state__in=gate.COMING)
        return past if self.value() == "behandelt" else queryset.filter(state__in=gate.COMING)


class MineFilter(admin.SimpleListFilter):
    title, parameter_name = "meiner Einschätzung", "offen"

    def lookups(self, request, model_admin):
        return [("1", "von mir noch nicht eingeschätzt")]

    def queryset(self, request, queryset):
        return gate.unreviewed(queryset, request.user) if self.value() == "1" else queryset


class MeetingFilter(Chosen):
    title, parameter_name = "Sitzung", "sitzung"

    def lookups(self, request, model_admin):
        items = CaseItem.objects.filter(
            struck_at=None, meeting__isnull=False, application__in=model_admin.open_to(request)
        )
        days = items.order_by("-meeting__day").values_list("meeting", "meeting__day").distinct()
        return [(str(pk), f"{day:%d.%m.%Y}") for pk, day in days]

    def condition(self, queryset, value):
        return queryset.filter(
            Exists(CaseItem.objects.filter(struck_at=None, meeting=value, application=OuterRef("pk")))
        )


class Proposals(ChangeList):
    def url_for_result(self, result):
        return reverse("admin:fund_proposal", args=[result.pk])


@admin.register(Proposal)
class ProposalAdmin(ReadOnly, admin.ModelAdmin):
    """Filtered by the gate (fund/gate.py): a case stands here once the member has declared and is free of conflict."""

    list_display = ["reference", "title", "applicant", "requested", "tier_name", "meeting", "mine"]
    list_filter = [MineFilter, MeetingFilter, TierFilter, StageFilter, SampleFilter]
    search_fields = ["reference", "revision__title", "revision__applicant"]
    ordering = ["submitted_at", "pk"]
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm(REVIEW)

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def get_changelist(self, request, **kwargs):
        return Proposals

    def open_to(self, request):
        """The cases that are open to who asks, worked out once a request."""
        if not hasattr(request, "open_cases"):
            request.open_cases = gate.readable(request.user, timezone.now())
        return request.open_cases

    def get_queryset(self, request):
        own = Review.objects.counted().filter(application=OuterRef("pk"), holder__user=request.user)
        items = CaseItem.objects.filter(application=OuterRef("pk"), struck_at=None).order_by("-round", "-pk")
        found = super().get_queryset(request).filter(pk__in=self.open_to(request).values("pk"))
        return found.select_related("revision").annotate(
            own_word=Subquery(own.values("word")[:1]),
            own_revision=Subquery(own.values("revision")[:1]),
            meets_on=Subquery(items.values("meeting__day")[:1]),
        )

    @admin.display(description="Titel")
    def title(self, application):
        return format_html("<bdi>{}</bdi>", application.revision.title)

    @admin.display(description="Wer")
    def applicant(self, application):
        return format_html("<bdi>{}</bdi>", application.revision.applicant)

    @admin.display(description="beantragt")
    def requested(self, application):
        return euro(application.revision.requested)

    @admin.display(description="Stufe", ordering="tier")
    def tier_name(self, application):
        return dict(TierKey.choices).get(application.tier, "–")

    @admin.display(description="Sitzung", ordering="meets_on")
    def meeting(self, application):
        return f"{application.meets_on:%d.%m.%Y}" if application.meets_on else "–"

    @admin.display(description="meine Einschätzung", ordering="own_word")
    def mine(self, application):
        if not application.own_word:
            return "noch nicht eingeschätzt"
        word = Review.Word(application.own_word).label
        return word if application.own_revision == application.revision_id else f"{word} (frühere Fassung)"

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """A case is read on its own page; what is not open to the member is not there."""
        if object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        return HttpResponseRedirect(reverse("admin:fund_proposal", args=[self.found(request, object_id).pk]))

    def history_view(self, request, object_id, extra_context=None):
        return HttpResponseRedirect(reverse("admin:fund_proposal", args=[self.found(request, object_id).pk]))

    def found(self, request, object_id):
        found = self.get_object(request, object_id) if self.has_view_permission(request) else None
        if found is None:
            raise Http404
        return found
