"""Meetings of bodies: when and where, what is on the agenda, the papers for it, and what is to follow."""

from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from strategy.models.bodies import Body
from strategy.models.city import CouncilPaper, Unit
from wir.languages.models import Stamping, Translated, TranslatedQuerySet
from wir.lib.periods import FIRST_YEAR, LAST_YEAR
from wir.lib.workflow import Refused

MIXED = "Beispiele und Echtes bleiben getrennt: Thema und Sitzung sind nicht beide ein Beispiel."


class MeetingQuerySet(TranslatedQuerySet):
    def public(self, samples=False):
        """Meetings everybody may know of: published, of a public body. The one place where this is decided.

        samples: the marked examples instead of the real ones, never both.
        """
        return self.filter(published=True, sample=samples, body__in=Body.objects.public())

    def coming(self, today):
        return self.filter(day__gte=today).exclude(state=Meeting.State.CANCELLED).order_by("day", "starts", "pk")

    def past(self, today):
        """Held, or over without anybody having said so; cancelled ones are left out."""
        return self.filter(day__lt=today).exclude(state=Meeting.State.CANCELLED).order_by("-day", "-starts", "-pk")

    def for_staff(self, user, day):
        """What an account may open in the back office: the office everything, members what their bodies do."""
        if user.has_perm("strategy.coordinate_meeting"):
            return self
        return self.filter(body__in=Body.objects.of_user(user, day).values("pk"))


class Meeting(Translated):
    """One meeting. state is written by workflow.py only, and so are the day, the time and the place once people have
    been invited. starts, ends: in Hannover's time; empty where a source tells the day only."""

    class State(models.TextChoices):
        PLANNED = "planned", "geplant"
        INVITED = "invited", "eingeladen"
        HELD = "held", "hat stattgefunden"
        CANCELLED = "cancelled", "abgesagt"

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings", verbose_name="Gremium")
    day = models.DateField("Tag")
    starts = models.TimeField("Beginn", null=True, blank=True, help_text="Zum Beispiel: 17:00")
    ends = models.TimeField("Ende", null=True, blank=True)
    place = models.CharField("Ort", max_length=300, blank=True, help_text="Steht öffentlich. Zum Beispiel: Rathaus")
    access = models.TextField(
        "Zugang für Mitglieder", blank=True, help_text="Zum Beispiel: Einwahl oder Klingel. Steht nie öffentlich."
    )
    open_to_public = models.BooleanField("Alle dürfen zuhören", default=False)
    plain = models.TextField("Worum es geht", blank=True, help_text="Ein bis drei kurze Sätze für die Öffentlichkeit")
    source = models.CharField("Quelle", max_length=400, blank=True, help_text="Bei Sitzungen, die eine Quelle belegt")
    internal_note = models.TextField("interne Notiz", blank=True, help_text="Wird nie veröffentlicht.")
    state = models.CharField("Stand", max_length=10, choices=State.choices, default=State.PLANNED, editable=False)
    published = models.BooleanField("veröffentlicht", default=False, editable=False)
    sample = models.BooleanField("Beispiel", default=False, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = "Sitzung"
        verbose_name_plural = "Sitzungen"
        ordering = ["-day", "-starts", "-pk"]
        permissions = [("coordinate_meeting", "Sitzungen vorbereiten, einladen und protokollieren")]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "day", "sample"],
                condition=~Q(state="cancelled"),
                name="one_meeting_a_day",
                violation_error_message="Dieses Gremium hat an diesem Tag schon eine Sitzung.",
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(starts__isnull=False, ends__gt=F("starts")),
                name="meeting_ends_after_start",
                violation_error_message="Das Ende liegt vor dem Beginn.",
            ),
        ]

    def __str__(self):
        return f"{self.body}, {self.day:%d.%m.%Y}"

    def get_absolute_url(self):
        return reverse("strategy:meeting", args=[self.day])

    def clean(self):
        """The rule of the database names columns that no form has, so forms hear of it here."""
        if self.day is not None and not FIRST_YEAR <= self.day.year <= LAST_YEAR:
            raise ValidationError({"day": f"Das Jahr liegt zwischen {FIRST_YEAR} und {LAST_YEAR}."})
        if self.body_id is None or self.day is None or self.state == self.State.CANCELLED:
            return
        same = Meeting.objects.filter(body=self.body_id, day=self.day, sample=self.sample).exclude(pk=self.pk)
        if same.exclude(state=self.State.CANCELLED).exists():
            raise ValidationError({"day": "Dieses Gremium hat an diesem Tag schon eine Sitzung."})

    @property
    def is_public(self):
        return self.published and self.body.published

    def told_state(self, today, minutes):
        """Its state in words: on its own day it runs while its minutes are a draft. minutes: the newest, or None."""
        runs = self.state == self.State.HELD and self.day == today and minutes is not None and minutes.state == "draft"
        return "läuft" if runs else self.get_state_display()

    @property
    def starts_at(self):
        """The moment it begins, in Hannover's zone; None where only the day is known."""
        return self._moment(self.starts)

    @property
    def ends_at(self):
        return self._moment(self.ends)

    def _moment(self, time):
        return time and datetime.combine(self.day, time, tzinfo=timezone.get_default_timezone())


