"""The measure itself, and the words it is described with: statuses, target groups, and proposals that became none."""

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse

from strategy.models import (
    ActionField,
    CityPart,
    CouncilPaper,
    CrossCuttingTheme,
    District,
    Goal,
    Guideline,
    Priority,
    Subtopic,
    Unit,
)
from strategy.models.items import Gated, ItemQuerySet
from wir.columns import PeriodField, day_of
from wir.languages.models import SourceText, Translated, TranslatedQuerySet
from wir.lib.periods import PRECISIONS, Period
from wir.lib.slugs import german_slug

FIRST_SAMPLE_NUMBER = 1_000_001  # samples are counted apart, so that they never take a number of the plan


class State(models.TextChoices):
    """The fixed states below the freely named statuses; addresses and exports use these words (contract)."""

    PLANNED = "geplant", "geplant"
    RUNNING = "laeuft", "läuft"
    FINISHED = "abgeschlossen", "abgeschlossen"
    POSTPONED = "zurueckgestellt", "zurückgestellt"
    ENDED = "beendet", "beendet"  # over without having been finished
    UNKNOWN = "unbekannt", "nicht bekannt"


OPEN_STATES = (State.PLANNED, State.RUNNING)  # in these a measure can be late


class Tone(models.TextChoices):
    GOOD = "good", "gut"
    NEUTRAL = "neutral", "neutral"
    BAD = "bad", "schlecht"


class ShownQuerySet(TranslatedQuerySet):
    def public(self):
        return self.all()


class Status(Translated):
    """A name the office gives to one of the fixed states, with an explanation that stands where the status is read."""

    key = models.SlugField("Kürzel", max_length=40, unique=True, help_text="Zum Beispiel: in-vorbereitung")
    state = models.CharField("fester Stand", max_length=20, choices=State.choices)
    tone = models.CharField("Färbung", max_length=10, choices=Tone.choices, default=Tone.NEUTRAL)
    order = models.PositiveSmallIntegerField("Reihenfolge", default=1)
    title = models.CharField("Name", max_length=80, help_text="Zum Beispiel: In Vorbereitung")
    plain = models.TextField("Erklärung", help_text="Zum Beispiel: An der Maßnahme wird gearbeitet.")

    objects = ShownQuerySet.as_manager()

    class Meta:
        verbose_name = "Status"
        verbose_name_plural = "Status"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title_de or self.key


class TargetGroup(Translated):
    """People a measure is meant for, in the words the office uses."""

    slug = models.SlugField("Kürzel", max_length=40, unique=True, help_text="Zum Beispiel: jugendliche")
    order = models.PositiveSmallIntegerField("Reihenfolge", default=1)
    title = models.CharField("Name", max_length=120, help_text="Zum Beispiel: Jugendliche und junge Erwachsene")

    objects = ShownQuerySet.as_manager()

    class Meta:
        verbose_name = "Zielgruppe"
        verbose_name_plural = "Zielgruppen"
        ordering = ["order", "pk"]

    def __str__(self):
        return self.title_de or self.slug


class MeasureQuerySet(ItemQuerySet):
    def public(self, samples=False):
        """What residents may see: published, everything it belongs to is published, and no samples among the plan.

        The one place where this is decided; `Measure.is_public` asks the same of one measure.
        """
        return super().public().filter(sample=samples)

    def plan(self):
        """The real plan: without samples."""
        return self.filter(sample=False)

    def of_units(self, units):
        """Those that departments answer for. units: pks."""
        return self.filter(Q(responsible__in=units) | Q(contact__in=units))

    def late(self, today):
        """Published state says open, and a planned day has passed: derived, never typed."""
        begun = Q(pk__in=[])
        for precision in PRECISIONS:  # a beginning planned for 2027 is late when 2027 is over, not on its first day
            running = Period.around(today, precision).first
            begun |= Q(planned_start__endswith=f"/{precision}", planned_start__lt=running)
        return self.filter(
            Q(state__in=OPEN_STATES, planned_end__lt=today, actual_end__isnull=True)
            | Q(begun, state=State.PLANNED, actual_start__isnull=True)
        )


