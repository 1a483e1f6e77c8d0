"""The public meetings as a calendar that phones subscribe to."""

from datetime import UTC, timedelta

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from icalendar import Calendar, Event

from strategy.bodies_pages import public_meetings, wants_samples
from strategy.models import Meeting
from wir.languages.text import current, tr
from wir.lib.printable import printable

SHOWN_BACK = timedelta(days=366)  # a subscribed calendar keeps a year of what was


@require_safe
def calendar(request):
    """Meetings everybody may know of, with the time where it is known, as whole days where it is not.

    Times leave in UTC, so that no phone's idea of summer time can move them.
    """
    book = Calendar()
    book.add("prodid", f"-//WIR2.0 Hannover//Sitzungen//{current().code.upper()}")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", _("WIR2.0: meetings"))
    since = timezone.localdate() - SHOWN_BACK
    found = public_meetings(wants_samples(request)).filter(day__gte=since).prefetch_related("changes")
    for meeting in found.order_by("day", "starts", "pk"):
        book.add_component(event_of(meeting))
    response = HttpResponse(book.to_ical(), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="sitzungen.ics"'
    response["X-Robots-Tag"] = "noindex"
    return response


def event_of(meeting):
    """One meeting. A new date or a cancellation raises the sequence, so that phones take it over."""
    event = Event()
    event.add("uid", f"sitzung-{meeting.pk}@{settings.SITE_URL.partition('://')[2]}")
    event.add("dtstamp", meeting.updated_at)
    event.add("sequence", sum(change.move in ("reschedule", "moved", "cancel") for change in meeting.changes.all()))
    if meeting.starts is None:
        event.add("dtstart", meeting.day)
        event.add("dtend", meeting.day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
    else:
        event.add("dtstart", meeting.starts_at.astimezone(UTC))
        if meeting.ends:
            event.add("dtend", meeting.ends_at.astimezone(UTC))
    name = meeting.body.name_on(meeting.day) or str(meeting.body)
    event.add("summary", printable(_("Example: %(name)s") % {"name": name} if meeting.sample else name))
    if meeting.place:
        event.add("location", printable(meeting.place))
    about = tr(meeting, "plain")
    if about:
        event.add("description", printable(about.value), parameters={"LANGUAGE": about.language.tag})
    event.add("url", f"{settings.SITE_URL}{meeting.get_absolute_url()}")
    event.add("status", "CANCELLED" if meeting.state == Meeting.State.CANCELLED else "CONFIRMED")
    return event
