"""How complete each language is: the numbers of the public page and of the back office."""

from dataclasses import dataclass

from django.apps import apps
from django.db.models import Count, Q

from wir.languages import registry
from wir.languages.models import SourceText, Translated, TranslationUnit


@dataclass(frozen=True)
class Coverage:
    language: registry.Language
    texts: int
    translated: int
    reviewed: int
    outdated: int

    @property
    def missing(self):
        return self.texts - self.translated


def translated_models():
    return [model for model in apps.get_models() if issubclass(model, Translated)]


def public_querysets():
    """The public objects of every translated model."""
    return [model.objects.public() for model in translated_models()]


def coverage(querysets=None):
    """One Coverage per public language other than German, in two statements."""
    querysets = public_querysets() if querysets is None else querysets
    texts = SourceText.objects.for_objects(querysets).count()
    rows = {
        row["language"]: row
        for row in TranslationUnit.objects.for_objects(querysets)
        .shown()
        .with_outdated()
        .order_by()
        .values("language")
        .annotate(
            translated=Count("pk"),
            reviewed=Count("pk", filter=Q(state=TranslationUnit.State.REVIEWED)),
            late=Count("pk", filter=Q(outdated=True)),
        )
    }
    nothing = {"translated": 0, "reviewed": 0, "late": 0}
    return [
        Coverage(language, texts, row["translated"], row["reviewed"], row["late"])
        for language in registry.PUBLIC
        if not language.is_source
        for row in [rows.get(language.code, nothing)]
    ]
