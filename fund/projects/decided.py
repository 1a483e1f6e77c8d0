"""By what a project got its money, as the public may know it."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from strategy.models import CouncilPaper


@dataclass(frozen=True)
class DecisionReference:
    """day: of the decision. paper: the number of the council paper, "" where none was needed; address: where it is."""

    day: date
    paper: str = ""
    address: str = ""


def decision_reference(application):
    """The DecisionReference of a case read `granted`. The one place that knows what kinds of decision there are: a
    project team has the day it decided, a body that of its meeting, a committee that of its session and the number of
    its paper."""
    day = application.met_on or timezone.localdate(application.decided_at)
    if not application.paper_number:
        return DecisionReference(day)
    paper = CouncilPaper(number=application.paper_number, supplement=application.paper_supplement)
    return DecisionReference(day, str(paper), application.paper_link)
