"""What is handed in is frozen, and what changes later is told word by word."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fund import revising
from fund.models import CaseFile, Revision
from strategy.models import CrossCuttingTheme
from tests.fund.cases import LARGE, NOW, SMALL, create_draft, write
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db


def test_a_revision_holds_the_texts_as_typed_and_what_they_mean():
    application = create_draft(SMALL)
    file = CaseFile.objects.create(
        application=application, section="unterlagen", name="a.pdf", kind="pdf", size=1, digest="d", stored="s",
        saved_at=NOW,
    )  # fmt: skip

    revision = revising.freeze(application, NOW)

    revision.refresh_from_db()
    assert revision.answers["total"] == {"0": "1.500,50"}
    assert "phone" not in revision.answers
    assert revision.files == [[file.pk, "a.pdf", "d"]]
    assert (revision.number, revision.kind, revision.applicant) == (1, "organisation", "Nachbarn e. V.")
    assert (revision.total, revision.requested, revision.tier) == (Decimal("1500.50"), Decimal(1200), "micro")
    assert (revision.starts_on, revision.ends_on) == (date(2027, 9, 1), date(2027, 11, 30))
    assert revision.district.number == 10


def test_the_next_revision_has_the_next_number_and_the_first_stays():
    application = create_draft(SMALL)
    first = revising.freeze(application, NOW)

    write(application, "was", {"title": "Backen in Linden"})
    second = revising.freeze(application, NOW + timedelta(days=1))

    first.refresh_from_db()
    assert [(first.number, first.title), (second.number, second.title)] == [
        (1, "Kochen in Linden"),
        (2, "Backen in Linden"),
    ]
    with pytest.raises(Refused):
        first.save()
    with pytest.raises(Refused):
        Revision.objects.update(title="x")


def test_another_amount_leads_to_another_tier():
    application = create_draft(LARGE)
    first = revising.freeze(application, NOW)

    write(application, "finanzierung", {"requested": "900"})
    write(application, "kosten", {"total": "1000"})

    assert [first.tier, revising.freeze(application, NOW).tier] == ["project", "micro"]


def test_the_difference_names_section_question_and_words():
    application = create_draft(SMALL)
    old = revising.freeze(application, NOW)
    write(application, "was", {"title": "Backen in Linden", "themes": ["2"]})
    write(application, "wo-wann", {"district": "city"})
    new = revising.freeze(application, NOW)

    sections = revising.diff(old, new)

    assert [section.key for section in sections] == ["was", "wo-wann"]
    title, themes = sections[0].changes
    assert title.words == [("removed", "Kochen"), ("added", "Backen"), ("same", " in Linden")]
    names = [theme.title_de for theme in CrossCuttingTheme.objects.order_by("number")]
    assert (themes.old, themes.new) == (f"{names[0]}, {names[2]}", names[1])
    assert sections[1].changes[0].new == "In der ganzen Stadt"


def test_lines_of_a_list_are_compared_as_lines():
    application = create_draft(LARGE)
    old = revising.freeze(application, NOW)
    write(application, "kostenplan", {"cost_amount-2": "3.000"})
    new = revising.freeze(application, NOW)

    (section,) = revising.diff(old, new)

    assert (section.changes[0].old, section.changes[0].new) == (
        "Miete: 8000\nHonorar: 4.000",
        "Miete: 8000\nHonorar: 3.000",
    )


def test_nothing_changed_is_no_difference():
    application = create_draft(LARGE)

    assert revising.diff(revising.freeze(application, NOW), revising.freeze(application, NOW)) == []
