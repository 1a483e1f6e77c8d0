"""Which cases the board could take together: what is left of each pot, over which districts and themes it spreads, and
who applies for the first time. Ticking is asked by GET and writes nothing; the address with its ticks is the proposal.
Who may not read a case cannot tick it: the sum would tell her its amount.
"""

from collections import Counter
from dataclasses import dataclass

from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from fund import choices, promise, yearly
from fund.desk import deciding
from fund.desk.access import VIEW, check_may, closed_on, seated
from fund.desk.waiting import promised
from fund.models import Application, CaseItem
from strategy.models import Meeting
from strategy.permissions import COORDINATE
from wir.lib.fold import fold

State = Application.State
QUEUE = (State.BOARD_QUEUE, State.BOARD_MEETING)
MOST = 100  # cases on the page
NOT_GIVEN = "nicht angegeben"


@dataclass(frozen=True)
class Spread:
    """One value of something: how many of the ticked cases have it, and how many of all that wait."""

    name: str
    ticked: int
    all: int


def show_basket(site, request):
    user, now = request.user, timezone.now()
    check_may(user, VIEW)
    sample = request.GET.get("beispiele") == "1"
    cases = queue(sample, user)
    promised(cases, now)
    closed = closed_on(request, cases)
    ticked = deciding.ticked_keys(request) - closed
    fields = {str(each.number): each.title_de for each in choices.all_fields()}
    themes = {str(each.number): each.title_de for each in choices.all_themes()}
    for each in cases:
        each.is_ticked = each.pk in ticked
        each.field, each.themes = field_of(each.revision, fields), themes_of(each.revision, themes)
        each.item = each.on_agenda[0] if each.on_agenda else None
    chosen = [each for each in cases if each.is_ticked]
    sums = deciding.sums(chosen)
    context = site.each_context(request) | {
        "title": "Innovationsfonds: Auswahl für die Sitzung",
        "sample": sample,
        "cases": cases[:MOST],
        "closed": closed,
        "more": len(cases) > MOST,
        "chosen": chosen,
        "first_time": sum(each.is_first for each in chosen),
        "sums": [*sums, *deciding.sums_of_years(sums)],
        "years": deciding.years(sample),
        "spreads": [
            ("Stadtbezirke", spread(cases, lambda each: [str(each.revision.district or yearly.NO_DISTRICT)])),
            ("Handlungsfelder", spread(cases, lambda each: [each.field])),
            ("Querschnittsthemen", spread(cases, lambda each: each.themes or [NOT_GIVEN])),
        ],
        "link": link(chosen, sample),
        "meeting": next_meeting(cases, sample, timezone.localdate(now)),
        "opens_meeting": user.has_perm(COORDINATE),
    }
    return TemplateResponse(request, "admin/fund/basket.html", context)


def queue(sample, user):
    """Cases that wait for a meeting or are on the agenda of one; whoever handed in first on top."""
    cases = Application.objects.for_desk().filter(sample=sample, state__in=QUEUE)
    cases = promise.with_beginning(cases).select_related("revision__district").annotate(is_seated=seated(user))
    cases = cases.prefetch_related(
        "rule_set__tiers",
        "year__pots",
        deciding.Prefetch("items", CaseItem.objects.open().select_related("meeting"), to_attr="on_agenda"),
    )
    found = list(cases.order_by("submitted_at", "pk")[: MOST + 1])
    known = known_to_the_fund(sample)
    for each in found:
        each.proposal, each.amount = None, each.revision.requested
        each.is_first = fold(each.revision.applicant) not in known
    return found


def known_to_the_fund(sample):
    """The folded names of all that got money before, as far as they know it themselves. They are folded here: SQLite
    knows no small letters but a to z."""
    granted = Application.objects.filter(
        sample=sample, state__in=(*Application.PROMISED, State.REVOKED), decision_released_at__isnull=False
    )
    names = granted.order_by().values_list("revision__applicant", flat=True).distinct()
    return {fold(name) for name in names} - {""}


def field_of(revision, fields):
    return fields.get(answer(revision, "field"), NOT_GIVEN)


def themes_of(revision, themes):
    """Ticked in the short form, written about in the long one."""
    ticked = answer(revision, "themes").split()
    return [name for key, name in themes.items() if key in ticked or answer(revision, f"theme_{key}").strip()]


def answer(revision, question):
    return revision.answers.get(question, {}).get("0", "")


def spread(cases, values_of):
    """[Spread] of all values that the cases have, the most ticked first."""
    every = Counter(value for each in cases for value in values_of(each))
    ticked = Counter(value for each in cases if each.is_ticked for value in values_of(each))
    return [Spread(name, ticked[name], every[name]) for name in sorted(every, key=lambda name: (-ticked[name], name))]


def link(chosen, sample):
    """The address of this choice, "" where nothing is ticked: sent to somebody it shows the same choice."""
    if not chosen:
        return ""
    keys = [*(["beispiele=1"] if sample else []), *(f"antrag={each.pk}" for each in chosen)]
    return f"{reverse('admin:fund_board_basket')}?{'&'.join(keys)}"


def next_meeting(cases, sample, today):
    """The next meeting of a body that deals with one of these cases; None where none is planned."""
    bodies = {each.body_id or promise.tier_of(each).proposes_id for each in cases if promise.tier_of(each)}
    states = (Meeting.State.PLANNED, Meeting.State.INVITED)
    return Meeting.objects.coming(today).filter(body__in=bodies, sample=sample, state__in=states).first()
