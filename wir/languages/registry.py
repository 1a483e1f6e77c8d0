"""The twelve languages: one record each. Django's and modeltranslation's settings, the switcher, hreflang, fallbacks,
sorting and formats all follow from these records (README: why these twelve, and how a thirteenth is added).

Pure data and functions without models, because the settings import it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language of the portal.

    code: Django's code and the first part of every public address.
    name: its own name for itself, as in the switcher.
    tag: value of `lang` (BCP 47). hreflang: the same for search engines, None where it is no language of its own.
    dir: "ltr" or "rtl".
    fallback: languages tried, in order, where a text is missing. Empty: nothing is shown instead.
    locale: Babel's locale for dates, numbers and months.
    alphabet: letters in dictionary order (CLDR); marked variants not named sort as their base letter.
    script: Unicode script most letters of a text must have.
    folder: name of its catalogue below locale/ (Django title-cases a variant).
    aliases: other codes that lead here by redirect and by Accept-Language.
    public: False while staff still fill the language; residents then do not see it.
    """

    code: str
    name: str
    tag: str
    hreflang: str | None
    dir: str
    fallback: tuple[str, ...]
    locale: str
    alphabet: str
    script: str
    folder: str
    english: str
    aliases: tuple[str, ...] = ()
    public: bool = True

    @property
    def is_source(self):
        return self.code == "de"

    @property
    def is_simple(self):
        return self.code == "de-simple"

    @property
    def comma(self):
        """What stands between the parts of a list."""
        return "، " if self.script == "Arabic" else ", "

    @property
    def chain(self):
        """This language and its fallbacks: the columns a page in it may have to read."""
        return (self.code, *self.fallback)


LATIN = "abcdefghijklmnopqrstuvwxyz"
ARABIC = "آ(ءأؤإئا)ب(ةت)ثجحخدذرزسشصضطظعغفقكلمنهو(ىي)"

LANGUAGES = (
    Language("de", "Deutsch", "de", "de", "ltr", (), "de", LATIN, "Latin", "de", "German"),
    # Not "de-ls" (German in Lesotho) and not "de-easy" (a script): "simple" is a registered variant.
    Language("de-simple", "Leichte Sprache", "de-simple", None, "ltr", (), "de", LATIN, "Latin", "de_Simple", "German"),
    Language("en", "English", "en", "en", "ltr", ("de",), "en_GB", LATIN, "Latin", "en", "English"),
    Language(
        "tr", "Türkçe", "tr", "tr", "ltr", ("de",), "tr", "abcçdefgğhıijklmnoöpqrsştuüvwxyz", "Latin", "tr", "Turkish"
    ),
    Language("ar", "العربية", "ar", "ar", "rtl", ("en", "de"), "ar", ARABIC, "Arabic", "ar", "Arabic"),
    Language(
        "fa",
        "فارسی",
        "fa",
        "fa",
        "rtl",
        ("en", "de"),
        "fa",
        "آا(ءأإؤئ)بپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی",
        "Arabic",
        "fa",
        "Persian",
    ),
    # Ukrainian falls back to English, not to Russian: whether readers want that is theirs to say.
    Language(
        "uk",
        "Українська",
        "uk",
        "uk",
        "ltr",
        ("en", "de"),
        "uk",
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
        "Cyrillic",
        "uk",
        "Ukrainian",
    ),
    Language(
        "ru",
        "Русский",
        "ru",
        "ru",
        "ltr",
        ("en", "de"),
        "ru",
        "абвгдежзийклмнопрстуфхцчшщъыьэюя",
        "Cyrillic",
        "ru",
        "Russian",
    ),
    Language(
        "pl", "Polski", "pl", "pl", "ltr", ("de",), "pl", "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż", "Latin", "pl", "Polish"
    ),
    Language("fr", "Français", "fr", "fr", "ltr", ("en", "de"), "fr", LATIN, "Latin", "fr", "French"),
    Language(
        "es", "Español", "es", "es", "ltr", ("en", "de"), "es", "abcdefghijklmnñopqrstuvwxyz", "Latin", "es", "Spanish"
    ),
    # "ku", not "kmr": both databases, Babel and search engines know "ku". Sorani (ckb) is another script, no alias.
    Language(
        "ku",
        "Kurdî (Kurmancî)",
        "ku",
        "ku",
        "ltr",
        ("de",),
        "ku",
        "abcçdeêfghiîjklmnopqrsştuûvwxyz",
        "Latin",
        "ku",
        "Kurdish",
        ("kmr",),
    ),
)

BY_CODE = {language.code: language for language in LANGUAGES}
BY_ALIAS = {alias: language for language in LANGUAGES for alias in language.aliases}
SOURCE = BY_CODE["de"]
SIMPLE = BY_CODE["de-simple"]
PUBLIC = tuple(language for language in LANGUAGES if language.public)
TRANSLATIONS = tuple(language for language in LANGUAGES if not language.is_source)


def get(code):
    """The language with this code; KeyError for any other."""
    return BY_CODE[code]


def find(text):
    """The public language that an address part or a language tag means, or None. Case does not matter."""
    text = text.lower().replace("_", "-")
    for candidate in (text, text.split("-")[0]):
        language = BY_CODE.get(candidate) or BY_ALIAS.get(candidate)
        if language and language.public and (candidate == text or not language.is_simple):
            return language
    return None


def accepted(header):
    """The public language an Accept-Language header asks for (RFC 9110, 12.5.4); German where it names none."""
    wishes = []
    parts = header[:1000].split(",")
    for place, part in enumerate(parts[:-1] if len(header) > 1000 else parts):
        tag, _, weight = part.partition(";")
        try:
            quality = float(weight.strip().lower().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        language = find(tag.strip())
        if language and 0 < quality <= 1:
            wishes.append((-quality, place, language))
    return min(wishes)[2] if wishes else SOURCE


def django_languages():
    return [(language.code, language.name) for language in LANGUAGES]


def fallback_setting():
    """modeltranslation's fallbacks; tuples, because a list passes its check and fails when a page is read."""
    return {"default": (), **{language.code: language.fallback for language in LANGUAGES if language.fallback}}


def teach_django():
    """Give Django the names and directions of the languages it does not ship."""
    from django.conf.locale import LANG_INFO

    for language in LANGUAGES:
        LANG_INFO[language.code] = LANG_INFO.get(language.code, {}) | {
            "bidi": language.dir == "rtl",
            "code": language.code,
            "name": language.english,
            "name_local": language.name,
        }
    for alias, language in BY_ALIAS.items():
        LANG_INFO[alias] = {"fallback": [language.code]}
