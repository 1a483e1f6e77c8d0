"""What applicants are told: one function a message, each written in the transaction of what it tells.

Everything goes to the one contact of the case in its own language. The way back into the case stands in each message
as a mark; the link and the code are put in only when it leaves (wir/outbox/secrets.py).
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from fund import access, intake, promise, tasklist
from fund.models import Acceptance, AccessKey, Application, CaseItem, ChangeRequest, Letter
from fund.questions import BY_KEY
from wir.languages import registry
from wir.languages.text import MarkedText, current, is_blank
from wir.lib import codes
from wir.lib.workflow import Refused
from wir.outbox import kinds
from wir.outbox.kinds import Kind
from wir.outbox.models import Message
from wir.outbox.secrets import CODE, CONFIRM, LINK
from wir.outbox.workflow import MOVES, move
from wir.outbox.writing import Recipient, channel_for, usable_mail, write

ABOUT = "fund.application"
WAY_BACK = {"link": LINK, "code": CODE}
GERMAN = registry.SOURCE


# Secrets and deadlines ------------------------------------------------------------------------------------------------


def way_back(message):
    """Link and code of the applicant's key of today, or of the key the message is about; {} where it has ended."""
    keys = AccessKey.objects.filter(application=message.about_id, ended_at__isnull=True)
    if message.kind == "access_link":
        keys = keys.filter(pk=message.key.split("-")[1])
    else:
        keys = keys.filter(helper__isnull=True)
    key = keys.first()
    secret = access.secret_of(key) if key else None
    found = {LINK: access.link(secret, message.language), CODE: codes.group(secret)} if secret else {}
    return found | confirmation(message) if message.kind in CONFIRMED else found


def confirmation(message):
    """The code with which the applicant says yes to her letter; {} where nothing waits for it any more."""
    from fund import agreements  # they write mails themselves

    acceptance = waiting_for_yes(message.about_id)
    code = agreements.code_of(acceptance) if acceptance else None
    return {CONFIRM: codes.group(code)} if code else {}


def waiting_for_yes(application_id):
    found = Acceptance.objects.filter(application=application_id, accepted_at=None, decision__dropped_at=None)
    return found.filter(application__state=Application.State.AGREEMENT_SENT).first()


def letter_delivered(message, on):
    """The time for a yes begins when the letter is delivered, on paper perhaps days later; never earlier than said."""
    acceptance = waiting_for_yes(message.about_id)
    if acceptance and message.key == f"letter-{acceptance.decision.letter.pk}":
        due = on + timedelta(days=acceptance.application.rule_set.agreement_days)
        Acceptance.objects.filter(pk=acceptance.pk, due__lt=due).update(due=due, reminded=0)


def paper_of(message):
    """The address of the PDF that goes into the envelope with a letter, "" where there is none."""
    number = message.key.removeprefix("letter-")
    letter = Letter.objects.filter(pk=number).select_related("decision").first() if number.isdecimal() else None
    if letter is None or not letter.stored:
        return ""
    return reverse("admin:fund_letter_pdf", args=[letter.decision.application_id, letter.pk])


def question_delivered(message, on):
    """The time for an answer begins when the question is delivered, by letter or phone perhaps days later."""
    request = ChangeRequest.objects.filter(pk=message.key.split("-")[1]).first()
    if request and request.answered_at is None and request.closed_at is None:
        due = on + timedelta(days=request.days)
        if due > request.due:  # never earlier than what was said
            ChangeRequest.objects.filter(pk=request.pk, due__lt=due).update(due=due, reminded=0)


# Examples to look at the messages with --------------------------------------------------------------------------------


