"""The parts of the strategy. Each has a title, our explanation in every language, and the official German wording."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from strategy.models.wording import Wording
from wir.languages.models import Translated, TranslatedQuerySet
from wir.lib.slugs import german_slug

TAKEN = "Diese Nummer ist hier schon vergeben."


class ItemQuerySet(TranslatedQuerySet):
    def public(self):
        """What residents may see: published, and so is everything it belongs to."""
        chosen = Q(published=True)
        for parent in self.model.PARENTS:
            above = Q(**{f"{parent}__published": True})
            nullable = self.model._meta.get_field(parent).null
            chosen &= above | Q(**{f"{parent}__isnull": True}) if nullable else above
        return self.filter(chosen)

    def neighbours(self, item):
        """The item before and the one after, in the order of the paper; at most two rows."""
        siblings = self.filter(**{name: getattr(item, name) for name in item.SIBLINGS_BY}).order_by()
        place = getattr(item, item.ORDER)
        before = siblings.filter(**{f"{item.ORDER}__lt": place}).order_by(f"-{item.ORDER}").values("pk")[:1]
        after = siblings.filter(**{f"{item.ORDER}__gt": place}).order_by(item.ORDER).values("pk")[:1]
        return self.filter(Q(pk__in=before) | Q(pk__in=after)).order_by(item.ORDER)


class Gated:
    """Public only together with all it belongs to; `ItemQuerySet.public` asks the same of many.

    PARENTS: what it belongs to, and what must be public too.
    """

    PARENTS = ()

    @property
    def is_public(self):
        above = [getattr(self, parent) for parent in self.PARENTS]
        return self.published and all(parent.is_public for parent in above if parent is not None)


class Item(Gated, Translated):
    """Base of the parts of the strategy. SIBLINGS_BY, ORDER: what previous and next mean."""

    SIBLINGS_BY = ()
    ORDER = "number"

    number = models.PositiveSmallIntegerField("Nummer")
    title = models.CharField("Titel", max_length=300)
    plain = models.TextField("Kurz erklärt (nicht amtlich)", blank=True)
    published = models.BooleanField("veröffentlicht", default=True)
    official = models.ForeignKey(
        Wording, models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name="Wortlaut"
    )

    objects = ItemQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self):
        return f"{self.label} {self.title_de or '(ohne Namen)'}".strip()

    @property
    def label(self):
        """Its number as printed: "4", "2.3"."""
        return str(self.number)

    @property
    def wording_key(self):
        """The key of its official wording in any document."""
        return f"{self._meta.model_name}/{self.label}"


class Guideline(Item):
    """A principle for living together; the paper numbers them and gives them no title, so the title is ours."""

    class Meta:
        verbose_name = "Leitlinie"
        verbose_name_plural = "Leitlinien"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["number"], name="guideline_number")]

    def get_absolute_url(self):
        return reverse("strategy:guideline", args=[self.number])


class Priority(Item):
    """An overarching priority; the official title is a whole sentence, the short title is ours."""

    class Meta:
        verbose_name = "Priorität"
        verbose_name_plural = "Übergreifende Prioritäten"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["number"], name="priority_number")]

    def get_absolute_url(self):
        return reverse("strategy:priority", args=[self.number])


class CrossCuttingTheme(Item):
    """A question that every measure has to answer.

    question: what the paper asks each measure, in one sentence.
    """

    question = models.TextField("Frage an jede Maßnahme", blank=True)

    class Meta:
        verbose_name = "Querschnittsthema"
        verbose_name_plural = "Querschnittsthemen"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["number"], name="theme_number")]

    def get_absolute_url(self):
        return reverse("strategy:theme", args=[self.number])


class ActionField(Item):
    """An area of life in which the plan wants to change something.

    announced_subtopics: how many subtopics the paper announces; it does not name all of them.
    """

    announced_subtopics = models.PositiveSmallIntegerField("angekündigte Unterthemen", default=0)

    class Meta:
        verbose_name = "Handlungsfeld"
        verbose_name_plural = "Handlungsfelder"
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["number"], name="field_number")]

    def get_absolute_url(self):
        return reverse("strategy:field", args=[self.number, self.slug])

    @property
    def slug(self):
        return german_slug(self.title_de or "") or "feld"


class InField(Item):
    """Base of what belongs to an action field."""

    PARENTS = ("field",)
    SIBLINGS_BY = ("field_id",)

    field = models.ForeignKey(ActionField, models.PROTECT, verbose_name="Handlungsfeld")

    class Meta:
        abstract = True

    @property
    def label(self):
        return f"{self.field_number}.{self.number}"

    @property
    def field_number(self):
        return self.field.number


class Goal(InField):
    """A goal of a field. The catalogue of goals is known only in part, from public reports; each names its source."""

    source = models.CharField(
        "Quelle", max_length=300, help_text="Zum Beispiel: hannover.de, Bericht vom November 2021"
    )

    class Meta:
        verbose_name = "Ziel"
        verbose_name_plural = "Ziele"
        ordering = ["field", "number"]
        constraints = [models.UniqueConstraint(fields=["field", "number"], name="goal_number")]

    def get_absolute_url(self):
        return f"{self.field.get_absolute_url()}#ziel-{self.number}"


class SubtopicQuerySet(ItemQuerySet):
    def named(self):
        """Those the paper names. The others are announced only: they have no page, and are in no list."""
        return self.filter(title_de__gt="")  # an empty name is stored as NULL or as ""


class Subtopic(InField):
    """A part of a field. The paper announces some without a name; then the title is empty, and pages say so."""

    objects = SubtopicQuerySet.as_manager()

    class Meta:
        verbose_name = "Unterthema"
        verbose_name_plural = "Unterthemen"
        ordering = ["field", "number"]
        constraints = [models.UniqueConstraint(fields=["field", "number"], name="subtopic_number")]

    def get_absolute_url(self):
        if not self.is_named:
            return f"{self.field.get_absolute_url()}#ohne-namen"
        return reverse("strategy:subtopic", args=[self.field_number, self.number, self.slug])

    @property
    def slug(self):
        return german_slug(self.title_de or "") or "unterthema"

    @property
    def is_named(self):
        return bool(self.title_de)


class FocusPoint(InField):
    """A point of emphasis below a subtopic, or one of the two main tasks of the city's own administration."""

    PARENTS = ("field", "subtopic")

    subtopic = models.ForeignKey(Subtopic, models.PROTECT, null=True, blank=True, verbose_name="Unterthema")

    class Meta:
        verbose_name = "Schwerpunkt"
        verbose_name_plural = "Schwerpunkte"
        ordering = ["field", "subtopic", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["subtopic", "number"],
                condition=Q(subtopic__isnull=False),
                name="focus_number_in_subtopic",
                violation_error_message=TAKEN,
            ),
            models.UniqueConstraint(
                fields=["field", "number"],
                condition=Q(subtopic__isnull=True),
                name="focus_number_in_field",
                violation_error_message=TAKEN,
            ),
        ]

    def get_absolute_url(self):
        anchor = f"#schwerpunkt-{self.number}"
        return (self.subtopic or self.field).get_absolute_url() + anchor

    def clean(self):
        if self.subtopic_id and self.field_id and self.subtopic.field_id != self.field_id:
            raise ValidationError({"subtopic": "Dieses Unterthema gehört zu einem anderen Handlungsfeld."})

    @property
    def label(self):
        return f"{self.field.number}.{self.subtopic.number if self.subtopic else 0}.{self.number}"


class Chapter(Item):
    """A chapter of the paper. The slug is made once from the contents list and stays."""

    PARENTS = ("parent",)

    ORDER = "number"  # place in the contents list

    slug = models.SlugField("Adresse", max_length=60, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="übergeordnetes Kapitel"
    )

    class Meta:
        verbose_name = "Kapitel"
        verbose_name_plural = "Kapitel"
        ordering = ["number"]

    def get_absolute_url(self):
        return reverse("strategy:chapter", args=[self.slug])

    def clean(self):
        if self.pk and self.parent_id == self.pk:
            raise ValidationError({"parent": "Ein Kapitel gehört nicht zu sich selbst."})

    @property
    def label(self):
        return ""

    @property
    def wording_key(self):
        return f"chapter/{self.slug}"
