"""Applying from "may I?" to the receipt and back out again, on an old phone: 360 pixels, no scripts, no cookies needed.

Every page on the way is looked at: does something stick out, what does axe say, in which direction does it run? With
WIR_PICTURES=folder a picture of each is kept there.
"""

import os
import re
from pathlib import Path

import pytest

from fund.samples_people import sample_file
from fund.samples_texts import TEXTS
from tests.browser import checks
from tests.browser.hands import Finger, Keys
from tests.fund.sample_files import pdf
from wir.accounts.demo import PASSWORD
from wir.languages import registry

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
DIGITS = {"ar": str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")}
MOST_QUESTIONS = 15
PAGES = (
    "fonds fragen ergebnis liste wer was wo-wann kosten kosten-fehler kontakt unterlagen code wieder-da pruefen "
    "gesendet quittung rueckfrage was-rueckfrage beantwortet zurueckziehen zurueckgezogen"
).split()


class Phone:
    """A phone of somebody who applies; every page she sees is looked at.

    eye: the same pages with scripts, because axe is one; None where it was looked at before.
    """

    def __init__(self, context, code, hand, eye=None):
        self.hand, self.code, self.eye = hand(context.new_page(), code), code, eye
        self.seen, self.faults, self.questions = [], [], 0

    @property
    def page(self):
        return self.hand.page

    def look(self, name, *, is_step=False):
        self.seen.append(name)
        language = registry.get(self.code)
        if self.page.locator("html").get_attribute("dir") != language.dir:
            self.faults.append((name, "runs in the wrong direction"))
        self.faults += [(name, "sticks out", each) for each in self.page.evaluate(checks.STICKS_OUT)]
        if is_step:
            self.questions += self.page.locator("main form.form .field:not(.field .field)").count()
        if self.eye:
            self.eye.goto(self.page.url.partition("#")[0])
            self.eye.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true })")
            checks.load_axe(self.eye)
            self.faults += [(name, each) for each in checks.axe(self.eye)]
        if os.environ.get("WIR_PICTURES"):
            folder = Path(os.environ["WIR_PICTURES"])
            number = PAGES.index(name) + 1
            self.page.screenshot(path=folder / f"{self.code}-{number:02}-{name}.png", full_page=True)

    def save(self):
        return self.hand.press(self.hand.button("Save and continue"))


