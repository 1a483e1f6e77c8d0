from strategy.models.city import Body, BodyName, Contact, CouncilPaper, Unit, UnitName
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
from strategy.models.wording import SourceDocument, Wording

__all__ = [
    "ActionField",
    "Body",
    "BodyName",
    "Chapter",
    "Contact",
    "CouncilPaper",
    "CrossCuttingTheme",
    "FocusPoint",
    "Goal",
    "Guideline",
    "Priority",
    "SourceDocument",
    "Subtopic",
    "Unit",
    "UnitName",
    "Wording",
]
