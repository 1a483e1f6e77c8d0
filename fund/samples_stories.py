"""What happens to each example, in order; those of the demo show every kind, way and state once at least."""

from dataclasses import dataclass

from fund.models import ApplicantKind, Application

Intake, Kind = Application.Intake, ApplicantKind
MAIL, PHONE, POST = "mail", "phone", "post"


def waiting(days):
    return "wait", days


HANDED_IN = ("write", "submit")
TAKEN = (*HANDED_IN, waiting(2), "take")
ASKED = (*TAKEN, waiting(1), "ask")
CHECKED = (*TAKEN, waiting(2), "check", waiting(1), "forward")
REVIEWED = (*CHECKED, waiting(2), "members_declare", waiting(1), "members_review")
REFUSED = (*TAKEN, waiting(1), "propose_refusal", waiting(1), "refuse")
READ = (waiting(1), "read_letter", waiting(1), "release")
APPROVED = (*CHECKED, waiting(1), ("propose", "approval"), waiting(1), ("decide", "approve"))
REJECTED = (*CHECKED, waiting(1), ("propose", "rejection"), waiting(1), ("decide", "reject"))
# Nearly no money is there yet in the next year: found good, and on its waiting list
WAITING = (*CHECKED, "next_year", waiting(1), ("propose", "waitlist"), waiting(1), ("decide", "waitlist"))
ON_AGENDA = (*CHECKED, waiting(1), "put_on_agenda")
WITHDRAWN = (*HANDED_IN, waiting(3), "withdraw")
LAPSED = (*ASKED, "remind", "lapse")
PROPOSED = (*CHECKED, waiting(4), ("board", "proposed"))
PAPER = (waiting(3), "draft_paper", waiting(1), "file_paper")
DECIDED = (*PROPOSED, *PAPER, waiting(9), ("committee", "yes"))


@dataclass(frozen=True)
class Story:
    """kind: who applies. steps: methods of fund.samples.Case, or (method, value). days: that it needs at least.

    is_long: asks for so much that the long form is asked. contact: the one way to reach the applicant.
    organisation: its name, where somebody of the demo sits in the board for it; else one is drawn.
    is_twin: the same people and project as an earlier example. starts_soon: before an answer can be there.
    """

    kind: str
    steps: tuple
    days: int
    is_long: bool = False
    contact: str = MAIL
    intake: str = Intake.WEB
    is_twin: bool = False
    starts_soon: bool = False
    organisation: str = ""


STORIES = (
    Story(Kind.ORGANISATION, HANDED_IN, 1),
    Story(Kind.GROUP, (*TAKEN, ("check", 4), "note"), 4),
    Story(Kind.PERSON, ASKED, 5),
    Story(Kind.ORGANISATION, CHECKED, 12, is_long=True),
    Story(Kind.TANDEM, CHECKED, 8),
    Story(Kind.UNIT, CHECKED, 15, is_long=True),
    Story(Kind.PERSON, (*REFUSED, waiting(1), "read_letter", waiting(1), "release"), 12),
    Story(Kind.GROUP, (("write", 3),), 2),
    Story(Kind.ORGANISATION, WITHDRAWN, 20),
    Story(Kind.PERSON, LAPSED, 45),
    Story(Kind.ORGANISATION, (*WITHDRAWN, waiting(5), "reopen"), 20),
    Story(Kind.PERSON, ("write", "expire"), 130),
    Story(Kind.GROUP, REFUSED, 8),
    Story(Kind.PERSON, (*REFUSED, waiting(1), "read_letter"), 9),
    Story(Kind.ORGANISATION, (*TAKEN, waiting(1), "propose_refusal"), 6),
    Story(Kind.TANDEM, (*TAKEN, "write_to_office", waiting(1), "write_back", waiting(1), "write_to_office"), 9),
    Story(Kind.PERSON, HANDED_IN, 3, intake=Intake.PAPER, contact=POST),
    Story(Kind.ORGANISATION, (*ASKED, waiting(6), "answer"), 14, is_long=True),
    Story(Kind.PERSON, ("get_help", *TAKEN), 6, contact=PHONE),
    Story(Kind.GROUP, (*LAPSED, waiting(3), "reopen"), 50),
    Story(Kind.ORGANISATION, HANDED_IN, 2, is_twin=True),
    Story(Kind.ORGANISATION, (*TAKEN, "merge"), 6, is_twin=True),
    Story(Kind.GROUP, ("write", "attach", "submit"), 2, starts_soon=True),
    Story(Kind.TANDEM, ("write", "discard"), 10),
    Story(Kind.ORGANISATION, ("write", "attach"), 4, is_long=True),
    Story(Kind.ORGANISATION, (*APPROVED, *READ, waiting(3), "activate"), 24),
    Story(Kind.GROUP, APPROVED, 15),
    Story(Kind.PERSON, (*REJECTED, *READ), 18),
    Story(Kind.ORGANISATION, (*WAITING, *READ), 18),
    # committees of the council
    Story(Kind.ORGANISATION, (*DECIDED, "confirm_committee"), 60, is_long=True),
    Story(Kind.GROUP, (*PROPOSED, *PAPER), 45, is_long=True),
    Story(Kind.UNIT, (*CHECKED, waiting(4), ("board", "not_proposed"), waiting(1), "draft_paper"), 45, is_long=True),
    Story(Kind.TANDEM, (*PROPOSED, *PAPER, waiting(9), ("committee", "postponed")), 60, is_long=True),
    Story(Kind.ORGANISATION, DECIDED, 60, is_long=True),
    # In the body: on the agenda of today's meeting, and with its result
    Story(Kind.ORGANISATION, ON_AGENDA, 40, is_long=True),
    Story(Kind.GROUP, (*ON_AGENDA, "propose_in_board"), 40, is_long=True),
    Story(Kind.ORGANISATION, REVIEWED, 18, is_long=True, organisation="Beispielverein Sprache"),
    Story(Kind.PERSON, (*APPROVED, waiting(1), "read_letter"), 16, contact=POST),
    Story(Kind.GROUP, (*APPROVED, *READ, waiting(2), ("propose_again", "correction")), 24),
    Story(Kind.PERSON, (*REJECTED, *READ, waiting(6), ("propose_again", "reopening"), waiting(1), "reopen_again"), 30),
)
