"""How far a measure is: dated updates that may change its status, and milestones."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from measures.models.measure import Measure, Status
from wir.columns import PeriodField
from wir.languages.models import Translated, TranslatedQuerySet


class UpdateQuerySet(TranslatedQuerySet):
    def public(self, samples=False):
        """Published, of a public measure. The one place where this is decided."""
        return self.filter(state=Update.State.PUBLISHED, measure__in=Measure.objects.public(samples))


class Update(Translated):
    """Something told about a measure on a day. With a status it changes the measure's, and then says why.

    state is written by workflow.py only. previous: the status before, worked out there, so that "moved from planned to
    running" needs no search.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        PUBLISHED = "published", "veröffentlicht"
        TAKEN_BACK = "taken_back", "zurückgenommen"

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="updates", verbose_name="Maßnahme")
    day = PeriodField("Datum", edge="last", null=False, blank=False, help_text="Zum Beispiel: 15.03.2026 oder 2026")
    status = models.ForeignKey(
        Status, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="neuer Status"
    )
    title = models.CharField("Überschrift", max_length=200, help_text="Zum Beispiel: Der Beginn verschiebt sich")
    plain = models.TextField("Begründung", help_text="Was ist geschehen, und warum? Zwei bis fünf kurze Sätze.")
    source = models.CharField(
        "Quelle",
        max_length=400,
        blank=True,
        help_text="Zum Beispiel: Bericht an den Internationalen Ausschuss, Mai 2026",
    )
    link = models.URLField("Adresse der Quelle", max_length=500, blank=True, help_text="Zum Beispiel: https://…")
    internal_note = models.TextField("interne Notiz", blank=True, help_text="Wird nie veröffentlicht.")
    state = models.CharField("Stand der Meldung", max_length=12, choices=State.choices, default=State.DRAFT)
    published_at = models.DateTimeField("veröffentlicht am", null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    pack_key = models.CharField(max_length=20, blank=True, editable=False)  # of the entry in the content pack
    previous = models.ForeignKey(Status, models.PROTECT, null=True, blank=True, editable=False, related_name="+")

    objects = UpdateQuerySet.as_manager()

    class Meta:
        verbose_name = "Meldung"
        verbose_name_plural = "Meldungen"
        ordering = ["-day", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__isnull=True) | Q(plain_de__isnull=False, plain_de__gt=""),
                name="status_has_a_reason",
                violation_error_message="Ein neuer Status braucht eine Begründung.",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="published_update_has_a_moment",
                violation_error_message="Eine veröffentlichte Meldung hat einen Zeitpunkt der Veröffentlichung.",
            ),
            models.UniqueConstraint(fields=["pack_key"], condition=~Q(pack_key=""), name="one_update_per_pack_entry"),
        ]

    def __str__(self):
        return f"{self.day}: {self.title_de or ''}"


class MilestoneQuerySet(TranslatedQuerySet):
    def public(self, samples=False):
        """Published, of a public measure."""
        return self.filter(published=True, measure__in=Measure.objects.public(samples))

    def late(self, today):
        return self.filter(done_on__isnull=True, due__lt=today)


class Milestone(Translated):
    """A step on the way. first_due keeps the deadline that was published first."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="milestones", verbose_name="Maßnahme")
    title = models.CharField("Schritt", max_length=200, help_text="Zum Beispiel: Der Träger ist ausgewählt")
    due = PeriodField("Frist", edge="last", null=False, blank=False, help_text="Zum Beispiel: 2027-Q2")
    first_due = PeriodField("erste veröffentlichte Frist", edge="last", editable=False)
    done_on = models.DateField("erledigt am", null=True, blank=True, help_text="Leer, solange der Schritt offen ist")
    published = models.BooleanField("veröffentlicht", default=True)

    objects = MilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = "Meilenstein"
        verbose_name_plural = "Meilensteine"
        ordering = ["due", "pk"]

    def __str__(self):
        return self.title_de or str(self.due)

    def is_late(self, today):
        return self.done_on is None and self.due.last < today
