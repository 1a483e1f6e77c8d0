"""Small numbers are hidden, and no sum gives them away."""

import random

from wir.lib.small_numbers import FEWEST, Shown, protect


def test_one_and_two_are_hidden_and_nought_is_not():
    table = protect({"a": {"x": 0, "y": 1, "z": 2, "w": FEWEST}})

    hidden = Shown(1, exact=False)
    assert table.cells["a"] == {"x": Shown(0), "y": hidden, "z": hidden, "w": Shown(3)}


def test_a_sum_with_a_hidden_part_tells_only_what_it_is_at_least():
    table = protect({"a": {"x": 2, "y": 10}, "b": {"x": 5, "y": 7}})

    assert table.rows == {"a": Shown(11, exact=False), "b": Shown(12)}
    assert table.columns == {"x": Shown(6, exact=False), "y": Shown(17)}
    assert table.all == Shown(23, exact=False)


def test_what_stands_in_public_anyway_is_told():
    table = protect({"a": {"granted": 1, "refused": 4}}, open_columns=("granted",))

    assert (table.cells["a"]["granted"], table.all) == (Shown(1), Shown(5))


def test_whether_a_hidden_number_is_one_or_two_changes_nothing_in_what_is_told():
    draw, flipped = random.Random(7), 0
    for _turn in range(300):
        counts = {
            row: {column: draw.choice((0, 1, 2, 3, 9)) for column in "abcd"} for row in range(draw.randrange(1, 5))
        }
        told = protect(counts, open_columns=("a",))
        for row, numbers in counts.items():
            for column, number in numbers.items():
                if column != "a" and number in (1, 2):
                    other = {key: dict(each) for key, each in counts.items()}
                    other[row][column] = 3 - number
                    flipped += 1
                    assert protect(other, open_columns=("a",)) == told

    assert flipped > 500


def test_an_empty_table_has_no_sums():
    assert protect({}).all == Shown(0)
