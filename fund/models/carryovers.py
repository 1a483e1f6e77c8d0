"""Money that goes from one year of the fund into another: proposed by one person, approved by another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from fund.models.office import paired
from fund.models.years import FundYear
from strategy.models import CouncilPaper
from wir.columns import EuroField

USER = settings.AUTH_USER_MODEL


class CarryOver(models.Model):
    """A proposal to carry money over, and what became of it (fund design, 1.6, point 5).

    amount: euro, what nobody has promised. council_paper or reference: who decided it, as told in the ledger. Until it
    is confirmed nothing is booked; then both entries are, in one step. dropped: it was taken back or found wrong.
    """

    source_year = models.ForeignKey(FundYear, models.PROTECT, related_name="carried_out", verbose_name="aus dem Jahr")
    target_year = models.ForeignKey(FundYear, models.PROTECT, related_name="carried_in", verbose_name="in das Jahr")
    amount = EuroField("Betrag (Euro)")
    council_paper = models.ForeignKey(
        CouncilPaper, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Drucksache"
    )
    reference = models.CharField("andere Quelle", max_length=300, blank=True)
    proposed_at = models.DateTimeField("vorgeschlagen am")
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="vorgeschlagen von")
    confirmed_at = models.DateTimeField("genehmigt am", null=True, blank=True)
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_at = models.DateTimeField("verworfen am", null=True, blank=True)
    dropped_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "Übertrag"
        verbose_name_plural = "Überträge"
        ordering = ["proposed_at", "pk"]
        permissions = [("confirm_carryover", "Überträge zwischen Jahren genehmigen")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="carry_over_above_zero",
                violation_error_message="Übertragen wird ein Betrag über null.",
            ),
            models.CheckConstraint(
                condition=~Q(source_year=F("target_year")),
                name="carry_over_between_two_years",
                violation_error_message="Übertragen wird von einem Jahr in ein anderes.",
            ),
            paired("confirmed_at", "confirmed_by", "confirmed_carry_over_has_a_person"),
            paired("dropped_at", "dropped_by", "dropped_carry_over_has_a_person"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="carry_over_confirmed_by_another",
                violation_error_message="Was eine Person vorschlägt, genehmigt eine andere.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(dropped_at__isnull=True),
                name="carry_over_has_one_end",
                violation_error_message="Ein Übertrag ist genehmigt oder verworfen, nicht beides.",
            ),
            models.CheckConstraint(
                condition=Q(council_paper__isnull=False) | ~Q(reference=""),
                name="carry_over_has_source",
                violation_error_message="Zu einem Übertrag gehört eine Drucksache oder eine andere Quelle.",
            ),
        ]

    def __str__(self):
        return f"Übertrag von {self.source_year} nach {self.target_year}"

    @property
    def is_open(self):
        return self.confirmed_at is None and self.dropped_at is None
