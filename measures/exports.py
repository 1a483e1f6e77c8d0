"""The same list as files for people who calculate and for programs: CSV and JSON, and one measure as JSON.

Streamed row by row; what belongs to the measures is read once, so the number of statements does not grow with the list.
"""

import json

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect, JsonResponse, StreamingHttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from measures import labels as kinds
from measures.cards import status_label
from measures.listing import Listing
from measures.models import Budget, Measure, ThemeAnswer
from measures.views import MeasurePage
from wir.languages.text import current, tr
from wir.lib.spreadsheets import csv_lines

SCHEMA = 1  # version of the fields below; raised when one changes its meaning or goes
FIELDS = (  # of a record, in their order: the head of the table, also of an empty one
    "number title title_language summary summary_language purpose purpose_language action action_language field "
    "field_title field_title_language subtopic goal priorities kind origin source state status status_language "
    "status_day department area districts target_groups planned_start planned_end actual_start actual_end late_since "
    "changed address language sample"
).split()


def refusal(listing):
    """400 for programs: what was asked for and cannot be had, in words and by parameter; None where all is well."""
    if not listing.problems:
        return None
    told = {name: [value[:80] for value in values] for name, values in listing.problems.items()}
    words = "; ".join(
        f"{listing.names[name]} ({name}): {current().comma.join(values)}" for name, values in told.items()
    )
    message = _("We do not know these values: %(values)s") % {"values": words}
    return JsonResponse({"error": message, "parameters": told}, status=400)


def records(listing):
    """One flat dictionary a measure, in the list's order; unknown values are empty."""
    labels, today, language = listing.labels, timezone.localdate(), current()
    pairs = pairs_of(listing)
    measures = listing.filterset.ordered().for_list("title", "plain", "purpose", "action")
    for measure in measures.iterator(chunk_size=500):
        late = measure.lateness(today)
        yield {
            "number": measure.number,
            **said("title", tr(measure, "title")),
            **said("summary", tr(measure, "plain")),
            **said("purpose", tr(measure, "purpose")),
            **said("action", tr(measure, "action")),
            "field": value_of(labels, kinds.FIELD, measure.field_id),
            **said("field_title", text_of(labels, kinds.FIELD, measure.field_id)),
            "subtopic": value_of(labels, kinds.SUBTOPIC, measure.subtopic_id),
            "goal": value_of(labels, kinds.GOAL, measure.goal_id),
            "priorities": named(labels, kinds.PRIORITY, pairs["priorities"].get(measure.pk)),
            "kind": measure.kind,
            "origin": measure.origin,
            "source": measure.source,
            "state": measure.state,
            **said("status", status_label(measure, labels).text),
            "status_day": str(measure.status_day or ""),
            "department": value_of(labels, kinds.UNIT, measure.responsible_id),
            "area": measure.area,
            "districts": named(labels, kinds.DISTRICT, pairs["districts"].get(measure.pk)),
            "target_groups": named(labels, kinds.GROUP, pairs["target_groups"].get(measure.pk)),
            "planned_start": str(measure.planned_start or ""),
            "planned_end": str(measure.planned_end or ""),
            "actual_start": str(measure.actual_start or ""),
            "actual_end": str(measure.actual_end or ""),
            "late_since": late[1].isoformat() if late else "",
            "changed": timezone.localtime(measure.told_at).isoformat(timespec="seconds") if measure.told_at else "",
            "address": f"{settings.SITE_URL}{measure.get_absolute_url()}",
            "language": language.tag,
            "sample": measure.sample,
        }


def pairs_of(listing):
    """{relation: {measure pk: pks}} of everything the list shows, one statement a relation."""
    found = {}
    shown = listing.filterset.found().values("pk")
    for relation in ("priorities", "districts", "target_groups"):
        through = getattr(Measure, relation).through
        name = Measure._meta.get_field(relation).m2m_reverse_field_name()
        found[relation] = {}
        for measure_id, pk in through.objects.filter(measure__in=shown).values_list("measure_id", f"{name}_id"):
            found[relation].setdefault(measure_id, set()).add(pk)
    return found


