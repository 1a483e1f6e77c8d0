"""Marked examples of applications in any number: every kind of applicant, way and state, made as people make them.

Answers are saved as a page saves them, and each state is reached through the workflow's door, with the accounts of the
demo as staff and days that lie in the past. Nobody real is named, and every address leads nowhere. In a demo the
messages of the examples are written too, and counted as sent; no mail server ever gets them.
"""

import random
from datetime import timedelta

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from fund import (
    access,
    actors,
    agenda,
    casefiles,
    checklist,
    choices,
    clock,
    conflicts,
    guards,
    handling,
    letters,
    money,
    promise,
    reviewing,
    samples_board,
    saving,
    talking,
    year_moves,
)
from fund.models import ApplicantKind, Application, CaseMessage, Helper, RefusalReason, RuleSet
from fund.samples_committees import InCommittees
from fund.samples_people import answers_of, mark_of, sample_file
from fund.samples_rules import make_sample_fund, make_sample_years
from fund.samples_stories import STORIES
from fund.samples_texts import QUESTION, REPLY, TEXTS
from fund.starting import start
from fund.workflow import perform
from strategy.models import SeatHolder
from strategy.samples import make_sample_meetings
from wir.accounts.models import User
from wir.languages import registry
from wir.outbox.models import Message
from wir.outbox.workflow import move

STAFF = ("team1", "team2", "leitung", "vorsitz", "ausschuss")
ABOUT = "fund.application"
MOST_EARLIER = 20  # days by which the first day of two cases with the same story may differ
ANSWER_DAYS = 21
DECLARED = {"gremium3": "none", "gremium4": "none", "gremium5": "unsure", "vorsitz": "none"}
REVIEWS = {
    "gremium3": ("propose", "Das fehlt im Stadtteil (Beispiel)."),
    "gremium4": ("less", "Die Honorare sind hoch (Beispiel)."),
}
REASON_AGAIN = "In der Rechnung steckt ein Fehler (Beispiel)."
WHILE_WAITING = ("wait", "decide", "read_letter", "release")
OWN_SENTENCE = "Bitte sprechen Sie uns an, bevor Sie es noch einmal versuchen (Beispiel)."


class NoStaff(Exception):
    """The accounts of the demo are not there: nobody could check an example."""


def make_sample_applications(count, *, seed, now, progress=lambda done, total: None):
    """Add `count` sample cases; the same seed on the same ground gives the same cases. Returns them.

    Raises NoStaff. Each case is one transaction, so that other people can work meanwhile.
    """
    staff = {user.username: user for user in User.objects.filter(username__in=STAFF, is_demo=True)}
    if len(staff) < len(STAFF):
        raise NoStaff
    make_sample_meetings(now=now)
    maker = Maker(make_sample_fund(now=now), staff, seed, now)
    made = []
    for number in range(maker.first, maker.first + count):
        with transaction.atomic():
            made.append(maker.case(number))
        progress(len(made), count)
    return made


class Maker:
    """What all cases of a run share. Everything that varies is drawn from one generator a case."""

    def __init__(self, year, staff, seed, now):
        self.year, self.staff, self.seed, self.now = year, staff, seed, now
        self.next_year = make_sample_years(now=now)
        self.first = Application.objects.filter(sample=True).count() + 1
        self.rules = year.rule_set or RuleSet.objects.in_force(timezone.localdate(now))
        self.reasons = list(RefusalReason.objects.filter(formal=True, active=True).order_by("order", "key"))
        self.merit_reasons = list(RefusalReason.objects.filter(formal=False, active=True).order_by("order", "key"))
        self.fields = [str(field.number) for field in choices.all_fields()] + [choices.UNSURE]
        self.themes = [str(theme.number) for theme in choices.all_themes()]
        self.districts = [str(each.number) for each in choices.all_districts()] + [choices.CITY, choices.UNSURE]
        self.earlier = None  # answers of the last organisation that handed in, for a case that may be there twice

    def twin_of(self, application):
        """A running example of the same applicant, None where there is none."""
        others = Application.objects.filter(sample=True, state__in=Application.OPEN, merged_into=None)
        same = others.filter(revision__applicant=application.revision.applicant).exclude(pk=application.pk)
        return same.select_related("revision", "rule_set", "year").order_by("pk").first()

    def case(self, number):
        story = STORIES[(number - 1) % len(STORIES)]
        turn = (number - 1) // len(STORIES)
        language = registry.LANGUAGES[(number - 1 + turn) % len(registry.LANGUAGES)]
        case = Case(self, story, number, language.code)
        for step in story.steps:
            name, *values = step if isinstance(step, tuple) else (step,)
            if case.waits and name not in WHILE_WAITING:
                continue
            getattr(case, name)(*values)
            case.count_as_sent()
        case.application.refresh_from_db()
        return case.application


