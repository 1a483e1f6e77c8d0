"""What passes between applicant and office, and what staff note: history, questions, messages, decisions, letters."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from fund.models.applications import Application, Helper
from fund.models.revisions import Revision
from wir.columns import EuroField
from wir.languages import registry
from wir.languages.models import Translated, TranslatedQuerySet

USER = settings.AUTH_USER_MODEL


def paired(at, by, name):
    """Every moment has its person: both or neither."""
    return models.CheckConstraint(
        condition=Q(**{f"{at}__isnull": True, f"{by}__isnull": True})
        | Q(**{f"{at}__isnull": False, f"{by}__isnull": False}),
        name=name,
        violation_error_message="Zeitpunkt und Person gehören zusammen.",
    )


class ApplicationChange(models.Model):
    """One move of a case: who, when, from where to where. Rows are only added.

    by_kind: applicant, helper, team, lead or clock (fund/actors.py). note: what staff wrote with it; never public.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="changes")
    move = models.CharField(max_length=40)
    source = models.CharField(max_length=20, blank=True)
    target = models.CharField(max_length=20)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=10)
    by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    helper = models.ForeignKey(Helper, models.SET_NULL, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        verbose_name = "Schritt eines Antrags"
        verbose_name_plural = "Schritte von Anträgen"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.move}: {self.source} → {self.target}"


