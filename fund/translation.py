from modeltranslation.translator import TranslationOptions, register

from fund.models import Call, OtherPot, RefusalReason, RuleSet


@register(Call)
class CallTranslation(TranslationOptions):
    fields = ("title", "plain", "meets")


@register(OtherPot)
class OtherPotTranslation(TranslationOptions):
    """Its name and its giver are proper names."""

    fields = ("plain",)


@register(RuleSet)
class RuleSetTranslation(TranslationOptions):
    """Texts that letters and pages carry; names of the fund and of bodies are proper names."""

    fields = ("costs", "remedy")


@register(RefusalReason)
class RefusalReasonTranslation(TranslationOptions):
    fields = ("title", "plain")
