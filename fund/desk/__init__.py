"""The desk of the project team: task pages of the back office (root: wir/back_office.py)."""

from fund.desk.pages import urls
from fund.desk.waiting import tasks

__all__ = ["tasks", "urls"]
