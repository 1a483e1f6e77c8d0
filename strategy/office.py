"""Task pages of the back office: a meeting for its members, and every button of meetings, minutes, seats and topics."""

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from strategy import cases
from strategy.forms import MoveForm, ProposalForm, ReasonForm, SuccessionForm, TakeUpForm
from strategy.models import AgendaItem, Body, Meeting, Minutes, Paper, Seat
from strategy.models.minutes import FROZEN
from strategy.permissions import COORDINATE, check_may, check_may_propose, may
from strategy.seats import succeed
from strategy.workflow import blockers, body_of, correct, move, moves_for, propose, stands_at, table_of, take_up
from wir.lib.workflow import Refused


def urls(site):
    """The task pages of one admin site."""
    page = site.page
    return [
        # sitzungen/
        path("sitzungen/<int:pk>/", page(show_meeting), name="meeting_desk"),
        path("sitzungen/<int:pk>/<slug:name>/", page(move_meeting), name="meeting_move"),
        # protokolle/
        path("protokolle/<int:pk>/lesen/", page(read_minutes), name="minutes_read"),
        path("protokolle/<int:pk>/berichtigen/", page(correct_minutes), name="minutes_correct"),
        path("protokolle/<int:pk>/<slug:name>/", page(move_minutes), name="minutes_move"),
        # seats, proposals, topics
        path("sitze/<int:pk>/wechsel/", page(change_holder), name="seat_succeed"),
        path("gremien/<int:pk>/vorschlagen/", page(propose_topic), name="propose_topic"),
        path("themen/<int:pk>/auf-die-tagesordnung/", page(take_up_topic), name="take_up_topic"),
    ]


# Who may read ---------------------------------------------------------------------------------------------------------


def belongs_to(user, meeting):
    """True for the office, and for who has a seat in the body today or had one on the day of the meeting."""
    if user.has_perm(COORDINATE):
        return True
    days = {timezone.localdate(), meeting.day}
    return any(Body.objects.of_user(user, day).filter(pk=meeting.body_id).exists() for day in days)


def meeting_or_404(user, pk):
    """The meeting, for who belongs to it; for everybody else there is none."""
    meetings = Meeting.objects.select_related("body").prefetch_related("body__names")
    meeting = get_object_or_404(meetings, pk=pk)
    if not belongs_to(user, meeting):
        raise Http404
    return meeting


def may_read(user, minutes):
    """Members read minutes once they are laid before them; drafts are the office's."""
    return minutes.state != Minutes.State.DRAFT or user.has_perm(COORDINATE)


def minutes_or_404(user, pk):
    minutes = get_object_or_404(
        Minutes.objects.select_related("meeting__body", "approved_in__body").prefetch_related("meeting__body__names"),
        pk=pk,
    )
    if not belongs_to(user, minutes.meeting) or not may_read(user, minutes):
        raise Http404
    return minutes


# Reading --------------------------------------------------------------------------------------------------------------


def show_meeting(site, request, pk):
    """What a member reads: when, where, how to get in, the whole agenda with its papers, and the minutes."""
    meeting = meeting_or_404(request.user, pk)
    versions = list(meeting.minutes.order_by("-version"))
    context = site.each_context(request) | {
        "title": str(meeting),
        "meeting": meeting,
        "state": meeting.told_state(timezone.localdate(), versions[0] if versions else None),
        "topics": topics_of(meeting),
        "versions": [each for each in versions if may_read(request.user, each)],
        "moves": moves_for(meeting, request.user),
        "may_edit": request.user.has_perm("strategy.change_meeting"),
        "may_propose": may_propose(request.user, meeting.body),
    }
    return TemplateResponse(request, "admin/strategy/meeting_desk.html", context)


def topics_of(meeting):
    """[(item, papers)] of an agenda; a topic that came back brings the papers it came up with first."""
    items = list(meeting.items.select_related("unit").prefetch_related("unit__names").order_by("number", "pk"))
    roots = {item.pk for item in items} | {item.root_id for item in items}
    papers = {}
    for paper in Paper.objects.filter(item__in=roots).select_related("council_paper").order_by("pk"):
        papers.setdefault(paper.item_id, []).append(paper)
    return [
        (item, [each for pk in dict.fromkeys([item.root_id, item.pk]) for each in papers.get(pk, [])]) for item in items
    ]


def may_propose(user, body):
    try:
        check_may_propose(user, body)
    except PermissionDenied:
        return False
    return True


