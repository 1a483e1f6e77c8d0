from django.contrib.auth.models import AbstractUser, Group
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from wir.languages import registry


class User(AbstractUser):
    """Somebody who works in the back office."""

    is_demo = models.BooleanField("Demo-Konto", default=False, editable=False)  # signs in only while DEMO=1
    language = models.CharField(
        "Sprache",
        max_length=10,
        choices=registry.django_languages(),
        default=registry.SOURCE.code,
        help_text="In dieser Sprache kommen Einladung und Hinweise. Die Verwaltung selbst ist deutsch.",
    )

    class Meta:
        verbose_name = "Konto"
        verbose_name_plural = "Konten"
        permissions = [
            ("invite_user", "Darf zu Konten einladen"),
            ("reset_factor", "Darf den zweiten Faktor einer Person zu zweit zurücksetzen"),
        ]

    def __str__(self):
        return self.get_full_name() or self.username


class LanguageGrant(models.Model):
    """The right of a person or a group to translate into one language, or to review it."""

    class Right(models.TextChoices):
        TRANSLATE = "translate", "übersetzen"
        REVIEW = "review", "prüfen"

    user = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="language_grants", verbose_name="Konto"
    )
    group = models.ForeignKey(
        Group, models.CASCADE, null=True, blank=True, related_name="language_grants", verbose_name="Gruppe"
    )
    language = models.CharField(
        "Sprache",
        max_length=12,
        help_text="Zum Beispiel tr für Türkisch. Deutsch ist die Vorlage und steht nicht hier.",
    )
    right = models.CharField("Recht", max_length=10, choices=Right.choices, default=Right.TRANSLATE)

    class Meta:
        verbose_name = "Sprachrecht"
        verbose_name_plural = "Sprachrechte"
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, group__isnull=True) | Q(user__isnull=True, group__isnull=False),
                name="grant_to_person_or_group",
                violation_error_message="Ein Sprachrecht gehört entweder einem Konto oder einer Gruppe.",
            ),
            models.UniqueConstraint(fields=["user", "language", "right"], name="one_grant_per_person"),
            models.UniqueConstraint(fields=["group", "language", "right"], name="one_grant_per_group"),
        ]

    def __str__(self):
        return f"{self.user or self.group}: {self.get_right_display()} {self.language}"

    def clean(self):
        if self.language not in {language.code for language in registry.TRANSLATIONS}:
            codes = ", ".join(language.code for language in registry.TRANSLATIONS)
            raise ValidationError({"language": f"Diese Sprache kennt das Portal nicht. Möglich sind: {codes}."})
