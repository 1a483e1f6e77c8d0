"""One case instead of two (move 42): what was handed in twice goes on once, and the old link leads there."""

from django.db import OperationalError
from django.db.models import F

from fund import access, conflicts, effects, guards, mails, money, tasklist
from fund.models import AccessKey, Application
from wir.languages.text import is_blank
from wir.lib.workflow import FASTER, Refused

State = Application.State
LONGEST_CHAIN = 20
NO_OTHER = "Nennen Sie das Aktenzeichen des Antrags, der weitergeht."
ITSELF = "Das ist derselbe Antrag."
ENDED = "Dieser Antrag ist beendet; weitergehen kann nur ein Antrag, der noch läuft."
MIXED = "Beispiele und echte Anträge werden nicht zusammengeführt."
NOT_HERS = (
    "Die Anträge haben weder Person noch E-Mail noch Telefon gemeinsam. Schreiben Sie auf, wer wann der "
    "Zusammenführung zugestimmt hat."
)
PROMISED = (
    "Die Bewilligung ist schon bekannt gegeben. Schreiben Sie auf, wer wann zugestimmt hat, auf sie zu verzichten."
)


# Guards ---------------------------------------------------------------------------------------------------------------


def goes_on_elsewhere(application, by, now, values):
    """The other one runs, before any yes is agreed; nobody is sent on and on from one case to the next."""
    into = values.get("into")
    if into is None:
        yield NO_OTHER
    elif into.pk == application.pk:
        yield ITSELF
    elif into.sample != application.sample:
        yield MIXED
    elif into.state not in Application.OPEN or into.merged_into_id:
        yield ENDED


def free_there_too(application, by, now, values):
    """It changes both cases, so who does it is free of conflict on both."""
    if values.get("into") is not None:
        yield from guards.did_not_help(values["into"], by, now, values)


def same_applicant(application, by, now, values):
    """Whose cases are not clearly one person's has agreed, and whoever has a promise in hand and would lose it."""
    into = values.get("into")
    if into is None or not is_blank(values.get("agreed", "")):
        return
    if not has_same_contact(application, into):
        yield NOT_HERS
    if application.state in Application.PROMISED and application.decision_released_at:
        yield PROMISED


def has_same_contact(first, second):
    return bool(ways_of(first) & ways_of(second))


def ways_of(application):
    """What the applicant of a case is recognised by: her address, her number. Many people have the same name."""
    known = tasklist.contact(application) or {}
    digits = "".join(sign for sign in known.get("phone", "") if sign.isdigit())
    found = {("mail", known.get("mail", "").strip().lower()), ("phone", digits)}
    return {(kind, value) for kind, value in found if value}


# Columns and effects --------------------------------------------------------------------------------------------------


def points_to(application, by, now, values):
    return {"merged_into": values["into"], "ended_at": now, "hold_until": None}


def merged(application, by, now, values):
    """It ends here; messages, helpers and what people said of their conflicts move along."""
    into = values["into"]
    stays_open(into)
    effects.leave_everything(application, by, now, note=f"Der Antrag ist mit {into} zusammengeführt.")
    application.messages.update(application=into)
    helpers = application.helpers.all()
    AccessKey.objects.filter(helper__in=helpers).update(application=into)
    helpers.update(application=into)
    conflicts.carry_over(application, into, now)
    mails.merged(application, into, now)


def stays_open(into):
    """Lock the case that goes on, if it still does: of two that are merged into each other at once, one stays. Raises
    Refused."""
    going_on = Application.objects.filter(pk=into.pk, state__in=Application.OPEN, merged_into=None)
    try:
        money.lock(into)  # what comes to light with the merging may free what is held for it
        found = going_on.update(version=F("version"))
    except OperationalError:  # PostgreSQL ends one of two that wait for each other
        raise Refused([FASTER]) from None
    if not found:
        raise Refused([ENDED])


# The old link ---------------------------------------------------------------------------------------------------------


def surviving(application):
    """The case that goes on in place of this one: itself, where it was never merged."""
    for _step in range(LONGEST_CHAIN):
        if application.merged_into_id is None:
            return application
        application = application.merged_into
    return application


def secret_of_surviving(application):
    """The secret of the applicant's key of the case that goes on, None where there is none any more."""
    keys = AccessKey.objects.filter(application=surviving(application), helper__isnull=True, ended_at__isnull=True)
    key = keys.exclude(application__state=State.ERASED).first()
    return access.secret_of(key) if key else None
