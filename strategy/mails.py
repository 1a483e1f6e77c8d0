"""What bodies and meetings tell people: one function a message. Each is written in the transaction of what it tells."""

from dataclasses import replace
from datetime import date, time

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from strategy.models import Contact, Meeting, SeatHolder
from wir.accounts.models import User
from wir.languages import registry
from wir.languages.text import MarkedText, current, tr
from wir.lib import formats
from wir.lib.workflow import Refused
from wir.outbox import kinds
from wir.outbox.kinds import Kind
from wir.outbox.models import Message
from wir.outbox.workflow import MOVES, move
from wir.outbox.writing import Recipient, write

ANSWER_DAYS = 21  # our default until the city decides: days for an answer about being named in public


def office():
    """Who writes: the office's contact of today, for the foot of every message."""
    contact = Contact.objects.on(timezone.localdate())
    return {"office": contact.office, "phone": contact.phone, "mail": contact.mail} if contact else {}


kinds.set_sender(office)


# What messages tell of a meeting --------------------------------------------------------------------------------------


def meeting_facts(meeting, language):
    """A meeting in the words of one language, for templates of messages."""
    locale = language.locale
    items = meeting.items.all() if meeting.pk else []
    return {
        "body": name_of(meeting.body, meeting.day),
        "day": formats.weekday_date(meeting.day, locale),
        "starts": meeting.starts and f"{meeting.starts:%H:%M}",
        "ends": meeting.ends and f"{meeting.ends:%H:%M}",
        "place": meeting.place,
        "access": MarkedText(meeting.access, registry.SOURCE, language),
        "items": [(item.number, tr(item, "title", language)) for item in items],
    }


def name_of(body, day):
    """The German proper name a body carries on a day."""
    return body.name_on(day) or str(body)


def recipient(holder):
    """How a holder of a seat is reached."""
    mail = holder.mail or (holder.user.email if holder.user else "")
    return Recipient(
        name=holder.name,
        language=holder.language,
        mail=mail,
        postal=holder.postal,
        phone=holder.phone,
        user=holder.user,
        channel=holder.channel,
    )


def language_of(holder):
    return registry.find(holder.language) or registry.SOURCE


# The kinds ------------------------------------------------------------------------------------------------------------


def example_meeting():
    """A meeting that exists nowhere, to look at the messages with; its dates in the language that is active."""
    language = current()
    return {
        "meeting": {
            "body": "WIR2.0-Kuratorium",
            "day": formats.weekday_date(date(2027, 3, 18), language.locale),
            "starts": f"{time(17):%H:%M}",
            "ends": f"{time(19):%H:%M}",
            "place": "Neues Rathaus, Hannover",
            "access": MarkedText("Eingang B, bitte klingeln.", registry.SOURCE, language),
            "items": [
                (1, MarkedText("Stand der Umsetzung", registry.SOURCE, language)),
                (2, MarkedText("Vorschläge für Wirksamkeitsanalysen", registry.SOURCE, language)),
            ],
            "link": f"{settings.SITE_URL}/admin/",
        }
    }


def example_change():
    return example_meeting() | {"before": formats.weekday_date(date(2027, 3, 11), current().locale)}


def example_reason():
    return example_meeting() | {"reason": MarkedText("Der Raum ist gesperrt.", registry.SOURCE, current())}


def example_seat():
    return {
        "body": "WIR2.0-Kuratorium",
        "since": formats.long_date(date(2027, 1, 1), current().locale),
        "substitute": False,
        "asks_consent": True,
    }


def example_rhythm():
    language = current()
    return {
        "body": "WIR2.0-Kuratorium",
        "stage": "soon",
        "due": formats.long_date(date(2027, 3, 18), language.locale),
        "last": formats.long_date(date(2026, 9, 18), language.locale),
        "next": "",
        "waiting": 0,
        "link": f"{settings.SITE_URL}/admin/",
    }


MEETING = ("meeting",)
INVITATION = kinds.register(
    Kind("meeting_invitation", "Einladung zu einer Sitzung", subject_keys=MEETING, example=example_meeting)
)
NEW_DATE = kinds.register(
    Kind("meeting_changed", "Neuer Termin einer Sitzung", subject_keys=MEETING, example=example_change)
)
CALLED_OFF = kinds.register(
    Kind("meeting_cancelled", "Absage einer Sitzung", subject_keys=MEETING, example=example_reason)
)
REMINDER = kinds.register(
    Kind("meeting_reminder", "Erinnerung an eine Sitzung", subject_keys=MEETING, example=example_meeting)
)
MINUTES = kinds.register(Kind("minutes_laid", "Protokoll liegt vor", subject_keys=MEETING, example=example_meeting))
SIGN_IN_TEST = kinds.register(
    Kind("sign_in_test", "Bitte einmal anmelden", subject_keys=MEETING, example=example_meeting)
)
WELCOME = kinds.register(
    Kind("seat_begins", "Neuer Sitz in einem Gremium", deadline_days=ANSWER_DAYS, example=example_seat)
)
RHYTHM = kinds.register(Kind("rhythm_warning", "Warnung: Sitzungen", subject_keys=("body",), example=example_rhythm))


# One function a message -----------------------------------------------------------------------------------------------


