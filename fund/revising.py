"""Frozen revisions, and what changed from one to the next."""

from dataclasses import dataclass, field

from django.utils import translation

from fund.filled import Filled
from fund.models import Revision
from fund.questions import STEPS
from fund.tasklist import facts
from strategy.models import District
from wir.languages import registry
from wir.languages.text import is_blank
from wir.lib.compare import compare


def freeze(application, now):
    """The answers and files of this moment as the next revision, with the tier that the amount asked for leads to.

    The tier follows what is asked for, and nothing else: what is granted in the end, and be it less, moves no case to
    an easier path. Call it only where `tasklist.gaps` finds nothing and the case is held (fund/workflow.py).
    """
    filled = Filled(application)
    known = facts(application, filled)
    answers = {}
    for (question, row), answer in sorted(filled.answers.items()):
        if not is_blank(answer.text):
            answers.setdefault(question, {})[str(row)] = answer.text
    district = District.objects.filter(number=known["district"]).first() if known["district"] else None
    files = application.files.kept().order_by("pk").values_list("pk", "name", "digest")
    last = application.revisions.order_by("-number").values_list("number", flat=True).first()
    columns = ("kind", "applicant", "person", "title", "requested", "total", "starts_on", "ends_on", "tier")
    return Revision.objects.create(
        application=application,
        number=(last or 0) + 1,
        made_at=now,
        language=application.language,
        answers=answers,
        files=[list(each) for each in files],
        district=district,
        **{name: known[name] for name in columns},
    )


@dataclass(frozen=True)
class Change:
    """One answer that differs. label: the question. words: [("same" | "added" | "removed", text), …]."""

    label: str
    old: str
    new: str
    words: list


@dataclass
class ChangedSection:
    """What changed in one step: its key, its title, and the answers."""

    key: str
    title: str
    changes: list = field(default_factory=list)


def diff(old, new, language="de"):
    """What changed between two revisions of a case, section by section, in the order of the form.

    language: a code; of the labels and of what can be chosen. Added, changed and removed files come last.
    """
    with translation.override(language):
        before, after = (Filled.frozen(each.application, each.answers) for each in (old, new))
        sections = [changed_section(step, before, after) for step in STEPS]
        found = [section for section in sections if section.changes]
        files = change("", names(old.files), names(new.files)) if keys(old.files) != keys(new.files) else None
        if files:
            step = STEPS[-1]
            found.append(ChangedSection(step.key, str(step.title), [files]))
        return found


def changed_section(step, before, after):
    section = ChangedSection(step.key, str(step.title))
    elsewhere = set()  # a question that stands in two steps is told in the one that is needed
    if step not in after.steps:
        elsewhere = {question.key for other in after.steps for question in other.questions}
    for question in step.questions:
        if question.key in elsewhere:
            continue
        old, new = answer_text(question, before), answer_text(question, after)
        if old != new:
            section.changes.append(change(str(question.label_for(after)), old, new))
    return section


def change(label, old, new):
    return Change(label, old, new, compare(old, new))


def answer_text(question, filled, words=None):
    """An answer as people read it: lines one below the other, the words of what was chosen. words: as `readable`."""
    words = words or readable
    if not question.columns:
        return words(question, filled)
    return "\n".join(
        ": ".join(filter(None, (words(column, filled, row) for column in question.columns)))
        for row in filled.rows(question)
    )


def readable(question, filled, row=0):
    text = filled.text(question.key, row)
    if question.choices is None or not text:
        return text
    labels = {value: str(label) for value, label in question.choices(filled)}
    values = text.split() if question.kind == "ticks" else [text]
    return registry.get(translation.get_language()).comma.join(labels.get(value, value) for value in values)


def names(files):
    return "\n".join(name for _pk, name, _digest in files)


def keys(files):
    return [(name, digest) for _pk, name, digest in files]
