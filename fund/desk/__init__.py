"""The desks of the fund: task pages of the back office (root: wir/back_office.py), and what its index tells of them."""

from fund.desk import board_tasks, money_tasks
from fund.desk.index import desks
from fund.desk.pages import urls

__all__ = ["desks", "tasks", "urls"]


def tasks(user, today):
    """(count, text, address) of what is pressing beside the desks, for the top of the index."""
    yield from money_tasks.tasks(user, today)
    yield from board_tasks.tasks(user, today)
