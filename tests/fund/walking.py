"""A small world of cases for random walks: five applicants, one year with too little money, people of every part.

A step is three numbers, so that a walk that breaks a rule can be told and walked again: which case, which of
everything that could be done with it, and how. What is done may be refused; the world must hold either way.
"""

from datetime import timedelta
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from fund import budget, clock, committees, conflicts, filings, letters, recording, workflow, year_moves
from fund.actors import APPLICANT, CLOCK, Part, staff
from fund.models import Application, CaseItem, Declaration, FundYear, LedgerEntry, RequestedSection
from fund.table import TABLE
from strategy.models import Attendance, Meeting
from tests.fund import factories as make
from wir.lib.workflow import Refused

State = Application.State
CEILING = Decimal("20500")  # for one larger project or several small ones, never for all
LARGE = make.PROJECT | {"requested": Decimal("9000"), "total": Decimal("11000"), "own_money": Decimal("2000")}
UNIT = LARGE | {"kind": "unit", "requested": Decimal("3000"), "total": Decimal("3000"), "own_money": Decimal("0")}
OUTCOMES = ("proposed", "less", "conditions", "not_proposed", "impossible")
RESULTS = ("yes", "changed", "no", "postponed", "referred", "no", "recommended")
FREE_NOTE = "Ein Satz dazu."


