"""By what the lists of the fund can be narrowed. Each filter asks for one thing, in one statement or none."""

from datetime import date, datetime, time

from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.db.models import F, Max, Min
from django.utils import timezone

from fund import promise
from fund.models import Application, Decision, Flag, Reversal, Tier, TierKey
from strategy.models import District
from wir.accounts.models import User

MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
UNKNOWN = "Beim Filter „{title}“ gibt es „{value}“ nicht. Die Liste ist damit nicht eingegrenzt."
NO_FILTER = "Einen dieser Filter gibt es nicht. Wählen Sie ihn in der Liste aus."
LONGEST = 40  # signs of such a value on the page


class Chosen(admin.SimpleListFilter):
    """One of a few values that the list is narrowed to. A value that nobody offered narrows nothing, and the list says
    so; nothing is exported by it. Raises IncorrectLookupParameters."""

    def condition(self, queryset, value):
        return queryset.filter(**{self.field: value})

    def queryset(self, request, queryset):
        value = self.value()
        if value in {str(key) for key, _label in self.lookup_choices}:
            return self.condition(queryset, value)
        if value:
            if getattr(request, "is_export", False):
                raise IncorrectLookupParameters
            tell_once(request, UNKNOWN.format(title=self.title, value=value[:LONGEST]))
        return queryset


def tell_once(request, sentence):
    """A list asks its filters more than once a page."""
    told = request.__dict__.setdefault("told_of_filters", set())
    if sentence not in told:
        told.add(sentence)
        messages.warning(request, sentence)


class SampleFilter(admin.SimpleListFilter):
    """Real cases, or the examples instead: never both in one list."""

    title, parameter_name, field = "Echte oder Beispiele", "beispiele", "sample"

    def lookups(self, request, model_admin):
        return [("1", "Beispiele")]

    def choices(self, changelist):
        for value, label in ((None, "echte"), ("1", "Beispiele")):
            yield {
                "selected": (self.value() == "1") == (value == "1"),
                "query_string": changelist.get_query_string(
                    {self.parameter_name: value} if value else {}, [] if value else [self.parameter_name]
                ),
                "display": label,
            }

    def queryset(self, request, queryset):
        return queryset.filter(**{self.field: self.value() == "1"})


class PeriodFilter(Chosen):
    """By year, and within a chosen year by month. Only the first and the last day are looked up: Django's own bar works
    out the month of every row, which is slow in SQLite."""

    title, parameter_name, field = "Eingang", "zeit", "submitted_at"

    def lookups(self, request, model_admin):
        rows = model_admin.get_queryset(request).filter(**{f"{self.field}__isnull": False}).order_by()
        ends = rows.aggregate(first=Min(self.field), last=Max(self.field))
        if ends["first"] is None:
            return []
        first, last = (timezone.localdate(ends[name]) for name in ("first", "last"))
        chosen = str(request.GET.get(self.parameter_name, ""))[:4]
        found = []
        for year in range(last.year, first.year - 1, -1):
            found.append((str(year), str(year)))
            if chosen == str(year):
                found += [(f"{year}-{month:02}", f"{MONTHS[month - 1]} {year}") for month in range(1, 13)]
        return found

    def condition(self, queryset, value):
        year, _dash, month = value.partition("-")
        first = date(int(year), int(month or 1), 1)
        after = date(first.year + 1, 1, 1) if not month or month == "12" else date(first.year, first.month + 1, 1)
        begin, end = (timezone.make_aware(datetime.combine(day, time.min)) for day in (first, after))
        return queryset.filter(**{f"{self.field}__gte": begin, f"{self.field}__lt": end})


class ProposedFilter(PeriodFilter):
    title, field = "Vorgeschlagen", "proposed_at"


class CaseSampleFilter(SampleFilter):
    field = "application__sample"


class StateFilter(Chosen):
    """Drafts and erased cases are in no list, so nobody is offered them."""

    title, parameter_name, field = "Stand", "stand", "state"

    def lookups(self, request, model_admin):
        return [choice for choice in Application.State.choices if choice[0] not in Application.HIDDEN]


