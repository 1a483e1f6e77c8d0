"""Minutes of a meeting in versions: who was there, and for each topic what came of it, inside and in public.

Approved minutes never change. A correction is a new version, with its reason; until it is approved and published the
older one stays what everybody reads.
"""

from datetime import time

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q

from strategy.models.bodies import SeatHolder
from strategy.models.meetings import AgendaItem, Meeting
from wir.languages.models import Translated, TranslatedQuerySet
from wir.lib.workflow import Refused

FROZEN = "Dieses Protokoll ist genehmigt und lässt sich nicht mehr ändern. Eine Berichtigung ist eine neue Fassung."


class Freezing(models.QuerySet):
    """Base: several at once are added, changed or deleted only where none of them belongs to approved minutes."""

    state = "minutes__state"

    def bulk_create(self, objs, *args, **kwargs):
        """Neither lines for approved minutes, nor rows that take the place of frozen ones."""
        rows = list(objs)
        with transaction.atomic():
            for pk in {getattr(row, "minutes_id", row.pk) for row in rows}:
                refuse_frozen(pk)
            self.filter(pk__in=[row.pk for row in rows if row.pk]).refuse_frozen()
            return super().bulk_create(rows, *args, **kwargs)

    bulk_create.alters_data = True

    def update(self, **values):
        self.refuse_frozen()
        return super().update(**values)

    update.alters_data = True

    def delete(self):
        self.refuse_frozen()
        return super().delete()

    delete.alters_data = True
    delete.queryset_only = True

    def refuse_frozen(self):
        if self.filter(**{self.state: Minutes.State.APPROVED}).exists():
            raise Refused([FROZEN])


class MinutesQuerySet(Freezing):
    state = "state"

    def public(self, samples=False):
        """The public extract in force: of each public meeting the newest version whose extract was released."""
        newer = Minutes.objects.filter(
            meeting=OuterRef("meeting"), version__gt=OuterRef("version"), extract_published_at__isnull=False
        )
        released = self.filter(extract_published_at__isnull=False, meeting__in=Meeting.objects.public(samples))
        return released.exclude(Exists(newer))


class Minutes(models.Model):
    """One version. state, approval and release are written by workflow.py only."""

    class State(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        LAID = "laid", "liegt den Mitgliedern vor"
        APPROVED = "approved", "genehmigt"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="minutes", verbose_name="Sitzung")
    version = models.PositiveSmallIntegerField("Fassung", default=1)
    reason = models.CharField("Grund der Berichtigung", max_length=300, blank=True)
    general = models.TextField("Allgemeines", blank=True, help_text="Intern: Gäste, Ablauf, Anmerkungen")
    state = models.CharField("Stand", max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    approved_in = models.ForeignKey(
        Meeting,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="approvals",
        verbose_name="genehmigt in der Sitzung",
    )
    approved_at = models.DateTimeField("genehmigt am", null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    extract_published_at = models.DateTimeField("Auszug veröffentlicht am", null=True, blank=True, editable=False)
    extract_published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )

    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = "Protokoll"
        verbose_name_plural = "Protokolle"
        ordering = ["-meeting__day", "-version"]
        permissions = [("approve_minutes", "Protokolle genehmigen")]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "version"], name="one_minutes_version"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=~Q(state="approved"),
                name="one_open_minutes_version",
                violation_error_message="Es gibt schon eine offene Fassung dieses Protokolls.",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", approved_at__isnull=False, approved_in__isnull=False)
                | ~Q(state="approved") & Q(approved_at__isnull=True, approved_in__isnull=True),
                name="approved_minutes_name_the_meeting",
                violation_error_message="Genehmigt wird ein Protokoll in einer Sitzung.",
            ),
            models.CheckConstraint(
                condition=Q(extract_published_at__isnull=True) | Q(state="approved"),
                name="only_approved_extracts_are_public",
                violation_error_message="Öffentlich wird nur der Auszug eines genehmigten Protokolls.",
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(reason=""),
                name="correction_says_why",
                violation_error_message="Eine Berichtigung sagt, warum es sie gibt.",
            ),
        ]

    def __str__(self):
        return f"Protokoll {self.meeting}, Fassung {self.version}"

    @property
    def is_frozen(self):
        return self.state == self.State.APPROVED

    def save(self, *args, **kwargs):
        refuse_frozen(self.pk)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        refuse_frozen(self.pk)
        return super().delete(*args, **kwargs)


def refuse_frozen(pk):
    """Raises Refused where the minutes with this key are approved, whatever the object at hand says of itself.

    Asks by writing: who approves at the same moment waits for this transaction, or this one sees the approval.
    """
    if pk and not Minutes._base_manager.filter(pk=pk).exclude(state=Minutes.State.APPROVED).update(state=F("state")):
        if Minutes._base_manager.filter(pk=pk).exists():
            raise Refused([FROZEN])


