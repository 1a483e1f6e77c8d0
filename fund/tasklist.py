"""Which steps an application needs, how far each is, and what is missing. Honest: nothing counts as done by a click."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _

from fund import intake
from fund import words as wording
from fund.filled import Filled, Problem
from fund.models import Application
from fund.questions import BY_KEY, FILES, STEPS, Step
from fund.words import sentence as words
from fund.words import tier_words

State = Application.State


class TaskState(StrEnum):
    CANNOT_START = "cannot_start"
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    CHANGES_ASKED = "changes_asked"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class Task:
    """One line of the list. asked: what staff want changed here (RequestedSection), None where nothing."""

    step: Step
    state: TaskState
    writable: bool
    asked: object = None


def tasks(application, filled=None):
    """The steps in their order. One that fell away, because another amount needs other steps, stays to be seen while
    something stands in it."""
    filled = filled or Filled(application)
    asked = requested_sections(application)
    needed = filled.steps
    found = []
    for step in STEPS:
        if step in needed:
            writable = can_write(application, step, filled, asked)
            found.append(Task(step, state_of(application, step, filled, asked), writable, asked.get(step.key)))
        elif has_texts(step, filled):
            found.append(Task(step, TaskState.NOT_NEEDED, False))
    return found


def state_of(application, step, filled, asked):
    section = asked.get(step.key)
    if section is not None and not section.touched_at and not section.unchanged:
        return TaskState.CHANGES_ASKED
    if step is FILES:
        return TaskState.DONE if application.files.kept().exists() else TaskState.NOT_STARTED
    begun = any(filled.is_answered(question) for question in step.questions if question.when(filled))
    if not begun:
        return TaskState.NOT_STARTED
    return TaskState.IN_PROGRESS if filled.problems(step) else TaskState.DONE


def has_texts(step, filled):
    """Does something stand in it that stands in no step that is needed?"""
    elsewhere = {question.key for other in filled.steps for question in other.questions}
    return any(filled.is_answered(question) for question in step.questions if question.key not in elsewhere)


def requested_sections(application):
    """{step key: RequestedSection} of the open question of staff; empty where there is none."""
    if application.state != State.INFO_REQUESTED:
        return {}
    request = application.change_requests.filter(answered_at__isnull=True, closed_at__isnull=True)
    newest = request.prefetch_related("sections").first()
    return {section.section: section for section in newest.sections.all()} if newest else {}


def can_write(application, step, filled, asked):
    """In a draft everything; where staff asked, the named sections, and those that a change of the amount made new."""
    if application.state == State.DRAFT:
        return True
    if application.state != State.INFO_REQUESTED:
        return False
    return step.key in asked or is_new(application, step, filled)


def is_new(application, step, filled):
    """Needed now, and not in the form that was handed in."""
    if application.revision is None or step not in filled.steps:
        return False
    before = Filled.frozen(application, application.revision.answers)
    return step not in before.steps


def is_writable(application, step_key, filled=None):
    """May this section be changed now?"""
    step = BY_KEY[step_key]
    return can_write(application, step, filled or Filled(application), requested_sections(application))


def needed_steps(application, filled=None):
    return (filled or Filled(application)).steps


def problems(application, filled=None):
    """Everything wrong or missing in the whole application, whatever way was taken through the pages."""
    filled = filled or Filled(application)
    found = [problem for step in filled.steps for problem in filled.problems(step)]
    if filled.tier is not None and not intake.takes_tier(application, filled.tier.key):
        text = _("This call is for other amounts. Please ask us, or start again with this amount.")
        if application.call is None:
            text = words(_("%(name)s need an open call."), name=tier_words()[filled.tier.key])
        found.append(Problem("", "requested", 0, text))
    return found


def gaps(application, filled=None):
    """The same as sentences that name topic and question, for whoever refuses to take it."""
    filled = filled or Filled(application)
    return [sentence(problem, filled) for problem in problems(application, filled)]


def sentence(problem, filled):
    if not problem.step:
        return problem.text
    name = name_of(problem, filled)
    return format_html("{} – {}{}{}", BY_KEY[problem.step].title, name, wording.gap(name), problem.text)


def name_of(problem, filled):
    """The label of the question that has a problem."""
    for question in BY_KEY[problem.step].questions:
        if question.key == problem.question:
            return question.label_for(filled)
        for column in question.columns:
            if column.key == problem.question:
                return format_html("{} ({}, {})", question.label_for(filled), column.label, problem.row)
    return ""


def label_of(step_key):
    """The name of a step for staff, German; the key itself where there is no such step."""
    with translation.override("de"):
        return str(BY_KEY[step_key].title) if step_key in BY_KEY else step_key


def contact(application, filled=None):
    """How the applicant is reached: {"name", "mail", "phone", "postal"}, "" for what she did not give or what is no
    address; None where no way is left."""
    filled = filled or Filled(application)
    step = BY_KEY["kontakt"]
    wrong = {problem.question for problem in filled.problems(step)}
    ways = {
        name: "" if key in wrong else filled.text(key).strip()
        for name, key in (("mail", "mail"), ("phone", "phone"), ("postal", "post"))
    }
    if not any(ways.values()):
        return None
    return {"name": filled.text("person").strip()} | ways


def facts(application, filled=None):
    """The main values as understood, for lists and for what is frozen: amounts in euro, days, the tier's key.

    None where something is not known yet. applicant: organisation, group or department, else the person.
    """
    filled = filled or Filled(application)
    district = filled.text("district")
    person = filled.text("person").strip()
    names = [filled.text("organisation"), filled.text("partner")]
    asked = {question.key for step in filled.steps for question in filled.asked(step)}
    organisation = names[0].strip() if "organisation" in asked else ""
    partner = names[1].strip() if "partner" in asked else ""
    return {
        "kind": filled.text("kind"),
        "applicant": organisation or " / ".join(filter(None, (person, partner))),
        "person": person,
        "title": filled.text("title").strip(),
        "requested": filled.requested,
        "total": filled.total,
        "own_share": filled.own_share,
        "share_percent": filled.share_percent,
        "starts_on": filled.day("starts"),
        "ends_on": filled.day("ends"),
        "district": int(district) if district.isdecimal() else None,
        "tier": filled.tier.key if filled.tier else "",
    }
