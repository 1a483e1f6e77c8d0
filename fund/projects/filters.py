"""The filters of the list of projects, by the parameters of its address; what means nothing is left out and told."""

from functools import lru_cache

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _

from fund.models import Application, TierKey
from fund.projects.reading import EVERYWHERE, NOWHERE, made, read, with_places
from fund.words import tier_words
from measures import labels as kinds
from measures.filters import Known, OneOf, Words
from measures.labels import Label, Labels, load_labels
from measures.models import Measure
from wir.languages.text import MarkedText, current, tr
from wir.lib.fold import fold

YEAR, TIER, MEASURE = "jahr", "stufe", "massnahme"
TIERS = {"klein": TierKey.MICRO, "gross": TierKey.PROJECT, "verwaltung": TierKey.ADMINISTRATION}
FIRST_YEAR, LAST_YEAR = 2021, 2199  # as FundYear.year
# The order that stands in no address first: the newest decision on top
SORTINGS = {
    "-entscheidung": ("-decision_released_at", "-pk"),
    "-betrag": ("-granted_amount", "-pk"),
    "betrag": ("granted_amount", "-pk"),
}
FACETS = (YEAR, kinds.DISTRICT, kinds.FIELD, TIER, MEASURE)


class ProjectLabels(Labels):
    """The labels of the strategy, and those that only projects have. Every year that could be one is known: that it
    has no project is an answer too."""

    def by_value(self, kind, value):
        if kind == YEAR and value.isascii() and value.isdecimal() and FIRST_YEAR <= int(value[:5]) <= LAST_YEAR:
            return said(int(value[:5]), int(value[:5]))
        return super().by_value(kind, value)


def said(value, pk, text=None):
    language = current()
    return Label(str(value), pk, MarkedText(str(text or value), language, language))


def load_project_labels(samples):
    """Every label of the list, in two statements. Measures are those of calls and public."""
    labels = ProjectLabels(load_labels().kinds)
    labels.add(kinds.DISTRICT, said(EVERYWHERE, EVERYWHERE, _("In the whole city")))
    labels.add(kinds.DISTRICT, said(NOWHERE, NOWHERE, _("Not stated")))
    words = tier_words()
    for value, key in TIERS.items():
        labels.add(TIER, said(value, key, words[key]))
    called = Application.objects.granted(samples).filter(call__measure__isnull=False).values("call__measure_id")
    public = Measure.objects.public()
    if samples:
        public = public | Measure.objects.public(samples=True)
    for measure in public.filter(pk__in=called).for_list("title").order_by("number"):
        if title := tr(measure, "title"):
            labels.add(MEASURE, Label(str(measure.number), measure.pk, title, slug=measure.slug))
    return labels


class ProjectForm(forms.Form):
    q = Words(required=False)
    jahr = Known(kind=YEAR, required=False)
    bezirk = Known(kind=kinds.DISTRICT, required=False)
    feld = Known(kind=kinds.FIELD, required=False)
    stufe = Known(kind=TIER, required=False)
    massnahme = Known(kind=MEASURE, required=False)


class ProjectFilter:
    """Reads the list's parameters. chosen: {parameter: labels or words} of what narrows the list. problems:
    {parameter: values} of what was left out."""

    def __init__(self, data, samples, labels):
        self.samples, self.labels = samples, labels
        form = ProjectForm(data)
        for field in form.fields.values():
            if isinstance(field, Known):
                field.labels = labels
        form.is_valid()
        sorting = OneOf(words=tuple(SORTINGS), required=False)
        asked = sorting.widget.value_from_datadict(data, None, "sortierung")
        self.sorting = sorting.clean(asked) or next(iter(SORTINGS))
        self.chosen = {name: value for name, value in form.cleaned_data.items() if value}
        found = form.fields | {"sortierung": sorting}
        self.problems = {name: field.problems for name, field in found.items() if field.problems}
        self._with_words = None

    def of_words(self):
        """The granted applications whose public words have every word of `q`; all without `q`.

        What is stored only leads to the likely ones; found is what is shown. A name that is not shown finds nothing.
        """
        granted = Application.objects.granted(self.samples)
        if "q" not in self.chosen:
            return granted
        if self._with_words is None:
            words = fold(self.chosen["q"]).split()
            likely = [
                each for each in read(granted) if has(words, each.shown_title, each.shown_applicant, each.reference)
            ]
            shown = map(made, likely)
            self._with_words = [
                each.reference for each in shown if has(words, str(each.title), each.carrier, each.reference)
            ]
        return granted.filter(reference__in=self._with_words)

    def found(self):
        """The applications that fit, without order."""
        applications = with_places(self.of_words()).order_by()
        for name, condition in CONDITIONS.items():
            if labels := self.chosen.get(name):
                applications = applications.filter(condition(labels))
        return applications

    def ordered(self):
        return self.found().order_by(*SORTINGS[self.sorting])


def has(words, *texts):
    return all(word in folded(" ".join(texts)) for word in words)


@lru_cache(maxsize=8192)
def folded(text):
    return fold(text)


def by_field(labels):
    fits = Q(pk__in=[])
    for label in labels:
        fits |= Q(revision__answers__field={"0": label.value})
    return fits


CONDITIONS = {
    YEAR: lambda labels: Q(year__year__in=[label.pk for label in labels]),
    kinds.DISTRICT: lambda labels: Q(area__in=[label.value for label in labels]),
    kinds.FIELD: by_field,
    TIER: lambda labels: Q(tier__in=[label.pk for label in labels]),
    MEASURE: lambda labels: Q(call__measure_id__in=[label.pk for label in labels]),
}
