"""What an applicant sees of the state of her case: one of eight public steps in plain words, of five on the short path.

A function of the state and of `decision_released_at`: until a result is released, its case looks as it did before it
was recorded (fund design, 1.3). Pages, messages and files ask here and never show a state itself.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from fund.guards import path_of
from fund.models import Application, Tier

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
# As what a result is seen until it is released
UNRELEASED = {
    State.INELIGIBLE: State.FORMAL_CHECK,
    State.REJECTED: State.TEAM_DECISION,
    State.APPROVED: State.TEAM_DECISION,
    State.WAITLISTED: State.TEAM_DECISION,
}
# One sentence about each state; where there is none yet, a letter tells
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
    State.AGREEMENT_SENT: gettext_lazy("We send you an agreement. Please sign it before you spend any of the money."),
    State.ACTIVE: gettext_lazy("Your project is running"),
    State.CLOSED: gettext_lazy("Your project is finished."),
    State.INELIGIBLE: gettext_lazy("Your application cannot be funded. The letter says why, and what else you can do."),
    State.REJECTED: gettext_lazy("Your application cannot be funded. The letter says why, and what else you can do."),
    State.WITHDRAWN: gettext_lazy("You have taken your application back."),
    State.LAPSED: gettext_lazy("We got no answer from you, so your application has ended. You can open it again."),
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
    if application.decision_released_at is None and application.state in UNRELEASED:
        return UNRELEASED[application.state]
    return State(application.state)


def is_short(application):
    return path_of(application) == Tier.Path.TEAM


def number_of(application):
    """The public step as a number: 1 to 5 on the path `team`, else 1 to 8."""
    step = STEP_OF[seen_state(application)]
    return SHORT[step] if is_short(application) else step


def has_ended(application):
    """Ended without money, as far as the applicant may know."""
    return seen_state(application) in ENDED


def names(short, ended):
    """The words of all steps, in their order."""
    last = _("Your application has ended") if ended else pgettext("step of an application", "Done")
    words = [_("You are writing"), _("We have it"), _("We need something from you")]
    if short:
        return [*words, pgettext("step of an application", "Decision"), last]
    more = [
        _("It is being decided"),
        pgettext("step of an application", "Decision"),
        _("Please confirm"),
        _("Your project is running"),
    ]
    return [*words, *more, last]


def steps(application):
    """All public steps of a case, the current one marked. Nothing counts as done that did not happen."""
    now, happened = number_of(application), happened_to(application)
    words = names(is_short(application), has_ended(application))
    found = []
    for number, text in enumerate(words, 1):
        behind = "done" if number in happened else "skipped"
        found.append(PublicStep(number, behind if number < now else "current" if number == now else "ahead", text))
    return found


def happened_to(application):
    """The numbers of the steps a case has been at, from its history; results that are not released stay out."""
    short = is_short(application)
    seen = {WRITING} | {STEP_OF[State(target)] for target in targets(application) if State(target) not in UNRELEASED}
    return {SHORT[step] if short else step for step in seen}


def targets(application):
    return set(application.changes.order_by().values_list("target", flat=True))


def sentence(application):
    """What is happening now, in one or two short sentences; "" where a letter says it."""
    return WORDS.get(seen_state(application), "")
