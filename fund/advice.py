"""Advice of committees counts on when a case that was put off comes again with the same paper (fund/filings.py)."""

from django.db.models import Exists, OuterRef

from fund.models import StepResult


def given():
    """Confirmed advice of committees that have not put the same case off since."""
    back = StepResult.objects.filter(
        step=OuterRef("step"),
        case__application=OuterRef("case__application"),
        case__round=OuterRef("case__round"),
        result__in=StepResult.BACK,
        dropped_at__isnull=True,
        pk__gt=OuterRef("pk"),
    )
    found = StepResult.objects.filter(result__in=StepResult.ADVICE, confirmed_at__isnull=False, dropped_at__isnull=True)
    return found.exclude(Exists(back))


def days(place):
    """{key of a step: the day of its advice} of a case in a paper."""
    found = given().filter(
        case__filing=place.filing_id, case__application=place.application_id, case__round=place.round
    )
    return dict(found.order_by("pk").values_list("step", "session_on"))


def given_to_place(**step):
    """The same as a subquery of FiledCase; step: {"step": which one}."""
    return given().filter(case__application=OuterRef("application"), case__round=OuterRef("round"), **step)


def before(place, places):
    """{key of a step: the advice} of a case from before it came again, out of places that were read with their results
    in force (`said`), so that a page needs no statement more."""
    found = {}
    for each in places:
        if (each.application_id, each.round) == (place.application_id, place.round) and each.pk < place.pk:
            found |= {result.step_id: result for result in each.said}
    return {
        key: result
        for key, result in found.items()
        if result.result in StepResult.ADVICE and result.confirmed_at is not None
    }
