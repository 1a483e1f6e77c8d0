"""Cases that wait for a body, and the meetings that could take them: several go on at once. The book of a meeting."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation

from fund import agenda, book, circular
from fund.desk.access import VIEW, seen_all, withheld
from fund.desk.deciding import ticked_keys
from fund.desk.meeting_forms import AgendaForm
from fund.guards import body_of
from fund.models import Application, ApplicationChange, Declaration
from fund.room import seats_on
from strategy.models import Meeting, SeatHolder
from strategy.permissions import CHAIRS, COORDINATE
from wir.lib.keys import keys_in
from wir.lib.workflow import Refused, status_of

MOST = 100  # cases on the page
LATELY = timedelta(days=60)  # how long it is told that a case came off an agenda
Standing = Declaration.Standing


@dataclass
class Group:
    """What waits for one body."""

    body: object
    cases: list = field(default_factory=list)
    meetings: list = field(default_factory=list)
    running: list = field(default_factory=list)
    form: AgendaForm | None = None


def bodies_of(user):
    """The bodies somebody may prepare meetings of: None for all of them, else the keys of those she chairs."""
    if user.has_perm(COORDINATE) and user.has_perm(VIEW):
        return None
    chaired = SeatHolder.objects.on(timezone.localdate()).filter(user=user, role__in=CHAIRS)
    keys = set(chaired.values_list("seat__body", flat=True))
    if not keys:
        raise PermissionDenied("Dazu fehlt Ihnen das Recht.")
    return keys


def show_agenda(site, request, reasons=(), status=200, sent=False):
    """GET: what waits. POST: put the ticked cases of a body on the agenda of one of its meetings, all or none."""
    own, now = bodies_of(request.user), timezone.now()
    sample = request.GET.get("beispiele") == "1"
    meetings = coming(own, sample, now)
    groups = groups_of(own, sample, meetings, now)
    for group in groups:
        data = request.POST if str(group.body.pk) == request.POST.get("body") else None
        group.form = AgendaForm(group.body, group.meetings, data)
    if request.method == "POST" and not sent:
        return put(site, request, groups, sample)
    recent = list(lately(own, sample, now))
    shown = [*(case for group in groups for case in group.cases), *(each.application for each in recent)]
    ticked = keys_in(request.POST.getlist("antrag"))
    context = site.each_context(request) | {
        "title": "Anträge für die Gremien",
        "sample": sample,
        "groups": groups,
        "ticked": ticked or ticked_keys(request),
        "reasons": reasons,
        "lately": recent,
        "kept_away": withheld(request.user, shown),
        "may_view": request.user.has_perm(VIEW),
        "circular": any(case.rule_set.circular_vote for group in groups for case in group.cases),
    }
    return TemplateResponse(request, "admin/fund/meeting/agenda.html", context, status=status)


def put(site, request, groups, sample):
    group, reasons = next((each for each in groups if each.form.is_bound), None), []
    keys = keys_in(request.POST.getlist("antrag"))
    cases = [each for each in group.cases if each.pk in keys] if group else []
    form = group.form if group else None
    if not cases:
        reasons = ["Kreuzen Sie mindestens einen Antrag an."]
    elif form.is_valid():
        values = form.cleaned_data
        try:
            circular.put_on(
                cases, by=request.user, now=timezone.now(), meeting=values["meeting"], late_papers=values["late_papers"]
            )
        except Refused as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"Auf die Tagesordnung gesetzt: {', '.join(map(str, cases))}")
            query = "?beispiele=1" if sample else ""
            return HttpResponseRedirect(reverse("admin:fund_agenda") + query)
    return show_agenda(site, request, reasons, status_of(reasons), sent=True)


def waiting(sample):
    cases = Application.objects.for_desk().filter(sample=sample, state=Application.State.BOARD_QUEUE)
    cases = cases.select_related("revision", "rule_set", "body", "call").prefetch_related(
        "rule_set__tiers__proposes__names"
    )
    return [each for each in cases.order_by("submitted_at", "pk")[: MOST + 1] if body_of(each)]


def coming(own, sample, now):
    """The meetings that go on, and those that could still take a case."""
    today = timezone.localdate(now)
    going_on = Q(state__in=agenda.OPEN) | Q(pk__in=agenda.running(today).values("pk"))
    found = Meeting.objects.filter(going_on, day__gte=today, sample=sample)
    if own is not None:
        found = found.filter(body__in=own)
    return found.select_related("body").prefetch_related("body__names").order_by("day", "pk")


def groups_of(own, sample, meetings, now):
    """One Group a body, with who has declared what about each case."""
    groups = {}
    for case in waiting(sample):
        body = body_of(case)
        if own is None or body.pk in own:
            groups.setdefault(body.pk, Group(body)).cases.append(case)
    for meeting in meetings:
        group = groups.setdefault(meeting.body_id, Group(meeting.body))
        (group.meetings if meeting.state in agenda.OPEN else group.running).append(meeting)
    keys = [case.pk for group in groups.values() for case in group.cases]
    standing = {}
    declared = Declaration.objects.in_force().filter(application__in=keys, holder__isnull=False)
    for case, holder, how in declared.values_list("application", "holder", "standing"):
        standing.setdefault(case, {})[holder] = how
    for group in groups.values():
        day = group.meetings[0].day if group.meetings else timezone.localdate(now)
        members = [member for seat, member, _subs in seats_on(group.body, day) if member and seat.voting]
        for case in group.cases:
            case.declared = summary(members, standing.get(case.pk, {}))
    return sorted(groups.values(), key=lambda group: group.body.pk)


def summary(members, standing):
    """What the page says of one case: how many are free, in conflict, to be settled, and who has said nothing."""
    by_standing = [standing.get(each.pk) for each in members]
    return {
        "free": by_standing.count(Standing.FREE),
        "conflict": by_standing.count(Standing.CONFLICT),
        "open": by_standing.count(Standing.OPEN),
        "silent": [each.name for each in members if each.pk not in standing],
    }


def lately(own, sample, now):
    """Cases that came off an agenda, and why."""
    moves = ApplicationChange.objects.filter(
        move__in=("strike", "defer", "void_result"), at__gte=now - LATELY, application__sample=sample,
        application__state=Application.State.BOARD_QUEUE,
    )  # fmt: skip
    if own is not None:
        tabled = Q(application__items__meeting__body__in=own) | Q(application__items__vote__body__in=own)
        moves = moves.filter(Q(application__body__in=own) | (Q(application__body=None) & tabled)).distinct()
    moves = moves.select_related("application__revision", "application__rule_set", "application__body")
    return moves.prefetch_related("application__rule_set__tiers__proposes").order_by("-at", "-pk")[:20]


# The book -------------------------------------------------------------------------------------------------------------


def book_meeting_or_404(user, pk):
    meeting = get_object_or_404(Meeting.objects.select_related("body").prefetch_related("body__names"), pk=pk)
    if not book.may_open(user, meeting):
        raise Http404
    return meeting


def show_book(site, request, pk):
    meeting = book_meeting_or_404(request.user, pk)
    found = book.context(meeting, request.user, timezone.now())
    seen_all(request.user, book.cases_shown(found), "book", request)
    context = site.each_context(request) | found
    context["title"] = f"Sitzungsmappe: {meeting}"
    return private(TemplateResponse(request, "admin/fund/meeting/book.html", context))


def give_book(site, request, pk):
    """The same as a tagged PDF."""
    meeting = book_meeting_or_404(request.user, pk)
    with translation.override("de"):
        found = book.context(meeting, request.user, timezone.now())
    seen_all(request.user, book.cases_shown(found), "book", request)
    name, content = book.build(meeting, found)
    kind = "application/pdf" if name.endswith(".pdf") else "text/html; charset=utf-8"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return private(response)


def private(response):
    response["Cache-Control"] = "no-store, private"
    response["X-Content-Type-Options"] = "nosniff"
    return response
