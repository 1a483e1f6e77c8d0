"""What can be done where the money does not reach: less, the waiting list, another year (fund design, 1.6, point 4)."""

from dataclasses import dataclass

from django.urls import reverse

from fund import deciding, money, year_moves
from fund.guards import decision_of
from fund.models import Application
from wir.lib.formats import euro

State = Application.State


@dataclass(frozen=True)
class Way:
    text: str
    label: str
    address: str


def ways(application, now):
    """The ways out for a case whose money is not there now; [] where it is, or where nobody asks for money."""
    decision = decision_of(application)
    amount = decision.amount if decision and decision.amount else application.revision.requested
    refusal = money.refusal(application, amount)
    if refusal is None:
        return []
    found = []
    if application.state == State.TEAM_DECISION:
        drop = act(application, "drop_decision")
        if refusal.free:
            text = f"Weniger bewilligen: höchstens {euro(refusal.free, 'de')}."
            found.append(
                Way(f"{text} Der Vorschlag wird dafür verworfen.", "Vorschlag verwerfen", drop)
                if decision
                else Way(text, "weniger bewilligen", act(application, "propose_approval"))
            )
        if not list(deciding.no_list(application, refusal, now)):
            text = "Auf die Warteliste: Der Platz folgt aus dem Tag des Eingangs."
            found.append(
                Way(f"{text} Der Vorschlag wird dafür verworfen.", "Vorschlag verwerfen", drop)
                if decision
                else Way(text, "Warteliste vorschlagen", act(application, "propose_waitlist"))
            )
    if application.state in year_moves.MOVABLE and year_moves.choices(application).exists():
        found.append(Way("Das Geld eines anderen Jahres nehmen.", "anderes Jahr", act(application, "jahr")))
    return found


def act(application, name):
    return reverse("admin:fund_act", args=[application.pk, name])
