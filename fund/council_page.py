"""The paper to the committees as people read it: an accessible page, and the same as a tagged PDF.

In the style of the council's papers: subject, way through the committees, proposal, reasons with the board's result in
numbers, costs, cross-cutting themes. It is public, so it names organisations, groups and departments, and no person.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.template.loader import render_to_string
from django.utils import timezone, translation

from fund import bundle, money
from fund.models import ApplicantKind, CaseItem, FundYear
from fund.projects import naming
from fund.projects.reading import untitled
from fund.promise import tier_of
from fund.questions import NAMED
from fund.reading import sections
from wir.languages import registry
from wir.lib.printable import printable

UNNAMED = {
    ApplicantKind.PERSON: "eine einzelne Person",
    ApplicantKind.ORGANISATION: "eine einzelne Person",  # who wrote her own name there
    ApplicantKind.TANDEM: "ein Tandem aus zweien",
    ApplicantKind.GROUP: "eine Gruppe ohne Rechtsform",
}
THEMES = "querschnitt"


@dataclass(frozen=True)
class Entry:
    """One case in a paper. proposal: what the committee is asked to decide, in one sentence."""

    application: object
    item: CaseItem
    carrier: str
    tier: str
    themes: list

    @property
    def revision(self):
        return self.application.revision

    @property
    def language(self):
        """In which the applicant wrote; her words stand in the paper as she wrote them."""
        return registry.get(self.revision.language)

    @property
    def title(self):
        """As the public list of projects tells it: not where it names a person."""
        hidden = naming.title_names_somebody(self.revision.title, **named(self.revision))
        return str(untitled()) if hidden else self.revision.title

    @property
    def amount(self):
        return self.item.amount if self.item and self.item.is_positive else None


NOT_PRINTED = "Nicht abgedruckt: Die Antwort nennt eine Person."


@dataclass
class Costs:
    """What a paper costs of one year, in euro. left: of what the public may know of the year, after everything this
    paper proposes; None where the sum of the year is not known. What is really free tells of results whose letters are
    not out, so it stands in no paper."""

    year: FundYear
    asked: Decimal
    proposed: Decimal
    left: Decimal | None


def carrier(revision):
    """Who applies, as a public paper may say it: by the same rule as the public list of projects."""
    return naming.carrier(**named(revision)) or UNNAMED.get(revision.kind, revision.get_kind_display())


def named(revision):
    """What decides who is named in public."""
    consent = revision.answers.get(NAMED, {}).get("0", "")
    return {
        "kind": revision.kind, "applicant": revision.applicant, "person": revision.person, "consent": consent
    }  # fmt: skip


def as_printed(answer, revision):
    """What an applicant wrote, as a paper may print it; a text that names her where she is not named is left out."""
    hidden = naming.title_names_somebody(answer.text, **named(revision))
    return replace(answer, text=NOT_PRINTED, own=False) if hidden else answer


def entries(filing):
    """The cases of a paper that have not left it."""
    places = filing.cases.filter(ended_at__isnull=True).order_by("pk")
    places = places.select_related(
        "item__meeting", "item__reason", "application__revision__district", "application__rule_set", "application__year"
    )
    found = []
    for place in places.prefetch_related("application__rule_set__tiers"):
        application, revision = place.application, place.application.revision
        revision.application = application
        asked = next((asked for key, _title, asked in sections(revision) if key == THEMES), [])
        tier = tier_of(application)
        asked = [as_printed(each, revision) for each in asked]
        found.append(Entry(application, place.item, carrier(revision), tier.name if tier else "", asked))
    return found


def costs(found, today):
    """The Costs of each year. What is told of a case of this paper already is not taken from its year a second time."""
    years, told = {}, money.told_holds([each.application.pk for each in found], today)
    for each in found:
        year = each.application.year
        if year is None:
            continue
        if year.pk not in years:
            years[year.pk] = Costs(year, Decimal(0), Decimal(0), money.told(year, today).left)
        sums, proposed = years[year.pk], each.amount or Decimal(0)
        sums.asked += each.revision.requested
        sums.proposed += proposed
        if sums.left is not None:
            sums.left -= proposed - told.get(each.application.pk, Decimal(0))
    return sorted(years.values(), key=lambda each: each.year.year)


def facts(filing, now):
    found = entries(filing)
    return {
        "filing": filing,
        "entries": found,
        "costs": costs(found, timezone.localdate(now)),
        "steps": list(filing.steps.select_related("body").prefetch_related("body__names")),
        "made": timezone.localtime(now),
    }


def body(filing, now):
    """The content of the paper as safe HTML, in German, its headings from the second level on."""
    with translation.override("de"):
        return printable(render_to_string("fund/filing/body.html", facts(filing, now)))


def document(filing, content, now):
    """The bytes of the PDF (PDF/UA-1), or of the page itself where the server cannot draw one (Pango)."""
    context = {"filing": filing, "content": content, "made": timezone.localtime(now)}
    with translation.override("de"):
        page = render_to_string("fund/filing/paper.html", context)
    _name, found = bundle.as_pdf(printable(page))
    return found
