"""A measure as lists show it: few columns, names from the labels, no statement a row."""

from dataclasses import dataclass, field

from measures import labels as kinds
from measures.models import Measure
from wir.languages.text import MarkedText, tr


@dataclass
class Card:
    measure: Measure
    title: MarkedText
    field: kinds.Label | None
    status: kinds.Label
    late: tuple | None
    districts: list = field(default_factory=list)

    @property
    def plain(self):
        return tr(self.measure, "plain")


def status_label(measure, labels):
    """The status by the office's name, or the name of the fixed state where no update has given one."""
    return labels.by_pk(kinds.STATUS, measure.status_id) or kinds.states(labels)[measure.state]


def cards_of(measures, labels, today, districts=True):
    """Cards of these measures, in their order; the districts of all of them in one statement."""
    pairs = {}
    if districts and measures:
        through = Measure.districts.through.objects.filter(measure_id__in=[measure.pk for measure in measures])
        for measure_id, district_id in through.values_list("measure_id", "district_id"):
            pairs.setdefault(measure_id, set()).add(district_id)
    return [
        Card(
            measure=measure,
            title=tr(measure, "title"),
            field=labels.by_pk(kinds.FIELD, measure.field_id),
            status=status_label(measure, labels),
            late=measure.lateness(today),
            districts=[label for label in labels.of(kinds.DISTRICT) if label.pk in pairs.get(measure.pk, ())],
        )
        for measure in measures
    ]
