"""What was changed in a text, word by word, for the people who read it a second time."""

import re
from difflib import Match, SequenceMatcher
from itertools import accumulate

MOST_STEPS = 3_000_000  # comparisons, about half a second; then the rest counts as written anew


def compare(old, new):
    r"""[("same" | "added" | "removed", text), …]: the kept and the removed parts joined are the old text, the kept
    and the added parts the new one. What is removed stands before what took its place. Line ends are \n in both.
    """
    old, new = words(old), words(new)
    pieces = Pieces()
    for tag, start, end, from_, to in Bounded([word for word, _space in old], [word for word, _ in new]).get_opcodes():
        if tag == "equal":
            for (word, space), (_word, other) in zip(old[start:end], new[from_:to], strict=True):
                pieces.kept(word)
                pieces.changed(space, other)
        else:
            pieces.changed("".join(map("".join, old[start:end])), "".join(map("".join, new[from_:to])))
    return pieces.finished()


def words(text):
    """[(word, white space behind it), …]; the first word is empty where the text begins with white space."""
    return re.findall(r"(\S+|^)(\s*)", text.replace("\r\n", "\n"))


class Pieces:
    """Collects what was kept and what was changed; neighbours of one sort become one piece."""

    def __init__(self):
        self.result, self.same, self.removed, self.added = [], [], [], []

    def kept(self, text):
        if text:
            self.write_change()
            self.same.append(text)

    def changed(self, old, new):
        if old == new and not self.removed and not self.added:
            self.same.append(old)
        else:
            self.write_same()
            self.removed.append(old)
            self.added.append(new)

    def write_same(self):
        self.write("same", "".join(self.same))
        self.same = []

    def write_change(self):
        """White space at the end of both is no part of the change."""
        removed, added = "".join(self.removed), "".join(self.added)
        behind = min(removed[len(removed.rstrip()) :], added[len(added.rstrip()) :], key=len)
        if behind and removed.endswith(behind) and added.endswith(behind):
            removed, added = removed[: -len(behind)], added[: -len(behind)]
            self.same.append(behind)
        self.write("removed", removed)
        self.write("added", added)
        self.removed, self.added = [], []

    def write(self, kind, text):
        if text:
            self.result.append((kind, text))

    def finished(self):
        self.write_same()
        self.write_change()
        self.write_same()
        return self.result


class Bounded(SequenceMatcher):
    """Stops looking for what stayed the same once its steps are used up; frequent words are no landmarks."""

    def __init__(self, old, new):
        super().__init__(None, old, new)
        self.left = MOST_STEPS
        # What looking from one word to another costs: each place of each word in the new text
        self.cost = [0, *accumulate(1 + len(self.b2j.get(word, ())) for word in old)]

    def find_longest_match(self, alo=0, ahi=None, blo=0, bhi=None):
        """Equal beginnings and ends first: a text of one repeated word has no landmarks."""
        ahi, bhi = len(self.a) if ahi is None else ahi, len(self.b) if bhi is None else bhi
        if size := self.equal_at_start(alo, ahi, blo, bhi):
            return Match(alo, blo, size)
        if size := self.equal_at_end(alo, ahi, blo, bhi):
            return Match(ahi - size, bhi - size, size)
        self.left -= self.cost[ahi] - self.cost[alo]
        if self.left < 0:
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)

    def equal_at_start(self, alo, ahi, blo, bhi):
        size = 0
        while alo + size < ahi and blo + size < bhi and self.a[alo + size] == self.b[blo + size]:
            size += 1
        return size

    def equal_at_end(self, alo, ahi, blo, bhi):
        size = 0
        while alo < ahi - size and blo < bhi - size and self.a[ahi - size - 1] == self.b[bhi - size - 1]:
            size += 1
        return size
