"""The back office of the fund, one file a subject."""

from fund import rules_admin
from fund.admin import applications

__all__ = ["applications", "rules_admin"]
