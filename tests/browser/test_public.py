"""One page of each type in twelve languages, as a reader's browser shows it. Each page is loaded once per language
and looked at from all sides; the tests below then ask one question each."""

import re
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import pytest

from tests.browser import checks
from tests.pages import CODES, one_of_each_type

pytestmark = pytest.mark.browser

NOT_THERE = "gibt-es-nicht/"
BESIDE = "leitlinien/6/?neben=de"
PATHS = [*one_of_each_type(), BESIDE]
DARK = ("ar", "de", "uk")
RIGHT_TO_LEFT = ("ar", "fa")
PHONE = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Look:
    """What was seen at one page; every list names faults and should be empty."""

    status: int
    words: str
    kinds: set  # what the first view consisted of: document, stylesheet, ...
    hosts: set
    requests: int
    size: int  # bytes of the first view as they came over the wire, headers included
    presses: int
    axe: list
    axe_dark: list
    too_wide: list
    unmirrored: list
    console: list


class Listener:
    """What a page fetches and complains about. Without the browser's cache, so that every view is a first view."""

    def __init__(self, page):
        self.requests, self.sizes, self.console = [], [], []
        page.on("request", lambda request: self.requests.append(request))
        page.on("console", lambda message: self.console.append((message.text, message.location["url"])))
        page.on("pageerror", lambda error: self.console.append((str(error), "")))
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
        wire.on("Network.loadingFinished", lambda event: self.sizes.append(event["encodedDataLength"]))

    def forget(self):
        for heard in (self.requests, self.sizes, self.console):
            heard.clear()


def look_at(page, heard, address, *, dark, mirror):
    heard.forget()
    page.set_viewport_size(PHONE)
    page.emulate_media(color_scheme="light")
    response = page.goto(address)
    words = page.inner_text("main")
    presses = checks.presses_of_tab(page)
    first_view, size = list(heard.requests), sum(heard.sizes)

    page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
    checks.load_axe(page)
    axe = checks.axe(page)
    page.emulate_media(color_scheme="dark")
    axe_dark = checks.axe(page) if dark else []
    too_wide = checks.too_wide(page)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    unmirrored = checks.unmirrored(page, 360) + checks.unmirrored(page, 1280) if mirror else []

    return Look(
        status=response.status,
        words=words,
        kinds={request.resource_type for request in first_view},
        hosts={urlsplit(request.url).netloc for request in heard.requests},
        requests=len(first_view),
        size=size,
        presses=presses,
        axe=axe,
        axe_dark=axe_dark,
        too_wide=too_wide,
        unmirrored=unmirrored,
        console=[text for text, source in heard.console if not (response.status == 404 and source == address)],
    )


@pytest.fixture(scope="module")
def looks(chromium, portal):
    """looks("ar"): a look at one page of each type in Arabic, by path; taken when first asked for."""

    @cache
    def take(code):
        context = chromium.new_context(reduced_motion="reduce")
        page = context.new_page()
        heard = Listener(page)
        seen = {
            path: look_at(page, heard, f"{portal}/{code}/{path}", dark=code in DARK, mirror=code in RIGHT_TO_LEFT)
            for path in PATHS
        }
        context.close()
        return seen

    return take


@pytest.fixture
def phone(chromium):
    """phone(javaScriptEnabled=False): an open page on a small phone."""
    contexts = []

    def open_page(**options):
        contexts.append(chromium.new_context(viewport=PHONE, reduced_motion="reduce", **options))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("code", CODES)
def test_every_page_answers(looks, code):
    status = {path: look.status for path, look in looks(code).items()}

    assert status == dict.fromkeys(PATHS, 200) | {NOT_THERE: 404}


@pytest.mark.parametrize("code", CODES)
def test_axe_finds_nothing(looks, code):
    faults = {path: look.axe for path, look in looks(code).items() if look.axe}

    assert faults == {}


@pytest.mark.parametrize("code", DARK)
def test_axe_finds_nothing_in_dark_colours(looks, code):
    faults = {path: look.axe_dark for path, look in looks(code).items() if look.axe_dark}

    assert faults == {}


