"""Two versions of a text, told apart word by word."""

import random

import pytest

from wir.lib import compare as module
from wir.lib.compare import Bounded, compare


def old_of(pieces):
    return "".join(text for kind, text in pieces if kind != "added")


def new_of(pieces):
    return "".join(text for kind, text in pieces if kind != "removed")


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "", []),
        ("ein Fest", "ein Fest", [("same", "ein Fest")]),
        ("", "ein Fest", [("added", "ein Fest")]),
        ("ein Fest", "", [("removed", "ein Fest")]),
        ("ein Fest im Mai", "ein Fest im Juni", [("same", "ein Fest im "), ("removed", "Mai"), ("added", "Juni")]),
        ("ein Fest", "ein großes Fest", [("same", "ein "), ("added", "großes "), ("same", "Fest")]),
        ("ein großes Fest", "ein Fest", [("same", "ein "), ("removed", "großes "), ("same", "Fest")]),
        (
            "wir kochen im Mai zusammen",
            "wir kochen am Juni zusammen",
            [("same", "wir kochen "), ("removed", "im Mai"), ("added", "am Juni"), ("same", " zusammen")],
        ),
        ("eins\r\nzwei", "eins\nzwei", [("same", "eins\nzwei")]),
        ("eins\nzwei", "eins zwei", [("same", "eins"), ("removed", "\n"), ("added", " "), ("same", "zwei")]),
        ("5.000 €", "4.000 €", [("removed", "5.000"), ("added", "4.000"), ("same", " €")]),
        ("عيد في مايو", "عيد في يونيو", [("same", "عيد في "), ("removed", "مايو"), ("added", "يونيو")]),
        ("ja " * 300, "ja " * 301, [("same", "ja " * 300), ("added", "ja ")]),
    ],
)
def test_changes_are_told_word_by_word(old, new, pieces):
    assert compare(old, new) == pieces


def test_whatever_changed_both_texts_are_in_the_pieces():
    dice = random.Random(5)
    texts = ["".join(dice.choices(["a", "b", "dd", " ", " ", "\n"], k=dice.randrange(16))) for _number in range(600)]

    for old, new in zip(texts[::2], texts[1::2], strict=True):
        pieces = compare(old, new)
        assert (old_of(pieces), new_of(pieces)) == (old, new)
        assert all(text for _kind, text in pieces)


def long_text(dice, vocabulary, length):
    return [f"wort{dice.randrange(vocabulary)}" for _number in range(length)]


def test_a_few_changes_in_a_long_text_are_found_exactly():
    dice = random.Random(7)
    old = long_text(dice, 3000, 14_000)
    new = list(old)
    for number in range(200, 14_000, 700):
        new[number] = f"neu{number}"

    pieces = compare(" ".join(old), " ".join(new))

    assert [text for kind, text in pieces if kind == "added"] == [f"neu{number}" for number in range(200, 14_000, 700)]
    assert len(" ".join(old)) > 100_000


@pytest.mark.parametrize("vocabulary", [1, 2, 50, 101, 500, 5000])
def test_comparing_long_texts_that_share_little_stops_in_time(vocabulary, monkeypatch):
    monkeypatch.setattr(module, "MOST_STEPS", 300_000)
    dice = random.Random(vocabulary)
    old, new = long_text(dice, vocabulary, 14_000), long_text(dice, vocabulary, 14_000)
    spent = []
    longest = Bounded.__mro__[1].find_longest_match

    def counted(self, alo, ahi, blo, bhi):
        spent.append(sum(1 + len(self.b2j.get(word, ())) for word in self.a[alo:ahi]))
        return longest(self, alo, ahi, blo, bhi)

    monkeypatch.setattr(Bounded.__mro__[1], "find_longest_match", counted)
    pieces = compare(" ".join(old), " ".join(new))

    assert (old_of(pieces), new_of(pieces)) == (" ".join(old), " ".join(new))
    assert sum(spent) <= 300_000
