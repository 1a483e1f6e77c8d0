"""Planned and actual dates of a measure: as exact as they are known, and never the wrong way round."""

from contextlib import nullcontext

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from measures.models import Measure
from tests.measures.factories import create_measure
from wir.lib.periods import Period

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("start", "end", "fits"),
    [("2026-Q3", "2026-07-01", True), ("2026", "2026-01", True), ("2026-Q3", "2026-06", False)],
)
def test_an_end_inside_of_the_period_of_the_beginning_is_no_contradiction(start, end, fits):
    measure = create_measure(930)
    measure.planned_start, measure.planned_end = Period.read(start), Period.read(end)

    with nullcontext() if fits else pytest.raises(ValidationError, match="liegt vor dem geplanten Beginn"):
        measure.full_clean(exclude=measure.translated_fields())


@pytest.mark.parametrize("kind", ["planned", "actual"])
def test_the_database_refuses_an_end_before_the_beginning(kind):
    measure = create_measure(931)

    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(
            **{f"{kind}_start": Period.read("2027-05"), f"{kind}_end": Period.read("2027-04-30")}
        )


@pytest.mark.parametrize("text", ["2026", "2026-Q2", "2026-03", "2026-03-05", None])
def test_a_date_comes_back_as_it_was_written(text):
    measure = create_measure(932, planned_end=Period.read(text) if text else None)

    stored = Measure.objects.get(pk=measure.pk).planned_end

    assert (str(stored) if stored else None) == text
