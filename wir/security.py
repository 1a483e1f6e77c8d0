"""Security headers of every answer. One policy for public pages, a slightly wider one where staff work."""

from urllib.parse import urlsplit

from django.conf import settings

from wir.logs import is_case

PUBLIC = {
    "default-src": "'none'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",  # lets checkers read robots.txt; pages themselves load nothing
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
STAFF = PUBLIC | {"script-src": "'self'", "font-src": "'self'", "img-src": "'self' data:"}


def staff_policy():
    """The sign-in form is answered by a redirect to the city's own sign-in, which form-action has to name."""
    provider = settings.SOCIALACCOUNT_PROVIDERS.get("openid_connect")
    if not provider:
        return STAFF
    servers = {urlsplit(app["settings"]["server_url"]) for app in provider["APPS"]}
    origins = " ".join(sorted(f"{server.scheme}://{server.netloc}" for server in servers))
    return STAFF | {"form-action": f"'self' {origins}"}


def header(policy):
    return "; ".join(f"{name} {value}" for name, value in policy.items())


class SecurityHeaders:
    """Content-Security-Policy without 'unsafe-inline', and the browser features nobody here needs."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        staff = request.path_info.startswith(("/admin/", "/konto/"))
        response.headers.setdefault("Content-Security-Policy", header(staff_policy() if staff else PUBLIC))
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if staff:
            response.headers.setdefault("Cache-Control", "no-store")
        elif is_case(request):  # whatever answers there, also a redirect to the slash or an error before any view
            response.headers.setdefault("Cache-Control", "no-store, private")
            response.headers.setdefault("Referrer-Policy", "no-referrer")
            response.headers.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response
