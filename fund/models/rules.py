"""Rule sets: the rules of the fund as dated records. Every number, name and head-count is a column, and each column has
a row that says where its value comes from."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q

from strategy.models import Body, BodyName
from wir.columns import EuroField
from wir.languages.models import Stamping, Translated, TranslatedQuerySet

SHARE = [MinValueValidator(0), MaxValueValidator(100)]
FROM_ONE = [MinValueValidator(1)]


class ApplicantKind(models.TextChoices):
    """Who applies. A city unit always takes the path of the administration, whatever the amount."""

    ORGANISATION = "organisation", "Organisation oder Verein"
    GROUP = "group", "Gruppe ohne Rechtsform"
    PERSON = "person", "einzelne Person"
    TANDEM = "tandem", "Tandem (zwei gemeinsam)"
    UNIT = "unit", "Stelle der Stadtverwaltung"


class TierKey(models.TextChoices):
    MICRO = "micro", "Kleinstprojekte"
    PROJECT = "project", "Projekte"
    ADMINISTRATION = "administration", "Projekte der Stadtverwaltung"


def body_name(body, day):
    """Subquery: the proper name a body carries on a day. body, day: names of columns of the outer row."""
    names = BodyName.objects.filter(body=OuterRef(body), is_alias=False)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=OuterRef(day))
    lasting = Q(valid_until__isnull=True) | Q(valid_until__gte=OuterRef(day))
    return names.filter(begun, lasting).order_by(F("valid_from").desc(nulls_last=True)).values("name")[:1]


class RuleSetQuerySet(TranslatedQuerySet):
    def public(self):
        """What is or was in force: pages and letters show the words of these."""
        return self.exclude(state=RuleSet.State.DRAFT)

    def with_tiers(self):
        """With its tiers at hand, and these with the names their bodies carry under the rule set."""
        return self.prefetch_related(Prefetch("tiers", Tier.objects.named()))

    def in_force(self, day):
        """The active rule set that is valid on a day, with its tiers at hand; None where there is none."""
        found = self.filter(state=RuleSet.State.ACTIVE, valid_from__lte=day).order_by("-valid_from", "-pk")
        return found.with_tiers().first()

    def told(self):
        """With what pages tell beside the rules: where each comes from, the board's name, and whether later rules
        are known that are not in force (`is_overtaken`)."""
        later = RuleSet.objects.filter(valid_from__gt=OuterRef("valid_from")).exclude(state=RuleSet.State.RETIRED)
        return self.prefetch_related("origins").annotate(
            board_name=body_name("board", "valid_from"), is_overtaken=Exists(later)
        )


class RuleSet(Translated):
    """The rules of the fund from a day on. An application keeps the set it was submitted under.

    Written only while it is a draft; `state` is written by rules_workflow.py only. Empty means: the source is silent.
    Days are calendar days, shares whole per cent, amounts euro.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        ACTIVE = "active", "in Kraft"
        RETIRED = "retired", "abgelöst"

    class Boundary(models.TextChoices):
        """To which tier the exact limit belongs: 5,000.00 stands in both ranges of the paper."""

        LOWER = "lower", "zur unteren Stufe"
        UPPER = "upper", "zur oberen Stufe"

    class AmountMeans(models.TextChoices):
        """The paper speaks of the amount of small projects and of the volume of larger ones."""

        GRANT = "grant", "die beantragte Summe"
        TOTAL = "total", "die gesamten Kosten des Projekts"

    class Says(models.TextChoices):
        UNSAID = "unsaid", "nicht geregelt"
        YES = "yes", "ja"
        NO = "no", "nein"

    class OwnShareException(models.TextChoices):
        UNSAID = "unsaid", "nicht geregelt"
        NEVER = "never", "keine Ausnahme"
        WITH_REASON = "with_reason", "weniger mit Begründung in der Akte"

    class EarlyStart(models.TextChoices):
        UNSAID = "unsaid", "nicht geregelt"
        NO = "no", "nein"
        ON_REQUEST = "on_request", "auf Antrag"

    class QuorumBase(models.TextChoices):
        FILLED = "filled", "am Sitzungstag besetzte Sitze"
        ALL = "all", "alle Sitze"
        FREE = "free", "besetzte Sitze ohne Interessenkonflikt"

    class Tie(models.TextChoices):
        NOT_PROPOSED = "not_proposed", "nicht vorgeschlagen"
        CHAIR = "chair", "der Vorsitz entscheidet"

    class Confirmation(models.TextChoices):
        NOTICE = "notice", "Bescheid"
        AGREEMENT = "agreement", "Vereinbarung"

    key = models.SlugField("Kürzel", max_length=40, unique=True, help_text="Zum Beispiel: praxis-2025")
    title = models.CharField("Name des Regelwerks", max_length=120, help_text="Zum Beispiel: Praxis 2025")
    valid_from = models.DateField("gilt ab")
    source = models.CharField("Quelle", max_length=300, help_text="Zum Beispiel: Strategiepapier April 2021")
    state = models.CharField("Stand", max_length=10, choices=State.choices, default=State.DRAFT, editable=False)

    # Names follow the rule set in force; they are German proper names in every language
    fund_name = models.CharField("Name des Fonds", max_length=120)
    former_name = models.CharField(
        "anderer Name", max_length=120, blank=True, help_text="Der frühere oder spätere Name; steht einmal in Klammern."
    )
    board = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="begleitendes Gremium"
    )

    # Who may apply, for what, how much
    applicants = models.JSONField(
        "wer Anträge stellen darf", default=list, blank=True, help_text="Leer: die Quelle nennt es nicht"
    )
    boundary = models.CharField("genau die Grenze gehört", max_length=10, choices=Boundary, default=Boundary.LOWER)
    amount_means = models.CharField("die Grenze meint", max_length=10, choices=AmountMeans, default=AmountMeans.GRANT)
    costs = models.TextField("was als Kosten zählt", blank=True, help_text="Leer: die Quelle nennt es nicht")
    large_needs_call = models.BooleanField("große Projekte nur zu einem Aufruf", default=False)
    one_carrier_per_call = models.BooleanField("je aufgerufener Maßnahme wird ein Träger gewählt", default=False)
    splitting = models.BooleanField("mehrere kleine Anträge über der Grenze anzeigen", default=True)
    duplicate_days = models.PositiveSmallIntegerField("ähnliche Anträge anzeigen: Tage zurück", default=60)
    early_start = models.CharField("vorzeitiger Beginn", max_length=12, choices=EarlyStart, default=EarlyStart.UNSAID)

    # Own share and kind of financing
    own_share_percent = models.PositiveSmallIntegerField(
        "Eigenanteil in Prozent der Kosten", null=True, blank=True, validators=SHARE
    )
    own_share_exception = models.CharField(
        "weniger Eigenanteil", max_length=12, choices=OwnShareException, default=OwnShareException.UNSAID
    )
    in_kind_counts = models.CharField(
        "unbezahlte Arbeit und Sachleistungen zählen", max_length=10, choices=Says, default=Says.UNSAID
    )
    fixed_up_to = EuroField("Festbetrag bis", null=True, blank=True)
    fixed_with_share_up_to = EuroField("Festbetrag nur mit Eigenanteil bis", null=True, blank=True)

    # Deciding
    team_people = models.PositiveSmallIntegerField("Personen für eine Entscheidung", default=2, validators=FROM_ONE)
    refusal_people = models.PositiveSmallIntegerField("Personen für eine Ablehnung", default=2, validators=FROM_ONE)
    deputies = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Vertretung bei Interessenkonflikt"
    )
    quorum_percent = models.PositiveSmallIntegerField("beschlussfähig bei mehr als (%)", default=50, validators=SHARE)
    quorum_base = models.CharField("Prozent wovon", max_length=10, choices=QuorumBase, default=QuorumBase.FILLED)
    tie = models.CharField("bei Stimmengleichheit", max_length=14, choices=Tie, default=Tie.NOT_PROPOSED)
    circular_vote = models.BooleanField("Abstimmung ohne Sitzung erlaubt", default=False)
    paper_days = models.PositiveSmallIntegerField("Unterlagen vor der Sitzung (Tage)", default=7)
    committee_weeks = models.PositiveSmallIntegerField("Wochen vom Gremium bis zum Ausschuss", default=8)
    hold_months = models.PositiveSmallIntegerField("vorgemerktes Geld verfällt (Monate)", default=12)
    confirmation = models.CharField(
        "Zusage als", max_length=10, choices=Confirmation.choices, default=Confirmation.NOTICE
    )
    remedy = models.TextField(
        "Rechtsbehelf", blank=True, help_text="Steht in jedem Bescheid. Leer, bis die Stadt den Text festlegt."
    )

    paper_pattern = models.CharField(
        "Form der Drucksachennummer", max_length=60, default="9999/9999", help_text="9 steht für eine Ziffer"
    )

    # Deadlines and promises towards applicants
    answer_days_micro = models.PositiveSmallIntegerField("Antwort auf kleine Anträge (Tage)", default=28)
    change_days = models.PositiveSmallIntegerField("Nachfrage: Tage mindestens", default=10, validators=FROM_ONE)
    change_days_default = models.PositiveSmallIntegerField("Nachfrage: Tage als Vorgabe", default=21)
    reminder_first_days = models.PositiveSmallIntegerField("erste Erinnerung (Tage vor der Frist)", default=7)
    reminder_second_days = models.PositiveSmallIntegerField("zweite Erinnerung (Tage vor der Frist)", default=2)
    reopen_days = models.PositiveSmallIntegerField("Wiederaufnahme möglich (Tage)", default=28)
    agreement_days = models.PositiveSmallIntegerField("Vereinbarung annehmen (Tage)", default=28, validators=FROM_ONE)
    wanted_days = models.PositiveSmallIntegerField("Warteliste: Antwort gilt (Tage)", default=14, validators=FROM_ONE)
    grace_minutes = models.PositiveSmallIntegerField("Nachfrist für offene Seiten (Minuten)", default=60)
    draft_days = models.PositiveSmallIntegerField("Entwurf verfällt (Tage)", default=90)
    draft_warning_first_days = models.PositiveSmallIntegerField("erste Warnung (Tage nach der letzten)", default=60)
    draft_warning_second_days = models.PositiveSmallIntegerField("zweite Warnung (Tage nach der letzten)", default=83)

    objects = RuleSetQuerySet.as_manager()

    # Not rules but what identifies the record
    NOT_RULES = ("id", "updated_at", "key", "title", "source", "state")

    class Meta:
        verbose_name = "Regelwerk"
        verbose_name_plural = "Regelwerke"
        ordering = ["valid_from", "pk"]
        permissions = [("activate_ruleset", "Regelwerke in Kraft setzen und Angaben bestätigen")]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="active"),
                name="one_active_rule_set",
                violation_error_message="Es gilt immer nur ein Regelwerk.",
            ),
            models.CheckConstraint(
                condition=Q(change_days__lte=F("change_days_default")),
                name="change_days_in_order",
                violation_error_message="Die Vorgabe für Nachfragen ist kürzer als das Mindeste.",
            ),
            models.CheckConstraint(
                condition=Q(reminder_second_days__lt=F("reminder_first_days")),
                name="reminders_in_order",
                violation_error_message="Die zweite Erinnerung kommt nach der ersten, also näher an der Frist.",
            ),
            models.CheckConstraint(
                condition=Q(draft_warning_first_days__lt=F("draft_warning_second_days"))
                & Q(draft_warning_second_days__lt=F("draft_days")),
                name="draft_warnings_in_order",
                violation_error_message="Entwürfe: erst die erste, dann die zweite Warnung, dann das Ende.",
            ),
            models.CheckConstraint(
                condition=Q(own_share_percent__isnull=True) | Q(own_share_percent__lte=100),
                name="own_share_is_a_share",
                violation_error_message="Der Eigenanteil ist eine Zahl von 0 bis 100.",
            ),
            models.CheckConstraint(
                condition=Q(quorum_percent__lt=100),
                name="quorum_can_be_met",
                violation_error_message="Mehr als 100 Prozent können nie anwesend sein.",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_public(self):
        return self.state == self.State.ACTIVE

    @classmethod
    def rule_fields(cls):
        """The fields that are rules, in the order in which they stand; translated texts by their plain name."""
        texts = {f"{name}_" for name in cls.translated_fields()}
        return [
            field
            for field in cls._meta.concrete_fields
            if field.name not in cls.NOT_RULES and not any(field.name.startswith(text) for text in texts)
        ]

    def clean(self):
        unknown = set(self.applicants or []) - set(ApplicantKind.values)
        if unknown:
            raise ValidationError({"applicants": f"Unbekannt: {', '.join(sorted(map(str, unknown)))}."})

    def tier(self, key):
        """One of its tiers, None where it has no such tier. Reads the prefetched `tiers`."""
        return next((tier for tier in self.tiers.all() if tier.key == key), None)

    def origin_of(self, field):
        """Where the value of a field comes from, None where nobody has said. Reads the prefetched `origins`."""
        return next((origin for origin in self.origins.all() if origin.field == field), None)


class TierQuerySet(models.QuerySet):
    def named(self):
        """With the name its body carries under the rule set: `body_name`, None where it has no body."""
        return self.annotate(body_name=body_name("proposes", "rule_set__valid_from"))


class Tier(Stamping):
    """One of the funding lines of a rule set: from which amount to which, and the path a case takes.

    lowest, highest: euro, empty where no amount is named. On which side exactly the limit between two tiers lies says
    `RuleSet.boundary`. proposes: the body of the path; on the path `body` it decides alone.
    """

    class Path(models.TextChoices):
        TEAM = "team", "das Projektteam entscheidet"
        BODY = "body", "ein Gremium entscheidet"
        BODY_THEN_COMMITTEE = "body_then_committee", "ein Gremium schlägt vor, Ausschüsse entscheiden"

    rule_set = models.ForeignKey(RuleSet, models.CASCADE, related_name="tiers", verbose_name="Regelwerk")
    key = models.CharField("Stufe", max_length=16, choices=TierKey.choices)
    name = models.CharField("amtlicher Name", max_length=80, help_text="Zum Beispiel: Kleinstprojekte")
    order = models.PositiveSmallIntegerField("Reihenfolge", default=1)
    lowest = EuroField("ab (Euro)", null=True, blank=True)
    highest = EuroField("bis (Euro)", null=True, blank=True)
    path = models.CharField("Weg", max_length=20, choices=Path.choices)
    proposes = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="vorschlagendes Gremium"
    )
    decides = models.CharField("wer entscheidet", max_length=20, choices=Body.Kind.choices)

    RULES = ("name", "lowest", "highest", "path", "proposes", "decides")

    objects = TierQuerySet.as_manager()

    class Meta:
        verbose_name = "Förderstufe"
        verbose_name_plural = "Förderstufen"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "key"],
                name="one_tier_per_key",
                violation_error_message="Diese Stufe gibt es in diesem Regelwerk schon.",
            ),
            models.CheckConstraint(
                condition=(Q(lowest__isnull=True) | Q(lowest__gte=0))
                & (Q(highest__isnull=True) | Q(highest__gt=0))
                & (Q(lowest__isnull=True) | Q(highest__isnull=True) | Q(highest__gt=F("lowest"))),
                name="tier_amounts_in_order",
                violation_error_message="Der höchste Betrag liegt über dem niedrigsten; keiner ist negativ.",
            ),
            models.CheckConstraint(
                condition=Q(path="team") | Q(proposes__isnull=False),
                name="tier_path_has_its_body",
                violation_error_message="Zu diesem Weg gehört ein Gremium.",
            ),
        ]

    def __str__(self):
        return f"{self.get_key_display()} ({self.rule_set})"


