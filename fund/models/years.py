"""The money of a year: its ceiling, what is held and committed of it, and how it is split between the tiers."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Prefetch, Q, Sum

from fund.models.rules import RuleSet, Tier, TierKey
from strategy.models import CouncilPaper
from wir.columns import EuroField
from wir.languages.models import Stamping


class FundYearQuerySet(models.QuerySet):
    def public(self, samples=False):
        """Published years; the samples only beside a banner that says so."""
        return self.filter(state__in=FundYear.SEEN, sample=samples)

    def with_rules(self):
        """With its own rule set and the tiers of that, where it has one."""
        return self.select_related("rule_set").prefetch_related(Prefetch("rule_set__tiers", Tier.objects.named()))

    def with_shares(self):
        """With the sum of its pots for each tier: `share_micro` and so on, None where it is not split."""
        shares = {f"share_{key}": Sum("pots__share", filter=Q(pots__tier_key=key)) for key in TierKey.values}
        return self.annotate(**shares).select_related("council_paper")

    def of(self, year, samples=False):
        """The published record of one calendar year, None where there is none."""
        return self.public(samples).filter(year=year).first()


class Counted(Stamping):
    """Base of what has counters of money: only the money guard (fund/money.py) writes them. Whoever saves a form that
    was open meanwhile must not write back what the counters were then."""

    COUNTERS = ("held", "committed")

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding and kwargs.get("update_fields") is None:
            names = [field.name for field in self._meta.concrete_fields if not field.primary_key]
            kwargs["update_fields"] = [name for name in names if name not in self.COUNTERS]
        super().save(*args, **kwargs)


class FundYear(Counted):
    """The fund in one calendar year. `state` is written by rules_workflow.py, `held`, `committed` by the money guard,
    `ceiling` by budget.py with its entry in the ledger.

    ceiling, held, committed: euro. ceiling is empty ("not known") until a council paper or the strategy paper names it.
    CLOSED: its money promises nothing new any more; what was promised stays. The public still sees it.
    rolling: applications without a call are taken all year. rule_set: empty means the one in force.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        PUBLISHED = "published", "veröffentlicht"
        CLOSED = "closed", "abgeschlossen"

    SEEN = (State.PUBLISHED, State.CLOSED)
    COUNTERS = (*Counted.COUNTERS, "ceiling")  # the ceiling is the sum of the ledger: fund/budget.py writes both

    year = models.PositiveSmallIntegerField(
        "Jahr", validators=[MinValueValidator(2021), MaxValueValidator(2199)], help_text="Zum Beispiel: 2027"
    )
    rule_set = models.ForeignKey(
        RuleSet, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Regelwerk"
    )
    council_paper = models.ForeignKey(
        CouncilPaper, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Drucksache"
    )
    source = models.CharField(
        "andere Quelle", max_length=300, blank=True, help_text="Wenn keine Drucksache bekannt ist"
    )
    ceiling = EuroField("Geld in diesem Jahr (Euro)", null=True, blank=True, help_text="Leer: nicht bekannt")
    held = EuroField("vorgemerkt (Euro)", default=0, editable=False)
    committed = EuroField("zugesagt (Euro)", default=0, editable=False)
    rolling = models.BooleanField("Anträge jederzeit, ohne Aufruf", default=False)
    state = models.CharField("Stand", max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    sample = models.BooleanField("Beispiel", default=False, editable=False)

    objects = FundYearQuerySet.as_manager()

    class Meta:
        verbose_name = "Jahr des Fonds"
        verbose_name_plural = "Jahre des Fonds"
        ordering = ["-year", "sample"]
        permissions = [("publish_fundyear", "Jahre des Fonds veröffentlichen und zurückziehen")]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "sample"],
                name="one_fund_year",
                violation_error_message="Dieses Jahr gibt es schon.",
            ),
            models.CheckConstraint(
                condition=Q(ceiling__isnull=True) | Q(held__lte=F("ceiling") - F("committed")),
                name="fund_year_within_ceiling",
                violation_error_message="Vorgemerkt und zugesagt sind zusammen mehr, als in diesem Jahr da ist.",
            ),
            models.CheckConstraint(
                condition=(Q(ceiling__isnull=False) | Q(held=0, committed=0)) & Q(held__gte=0, committed__gte=0),
                name="fund_year_spends_what_it_knows",
                violation_error_message="Ohne bekannte Summe lässt sich nichts vormerken oder zusagen.",
            ),
            models.CheckConstraint(
                condition=Q(ceiling__isnull=True) | Q(ceiling__gte=0),
                name="fund_year_ceiling_not_negative",
                violation_error_message="Beträge sind nie kleiner als null.",
            ),
            models.CheckConstraint(
                condition=Q(ceiling__isnull=True) | Q(council_paper__isnull=False) | ~Q(source="") | Q(sample=True),
                name="fund_year_ceiling_has_source",
                violation_error_message="Zur Summe gehört eine Drucksache oder eine andere Quelle.",
            ),
        ]

    def __str__(self):
        return f"{self.year} (Beispiel)" if self.sample else str(self.year)

    @property
    def is_public(self):
        return self.state in self.SEEN

    @property
    def is_closed(self):
        return self.state == self.State.CLOSED

    @property
    def free(self):
        """What is left: euro, None where the ceiling is not known."""
        return None if self.ceiling is None else self.ceiling - self.held - self.committed


class Pot(Counted):
    """The share of one tier in the money of a year, in euro. tier_key: empty for what is split no further.

    held, committed: of this share, in euro; written by the money guard with those of the year.
    """

    year = models.ForeignKey(FundYear, models.CASCADE, related_name="pots", verbose_name="Jahr")
    tier_key = models.CharField("Stufe", max_length=16, choices=TierKey.choices, blank=True)
    share = EuroField("Anteil (Euro)")
    held = EuroField("vorgemerkt (Euro)", default=0, editable=False)
    committed = EuroField("zugesagt (Euro)", default=0, editable=False)

    class Meta:
        verbose_name = "Topf eines Jahres"
        verbose_name_plural = "Töpfe eines Jahres"
        ordering = ["year", "tier_key"]
        constraints = [
            models.UniqueConstraint(
                fields=["year", "tier_key"],
                name="one_pot_per_tier",
                violation_error_message="Für diese Stufe gibt es in diesem Jahr schon einen Topf.",
            ),
            models.CheckConstraint(
                condition=Q(share__gte=0),
                name="pot_is_not_negative",
                violation_error_message="Beträge sind nie kleiner als null.",
            ),
            models.CheckConstraint(
                condition=Q(held__gte=0, committed__gte=0, held__lte=F("share") - F("committed")),
                name="pot_within_share",
                violation_error_message="Vorgemerkt und zugesagt sind zusammen mehr, als in diesem Topf ist.",
            ),
        ]

    def __str__(self):
        return f"{self.year}: {self.get_tier_key_display() or 'alle'}"

    @property
    def free(self):
        """What is left of the share, in euro."""
        return self.share - self.held - self.committed