@pytest.mark.parametrize("code", RIGHT_TO_LEFT)
def test_every_box_has_its_mirror_image(looks, code):
    faults = {path: look.unmirrored for path, look in looks(code).items() if look.unmirrored}

    assert faults == {}


@pytest.mark.parametrize("code", CODES)
def test_nothing_sticks_out_at_320_pixels(looks, code):
    faults = {path: look.too_wide for path, look in looks(code).items() if look.too_wide}

    assert faults == {}


@pytest.mark.parametrize("code", CODES)
def test_six_presses_of_tab_lead_into_the_content(looks, code):
    too_many = {path: look.presses for path, look in looks(code).items() if look.presses > 6}

    assert too_many == {}


@pytest.mark.parametrize("code", CODES)
def test_the_console_stays_empty(looks, code):
    faults = {path: look.console for path, look in looks(code).items() if look.console}

    assert faults == {}


@pytest.mark.parametrize("code", CODES)
def test_the_first_view_is_small_and_comes_from_one_host(looks, code, portal):
    most = {path: (4, 45_000) for path in PATHS} | {"": (6, 60_000)}

    seen = looks(code)

    too_much = {
        path: (look.requests, look.size)
        for path, look in seen.items()
        if look.requests > most[path][0] or look.size > most[path][1]
    }
    assert too_much == {}
    assert {path: look.hosts for path, look in seen.items()} == dict.fromkeys(PATHS, {urlsplit(portal).netloc})
    assert set().union(*(look.kinds for look in seen.values())) <= {"document", "stylesheet", "image", "other"}


def test_a_page_that_breaks_its_policy_would_be_heard(phone, portal):
    """The control of the two tests above."""
    page = phone()
    heard = Listener(page)

    def add_what_is_forbidden(route):
        answer = route.fetch()
        more = '<p style="color: red">Red</p><script>1</script><img src="https://example.org/pixel.png"></main>'
        route.fulfill(response=answer, body=answer.text().replace("</main>", more))

    page.route("**/de/", add_what_is_forbidden)
    page.goto(f"{portal}/de/")

    broken = sorted(re.search("[a-z]+-src", text).group() for text, _ in heard.console)
    assert broken == ["default-src", "img-src", "style-src"]


def test_without_javascript_every_page_says_the_same(looks, phone, portal):
    page = phone(java_script_enabled=False)

    words = {}
    for path in PATHS:
        page.goto(f"{portal}/de/{path}")
        words[path] = page.inner_text("main")

    assert words == {path: look.words for path, look in looks("de").items()}


def test_without_javascript_a_reader_changes_the_language_opens_the_original_and_reports_a_barrier(phone, portal):
    page = phone(java_script_enabled=False)

    page.goto(f"{portal}/ar/leitlinien/6/")
    page.locator(".top summary").first.click()
    page.locator(".top .languages a[hreflang=tr]").click()
    at_the_same_page = page.url
    original = page.locator("main details.official").first
    original.locator("summary").click()
    original_is_open = original.locator("> :not(summary)").first.is_visible()
    page.locator("footer a.button").click()
    page.locator("main form textarea").first.fill("Die Schrift ist zu klein.")
    page.locator("main form [type=submit]").click()

    assert at_the_same_page == f"{portal}/tr/leitlinien/6/"
    assert original_is_open is True
    assert page.url == f"{portal}/tr/barriere-melden/?danke=1"


@pytest.mark.parametrize("code", ["de", "ar"])
def test_opened_menus_stay_inside_a_small_screen(phone, portal, code):
    page = phone()
    page.goto(f"{portal}/{code}/")

    inside = {}
    for number in range(page.locator(".top summary").count()):
        page.locator(".top summary").nth(number).click()
        box = page.locator(".top .drop nav").nth(number).bounding_box()
        inside[number] = box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]

    assert inside == {0: True, 1: True}
    assert page.evaluate("document.scrollingElement.scrollWidth") == PHONE["width"]


@pytest.mark.parametrize("code", ["de", "ar"])
def test_the_first_press_of_tab_offers_to_skip_to_the_content(phone, portal, code):
    page = phone()
    page.goto(f"{portal}/{code}/leitlinien/6/")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.localName") == "main"
