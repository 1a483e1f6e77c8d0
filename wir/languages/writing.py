"""The one door for texts: forms, imports and commands write through `save_translation`, reviewers through `review`."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from wir.languages import registry
from wir.languages.models import ContentStamp, Origin, SourceText, TranslationUnit, record_texts
from wir.languages.permissions import REVIEW, check_right
from wir.languages.text import column, fingerprint, is_blank


class TranslationConflict(Exception):
    """Somebody changed the text since it was loaded; nothing was written."""


def save_translation(
    obj, language, values, *, origin, by, job="", expected=None, state=TranslationUnit.State.NEEDS_REVIEW, now=None
):
    """Write texts of one object in one language, and only those columns.

    values: {field: text}. by: the person, who must hold the right for this language; None for the portal's own
    commands. expected: {field: fingerprint seen}, to notice that somebody else was faster. Raises PermissionDenied or
    TranslationConflict; then nothing is written. Returns the fields that changed.
    """
    check_right(obj, language, by)
    obj.before_texts(language if isinstance(language, registry.Language) else registry.get(language))
    values = {field: "" if is_blank(text) else text for field, text in values.items()}
    columns = {field: column(field, language) for field in values}
    with transaction.atomic():
        stored = type(obj)._base_manager.filter(pk=obj.pk).values(*columns.values()).get()
        for field, seen in (expected or {}).items():
            if fingerprint(stored[columns[field]]) != seen:
                raise TranslationConflict(
                    "Der Text hat sich geändert, seit Sie ihn geöffnet haben. Ihre Fassung ist nicht gespeichert."
                )
        changed = {field: text for field, text in values.items() if (stored[columns[field]] or "") != text}
        if changed:
            same = {columns[field]: stored[columns[field]] for field in changed}
            written = (
                type(obj)
                ._base_manager.filter(pk=obj.pk, **same)
                .update(**{columns[field]: text for field, text in changed.items()}, updated_at=now or timezone.now())
            )
            if not written:
                raise TranslationConflict("Jemand anderes hat den Text gerade geändert.")
        for field, text in values.items():
            setattr(obj, columns[field], text)
        record_texts(type(obj)._base_manager.get(pk=obj.pk), origin=origin, job=job, by=by, state=state, now=now)
        if changed:
            ContentStamp.touch()
    return list(changed)


def review(unit, *, by, now=None):
    """Mark a translation as reviewed. Four eyes: not by the person who wrote it last. Raises PermissionDenied."""
    if not by.has_perm(REVIEW, registry.get(unit.language)):
        raise PermissionDenied(f"Für {registry.get(unit.language).name} fehlt Ihnen das Recht zu prüfen.")
    unit.refresh_from_db()
    if unit.translated_by_id == by.pk:
        raise PermissionDenied("Wer einen Text geschrieben hat, prüft ihn nicht selbst.")
    with transaction.atomic():
        unit.state, unit.reviewed_by, unit.reviewed_at = TranslationUnit.State.REVIEWED, by, now or timezone.now()
        unit.save(update_fields=["state", "reviewed_by", "reviewed_at"])
        ContentStamp.touch()


def written_by_a_person(obj, field, language):
    """True where a person wrote or reviewed this text, so that no command may overwrite it."""
    source = SourceText.objects.filter(model=obj._meta.label_lower, object_id=obj.pk, field=field).first()
    if source is None:
        return False
    text = getattr(obj, column(field, language))
    if (language if isinstance(language, str) else language.code) == "de":
        return source.origin == Origin.HUMAN or source.hash != fingerprint(text)
    unit = source.units.filter(language=language if isinstance(language, str) else language.code).first()
    if unit is None:
        return not is_blank(text)
    return (
        unit.origin == Origin.HUMAN
        or unit.state == TranslationUnit.State.REVIEWED
        or unit.target_hash != fingerprint(text)
    )