def examples():
    """Facts of a case that exists nowhere, in the language that is active."""
    return WAY_BACK | {
        "reference": "WIR-2027-K7QX",
        "answer_by": date(2027, 4, 15),
        "answer_kind": promise.DAYS,
        "meeting": date(2027, 3, 18),
        "due": date(2027, 3, 29),
        "days": 21,
        "by_hand": True,
        "explain": True,
        "questions": [
            {"label": section_name("wo-wann"), "text": german("Bitte schreiben Sie, wann das Fest beginnt.")}
        ],
        "reopen_until": date(2027, 4, 26),
        "last_day": date(2027, 5, 30),
        "year": "2027",
        "summary": [german("Ein Fest für die Nachbarschaft im Stadtteil Linden.")],
        "german": german("Ihr Projekt bekommt 1.200 Euro."),
        "own": german("Ihr Projekt bekommt 1.200 Euro."),
        "texts": [german("Bitte rufen Sie uns an.")],
        "result": "positive",
        "amount": Decimal(16000),
        "number": "1234/2027",
        "committee": "Verwaltungsausschuss",
        "session": date(2027, 6, 10),
        "was_put_off": False,
        "is_over": False,
        "confirm": CONFIRM,
        "confirm_by": date(2027, 5, 30),
        "other": "WIR-2027-M2PD",
    }


def letters_told():
    """A yes asks for a confirmation, a no for nothing."""
    no = german("Ihr Antrag kann nicht gefördert werden.")
    return {"Bewilligung": {}, "Ablehnung": {"german": no, "own": no, "confirm": "", "confirm_by": None}}


def german(text):
    return MarkedText(text, GERMAN, current())


def kind(name, label, *facts, **values):
    """facts: what its templates tell beside the reference and the way back."""

    def example():
        known = examples()
        return {key: known[key] for key in (*WAY_BACK, "reference", *facts)}

    return kinds.register(Kind(name, label, secrets=way_back, subject_keys=("reference",), example=example, **values))


PROMISE, QUESTION = ("answer_by", "answer_kind"), ("questions", "due", "explain")
ACCESS = kind("access_link", "Zugang zum Antrag")
RECEIVED = kind("application_received", "Antrag eingegangen", *PROMISE)
ASKED = kind("changes_asked", "Rückfrage zum Antrag", *QUESTION, "days", "by_hand", delivered=question_delivered)
REMINDER = kind("changes_reminder", "Erinnerung an eine Rückfrage", *QUESTION)
MORE_TIME = kind("more_time", "Mehr Zeit für eine Antwort", *QUESTION)
ANSWERED = kind("answer_received", "Antwort zum Antrag eingegangen", *PROMISE)
GOES_ON = kind("application_goes_on", "Antrag geht weiter", *PROMISE, "meeting", "summary", "explain")
LAPSED = kind("application_lapsed", "Antrag ohne Antwort beendet", "reopen_until")
LETTER = kind(
    "letter_released",
    "Brief zum Antrag",
    "german",
    "own",
    "explain",
    "confirm",
    "confirm_by",
    delivered=letter_delivered,
    paper=paper_of,
    cases=letters_told,
)
CONFIRM_REMINDER = kind("agreement_reminder", "Erinnerung an eine Vereinbarung", "confirm", "confirm_by")
ACCEPTED = kind("agreement_accepted", "Vereinbarung angenommen")
MERGED = kind("application_merged", "Zwei Anträge sind einer", "other")
CORRECTED = kind("decision_corrected", "Entscheidung wird berichtigt")
CONFIRMED = (LETTER.name, CONFIRM_REMINDER.name)
WITHDRAWN = kind("application_withdrawn", "Antrag zurückgezogen", "reopen_until")
REOPENED = kind("application_reopened", "Antrag wieder offen", *PROMISE)
EXPIRES = kind("draft_expires", "Entwurf wird bald gelöscht", "last_day")
WAITING_ENDED = kind("waiting_ended", "Warteliste des Jahres beendet", "year")
PAPER = kind(
    "paper_is_public", "Drucksache zum Antrag öffentlich", "result", "amount", "number", "committee", "session",
    "was_put_off", "is_over",
)  # fmt: skip
WROTE = kind("office_wrote", "Nachricht zum Antrag", "texts", "explain")


