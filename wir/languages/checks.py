"""System checks of the language registry: what is wrong with a language is said at start, not found by a reader."""

import re

from babel import Locale, UnknownLocaleError
from django.conf import settings
from django.core.checks import Error, register
from django.utils.translation import to_locale

from wir.languages import registry


@register("languages")
def check_registry(app_configs=None, languages=registry.LANGUAGES, **kwargs):
    """Every record is complete, and what follows from it exists."""
    return [problem for language in languages for problem in problems_of(language, languages)]


def problems_of(language, languages):
    codes = {other.code for other in languages}
    where = f"Language {language.code!r}"
    if language.dir not in ("ltr", "rtl"):
        yield Error(f"{where}: dir must be 'ltr' or 'rtl'.", id="languages.E001")
    if not isinstance(language.fallback, tuple):
        yield Error(f"{where}: fallback must be a tuple (a list fails when a page is read).", id="languages.E002")
    elif language.fallback and language.fallback[-1] != "de" or set(language.fallback) - codes:
        yield Error(f"{where}: fallback must name known languages and end in 'de'.", id="languages.E003")
    parts = language.tag.split("-")
    if len(parts) > 1 and len(parts[1]) in (2, 4):
        yield Error(f"{where}: {parts[1]!r} reads as a region or a script, not as a variant.", id="languages.E004")
    if not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{5,8})?", language.code):
        yield Error(f"{where}: the code must be lower case; it is part of every address.", id="languages.E005")
    if language.folder != to_locale(language.code):
        yield Error(
            f"{where}: its catalogue folder must be {to_locale(language.code)!r}; Django reads no other.",
            id="languages.E006",
        )
    elif not any((path / language.folder / "LC_MESSAGES" / "django.mo").exists() for path in settings.LOCALE_PATHS):
        yield Error(
            f"{where}: locale/{language.folder}/LC_MESSAGES/django.mo is missing; the language would be silently off.",
            hint="Any manage.py command builds it from django.po.",
            id="languages.E007",
        )
    letters = language.alphabet.replace("(", "").replace(")", "")
    if len(set(letters)) != len(letters) or not language.alphabet:
        yield Error(f"{where}: the alphabet names a letter twice, or none.", id="languages.E008")
    try:
        Locale.parse(language.locale)
    except (ValueError, UnknownLocaleError):
        yield Error(f"{where}: Babel has no locale {language.locale!r}.", id="languages.E009")
    if any(alias in codes for alias in language.aliases):
        yield Error(f"{where}: an alias is the code of another language.", id="languages.E010")
