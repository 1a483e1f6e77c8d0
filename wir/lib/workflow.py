"""What every workflow of the portal shares: one way to say no, and one table row."""

from dataclasses import dataclass, field

FASTER = "Jemand anderes war schneller. Bitte laden Sie die Seite neu."


class Refused(Exception):
    """A move that is not possible now; `reasons` tells every blocker at once, in the words of who is told."""

    def __init__(self, reasons):
        self.reasons = list(reasons)
        super().__init__(" ".join(map(str, self.reasons)))


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
