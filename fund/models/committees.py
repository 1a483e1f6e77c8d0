"""Committees of the council: one council paper for one or several cases, the committees it goes through, and what each
of them said. The portal records their results; it works out none (municipal law decides how they vote)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from fund.models.applications import Application
from fund.models.board import CaseItem
from fund.models.office import RefusalReason, paired
from strategy.models import Body, CouncilPaper
from wir.columns import EuroField

USER = settings.AUTH_USER_MODEL


class Filing(models.Model):
    """A paper to the committees. council_paper: its number, once it has one; supplement and number together are unique.

    told_on: the day the paper is public; by then every applicant in it knows what the board proposed (design, 7).
    version: counted up by every change, for compare-and-set. page, stored, digest: what was filed, as a page, the name
    of its PDF in the store and the PDF's SHA-256; all empty before. Written by fund/filings.py only.
    """

    council_paper = models.OneToOneField(
        CouncilPaper, models.PROTECT, null=True, blank=True, related_name="filing", verbose_name="Drucksache"
    )
    title = models.CharField("Gegenstand", max_length=300)
    text = models.TextField("Begründung", blank=True)
    made_at = models.DateTimeField("angelegt am")
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    filed_at = models.DateTimeField("eingebracht am", null=True, blank=True)
    filed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    told_on = models.DateField("öffentlich ab", null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    page = models.TextField(blank=True, editable=False)
    stored = models.CharField(max_length=40, blank=True, editable=False)
    digest = models.CharField("Prüfsumme der Vorlage", max_length=64, blank=True, editable=False)
    sample = models.BooleanField("Beispiel", default=False, editable=False)

    class Meta:
        verbose_name = "Vorlage an die Ausschüsse"
        verbose_name_plural = "Vorlagen an die Ausschüsse"
        ordering = ["-made_at", "-pk"]
        constraints = [
            paired("filed_at", "filed_by", "filed_paper_has_a_person"),
            models.CheckConstraint(
                condition=Q(filed_at__isnull=True) | Q(council_paper__isnull=False),
                name="filed_paper_has_a_number",
                violation_error_message="Eingebracht wird eine Vorlage mit ihrer Nummer.",
            ),
        ]

    def __str__(self):
        return str(self.council_paper) if self.council_paper_id else f"Entwurf: {self.title}"


class FiledCase(models.Model):
    """A case in a paper, with the board's result attached, also where it is negative: the committee decides.

    A case that was postponed comes back with a new paper, or into the same one with a row of its own; one row at a time
    is open. ended_at: decided, postponed, referred back or withdrawn. told_at: the applicant was told of the paper.
    """

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="cases", verbose_name="Vorlage")
    application = models.ForeignKey(Application, models.PROTECT, related_name="filings", verbose_name="Antrag")
    item = models.ForeignKey(
        CaseItem, models.PROTECT, null=True, blank=True, related_name="filings", verbose_name="Ergebnis des Gremiums"
    )
    round = models.PositiveSmallIntegerField("Runde", default=1)
    ended_at = models.DateTimeField(null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "Antrag in einer Vorlage"
        verbose_name_plural = "Anträge in Vorlagen"
        ordering = ["filing", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(ended_at__isnull=True),
                name="case_in_one_paper",
                violation_error_message="Der Antrag steht schon in einer Vorlage.",
            )
        ]

    def __str__(self):
        return f"{self.application} in {self.filing}"


class CommitteeStep(models.Model):
    """One committee on the way of a paper; exactly one step decides, the others advise."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="steps", verbose_name="Vorlage")
    order = models.PositiveSmallIntegerField("Reihenfolge", default=1)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", verbose_name="Ausschuss")
    decides = models.BooleanField("entscheidet", default=False)
    session_on = models.DateField("Sitzung am", null=True, blank=True)

    class Meta:
        verbose_name = "Station einer Vorlage"
        verbose_name_plural = "Stationen von Vorlagen"
        ordering = ["filing", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["filing"],
                condition=Q(decides=True),
                name="one_committee_decides",
                violation_error_message="Genau ein Ausschuss entscheidet.",
            ),
            models.UniqueConstraint(fields=["filing", "order"], name="one_step_at_a_place"),
        ]

    def __str__(self):
        return f"{self.body} ({'entscheidet' if self.decides else 'berät'})"


class StepResult(models.Model):
    """What a committee said of one case: recorded by one person, confirmed by another. Never edited.

    amount: euro. why: for a divergence from the board, the reason as recorded. point: number of the item in the
    committee's minutes. dropped_at: the second person found it wrong.
    """

    class Result(models.TextChoices):
        NOTED = "noted", "zur Kenntnis genommen"
        RECOMMENDED = "recommended", "empfohlen"
        NOT_RECOMMENDED = "not_recommended", "nicht empfohlen"
        YES = "yes", "beschlossen"
        CHANGED = "changed", "mit Änderungen beschlossen"
        NO = "no", "abgelehnt"
        POSTPONED = "postponed", "vertagt"
        REFERRED = "referred", "zurückverwiesen"

    ADVICE = (Result.NOTED, Result.RECOMMENDED, Result.NOT_RECOMMENDED)
    DECIDING = (Result.YES, Result.CHANGED, Result.NO)
    BACK = (Result.POSTPONED, Result.REFERRED)

    step = models.ForeignKey(CommitteeStep, models.PROTECT, related_name="results", verbose_name="Station")
    case = models.ForeignKey(FiledCase, models.PROTECT, related_name="results", verbose_name="Antrag")
    result = models.CharField("Ergebnis", max_length=16, choices=Result.choices)
    amount = EuroField("Betrag (Euro)", null=True, blank=True)
    more_agreed = models.CharField("Zustimmung zu mehr Geld", max_length=300, blank=True)
    reason = models.ForeignKey(
        RefusalReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Grund"
    )
    why_de = models.TextField("Begründung, wie protokolliert", blank=True)
    why = models.TextField("dasselbe in der Sprache der antragstellenden Person", blank=True)
    session_on = models.DateField("Sitzung am")
    point = models.CharField("Punkt der Niederschrift", max_length=40, blank=True)
    recorded_at = models.DateTimeField("eingetragen am")
    recorded_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField("bestätigt am", null=True, blank=True)
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_at = models.DateTimeField("verworfen am", null=True, blank=True)

    class Meta:
        verbose_name = "Ergebnis eines Ausschusses"
        verbose_name_plural = "Ergebnisse von Ausschüssen"
        ordering = ["recorded_at", "pk"]
        constraints = [
            paired("confirmed_at", "confirmed_by", "confirmed_result_has_a_person"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("recorded_by")),
                name="committee_result_confirmed_by_another",
                violation_error_message="Was eine Person einträgt, bestätigt eine andere.",
            ),
            models.UniqueConstraint(
                fields=["case", "step"], condition=Q(dropped_at__isnull=True), name="one_result_of_a_step"
            ),
            models.CheckConstraint(
                condition=~Q(result__in=("yes", "changed")) | Q(amount__isnull=False, amount__gt=0),
                name="committee_yes_has_an_amount",
                violation_error_message="Zu einem Beschluss gehört ein Betrag.",
            ),
            models.CheckConstraint(
                condition=~Q(result="no") | Q(reason__isnull=False),
                name="committee_no_has_a_reason",
                violation_error_message="Zu einer Ablehnung gehört ein Grund aus dem Katalog.",
            ),
        ]

    def __str__(self):
        return f"{self.get_result_display()} ({self.case.application})"
