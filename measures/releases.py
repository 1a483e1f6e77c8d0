"""Planned releases: what is due becomes public together, in one minute, or not at all."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from measures.models import Release, ReleaseItem
from measures.workflow import Refused, blockers, move
from wir.languages.models import ContentStamp


def plan_next():
    """Tell the pages when the next release is due; to be called whenever a release was changed."""
    ContentStamp.expect(
        Release.objects.filter(state=Release.State.PLANNED).order_by("at").values_list("at", flat=True).first()
    )


def in_order(release):
    """Its items in the order in which they are carried out: what is withdrawn, measures, then what is told of them."""
    items = release.items.select_related("measure", "update__measure")
    return sorted(items, key=lambda item: (item.move == ReleaseItem.Move.PUBLISH, item.measure is None, item.pk))


def apply_due(now):
    """Carry out every release that is due. Two callers at once: one of them finds nothing left to do."""
    for release in Release.objects.due(now):
        carry_out(release)
    plan_next()


def carry_out(release):
    """All of it in one transaction. Where something is in the way nothing becomes public, and the release says why."""
    try:
        with transaction.atomic():
            taken = Release.objects.filter(pk=release.pk, state=Release.State.PLANNED).update(state=Release.State.DONE)
            if taken:
                move_items(release)
    except (Refused, PermissionDenied) as refusal:
        reasons = getattr(refusal, "reasons", [str(refusal)])
        Release.objects.filter(pk=release.pk, state=Release.State.PLANNED).update(
            state=Release.State.FAILED, reasons="\n".join(reasons)
        )


def move_items(release):
    """Every item through the workflow's door, as the person who planned it, at the moment planned.

    Raises Refused with every reason of every item.
    """
    reasons = []
    for item in in_order(release):
        try:
            move(item.measure or item.update, item.move, by=release.by, now=release.at)
        except Refused as refusal:
            reasons += [f"{item.measure or item.update}: {reason}" for reason in refusal.reasons]
        except PermissionDenied as refusal:
            reasons.append(f"{item.measure or item.update}: {refusal}")
    if reasons:
        raise Refused(reasons)


def in_the_way(item):
    """What blocks an item today, were it carried out alone."""
    return blockers(item.measure or item.update, item.move)


@transaction.atomic
def cancel(release):
    """Call a planned release off; True where it was still planned."""
    done = Release.objects.filter(pk=release.pk, state=Release.State.PLANNED).update(state=Release.State.CANCELLED)
    plan_next()
    return bool(done)
