"""Deciding as people do it, each at her own desk: the project team, its money, and who must keep away.

What came before a story is prepared (prepared.py); every step of deciding is clicked. Each page on the way is looked
at: what sticks out, and what axe says. The board and the committees are in test_decide_board.py.
"""

import pytest

pytestmark = pytest.mark.browser

EXAMPLES = "?beispiele=1"


def case_page(phone, secret):
    return phone.open(f"/{phone.code}/fonds/antrag/{secret}/")


# A letter in Turkish --------------------------------------------------------------------------------------------------


def when_she_sends_it(phone, secret):
    case_page(phone, secret)
    phone.press(phone.link("Check your answers and send"))
    phone.choose("einverstanden", "ja")
    return phone.press(phone.button("Send the application"))


def when_the_team_checks_it(desk, case):
    """Found on the desk, taken, every point of the list looked at, handed to those who decide."""
    desk.open(f"/admin/fonds/{EXAMPLES}")
    desk.follow(f"/fonds/{case['pk']}/")
    desk.act(case["pk"], "take")
    for finding in desk.page.locator("#content select[name^='is_']").all():
        finding.select_option("yes")
    desk.send_to(f"/fonds/{case['pk']}/pruefliste/")
    return desk.act(case["pk"], "forward_to_team")


def when_it_is_proposed(desk, pk):
    desk.open(f"/admin/fonds/entscheiden/{EXAMPLES}")
    desk.follow(f"/fonds/{pk}/propose_approval/")
    return desk.send()


def when_the_letter_is_read_and_released(reader, releaser, pk):
    reader.open(f"/admin/fonds/briefe/{EXAMPLES}")
    reader.follow(f"/fonds/{pk}/brief-gelesen/")
    reader.send()
    releaser.open(f"/admin/fonds/briefe/{EXAMPLES}")
    releaser.page.locator(f"#content tr:has(a[href*='/fonds/{pk}/']) [name=brief]").check()
    return releaser.send()


def letters_on(phone):
    return phone.page.locator("main a[href*='/brief/']:not([download])").count()


def then_she_reads_it(phone, secret):
    """([(language, does her project's name stand there?)] of the two versions side by side, the code is there)."""
    case_page(phone, secret)
    phone.press(phone.page.locator("main a[href*='/brief/']:not([download])"))
    versions = phone.page.locator("main .pair .prose")
    read = [
        (each.evaluate("element => element.closest('[lang]').lang"), "Birlikte okuyoruz" in each.inner_text())
        for each in versions.all()
    ]
    return read, phone.page.locator("main #echt").count()


def test_a_micro_grant_from_submission_to_the_released_letter_in_turkish(people, stories, books):
    case, phone = stories["letter"], people.phone("tr")
    one, other = people("team1"), people("team2")

    sent = when_she_sends_it(phone, case["secret"])
    when_the_team_checks_it(one, case)
    when_it_is_proposed(one, case["pk"])
    own = one.open(f"/admin/fonds/{case['pk']}/approve/"), one.page.locator("#content form").count()
    other.act(case["pk"], "approve")
    decided = books.state(case["pk"])
    case_page(phone, case["secret"])
    before = letters_on(phone)
    when_the_letter_is_read_and_released(one, other, case["pk"])
    read = then_she_reads_it(phone, case["secret"])

    assert sent == 200
    assert own == (200, 0)
    assert decided == "approved"
    assert before == 0
    assert read == ([("tr", True), ("de", True)], 1)
    assert people.faults == []


# The city's own project -----------------------------------------------------------------------------------------------


def when_the_move_is_forged(desk, pk, name, other):
    """The page of one move is sent to the address of another. Returns the status."""
    desk.open(f"/admin/fonds/{pk}/{name}/")
    desk.page.locator("#content form").first.evaluate(
        "(form, address) => form.setAttribute('action', address)", f"/admin/fonds/{pk}/{other}/"
    )
    return desk.send()


def test_a_project_of_the_city_for_3000_euro_goes_to_the_board_and_never_to_the_project_team(people, stories, books):
    case, desk = stories["city"], people("team1")

    desk.open(f"/admin/fonds/{case['pk']}/")
    offered = [desk.offers(f"/fonds/{case['pk']}/{name}/") for name in ("forward_to_team", "forward_to_body")]
    forged = [
        (when_the_move_is_forged(desk, case["pk"], "forward_to_body", name), books.state(case["pk"]))
        for name in ("forward_to_team", "propose_approval", "approve")
    ]
    desk.act(case["pk"], "forward_to_body")

    assert offered == [False, True]
    # another path of the rule set, then what is not possible in this state at all
    assert forged == [(422, "formal_check"), (409, "formal_check"), (409, "formal_check")]
    assert books.state(case["pk"]) == "board_queue"
    assert people.faults == []


