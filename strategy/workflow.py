"""The door of meetings and minutes: one table, one function that moves.

"May this person?" is asked in permissions.py; here stands "does its state allow it?". Nothing else writes
`Meeting.state`, `Meeting.published`, `Minutes.state`, its approval or its release; nor day, time and place of a meeting
to which people have been invited.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from strategy import cases, mails
from strategy.models import AgendaItem, Attendance, Meeting, MeetingChange, Minutes, MinutesEntry, SeatHolder
from strategy.models.meetings import MIXED
from strategy.permissions import APPROVE, COORDINATE, chairs, check_may, check_may_propose, may
from wir.accounts.audit import Action, record
from wir.languages import registry
from wir.languages.models import ContentStamp, Origin, record_texts
from wir.languages.text import INVISIBLE, column, is_blank
from wir.lib.periods import DIGITS, FIRST_YEAR, LAST_YEAR
from wir.lib.workflow import FASTER, Move, Refused

State, Draft = Meeting.State, Minutes.State
OPEN = (State.PLANNED, State.INVITED)


# Guards: each yields reasons, nothing where all is well. values: what the person enters with the move -----------------


def body_is_public(meeting, values):
    if not meeting.body.published:
        yield f"„{meeting.body}“ ist selbst nicht veröffentlicht."


def has_time_and_place(meeting, values):
    if meeting.starts is None:
        yield "Der Beginn fehlt."
    if not meeting.place and is_blank(meeting.access):
        yield "Der Ort oder der Zugang für Mitglieder fehlt."


def lies_ahead(meeting, values):
    if meeting.starts_at and meeting.starts_at <= values["now"]:
        yield "Der Beginn liegt schon zurück."


def has_topics(meeting, values):
    if not meeting.items.exists():
        yield "Die Tagesordnung ist leer."


def has_members(meeting, values):
    if not members_of(meeting):
        yield "Für diesen Tag ist niemand eingetragen, der eingeladen werden könnte (Gremium, Besetzungen)."


def new_date_lies_ahead(meeting, values):
    if not values.get("place") and is_blank(meeting.access):
        yield "Der Ort oder der Zugang für Mitglieder fehlt."
    if values.get("day") is None or values.get("starts") is None:
        yield "Tag und Beginn fehlen."
        return
    if not FIRST_YEAR <= values["day"].year <= LAST_YEAR:
        yield f"Das Jahr liegt zwischen {FIRST_YEAR} und {LAST_YEAR}."
        return
    moved = Meeting(day=values["day"], starts=values["starts"])
    if moved.starts_at <= values["now"]:
        yield "Der neue Beginn liegt schon zurück."
    if values.get("ends") and values["ends"] <= values["starts"]:
        yield "Das Ende liegt vor dem Beginn."
    same = Meeting.objects.filter(body=meeting.body, day=values["day"], sample=meeting.sample).exclude(pk=meeting.pk)
    if same.exclude(state=State.CANCELLED).exists():
        yield "Dieses Gremium hat an diesem Tag schon eine Sitzung."


def has_begun(meeting, values):
    today = timezone.localdate(values["now"])
    if meeting.day > today or (meeting.starts_at and meeting.starts_at > values["now"]):
        yield "Die Sitzung hat noch nicht begonnen."


def differs(meeting, values):
    if all(
        (values.get(name) or None) == (getattr(meeting, name) or None) for name in ("day", "starts", "ends", "place")
    ):
        yield "Tag, Zeit und Ort sind dieselben wie bisher."


def says_why(meeting, values):
    if is_blank(values.get("reason", "")):
        yield "Der Grund fehlt."


def minutes_are_untouched(meeting, values):
    """Only a click by mistake can be taken back, not a meeting that somebody has written of."""
    minutes = list(meeting.minutes.all())
    if len(minutes) != 1 or minutes[0].state != Draft.DRAFT or minutes[0].general:
        yield "Am Protokoll wurde schon geschrieben."
        return
    written = Q(outcome__gt="") | Q(plain_de__gt="") | Q(internal__gt="")
    present = minutes[0].attendances.exclude(presence=Attendance.Presence.ABSENT)
    if minutes[0].entries.filter(written).exists() or present.exists():
        yield "Am Protokoll wurde schon geschrieben."


def public_words_name_nobody(meeting, values):
    """Titles and texts of the public part are fixed once the meeting was held; a name in them could never be mended."""
    names = set(SeatHolder.objects.of_body(meeting.body).values_list("name", flat=True))
    texts = [(meeting, ("plain",)), *((item, ("title", "plain")) for item in meeting.items.filter(is_public=True))]
    for thing, fields in texts:
        for name in fields:
            for language in registry.LANGUAGES:
                for what, certain in personal_in(getattr(thing, column(name, language)) or "", names):
                    if certain:
                        yield f"„{thing}“ ({language.name}): {what}"


def every_topic_has_an_outcome(minutes, values):
    for entry in minutes.entries.select_related("item"):
        if not entry.outcome and is_blank(entry.plain_de) and is_blank(entry.internal):
            yield f"Zu „{entry.item}“ steht noch nichts im Protokoll."
    yield from cases.unsettled(minutes.meeting)


def approved_by_a_later_meeting(minutes, values):
    """Minutes are approved at the next meeting of the same body, or at one after it."""
    approving = values.get("approved_in")
    if approving is None:
        yield "Es fehlt, in welcher Sitzung das Protokoll genehmigt wurde."
    elif approving.body_id != minutes.meeting.body_id or approving.sample != minutes.meeting.sample:
        yield "Genehmigt wird ein Protokoll von demselben Gremium."
    elif approving.day <= minutes.meeting.day or approving.pk == minutes.meeting_id:
        yield "Genehmigt wird ein Protokoll erst in einer späteren Sitzung."
    elif approving.state != State.HELD:
        yield "Diese Sitzung hat noch nicht stattgefunden."


def extract_says_something(minutes, values):
    entries = minutes.entries.filter(item__is_public=True).select_related("item")
    if not entries:
        yield "Kein Punkt dieser Sitzung ist öffentlich; es gibt nichts zu veröffentlichen."
    for entry in entries:
        if not entry.outcome and is_blank(entry.plain_de):
            yield f"Zum öffentlichen Punkt „{entry.item}“ fehlen Ausgang und Ergebnis."


def extract_names_nobody(minutes, values):
    """The public extract holds no personal data; a family name that is also a word may stand once somebody looked."""
    for place, what, certain in personal_data(minutes):
        if certain or not values.get("looked_at"):
            yield f"{place}: {what}"


def is_the_newest(minutes, values):
    if Minutes.objects.filter(meeting=minutes.meeting, version__gt=minutes.version, state=Draft.APPROVED).exists():
        yield "Es gibt eine neuere genehmigte Fassung; veröffentlicht wird ihr Auszug."


MAIL = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
PHONE = re.compile(r"(?<![\w/])(?:\+|\(?0)\d[\d /()–-]{5,}\d(?![\w/])")
DOTTED = re.compile(r"(?<![\w/.])(?:\+|0)\d+(?:\.\d+){2,}(?![\w/])")  # looks like a date or like a phone number
NUMERIC_DATE = re.compile(r"\d\d?\.\d\d?\.\d{4}")
PAPER = re.compile(r"\d{3,5}/(19|20)\d\d")  # the number of a council paper looks like a phone number


def personal_data(minutes):
    """(place, what, certain) of everything in the public extract that looks like personal data, in any language."""
    names = set(SeatHolder.objects.of_body(minutes.meeting.body).values_list("name", flat=True))
    for language in registry.LANGUAGES:
        text = getattr(minutes.meeting, column("plain", language)) or ""
        place = f"„Worum es geht“ der Sitzung ({language.name})"
        yield from ((place, what, certain) for what, certain in personal_in(text, names))
    for entry in minutes.entries.filter(item__is_public=True).select_related("item"):
        for thing, fields in ((entry, ("plain",)), (entry.item, ("title", "plain"))):
            for name in fields:
                for language in registry.LANGUAGES:
                    text = getattr(thing, column(name, language)) or ""
                    place = f"„{entry.item}“ ({language.name})"
                    yield from ((place, what, certain) for what, certain in personal_in(text, names))


def plainly(text):
    """A text as one reads it: digits of every script as Latin ones, composed letters, nothing invisible."""
    return " ".join(INVISIBLE.sub("", unicodedata.normalize("NFC", text.translate(DIGITS))).split())


def personal_in(text, names):
    """(what, certain) of everything in one text that looks like personal data."""
    text = plainly(text)
    for found in MAIL.findall(text):
        yield f"E-Mail-Adresse „{found}“", True
    for found in PHONE.findall(text):
        if not PAPER.fullmatch(found.strip()) and sum(char.isdigit() for char in found) >= 7:
            yield f"Telefonnummer „{found}“", True
    for found in DOTTED.findall(text):
        if not NUMERIC_DATE.fullmatch(found):
            yield f"vielleicht die Telefonnummer „{found}“ – bitte ansehen", False
    for name in sorted(names):
        words = plainly(name).split()
        if not words:
            continue
        if re.search(rf"(?<!\w){re.escape(' '.join(words))}s?(?!\w)", text, re.IGNORECASE):
            yield f"Name „{name}“", True
        elif len(words[-1]) > 2 and re.search(rf"(?<!\w){re.escape(words[-1])}s?(?!\w)", text):
            yield f"vielleicht der Name „{words[-1]}“ – bitte ansehen", False


# Effects: what follows in the same transaction ------------------------------------------------------------------------


def members_of(meeting):
    """Who is invited: everybody with a seat in the body on the day of the meeting, members before substitutes."""
    holders = SeatHolder.objects.on(meeting.day).of_body(meeting.body).select_related("seat", "user")
    return list(holders.order_by("substitute", "seat__number", "pk"))


def invited(meeting, values, by, now):
    for holder in members_of(meeting):
        mails.invite(meeting, holder, by=by, now=now)


def rescheduled(meeting, values, by, now):
    """Who was told of the old date hears of the new one, also where she has no seat on it; who is new is invited."""
    told = mails.withdraw_undelivered(meeting, now=now)
    for holder in told:
        mails.tell_new_date(meeting, holder, before=values["before"], by=by, now=now)
    for holder in members_of(meeting):
        if holder not in told:
            mails.invite(meeting, holder, by=by, now=now)


def held(meeting, values, by, now):
    """Minutes are opened: an entry for each topic, a line for everybody who could have been there."""
    minutes, _created = Minutes.objects.get_or_create(meeting=meeting, version=1)
    for item in meeting.items.all():
        MinutesEntry(minutes=minutes, item=item).save()
    Attendance.objects.bulk_create(
        Attendance(minutes=minutes, holder=holder, name=holder.name) for holder in members_of(meeting)
    )


def not_held(meeting, values, by, now):
    """The minutes nobody has written in yet go; the meeting stands where it stood before."""
    minutes = meeting.minutes.get()
    minutes.attendances.all().delete()
    for entry in minutes.entries.all():
        entry.delete()
    minutes.delete()


def cancelled(meeting, values, by, now):
    """Its topics wait for another meeting; whoever had been told of it is told again. Cases go back where they were."""
    cases.called_off(meeting, reason=values["reason"], by=by, now=now)
    for item in meeting.items.all():
        item.meeting = None
        item.save()
    if values["before_state"] == State.INVITED:
        for holder in mails.withdraw_undelivered(meeting, now=now):
            mails.call_off(meeting, holder, reason=values["reason"], by=by, now=now)


def laid(minutes, values, by, now):
    """Everybody of the meeting may read the draft; topics put off wait for another meeting."""
    for entry in minutes.entries.filter(outcome=MinutesEntry.Outcome.DEFERRED).select_related("item"):
        put_off(entry.item)
    for holder in members_of(minutes.meeting):
        if not holder.substitute:
            mails.lay_minutes(minutes, holder, by=by, now=now)


def put_off(item):
    """The topic as a new item without a meeting, unless it came back already: it may wait, or be dealt with since.
    A case comes back by its own way."""
    if item.kind == AgendaItem.Kind.CASE or AgendaItem.objects.filter(first_id=item.root_id, pk__gt=item.pk).exists():
        return
    copy = copy_of(item, meeting=None, first_id=item.root_id, proposed_at=None, proposed_by=None)
    record_texts(copy, origin=Origin.COPIED)


def copy_of(thing, **changed):
    """A new row with the same values, all languages included."""
    fields = {field.attname: getattr(thing, field.attname) for field in thing._meta.concrete_fields}
    copy = type(thing)(**{name: value for name, value in fields.items() if name != "id"})
    for name, value in changed.items():
        setattr(copy, name, value)
    copy.save_base(force_insert=True)
    return copy


# The table ------------------------------------------------------------------------------------------------------------


def nothing(thing, values, by, now):
    pass


@dataclass(frozen=True)
class Step(Move):
    """A move. column: what it writes; asks: what the person enters with it; effect: what follows; tells: what happens,
    said before it happens."""

    column: str = "state"
    asks: tuple = ()
    effect: Callable = nothing
    tells: str = ""


MEETING_MOVES = {
    "publish": Step(
        "Veröffentlichen",
        (False,),
        True,
        COORDINATE,
        (body_is_public, public_words_name_nobody),
        column="published",
        tells="Tag, Zeit, Ort und der öffentliche Teil der Tagesordnung stehen danach auf der Website und im Kalender.",
    ),
    "withdraw": Step(
        "Zurückziehen",
        (True,),
        False,
        COORDINATE,
        column="published",
        tells="Die Sitzung verschwindet von der Website und aus dem Kalender, auch ein veröffentlichter Auszug.",
    ),
    "invite": Step(
        "Einladen",
        (State.PLANNED,),
        State.INVITED,
        COORDINATE,
        (has_time_and_place, lies_ahead, has_topics, has_members),
        effect=invited,
        tells="Alle, die an diesem Tag einen Sitz haben, bekommen die Einladung: per E-Mail, Brief oder Anruf, in "
        "ihrer Sprache. Danach ändern Sie Tag, Zeit und Ort über „Neuer Termin“.",
    ),
    "reschedule": Step(
        "Neuer Termin",
        (State.INVITED,),
        State.INVITED,
        COORDINATE,
        (new_date_lies_ahead, differs),
        asks=("day", "starts", "ends", "place"),
        effect=rescheduled,
        tells="Alle Eingeladenen bekommen den neuen Termin. Die alte Adresse der Sitzung führt auf die neue.",
    ),
    "hold": Step(
        "Hat stattgefunden",
        (State.PLANNED, State.INVITED),
        State.HELD,
        COORDINATE,
        (has_begun, public_words_name_nobody),
        effect=held,
        tells="Das Protokoll wird angelegt: ein Eintrag je Punkt, eine Zeile je Person, die an diesem Tag einen Sitz "
        "hat. Themen und ihre öffentlichen Texte stehen danach fest. Zurücknehmen lässt es sich, solange niemand am "
        "Protokoll geschrieben hat.",
    ),
    "not_held": Step(
        "Doch nicht stattgefunden",
        (State.HELD,),
        State.PLANNED,
        COORDINATE,
        (minutes_are_untouched,),
        effect=not_held,
        tells="Das leere Protokoll wird gelöscht. Die Sitzung ist wieder eingeladen oder geplant, wie vorher.",
    ),
    "cancel": Step(
        "Absagen",
        (State.PLANNED, State.INVITED),
        State.CANCELLED,
        COORDINATE,
        (says_why,),
        asks=("reason",),
        effect=cancelled,
        tells="Das lässt sich nicht zurücknehmen. Die Punkte warten danach auf eine andere Sitzung. Wer eingeladen "
        "war, bekommt die Absage mit dem Grund. Auf der Website steht die Sitzung als abgesagt.",
    ),
}
MINUTES_MOVES = {
    "lay": Step(
        "Den Mitgliedern vorlegen",
        (Draft.DRAFT,),
        Draft.LAID,
        COORDINATE,
        (every_topic_has_an_outcome,),
        effect=laid,
        tells="Die Mitglieder können den Entwurf lesen und bekommen Bescheid. Vertagte Punkte warten auf eine Sitzung.",
    ),
    "take_back": Step(
        "Zurück in den Entwurf",
        (Draft.LAID,),
        Draft.DRAFT,
        COORDINATE,
        tells="Sie können weiter daran schreiben; die Mitglieder sehen es so lange nicht.",
    ),
    "approve": Step(
        "Genehmigen",
        (Draft.LAID,),
        Draft.APPROVED,
        APPROVE,
        (approved_by_a_later_meeting,),
        asks=("approved_in",),
        tells="Danach ändert niemand mehr etwas daran. Eine Berichtigung ist eine neue Fassung.",
    ),
    "release": Step(
        "Auszug veröffentlichen",
        (None,),
        "now",
        COORDINATE,
        (is_the_newest, extract_says_something, extract_names_nobody),
        column="extract_published_at",
        asks=("looked_at",),
        tells="Die Ergebnisse der öffentlichen Punkte stehen danach auf der Seite der Sitzung und bei den Maßnahmen.",
    ),
}


def table_of(thing):
    return MEETING_MOVES if isinstance(thing, Meeting) else MINUTES_MOVES


def body_of(thing):
    return thing.body if isinstance(thing, Meeting) else thing.meeting.body


def stands_at(thing, step):
    """True where the state of the thing allows the step at all."""
    if step.column == "extract_published_at" and not (thing.is_frozen and thing.meeting.is_public):
        return False
    return getattr(thing, step.column) in step.source


def blockers(thing, name, values=None, now=None):
    """Every reason why a move is not possible now; empty where it is."""
    step = table_of(thing)[name]
    if not stands_at(thing, step):
        return [f"„{step.label}“ ist in diesem Stand nicht möglich."]
    values = {"now": now or timezone.now()} | (values or {})
    return [reason for guard in step.guards for reason in guard(thing, values)]


def moves_for(thing, user):
    """(name, step) of the moves that the state allows and this person may make."""
    return [
        (name, step)
        for name, step in table_of(thing).items()
        if stands_at(thing, step) and may(user, step.permission, body_of(thing))
    ]


@transaction.atomic
def move(thing, name, *, by, now=None, chaired=False, **values):
    """Carry out one move of the table. by: the person, None for the portal's own commands. values: what `asks` names.
    chaired: who chairs the body makes a move that else is the office's, because she leads this very meeting.

    Raises PermissionDenied or Refused; then nothing is written. Two people at once: one of them is refused.
    """
    now = now or timezone.now()
    step = table_of(thing)[name]
    today = timezone.localdate(now)
    if not (chaired and by is not None and chairs(by, body_of(thing), today)):
        check_may(by, step.permission, body_of(thing), today)
    reasons = blockers(thing, name, values, now)
    if reasons:
        raise Refused(reasons)
    seen = {step.column: getattr(thing, step.column)}
    if name == "reschedule":
        seen |= {each: getattr(thing, each) for each in step.asks}
    written = {step.column: now if step.target == "now" else step.target} | written_with(thing, name, values, by, now)
    if isinstance(thing, Meeting):
        written["updated_at"] = now
    try:
        with transaction.atomic():
            done = type(thing)._base_manager.filter(pk=thing.pk, **seen).update(**written)
    except IntegrityError:
        raise Refused([FASTER]) from None
    if not done:
        raise Refused([FASTER])
    for column_name, value in written.items():
        setattr(thing, column_name, value)
    step.effect(thing, values | {"before": seen, "before_state": seen.get("state")}, by, now)
    MeetingChange.objects.create(
        meeting=thing if isinstance(thing, Meeting) else thing.meeting,
        move=name,
        at=now,
        by=by,
        note=values.get("reason", ""),
        old_day=seen["day"] if name == "reschedule" and seen["day"] != thing.day else None,
    )
    if by is not None:
        record(by=by, action=Action.CHANGED, thing=thing, now=now, detail=step.label)
    if name == "release":
        Meeting._base_manager.filter(pk=thing.meeting_id).update(updated_at=now)
    ContentStamp.touch()


def written_with(thing, name, values, by, now):
    """What is written in the same step as the state."""
    if name == "reschedule":
        return {each: values.get(each) or ("" if each == "place" else None) for each in MEETING_MOVES[name].asks}
    if name == "not_held" and thing.changes.filter(move="invite").exists():
        return {"state": State.INVITED}
    if name == "approve":
        return {"approved_in": values["approved_in"], "approved_at": now, "approved_by": by}
    if name == "release":
        return {"extract_published_by": by}
    return {}


# Verbs that make something new ----------------------------------------------------------------------------------------


@transaction.atomic
def correct(minutes, *, reason, by, now=None):
    """A new version of approved minutes, with everything the old one says. Returns it; raises Refused."""
    now = now or timezone.now()
    check_may(by, COORDINATE, minutes.meeting.body, timezone.localdate(now))
    if not minutes.is_frozen:
        raise Refused(["Dieses Protokoll ist noch nicht genehmigt; Sie können es unmittelbar ändern."])
    if is_blank(reason):
        raise Refused(["Eine Berichtigung sagt, warum es sie gibt."])
    newest = Minutes.objects.filter(meeting=minutes.meeting).order_by("-version").first()
    if newest.pk != minutes.pk:
        raise Refused([f"Berichtigt wird die neueste Fassung: {newest}."])
    try:
        with transaction.atomic():
            new = Minutes.objects.create(
                meeting=minutes.meeting, version=minutes.version + 1, reason=reason, general=minutes.general
            )
    except IntegrityError:
        raise Refused([FASTER]) from None
    for entry in minutes.entries.all():
        record_texts(copy_of(entry, minutes_id=new.pk), origin=Origin.COPIED)
    for attendance in minutes.attendances.all():
        copy_of(attendance, minutes_id=new.pk)
    MeetingChange.objects.create(meeting=minutes.meeting, move="correct", at=now, by=by, note=reason)
    return new


@transaction.atomic
def propose(body, *, title, internal="", kind=AgendaItem.Kind.PROPOSAL, by, now=None):
    """A topic for a coming meeting, brought by a member. Waits until the office puts it on an agenda. Returns it."""
    now = now or timezone.now()
    check_may_propose(by, body, timezone.localdate(now))
    if is_blank(title):
        raise Refused(["Das Thema fehlt."])
    item = AgendaItem(body=body, title_de=title, internal=internal, kind=kind, is_public=False)
    item.proposed_by, item.proposed_at = by, now if by else None
    item.save()
    return item


def stay_open(meeting):
    """Raises Refused where a meeting takes no topics any more. Asks by writing: whoever closes the meeting at the same
    moment waits, so that no topic slips in behind the minutes."""
    if not Meeting._base_manager.filter(pk=meeting.pk, state__in=OPEN).update(state=F("state")):
        raise Refused(["Diese Sitzung nimmt keine Punkte mehr auf."])


@transaction.atomic
def take_up(item, meeting, *, by, now=None):
    """Put a waiting topic on the agenda of a meeting, at its end. Raises Refused."""
    check_may(by, COORDINATE, item.body, timezone.localdate(now or timezone.now()))
    if meeting.body_id != item.body_id:
        raise Refused(["Die Sitzung gehört zu einem anderen Gremium."])
    if meeting.sample != item.sample:
        raise Refused([MIXED])
    stay_open(meeting)
    last = meeting.items.order_by("-number").values_list("number", flat=True).first() or 0
    if not AgendaItem._base_manager.filter(pk=item.pk, meeting=None).update(meeting=meeting, number=last + 1):
        raise Refused([FASTER])
    item.meeting, item.number = meeting, last + 1
    ContentStamp.touch()
