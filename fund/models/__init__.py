from fund.models.agreements import Acceptance, Reversal
from fund.models.answers import Answer, RivalText
from fund.models.applications import AccessKey, Application, Helper
from fund.models.board import Ballot, CaseItem, CircularVote, Presence, Proposal, Review
from fund.models.calls import Call, FundChange, OtherPot
from fund.models.carryovers import CarryOver
from fund.models.committees import CommitteeStep, FiledCase, Filing, StepResult
from fund.models.conflicts import Declaration
from fund.models.files import CaseFile
from fund.models.ledger import LedgerEntry
from fund.models.office import (
    ApplicationChange,
    CaseMessage,
    CaseNote,
    ChangeRequest,
    CheckedPoint,
    Decision,
    Flag,
    Letter,
    RefusalReason,
    RequestedSection,
)
from fund.models.revisions import Revision
from fund.models.rules import ApplicantKind, RuleOrigin, RuleSet, Tier, TierKey
from fund.models.years import FundYear, Pot

__all__ = [
    "Acceptance",
    "AccessKey",
    "Answer",
    "ApplicantKind",
    "Application",
    "ApplicationChange",
    "Ballot",
    "Call",
    "CarryOver",
    "CaseFile",
    "CaseItem",
    "CaseMessage",
    "CaseNote",
    "ChangeRequest",
    "CheckedPoint",
    "CircularVote",
    "CommitteeStep",
    "Decision",
    "Declaration",
    "FiledCase",
    "Filing",
    "Flag",
    "FundChange",
    "FundYear",
    "Helper",
    "LedgerEntry",
    "Letter",
    "OtherPot",
    "Pot",
    "Presence",
    "Proposal",
    "RefusalReason",
    "RequestedSection",
    "Reversal",
    "Review",
    "Revision",
    "RivalText",
    "RuleOrigin",
    "RuleSet",
    "StepResult",
    "Tier",
    "TierKey",
]
