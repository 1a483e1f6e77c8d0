"""The secret of a case is in no log and in no error mail, and neither is what people wrote there."""

import logging
import time
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.log import AdminEmailHandler
from gunicorn.config import Config
from gunicorn.glogging import Logger

from wir.logs import cut

SECRET = "Zk3-q_9XvB7tR2mN"
ANSWER, FILE = "Unser Verein hat wenig Geld", "ausweis-mustermann.pdf"


@pytest.mark.parametrize(
    ("written", "safe"),
    [
        (f"Not Found: /de/fonds/antrag/{SECRET}/", "Not Found: /de/fonds/antrag/[…]/"),
        (f"Not Found: /ar/fonds/antrag/{SECRET}", "Not Found: /ar/fonds/antrag/[…]"),
        (f"/de-simple/FONDS/Antrag/{SECRET}/dateien/3/", "/de-simple/FONDS/Antrag/[…]/dateien/3/"),
        (f"//fonds//antrag//{SECRET}/", "//fonds//antrag//[…]/"),
        (f"?next=%2Fde%2Ffonds%2Fantrag%2F{SECRET}%2Fx", "?next=%2Fde%2Ffonds%2Fantrag%2F[…]%2Fx"),
        (f"?next=%252Fde%252Ffonds%252fantrag%252F{SECRET}%252F", "?next=%252Fde%252Ffonds%252fantrag%252F[…]%252F"),
        (f'{{"path": "\\/de\\/fonds\\/antrag\\/{SECRET}\\/"}}', '{"path": "\\/de\\/fonds\\/antrag\\/[…]\\/"}'),
        (f"<WSGIRequest: GET '/de/fonds/antrag/{SECRET}/'>", "<WSGIRequest: GET '/de/fonds/antrag/[…]/'>"),
        (f"<WSGIRequest: GET '/de/fonds/antrag/{SECRET}'>", "<WSGIRequest: GET '/de/fonds/antrag/[…]'>"),
        (
            f"https://wir.example.org/de/fonds/antrag/{SECRET}?a=1#b",
            "https://wir.example.org/de/fonds/antrag/[…]?a=1#b",
        ),
        (f'"GET /de/fonds/antrag/{SECRET} HTTP/1.1" 404', '"GET /de/fonds/antrag/[…] HTTP/1.1" 404'),
        (f'"GET /de/fonds/antrag/{SECRET}/ HTTP/1.1" 404', '"GET /de/fonds/antrag/[…]/ HTTP/1.1" 404'),
        ("/de/fonds/antrag/Zk3-q_9 XvB7tR2mN/", "/de/fonds/antrag/[…]/"),
        ("/de/fonds/antrag/Zk3-q_9%20XvB7tR2mN/", "/de/fonds/antrag/[…]/"),
        (f"/fonds/antrag/{SECRET}/ /fonds/antrag/{SECRET}/", "/fonds/antrag/[…]/ /fonds/antrag/[…]/"),
        (
            "null value\nDETAIL:  Failing row contains (1, Anna, 0511\n\nx).\n",
            "null value\nDETAIL:  Failing row contains […]",
        ),
        (
            "DETAIL:  Key (mail)=(anna@example.org) already exists.\n\nThe above exception was the direct cause",
            "DETAIL:  Key (mail)=[…]\n\nThe above exception was the direct cause",
        ),
        ("Not Found: /de/fonds/", "Not Found: /de/fonds/"),
        ("Not Found: /de/fonds/antrag/", "Not Found: /de/fonds/antrag/"),
        ("Not Found: /de/strategie/antrag/abc/", "Not Found: /de/strategie/antrag/abc/"),
    ],
)
def test_a_secret_is_cut_out_of_a_text(written, safe):
    assert cut(written) == safe


