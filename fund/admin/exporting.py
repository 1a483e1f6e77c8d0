"""A list of the back office as a table to take along: the same filters, the same search, the same order."""

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG, ChangeList
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from fund.admin.filters import NO_FILTER
from fund.desk.access import exported
from wir.lib.spreadsheets import MOST_ROWS, XLSX, NotATable, csv_lines, thousands, write_xlsx

AT_ONCE = 2000  # rows that are read from the database in one go


class Listing(ChangeList):
    """For an export only what the list holds is worked out, not its pages."""

    def get_results(self, request):
        if not getattr(request, "is_export", False):
            super().get_results(request)
            self.complete()

    def complete(self):
        """What the lines of one page need beside their rows."""


class Exporting:
    """Mixin of an admin list: `liste.csv`, streamed, and `liste.xlsx`. Every export is told to `exported`.

    export_name: of the files. export_columns: {heading: path of the value}; export_row(values): the cells.
    """

    change_list_template = "admin/fund/list_with_export.html"

    def get_urls(self):
        info = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("liste.csv", view(require_safe(self.or_list(self.give_csv))), name=f"{info}_csv"),
            path("liste.xlsx", view(require_safe(self.or_list(self.give_xlsx))), name=f"{info}_xlsx"),
            *super().get_urls(),
        ]

    def or_list(self, give):
        """A filter that the list does not know leads back to it with a sentence, and nothing is exported."""

        def answer(request):
            try:
                return give(request)
            except IncorrectLookupParameters:
                messages.error(request, NO_FILTER)
                sample = "?beispiele=1" if request.GET.get("beispiele") == "1" else ""
                return HttpResponseRedirect(self.address_of_list() + sample)

        return answer

    def changelist_view(self, request, extra_context=None):
        """Django leads to the list with this flag where a filter could not be read, and says nothing."""
        if ERROR_FLAG in request.GET:
            messages.error(request, NO_FILTER)
        return super().changelist_view(request, extra_context)

    def address_of_list(self):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def filtered(self, request):
        """The rows of the list as it was asked for. Raises PermissionDenied."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        request.is_export = True
        found = self.get_changelist_instance(request).queryset
        return found.select_related(None).prefetch_related(None)

    def lines(self, found):
        prepared = self.prepare_export()
        for values in found.values_list(*self.export_columns.values()).iterator(chunk_size=AT_ONCE):
            yield self.export_row(dict(zip(self.export_columns, values, strict=True)), prepared)

    def prepare_export(self):
        """What all rows need, read once."""

    def give_csv(self, request):
        found = self.filtered(request)
        exported(request.user, self.export_name, found.count())
        lines = csv_lines(self.headings(), self.lines(found))
        return self.download(StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), "csv")

    def give_xlsx(self, request):
        """A spreadsheet is made whole, so it has a limit; a larger list is taken as CSV or narrowed."""
        found = self.filtered(request)
        count = found.count()
        try:
            if count > MOST_ROWS:
                raise NotATable(
                    f"Die Liste hat {thousands(count)} Zeilen; eine Tabelle fasst {thousands(MOST_ROWS)}. "
                    "Grenzen Sie die Liste ein, oder nehmen Sie CSV."
                )
            content = write_xlsx({self.export_name: [self.headings(), *self.lines(found)]})
        except NotATable as refusal:
            messages.error(request, str(refusal))
            query = request.GET.urlencode()
            return HttpResponseRedirect(self.address_of_list() + (f"?{query}" if query else ""))
        exported(request.user, self.export_name, count)
        return self.download(HttpResponse(content, content_type=XLSX), "xlsx")

    def headings(self):
        return list(self.export_columns)

    def download(self, response, kind):
        name = f"{self.export_name}-{timezone.localdate():%Y-%m-%d}.{kind}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store, private"
        return response
