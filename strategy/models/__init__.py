from strategy.models.bodies import Body, BodyName, Seat, SeatHolder, missing_marks
from strategy.models.city import (
    CityPart,
    Contact,
    CouncilPaper,
    District,
    Unit,
    UnitMember,
    UnitName,
    units_of,
)
from strategy.models.items import (
    ActionField,
    Chapter,
    CrossCuttingTheme,
    FocusPoint,
    Goal,
    Guideline,
    Priority,
    Subtopic,
)
from strategy.models.meetings import AgendaItem, FollowUp, Meeting, MeetingChange, Paper
from strategy.models.minutes import Attendance, Minutes, MinutesEntry
from strategy.models.wording import SourceDocument, Wording

__all__ = [
    "ActionField",
    "AgendaItem",
    "Attendance",
    "Body",
    "BodyName",
    "Chapter",
    "CityPart",
    "Contact",
    "CouncilPaper",
    "CrossCuttingTheme",
    "District",
    "FocusPoint",
    "FollowUp",
    "Goal",
    "Guideline",
    "Meeting",
    "MeetingChange",
    "Minutes",
    "MinutesEntry",
    "Paper",
    "Priority",
    "Seat",
    "SeatHolder",
    "SourceDocument",
    "Subtopic",
    "Unit",
    "UnitMember",
    "UnitName",
    "Wording",
    "missing_marks",
    "units_of",
]
