"""German official terms inside other languages: residents meet them at the counter, so translations keep them in
brackets. They carry lang="de", and stay in order on right-to-left pages."""

import re

from django.utils.html import escape, format_html
from django.utils.safestring import mark_safe

from wir.languages import registry

TERMS = (
    "antragsberechtigt",
    "Arbeitsausschuss",
    "Förderrichtlinie",
    "Geschäftsordnung",
    "Migrant*innenorganisationen",
    "Reflexionsgespräch",
    "Reflexionsgespräche",
    "Wirksamkeitsanalyse",
    "AG WIR2.0 postmigrantisch",
    "Stadtbibliothek",
    "Dritte Orte",
    "Kulturhäuser",
    "Dachverein",
    "Ankunftsquartiere",
    "Stadtteile",
    "Stadtbezirke",
    "Stadtbezirk",
    "Expert*innengruppen",
    "Expert*innengruppe",
    "Maßnahmen",
    "Maßnahme",
    "Konzept",
    "Träger",
    "Antidiskriminierungsstelle",
    "Lenkungsgruppe",
    "Allgemeines Gleichbehandlungsgesetz",
    "Aufsichtsbehörde",
    "Ausbildung",
    "Ausbildungsplatz",
    "Barriere melden",
    "Barrierefreiheit",
    "Begleitgremium",
    "Berufsausbildung",
    "Bund",
    "Deutsche Gebärdensprache",
    "Dezernat",
    "Dezernate",
    "Dezernat III",
    "Dezernat Soziales und Integration",
    "Dezernat III „Soziales und Integration“",
    "Dezernat III „Soziales und Integration”",
    "Digitale-Dienste-Gesetz",
    "Eingewanderte",
    "Fachbereich",
    "Fachbereiche",
    "Gebärdensprache",
    "Geschäftsstelle",
    "Handlungsfeld",
    "Impressum",
    "Innovationsfonds",
    "Integration",
    "Integrationsbeirat",
    "Integrationsbeiräte",
    "Internationaler Ausschuss",
    "Kuratorium",
    "Kulturentwicklungsplan",
    "Land",
    "Länder",
    "Leichte Sprache",
    "Leitlinie",
    "Lokaler Integrationsplan",
    "Menschen aus Einwanderungsfamilien",
    "Migrationsbiografie",
    "Migrationshintergrund",
    "Multiplikator*innen",
    "Niedersächsisches Behindertengleichstellungsgesetz",
    "Oberbürgermeister",
    "Pflege",
    "Projektteam",
    "Quartier",
    "Querschnittsthema",
    "Rat",
    "Schlichtungsstelle",
    "Schwerpunkt",
    "Sprachmittlung",
    "Stadtbezirksrat",
    "Stadtbezirksräte",
    "Stadtteil",
    "Teilhabe",
    "Überwachungsstelle",
    "Verwaltungsausschuss",
    "WIR2.0 Begleitgremium",
    "WIR2.0-Förderprogramm",
    "WIR2.0-Innovationsfonds",
    "WIR2.0-Kuratorium",
    "Willkommenskultur",
    "Wir",
    "Zusammenleben in Vielfalt",
)
KNOWN = "|".join(re.escape(term) for term in sorted(TERMS, key=len, reverse=True))
IN_BRACKETS = re.compile(r"(?<=\()[^()]+")
KNOWN_TERM = re.compile(rf"(?<![\w-])(?:{KNOWN})(?![\w-])")
WORD = r"(?<![0-9])[A-Za-zÀ-ž][A-Za-zÀ-ž0-9.*/&-]*[A-Za-zÀ-ž0-9*]|(?<![0-9])[A-Za-zÀ-ž]"
ADDRESS = r"(?:[A-Za-z]+://|[\w.+-]+@)[A-Za-z0-9][^\s()<>،؛]*"
LATIN_RUN = re.compile(rf"{ADDRESS}|(?:{WORD})(?:,? (?:{WORD}|[„“](?:{WORD})(?: (?:{WORD}))*[“”]))*")


def mark_terms(text, language):
    """The text as safe HTML, with German terms marked as German; German text is only escaped."""
    if language.tag.split("-")[0] == registry.SOURCE.code:
        return escape(text)
    if language.script != "Latin":
        return wrap(LATIN_RUN, text)
    pieces, last = [], 0
    for bracket in IN_BRACKETS.finditer(text):
        pieces += [escape(text[last : bracket.start()]), wrap(KNOWN_TERM, bracket.group())]
        last = bracket.end()
    pieces.append(escape(text[last:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above


def wrap(pattern, text):
    pieces, last = [], 0
    for found in pattern.finditer(text):
        pieces.append(escape(text[last : found.start()]))
        pieces.append(format_html('<bdi lang="de" dir="ltr">{}</bdi>', found.group()))
        last = found.end()
    pieces.append(escape(text[last:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above
