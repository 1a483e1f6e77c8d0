"""What an applicant sees of the state of her case: one of eight public steps in plain words, of five on the short path.

A function of the state and of `decision_released_at`: until a result is released, its case looks as it did before it
was recorded (fund design, 1.3). Pages, messages and files ask here and never show a state itself.
"""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from fund.guards import decision_of, path_of
from fund.known import TOLD_RESULT
from fund.models import Application, Decision, RuleSet, Tier
from fund.words import day
from fund.words import sentence as in_sentence

State = Application.State

WRITING, HAVE, NEED, DECIDING, DECISION, CONFIRM, RUNNING, DONE = range(1, 9)
STEP_OF = {
    State.DRAFT: WRITING,
    State.SUBMITTED: HAVE,
    State.FORMAL_CHECK: HAVE,
    State.INFO_REQUESTED: NEED,
    State.TEAM_DECISION: DECIDING,
    State.BOARD_QUEUE: DECIDING,
    State.BOARD_MEETING: DECIDING,
    State.COMMITTEE_QUEUE: DECIDING,
    State.COMMITTEE_RUNNING: DECIDING,
    State.WAITLISTED: DECISION,
    State.APPROVED: DECISION,
    State.AGREEMENT_SENT: CONFIRM,
    State.ACTIVE: RUNNING,
    State.REPORT_DUE: RUNNING,
    State.REPORT_CHECK: RUNNING,
    State.SETTLEMENT: RUNNING,
    State.CLOSED: DONE,
    State.INELIGIBLE: DONE,
    State.REJECTED: DONE,
    State.WITHDRAWN: DONE,
    State.LAPSED: DONE,
    State.REVOKED: DONE,
    State.ERASED: DONE,
}
RESULTS = (State.INELIGIBLE, State.REJECTED, State.APPROVED, State.WAITLISTED)
# Where a case was when its result was recorded, and where the applicant sees it until the result is released
DECIDED_IN = {
    Decision.Maker.TEAM: State.TEAM_DECISION,
    Decision.Maker.BODY: State.BOARD_MEETING,
    Decision.Maker.COMMITTEE: State.COMMITTEE_RUNNING,
}
LAST_STOP = {
    Tier.Path.TEAM: State.TEAM_DECISION,
    Tier.Path.BODY: State.BOARD_MEETING,
    Tier.Path.BODY_THEN_COMMITTEE: State.COMMITTEE_RUNNING,
}
# One sentence about each state of a case that was handed in
WORDS = {
    State.SUBMITTED: gettext_lazy("Next, somebody looks whether everything is there."),
    State.FORMAL_CHECK: gettext_lazy("Somebody is looking at your application. If something is missing, we ask you."),
    State.INFO_REQUESTED: gettext_lazy("We need something from you."),
    State.TEAM_DECISION: gettext_lazy("The project team decides on your application."),
    State.BOARD_QUEUE: gettext_lazy("The board talks about your application."),
    State.BOARD_MEETING: gettext_lazy("The board talks about your application."),
    State.COMMITTEE_QUEUE: gettext_lazy("A committee of the city decides on your application."),
    State.COMMITTEE_RUNNING: gettext_lazy("A committee of the city decides on your application."),
    State.WAITLISTED: gettext_lazy(
        "Your project is good, but there is no money left right now. So it is on the waiting list."
    ),
    State.APPROVED: gettext_lazy("Your project gets money. Our letter says how it goes on."),
    State.AGREEMENT_SENT: gettext_lazy(
        "Your project gets money. Please confirm first that you agree with what our letter says."
    ),
    State.ACTIVE: gettext_lazy("Your project is running."),
    State.REPORT_DUE: gettext_lazy("Your project is over. Please tell us what came of it and what it cost."),
    State.REPORT_CHECK: gettext_lazy("We are checking your report."),
    State.SETTLEMENT: gettext_lazy("We work out the last payment, or what is to be paid back."),
    State.CLOSED: gettext_lazy("Your project is finished."),
    State.INELIGIBLE: gettext_lazy("Your application cannot be funded. The letter says why, and what else you can do."),
    State.REJECTED: gettext_lazy("Your application cannot be funded. The letter says why, and what else you can do."),
    State.WITHDRAWN: gettext_lazy("You have taken your application back."),
    State.LAPSED: gettext_lazy("We got no answer from you, so your application has ended."),
    State.REVOKED: gettext_lazy("We have taken our decision back. The letter says why, and what else you can do."),
}
# Ended for another reason than a question without an answer: by the move that ended it
ENDED_BY = {
    "end_waiting": gettext_lazy(
        "The waiting list of this year has ended, and with it your application. You can apply again."
    ),
}
ENDED = (State.INELIGIBLE, State.REJECTED, State.WITHDRAWN, State.LAPSED, State.REVOKED, State.ERASED)
SHORT = {WRITING: 1, HAVE: 2, NEED: 3, DECIDING: 4, DECISION: 4, CONFIRM: 4, RUNNING: 5, DONE: 5}


