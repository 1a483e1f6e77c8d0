"""What browsers, caches, search engines and strangers send, and what they get."""

import gzip
import re

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory
from django.utils import timezone

from strategy.models import Guideline
from tests.pages import CODES, public_paths
from wir.languages.models import ContentStamp, Origin, TranslationUnit
from wir.languages.writing import save_translation
from wir.wsgi import application

pytestmark = pytest.mark.django_db


# Languages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("tr-TR,tr;q=0.9,en;q=0.5", "/tr/"),
        ("kmr", "/ku/"),
        ("kmr-Latn", "/ku/"),
        ("ckb", "/de/"),
        ("zh", "/de/"),
        ("en;q=0.1, fa;q=0.8", "/fa/"),
        ("de-simple", "/de-simple/"),
        ("de-AT", "/de/"),
        ("", "/de/"),
        (";;;=,,q", "/de/"),
    ],
)
def test_the_front_door_leads_to_the_language_of_the_phone(client, header, target):
    response = client.get("/", headers={"Accept-Language": header})

    assert (response.status_code, response["Location"]) == (302, target)
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("/DE/", "/de/"),
        ("/kmr/", "/ku/"),
        ("/kmr/leitlinien/6/", "/ku/leitlinien/6/"),
        ("/De-Simple/strategie/?neben=de", "/de-simple/strategie/?neben=de"),
        ("/de/Leitlinien/", "/de/leitlinien/"),
        ("/de/LEITLINIEN/6", "/de/leitlinien/6/"),
        ("/de/leitlinien", "/de/leitlinien/"),
        ("/de", "/de/"),
        ("/tr?neben=de", "/tr/?neben=de"),
        ("/KMR", "/ku/"),
        ("/tr/handlungsfelder/4-falscher-name/", "/tr/handlungsfelder/4-stadtleben-und-kultur/"),
        ("/tr/handlungsfelder/4/", "/tr/handlungsfelder/4-stadtleben-und-kultur/"),
        ("/tr/unterthemen/2.3-x/?neben=de", "/tr/unterthemen/2.3-gesundheit/?neben=de"),
        ("/ar/unterthemen/1.2/", "/ar/handlungsfelder/1-bildung/#ohne-namen"),
        ("/de/unterthemen/4.7-irgendwas/", "/de/handlungsfelder/4-stadtleben-und-kultur/#ohne-namen"),
        ("/de/leitlinien/06/", "/de/leitlinien/6/"),
    ],
)
def test_a_wrong_but_clear_address_leads_to_the_right_one(client, typed, right):
    response = client.get(typed)

    assert (response.status_code, response["Location"]) == (301, right)


def test_nameless_subtopics_are_in_no_list_and_no_site_map(client):
    pages = [client.get(f"/de/{path}").content.decode() for path in public_paths()]
    pages.append(client.get("/sitemap.xml").content.decode())

    assert [page for page in pages if re.search(r"unterthemen/(1\.\d|4\.7)", page)] == []


# Strangers ----------------------------------------------------------------------------------------------------------

NONSENSE = [
    "/de",
    "/tr?x=1",
    "/xx/",
    "/de/gibt-es-nicht/",
    "/de/leitlinien/0/",
    "/de/leitlinien/8/",
    "/de/leitlinien/99999999999999999999999999/",
    "/de/leitlinien/-1/",
    "/de/leitlinien/abc/",
    "/de/leitlinien/%D9%A6/",
    "/de/unterthemen/2.99-x/",
    "/de/unterthemen/99999999999999999999.1-x/",
    "/de/kapitel/gibt-es-nicht/",
    "/de//leitlinien/",
    "//de/",
    "//example.org/%2e%2e",
    "/de/leitlinien%2F6/",
    "/de/%00/",
    "/de/leitlinien/6%00/",
    "/%00/",
    "/de/kapitel/%FF%FE/",
    "/%ff/",
    "/de/kapitel/" + "x" * 10_000 + "/",
    "/" + "DE" * 5_000,
    "/de/<script>alert(1)</script>/",
    "/DE//example.org/",
    "/kmr//example.org",
]


@pytest.mark.parametrize("address", NONSENSE)
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "delete", "options", "patch"])
def test_nonsense_is_refused_in_words_and_never_fails(client, address, method):
    client.raise_request_exception = False

    response = client.generic(method.upper(), address)

    assert response.status_code in (200, 301, 302, 400, 404, 405)
    if response.status_code in (301, 302):
        assert re.match(r"/[^/]", response["Location"]), response["Location"]
    if response.status_code == 404 and method == "get":
        assert "<h1>" in response.content.decode()
        assert "<script>" not in response.content.decode()


