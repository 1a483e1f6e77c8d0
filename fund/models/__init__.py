from fund.models.answers import Answer, RivalText
from fund.models.applications import AccessKey, Application, Helper
from fund.models.calls import Call, FundChange, OtherPot
from fund.models.files import CaseFile
from fund.models.ledger import AppendOnly, LedgerEntry
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
    "AccessKey",
    "Answer",
    "AppendOnly",
    "ApplicantKind",
    "Application",
    "ApplicationChange",
    "Call",
    "CaseFile",
    "CaseMessage",
    "CaseNote",
    "ChangeRequest",
    "CheckedPoint",
    "Decision",
    "Flag",
    "FundChange",
    "FundYear",
    "Helper",
    "LedgerEntry",
    "Letter",
    "OtherPot",
    "Pot",
    "RefusalReason",
    "RequestedSection",
    "Revision",
    "RivalText",
    "RuleOrigin",
    "RuleSet",
    "Tier",
    "TierKey",
]