OF_CASE = "Anträge auf Geld setzt der Fonds auf die Tagesordnung und nimmt sie herunter, nicht dieses Formular."
SETTLED = "Dieser Punkt ist behandelt; sein Wortlaut gehört zum Protokoll und bleibt, wie er war."


class AgendaItemQuerySet(TranslatedQuerySet):
    def public(self, samples=False):
        """The public part of the agenda of public meetings."""
        return self.filter(is_public=True, meeting__in=Meeting.objects.public(samples))

    def waiting(self):
        """Topics that no meeting has taken up yet."""
        return self.filter(meeting__isnull=True)


class AgendaItem(Translated):
    """A topic: on the agenda of a meeting, or waiting for one. Board members propose topics too."""

    class Kind(models.TextChoices):
        STATE = "state", "Stand der Umsetzung"
        PROPOSAL = "proposal", "Vorschlag"
        REFLECTION = "reflection", "Reflexionsgespräch mit einer Fachabteilung"
        IMPACT = "impact", "Wirksamkeitsanalyse"
        CASE = "case", "Antrag auf Geld"  # made with the case it belongs to, never by hand; not in public
        OTHER = "other", "Anderes"

    body = models.ForeignKey(Body, models.PROTECT, related_name="agenda_items", verbose_name="Gremium")
    meeting = models.ForeignKey(
        Meeting,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="items",
        verbose_name="Sitzung",
        help_text="Leer: wartet auf eine Sitzung",
    )
    number = models.PositiveSmallIntegerField("Punkt", default=1)
    kind = models.CharField("Art", max_length=10, choices=Kind.choices, default=Kind.OTHER)
    title = models.CharField("Thema", max_length=300, help_text="Keine Namen von Personen")
    plain = models.TextField("Worum es geht", blank=True, help_text="Öffentlich, wenn der Punkt öffentlich ist")
    is_public = models.BooleanField("öffentlicher Teil", default=True)
    internal = models.TextField("Für die Mitglieder", blank=True, help_text="Interner Teil; wird nie veröffentlicht.")
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="eingeladene Stelle"
    )
    sample = models.BooleanField("Beispiel", default=False, editable=False)  # of an example, also while it waits
    first = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="later",
        verbose_name="zuerst behandelt als",
    )  # a topic that was put off comes back as a new item; what it points to hangs on the first one
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name="vorgeschlagen von",
    )
    proposed_at = models.DateTimeField("vorgeschlagen am", null=True, blank=True, editable=False)

    objects = AgendaItemQuerySet.as_manager()

    class Meta:
        verbose_name = "Tagesordnungspunkt"
        verbose_name_plural = "Tagesordnungspunkte"
        ordering = ["meeting", "number", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="reflection", unit__isnull=False) | ~Q(kind="reflection"),
                name="reflection_names_a_department",
                violation_error_message="Ein Reflexionsgespräch nennt die Fachabteilung, mit der es geführt wird.",
            ),
            models.CheckConstraint(
                condition=Q(proposed_at__isnull=True, proposed_by__isnull=True)
                | Q(proposed_at__isnull=False, proposed_by__isnull=False),
                name="proposal_has_person_and_moment",
                violation_error_message="Ein Vorschlag hat immer eine Person und einen Zeitpunkt.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="case") | Q(is_public=False),
                name="case_topic_is_internal",
                violation_error_message="Anträge auf Geld stehen nie im öffentlichen Teil.",
            ),
        ]

    def __str__(self):
        return self.title_de or f"Punkt {self.number}"

    def clean(self):
        """Topics of cases come with the case, from the pages of the fund; a form neither makes nor changes one."""
        before = AgendaItem.objects.filter(pk=self.pk).first() if self.pk else None
        if before is not None and before.kind == self.Kind.CASE:
            if any(
                getattr(self, name) != getattr(before, name) for name in ("kind", "body_id", "meeting_id", "title_de")
            ):
                raise ValidationError(OF_CASE)
        elif self.kind == self.Kind.CASE:
            raise ValidationError({"kind": OF_CASE})
        if self.meeting_id and self.body_id and self.meeting.body_id != self.body_id:
            raise ValidationError({"meeting": "Diese Sitzung gehört zu einem anderen Gremium."})
        if self.pk and self.meeting_id and self.meeting.sample != self.sample:
            raise ValidationError({"meeting": MIXED})

    def save(self, *args, **kwargs):
        """What is begun for an example stays an example."""
        if self._state.adding and self.meeting_id:
            self.sample = self.meeting.sample
        super().save(*args, **kwargs)

    def before_texts(self, language):
        """The German words of a topic that was dealt with belong to its minutes."""
        if language.is_source and self.is_settled:
            raise Refused([SETTLED])

    @property
    def is_settled(self):
        """Its meeting is over: words, meeting and the public flag stay as the members dealt with them."""
        return Meeting.objects.filter(pk=self.meeting_id, state=Meeting.State.HELD).exists()

    @property
    def root_id(self):
        """The key of the item under which this topic came up first."""
        return self.first_id or self.pk

    @property
    def is_open(self):
        """Shown in public together with its meeting."""
        return self.is_public and self.meeting is not None and self.meeting.is_public