class RuleOrigin(models.Model):
    """Where one value of a rule set comes from.

    field: name of a column of RuleSet, or `<tier key>.<column>` for one of a tier. An empty value with the origin
    `paper` or `practice` says: this source is silent. confirmed: False for what no source states outright.
    """

    class Origin(models.TextChoices):
        PAPER = "paper", "Strategiepapier"
        PRACTICE = "practice", "Praxis der Stadt"
        DEFAULT = "default", "unsere Vorgabe, bis die Stadt entscheidet"

    rule_set = models.ForeignKey(RuleSet, models.CASCADE, related_name="origins", verbose_name="Regelwerk")
    field = models.CharField("Angabe", max_length=60)
    origin = models.CharField("Herkunft", max_length=10, choices=Origin.choices)
    source = models.CharField("Quelle", max_length=300, blank=True)
    confirmed = models.BooleanField("bestätigt", default=True)

    class Meta:
        verbose_name = "Herkunft einer Angabe"
        verbose_name_plural = "Herkunft der Angaben"
        ordering = ["rule_set", "field"]
        constraints = [
            models.UniqueConstraint(fields=["rule_set", "field"], name="one_origin_per_rule"),
            models.CheckConstraint(
                condition=Q(origin="default") | ~Q(source=""),
                name="origin_names_its_source",
                violation_error_message="Was aus dem Papier oder der Praxis stammt, nennt seine Quelle.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed=True) | ~Q(origin="default"),
                name="defaults_need_no_confirmation",
                violation_error_message="Eine Vorgabe von uns wird nicht bestätigt, sondern ersetzt.",
            ),
        ]

    def __str__(self):
        return f"{self.rule_set}: {self.field}"
