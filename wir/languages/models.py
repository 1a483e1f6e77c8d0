"""Where each text came from and whether it still fits: one row per text, one per translation."""

from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.utils import timezone
from modeltranslation.translator import translator

from wir.languages import registry
from wir.languages.text import column, current, fingerprint, is_blank


class Origin(models.TextChoices):
    HUMAN = "human", "von Menschen geschrieben"
    MACHINE = "machine", "von einer Maschine geschrieben"
    IMPORTED = "imported", "aus einem Dokument oder Auftrag übernommen"
    COPIED = "copied", "kopiert"


class SourceTextQuerySet(models.QuerySet):
    def for_objects(self, querysets):
        """The German texts of these objects."""
        # One arm a queryset: PostgreSQL then finds each by its index, where it reads the whole table for an OR
        arms = [
            self.filter(model=objects.model._meta.label_lower, object_id__in=objects.values("pk")).values("pk")
            for objects in querysets
        ]
        chosen = arms[0].union(*arms[1:], all=True) if len(arms) > 1 else arms[0] if arms else []
        return self.filter(pk__in=chosen).exclude(hash="")  # a withdrawn text wants no translation


class SourceText(models.Model):
    """The German text of one field of one object, as last written: what its translations are compared with."""

    model = models.CharField("Art", max_length=60)  # "strategy.guideline": no join to content types needed
    object_id = models.PositiveBigIntegerField("Nummer des Eintrags")
    field = models.CharField("Feld", max_length=40)
    hash = models.CharField("Fingerabdruck", max_length=32)
    origin = models.CharField("Herkunft", max_length=10, choices=Origin.choices)
    job = models.CharField("Auftrag", max_length=60, blank=True)
    changed_at = models.DateTimeField("geändert am")

    objects = SourceTextQuerySet.as_manager()

    class Meta:
        verbose_name = "deutscher Text"
        verbose_name_plural = "deutsche Texte"
        constraints = [models.UniqueConstraint(fields=["model", "object_id", "field"], name="one_source_per_text")]

    def __str__(self):
        model = apps.get_model(self.model)
        return f"{model._meta.verbose_name} {self.object_id}: {model._meta.get_field(self.field).verbose_name}"

    def text(self, language):
        """The text as it stands now in one language (a code); "" where there is none."""
        place = column(self.field, language)
        values = apps.get_model(self.model)._base_manager.filter(pk=self.object_id).values_list(place, flat=True)
        return values.first() or ""


class TranslationUnitQuerySet(models.QuerySet):
    def with_outdated(self):
        """Annotate `outdated`: the text it was made from has changed since, or is itself outdated."""
        via = TranslationUnit.objects.filter(source=OuterRef("source"), language=OuterRef("source_language"))
        sound = via.filter(target_hash=OuterRef("source_hash"), source_hash=F("source__hash"))
        return self.annotate(
            outdated=Case(
                When(Q(source_language="de", source_hash=F("source__hash")), then=Value(False)),
                When(Q(source_language="de"), then=Value(True)),
                default=~Exists(sound),
                output_field=models.BooleanField(),
            )
        )

    def for_objects(self, querysets):
        """Translations of the texts of these objects."""
        return self.filter(source__in=SourceText.objects.for_objects(querysets).values("pk"))

    def shown(self):
        """Units good enough to show: reviewed, or waiting for review (shown with a label)."""
        return self.filter(state__in=TranslationUnit.SHOWN)


class TranslationUnit(models.Model):
    """One translation of one German text. A missing translation has no row; an outdated one is computed."""

    class State(models.TextChoices):
        DRAFT = "draft", "Entwurf"
        IN_TRANSLATION = "in_translation", "in Übersetzung"
        NEEDS_REVIEW = "needs_review", "noch nicht geprüft"
        REVIEWED = "reviewed", "geprüft"

    SHOWN = (State.NEEDS_REVIEW, State.REVIEWED)

    source = models.ForeignKey(SourceText, models.CASCADE, related_name="units", verbose_name="deutscher Text")
    language = models.CharField("Sprache", max_length=12)
    origin = models.CharField("Herkunft", max_length=10, choices=Origin.choices)
    state = models.CharField("Stand", max_length=14, choices=State.choices)
    source_language = models.CharField("übersetzt aus", max_length=12, default="de")
    source_hash = models.CharField("Fingerabdruck der Vorlage", max_length=32)
    source_text = models.TextField("Vorlage, wie sie übersetzt wurde", blank=True)
    target_hash = models.CharField("Fingerabdruck der Übersetzung", max_length=32)
    job = models.CharField("Auftrag", max_length=60, blank=True)
    translated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="übersetzt von"
    )
    translated_at = models.DateTimeField("übersetzt am")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="geprüft von"
    )
    reviewed_at = models.DateTimeField("geprüft am", null=True, blank=True)

    objects = TranslationUnitQuerySet.as_manager()

    class Meta:
        verbose_name = "Übersetzung"
        verbose_name_plural = "Übersetzungen"
        constraints = [
            models.UniqueConstraint(fields=["source", "language"], name="one_unit_per_language"),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True)
                | Q(reviewed_at__isnull=False, reviewed_by__isnull=False, state="reviewed"),
                name="review_has_person_and_date",
                violation_error_message="Eine Prüfung hat immer eine Person und ein Datum.",
            ),
            models.CheckConstraint(
                condition=Q(state="reviewed", reviewed_at__isnull=False) | ~Q(state="reviewed"),
                name="reviewed_by_somebody",
                violation_error_message="Geprüft ist ein Text erst, wenn jemand ihn geprüft hat.",
            ),
        ]

    def __str__(self):
        return f"{self.source} {self.language}"


