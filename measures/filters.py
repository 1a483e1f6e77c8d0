"""The list's filters. What an address asks for and cannot be had is left out of the result and told at its filter."""

from datetime import timedelta

import django_filters
from django import forms
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from measures import labels as kinds
from measures.models import Measure, ThemeAnswer
from wir.languages.text import current
from wir.lib.fold import fold
from wir.lib.periods import Period

MOST_VALUES = 60  # of one parameter; more than any filter has values
LONGEST_WORDS = 200


class ValuesWidget(forms.SelectMultiple):
    """All values of a repeated parameter, without white space and without repetition."""

    def value_from_datadict(self, data, files, name):
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        return list(dict.fromkeys(value.strip() for value in values if value.strip()))


class Known(forms.Field):
    """The labels of the values that exist; the others are kept as `problems`, as they were typed."""

    widget = ValuesWidget

    def __init__(self, *, kind, **kwargs):
        self.kind, self.labels, self.problems = kind, None, []
        super().__init__(**kwargs)

    def clean(self, values):
        found = {value: self.labels.by_value(self.kind, value) for value in (values or [])[:MOST_VALUES]}
        self.problems = [value for value, label in found.items() if label is None] + (values or [])[MOST_VALUES:]
        return [label for label in found.values() if label is not None]


class OneOf(forms.Field):
    """One of a few fixed words."""

    widget = ValuesWidget

    def __init__(self, *, words, **kwargs):
        self.words, self.problems = words, []
        super().__init__(**kwargs)

    def clean(self, values):
        good = [value for value in values or [] if value in self.words]
        self.problems = [value for value in values or [] if value not in self.words] + good[1:]
        return good[0] if good else ""


class Day(forms.Field):
    """A day, or an edge of a year, a quarter or a month."""

    widget = ValuesWidget

    def __init__(self, *, edge, **kwargs):
        self.edge, self.problems = edge, []
        super().__init__(**kwargs)

    def clean(self, values):
        self.problems, found = [], None
        for value in values or []:
            try:
                found = found or getattr(Period.read(value), self.edge)
            except ValueError:
                self.problems.append(value)
        return found


class Words(forms.Field):
    """Words to search for, folded; longer than a person types is cut and told."""

    widget = ValuesWidget

    def __init__(self, **kwargs):
        self.problems = []
        super().__init__(**kwargs)

    def clean(self, values):
        text = " ".join(values or []).replace("\x00", "")
        self.problems = [text[LONGEST_WORDS:]] if len(text) > LONGEST_WORDS else []
        return text[:LONGEST_WORDS]


def known_filter(kind, lookup):
    return LabelFilter(field_class=Known, kind=kind, lookup=lookup)


class OwnField(django_filters.Filter):
    """A filter with a field class of ours."""

    def __init__(self, *, field_class, **kwargs):
        self.field_class = field_class
        super().__init__(**kwargs)


class LabelFilter(OwnField):
    """Those that have one of the labels. Repeated values mean "or"."""

    def __init__(self, *, lookup, **kwargs):
        self.lookup = lookup
        super().__init__(**kwargs)

    def filter(self, queryset, chosen):
        return queryset.filter(**{f"{self.lookup}__in": [label.pk for label in chosen]}) if chosen else queryset


class StatusFilter(OwnField):
    def filter(self, queryset, chosen):
        return queryset.filter(state__in=[label.value for label in chosen]) if chosen else queryset


class ManyFilter(LabelFilter):
    """As LabelFilter, over a table of pairs: a subquery, so that no measure appears twice."""

    def filter(self, queryset, chosen):
        if not chosen:
            return queryset
        pairs = getattr(Measure, self.lookup).through
        name = Measure._meta.get_field(self.lookup).m2m_reverse_field_name()
        found = pairs.objects.filter(**{f"{name}__in": [label.pk for label in chosen]}).values("measure_id")
        return queryset.filter(pk__in=found)


class DistrictFilter(ManyFilter):
    """Measures of the district, and those for the whole city: they reach everybody who lives there."""

    def filter(self, queryset, chosen):
        if not chosen:
            return queryset
        pairs = Measure.districts.through.objects.filter(district_id__in=[label.pk for label in chosen])
        return queryset.filter(Q(pk__in=pairs.values("measure_id")) | Q(area=Measure.Area.CITY))