class Measure(Gated, Translated):
    """One step by which the plan is carried out. `published`, `state` and what follows are written by workflow.py only.

    number: the portal's own running number. state, status, status_day, told_at: of the newest published update;
    worked out by the workflow and kept here so that lists need no join.
    """

    PARENTS = ("field", "subtopic", "goal")

    class Kind(models.TextChoices):
        ADMINISTRATION = "administration", "durch die Verwaltung"
        OPEN = "open", "antragsberechtigt (andere können sich um die Umsetzung bewerben)"
        RECOMMENDATION = "recommendation", "Empfehlung an andere"
        UNKNOWN = "unknown", "nicht bekannt"

    class Origin(models.TextChoices):
        ATTESTED = "attested", "durch eine Quelle belegt"
        MADE_HERE = "made_here", "hier angelegt"

    class Developer(models.TextChoices):
        EXPERT_GROUP = "expert_group", "Expert*innengruppe"
        YOUTH_GROUP = "youth_group", "Jugendgruppe"
        OTHERS = "others", "andere"
        UNKNOWN = "unknown", "nicht bekannt"

    class Novelty(models.TextChoices):
        NEW = "new", "neu mit WIR2.0"
        BEFORE = "before", "gab es schon vor WIR2.0"
        UNKNOWN = "unknown", "nicht bekannt"

    class Area(models.TextChoices):
        CITY = "city", "ganze Stadt"
        DISTRICTS = "districts", "einzelne Stadtbezirke"
        UNKNOWN = "unknown", "nicht bekannt"

    number = models.PositiveIntegerField("Nummer", unique=True, help_text="Die laufende Nummer dieses Portals")
    field = models.ForeignKey(ActionField, models.PROTECT, verbose_name="Handlungsfeld")
    subtopic = models.ForeignKey(Subtopic, models.PROTECT, null=True, blank=True, verbose_name="Unterthema")
    subtopic_is_ours = models.BooleanField("Zuordnung zum Unterthema stammt von uns", default=False)
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, blank=True, verbose_name="Ziel")
    priorities = models.ManyToManyField(Priority, blank=True, verbose_name="Prioritäten")
    guidelines = models.ManyToManyField(Guideline, blank=True, verbose_name="Leitlinien")
    kind = models.CharField("Art", max_length=20, choices=Kind.choices, default=Kind.UNKNOWN)
    origin = models.CharField("Herkunft", max_length=20, choices=Origin.choices, default=Origin.MADE_HERE)
    source = models.CharField(
        "Quelle", max_length=400, blank=True, help_text="Zum Beispiel: hannover.de, Bericht vom 29. November 2021"
    )
    developed_by = models.CharField(
        "entwickelt von", max_length=20, choices=Developer.choices, default=Developer.UNKNOWN
    )
    novelty = models.CharField("neu oder schon vorher", max_length=10, choices=Novelty.choices, default=Novelty.UNKNOWN)
    responsible = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="verantwortliche Stelle"
    )
    contact = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Kontakt in der Verwaltung"
    )
    partners = models.TextField(
        "Beteiligte", blank=True, help_text="Ein Name je Zeile. Zum Beispiel: Start2Dance e.V. Keine Privatpersonen."
    )
    target_groups = models.ManyToManyField(TargetGroup, blank=True, verbose_name="Zielgruppen")
    area = models.CharField("Gebiet", max_length=10, choices=Area.choices, default=Area.UNKNOWN)
    districts = models.ManyToManyField(District, blank=True, verbose_name="Stadtbezirke")
    city_parts = models.ManyToManyField(CityPart, blank=True, verbose_name="Stadtteile")
    planned_start = PeriodField("Beginn geplant", help_text="Zum Beispiel: 2027, 2027-Q2, 03/2027 oder 15.03.2027")
    planned_end = PeriodField("Ende geplant", edge="last", help_text="Zum Beispiel: 2028 oder 12/2028")
    actual_start = PeriodField("begonnen", help_text="Leer, solange die Arbeit nicht begonnen hat")
    actual_end = PeriodField("beendet", edge="last", help_text="Leer, solange die Arbeit nicht beendet ist")
    council_papers = models.ManyToManyField(CouncilPaper, blank=True, verbose_name="Drucksachen")
    title = models.CharField("Titel", max_length=300, help_text="Zum Beispiel: Städtische Kulturorte der Vielfalt")
    plain = models.TextField("Kurz gesagt", help_text="Zwei bis fünf kurze Sätze, die jede*r versteht.")
    purpose = models.TextField("Wozu", blank=True, help_text="Was sich für wen ändern soll. Leer: nicht bekannt")
    action = models.TextField("Was getan wird", blank=True, help_text="Die einzelnen Schritte. Leer: nicht bekannt")
    internal_note = models.TextField("interne Notiz", blank=True, help_text="Wird nie veröffentlicht.")
    sample = models.BooleanField("Beispiel", default=False, editable=False)

    published = models.BooleanField("veröffentlicht", default=False, editable=False)
    first_published_at = models.DateTimeField("zuerst veröffentlicht", null=True, blank=True, editable=False)
    state = models.CharField("Stand", max_length=20, choices=State.choices, default=State.UNKNOWN, editable=False)
    status = models.ForeignKey(
        Status, models.PROTECT, null=True, blank=True, editable=False, related_name="+", verbose_name="Status"
    )
    status_day = PeriodField("Stand vom", edge="last", editable=False)
    told_at = models.DateTimeField("öffentlich geändert", null=True, blank=True, editable=False)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = "Maßnahme"
        verbose_name_plural = "Maßnahmen"
        ordering = ["number"]
        permissions = [
            ("publish_measure", "Maßnahmen veröffentlichen und zurückziehen"),
            ("publish_update", "Meldungen veröffentlichen und zurücknehmen"),
            ("report_measure", "Maßnahmen der eigenen Stelle fortschreiben"),
            ("import_measure", "Maßnahmen einlesen"),
        ]
        indexes = [
            # Facets count over this index alone, without touching the wide rows
            models.Index(
                fields=["sample", "published", "field", "subtopic", "goal", "state", "kind", "responsible", "area"],
                name="measure_facets",
            ),
            models.Index(fields=["sample", "published", "told_at"], name="measure_told"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(origin="attested") | ~Q(source=""),
                name="attested_measure_has_source",
                violation_error_message="Eine belegte Maßnahme braucht ihre Quelle.",
            ),
            models.CheckConstraint(
                condition=Q(planned_start__isnull=True)
                | Q(planned_end__isnull=True)
                | Q(planned_end__gte=day_of("planned_start")),
                name="measure_planned_end_after_start",
                violation_error_message="Das geplante Ende liegt vor dem geplanten Beginn.",
            ),
            models.CheckConstraint(
                condition=Q(actual_start__isnull=True)
                | Q(actual_end__isnull=True)
                | Q(actual_end__gte=day_of("actual_start")),
                name="measure_end_after_start",
                violation_error_message="Das Ende liegt vor dem Beginn.",
            ),
            models.CheckConstraint(
                condition=Q(sample=True, number__gte=FIRST_SAMPLE_NUMBER)
                | Q(sample=False, number__lt=FIRST_SAMPLE_NUMBER),
                name="samples_are_numbered_apart",
                violation_error_message="Nummern über einer Million gehören den Beispielen.",
            ),
            models.CheckConstraint(
                condition=Q(published=False) | Q(first_published_at__isnull=False),
                name="published_measure_has_a_moment",
                violation_error_message="Eine veröffentlichte Maßnahme hat einen Zeitpunkt der Veröffentlichung.",
            ),
        ]

    def __str__(self):
        return f"{self.number} {self.title_de or ''}".strip()

    def get_absolute_url(self):
        return reverse("measures:measure", args=[self.number, self.slug])

    @property
    def slug(self):
        return german_slug(self.title_de or "") or "massnahme"

    @property
    def label(self):
        """Its number as printed."""
        return str(self.number)

    @property
    def partner_names(self):
        return [line.strip() for line in self.partners.splitlines() if line.strip()]

    def clean(self):
        for name in ("subtopic", "goal"):
            below = getattr(self, name)
            if below is not None and self.field_id and below.field_id != self.field_id:
                label = self._meta.get_field(name).verbose_name
                raise ValidationError({name: f"Dieses {label} gehört zu einem anderen Handlungsfeld."})

    def open_answers(self, phase):
        """The cross-cutting themes that still want an answer in a phase, in their order."""
        answered = {answer.theme_id for answer in self.answers.all() if answer.phase == phase}
        return [theme for theme in CrossCuttingTheme.objects.order_by("number") if theme.pk not in answered]

    def delete(self, *args, **kwargs):
        """With the rows about the texts of what goes with it, or they would wait for translators for good."""
        with transaction.atomic():
            for name in ("answers", "updates", "milestones"):
                parts = getattr(self, name)
                gone = list(parts.order_by().values_list("pk", flat=True))
                SourceText.objects.filter(model=parts.model._meta.label_lower, object_id__in=gone).delete()
            return super().delete(*args, **kwargs)

    def lateness(self, today):
        """What is late and since which day: ("end" or "start", day), or None. Only an open state can be late."""
        if self.state in OPEN_STATES and self.planned_end and not self.actual_end and self.planned_end.last < today:
            return "end", self.planned_end.last
        if self.state == State.PLANNED and self.planned_start and not self.actual_start:
            if self.planned_start.last < today:
                return "start", self.planned_start.last
        return None

    def after_texts(self):
        """Keep what lists sort and search by in step with the texts, whoever wrote them."""
        from measures.models.index import MeasureIndex

        MeasureIndex.refresh([self])


