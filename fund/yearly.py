"""The list of a year for the council's committee for international affairs: what was granted, to whom, from what money.

It leaves the house, so it holds only results whose letter is released; everything else counts as open. A single person
is not named (fund design, 7; the applicant did not agree to it), an organisation is.
"""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.db.models.fields.json import KeyTransform
from django.utils import timezone

from fund import choices, money
from fund.models import ApplicantKind, Application, Decision, FundYear, TierKey
from fund.projects import naming
from fund.projects.reading import untitled
from fund.questions import NAMED

State = Application.State
RELEASED = Q(decision_released_at__isnull=False)
COUNTED = {  # what became of the cases of a year, as far as their applicants know it
    "granted": RELEASED & Q(state__in=Application.PROMISED),
    "refused": RELEASED & Q(state__in=(State.REJECTED, State.INELIGIBLE)),
    "waiting": RELEASED & Q(state=State.WAITLISTED),
    "ended": Q(state__in=(State.WITHDRAWN, State.LAPSED, State.REVOKED)),
}
UNNAMED = {
    ApplicantKind.PERSON: "Einzelperson",
    ApplicantKind.ORGANISATION: "Einzelperson",  # who wrote her own name there
    ApplicantKind.TANDEM: "Tandem (zwei gemeinsam)",
    ApplicantKind.GROUP: "Gruppe ohne Rechtsform",
}
NO_DISTRICT = "ganze Stadt oder noch offen"
TIERS = dict(TierKey.choices)


@dataclass
class Counts:
    """How many cases of a year, and what they asked for in euro."""

    all: int
    granted: int
    refused: int
    waiting: int
    ended: int
    requested: Decimal

    @property
    def open(self):
        return self.all - self.granted - self.refused - self.waiting - self.ended


@dataclass
class Row:
    """One granted project, in the words of the list. amount: euro."""

    reference: str
    title: str
    carrier: str
    tier: str
    district: str
    field: str
    amount: Decimal
    decided: str
    state: str


@dataclass
class Year:
    """Everything of the list but its rows. sums: [(name, how many, euro)]. unmet: euro of the waiting list."""

    year: FundYear
    counts: Counts
    promised: Decimal
    held: Decimal
    free: Decimal | None
    unmet: Decimal
    by_tier: list = field(default_factory=list)
    by_district: list = field(default_factory=list)
    total: Decimal = money.ZERO

    @property
    def projects(self):
        """How many decisions `decisions` finds."""
        return sum(count for _name, count, _amount in self.by_tier)


def of(year):
    """The numbers of a FundYear, in a fixed number of statements."""
    cases = Application.objects.filter(year=year, sample=year.sample).exclude(state__in=Application.HIDDEN)
    numbers = {name: Count("pk", filter=condition) for name, condition in COUNTED.items()}
    counted = cases.aggregate(all=Count("pk"), requested=Sum("revision__requested"), **numbers)
    counts = Counts(**counted | {"requested": counted["requested"] or money.ZERO})
    promised, held, free = money.told(year)
    waiting = Decision.objects.filter(
        kind=Decision.Kind.WAITLISTED, dropped_at=None, application__in=cases.filter(COUNTED["waiting"])
    )
    unmet = waiting.aggregate(sum=Sum("amount"))["sum"] or money.ZERO
    parts = granted(year).order_by().values_list("application__tier", "application__revision__district__number")
    parts = list(parts.annotate(Count("pk"), Sum("amount")))  # one pass for both tables
    by_tier, by_district = sums(parts, 0), sums(parts, 1)
    names = {district.number: str(district) for district in choices.all_districts()}
    return Year(
        year,
        counts,
        promised,
        held,
        free,
        unmet,
        [(TIERS.get(key, key), count, amount) for key, count, amount in by_tier],
        [(names.get(key, NO_DISTRICT), count, amount) for key, count, amount in by_district],
        sum((each[2] for each in by_tier), money.ZERO),
    )


def granted(year):
    """The decisions by which money of this year is promised, and known to be."""
    return Decision.objects.filter(
        kind=Decision.Kind.APPROVED,
        dropped_at=None,
        letter__released_at__isnull=False,
        application__year=year,
        application__sample=year.sample,
        application__decision_released_at__isnull=False,
        application__state__in=Application.PROMISED,
    )


def sums(parts, place):
    """[(value in that place, how many, euro)] of what is granted, in the order of the values, empty last."""
    found = {}
    for *keys, count, amount in parts:
        before = found.get(keys[place], (0, money.ZERO))
        found[keys[place]] = (before[0] + count, before[1] + amount)
    return [(key, *found[key]) for key in sorted(found, key=lambda key: (key is None, key))]


def decisions(year):
    """The granted cases with all that `row` needs; by their references, so that the list stays in one order."""
    found = granted(year).select_related(
        "application__revision__district",
        "item__meeting__body",
        "item__vote__body",
        "result__step__body",
        "result__case__filing__council_paper",
    )
    found = found.defer("application__revision__answers", "application__revision__files")
    found = found.prefetch_related("item__meeting__body__names", "item__vote__body__names", "result__step__body__names")
    answers = {
        "field_answer": KeyTransform("field", "application__revision__answers"),
        "named_answer": KeyTransform(NAMED, "application__revision__answers"),
    }
    return found.annotate(**answers).order_by("application__reference")


def rows(found):
    """[Row] of decisions."""
    fields = {str(each.number): each.title_de for each in choices.all_fields()}
    return [row(decision, fields) for decision in found]


def row(decision, fields):
    application, revision = decision.application, decision.application.revision
    consent = (decision.named_answer or {}).get("0", "")
    return Row(
        application.reference,
        title(revision, consent),
        carrier(revision, consent),
        TIERS.get(application.tier, application.tier),
        str(revision.district) if revision.district else NO_DISTRICT,
        fields.get((decision.field_answer or {}).get("0"), "nicht angegeben"),
        decision.amount,
        decided(decision),
        application.get_state_display(),
    )


def title(revision, consent):
    """By the rule of the public list: a title that names its person stands for somebody who is not named."""
    known = {"kind": revision.kind, "applicant": revision.applicant, "person": revision.person, "consent": consent}
    return str(untitled()) if naming.title_names_somebody(revision.title, **known) else revision.title


def carrier(revision, consent):
    """Who gets the money, as it may stand in a list that others read: by the rule of the public list of projects."""
    kind, applicant, person = revision.kind, revision.applicant, revision.person
    return naming.carrier(kind=kind, applicant=applicant, person=person, consent=consent) or UNNAMED.get(kind, "")


def point_of(text):
    """ "7" as "TOP 7"; what begins with letters says itself what it is."""
    return text if text[0].isalpha() else f"TOP {text}"


def decided(decision):
    """Who decided, where it stands and when."""
    day = f"{timezone.localdate(decision.confirmed_at):%d.%m.%Y}"
    if decision.result_id:
        result = decision.result
        paper = result.case.filing.council_paper
        point = f", {point_of(result.point)}" if result.point else ""
        number = f", Drucksache {paper}" if paper else ""
        return f"{result.step.body}, {result.session_on:%d.%m.%Y}{point}{number}"
    if decision.item_id:
        meeting = decision.item.meeting
        return str(meeting) if meeting else f"{decision.item.vote.body}, ohne Sitzung, {day}"
    return f"Projektteam, {day}"
