"""Addresses of the tests for logs: pages of a case that fail in every way."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpResponse
from django.urls import path

from wir.urls import handler400, handler403, handler404, handler500, urlpatterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]

FAULTS = {"suspicious": SuspiciousOperation, "forbidden": PermissionDenied, "missing": Http404}


def fail(request, language, secret, how):
    answer = request.POST.get("answer", "")
    if how in FAULTS:
        raise FAULTS[how](f"{request!r} {request.build_absolute_uri()}")
    if how == "broken":
        try:
            raise KeyError(request.get_full_path())
        except KeyError as error:
            raise ValueError(f"{answer} at {request.build_absolute_uri()}") from error
    return HttpResponse(secret)


urlpatterns = [path("<slug:language>/fonds/antrag/<secret>/<slug:how>/", fail), *urlpatterns]
