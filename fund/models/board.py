"""What a body does with a case: reviews of its members, the item on the agenda with quorum and tally, circular votes.

Votes are numbers, never names: no row tells how somebody voted (fund design, 7).
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from fund.models.applications import Application
from fund.models.office import RefusalReason, paired
from fund.models.revisions import Revision
from strategy.models import AgendaItem, Body, Meeting, SeatHolder
from wir.columns import EuroField

USER = settings.AUTH_USER_MODEL


class Proposal(Application):
    """A case as its body sees it: the list *Vorschläge* of the back office, which the gate fills (fund/gate.py)."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = "Vorschlag"
        verbose_name_plural = "Vorschläge"


class ReviewQuerySet(models.QuerySet):
    def counted(self):
        """Without those of members who turned out to be in conflict."""
        return self.filter(voided_at__isnull=True)


class Review(models.Model):
    """What a member thinks of a case: one word, one comment. revision: the version of the application she saw; once
    there is a newer one, the review is stale. amount: euro, of "less"."""

    class Word(models.TextChoices):
        PROPOSE = "propose", "vorschlagen"
        LESS = "less", "mit weniger Geld vorschlagen"
        NO = "no", "nicht vorschlagen"
        UNSURE = "unsure", "nicht sicher"

    application = models.ForeignKey(Application, models.PROTECT, related_name="reviews", verbose_name="Antrag")
    holder = models.ForeignKey(SeatHolder, models.PROTECT, related_name="reviews", verbose_name="Mitglied")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+", verbose_name="Fassung")
    word = models.CharField("Einschätzung", max_length=10, choices=Word.choices)
    amount = EuroField("Betrag (Euro)", null=True, blank=True)
    comment = models.TextField("Kommentar", blank=True)
    at = models.DateTimeField("geschrieben am")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    voided_at = models.DateTimeField("ungültig seit", null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = "Einschätzung"
        verbose_name_plural = "Einschätzungen"
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "holder"], condition=Q(voided_at__isnull=True), name="one_review_of_a_member"
            ),
            models.CheckConstraint(
                condition=(Q(word="less", amount__isnull=False) & Q(amount__gt=0))
                | (~Q(word="less") & Q(amount__isnull=True)),
                name="less_names_an_amount",
                violation_error_message="„Weniger“ nennt einen Betrag.",
            ),
        ]

    def __str__(self):
        return f"{self.get_word_display()} ({self.application})"


