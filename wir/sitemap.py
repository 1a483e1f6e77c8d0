"""The site map for search engines: each page only in the languages it is really available in.

Written by hand, because Django's lists every language for every object and prints the internal codes.
"""

from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.http import require_safe

from fund.models import Application, OtherPot
from fund.projects.reading import projects
from measures.models import Measure
from measures.views import district_address
from strategy.models import (
    ActionField,
    AgendaItem,
    Body,
    Chapter,
    CrossCuttingTheme,
    District,
    Guideline,
    Meeting,
    MinutesEntry,
    Priority,
    Subtopic,
)
from wir.about.models import AccessibilityGap, SiteText
from wir.freshness import STARTED, up_to_date
from wir.languages import registry
from wir.languages.models import SourceText, TranslationUnit

ITEMS = (Guideline, Priority, CrossCuttingTheme, ActionField, Chapter)

# Pages of the site: the key of their text, the name of their address, and what else they cannot do without
SITE_PAGES = {
    "start": ("home", [ActionField]),
    "strategie": ("strategy:overview", ITEMS),
    "leitlinien": ("strategy:guidelines", [Guideline]),
    "prioritaeten": ("strategy:priorities", [Priority]),
    "querschnittsthemen": ("strategy:themes", [CrossCuttingTheme]),
    "handlungsfelder": ("strategy:fields", [ActionField]),
    "massnahmen": ("measures:list", []),
    "umsetzung": ("measures:progress", []),
    "aenderungen": ("measures:changes", []),
    "stadtbezirke": ("measures:districts", []),
    "gremium": ("strategy:bodies", [Body]),
    "fonds": ("fund:page", [OtherPot]),
    "uebersetzungen": ("translations", []),
    "inhalt": ("contents", [*ITEMS, Subtopic]),
    "impressum": ("imprint", []),
    "datenschutz": ("privacy", []),
    "barrierefreiheit": ("accessibility", [AccessibilityGap]),
    "barriere-melden": ("report_barrier", []),
    "leichte-sprache": ("plain_language", []),
    "gebaerdensprache": ("sign_language", []),
}


def entries():
    """(address without language, languages, last change) of every page that search engines may list."""
    available = available_languages()
    items = {model: list(model.objects.public().for_list("title")) for model in (*ITEMS, AccessibilityGap)}
    items[Body] = list(Body.objects.public().exclude(plain_de="").for_list("plain"))
    items[OtherPot] = list(OtherPot.objects.public().for_list("plain"))
    items[Subtopic] = list(Subtopic.objects.public().named().for_list("title"))
    fields = {field.pk: field for field in items[ActionField]}
    for text in SiteText.objects.for_list():
        if text.key in SITE_PAGES:
            name, models = SITE_PAGES[text.key]
            parts = [text, *(item for model in models for item in items[model])]
            yield reverse(name), available(parts), max(part.updated_at for part in parts)
    for subtopic in items[Subtopic]:
        subtopic.field = fields[subtopic.field_id]
    for model in (*ITEMS, Subtopic):
        for item in items[model]:
            yield item.get_absolute_url(), available([item]), item.updated_at
    for measure in Measure.objects.public().for_list("title"):
        yield measure.get_absolute_url(), available([measure]), measure.told_at or measure.updated_at
    for day, parts in days_of_meetings().items():
        yield reverse("strategy:meeting", args=[day]), available(parts), max(part.updated_at for part in parts)
    for name in ("fund:start", "fund:projects", "fund:numbers"):
        yield reverse(name), available([]), STARTED
    for project in projects(Application.objects.granted()):  # interface texts, and a title in its own language
        yield project.get_absolute_url(), available([]), project.released_at
    for district in District.objects.all():  # made of interface texts and proper names
        yield district_address(district), available([]), STARTED


def days_of_meetings():
    """{day: what its page cannot do without} of all public meetings."""
    found = {}
    for meeting in Meeting.objects.public().for_list("plain").order_by("day"):
        found.setdefault(meeting.day, []).append(meeting)
    days = {meeting.pk: day for day, meetings in found.items() for meeting in meetings}
    for item in AgendaItem.objects.public().for_list("title"):
        found[days[item.meeting_id]].append(item)
    for entry in MinutesEntry.objects.public().for_list("plain").select_related("item"):
        found[days[entry.item.meeting_id]].append(entry)
    return found


def available_languages():
    """A function that tells the languages all given objects exist in; two statements, however often it is asked."""
    texts, translated = {}, {}
    for model, pk in SourceText.objects.values_list("model", "object_id"):
        texts[model, pk] = texts.get((model, pk), 0) + 1
    units = TranslationUnit.objects.shown().values_list("source__model", "source__object_id", "language")
    for model, pk, code in units:
        translated[model, pk, code] = translated.get((model, pk, code), 0) + 1

    def languages_of(objects):
        keys = [(each._meta.label_lower, each.pk) for each in objects]
        return [
            language
            for language in registry.PUBLIC
            if language.hreflang
            and (
                language.is_source or all(translated.get((*key, language.code), 0) >= texts.get(key, 0) for key in keys)
            )
        ]

    return languages_of


def in_language(path, language):
    """The address of a page in another language; addresses differ in their first part only."""
    return f"{settings.SITE_URL}/{language.code}/{path.split('/', 2)[2]}"


@require_safe
def sitemap(request):
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">',
    ]
    up_to_date(timezone.now())
    with translation.override(registry.SOURCE.code):
        pages = list(entries())
    for path, languages, changed in pages:
        addresses = {language: escape(in_language(path, language)) for language in languages}
        alternates = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language.hreflang}" href="{address}"/>'
            for language, address in addresses.items()
        )
        alternates += f'<xhtml:link rel="alternate" hreflang="x-default" href="{addresses[registry.SOURCE]}"/>'
        for address in addresses.values():
            lines.append(f"<url><loc>{address}</loc><lastmod>{timezone.localdate(changed)}</lastmod>{alternates}</url>")
    lines.append("</urlset>")
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")
