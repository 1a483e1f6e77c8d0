"""What the project team does with a case beside moving it: notes, messages, translations, flags, the summary.

No state changes here. Each verb raises Refused where somebody else was faster or nothing is left to do.
"""

from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from fund import mails
from fund.models import Application, CaseMessage, CaseNote, Flag
from fund.permissions import LEAD
from wir.languages import registry
from wir.languages.text import is_blank
from wir.lib.workflow import FASTER, Refused

TRANSLATION_DAYS = 3  # our default until the city decides: a working translation is there within these days
TWICE = timedelta(minutes=10)  # the same words again within this time are a second click
SETTLED = "Dieser Hinweis ist schon erledigt."
LEAD_SETTLES = "Ob ein Projekt aufgeteilt wurde, klärt die Leitung."
HANDLED = "Diese Nachricht ist schon bearbeitet."


def write_note(application, *, text, by, now):
    """A note that the applicant does not see."""
    if not application.notes.filter(text=text, by=by, at__gt=now - TWICE).exists():
        CaseNote.objects.create(application=application, text=text, at=now, by=by)


def settle_flag(flag, *, note, by, now):
    """A person has looked at what the flag points at; it says what she found.

    Whether one project was split in several decides the lead, as for the approval itself (fund/deciding.py).
    """
    if flag.kind == Flag.Kind.SPLITTING and not by.has_perm(LEAD):
        raise Refused([LEAD_SETTLES])
    if not Flag.objects.filter(pk=flag.pk, settled_at=None).update(settled_at=now, settled_by=by, note=note):
        raise Refused([SETTLED])


def write_message(application, *, language, text, translation="", origin="", by, now):
    """A message of the office. Returns the CaseMessage. One without the applicant's language wants a translation."""
    again = application.messages.filter(from_office=True, text=text, user=by, sent_at__gt=now - TWICE).first()
    if again:
        return again
    own = registry.get(application.language)
    message = CaseMessage(application=application, from_office=True, language=language, text=text, sent_at=now, user=by)
    if own.code != language and not is_blank(translation):
        put_translation(message, translation, own.code, origin, by, now)
    elif own.code != language and not (own.is_simple and language == registry.SOURCE.code):
        message.translate_by = timezone.localdate(now) + timedelta(days=TRANSLATION_DAYS)
    message.save()
    mails.office_wrote(message, now)
    return message


def put_translation(message, text, language, origin, by, now):
    message.translation, message.translation_language, message.translation_origin = text, language, origin
    message.translated_by, message.translated_at = by, now


def translate(message, *, translation, origin, by, now):
    """A working translation, labelled with who or what made it; the original stays what counts."""
    into = message.application.language if message.from_office else registry.SOURCE.code
    put_translation(message, translation, into, origin, by, now)
    message.save(
        update_fields=[
            "translation",
            "translation_language",
            "translation_origin",
            "translated_by",
            "translated_at",
        ]
    )


def handle(message, *, by, now):
    """Somebody has seen to a message of the applicant."""
    if not CaseMessage.objects.filter(pk=message.pk, from_office=False, handled_at=None).update(handled_at=now):
        raise Refused([HANDLED])


def change(application, *, by, now, **columns):
    """The summary for the body or the city's own file number, where nobody changed the case since it was read."""
    found = Application.objects.filter(pk=application.pk, version=application.version)
    if not found.update(version=F("version") + 1, **columns):
        raise Refused([FASTER])
