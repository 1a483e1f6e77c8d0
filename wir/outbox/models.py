from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from wir.languages.registry import LANGUAGES
from wir.outbox import kinds

PERSONAL = ("name", "mail", "postal", "phone", "note", "subject", "text", "html", "fault", "result")
LANGUAGE_NAMES = [(language.code, language.name) for language in LANGUAGES]


class MessageQuerySet(models.QuerySet):
    def waiting(self):
        """Mails that have not left yet and wait for nobody."""
        return self.filter(state__in=(Message.State.QUEUED, Message.State.SENDING))

    def due(self, now):
        """Mails to hand over now, the one that has waited longest first."""
        return self.filter(state=Message.State.QUEUED, next_attempt_at__lte=now).order_by("next_attempt_at", "pk")

    def for_desk(self):
        """What does not go on without a person."""
        states = (Message.State.HELD, Message.State.OPEN, Message.State.UNCLEAR, Message.State.FAILED)
        return self.filter(state__in=states)

    def overdue(self, today):
        """An answer was awaited until a day that is over, and none was noted."""
        return self.filter(due_on__lt=today, answered_on__isnull=True)

    def erasable(self, now):
        """Delivered or given up so long ago that their retention has ended; never what is still to be delivered."""

        def older(days):
            return Q(ended_at__lte=now - timedelta(days=days))

        own = {kind.name: kind.retention_days for kind in kinds.all_kinds() if kind.retention_days is not None}
        condition = older(settings.MESSAGE_RETENTION_DAYS) & ~Q(kind__in=own)
        for name, days in own.items():
            condition |= older(days) & Q(kind=name)
        return self.filter(condition, erased_at__isnull=True)

    def erase(self, now):
        """Take text and recipient out of messages that have ended; kind, state and dates stay. Returns how many."""
        empty = dict.fromkeys(PERSONAL, "")
        return self.update(**empty, user=None, erased_at=now, version=models.F("version") + 1)


