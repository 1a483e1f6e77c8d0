from modeltranslation.translator import TranslationOptions, register

from wir.about.models import AccessibilityGap, SiteText


@register(SiteText)
class SiteTextTranslation(TranslationOptions):
    fields = ("title", "plain")
    required_languages = ("de",)


@register(AccessibilityGap)
class AccessibilityGapTranslation(TranslationOptions):
    fields = ("title", "plain")
    required_languages = ("de",)
