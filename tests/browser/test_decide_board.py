"""The board and the committees of the council decide, each person at her own desk; see test_decide.py."""

import datetime

import pytest

from tests.browser.test_decide import EXAMPLES

pytestmark = pytest.mark.browser

ASKED = "30.000,00"


def today():
    return f"{datetime.date.today():%d.%m.%Y}"


# The board ------------------------------------------------------------------------------------------------------------


def when_a_member_declares_and_reviews(desk, case):
    """How many clicks from her declaration to a stored review."""
    desk.open(f"/admin/fonds/konflikte/{EXAMPLES}")
    desk.choose(f"antwort-{case['pk']}", "none")
    desk.send("#content form:has([name=fall]) [type=submit]")
    clicks = [
        lambda: desk.follow("/admin/fund/proposal/"),
        lambda: desk.follow(f"/fonds/vorschlag/{case['pk']}/"),
        lambda: (desk.fill(word="propose", comment="Das fehlt im Stadtteil (Beispiel)."), desk.send()),
    ]
    for click in clicks:
        click()
    return len(clicks)


def when_the_chair_puts_it_on_the_agenda(desk, case):
    desk.open(f"/admin/fonds/tagesordnung/{EXAMPLES}")
    desk.fill(antrag=str(case["pk"]), meeting=str(case["meeting"]), late_papers="Die Sitzung wurde vorgezogen.")
    return desk.send()


def when_the_meeting_comes_to_it(desk, case):
    """It begins, all members are there, and the case is called. Returns the pages' word on the quorum."""
    desk.open(f"/admin/fonds/sitzung/{case['meeting']}/leiten/")
    desk.send_to(f"/sitzung/{case['meeting']}/beginnen/")
    desk.send("#content form:has([name=schritt][value=alle]) [type=submit]")
    desk.follow("/fonds/punkt/")
    desk.send_to("/aufrufen/")
    room = desk.page.locator("#content section[aria-labelledby=raum]")
    return room.locator(".overdue").count() == 0, room.locator("li").count()


def when_the_vote_is_entered(desk, *, outcome, amount="", yes=3, no=0):
    form = "#content form[action$='/eintragen/']"
    for name, value in {"yes": yes, "no": no, "abstain": 4 - yes - no, "amount": amount}.items():
        desk.page.locator(f"{form} [name={name}]").fill(str(value))
    desk.page.locator(f"{form} [name=outcome]").select_option(outcome)
    return desk.send(f"{form} [type=submit]")


def when_the_chair_confirms(desk, case):
    desk.open(f"/admin/fonds/sitzung/{case['meeting']}/leiten/")
    desk.follow("/fonds/punkt/")
    return desk.send_to("/confirm_proposal/")


# Committees of the council --------------------------------------------------------------------------------------------


def when_a_paper_is_filed(desk, case, committees, number):
    """One committee advises, the other one decides; the number comes from the council's office."""
    desk.open(f"/admin/fonds/ausschuss/{EXAMPLES}")
    desk.follow("/ausschuss/neu/")
    desk.fill(title="Anträge an den Innovationsfonds (Beispiel)", text="Das Gremium hat beraten.")
    desk.fill(cases=str(case["pk"]), decides="2")
    for place, body in enumerate(committees, 1):
        desk.fill(**{f"body_{place}": str(body), f"session_{place}": today()})
    desk.send()
    desk.follow("/nummer/")
    desk.fill(number=f"{number}/{datetime.date.today().year}", told_on=today())
    desk.send()
    desk.follow("/einbringen/")
    return desk.send()


def when_a_committee_has_said(desk, filing, **typed):
    """The recorder enters it for the next committee that has said nothing. Returns the status."""
    desk.open(filing)
    desk.follow("/ergebnis/")
    return when_it_is_typed(desk, **typed)


def when_it_is_typed(desk, **typed):
    for name, value in typed.items():
        field = desk.page.locator(f"#content [name^='{name}-']")
        field.select_option(value) if name in ("result", "reason") else field.fill(value)
    return desk.send()


def when_the_lead_confirms(desk, filing):
    desk.open(f"/admin/fonds/ausschuss/{EXAMPLES}")
    desk.open(filing)
    desk.follow("/bestaetigen/")
    return desk.send()


# The stories ----------------------------------------------------------------------------------------------------------