class World:
    """now: goes forward only. Every command takes (case, how) and may raise Refused; nothing else."""

    def __init__(self):
        self.now = make.NOON
        self.holders = make.board(7)
        self.year = make.set_ceiling(make.create_year(), CEILING)
        self.other = make.create_other_year(2028, 5_000)
        self.cases = [
            make.create_application(state, answers=answers, title=title, mail=mail)[0].pk
            for state, answers, title, mail in (
                ("team_decision", make.MICRO, "Erstes", "a@example.org"),
                ("board_queue", LARGE, "Zweites", "b@example.org"),
                ("draft", LARGE, "Viertes", "d@example.org"),
            )
        ]
        self.cases += self.proposed_by_the_board()
        self.people = {
            "team1": make.team(), "team2": make.team("team2"), "lead": staff(make.lead().user, Part.LEAD),
            "chair": make.chair(), "deputy": staff(self.holders[1].user, Part.CHAIR),
            "recorder": make.recorder(), "protection": make.protection(), "applicant": APPLICANT, "clock": CLOCK,
        }  # fmt: skip
        self.reasons = {True: make.create_reason(), False: make.create_reason("merit", formal=False)}
        self.goes_into_a_paper(self.case(-1), 0)
        self.cases.append(self.cases[-1])  # twice, so that it is walked as often as two

    def proposed_by_the_board(self):
        """Two projects of the city that wait for their committee, with their money held: few walks come as far by
        chance. The second one is filed as soon as the people are there."""
        named = (("Drittes", "c@example.org"), ("Fünftes", "e@example.org"))
        cases = [
            make.create_application("board_queue", answers=UNIT, title=title, mail=mail)[0] for title, mail in named
        ]
        items = [make.put_on_agenda(case, holders=self.holders) for case in cases]
        make.begin_meeting(items[0].meeting)
        for case, item in zip(cases, items, strict=True):
            make.record(recording.item_with(item.pk), tally=(5, 1, 1))
            make.confirm(case)
        self.now = make.EVENING + timedelta(hours=1)
        return [case.pk for case in cases]

    def case(self, number):
        return Application.objects.get(pk=self.cases[number % len(self.cases)])

    # What can be done -------------------------------------------------------------------------------------------------

    def step(self, number, what, how):
        """Do one thing; True where it was done. What people did before a refused button goes with the savepoint; that
        the refusal itself leaves nothing is looked at around the door (moving), where no savepoint hides it."""
        case = self.case(number)
        possible = self.possible(case)
        command = possible[what % len(possible)]
        try:
            with transaction.atomic():
                command(case, how)
        except (Refused, PermissionDenied):
            return False
        return True

    def possible(self, case):
        """Everything the table has for this state, by everybody, and what is done beside moves; then some that it has
        not, so that refusals are walked too."""
        found = [
            self.moving(move.name, by)
            for by in self.people.values()
            for move in workflow.moves_for(case, by)
            if move.name not in ("file_paper", "record_step", "send_back")
        ]
        found += [
            self.moving(TABLE[(case.version * 7 + each) % len(TABLE)].name, self.people["team1"]) for each in (1, 5)
        ]
        beside = [self.time_passes, self.money_comes_or_goes, self.goes_to_another_year]
        beside += [self.office_declares]
        beside += {
            State.BOARD_QUEUE: [*[self.goes_on_the_agenda] * 3, self.everybody_declares, self.somebody_has_a_conflict],
            State.BOARD_MEETING: [*[self.is_voted_on] * 4, self.somebody_has_a_conflict],
            State.COMMITTEE_QUEUE: [*[self.goes_into_a_paper] * 3, self.somebody_has_a_conflict],
            State.COMMITTEE_RUNNING: [self.committee_says] * 2 + [self.committee_goes_on] * 8,
        }.get(case.state, [])
        return [*beside, *found]

    def moving(self, name, by):
        def move(case, how):
            values = {} if how == 0 else self.values(case, name, how)
            if how:
                self.prepare(case, name)
            self.trying(workflow.perform, make.fresh(case), name, by=by, now=self.now, **values)

        return move

    def trying(self, act, *args, **values):
        """What a verb of the fund does; where it refuses, it leaves nothing, and no savepoint of a walk hides it."""
        before, booked = make.rows(), LedgerEntry.objects.count()
        try:
            done = act(*args, **values)
            if act is workflow.perform and LedgerEntry.objects.count() > booked:
                assert workflow.MOVES[args[1]].money, f"{args[1]} books money and did not wait for its year."
            return done
        except (Refused, PermissionDenied):
            assert make.rows() == before, (act.__name__, args, values)
            raise

    def prepare(self, case, name):
        """What people do before the button: tick, read, answer. It changes no state."""
        if name.startswith("forward"):
            make.check(case, self.now)
            make.plan_meeting(timezone.localdate(self.now) + timedelta(days=30))
        if name.startswith("release") and case.decisions.filter(dropped_at=None, letter__isnull=False).exists():
            if case.decisions.get(dropped_at=None).letter.released_at is None:
                self.reads(case.decisions.get(dropped_at=None).letter)
        if name == "answer":
            RequestedSection.objects.filter(request__application=case).update(touched_at=self.now)

    def reads(self, letter):
        """Somebody else than who drafted it."""
        people = (self.people["team1"].user, self.people["team2"].user)
        reader = next(each for each in people if each.pk != letter.drafted_by_id)
        letters.read(letter, seen=letters.fingerprint(letter), by=reader, now=self.now)

    def values(self, case, name, how):
        today, requested = timezone.localdate(self.now), case.revision.requested if case.revision else Decimal("100")
        amount = (requested, requested / 2, requested + 1, requested / 3)[how % 4].quantize(Decimal("0.01"))
        words = {"sentence_de": FREE_NOTE, "note": FREE_NOTE}
        asked = {"sections": {"was": "Was genau?"}, "due": today + timedelta(days=21)}
        into, said = self.case(how), {"result": self.unconfirmed(case)}
        found = {
            "submit": {"consent": True},
            "ask": asked, "extend": {"due": today + timedelta(days=40)}, "ask_in_board": asked,
            "propose_refusal": {"reason": self.reasons[True]} | words,
            "propose_approval": {"amount": amount} | words, "propose_waitlist": {"amount": amount} | words,
            "propose_rejection": {"reason": self.reasons[False]} | words,
            "activate": {"on": today, "payer": "Fachbereich"}, "close": {"on": today},
            "put_on_agenda": {"meeting": make.plan_meeting(today + timedelta(days=14))},
            "extend_hold": {"until": today + timedelta(days=200), "note": FREE_NOTE},
            "accept": {"signer": "Elif Kaya", "function": "Vorstand", "payee": "Verein", "on": today,
                       "iban": "DE89370400440532013000"},
            "confirm_step": said, "drop_step": said | words,
            "merge": {"into": into, "agreed": "am Telefon"},
        }  # fmt: skip
        return found.get(name, {"on": today} | words)

    # Beside the moves: what the body, the committees, the office and the clock do -------------------------------------

    def time_passes(self, case, how):
        self.now += timedelta(days=(1, 8, 30, 60)[how % 4])
        clock.run(self.now)

    def money_comes_or_goes(self, case, how):
        verb = budget.allocate if how % 2 else budget.reduce
        self.trying(verb, make.fresh(self.year), Decimal("1500"), source="Beschluss", by=None, now=self.now)

    def goes_to_another_year(self, case, how):
        to = self.other if how % 2 else self.year
        year, by = FundYear.objects.get(pk=to.pk), self.people["team1"]
        self.trying(year_moves.move_year, make.fresh(case), year, by=by, now=self.now)

    def declares(self, case, who, answer, by):
        """At a moment of its own, so that it is before or after everything else."""
        self.now += timedelta(minutes=1)
        kind = "job" if answer == "conflict" else ""
        self.trying(conflicts.declare, case, who, answer=answer, kind=kind, by=by, now=self.now)
        self.now += timedelta(minutes=1)

    def somebody_has_a_conflict(self, case, how):
        holder = self.holders[how % len(self.holders)]
        self.declares(case, holder, "conflict" if how % 3 == 0 else "none", holder.user or self.office)

    def office_declares(self, case, how):
        """Mostly who is not needed for everything else here."""
        if how % 7 > 4:
            self.something_is_settled(case, how)
            return
        name, answer = (
            ("team2", "conflict"), ("team1", "none"), ("recorder", "none"), ("lead", "conflict"), ("team2", "unsure"),
        )[how % 7]  # fmt: skip
        self.declares(case, self.people[name].user, answer, self.people[name].user)

    def something_is_settled(self, case, how):
        waiting = Declaration.objects.in_force().filter(application=case, standing="open").order_by("pk").first()
        if waiting is not None:
            by = self.people[("lead", "chair", "deputy", "team1")[how % 4]].user
            self.trying(conflicts.settle, waiting, standing="free", why="Nachgefragt", by=by, now=self.now)

    def everybody_declares(self, case, how):
        for holder in self.holders:
            if not Declaration.objects.in_force().filter(application=case, holder=holder).exists():
                by = holder.user or self.office
                self.trying(conflicts.declare, case, holder, answer="none", by=by, now=self.now)

    def goes_on_the_agenda(self, case, how):
        self.everybody_declares(case, how)
        meeting = make.plan_meeting(timezone.localdate(self.now) + timedelta(days=14))
        values = {"by": self.people["team1"], "now": self.now, "meeting": meeting}
        self.trying(workflow.perform, make.fresh(case), "put_on_agenda", **values)

    def is_voted_on(self, case, how):
        item = CaseItem.objects.open().filter(application=case).first()
        if item is None:
            return
        meeting = Meeting.objects.get(pk=item.meeting_id)
        self.now = max(self.now, meeting.starts_at + timedelta(minutes=30))
        if meeting.state != Meeting.State.HELD:
            make.begin_meeting(meeting, now=self.now)
        outcome = OUTCOMES[how % len(OUTCOMES)]
        positive = outcome in CaseItem.POSITIVE
        values = {"yes": None, "no": None, "abstain": None}
        present = Attendance.objects.filter(minutes__meeting=meeting, presence="present").count()
        free = Declaration.objects.free().filter(application=case, holder__in=self.holders).count()
        if outcome != "impossible":
            voters = min(present, free)
            values = {"yes": voters, "no": 0, "abstain": 0} if positive else {"yes": 0, "no": voters, "abstain": 0}
        requested = case.revision.requested
        amount = {"proposed": requested, "conditions": requested, "less": (requested / 2).quantize(Decimal("1.00"))}
        if item.called_at is None:
            self.trying(recording.call, item, by=self.office, now=self.now, seen=case.version)
        self.trying(
            recording.record, make.fresh(item), by=self.office, now=self.now, seen=make.version(case), outcome=outcome,
            amount=amount.get(outcome), conditions_de=FREE_NOTE if outcome in ("less", "conditions") else "",
            reason=None if positive else self.reasons[False], **values,
        )  # fmt: skip

    def goes_into_a_paper(self, case, how):
        day = timezone.localdate(self.now)
        self.papers = getattr(self, "papers", 0) + 1
        steps = [
            {"body": make.council("internationaler-ausschuss"), "decides": False, "session_on": day},
            {"body": make.council(), "decides": True, "session_on": day + timedelta(days=1)},
        ]
        by = self.people["team1"]
        paper = {"title": "Vorlage", "text": "", "cases": [case], "steps": steps, "sample": False}
        filing = self.trying(filings.make, **paper, by=by, now=self.now)
        number = {"number": f"{self.papers:04}/{day.year}", "supplement": "", "told_on": day}
        filing = self.trying(filings.give_number, make.fresh(filing), by=by, now=self.now, **number)
        self.trying(filings.file, make.fresh(filing), by=by, now=self.now)
        self.now += timedelta(days=2)

    def committee_says(self, case, how):
        place = case.filings.filter(ended_at=None).first()
        if place is None:
            return
        result = RESULTS[how % len(RESULTS)]
        step = place.filing.steps.get(decides=result != "recommended")
        requested = case.revision.requested
        values = {"step": step, "session_on": step.session_on, "point": "3", "why_de": FREE_NOTE, "result": result}
        if result in ("yes", "changed"):
            values["amount"] = requested if result == "yes" else (requested / 2).quantize(Decimal("1.00"))
        if result == "no":
            values["reason"] = self.reasons[False]
        name = "send_back" if result in ("postponed", "referred") else "record_step"
        self.trying(workflow.perform, make.fresh(case), name, by=self.people["recorder"], now=self.now, **values)

    def committee_goes_on(self, case, how):
        """What was said is confirmed, the advice before the decision; where nothing was said, it is now."""
        result, name = self.unconfirmed(case), "confirm_step"
        if result is None:
            self.committee_says(case, how)
            return
        if result.step.decides:
            name = "reject_in_committee" if result.result == "no" else "approve_in_committee"
        self.moving(name, self.people["lead"])(case, how)

    def unconfirmed(self, case):
        """The first result of a committee that nobody has confirmed, None where there is none."""
        place = committees.place_of(case)
        return next(iter(committees.waiting(place)), None) if place else None

    @property
    def office(self):
        return self.people["team1"].user
