"""Who works in the office and sits in the body too, or chairs it, reads of a case what she may; by real requests."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from fund import circular, standing
from fund.models import CaseFile, Flag, Letter
from strategy.models import SeatHolder
from tests.fund.factories import (
    PROJECT,
    board,
    check,
    create_application,
    create_draft,
    create_rules,
    declare,
    forward,
    fresh,
    has_money,
    put_on_agenda,
    rows,
    seat,
    stands,
    submit,
    take,
    team,
    team_with_meetings,
)
from tests.fund.letters import decided
from tests.fund.test_desk import at, message_of
from tests.fund.test_file_pages import keep
from tests.strategy.meetings import create_meeting
from wir.accounts.models import AuditEntry

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