def read_minutes(site, request, pk):
    """Minutes as one page to read and to print."""
    minutes = minutes_or_404(request.user, pk)
    entries = minutes.entries.select_related("item__unit").prefetch_related("item__unit__names", "item__follow_ups")
    entries = list(entries.order_by("item__number", "pk"))
    hide_withheld(entries, request.user)
    context = site.each_context(request) | {
        "title": str(minutes),
        "minutes": minutes,
        "meeting": minutes.meeting,
        "entries": entries,
        "attendances": minutes.attendances.select_related("holder__seat"),
        "moves": moves_for(minutes, request.user),
        "may_edit": request.user.has_perm("strategy.change_minutes"),
        "may_correct": minutes.is_frozen and may(request.user, COORDINATE, minutes.meeting.body),
    }
    return TemplateResponse(request, "admin/strategy/minutes.html", context)


def hide_withheld(entries, user):
    """Who is in conflict about a topic reads that it was dealt with, and no more."""
    hidden = cases.withheld(user, [entry.item for entry in entries])
    for entry in entries:
        if entry.item_id in hidden:
            entry.outcome, entry.plain_de, entry.internal, entry.withheld = "", "", "", True


# Moving ---------------------------------------------------------------------------------------------------------------


def move_meeting(site, request, pk, name):
    meeting = meeting_or_404(request.user, pk)
    return move_one(site, request, meeting, name, reverse("admin:meeting_desk", args=[pk]))


def move_minutes(site, request, pk, name):
    minutes = minutes_or_404(request.user, pk)
    return move_one(site, request, minutes, name, reverse("admin:minutes_read", args=[pk]))


