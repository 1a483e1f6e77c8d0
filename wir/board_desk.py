"""The desk of a board: its next meeting, what waits for one, measures to discuss, and what became of the last one.

A root file: it joins the strategy's meetings with the measures. The paper gives the board the steering of
implementation, so late, blocked and silent measures come to it by themselves.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from measures.board import pending, propose_measure
from measures.gaps import silent
from measures.models import Measure
from measures.models.measure import State, Tone
from strategy import cases
from strategy.forms import ProposalForm
from strategy.models import AgendaItem, Body, FollowUp, Meeting, Minutes, MinutesEntry, Seat
from strategy.office import asking, hide_withheld, topics_of
from strategy.permissions import COORDINATE, chairs, check_may_propose
from strategy.rhythm import CASES, warnings_of
from strategy.seats import gaps_of
from strategy.workflow import OPEN
from wir.lib.workflow import Refused

PER_PAGE = 25
READABLE = (Minutes.State.LAID, Minutes.State.APPROVED)  # minutes that members read
MOST = 20  # waiting topics, open follow-ups and own proposals that are listed


def late(measures, today):
    return measures.late(today)


def blocked(measures, today):
    return measures.filter(Q(state=State.POSTPONED) | Q(status__tone=Tone.BAD))


REASONS = {"spaet": ("verspätet", late), "blockiert": ("blockiert", blocked), "still": ("ohne Meldung", silent)}


def show_desk(site, request):
    """The desk of the body that was asked for; without asking, of the first one the person sits in."""
    user, today = request.user, timezone.localdate()
    bodies = bodies_for(user, today)
    asked = request.GET.get("gremium", "")
    chosen = [each for each in bodies if each.key == asked] if asked else bodies[:1]
    if asked and not chosen:
        raise Http404
    body = chosen[0] if chosen else None
    context = site.each_context(request) | {
        "title": f"Schreibtisch: {body}" if body else "Schreibtisch des Gremiums",
        "bodies": bodies,
        "body": body,
        "today": today,
    }
    if body is not None:
        context |= of_body(body, user, today)
        context |= measures_to_discuss(body, today, request.GET)
    return TemplateResponse(request, "admin/strategy/board_desk.html", context)


def bodies_for(user, today):
    """The bodies whose desk somebody may open: her own; for the office every one that meets, the board first.

    Whatever the office is told of a body by `strategy.tasks` leads to its desk: one with a rhythm or a topic has one.
    """
    bodies = Body.objects.prefetch_related("names")
    if user.has_perm(COORDINATE):
        meets = Q(kind=Body.Kind.BOARD) | Q(meetings_per_year__isnull=False)
        for model in (Seat, Meeting, AgendaItem):
            meets |= Q(pk__in=model.objects.order_by().values("body"))
        found = list(bodies.filter(meets))
    else:
        found = list(bodies.of_user(user, today))
        if not found:
            raise PermissionDenied("Der Schreibtisch ist für Mitglieder der Gremien und die Geschäftsstelle.")
    return sorted(found, key=lambda body: (body.kind != Body.Kind.BOARD, str(body)))


# Meetings -------------------------------------------------------------------------------------------------------------


def of_body(body, user, today):
    is_office = user.has_perm(COORDINATE)
    meeting = Meeting.objects.coming(today).filter(body=body, state__in=OPEN).first()
    waiting = AgendaItem.objects.waiting().filter(body=body).order_by("pk")
    waiting_count = waiting.count()
    minutes, follow_ups = newest_minutes(body), follow_ups_for(user, body)
    entries, told = decided(minutes, follow_ups)
    hide_withheld([entry for entry, _tasks in entries], user)
    open_tasks = follow_ups.filter(done_on=None).exclude(pk__in=told)
    return {
        "is_office": is_office,
        "verb": "Auf die Themenliste" if is_office else "vorschlagen",
        "warnings": [str(each) for each in warnings_of([body], today)] if is_office else [],
        "meeting": meeting,
        "topics": topics_of(meeting) if meeting else [],
        "waiting": waiting[:MOST],
        "cases_waiting": sum(count().get(body.pk, 0) for count in CASES),
        "prepares": is_office or chairs(user, body, today),
        "more_waiting": max(0, waiting_count - MOST),
        "minutes": minutes,
        "entries": entries,
        "follow_ups": open_tasks.select_related("unit").prefetch_related("unit__names").order_by("due", "pk")[:MOST],
        "proposals": proposals_of(user, body),
        "gaps": list(gaps_of(body, today)) if is_office else [],
    }


def follow_ups_for(user, body):
    """Members hear what is to follow together with the minutes; while these are a draft it is the office's. Of a topic
    that is withheld from somebody she does not hear it at all."""
    found = FollowUp.objects.filter(item__body=body)
    if not user.has_perm(COORDINATE):
        found = found.filter(item__meeting__in=Minutes.objects.filter(state__in=READABLE).values("meeting"))
    topics = AgendaItem.objects.filter(pk__in=found.values("item"))
    return found.exclude(item__in=cases.withheld(user, topics))


def newest_minutes(body):
    """The newest minutes the members may read: of the last meeting that has some, its newest version."""
    readable = Minutes.objects.filter(meeting__body=body, state__in=READABLE)
    return readable.select_related("meeting").order_by("-meeting__day", "-version").first()


def decided(minutes, follow_ups):
    """([(entry, its follow-ups)], the keys of these follow-ups) of minutes."""
    if minutes is None:
        return [], []
    entries = list(minutes.entries.select_related("item").order_by("item__number", "pk"))
    tasks = {}
    found = follow_ups.filter(item__in=[entry.item_id for entry in entries]).order_by("due", "pk")
    for each in found.select_related("unit").prefetch_related("unit__names"):
        tasks.setdefault(each.item_id, []).append(each)
    told = [each.pk for rows in tasks.values() for each in rows]
    return [(entry, tasks.get(entry.item_id, [])) for entry in entries], told


def proposals_of(user, body):
    """[(item, what became of it)] of somebody's own proposals, newest first; followed where a topic was put off."""
    own = list(AgendaItem.objects.filter(body=body, proposed_by=user).order_by("-proposed_at", "-pk")[:MOST])
    if not own:
        return []
    roots = [item.root_id for item in own]
    chain = AgendaItem.objects.filter(Q(pk__in=roots) | Q(first__in=roots)).select_related("meeting").order_by("pk")
    newest = {item.root_id: item for item in chain}
    entries = MinutesEntry.objects.filter(item__in=[item.pk for item in newest.values()], minutes__state__in=READABLE)
    outcomes = {entry.item_id: entry for entry in entries.order_by("minutes__version")}
    return [(item, became(newest[item.root_id], outcomes)) for item in own]


