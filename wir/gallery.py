"""The component gallery: every component of the public pages in its states, left to right and right to left."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils import timezone, translation

from strategy.models import Guideline, SourceDocument, Wording
from wir.about.forms import BarrierForm
from wir.languages import registry
from wir.languages.coverage import Coverage
from wir.languages.page import Notice, Page

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
    }


@dataclass(frozen=True)
class NoticePage:
    """A page that has nothing but its notice."""

    notice: Notice
    required: tuple = (1,)


def render_gallery(language, request):
    with translation.override(language.code):
        return render_to_string("gallery.html", context_for(language, request))
