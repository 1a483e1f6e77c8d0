"""The questions of one step as a page shows them: with what was typed, how it was understood, and what is wrong."""

from dataclasses import dataclass, field

from django.utils.html import format_html
from django.utils.translation import gettext as _

from fund.questions import MOST_ROWS, Kind
from fund.saving import field_name, mark, mark_name
from fund.words import day, money

FEWEST_ROWS = 2  # empty lines are an invitation
INPUTS = {
    Kind.LINE: {"dir": "auto"},
    Kind.AMOUNT: {"dir": "ltr", "inputmode": "decimal", "autocomplete": "off"},
    Kind.DAY: {"dir": "ltr", "autocomplete": "off"},
    # No type="email": it changes what was typed
    Kind.MAIL: {"dir": "ltr", "inputmode": "email"},
    Kind.PHONE: {"dir": "ltr", "type": "tel"},
}


@dataclass
class Field:
    """One question on the page. name: of the form field, and its id. text: as typed. error: "" where nothing is wrong.

    means: how an amount or a day was understood. rivals: second texts to choose from.
    """

    question: object
    row: int
    filled: object
    error: str = ""
    rivals: list = field(default_factory=list)

    @property
    def name(self):
        return field_name(self.question.key, self.row)

    @property
    def mark_name(self):
        return mark_name(self.question.key, self.row)

    @property
    def mark(self):
        return mark(self.text)

    @property
    def label(self):
        return self.question.label_for(self.filled)

    @property
    def text(self):
        return self.filled.text(self.question.key, self.row)

    @property
    def kind(self):
        return str(self.question.kind)

    @property
    def is_long(self):
        return self.question.kind in (Kind.TEXT, Kind.POST)

    @property
    def is_group(self):
        return self.question.kind in (Kind.RADIO, Kind.TICKS)

    @property
    def lines(self):
        return 8 if self.question.kind == Kind.TEXT else 4

    @property
    def attributes(self):
        given = dict(INPUTS.get(self.question.kind, {"dir": "auto"}))
        if self.question.autocomplete:
            given["autocomplete"] = self.question.autocomplete
        return given.items()

    @property
    def options(self):
        """[(value, text, chosen, id, example)]; the first one has the field's own id, which an error links to."""
        chosen = self.text.split() if self.question.kind == Kind.TICKS else [self.text]
        examples = self.question.examples or {}
        return [
            (
                value,
                text,
                value in chosen,
                self.name if number == 0 else f"{self.name}-{value}",
                examples.get(value, ""),
            )
            for number, (value, text) in enumerate(self.question.choices(self.filled))
        ]

    @property
    def described_by(self):
        """Ids of what explains the field, for aria-describedby."""
        parts = [("hilfe", self.question.help), ("fehler", self.error), ("heisst", self.means)]
        return " ".join(f"{self.name}-{part}" for part, there in parts if there)

    @property
    def means(self):
        amount = self.filled.amount(self.question.key, self.row)
        if amount is not None:
            return money(amount)
        read = self.filled.day(self.question.key, self.row)
        return day(read) if read else ""


@dataclass
class Lines:
    """A list of lines. rows: [(its number, its fields)]; name: of the first field, which an error links to."""

    question: object
    filled: object
    rows: list
    error: str = ""
    is_lines: bool = True

    @property
    def name(self):
        return self.question.key

    @property
    def label(self):
        return self.question.label_for(self.filled)

    @property
    def more(self):
        """How many lines there are after one more."""
        return len(self.rows) + 1

    @property
    def is_full(self):
        return len(self.rows) >= MOST_ROWS


def fields_of(step, filled, problems, rivals=(), rows=0):
    """The fields of a step. problems: of Filled, those that the page tells. rows: lines that a list shows at least."""
    errors = {}
    for problem in problems:
        errors.setdefault((problem.question, problem.row), problem.text)
    second = {}
    for rival in rivals:
        second.setdefault((rival.answer.question, rival.answer.row), []).append(rival)

    def field_for(question, row=0):
        return Field(question, row, filled, errors.get((question.key, row), ""), second.get((question.key, row), []))

    found = []
    for question in filled.asked(step):
        if question.columns:
            lines = [
                (row, [field_for(column, row) for column in question.columns])
                for row in numbers(question, filled, rows)
            ]
            found.append(Lines(question, filled, lines, errors.get((question.key, 0), "")))
        else:
            found.append(field_for(question))
    return found


def numbers(question, filled, wanted):
    """Numbers of the lines to show: the full ones, and empty ones behind them. No number is used twice."""
    full = filled.rows(question)
    keys = {column.key for column in question.columns}
    used = {row for key, row in filled.answers if key in keys}
    empty = [row for row in range(1, MOST_ROWS + 1) if row not in used]
    spare = max(FEWEST_ROWS, wanted) - len(full)
    if spare <= 0 and not full:
        spare = 1
    if not empty and len(full) < MOST_ROWS:  # lines that were emptied are used again in the end
        empty = sorted(used - set(full))
    return full + empty[: max(spare, 0)]


def summary(fields):
    """[(id, label, error)] of everything the page says is wrong, in its order."""
    found = []
    for each in fields:
        if getattr(each, "is_lines", False):
            if each.error:
                found.append((each.rows[0][1][0].name if each.rows else each.name, each.label, each.error))
            for number, (_row, cells) in enumerate(each.rows, 1):
                line = _("Line %(number)s") % {"number": number}
                found += [
                    (cell.name, format_html("{} – {}", line, cell.label), cell.error) for cell in cells if cell.error
                ]
        elif each.error:
            found.append((each.name, each.label, each.error))
    return found
