"""Who works in the office and sits in the body too, or chairs it, reads of a case what she may; by real requests."""

import io
from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from fund import circular, standing
from fund.desk.access import closed_to
from fund.models import Application, CaseFile, Flag, Letter
from fund.workflow import perform
from strategy.models import SeatHolder
from tests.fund.factories import (
    PROJECT,
    begin_meeting,
    board,
    chair,
    check,
    create_application,
    create_draft,
    create_rules,
    create_waiting,
    declare,
    for_committee,
    forward,
    fresh,
    has_money,
    plan_meeting,
    propose,
    put_on_agenda,
    rows,
    said,
    seat,
    stands,
    step_of,
    submit,
    take,
    team,
    team_with_meetings,
)
from tests.fund.letters import decided
from tests.fund.test_committee_desk import YESTERDAY, filed
from tests.fund.test_desk import at, message_of
from tests.fund.test_file_pages import keep
from tests.strategy.meetings import create_meeting, lay
from wir.accounts.models import AuditEntry
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
BEFORE = NOW - timedelta(days=20)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILE_STORE = tmp_path / "files"


def soon():
    first = TODAY + timedelta(days=400)
    return {"starts": first, "ends": first + timedelta(days=30), "stone_day-1": first}


def at_board(**values):
    return has_money(create_application("board_queue", BEFORE, **{"answers": PROJECT | soon()} | values)[0])


# The office -----------------------------------------------------------------------------------------------------------


def answers(client, *addresses):
    found = [client.get(each) for each in addresses]
    for each in found:
        each.getvalue()  # what is streamed is read to its end
    return [each.status_code for each in found]


def test_staff_who_sit_in_the_body_read_a_case_only_after_declaring(signed_in):
    """Its page, its bundle and its buttons; for colleagues without a seat nothing changes."""
    holder, case = seat("team1", 72), at_board()
    pages = [reverse(f"admin:fund_{name}", args=[case.pk]) for name in ("case", "bundle")]
    pages.append(reverse("admin:fund_act", args=[case.pk, "notiz"]))

    silent = answers(signed_in("team1"), *pages)
    colleague = answers(signed_in("team2"), *pages)
    declare(case, holder)
    free = answers(signed_in("team1"), *pages)
    declare(case, holder, "conflict")
    bound = answers(signed_in("team1"), *pages)

    assert (silent, colleague, free, bound) == ([404] * 3, [200] * 3, [200] * 3, [404] * 3)


def test_so_it_is_with_its_files(signed_in):
    draft = create_draft(BEFORE, answers=PROJECT | soon())[0]
    file = keep(draft, scan=CaseFile.Scan.CLEAN)
    holder, case = seat("team1", 72), forward(check(take(submit(draft, BEFORE), BEFORE), BEFORE), BEFORE)
    page = reverse("admin:fund_file", args=[file.pk])

    silent, colleague = answers(signed_in("team1"), page), answers(signed_in("team2"), page)
    declare(case, holder)
    free = answers(signed_in("team1"), page)
    declare(case, holder, "conflict")

    assert (silent, colleague, free, answers(signed_in("team1"), page)) == ([404], [200], [200], [404])


def test_so_it_is_with_its_letters(signed_in):
    """The list of letters, and the PDF; who opened it stands in the log."""
    holder, case = seat("team1", 72), decided("approved", maker="committee", now=BEFORE, answers=PROJECT | soon())[0]
    letter = Letter.objects.get(decision__application=case)
    page, paper = reverse("admin:fund_letters"), reverse("admin:fund_letter_pdf", args=[case.pk, letter.pk])

    def opened(name):
        client = signed_in(name)
        return case.reference in client.get(page).content.decode(), *answers(client, paper)

    silent, colleague = opened("team1"), opened("team2")
    stands(case, holder, "free", BEFORE)
    free = opened("team1")
    stands(case, holder, "conflict", BEFORE)

    assert (silent, colleague, free, opened("team1")) == ((False, 404), (True, 200), (True, 200), (False, 404))
    read = AuditEntry.objects.filter(reference=case.reference, detail="Brief").values_list("by__username", flat=True)
    assert sorted(read) == ["team1", "team2"]


# The chair ------------------------------------------------------------------------------------------------------------


def chair_stands(case, standing):
    stands(case, chair_holder(), standing, BEFORE)


def chair_holder():
    return SeatHolder.objects.get(user__username="vorsitz")


