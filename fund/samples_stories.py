"""What happens to each example, in order; the twenty-seven of the demo show every kind, way and state once at least."""

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
REFUSED = (*TAKEN, waiting(1), "propose_refusal", waiting(1), "refuse")
READ = (waiting(1), "read_letter", waiting(1), "release")
APPROVED = (*CHECKED, waiting(1), ("propose", "approval"), waiting(1), ("decide", "approve"))
REJECTED = (*CHECKED, waiting(1), ("propose", "rejection"), waiting(1), ("decide", "reject"))
WITHDRAWN = (*HANDED_IN, waiting(3), "withdraw")
LAPSED = (*ASKED, "remind", "lapse")


@dataclass(frozen=True)
class Story:
    """kind: who applies. steps: methods of fund.samples.Case, or (method, value). days: that it needs at least.

    is_long: asks for so much that the long form is asked. contact: the one way to reach the applicant.
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
    Story(Kind.GROUP, ("write", "attach", "submit"), 2, starts_soon=True),
    Story(Kind.TANDEM, ("write", "discard"), 10),
    Story(Kind.ORGANISATION, ("write", "attach"), 4, is_long=True),
    Story(Kind.ORGANISATION, (*APPROVED, *READ, waiting(3), "activate"), 24),
    Story(Kind.GROUP, APPROVED, 15),
    Story(Kind.PERSON, (*REJECTED, *READ), 18),
)
