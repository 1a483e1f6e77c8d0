"""What one allowed move of a case is (fund design, table 1.4)."""

from collections.abc import Callable
from dataclasses import dataclass

from fund.models import Application


@dataclass(frozen=True)
class Transition:
    """One allowed move.

    number: in the fund's design. label: German, on buttons of the back office. public: what the applicant is told of
    it, "" where it is no business of hers. target: a state, or a function of the application for moves that lead back.
    paths: the paths of a tier (fund/models/rules.py) it exists on; () for all.
    columns: what is written with the state: columns(application, by, now, values) -> dict.
    effect: follows in the same transaction, after the state was set: effect(application, by, now, values).
    money: it moves money, so the year is locked before the case (fund/money.py).
    """

    name: str
    number: str
    label: str
    sources: tuple
    target: object
    parts: tuple
    guards: tuple = ()
    columns: Callable | None = None
    effect: Callable | None = None
    paths: tuple = ()
    public: object = ""
    money: bool = False


def same_state(application):
    """The target of a move by which a case stays where it is."""
    return Application.State(application.state)
