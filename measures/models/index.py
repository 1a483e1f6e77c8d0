"""What lists sort and search by: one row a measure and language, the same on both databases."""

from django.db import models

from measures.models.measure import Measure
from wir.languages import registry
from wir.languages.text import tr
from wir.lib.collate import sort_key
from wir.lib.fold import fold_document

SEARCHED = ("title", "plain", "purpose", "action")


class MeasureIndex(models.Model):
    """The title's place in the alphabet of a language, and the folded words of the text shown to its readers."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="index")
    language = models.CharField(max_length=12)
    sort_key = models.BinaryField()
    folded = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["measure", "language"], name="one_index_row")]
        indexes = [models.Index(fields=["language", "sort_key"], name="measure_by_alphabet")]

    def __str__(self):
        return f"{self.measure_id} {self.language}"

    @classmethod
    def refresh(cls, measures, batch=2000):
        """Write the rows of these measures, which carry all their texts."""
        rows = [row for measure in measures for row in cls.rows_of(measure)]
        cls.objects.bulk_create(
            rows,
            batch_size=batch,
            update_conflicts=True,
            unique_fields=["measure", "language"],
            update_fields=["sort_key", "folded"],
        )

    @classmethod
    def rows_of(cls, measure):
        seen = {}
        for language in registry.LANGUAGES:
            texts = tuple(str(tr(measure, name, language)) for name in SEARCHED)
            words = f"{measure.number} {measure.partners} {' '.join(texts)}"
            if words not in seen:
                seen[words] = fold_document(words)
            key = sort_key(texts[0], language.alphabet, language.code == "tr")[:400]
            yield cls(measure=measure, language=language.code, sort_key=key, folded=seen[words])