def told(client, address, *words):
    """Which of the words stand on the page."""
    text = client.get(address).content.decode()
    return [word in text for word in words]


AMOUNT = "16.000"


def test_a_chair_in_conflict_reads_no_amount_of_what_waits_for_the_agenda(signed_in):
    case, holders = at_board(), board()
    for holder in holders:
        stands(case, holder, "free", BEFORE)
    page = reverse("admin:fund_agenda")

    free = told(signed_in("vorsitz"), page, case.reference, AMOUNT)
    chair_stands(case, "conflict")

    assert (free, told(signed_in("vorsitz"), page, case.reference, AMOUNT)) == ([True, True], [True, False])
    assert told(signed_in("team1"), page, case.reference, AMOUNT) == [True, True]


def test_a_chair_in_conflict_reads_no_result_in_the_agenda_of_the_meeting_she_leads(signed_in):
    case, body = at_board(), create_rules().tier("project").proposes
    item = put_on_agenda(case, create_meeting(body, TODAY, starts=time(0), ends=None), BEFORE)
    client, page = signed_in("team1"), reverse("admin:fund_meeting_lead", args=[item.meeting_id])
    client.post(reverse("admin:fund_meeting_begin", args=[item.meeting_id]))
    client.post(reverse("admin:fund_meeting_attend", args=[item.meeting_id]), {"schritt": "alle"})
    step = {"version": fresh(case).version}
    client.post(reverse("admin:fund_meeting_step", args=[item.pk, "aufrufen"]), step)
    tally = {"yes": "6", "no": "2", "abstain": "2", "outcome": "proposed", "amount": "16.000,00"}
    step = {"version": fresh(case).version}
    entered = client.post(reverse("admin:fund_meeting_step", args=[item.pk, "eintragen"]), step | tally)
    words = (case.revision.title, AMOUNT, fresh(item).get_outcome_display())

    free = told(signed_in("vorsitz"), page, *words)
    chair_stands(case, "conflict")

    assert entered.status_code == 302
    assert (free, told(signed_in("vorsitz"), page, *words)) == ([True] * 3, [True, False, False])


def test_a_chair_in_conflict_reads_no_tally_of_a_vote_without_a_meeting(signed_in):
    create_rules(circular_vote=True)
    case, holders = at_board(), board(6)
    for holder in holders:
        stands(case, holder, "free", BEFORE)
    end = NOW + timedelta(days=1)
    vote = circular.open_vote(
        create_rules().tier("project").proposes, [case], reason="Die Sitzung fällt aus.", closes_at=end,
        by=team_with_meetings(), now=BEFORE,
    )  # fmt: skip
    item = vote.case_items.select_related("vote").get()
    for holder, choice in zip(holders[2:], ("yes", "yes", "no", "yes"), strict=True):
        circular.cast(item, choice, user=holder.user, now=NOW)
    type(vote).objects.filter(pk=vote.pk).update(closes_at=NOW)
    circular.close(fresh(vote), by=team_with_meetings(), now=NOW)
    page, words = reverse("admin:fund_vote", args=[vote.pk]), (case.revision.title, "3 Ja", "1 Nein")

    free = told(signed_in("vorsitz"), page, *words)
    chair_stands(case, "conflict")

    assert (free, told(signed_in("vorsitz"), page, *words)) == ([True] * 3, [True, False, False])


# Lists, exports and sums of the office --------------------------------------------------------------------------------


def as_she_declares(signed_in, case, read, name="team1", colleague="team2"):
    """What somebody with a seat in the body reads: (silent, free, in conflict), and a colleague without one."""
    holder = seat(name, 72)
    silent, other = read(signed_in(name)), read(signed_in(colleague))
    stands(case, holder, "free", BEFORE)
    free = read(signed_in(name))
    stands(case, holder, "conflict", BEFORE)
    return (silent, free, read(signed_in(name))), other


def kept(closed, full):
    """What `as_she_declares` gives where a page keeps everything from her until she is free."""
    return (closed, full, closed), full


def given(client, address, *words):
    """The same of a table that is taken along."""
    text = client.get(address).getvalue().decode()
    return [word in text for word in words]


def test_the_list_of_decisions_and_its_exports_leave_her_case_out(signed_in):
    case = decided("approved", maker="committee", now=BEFORE, answers=PROJECT | soon())[0]
    page, table = reverse("admin:fund_decision_changelist"), reverse("admin:fund_decision_csv")
    xlsx = reverse("admin:fund_decision_xlsx")

    def read(client):
        sheet = cells_of(client.get(xlsx).getvalue())
        return told(client, page, case.reference, AMOUNT), given(client, table, case.reference), case.reference in sheet

    full = ([True, True], [True], True)
    assert as_she_declares(signed_in, case, read) == kept(([False, False], [False], False), full)