def tell(kind, meeting, holder, *, key, by, now, **more):
    """The link leads to the papers, for who can sign in; everybody else is told to ask for them."""
    language = language_of(holder)
    link = settings.SITE_URL + reverse("admin:meeting_desk", args=[meeting.pk]) if holder.user else ""
    facts = meeting_facts(meeting, language) | {"link": link}
    return write(
        kind,
        recipient(holder),
        context={"meeting": facts, "substitute": holder.substitute} | more,
        about=meeting,
        key=key,
        by=by,
        now=now,
    )


def invite(meeting, holder, *, by, now):
    return tell(INVITATION, meeting, holder, key=f"invitation-{meeting.pk}-{holder.pk}", by=by, now=now)


def tell_new_date(meeting, holder, *, before, by, now):
    """before: day, starts, ends and place as they were."""
    old = formats.weekday_date(before["day"], language_of(holder).locale)
    key = f"moved-{meeting.pk}-{holder.pk}-{now:%Y%m%d%H%M%S}"
    return tell(NEW_DATE, meeting, holder, key=key, by=by, now=now, before=old)


def withdraw_undelivered(meeting, *, now):
    """Who was told of a meeting so far. What has not left yet is withdrawn: it would arrive after newer news."""
    about = Message.objects.filter(about_model=Meeting._meta.label_lower, about_id=meeting.pk)
    dates = about.filter(kind__in=[INVITATION.name, NEW_DATE.name, REMINDER.name]).order_by("pk")
    told = {int(message.key.split("-")[2]) for message in dates}
    open_states = MOVES["discard"].source
    for message in dates.filter(state__in=open_states).exclude(state=Message.State.UNCLEAR):
        try:
            move(message, "discard", by=None, now=now, reason="Der Termin gilt nicht mehr.")
        except Refused:
            continue  # the worker took it in this moment: it leaves, and the newer news follow it
    return list(SeatHolder.objects.filter(pk__in=told).select_related("seat", "user").order_by("substitute", "pk"))


def call_off(meeting, holder, *, reason, by, now):
    words = MarkedText(reason, registry.SOURCE, language_of(holder))
    key = f"called-off-{meeting.pk}-{holder.pk}"
    return tell(CALLED_OFF, meeting, holder, key=key, by=by, now=now, reason=words)


def remind(meeting, holder, *, now):
    """Once for each day the meeting has had."""
    key = f"reminder-{meeting.pk}-{holder.pk}-{meeting.day}"
    return tell(REMINDER, meeting, holder, key=key, by=None, now=now)


def ask_to_sign_in(meeting, holder, *, now):
    """Two weeks before a meeting, so that signing in works on the day; once for a meeting and an account."""
    language = language_of(holder)
    facts = meeting_facts(meeting, language) | {"link": settings.SITE_URL + reverse("admin:index")}
    key = f"sign-in-test-{meeting.pk}-{holder.user_id}"
    return write(SIGN_IN_TEST, recipient(holder), context={"meeting": facts}, about=meeting, key=key, by=None, now=now)


def lay_minutes(minutes, holder, *, by, now):
    key = f"minutes-{minutes.pk}-{holder.pk}-{now:%Y%m%d%H%M%S}"
    return tell(MINUTES, minutes.meeting, holder, key=key, by=by, now=now)


def welcome(holder, *, by, now):
    """Tells somebody of the seat, and asks for consent to be named where the seat is a public one."""
    language = language_of(holder)
    context = {
        "body": name_of(holder.seat.body, holder.valid_from),
        "since": formats.long_date(holder.valid_from, language.locale),
        "substitute": holder.substitute,
        "asks_consent": holder.seat.public and holder.consent_on is None,
    }
    kind = WELCOME if context["asks_consent"] else replace(WELCOME, deadline_days=None)  # nobody asks, nobody waits
    return write(kind, recipient(holder), context=context, about=holder, key=f"seat-{holder.pk}", by=by, now=now)


def coordinators():
    """The coordination office: the accounts that prepare meetings; where none has an address, the office's own."""
    users = User.objects.with_perm(
        "strategy.coordinate_meeting", include_superusers=False, backend="wir.accounts.backends.PortalBackend"
    )
    found = [Recipient(name=str(user), mail=user.email, user=user) for user in users.order_by("pk") if user.email]
    contact = Contact.objects.on(timezone.localdate())
    return found or ([Recipient(name=contact.office, mail=contact.mail, phone=contact.phone)] if contact else [])


def warn(warning, *, now):
    """A warning about the rhythm, once to each of the office; topics that wait are told again each month."""
    german = registry.SOURCE
    context = {
        "body": str(warning.body),
        "stage": warning.stage,
        "due": warning.due and formats.long_date(warning.due, german.locale),
        "last": warning.last and formats.long_date(warning.last, german.locale),
        "next": warning.next and formats.long_date(warning.next, german.locale),
        "waiting": warning.waiting,
        "link": settings.SITE_URL + f"{reverse('admin:board_desk')}?gremium={warning.body.key}",
    }
    month = f"-{timezone.localdate(now):%Y-%m}"
    for to in coordinators():
        key = f"{warning.key}{month}-{to.user.pk if to.user else 'office'}"
        write(RHYTHM, to, context=context, about=warning.body, key=key, by=None, now=now)
