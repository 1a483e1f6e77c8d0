"""Template tags for marked text, for dates and numbers, and for addresses in other languages."""

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from wir.languages import registry
from wir.languages.terms import mark_terms
from wir.languages.text import MarkedText, current, tr
from wir.lib import formats
from wir.lib.blocks import BULLETS, HEADING, NUMBERS

register = template.Library()


@register.simple_tag
def text(obj, field):
    """A short text, with `lang` and `dir` on a span where it is not in the page's language."""
    return tr(obj, field).__html__()


@register.simple_tag
def marks(obj, field):
    """Attributes for the element that holds the text: ` lang="de" dir="ltr"`, or nothing."""
    return tr(obj, field).attributes


@register.simple_tag
def comma():
    """What stands between the parts of a list in the page's language."""
    return current().comma


@register.filter
def show(value):
    """A title that may be marked text or plain."""
    return value.__html__() if isinstance(value, MarkedText) else value


@register.inclusion_tag("components/prose.html", takes_context=True)
def prose(context, obj, field="plain", level=2):
    """A long text as paragraphs, lists and headings; with German beside it, paragraph by paragraph, if asked for.

    level: of the headings inside the text.
    """
    shown = tr(obj, field)
    beside = context.get("beside")
    german = tr(obj, field, registry.SOURCE) if beside and shown.language != registry.SOURCE else None
    left, right = shown.blocks, german.blocks if german else []
    if german and len(left) != len(right):  # another structure: the whole texts stand side by side
        pairs = [(left, right)]
    else:
        pairs = [([block], [other]) for block, other in zip(left, right, strict=False)] if german else [(left, [])]
    return {"shown": shown, "german": german, "pairs": pairs, "level": level}


@register.inclusion_tag("components/prose.html")
def german_prose(value, level=3):
    """Official wording: German always, whatever the page's language."""
    marked = MarkedText(value, registry.SOURCE, current())
    return {"shown": marked, "german": None, "pairs": [(marked.blocks, [])], "level": level}


@register.simple_tag
def render_block(block, level, language):
    """One block of a text in `language` as HTML; everything in it is escaped."""
    if block.kind == HEADING:
        return format_html("<h{}>{}</h{}>", level, mark_terms(block.lines[0], language), level)
    if block.kind in (BULLETS, NUMBERS):
        name = "ul" if block.kind == BULLETS else "ol"
        start = format_html(' start="{}"', block.start) if block.kind == NUMBERS and block.start != 1 else ""
        items = mark_safe("".join(format_html("<li>{}</li>", mark_terms(item, language)) for item in block.items))  # noqa: S308 - escaped
        return format_html("<{}{}>{}</{}>", name, start, items, name)
    lines = mark_safe("<br>".join(mark_terms(line, language) for line in block.lines))  # noqa: S308 - escaped above
    return format_html("<p>{}</p>", lines)


@register.filter
def long_date(value):
    """5. März 2026, in the page's language; moments are told in Hannover's time."""
    value = timezone.localtime(value) if hasattr(value, "hour") else value
    return formats.long_date(value, current().locale)


@register.filter
def number(value):
    return formats.number(value, current().locale)


@register.simple_tag
def share(part, whole):
    return formats.percent(part, whole, current().locale)


@register.filter
def iso(value):
    """For <time datetime="…">."""
    return timezone.localtime(value).isoformat(timespec="minutes") if hasattr(value, "hour") else value.isoformat()


@register.simple_tag(takes_context=True)
def in_language(context, language, absolute=False, query=True):
    """This page's address in another language; keeps the query, so filters survive."""
    request = context["request"]
    if not getattr(request, "language_in_address", False):
        return f"/{language.code}/"
    rest = request.path.lstrip("/").partition("/")[2]
    wanted = request.GET.copy()
    if language.is_source:
        wanted.pop("neben", None)
    asked = f"?{wanted.urlencode()}" if query and wanted else ""
    return f"{settings.SITE_URL if absolute else ''}/{language.code}/{rest}{asked}"


@register.filter
def language_list(languages):
    """Names of languages, each marked as what it is: <span lang="tr">Türkçe</span>, …"""
    spans = [format_html('<span lang="{}" dir="{}">{}</span>', each.tag, each.dir, each.name) for each in languages]
    return mark_safe(current().comma.join(spans))  # noqa: S308 - each part is escaped


@register.simple_tag
def text_plain(obj, field):
    """The text alone, for an element that carries `marks` itself."""
    return tr(obj, field).html


@register.simple_tag
def german_of(obj, field):
    """The German text, for an element that says lang="de"."""
    return tr(obj, field, registry.SOURCE).value


@register.filter
def terms(value):
    """An interface text with the German official terms in its brackets marked as German."""
    return mark_terms(str(value), current())
