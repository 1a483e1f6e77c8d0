"""The galleries: every component of the public pages in its states, and every message in every language."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils import timezone, translation

from measures.facets import Choice, Facet
from measures.labels import Label
from measures.models.measure import State
from strategy.models import Guideline, SourceDocument, Wording
from wir.about.forms import BarrierForm
from wir.languages import registry
from wir.languages.coverage import Coverage
from wir.languages.page import Notice, Page
from wir.languages.text import MarkedText
from wir.lib.charts import WIDTH, height, stacked_bars
from wir.outbox import kinds
from wir.outbox.rendering import render
from wir.outbox.writing import Recipient

SHOWN_IN = tuple(registry.get(code) for code in ("de", "ar"))  # one language of each direction


def sample_item():
    """An unsaved guideline with a long German title, translated only in part: what a page has to cope with."""
    item = Guideline(number=3, title_de="Zusammenleben ist Aufgabe aller Bewohner*innen")
    item.title_ar = "العيش معًا مهمة الجميع"
    item.plain_de = (
        "Ein Absatz mit einem **Stern** und Hannoveraner*innen.\n\n- eins\n- zwei\n\n## Überschrift\n\nNoch ein Absatz."
    )
    item.plain_ar = "فقرة أولى.\n\n- واحد\n- اثنان\n\n## عنوان\n\nفقرة أخيرة."
    item.updated_at = timezone.now()
    item.official = Wording(
        document=SourceDocument(title="Musterdokument", edition="Muster"),
        title="Mustertitel",
        text="Ein Satz als Muster für den amtlichen Wortlaut.",
        page=8,
        note="Hinweis, wo zwei Dokumente verschieden sind.",
    )
    return item


def context_for(language, request):
    item = sample_item()
    empty = Guideline(number=4, title_de="Nur auf Deutsch vorhanden", plain_de="Dieser Text ist nicht übersetzt.")
    page = Page(
        title="Bausteine",
        previous=item,
        next=empty,
        updated=timezone.now(),
        trail=[("#", "Eins"), ("#", empty.title_de)],
    )
    german = registry.SOURCE
    notices = [
        Notice(machine=True, unreviewed=True),
        Notice(unreviewed=True),
        Notice(fallback=(german,), machine=True, unreviewed=True, outdated_since=timezone.now()),
        Notice(outdated_since=timezone.now()),
        Notice(simple=True),
    ]
    form = BarrierForm({"text": "", "mail": "kein-at-zeichen"})
    form.is_valid()
    return {
        "request": request,
        "language": language,
        "languages": registry.PUBLIC,
        "source_language": german,
        "simple_language": registry.SIMPLE,
        "page": page,
        "item": item,
        "untranslated": empty,
        "official": item.official,
        "notice_pages": [NoticePage(notice) for notice in notices],
        "fields": [item, empty],
        "form": form,
        "coverages": [Coverage(language, 200, 180, 3, 12)],
        "beside": None,
    } | measures_of_gallery(language)


def measures_of_gallery(language):
    """A badge of every state, a facet, a pager and a chart, as the pages of the measures have them."""
    tones = dict(zip(State, ("neutral", "good", "good", "bad", "bad", "neutral"), strict=True))
    german = registry.SOURCE
    labels = [
        Label(state.value, None, MarkedText(state.label, german, language), None, tone) for state, tone in tones.items()
    ]
    choices = [Choice(label, place * 3, place == 1) for place, label in enumerate(labels[:3])]
    bars = [("1", [2, 1, 0, 0, 0, 3]), ("2", [0, 4, 1, 1, 0, 0])]
    return {
        "labels": labels,
        "late": ("end", timezone.localdate()),
        "facets": [Facet("status", choices), Facet("bezirk", choices[:1], problems=["99"])],
        "pages": [(1, "#", False), (2, "#", True), None, (9, "#", False)],
        "bars": stacked_bars(bars, rtl=language.dir == "rtl"),
        "chart_size": (WIDTH, height(bars)),
    }


@dataclass(frozen=True)
class NoticePage:
    """A page that has nothing but its notice."""

    notice: Notice
    required: tuple = (1,)


def render_gallery(language, request):
    with translation.override(language.code):
        return render_to_string("gallery.html", context_for(language, request), request)


# Messages -------------------------------------------------------------------------------------------------------------


def examples_of(kind, language):
    """{label: message} of one kind as somebody who reads this language gets it: one of each case it tells of."""
    with translation.override(language.code):
        contexts = {label: kind.example() | facts for label, facts in (kind.cases() or {"": {}}).items()}
    return {label: example_of(kind, language, context) for label, context in contexts.items()}


def example_of(kind, language, context):
    return render(kind, Recipient(name="Beispiel", language=language.code), context, wanted=language)


def message_gallery(site, request):
    """Every kind of message in every language, as text and as page, before anybody gets one."""
    found = kinds.all_kinds()
    kind = kinds.find(request.GET.get("anlass", "")) or found[0]
    language = registry.find(request.GET.get("sprache", "")) or registry.SOURCE
    messages = examples_of(kind, language)
    if request.GET.get("seite") == "1":
        asked = request.GET.get("fall", "")
        return HttpResponse(messages.get(asked, next(iter(messages.values()))).html)
    context = site.each_context(request) | {
        "title": f"Nachrichten: {kind.label}",
        "kinds": found,
        "kind": kind,
        "languages": registry.PUBLIC,
        "language": language,
        "messages": messages.items(),
    }
    return TemplateResponse(request, "admin/message_gallery.html", context)
