"""Calls for applications with the moment they open and close, other pots of money, and the history of all of these."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils import timezone

from fund.models.rules import RuleSet, Tier, TierKey
from fund.models.years import FundYear
from measures.models import Measure
from wir.columns import EuroField
from wir.languages.models import Translated, TranslatedQuerySet

LAST_SECOND = timedelta(seconds=1)


class CallQuerySet(TranslatedQuerySet):
    def public(self, samples=False):
        """Published calls of published years; the samples only beside a banner that says so."""
        return self.filter(state=Call.State.PUBLISHED, sample=samples, year__state=FundYear.State.PUBLISHED)

    def unclosed(self, now):
        """Open now or later, the one that closes first before the others; the second of closing still counts."""
        return self.filter(closes_at__gt=now - LAST_SECOND).order_by("closes_at", "pk")

    def with_rules(self):
        """With its year, and the rule sets of both with their tiers, where they have some."""
        return self.select_related("rule_set", "year__rule_set", "measure").prefetch_related(
            Prefetch("rule_set__tiers", Tier.objects.named()), Prefetch("year__rule_set__tiers", Tier.objects.named())
        )


class Call(Translated):
    """A call for applications, for everything of a tier or for one measure. `state` is written by rules_workflow.py.

    opens_at, closes_at: the first and the last moment in which an application counts, both included; people read and
    write them in Hannover's time. meets: what applicants meet at `address`, where the city takes the applications.
    rule_set: empty means that of the year, or the one in force.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        PUBLISHED = "published", "veröffentlicht"

    class Where(models.TextChoices):
        HERE = "here", "hier im Portal"
        ELSEWHERE = "elsewhere", "an einer anderen Adresse"

    title = models.CharField("Titel", max_length=200, help_text="Zum Beispiel: Frühjahrsrunde für kleine Projekte")
    plain = models.TextField("Worum es geht", help_text="Zwei bis fünf kurze Sätze, die jede*r versteht.")
    year = models.ForeignKey(FundYear, models.PROTECT, related_name="calls", verbose_name="Jahr")
    tier_key = models.CharField("Stufe", max_length=16, choices=TierKey.choices)
    measure = models.ForeignKey(
        Measure, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="aufgerufene Maßnahme"
    )
    rule_set = models.ForeignKey(
        RuleSet, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Regelwerk"
    )
    opens_at = models.DateTimeField("öffnet", help_text="Hannoverscher Zeit. Zum Beispiel: 01.03.2027 00:00:00")
    closes_at = models.DateTimeField("schließt", help_text="Diese Sekunde zählt noch. Beispiel: 31.03.2027 23:59:59")
    where = models.CharField("Anträge werden gestellt", max_length=10, choices=Where.choices, default=Where.HERE)
    address = models.URLField("andere Adresse", max_length=500, blank=True)
    meets = models.TextField(
        "was einen dort erwartet", blank=True, help_text="Zum Beispiel: Anmeldung mit E-Mail, Formular auf Deutsch"
    )
    state = models.CharField("Stand", max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    sample = models.BooleanField("Beispiel", default=False, editable=False)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = "Aufruf"
        verbose_name_plural = "Aufrufe"
        ordering = ["closes_at", "pk"]
        permissions = [("publish_call", "Aufrufe veröffentlichen und zurückziehen")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="call_closes_after_opening",
                violation_error_message="Der Aufruf schließt, bevor er öffnet.",
            ),
            models.CheckConstraint(
                condition=Q(where="here", address="") | Q(where="elsewhere") & ~Q(address=""),
                name="call_elsewhere_has_address",
                violation_error_message="Nur zu einer anderen Stelle gehört eine Adresse, und dort gehört sie hin.",
            ),
        ]

    def __str__(self):
        return self.title_de or f"Aufruf {self.pk}"

    @property
    def is_public(self):
        return self.state == self.State.PUBLISHED and self.year.is_public

    def clean(self):
        """Samples belong to samples: a sample call to a sample year and sample measure, a real one to real ones."""
        if self.year_id and self.year.sample != self.sample:
            raise ValidationError({"year": "Beispiele gehören zu Beispielen."})
        if self.measure_id and self.measure.sample and not self.sample:
            raise ValidationError({"measure": "Diese Maßnahme ist ein Beispiel."})


