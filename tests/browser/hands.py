"""Two ways to use a page: with a finger, and with the keyboard alone. Both know a page by what it says, and fields by
their names; neither needs the page to have scripts."""

from django.utils import translation
from django.utils.translation import gettext, pgettext

MOST_STOPS = 150  # of the Tab key until something counts as out of reach
FOCUSED = "element => element === document.activeElement"


class Finger:
    """page: a page of Playwright. code: of the language in which its buttons and links are looked for."""

    def __init__(self, page, code):
        self.page, self.code = page, code

    def words(self, msgid, context=""):
        with translation.override(self.code):
            return pgettext(context, msgid) if context else gettext(msgid)

    def button(self, msgid, context=""):
        return self.page.locator("main").get_by_role("button", name=self.words(msgid, context), exact=True)

    def link(self, msgid, context=""):
        return self.page.locator("main").get_by_role("link", name=self.words(msgid, context), exact=True)

    def field(self, name, value=None):
        return self.page.locator(f"main [name='{name}']" + (f"[value='{value}']" if value else ""))

    def open(self, address):
        return self.page.goto(address)

    def press(self, element):
        """Press a button or a link; returns the status of the page that follows."""
        with self.page.expect_navigation() as following:
            element.first.click()
        return following.value.status

    def write(self, name, text):
        self.field(name).fill(text)

    def choose(self, name, value):
        """A radio button, a tick, or a line of a list to choose from."""
        if self.is_list(name):
            self.field(name).select_option(value)
        else:
            self.field(name, value).check()

    def is_list(self, name):
        return self.field(name).first.evaluate("element => element.tagName") == "SELECT"

    def attach(self, name, files):
        self.field(name).set_input_files(files)


class Keys(Finger):
    """Tab, Enter, space, arrows and letters only."""

    def open(self, address):
        response = super().open(address)
        self.skip()
        return response

    def skip(self):
        """Past what stands on every page, with the first link of it; an address with a place in it is there already."""
        if "#" in self.page.url:
            return
        self.page.keyboard.press("Tab")
        assert self.page.locator(".skip").evaluate(FOCUSED)
        self.page.keyboard.press("Enter")

    def reach(self, element):
        """Tab on until it has the focus, from the top again if it stands above."""
        for _stop in range(MOST_STOPS):
            if element.evaluate(FOCUSED):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"out of reach of the Tab key: {element}")

    def press(self, element):
        self.reach(element.first)
        with self.page.expect_navigation() as following:
            self.page.keyboard.press("Enter")
        self.skip()
        return following.value.status

    def write(self, name, text):
        self.reach(self.field(name))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, name, value):
        if self.is_list(name):
            self.step_to(self.field(name), lambda: self.field(name).input_value() == value)
            return
        wanted, first = self.field(name, value), self.field(name).first
        if wanted.get_attribute("type") == "checkbox":
            self.reach(wanted)
            if not wanted.is_checked():
                self.page.keyboard.press("Space")
        elif not wanted.is_checked():
            chosen = self.page.locator(f"main [name='{name}']:checked")
            entry = chosen if chosen.count() else first
            self.reach(entry)
            self.page.keyboard.press("Space")
            self.step_to(entry, wanted.is_checked)

    def step_to(self, element, is_there):
        """Arrow down until it is so."""
        if not self.page.locator(f"main [name='{element.get_attribute('name')}']:focus").count():
            self.reach(element)
        for _step in range(MOST_STOPS):
            if is_there():
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"out of reach of the arrow keys: {element}")

    def attach(self, name, files):
        self.reach(self.field(name))
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(files)
