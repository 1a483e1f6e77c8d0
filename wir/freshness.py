"""How fresh a public page is: planned releases that have come due, and the moment anything public was last written."""

from datetime import timedelta

from django.utils import timezone
from django.utils.http import http_date

from measures.releases import apply_due
from wir.languages.models import ContentStamp

STARTED = timezone.now()  # a new release of the program is a change too


def up_to_date(now):
    """Publish what is due. Returns the ContentStamp, None where nothing was ever written."""
    stamp = ContentStamp.objects.filter(pk=1).first()
    if stamp and stamp.due_at and stamp.due_at <= now:
        apply_due(now)
        stamp = ContentStamp.objects.filter(pk=1).first()
    return stamp


class Freshness:
    """Before a public page is made: publish what is due. After it: say when anything public was last written.

    The stamp is read before the page is made: a change that comes in between makes the page newer than its header
    says, which costs one more request and never shows anybody an old page as new. Last-Modified is not sent within two
    seconds of a change, because it counts whole seconds. The ETag, made from the page itself, goes with every answer.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD") or not getattr(request, "language_in_address", False):
            return self.get_response(request)
        now = timezone.now()
        stamp = up_to_date(now)
        response = self.get_response(request)
        if response.status_code == 200 and not any(map(response.has_header, ("Last-Modified", "Cache-Control"))):
            response["Cache-Control"] = "no-cache"  # keep it, but ask each time: a correction is seen at once
            today = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)  # dates come into force
            newest = max(filter(None, [stamp and stamp.changed_at, STARTED, today]))
            if now - newest > timedelta(seconds=2):
                response["Last-Modified"] = http_date(newest.timestamp())
        return response
