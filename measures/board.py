"""What boards and measures have to do with each other: what minutes say of a measure, and measures as topics."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from measures.models import AgendaMeasure, Measure
from strategy.models import AgendaItem
from strategy.workflow import OPEN, propose
from wir.lib.workflow import Refused


def board_entries(measure):
    """[(meeting, item, entry)] of what the public minutes say of a measure, newest meeting first. Two statements."""
    entries = AgendaMeasure.objects.entries_of(measure, samples=measure.sample).select_related("item__meeting__body")
    entries = entries.prefetch_related("item__meeting__body__names")
    return [(entry.item.meeting, entry.item, entry) for entry in entries]


def measures_on(items, samples=False):
    """{item: [public measures it points to]} with their titles in the language of the page. Two statements."""
    roots = {item.pk: item.root_id for item in items}
    links = {}
    for item, measure in AgendaMeasure.objects.filter(item__in=set(roots.values())).values_list("item", "measure"):
        links.setdefault(item, set()).add(measure)
    wanted = set().union(*links.values())
    public = Measure.objects.public(samples).filter(pk__in=wanted).for_list("title").order_by("number")
    measures = list(public) if wanted else []
    return {pk: [each for each in measures if each.pk in links.get(root, ())] for pk, root in roots.items()}


@transaction.atomic
def propose_measure(body, measure, *, title, internal="", kind=AgendaItem.Kind.STATE, by, now=None):
    """A topic that points to a measure, for a coming meeting. Returns it; raises Refused, also where it waits."""
    item = propose(body, title=title, internal=internal, kind=kind, by=by, now=now or timezone.now())
    if pending(body, [measure]):
        raise Refused(["Diese Maßnahme steht schon auf der Themenliste oder auf einer Tagesordnung."])
    AgendaMeasure.objects.create(item=item, measure=measure)
    return item


def pending(body, measures):
    """The pks of those measures that a topic points to which waits or stands on the agenda of a coming meeting."""
    links = dict.fromkeys(AgendaMeasure.objects.filter(measure__in=measures).values_list("item", "measure"))
    still = AgendaItem.objects.filter(body=body).filter(Q(meeting=None) | Q(meeting__state__in=OPEN))
    roots = {first or pk for pk, first in still.values_list("pk", "first")}
    return {measure for item, measure in links if item in roots}