def cells_of(content):
    rows_of = load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(values_only=True)
    return {cell for row in rows_of for cell in row}


def test_so_do_the_list_of_applications_and_its_exports(signed_in):
    """Also where the list is narrowed to a state, or searched for the case: the row would tell by being there."""
    case = at_board()
    page, table = reverse("admin:fund_application_changelist"), reverse("admin:fund_application_csv")
    narrowed = (f"{page}?stand=board_queue", f"{page}?q={case.reference}")

    def read(client):
        row = reverse("admin:fund_case", args=[case.pk])
        lists = [told(client, each, row) for each in (page, *narrowed)]
        return lists, given(client, table, case.reference, "16000")

    assert as_she_declares(signed_in, case, read) == kept(([[False]] * 3, [False] * 2), ([[True]] * 3, [True] * 2))


def test_so_does_the_desk_with_its_lists_its_deadlines_and_its_search(signed_in):
    case = decided("approved", maker="committee", now=BEFORE, answers=PROJECT | soon())[0]
    page, index = reverse("admin:fund_desk"), reverse("admin:index")

    def read(client):
        desk = client.get(page).context
        due = [each.reference for each in desk["deadlines"]]
        rows_of = [
            each.application_id for found in desk["lists"] if found.key == "entscheidungen" for each in found.rows
        ]
        found = [each.pk for each in desk["page"]]
        return case.reference in due, case.pk in rows_of, case.pk in found, told(client, index, case.reference)

    full = (True, True, True, [True])
    assert as_she_declares(signed_in, case, read) == kept((False, False, False, [False]), full)


def test_on_the_page_for_choosing_she_reads_what_the_gate_shows_and_ticks_nothing(signed_in):
    """The sum of one ticked case would be its amount."""
    case = at_board()
    page = reverse("admin:fund_board_basket")

    def read(client):
        shown = client.get(page, {"antrag": case.pk})
        return [each.pk for each in shown.context["chosen"]], told(client, page, case.revision.title, AMOUNT)

    assert as_she_declares(signed_in, case, read) == kept(([], [True, False]), ([case.pk], [True, True]))


def test_so_it_is_where_the_team_decides_on_a_case_that_deputies_were_given(signed_in):
    case = has_money(create_application("team_decision", BEFORE)[0])
    propose(case, "approval", BEFORE)
    body = create_rules().tier("project").proposes
    Application.objects.filter(pk=case.pk).update(body=body)
    page = reverse("admin:fund_team_decisions")

    def read(client):
        shown = client.get(page, {"antrag": case.pk})
        counted = [each.count for each in shown.context["sums"]]
        return counted, told(client, page, case.revision.title, "1.200", at("jahr", case))

    assert as_she_declares(signed_in, case, read) == kept(([], [True, False, False]), ([1], [True, True, True]))


def test_a_waiting_list_does_not_name_her_case_and_keeps_the_places_of_the_others(signed_in):
    first, second = (create_waiting(now=BEFORE + timedelta(days=day)) for day in range(2))
    has_money(first)
    holder = seat("team1", 72)
    stands(second, holder, "free", BEFORE)
    pages = [reverse("admin:fund_team_decisions"), reverse("admin:fund_money")]
    pages.append(reverse("admin:fund_money_year", args=[first.year.year]))

    def read(client):
        found = [client.get(each).context for each in pages]
        queues = [[(place, case.pk) for place, case in each["queue"]] for each in found]
        back = [[case.pk for case in each["back"]] for each in found[1:]]
        next_up = [case.pk for case in client.get(reverse("admin:fund_letters")).context["next_up"]]
        return queues, back, next_up, {each["unmet"] for each in found[1:]}

    silent, colleague = read(signed_in("team1")), read(signed_in("team2"))
    stands(first, holder, "free", BEFORE)
    free = read(signed_in("team1"))

    sums = {Decimal("32000")}
    assert silent == ([[(2, second.pk)]] * 3, [[], []], [], sums)
    everything = ([[(1, first.pk), (2, second.pk)]] * 3, [[first.pk]] * 2, [first.pk], sums)
    assert (free, colleague) == (everything, everything)


