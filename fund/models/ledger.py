"""The ledger of the fund: every movement of money as one row that nobody changes or takes away."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fund.models.applications import Application
from fund.models.office import Decision
from fund.models.years import FundYear, Pot
from strategy.models import CouncilPaper
from wir.append_only import AppendOnlyModel
from wir.columns import EuroField


class LedgerEntry(AppendOnlyModel):
    """One movement of money of a year (fund design, 1.6). Written by fund/money.py only.

    amount: euro, always above zero; the kind says in which direction. key: names what happened, so that it happens
    once. by: empty where the applicant or the clock moved it. It holds no name and no word of a case, so it stays
    when a case is erased. The kinds of OF_YEAR belong to a year and to no case: their sum is its ceiling, and
    council_paper or source says who decided it.
    """

    class Kind(models.TextChoices):
        ALLOCATE = "allocate", "bereitgestellt"
        REDUCE = "reduce", "gekürzt"
        CARRY_OUT = "carry_out", "in ein anderes Jahr übertragen"
        CARRY_IN = "carry_in", "aus einem anderen Jahr übertragen"
        HOLD = "hold", "vorgemerkt"
        UNHOLD = "unhold", "Vormerkung gelöst"
        COMMIT = "commit", "zugesagt"
        UNCOMMIT = "uncommit", "Zusage gelöst"

    OF_YEAR = (Kind.ALLOCATE, Kind.REDUCE, Kind.CARRY_OUT, Kind.CARRY_IN)

    kind = models.CharField("Art", max_length=10, choices=Kind.choices)
    amount = EuroField("Betrag (Euro)")
    year = models.ForeignKey(FundYear, models.PROTECT, related_name="entries", verbose_name="Jahr")
    pot = models.ForeignKey(Pot, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="Topf")
    application = models.ForeignKey(
        Application, models.PROTECT, null=True, blank=True, related_name="entries", verbose_name="Antrag"
    )
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, blank=True, related_name="entries")
    key = models.CharField(max_length=60, unique=True)
    council_paper = models.ForeignKey(
        CouncilPaper, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Drucksache"
    )
    source = models.CharField("andere Quelle", max_length=300, blank=True)
    at = models.DateTimeField("Zeit")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="von"
    )

    class Meta:
        verbose_name = "Buchung"
        verbose_name_plural = "Buchungen"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="ledger_amount_above_zero",
                violation_error_message="Beträge im Buch sind größer als null.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("allocate", "reduce", "carry_out", "carry_in"), application__isnull=True)
                | Q(kind__in=("hold", "unhold", "commit", "uncommit"), application__isnull=False),
                name="ledger_names_its_case",
                violation_error_message="Buchungen eines Jahres gehören zu keinem Antrag, alle anderen zu einem.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="commit") | Q(decision__isnull=False),
                name="commit_has_its_decision",
                violation_error_message="Zugesagt wird nur, was entschieden ist.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.amount}"