class LoadedItem(models.Model):
    """An entry of the content pack that was loaded once: one that a person deleted since is not made again."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_loaded_item")]

    def __str__(self):
        return f"{self.kind} {self.key}"


class ContentStamp(models.Model):
    """One row: when anything public was last written. Pages send it as Last-Modified.

    due_at: the next moment at which something planned becomes public by itself.
    """

    changed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_content_stamp")]

    def __str__(self):
        return self.changed_at.isoformat()

    @classmethod
    def touch(cls):
        if not cls.objects.filter(pk=1).update(changed_at=timezone.now()):
            cls.objects.get_or_create(pk=1, defaults={"changed_at": timezone.now()})

    @classmethod
    def expect(cls, moment):
        """Remember the next moment at which something becomes public, None where nothing is planned."""
        cls.objects.update_or_create(
            pk=1, defaults={"due_at": moment}, create_defaults={"changed_at": timezone.now(), "due_at": moment}
        )


class Stamping(models.Model):
    """Base of everything public pages show: each write moves the content stamp."""

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)
            ContentStamp.touch()

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            result = super().delete(*args, **kwargs)
            ContentStamp.touch()
        return result


class Stamped(Stamping):
    """Base of what also tells when it was written last."""

    updated_at = models.DateTimeField("zuletzt geändert", auto_now=True)

    class Meta:
        abstract = True


def as_written(queryset):
    """The queryset without modeltranslation's rewriting, which shuffles the columns of values_list: a UNION needs them
    in the order in which they are written."""
    return queryset.rewrite(False) if hasattr(queryset, "rewrite") else queryset


class TranslatedQuerySet(models.QuerySet):
    def for_list(self, *fields, language=None):
        """Of the translated columns, load only `fields` in the chain of one language (and German); all plain columns.

        The one way to read translated models in public pages. Columns are named one by one, because modeltranslation
        turns the plain name of a field into all twelve.
        """
        codes = {*(language or current()).chain, "de"}
        wanted = {column(field, code) for field in fields for code in codes}
        texts = self.model.translated_fields()
        unwanted = {column(field, other) for field in texts for other in registry.LANGUAGES} | set(texts)
        columns = [field.name for field in self.model._meta.concrete_fields]
        return self.only(*(name for name in columns if name in wanted or name not in unwanted))


class Translated(Stamped):
    """Base of models with translated texts: saving keeps the rows about its texts in step, whoever saves."""

    class Meta:
        abstract = True

    @classmethod
    def translated_fields(cls):
        return tuple(translator.get_options_for_model(cls).fields)

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)
            record_texts(type(self)._base_manager.get(pk=self.pk))

    def before_texts(self, language):
        """Called before texts of one language are written; raises where they may not change any more."""

    def after_texts(self):
        """What must be worked out anew when texts were written; called by every way of writing them."""

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            SourceText.objects.filter(model=self._meta.label_lower, object_id=self.pk).delete()
            return super().delete(*args, **kwargs)


def record_texts(
    obj, *, origin=Origin.HUMAN, job="", by=None, state=TranslationUnit.State.NEEDS_REVIEW, made_from=None, now=None
):
    """Bring SourceText and TranslationUnit rows in step with the columns of `obj`.

    A text that changed is recorded with the origin given; one that vanished loses its row; one that stayed is left
    alone, so that a translation of a changed German text shows as outdated.

    made_from: {field: German text} that new translations were made from, where it is not the one that stands there.
    """
    now = now or timezone.now()
    loaded = {field.attname for field in obj._meta.concrete_fields} - obj.get_deferred_fields()
    sources = {
        source.field: source
        for source in SourceText.objects.filter(model=obj._meta.label_lower, object_id=obj.pk).prefetch_related("units")
    }
    for field in obj.translated_fields():
        if column(field, "de") not in loaded:
            continue
        german = getattr(obj, column(field, "de")) or ""
        source = sources.get(field)
        if source is None and is_blank(german):
            continue  # announced without a name: there is nothing to translate
        if source is None:
            source = SourceText(model=obj._meta.label_lower, object_id=obj.pk, field=field)
        if source.pk is None or source.hash != fingerprint(german):
            source.hash, source.origin, source.job, source.changed_at = fingerprint(german), origin, job, now
            source.save()
        units = {unit.language: unit for unit in source.units.all()}
        for language in registry.TRANSLATIONS:
            if column(field, language) not in loaded:
                continue
            text, unit = getattr(obj, column(field, language)), units.get(language.code)
            if is_blank(text):
                if unit:
                    unit.delete()
            elif unit is None or unit.target_hash != fingerprint(text):
                unit = unit or TranslationUnit(source=source, language=language.code)
                unit.origin, unit.job, unit.state = origin, job, state
                template = (made_from or {}).get(field, german)
                unit.source_language, unit.source_hash, unit.source_text = "de", fingerprint(template), template
                unit.target_hash = fingerprint(text)
                unit.translated_by, unit.translated_at = by, now
                unit.reviewed_by = unit.reviewed_at = None
                unit.save()
    obj.after_texts()
