"""Conflict of interest: what a person said of herself about a case, what the portal found, and who settled it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from fund.models.applications import Application
from fund.models.office import paired
from strategy.models import SeatHolder

USER = settings.AUTH_USER_MODEL


class DeclarationQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(superseded_at__isnull=True)

    def free(self):
        """Those of people who may read, review and decide."""
        return self.in_force().filter(standing=Declaration.Standing.FREE)


class Declaration(models.Model):
    """What one person declared about one case before anything else of it opened (fund design, 1.5; § 41 NKomVG).

    holder: a member on a seat of the body; user: an account of the office. Exactly one of them.
    answer: what the person said. found: keys of what the portal found (fund/conflicts.py) at that moment, with blanks
    between them.
    standing: what holds. FREE only where she said none and nothing was found, or where somebody else settled it so.
    note: her own words; for the chair, never for other members or the applicant.
    It is never changed but by being settled; who declares something else writes a new row, and the old one is
    superseded: a late conflict voids what she reviewed and voted before (fund/board).
    """

    class Answer(models.TextChoices):
        NONE = "none", "kein Konflikt"
        CONFLICT = "conflict", "Konflikt"
        UNSURE = "unsure", "nicht sicher"

    class Kind(models.TextChoices):
        ORGANISATION = "organisation", "eigene oder verbundene Organisation"
        FAMILY = "family", "Familie oder Partnerschaft"
        JOB = "job", "Arbeitgeber"
        PAID = "paid", "bekommt Geld daraus"
        HELPED = "helped", "hat beim Antrag geholfen"
        OTHER = "other", "anderer Grund"

    class Standing(models.TextChoices):
        FREE = "free", "kein Konflikt"
        CONFLICT = "conflict", "Konflikt"
        OPEN = "open", "zu klären"

    application = models.ForeignKey(Application, models.PROTECT, related_name="declarations", verbose_name="Antrag")
    holder = models.ForeignKey(
        SeatHolder, models.PROTECT, null=True, blank=True, related_name="declarations", verbose_name="Mitglied"
    )
    user = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="declarations", verbose_name="Konto"
    )
    answer = models.CharField("Angabe", max_length=10, choices=Answer.choices)
    kind = models.CharField("Art", max_length=12, choices=Kind.choices, blank=True)
    note = models.TextField("Erläuterung", blank=True)
    found = models.CharField("vom Portal gefunden", max_length=200, blank=True)
    standing = models.CharField("gilt als", max_length=10, choices=Standing.choices)
    at = models.DateTimeField("angegeben am")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="eingetragen von")
    settled_at = models.DateTimeField("geklärt am", null=True, blank=True)
    settled_by = models.ForeignKey(
        USER, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="geklärt von"
    )
    settled_why = models.TextField("Grund der Klärung", blank=True)
    superseded_at = models.DateTimeField(null=True, blank=True)

    objects = DeclarationQuerySet.as_manager()

    class Meta:
        verbose_name = "Angabe zu Interessenkonflikten"
        verbose_name_plural = "Angaben zu Interessenkonflikten"
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(holder__isnull=False, user__isnull=True) | Q(holder__isnull=True, user__isnull=False),
                name="declaration_of_one_person",
                violation_error_message="Die Angabe macht ein Mitglied oder ein Konto.",
            ),
            models.UniqueConstraint(
                fields=["application", "holder"],
                condition=Q(superseded_at__isnull=True, holder__isnull=False),
                name="one_declaration_of_a_member",
            ),
            models.UniqueConstraint(
                fields=["application", "user"],
                condition=Q(superseded_at__isnull=True, user__isnull=False),
                name="one_declaration_of_staff",
            ),
            models.CheckConstraint(
                condition=~Q(answer="conflict") | (~Q(kind="") & Q(standing="conflict")),
                name="conflict_has_its_kind",
                violation_error_message="Zu einem Konflikt gehört seine Art, und niemand hebt ihn auf.",
            ),
            models.CheckConstraint(
                condition=~Q(standing="free") | Q(answer="none", found="") | Q(settled_at__isnull=False),
                name="found_conflict_is_settled_by_somebody",
                violation_error_message="Was das Portal findet oder wer unsicher ist, klärt eine andere Person.",
            ),
            paired("settled_at", "settled_by", "settled_declaration_has_a_person"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | ~Q(settled_why=""),
                name="settled_declaration_says_why",
                violation_error_message="Zur Klärung gehört ein Grund.",
            ),
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True) | ~Q(settled_by=models.F("by")),
                name="nobody_settles_her_own",
                violation_error_message="Die eigene Angabe klärt jemand anderes.",
            ),
        ]

    def __str__(self):
        return f"{self.holder or self.user}: {self.get_standing_display()}"
