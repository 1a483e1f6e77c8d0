"""The small documents of our own, other editions made from them, and what a database holds before and after."""

import re

from django.db import connection

from strategy.models import (
    ActionField,
    Chapter,
    CrossCuttingTheme,
    FocusPoint,
    Guideline,
    Priority,
    SourceDocument,
    Subtopic,
    Wording,
)
from strategy.paper.placing import place
from strategy.paper.reading import read_text
from tests.conftest import SAMPLE

PAPER_FILE, WEB_FILE = SAMPLE / "strategiepapier.txt", SAMPLE / "webseite.txt"
PAPER, WEB = PAPER_FILE.read_text(encoding="utf-8"), WEB_FILE.read_text(encoding="utf-8")
ITEMS = (Guideline, Priority, CrossCuttingTheme, ActionField, Subtopic, FocusPoint, Chapter)


def edition(text, *changes):
    """Another edition of a document: each (old, new) must fit at exactly one place."""
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times"
        text = text.replace(old, new)
    return text


def import_texts(*texts, by=None, dry_run=False):
    return place([read_text(text) for text in texts], by=by, dry_run=dry_run)


def stored():
    """Every row of every table, whatever it holds."""
    with connection.cursor() as cursor:
        tables = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            tables[table] = sorted(map(repr, cursor.fetchall()))
    return tables


def stored_words():
    """Every word of every text column of every table."""
    with connection.cursor() as cursor:
        found = set()
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    if isinstance(value, str):
                        found |= set(re.findall(r"\w+", value))
    return found


def content():
    """What the import is responsible for, without numbers of rows and times of day."""
    return {
        "documents": sorted(SourceDocument.objects.values_list("kind", "title", "edition", "issuer")),
        "wordings": sorted(
            Wording.objects.values_list("document__kind", "key", "title", "text", "note"),
        ),
        "pages": sorted(Wording.objects.filter(page__isnull=False).values_list("key", "page")),
        "items": sorted(
            (item.wording_key, item.title_de or "", item.official and (item.official.document.kind, item.official.key))
            for model in ITEMS
            for item in model.objects.select_related("official__document")
        ),
        "announced": sorted(ActionField.objects.values_list("number", "announced_subtopics")),
        "chapters": sorted(Chapter.objects.values_list("number", "slug")),
    }


def official(item):
    """(heading, text) of the wording an item shows, None where it shows none."""
    item.refresh_from_db()
    return item.official and (item.official.title, item.official.text)
