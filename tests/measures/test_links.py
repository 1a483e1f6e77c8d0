"""Addresses of sources are asked, and what does not answer is told to the editors."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.management import call_command
from django.utils import timezone

from measures import links
from measures.gaps import BY_KEY
from measures.models import LinkCheck, Measure, Update
from strategy.models import CouncilPaper

pytestmark = pytest.mark.django_db


class City(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/langsam":
            time.sleep(1.5)
        if self.path in ("/kreis", "/fort"):
            self.send_response(302)
            self.send_header("Location", "/kreis" if self.path == "/kreis" else "/da")
        else:
            self.send_response({"/weg": 404, "/kaputt": 500}.get(self.path, 200))
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def city():
    server = ThreadingHTTPServer(("127.0.0.1", 0), City)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/da", ""),
        ("/fort", ""),
        ("/weg", "Die Seite antwortet mit dem Fehler 404."),
        ("/kaputt", "Die Seite antwortet mit dem Fehler 500."),
        ("/kreis", "Die Seite antwortet mit dem Fehler 302."),
        ("/langsam", "Die Seite hat 1 Sekunden lang nicht geantwortet."),
    ],
)
def test_each_answer_is_told_in_words(city, monkeypatch, path, fault):
    monkeypatch.setattr(links, "SECONDS", 1)

    assert links.fault_of(city + path) == fault


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://127.0.0.1/", "https://", "javascript:alert(1)"])
def test_only_pages_of_the_web_are_asked(address):
    assert links.fault_of(address) == "Diese Adresse ist keine öffentliche Internetadresse."


def test_nobody_can_make_the_portal_ask_its_own_network(city, settings):
    settings.PRODUCTION = True

    assert links.fault_of(f"{city}/da") == "Diese Adresse ist keine öffentliche Internetadresse."
    assert links.fault_of("http://[::1]/") == "Diese Adresse ist keine öffentliche Internetadresse."


def test_what_does_not_answer_is_one_click_from_its_measure(city):
    CouncilPaper.objects.update(link="")
    Update.objects.filter(measure__number=10).update(link=f"{city}/weg")
    papers = list(CouncilPaper.objects.order_by("pk")[:2])
    for paper, path, number in zip(papers, ("/weg", "/da"), (5, 7), strict=True):
        CouncilPaper.objects.filter(pk=paper.pk).update(link=f"{city}{path}")
        Measure.objects.get(number=number).council_papers.add(paper)
    LinkCheck.objects.create(address="https://alt.example.org/", checked_at=timezone.now(), fault="alt")

    with pytest.raises(SystemExit):
        call_command("check_links")

    found = BY_KEY["adressen"].find(Measure.objects.plan(), timezone.localdate())
    assert sorted(measure.number for measure in found) == [5, 10]
    assert set(LinkCheck.objects.values_list("address", flat=True)) == {f"{city}/weg", f"{city}/da"}
