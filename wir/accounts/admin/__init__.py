"""The back office of accounts: people and groups, and the log."""

from wir.accounts.admin import log, people

__all__ = ["log", "people"]