class OfMinutes(models.Model):
    """Base of the lines of minutes: they change only while their minutes do, and leave no frozen ones for others."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic():
            self.refuse_frozen()
            super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            self.refuse_frozen()
            return super().delete(*args, **kwargs)

    def refuse_frozen(self):
        stored = type(self)._base_manager.filter(pk=self.pk).values_list("minutes", flat=True) if self.pk else ()
        for pk in {self.minutes_id, *stored}:
            refuse_frozen(pk)


class Attendance(OfMinutes):
    """Who was there, and from when to when, because people leave while a topic is dealt with."""

    class Presence(models.TextChoices):
        PRESENT = "present", "anwesend"
        EXCUSED = "excused", "entschuldigt"
        ABSENT = "absent", "nicht da"

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="attendances", verbose_name="Protokoll")
    holder = models.ForeignKey(SeatHolder, models.PROTECT, related_name="attendances", verbose_name="Person")
    # As they were on the day: who is renamed later, or moves to another seat, does not change approved minutes
    name = models.CharField("Name", max_length=200, editable=False)
    presence = models.CharField("Anwesenheit", max_length=10, choices=Presence.choices, default=Presence.ABSENT)
    came_at = models.TimeField("gekommen um", null=True, blank=True, help_text="Leer: von Anfang an")
    left_at = models.TimeField("gegangen um", null=True, blank=True, help_text="Leer: bis zum Ende")

    # Who went and came back: [["18:05:00", "18:20:00"], ...], Hannover's time, in their order
    away = models.JSONField("zwischendurch weg", default=list, blank=True, editable=False)

    objects = Freezing.as_manager()

    class Meta:
        verbose_name = "Anwesenheit"
        verbose_name_plural = "Anwesenheit"
        ordering = ["holder__seat__number", "holder__substitute", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["minutes", "holder"], name="one_attendance_per_person"),
            models.CheckConstraint(
                condition=Q(presence="present") | Q(came_at__isnull=True, left_at__isnull=True),
                name="only_who_was_there_came_and_left",
                violation_error_message="Zeiten hat nur, wer da war.",
            ),
            models.CheckConstraint(
                condition=Q(came_at__isnull=True) | Q(left_at__isnull=True) | Q(left_at__gt=F("came_at")),
                name="left_after_having_come",
                violation_error_message="Gegangen wird nach dem Kommen.",
            ),
        ]

    def __str__(self):
        return f"{self.name}: {self.get_presence_display()}"

    @property
    def breaks(self):
        """[(time she went, time she was back)]"""
        return [(time.fromisoformat(left), time.fromisoformat(back)) for left, back in self.away]

    def save(self, *args, **kwargs):
        self.name = self.name or self.holder.name
        super().save(*args, **kwargs)


class MinutesEntryQuerySet(Freezing, TranslatedQuerySet):
    def public(self, samples=False):
        """What the public extract says: entries of its topics that belong to the public part."""
        return self.filter(
            minutes__in=Minutes.objects.public(samples), item__in=AgendaItem.objects.public(samples).values("pk")
        )


class MinutesEntry(OfMinutes, Translated):
    """What came of one topic. plain: for the public extract, without personal data; internal: everything else."""

    class Outcome(models.TextChoices):
        NOTED = "noted", "zur Kenntnis genommen"
        RECOMMENDED = "recommended", "empfohlen"
        NOT_RECOMMENDED = "not_recommended", "nicht empfohlen"
        DEFERRED = "deferred", "vertagt"
        DISCUSSED = "discussed", "besprochen, ohne Beschluss"

    minutes = models.ForeignKey(Minutes, models.CASCADE, related_name="entries", verbose_name="Protokoll")
    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="entries", verbose_name="Tagesordnungspunkt")
    outcome = models.CharField("Ausgang", max_length=16, choices=Outcome.choices, blank=True)
    plain = models.TextField(
        "Ergebnis für die Öffentlichkeit",
        blank=True,
        help_text="Kommt in den öffentlichen Auszug, wenn der Punkt öffentlich ist. Keine Namen, keine Kontaktdaten.",
    )
    internal = models.TextField("Verlauf (intern)", blank=True)

    objects = MinutesEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "Protokolleintrag"
        verbose_name_plural = "Protokolleinträge"
        ordering = ["minutes", "item__number", "pk"]
        constraints = [models.UniqueConstraint(fields=["minutes", "item"], name="one_entry_per_topic")]

    def __str__(self):
        return f"{self.item}"

    def before_texts(self, language):
        """The German words of approved minutes stay; their translations may still be written and mended."""
        if language.is_source:
            refuse_frozen(self.minutes_id)
