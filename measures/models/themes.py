"""The cross-cutting check: what a measure answers to each of the three themes, when planned and when finished."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from measures.models.measure import Measure
from strategy.models import CrossCuttingTheme
from wir.languages.models import Translated, TranslatedQuerySet
from wir.languages.text import is_blank


class ThemeAnswerQuerySet(TranslatedQuerySet):
    def public(self, samples=False):
        """Those of public measures."""
        return self.filter(measure__in=Measure.objects.public(samples))


class ThemeAnswer(Translated):
    """The answer of one measure to one theme (paper, chapter "Handlungsfelder und Querschnittsthemen").

    not_documented: the sources tell nothing; only for attested measures, shown in those words, and counted as a gap.
    """

    class Phase(models.TextChoices):
        PLANNED = "planned", "bei der Planung"
        FINISHED = "finished", "nach dem Abschluss"

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="answers", verbose_name="Maßnahme")
    theme = models.ForeignKey(CrossCuttingTheme, models.PROTECT, related_name="+", verbose_name="Querschnittsthema")
    phase = models.CharField("wann", max_length=10, choices=Phase.choices, default=Phase.PLANNED)
    not_documented = models.BooleanField("in den Quellen nicht belegt", default=False)
    plain = models.TextField(
        "Antwort", blank=True, help_text="Zum Beispiel: Geprüft wurden Anmeldung und Kosten; beides ist kostenlos."
    )

    objects = ThemeAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = "Antwort zu einem Querschnittsthema"
        verbose_name_plural = "Antworten zu den Querschnittsthemen"
        ordering = ["phase", "theme__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "theme", "phase"],
                name="one_answer_per_theme",
                violation_error_message="Zu diesem Thema gibt es schon eine Antwort.",
            ),
            models.CheckConstraint(
                condition=Q(not_documented=True) & (Q(plain_de__isnull=True) | Q(plain_de=""))
                | Q(not_documented=False, plain_de__isnull=False, plain_de__gt=""),
                name="answer_is_text_or_not_documented",
                violation_error_message="Bitte geben Sie eine Antwort oder wählen Sie „nicht belegt“, nicht beides.",
            ),
        ]

    def __str__(self):
        return f"{self.measure}: {self.theme}"

    def clean(self):
        """An answer has letters that can be seen. Made here, a measure has no sources that could be silent."""
        if not self.not_documented and is_blank(self.plain_de):
            raise ValidationError({"plain_de": "Bitte geben Sie eine Antwort."})
        if self.not_documented and self.measure.origin == Measure.Origin.MADE_HERE:
            raise ValidationError(
                {"not_documented": "Das gibt es nur bei belegten Maßnahmen. Diese Maßnahme ist hier angelegt."}
            )

    def save(self, *args, **kwargs):
        self.clean()
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        """A published measure that was made here keeps its answers; withdraw it first, or change the answer."""
        if self.measure.published and self.measure.origin == Measure.Origin.MADE_HERE:
            raise ValidationError("Eine veröffentlichte Maßnahme behält ihre Antworten. Ziehen Sie sie zuerst zurück.")
        return super().delete(*args, **kwargs)
