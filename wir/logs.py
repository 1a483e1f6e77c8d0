"""What no log and no error mail may hold: the secret in the address of a case, and what people wrote there.

Secrets are cut when a log record is made, so it does not matter who logs (also gunicorn, with its access log) and
which handler writes it down.
"""

import logging
import logging.config
import re
import traceback

from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

SLASH = r"(?:\\?/|%(?:25)*2F)"
# …/fonds/antrag/<secret>/… and …/konto/einladung/<secret>/, plain or as part of another address; a link that a mail
# broke in two has a space in it
BROKEN = r"""(?:(?:[ \t]+(?!HTTP/)[^\s"'<>?\#&/]+){1,3}(?=/))?"""
SECRET = re.compile(
    rf"""((?:fonds{SLASH}+antrag|konto{SLASH}+einladung){SLASH}+)(?:(?!{SLASH})[^\s"'<>?\#&])+{BROKEN}""",
    re.I,
)
# PostgreSQL quotes the row that it refuses
ROW = re.compile(
    r"(Failing row contains |Key \([^()]*\)=)\(.*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.S
)
CUT = "[…]"


def cut(text):
    """The text without secrets of cases and without values of database rows."""
    return ROW.sub(rf"\1{CUT}", SECRET.sub(rf"\1{CUT}", text))


def configure(config):
    """Django's LOGGING_CONFIG: the logging as the settings tell it, and records without secrets."""
    logging.config.dictConfig(config)
    logging.setLogRecordFactory(safe_record)


def safe_record(*args, **kwargs):
    """A log record whose message and traceback are cut. Records without a secret stay as they are.

    What is told about the page of a case has a traceback without the words of the exceptions: they may quote an answer.
    """
    record, about_case = logging.LogRecord(*args, **kwargs), False
    try:
        message = record.getMessage()
    except (TypeError, ValueError, KeyError):  # logging would write the arguments to stderr by itself
        record.msg, record.args = "%s", (cut(f"{record.msg!r} {record.args!r}"),)
    else:
        about_case = bool(SECRET.search(message))
        if (safe := cut(message)) != message:
            record.msg, record.args = "%s", (safe,)
    if record.exc_info and record.exc_info[0]:
        trace = logging.Formatter().formatException(record.exc_info)
        safe = cut(places_of(record.exc_info[1]) if about_case else trace)
        if safe != trace:
            record.exc_text = safe  # formatters take it instead of writing the traceback themselves
    return record


def places_of(error):
    """A traceback with the classes of the exceptions and without what they say."""
    chain = []
    while error is not None and error not in chain:
        chain.append(error)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(
        "Traceback (most recent call last):\n"
        + "".join(traceback.format_tb(each.__traceback__))
        + type(each).__qualname__
        for each in reversed(chain)
    )


def is_case(request):
    """Is this the page of one case, known by the secret in its address?"""
    return request is not None and bool(SECRET.search(request.path))


class CaseFilter(SafeExceptionReporterFilter):
    """Error reports about the page of a case hold neither what was sent nor any variable."""

    def get_post_parameters(self, request):
        if is_case(request) and self.is_active(request):
            return dict.fromkeys(request.POST, self.cleansed_substitute)
        return super().get_post_parameters(request)

    def get_safe_request_meta(self, request):
        meta = super().get_safe_request_meta(request)
        if is_case(request) and self.is_active(request):
            meta |= {"QUERY_STRING": self.cleansed_substitute}
        return meta

    def get_traceback_frame_variables(self, request, tb_frame):
        if is_case(request) and self.is_active(request):
            return [(name, self.cleansed_substitute) for name in tb_frame.f_locals]
        return super().get_traceback_frame_variables(request, tb_frame)


class CaseReporter(ExceptionReporter):
    """Error reports without the secret in any address; about a case also without words and names of files."""

    def get_traceback_data(self):
        data = super().get_traceback_data()
        if is_case(self.request) and self.filter.is_active(self.request):
            hidden = self.filter.cleansed_substitute
            data |= {"request_FILES_items": [], "request_GET_items": [], "unicode_hint": ""}
            for frame in data["frames"]:
                frame["exc_cause"] = frame["exc_cause"] and type(frame["exc_cause"]).__name__
            data["request_insecure_uri"] = data["request_insecure_uri"].partition("?")[0]
            data |= {name: hidden for name in ("exception_value", "exception_notes") if name in data}
        return data

    def get_traceback_text(self):
        return cut(super().get_traceback_text())

    def get_traceback_html(self):
        return cut(super().get_traceback_html())
