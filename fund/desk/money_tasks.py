"""What waits for somebody because of money: books that do not agree, and money that is back."""

from django.urls import reverse

from fund import books, holds
from fund.budget import CONFIRM
from fund.desk import numbers
from fund.models import CarryOver
from fund.permissions import may_work

BOOKS = "fund.view_ledgerentry"


def tasks(user, today):
    """(count, text, address), for the index of the back office; the alarm first."""
    if user.has_perm(BOOKS):
        wrong, _at = books.alarm()
        if wrong:
            yield len(wrong), "Unstimmigkeiten im Buch des Fonds: bitte sofort ansehen", address("pruefung")
    if user.has_perm(CONFIRM):
        waiting = CarryOver.objects.filter(confirmed_at=None, dropped_at=None).exclude(proposed_by=user)
        yield from counted(waiting.count(), "Überträge zwischen Jahren sind zu genehmigen", address("uebertraege"))
    if not may_work(user):
        return
    for sample in numbers.samples():
        told = " (Beispiele)" if sample else ""
        back = len(holds.could_go(sample))
        yield from counted(back, f"Geld ist wieder da: erste auf der Warteliste{told}", address("wieder-da", sample))


def counted(number, text, where):
    if number:
        yield number, text, where


def address(anchor, sample=False):
    return reverse("admin:fund_money") + ("?beispiele=1" if sample else "") + f"#{anchor}"
