from measures.models.history import Change, Plan
from measures.models.imports import ImportRun
from measures.models.index import MeasureIndex
from measures.models.links import LinkCheck
from measures.models.measure import Measure, Proposal, Status, TargetGroup
from measures.models.meetings import AgendaMeasure
from measures.models.money import Budget
from measures.models.progress import Milestone, Update
from measures.models.release import Disclosure, Release, ReleaseItem
from measures.models.themes import ThemeAnswer

__all__ = [
    "AgendaMeasure",
    "Budget",
    "Change",
    "Disclosure",
    "ImportRun",
    "LinkCheck",
    "Measure",
    "MeasureIndex",
    "Milestone",
    "Plan",
    "Proposal",
    "Release",
    "ReleaseItem",
    "Status",
    "TargetGroup",
    "ThemeAnswer",
    "Update",
]
