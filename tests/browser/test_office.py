"""Where staff work: every page of the back office and of signing in keeps its policy, and axe finds nothing grave."""

import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib import admin
from django.urls import reverse

from tests.browser import checks
from tests.browser.portal import SAMPLES
from wir.accounts.demo import PASSWORD

pytestmark = pytest.mark.browser

MODELS = [model._meta.label_lower for model in admin.site._registry]
GRAVE = ("serious", "critical")
BUTTON = "main form.form [type=submit]"
BEFORE_SIGN_IN = (
    "login/",
    "signup/",
    "inactive/",
    "password/reset/",
    "password/reset/done/",
    "password/reset/key/1-abc/",
    "password/reset/key/done/",
    "confirm-email/",
    "confirm-email/abc/",
    "3rdparty/login/cancelled/",
    "3rdparty/login/error/",
)
AFTER_SIGN_IN = (
    "logout/",
    "reauthenticate/",
    "email/",
    "password/change/",
    "2fa/",
    "2fa/webauthn/",
    "3rdparty/",
)


class Desk:
    """A window of a person at work, and what its console said."""

    def __init__(self, context, portal):
        self.page, self.portal, self.console = context.new_page(), portal, []
        self.page.on("console", lambda message: self.console.append((message.type, message.text)))
        self.page.on("pageerror", lambda error: self.console.append(("error", str(error))))

    def sign_in(self, name):
        self.page.goto(f"{self.portal}/konto/login/")
        self.page.fill("[name=login]", name)
        self.page.fill("[name=password]", PASSWORD)
        return self.submit(BUTTON)

    def open(self, address):
        """Faults of the page at this address: that it is another page, what its console says, what axe finds."""
        self.console.clear()
        status = self.page.goto(f"{self.portal}{address}").status
        moved = [] if self.page.url == f"{self.portal}{address}" else [f"led on to {self.page.url}"]
        return moved + self.faults(status)

    def confirm_password(self):
        self.page.fill("[name=password]", PASSWORD)
        return self.submit(BUTTON)

    def submit(self, button):
        """Faults of the page that follows when this button is pressed."""
        self.console.clear()
        with self.page.expect_navigation() as following:
            self.page.click(button)
        return self.faults(following.value.status)

    def faults(self, status):
        """Faults of the page that is open now. Chromium itself tells of every status above 399."""
        by_browser = f"the server responded with a status of {status} "
        said = [text for kind, text in self.console if kind in ("error", "warning") and by_browser not in text]
        checks.load_axe(self.page)
        return said + checks.axe(self.page, GRAVE)

    def first(self, selector):
        """The address of the first such link, without host; None where there is none."""
        link = self.page.locator(selector).first
        return link.evaluate("link => link.pathname + link.search") if link.count() else None


@pytest.fixture(scope="module")
def desk(chromium, portal):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    desk = Desk(context, portal)
    desk.sign_in("admin")
    yield desk
    context.close()


@pytest.fixture
def door(chromium, portal):
    context = chromium.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    yield Desk(context, portal)
    context.close()


@pytest.mark.parametrize("model", MODELS)
def test_list_and_forms_of_every_model(desk, model):
    address = reverse(f"admin:{model.replace('.', '_')}_changelist")

    faults = {address: desk.open(address)}
    forms = [desk.first("#content .object-tools .addlink"), desk.first("#result_list tbody th a")]
    faults |= {form: desk.open(form) for form in forms if form}

    assert faults == dict.fromkeys(faults, [])


@pytest.mark.parametrize("address", ["/admin/", "/admin/strategy/", "/admin/accounts/user/add/?_popup=1"])
def test_the_desk_and_the_frame_around_it(desk, address):
    assert desk.open(address) == []


@pytest.mark.parametrize(
    "address",
    [
        "1/tick_off/",
        "2/not_reached/",
        "3/release/",
        "1/discard/",
        "1/resend/",
        "3/ansehen/",
        "drucken/?briefe=1",
        "drucken/",
    ],
)
def test_the_pages_of_the_outbox(desk, address):
    assert desk.open(f"/admin/postausgang/{address}") == []


def test_the_gallery_shows_its_components_in_both_directions(desk):
    faults = desk.open("/admin/bausteine/")

    desk.page.locator("iframe").last.scroll_into_view_if_needed()
    directions = [frame.locator("html").get_attribute("dir") for frame in desk.page.frames[1:]]
    assert faults == []
    assert directions == ["ltr", "rtl"]


@pytest.mark.parametrize("code", ["de", "ar"])
def test_the_components_are_sound_by_themselves(desk, code):
    faults = desk.open(f"/admin/bausteine/?sprache={code}")
    every_fault = checks.axe(desk.page)
    mirror = checks.unmirrored(desk.page, 360) + checks.unmirrored(desk.page, 1280)
    too_wide = checks.too_wide(desk.page)
    desk.page.set_viewport_size({"width": 1280, "height": 900})

    assert (faults, every_fault, mirror, too_wide) == ([], [], [], [])


def test_reading_in_the_wording_choice_refusal_and_preview(desk):
    chosen = desk.open("/admin/wortlaut-einlesen/")
    refused = desk.submit("#content [type=submit]"), desk.page.locator("#content .errornote").is_visible()
    desk.page.locator("input[type=file]").first.set_input_files(SAMPLES / "strategiepapier.txt")
    preview = desk.submit("#content [type=submit]"), desk.page.locator("[value='Jetzt einlesen']").is_visible()

    assert chosen == []
    assert refused == ([], True)
    assert preview == ([], True)


@pytest.mark.parametrize("path", BEFORE_SIGN_IN)
def test_pages_of_signing_in(door, path):
    assert door.open(f"/konto/{path}") == []


def test_a_wrong_password_is_told_on_an_accessible_page(door):
    faults = door.sign_in("gibt-es-nicht")

    assert faults == []
    assert door.page.url == f"{door.portal}/konto/login/"
    assert door.page.locator("main [role=alert]").is_visible() is True


@pytest.mark.parametrize("path", AFTER_SIGN_IN)
def test_pages_of_ones_own_account(desk, path):
    assert desk.open(f"/konto/{path}") == []


def test_pages_of_a_second_factor_from_setting_it_up_to_signing_in_with_it(door):
    door.sign_in("team2")

    faults = {}
    door.page.goto(f"{door.portal}/konto/2fa/totp/activate/")
    faults["set up"] = door.confirm_password()
    secret = door.page.locator("#authenticator_secret").input_value(timeout=5000)
    door.page.fill("[name=code]", format_hotp_value(hotp_value(secret, int(time.time()) // 30)))
    faults["recovery codes"] = door.submit(BUTTON)
    for path in ("2fa/", "2fa/recovery-codes/generate/", "2fa/totp/deactivate/", "2fa/webauthn/add/"):
        faults[path] = door.open(f"/konto/{path}")
    door.page.goto(f"{door.portal}/konto/logout/")
    door.submit(BUTTON)
    faults["sign in"] = door.sign_in("team2")

    assert faults == dict.fromkeys(faults, [])
    assert door.page.url == f"{door.portal}/konto/2fa/authenticate/"


def test_looking_at_ones_mail_address_does_not_bar_the_way_to_a_second_factor(door):
    door.sign_in("team1")

    door.page.goto(f"{door.portal}/konto/email/")
    door.page.goto(f"{door.portal}/konto/2fa/totp/activate/")
    asked = door.page.locator("[name=password]").is_visible()

    assert asked is True
