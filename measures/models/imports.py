"""One import of a table: what was read, what it changed, and what an undo puts back."""

from django.conf import settings
from django.db import models


class ImportRun(models.Model):
    """rows: the table as read, kept until it is applied. undo: {number: fields before}, None for a new measure."""

    class State(models.TextChoices):
        PREVIEW = "preview", "Vorschau"
        APPLIED = "applied", "übernommen"
        UNDONE = "undone", "zurückgenommen"

    file_name = models.CharField("Datei", max_length=200)
    state = models.CharField("Stand", max_length=10, choices=State.choices, default=State.PREVIEW)
    at = models.DateTimeField("gelesen am")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="von"
    )
    rows = models.JSONField("Zeilen", default=list)
    undo = models.JSONField("vorher", default=dict)
    created_count = models.PositiveIntegerField("neu", default=0)
    changed_count = models.PositiveIntegerField("geändert", default=0)
    unchanged_count = models.PositiveIntegerField("unverändert", default=0)

    class Meta:
        verbose_name = "Einlesen von Maßnahmen"
        verbose_name_plural = "Einlesen von Maßnahmen"
        ordering = ["-at"]

    def __str__(self):
        return f"{self.file_name} ({self.get_state_display()})"