@pytest.mark.parametrize(
    "query", ["neben=%00", "neben=fr", "neben=de&neben=de", "%FF=%FF", "seite=" + "x" * 5000, "a=b" * 800]
)
@pytest.mark.parametrize("path", ["", "leitlinien/6/", "barriere-melden/", "uebersetzungen/"])
def test_odd_queries_change_nothing(client, path, query):
    assert client.get(f"/ar/{path}?{query}").status_code == 200


@pytest.mark.parametrize("charset", ["hex", "rot13", "undefined", "base64", "no-such-thing", "utf-16"])
@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
def test_an_encoding_that_is_none_is_dropped_before_django_fails_on_it(monkeypatch, charset, kind):
    monkeypatch.setattr("wir.wsgi.django_application", lambda environ, start_response: WSGIRequest(environ))
    environ = RequestFactory().get("/tr/?neben=de&x=%ff").environ | {"CONTENT_TYPE": f"{kind}; charset={charset}"}

    request = application(environ, None)

    assert (request.content_type, request.GET["neben"]) == (kind.partition(";")[0], "de")


@pytest.mark.parametrize("code", CODES)
def test_errors_speak_the_language_of_the_reader(client, code):
    missing = client.get(f"/{code}/gibt-es-nicht/")
    forbidden_way = client.post(f"/{code}/leitlinien/")

    assert (missing.status_code, missing["Content-Language"]) == (404, code)
    assert (forbidden_way.status_code, forbidden_way["Content-Language"]) == (405, code)
    assert "GET" in forbidden_way["Allow"]
    assert f'lang="{code}"' in forbidden_way.content.decode()


def test_an_unknown_language_is_answered_in_the_language_of_the_browser(client):
    response = client.get("/xx/", headers={"Accept-Language": "fa"})

    assert (response.status_code, response["Content-Language"]) == (404, "fa")
    assert "Accept-Language" in response["Vary"]


def test_a_fault_of_ours_is_told_without_database(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("strategy.views.Guidelines.get_context_data", lambda *args, **kwargs: 1 / 0)

    response = client.get("/tr/leitlinien/")

    assert response.status_code == 500
    assert '<html lang="tr"' in response.content.decode()


# Caches -------------------------------------------------------------------------------------------------------------


def age_the_stamp():
    ContentStamp.objects.update(changed_at=timezone.now() - timezone.timedelta(hours=1))


@pytest.fixture(autouse=True)
def released_long_ago(monkeypatch):
    monkeypatch.setattr("wir.freshness.STARTED", timezone.now() - timezone.timedelta(days=1))


def test_a_page_that_did_not_change_is_not_sent_again(client):
    age_the_stamp()
    first = client.get("/de/leitlinien/6/")

    by_tag = client.get("/de/leitlinien/6/", headers={"If-None-Match": first["ETag"]})
    by_date = client.get("/de/leitlinien/6/", headers={"If-Modified-Since": first["Last-Modified"]})

    assert (by_tag.status_code, by_date.status_code) == (304, 304)


def test_a_correction_is_visible_at_once(client):
    age_the_stamp()
    first = client.get("/de/leitlinien/6/")

    guideline = Guideline.objects.get(number=6)
    save_translation(guideline, "de", {"plain": "Ein neuer Satz."}, origin=Origin.HUMAN, by=None)
    by_tag = client.get("/de/leitlinien/6/", headers={"If-None-Match": first["ETag"]})
    by_date = client.get("/de/leitlinien/6/", headers={"If-Modified-Since": first["Last-Modified"]})

    assert "Ein neuer Satz." in by_tag.content.decode()
    assert "Ein neuer Satz." in by_date.content.decode()


def test_a_page_made_in_the_second_of_a_change_carries_no_date(client):
    ContentStamp.touch()

    assert not client.get("/de/leitlinien/6/").has_header("Last-Modified")


def test_pages_are_compressed_and_their_tags_survive_it(client):
    plain = client.get("/de/inhalt/")
    packed = client.get("/de/inhalt/", headers={"Accept-Encoding": "gzip"})

    assert gzip.decompress(packed.content) == plain.content
    again = client.get("/de/inhalt/", headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]})
    assert again.status_code == 304


# Headers ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", ["/de/", "/ar/leitlinien/", "/de/nix/", "/sitemap.xml", "/admin/", "/konto/login/", "/healthz"]
)
def test_every_answer_carries_a_strict_policy(client, address):
    response = client.get(address)

    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy and "*" not in policy and "http" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "strict-origin-when-cross-origin"


def test_public_pages_know_no_cookie_even_for_somebody_signed_in(signed_in):
    visitor = signed_in("redaktion")

    response = visitor.get("/de/leitlinien/")

    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_the_back_office_is_never_stored(signed_in):
    assert "no-store" in signed_in("redaktion").get("/admin/")["Cache-Control"]