class Paper(models.Model):
    """A paper for a topic: a paper of the council, an address, or a text of the office's own. For members only."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="papers", verbose_name="Tagesordnungspunkt")
    title = models.CharField("Titel", max_length=200)
    council_paper = models.ForeignKey(
        CouncilPaper, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Drucksache"
    )
    link = models.URLField("Adresse", max_length=500, blank=True)
    text = models.TextField("Text", blank=True, help_text="Eine Vorlage, die gleich hier steht")

    class Meta:
        verbose_name = "Unterlage"
        verbose_name_plural = "Unterlagen"
        ordering = ["item", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(council_paper__isnull=False) | ~Q(link="") | ~Q(text=""),
                name="paper_holds_something",
                violation_error_message="Eine Unterlage braucht eine Drucksache, eine Adresse oder einen Text.",
            )
        ]

    def __str__(self):
        return self.title


class FollowUp(Stamping):
    """What is to happen after a topic was dealt with, and what became of it. Goes on after the minutes are approved."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="follow_ups", verbose_name="Tagesordnungspunkt")
    task = models.CharField("Was zu tun ist", max_length=300)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="zuständige Stelle"
    )
    due = models.DateField("bis", null=True, blank=True)
    done_on = models.DateField("erledigt am", null=True, blank=True)
    outcome = models.TextField("Was daraus geworden ist", blank=True)

    class Meta:
        verbose_name = "Folge"
        verbose_name_plural = "Folgen"
        ordering = ["done_on", "due", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | ~Q(outcome=""),
                name="done_says_what_became",
                violation_error_message="Zum Erledigten gehört, was daraus geworden ist.",
            )
        ]

    def __str__(self):
        return self.task


class MeetingChange(models.Model):
    """The history of a meeting and of its minutes: who did what and when. Written by workflow.py, never changed."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="changes", verbose_name="Sitzung")
    move = models.CharField("Schritt", max_length=20)
    old_day = models.DateField("vorher am", null=True, blank=True)  # after a new date: its old address leads on
    at = models.DateTimeField("am")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="von"
    )
    note = models.TextField("Notiz", blank=True)

    class Meta:
        verbose_name = "Schritt einer Sitzung"
        verbose_name_plural = "Schritte von Sitzungen"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{timezone.localtime(self.at):%d.%m.%Y %H:%M}"