def test_a_project_of_30000_euro_through_the_board_and_two_committees(people, stories, books):
    case = stories["board"]
    team, chair, recorder, lead = (people(name) for name in ("team1", "vorsitz", "ausschuss", "leitung"))

    clicks = when_a_member_declares_and_reviews(people("gremium1"), case)
    when_the_chair_puts_it_on_the_agenda(chair, case)
    room = when_the_meeting_comes_to_it(team, case)
    when_the_vote_is_entered(team, outcome="proposed", amount=ASKED)
    own = team.offers("/confirm_proposal/")
    when_the_chair_confirms(chair, case)
    held = books.state(case["pk"]), in_ledger(books, case, "hold")
    when_a_paper_is_filed(team, case, stories["committees"], "9801")
    filing = team.path
    when_a_committee_has_said(recorder, filing, result="recommended", point="5")
    when_the_lead_confirms(lead, filing)
    when_a_committee_has_said(recorder, filing, result="yes", point="7")
    running = books.state(case["pk"])
    when_the_lead_confirms(lead, filing)

    assert clicks == 3
    assert books.one("SELECT word FROM fund_review WHERE application_id = ?", case["pk"]) == "propose"
    assert room == (True, 3)  # three have declared nothing, so they leave the room
    assert own is False
    assert held == ("committee_queue", 30000)
    assert running == "committee_running"
    assert (books.state(case["pk"]), in_ledger(books, case, "commit")) == ("approved", 30000)
    assert people.faults == []


def in_ledger(books, case, kind):
    """Euro of all entries of this kind for a case."""
    found = books.one(
        "SELECT SUM(amount) FROM fund_ledgerentry WHERE application_id = ? AND kind = ?", case["pk"], kind
    )
    return found / 100 if found else found


def test_where_the_board_says_no_and_the_committee_yes_the_minutes_say_why(people, stories, books):
    case, why = stories["divergence"], "Der Ausschuss hält das Haus für nötig (Beispiel)."
    team, chair, recorder, lead = (people(name) for name in ("team1", "vorsitz", "ausschuss", "leitung"))

    when_the_meeting_comes_to_it(team, case)
    when_the_vote_is_entered(team, outcome="not_proposed", yes=1, no=3)
    when_the_chair_confirms(chair, case)
    when_a_paper_is_filed(team, case, stories["committees"], "9802")
    filing = team.path
    when_a_committee_has_said(recorder, filing, result="not_recommended", point="5")
    when_the_lead_confirms(lead, filing)
    without = when_a_committee_has_said(recorder, filing, result="yes", amount=ASKED, point="9")
    kept = [recorder.page.locator(f"#content [name^='{name}-']").input_value() for name in ("amount", "point")]
    entered = when_it_is_typed(recorder, why_de=why)
    when_the_lead_confirms(lead, filing)

    letter = "SELECT text_de FROM fund_letter l JOIN fund_decision d ON d.id = l.decision_id WHERE d.application_id = ?"
    assert (without, kept, entered) == (422, [ASKED, "9"], 200)
    assert books.state(case["pk"]) == "approved"
    assert why in books.one(letter, case["pk"])
    assert people.faults == []


def when_she_reports_a_conflict_late(desk, case):
    """After the vote, on the page where she had declared none."""
    desk.open(f"/admin/fonds/konflikte/{EXAMPLES}")
    desk.fill(**{f"spaeter-antwort-{case['pk']}": "conflict", f"spaeter-art-{case['pk']}": "job"})
    return desk.send(f"#content form:has([name='spaeter-antwort-{case['pk']}']) [type=submit]")


def test_a_late_conflict_breaks_the_quorum_and_the_case_waits_for_another_meeting(people, stories, books):
    case, team, chair = stories["quorum"], people("team1"), people("vorsitz")

    room = when_the_meeting_comes_to_it(team, case)
    when_the_vote_is_entered(team, outcome="proposed", amount=ASKED)
    chair.open(f"/admin/fonds/punkt/{case['item']}/")
    ready = books.state(case["pk"]), chair.offers("/confirm_proposal/")
    when_she_reports_a_conflict_late(people("gremium4"), case)
    again = people("gremium4").field(f"spaeter-antwort-{case['pk']}").count()
    late = chair.send_to("/confirm_proposal/"), books.state(case["pk"])
    team.open(f"/admin/fonds/tagesordnung/{EXAMPLES}")
    told = team.page.locator("#content section[aria-labelledby=zuletzt] li", has_text=case["reference"]).count()
    waits = team.field("antrag", str(case["pk"])).count()

    assert room == (True, 3)
    assert ready == ("board_meeting", True)
    assert late == (409, "board_queue")
    assert again == 0  # nobody takes a conflict back, so there is nothing left to report
    assert (told, waits) == (1, 1)
    assert in_ledger(books, case, "hold") is None
    assert people.faults == []
