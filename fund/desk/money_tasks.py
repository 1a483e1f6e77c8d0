"""What waits for somebody because of money: books that do not agree, and money that is back."""

from django.urls import reverse

from fund import books, holds
from fund.budget import CONFIRM
from fund.desk import numbers
from fund.models import CarryOver
from fund.permissions import may_work
from wir.lib.formats import one_or_many

BOOKS = "fund.view_ledgerentry"

# Beside the number 1, and beside others
WRONG = (
    "Unstimmigkeit im Buch des Fonds: bitte sofort ansehen",
    "Unstimmigkeiten im Buch des Fonds: bitte sofort ansehen",
)
CARRIES = ("Übertrag zwischen Jahren ist zu genehmigen", "Überträge zwischen Jahren sind zu genehmigen")
BACK = ("Geld ist wieder da: erster Antrag auf der Warteliste", "Geld ist wieder da: erste Anträge auf der Warteliste")


def tasks(user, today):
    """(count, text, address), for the index of the back office; the alarm first."""
    if user.has_perm(BOOKS):
        wrong, _at = books.alarm()
        if wrong:
            yield from counted(len(wrong), WRONG, address("pruefung"))
    if user.has_perm(CONFIRM):
        waiting = CarryOver.objects.filter(confirmed_at=None, dropped_at=None).exclude(proposed_by=user)
        yield from counted(waiting.count(), CARRIES, address("uebertraege"))
    if not may_work(user):
        return
    for sample in numbers.samples():
        told = " (Beispiele)" if sample else ""
        back = len(holds.could_go(sample))
        yield from counted(back, [form + told for form in BACK], address("wieder-da", sample))


def counted(number, forms, where):
    if number:
        yield number, one_or_many(number, *forms), where


def address(anchor, sample=False):
    return reverse("admin:fund_money") + ("?beispiele=1" if sample else "") + f"#{anchor}"