class Proposal(Gated, Translated):
    """A proposal of the drafting phase that did not become a measure, told as history on the page of its field."""

    PARENTS = ("field",)

    class Outcome(models.TextChoices):
        RECOMMENDATION = "recommendation", "wurde eine Empfehlung an andere"
        REJECTED = "rejected", "abgelehnt"
        REWORKED = "reworked", "zur Überarbeitung zurückgegeben"
        WORKING_GROUP = "working_group", "an eine Arbeitsgruppe gegeben"

    field = models.ForeignKey(ActionField, models.PROTECT, verbose_name="Handlungsfeld")
    number = models.PositiveSmallIntegerField("Nummer")
    outcome = models.CharField("was daraus wurde", max_length=20, choices=Outcome.choices)
    day = PeriodField("wann", help_text="Zum Beispiel: 22.11.2021")
    source = models.CharField("Quelle", max_length=400, help_text="Zum Beispiel: hannover.de, Bericht von 2021")
    title = models.CharField("Titel", max_length=300)
    plain = models.TextField("Was bekannt ist")
    published = models.BooleanField("veröffentlicht", default=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        verbose_name = "Vorschlag, der keine Maßnahme wurde"
        verbose_name_plural = "Vorschläge, die keine Maßnahmen wurden"
        ordering = ["field", "number"]
        constraints = [models.UniqueConstraint(fields=["field", "number"], name="proposal_number")]

    def __str__(self):
        return self.title_de or str(self.number)
