"""The same list for people who follow it: an Atom feed of its reports, and a calendar of its dates."""

from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from measures.changes import tell
from measures.exports import refusal
from measures.listing import Listing
from measures.models import Change, Measure, Milestone
from measures.sentences import marked_sentence, sentence
from wir.languages.text import current, tr
from wir.lib.periods import DAY
from wir.lib.printable import printable

NEWEST = 100  # reports in a feed
MOST_DATES = 2000  # in a calendar


def name_of(measure):
    """Its title, or its number for readers of Leichte Sprache where no title is written for them yet."""
    return str(tr(measure, "title")) or str(measure.number)


class Feed(Atom1Feed):
    """Atom with the direction of the reader's language."""

    def root_attributes(self):
        return super().root_attributes() | {"xml:lang": current().tag, "dir": current().dir}


def address(request, name):
    query = request.META.get("QUERY_STRING", "")
    return f"{settings.SITE_URL}{reverse(name)}{'?' if query else ''}{query}"


@require_safe
def atom(request):
    """What changed in the measures of this list, newest first, in sentences."""
    listing = Listing(request.GET)
    refused = refusal(listing)
    if refused:
        return refused
    changes = Change.objects.public(listing.samples).select_related("before", "plan").order_by("-at", "-pk")
    if listing.filterset.chosen:
        changes = changes.filter(measure__in=listing.filterset.found().values("pk"))
    changes = list(changes[:NEWEST])
    own = address(request, "measures:atom")
    feed = Feed(
        title=printable(
            " – ".join(
                [_("WIR2.0 measures: what has changed"), *(str(text) for _name, text, _href in listing.chips if text)]
            )
        ),
        link=address(request, "measures:list"),
        description="",
        language=current().tag,
        feed_url=own,
        feed_guid=own,
    )
    for told in tell(changes, listing.labels):
        reason = tr(told.update, "plain") if told.update else ""
        feed.add_item(
            title=printable(": ".join(filter(None, [name_of(told.measure), sentence(told)]))),
            link=f"{settings.SITE_URL}{told.measure.get_absolute_url()}",
            description=printable(marked(marked_sentence(told), reason)),
            unique_id=f"{settings.SITE_URL}/massnahmen/{told.measure.number}/{told.change.kind}/{told.change.pk}",
            pubdate=told.change.at,
            updateddate=told.change.at,
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    return response


def marked(words, reason):
    """The sentence and the reason as HTML, each in its own language and direction."""
    language = current()
    first = format_html('<p lang="{}" dir="{}">{}</p>', language.tag, language.dir, words)
    if not reason:
        return first
    return first + format_html('<p lang="{}" dir="{}">{}</p>', reason.language.tag, reason.language.dir, reason.value)


@require_safe
def calendar(request):
    """Open milestones, and planned beginnings and ends, as whole days.

    Only dates that are known to the day: a year or a month is no day in anybody's calendar.
    """
    listing = Listing(request.GET)
    refused = refusal(listing)
    if refused:
        return refused
    book = Calendar()
    book.add("prodid", "-//WIR2.0 Hannover//Massnahmen//" + current().code.upper())
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", _("WIR2.0 measures: dates"))
    shown = listing.filterset.found().values("pk")
    measures = {each.pk: each for each in Measure.objects.filter(pk__in=shown).for_list("title")[:MOST_DATES]}
    milestones = Milestone.objects.public(listing.samples).filter(measure__in=shown, done_on__isnull=True)
    for milestone in milestones.for_list("title").order_by("due")[:MOST_DATES]:
        if milestone.measure_id in measures and milestone.due.precision == DAY:
            add_day(
                book,
                f"meilenstein-{milestone.pk}",
                measures[milestone.measure_id],
                milestone.due.last,
                tr(milestone, "title"),
            )
    for measure in measures.values():
        if measure.planned_end and measure.planned_end.precision == DAY and not measure.actual_end:
            add_day(book, f"ende-{measure.number}", measure, measure.planned_end.last, _("Planned end"))
        if measure.planned_start and measure.planned_start.precision == DAY and not measure.actual_start:
            add_day(book, f"beginn-{measure.number}", measure, measure.planned_start.first, _("Planned beginning"))
    response = HttpResponse(book.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="massnahmen.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response


def add_day(book, key, measure, day, words):
    event = Event()
    event.add("uid", f"{key}@{settings.SITE_URL.partition('://')[2]}")
    event.add("dtstamp", measure.told_at or timezone.now())
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", printable(f"{words}: {name_of(measure)}"))
    event.add("url", f"{settings.SITE_URL}{measure.get_absolute_url()}")
    event.add("transp", "TRANSPARENT")
    book.add_component(event)
