"""`record_texts` for many objects of one kind at once. What `after_texts` would do is left to the caller."""

from wir.languages import registry
from wir.languages.models import SourceText, TranslationUnit
from wir.languages.text import column, fingerprint, is_blank


def record_german_texts(objs, *, origin, job="", now):
    """The German texts alone: two statements for all. The objects carry all their texts."""
    if not objs:
        return
    label = objs[0]._meta.label_lower
    present = SourceText.objects.filter(model=label, object_id__in=[obj.pk for obj in objs])
    present = {(source.object_id, source.field): source for source in present}
    rows = []
    for obj in objs:
        for field in obj.translated_fields():
            text = getattr(obj, column(field, "de")) or ""
            source = present.get((obj.pk, field))
            if is_blank(text) if source is None else source.hash == fingerprint(text):
                continue
            written = {"hash": fingerprint(text), "origin": origin, "job": job, "changed_at": now}
            rows.append(SourceText(model=label, object_id=obj.pk, field=field, **written))
    SourceText.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["model", "object_id", "field"],
        update_fields=["hash", "origin", "job", "changed_at"],
    )


def record_new_texts(objs, *, origin, job="", now):
    """German texts and translations of objects that were just created."""
    record_german_texts(objs, origin=origin, job=job, now=now)
    pks = {obj.pk: obj for obj in objs}
    label = objs[0]._meta.label_lower if objs else ""
    units = []
    for source in SourceText.objects.filter(model=label, object_id__in=list(pks)):
        obj = pks[source.object_id]
        for language in registry.TRANSLATIONS:
            text = getattr(obj, column(source.field, language))
            if not is_blank(text):
                unit = TranslationUnit(source=source, language=language.code, origin=origin, job=job, translated_at=now)
                unit.state, unit.target_hash = TranslationUnit.State.NEEDS_REVIEW, fingerprint(text)
                unit.source_hash, unit.source_text = source.hash, getattr(obj, column(source.field, "de"))
                units.append(unit)
    TranslationUnit.objects.bulk_create(units)