def test_money_that_is_held_for_her_case_is_held_for_nobody_she_knows(signed_in):
    """The list of holds leaves it out; the rows of the books stay, so that they add up, and name no case."""
    case = for_committee(now=BEFORE)
    Application.objects.filter(pk=case.pk).update(hold_until=TODAY + timedelta(days=9))
    year = [case.year.year]
    books, table = reverse("admin:fund_ledger", args=year), reverse("admin:fund_ledger_csv", args=year)

    def read(client):
        holds = [[each.pk for each in client.get(page).context["holds"]] for page in money_pages(year)]
        rows_of = client.get(books).context["page"].paginator.count
        searched = client.get(books, {"q": case.reference}).context["page"].paginator.count
        lines = len(client.get(table).getvalue().splitlines())
        looked_for = given(client, f"{table}?q={case.reference}", "16000")
        rows_told = told(client, books, case.reference, AMOUNT), given(client, table, case.reference, "16000")
        return holds, (rows_of, lines), searched, looked_for, rows_told

    hidden = ([[], []], (2, 3), 0, [False], ([False, True], [False, True]))
    full = ([[case.pk]] * 2, (2, 3), 1, [True], ([True, True], [True, True]))
    assert as_she_declares(signed_in, case, read) == kept(hidden, full)


def money_pages(year):
    return reverse("admin:fund_money"), reverse("admin:fund_money_year", args=year)


# Papers to the committees ---------------------------------------------------------------------------------------------


WHY, TASK = "Der Plan für den Hof fehlt noch.", "Den Plan noch einmal ansehen"


def put_off():
    """A case that its body put off ten days ago; the minutes of that evening are laid before the members."""
    case, meeting = at_board(), plan_meeting(TODAY - timedelta(days=10))
    evening = meeting.starts_at
    put_on_agenda(case, meeting, BEFORE)
    begin_meeting(meeting, now=evening)
    perform(fresh(case), "defer", by=chair(), now=evening, note=WHY)
    meeting.items.get().follow_ups.create(task=TASK)
    return case, lay(meeting.minutes.get())


@pytest.mark.parametrize("page", ["minutes_read", "strategy_minutes_change"])
def test_in_the_minutes_she_reads_no_word_of_what_came_of_her_case(signed_in, page):
    case, minutes = put_off()
    address = reverse(f"admin:{page}", args=[minutes.pk])

    read = as_she_declares(signed_in, case, lambda client: told(client, address, WHY, TASK))

    assert read == kept([False] * 2, [True, page == "minutes_read"])


def test_nor_on_the_desk_of_the_body_and_the_page_of_the_topic_what_is_to_follow(signed_in):
    case, minutes = put_off()
    desk = reverse("admin:board_desk") + f"?gremium={minutes.meeting.body.key}"
    topic = reverse("admin:strategy_agendaitem_change", args=[minutes.entries.get().item_id])

    read = as_she_declares(signed_in, case, lambda client: told(client, desk, TASK) + told(client, topic, TASK))

    assert read == kept([False] * 2, [True] * 2)


def test_nor_does_a_member_about_whom_something_came_to_light_since(signed_in):
    case, minutes = put_off()
    page, desk = reverse("admin:minutes_read", args=[minutes.pk]), reverse("admin:board_desk")

    def read(name):
        return told(signed_in(name), page, WHY, TASK) + told(signed_in(name), desk, TASK)

    before = read("gremium1")
    SeatHolder.objects.filter(user__username="gremium1").update(organisation=case.revision.applicant)

    assert (before, read("gremium1"), read("gremium2")) == ([True] * 3, [False] * 3, [True] * 3)


def test_nor_what_is_written_to_its_applicant(signed_in):
    """In the outbox: the list, the message, its page, its buttons and the paper to print."""
    case = at_board(mail=None, post="Weg 7\n30167 Hannover")
    message = Message.objects.get(about_id=case.pk, kind="application_received")
    listed, printed = reverse("admin:outbox_message_changelist"), reverse("admin:print_letters")
    pages = [
        reverse("admin:outbox_message_change", args=[message.pk]),
        reverse("admin:message_page", args=[message.pk]),
        reverse("admin:message_move", args=[message.pk, "tick_off"]),
    ]

    def opened(client):
        paper = told(client, f"{printed}?briefe={message.pk}", "Weg 7")
        return told(client, listed, case.revision.person) + paper + [client.get(each).status_code for each in pages]

    closed, full = [False, False, 302, 404, 404], [True, True, 200, 200, 200]
    assert as_she_declares(signed_in, case, opened) == kept(closed, full)


