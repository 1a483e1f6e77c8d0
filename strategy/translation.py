from modeltranslation.translator import TranslationOptions, register

from strategy.models import (
    ActionField,
    Chapter,
    CrossCuttingTheme,
    FocusPoint,
    Goal,
    Guideline,
    Priority,
    Subtopic,
)


@register([ActionField, Chapter, FocusPoint, Goal, Guideline, Priority, Subtopic])
class ItemTranslation(TranslationOptions):
    """Resident-facing text only. German is demanded where the form demands it, not here: a subtopic may lack a name."""

    fields = ("title", "plain")


@register(CrossCuttingTheme)
class ThemeTranslation(TranslationOptions):
    fields = ("title", "plain", "question")
