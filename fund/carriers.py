"""One carrier for one called measure, where the rule set says so: among the applications to a call one is chosen."""

from django.db.models import OuterRef, Q, Subquery

from fund.models import Application, CaseItem

State = Application.State
PROPOSED = (State.COMMITTEE_QUEUE, State.COMMITTEE_RUNNING, State.WAITLISTED)
CHOSEN = "Zu diesem Aufruf wurde ein Träger gewählt: {}."  # in the minutes of who was not
STANDS = (State.BOARD_MEETING, *PROPOSED, *Application.PROMISED)  # of a case that may be the chosen one


def is_one_of_several(application):
    return bool(application.call_id) and application.rule_set.one_carrier_per_call


def others(application):
    """The other applications to the same call."""
    return Application.objects.filter(call=application.call_id, sample=application.sample).exclude(pk=application.pk)


def chosen(application):
    """Another application to the same call that has the yes of the board or more, or None: granted, on its way through
    a committee with a proposal, waiting for money, or recorded and not yet confirmed.

    Of what the board said of a case in several rounds the newest counts: a corrected case keeps the proposal of its
    first round, one that was refused when it came again has none."""
    if not is_one_of_several(application):
        return None
    confirmed = CaseItem.objects.filter(application=OuterRef("pk"), confirmed_at__isnull=False, struck_at=None)
    newest = confirmed.order_by("-confirmed_at", "-pk").values("outcome")[:1]
    recorded = CaseItem.objects.open().filter(outcome__in=CaseItem.POSITIVE, recorded_at__isnull=False)
    recorded = recorded.values("application")
    return (
        others(application)
        .annotate(said=Subquery(newest))
        .filter(
            Q(state__in=Application.PROMISED)
            | Q(state__in=PROPOSED, said__in=CaseItem.POSITIVE)
            | Q(state=State.BOARD_MEETING, pk__in=recorded)
        )
        .order_by("pk")
        .first()
    )


def group_of(item):
    """The open items on the same agenda that apply to the same call, with this one; [] where there is no choice."""
    if not is_one_of_several(item.application):
        return []
    same = {"meeting": item.meeting_id} if item.meeting_id else {"vote": item.vote_id}
    found = CaseItem.objects.open().filter(application__call=item.application.call_id, **same)
    found = list(
        found.select_related("application__revision", "application__rule_set", "meeting__body", "vote__body", "item")
    )
    return found if len(found) > 1 else []


def choice_of(item):
    """The items that were recorded together as the choice of one carrier, the chosen one first; [] where this one is of
    no choice. The others of a choice stand there without a tally of their own."""
    if not is_one_of_several(item.application):
        return []
    same = {"meeting": item.meeting_id} if item.meeting_id else {"vote": item.vote_id}
    found = CaseItem.objects.filter(application__call=item.application.call_id, struck_at=None, **same)
    found = found.exclude(recorded_at=None).select_related("application__rule_set").order_by("pk")
    first = [each for each in found if each.is_positive]
    others = [each for each in found if each.outcome == CaseItem.Outcome.NOT_PROPOSED and each.yes is None]
    choice = [*first, *others] if first and others else []
    return choice if item in choice else []


def choice_is_gone(item):
    """Not proposed without a tally of her own, for another one was chosen; and that one is chosen no more."""
    if not is_one_of_several(item.application) or item.outcome != CaseItem.Outcome.NOT_PROPOSED or item.yes is not None:
        return False
    choice = choice_of(item)
    if not choice or choice[0].application.state not in STANDS:
        return True
    return CHOSEN.format(choice[0].application) not in item.note  # another one, recorded without the others


def reason(application):
    other = chosen(application)
    if other is not None:
        yield f"Zu diesem Aufruf wird ein Träger gewählt; gewählt ist {other}."
