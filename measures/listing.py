"""One filtered list, however it leaves the portal: page, table, feed and calendar ask here, so they show the same."""

from django.core.paginator import Paginator
from django.http import QueryDict
from django.utils.functional import cached_property

from measures.facets import NAMES, as_typed, count_facets
from measures.filters import MeasureFilter
from measures.labels import load_labels
from measures.models import Measure
from wir.languages.text import MarkedText, current
from wir.lib.formats import long_date

PAGE_SIZE = 20
SAMPLES = "beispiele"  # "1": the marked samples instead of the plan, under a banner; never both together


class Listing:
    """The measures an address asks for. params: the query of the request.

    names: the names of its parameters. order: the one that stands in no address.
    """

    names, order = NAMES, "nummer"

    def __init__(self, params):
        self.params = params
        self.samples = params.get(SAMPLES) == "1"
        self.labels = load_labels()
        self.filterset = MeasureFilter(params, Measure.objects.public(self.samples), self.labels)

    @property
    def problems(self):
        """{parameter: values} that were left out because they mean nothing here."""
        return self.filterset.problems | ({"seite": [self.params["seite"]]} if self.page_problem else {})

    @cached_property
    def facets(self):
        return count_facets(self.filterset)

    @cached_property
    def asked_page(self):
        text = self.params.get("seite") or "1"
        return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0

    @property
    def page_count(self):
        return max(1, -(-self.facets.total // PAGE_SIZE))

    @property
    def page_problem(self):
        return bool(self.params.get("seite")) and not 1 <= self.asked_page <= self.page_count

    @cached_property
    def page_number(self):
        return 1 if self.page_problem else self.asked_page

    @cached_property
    def measures(self):
        """Those of this page, with the columns a card needs."""
        first = (self.page_number - 1) * PAGE_SIZE
        return list(self.filterset.ordered().for_list("title", "plain")[first : first + PAGE_SIZE])

    @property
    def first_place(self):
        return (self.page_number - 1) * PAGE_SIZE + 1

    # Addresses ------------------------------------------------------------------------------------------------------

    def query(self, **changes):
        """The query with some parameters replaced (None: left out), without what means nothing; always page one."""
        params = self.clean_params()
        for name, value in changes.items():
            params.setlist(name, [] if value is None else value if isinstance(value, list) else [value])
        asked = params.urlencode()
        return f"?{asked}" if asked else ""

    def clean_params(self):
        params = QueryDict(mutable=True)
        for name, value in self.filterset.chosen.items():
            known = [label.value for label in value] if isinstance(value, list) else [str(value)]
            params.setlist(name, known)
        if self.filterset.sorting != self.order:
            params["sortierung"] = self.filterset.sorting
        if self.samples:
            params[SAMPLES] = "1"
        return params

    @property
    def chips(self):
        """(name of the filter, value, address without it) of everything that narrows the list."""
        for name, value in self.filterset.chosen.items():
            if isinstance(value, list):
                values = [label.value for label in value]
                for label in value:
                    rest = [other for other in values if other != label.value]
                    yield self.names[name], label.text, self.query(**{name: rest or None})
            elif name == "antragsberechtigt":
                yield self.names[name], "", self.query(**{name: None})
            else:
                language = current()
                words = long_date(value, language.locale) if name in ("von", "bis") else value
                yield self.names[name], MarkedText(words, language, language), self.query(**{name: None})

    @property
    def told_problems(self):
        """(name of the filter, what was typed) of everything left out."""
        return [(self.names[name], as_typed(value)) for name, values in self.problems.items() for value in values]

    @property
    def pages(self):
        """(number, address, is this one) for the pager: first, last, neighbours; None where some are left out."""
        if self.page_count == 1:
            return []
        paginator = Paginator(range(self.facets.total), PAGE_SIZE)
        return [
            (number, self.query(seite=str(number)), number == self.page_number) if isinstance(number, int) else None
            for number in paginator.get_elided_page_range(self.page_number, on_each_side=1, on_ends=1)
        ]

    def page_address(self, number):
        return self.query(seite=str(number)) if 1 <= number <= self.page_count else ""

    @property
    def previous_address(self):
        return self.page_address(self.page_number - 1)

    @property
    def next_address(self):
        return self.page_address(self.page_number + 1)
