"""The queue: what waits for us, what waits for applicants, what the clock does, and every case to look for.

Cases that are not open to who asks stand in none of these lists; they are told to her at the gate.
"""

from dataclasses import replace

from django.core.paginator import Paginator
from django.db.models import Q
from django.template.response import TemplateResponse
from django.utils import timezone

from fund.desk import deadlines, deciding, waiting
from fund.desk.access import closed_on, seated
from fund.models import Application, TierKey
from fund.permissions import CHECK, ENTER, VIEW, check_may, may_work

PER_PAGE = 25
LONGEST_SEARCH = 100
STATES = [each for each in Application.State.choices if each[0] not in Application.HIDDEN]


def show_queue(site, request):
    user, now = request.user, timezone.now()
    check_may(user, VIEW)
    sample = request.GET.get("beispiele") == "1"
    numbers = waiting.numbers(sample, timezone.localdate(now))
    wait = {each.name.lower(): each for each in deadlines.Wait}.get(request.GET.get("fuer"))
    found, asked = search(request, sample)
    page = paged(found.annotate(is_seated=seated(user)), request)
    closed = closed_on(request, page.object_list or None)
    page = paged(found.exclude(pk__in=closed), request) if closed else page
    context = site.each_context(request) | {
        "title": "Innovationsfonds: Anträge",
        "sample": sample,
        "lists": [open_rows(each, closed) for each in waiting.lists(user, sample, now)],
        "balance": waiting.balance(numbers),
        "deadlines": deadlines.list_for(user, (sample,), timezone.localdate(now), wait, closed=closed),
        "waits": [(each.name.lower(), each) for each in deadlines.Wait],
        "wait": wait,
        "most": deadlines.MOST,
        "works": may_work(user),
        "years": deciding.years(sample, pots=False),
        "to_decide": numbers.get(Application.State.TEAM_DECISION, 0),
        "for_body": numbers.get(Application.State.BOARD_QUEUE, 0),
        "drafts": numbers.get(Application.State.DRAFT, 0),
        "page": page,
        "asked": asked,
        "states": [(key, label, numbers.get(key, 0)) for key, label in STATES if numbers.get(key)],
        "tiers": TierKey.choices,
        "may_check": user.has_perm(CHECK),
        "may_enter": user.has_perm(ENTER),
    }
    return TemplateResponse(request, "admin/fund/desk.html", context)


def paged(found, request):
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("seite"))
    page.object_list = list(page.object_list)
    return page


def open_rows(found, closed):
    """A list of cases, or of what belongs to one each."""
    return replace(found, rows=[each for each in found.rows if getattr(each, "application_id", each.pk) not in closed])


def search(request, sample):
    """(the cases that fit what was asked for, what was understood of it); an unknown value filters nothing."""
    given = request.GET
    asked = {
        "q": given.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH],
        "stand": given.get("stand") if given.get("stand") in dict(STATES) else "",
        "stufe": given.get("stufe") if given.get("stufe") in TierKey.values else "",
        "meine": given.get("meine") == "1",
    }
    found = Application.objects.for_desk().filter(sample=sample)
    if asked["q"]:
        words = asked["q"]
        found = found.filter(
            Q(reference__icontains=words)
            | Q(revision__title__icontains=words)
            | Q(revision__applicant__icontains=words)
        )
    if asked["stand"]:
        found = found.filter(state=asked["stand"])
    if asked["stufe"]:
        found = found.filter(tier=asked["stufe"])
    if asked["meine"]:
        found = found.filter(assigned_to=request.user)
    return found.order_by("-submitted_at", "-pk"), asked
