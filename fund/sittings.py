"""What meetings ask the fund (strategy/cases.py): one is called off, minutes are laid, somebody reads them."""

from django.utils import timezone

from fund import actors, gate, workflow
from fund.desk import access
from fund.models import Application, CaseItem
from strategy import cases
from strategy.permissions import COORDINATE


def register():
    for functions, function in (
        (cases.CALLED_OFF, called_off),
        (cases.UNSETTLED, unsettled),
        (cases.WITHHELD, withheld),
    ):
        if function not in functions:
            functions.append(function)


def called_off(meeting, *, reason, by, now):
    """Its cases wait for another meeting: none stays on the agenda of one that does not take place."""
    for item in CaseItem.objects.open().filter(meeting=meeting).order_by("pk"):
        application = Application.objects.get(pk=item.application_id)
        note = f"Die Sitzung am {meeting.day:%d.%m.%Y} ist abgesagt: {reason}"
        workflow.perform(application, "strike", by=actors.CLOCK, now=now, note=note)


def unsettled(meeting):
    """Minutes are laid once every case of the meeting has its confirmed result, or has left the agenda."""
    for item in CaseItem.objects.open().filter(meeting=meeting).select_related("application"):
        if item.recorded_at:
            yield f"Das Ergebnis zu {item.application} ist noch nicht bestätigt."
        else:
            yield f"Zu {item.application} ist noch kein Ergebnis eingetragen."


def withheld(user, topics):
    """A member who is not free of conflict does not read what came of a case; the office reads all, but for somebody of
    it who sits in the body too (fund/desk/access.py)."""
    of_cases = {topic.pk for topic in topics if topic.kind == topic.Kind.CASE}
    if not of_cases:
        return set()
    items = CaseItem.objects.filter(item__in=of_cases)
    if user.has_perm(COORDINATE):
        found = Application.objects.filter(items__in=items).select_related("revision", "rule_set", "body").distinct()
        kept = access.withheld(user, found.prefetch_related("rule_set__tiers__proposes"))
        return set(items.filter(application__in=kept).values_list("item", flat=True))
    free = gate.free_on(user, timezone.now())
    return of_cases - set(items.filter(application__in=free).values_list("item", flat=True))