# To whom --------------------------------------------------------------------------------------------------------------


def recipient(application):
    """How the applicant is reached: by mail, else by letter, else by phone; None where nobody can be."""
    contact = tasklist.contact(application)
    if not contact:
        return None
    known = {name: contact.get(name) or "" for name in ("name", "mail", "postal", "phone", "channel")}
    return Recipient(language=application.language, **known)


def language_of(application):
    return registry.find(application.language) or GERMAN


def tell(kind, application, key, now, *, to=None, by=None, **facts):
    """Write a message about a case. Examples write to nobody, except where everything is an example (DEMO)."""
    to = to or recipient(application)
    if to is None or (application.sample and not settings.DEMO):
        return None
    context = WAY_BACK | {"reference": application.reference or ""} | facts
    return write(kind, to, context=context, about=application, key=key, by=by, now=now)


def written(application, text, translation=""):
    """Words of the office for the applicant: in her language where there is a translation, else German, marked."""
    language = language_of(application)
    return MarkedText(text, GERMAN, language) if is_blank(translation) else MarkedText(translation, language, language)


def needs_explaining(application, texts):
    """True where something is only German and the applicant does not read German."""
    return not application.language.startswith("de") and any(text.language == GERMAN for text in texts)


def expected(application, now):
    day, where_from = promise.answer_by(application, now)
    return {"answer_by": day, "answer_kind": where_from}


def questions_of(request):
    application = request.application
    questions = [
        {"label": section_name(each.section), "text": written(application, each.text, each.translation)}
        for each in request.sections.all()
    ]
    texts = [each["text"] for each in questions]
    return {"questions": questions, "due": request.due, "explain": needs_explaining(application, texts)}


def section_name(key):
    """The title of a section, in the language in which the message is rendered."""
    return BY_KEY[key].title if key in BY_KEY else key


# One function a message -----------------------------------------------------------------------------------------------


def access_link(key, now):
    """The way back, asked for by whose key it is; a second click within a minute writes nothing."""
    application, helper = key.application, key.helper
    to = Recipient(name=helper.name, language=application.language, mail=helper.mail) if helper else None
    return tell(ACCESS, application, f"access-{key.pk}-{now:%Y%m%d%H%M}", now, to=to)


def received(application, now):
    return tell(RECEIVED, application, f"received-{application.pk}", now, **expected(application, now))


def changes_asked(request, now):
    application = request.application
    to = recipient(application)
    by_hand = to is not None and channel_for(to, usable_mail(to.mail))[0] != Message.Channel.MAIL
    facts = questions_of(request) | {"by_hand": by_hand, "days": request.days}
    return tell(ASKED, application, f"asked-{request.pk}", now, to=to, by=request.asked_by, **facts)


def remind(request, number, now):
    """The first or second reminder before a due day; once for each day the question has been due."""
    key = f"reminder-{request.pk}-{request.due}-{number}"
    return tell(REMINDER, request.application, key, now, **questions_of(request))


def more_time(request, now):
    return tell(MORE_TIME, request.application, f"time-{request.pk}-{request.due}", now, **questions_of(request))


def answer_received(request, now):
    application = request.application
    return tell(ANSWERED, application, f"answered-{request.pk}", now, **expected(application, now))


def lapsed(application, now):
    until = intake.reopen_until(application, now)
    return tell(LAPSED, application, f"lapsed-{application.pk}-{application.round}", now, reopen_until=until)


def goes_on(application, now):
    meeting = promise.next_meeting(application, now)
    day = meeting.day if meeting and meeting.is_public else None
    texts = summary_of(application)
    facts = expected(application, now) | {"meeting": day, "summary": texts}
    key = f"goes-on-{application.pk}-{application.version}"  # a case may go on another way than it was told
    return tell(GOES_ON, application, key, now, explain=needs_explaining(application, texts), **facts)


