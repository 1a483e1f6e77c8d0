"""Numbers of people that are so small that they point to somebody are not told, and cannot be worked out either."""

from dataclasses import dataclass, field

FEWEST = 3  # below it a number other than nought is hidden


@dataclass(frozen=True)
class Shown:
    """What is told of a number: itself where it is exact. A hidden one is 1 or 2; of a sum with hidden parts `least` is
    what it has at least."""

    least: int
    exact: bool = True


@dataclass
class Table:
    """A table with its sums: cells {row: {column: Shown}}, rows {row: Shown}, columns {column: Shown}, and all."""

    cells: dict = field(default_factory=dict)
    rows: dict = field(default_factory=dict)
    columns: dict = field(default_factory=dict)
    all: Shown = Shown(0)


def protect(counts, *, open_columns=()):
    """The Table of {row: {column: number}} in which nothing below FEWEST is told; nought is told.

    open_columns: those whose rows stand one by one in public anyway. A sum is told only where none of its parts is
    hidden: two sums with the same hidden part would give it away by their difference. So whether a hidden number is 1
    or 2 changes nothing in what is told.
    """
    table = Table()
    for row, numbers in counts.items():
        table.cells[row] = {name: shown(number, name in open_columns) for name, number in numbers.items()}
    names = list(dict.fromkeys(name for numbers in counts.values() for name in numbers))
    table.rows = {row: added(cells.values()) for row, cells in table.cells.items()}
    table.columns = {name: added(cells[name] for cells in table.cells.values() if name in cells) for name in names}
    table.all = added(table.rows.values())
    return table


def shown(number, is_open=False):
    return Shown(number) if is_open or number == 0 or number >= FEWEST else Shown(1, exact=False)


def added(parts):
    parts = list(parts)
    return Shown(sum(each.least for each in parts), all(each.exact for each in parts))
