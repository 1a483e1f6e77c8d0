"""The back office of the fund, one file a subject."""

from fund import rules_admin
from fund.admin import applications, decisions, filings, proposals

__all__ = ["applications", "decisions", "filings", "proposals", "rules_admin"]