@dataclass(frozen=True)
class PublicStep:
    """number: 1 to 5 or 8. state: "done", "current", "ahead", or "skipped" for what this case never came to.

    text: its name in the reader's language.
    """

    number: int
    state: str
    text: str


def seen_state(application):
    """The state as the applicant may know it."""
    if application.decision_released_at is None and application.state in RESULTS:
        return before_the_result(application)
    return State(application.state)


def before_the_result(application):
    """Where the case was when its result was recorded: it follows from who decided, never from what was decided."""
    if application.state == State.INELIGIBLE:
        return State.FORMAL_CHECK
    decision = decision_of(application)
    if decision is not None:
        return DECIDED_IN[decision.maker]
    return LAST_STOP.get(path_of(application), State.TEAM_DECISION)


def is_short(application):
    return path_of(application) == Tier.Path.TEAM


def number_of(application):
    """The public step as a number: 1 to 5 on the path `team`, else 1 to 8."""
    step = STEP_OF[seen_state(application)]
    return SHORT[step] if is_short(application) else step


def has_ended(application):
    """Ended without money, as far as the applicant may know."""
    return seen_state(application) in ENDED


def has_begun(application, today):
    """Is the first day of the project there, as the applicant named it? Granted is not running."""
    return application.state != State.ACTIVE or application.revision.starts_on <= today


def names(short, ended, running=""):
    """The words of all steps, in their order. running: those of a project that goes on, and is not done yet."""
    last = _("Your application has ended") if ended else pgettext("step of an application", "Done")
    words = [_("You are writing"), _("We have it"), _("We need something from you")]
    if short:
        return [*words, pgettext("step of an application", "Decision"), running or last]
    more = [
        _("It is being decided"),
        pgettext("step of an application", "Decision"),
        _("Please confirm"),
        running or _("Your project is running"),
    ]
    return [*words, *more, last]


def steps(application, today=None):
    """All public steps of a case, the current one marked. Nothing counts as done that did not happen."""
    now, happened = number_of(application), happened_to(application)
    running = ""
    if STEP_OF[seen_state(application)] == RUNNING:
        begun = has_begun(application, today or timezone.localdate())
        running = _("Your project is running") if begun else _("Your project gets money")
    words = names(is_short(application), has_ended(application), running)
    found = []
    unasked = None if is_short(application) or is_agreed(application) else CONFIRM
    for number, text in enumerate(words, 1):
        behind = "done" if number in happened else "skipped"
        ahead = "skipped" if number == unasked else "ahead"
        found.append(PublicStep(number, behind if number < now else "current" if number == now else ahead, text))
    return found


def is_agreed(application):
    """Does the rule set want the applicant's yes after the letter? With a notice nobody is asked to confirm."""
    return application.rule_set.confirmation == RuleSet.Confirmation.AGREEMENT


def happened_to(application):
    """The numbers of the steps a case has been at, from its history; results that are not released stay out."""
    short, rows = is_short(application), set(application.changes.order_by().values_list("move", "target"))
    seen = {WRITING} | {STEP_OF[State(target)] for _move, target in rows if State(target) not in RESULTS}
    if any(move in TOLD_RESULT for move, _target in rows):
        seen.add(DECISION)
    return {SHORT[step] if short else step for step in seen}


def sentence(application, today=None):
    """What is happening now, in one or two short sentences; "" where a letter says it."""
    seen = seen_state(application)
    if not has_begun(application, today or timezone.localdate()):
        return in_sentence(
            _("Your project gets money. Its first day is %(day)s."), day=day(application.revision.starts_on)
        )
    if seen == State.LAPSED:
        last = application.changes.filter(target=State.LAPSED).order_by("-at", "-pk").values_list("move", flat=True)
        return ENDED_BY.get(last.first(), WORDS[seen])
    return WORDS.get(seen, "")
