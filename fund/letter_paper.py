"""The paper of a letter: German and the applicant's language side by side as a tagged PDF, made once and kept.

At the release the letter gets its code, and the PDF is drawn, stored and never drawn again, so everybody who fetches
it later gets the same bytes; its SHA-256 stands in `Letter.digest`. In the office it can be looked at before, marked
as a draft and without a code that would be worth anything.
"""

import hashlib

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fund import drawing, store
from fund.models import ApplicantKind, Decision, Letter, RuleSet
from strategy.models import Contact
from wir.languages import registry
from wir.languages.text import is_blank
from wir.lib import codes
from wir.lib.formats import long_date

LENGTH = 12  # signs of the code of a letter: 58 bits
SHOWN = 16  # signs of the digest that are told to compare with
AGREEMENT = RuleSet.Confirmation.AGREEMENT
SIGNS_FOR_OTHERS = (ApplicantKind.ORGANISATION, ApplicantKind.UNIT)
PDF, PAGE = "application/pdf", "text/html; charset=utf-8"


# Released -------------------------------------------------------------------------------------------------------------


def keep(letter, *, now):
    """Code, PDF and digest of a letter that is being released, in the transaction of the release."""
    letter.code = codes.printed_code(LENGTH)
    document = draw(letter, now=now)
    letter.stored = store.write(document)
    letter.digest = hashlib.sha256(document).hexdigest()
    Letter.objects.filter(pk=letter.pk).update(code=letter.code, stored=letter.stored, digest=letter.digest)


def kept(letter):
    """(bytes, content type, name to save it under) of a released letter. Raises FileNotFoundError where it is gone.

    The name tells the reference and nothing of the result.
    """
    with store.read(letter.stored) as file:
        document = file.read()
    return document, kind_of(document), name_of(letter, document)


def kind_of(document):
    """A server without the libraries that draw a PDF keeps the page instead."""
    return PDF if document.startswith(b"%PDF") else PAGE


def name_of(letter, document):
    """WIR-2027-K7QX-1.pdf: the letters of a case are counted."""
    number = Letter.objects.filter(decision__application=letter.decision.application_id, pk__lte=letter.pk).count()
    return f"{letter.decision.application.reference}-{number}.{ending_of(document)}"


def draft_name(application, document):
    return f"Entwurf-{application.reference}.{ending_of(document)}"


def ending_of(document):
    return "pdf" if kind_of(document) == PDF else "html"


def throw_away(letters):
    """The stored papers of letters, once the transaction that forgets them is through."""
    for letter in letters:
        if letter.stored:
            transaction.on_commit(lambda stored=letter.stored: store.delete(stored), robust=True)


# Drawing --------------------------------------------------------------------------------------------------------------


def draw(letter, *, now, is_draft=False):
    """The bytes of the PDF (PDF/UA-1), or of its page as HTML where the server cannot draw one."""
    page = page_of(letter, now, is_draft)
    return drawing.as_pdf(page, "wir/paper.css") or page.encode()


def page_of(letter, now, is_draft=False):
    """The page that the PDF is drawn from; its frame is German, as the binding text is."""
    application = letter.decision.application
    own = registry.find(letter.language) or registry.SOURCE
    columns = [column(registry.SOURCE, letter.text_de, letter, now)]
    if not own.is_source and not is_blank(letter.text):
        columns.append(column(own, letter.text, letter, now))
    contact = Contact.objects.on(timezone.localdate(now))
    signed = signs(letter, [each["language"] for each in columns])
    with translation.override(registry.SOURCE.code):
        return render_to_string(
            "fund/letter/paper.html",
            {
                "letter": letter,
                "application": application,
                "columns": columns,
                "width": "half" if len(columns) == 2 else "whole",
                "contact": contact,
                "signed": signed,
                "office": [line.strip() for line in contact.address.splitlines() if line.strip()] if contact else [],
                "address": address_of(application),
                "is_draft": is_draft,
            },
        )


def signs(letter, languages):
    """What is filled in and signed by hand where the letter asks for a yes, each line in the languages of the paper:
    what the page for confirming asks for. [] where there is nothing to sign."""
    application = letter.decision.application
    if letter.decision.kind != Decision.Kind.APPROVED or application.rule_set.confirmation != AGREEMENT:
        return []
    kind = application.revision.kind
    asked = [_("Your first name and family name")]
    if kind in SIGNS_FOR_OTHERS:
        asked.append(_("As what do you sign?"))
    if kind != ApplicantKind.UNIT:
        asked += [_("Whose account is it?"), pgettext_lazy("number of a bank account", "IBAN")]
    asked.append(_("Place, date and signature"))
    lines = []
    for text in asked:
        words = {said(text, language): language for language in reversed(languages)}  # the same words stand once
        lines.append([(language, words_there) for words_there, language in reversed(words.items())])
    return lines


def said(text, language):
    with translation.override(language.code):
        return str(text)


def column(language, text, letter, now):
    """One of the two texts with what stands around it, in its language."""
    with translation.override(language.code):
        return {
            "language": language,
            "day": long_date(timezone.localdate(now), language.locale),
            "paragraphs": [part for part in text.replace("\r\n", "\n").split("\n\n") if not is_blank(part)],
            "code": codes.group(letter.code) if letter.code else "",
            "check": check_address(),
            "is_binding": language.is_source,
        }


def check_address():
    """Where anybody asks whether a letter is genuine, in the language that is active."""
    return settings.SITE_URL + reverse("fund:letter_check")


def address_of(application):
    """Name and postal address as lines, for the window of the envelope; the name alone where no letter goes out."""
    from fund import mails  # mails write the letter, and the letter asks where it goes

    to = mails.recipient(application)
    if to is None:
        return []
    lines = [line.strip() for line in to.postal.splitlines() if line.strip()]
    if to.name and to.name.casefold() not in (line.casefold() for line in lines):
        lines.insert(0, to.name)
    return lines
