"""The language of a page is the first part of its address; nothing else decides it."""

from datetime import timedelta
from urllib.parse import quote

from django.http import HttpResponsePermanentRedirect
from django.utils import timezone, translation
from django.utils.http import http_date

from wir.languages import registry
from wir.languages.models import ContentStamp


class LanguageFromAddress:
    """Activate the address's language; send aliases and capitals to the one right address; say it in the header.

    Outside of the public pages: German for back office and sign-in, Accept-Language for addresses without language.
    """

    STAFF = ("admin", "konto")

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        first, slash, rest = request.path_info.lstrip("/").partition("/")
        language = registry.find(first) if first else None
        if language and not (slash and first in registry.BY_CODE) and request.method in ("GET", "HEAD"):
            return permanent_redirect(request, f"/{language.code}/{rest}")
        if language and first not in registry.BY_CODE:
            language = None
        guessed = language is None and first not in self.STAFF
        if language is None:
            asked = request.headers.get("Accept-Language", "")
            language = registry.accepted(asked) if guessed else registry.SOURCE
        with translation.override(language.code):
            request.LANGUAGE_CODE = language.code
            request.language = language
            request.language_in_address = first in registry.BY_CODE
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language.tag)
        return response


def permanent_redirect(request, path):
    """301 to a path of this site, keeping the query. The path may hold anything a stranger typed."""
    target = "/" + quote(path.lstrip("/"), safe="/-._~!$&'()*+,;=:@")
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{target}?{quote(query, safe='/?=&%+-._~!*(),;:@')}" if query else target)


class LastModified:
    """Last-Modified of public pages: when anything public was last written.

    Not sent within two seconds of a change: the header counts whole seconds, and a page made in the same second as
    an edit must not be taken for the edited one. The ETag, made from the page itself, goes with every answer.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if (
            request.method in ("GET", "HEAD")
            and response.status_code == 200
            and getattr(request, "language_in_address", False)
            and not response.has_header("Last-Modified")
            and not response.has_header("Cache-Control")
        ):
            response["Cache-Control"] = "no-cache"  # keep it, but ask each time: a correction is seen at once
            stamp = ContentStamp.objects.filter(pk=1).values_list("changed_at", flat=True).first()
            today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)  # dates come into force
            newest = max(filter(None, [stamp, STARTED, today]))
            if timezone.now() - newest > timedelta(seconds=2):
                response["Last-Modified"] = http_date(newest.timestamp())
        return response


STARTED = timezone.now()  # a new release is a change too
