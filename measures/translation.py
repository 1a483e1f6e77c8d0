from modeltranslation.translator import TranslationOptions, register

from measures.models import Measure, Milestone, Proposal, Status, TargetGroup, ThemeAnswer, Update


@register([Status, Proposal, Update])
class TitleAndText(TranslationOptions):
    fields = ("title", "plain")


@register([TargetGroup, Milestone])
class TitleOnly(TranslationOptions):
    fields = ("title",)


@register(ThemeAnswer)
class TextOnly(TranslationOptions):
    fields = ("plain",)


@register(Measure)
class MeasureTranslation(TranslationOptions):
    fields = ("title", "plain", "purpose", "action")
