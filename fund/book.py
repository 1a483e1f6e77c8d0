"""The book of a meeting: its agenda, and of each case what somebody has to know to decide on it.

A member gets the cases she is free on; the others are named by their title, with the word that they are not for her
(fund design, 1.5). The office gets all. How to reach an applicant is no business of a meeting and stays out.
"""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import timezone, translation

from fund import bundle, checklist, gate, leading, reading
from fund.filled import Filled
from fund.models import CaseItem
from strategy.models import Body
from strategy.permissions import COORDINATE
from wir.languages import registry

VIEW = "fund.view_application"
LEFT_OUT = ("kontakt",)


@dataclass(frozen=True)
class Chapter:
    """One case. shown: False where it is not for the reader; then there is nothing but its title."""

    item: CaseItem
    shown: bool
    language: object = None
    money: object = None
    sections: tuple = ()
    points: tuple = ()


def may_open(user, meeting):
    """The office, and who had or has a seat in the body."""
    if user.has_perm(COORDINATE) and user.has_perm(VIEW):
        return True
    return any(
        Body.objects.of_user(user, day).filter(pk=meeting.body_id).exists()
        for day in {timezone.localdate(), meeting.day}
    )


def chapters(meeting, user, now):
    items = CaseItem.objects.filter(meeting=meeting, struck_at=None)
    items = items.select_related(
        "application__revision__district", "application__rule_set", "application__year", "item"
    )
    free = gate.free_on(user, now)
    office = user.has_perm(COORDINATE) and user.has_perm(VIEW)
    found = []
    for item in items.order_by("item__number", "number", "pk"):
        application = item.application
        shown = application.pk in free
        if office and not shown:
            shown = not list(leading.in_the_way(user, application, meeting.body, meeting.day))
        found.append(chapter(item) if shown else Chapter(item, shown=False))
    return found


def chapter(item):
    application = item.application
    revision = application.revision
    revision.application = application
    return Chapter(
        item,
        shown=True,
        language=registry.get(application.language),
        money=Filled.frozen(application, revision.answers),
        sections=tuple(row for row in reading.sections(revision) if row[0] not in LEFT_OUT),
        points=tuple(checklist.rows_of(application)),
    )


def context(meeting, user, now):
    return {
        "meeting": meeting,
        "topics": meeting.items.order_by("number", "pk"),
        "chapters": chapters(meeting, user, now),
        "made": timezone.localtime(now),
        "reader": user,
    }


def cases_shown(found):
    """The cases that a book, as `context` made it, opens to its reader."""
    return [each.item.application for each in found["chapters"] if each.shown]


def build(meeting, found):
    """(name, bytes): the book, as `context` made it, as a tagged PDF, or as HTML where the server cannot draw one."""
    with translation.override("de"):
        pages = render_to_string("fund/bundle/book.html", found)
    return bundle.as_pdf(pages, f"sitzungsmappe-{meeting.day}")
