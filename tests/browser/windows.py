"""Windows of several people at once: at a desk of the back office, and on a phone. Every page they see is looked at."""

import os
import sqlite3
from pathlib import Path

from tests.browser import checks
from tests.browser.hands import Finger
from wir.accounts.demo import PASSWORD

DESK, PHONE = {"width": 1280, "height": 900}, {"width": 360, "height": 740}
SUBMIT = "#content form [type=submit].default"
NO_SUCH_PAGE = 404
OPEN_ALL = "document.querySelectorAll('#content details, main details').forEach(each => { each.open = true })"


class Window(Finger):
    """faults: [(path, what is wrong)] of every page that was open in it: what sticks out, and what axe says.

    With WIR_PICTURES=folder a picture of each is kept there.
    """

    def __init__(self, page, code, portal):
        super().__init__(page, code)
        self.portal, self.faults, self.name, self.pictures = portal, [], code, 0

    @property
    def path(self):
        return self.page.url.removeprefix(self.portal).partition("#")[0]

    def open(self, path):
        """Returns the status."""
        return self.look(self.page.goto(f"{self.portal}{path}").status)

    def press(self, element):
        return self.look(super().press(element))

    def look(self, status):
        if status != NO_SUCH_PAGE:  # that page is looked at where the public pages are
            self.page.evaluate(
                "document.querySelectorAll('#content details, main details').forEach(each => { each.open = true })"
            )
            checks.load_axe(self.page)
            found = self.page.evaluate(checks.STICKS_OUT) + checks.axe(self.page)
            self.faults += [(self.path, each) for each in found]
            if folder := os.environ.get("WIR_PICTURES"):
                self.pictures += 1
                name = f"{self.name}-{self.pictures:02}-{self.path.partition('?')[0].strip('/').replace('/', '-')}"
                self.page.screenshot(path=Path(folder) / f"{name[:80]}.png", full_page=True)
        return status


class Desk(Window):
    """Of a member of staff. Links and buttons are known by where they lead, fields by their names."""

    def sign_in(self, name):
        self.name = name
        self.page.goto(f"{self.portal}/konto/login/")
        self.page.fill("[name=login]", name)
        self.page.fill("[name=password]", PASSWORD)
        with self.page.expect_navigation():
            self.page.click("main form.form [type=submit]")

    def field(self, name, value=None):
        return self.page.locator(f"#content [name='{name}']" + (f"[value='{value}']" if value else ""))

    def offers(self, end):
        """Is there a way on this page to an address that ends so? A link or a form."""
        return self.page.locator(f"#content a[href$='{end}'], #content form[action$='{end}']").count() > 0

    def follow(self, part):
        """The first link of the page with this in its address."""
        return self.press(self.page.locator(f"#content a[href*='{part}']"))

    def fill(self, **typed):
        for name, value in typed.items():
            self.enter(name, value)

    def enter(self, name, value):
        kind = self.field(name).first.get_attribute("type")
        if kind in ("radio", "checkbox") or self.is_list(name):
            self.choose(name, value)
        else:
            self.write(name, value)

    def send(self, button=SUBMIT):
        return self.press(self.page.locator(button))

    def send_to(self, end):
        """The button of the form whose address ends so."""
        return self.send(f"#content form[action$='{end}'] [type=submit]")

    def act(self, pk, name, **typed):
        """One button of a case, from its page to what comes after. Returns the status of the last page."""
        self.open(f"/admin/fonds/{pk}/")
        self.follow(f"/fonds/{pk}/{name}/")
        self.fill(**typed)
        return self.send()

    def text(self, place="#content"):
        return self.page.inner_text(place)


class Books:
    """What the portal has stored, read from beside it: no page needs to be believed."""

    def __init__(self, folder):
        self.address = f"file:{folder}/db.sqlite3?mode=ro"

    def one(self, statement, *values):
        """The first column of the first row; None where there is none."""
        connection = sqlite3.connect(self.address, uri=True, timeout=20)
        try:
            row = connection.execute(statement, values).fetchone()
        finally:
            connection.close()
        return row[0] if row else None

    def state(self, pk):
        return self.one("SELECT state FROM fund_application WHERE id = ?", pk)
