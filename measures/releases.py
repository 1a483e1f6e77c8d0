"""Planned releases: what is due becomes public together, in one minute, or not at all."""

import logging

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from measures.models import Measure, Release, ReleaseItem, Update
from measures.workflow import Refused, move
from wir.languages.models import ContentStamp

logger = logging.getLogger(__name__)


def plan_next():
    """Tell the pages when the next release is due; to be called whenever a release was changed."""
    ContentStamp.expect(
        Release.objects.filter(state=Release.State.PLANNED).order_by("at").values_list("at", flat=True).first()
    )


def in_order(release):
    """Its items in the order in which they are carried out: what is withdrawn, measures, then what is told of them."""
    return sorted(
        release.items.all(), key=lambda item: (item.move == ReleaseItem.Move.PUBLISH, item.measure_id is None, item.pk)
    )


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
            reasons = told(move_items(release)) if taken else []
            if reasons:
                raise Refused(reasons)
    except Refused as refusal:
        failed(release, refusal.reasons)
    except (DatabaseError, ObjectDoesNotExist, ValidationError):
        # A fault of ours must not keep a reader from the page that happened to be asked for first
        logger.exception("Release %s could not be carried out", release.pk)
        failed(release, ["Unerwarteter Fehler. Nichts ist veröffentlicht; das Protokoll des Servers nennt den Grund."])


def failed(release, reasons):
    Release.objects.filter(pk=release.pk, state=Release.State.PLANNED).update(
        state=Release.State.FAILED, reasons="\n".join(reasons)
    )


def move_items(release):
    """Every item through the workflow's door, as the person who planned it, at the moment planned.

    Returns {item: what is in its way}. Each is looked up only when it is its turn: what goes before it counts already.
    """
    found = {}
    for item in in_order(release):
        thing, found[item] = thing_of(item), []
        try:
            move(thing, item.move, by=release.by, now=release.at)
        except Refused as refusal:
            found[item] = refusal.reasons
        except PermissionDenied:
            found[item] = [f"{release.by} darf das nicht mehr."]
    return found


def thing_of(item):
    if item.measure_id:
        return Measure.objects.select_related("field", "subtopic", "goal").get(pk=item.measure_id)
    return Update.objects.select_related("measure", "status").get(pk=item.update_id)


def told(found):
    """What is in the way, as sentences that name the thing."""
    return [f"{thing_of(item)}: {reason}" for item, reasons in found.items() for reason in reasons]


def rehearse(release):
    """{item: what would be in its way}, were the release carried out now. Everything is undone again."""
    with transaction.atomic():
        found = move_items(release)
        transaction.set_rollback(True)
    return found


@transaction.atomic
def cancel(release):
    """Call a planned release off; True where it was still planned."""
    done = Release.objects.filter(pk=release.pk, state=Release.State.PLANNED).update(state=Release.State.CANCELLED)
    plan_next()
    return bool(done)
