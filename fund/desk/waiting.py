"""What waits: for the project team, for applicants, and for the clock. Real cases and examples never in one number."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from fund import promise
from fund.desk.deadlines import SOON
from fund.desk.numbers import PROPOSED, TO_HANDLE, UNREAD, UNRELEASED
from fund.models import Application, CaseMessage, Decision

State = Application.State
MOST = 20  # rows of one list of the desk; the whole of it is behind its filter


def of_open_cases(model):
    """Messages and decisions of cases that staff see at all."""
    hidden = (State.DRAFT, State.ERASED)
    return model.objects.exclude(application__state__in=hidden)


def in_force():
    return Decision.objects.filter(dropped_at=None)


@dataclass(frozen=True)
class Waiting:
    """One list of the desk. rows: at most MOST. more: there are others beyond them."""

    key: str
    title: str
    rows: list
    more: bool


def some(key, title, rows):
    """The first of the rows. Which they are is found by their keys alone, so that nothing large is sorted."""
    found = list(rows.filter(pk__in=rows.values("pk")[: MOST + 1]))
    return Waiting(key, title, found[:MOST], len(found) > MOST)


def lists(user, sample, now):
    """What waits for the team, each list with what is due first at its top."""
    cases = promise.with_beginning(Application.objects.for_desk().filter(sample=sample))
    cases = cases.prefetch_related("rule_set__tiers")
    to_check = cases.filter(state__in=(State.SUBMITTED, State.FORMAL_CHECK)).order_by("submitted_at", "pk")
    new = some("neu", "Neu und in Prüfung", to_check)
    promised(new.rows, now)
    yield new
    messages = of_open_cases(CaseMessage).filter(application__sample=sample).select_related("application__revision")
    yield some("nachrichten", "Nachrichten, die eine Antwort brauchen", messages.filter(TO_HANDLE).order_by("sent_at"))
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

    The calendar of the bodies is read once, not once a case. Cases come from `promise.with_beginning`.
    """
    today, calendars = timezone.localdate(now), {}
    for application in applications:
        sample = application.sample
        calendar = calendars.get(sample) or calendars.setdefault(sample, promise.Calendar(today, sample))
        application.answer, _source = promise.answer_by(application, now, calendar=calendar)
        application.is_late = application.answer is not None and application.answer < today


def numbers(sample, today):
    """How many cases stand where, {state: number}, and `ending`: how many holds of money end soon; of drafts there is
    nothing but this number."""
    ending = Count("pk", filter=Q(hold_until__lte=today + SOON))
    rows = Application.objects.filter(sample=sample).order_by().values_list("state")
    found, ends = {}, 0
    for state, count, end in rows.annotate(count=Count("pk"), ending=ending):
        found[state], ends = count, ends + end
    return found | {"ending": ends}


FOR_US = (State.SUBMITTED, State.FORMAL_CHECK, State.TEAM_DECISION, State.BOARD_QUEUE, State.COMMITTEE_QUEUE)
FOR_APPLICANTS = (State.INFO_REQUESTED, State.AGREEMENT_SENT)
WORDS = "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf".split()


def balance(found):
    """ "Fünf Anträge warten auf uns, drei auf Antragstellende, eine Vormerkung endet bald." """
    us, them = (sum(found.get(state, 0) for state in states) for states in (FOR_US, FOR_APPLICANTS))
    ends = found.get("ending", 0)
    waiting = "Antrag wartet" if us < 2 else "Anträge warten"
    holds = f"{spelled(ends, 'keine', 'eine')} Vormerkung{'en enden' if ends > 1 else ' endet'}"
    sentence = f"{spelled(us, 'kein')} {waiting} auf uns, {spelled(them, 'keiner', 'einer')} auf Antragstellende"
    return f"{sentence[0].upper()}{sentence[1:]}, {holds} bald."


def spelled(number, none, one="ein"):
    """A small number as a word, a larger one in digits."""
    if number < 2:
        return one if number else none
    return WORDS[number] if number < len(WORDS) else str(number)