@pytest.mark.parametrize(
    "long", ["a ", "/fonds/antrag/a ", "%2F", "Failing row contains (", "/fonds/antrag/"], ids=ascii
)
def test_cutting_a_long_text_takes_no_time(long):
    before = time.perf_counter()

    cut("/fonds/antrag/" + long * (200_000 // len(long)))

    assert time.perf_counter() - before < 2


def logged(caplog):
    """What handlers write, and what stands in the records for handlers of another kind."""
    kept = [f"{record.getMessage()} {record.args} {record.exc_text} {record.stack_info}" for record in caplog.records]
    return caplog.text + "\n".join(kept)


def test_records_are_cut_whoever_makes_them(caplog):
    path = f"/de/fonds/antrag/{SECRET}/"
    logger = logging.getLogger("somebody.else")
    request = SimpleNamespace(path=path)

    logger.warning(path)
    logger.warning("at %s", path)
    logger.warning("at %(path)s", {"path": path})
    logger.warning("about %r", request)
    logger.warning("in %s", [path])
    logger.warning("with stack %s", path, stack_info=True)
    try:
        raise ValueError(path)
    except ValueError:
        logger.exception("failed")

    assert caplog.text.count("/de/fonds/antrag/[…]/") == 7
    assert SECRET not in logged(caplog)


def test_a_record_that_cannot_be_written_holds_no_secret_either(caplog):
    logging.getLogger("somebody.else").warning("at %s %s", f"/de/fonds/antrag/{SECRET}/")

    assert ("at %s %s" in caplog.text, SECRET in logged(caplog)) == (True, False)


def test_other_records_stay_as_they_are(caplog):
    logging.getLogger("somebody.else").warning("message %s: %s", 7, "sent")

    assert (caplog.records[0].msg, caplog.records[0].args) == ("message %s: %s", (7, "sent"))


# The last number: mails to the administrators. Django's own handler takes errors only, full_mails the warnings too.
REQUESTS = [
    ("get", "nowhere/at/all/", 404, 1),
    ("get", "missing/", 404, 1),
    ("get", "forbidden/", 403, 1),
    ("get", "suspicious/", 400, 1),
    ("get", "broken/", 500, 2),
    ("post", "fine/", 403, 0),  # without a CSRF token
]


@pytest.fixture
def case_client(settings):
    settings.ROOT_URLCONF = "tests.wir.secret_pages"
    settings.ADMINS = [("Technik", "technik@example.org")]
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.fixture
def full_mails():
    """Error mails with their HTML report too."""
    handler, logger = AdminEmailHandler(include_html=True), logging.getLogger("django.request")
    handler.setLevel("WARNING")
    logger.addHandler(handler)
    yield
    logger.removeHandler(handler)


@pytest.mark.django_db
@pytest.mark.parametrize(("method", "path", "status", "mails"), REQUESTS)
def test_no_failing_page_of_a_case_tells_its_secret(case_client, full_mails, caplog, method, path, status, mails):
    caplog.set_level(logging.DEBUG, logger="django.request")
    caplog.set_level(logging.DEBUG, logger="django.security")
    address = f"/de/fonds/antrag/{SECRET}/{path}"
    headers = {"referer": f"http://testserver/de/fonds/antrag/{SECRET}/wer/"}

    answer = getattr(case_client, method)(address, headers=headers)

    told = [f"{sent.subject} {sent.body} {sent.alternatives}" for sent in mail.outbox]
    assert answer.status_code == status
    assert "/fonds/antrag/[…]/" in caplog.text
    assert SECRET not in logged(caplog) + "".join(told)
    assert [SECRET in text for text in told] == [False] * len(told)
    assert len(told) == mails


@pytest.mark.django_db
def test_an_error_mail_about_a_case_holds_nothing_that_was_sent(case_client, full_mails):
    case_client.handler.enforce_csrf_checks = False
    sent = {"answer": ANSWER, "file": SimpleUploadedFile(FILE, b"%PDF")}

    answer = case_client.post(f"/de/fonds/antrag/{SECRET}/broken/?a={ANSWER}", sent)

    told = "".join(f"{each.subject} {each.body} {each.alternatives}" for each in mail.outbox)
    assert (answer.status_code, len(mail.outbox)) == (500, 2)
    assert ("ValueError" in told, "tests/wir/secret_pages.py" in told) == (True, True)
    assert [each in told for each in (SECRET, ANSWER, "Unser%20Verein", FILE)] == [False] * 4
    assert "Request URL: http://testserver/de/fonds/antrag/[…]/broken/\n" in told


@pytest.mark.django_db
def test_a_log_of_a_case_holds_no_answer(case_client, caplog):
    case_client.handler.enforce_csrf_checks = False

    case_client.post(f"/de/fonds/antrag/{SECRET}/broken/", {"answer": ANSWER})

    (record,) = [each for each in caplog.records if each.name == "django.request"]
    assert (ANSWER in logged(caplog), SECRET in logged(caplog)) == (False, False)
    assert record.exc_text.count("Traceback (most recent call last):") == 2
    assert record.exc_text.count('secret_pages.py", line') == 2
    assert record.exc_text.endswith(
        'raise ValueError(f"{answer} at {request.build_absolute_uri()}") from error\nValueError'
    )


@pytest.mark.django_db
def test_a_wrong_secret_is_not_mended(case_client):
    answers = [case_client.get(f"/de/fonds/antrag/{secret}/missing/") for secret in (SECRET, SECRET.lower())]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.django_db
def test_an_error_mail_about_another_page_is_as_django_writes_it(client, settings, monkeypatch, full_mails):
    settings.ADMINS = [("Technik", "technik@example.org")]
    client.raise_request_exception = False
    monkeypatch.setattr("wir.views.Home.get_context_data", lambda self, **kwargs: 1 / 0)

    client.get("/de/?frage=Antwort")

    assert ["division by zero" in sent.body and "frage = " in sent.body for sent in mail.outbox] == [True, True]


def test_the_access_log_of_gunicorn_is_cut(caplog, tmp_path):
    path = tmp_path / "access.log"
    config = Config()
    config.set("accesslog", str(path))
    logger = Logger(config)
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": f"/de/fonds/antrag/{SECRET}/",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"https://wir.example.org/de/fonds/antrag/{SECRET}/wer/",
    }
    request, response = SimpleNamespace(headers=[]), SimpleNamespace(status="200 OK", headers=[], sent=5)

    try:
        logger.access(response, request, environ, SimpleNamespace(seconds=0, microseconds=1))
        logger.error("Error handling request %s", environ["RAW_URI"])
        written = path.read_text()
    finally:
        for log in (logger.access_log, logger.error_log):
            for handler in log.handlers:
                handler.close()
            log.handlers.clear()

    assert written.count("/de/fonds/antrag/[…]/") == 2
    assert (SECRET in written, '"GET /de/fonds/antrag/[…]/ HTTP/1.1" 200 5' in written) == (False, True)
