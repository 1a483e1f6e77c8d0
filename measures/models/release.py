"""Planned releases: several changes become public in one minute. And views that the office has opened to the public."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from measures.models.measure import Measure
from measures.models.progress import Update


class ReleaseQuerySet(models.QuerySet):
    def due(self, now):
        return self.filter(state=Release.State.PLANNED, at__lte=now).order_by("at", "pk")


class Release(models.Model):
    """Changes that become public together at one moment. state is written by releases.py only."""

    class State(models.TextChoices):
        PLANNED = "planned", "geplant"
        DONE = "done", "veröffentlicht"
        FAILED = "failed", "nicht möglich"
        CANCELLED = "cancelled", "abgesagt"

    title = models.CharField("Name", max_length=120, help_text="Zum Beispiel: Halbjahresbericht 2027")
    at = models.DateTimeField("Zeitpunkt", help_text="Hannoverscher Zeit. Bis dahin bleibt alles unsichtbar.")
    state = models.CharField("Stand", max_length=10, choices=State.choices, default=State.PLANNED, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")
    reasons = models.TextField("was im Weg stand", blank=True, editable=False)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = "geplante Veröffentlichung"
        verbose_name_plural = "geplante Veröffentlichungen"
        ordering = ["-at"]

    def __str__(self):
        return self.title


class ReleaseItem(models.Model):
    """One move of a release: a measure or an update, and what happens to it."""

    class Move(models.TextChoices):
        PUBLISH = "publish", "veröffentlichen"
        WITHDRAW = "withdraw", "zurückziehen"

    release = models.ForeignKey(Release, models.CASCADE, related_name="items", verbose_name="Veröffentlichung")
    measure = models.ForeignKey(
        Measure, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="Maßnahme"
    )
    update = models.ForeignKey(Update, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="Meldung")
    move = models.CharField("Schritt", max_length=10, choices=Move.choices, default=Move.PUBLISH)

    class Meta:
        verbose_name = "Teil einer Veröffentlichung"
        verbose_name_plural = "Teile einer Veröffentlichung"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(measure__isnull=False, update__isnull=True) | Q(measure__isnull=True, update__isnull=False),
                name="release_item_is_one_thing",
                violation_error_message="Bitte wählen Sie entweder eine Maßnahme oder eine Meldung.",
            )
        ]

    def __str__(self):
        return f"{self.measure or self.update}: {self.get_move_display()}"


class Disclosure(models.Model):
    """A view that stays internal until the office opens it, with who opened it and when."""

    class View(models.TextChoices):
        PUNCTUALITY = "punctuality", "Pünktlichkeit der Stellen"

    view = models.CharField("Ansicht", max_length=20, choices=View.choices, unique=True)
    at = models.DateTimeField("freigegeben am", auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        verbose_name = "Freigabe einer Ansicht"
        verbose_name_plural = "Freigaben von Ansichten"

    def __str__(self):
        return self.get_view_display()
