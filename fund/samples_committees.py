"""Examples of papers to the committees: steps of an example's story (fund/samples.py: Case)."""

from datetime import timedelta

from django.utils import timezone

from fund import actors, agenda, filings, guards, meeting, samples_board
from fund.actors import Part
from fund.models import StepResult
from strategy.models import Body

RECORDER = "ausschuss"
SESSIONS = (timedelta(days=8), timedelta(days=15))  # after the paper is written
FIRST_NUMBER = 9000  # numbers of examples are far above those of real papers


class InCommittees:
    """What happens to an example after the office has checked it, on the way through board and committees."""

    def board(self, outcome):
        """The board talks about it in a meeting: recorded by the office, confirmed by the chair."""
        self.application.refresh_from_db()
        body, days = guards.body_of(self.application), self.application.rule_set.paper_days
        at_table = samples_board.next_open(body, timezone.localdate(self.at) + timedelta(days=days), self.at)
        samples_board.declare(self.application, body, self.at)
        self.perform("put_on_agenda", self.team(), meeting=at_table)
        self.at, office = at_table.starts_at + timedelta(hours=1), self.user("team1")
        item = samples_board.take(at_table, agenda.open_item(self.application), office=office, now=self.at)
        self.confirm(samples_board.record(item, office=office, now=self.at, outcome=outcome))

    def confirm(self, chair):
        """To the committee; where the money does not reach for what the board proposes, the case waits for some."""
        item = meeting.recorded(self.application)
        self.waits = item.is_positive and self.money_is_short()
        self.perform("confirm_no_money" if self.waits else "confirm_proposal", chair)

    def draft_paper(self):
        """A paper with one committee that advises and one that decides, some days after it is filed."""
        self.application.refresh_from_db()
        days = [timezone.localdate(self.at) + each for each in SESSIONS]
        bodies = Body.objects.filter(kind=Body.Kind.COMMITTEE).order_by("pk")[:2]
        steps = [
            {"body": body, "decides": number == 1, "session_on": days[number]} for number, body in enumerate(bodies)
        ]
        self.filing = filings.make(
            title="Beispiel: Antrag an den Innovationsfonds",
            text="Diese Vorlage hat das Portal erfunden, um zu zeigen, wie es arbeitet.",
            cases=[self.application],
            steps=steps,
            sample=True,
            by=self.team(),
            now=self.at,
        )

    def file_paper(self):
        day = timezone.localdate(self.at)
        self.filing.refresh_from_db()
        numbered = filings.give_number(
            self.filing,
            number=f"{FIRST_NUMBER + self.number:04d}/{day.year}",
            supplement="",
            told_on=day,
            by=self.team(),
            now=self.at,
        )
        filings.file(numbered, by=self.team(), now=self.at)

    def committee(self, result):
        """What the deciding committee said, as the recorder enters it; both have met on that day."""
        self.application.refresh_from_db()
        self.filing.refresh_from_db()
        today = timezone.localdate(self.at)
        sessions = dict.fromkeys(self.filing.steps.values_list("pk", flat=True), today)
        filings.move_days(self.filing, sessions=sessions, told_on=self.filing.told_on, by=self.team(), now=self.at)
        step = self.filing.steps.get(decides=True)
        values = {"result": result, "session_on": today, "point": "7"}
        if result in (StepResult.Result.YES, StepResult.Result.CHANGED):
            values["amount"] = self.application.revision.requested
        by = actors.staff(self.user(RECORDER), Part.RECORDER)
        name = "send_back" if result in StepResult.BACK else "record_step"
        self.perform(name, by, step=step, **values)

    def confirm_committee(self):
        self.perform("approve_in_committee", actors.staff(self.user("leitung"), Part.LEAD))
