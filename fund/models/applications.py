"""An application to the fund, who may open it, and who helps with it.

The answers stand in answers.py, what is frozen of them in revisions.py, what staff do with it in office.py. Nothing but
`fund/workflow.py` writes `state`.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Coalesce

from wir.languages import registry


class ApplicationQuerySet(models.QuerySet):
    def real(self):
        """Without the marked examples: what is counted."""
        return self.filter(sample=False)

    def handed_in(self):
        """What staff see: a draft belongs to its applicant alone, and of an erased case nothing is left."""
        return self.exclude(state__in=Application.HIDDEN)

    def open(self):
        return self.filter(state__in=Application.OPEN)

    def granted(self, samples=False):
        """What residents may see of granted money: a yes in force whose letter is released, and a project that is not
        taken back. Where an agreement is asked, only once it is confirmed; the samples only beside a banner.

        The one place where this is decided; `Application.is_granted` asks the same of one case. `granted_amount`
        (euro) and `decided_at` are those of the decision in force, `met_on` and `paper_…` those of the meeting and the
        council paper it was made on, None where there was none.
        """
        in_force = FilteredRelation("decisions", condition=Q(decisions__dropped_at__isnull=True))
        return (
            self.alias(in_force=in_force)
            .filter(
                state__in=Application.GRANTED,
                decision_released_at__isnull=False,
                in_force__kind="approved",
                in_force__confirmed_at__isnull=False,
                sample=samples,
            )
            .annotate(
                granted_amount=F("in_force__amount"),
                decided_at=F("in_force__confirmed_at"),
                met_on=Coalesce("in_force__result__session_on", "in_force__item__meeting__day"),
                paper_number=F("in_force__result__step__filing__council_paper__number"),
                paper_supplement=F("in_force__result__step__filing__council_paper__supplement"),
                paper_link=F("in_force__result__step__filing__council_paper__link"),
            )
        )

    def for_desk(self):
        return self.handed_in().select_related("revision", "assigned_to", "rule_set", "call", "year")


class Application(models.Model):
    """One case, from the first answer to the closed file (section "Finanzen" of the paper; states: fund workflow).

    version: counted up by every move, for compare-and-set. written: counted up by every saved answer and file.
    tier: "" until it is routed; the tier of the amount asked for, never of a smaller award.
    asked_by_state: the state that asked for changes, to which the answer leads back.
    decision_released_at: recorded and released are two facts; before it no applicant learns of a result.
    round: 1, and one more each time the case is opened again.
    body: who deals with it where that is not the body of its tier: the deputies, when too few are free of conflict.
    hold_until: the last day of the money held for it. merged_into: the case that goes on in place of this duplicate.
    active_on, closed_on, payer: entered by the team, for the portal pays nothing yet; payer is who settles it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "in Arbeit"
        SUBMITTED = "submitted", "eingegangen"
        FORMAL_CHECK = "formal_check", "formale Prüfung"
        INFO_REQUESTED = "info_requested", "Rückfrage"
        TEAM_DECISION = "team_decision", "Entscheidung im Projektteam"
        BOARD_QUEUE = "board_queue", "wartet auf das Gremium"
        BOARD_MEETING = "board_meeting", "auf der Tagesordnung"
        COMMITTEE_QUEUE = "committee_queue", "wartet auf den Ausschuss"
        COMMITTEE_RUNNING = "committee_running", "im Ausschuss"
        WAITLISTED = "waitlisted", "Warteliste"
        APPROVED = "approved", "bewilligt"
        AGREEMENT_SENT = "agreement_sent", "Bescheid verschickt"
        ACTIVE = "active", "Projekt läuft"
        REPORT_DUE = "report_due", "Nachweis fällig"
        REPORT_CHECK = "report_check", "Nachweis in Prüfung"
        SETTLEMENT = "settlement", "Abrechnung"
        CLOSED = "closed", "abgeschlossen"
        INELIGIBLE = "ineligible", "formal abgelehnt"
        REJECTED = "rejected", "abgelehnt"
        WITHDRAWN = "withdrawn", "zurückgezogen"
        LAPSED = "lapsed", "ohne Antwort beendet"
        REVOKED = "revoked", "widerrufen"
        ERASED = "erased", "gelöscht"

    # In no list of staff: a draft belongs to its applicant alone, and of an erased case nothing is left
    HIDDEN = (State.DRAFT, State.ERASED)

    # Before a promise is made: the applicant can withdraw without anybody's consent
    OPEN = (
        State.SUBMITTED,
        State.FORMAL_CHECK,
        State.INFO_REQUESTED,
        State.TEAM_DECISION,
        State.BOARD_QUEUE,
        State.BOARD_MEETING,
        State.COMMITTEE_QUEUE,
        State.COMMITTEE_RUNNING,
        State.WAITLISTED,
        State.APPROVED,
    )

    # With a yes that stands; an agreement that is sent and not confirmed is none yet
    GRANTED = (
        State.APPROVED,
        State.ACTIVE,
        State.REPORT_DUE,
        State.REPORT_CHECK,
        State.SETTLEMENT,
        State.CLOSED,
    )
    # Money is promised: a yes, also one whose agreement is not confirmed yet
    PROMISED = (*GRANTED, State.AGREEMENT_SENT)

    class Intake(models.TextChoices):
        WEB = "web", "im Portal"
        PAPER = "paper", "auf Papier"
        PHONE = "phone", "am Telefon"
        VISIT = "visit", "persönlich"

    state = models.CharField("Stand", max_length=20, choices=State.choices, default=State.DRAFT, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    written = models.PositiveIntegerField(default=0, editable=False)
    round = models.PositiveSmallIntegerField("Runde", default=1, editable=False)
    sample = models.BooleanField("Beispiel", default=False, editable=False)
    language = models.CharField("Sprache", max_length=10, choices=registry.django_languages(), default="de")
    rule_set = models.ForeignKey("fund.RuleSet", models.PROTECT, verbose_name="Regelwerk", related_name="applications")
    year = models.ForeignKey(
        "fund.FundYear",
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="Haushaltsjahr",
        related_name="applications",
    )
    call = models.ForeignKey(
        "fund.Call", models.PROTECT, null=True, blank=True, verbose_name="Aufruf", related_name="applications"
    )
    tier = models.CharField("Stufe", max_length=20, blank=True, editable=False)
    reference = models.CharField("Aktenzeichen", max_length=20, null=True, blank=True, unique=True, editable=False)
    file_number = models.CharField(
        "Aktenzeichen der Stadt", max_length=60, blank=True, help_text="Zum Beispiel das Zeichen in der E-Akte"
    )
    intake = models.CharField("Eingang", max_length=10, choices=Intake.choices, default=Intake.WEB)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="eingegeben von"
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="applications",
        verbose_name="bearbeitet von",
    )
    revision = models.ForeignKey(
        "fund.Revision", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    asked_by_state = models.CharField(max_length=20, blank=True, editable=False)
    summary_de = models.TextField("Kurzfassung für das Gremium", blank=True)
    summary_plain = models.TextField(
        "Kurzfassung in der Sprache der antragstellenden Person", blank=True, help_text="Leer: nur auf Deutsch"
    )
    started_at = models.DateTimeField("begonnen")
    saved_at = models.DateTimeField("zuletzt gespeichert")
    submitted_at = models.DateTimeField("eingegangen am", null=True, blank=True)
    decision_recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    decision_released_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    active_on = models.DateField("Projekt läuft seit", null=True, blank=True, editable=False)
    closed_on = models.DateField("abgeschlossen am", null=True, blank=True, editable=False)
    payer = models.CharField("wer die Zahlung regelt", max_length=200, blank=True, editable=False)
    warned = models.PositiveSmallIntegerField(default=0, editable=False)  # warnings before a draft is erased
    body = models.ForeignKey("strategy.Body", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    hold_until = models.DateField("vorgemerkt bis", null=True, blank=True, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", editable=False
    )

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = "Antrag"
        verbose_name_plural = "Anträge"
        ordering = ["-submitted_at", "-pk"]
        permissions = [
            ("check_application", "Anträge prüfen und Rückfragen stellen"),
            ("lead_application", "Fristen, Wiederaufnahme und Zweifelsfälle entscheiden"),
            ("enter_application", "Anträge vom Papier oder Telefon eingeben"),
            ("review_application", "Anträge als Mitglied eines Gremiums lesen und einschätzen"),
            ("record_application", "Ergebnisse der Ausschüsse eintragen"),
            ("erase_application", "abgelaufene Anträge löschen"),
        ]
        indexes = [
            models.Index(fields=["state", "submitted_at"], name="applications_by_state"),
            models.Index(fields=["submitted_at"], name="applications_by_arrival"),
            models.Index(fields=["sample", "state", "ended_at"], name="applications_counted"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=("draft", "erased"))
                | Q(reference__isnull=False, submitted_at__isnull=False, revision__isnull=False),
                name="handed_in_has_reference",
                violation_error_message="Ein eingegangener Antrag hat Aktenzeichen, Zeitpunkt und Fassung.",
            ),
            models.CheckConstraint(
                condition=Q(decision_released_at__isnull=True) | Q(decision_recorded_at__isnull=False),
                name="released_was_recorded",
                violation_error_message="Bekannt gegeben wird nur, was entschieden ist.",
            ),
            models.CheckConstraint(
                condition=~Q(state="info_requested") | ~Q(asked_by_state=""),
                name="question_knows_where_it_came_from",
                violation_error_message="Eine Rückfrage führt dahin zurück, wo sie gestellt wurde.",
            ),
        ]

    def __str__(self):
        return self.reference or f"Entwurf {self.pk}"

    @property
    def is_open(self):
        return self.state in self.OPEN

    @property
    def is_granted(self):
        """See `ApplicationQuerySet.granted`; for samples the same, beside their banner."""
        if self.state not in self.GRANTED or self.decision_released_at is None:
            return False
        decisions = [each for each in self.decisions.all() if each.dropped_at is None]
        return any(each.kind == "approved" and each.confirmed_at is not None for each in decisions)

    @property
    def is_writable(self):
        """May answers change? In a draft all; where something was asked, the named sections (fund/change_requests)."""
        return self.state in (self.State.DRAFT, self.State.INFO_REQUESTED)


class Helper(models.Model):
    """Somebody who fills in with the applicant: named on the case, removed at a click, in conflict as a decider.

    user: a member of staff who helped; she cannot decide on the same case (fund design, "helper mode").
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="helpers", verbose_name="Antrag")
    name = models.CharField("Name", max_length=200)
    organisation = models.CharField("Organisation", max_length=200, blank=True)
    mail = models.EmailField("E-Mail", blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Konto"
    )
    added_at = models.DateTimeField("seit")
    ended_at = models.DateTimeField("bis", null=True, blank=True)

    class Meta:
        verbose_name = "Helfer*in"
        verbose_name_plural = "Helfer*innen"
        ordering = ["added_at", "pk"]

    def __str__(self):
        return f"{self.name} ({self.organisation})" if self.organisation else self.name


class AccessKey(models.Model):
    """One secret that opens a case: its link and its printable code are the same signs.

    The secret itself is stored nowhere. digest: SHA-256 of it, to find the case. nonce: with the portal's own key it
    makes the secret again, so that a mail can carry the link at the moment it leaves (fund/access.py).
    helper: whose key it is; empty for the applicant's own.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="keys")
    helper = models.ForeignKey(Helper, models.CASCADE, null=True, blank=True, related_name="keys")
    nonce = models.CharField(max_length=43)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "Zugang"
        verbose_name_plural = "Zugänge"
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(helper__isnull=True, ended_at__isnull=True),
                name="one_key_of_the_applicant",
            ),
            models.UniqueConstraint(fields=["helper"], condition=Q(ended_at__isnull=True), name="one_key_of_a_helper"),
        ]

    def __str__(self):
        return f"Zugang {self.pk}"
