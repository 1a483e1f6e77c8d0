"""Geometry of charts that are drawn as inline SVG: whole numbers and one decimal, mirrored for right-to-left pages."""

from dataclasses import dataclass

WIDTH, LABEL, ROW, BAR = 320, 26, 30, 18  # units of the view box; 320 is the narrowest screen
LEAST = 4  # width of the smallest piece, so that what there is of little can be seen


@dataclass(frozen=True)
class Piece:
    """One part of a stacked bar. place: of its series, which decides colour and pattern."""

    x: str
    width: str
    value: int
    place: int


@dataclass(frozen=True)
class Bar:
    name: str
    y: int
    text_x: int
    text_y: int
    pieces: tuple


def stacked_bars(rows, rtl=False, label=LABEL):
    """Bars of [(name, [value of each series])]; the longest fills the width. Right to left they grow leftwards.

    label: the width that is kept for the names.
    """
    longest = max((sum(values) for _name, values in rows), default=0)
    scale = (WIDTH - label) / longest if longest else 0
    bars = []
    for place, (name, values) in enumerate(rows):
        start, pieces = label, []
        for series, (value, width) in enumerate(zip(values, widths(values, scale, label), strict=True)):
            if value:
                x = WIDTH - start - width if rtl else start
                pieces.append(Piece(f"{x:.1f}", f"{width:.1f}", value, series + 1))
            start += width
        y = place * ROW + (ROW - BAR) // 2
        bars.append(Bar(name, y, WIDTH - 6 if rtl else 6, y + BAR - 4, tuple(pieces)))
    return bars


def widths(values, scale, label):
    """Of the pieces of one bar; what the smallest take more than they are is the largest one's loss."""
    found = [max(LEAST, value * scale) if value else 0 for value in values]
    if found:
        largest = found.index(max(found))
        found[largest] -= max(0, sum(found) - (WIDTH - label))
    return found


def height(rows):
    return len(rows) * ROW
