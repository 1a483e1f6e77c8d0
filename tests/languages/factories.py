"""Plain functions that make translated things and look up what is recorded about their texts."""

from strategy.models import Guideline
from wir.accounts.models import LanguageGrant
from wir.languages.models import ContentStamp, SourceText, TranslationUnit
from wir.languages.registry import LANGUAGES


def create_guideline(number=90, **columns):
    """A published guideline with a German title and whatever columns are given, written by obj.save()."""
    guideline = Guideline(number=number, **{"title_de": "Zusammen leben"} | columns)
    guideline.save()
    return guideline


def every_title():
    """A title in each language, named after its code: title_de="title de"."""
    return {f"title_{language.code.replace('-', '_')}": f"title {language.code}" for language in LANGUAGES}


def fresh(obj):
    """The object as the database has it now, in an instance of its own."""
    return type(obj)._base_manager.get(pk=obj.pk)


def units(obj):
    """All units of an object, by (field, language), each with its `outdated`."""
    found = TranslationUnit.objects.with_outdated().select_related("source")
    found = found.filter(source__model=obj._meta.label_lower, source__object_id=obj.pk)
    return {(unit.source.field, unit.language): unit for unit in found}


def unit(obj, language, field="title"):
    return units(obj)[field, language]


def outdated(obj):
    """(field, language) of every outdated translation of an object."""
    return sorted(key for key, each in units(obj).items() if each.outdated)


def everything_stored(obj):
    """All that a write may change: the object's columns, the rows about its texts, and the content stamp.

    The columns are named one by one: values() without names gives the page's language only.
    """
    columns = [each.attname for each in obj._meta.concrete_fields if each.name not in obj.translated_fields()]
    sources = SourceText.objects.filter(model=obj._meta.label_lower, object_id=obj.pk)
    return {
        "object": list(type(obj)._base_manager.filter(pk=obj.pk).values(*columns)),
        "sources": list(sources.order_by("pk").values()),
        "units": list(TranslationUnit.objects.filter(source__in=sources).order_by("pk").values()),
        "stamp": list(ContentStamp.objects.values()),
    }


def grant(user, language, right):
    LanguageGrant.objects.create(user=user, language=language, right=right)
