"""System check: what applicants hand in never lies where a web server serves files from."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, register


@register("fund")
def file_store_is_not_public(app_configs=None, **kwargs):
    store = Path(settings.FILE_STORE).resolve()
    if not Path(settings.FILE_STORE).is_absolute():
        return [Error("MEDIA_URL_STORE is no absolute path.", hint="Write file:///path/to/folder", id="fund.E002")]
    public = [each for each in (settings.STATIC_ROOT, settings.MEDIA_ROOT, *settings.STATICFILES_DIRS) if each]
    folders = [Path(each[1] if isinstance(each, (list, tuple)) else each).resolve() for each in public]
    if any(store.is_relative_to(folder) for folder in folders):
        return [
            Error(
                "The files of applications would lie in a folder that is served to everybody.",
                hint="Set MEDIA_URL_STORE to a folder outside of the static files.",
                id="fund.E001",
            )
        ]
    return []
