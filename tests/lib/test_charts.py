"""Bars add up, fill the width, and grow from the reader's side."""

from wir.lib.charts import LABEL, WIDTH, height, stacked_bars


def test_the_longest_bar_fills_the_width_and_pieces_touch():
    (first, second) = stacked_bars([("1", [3, 0, 1]), ("2", [0, 2, 0])])

    assert [(piece.x, piece.width, piece.value, piece.place) for piece in first.pieces] == [
        ("26.0", "220.5", 3, 1),
        ("246.5", "73.5", 1, 3),
    ]
    assert float(first.pieces[-1].x) + float(first.pieces[-1].width) == WIDTH
    assert [(piece.x, piece.width) for piece in second.pieces] == [("26.0", "147.0")]


def test_the_smallest_piece_can_be_seen_and_takes_its_place_from_the_largest():
    full, little = stacked_bars([("1", [1, 0, 199_999]), ("2", [0, 0, 100])])

    assert [(piece.x, piece.width) for piece in full.pieces] == [("26.0", "4.0"), ("30.0", "290.0")]
    assert [(piece.x, piece.width) for piece in little.pieces] == [("26.0", "4.0")]


def test_right_to_left_is_the_mirror_image():
    rows = [("1", [3, 0, 1])]
    ltr, rtl = stacked_bars(rows)[0], stacked_bars(rows, rtl=True)[0]

    assert [WIDTH - float(piece.x) - float(piece.width) for piece in rtl.pieces] == [float(p.x) for p in ltr.pieces]
    assert WIDTH - rtl.text_x == ltr.text_x


def test_nothing_to_show_has_bars_without_pieces():
    bars = stacked_bars([("1", [0, 0]), ("2", [0, 0])])

    assert [bar.pieces for bar in bars] == [(), ()]
    assert height([("1", [0])] * 2) == 60
    assert LABEL < WIDTH
