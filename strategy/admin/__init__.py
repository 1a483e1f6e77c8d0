"""The back office of the strategy. Forms write facts and German texts; buttons move states (strategy/office.py)."""

from strategy.admin import bodies, city, items, meetings

__all__ = ["bodies", "city", "items", "meetings"]
