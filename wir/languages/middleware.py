"""The language of a page is the first part of its address; nothing else decides it."""

from urllib.parse import quote

from django.http import HttpResponsePermanentRedirect
from django.utils import translation

from wir.languages import registry


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