class TierFilter(Chosen):
    """By the tier's name; the column itself holds its key."""

    title, parameter_name, field = "Stufe", "tier", "tier"

    def lookups(self, request, model_admin):
        return TierKey.choices


class PathFilter(Chosen):
    """By the path of its tier, under the rule set a case was handed in under."""

    title, parameter_name = "Weg", "weg"

    def lookups(self, request, model_admin):
        return Tier.Path.choices

    def condition(self, queryset, value):
        return queryset.filter(rule_set__tiers__key=F("tier"), rule_set__tiers__path=value)


class DistrictFilter(Chosen):
    title, parameter_name, field = "Stadtbezirk", "bezirk", "revision__district__number"

    def lookups(self, request, model_admin):
        return [
            (str(number), name) for number, name in District.objects.order_by("number").values_list("number", "name")
        ]


class AssignedFilter(Chosen):
    """By who works on it: only people to whom something is assigned, and nobody."""

    title, parameter_name, nobody = "bearbeitet von", "bei", "niemand"

    def lookups(self, request, model_admin):
        busy = Application.objects.exclude(assigned_to=None).order_by().values("assigned_to").distinct()
        people = User.objects.filter(pk__in=busy).order_by("last_name", "first_name", "username")
        return [(self.nobody, "noch niemandem"), *((str(user.pk), str(user)) for user in people)]

    def condition(self, queryset, value):
        if value == self.nobody:
            return queryset.filter(assigned_to__isnull=True)
        return queryset.filter(assigned_to=value)


class LateFilter(Chosen):
    title, parameter_name = "Versprochene Antwort", "frist"

    def lookups(self, request, model_admin):
        return [("ueberfaellig", "überfällig")]

    def condition(self, queryset, value):
        return queryset.filter(promise.is_late(timezone.localdate()))


class FlagFilter(Chosen):
    """By what somebody still has to look at."""

    title, parameter_name = "Hinweis", "hinweis"

    def lookups(self, request, model_admin):
        return Flag.Kind.choices

    def condition(self, queryset, value):
        return queryset.filter(pk__in=Flag.objects.filter(kind=value, settled_at=None).values("application"))


class ReversalFilter(Chosen):
    """Results that the lead looks at again, and that a second person has not confirmed yet."""

    title, parameter_name = "Wiederaufnahme oder Berichtigung", "wieder"

    def lookups(self, request, model_admin):
        return [("offen", "zu bestätigen")]

    def condition(self, queryset, value):
        waiting = Reversal.objects.filter(confirmed_at=None, dropped_at=None)
        return queryset.filter(pk__in=waiting.values("application"))


class ReleasedFilter(Chosen):
    """How far a decision is: recorded and released are two facts."""

    title, parameter_name = "Wie weit", "bekannt"
    CONDITIONS = {
        "vorgeschlagen": {"confirmed_at__isnull": True, "dropped_at__isnull": True},
        "entschieden": {
            "confirmed_at__isnull": False,
            "dropped_at__isnull": True,
            "letter__released_at__isnull": True,
        },
        "bekannt": {"letter__released_at__isnull": False, "dropped_at__isnull": True},
        "verworfen": {"dropped_at__isnull": False},
    }

    def lookups(self, request, model_admin):
        return [
            ("vorgeschlagen", "vorgeschlagen"),
            ("entschieden", "entschieden, noch nicht bekannt gegeben"),
            ("bekannt", "bekannt gegeben"),
            ("verworfen", "verworfen oder überholt"),
        ]

    def condition(self, queryset, value):
        return queryset.filter(**self.CONDITIONS[value])


class KindFilter(Chosen):
    title, parameter_name, field = "Ergebnis", "ergebnis", "kind"

    def lookups(self, request, model_admin):
        return Decision.Kind.choices


class MakerFilter(Chosen):
    title, parameter_name, field = "Entschieden von", "wer", "maker"

    def lookups(self, request, model_admin):
        return Decision.Maker.choices
