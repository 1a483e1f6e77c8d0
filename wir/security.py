"""Security headers of every answer. One policy for public pages, a slightly wider one where staff work."""

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


def header(policy):
    return "; ".join(f"{name} {value}" for name, value in policy.items())


class SecurityHeaders:
    """Content-Security-Policy without 'unsafe-inline', and the browser features nobody here needs."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        staff = request.path_info.startswith(("/admin/", "/konto/"))
        response.headers.setdefault("Content-Security-Policy", header(STAFF if staff else PUBLIC))
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if staff:
            response.headers.setdefault("Cache-Control", "no-store")
        return response
