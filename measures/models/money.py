"""Money and staff of a measure, year by year: planned beside actual."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from measures.models.measure import Measure
from wir.columns import EuroField, FullTimeField
from wir.languages.models import Stamped


class BudgetQuerySet(models.QuerySet):
    def public(self, samples=False):
        """Those of public measures."""
        return self.filter(measure__in=Measure.objects.public(samples))


class Budget(Stamped):
    """What one source gives to a measure in one year. Amounts in euro (Decimal), staff in full-time equivalents.

    Empty means not known; a nought means nothing.
    """

    class Kind(models.TextChoices):
        RUNNING = "running", "laufende Kosten"
        INVESTMENT = "investment", "Investition"
        UNKNOWN = "unknown", "nicht bekannt"

    class Source(models.TextChoices):
        OWN = "own", "eigener Haushalt"
        FUND = "fund", "Innovationsfonds"
        THIRD_PARTY = "third_party", "andere Geldgeber"

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="budgets", verbose_name="Maßnahme")
    year = models.PositiveSmallIntegerField(
        "Jahr", validators=[MinValueValidator(2000), MaxValueValidator(2199)], help_text="Zum Beispiel: 2027"
    )
    kind = models.CharField("Art", max_length=12, choices=Kind.choices, default=Kind.UNKNOWN)
    source = models.CharField("Geldquelle", max_length=12, choices=Source.choices, default=Source.OWN)
    planned = EuroField("geplant (Euro)", null=True, blank=True, help_text="Zum Beispiel: 12.500,00")
    actual = EuroField("ausgegeben (Euro)", null=True, blank=True, help_text="Leer: nicht bekannt")
    planned_staff = FullTimeField("Stellen geplant", null=True, blank=True, help_text="Zum Beispiel: 0,5")
    actual_staff = FullTimeField("Stellen besetzt", null=True, blank=True, help_text="Zum Beispiel: 0,5")
    origin = models.CharField("Quelle der Angabe", max_length=300, blank=True, help_text="Zum Beispiel: Haushaltsplan")

    objects = BudgetQuerySet.as_manager()

    class Meta:
        verbose_name = "Geld und Stellen"
        verbose_name_plural = "Geld und Stellen"
        ordering = ["year", "source", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "year", "kind", "source"],
                name="one_budget_line",
                violation_error_message="Für dieses Jahr, diese Art und diese Geldquelle gibt es schon eine Zeile.",
            ),
            models.CheckConstraint(
                condition=~Q(planned=None, actual=None, planned_staff=None, actual_staff=None),
                name="budget_says_something",
                violation_error_message="Bitte tragen Sie mindestens einen Betrag oder eine Stelle ein.",
            ),
            models.CheckConstraint(
                condition=(Q(planned=None) | Q(planned__gte=0))
                & (Q(actual=None) | Q(actual__gte=0))
                & (Q(planned_staff=None) | Q(planned_staff__gte=0))
                & (Q(actual_staff=None) | Q(actual_staff__gte=0)),
                name="budget_is_not_negative",
                violation_error_message="Beträge und Stellen sind nie kleiner als null.",
            ),
        ]

    def __str__(self):
        return f"{self.measure}: {self.year}"