def test_whoever_makes_papers_reads_no_amount_of_a_case_of_her_body(signed_in):
    """On the desk of the committees, and in the choices of a new paper."""
    case = for_committee(now=BEFORE)
    desk, new = reverse("admin:fund_committee_desk"), reverse("admin:fund_filing_new")

    def read(client):
        return [told(client, page, case.revision.title, AMOUNT) for page in (desk, new)]

    for name in ("team1", "ausschuss"):
        silent, free, bound = as_she_declares(signed_in, case, read, name)[0]
        assert (silent, free, bound) == ([[True, False]] * 2, [[True, True]] * 2, [[True, False]] * 2)
        SeatHolder.objects.filter(user__username=name).update(valid_until=TODAY - timedelta(days=1))


def result_of(case):
    """A paper whose deciding committee has said yes to its case."""
    filing = filed(case)
    return filing, said(case, now=NOW, session_on=YESTERDAY)


@pytest.mark.parametrize("name", ["leitung", "ausschuss"])
def test_she_reads_no_result_in_its_paper_and_not_the_paper_itself(signed_in, name):
    case = for_committee(now=BEFORE)
    filing, result = result_of(case)
    page = reverse("admin:fund_filing", args=[filing.pk])
    papers = [reverse(f"admin:fund_filing_{each}", args=[filing.pk]) for each in ("paper", "pdf")]
    words = (case.revision.title, case.revision.applicant, AMOUNT, result.get_result_display(), papers[0])

    def read(client):
        return told(client, page, *words), answers(client, *papers)

    hidden, full = ([True, True, False, False, False], [404, 404]), ([True] * 5, [200, 200])
    assert as_she_declares(signed_in, case, read, name, "team2") == kept(hidden, full)


def test_a_lead_with_a_seat_neither_reads_nor_confirms_what_a_committee_said(signed_in):
    case = for_committee(now=BEFORE)
    result = result_of(case)[1]
    desk = reverse("admin:fund_committee_desk")
    confirming = [reverse("admin:fund_step_result", args=[result.pk, each]) for each in ("bestaetigen", "verwerfen")]

    def read(client):
        waits = [each.pk for each in client.get(desk).context["to_confirm"]]
        return waits, answers(client, *confirming)

    silent, free, bound = as_she_declares(signed_in, case, read, "leitung")[0]

    assert (silent, free, bound) == (([], [404] * 2), ([result.pk], [200] * 2), ([], [404] * 2))


def test_what_a_committee_decided_is_not_hers_to_tell(signed_in):
    case = decided("approved", maker="committee", now=BEFORE, answers=PROJECT | soon())[0]
    desk = reverse("admin:fund_committee_desk")

    def read(client):
        return [each.application_id for each in client.get(desk).context["to_tell"]]

    assert as_she_declares(signed_in, case, read) == kept([], [case.pk])


def test_a_recorder_with_a_seat_enters_nothing_of_the_case_and_is_told_why(signed_in):
    case = for_committee(now=BEFORE)
    filing = filed(case)
    page = reverse("admin:fund_filing_results", args=[filing.pk, step_of(filing).pk])
    holder = seat("ausschuss", 72)

    def read(client):
        return told(client, page, case.revision.title, AMOUNT, standing.SAID["undeclared"], standing.SAID["conflict"])

    silent = read(signed_in("ausschuss"))
    stands(case, holder, "free", BEFORE)
    free = read(signed_in("ausschuss"))
    stands(case, holder, "conflict", BEFORE)

    assert silent == [True, False, True, False]
    assert (free, read(signed_in("ausschuss"))) == ([True, True, False, False], [True, False, False, True])


# What it costs --------------------------------------------------------------------------------------------------------


def test_to_know_what_is_closed_costs_one_statement_and_with_a_seat_a_fixed_number(django_assert_num_queries):
    seat("team1", 72)
    holder = SeatHolder.objects.get(user__username="team1")
    stands(at_board(), holder, "free", BEFORE)

    def statements():
        with CaptureQueriesContext(connection) as found:
            closed = closed_to(holder.user)
        return len(found), len(closed)

    one = statements()
    stands(at_board(), holder, "free", BEFORE)
    at_board()
    three = statements()

    assert (one[0] == three[0], one[1], three[1]) == (True, 0, 1)
    colleague = team("team2").user
    with django_assert_num_queries(1):
        assert closed_to(colleague) == frozenset()


