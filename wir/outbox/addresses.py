"""Addresses and names of recipients: what may stand in an envelope, and how it is written there."""

import re
import unicodedata
from email.header import Header
from email.headerregistry import Address
from email.headerregistry import parser as header_parser

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.encoding import punycode

LONGEST = 254  # RFC 5321, 4.5.3.1.3
UNFIT, JOINERS = ("Cc", "Cf", "Cs", "Zl", "Zp"), "\u200c\u200d"
# Python's IDNA of 2003 turns these into other letters, so the mail would go to somebody else's domain.
ANOTHER_DOMAIN = re.compile("[ßς\u200c\u200d]")


def usable_mail(text):
    """The address without white space around it; "" where no mail can be sent there."""
    address = (text or "").strip(" \t")
    if not address or len(address) > LONGEST or any(unicodedata.category(sign)[0] == "C" for sign in address):
        return ""
    try:
        EmailValidator()(address)
        local, _, domain = address.rpartition("@")
        local.encode("ascii")
        ascii_address = f"{local}@{punycode(domain)}"
        parsed, rest = header_parser.get_addr_spec(ascii_address)
    except (ValidationError, UnicodeError, ValueError, IndexError):
        return ""
    if ANOTHER_DOMAIN.search(domain) or len(ascii_address) > LONGEST or rest or parsed.addr_spec != ascii_address:
        return ""
    return address


def envelope(address):
    """A usable address as the mail server wants it: its domain in ASCII letters."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{punycode(domain)}"


def one_line(text, longest=200):
    """A text without line breaks, control and direction signs, cut where it is too long. Joiners stay: Persian names
    have them."""
    signs = (" " if unicodedata.category(sign) in UNFIT and sign not in JOINERS else sign for sign in text or "")
    return " ".join("".join(signs).split())[:longest].rstrip()


def header(name, address):
    """The address with a name in front, ready for a header: quoted or encoded as the name needs it."""
    name = one_line(name)
    parsed, _rest = header_parser.get_addr_spec(envelope(address))
    if not name:
        return envelope(address)
    if name.isascii():
        return str(Address(display_name=name, username=parsed.local_part, domain=parsed.domain))
    encoded = " ".join(Header(name, "utf-8").encode().split())  # several encoded words, on one line
    return f"{encoded} <{envelope(address)}>"
