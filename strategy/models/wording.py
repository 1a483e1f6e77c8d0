"""The city's own words, kept apart from ours: what a document says, and where."""

from django.db import models

from wir.languages.models import Stamped


class SourceDocument(Stamped):
    """A document of the city that official wording was read from."""

    class Kind(models.TextChoices):
        PAPER = "paper", "Strategiepapier"
        WEB_PAGE = "web_page", "Webseite der Stadt"

    kind = models.CharField("Art", max_length=10, choices=Kind.choices, unique=True)
    title = models.CharField("Titel", max_length=200)
    edition = models.CharField("Stand", max_length=60, blank=True)  # as printed: "April 2021"
    issuer = models.CharField("herausgegeben von", max_length=200, blank=True)

    class Meta:
        verbose_name = "Quelldokument"
        verbose_name_plural = "Quelldokumente"

    def __str__(self):
        return f"{self.title}, {self.edition}" if self.edition else self.title


class Wording(Stamped):
    """What one document says about one item, word for word, in German.

    key names the item across documents ("guideline/6", "chapter/finanzen"), so that it does not matter which document
    is imported first, or twice.
    """

    document = models.ForeignKey(SourceDocument, models.CASCADE, related_name="wordings", verbose_name="Dokument")
    key = models.CharField("Stelle", max_length=120)
    title = models.CharField("Überschrift", max_length=300, blank=True)
    text = models.TextField("Wortlaut", blank=True)
    page = models.PositiveSmallIntegerField("Seite, auf der das Kapitel beginnt", null=True, blank=True)
    note = models.CharField("Hinweis", max_length=300, blank=True)  # where two documents differ

    class Meta:
        verbose_name = "amtlicher Wortlaut"
        verbose_name_plural = "amtliche Wortlaute"
        ordering = ["key"]
        permissions = [("import_wording", "Amtlichen Wortlaut einlesen")]
        constraints = [models.UniqueConstraint(fields=["document", "key"], name="one_wording_per_place")]

    def __str__(self):
        return f"{self.document.title}: {self.title or self.key}"

    @property
    def short(self):
        """The statement itself where it is one sentence or two, for cards; "" where only the whole text would do."""
        if not self.text:
            return ""
        return self.text if len(self.text) <= 320 and "\n" not in self.text else ""
