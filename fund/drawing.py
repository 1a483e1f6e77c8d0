"""A page of HTML as a tagged PDF (PDF/UA-1), where the server has the libraries that draw one (Pango)."""

from django.contrib.staticfiles import finders


def as_pdf(page, stylesheet):
    """The bytes of the PDF, None where the server cannot draw one. stylesheet: the name of one of our static files."""
    try:
        from weasyprint import CSS, HTML  # slow to load, and needs libraries of the system
    except (ImportError, OSError):
        return None
    style = CSS(filename=finders.find(stylesheet))
    return HTML(string=page, url_fetcher=nothing).write_pdf(stylesheets=[style], pdf_variant="pdf/ua-1")


def nothing(address, *args, **kwargs):
    """What somebody wrote never makes the server fetch anything."""
    raise ValueError("A case loads nothing from anywhere.")