def value_of(labels, kind, pk):
    label = labels.by_pk(kind, pk)
    return label.value if label else ""


def text_of(labels, kind, pk):
    label = labels.by_pk(kind, pk)
    return label.text if label else None


def said(name, text):
    """A text with the language it is in, which need not be that of the file."""
    return {name: str(text or ""), f"{name}_language": text.language.tag if text else ""}


def named(labels, kind, pks):
    return [label.value for label in labels.of(kind) if label.pk in (pks or ())]


def download(response, name):
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Robots-Tag"] = "noindex"
    return response


def spoken(parts, language):
    """The parts of a streamed answer in the reader's language: they are made after the request has ended."""
    with translation.override(language.code):
        yield from parts


@require_safe
def csv_list(request):
    """The list as a table; several values of one field stand in one cell."""
    listing = Listing(request.GET)
    refused = refusal(listing)
    if refused:
        return refused

    def rows():
        for record in records(listing):
            yield [", ".join(cell) if isinstance(cell, list) else cell for cell in record.values()]

    parts = spoken(csv_lines(FIELDS, rows()), current())
    response = StreamingHttpResponse(parts, content_type="text/csv; charset=utf-8")
    return download(response, "massnahmen.csv")


@require_safe
def json_list(request):
    listing = Listing(request.GET)
    refused = refusal(listing)
    if refused:
        return refused

    def parts():
        yield f'{{"schema": {SCHEMA}, "language": {json.dumps(current().tag)}, "measures": ['
        for place, record in enumerate(records(listing)):
            yield (",\n" if place else "\n") + json.dumps(record, ensure_ascii=False)
        yield "\n]}\n"

    response = StreamingHttpResponse(spoken(parts(), current()), content_type="application/json; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def json_measure(request, number, slug):
    """One measure with its updates, milestones, money and theme answers."""
    page = MeasurePage(request=request, args=(), kwargs={"number": number, "slug": slug})
    page.setup(request, number=number, slug=slug)
    try:
        measure = page.measure
    except Http404 as error:
        return JsonResponse({"error": str(error)}, status=404)
    target = f"{measure.get_absolute_url().rstrip('/')}.json"
    if request.path != target:
        return HttpResponsePermanentRedirect(target)
    labels = page.labels
    (record,) = records(One(measure, labels))
    record |= {
        "schema": SCHEMA,
        "updates": [
            {
                "day": str(update.day),
                **said("title", tr(update, "title")),
                **said("reason", tr(update, "plain")),
                **said("status", text_of(labels, kinds.STATUS, update.status_id)),
                "source": update.source,
                "link": update.link,
            }
            for update in page.updates
        ],
        "milestones": [
            {
                **said("title", tr(milestone, "title")),
                "due": str(milestone.due),
                "first_due": str(milestone.first_due or ""),
                "done_on": str(milestone.done_on or ""),
            }
            for milestone in page.milestones
        ],
        "money": [money(line) for line in page.budgets],
        "themes": [
            {
                "theme": answer.theme.number,
                "phase": answer.phase,
                "not_documented": answer.not_documented,
                **said("answer", tr(answer, "plain")),
            }
            for answer in page.answers
            if answer.phase in ThemeAnswer.Phase.values
        ],
    }
    response = HttpResponse(json.dumps(record, ensure_ascii=False), content_type="application/json; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    return response


def money(line):
    def amount(value):
        return None if value is None else str(value)

    return {
        "year": line.year,
        "kind": Budget.Kind(line.kind).value,
        "source": Budget.Source(line.source).value,
        "planned_euro": amount(line.planned),
        "actual_euro": amount(line.actual),
        "planned_staff": amount(line.planned_staff),
        "actual_staff": amount(line.actual_staff),
    }


class One(Listing):
    """A list of one measure, so that it is written as in the list."""

    def __init__(self, measure, labels):
        self.labels = labels
        self.filterset = self
        self.objects = Measure.objects.public(measure.sample).filter(pk=measure.pk)

    def found(self):
        return self.objects

    ordered = found
