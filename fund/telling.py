"""What an applicant may know of the way through the committees: nothing before the paper is public, and by that day
what the board proposed (fund design, 7: nobody learns it from the press).

It is the same before and after a committee has decided, until the letter is released; only a postponement is told.
"""

from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from fund import advice, mails
from fund.models import Application, CaseItem, FiledCase, StepResult
from fund.words import money, sentence

State, Outcome = Application.State, CaseItem.Outcome
# Where a case may stand while its paper is told of: in the committees, or decided and not yet released
IN_COMMITTEES = (
    State.COMMITTEE_QUEUE, State.COMMITTEE_RUNNING, State.APPROVED, State.REJECTED, State.WAITLISTED,
)  # fmt: skip


@dataclass(frozen=True)
class Station:
    """One committee on the way. has_advised: it has given its advice, whatever that was. is_over: its day has passed;
    that tells nothing of what it decided, nor whether somebody wrote it down."""

    body: str
    day: object
    decides: bool
    has_advised: bool
    is_over: bool


@dataclass(frozen=True)
class Told:
    """proposal: what the board proposed, a safe sentence in the reader's language. number: of the Drucksache.

    was_put_off: a committee has not decided yet and will do so in another session, without a day so far.
    """

    proposal: str
    number: str
    stations: list
    was_put_off: bool


def told(application, now):
    """What the page of a case tells of its paper; None where nothing is public."""
    if application.decision_released_at is not None or application.state not in IN_COMMITTEES:
        return None
    places = application.filings.filter(
        round=application.round,
        filing__filed_at__isnull=False,
        filing__told_on__lte=timezone.localdate(now),
    )
    places = places.select_related("filing__council_paper", "item").order_by("-pk")
    place = places.prefetch_related("filing__steps__body__names", "results__step").first()
    if place is None:
        return None
    results = in_force(place)
    advised = advice.days(place)
    days = days_of(place)
    stations = [
        station(step, days[step.pk], advised, timezone.localdate(now))
        for step in sorted(place.filing.steps.all(), key=lambda step: step.order)
    ]
    return Told(proposal(place.item), str(place.filing.council_paper), stations, was_put_off(results))


def in_force(place):
    return [each for each in place.results.all() if each.dropped_at is None]


def was_put_off(results):
    return any(each.result in StepResult.BACK for each in results)


def days_of(place):
    """{key of a step: the day of its session, as this case was planned for it}.

    Where another case comes again with the paper, the decision keeps its day. Else a day on which a committee really
    decided is not told: it would tell that somebody wrote a result down.
    """
    days = {step.pk: step.session_on for step in place.filing.steps.all()}
    for each in in_force(place):
        planned = days[each.step_id]
        if each.result in StepResult.DECIDING and (planned is None or planned > each.session_on) and came_again(place):
            days[each.step_id] = each.session_on
    return days


def came_again(place):
    """Whether a committee put a case off and it came again with the same paper, after this place was made."""
    before = FiledCase.objects.filter(
        filing=OuterRef("filing"), application=OuterRef("application"), pk__lt=OuterRef("pk")
    )
    return FiledCase.objects.filter(Exists(before), filing=place.filing_id, pk__gt=place.pk).exists()


def station(step, planned, advised, today):
    day = advised.get(step.pk, planned)
    is_over = day is not None and day < today
    return Station(str(step.body), day, step.decides, step.pk in advised, is_over)


def proposal(item):
    """What the board said, in one sentence; "" where nothing is known."""
    if item is None:
        return ""
    if item.is_positive:
        return sentence(_("The board has proposed to give your project %(amount)s."), amount=money(item.amount))
    if item.outcome == Outcome.NOT_PROPOSED:
        return _("The board has not proposed your project.")
    return _("The board could not make a proposal about your project.")


# The message of that day ----------------------------------------------------------------------------------------------


def untold():
    """Cases in a filed paper whose applicants have no message of it; the clock reads them (fund/clock.py).

    What a committee does before that day takes nothing from it. Who left the paper on another way needs no message, nor
    who has the letter, nor who hears the same of a newer place.
    """
    filed = FiledCase.objects.filter(filing__filed_at__isnull=False, filing__told_on__isnull=False)
    newer = filed.filter(
        application=OuterRef("application"), pk__gt=OuterRef("pk"), filing__told_on__lte=OuterRef("filing__told_on")
    )
    places = filed.filter(
        told_at__isnull=True,
        round=F("application__round"),
        application__state__in=IN_COMMITTEES,
        application__decision_released_at__isnull=True,
    )
    places = places.exclude(Exists(newer))
    return places.select_related("application__rule_set", "filing__council_paper", "item")


def tell(place, now):
    """The applicant hears of the proposal by mail, letter or call on the day the paper is public, once a paper."""
    if place.filing.told_on > timezone.localdate(now):
        return
    if FiledCase.objects.filter(pk=place.pk, told_at__isnull=True).update(told_at=now):
        step = place.filing.steps.select_related("body").get(decides=True)
        put_off = was_put_off(in_force(place))
        mails.paper_is_public(place, now, body=step.body, session=days_of(place)[step.pk], was_put_off=put_off)
