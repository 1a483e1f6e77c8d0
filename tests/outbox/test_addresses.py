"""What may stand in an envelope, and how names are written in a header."""

from email import message_from_bytes, policy

import pytest

from tests.outbox.factories import create_message
from wir.outbox.addresses import envelope, header, one_line, usable_mail
from wir.outbox.sending import mail_of

FINE = {
    "anna@example.org": "anna@example.org",
    "  anna@example.org\t": "anna@example.org",
    "o'brien+wir@example.org": "o'brien+wir@example.org",
    '"anna,bell"@example.org': '"anna,bell"@example.org',
    "anna@bücher.example": "anna@xn--bcher-kva.example",
    "anna@مثال.إختبار": "anna@xn--mgbh0fb.xn--kgbechtv",
    "anna@xn--bcher-kva.example": "anna@xn--bcher-kva.example",
}
REFUSED = [
    "",
    "   ",
    "anna",
    "anna@",
    "@example.org",
    "anna@example.org\nBcc: x@example.org",
    "anna@example.org\r\n",
    "an\x00na@example.org",
    "an\u202ena@example.org",
    '"an\x0bna"@example.org',
    "Anna <anna@example.org>",
    "anna@example.org, bert@example.org",
    "anna@example.org;bert@example.org",
    "anna@example.org>",
    "<anna@example.org>",
    "jörg@example.org",
    "anna@straße.example",
    "anna@نامه\u200cای.example",
    "anna@exa mple.org",
    "a" * 65 + "@example.org" + "g" * 300,
    f"anna@{'ü' * 60}.example",
    "anna@[127.0.0.1",
    '"anna bell"@example.org',
]


@pytest.mark.parametrize("typed", FINE)
def test_a_fine_address_gets_an_envelope_in_ascii(typed):
    address = usable_mail(typed)

    assert address == typed.strip()
    assert envelope(address) == FINE[typed]


@pytest.mark.parametrize("typed", REFUSED)
def test_another_address_is_none(typed):
    assert usable_mail(typed) == ""


NAMES = {
    "Anna Bell": "Anna Bell",
    'Anna "Ann" Bell': 'Anna "Ann" Bell',
    "Bell, Anna": "Bell, Anna",
    "Anna <admin@example.org>": "Anna <admin@example.org>",
    "Anna\r\nBcc: x@example.org": "Anna Bcc: x@example.org",
    "Jörg Müller, Amt (50)": "Jörg Müller, Amt (50)",
    "آنا نمونه‌ای": "آنا نمونه‌ای",
    "\u202eanna": "anna",
    "\\": "\\",
    "Größe " * 40: ("Größe " * 40)[:200].strip(),
    "": "",
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mail", ["anna@example.org", "anna@bücher.example", '"anna,bell"@example.org'])
def test_every_name_makes_one_recipient_in_a_header_that_can_be_read(name, mail):
    message = create_message()
    message.name, message.mail = one_line(name), mail

    read = message_from_bytes(mail_of(message).message().as_bytes(), policy=policy.default)

    (address,) = read["To"].addresses
    # Python's reader of long names doubles the space between two encoded words, which RFC 2047 tells it to leave out
    assert (" ".join(address.display_name.split()), address.addr_spec) == (NAMES[name], envelope(mail))
    assert read["Bcc"] is None
    assert header(name, mail).isascii() and "\n" not in header(name, mail)


def test_a_line_is_one_line_and_not_too_long():
    assert one_line("a\n\u2028b\tc\x07  d") == "a b c d"
    assert one_line("x" * 300) == "x" * 200
    assert one_line(None) == ""