def summary_of(application):
    """How the office describes the project to a body: German, and in the applicant's language where there is one."""
    language = language_of(application)
    found = [] if is_blank(application.summary_de) else [MarkedText(application.summary_de, GERMAN, language)]
    if found and not is_blank(application.summary_plain):
        found.append(MarkedText(application.summary_plain, language, language))
    return found


def paper_is_public(place, now, *, body, session, was_put_off):
    """What the board proposed, on the day the paper to the committees is public; place: the FiledCase. body decides, on
    the day of the session, which may be over; was_put_off: that day is none any more, and the next is not known."""
    item, paper = place.item, place.filing.council_paper
    result = "positive" if item.is_positive else "no" if item.outcome == CaseItem.Outcome.NOT_PROPOSED else "none"
    facts = {"result": result, "amount": item.amount, "number": str(paper), "committee": str(body)}
    facts |= {"session": session, "was_put_off": was_put_off}
    facts["is_over"] = session is not None and session < timezone.localdate(now)
    return tell(PAPER, place.application, f"paper-{place.pk}", now, **facts)


def letter_released(letter, now):
    application = letter.decision.application
    language = registry.find(letter.language) or GERMAN
    own = None if language == GERMAN or is_blank(letter.text) else MarkedText(letter.text, language, language)
    facts = {"german": MarkedText(letter.text_de, GERMAN, language), "own": own}
    explain = own is None and needs_explaining(application, [facts["german"]])
    waits = waiting_for_yes(application.pk)
    facts |= {"confirm": CONFIRM if waits else "", "confirm_by": waits.due if waits else None}
    return tell(LETTER, application, f"letter-{letter.pk}", now, by=letter.released_by, explain=explain, **facts)


def remind_of_agreement(acceptance, number, now):
    """The first or second reminder before a yes is due; the second goes another way where the applicant has one."""
    application, to = acceptance.application, recipient(acceptance.application)
    if to and number == 2:
        to = other_way(to)
    key = f"agreement-{acceptance.pk}-{acceptance.due}-{number}"
    return tell(CONFIRM_REMINDER, application, key, now, to=to, confirm=CONFIRM, confirm_by=acceptance.due)


def other_way(to):
    """The same person by another way than the usual one; by the usual one where there is no other."""
    usual = channel_for(to, usable_mail(to.mail))[0]
    ways = {Message.Channel.CALL: to.phone, Message.Channel.LETTER: to.postal, Message.Channel.MAIL: to.mail}
    for way, known in ways.items():
        if way != usual and known:
            return replace(to, channel=way)
    return to


def agreement_reminders_delivered(acceptance):
    """How many reminders of the present last day have gone out."""
    keys = [f"agreement-{acceptance.pk}-{acceptance.due}-{number}" for number in (1, 2)]
    return Message.objects.filter(key__in=keys, state__in=Message.DELIVERED).count()


def last_agreement_reminder(acceptance):
    """The newest reminder of the present last day, None where there is none."""
    prefix = f"agreement-{acceptance.pk}-{acceptance.due}-"
    return Message.objects.filter(key__startswith=prefix).order_by("-written_at").first()


def letter_was_delivered(acceptance):
    key = f"letter-{acceptance.decision.letter.pk}"
    return Message.objects.filter(key=key, state__in=Message.DELIVERED).exists()


def agreement_accepted(acceptance, now):
    return tell(ACCEPTED, acceptance.application, f"accepted-{acceptance.pk}", now)


def merged(application, into, now):
    """To the applicant of both, about the case that goes on."""
    return tell(MERGED, into, f"merged-{application.pk}", now, other=application.reference)


def corrected(reversal, now):
    """Only who knows of the result learns that it is looked at again."""
    return tell(CORRECTED, reversal.application, f"corrected-{reversal.pk}", now)


def withdrawn(application, now):
    until = intake.reopen_until(application, now)
    return tell(WITHDRAWN, application, f"withdrawn-{application.pk}-{application.round}", now, reopen_until=until)