# What somebody in conflict does beside the moves ----------------------------------------------------------------------

SIDE_DOORS = {
    "nachricht": {"language": "de", "text": "Wir melden uns bald."},
    "uebersetzen": {"translation": "Hallo zusammen", "origin": "person"},
    "bearbeitet": {},
    "hinweis": {"note": "Beides ist geprüft."},
    "kurzfassung": {"summary_de": "Ein Jahr kochen."},
    "pruefliste": {"is_costs": "yes", "initial-is_costs": "", "note_costs": "Stimmt so."},
    "aktenzeichen": {"file_number": "50.6-12/3"},
    "notiz": {"text": "Rückruf am Montag"},
}


def helped(case, user):
    case.helpers.create(name="Team", user=user, added_at=BEFORE)


TIES = {"conflict": lambda case, user: declare(case, user, "conflict"), "helped": helped}


def side_doors(case):
    """{name of the act: its address}, with a message and a flag of the case."""
    message = message_of(case)
    flag = Flag.objects.create(application=case, kind=Flag.Kind.EARLY_START, raised_at=BEFORE)
    parts = {"uebersetzen": message, "bearbeitet": message, "hinweis": flag}
    return {name: at(name, case, parts.get(name)) for name in SIDE_DOORS}


@pytest.mark.parametrize("tie", TIES)
@pytest.mark.parametrize("name", SIDE_DOORS)
def test_who_is_tied_to_a_case_does_nothing_beside_the_moves_either(signed_in, name, tie):
    """Refused like a move, with the same sentence; what was typed stays on the page, and a colleague may do it."""
    case = create_application("formal_check", BEFORE)[0]
    address, user, typed = side_doors(case)[name], team("team1").user, SIDE_DOORS[name]
    TIES[tie](case, user)
    sent, sentence, before = {"version": fresh(case).version} | typed, standing.SAID[tie], rows()
    client = signed_in("team1")

    asked, refused = client.get(address), client.post(address, sent)

    assert (asked.status_code, refused.status_code, rows() == before) == (200, 422, True)
    assert [sentence in each.content.decode() for each in (asked, refused)] == [True, True]
    assert 'name="version"' not in asked.content.decode()
    assert [each for each in typed.values() if each not in refused.content.decode()] == []
    done = signed_in("team2").post(address, sent)
    assert (done.status_code, rows() == before) == (302, False)


@pytest.mark.parametrize("tie", TIES)
def test_her_page_of_the_case_offers_nothing_but_to_declare(signed_in, tie):
    case = create_application("formal_check", BEFORE)[0]
    addresses = side_doors(case) | {"konflikt": at("konflikt", case)}
    TIES[tie](case, team("team1").user)

    def offered(name):
        page = signed_in(name).get(reverse("admin:fund_case", args=[case.pk])).content.decode()
        return {each for each, address in addresses.items() if f'"{address}"' in page}

    assert (offered("team1"), offered("team2")) == ({"konflikt"}, set(addresses))


@pytest.mark.parametrize("tie", TIES)
def test_she_still_declares(signed_in, tie):
    case = create_application("formal_check", BEFORE)[0]
    TIES[tie](case, team("team1").user)
    typed = {"version": fresh(case).version, "answer": "conflict", "kind": "family"}

    answer = signed_in("team1").post(at("konflikt", case), typed)

    assert answer.status_code == 302
    assert case.declarations.in_force().get().kind == "family"


def test_nor_another_year_for_its_money(signed_in):
    case = has_money(create_application("team_decision", BEFORE)[0])
    page, address = reverse("admin:fund_case", args=[case.pk]), at("jahr", case)

    free = told(signed_in("team1"), page, address)
    declare(case, team("team1").user, "conflict")

    assert (free, told(signed_in("team1"), page, address)) == ([True], [False])


def test_nor_the_buttons_of_its_letter(signed_in):
    case = create_application("ineligible", BEFORE)[0]
    letter = Letter.objects.get(decision__application=case)
    Letter.objects.filter(pk=letter.pk).update(drafted_by=team("team2").user)
    addresses = [at(name, case, letter) for name in ("brief", "brief-gelesen")]
    page = reverse("admin:fund_case", args=[case.pk])

    free = told(signed_in("team1"), page, *addresses)
    declare(case, team("team1").user, "conflict")

    assert (free, told(signed_in("team1"), page, *addresses)) == ([True, True], [False, False])
