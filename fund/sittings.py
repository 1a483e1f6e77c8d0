"""What meetings ask the fund (strategy/cases.py): one is called off, minutes are laid, somebody reads them."""

from fund import actors, workflow
from fund.models import Application, CaseItem, Declaration
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
    """A member who is not free of conflict does not read what came of a case; the office reads all."""
    of_cases = {topic.pk for topic in topics if topic.kind == topic.Kind.CASE}
    if not of_cases or user.has_perm(COORDINATE):
        return set()
    free = Declaration.objects.free().filter(holder__user=user).values("application")
    return of_cases - set(
        CaseItem.objects.filter(item__in=of_cases, application__in=free).values_list("item", flat=True)
    )
