"""Rows that are written once and stay: a ledger, a log. On PostgreSQL a trigger (in the migrations) holds it."""

from django.db import models

# "app_table" of a model and a sentence for whoever looks into the database's log
GUARD = """
CREATE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{sentence}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER {table}_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_stays();
"""
OPEN = """
DROP TRIGGER {table}_stays ON {table};
DROP FUNCTION {table}_stays();
"""


class AppendOnly(Exception):
    """A row is never changed or deleted; whoever was wrong writes another one beside it."""


class AppendOnlyQuerySet(models.QuerySet):
    def update(self, **columns):
        raise AppendOnly

    def delete(self):
        raise AppendOnly

    def bulk_update(self, *args, **kwargs):
        raise AppendOnly

    def bulk_create(self, objs, *args, update_conflicts=False, **kwargs):
        if update_conflicts:
            raise AppendOnly
        return super().bulk_create(objs, *args, **kwargs)


class AppendOnlyModel(models.Model):
    """Adding is all that is possible, by the model and by its lists."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise AppendOnly
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args, **kwargs):
        raise AppendOnly


def guard(table, sentence):
    """The two steps of a migration's RunPython: no statement changes a row of the table, whoever sends it.

    SQLite has only what the model refuses.
    """

    def close(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(GUARD.format(table=table, sentence=sentence))

    def open_again(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(OPEN.format(table=table))

    return close, open_again