# Search engines and machines ----------------------------------------------------------------------------------------


def test_the_site_map_lists_each_page_in_the_languages_it_is_available_in(client):
    guideline = Guideline.objects.get(number=3)
    save_translation(guideline, "tr", {"plain": ""}, origin=Origin.HUMAN, by=None)

    listed = set(re.findall(r"<loc>(.*?)</loc>", client.get("/sitemap.xml").content.decode()))

    wanted = set()
    for code in CODES:
        for path in public_paths():
            page = client.get(f"/{code}/{path}").content.decode()
            if f'hreflang="{code}" href="http://testserver/{code}/{path}"' in page.partition("</head>")[0]:
                wanted.add(f"http://testserver/{code}/{path}")
    assert listed == wanted
    assert "http://testserver/tr/leitlinien/3/" not in listed
    assert "http://testserver/tr/leitlinien/" not in listed
    assert "http://testserver/ar/leitlinien/3/" in listed


def test_a_page_without_translation_is_shown_marked_and_kept_out_of_indexes(client):
    guideline = Guideline.objects.get(number=3)
    save_translation(guideline, "fa", {"title": "", "plain": "  <p></p> "}, origin=Origin.HUMAN, by=None)

    page = client.get("/fa/leitlinien/3/").content.decode()

    assert page.count('lang="en" dir="ltr"') >= 2
    assert '<meta name="robots" content="noindex">' in page
    assert 'rel="canonical" href="http://testserver/en/leitlinien/3/"' in page
    assert 'hreflang="fa" href="http://testserver' not in page.partition("</head>")[0]


def test_leichte_sprache_never_shows_hard_german_instead(client):
    guideline = Guideline.objects.get(number=3)
    save_translation(guideline, "de-simple", {"title": "", "plain": ""}, origin=Origin.HUMAN, by=None)

    page = client.get("/de-simple/leitlinien/3/").content.decode()
    overview = client.get("/de-simple/leitlinien/").content.decode()

    assert guideline.title_de not in page and guideline.plain_de[:40] not in page
    assert 'href="/de/leitlinien/3/"' in page and 'href="/de-simple/leichte-sprache/"' in page
    assert guideline.title_de not in overview
    assert 'href="/de/leitlinien/"' in overview


def test_health_and_readiness_answer_machines(client):
    assert client.get("/healthz").content == b"ok\n"
    assert client.get("/readyz").json() == {
        "database": "ok",
        "migrations_waiting": 0,
        "worker_age_seconds": None,
    }
    assert client.get("/robots.txt").content.decode().endswith("Sitemap: http://testserver/sitemap.xml\n")


def test_readiness_says_so_when_a_migration_waits(client, monkeypatch):
    monkeypatch.setattr("wir.views.MigrationExecutor.migration_plan", lambda *args: ["one"])

    assert client.get("/readyz").status_code == 503


def test_an_unpublished_part_is_nowhere(client):
    field = Guideline.objects.get(number=5)
    title = field.title_de
    Guideline.objects.filter(pk=field.pk).update(published=False)
    stranger = Client()

    assert stranger.get("/de/leitlinien/5/").status_code == 404
    for address in ("/de/leitlinien/", "/de/strategie/", "/de/inhalt/", "/sitemap.xml", "/de/leitlinien/4/"):
        page = stranger.get(address).content.decode()
        assert title not in page and "leitlinien/5/" not in page


def test_a_withdrawn_text_is_withdrawn_in_every_language(client):
    guideline = Guideline.objects.get(number=2)
    turkish = guideline.plain_tr
    save_translation(guideline, "de", {"plain": ""}, origin=Origin.HUMAN, by=None)

    assert turkish[:30] not in client.get("/tr/leitlinien/").content.decode()
    assert turkish[:30] not in client.get("/tr/leitlinien/2/").content.decode()


def test_the_notice_tells_of_everything_shown_not_only_of_the_item(client, person):
    units = TranslationUnit.objects.filter(language="tr", source__model="strategy.actionfield")
    units.update(state="reviewed", reviewed_by=person("pruefung-tr"), reviewed_at=timezone.now())

    page = client.get("/tr/handlungsfelder/1-bildung/").content.decode()

    assert '<aside class="notice"' in page


def test_the_sign_in_form_may_lead_to_the_citys_own_sign_in(client, settings):
    app = {"provider_id": "stadt", "settings": {"server_url": "https://sso.example.org/realms/stadt"}}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}

    policies = [client.get(address)["Content-Security-Policy"] for address in ("/admin/", "/de/")]

    assert ["form-action 'self' https://sso.example.org" in policy for policy in policies] == [True, False]
