"""The same list of projects as files, CSV and JSON, with what the page shows and nothing else."""

import json

from django.conf import settings
from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fund.projects.filters import MEASURE, TIER
from fund.projects.listing import ProjectListing
from fund.projects.reading import made, read
from measures.exports import download, refusal, said, spoken, value_of
from measures.listing import SAMPLES
from wir.languages.text import current
from wir.lib.spreadsheets import csv_lines

SCHEMA = 1  # version of the fields below; raised when one changes its meaning or goes
FIELDS = (
    "reference title title_language carrier applicant_kind area district field measure tier year amount_euro state "
    "decided_on council_paper council_paper_address address source language sample"
).split()


def source():
    """Where the numbers come from, and under which condition they may be used again."""
    return _("Portal of WIR2.0, Hannover: public list of the fund's projects. The German text counts.")


def records(listing):
    """One flat dictionary a project, in the list's order; what is not public is empty. Amounts: euro as text."""
    labels, language = listing.labels, current()
    for application in read(listing.filterset.ordered()).iterator(chunk_size=500):
        project = made(application)
        yield {
            "reference": project.reference,
            **said("title", project.title),
            "carrier": project.carrier,
            "applicant_kind": project.kind,
            "area": "district" if project.area.isdecimal() else {"stadt": "city"}.get(project.area, "unknown"),
            "district": project.area if project.area.isdecimal() else "",
            "field": project.field,
            "measure": value_of(labels, MEASURE, project.measure),
            "tier": value_of(labels, TIER, project.tier),
            "year": project.year,
            "amount_euro": f"{project.amount:.2f}",
            "state": project.state,
            "decided_on": project.decision.day.isoformat(),
            "council_paper": project.decision.paper,
            "council_paper_address": project.decision.address,
            "address": f"{settings.SITE_URL}{project.address}",
            "source": source(),
            "language": language.tag,
            "sample": project.sample,
        }


@require_safe
def csv_list(request):
    listing = ProjectListing(request.GET)
    if refused := refusal(listing):
        return refused

    lines = csv_lines(FIELDS, (record.values() for record in records(listing)))
    response = StreamingHttpResponse(spoken(lines, current()), content_type="text/csv; charset=utf-8")
    return fresh(download(response, "projekte.csv"))


@require_safe
def json_list(request):
    listing = ProjectListing(request.GET)
    if refused := refusal(listing):
        return refused

    def parts():
        about = {"schema": SCHEMA, "language": current().tag, "source": source()}
        query = f"?{SAMPLES}=1" if listing.samples else ""
        about["page"] = f"{settings.SITE_URL}{reverse('fund:projects')}{query}"
        yield f'{json.dumps(about, ensure_ascii=False)[:-1]}, "projects": ['
        for place, record in enumerate(records(listing)):
            yield (",\n" if place else "\n") + json.dumps(record, ensure_ascii=False)
        yield "\n]}\n"

    response = StreamingHttpResponse(spoken(parts(), current()), content_type="application/json; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    return fresh(response)


def fresh(response):
    """A project that is taken back is gone with the next request."""
    response["Cache-Control"] = "no-cache"
    return response
