"""Votes without a meeting: the office or the chair opens and closes them, members vote once on each of their cases."""

from django.contrib import messages
from django.http import Http404, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from fund import circular, leading, room
from fund.desk import agenda
from fund.desk.meeting_forms import VoteForm
from fund.guards import body_of
from fund.models import Ballot, CircularVote, Declaration
from strategy.models import Body, SeatHolder
from wir.lib.workflow import Refused, status_of


def start(site, request, body):
    """Which cases of one body are voted on, why without a meeting, and until when."""
    own = agenda.bodies_of(request.user)
    body = get_object_or_404(Body.objects.prefetch_related("names"), pk=body)
    if own is not None and body.pk not in own:
        raise Http404
    sample = request.GET.get("beispiele") == "1"
    cases = [case for case in agenda.waiting(sample) if body_of(case).pk == body.pk and case.rule_set.circular_vote]
    form, reasons, status = VoteForm(request.POST if request.method == "POST" else None), [], 200
    ticked = set(request.POST.getlist("antrag"))
    if request.method == "POST" and form.is_valid():
        chosen = [case for case in cases if str(case.pk) in ticked]
        values = form.cleaned_data
        try:
            vote = circular.open_vote(
                body, chosen, reason=values["reason"], closes_at=form.closes_at, by=request.user, now=timezone.now(),
                late_papers=values["late_papers"], sample=sample,
            )  # fmt: skip
        except Refused as refusal:
            reasons, status = refusal.reasons, status_of(refusal.reasons)
        else:
            messages.success(request, f"Angesetzt: {vote}")
            return HttpResponseRedirect(reverse("admin:fund_vote", args=[vote.pk]))
    elif request.method == "POST":
        status = 422
    context = site.each_context(request) | {
        "title": f"Abstimmung ohne Sitzung ansetzen: {body}",
        "form": form,
        "cases": cases,
        "ticked": ticked,
        "reasons": reasons,
        "sample": sample,
    }
    return TemplateResponse(request, "admin/fund/meeting/vote_start.html", context, status=status)


def vote_or_404(user, pk):
    """A vote, for who has a seat in its body and for who leads it."""
    vote = get_object_or_404(CircularVote.objects.select_related("body").prefetch_related("body__names"), pk=pk)
    today = timezone.localdate()
    member = Body.objects.of_user(user, today).filter(pk=vote.body_id).exists()
    if not member and not leading.leads(user, vote.body, today):
        raise Http404
    return vote


def show_vote(site, request, pk, reasons=(), status=200):
    vote, now = vote_or_404(request.user, pk), timezone.now()
    leads = leading.leads(request.user, vote.body, timezone.localdate(now))
    items = list(vote.case_items.select_related("application__revision", "vote").order_by("number", "pk"))
    cases, last_day = [each.application for each in items], timezone.localdate(vote.closes_at)
    running = vote.closed_at is None and vote.opens_at <= now < vote.closes_at
    context = site.each_context(request) | {
        "title": f"{vote.body}: {vote}",
        "vote": vote,
        "leads": leads,
        "running": running,
        "can_close": leads and vote.closed_at is None and now >= vote.closes_at,
        "rows": rows_of(vote, items, request.user, now, running),
        "kept_away": leading.kept_away(request.user, cases, vote.body, last_day) if leads else (),
        "reasons": reasons,
    }
    return TemplateResponse(request, "admin/fund/meeting/vote.html", context, status=status)


def rows_of(vote, items, user, now, running):
    """[(item, is it hers to read, can she vote now, has she voted)]; what nobody sees before the end is the tally."""
    holders = set(SeatHolder.objects.filter(user=user).values_list("pk", flat=True))
    standings = room.standings_of([each.application for each in items])
    to_vote_on = circular.to_vote_on(vote, items, standings, user, now) if running else ()
    voted = set(Ballot.objects.filter(item__vote=vote, holder__user=user).values_list("item", flat=True))
    found = []
    for item in items:
        said = standings[item.application_id]
        free = {key for key in holders if said.get(key) == Declaration.Standing.FREE}
        found.append((item, bool(free), item.pk in to_vote_on, item.pk in voted))
    return found


def give_voice(site, request, pk, item):
    """One voice on one case; it cannot be changed, because nobody knows which one it was."""
    vote = vote_or_404(request.user, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    case_item = get_object_or_404(vote.case_items.select_related("vote", "application"), pk=item)
    try:
        circular.cast(case_item, request.POST.get("stimme", ""), user=request.user, now=timezone.now())
    except Refused as refusal:
        return show_vote(site, request, pk, refusal.reasons, status_of(refusal.reasons))
    messages.success(request, f"Ihre Stimme zu {case_item.application} ist gezählt.")
    return HttpResponseRedirect(reverse("admin:fund_vote", args=[pk]))


def close(site, request, pk):
    vote = vote_or_404(request.user, pk)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        circular.close(vote, by=request.user, now=timezone.now())
    except Refused as refusal:
        return show_vote(site, request, pk, refusal.reasons, status_of(refusal.reasons))
    messages.success(request, f"Ausgezählt: {vote}")
    return HttpResponseRedirect(reverse("admin:fund_vote", args=[pk]))