class ThemeFilter(LabelFilter):
    """Measures with an answer to the theme that says something."""

    def filter(self, queryset, chosen):
        if not chosen:
            return queryset
        answers = ThemeAnswer.objects.filter(theme_id__in=[label.pk for label in chosen], not_documented=False)
        return queryset.filter(pk__in=answers.values("measure_id"))


class WordsFilter(OwnField):
    """Every word must be found in the texts shown to readers of the page's language."""

    def filter(self, queryset, text):
        found = Q(index__language=current().code)  # one row a measure, so that no measure appears twice
        for word in fold(text).split():
            found &= Q(index__folded__contains=word)
        return queryset.filter(found)


class OpenFilter(OwnField):
    def filter(self, queryset, value):
        return queryset.filter(kind=Measure.Kind.OPEN) if value else queryset


class FromFilter(OwnField):
    """Not over before this day, as far as dates are known."""

    def filter(self, queryset, day):
        if day is None:
            return queryset
        queryset = queryset.alias(over=Coalesce("actual_end", "planned_end"), begun=begun())
        return queryset.filter(Q(over__gte=day) | Q(over__isnull=True, begun__isnull=False))


class UntilFilter(OwnField):
    """Begun by this day, as far as dates are known."""

    def filter(self, queryset, day):
        return queryset.alias(begun=begun()).filter(begun__lt=day + timedelta(days=1)) if day else queryset


def begun():
    return Coalesce("actual_start", "planned_start")


SORTINGS = ("nummer", "titel", "-aktualisiert", "beginn")


class MeasureFilter(django_filters.FilterSet):
    """Reads the list's parameters (contract). `problems` names what was left out: {parameter: values}."""

    q = WordsFilter(field_class=Words)
    feld = known_filter(kinds.FIELD, "field")
    unterthema = known_filter(kinds.SUBTOPIC, "subtopic")
    ziel = known_filter(kinds.GOAL, "goal")
    prioritaet = ManyFilter(field_class=Known, kind=kinds.PRIORITY, lookup="priorities")
    thema = ThemeFilter(field_class=Known, kind=kinds.THEME, lookup="answers")
    status = StatusFilter(field_class=Known, kind=kinds.STATUS)
    bezirk = DistrictFilter(field_class=Known, kind=kinds.DISTRICT, lookup="districts")
    zielgruppe = ManyFilter(field_class=Known, kind=kinds.GROUP, lookup="target_groups")
    stelle = known_filter(kinds.UNIT, "responsible")
    antragsberechtigt = OpenFilter(field_class=OneOf, words=("1",))
    von = FromFilter(field_class=Day, edge="first")
    bis = UntilFilter(field_class=Day, edge="last")

    class Meta:
        model = Measure
        fields = []

    def __init__(self, data, queryset, labels):
        super().__init__(data, queryset)
        self.labels = labels
        for field in self.form.fields.values():
            if isinstance(field, Known):
                field.labels = labels
        self.form.is_valid()
        self.sorting_field = OneOf(words=SORTINGS, required=False)
        asked = self.sorting_field.widget.value_from_datadict(data, None, "sortierung")
        self.sorting = self.sorting_field.clean(asked) or "nummer"
        self.problems = {name: field.problems for name, field in self.form.fields.items() if field.problems}
        if self.sorting_field.problems:
            self.problems["sortierung"] = self.sorting_field.problems

    @property
    def chosen(self):
        """{parameter: labels, word or day} of the parameters that narrow the list."""
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    def found(self, leaving_out=None):
        """The measures that fit, without order. leaving_out: a parameter that does not count, for its own facet."""
        queryset = self.queryset
        for name, value in self.chosen.items():
            if name != leaving_out:
                queryset = self.filters[name].filter(queryset, value)
        return queryset.order_by()

    def ordered(self):
        """The measures that fit, in the order asked for; the number decides between equals."""
        found = self.found()
        if self.sorting == "titel":
            return found.filter(index__language=current().code).order_by("index__sort_key", "number")
        if self.sorting == "-aktualisiert":
            return found.order_by(F("told_at").desc(nulls_last=True), "number")
        if self.sorting == "beginn":
            return found.order_by(begun().asc(nulls_last=True), "number")
        return found.order_by("number")