@pytest.fixture
def device(chromium):
    """device(): a new phone that knows nothing of the others."""
    contexts = []

    def make(scripts=False):
        contexts.append(
            chromium.new_context(viewport=PHONE, java_script_enabled=scripts, reduced_motion="reduce", is_mobile=False)
        )
        contexts[-1].set_default_timeout(20_000)
        return contexts[-1]

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def office(chromium, portal):
    """The page of a member of the project team, signed in."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.set_default_timeout(20_000)
    page = context.new_page()
    page.goto(f"{portal}/konto/login/")
    page.fill("[name=login]", "team1")
    page.fill("[name=password]", PASSWORD)
    with page.expect_navigation():
        page.click("main form.form [type=submit]")
    yield page
    context.close()


def files():
    return [
        {"name": "Plan.pdf", "mimeType": "application/pdf", "buffer": pdf()},
        {"name": "Bild.png", "mimeType": "image/png", "buffer": sample_file(7)},
    ]


def asks_five_questions(phone, portal):
    """From the page of the fund to a draft of her own; returns the code for another phone."""
    hand = phone.hand
    hand.open(f"{portal}/{phone.code}/fonds/?beispiele=1")
    phone.look("fonds")
    hand.press(hand.link("Does your idea fit the fund?"))
    phone.look("fragen")
    for name, value in {"wer": "group", "ort": "hannover", "beginn": "nein", "passt": "ja"}.items():
        if name == "ort":
            hand.write("betrag", typed(phone, "1200"))
        hand.choose(name, value)
    hand.press(hand.button("Show the result"))
    phone.look("ergebnis")
    hand.press(hand.button("Start the application"))
    phone.look("liste")
    return phone.page.locator("main .code").inner_text()


def typed(phone, figures):
    return figures.translate(DIGITS.get(phone.code, {}))


def fills_in(phone):
    """Five pages and two files, with one amount that nobody understands; returns what became of the faulty page."""
    hand, texts = phone.hand, TEXTS[phone.code]
    hand.press(hand.link("Who you are"))
    phone.look("wer", is_step=True)
    hand.write("organisation", "Beispielgruppe Nordlicht")
    hand.write("person", "Kim Beispiel")
    phone.save()
    phone.look("was", is_step=True)
    hand.write("title", texts.titles[0])
    hand.write("plan", texts.plan)
    hand.choose("field", "unsure")
    hand.choose("themes", "1")
    phone.save()
    phone.look("wo-wann", is_step=True)
    hand.choose("district", "city")
    hand.write("starts", typed(phone, "1.6.2031"))
    hand.write("ends", typed(phone, "30.9.2031"))
    phone.save()
    phone.look("kosten", is_step=True)
    hand.write("total", "1e5")
    status = phone.save()
    phone.look("kosten-fehler")
    error = hand.words("Error: %(title)s").partition("%")[0].strip()
    wrong = status, phone.page.title().startswith(error), hand.field("total").input_value()
    hand.write("total", typed(phone, "1500"))
    phone.save()
    phone.look("kontakt", is_step=True)
    hand.write("mail", "kim@example.org")
    phone.save()
    hand.attach("datei", files())
    hand.press(hand.button("Send files"))
    phone.look("unterlagen")
    return wrong


def comes_back(phone, portal, code):
    """On another phone, with the code typed as from a piece of paper."""
    hand = phone.hand
    hand.open(f"{portal}/{phone.code}/fonds/")
    hand.press(hand.link("Type the code from your paper"))
    phone.look("code")
    hand.write("code", code.lower().replace("-", " "))
    hand.press(hand.button("Open my application"))
    phone.look("wieder-da")


def sends(phone):
    """Returns her reference."""
    hand = phone.hand
    hand.press(hand.link("Check your answers and send"))
    phone.look("pruefen")
    hand.choose("einverstanden", "ja")
    hand.press(hand.button("Send the application"))
    phone.look("gesendet")
    case = phone.page.url.partition("#")[0]
    hand.press(hand.link("Print the receipt"))
    phone.look("quittung")
    found = re.search(r"WIR-\d{4}-\w+", phone.page.inner_text("main"))
    hand.open(case)
    return found.group()


def asks_back(office, portal, reference, code):
    """A member of the team takes the case and asks about one section. Returns what axe says of the pages."""
    faults = []
    office.goto(f"{portal}/admin/fonds/?beispiele=1&q={reference}")
    faults += look_at(office)
    press(office, office.locator("#content a", has_text=reference).first)
    press(office, office.get_by_role("link", name="übernehmen", exact=True))
    press(office, office.get_by_role("button", name="übernehmen", exact=True))
    faults += look_at(office)
    press(office, office.get_by_role("link", name="Rückfrage stellen", exact=True))
    office.fill("[name=ask_was]", TEXTS["de"].question)
    office.fill("[name=said_was]", TEXTS[code].question) if code != "de" else None
    faults += look_at(office)
    press(office, office.get_by_role("button", name="Rückfrage stellen", exact=True))
    return faults


def look_at(page):
    checks.load_axe(page)
    return checks.axe(page, ("serious", "critical"))


def press(page, element):
    with page.expect_navigation():
        element.click()


def answers(phone):
    hand = phone.hand
    hand.open(phone.page.url.partition("#")[0])
    phone.look("rueckfrage")
    shown = TEXTS[phone.code].question.splitlines()[0] in phone.page.inner_text("main")
    hand.press(phone.page.locator("main a[href$='/was/']"))
    phone.look("was-rueckfrage")
    hand.write("plan", f"{TEXTS[phone.code].plan} {TEXTS[phone.code].aim}")
    phone.save()
    hand.press(hand.button("Send your answer"))
    phone.look("beantwortet")
    return shown


def takes_it_back(phone):
    hand = phone.hand
    hand.press(hand.link("Take your application back"))
    phone.look("zurueckziehen")
    hand.press(hand.button("Yes, take it back"))
    phone.look("zurueckgezogen")


def story(code, hand, device, office, portal, eye=None):
    """(pages seen, their faults, questions asked, the faulty page, files that came along, was the question read?)"""
    first = Phone(device(), code, hand, eye)
    paper = asks_five_questions(first, portal)
    wrong = fills_in(first)
    second = Phone(device(), code, hand, eye)
    comes_back(second, portal, paper)
    reference = sends(second)
    faults = asks_back(office, portal, reference, code)
    was_read = answers(second)
    second.page.goto(f"{second.page.url.partition('#')[0]}unterlagen/")
    kept = second.page.locator("main a[href*='/dateien/']").count()
    second.page.go_back()
    if hand is Keys:
        second.hand.skip()
    takes_it_back(second)
    seen, questions = first.seen + second.seen, first.questions + second.questions
    return seen, first.faults + second.faults + faults, questions, wrong, kept, was_read


@pytest.mark.parametrize("code", ["tr", "ar", "de-simple"])
def test_somebody_applies_answers_and_takes_it_back_on_a_phone_without_scripts(code, device, office, portal):
    eye = device(scripts=True).new_page()

    seen, faults, questions, wrong, kept, was_read = story(code, Finger, device, office, portal, eye)

    assert seen == PAGES
    assert faults == []
    assert 0 < questions <= MOST_QUESTIONS
    assert wrong == (422, True, "1e5")
    assert (kept, was_read) == (2, True)


def test_the_same_by_keyboard_alone(device, office, portal):
    seen, faults, questions, wrong, kept, was_read = story("de", Keys, device, office, portal)

    assert seen == PAGES
    assert faults == []
    assert 0 < questions <= MOST_QUESTIONS
    assert wrong == (422, True, "1e5")
    assert (kept, was_read) == (2, True)