class Message(models.Model):
    """Something the portal tells a person: a mail, a letter to print or a call to make.

    Written in the same transaction as what it tells of. Only wir/outbox/workflow.py writes `state`.
    """

    class Channel(models.TextChoices):
        MAIL = "mail", "E-Mail"
        LETTER = "letter", "Brief"
        CALL = "call", "Anruf"

    class State(models.TextChoices):
        HELD = "held", "wartet auf Freigabe"
        QUEUED = "queued", "wartet auf Versand"
        SENDING = "sending", "wird übergeben"  # the worker has it in its hands; nobody else touches it
        SENT = "sent", "versandt"  # the mail server has taken it
        UNCLEAR = "unclear", "unklar"  # may have left or not; only a person decides what happens next
        FAILED = "failed", "gescheitert"
        OPEN = "open", "zu erledigen"  # a letter to print, a call to make
        DONE = "done", "erledigt"
        CANCELLED = "cancelled", "verworfen"

    STATES_OF_MAILS = (
        State.HELD,
        State.QUEUED,
        State.SENDING,
        State.SENT,
        State.UNCLEAR,
        State.FAILED,
        State.CANCELLED,
    )
    STATES_OF_HANDWORK = (State.HELD, State.OPEN, State.DONE, State.CANCELLED)
    DELIVERED = (State.SENT, State.DONE)
    ENDED = (*DELIVERED, State.CANCELLED)

    channel = models.CharField("Weg", max_length=6, choices=Channel.choices)
    kind = models.CharField("Anlass", max_length=60)
    state = models.CharField("Stand", max_length=9, choices=State.choices)
    language = models.CharField("gewünschte Sprache", max_length=12, choices=LANGUAGE_NAMES)
    shown_language = models.CharField("Sprache des Textes", max_length=12, choices=LANGUAGE_NAMES)

    name = models.CharField("Name", max_length=200, blank=True)
    mail = models.CharField("E-Mail", max_length=254, blank=True)
    postal = models.TextField("Anschrift", blank=True)
    phone = models.CharField("Telefon", max_length=60, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="Konto"
    )
    note = models.CharField("Hinweis zum Weg", max_length=200, blank=True)

    subject = models.CharField("Betreff", max_length=200, blank=True)
    text = models.TextField("Text", blank=True)
    html = models.TextField("Seite", blank=True)

    about_model = models.CharField("betrifft", max_length=60, blank=True)  # "about.barrierreport", as in SourceText
    about_id = models.PositiveBigIntegerField("Nummer des Eintrags", null=True, blank=True)
    key = models.CharField("Schlüssel", max_length=200, blank=True)
    message_id = models.CharField("Message-ID", max_length=200, unique=True)
    version = models.PositiveIntegerField("Fassung", default=0)

    attempts = models.PositiveSmallIntegerField("Versuche", default=0)
    next_attempt_at = models.DateTimeField("nächster Versuch", null=True, blank=True)
    sending_since = models.DateTimeField("in Übergabe seit", null=True, blank=True)
    fault = models.CharField("Fehler", max_length=200, blank=True)

    written_at = models.DateTimeField("geschrieben am")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="geschrieben von",
    )
    released_at = models.DateTimeField("freigegeben am", null=True, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="freigegeben von",
    )
    delivered_on = models.DateField("zugegangen am", null=True, blank=True)
    delivered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="erledigt von"
    )
    result = models.TextField("Ergebnis", blank=True)
    deadline_days = models.PositiveSmallIntegerField("Tage für die Antwort", null=True, blank=True)
    due_on = models.DateField("Antwort bis", null=True, blank=True)  # written with delivered_on
    answered_on = models.DateField("Antwort da am", null=True, blank=True)
    ended_at = models.DateTimeField("abgeschlossen am", null=True, blank=True)
    erased_at = models.DateTimeField("Inhalt gelöscht am", null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = "Nachricht"
        verbose_name_plural = "Nachrichten"
        ordering = ["-written_at", "-pk"]
        default_permissions = ("view",)
        permissions = [
            ("release_message", "Darf Nachrichten freigeben"),
            ("handle_message", "Darf Nachrichten bearbeiten, drucken und abhaken"),
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="outbox_queue"),
            models.Index(fields=["about_model", "about_id"], name="outbox_about"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=~Q(key=""),
                name="one_message_per_key",
                violation_error_message="Diese Nachricht ist schon geschrieben.",
            ),
            models.CheckConstraint(
                condition=Q(channel="mail", state__in=["held", "queued", "sending", "sent", "unclear", "failed"])
                | Q(channel__in=["letter", "call"], state__in=["held", "open", "done"])
                | Q(channel__in=["mail", "letter", "call"], state="cancelled"),
                name="message_state_fits_channel",
                violation_error_message="Diesen Stand gibt es auf diesem Weg nicht.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "done"], delivered_on__isnull=False)
                | (~Q(state__in=["sent", "done"]) & Q(delivered_on__isnull=True)),
                name="delivered_message_has_date",
                violation_error_message="Was zugegangen ist, hat ein Datum, und nur das.",
            ),
            models.CheckConstraint(
                condition=Q(state="done", delivered_by__isnull=False) | ~Q(state="done"),
                name="done_message_has_person",
                violation_error_message="Was erledigt ist, hat eine Person abgehakt.",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True)
                | Q(released_at__isnull=False, released_by__isnull=False),
                name="release_of_message_has_person_and_date",
                violation_error_message="Eine Freigabe hat immer eine Person und ein Datum.",
            ),
            models.CheckConstraint(
                condition=Q(state="queued", next_attempt_at__isnull=False)
                | (~Q(state="queued") & Q(next_attempt_at__isnull=True)),
                name="queued_message_has_next_attempt",
                violation_error_message="Was auf Versand wartet, hat einen nächsten Versuch, und nur das.",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", sending_since__isnull=False)
                | (~Q(state="sending") & Q(sending_since__isnull=True)),
                name="sending_message_has_moment",
                violation_error_message="Was übergeben wird, hat einen Beginn der Übergabe, und nur das.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["sent", "done", "cancelled"], ended_at__isnull=False)
                | (~Q(state__in=["sent", "done", "cancelled"]) & Q(ended_at__isnull=True, erased_at__isnull=True)),
                name="ended_message_has_moment",
                violation_error_message="Gelöscht wird nur der Inhalt von Nachrichten, die abgeschlossen sind.",
            ),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(delivered_on__isnull=False, deadline_days__isnull=False),
                name="deadline_starts_with_delivery",
                violation_error_message="Eine Frist läuft erst, wenn die Nachricht zugegangen ist.",
            ),
            models.CheckConstraint(
                condition=Q(about_model="", about_id__isnull=True) | (~Q(about_model="") & Q(about_id__isnull=False)),
                name="message_is_about_one_object",
                violation_error_message="Wovon eine Nachricht handelt, hat eine Art und eine Nummer.",
            ),
            models.CheckConstraint(
                condition=~Q(message_id=""),
                name="message_has_message_id",
                violation_error_message="Jede Nachricht hat ihre eigene Message-ID.",
            ),
        ]

    def __str__(self):
        return f"{kinds.label(self.kind)} ({self.get_channel_display()} {self.pk})"

    @property
    def is_mail(self):
        return self.channel == self.Channel.MAIL


class Heartbeat(models.Model):
    """When a worker was last seen at work. One row a worker; rows of workers that are gone are pruned."""

    KEPT = timedelta(days=1)

    worker = models.CharField("Arbeiter", max_length=64, unique=True)
    started_at = models.DateTimeField("begonnen am")
    beat_at = models.DateTimeField("zuletzt gesehen am")

    class Meta:
        verbose_name = "Lebenszeichen"
        verbose_name_plural = "Lebenszeichen"
        default_permissions = ()

    def __str__(self):
        return f"{self.worker}: {self.beat_at.isoformat()}"

    @classmethod
    def beat(cls, worker, now):
        cls.objects.update_or_create(
            worker=worker, defaults={"beat_at": now}, create_defaults={"started_at": now, "beat_at": now}
        )
        cls.objects.filter(beat_at__lt=now - cls.KEPT).delete()

    @classmethod
    def newest(cls):
        """When any worker was last seen; None where none ever was."""
        return cls.objects.aggregate(newest=models.Max("beat_at"))["newest"]

    @classmethod
    def age_seconds(cls, now):
        """How long ago that was, in whole seconds; a clock that was set back since makes nobody younger than now."""
        newest = cls.newest()
        return None if newest is None else max(0, int((now - newest).total_seconds()))
