"""The meeting as it runs: who is there, which case is next, who leaves the room, the tally, the outcome, next.

For the office and for who chairs the body; for nobody else these pages exist. Each step is one form and one POST, and
carries the version of the case it was made from, so of two people at once one wins.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from fund import actors, attending, carriers, leading, money, recording, room, workflow
from fund.actors import CHECK, Part
from fund.desk import meeting_forms as forms
from fund.desk.access import VIEW, seen
from fund.desk.acting import told
from fund.guards import path_of
from fund.meeting import no_vote_is_lost, nothing_is_voted
from fund.models import Application, CaseItem, Tier
from strategy.models import Attendance, Meeting, Minutes
from strategy.office import may_read
from strategy.permissions import chairs
from strategy.workflow import OPEN
from strategy.workflow import blockers as meeting_blockers
from wir.lib.keys import key_in
from wir.lib.workflow import Refused, status_of

CONFIRMING = ("confirm_proposal", "approve_in_body", "reject_in_body", "confirm_no_money")


def meeting_or_404(user, pk):
    meeting = get_object_or_404(Meeting.objects.select_related("body").prefetch_related("body__names"), pk=pk)
    if not leading.leads(user, meeting.body, meeting.day):
        raise Http404
    return meeting


def item_or_404(user, pk):
    try:
        item = recording.item_with(pk)
    except CaseItem.DoesNotExist:
        raise Http404 from None
    if not leading.leads_item(user, item):
        raise Http404
    return item


# The meeting ----------------------------------------------------------------------------------------------------------


def lead(site, request, pk, reasons=(), status=200):
    meeting, now = meeting_or_404(request.user, pk), timezone.now()
    held = meeting.state == Meeting.State.HELD
    minutes = room.newest_minutes(meeting) if held else None
    lines = Attendance.objects.filter(minutes=minutes).select_related("holder__seat") if held else ()
    items = CaseItem.objects.filter(meeting=meeting).select_related("application__revision", "application__call")
    topics, struck = topics_of(meeting, items), [each for each in items if each.item_id is None]
    cases = [item.application for item in [*struck, *(item for _topic, item in topics if item)]]
    context = site.each_context(request) | {
        "title": f"Sitzung leiten: {meeting}",
        "meeting": meeting,
        "held": held,
        "state": meeting.told_state(timezone.localdate(now), minutes),
        "minutes": minutes if minutes and may_read(request.user, minutes) else None,
        "writes": minutes is not None and minutes.state == Minutes.State.DRAFT,
        "lines": [(line, attending.mark_of(line)) for line in lines],
        "there": sum(line.presence == Attendance.Presence.PRESENT and line.left_at is None for line in lines),
        "missing": any(each.presence == Attendance.Presence.ABSENT and not each.holder.substitute for each in lines),
        "topics": topics,
        "struck": struck,
        "kept_away": leading.kept_away(request.user, cases, meeting.body, meeting.day),
        "prepares": request.user.has_perm(VIEW) or chairs(request.user, meeting.body),
        "reasons": reasons,
        "not_yet": [] if held else not_yet(meeting, now),
    }
    return TemplateResponse(request, "admin/fund/meeting/lead.html", context, status=status)


def not_yet(meeting, now):
    """Why a meeting cannot begin now: most of the time because its hour is still to come."""
    if meeting.state in OPEN and meeting.day > timezone.localdate(now):
        return [f"Beginnen können Sie am {meeting.day:%d.%m.%Y}."]
    if meeting.state in OPEN and meeting.starts_at and meeting.starts_at > now:
        return [f"Beginnen können Sie heute ab {meeting.starts:%H:%M} Uhr."]
    return meeting_blockers(meeting, "hold", now=now)


def topics_of(meeting, items):
    """[(topic, its case item or None)] in the order of the agenda."""
    cases = {each.item_id: each for each in items if each.item_id}
    return [(topic, cases.get(topic.pk)) for topic in meeting.items.order_by("number", "pk")]


def begin(site, request, pk):
    return stepping(site, request, pk, lambda meeting, now: attending.begin(meeting, by=request.user, now=now))


def attend(site, request, pk):
    """One line, or all members at once."""

    def do(meeting, now):
        if request.POST.get("schritt") == "alle":
            attending.mark_all(meeting, by=request.user, now=now)
            return
        lines = Attendance.objects.filter(minutes__meeting=meeting).select_related("minutes__meeting__body")
        line = get_object_or_404(lines, pk=key_in(request.POST.get("zeile")))
        step = request.POST.get("schritt")
        if step not in attending.STEPS:
            raise Http404
        attending.mark(line, step, by=request.user, now=now, seen=request.POST.get("gesehen", ""))

    return stepping(site, request, pk, do)


def stepping(site, request, pk, do):
    if request.method != "POST":
        meeting_or_404(request.user, pk)
        return HttpResponseNotAllowed(["POST"])
    meeting = meeting_or_404(request.user, pk)
    try:
        do(meeting, timezone.now())
    except Refused as refusal:
        return lead(site, request, pk, refusal.reasons, status_of(refusal.reasons))
    return HttpResponseRedirect(reverse("admin:fund_meeting_lead", args=[pk]) + "#anwesenheit")


# One case -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """form(item, now, data). do(item, by, now, seen, values). label: of the button."""

    label: str
    form: object
    do: object


def plain(form):
    return lambda item, now, data=None: form(item, data)


def do_call(item, by, now, seen, values):
    recording.call(item, by=by, now=now, seen=seen)


def do_record(item, by, now, seen, values):
    recording.record(item, by=by, now=now, seen=seen, **values)


def do_ask(item, by, now, seen, values):
    recording.ask(item, by=by, now=now, seen=seen, note=values["note"])


def do_name(item, by, now, seen, values):
    recording.name_chair(item, values["holder"], by=by, now=now, seen=seen)


MOVED_BY = {"vertagen": "defer", "absetzen": "strike"}


def moving(name):
    def do(item, by, now, seen, values):
        application = Application.objects.get(pk=item.application_id)
        application.version = seen
        workflow.perform(application, name, by=actor(name, by), now=now, **values)

    return do


def actor(name, user):
    team = Part.TEAM in workflow.MOVES[name].parts and user.has_perm(CHECK)
    return actors.staff(user, Part.TEAM if team else Part.CHAIR)


STEPS = {
    "aufrufen": Step("Punkt aufrufen", plain(forms.PlainForm), do_call),
    "eintragen": Step("Ergebnis eintragen", plain(forms.ResultForm), do_record),
    "waehlen": Step("Als Träger wählen", lambda item, now, data=None: choice_form(item, data), None),
    "vertagen": Step("Vertagen", plain(forms.DeferForm), moving(MOVED_BY["vertagen"])),
    "fragen": Step("Rückfrage festhalten", plain(forms.QuestionForm), do_ask),
    "absetzen": Step("Von der Tagesordnung nehmen", plain(forms.WhyForm), moving(MOVED_BY["absetzen"])),
    "leitung": Step(
        "Leitung dieses Punktes festlegen", lambda item, now, data=None: chair_form(item, now, data), do_name
    ),
} | {name: Step(workflow.MOVES[name].label, plain(forms.PlainForm), moving(name)) for name in CONFIRMING}


def choice_form(item, data):
    return forms.ChoiceForm(item, carriers.group_of(item), data)


def chair_form(item, now, data):
    return forms.ChairForm(item, leading.may_chair(item, now), data)


def take_step(site, request, pk, name):
    """Carry out one step; where it is refused, the page comes back with the reasons and everything that was typed."""
    item, now = item_or_404(request.user, pk), timezone.now()
    step = STEPS.get(name)
    if step is None:
        raise Http404
    if request.method != "POST":
        return HttpResponseRedirect(reverse("admin:fund_meeting_item", args=[pk]))
    form, reasons, status = step.form(item, now, request.POST), [], 422
    if form.is_valid():
        seen = form.cleaned_data["version"]
        try:
            if name == "waehlen":
                recording.choose(item, by=request.user, now=now, seen=form.seen, **form.values)
            else:
                step.do(item, request.user, now, seen, form.values)
        except Refused as refusal:
            reasons, status = refusal.reasons, status_of(refusal.reasons)
        else:
            messages.success(request, told(item.application, step.label))
            return HttpResponseRedirect(reverse("admin:fund_meeting_item", args=[pk]))
    return show_item(site, request, pk, {name: form}, reasons, status)


def show_item(site, request, pk, bound=None, reasons=(), status=200):
    item, now = item_or_404(request.user, pk), timezone.now()
    user, application = request.user, item.application
    body, day = room.body_of_item(item), room.day_of(item)
    kept_away = list(leading.in_the_way(user, application, body, day))
    is_open = item.confirmed_at is None and item.struck_at is None
    running = is_open and not list(recording.is_running(item))
    context = site.each_context(request) | {
        "title": f"{application}: {application.revision.title}",
        "item": item,
        "application": application,
        "is_open": is_open,
        "running": running,
        "kept_away": kept_away,
        "reasons": reasons,
        "back": back_to(item, user),
        "may_view": user.has_perm(VIEW),
        "is_chair": recording.chairs_here(user, item),
    }
    if running:
        context["room"] = room.room_of(item, now)
        context["needs_chair"] = not leading.free_chairs(item, now) if item.meeting_id else False
    if is_open and item.recorded_at:
        context["confirm_it"] = [each.name for each in leading.may_confirm(item)]
    if not kept_away:
        seen(user, application, "page", request)
        context |= {
            "presences": item.presences.all() if item.recorded_at or item.struck_at else (),
            "free": money.free_for(application),
            "group": carriers.group_of(item) if is_open else [],
            "decides_alone": path_of(application) == Tier.Path.BODY,
            "next": next_of(item),
        }
    context["forms"] = shown_forms(item, user, now, running, kept_away, context, bound or {})
    context["moves"] = confirmations(item, user, now) if running and item.recorded_at else []
    return TemplateResponse(request, "admin/fund/meeting/item.html", context, status=status)


def back_to(item, user):
    """A member who chairs but this item goes back to the meeting as members see it."""
    if item.meeting_id and not leading.leads(user, item.meeting.body, item.meeting.day):
        return reverse("admin:meeting_desk", args=[item.meeting_id])
    if item.meeting_id:
        return reverse("admin:fund_meeting_lead", args=[item.meeting_id])
    return reverse("admin:fund_vote", args=[item.vote_id])


def next_of(item):
    """The next case of the same agenda that has no result yet."""
    same = {"meeting": item.meeting_id} if item.meeting_id else {"vote": item.vote_id}
    rest = CaseItem.objects.open().filter(recorded_at=None, **same).exclude(pk=item.pk)
    return rest.select_related("application").order_by("number", "pk").first()


def is_possible(name, item, user, now):
    """May this person put this item off, ask or take it off, and has nobody voted on it? Asked of the doors."""
    if name == "fragen":
        return recording.chairs_here(user, item) and not list(recording.nothing_is_voted(item))
    move = MOVED_BY.get(name)
    if move is None:
        return True
    by, application = actor(move, user), item.application
    guard = no_vote_is_lost if move == "defer" else nothing_is_voted
    return not (workflow.first_blockers(application, workflow.MOVES[move], by) or list(guard(application, by, now, {})))


def shown_forms(item, user, now, running, kept_away, context, bound):
    """{name: form} of what this person can do here, those that were sent with what was typed."""
    names = []
    if running and not kept_away:
        names = ["aufrufen"] if item.meeting_id and item.called_at is None else ["eintragen", "vertagen", "fragen"]
        names += ["waehlen"] if context["group"] and item.called_at else []
    if running and context.get("needs_chair"):
        names.append("leitung")
    if context["is_open"] and not kept_away:
        names.append("absetzen")
    found = {}
    for name in (each for each in names if each in bound or is_possible(each, item, user, now)):
        form = bound.get(name)
        if form is None:
            form = STEPS[name].form(item, now)
        else:
            renew(form, item)
        form.auto_id = f"{name}_%s"
        form.label = STEPS[name].label
        found[name] = form
    return found


def renew(form, item):
    """What was typed stays; what was seen is told anew, so that it can be sent again after another look."""
    form.data = form.data.copy()
    form.data["version"] = item.application.version
    for each in getattr(form, "group", ()):
        form.data[f"version_{each.application_id}"] = each.application.version


def confirmations(item, user, now):
    """[(name, label, reasons why it is not possible now)] of the moves by which a chair makes the result count."""
    application = Application.objects.select_related("revision", "rule_set").get(pk=item.application_id)
    by = actors.staff(user, Part.CHAIR)
    offered = [move for move in workflow.moves_for(application, by) if move.name in CONFIRMING]
    found = []
    for move in offered:
        reasons = workflow.blockers(application, move.name, by=by, now=now)
        fits = item.is_positive == (move.name not in ("reject_in_body",)) or move.name == "confirm_proposal"
        if fits:
            found.append((move.name, move.label, reasons))
    return found
