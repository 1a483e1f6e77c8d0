"""What members think of a case before they meet: one word and one comment, tied to the revision they saw.

Written while the case is in the queue of the body or on its agenda, by who is free of conflict; never shown to others
with a name (fund design, 1.5 and 7).
"""

import hashlib
from collections import Counter
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from fund import deciding, standing
from fund.gate import AT_BODY
from fund.logged import log
from fund.models import Application, Declaration, Review
from fund.revising import diff
from wir.lib.formats import euro
from wir.lib.workflow import FASTER, Refused

Word = Review.Word
CLOSED = "Die Sitzung hat über diesen Antrag schon entschieden; Einschätzungen sind nicht mehr möglich."
NOT_NOW = "In diesem Stand nimmt das Gremium keine Einschätzungen an."
CHANGED = "Der Antrag hat sich geändert, seit Sie ihn gelesen haben. Sehen Sie sich an, was anders ist."
NO_WORD = "Wählen Sie eine Einschätzung."
NO_AMOUNT = "Nennen Sie den Betrag, den Sie vorschlagen."
NO_SEAT = "Dazu gehört ein Sitz in diesem Gremium."


def closed_because(application):
    """Why no review is taken now; "" where it is."""
    if application.state not in AT_BODY:
        return NOT_NOW
    if application.state == Application.State.BOARD_MEETING:
        newest = application.items.filter(struck_at__isnull=True).order_by("-round", "-pk").first()
        if newest is not None and newest.confirmed_at:
            return CLOSED
    return ""


@transaction.atomic
def write(application, holder, *, word, amount=None, comment="", seen, by, now):
    """The member's review, in place of the one she wrote before. Raises Refused with every reason.

    seen: the pk of the revision that was on her page. amount: euro, of "less"; more than was asked for is refused.
    """
    refused = []
    if holder.user_id != by.pk or not holder.is_valid(timezone.localdate(now)):
        refused.append(NO_SEAT)
    if why := closed_because(application):
        refused.append(why)
    refused += standing.reasons(application, by, declared=True)
    if seen != application.revision_id:
        refused.append(CHANGED)
    refused += wrong_words(application, word, amount)
    if refused:
        raise Refused(refused)
    # Whoever closes the item moves the case: then this touches no row
    held = Application.objects.filter(pk=application.pk, state=application.state, version=application.version)
    if not held.update(version=F("version")):
        raise Refused([FASTER])
    values = {"revision_id": seen, "word": word, "amount": amount, "comment": comment.strip(), "at": now, "by": by}
    mine = Review.objects.counted().filter(application=application, holder__user=by)
    if mine.update(**values):
        review = mine.get()
    else:
        try:
            with transaction.atomic():
                review = Review.objects.create(application=application, holder=holder, **values)
        except IntegrityError:  # the same button in two tabs
            raise Refused([FASTER]) from None
    log(review, "Einschätzung geschrieben", by=by, now=now)
    return review


def wrong_words(application, word, amount):
    if word not in Word.values:
        yield NO_WORD
    elif word == Word.LESS:
        requested = application.revision.requested
        if amount is None or amount <= 0:
            yield NO_AMOUNT if amount is None else deciding.no_amount(amount)
        elif amount > requested:
            yield f"Beantragt sind nur {euro(requested, 'de')}."
    elif amount is not None:
        yield "Einen Betrag nennen Sie nur bei „mit weniger Geld vorschlagen“."


# Reading --------------------------------------------------------------------------------------------------------------


def own(application, user):
    return (
        Review.objects.counted().filter(application=application, holder__user=user).select_related("revision").first()
    )


def what_changed(review, application):
    """[ChangedSection] from the revision she reviewed to the newest one; [] where she saw the newest."""
    if review is None or review.revision_id == application.revision_id:
        return []
    review.revision.application = application.revision.application = application
    return diff(review.revision, application.revision)


@dataclass(frozen=True)
class Others:
    """What the others think: [(word, number)], comments without names and in no order that tells of one; stale: how
    many of them saw an earlier revision."""

    counts: list
    comments: list
    stale: int


def others(application, user):
    """Only of who is free of conflict today. Call it for who has written her own (see `own`)."""
    free = Declaration.objects.in_force().filter(application=application, standing=Declaration.Standing.FREE)
    found = Review.objects.counted().filter(application=application, holder__in=free.values("holder"))
    rows = [each for each in found if each.by_id != user.pk]
    numbers = Counter(each.word for each in rows)
    comments = sorted((each.comment for each in rows if each.comment), key=shuffled)
    stale = sum(each.revision_id != application.revision_id for each in rows)
    return Others([(label, numbers[word]) for word, label in Word.choices if numbers[word]], comments, stale)


def shuffled(text):
    return hashlib.sha256(text.encode()).hexdigest()