class ChangeRequest(models.Model):
    """Staff need something: which sections, what exactly, until when. before: the snapshot the answer is compared with.

    due: the last day for the answer; for who is told by letter or call it begins with the delivery (wir.outbox).
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="change_requests")
    before = models.ForeignKey(Revision, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    due = models.DateField()
    days = models.PositiveSmallIntegerField()
    reminded = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "Rückfrage"
        verbose_name_plural = "Rückfragen"
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at__isnull=True, closed_at__isnull=True),
                name="one_open_change_request",
                violation_error_message="Es ist schon eine Rückfrage offen.",
            )
        ]

    def __str__(self):
        return f"Rückfrage vom {self.asked_at:%d.%m.%Y}"


class RequestedSection(models.Model):
    """One section of a question. translation: the question in the applicant's language, entered by staff.

    unchanged: the applicant has looked at it and says that it stays as it is.
    """

    request = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="sections")
    section = models.CharField(max_length=40)
    text = models.TextField()
    translation = models.TextField(blank=True)
    touched_at = models.DateTimeField(null=True, blank=True)
    unchanged = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["request", "section"], name="one_question_a_section")]

    def __str__(self):
        return self.section


class CaseMessage(models.Model):
    """A message between applicant and office. text: as written, in `language`. translation: the working translation
    that staff entered (into German, or into the applicant's language), marked as such; translate_by: the day a missing
    one is due, a task of the desk."""

    class Origin(models.TextChoices):
        PERSON = "person", "von einer Person übersetzt"
        MACHINE = "machine", "maschinell übersetzt, nicht geprüft"

    application = models.ForeignKey(Application, models.CASCADE, related_name="messages")
    from_office = models.BooleanField()
    language = models.CharField(max_length=10, choices=registry.django_languages())
    text = models.TextField()
    sent_at = models.DateTimeField()
    helper = models.ForeignKey(Helper, models.SET_NULL, null=True, blank=True, related_name="+")
    user = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    translation = models.TextField(blank=True)
    translation_language = models.CharField(max_length=10, blank=True, choices=registry.django_languages())
    translation_origin = models.CharField(max_length=10, blank=True, choices=Origin.choices)
    translated_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    translated_at = models.DateTimeField(null=True, blank=True)
    translate_by = models.DateField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)  # staff have seen to a message of the applicant

    class Meta:
        verbose_name = "Nachricht zum Antrag"
        verbose_name_plural = "Nachrichten zu Anträgen"
        ordering = ["sent_at", "pk"]
        constraints = [
            paired("translated_at", "translated_by", "translation_has_a_person"),
            models.CheckConstraint(
                condition=Q(translation="") | ~Q(translation_origin=""),
                name="translation_is_labelled",
                violation_error_message="Zu einer Übersetzung gehört, wer oder was sie gemacht hat.",
            ),
        ]

    def __str__(self):
        return f"Nachricht vom {self.sent_at:%d.%m.%Y}"


class CaseNote(models.Model):
    """A note of the office. It is never shown to the applicant, but is part of her data under the GDPR (Art. 15)."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="notes")
    text = models.TextField("Notiz")
    at = models.DateTimeField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "Notiz zum Antrag"
        verbose_name_plural = "Notizen zu Anträgen"
        ordering = ["at", "pk"]

    def __str__(self):
        return f"Notiz vom {self.at:%d.%m.%Y}"


class CheckedPoint(models.Model):
    """One ticked point of the formal check. point: its key in fund/checklist.py."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="checked_points")
    point = models.CharField(max_length=40)
    fine = models.BooleanField(default=True)
    note = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "point"], name="one_check_a_point")]

    def __str__(self):
        return self.point


class Flag(models.Model):
    """Something a person should look at: a possible duplicate, or one project split in several. Never decides."""

    class Kind(models.TextChoices):
        DUPLICATE = "duplicate", "vielleicht doppelt"
        SPLITTING = "splitting", "vielleicht aufgeteilt"
        EARLY_START = "early_start", "beginnt vor einer Entscheidung"

    application = models.ForeignKey(Application, models.CASCADE, related_name="flags")
    kind = models.CharField("Hinweis", max_length=20, choices=Kind.choices)
    others = models.ManyToManyField(Application, blank=True, related_name="+")
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = "Hinweis"
        verbose_name_plural = "Hinweise"
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind"], condition=Q(settled_at__isnull=True), name="one_open_flag_of_a_kind"
            ),
            paired("settled_at", "settled_by", "settled_flag_has_a_person"),
        ]

    def __str__(self):
        return self.get_kind_display()


class RefusalReasonQuerySet(TranslatedQuerySet):
    def public(self):
        """Those that letters name: all that are still used."""
        return self.filter(active=True)


class RefusalReason(Translated):
    """Why an application can be refused: a catalogue in every language, so that nobody gets a reason she cannot read.

    formal: a reason of the formal check; the others are reasons of a decision.
    """

    key = models.SlugField("Kürzel", max_length=40, unique=True)
    order = models.PositiveSmallIntegerField("Reihenfolge", default=0)
    formal = models.BooleanField("formaler Grund", default=True)
    active = models.BooleanField("wird benutzt", default=True)
    title = models.CharField("Grund", max_length=200)
    plain = models.TextField("Erklärung", help_text="Zwei bis drei kurze Sätze: was fehlt, und was trotzdem geht.")

    objects = RefusalReasonQuerySet.as_manager()

    class Meta:
        verbose_name = "Ablehnungsgrund"
        verbose_name_plural = "Ablehnungsgründe"
        ordering = ["order", "key"]

    def __str__(self):
        return self.title


class Decision(models.Model):
    """A result about a case, recorded by two people. It is never edited: a new one supersedes it.

    sentence_de: an own sentence beside the reason of the catalogue, German, for a yes its conditions or why it is less;
    sentence: the same in the applicant's language where staff have one.
    amount: euro, of a yes and of a place on the waiting list. people: how many decide, as the rule set said when it was
    proposed. agreed: who said yes beside the one that proposed it and the one that made it final.
    maker: who decided; item, result: the item of the board's meeting or the committee's result it stands on.
    """

    class Kind(models.TextChoices):
        INELIGIBLE = "ineligible", "formal abgelehnt"
        APPROVED = "approved", "bewilligt"
        WAITLISTED = "waitlisted", "auf die Warteliste"
        REJECTED = "rejected", "abgelehnt"

    class Maker(models.TextChoices):
        TEAM = "team", "Projektteam"
        BODY = "body", "Gremium"
        COMMITTEE = "committee", "Ausschuss des Rates"

    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    round = models.PositiveSmallIntegerField(default=1)
    reason = models.ForeignKey(RefusalReason, models.PROTECT, null=True, blank=True, related_name="+")
    sentence_de = models.TextField(blank=True)
    sentence = models.TextField(blank=True)
    amount = EuroField("Betrag (Euro)", null=True, blank=True)
    people = models.PositiveSmallIntegerField(default=2)
    maker = models.CharField("entschieden von", max_length=10, choices=Maker.choices, default=Maker.TEAM)
    item = models.ForeignKey(
        "fund.CaseItem", models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name="im Gremium"
    )
    result = models.ForeignKey(
        "fund.StepResult", models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name="im Ausschuss"
    )
    agreed = models.ManyToManyField(USER, blank=True, related_name="+")
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)  # the second person said no, or the case was reopened

    class Meta:
        verbose_name = "Entscheidung"
        verbose_name_plural = "Entscheidungen"
        ordering = ["proposed_at", "pk"]
        constraints = [
            paired("confirmed_at", "confirmed_by", "confirmed_has_a_person"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("proposed_by")) | Q(people=1),
                name="decided_by_two_people",
                violation_error_message="Zwei verschiedene Personen entscheiden.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=("approved", "waitlisted"), amount__isnull=False, amount__gt=0)
                | (Q(kind__in=("ineligible", "rejected")) & Q(amount__isnull=True, reason__isnull=False)),
                name="decision_has_amount_or_reason",
                violation_error_message="Zu einem Ja gehört ein Betrag, zu einem Nein ein Grund.",
            ),
            models.UniqueConstraint(
                fields=["application"], condition=Q(dropped_at__isnull=True), name="one_decision_in_force"
            ),
            models.CheckConstraint(
                condition=Q(maker="team", item__isnull=True, result__isnull=True)
                | Q(maker="body", item__isnull=False, result__isnull=True)
                | Q(maker="committee", result__isnull=False),
                name="decision_names_where_it_was_made",
                violation_error_message="Zur Entscheidung gehört, in welcher Sitzung sie gefallen ist.",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.application})"


class Letter(models.Model):
    """The letter of a decision: binding German, and the same in the applicant's language beside it.

    A second person reads it before it is released; released it stays as it is. code: what stands on the paper, so that
    anybody can ask at a public address whether the letter is genuine; stored, digest: name in the store and SHA-256 of
    the PDF as it was released.
    """

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="letter")
    language = models.CharField(max_length=10, choices=registry.django_languages())
    text_de = models.TextField("Text (verbindlich)")
    text = models.TextField("Text in der Sprache der antragstellenden Person", blank=True)
    code = models.CharField(max_length=20, null=True, blank=True, unique=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)
    stored = models.CharField(max_length=40, blank=True, editable=False)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "Brief"
        verbose_name_plural = "Briefe"
        constraints = [
            paired("read_at", "read_by", "read_letter_has_a_reader"),
            paired("released_at", "released_by", "released_letter_has_a_person"),
            models.CheckConstraint(
                condition=Q(read_by__isnull=True) | ~Q(read_by=F("drafted_by")),
                name="letter_read_by_another",
                violation_error_message="Den Brief liest eine zweite Person.",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True) | Q(read_at__isnull=False),
                name="released_letter_was_read",
                violation_error_message="Bekannt gegeben wird ein Brief, den eine zweite Person gelesen hat.",
            ),
        ]

    def __str__(self):
        return f"Brief zu {self.decision}"
