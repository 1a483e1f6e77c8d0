"""What came before the stories of deciding begin, written into the database of a portal that answers.

Runs beside it as a program of its own, with its environment (conftest.py: `stories`), because Playwright keeps the
tests themselves away from a database. Every case gets where it stands through the workflow's door, as an example.
"""

import json
import sys
from datetime import time, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from fund import conflicts, year_moves
from fund.actors import Part, staff
from fund.models import RuleSet
from fund.samples_board import meeting_on
from fund.workflow import perform
from strategy.models import Body, SeatHolder
from strategy.samples import seat_accounts
from tests.fund import factories
from tests.fund.factories import MICRO, PROJECT, create_draft, fresh, team
from wir.accounts.models import User

DAY = timedelta(days=1)
NOW = timezone.now()
TODAY, BEFORE = timezone.localdate(NOW), NOW - 6 * DAY
FIRST = TODAY + 600 * DAY  # of a project: so late that every answer comes before
FREE = ("gremium1", "gremium3", "gremium4", "vorsitz")  # the fewest of seven seats that make a quorum
COMMITTEES = ("internationaler-ausschuss", "verwaltungsausschuss")
SUM = Decimal(1200)  # euro: all there is in the year of the story in which money runs out


@transaction.atomic
def prepare():
    """{story: what the test needs to know of it}."""
    board = RuleSet.objects.in_force(TODAY).tier("project").proposes
    seat_accounts(board, TODAY)
    meeting_on(board, TODAY + 40 * DAY, BEFORE)
    found = {"letter": known(*draft(MICRO, title="Birlikte okuyoruz", language="tr"))}
    meeting = meeting_on(board, TODAY, BEFORE, starts=time(0))  # a body meets once a day; now it has begun at any hour
    found["board"] = known(at_board(large("Haus der Nachbarn"), FREE[1:])) | {"meeting": meeting.pk}
    found["city"] = known(checked(large("Sommer im Rathaus", Decimal(3600), kind="unit")[0]))
    found["divergence"] = on_agenda(large("Werkstatt für alle"), meeting_on(board, TODAY - DAY, BEFORE))
    found["quorum"] = on_agenda(large("Theater am Fluss"), meeting_on(board, TODAY - 2 * DAY, BEFORE))
    found["money"] = waiting_for_money()
    found["own"] = known(at_board(large("Sprachen feiern", organisation="Beispielverein Sprache")))
    found["committees"] = [Body.objects.get(key=key).pk for key in COMMITTEES]
    return found


def known(case, secret=""):
    case = fresh(case)
    return {"pk": case.pk, "reference": case.reference, "secret": secret}


def draft(answers, now=BEFORE, *, language="de", **changed):
    """(a complete draft, its secret)."""
    days = {"starts": FIRST, "ends": FIRST + 30 * DAY}
    return create_draft(now, language=language, sample=True, answers=answers | days | changed)


def large(title, total=Decimal(36000), **changed):
    """A draft on the form for what the project team does not decide; five sixths of its costs are asked for."""
    own = total / 6
    sums = {"total": total, "requested": total - own, "cost_amount-1": total, "own_money": own}
    return draft(PROJECT | sums | {"stone_day-1": FIRST, "title": title} | changed)


def checked(case, now=BEFORE):
    return factories.check(factories.take(factories.submit(case, now), now), now)


def at_board(drafted, free=()):
    """Handed to the board, and these members have said that they are in no conflict."""
    case = perform(checked(drafted[0]), "forward_to_body", by=team(), now=BEFORE)
    for holder in SeatHolder.objects.filter(user__username__in=free).select_related("user", "seat"):
        conflicts.declare(fresh(case), holder, answer="none", by=holder.user, now=BEFORE)
    return case


def on_agenda(drafted, meeting):
    """Of a meeting that has not begun; the chair lets it in though its papers came late."""
    case, by = at_board(drafted, FREE), staff(User.objects.get(username="vorsitz"), Part.CHAIR)
    late = "Die Sitzung wurde vorgezogen (Beispiel)."
    perform(fresh(case), "put_on_agenda", by=by, now=BEFORE, meeting=meeting, late_papers=late)
    return known(case) | {"meeting": meeting.pk, "item": case.items.get().pk}


def waiting_for_money():
    """A year with money for one: it is promised to the first, who does not know it yet; the third waits already."""
    year = factories.create_other_year(TODAY.year + 2, SUM, sample=True)
    cases = {}
    for number, name in enumerate(("first", "second", "third"), 1):
        moment = BEFORE + timedelta(minutes=number)
        case, secret = draft(MICRO, moment, title=f"Nähen im Park {number}")
        case = perform(checked(case, moment), "forward_to_team", by=team(), now=moment)
        cases[name] = year_moves.move_year(fresh(case), year, by=team(), now=moment, note="Beispiel"), secret
    factories.approve(cases["first"][0], BEFORE)
    factories.waitlist(cases["third"][0], BEFORE)
    return {name: known(*each) for name, each in cases.items()}


def main():
    json.dump(prepare(), sys.stdout)
