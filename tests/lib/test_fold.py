"""Everyday spellings meet: what a person types finds what is written."""

import pytest

from wir.lib.fold import fold, fold_document


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Straße der Vielfalt", "strasse"),
        ("Förderung", "forderung"),
        ("Förderung", "foerderung"),
        ("Migrant*innen", "migrantinnen"),
        ("Teil\u00adhabe", "teilhabe"),
        ("Leichte·Sprache", "leichtesprache"),
        ("ışığı", "isigi"),
        ("İSTANBUL", "istanbul"),
        ("Łódź", "lodz"),
        ("Bajarê", "bajare"),
        ("إجراء", "اجراء"),
        ("كتاب", "کتاب"),
        ("مدرسة", "مدرسه"),
        ("می\u200cتوانیم", "میتوانیم"),
        ("می\u200cتوانیم", "می توانیم"),
        ("об’єднання", "об'єднання"),
        ("Фонд 2026", "ФОНД"),
        ("سال ۲۰۲۶", "2026"),
        ("مـــرحبا", "مرحبا"),
    ],
)
def test_a_typed_word_is_found(written, typed):
    assert all(word in fold_document(written) for word in fold(typed).split())


def test_words_that_differ_stay_apart():
    assert fold("Kultur") not in fold_document("Natur")
    assert fold("Bezirk 1") not in fold_document("Bezirk 2")
    assert fold("  ,;!?  ") == ""
