"""The pages of the form as a browser without scripts and cookies sees them."""

import re
from contextlib import contextmanager
from datetime import timedelta
from gzip import compress
from html.parser import HTMLParser
from unittest import mock

import pytest
from django.utils import timezone, translation

from fund import access, flags, mails, revising, saving, words
from fund.models import AccessKey, Answer, Application, Call, RivalText, RuleSet
from fund.views.case_page import GUESSES
from tests.fund.cases import LARGE, SMALL, create_draft, create_year
from wir import limits

pytestmark = pytest.mark.django_db
PAGES = ("wer", "was", "wo-wann", "kosten", "kontakt")


@pytest.fixture
def open_year():
    return create_year(year=timezone.localdate().year)


@pytest.fixture
def begun(open_year):
    """begun(answers, **columns) -> (application, address of its pages in German)"""

    def begin(answers=None, **values):
        now = timezone.now()
        application = create_draft(answers, now=now, **{"year": open_year, "sample": True} | values)
        secret = access.make_key(application, now=now)[1].lower()
        return application, f"/de/fonds/antrag/{secret}/"

    return begin


class Fields(HTMLParser):
    """What the form of a page would post, and how many questions it asks."""

    def __init__(self, html):
        super().__init__()
        self.posts, self.questions, self.area, self.depth = {}, [], None, 0
        self.select = self.line = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "input" and attrs.get("name"):
            if attrs.get("type") not in ("radio", "checkbox") or "checked" in attrs:
                self.posts.setdefault(attrs["name"], []).append(attrs.get("value", ""))
        elif tag == "textarea":
            self.area = attrs["name"]
            self.posts[self.area] = [""]
        elif tag == "select":
            self.select = attrs["name"]
            self.posts[self.select] = [""]
        elif tag == "option" and "selected" in attrs:
            self.posts[self.select] = [attrs["value"]]

    def handle_data(self, data):
        if self.area:
            self.posts[self.area][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.posts[self.area] = [self.posts[self.area][0].removeprefix("\n")]
            self.area = None


def fields(client, address):
    return Fields(client.get(address).content.decode()).posts


def fill(client, address, values, **more):
    """Open a page, type, press the button."""
    known = fields(client, address)
    given = {name: value if isinstance(value, list) else [value] for name, value in (values | more).items()}
    return client.post(address, known | given)


def texts(application):
    return {(each.question, each.row): each.text for each in application.answers.all()}


def everything():
    """All rows of everything that a page could have changed."""
    models = (Application, AccessKey, Answer, RivalText)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_a_small_application_is_filled_in_page_by_page_and_every_text_comes_back(client, begun):
    application, address = begun({"wer": {"kind": "organisation"}})

    answers = [fill(client, f"{address}{step}/", SMALL[step]) for step in PAGES]

    assert [response.status_code for response in answers] == [303] * 5
    assert [response["Location"].removeprefix(address) for response in answers[:4]] == [
        f"{step}/" for step in PAGES[1:]
    ]
    shown = {name: value for step in PAGES for name, value in fields(client, f"{address}{step}/").items()}
    typed = {name: value for step in PAGES for name, value in SMALL[step].items()}
    assert {name: value if len(value) > 1 else value[0] for name, value in shown.items() if name in typed} == typed


def test_a_large_application_is_filled_in_page_by_page(client, begun):
    application, address = begun({"wer": {"kind": "organisation"}, "finanzierung": {"requested": "9000"}})

    answers = [fill(client, f"{address}{step}/", fields) for step, fields in LARGE.items()]

    assert {response.status_code for response in answers} == {303}
    assert client.get(f"{address}pruefen/").context["problems"] == []


@pytest.mark.parametrize("kind", ["organisation", "group", "person", "tandem"])
def test_a_small_application_asks_at_most_fifteen_questions(client, begun, kind):
    _application, address = begun({"wer": {"kind": kind}, "kosten": {"requested": "400"}})

    count = 0
    for step in PAGES:
        html = client.get(f"{address}{step}/").content.decode()
        main = html[html.index("<form") : html.index("</form>")]
        in_lists = len(re.findall(r'<li><input type="(?:radio|checkbox)"', main))
        count += main.count("<legend") + main.count("<label") - in_lists

    assert 0 < count <= 15


def test_wrong_input_is_kept_shown_and_told_with_links_to_it(client, begun):
    application, address = begun(SMALL)

    response = fill(client, f"{address}kosten/", {"total": "viel", "requested": "1e5"})

    html = response.content.decode()
    assert response.status_code == 422
    assert texts(application)["total", 0] == "viel"
    assert Fields(html).posts["requested"] == ["1e5"]
    assert (
        'href="#total"' in html
        and 'href="#requested"' in html
        and "Wir haben gespeichert, was Sie geschrieben haben." in html
    )
    assert re.search(r"<title>Fehler: Was es kostet – Schritt 4 von 5 – WIR2.0", html)
    assert client.get(f"{address}kosten/").status_code == 200


def test_an_empty_page_is_saved_and_leads_on(client, begun):
    _application, address = begun({"wer": {"kind": "person"}})

    response = client.post(f"{address}was/", {})

    assert (response.status_code, response["Location"]) == (303, f"{address}wo-wann/")


def test_sums_and_own_share_are_shown_after_saving(client, begun):
    _application, address = begun(SMALL)

    html = client.get(f"{address}kosten/").content.decode()

    assert "<bdi>300,50\xa0€</bdi>" in html and "<bdi>20\xa0%</bdi>" in html


def test_opening_pages_changes_nothing(client, begun):
    application, address = begun(SMALL)
    page = fields(client, f"{address}was/")
    client.post(f"{address}was/", page | {"title": ["B"]})
    client.post(f"{address}was/", page | {"title": ["C"]})
    before = everything()
    names = [
        "",
        "?neu=1",
        "pruefen/",
        "zugang/",
        "zugang/?neuer-link=1",
        "was/?zurueck=pruefen",
        "konzept/",
        "gibt-es-nicht/",
    ]

    statuses = []
    for name in [*names, *(f"{step}/" for step in PAGES), "senden/", "naechste-runde/"]:
        statuses += [client.get(address + name).status_code, client.head(address + name).status_code]

    assert everything() == before
    assert set(statuses) == {200, 302, 404, 405}
    assert dict(client.cookies) == {}


def test_two_tabs_show_both_texts_and_one_is_taken(client, begun):
    application, address = begun(SMALL)
    page = fields(client, f"{address}was/")
    client.post(f"{address}was/", page | {"title": ["Backen"]})

    response = client.post(f"{address}was/", page | {"title": ["Grillen"], "plan": ["Neu"]})
    html = client.get(response["Location"]).content.decode()
    rival = saving.open_rivals(application).get()
    client.post(f"{address}was/", fields(client, f"{address}was/") | {"tun": f"nimm:{rival.pk}"})

    assert "Backen" in html and "Grillen" in html
    assert (texts(application)["title", 0], texts(application)["plan", 0]) == ("Grillen", "Neu")


def test_a_line_more_saves_and_a_line_is_removed(client, begun):
    application, address = begun(LARGE)

    more = fill(client, f"{address}kostenplan/", {"cost_what-1": "Saal", "tun": "zeile:costs:3"})
    lines = fields(client, more["Location"])
    fill(client, f"{address}kostenplan/", {"tun": "weg:costs:1"})

    assert {"cost_what-1", "cost_what-2", "cost_what-3"} <= set(lines)
    assert (texts(application)["cost_what", 1], texts(application)["cost_what", 2]) == ("", "Honorar")


def test_another_amount_leads_to_the_list_which_says_so(client, begun):
    application, address = begun(SMALL)

    response = fill(client, f"{address}kosten/", {"total": "12000", "requested": "9000"})
    html = client.get(response["Location"]).content.decode()

    assert response["Location"] == f"{address}?weg=1"
    assert "nimmt Ihr Antrag einen anderen Weg" in html and f"{address}konzept/" in html


def test_what_was_typed_comes_back_when_the_case_was_sent_meanwhile(client, begun):
    application, address = begun(SMALL)
    page = fields(client, f"{address}was/")
    values = {"state": "submitted", "reference": "WIR-2027-AAAA", "submitted_at": timezone.now()}
    revision = revising.freeze(application, timezone.now())
    Application.objects.filter(pk=application.pk).update(revision=revision, **values)

    response = client.post(f"{address}was/", page | {"title": ["Zu spät getippt"]})

    assert response.status_code == 409
    assert "Zu spät getippt" in response.content.decode()
    assert texts(application)["title", 0] == "Kochen in Linden"


def test_one_megabyte_of_text_is_kept_up_to_the_limit(client, begun):
    application, address = begun(SMALL)

    response = fill(client, f"{address}was/", {"plan": "ä" * 500_000})

    assert response.status_code == 422
    assert len(texts(application)["plan", 0]) == 20_000


def test_more_than_a_page_can_take_is_refused_and_nothing_is_lost(client, begun):
    application, address = begun(SMALL)
    before = texts(application)

    body = "plan=" + "a" * 4_000_000
    response = client.post(f"{address}was/", body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 413
    assert texts(application) == before


def test_markup_and_nul_are_shown_as_text(client, begun):
    application, address = begun(SMALL)

    response = fill(client, f"{address}was/", {"title": "<i>\x00x</i>\"'"})

    html = response.content.decode()
    assert response.status_code == 422
    assert "<i>x" not in html and 'href="#title"' in html
    assert texts(application)["title", 0] == "<i>x</i>\"'"


@pytest.mark.parametrize("step", ["was", "wo-wann", "kosten"])
def test_a_page_takes_few_statements(client, begun, django_assert_max_num_queries, step):
    _application, address = begun(SMALL)
    page = fields(client, f"{address}{step}/")

    with django_assert_max_num_queries(12):
        response = client.get(f"{address}{step}/")
    with django_assert_max_num_queries(12):
        client.post(f"{address}{step}/", page | {"title": ["Neu"], "total": ["2000"], "starts": ["2.9.2027"]})

    assert len(compress(response.content)) < 8_000


def test_the_other_pages_take_few_statements(client, begun, django_assert_max_num_queries):
    _application, address = begun(LARGE)

    for name in ("", "kostenplan/", "finanzierung/", "querschnitt/", "pruefen/", "zugang/"):
        with django_assert_max_num_queries(12):
            assert client.get(address + name).status_code == 200


@pytest.mark.parametrize("language", ["ar", "de-simple", "tr"])
def test_the_case_is_there_in_every_language_under_the_same_address(client, begun, language):
    _application, address = begun(SMALL)
    other = address.replace("/de/", f"/{language}/")

    html = client.get(f"{other}was/").content.decode()

    assert Fields(html).posts["title"] == ["Kochen in Linden"]
    assert f'href="{address}was/"' in html


def test_steps_that_are_not_needed_lead_to_the_list(client, begun):
    _application, address = begun(SMALL)

    response = client.get(f"{address}konzept/")

    assert (response.status_code, response["Location"]) == (302, address)


def test_gaps_are_listed_with_links_and_the_page_behind_shows_them(client, begun):
    _application, address = begun({"wer": {"kind": "person"}})

    html = client.get(f"{address}pruefen/").content.decode()
    behind = client.get(f"{address}was/?zurueck=pruefen").content.decode()

    assert f'href="{address}was/?zurueck=pruefen#title"' in html
    assert 'href="#title"' in behind


def test_a_stranger_reads_no_answer(client, begun):
    begun(SMALL)
    _other, address = begun({"wer": {"kind": "person"}})

    seen = "".join(client.get(address + name).content.decode() for name in ("", "wer/", "was/", "pruefen/", "zugang/"))

    assert "Yilmaz" not in seen and "Kochen" not in seen


# Beginning --------------------------------------------------------------------------------------------------------


def given(client, **values):
    """What the page of the five questions posts after its answer."""
    asked = {"wer": "person", "betrag": "400", "ort": "hannover", "beginn": "nein", "passt": "ja", "beispiele": "1"}
    html = client.get("/de/fonds/antrag/", asked | values).content.decode()
    form = html[html.index('action="/de/fonds/antrag/beginnen/"') :]
    return Fields(form[: form.index("</form>")]).posts


@pytest.fixture
def page(client, open_year):
    return given(client)


def test_the_five_answers_become_a_draft_with_a_link(client, page):
    response = client.post("/de/fonds/antrag/beginnen/", page)

    application = Application.objects.get()
    assert re.fullmatch(r"/de/fonds/antrag/[0-9a-z]{16}/\?neu=1", response["Location"])
    assert texts(application) == {("kind", 0): "person", ("requested", 0): "400"}
    assert (application.sample, application.language, application.state) == (True, "de", "draft")
    assert client.get(response["Location"]).status_code == 200


def test_ten_clicks_make_one_draft(client, page):
    answers = {client.post("/de/fonds/antrag/beginnen/", page)["Location"] for _number in range(10)}

    assert (len(answers), Application.objects.count()) == (1, 1)


def test_two_pages_make_two_drafts(client, page):
    client.post("/de/fonds/antrag/beginnen/", page)
    client.post("/de/fonds/antrag/beginnen/", given(client))

    assert Application.objects.count() == 2


def test_the_same_page_an_hour_later_begins_a_new_draft(client, page):
    client.post("/de/fonds/antrag/beginnen/", page)
    Application.objects.update(started_at=timezone.now() - timedelta(hours=1))

    client.post("/de/fonds/antrag/beginnen/", page)

    assert Application.objects.count() == 2


def test_the_page_with_the_button_is_stored_by_nobody(client, open_year):
    asked = {"wer": "person", "betrag": "400", "ort": "hannover", "beginn": "nein", "passt": "ja", "beispiele": "1"}

    assert client.get("/de/fonds/antrag/", asked)["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "forged", [{"betrag": "50000,01"}, {"ort": "woanders"}, {"wer": "koenig"}, {"aufruf": "999"}, {"betrag": "\x00"}]
)
def test_what_the_fund_cannot_give_begins_nothing(client, page, forged):
    response = client.post("/de/fonds/antrag/beginnen/", page | forged)

    assert Application.objects.count() == 0
    assert response["Location"].startswith("/de/fonds/antrag/?")


def test_so_many_drafts_an_hour_are_enough_for_one_address(client, page, monkeypatch):
    monkeypatch.setattr("fund.views.begin.DRAFTS", "20/h")

    statuses = [client.post("/de/fonds/antrag/beginnen/", page | {"marke": [""]}).status_code for _number in range(21)]

    assert statuses == [303] * 20 + [429]
    assert Application.objects.count() == 20


def test_opening_the_address_begins_nothing(client):
    assert client.get("/de/fonds/antrag/beginnen/").status_code == 405


# Coming back ------------------------------------------------------------------------------------------------------


def test_the_typed_code_opens_the_case(client, begun):
    _application, address = begun(SMALL)
    secret = address.split("/")[-2]
    typed = " ".join(secret[start : start + 4] for start in range(0, 16, 4))

    response = client.post("/de/fonds/antrag/code/", {"code": typed})

    assert (response.status_code, response["Location"]) == (303, address)


def test_wrong_codes_get_one_answer_and_are_counted_and_the_right_one_opens_all_the_same(client, begun, monkeypatch):
    monkeypatch.setattr("fund.views.case_page.GUESSES", "30/h")
    _application, address = begun(SMALL)
    secret = address.split("/")[-2]

    statuses = [
        client.post("/de/fonds/antrag/code/", {"code": code}).status_code
        for code in ["", "abc", "ä\x00", "k7qxm2pd9rva3tnc"]
    ]
    for _number in range(296):
        limits.allow("case_code", "127.0.0.1", GUESSES)

    assert statuses == [422] * 4
    assert client.post("/de/fonds/antrag/code/", {"code": "x"}).status_code == 429
    assert client.post("/de/fonds/antrag/code/", {"code": secret}).status_code == 303
    assert client.get("/de/fonds/antrag/code/").status_code == 200


# Sending ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def quiet(monkeypatch):
    """What follows from a move beside the form: messages, hints, promises. told: [(what, …)]."""
    told = []
    for module, name in ((mails, "received"), (mails, "access_link"), (flags, "look")):
        monkeypatch.setattr(module, name, lambda *args, name=name: told.append((name, *args)), raising=False)
    return told


def send(client, address, **values):
    return client.post(f"{address}senden/", fields(client, f"{address}pruefen/") | {"einverstanden": "ja"} | values)


def test_sending_leads_to_the_case_and_freezes_what_was_written(client, begun, quiet):
    application, address = begun(SMALL)

    response = send(client, address)

    application.refresh_from_db()
    assert (response.status_code, response["Location"]) == (303, address)
    assert (application.state, application.tier, application.revision.title) == (
        "submitted",
        "micro",
        "Kochen in Linden",
    )
    assert re.fullmatch(r"WIR-\d{4}-[0-9A-Z]{4}", application.reference)


def test_sending_ten_times_is_sending_once(client, begun, quiet):
    application, address = begun(SMALL)
    page = fields(client, f"{address}pruefen/") | {"einverstanden": "ja"}

    answers = {client.post(f"{address}senden/", page)["Location"] for _number in range(10)}

    assert answers == {address}
    assert (application.revisions.count(), application.changes.count()) == (1, 1)
    assert [what for what, *_rest in quiet] == ["look", "received"]


def test_what_is_missing_is_listed_and_nothing_is_sent(client, begun, quiet):
    application, address = begun({"wer": SMALL["wer"]})

    response = send(client, address)

    application.refresh_from_db()
    assert (response.status_code, application.state, application.reference) == (422, "draft", None)
    assert f'href="{address}was/?zurueck=pruefen#title"' in response.content.decode()


def test_without_consent_nothing_is_sent(client, begun, quiet):
    application, address = begun(SMALL)

    response = send(client, address, einverstanden="")

    application.refresh_from_db()
    assert (response.status_code, application.state) == (422, "draft")
    assert "Bitte bestätigen Sie" in response.content.decode()


def test_a_page_that_was_open_at_the_deadline_may_still_be_sent(client, begun, quiet, open_year):
    now = timezone.now()
    call = create_call(open_year, closes_at=now + timedelta(minutes=1))
    (in_time, early), (too_late, late) = begun(SMALL, call=call), begun(SMALL, call=call)
    page = fields(client, f"{early}pruefen/") | {"einverstanden": "ja"}
    Call.objects.filter(pk=call.pk).update(closes_at=now - timedelta(minutes=5), opens_at=now - timedelta(days=2))
    forged = page | {"offen": [page["offen"][0][:-1] + "x"]}

    with time_machine(now - timedelta(minutes=6)):
        page = fields(client, f"{early}pruefen/") | {"einverstanden": "ja"}
    answers = [
        client.post(f"{early}senden/", forged).status_code,
        client.post(f"{late}senden/", {"einverstanden": "ja"}).status_code,
        client.post(f"{early}senden/", page).status_code,
    ]

    assert answers == [422, 422, 303]
    in_time.refresh_from_db()
    too_late.refresh_from_db()
    assert (in_time.state, too_late.state) == ("submitted", "draft")


def test_after_the_deadline_the_answers_go_to_the_round_that_is_open(client, begun, quiet, open_year):
    now = timezone.now()
    call = create_call(open_year, opens_at=now - timedelta(days=9), closes_at=now - timedelta(days=1))
    application, address = begun(SMALL, call=call)

    html = client.get(f"{address}pruefen/").content.decode()
    response = client.post(f"{address}naechste-runde/")

    application.refresh_from_db()
    assert f'action="{address}naechste-runde/"' in html
    assert (response["Location"], application.call, application.year) == (f"{address}pruefen/", None, open_year)
    assert send(client, address).status_code == 303


def test_an_amount_that_the_round_is_not_for_is_refused_and_carried_to_the_round_that_takes_it(
    client, begun, quiet, open_year
):
    RuleSet.objects.filter(state=RuleSet.State.ACTIVE).update(large_needs_call=True)
    application, address = begun(LARGE)
    alone = client.get(f"{address}pruefen/").content.decode()
    refused = send(client, address)
    call = create_call(open_year, tier_key="project")

    html = client.get(f"{address}pruefen/").content.decode()
    client.post(f"{address}naechste-runde/")

    application.refresh_from_db()
    assert "Größere Projekte brauchen einen offenen Aufruf." in alone.replace("<bdi>", "").replace("</bdi>", "")
    assert (refused.status_code, f'action="{address}naechste-runde/"' in alone) == (422, False)
    assert (f'action="{address}naechste-runde/"' in html, application.call) == (True, call)
    assert send(client, address).status_code == 303


def test_a_small_amount_in_a_call_for_larger_projects_goes_back_to_the_year(client, begun, quiet, open_year):
    application, address = begun(SMALL, call=create_call(open_year, tier_key="project"))
    refused = send(client, address)

    client.post(f"{address}naechste-runde/")

    application.refresh_from_db()
    assert (refused.status_code, application.call, application.state) == (422, None, "draft")
    assert send(client, address).status_code == 303


def create_call(year, **values):
    now = timezone.now()
    given = {"opens_at": now - timedelta(days=1), "closes_at": now + timedelta(days=1)} | values
    given = {
        "tier_key": "micro",
        "title_de": "Runde",
        "plain_de": "Probe",
        "sample": True,
        "state": "published",
    } | given
    return Call.objects.create(year=year, **given)


@contextmanager
def time_machine(moment):
    """django.utils.timezone.now and the clock of signatures say `moment`."""
    with mock.patch("django.utils.timezone.now", return_value=moment), mock.patch("time.time", moment.timestamp):
        yield


# What an eye sees -----------------------------------------------------------------------------------------------------


def test_the_page_with_everything_tells_own_share_and_totals(client, begun):
    _short, small = begun(SMALL)
    _long, large = begun(LARGE)

    pages = [client.get(f"{address}pruefen/") for address in (small, large)]

    sums = [response.context["sums"] for response in pages]
    assert [(each["own_share"] is None, each["total"] is None) for each in sums] == [(False, True), (False, False)]
    for response, each in zip(pages, sums, strict=True):
        assert response.content.decode().count(f"<dd>{words.money(each['own_share'])} (") == 1


def test_more_money_than_costs_is_called_so_and_never_missing(client, begun):
    _application, address = begun(LARGE)
    fill(client, f"{address}finanzierung/", {"own_money": "90000"})

    sums = client.get(f"{address}finanzierung/").context["sums"]

    assert (sums["still_open"], sums["too_much"] > 0) == (None, True)


def test_answers_stand_at_the_side_where_the_page_begins(client, begun):
    """A direction guessed from an answer whose parts are isolated is always left to right."""
    _application, address = begun(SMALL)

    html = client.get(f"{address.replace('/de/', '/ar/')}pruefen/").content.decode()

    assert ('<dd class="typed"><bdi>' in html, 'dir="auto"' in html[html.index("<dl") :]) == (True, False)


def test_a_fault_in_a_line_names_the_line(client, begun):
    _application, address = begun(LARGE)

    html = fill(client, f"{address}kostenplan/", {"cost_amount-1": "viel"}).content.decode()

    assert '<a href="#cost_amount-1">Zeile 1 – Betrag in Euro – ' in html


def test_who_guessed_too_often_is_told_to_wait(client, begun):
    _application, address = begun(SMALL)
    with mock.patch("fund.views.case_page.GUESSES", "1/h"):
        wrong = f"{address[:-5]}2222/"
        client.get(wrong)
        response = client.get(wrong)
        mine = client.get(address)

    told = gettext("Too many wrong codes came from here. Please wait an hour, or call us.", "de")
    assert (response.status_code, told in response.content.decode()) == (429, True)
    assert mine.status_code == 200


def gettext(msgid, code):
    with translation.override(code):
        return translation.gettext(msgid)