def waiting_ended(application, now):
    """Her year is over, and no money came back for her; how she can apply again."""
    key = f"waiting-ended-{application.pk}-{application.round}"
    return tell(WAITING_ENDED, application, key, now, year=str(application.year.year))


def reopened(application, now):
    key = f"reopened-{application.pk}-{application.round}"
    return tell(REOPENED, application, key, now, **expected(application, now))


def draft_warning(application, now, *, last_day):
    """A draft is erased after its last day. Once for each warning since it was saved."""
    key = f"draft-{application.pk}-{application.saved_at:%Y%m%d%H%M%S}-{application.warned}"
    return tell(EXPIRES, application, key, now, last_day=last_day)


def office_wrote(message, now):
    """A message of the office, as it was written and with its working translation."""
    application, language = message.application, language_of(message.application)
    texts = [MarkedText(message.text, registry.find(message.language) or GERMAN, language)]
    if not is_blank(message.translation):
        texts.insert(
            0, MarkedText(message.translation, registry.find(message.translation_language) or GERMAN, language)
        )
    readable = any(text.language == language for text in texts)
    explain = not readable and needs_explaining(application, texts)
    return tell(WROTE, application, f"wrote-{message.pk}", now, by=message.user, texts=texts, explain=explain)


# What was told already ------------------------------------------------------------------------------------------------


def was_told(request):
    """Has the question reached the applicant, so that its time runs?"""
    return Message.objects.filter(key=f"asked-{request.pk}", state__in=Message.DELIVERED).exists()


def arrived_at(message):
    """The moment in which a message of the office (CaseMessage) was delivered or ticked off, None where it was not."""
    sent = Message.objects.filter(key=f"wrote-{message.pk}", state__in=Message.DELIVERED).order_by("ended_at")
    return sent.values_list("ended_at", flat=True).first()


def reminders_delivered(request):
    """How many reminders of the present due day have gone out."""
    keys = [f"reminder-{request.pk}-{request.due}-{number}" for number in (1, 2)]
    return Message.objects.filter(key__in=keys, state__in=Message.DELIVERED).count()


def last_reminder(request):
    """The newest reminder of the present due day, None where there is none."""
    prefix = f"reminder-{request.pk}-{request.due}-"
    return Message.objects.filter(key__startswith=prefix).order_by("-written_at").first()


def last_warning(application):
    """The newest warning of a draft since it was saved, None where there is none."""
    prefix = f"draft-{application.pk}-{application.saved_at:%Y%m%d%H%M%S}-"
    return Message.objects.filter(key__startswith=prefix).order_by("-written_at").first()


def hold_back_letters(application, now):
    """A letter of a decision that holds no more is neither sent nor printed, where that is still to be done."""
    letters = Letter.objects.filter(decision__application=application, decision__dropped_at__isnull=False)
    keys = [f"letter-{pk}" for pk in letters.values_list("pk", flat=True)]
    about = Message.objects.filter(about_model=ABOUT, about_id=application.pk, key__in=keys)
    discard(about, now, "Die Entscheidung gilt nicht mehr.")


def discard(found, now, reason):
    for message in found.filter(state__in=MOVES["discard"].source):
        try:
            move(message, "discard", by=None, now=now, reason=reason)
        except Refused:
            continue  # the worker was faster


def forget(application, now=None):
    """Nothing about an erased case stays in the outbox: what waits is withdrawn, then text and recipient are erased.

    What a worker holds in this moment leaves; the next run of `expire_drafts` erases it.
    """
    now = now or timezone.now()
    about = Message.objects.filter(about_model=ABOUT, about_id=application.pk, erased_at__isnull=True)
    discard(about, now, "Der Antrag ist gelöscht.")
    about.filter(state__in=Message.ENDED).erase(now)


def unforgotten():
    """Erased cases of which the outbox still holds something."""
    erased = Application.objects.filter(state=Application.State.ERASED)
    about = Message.objects.filter(about_model=ABOUT, erased_at__isnull=True, about_id__in=erased.values("pk"))
    return erased.filter(pk__in=about.values("about_id"))
