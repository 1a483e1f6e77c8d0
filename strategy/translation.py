from modeltranslation.translator import TranslationOptions, register

from strategy.models import (
    ActionField,
    AgendaItem,
    Body,
    Chapter,
    CrossCuttingTheme,
    FocusPoint,
    Goal,
    Guideline,
    Meeting,
    MinutesEntry,
    Priority,
    Subtopic,
)


@register([ActionField, AgendaItem, Chapter, FocusPoint, Goal, Guideline, Priority, Subtopic])
class ItemTranslation(TranslationOptions):
    """Resident-facing text only. German is demanded where the form demands it, not here: a subtopic may lack a name."""

    fields = ("title", "plain")


@register(CrossCuttingTheme)
class ThemeTranslation(TranslationOptions):
    fields = ("title", "plain", "question")


@register([Body, Meeting, MinutesEntry])
class PlainTranslation(TranslationOptions):
    """Their names are proper names and dates; only what they tell is translated."""

    fields = ("plain",)
