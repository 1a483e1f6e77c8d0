from wir.lib.blocks import BULLETS, HEADING, NUMBERS, PARAGRAPH, Block, blocks


def test_a_text_without_blank_lines_is_one_paragraph():
    found = blocks("Wir sind\nalle Hannover.")

    assert found == [Block(PARAGRAPH, ("Wir sind", "alle Hannover."))]


def test_blank_lines_separate_paragraphs():
    found = blocks("Eins.\n\nZwei.\n \t\n\nDrei.")

    assert found == [Block(PARAGRAPH, ("Eins.",)), Block(PARAGRAPH, ("Zwei.",)), Block(PARAGRAPH, ("Drei.",))]


def test_line_ends_of_windows_make_the_same_blocks():
    found = blocks("## Titel\r\n\r\nEins\r\nZwei\r\n\r\n- a\r\n- b\r\n")

    assert found == [Block(HEADING, ("Titel",)), Block(PARAGRAPH, ("Eins", "Zwei")), Block(BULLETS, ("- a", "- b"))]


def test_an_empty_text_has_no_blocks():
    found = [blocks(text) for text in ("", "  ", "\n\n \n", "\r\n\r\n")]

    assert found == [[], [], [], []]


def test_gender_stars_survive_and_make_no_emphasis():
    text = "Hannoveraner*innen und Akteur*innen, Bürger*innen"

    found = blocks(text)

    assert found == [Block(PARAGRAPH, (text,))]


def test_a_line_that_begins_with_a_star_is_no_list():
    found = blocks("*innen\n* kein Punkt")

    assert found == [Block(PARAGRAPH, ("*innen", "* kein Punkt"))]


def test_stars_inside_of_list_items_and_headings_survive():
    found = blocks("## Für Akteur*innen\n\n- Helfer*innen\n- Lehrer*innen")

    assert [block.lines for block in found] == [("Für Akteur*innen",), ("- Helfer*innen", "- Lehrer*innen")]
    assert found[1].items == ["Helfer*innen", "Lehrer*innen"]


def test_underscores_angle_brackets_and_backticks_mean_nothing():
    text = "_nicht_ `so` <b>gemeint</b> [hier](http://example.org)"

    found = blocks(text)

    assert found == [Block(PARAGRAPH, (text,))]


def test_a_heading_stands_alone():
    found = blocks("## Was ist das?\n\nEin Plan.")

    assert found == [Block(HEADING, ("Was ist das?",)), Block(PARAGRAPH, ("Ein Plan.",))]


def test_a_heading_mark_with_more_lines_is_a_paragraph():
    found = blocks("## Was ist das?\nEin Plan.")

    assert found == [Block(PARAGRAPH, ("## Was ist das?", "Ein Plan."))]


def test_other_numbers_of_hash_signs_are_no_headings():
    found = blocks("# Eins\n\n### Drei\n\n##ohne")

    assert [block.kind for block in found] == [PARAGRAPH, PARAGRAPH, PARAGRAPH]


def test_a_block_of_hyphens_is_a_list():
    found = blocks("- Arbeit\n  - Wohnen\n- Sprache")

    assert found == [Block(BULLETS, ("- Arbeit", "- Wohnen", "- Sprache"))]
    assert found[0].items == ["Arbeit", "Wohnen", "Sprache"]
    assert found[0].start is None


def test_a_block_with_one_plain_line_is_no_list():
    found = blocks("Das gehört dazu:\n- Arbeit\n- Wohnen")

    assert found == [Block(PARAGRAPH, ("Das gehört dazu:", "- Arbeit", "- Wohnen"))]


def test_a_hyphen_without_a_space_is_no_list():
    found = blocks("-Arbeit\n\n–- Wohnen")

    assert [block.kind for block in found] == [PARAGRAPH, PARAGRAPH]


def test_a_block_of_numbers_is_a_numbered_list_with_its_first_number():
    found = blocks("9. neun\n10. zehn\n11. elf")

    assert found == [Block(NUMBERS, ("9. neun", "10. zehn", "11. elf"))]
    assert found[0].start == 9
    assert found[0].items == ["neun", "zehn", "elf"]


def test_a_date_at_the_start_of_a_list_item_stays():
    found = blocks("- 1. Mai: Fest\n- 3. Oktober: Tag der offenen Moschee")

    assert found[0].kind == BULLETS
    assert found[0].items == ["1. Mai: Fest", "3. Oktober: Tag der offenen Moschee"]


def test_a_number_without_a_space_after_its_dot_is_no_list():
    found = blocks("1.5 Millionen\n2.0 ist neu")

    assert found == [Block(PARAGRAPH, ("1.5 Millionen", "2.0 ist neu"))]


def test_hyphens_and_numbers_in_one_block_are_a_paragraph():
    found = blocks("- eins\n2. zwei")

    assert found == [Block(PARAGRAPH, ("- eins", "2. zwei"))]
