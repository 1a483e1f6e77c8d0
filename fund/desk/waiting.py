"""What waits: for the project team, for applicants, and for the clock. Real cases and examples never in one number."""

from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from fund import promise
from fund.actors import CHECK
from fund.desk.access import VIEW
from fund.models import Application, CaseMessage, ChangeRequest, Decision

State = Application.State
MOST = 20  # rows of one list of the desk; the whole of it is behind its filter
TO_HANDLE = Q(from_office=False, handled_at=None)
TO_TRANSLATE = Q(translate_by__isnull=False, translation="")
DECIDED = (State.INELIGIBLE, State.APPROVED, State.WAITLISTED, State.REJECTED)
PROPOSED = Q(application__state__in=(State.FORMAL_CHECK, State.TEAM_DECISION), confirmed_at=None)
UNREAD = Q(application__state__in=DECIDED, letter__read_at=None, letter__isnull=False)
UNRELEASED = Q(application__state__in=DECIDED, letter__read_at__isnull=False, letter__released_at=None)
TOLD = (  # what the index of the back office tells: (name, text)
    ("new", "neue Anträge an den Innovationsfonds"),
    ("messages", "Nachrichten zu Anträgen sind zu bearbeiten"),
    ("translations", "Arbeitsübersetzungen zu Anträgen fehlen"),
    ("proposals", "Vorschläge zu Anträgen warten auf eine zweite Person"),
    ("letters", "Briefe des Fonds warten auf eine zweite Leserin oder einen zweiten Leser"),
    ("releases", "gelesene Briefe des Fonds sind bekannt zu geben"),
)


def of_open_cases(model):
    """Messages and decisions of cases that staff see at all."""
    hidden = (State.DRAFT, State.ERASED)
    return model.objects.exclude(application__state__in=hidden)


def in_force():
    return Decision.objects.filter(dropped_at=None)


def tasks(user, today):
    """What needs this person: (count, text, address), for the index of the back office."""
    if not (user.has_perm(VIEW) and user.has_perm(CHECK)):
        return
    counts = {}
    new = Application.objects.filter(state=State.SUBMITTED).values("sample").annotate(new=Count("pk"))
    messages = of_open_cases(CaseMessage).values("application__sample")
    messages = messages.annotate(messages=Count("pk", filter=TO_HANDLE), translations=Count("pk", filter=TO_TRANSLATE))
    decisions = (
        in_force()
        .values("application__sample")
        .annotate(
            proposals=Count("pk", filter=PROPOSED & ~Q(proposed_by=user)),
            letters=Count("pk", filter=UNREAD & ~Q(letter__drafted_by=user)),
            releases=Count("pk", filter=UNRELEASED),
        )
    )
    for rows in (new, messages.order_by(), decisions.order_by()):
        for row in rows.order_by():
            sample = row.pop("sample", None) or row.pop("application__sample", None) or False
            counts.setdefault(sample, {}).update(row)
    for sample in (False, True) if settings.DEMO else (False,):
        address = reverse("admin:fund_desk") + ("?beispiele=1" if sample else "")
        for name, text in TOLD:
            if count := counts.get(sample, {}).get(name):
                yield count, f"{text} (Beispiele)" if sample else text, address


@dataclass(frozen=True)
class Waiting:
    """One list of the desk. rows: at most MOST. more: there are others beyond them."""

    key: str
    title: str
    rows: list
    more: bool


def some(key, title, rows):
    found = list(rows[: MOST + 1])
    return Waiting(key, title, found[:MOST], len(found) > MOST)


def lists(user, sample, now):
    """What waits for the team, each list with what is due first at its top."""
    cases = Application.objects.for_desk().filter(sample=sample).prefetch_related("rule_set__tiers")
    to_check = cases.filter(state__in=(State.SUBMITTED, State.FORMAL_CHECK)).order_by("submitted_at", "pk")
    new = some("neu", "Neu und in Prüfung", to_check)
    promised(new.rows, now)
    yield new
    messages = of_open_cases(CaseMessage).filter(application__sample=sample).select_related("application__revision")
    yield some("nachrichten", "Nachrichten, die eine Antwort brauchen", messages.filter(TO_HANDLE).order_by("sent_at"))
    yield some(
        "uebersetzungen", "Fehlende Arbeitsübersetzungen", messages.filter(TO_TRANSLATE).order_by("translate_by", "pk")
    )
    decisions = in_force().filter(PROPOSED | UNREAD | UNRELEASED, application__sample=sample)
    decisions = decisions.select_related("application__revision", "reason", "letter", "proposed_by")
    found = some("entscheidungen", "Vorschläge und Briefe", decisions.order_by("proposed_at", "pk"))
    for decision in found.rows:
        decision.wants, decision.is_mine = wants(decision, user)
    yield found


def wants(decision, user):
    """(what has to happen next with a decision, whether this person must leave it to somebody else)."""
    letter = getattr(decision, "letter", None)
    if decision.confirmed_at is None:
        return "eine zweite Person entscheidet", decision.proposed_by_id == user.pk
    if letter is None or letter.read_at is None:
        return "eine zweite Person liest den Brief", letter is not None and letter.drafted_by_id == user.pk
    return "der Brief ist bekannt zu geben", False


def promised(applications, now):
    """Write to each case `answer`, the day its answer was promised for, and whether that day is over.

    The calendar of a body is read once, not once a case.
    """
    by_meeting, today = {}, timezone.localdate(now)
    for application in applications:
        which = (application.rule_set_id, application.tier)
        if which in by_meeting:
            day = by_meeting[which]
        else:
            day, source = promise.answer_by(application, now)
            if source != promise.DAYS:
                by_meeting[which] = day
        application.answer, application.is_late = day, day is not None and day < today


def questions(sample, today):
    """Open questions to applicants, by the day until which they answer."""
    found = ChangeRequest.objects.filter(
        answered_at=None, closed_at=None, application__sample=sample, application__state=State.INFO_REQUESTED
    )
    waiting = some(
        "rueckfragen", "Wartet auf Antragstellende", found.select_related("application__revision").order_by("due", "pk")
    )
    for each in waiting.rows:
        each.is_late = each.due < today
    return waiting


def numbers(sample):
    """How many cases stand where, {state: number}; of drafts there is nothing but this number."""
    rows = Application.objects.filter(sample=sample).order_by().values_list("state").annotate(Count("pk"))
    return dict(rows)
