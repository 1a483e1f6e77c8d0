"""What was handed in, frozen: staff check and decide on a revision, never on answers that still move."""

from django.db import models

from fund.models.applications import Application
from fund.models.rules import ApplicantKind
from wir.columns import EuroField
from wir.lib.workflow import Refused

FROZEN = "Eine eingereichte Fassung wird nicht geändert; eine Änderung ist eine neue Fassung."


class RevisionQuerySet(models.QuerySet):
    def update(self, **values):
        raise Refused([FROZEN])

    def bulk_update(self, *args, **kwargs):
        raise Refused([FROZEN])


class Revision(models.Model):
    """The answers at one moment. answers: {question: {row: text}} as typed; files: [[pk, name, digest]].

    The typed columns are what desks list, routing reads and sums add: euro as Decimal, days in Hannover.
    own_share_percent is worked out of them where it is shown, never stored.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    language = models.CharField(max_length=10)
    answers = models.JSONField()
    files = models.JSONField(default=list)
    kind = models.CharField("Wer", max_length=20, choices=ApplicantKind.choices)
    applicant = models.CharField("antragstellend", max_length=200)
    person = models.CharField("verantwortlich", max_length=200, blank=True)
    title = models.CharField("Titel", max_length=200)
    requested = EuroField("beantragt")
    total = EuroField("Gesamtkosten")
    starts_on = models.DateField("Beginn")
    ends_on = models.DateField("Ende")
    district = models.ForeignKey(
        "strategy.District", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Stadtbezirk"
    )
    tier = models.CharField("Stufe", max_length=20)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        verbose_name = "Fassung"
        verbose_name_plural = "Fassungen"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="one_revision")]

    def __str__(self):
        return f"Fassung {self.number}"

    def save(self, *args, **kwargs):
        if self.pk and not kwargs.get("force_insert"):
            raise Refused([FROZEN])
        super().save(*args, **kwargs)
