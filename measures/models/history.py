"""What happened to a measure, as rows of its own: one source for the public sentences and for the inner history."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from measures.models.measure import Measure
from measures.models.progress import Milestone, Update
from wir.columns import PeriodField


class Plan(models.Model):
    """The planned dates of a measure as published from a moment on. The first row is the first promise."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="plans", verbose_name="Maßnahme")
    recorded_at = models.DateTimeField("veröffentlicht am")
    start = PeriodField("Beginn")
    end = PeriodField("Ende", edge="last")

    class Meta:
        verbose_name = "veröffentlichter Zeitplan"
        verbose_name_plural = "veröffentlichte Zeitpläne"
        ordering = ["recorded_at", "pk"]

    def __str__(self):
        return f"{self.start or '?'} – {self.end or '?'}"


class ChangeQuerySet(models.QuerySet):
    def told(self):
        """Public kinds, and only while the thing told is public itself."""
        return self.filter(
            Q(update__isnull=True) | Q(update__state=Update.State.PUBLISHED),
            Q(milestone__isnull=True) | Q(milestone__published=True),
            kind__in=Change.PUBLIC,
        )

    def public(self, samples=False):
        """What residents may read: what is told of public measures."""
        return self.told().filter(measure__in=Measure.objects.public(samples))


class Change(models.Model):
    """One thing that happened to a measure.

    fields: for EDITED, {field: [before, after]} as people read them; staff see it as the history of the measure.
    """

    class Kind(models.TextChoices):
        PUBLISHED = "published", "veröffentlicht"
        WITHDRAWN = "withdrawn", "zurückgezogen"
        UPDATE = "update", "Meldung veröffentlicht"
        TAKEN_BACK = "taken_back", "Meldung zurückgenommen"
        PLAN = "plan", "Zeitplan geändert"
        MILESTONE = "milestone", "Meilenstein erreicht"
        EDITED = "edited", "bearbeitet"

    PUBLIC = (Kind.PUBLISHED, Kind.UPDATE, Kind.PLAN, Kind.MILESTONE)

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="changes", verbose_name="Maßnahme")
    kind = models.CharField("was", max_length=12, choices=Kind.choices)
    at = models.DateTimeField("wann", db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    update = models.ForeignKey(Update, models.CASCADE, null=True, blank=True, related_name="+")
    milestone = models.ForeignKey(Milestone, models.CASCADE, null=True, blank=True, related_name="+")
    before = models.ForeignKey(Plan, models.CASCADE, null=True, blank=True, related_name="+")
    plan = models.ForeignKey(Plan, models.CASCADE, null=True, blank=True, related_name="+")
    fields = models.JSONField("Felder", default=dict, blank=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        verbose_name = "Änderung"
        verbose_name_plural = "Änderungen"
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["measure", "at"], name="change_of_measure")]

    def __str__(self):
        return f"{self.at:%Y-%m-%d} {self.get_kind_display()}"
