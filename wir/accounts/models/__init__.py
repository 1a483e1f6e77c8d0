"""People and their rights; how they are let in; what they did."""

from wir.accounts.models.audit import AuditEntry
from wir.accounts.models.letting_in import FactorReset, Invitation
from wir.accounts.models.people import LanguageGrant, User

__all__ = ["AuditEntry", "FactorReset", "Invitation", "LanguageGrant", "User"]
