"""What was answered: as typed, and as understood. Two people who write at once never lose a word."""

from django.conf import settings
from django.db import models

from fund.models.applications import Application, Helper
from wir.columns import EuroField


class Saved(models.Model):
    """Base of what somebody wrote into a case: the applicant (helper and user empty), a helper, or staff for her."""

    saved_at = models.DateTimeField()
    helper = models.ForeignKey(Helper, models.SET_NULL, null=True, blank=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class Answer(Saved):
    """The answer to one question. question: its key in fund/questions.py; row: of a list of lines, else 0.

    text: exactly as typed, also where it makes no sense yet. amount (euro), day: as understood, empty where it was not.
    version: counted up by every save, for compare-and-set.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="answers")
    question = models.CharField(max_length=40)
    row = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(blank=True)
    amount = EuroField(null=True, blank=True)
    day = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = "Antwort"
        verbose_name_plural = "Antworten"
        ordering = ["question", "row"]
        constraints = [models.UniqueConstraint(fields=["application", "question", "row"], name="one_answer")]

    def __str__(self):
        return f"{self.question} {self.row}"


class RivalText(Saved):
    """A second text for the same question, written at the same time in another tab or by another helper.

    Kept until somebody has chosen; settled_at: when.
    """

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="rivals")
    text = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "zweiter Text"
        verbose_name_plural = "zweite Texte"
        ordering = ["saved_at", "pk"]

    def __str__(self):
        return f"{self.answer}: {self.pk}"
