"""A frozen revision as people read it: questions with what was answered, what changed, which files, what happened.

For staff and for the file, so in German; what the applicant wrote stays in her own words and language.
"""

from dataclasses import dataclass

from django.utils import translation

from fund import workflow
from fund.actors import Part
from fund.filled import Filled
from fund.models import Application, CaseFile
from fund.revising import answer_text, diff, readable
from wir.lib.formats import euro

PARTS = {
    Part.APPLICANT: "antragstellende Person",
    Part.HELPER: "Helfer*in",
    Part.TEAM: "Projektteam",
    Part.LEAD: "Leitung",
    Part.CHAIR: "Vorsitz",
    Part.RECORDER: "Ausschuss",
    Part.PROTECTION: "Datenschutz",
    Part.CLOCK: "das Portal",
}
STATES = dict(Application.State.choices)


@dataclass(frozen=True)
class Answered:
    """question: its label. text: what was answered, "" for nothing; own: in the applicant's own words."""

    question: str
    text: str
    own: bool


def sections(revision):
    """[(step key, its title, [Answered])] of everything this form asks, also what was left empty; titles in German."""
    with translation.override("de"):
        filled = Filled.frozen(revision.application, revision.answers)
        return [
            (step.key, str(step.title), [answered(question, filled, for_staff) for question in filled.asked(step)])
            for step in filled.steps
        ]


def answered(question, filled, words=None):
    return Answered(str(question.label_for(filled)), answer_text(question, filled, words), question.choices is None)


def for_staff(question, filled, row=0):
    """Amounts as 9.100 € and days as 05.04.2027, whatever digits they were typed in; what means none stays as typed."""
    if (amount := filled.amount(question.key, row)) is not None:
        return euro(amount, "de")
    if (day := filled.day(question.key, row)) is not None:
        return f"{day:%d.%m.%Y}"
    return readable(question, filled, row)


def changes(revision):
    """What the newest answer changed (fund/revising.py); [] for the first revision of a case."""
    earlier = revision.application.revisions.filter(number__lt=revision.number).order_by("-number").first()
    if earlier is None:
        return []
    earlier.application = revision.application
    return diff(earlier, revision)


# Files and history ----------------------------------------------------------------------------------------------------


def files(revision):
    """The files of a revision that are still there, in the order in which they were given."""
    keys = [pk for pk, *_rest in revision.files]
    return list(CaseFile.objects.filter(pk__in=keys, application=revision.application))


@dataclass(frozen=True)
class Step:
    at: object
    label: str
    who: str
    source: str
    target: str
    note: str


def history(application):
    """Every move of the case, the first one first, in words."""
    rows = application.changes.select_related("by", "helper").order_by("at", "pk")
    return [
        Step(
            each.at,
            workflow.MOVES[each.move].label if each.move in workflow.MOVES else each.move,
            who(each.by_kind, each.by, each.helper),
            STATES.get(each.source, ""),
            STATES.get(each.target, ""),
            each.note,
        )
        for each in rows
    ]


def who(part, user, helper):
    name = str(user or helper or "")
    return f"{PARTS.get(part, part)}: {name}" if name else PARTS.get(part, part)
