"""Titles of many kinds of items in one statement, for pages that show the whole."""

from django.db.models import BigIntegerField, CharField, F, Value
from django.db.models.functions import Cast

from strategy.models import ActionField, Chapter, CrossCuttingTheme, FocusPoint, Goal, Guideline, Priority, Subtopic
from wir.languages.models import as_written
from wir.languages.text import column, current

MODELS = {model._meta.model_name: model for model in (Guideline, Priority, CrossCuttingTheme, ActionField, Chapter)}


def all_titles(*, subtopics=False, language=None):
    """{model: items in order}, each with number, title in the language's chain, and what its address needs.

    Only for showing: the items carry no other column and must not be saved.
    """
    columns = [column("title", code) for code in dict.fromkeys((*(language or current()).chain, "de"))]
    models = dict(MODELS, **({Subtopic._meta.model_name: Subtopic} if subtopics else {}))
    parts = [titles(model, columns) for model in models.values()]
    found = {model: [] for model in models.values()}
    for kind, pk, number, slug, parent, field, updated, *texts in parts[0].union(*parts[1:], all=True):
        item = models[kind](pk=pk, number=number, updated_at=updated, **dict(zip(columns, texts, strict=True)))
        if isinstance(item, Chapter):
            item.slug, item.parent_id = slug, parent
        elif isinstance(item, Subtopic):
            item.field_id = field
        found[models[kind]].append(item)
    for items in found.values():
        items.sort(key=lambda item: (getattr(item, "field_id", 0), item.number))
    fields = {item.pk: item for item in found[ActionField]}
    for subtopic in found.get(Subtopic, []):
        subtopic.field = fields[subtopic.field_id]
    return found


def titles(model, columns):
    """The rows of one kind, with the same columns as every other kind."""
    objects = as_written(model.objects.public()).order_by()
    if model is Subtopic:
        objects = objects.named()
    nothing = Cast(Value(None), BigIntegerField())
    return objects.annotate(
        kind=Value(model._meta.model_name, output_field=CharField()),
        address=Cast(F("slug"), CharField()) if model is Chapter else Value("", output_field=CharField()),
        above=F("parent_id") if model is Chapter else nothing,
        of_field=F("field_id") if model is Subtopic else nothing,
    ).values_list("kind", "pk", "number", "address", "above", "of_field", "updated_at", *columns)


PARTS = {model._meta.model_name: model for model in (Goal, Subtopic, FocusPoint)}


def parts_of_field(action_field, *, language=None):
    """{model: items} of the goals, subtopics and focus points of a field in order, with title and plain text.

    Only for showing, as in `all_titles`.
    """
    codes = list(dict.fromkeys((*(language or current()).chain, "de")))
    columns = [column(name, code) for name in ("title", "plain") for code in codes]
    rows = []
    for kind, model in PARTS.items():
        objects = as_written(model.objects.public()).filter(field=action_field).order_by()
        rows.append(
            objects.annotate(
                kind=Value(kind, output_field=CharField()),
                below=F("subtopic_id") if model is FocusPoint else Cast(Value(None), BigIntegerField()),
                known_from=Cast(F("source"), CharField()) if model is Goal else Value("", output_field=CharField()),
            ).values_list("kind", "pk", "number", "below", "known_from", "updated_at", *columns)
        )
    found = {model: [] for model in PARTS.values()}
    for kind, pk, number, below, source, updated, *texts in rows[0].union(*rows[1:], all=True):
        item = PARTS[kind](pk=pk, number=number, updated_at=updated, **dict(zip(columns, texts, strict=True)))
        item.field = action_field
        if isinstance(item, FocusPoint):
            item.subtopic_id = below
        elif isinstance(item, Goal):
            item.source = source
        found[PARTS[kind]].append(item)
    for items in found.values():
        items.sort(key=lambda item: item.number)
    return found
