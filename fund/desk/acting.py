"""Every button of a case: what will happen, what it asks for, everything in the way; then carried out by the doors."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from fund import (
    actors,
    checklist,
    conflicts,
    deciding,
    guards,
    handling,
    holds,
    letters,
    money,
    workflow,
    year_moves,
)
from fund.desk import conflict_forms, forms, letter_acts, money_forms, shortage
from fund.desk.access import NO_RIGHT, case_or_404, case_to_act_on, member_case_or_404, seen
from fund.models import Application, CaseMessage, Flag, Letter
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
DECLARING = "konflikt"  # open to whoever is in conflict
SHORT_ACTS = ("propose_approval", "approve")  # where the page offers what else can be done


@dataclass(frozen=True)
class Act:
    """label: of the button. tells: what follows. form(application, part, data). do(application, part, by, now, values).

    of: the model of the part of the case it is about. anchor: where on the page of the case it is to be seen after.
    """

    label: str
    form: type
    do: Callable
    tells: str = ""
    of: type | None = None
    anchor: str = ""
    done: str = "Gespeichert."


def actor_for(application, user, name):
    """As what this person makes a move: whatever of hers the table lets make it, else the team."""
    offered = {move.name: actor for move, actor in workflow.offered(application, user)}
    return offered.get(name) or actors.staff(user)


def may_act(application, user, name):
    """The team works on cases; others make the moves that the table gives to what they are."""
    return user.has_perm(actors.CHECK) or name in {move.name for move, _actor in workflow.offered(application, user)}


def moving(name):
    def do(application, part, by, now, values):
        workflow.perform(application, name, by=actor_for(application, by, name), now=now, **values)

    return do


TELLS = {
    "take": (
        forms.ConfirmForm,
        "Der Antrag steht dann bei Ihnen. Die antragstellende Person sieht, dass ihn jemand prüft.",
    ),
    "ask": (
        forms.AskForm,
        "Nur die Abschnitte, zu denen Sie etwas schreiben, lassen sich dann ändern. Die Nachricht geht sofort hinaus.",
    ),
    "extend": (forms.ExtendForm, "Die antragstellende Person erfährt die neue Frist."),
    "propose_refusal": (
        forms.RefusalForm,
        "Eine zweite Person entscheidet darüber. Bis dahin erfährt die antragstellende Person nichts.",
    ),
    "drop_refusal": (forms.ReasonForm, "Der Vorschlag ist damit vom Tisch; die Prüfung geht weiter."),
    "refuse": (
        forms.ConfirmForm,
        "Damit ist der Antrag abgelehnt und der Brief entworfen. Bekannt gegeben wird er erst, wenn ihn eine zweite "
        "Person gelesen hat.",
    ),
    "forward_to_team": (
        forms.ConfirmForm,
        "Danach entscheidet das Projektteam. Die antragstellende Person erfährt es.",
    ),
    "forward_to_body": (forms.ConfirmForm, "Danach berät das Gremium. Die antragstellende Person erfährt den Termin."),
    "propose_approval": (
        forms.AmountForm,
        "Eine zweite Person entscheidet darüber. Bis dahin ist kein Geld zugesagt, und die antragstellende Person "
        "erfährt nichts.",
    ),
    "propose_waitlist": (
        forms.AmountForm,
        "Für ein gutes Projekt, für das gerade kein Geld da ist. Eine zweite Person entscheidet darüber.",
    ),
    "propose_rejection": (
        forms.RejectionForm,
        "Eine zweite Person entscheidet darüber. Bis dahin erfährt die antragstellende Person nichts.",
    ),
    "agree": (forms.ConfirmForm, "Nach dem Regelwerk entscheiden mehr als zwei Personen. Sie sind eine davon."),
    "drop_decision": (forms.ReasonForm, "Der Vorschlag ist damit vom Tisch; das Team kann etwas anderes vorschlagen."),
    "approve": (
        forms.ApproveForm,
        "Damit ist das Geld zugesagt und der Brief entworfen. Bekannt gegeben wird er erst, wenn ihn eine zweite "
        "Person gelesen hat.",
    ),
    "waitlist": (
        forms.ConfirmForm,
        "Der Antrag kommt auf die Warteliste; der Platz folgt aus dem Tag des Eingangs. Der Brief ist damit entworfen.",
    ),
    "reject": (
        forms.ConfirmForm,
        "Damit ist der Antrag abgelehnt und der Brief entworfen. Bekannt gegeben wird er erst, wenn ihn eine zweite "
        "Person gelesen hat.",
    ),
    "call_up": (forms.CallUpForm, "Es ist wieder Geld da: Das Projektteam entscheidet neu über den Antrag."),
    # Money that is held, the waiting list
    "extend_hold": (
        money_forms.HoldForm,
        "Das Geld bleibt bis zu diesem Tag vorgemerkt. Danach wird es von selbst wieder frei.",
    ),
    "call_up_to_committee": (
        forms.CallUpForm,
        "Es ist wieder Geld da: Der vorgeschlagene Betrag wird vorgemerkt, und der Antrag geht an den Ausschuss.",
    ),
    "call_up_to_body": (forms.CallUpForm, "Es ist wieder Geld da: Das Gremium entscheidet neu über den Antrag."),
    "end_waiting": (
        forms.ConfirmForm,
        "Das Jahr ist vorbei. Die antragstellende Person erfährt, dass ihr Antrag endet und wie sie neu beantragt.",
    ),
    "end_unanswered": (
        money_forms.UnansweredForm,
        "Der Platz auf der Warteliste geht an die nächste Person. Die antragstellende Person erfährt, dass ihr Antrag "
        "ohne Antwort endet und bis wann sie ihn wieder öffnen kann.",
    ),
    "release_decision": (
        forms.ConfirmForm,
        "Die antragstellende Person bekommt den Brief. Das lässt sich nicht zurücknehmen.",
    ),
    "activate": (
        forms.ActivateForm,
        "Solange das Portal nicht selbst zahlt, tragen Sie ein, seit wann das Projekt läuft und wer die "
        "Zahlung regelt.",
    ),
    "close": (forms.CloseForm, "Das Projekt ist zu Ende und abgerechnet. Das Geld bleibt zugesagt."),
    "hand_to_deputies": (
        forms.ConfirmForm,
        "Zu wenige sind frei von Interessenkonflikten. Danach liegt der Antrag bei der Vertretung, die das Regelwerk "
        "nennt.",
    ),
    "pass_to_deputies": (
        forms.ConfirmForm,
        "Niemand im Projektteam ist frei von Interessenkonflikten. Danach entscheidet ungeprüft die Vertretung, die "
        "das Regelwerk nennt. Die antragstellende Person erfährt, dass es weitergeht.",
    ),
    "pass_to_body": (
        forms.ConfirmForm,
        "Niemand im Projektteam ist frei von Interessenkonflikten. Danach berät ungeprüft das Gremium. Die "
        "antragstellende Person erfährt, dass es weitergeht.",
    ),
    "release_refusal": (
        forms.ConfirmForm,
        "Die antragstellende Person bekommt den Brief. Das lässt sich nicht zurücknehmen.",
    ),
    # The body (fund/meeting.py); everything else of it is done on the pages of the meeting (fund/desk/leading.py)
    "strike": (
        forms.ReasonForm,
        "Der Antrag wartet danach auf eine andere Sitzung. Die antragstellende Person erfährt davon nichts.",
    ),
    "ask_in_board": (
        forms.AskForm,
        "Das Gremium hat gefragt. Nur die Abschnitte, zu denen Sie etwas schreiben, lassen sich dann ändern; mit der "
        "Antwort wartet der Antrag wieder auf eine Sitzung. Die Nachricht geht sofort hinaus.",
    ),
}


TELLS |= letter_acts.TELLS


def note(application, part, by, now, values):
    handling.write_note(application, by=by, now=now, **values)


def message(application, part, by, now, values):
    handling.write_message(application, by=by, now=now, **values)


def translate(application, part, by, now, values):
    handling.translate(part, by=by, now=now, **values)


def handle(application, part, by, now, values):
    handling.handle(part, by=by, now=now)


def settle(application, part, by, now, values):
    handling.settle_flag(part, by=by, now=now, **values)


def summarise(application, part, by, now, values):
    """What a body decides on: in words of somebody who did not write the application, and before it is decided."""
    check_state(application, Application.OPEN)
    handling.change(application, by=by, now=now, **values)


def change(application, part, by, now, values):
    handling.change(application, by=by, now=now, **values)


def change_year(application, part, by, now, values):
    year_moves.move_year(application, values["year"], by=actors.staff(by), now=now, note=values["note"])


def declare(application, part, by, now, values):
    conflicts.declare(application, by, by=by, now=now, **values)


def check_state(application, states):
    if application.state not in states:
        raise Refused([guards.NOT_NOW])


def check(application, part, by, now, values):
    check_state(application, (Application.State.FORMAL_CHECK,))
    for key, (fine, words) in values["points"].items():
        checklist.tick(application, key, fine=fine, note=words, by=by, now=now)


def edit_letter(application, part, by, now, values):
    letters.edit(part, by=by, now=now, text_de=values["text_de"], text=values.get("text", ""), seen=values["seen"])


def read_letter(application, part, by, now, values):
    letters.read(part, by=by, now=now, seen=values["seen"])


ACTS = {name: Act(workflow.MOVES[name].label, form, moving(name), tells) for name, (form, tells) in TELLS.items()} | {
    DECLARING: Act(
        "Interessenkonflikt angeben",
        conflict_forms.OwnConflictForm,
        declare,
        "Wer einen Interessenkonflikt hat, prüft und entscheidet diesen Antrag nicht. Einen angegebenen Konflikt nimmt "
        "niemand zurück; was unklar ist, klärt die Leitung.",
        anchor="konflikt",
        done="Ihre Angabe ist gespeichert.",
    ),
    "notiz": Act("Notiz schreiben", forms.NoteForm, note, anchor="notizen"),
    "nachricht": Act(
        "Nachricht senden",
        forms.MessageForm,
        message,
        "Sie steht auf der Seite des Antrags; die antragstellende Person bekommt Bescheid.",
        anchor="nachrichten",
        done="Die Nachricht ist geschrieben.",
    ),
    "uebersetzen": Act(
        "Arbeitsübersetzung eintragen",
        forms.TranslationForm,
        translate,
        "Es gilt das Original; die Übersetzung steht gekennzeichnet daneben.",
        CaseMessage,
        "nachrichten",
    ),
    "bearbeitet": Act("als bearbeitet abhaken", forms.ConfirmForm, handle, "", CaseMessage, "nachrichten"),
    "hinweis": Act("Hinweis als geklärt abhaken", forms.FlagForm, settle, "", Flag, "hinweise"),
    "kurzfassung": Act("Kurzfassung speichern", forms.SummaryForm, summarise, anchor="kurzfassung"),
    "jahr": Act(
        "In ein anderes Jahr verschieben",
        money_forms.YearForm,
        change_year,
        "Der Antrag bleibt, wo er ist; nur sein Geld kommt aus dem anderen Jahr. Was vorgemerkt oder zugesagt ist, "
        "zieht in einem Schritt um oder gar nicht.",
        done="Der Antrag gehört jetzt zu dem anderen Jahr.",
    ),
    "aktenzeichen": Act("Aktenzeichen speichern", forms.FileNumberForm, change, anchor="fakten"),
    "pruefliste": Act("Prüfliste speichern", forms.ChecklistForm, check, anchor="pruefliste"),
    "brief": Act(
        "Brief ändern",
        forms.LetterForm,
        edit_letter,
        "Wer den Text ändert, hat ihn geschrieben: Danach liest ihn wieder jemand anderes.",
        Letter,
        "brief",
    ),
    "brief-gelesen": Act(
        "Gelesen und bereit zum Versand",
        forms.ReadForm,
        read_letter,
        "Sie bestätigen, dass Sie beide Fassungen gelesen haben.",
        Letter,
        "brief",
        "Der Brief gilt als gelesen.",
    ),
}


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
        context["ways"] = shortage.ways(application)
    if name in LETTER_ACTS:
        context |= shown_letter(application)
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
