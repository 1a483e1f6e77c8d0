"""Measures as a spreadsheet that reads back unchanged, with a second sheet that explains the columns."""

from measures.models import Measure
from measures.table_columns import BY_NAME, COLUMNS, HEADER, LOADED, NUMBER, SAMPLE, Choice, Known, Stock
from wir.languages import registry
from wir.lib.spreadsheets import tidied, write_xlsx

MEASURES, EXPLANATION = "Maßnahmen", "Spalten"


def export_table(measures=None):
    """The bytes of an XLSX file of these measures, of the whole plan by default. Raises NotATable for a text too long.

    The number of statements does not depend on how many there are.
    """
    measures = Measure.objects.plan() if measures is None else measures
    known = Known()
    stock = Stock(measures.for_list(*LOADED, language=registry.SOURCE), COLUMNS, known)
    return write_xlsx({MEASURES: rows(stock), EXPLANATION: explanation()})


def rows(stock):
    yield HEADER
    for measure in stock.measures:
        texts = [tidied(stock.text(measure, column)) for column in COLUMNS]
        yield [measure.number, *texts, "ja" if measure.sample else "nein"]


def explanation():
    yield ["Spalte", "Feld", "Beispiel", "möglich sind"]
    yield [NUMBER, "Nummer", "17", "Leer: eine neue Maßnahme"]
    for name, column in BY_NAME.items():
        choices = column.choices if isinstance(column, Choice) else {}
        yield [name, column.title, column.example, "\n".join(f"{value}: {label}" for value, label in choices.items())]
    yield [SAMPLE, "Beispiel", "nein", "Wird beim Einlesen nicht beachtet"]
