"""The checks see what they are for: without this, a checker that never started looks the same as a clean page."""

import pytest

from tests.browser import checks

pytestmark = pytest.mark.browser

GOOD = """<!doctype html><html lang="en" dir="ltr"><title>Good</title>
<meta name="viewport" content="width=device-width">
<style>
  body { margin: 0; }
  .card { margin-inline-start: 40px; padding-inline-start: 20px; border-inline-start: 4px solid; inline-size: 200px; }
  .card::before { content: "–"; position: absolute; inset-inline-start: 5px; }
</style>
<main><h1>Good</h1><div class="card">A text <b dir="ltr">with a name</b></div><a href="#">Further</a></main>"""

BAD = """<!doctype html><html lang="en" dir="ltr"><title>Bad</title>
<meta name="viewport" content="width=device-width">
<style>
  body { margin: 0; }
  .moved { margin-left: 40px; inline-size: 200px; }
  .padded { padding-left: 20px; }
  .framed { border-left: 4px solid; }
  .turned { text-align: left; }
  .dotted::before { content: "–"; position: absolute; left: 5px; }
  .pale { color: #ccc; background: #fff; }
  .wide { inline-size: 500px; }
</style>
<a href="#">One</a><a href="#">Two</a><a href="#">Three</a>
<main><h1>Bad</h1><div class="moved">Text</div><div class="padded">Text</div><div class="framed">Text</div>
<div class="turned">Text</div><div class="dotted">Text</div><p class="pale">Text</p><img src="data:,">
<div class="wide">Text</div>
<a href="#">Further</a></main>"""


@pytest.fixture
def shown(chromium):
    """shown(html): a page with this text."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    page = context.new_page()

    def show(html):
        page.set_content(html)
        return page

    yield show
    context.close()


def test_a_good_page_has_no_faults(shown):
    page = shown(GOOD)
    checks.load_axe(page)

    assert checks.axe(page) == []
    assert checks.too_wide(page) == []
    assert checks.unmirrored(page, 360) == []
    assert checks.presses_of_tab(page) == 1


def test_axe_names_the_rule_and_the_place(shown):
    page = shown(BAD)
    checks.load_axe(page)

    assert [fault.split(":")[0] for fault in checks.axe(page)] == ["color-contrast", "image-alt"]
    assert [fault.split(":")[0] for fault in checks.axe(page, impacts=["critical"])] == ["image-alt"]


def test_a_box_wider_than_the_phone_is_named(shown):
    page = shown(BAD)

    assert checks.too_wide(page) == ["div.wide"]


def test_every_physical_side_is_found_by_the_mirror(shown):
    page = shown(BAD)

    assert checks.unmirrored(page, 1280) == [
        "div.dotted ::before at 1280 px",
        "div.framed inside at 1280 px",
        "div.moved position at 1280 px",
        "div.padded inside at 1280 px",
        "div.turned text-align at 1280 px",
    ]
    assert page.evaluate("document.documentElement.dir") == "ltr"


def test_presses_of_tab_are_counted(shown):
    page = shown(BAD)

    assert checks.presses_of_tab(page) == 4
