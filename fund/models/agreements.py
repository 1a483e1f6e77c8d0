"""After the letter: who accepted an agreement and for whom the money is, and results that are looked at again."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from fund.models.applications import Application
from fund.models.office import Decision, paired

USER = settings.AUTH_USER_MODEL


class Acceptance(models.Model):
    """The applicant's yes to an agreement (fund design, move 25): by link and code, or on signed paper.

    code_digest: of the code that stands in the letter. due: the last day. Bank details are asked only with the yes, and
    never before. iban: checked by its checksum; it belongs to the payment and is shown to finance and the team only.
    """

    class How(models.TextChoices):
        LINK = "link", "im Portal"
        PAPER = "paper", "unterschrieben auf Papier"

    application = models.ForeignKey(Application, models.PROTECT, related_name="acceptances", verbose_name="Antrag")
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="acceptance")
    due = models.DateField("bis")
    code_digest = models.CharField(max_length=64, blank=True, editable=False)
    reminded = models.PositiveSmallIntegerField(default=0, editable=False)
    accepted_at = models.DateTimeField("angenommen am", null=True, blank=True)
    how = models.CharField("wie", max_length=10, choices=How.choices, blank=True)
    entered_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="eingetragen von"
    )
    signer = models.CharField("unterschrieben von", max_length=200, blank=True)
    function = models.CharField("Funktion", max_length=200, blank=True)
    payee = models.CharField("Kontoinhaber*in", max_length=200, blank=True)
    iban = models.CharField("IBAN", max_length=34, blank=True)

    class Meta:
        verbose_name = "Annahme einer Vereinbarung"
        verbose_name_plural = "Annahmen von Vereinbarungen"
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, how="", signer="", iban="")
                | (Q(accepted_at__isnull=False) & ~Q(how="") & ~Q(signer="")),
                name="acceptance_names_its_signer",
                violation_error_message="Zur Annahme gehört, wer unterschrieben hat und wie.",
            ),
            models.CheckConstraint(
                condition=~Q(how="paper") | Q(entered_by__isnull=False),
                name="paper_was_entered_by_somebody",
                violation_error_message="Ein unterschriebenes Papier trägt jemand ein.",
            ),
        ]

    def __str__(self):
        return f"Annahme zu {self.application}"


class Reversal(models.Model):
    """A result is looked at again: by the lead and a second person, with its reason. The old decision stays as it is.

    REOPEN: a refusal, after an objection or new facts (move 40). CORRECT: a yes with an error in it (move 41).
    """

    class Kind(models.TextChoices):
        REOPEN = "reopen", "wieder öffnen"
        CORRECT = "correct", "Entscheidung berichtigen"

    application = models.ForeignKey(Application, models.PROTECT, related_name="reversals", verbose_name="Antrag")
    kind = models.CharField("Art", max_length=10, choices=Kind.choices)
    reason = models.TextField("Grund")
    proposed_at = models.DateTimeField("vorgeschlagen am")
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField("bestätigt am", null=True, blank=True)
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "Wiederaufnahme oder Berichtigung"
        verbose_name_plural = "Wiederaufnahmen und Berichtigungen"
        ordering = ["proposed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(confirmed_at__isnull=True, dropped_at__isnull=True),
                name="one_open_reversal",
            ),
            paired("confirmed_at", "confirmed_by", "confirmed_reversal_has_a_person"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")),
                name="reversal_by_two_people",
                violation_error_message="Das bestätigt eine zweite Person.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="reversal_says_why",
                violation_error_message="Der Grund fehlt.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.application}"
