"""Granted projects as the public reads them: one Project a case, made here and nowhere else.

Page, table, programs, tiles and other pages' lists all read through `projects`, so none can forget what is hidden.
"""

import json
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, CharField, F, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from fund.choices import CITY
from fund.models import Application
from fund.projects.decided import DecisionReference, decision_reference
from fund.projects.naming import carrier, title_names_somebody
from fund.questions import NAMED
from fund.words import applicant_words, tier_words
from wir.languages import registry
from wir.languages.text import MarkedText, current

EVERYWHERE, NOWHERE = "stadt", "unbekannt"  # values of the filter of districts beside their numbers
GRANTED, RUNNING, FINISHED = "bewilligt", "laeuft", "abgeschlossen"
OWN = ("reference", "state", "sample", "tier", "decision_released_at")
REVISION = ("title", "applicant", "person", "kind", "language", "starts_on")


@dataclass(frozen=True)
class Project:
    """What is public of one granted project. title: in the language it was written in, empty where it is not shown.

    carrier: "" where only `kind` is told. area: number of a district, EVERYWHERE or NOWHERE. field: number, "" where
    the applicant chose none. amount: euro. measure: pk, None without a call for one.
    """

    reference: str
    sample: bool
    title: MarkedText
    carrier: str
    kind: str
    area: str
    field: str
    tier: str
    year: int | None
    measure: int | None
    amount: Decimal
    state: str
    decision: DecisionReference
    released_at: object

    def get_absolute_url(self):
        return reverse("fund:project", args=[self.reference])

    @property
    def address(self):
        """With what keeps a sample beside its banner."""
        return f"{self.get_absolute_url()}?beispiele=1" if self.sample else self.get_absolute_url()

    @property
    def name(self):
        """The title, or words in its place, for the window's bar and for links."""
        return str(self.title) or str(untitled())

    @property
    def carrier_words(self):
        return applicant_words()[self.kind]

    @property
    def tier_words(self):
        return tier_words().get(self.tier, "")

    @property
    def state_words(self):
        return state_words()[self.state]


def untitled():
    return _("Project (title not shown, it names a person)")


def state_words():
    return {
        GRANTED: pgettext("state of a project", "granted, not begun yet"),
        RUNNING: pgettext("state of a project", "running"),
        FINISHED: pgettext("state of a project", "finished"),
    }


def with_places(applications):
    """Applications with `area` and `field_answer`, for grouping and for reading alike."""
    area = Case(
        When(revision__district__isnull=False, then=Cast("revision__district__number", CharField())),
        When(revision__answers__district={"0": CITY}, then=Value(EVERYWHERE)),
        default=Value(NOWHERE),
        output_field=CharField(),
    )
    return applications.annotate(area=area, field_answer=KeyTextTransform("field", "revision__answers"))


def read(applications):
    """Applications, read `granted`, with the columns a Project is made from; one statement."""
    texts = {f"shown_{name}": F(f"revision__{name}") for name in REVISION}
    return (
        with_places(applications)
        .annotate(**texts, year_number=F("year__year"), measure_pk=F("call__measure_id"))
        .annotate(consent=KeyTextTransform(NAMED, "revision__answers"))
        .only(*OWN)
    )


def projects(applications, today=None):
    """The Projects of applications that were read `granted`, in their order."""
    return [made(each, today) for each in read(applications)]


def made(application, today=None):
    facts = {
        "kind": application.shown_kind,
        "applicant": application.shown_applicant,
        "person": application.shown_person,
        "consent": one_answer(application.consent),
    }
    hidden = title_names_somebody(application.shown_title, **facts)
    language = registry.BY_CODE.get(application.shown_language, registry.SOURCE)
    return Project(
        reference=application.reference,
        sample=application.sample,
        title=MarkedText("" if hidden else application.shown_title, language, current()),
        carrier=carrier(**facts),
        kind=application.shown_kind,
        area=application.area,
        field=field_of(application.field_answer),
        tier=application.tier,
        year=application.year_number,
        measure=application.measure_pk,
        amount=application.granted_amount,
        state=state_of(application.state, application.shown_starts_on, today or timezone.localdate()),
        decision=decision_reference(application),
        released_at=application.decision_released_at,
    )


def one_answer(text):
    """The answer to a question without lines, from the JSON of a revision: {"0": "2"}."""
    return json.loads(text).get("0", "") if text else ""


def field_of(text):
    """The number of the action field; "" where none, or "not sure", was chosen."""
    answer = one_answer(text)
    return answer if answer.isdecimal() else ""


def state_of(state, starts_on, today):
    """What is confirmed or paid has not begun before the first day that was named."""
    if state == Application.State.CLOSED:
        return FINISHED
    waits = state == Application.State.APPROVED or state == Application.State.ACTIVE and starts_on > today
    return GRANTED if waits else RUNNING
