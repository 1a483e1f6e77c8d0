"""The page of each button of a case (fund/desk/acts.py): what will happen, what it asks for, everything in the way;
then it is carried out by the doors."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from fund import actors, agenda, deciding, guards, holds, letters, money, workflow
from fund.desk import letter_acts, shortage
from fund.desk.access import NO_RIGHT, case_or_404, case_to_act_on, member_case_or_404, seen
from fund.desk.acts import ACTS, DECLARING, TELLS, actor_for
from fund.models import Application, Letter
from wir.accounts.audit import Action, record
from wir.languages import registry
from wir.lib.workflow import Refused, status_of

# What these guards say depends on what is typed: they speak once something was sent
ASKED = frozenset(
    (
        guards.names_sections,
        guards.gives_time,
        guards.is_later,
        guards.has_formal_reason,
        guards.says_why,
        deciding.amount_fits,
        deciding.has_merit_reason,
        deciding.has_own_sentence,
        deciding.lead_says_why,
        deciding.is_still_wanted,
        deciding.begins_on_a_day,
        deciding.names_payer,
        deciding.ends_on_a_day,
        holds.later_day,
        holds.question_is_unanswered,
        *letter_acts.ASKED,
    )
)
LETTER_ACTS = ("release_refusal", "release_decision", "brief", "brief-gelesen")
PROPOSAL_ACTS = ("refuse", "drop_refusal", "agree", "drop_decision", "approve", "waitlist", "reject")
MONEY_ACTS = (
    "propose_approval propose_waitlist approve waitlist call_up call_up_to_committee call_up_to_body jahr"
).split()
SHORT_ACTS = ("propose_approval", "approve")  # where the page offers what else can be done


def may_act(application, user, name):
    """The team works on cases; others make the moves that the table gives to what they are."""
    return user.has_perm(actors.CHECK) or name in {move.name for move, _actor in workflow.offered(application, user)}


def part_of(application, act, pk):
    """The message, flag or letter of this very case that an act is about."""
    if (act.of is None) != (pk is None):
        raise Http404
    if act.of is None:
        return None
    if act.of is Letter:
        decisions = application.decisions.filter(dropped_at=None)
        return get_object_or_404(Letter.objects.select_related("decision__application"), pk=pk, decision__in=decisions)
    return get_object_or_404(act.of.objects.select_related("application"), pk=pk, application=application)


def in_the_way(application, name, user, now):
    """Reasons why an act is not possible whatever somebody types. What is no move of the table is asked here whether
    she is free of conflict, as moves ask it: she still says that she is in conflict, and does nothing else."""
    move = workflow.MOVES.get(name)
    if move is None:
        return [] if name == DECLARING else list(guards.did_not_help(application, actors.staff(user), now, {}))
    by = actor_for(application, user, name)
    first = workflow.first_blockers(application, move, by)
    return first or [
        reason for guard in move.guards if guard not in ASKED for reason in guard(application, by, now, {})
    ]


def act(site, request, pk, name, part=None):
    """One button on a page of its own: the same form that stands on the page of the case, with what is in the way."""
    now = timezone.now()
    application, of_office = case_to_act_on(request.user, pk, name, now)
    chosen = ACTS.get(name)
    if chosen is None:
        raise Http404
    if of_office and not may_act(application, request.user, name):
        raise PermissionDenied(NO_RIGHT)
    back = reverse("admin:fund_case" if of_office else "admin:fund_proposal", args=[pk])
    about = part_of(application, chosen, part)
    seen(request.user, application, "page" if of_office else "proposal", request)
    form, status = chosen.form(application, about, request.POST if request.method == "POST" else None), 200
    reasons = in_the_way(application, name, request.user, now)
    possible = not reasons
    if request.method == "POST":
        status = status_of(reasons)
        if form.is_valid():
            application.version = form.cleaned_data["version"]
            try:
                with transaction.atomic():
                    if reasons and name not in workflow.MOVES:  # a move is refused by its door, with all its reasons
                        raise Refused(reasons)
                    chosen.do(application, about, request.user, now, form.values)
                    if name not in workflow.MOVES:  # a move logs itself
                        what = {"by": request.user, "thing": application, "now": now, "detail": chosen.label}
                        record(action=Action.CHANGED, request=request, **what)
            except Refused as refusal:
                reasons = refusal.reasons
                status = status_of(reasons)
                about = renew(form, pk, about)
            else:
                messages.success(request, told(application, chosen.label) if name in TELLS else chosen.done)
                anchor = f"#{chosen.anchor}" if chosen.anchor else ""
                if not Application.objects.handed_in().filter(pk=pk).exists():  # erased: no page is left to go back to
                    return HttpResponseRedirect(reverse("admin:fund_desk"))
                return HttpResponseRedirect(back + anchor)
    application = case_or_404(request.user, pk) if of_office else member_case_or_404(request.user, pk, now)
    context = site.each_context(request) | {
        "title": f"{chosen.label}: {application}",
        "application": application,
        "act": chosen,
        "name": name,
        "form": form,
        "about": about,
        "reasons": reasons,
        "shows_form": possible or request.method == "POST",
        "back": back,
    }
    if name in PROPOSAL_ACTS:
        context["decision"] = guards.decision_of(application)
    if name in MONEY_ACTS:
        context |= {"tells_money": True, "free": money.free_for(application)}
    if name in SHORT_ACTS:
        context["ways"] = shortage.ways(application, now)
    if name in LETTER_ACTS:
        context |= shown_letter(application)
    if name == "ask_in_board":
        context["asked_by_board"] = getattr(agenda.open_item(application), "note", "")
    return TemplateResponse(request, "admin/fund/act.html", context, status=status)


def told(application, label):
    """The sentence after a step: what was done, and where the case stands now."""
    state = Application.objects.values_list("state", flat=True).filter(pk=application.pk).first()
    now = f" Stand jetzt: {Application.State(state).label}." if state else ""
    return f"{application}: {label}.{now}"


def shown_letter(application):
    """The letter of the refusal in force with what to know about it; nothing where there is none."""
    decision = guards.decision_of(application)
    letter = getattr(decision, "letter", None)
    if letter is None:
        return {}
    return {
        "letter": letter,
        "letter_language": registry.get(letter.language),
        "letter_warnings": [] if letter.released_at else list(letters.warnings(letter)),
    }


def renew(form, pk, about):
    """What was typed stays; what was seen is told anew, so that it can be sent again after another look."""
    form.data = form.data.copy()
    form.data["version"] = Application.objects.values_list("version", flat=True).get(pk=pk)
    if about is not None:
        about.refresh_from_db()
        if "seen" in form.fields:
            form.data["seen"] = letters.fingerprint(about)
    return about
