"""Files that belong to a case: outside of every public path, under random names, checked before anybody opens them."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fund.models.answers import Saved
from fund.models.applications import Application


class CaseFileQuerySet(models.QuerySet):
    def kept(self):
        return self.filter(removed_at__isnull=True)


class CaseFile(Saved):
    """One file. name: as shown, cleaned of direction signs; stored: its random name in the store; size in bytes.

    scan: what the virus scanner said. Unscanned files open with a warning where no scanner is set (CLAMD_URL).
    """

    class Scan(models.TextChoices):
        UNSCANNED = "unscanned", "nicht geprüft (kein Virenscanner eingerichtet)"
        PENDING = "pending", "wartet auf den Virenscanner"
        CLEAN = "clean", "ohne Befund"
        INFECTED = "infected", "Virus gefunden, gelöscht"

    application = models.ForeignKey(Application, models.CASCADE, related_name="files", verbose_name="Antrag")
    section = models.CharField(max_length=40)  # the step of fund/questions.py it was handed in with
    name = models.CharField("Name", max_length=120)
    kind = models.CharField("Art", max_length=10)
    size = models.PositiveIntegerField("Größe")
    digest = models.CharField(max_length=64)
    stored = models.CharField(max_length=80, unique=True)
    scan = models.CharField("Prüfung", max_length=10, choices=Scan.choices, default=Scan.UNSCANNED)
    scanned_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseFileQuerySet.as_manager()

    class Meta:
        verbose_name = "Datei"
        verbose_name_plural = "Dateien"
        ordering = ["saved_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="file_is_not_empty"),
            models.UniqueConstraint(
                fields=["application", "section", "digest"],
                condition=Q(removed_at__isnull=True),
                name="one_copy_of_a_file",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def is_safe(self):
        """May anybody open the content? Where a scanner is set, only what it has passed."""
        return self.scan == self.Scan.CLEAN or (self.scan == self.Scan.UNSCANNED and not settings.CLAMD_URL)

    @property
    def is_openable(self):
        return self.removed_at is None and self.is_safe
