"""May this person? German texts belong to the editors of the thing; every other language to people with a grant for it
(wir/accounts/backends.py answers for one language)."""

from django.core.exceptions import PermissionDenied

from wir.languages import registry

TRANSLATE, REVIEW = "languages.translate", "languages.review"


def check_right(obj, language, by):
    """Raises PermissionDenied. by: None for the portal's own commands."""
    if by is None:
        return
    language = language if isinstance(language, registry.Language) else registry.get(language)
    if language.is_source:
        allowed = by.has_perm(f"{obj._meta.app_label}.change_{obj._meta.model_name}")
    else:
        allowed = by.has_perm(TRANSLATE, language)
    if not allowed:
        raise PermissionDenied(f"Für {language.name} fehlt Ihnen das Recht zu schreiben.")
