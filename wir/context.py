"""What the frame of every page needs."""

from django.conf import settings
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from strategy.models import Contact
from wir.languages import registry


def site(request):
    """The reader's language, the languages to choose from, the office's contact, and whether German stands beside."""
    language = getattr(request, "language", registry.SOURCE)
    beside = request.GET.get("neben") == registry.SOURCE.code and not language.is_source
    return {
        "language": language,
        "languages": registry.PUBLIC,
        "source_language": registry.SOURCE,
        "simple_language": registry.SIMPLE,
        "beside": registry.SOURCE if beside else None,
        "contact": SimpleLazyObject(lambda: Contact.objects.on(timezone.localdate())),
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
    }
