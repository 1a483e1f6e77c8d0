"""Messages from the applicant to the office, in any language. What the office does with them: fund/handling.py."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from fund import handling
from fund.models import Application, CaseMessage
from wir.languages import registry
from wir.languages.text import is_blank
from wir.lib.workflow import Refused

LONGEST = 5000  # signs
MOST_IN_AN_HOUR = 30


def may_write(application):
    """Whoever has handed something in can write, also when the case has ended; a draft nobody reads."""
    return application.state not in (Application.State.DRAFT, Application.State.ERASED)


def write(application, *, text, language, by, now):
    """Keep a message as it was written; the same words sent twice are one message. Raises Refused.

    language: the code of the page it was written on. A message that is not German wants a working translation.
    """
    if is_blank(text):
        raise Refused([_("Please write your message first.")])
    if len(text) > LONGEST:
        raise Refused([_("Please write at most 5,000 characters.")])
    own = application.messages.filter(from_office=False)
    again = own.filter(text=text, helper=by.helper, sent_at__gt=now - handling.TWICE).first()
    if again:
        return again
    if own.filter(sent_at__gt=now - timedelta(hours=1)).count() >= MOST_IN_AN_HOUR:
        raise Refused([_("You have written many messages. Please wait a little, or call us.")])
    days = timedelta(days=handling.TRANSLATION_DAYS)
    return CaseMessage.objects.create(
        application=application,
        from_office=False,
        language=language,
        text=text,
        sent_at=now,
        helper=by.helper,
        translate_by=None if is_german(language) else timezone.localdate(now) + days,
    )


def is_german(code):
    return code in (registry.SOURCE.code, registry.SIMPLE.code)