def move_one(site, request, thing, name, back):
    """What will happen, what it asks, or everything that is in the way; then carried out."""
    moves = table_of(thing)
    if name not in moves:
        raise Http404
    step = moves[name]
    check_may(request.user, step.permission, body_of(thing))
    possible, status = stands_at(thing, step), 200
    form = MoveForm(thing, step, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        reasons, status = [], 422
        if form.is_valid():
            try:
                move(thing, name, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                reasons = refusal.reasons
            else:
                messages.success(request, f"„{step.label}“: {thing}")
                return HttpResponseRedirect(back)
    elif possible and "approved_in" in form.fields and not form.fields["approved_in"].queryset:
        reasons, possible = ["Seit dieser Sitzung hat noch keine stattgefunden, die es genehmigen könnte."], False
    elif possible and step.asks and name != "release":
        reasons = []  # told once something was entered
    else:
        reasons = blockers(thing, name)
    context = site.each_context(request) | {
        "title": f"{step.label}: {thing}",
        "step": step,
        "form": form,
        "reasons": reasons,
        "shows_form": possible and (step.asks or not reasons),
        "back": back,
    }
    return TemplateResponse(request, "admin/strategy/move.html", context, status=status)


def correct_minutes(site, request, pk):
    """Asks why, and opens a new version of approved minutes."""
    minutes = minutes_or_404(request.user, pk)
    check_may(request.user, COORDINATE, minutes.meeting.body)
    form, reasons, status = ReasonForm(request.POST or None), [], 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                new = correct(minutes, reason=form.cleaned_data["reason"], by=request.user)
            except Refused as refusal:
                reasons = refusal.reasons
            else:
                messages.success(request, f"Angelegt: {new}. Bis sie genehmigt ist, gilt die bisherige Fassung.")
                return HttpResponseRedirect(reverse("admin:strategy_minutes_change", args=[new.pk]))
    return asking(
        site,
        request,
        title=f"Berichtigung beginnen: {minutes}",
        tells="Eine neue Fassung entsteht, mit allem, was in dieser steht. Sie ändern dort, was nicht stimmt. Bis die "
        "neue Fassung genehmigt und ihr Auszug veröffentlicht ist, gilt und steht überall diese.",
        form=form,
        reasons=reasons,
        label="Neue Fassung anlegen",
        back=reverse("admin:minutes_read", args=[pk]),
        status=status,
    )


# Seats, proposals, topics ---------------------------------------------------------------------------------------------


def change_holder(site, request, pk):
    """Somebody new takes a seat: whoever had it leaves the day before, and the new one is told."""
    seat = get_object_or_404(Seat.objects.select_related("body").prefetch_related("body__names", "holders"), pk=pk)
    check_may(request.user, COORDINATE, seat.body)
    if not request.user.has_perm("strategy.change_seatholder"):
        raise PermissionDenied
    form, reasons, status = SuccessionForm(request.POST or None), [], 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                holder = succeed(seat, on=form.cleaned_data["on"], by=request.user, **form.details)
            except Refused as refusal:
                reasons = refusal.reasons
            except ValidationError as faults:
                reasons = faults_at(form, faults)
            else:
                messages.success(request, f"{holder} hat den Sitz ab {holder.valid_from:%d.%m.%Y}.")
                return HttpResponseRedirect(reverse("admin:strategy_seat_change", args=[pk]))
    before = seat.holder_on(timezone.localdate())
    return asking(
        site,
        request,
        title=f"Wechsel eintragen: {seat.body}, {seat}",
        tells=(f"Heute hat {before} den Sitz. " if before else "Heute hat niemand den Sitz. ")
        + "Frühere Protokolle behalten, wer damals da war. Die neue Person bekommt Bescheid"
        + (" und wird gefragt, ob ihr Name öffentlich stehen darf." if seat.public else "."),
        form=form,
        reasons=reasons,
        label="Wechsel eintragen",
        back=reverse("admin:strategy_seat_change", args=[pk]),
        status=status,
    )


def faults_at(form, faults):
    """Put what the model says to the fields of the form; returns what belongs to none of them."""
    if not hasattr(faults, "error_dict"):
        return faults.messages
    reasons = []
    for name, errors in faults.message_dict.items():
        name = "on" if name == "valid_from" else name
        if name in form.fields and name != NON_FIELD_ERRORS:
            form.add_error(name, errors)
        else:
            reasons += errors
    return reasons


def propose_topic(site, request, pk):
    """The members' right of proposal."""
    body = get_object_or_404(Body.objects.prefetch_related("names"), pk=pk)
    check_may_propose(request.user, body)
    form, reasons, status = ProposalForm(request.POST or None), [], 200
    back = f"{reverse('admin:board_desk')}?gremium={body.key}"
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                item = propose(body, by=request.user, **form.cleaned_data)
            except Refused as refusal:
                reasons = refusal.reasons
            else:
                messages.success(
                    request, f"Vorgeschlagen: „{item}“. Die Geschäftsstelle setzt es auf eine Tagesordnung."
                )
                return HttpResponseRedirect(back)
    return asking(
        site,
        request,
        title=f"Ein Thema vorschlagen: {body}",
        tells="Das Thema wartet danach auf eine Sitzung. Auf dem Schreibtisch des Gremiums sehen Sie, was daraus wird.",
        form=form,
        reasons=reasons,
        label="Vorschlagen",
        back=back,
        status=status,
    )


def take_up_topic(site, request, pk):
    """Choose the meeting that deals with a waiting topic."""
    item = get_object_or_404(AgendaItem.objects.select_related("body").prefetch_related("body__names"), pk=pk)
    if not may_propose(request.user, item.body):  # topics are for who sits in the body, and for the office
        raise Http404
    check_may(request.user, COORDINATE, item.body)
    form, status = TakeUpForm(item, request.POST if request.method == "POST" else None), 200
    reasons = [] if item.meeting_id is None else ["Dieses Thema steht schon auf einer Tagesordnung."]
    back = reverse("admin:strategy_agendaitem_change", args=[pk])
    if request.method == "POST":
        status = 422
        if form.is_valid() and not reasons:
            try:
                take_up(item, form.cleaned_data["meeting"], by=request.user)
            except Refused as refusal:
                reasons = refusal.reasons
            else:
                messages.success(request, f"„{item}“ steht auf der Tagesordnung: {item.meeting}, Punkt {item.number}.")
                return HttpResponseRedirect(reverse("admin:meeting_desk", args=[item.meeting_id]))
    return asking(
        site,
        request,
        title=f"Auf die Tagesordnung: {item}",
        tells="Das Thema wird der letzte Punkt der Sitzung. Die Reihenfolge ändern Sie im Formular der Sitzung. "
        "Wer schon eingeladen ist, bekommt deswegen keine neue Nachricht.",
        form=form,
        reasons=reasons,
        label="Auf die Tagesordnung",
        back=back,
        status=status,
    )


def asking(site, request, *, title, tells, form, reasons, label, back, status):
    """A page that says what follows, asks what is needed, and names everything that is in the way."""
    context = site.each_context(request) | {
        "title": title,
        "tells": tells,
        "form": form,
        "reasons": reasons,
        "label": label,
        "back": back,
    }
    return TemplateResponse(request, "admin/strategy/ask.html", context, status=status)


def refuse(site, request, reasons, *, back, offer=None):
    """The page of a form that cannot be saved any more. offer: (address, label) of what is possible instead."""
    context = site.each_context(request) | {
        "title": "Nichts ist gespeichert",
        "reasons": reasons,
        "back": back,
        "offer": offer,
    }
    return TemplateResponse(request, "admin/strategy/refused.html", context, status=422)


def refuse_frozen_minutes(site, request, minutes, reasons=(FROZEN,)):
    """Approved minutes stay; a correction is a new version, and it is offered."""
    offer = None
    if minutes.is_frozen and may(request.user, COORDINATE, minutes.meeting.body):
        offer = (reverse("admin:minutes_correct", args=[minutes.pk]), "Berichtigung beginnen")
    return refuse(site, request, reasons, back=reverse("admin:minutes_read", args=[minutes.pk]), offer=offer)