class CircularVote(models.Model):
    """A meeting with a closing moment instead of a place, where the rule set allows it (fund design, 1.5).

    Present is whoever voted. opens_at, closes_at: moments with their zone.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="circular_votes", verbose_name="Gremium")
    reason = models.CharField("Warum ohne Sitzung", max_length=300)
    opens_at = models.DateTimeField("Beginn")
    closes_at = models.DateTimeField("Ende")
    by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name="angesetzt von")
    closed_at = models.DateTimeField("ausgezählt am", null=True, blank=True)
    closed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    sample = models.BooleanField("Beispiel", default=False, editable=False)

    class Meta:
        verbose_name = "Abstimmung ohne Sitzung"
        verbose_name_plural = "Abstimmungen ohne Sitzung"
        ordering = ["-closes_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="circular_vote_ends_after_start",
                violation_error_message="Das Ende liegt vor dem Beginn.",
            ),
            paired("closed_at", "closed_by", "closed_vote_has_a_person"),
        ]

    def __str__(self):
        return f"Abstimmung ohne Sitzung bis {timezone.localtime(self.closes_at):%d.%m.%Y}"


class CaseItemQuerySet(models.QuerySet):
    def open(self):
        return self.filter(confirmed_at__isnull=True, struck_at__isnull=True)

    def unfiled(self):
        """What was voted and confirmed in the round in which its case is, and stands in no paper that is filed. Who was
        not chosen among several has no tally of her own (fund/carriers.py: choice_of)."""
        tally = Q(yes__isnull=False) | Q(outcome=CaseItem.Outcome.NOT_PROPOSED)
        voted = self.filter(tally, confirmed_at__isnull=False, struck_at__isnull=True)
        return voted.filter(round=F("application__round")).exclude(filings__filing__filed_at__isnull=False)


class CaseItem(models.Model):
    """A case on the agenda of a meeting (or in a circular vote), and what came of it. One open item a case at a time.

    item: the topic of the meeting it belongs to; empty in a circular vote. number: order among the cases.
    base, present, needed: the snapshot the quorum was worked out from: seats that count, members able to vote, and how
    many it takes. yes, no, abstain: the tally. amount: euro, of a proposal. note: the question or why it was put off.
    late_papers: why the chair takes it although its papers came late. chaired_by: the member who chairs this item where
    chair and deputy may not. struck_at: it left the agenda without a result (withdrawn, or the quorum fell), or its
    result was confirmed and holds no more. Recorded by the office, confirmed by the chair, a result counts.
    """

    class Outcome(models.TextChoices):
        PROPOSED = "proposed", "vorgeschlagen"
        LESS = "less", "mit weniger Geld vorgeschlagen"
        CONDITIONS = "conditions", "mit Bedingungen vorgeschlagen"
        NOT_PROPOSED = "not_proposed", "nicht vorgeschlagen"
        IMPOSSIBLE = "impossible", "kein Vorschlag möglich"
        DEFERRED = "deferred", "vertagt"
        ASKED = "asked", "Rückfrage"

    POSITIVE = (Outcome.PROPOSED, Outcome.LESS, Outcome.CONDITIONS)

    application = models.ForeignKey(Application, models.PROTECT, related_name="items", verbose_name="Antrag")
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="case_items", verbose_name="Sitzung"
    )
    vote = models.ForeignKey(
        CircularVote, models.PROTECT, null=True, blank=True, related_name="case_items", verbose_name="ohne Sitzung"
    )
    item = models.OneToOneField(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="case", verbose_name="Tagesordnungspunkt"
    )
    number = models.PositiveSmallIntegerField("Reihenfolge", default=1)
    round = models.PositiveSmallIntegerField("Runde", default=1)
    late_papers = models.CharField("Unterlagen zu spät: warum trotzdem", max_length=300, blank=True)
    put_at = models.DateTimeField("aufgesetzt am")
    put_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    chaired_by = models.ForeignKey(
        SeatHolder, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="leitet diesen Punkt"
    )
    called_at = models.DateTimeField("aufgerufen am", null=True, blank=True)
    base = models.PositiveSmallIntegerField("Sitze, die zählen", null=True, blank=True)
    needed = models.PositiveSmallIntegerField("nötig", null=True, blank=True)
    present = models.PositiveSmallIntegerField("konnten abstimmen", null=True, blank=True)
    yes = models.PositiveSmallIntegerField("Ja", null=True, blank=True)
    no = models.PositiveSmallIntegerField("Nein", null=True, blank=True)
    abstain = models.PositiveSmallIntegerField("Enthaltung", null=True, blank=True)
    outcome = models.CharField("Ergebnis", max_length=14, choices=Outcome.choices, blank=True)
    amount = EuroField("Betrag (Euro)", null=True, blank=True)
    conditions_de = models.TextField("Bedingungen oder warum weniger", blank=True)
    conditions = models.TextField("dasselbe in der Sprache der antragstellenden Person", blank=True)
    reason = models.ForeignKey(
        RefusalReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="Grund"
    )
    note = models.TextField("Notiz", blank=True)
    recorded_at = models.DateTimeField("eingetragen am", null=True, blank=True)
    recorded_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField("bestätigt am", null=True, blank=True)
    confirmed_by = models.ForeignKey(USER, models.PROTECT, null=True, blank=True, related_name="+")
    struck_at = models.DateTimeField("gestrichen am", null=True, blank=True)

    objects = CaseItemQuerySet.as_manager()

    class Meta:
        verbose_name = "Antrag auf der Tagesordnung"
        verbose_name_plural = "Anträge auf Tagesordnungen"
        ordering = ["number", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(meeting__isnull=False, vote__isnull=True) | Q(meeting__isnull=True, vote__isnull=False),
                name="case_item_in_a_meeting_or_vote",
                violation_error_message="Ein Antrag wird in einer Sitzung oder ohne Sitzung behandelt.",
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(confirmed_at__isnull=True, struck_at__isnull=True),
                name="one_open_item_of_a_case",
                violation_error_message="Der Antrag steht schon auf einer Tagesordnung.",
            ),
            paired("recorded_at", "recorded_by", "recorded_item_has_a_person"),
            paired("confirmed_at", "confirmed_by", "confirmed_item_has_a_person"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | (Q(recorded_by__isnull=False) & ~Q(confirmed_by=F("recorded_by")) & ~Q(outcome="")),
                name="result_confirmed_by_another",
                violation_error_message="Was eine Person einträgt, bestätigt eine andere.",
            ),
            models.CheckConstraint(
                condition=~Q(outcome__in=("proposed", "less", "conditions"))
                | Q(amount__isnull=False, amount__gt=0, yes__isnull=False, yes__gte=F("no")),
                name="proposal_has_amount_and_majority",
                violation_error_message="Vorgeschlagen ist nur, wofür genug stimmen; dazu gehört ein Betrag.",
            ),
            models.CheckConstraint(
                condition=Q(yes__isnull=True) | Q(present__isnull=False, present=F("yes") + F("no") + F("abstain")),
                name="tally_is_the_people_present",
                violation_error_message="Ja, Nein und Enthaltungen sind zusammen so viele, wie abstimmen konnten.",
            ),
            models.CheckConstraint(
                condition=Q(yes__isnull=True)
                | Q(needed__isnull=False, present__isnull=False, present__gte=F("needed")),
                name="vote_has_its_quorum",
                violation_error_message="Für diesen Punkt ist das Gremium nicht beschlussfähig.",
            ),
            models.CheckConstraint(
                condition=Q(yes__isnull=True, no__isnull=True, abstain__isnull=True)
                | Q(yes__isnull=False, no__isnull=False, abstain__isnull=False),
                name="tally_is_whole",
                violation_error_message="Ja, Nein und Enthaltungen gehören zusammen.",
            ),
        ]

    def __str__(self):
        return f"{self.application}: {self.get_outcome_display() or 'offen'}"

    @property
    def is_positive(self):
        return self.outcome in self.POSITIVE


class Presence(models.Model):
    """Where one member was while an item was dealt with; the names of those who left stand in the minutes."""

    class Where(models.TextChoices):
        VOTING = "voting", "stimmt ab"
        LEFT = "left", "hat wegen eines Interessenkonflikts den Raum verlassen"
        OUT = "out", "nicht da"
        NO_VOTE = "no_vote", "da, ohne Stimme"
        UNDECLARED = "undeclared", "hat sich nicht erklärt und den Raum verlassen"

    item = models.ForeignKey(CaseItem, models.CASCADE, related_name="presences")
    holder = models.ForeignKey(SeatHolder, models.PROTECT, related_name="+")
    name = models.CharField("Name", max_length=200)
    where = models.CharField("Anwesenheit", max_length=10, choices=Where.choices)

    class Meta:
        verbose_name = "Anwesenheit bei einem Antrag"
        verbose_name_plural = "Anwesenheit bei Anträgen"
        ordering = ["holder__seat__number", "pk"]
        constraints = [models.UniqueConstraint(fields=["item", "holder"], name="one_presence_at_an_item")]

    def __str__(self):
        return f"{self.name}: {self.get_where_display()}"


class Ballot(models.Model):
    """That a member has voted in a circular vote; what she voted is only in the sums of the item."""

    item = models.ForeignKey(CaseItem, models.PROTECT, related_name="ballots")
    holder = models.ForeignKey(SeatHolder, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = "abgegebene Stimme"
        verbose_name_plural = "abgegebene Stimmen"
        constraints = [models.UniqueConstraint(fields=["item", "holder"], name="one_ballot_a_member")]

    def __str__(self):
        return f"Stimme {self.pk}"
