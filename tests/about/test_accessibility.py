"""The accessibility statement lists what is open today."""

from datetime import date

import pytest

from wir.about.models import AccessibilityGap

pytestmark = pytest.mark.django_db


def create_gap(number, **values):
    return AccessibilityGap.objects.create(
        number=number, title_de=f"Lücke {number}", plain_de=f"Es fehlt Nummer {number}.", **values
    )


def test_open_gaps_are_on_the_page_in_their_order_and_closed_ones_are_not(client):
    AccessibilityGap.objects.all().delete()
    create_gap(3)
    create_gap(1)
    create_gap(2, closed_on=date(2031, 5, 1))

    text = client.get("/de/barrierefreiheit/").content.decode()

    assert [number for number in (1, 2, 3) if f"Es fehlt Nummer {number}." in text] == [1, 3]
    assert (text.index("Es fehlt Nummer 1.") < text.index("Es fehlt Nummer 3.")) is True


def test_a_gap_without_a_translation_is_shown_in_german_and_marked(client):
    AccessibilityGap.objects.all().delete()
    create_gap(1)

    text = client.get("/tr/barrierefreiheit/").content.decode()

    start = text.index("Es fehlt Nummer 1.")
    assert 'lang="de" dir="ltr"' in text[start - 60 : start]


def test_a_closed_gap_is_not_public():
    assert [create_gap(90).is_public, create_gap(91, closed_on=date(2031, 5, 1)).is_public] == [True, False]
    assert list(AccessibilityGap.objects.public().filter(number__gte=90).values_list("number", flat=True)) == [90]


def test_a_statement_without_open_gaps_still_answers(client):
    AccessibilityGap.objects.update(closed_on=date(2031, 5, 1))

    assert client.get("/fa/barrierefreiheit/").status_code == 200