class Case(InCommittees):
    """One example on its way: each method is one thing that somebody does, at `at`. Days pass with `wait`.

    waits: the money of its year was not there any more, so it is on the waiting list and takes no step past it.
    """

    def __init__(self, maker, story, number, language):
        self.maker, self.story, self.number = maker, story, number
        self.waits = False
        self.draw = random.Random(f"{maker.seed}/{number}")  # noqa: S311 - samples, no secrets
        self.texts = TEXTS[language]
        begun = maker.now - timedelta(days=story.days + self.draw.randrange(1, MOST_EARLIER))
        self.at = timezone.localtime(begun).replace(
            hour=self.draw.randrange(8, 20), minute=self.draw.randrange(60), second=0, microsecond=0
        )
        self.by = actors.APPLICANT
        self.application, _secret = start(
            maker.rules,
            maker.year,
            language=language,
            sample=True,
            now=self.at,
            intake=story.intake,
            entered_by=None if story.intake == Application.Intake.WEB else self.user("team1"),
        )
        twin = maker.earlier if story.is_twin else None
        self.answers = answers_of(self, twin)
        if story.kind == ApplicantKind.ORGANISATION and not story.is_long:
            maker.earlier = self.answers

    def user(self, name):
        return self.maker.staff[name]

    def team(self, name="team1"):
        return actors.staff(self.user(name))

    def wait(self, days=1):
        later = self.at + timedelta(days=days, minutes=self.draw.randrange(60))
        self.at = min(later, self.maker.now)

    def perform(self, name, by, **values):
        self.application.refresh_from_db()
        perform(self.application, name, by=by, now=self.at, **values)

    def count_as_sent(self, application=None):
        """Mails of examples are never handed to a server; letters and calls stay to be tried out."""
        about = Message.objects.filter(about_model=ABOUT, about_id=(application or self.application).pk)
        for message in about.filter(state=Message.State.QUEUED).order_by("pk"):
            move(message, "claim", by=None, now=self.at)
            move(message, "accepted", by=None, now=self.at)

    # The applicant ----------------------------------------------------------------------------------------------------

    def write(self, most=None):
        """Page by page; most: how many pages, all where it is not said."""
        for step, fields in list(self.answers.items())[:most]:
            self.save(step, fields)
            self.at += timedelta(minutes=2)

    def save(self, step, fields):
        posted = QueryDict(mutable=True)
        stands = {(each.question, each.row): each.text for each in self.application.answers.all()}
        for name, value in fields.items():
            question, row = mark_of(name)
            posted[saving.mark_name(question, row)] = saving.mark(stands.get((question, row), ""))
            posted.setlist(name, value if isinstance(value, list) else [value])
        saving.save(self.application, step, posted, by=self.by, now=self.at)

    def attach(self):
        sent = casefiles.Sent("Beispiel.png", "image/png", lambda: sample_file(self.number))
        casefiles.add(self.application, [sent], section="unterlagen", by=self.by, now=self.at)

    def get_help(self):
        """Somebody of an advice centre fills in with the applicant."""
        helper = Helper.objects.create(
            application=self.application, name="Toni Beispiel", organisation="Beispielberatung", added_at=self.at
        )
        access.make_key(self.application, helper=helper, now=self.at)
        self.by = actors.Actor(actors.Part.HELPER, helper=helper)

    def submit(self):
        self.perform("submit", self.by, consent=True)

    def answer(self):
        """One section changed, the other one confirmed as it is."""
        plan = self.answers["was"]["plan"]
        self.save("was", {"plan": f"{plan} {self.texts.aim}"})
        saving.stays(self.application, "wo-wann", now=self.at)
        self.perform("answer", self.by)

    def withdraw(self):
        self.perform("withdraw", actors.APPLICANT)

    def reopen(self):
        self.application.refresh_from_db()
        if self.application.state != Application.State.INFO_REQUESTED:  # it has not lapsed, see there
            self.perform("reopen", actors.APPLICANT)

    def discard(self):
        self.perform("discard", actors.APPLICANT)

    def write_to_office(self):
        language = self.application.language
        talking.write(self.application, text=self.texts.message, language=language, by=self.by, now=self.at)

    # The office -------------------------------------------------------------------------------------------------------

    def take(self):
        self.perform("take", self.team())

    def ask(self):
        foreign = self.application.language != registry.SOURCE.code
        self.perform(
            "ask",
            self.team(),
            sections={"was": QUESTION, "wo-wann": "Ist der Ort schon sicher?"},
            due=timezone.localdate(self.at) + timedelta(days=ANSWER_DAYS),
            translations={"was": self.texts.question} if foreign else {},
        )

    def write_back(self):
        """The applicant's words translated and handled, and an answer that still lacks its translation."""
        message = self.application.messages.filter(from_office=False).last()
        by = self.user("team1")
        if message.language != registry.SOURCE.code:
            text = TEXTS[registry.SOURCE.code].message
            handling.translate(message, translation=text, origin=CaseMessage.Origin.PERSON, by=by, now=self.at)
        handling.handle(message, by=by, now=self.at)
        handling.write_message(self.application, language=registry.SOURCE.code, text=REPLY, by=by, now=self.at)

    def note(self):
        handling.write_note(self.application, text="Beispiel einer Notiz.", by=self.user("team1"), now=self.at)

    def check(self, most=None):
        """Points of the checklist ticked; with all of them also what is flagged, and the summary for a body."""
        by = self.user("team1")
        for row in checklist.rows_of(self.application)[:most]:
            checklist.tick(self.application, row.point.key, fine=True, note="", by=by, now=self.at)
        if most is None:
            for flag in self.application.flags.filter(settled_at__isnull=True):
                handling.settle_flag(
                    flag, note="Angerufen und geklärt (Beispiel).", by=self.user("leitung"), now=self.at
                )
            self.application.refresh_from_db()
            summary = {"summary_de": TEXTS[registry.SOURCE.code].plan, "summary_plain": self.texts.plan}
            handling.change(self.application, by=by, now=self.at, **summary)

    def forward(self):
        """On to the team, or to the body; where it has no meeting to come, the case waits as a real one would."""
        self.application.refresh_from_db()
        if promise.tier_of(self.application).path == "team":
            self.perform("forward_to_team", self.team())
        elif promise.next_meeting(self.application, self.at):
            self.perform("forward_to_body", self.team())

    def propose_refusal(self):
        reason = self.draw.choice(self.maker.reasons)
        self.perform("propose_refusal", self.team(), reason=reason)

    def refuse(self):
        self.perform("refuse", self.team("team2"))

    def read_letter(self):
        letter = self.application.decisions.get(dropped_at__isnull=True).letter
        letters.read(letter, seen=letters.fingerprint(letter), by=self.user("team1"), now=self.at)

    def release(self):
        self.application.refresh_from_db()
        refused = self.application.state == Application.State.INELIGIBLE
        self.perform("release_refusal" if refused else "release_decision", self.team("leitung"))

    def propose(self, result):
        """result: approval of all that is asked for, waitlist for it, or rejection with a reason of merit.

        Where the money does not reach for an approval, it is the waiting list, as it would be for a real case.
        """
        if result == "approval" and self.money_is_short():
            result, self.waits = "waitlist", True
        if result in ("approval", "waitlist"):
            values = {"amount": self.application.revision.requested}
        else:
            values = {"reason": self.draw.choice(self.maker.merit_reasons), "sentence_de": OWN_SENTENCE}
        self.perform(f"propose_{result}", self.team(), **values)

    def next_year(self):
        """Its money shall come from the year after; the case stays where it is."""
        self.application.refresh_from_db()
        self.application = year_moves.move_year(
            self.application, self.maker.next_year, by=self.team(), now=self.at, note="Beispiel"
        )

    def decide(self, name):
        self.perform("waitlist" if self.waits else name, self.team("team2"))

    def money_is_short(self):
        self.application.refresh_from_db()
        return money.refusal(self.application, self.application.revision.requested) is not None

    def activate(self):
        self.perform("activate", self.team(), on=timezone.localdate(self.at), payer="Fachbereich Finanzen (Beispiel)")

    # The body ---------------------------------------------------------------------------------------------------------

    def put_on_agenda(self):
        """On the agenda of today's meeting; where that is held already, the case waits as a real one would."""
        self.application.refresh_from_db()
        body = guards.body_of(self.application)
        meeting = samples_board.meeting_on(body, timezone.localdate(self.maker.now), self.maker.now)
        if self.application.state == Application.State.BOARD_QUEUE and meeting.state in agenda.OPEN:
            samples_board.declare(self.application, body, self.at)
            self.perform("put_on_agenda", self.team(), meeting=meeting)

    def propose_in_board(self):
        """Called, voted on and confirmed in the meeting of today."""
        item = agenda.open_item(self.application)
        if item is None:
            return
        self.at, office = self.maker.now, self.user("team1")
        item = samples_board.take(item.meeting, item, office=office, now=self.at)
        self.confirm(samples_board.record(item, office=office, now=self.at))

    # Members of the board ---------------------------------------------------------------------------------------------

    def members_declare(self):
        """Most are free, one is not sure, and the one whose organisation applies is still to say so."""
        for name, answer in DECLARED.items():
            if holder := SeatHolder.objects.filter(user__username=name, user__is_demo=True).first():
                note = "Ich kenne die Leitung flüchtig (Beispiel)." if answer == "unsure" else ""
                conflicts.declare(self.application, holder, answer=answer, note=note, by=holder.user, now=self.at)

    def members_review(self):
        """Of a case that has reached the board; an example may wait before it, where no meeting is planned."""
        self.application.refresh_from_db()
        if self.application.state != Application.State.BOARD_QUEUE:
            return
        asked = self.application.revision.requested
        for name, (word, comment) in REVIEWS.items():
            if holder := SeatHolder.objects.filter(user__username=name, user__is_demo=True).first():
                amount = asked // 2 if word == "less" else None
                values = {"word": word, "amount": amount, "comment": comment, "seen": self.application.revision_id}
                reviewing.write(self.application, holder, by=holder.user, now=self.at, **values)

    def propose_again(self, kind):
        """kind: reopening or correction, with an invented reason."""
        self.perform(f"propose_{kind}", actors.staff(self.user("leitung"), actors.Part.LEAD), note=REASON_AGAIN)

    def reopen_again(self):
        self.perform("reopen_again", self.team())

    def merge(self):
        """With the running case of the same people, where there is one."""
        same = self.maker.twin_of(self.application)
        if same is not None:
            self.perform("merge", self.team(), into=same, note="Zweimal eingereicht (Beispiel).")
            self.count_as_sent(same)

    # The clock --------------------------------------------------------------------------------------------------------

    def remind(self):
        """Both reminders of the open question, on their days."""
        rules = self.application.rule_set
        for days in (rules.reminder_first_days, rules.reminder_second_days):
            request = self.application.change_requests.get(answered_at__isnull=True, closed_at__isnull=True)
            self.until(request.due - timedelta(days=days))
            clock.remind(request, self.at)
            self.count_as_sent()

    def lapse(self):
        """Ends only where the reminders were written: examples write to nobody outside of a demo."""
        request = self.application.change_requests.get(answered_at__isnull=True, closed_at__isnull=True)
        if request.reminded == 2:
            self.until(request.due + timedelta(days=1))
            self.perform("lapse", actors.CLOCK)

    def expire(self):
        self.application.refresh_from_db()
        self.at = clock.over_at(self.application)
        clock.expire(self.application, self.at)

    def until(self, day):
        """That day, at the same hour."""
        self.at = min(self.at + timedelta(days=(day - timezone.localdate(self.at)).days), self.maker.now)
