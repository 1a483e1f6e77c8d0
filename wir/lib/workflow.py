"""What every workflow of the portal shares: one way to say no, and one table row."""

from dataclasses import dataclass, field

FASTER = (
    "Inzwischen hat sich hier etwas geändert, vielleicht durch Sie selbst in einem anderen Fenster. Sehen Sie noch "
    "einmal hin und senden Sie dann erneut."
)
NOT_NOW = "In diesem Stand ist das nicht möglich."


class Refused(Exception):
    """A move that is not possible now; `reasons` tells every blocker at once, in the words of who is told."""

    def __init__(self, reasons):
        self.reasons = list(reasons)
        super().__init__(" ".join(map(str, self.reasons)))


def refuse_if(reasons):
    """Raises Refused with every reason, each once; does nothing where there is none."""
    reasons = list(dict.fromkeys(reasons))
    if reasons:
        raise Refused(reasons)


def status_of(reasons, *others):
    """409 where it stands otherwise than the person saw it, else 422. others: more sentences that say so."""
    return 409 if {FASTER, NOT_NOW, *others} & set(map(str, reasons)) else 422


@dataclass(frozen=True)
class Move:
    """One allowed step: from which states, to which, with which right, and what must hold.

    guards: functions of the thing that yield reasons, nothing where all is well.
    """

    label: str
    source: tuple
    target: object
    permission: str
    guards: tuple = field(default=())