def became(item, outcomes):
    """What became of a topic, in one sentence."""
    if item.meeting is None:
        return "wurde vertagt und wartet auf eine Sitzung" if item.first_id else "wartet auf eine Sitzung"
    day = f"{item.meeting.day:%d.%m.%Y}"
    if item.meeting.state in OPEN:
        return f"steht auf der Tagesordnung am {day}"
    entry = outcomes.get(item.pk)
    if entry is None or not entry.outcome:
        return f"wurde am {day} behandelt"
    return f"{entry.get_outcome_display()} am {day}"


# Measures -------------------------------------------------------------------------------------------------------------


def measures_to_discuss(body, today, asked):
    """Late, blocked and silent measures of the plan: the number of each, and one group listed."""
    public = Measure.objects.public()
    counts = public.order_by().aggregate(
        **{
            key: Count("pk", filter=Q(pk__in=find(public, today).order_by().values("pk")))
            for key, (_label, find) in REASONS.items()
        }
    )
    first = next((key for key in REASONS if counts[key]), "spaet")
    reason = asked.get("grund") if asked.get("grund") in REASONS else first
    found = REASONS[reason][1](public, today).for_list("title", language=None).order_by("number")
    found = found.select_related("status", "responsible").prefetch_related("responsible__names")
    page = Paginator(found, PER_PAGE).get_page(asked.get("seite"))
    page.object_list = list(page.object_list)
    taken = pending(body, [measure.pk for measure in page])
    page.object_list = [
        {"measure": measure, "status": status_of(measure, today), "pending": measure.pk in taken} for measure in page
    ]
    return {
        "groups": [(key, label, counts[key]) for key, (label, _find) in REASONS.items()],
        "reason": reason,
        "page": page,
    }


def status_of(measure, today):
    told = f"{measure.status} (Stand {measure.status_day})" if measure.status else "nicht bekannt"
    found = measure.lateness(today)
    if found is None:
        return told
    what, day = found
    return f"{told}; {'Ende' if what == 'end' else 'Beginn'} war geplant bis {day:%d.%m.%Y}"


def propose_measure_topic(site, request, pk, measure):
    """A topic that points to a measure: members propose it, the office puts it on the list."""
    body = get_object_or_404(Body.objects.prefetch_related("names"), pk=pk)
    check_may_propose(request.user, body)
    measure = get_object_or_404(Measure.objects.public(), pk=measure)
    first = {"title": f"Wie geht es weiter mit: {measure.title_de}"[:300]}
    form, reasons, status = ProposalForm(request.POST or None, initial=first), [], 200
    back = f"{reverse('admin:board_desk')}?gremium={body.key}"
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                item = propose_measure(body, measure, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                reasons = refusal.reasons
            else:
                messages.success(request, f"„{item}“ wartet jetzt auf eine Sitzung.")
                return HttpResponseRedirect(back)
    return asking(
        site,
        request,
        title=f"Besprechen: Maßnahme {measure}",
        tells=f"Das Thema wartet danach auf eine Sitzung ({body}) und zeigt auf die Maßnahme.",
        form=form,
        reasons=reasons,
        label="Auf die Themenliste" if request.user.has_perm(COORDINATE) else "Vorschlagen",
        back=back,
        status=status,
    )