class OtherPotQuerySet(TranslatedQuerySet):
    def public(self):
        return self.filter(published=True)

    def running(self):
        """Public ones that still give money."""
        return self.public().filter(ended=False)


class OtherPot(Translated):
    """Money that others give, for projects this fund cannot pay. Its name and its giver are German proper names.

    lowest, highest: euro, empty where no limit is known. not_begun: gives only to projects that have not begun.
    """

    class Reach(models.TextChoices):
        DISTRICT = "district", "ein Stadtbezirk"
        CITY = "city", "die Stadt Hannover"
        REGION = "region", "die Region Hannover"

    key = models.SlugField("Kürzel", max_length=60, unique=True)
    name = models.CharField("Name", max_length=200)
    giver = models.CharField("wer das Geld gibt", max_length=200)
    plain = models.TextField("Wofür, für wen, wie viel", help_text="Zwei bis vier kurze Sätze, die jede*r versteht.")
    reach = models.CharField("wo", max_length=10, choices=Reach.choices, default=Reach.CITY)
    lowest = EuroField("ab (Euro)", null=True, blank=True)
    highest = EuroField("bis (Euro)", null=True, blank=True)
    not_begun = models.BooleanField("nur für Projekte, die noch nicht begonnen haben", default=False)
    link = models.URLField("Adresse im Netz", max_length=500, blank=True)
    source = models.CharField("Quelle", max_length=400)
    ended = models.BooleanField("gibt kein Geld mehr", default=False)
    order = models.PositiveSmallIntegerField("Reihenfolge", default=1)
    published = models.BooleanField("veröffentlicht", default=True)

    objects = OtherPotQuerySet.as_manager()

    class Meta:
        verbose_name = "anderer Topf"
        verbose_name_plural = "andere Töpfe"
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lowest__isnull=True) | Q(highest__isnull=True) | Q(highest__gte=F("lowest")),
                name="other_pot_amounts_in_order",
                violation_error_message="Der höchste Betrag liegt über dem niedrigsten.",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_public(self):
        return self.published


class FundChange(models.Model):
    """The history of rule sets, years, calls and other pots: who did what and when. Never changed.

    fields: {field: [before, after]} as people read them. label: what it was about, should that be deleted one day.
    """

    MOVES = {
        "activate": "in Kraft gesetzt",
        "added": "angelegt",
        "close": "abgeschlossen",
        "confirm": "Angabe bestätigt",
        "copy": "kopiert",
        "edited": "bearbeitet",
        "publish": "veröffentlicht",
        "reopen": "wieder geöffnet",
        "retire": "außer Kraft gesetzt",
        "withdraw": "zurückgezogen",
    }

    rule_set = models.ForeignKey(RuleSet, models.SET_NULL, null=True, blank=True, related_name="changes")
    year = models.ForeignKey(FundYear, models.SET_NULL, null=True, blank=True, related_name="changes")
    call = models.ForeignKey(Call, models.SET_NULL, null=True, blank=True, related_name="changes")
    pot = models.ForeignKey(OtherPot, models.SET_NULL, null=True, blank=True, related_name="changes")
    label = models.CharField("worum es geht", max_length=200)
    move = models.CharField("Schritt", max_length=20)
    at = models.DateTimeField("am")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="von"
    )
    note = models.TextField("Notiz", blank=True)
    fields = models.JSONField("Felder", default=dict, blank=True)

    class Meta:
        verbose_name = "Änderung am Fonds"
        verbose_name_plural = "Änderungen am Fonds"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{timezone.localtime(self.at):%d.%m.%Y %H:%M} {self.label}"

    @property
    def move_words(self):
        """What was done, for staff."""
        return self.MOVES.get(self.move, self.move)
