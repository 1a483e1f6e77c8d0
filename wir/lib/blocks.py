"""The few kinds of paragraph that the portal's texts know, read from plain text.

Not Markdown: the gender star (Hannoveraner*innen und Akteur*innen) would become emphasis there.
"""

import re
from dataclasses import dataclass

HEADING, PARAGRAPH, BULLETS, NUMBERS = "heading", "paragraph", "bullets", "numbers"


@dataclass(frozen=True)
class Block:
    """One block: its kind and its lines (list items, lines of a paragraph, or the one line of a heading)."""

    kind: str
    lines: tuple[str, ...]

    @property
    def is_list(self):
        return self.kind in (BULLETS, NUMBERS)

    @property
    def start(self):
        """First number of a numbered list, as printed."""
        return int(re.match(r"\d+", self.lines[0]).group()) if self.kind == NUMBERS else None

    @property
    def items(self):
        """List items without their marks."""
        return [re.sub(r"^(?:- |\d+\. )", "", line) for line in self.lines]


def blocks(text):
    """Blocks of a text: separated by blank lines; "## " heads, "- " and "1. " make lists of whole blocks."""
    found = []
    for part in re.split(r"\n[^\S\n]*\n", text.replace("\r\n", "\n").strip()):
        lines = tuple(line.strip() for line in part.splitlines() if line.strip())
        if not lines:
            continue
        if lines[0].startswith("## ") and len(lines) == 1:
            found.append(Block(HEADING, (lines[0][3:],)))
        elif all(line.startswith("- ") for line in lines):
            found.append(Block(BULLETS, lines))
        elif all(re.match(r"\d+\. ", line) for line in lines):
            found.append(Block(NUMBERS, lines))
        else:
            found.append(Block(PARAGRAPH, lines))
    return found