# Money runs out -------------------------------------------------------------------------------------------------------


def when_there_is_no_money_it_is_put_on_the_list(one, other, pk):
    """The page of the yes says what else can be done; the last of its ways out is taken."""
    one.open(f"/admin/fonds/{pk}/")
    one.follow(f"/fonds/{pk}/propose_approval/")
    one.follow(f"/fonds/{pk}/propose_waitlist/")
    one.send()
    return other.act(pk, "waitlist")


def when_the_first_takes_hers_back(phone, secret):
    case_page(phone, secret)
    phone.press(phone.link("Take your application back"))
    return phone.press(phone.button("Yes, take it back"))


def refused(desk, pk, name):
    """Does the page of the case hold this move back?"""
    desk.open(f"/admin/fonds/{pk}/")
    return not desk.offers(f"/fonds/{pk}/{name}/")


def test_money_runs_out_and_a_withdrawal_lets_the_first_of_the_waiting_list_through(people, stories, books):
    first, second, third = (stories["money"][name] for name in ("first", "second", "third"))
    one, other, phone = people("team1"), people("team2"), people.phone("de")

    when_there_is_no_money_it_is_put_on_the_list(one, other, second["pk"])
    waits = books.state(second["pk"]), refused(one, second["pk"], "call_up")
    when_the_first_takes_hers_back(phone, first["secret"])
    one.open(f"/admin/fonds/briefe/{EXAMPLES}")
    told = [one.page.locator(f"#nachruecken-{each['pk']}").count() for each in (second, third)]
    passed_over = refused(one, third["pk"], "call_up")
    one.act(second["pk"], "call_up")
    one.act(second["pk"], "propose_approval")
    other.act(second["pk"], "approve")

    states = [books.state(each["pk"]) for each in (first, second, third)]
    assert waits == ("waitlisted", True)
    assert told == [1, 0]
    assert passed_over is True
    assert states == ["withdrawn", "approved", "waitlisted"]
    assert people.faults == []


# Who must keep away ---------------------------------------------------------------------------------------------------


def when_she_says(desk, pk, answer, **more):
    desk.open(f"/admin/fonds/konflikte/{EXAMPLES}")
    desk.choose(f"antwort-{pk}", answer)
    return desk.send("#content form:has([name=fall]) [type=submit]")


def doors_of(desk, case):
    """Statuses of the pages that would show her the case, and whether the list of proposals does."""
    pages = ("vorschlag/{}/", "{}/", "{}/akte/", "{}/take/")
    found = [desk.open(f"/admin/fonds/{each.format(case['pk'])}") for each in pages]
    desk.open(f"/admin/fund/proposal/{EXAMPLES}&q={case['reference']}")
    return found, desk.page.locator(f"#content a[href*='/vorschlag/{case['pk']}/']").count()


def when_the_chair_settles(desk, pk):
    """The chair says first that she is free herself, then what holds for the other one."""
    when_she_says(desk, pk, "none")
    desk.follow("/konflikte/klaeren/")
    form = "#content section:has(bdi:text-is('Sprachen feiern')) form"
    desk.page.locator(f"{form} [name=gilt][value=conflict]").check()
    desk.page.locator(f"{form} [name=grund]").fill("Sie sitzt für diesen Verein im Gremium (Beispiel).")
    return desk.send(f"{form} [type=submit]")


def test_a_member_whose_organisation_applies_is_stopped_at_the_conflict(people, stories, books):
    case, member, free = stories["own"], people("gremium2"), people("gremium1")

    guessed = doors_of(member, case)
    member.open(f"/admin/fonds/konflikte/{EXAMPLES}")
    warned = member.page.locator(f"#content fieldset:has([name='antwort-{case['pk']}']) dd strong").count()
    when_she_says(member, case["pk"], "none")
    denied = doors_of(member, case)
    when_the_chair_settles(people("vorsitz"), case["pk"])
    settled = doors_of(member, case)
    when_she_says(free, case["pk"], "none")
    other = free.open(f"/admin/fonds/vorschlag/{case['pk']}/")

    shut = ([404, 404, 404, 404], 0)
    assert (guessed, denied, settled) == (shut, shut, shut)
    assert warned == 1
    assert other == 200
    standing = "SELECT standing FROM fund_declaration d JOIN strategy_seatholder h ON h.id = d.holder_id"
    of_member = f"{standing} WHERE d.application_id = ? AND d.superseded_at IS NULL AND h.organisation LIKE ?"
    assert books.one(of_member, case["pk"], "Beispielverein Sprache") == "conflict"
    assert people.faults == []
