"""The buttons of a case at the desk: their labels, what they tell, what they ask for and which door they go through.

Their pages are in fund/desk/acting.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

from fund import actors, checklist, conflicts, guards, handling, letters, workflow, year_moves
from fund.desk import conflict_forms, forms, letter_acts, money_forms
from fund.models import Application, CaseMessage, Flag, Letter
from wir.lib.workflow import Refused

DECLARING = "konflikt"  # open to whoever is in conflict


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
        "Zu wenige im Projektteam sind frei von Interessenkonflikten. Danach entscheidet ungeprüft die Vertretung, die "
        "das Regelwerk nennt. Die antragstellende Person erfährt, dass es weitergeht.",
    ),
    "pass_to_body": (
        forms.ConfirmForm,
        "Zu wenige im Projektteam sind frei von Interessenkonflikten. Danach berät ungeprüft das Gremium. Die "
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
