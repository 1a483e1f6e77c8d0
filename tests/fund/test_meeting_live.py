"""The pages of a meeting that runs, by real requests: prepare, begin, who is there, call, vote, confirm, next."""

import io
from datetime import time, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from fund import attending, money, recording, workflow
from fund.desk import deadlines, numbers
from fund.models import Application, CaseItem, Helper
from strategy.models import Attendance, Meeting, Minutes, MinutesEntry, SeatHolder
from tests.fund.factories import (
    PROJECT,
    board,
    chair,
    create_application,
    create_rules,
    fresh,
    has_money,
    plan_meeting,
    put_on_agenda,
    set_ceiling,
    stands,
    version,
)
from tests.fund.rules import create_call
from tests.strategy.meetings import create_meeting
from wir.accounts.models import AuditEntry, User
from wir.lib.workflow import FASTER

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("this_day")]

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
BEFORE = NOW - timedelta(days=20)


def today():
    body = create_rules().tier("project").proposes
    found = Meeting.objects.filter(body=body, day=TODAY).first()
    return found or create_meeting(body, TODAY, starts=time(0), ends=None)


def case(**values):
    first = TODAY + timedelta(days=600)
    days = {"starts": first, "ends": first + timedelta(days=30), "stone_day-1": first}
    plan_meeting(TODAY + timedelta(days=40))
    return has_money(create_application("board_queue", BEFORE, **{"answers": PROJECT | days} | values)[0])


def prepared(count=1, conflicts=(), holders=None):
    holders = holders or board()
    cases = [case(title=f"Nummer {number}") for number in range(count)]
    return [put_on_agenda(each, today(), BEFORE, holders=holders, conflicts=conflicts) for each in cases]


def lead(meeting):
    return reverse("admin:fund_meeting_lead", args=[meeting.pk])


def item_page(item):
    return reverse("admin:fund_meeting_item", args=[item.pk])


def send(client, item, name, **typed):
    address = reverse("admin:fund_meeting_step", args=[item.pk, name])
    return client.post(address, {"version": version(item.application)} | typed)


def begin(client, meeting):
    client.post(reverse("admin:fund_meeting_begin", args=[meeting.pk]))
    return client.post(reverse("admin:fund_meeting_attend", args=[meeting.pk]), {"schritt": "alle"})


TALLY = {"yes": "6", "no": "2", "abstain": "2", "outcome": "proposed", "amount": "16.000,00"}


def test_a_meeting_from_the_agenda_to_the_confirmed_proposal(signed_in):
    """The office prepares and enters, the chair leads and confirms; every step is one POST."""
    waiting, holders = case(), board()
    for holder in holders:
        stands(waiting, holder, "conflict" if holder == holders[3] else "free", BEFORE)
    meeting = today()
    office = signed_in("team1")
    put_on_agenda(waiting, meeting, BEFORE, holders=[])
    item = CaseItem.objects.get()
    seen = office.get(lead(meeting)).content.decode()

    begun = begin(office, meeting)
    called = send(office, item, "aufrufen")
    page = office.get(item_page(item)).content.decode()
    entered = send(office, item, "eintragen", **TALLY | {"yes": "5"})
    own = send(office, item, "confirm_proposal")
    confirmed = send(signed_in("vorsitz"), item, "confirm_proposal")

    assert "Sitzung beginnen" in seen
    assert [each.status_code for each in (begun, called, entered, own, confirmed)] == [302, 302, 302, 422, 302]
    assert holders[3].name in page and "9 können abstimmen, nötig sind 6" in page
    assert (fresh(waiting).state, money.held_for(waiting).amount) == ("committee_queue", Decimal("16000"))
    assert "5 Ja, 2 Nein, 2 Enthaltungen" in MinutesEntry.objects.get(item=item.item).internal


def test_what_is_refused_keeps_what_was_typed(signed_in):
    (item,) = prepared()
    client = signed_in("team1")
    begin(client, today())
    send(client, item, "aufrufen")

    answer = send(client, item, "eintragen", **TALLY | {"yes": "1"}, conditions_de="Nur mit Rampe.")

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "zusammen 5" in text and "Nur mit Rampe." in text
    assert fresh(item).recorded_at is None


def test_ten_clicks_enter_and_confirm_once(signed_in):
    (item,) = prepared()
    office, seen = signed_in("team1"), version(item.application)
    begin(office, today())
    send(office, item, "aufrufen")
    seen = version(item.application)
    entered = [send(office, item, "eintragen", **TALLY | {"version": seen}).status_code for _each in range(10)]
    seen = version(item.application)
    chair = signed_in("vorsitz")
    confirmed = [send(chair, item, "confirm_proposal", version=seen).status_code for _each in range(10)]

    assert (entered, confirmed) == ([302] + [409] * 9, [302] + [409] * 9)
    assert fresh(item.application).entries.count() == 1


def test_a_carrier_that_is_settled_is_not_chosen_from_an_older_page(signed_in):
    create_rules(one_carrier_per_call=True)
    items = prepared(3)
    call = create_call(items[0].application.year)
    Application.objects.filter(pk__in=[each.application_id for each in items]).update(call=call)
    office, meeting = signed_in("team1"), today()
    begin(office, meeting)
    for item in items:
        send(office, item, "aufrufen")
    typed = TALLY | {f"version_{each.application_id}": version(each.application) for each in items}
    assert send(office, items[0], "absetzen", note="Unterlagen fehlen").status_code == 302

    answer = send(office, items[0], "waehlen", **typed)

    assert (answer.status_code, FASTER in answer.content.decode()) == (409, True)
    assert [fresh(each).recorded_at for each in items] == [None] * 3


def test_the_chair_is_told_before_and_after_who_confirms_what_she_enters(signed_in):
    holders = board()
    (item,) = prepared(holders=holders)
    begin(signed_in("team1"), today())
    send(signed_in("team1"), item, "aufrufen")
    sentence = "Wer das Ergebnis einträgt, bestätigt es nicht selbst."

    people = ("team1", "vorsitz")
    before = [sentence in signed_in(name).get(item_page(item)).content.decode() for name in people]
    send(signed_in("vorsitz"), item, "eintragen", **TALLY)
    told_names = [signed_in(name).get(item_page(item)).context["confirm_it"] for name in people]
    deputy = next(each for each in holders if each.role == SeatHolder.Role.DEPUTY)
    shown = signed_in("vorsitz").get(item_page(item)).content.decode()

    assert before == [False, True]
    assert told_names == [[deputy.name]] * 2
    assert f"Bestätigen können: {deputy.name}." in shown


def test_who_is_in_conflict_is_not_named_among_those_who_confirm(signed_in):
    holders = board()
    deputy = next(each for each in holders if each.role == SeatHolder.Role.DEPUTY)
    (item,) = prepared(holders=holders, conflicts=[deputy])
    office = signed_in("team1")
    begin(office, today())
    send(office, item, "aufrufen")
    send(office, item, "eintragen", **TALLY | {"yes": "5"})

    chairs = [each.name for each in holders if each.role == SeatHolder.Role.CHAIR]

    assert office.get(item_page(item)).context["confirm_it"] == chairs


def test_after_a_step_a_sentence_tells_what_was_done_and_where_the_case_stands(signed_in):
    (item,) = prepared()
    office = signed_in("team1")
    begin(office, today())
    send(office, item, "aufrufen")
    send(office, item, "eintragen", **TALLY)
    chair = signed_in("vorsitz")
    send(chair, item, "confirm_proposal")

    said = str(list(chair.get(item_page(item)).context["messages"])[-1])

    label, state = workflow.MOVES["confirm_proposal"].label, fresh(item.application).get_state_display()
    assert said == f"{item.application}: {label}. Stand jetzt: {state}."


def test_two_leads_who_decide_differently_leave_one_result(signed_in):
    (item,) = prepared()
    has_money(item.application, 5_000)
    office = signed_in("team1")
    begin(office, today())
    send(office, item, "aufrufen")
    send(office, item, "eintragen", **TALLY)
    seen = version(item.application)

    first = send(signed_in("vertretung"), item, "confirm_no_money", version=seen)
    second = send(signed_in("vorsitz"), item, "vertagen", note="Bis es Geld gibt.", version=seen)

    assert (first.status_code, second.status_code) == (302, 409)
    assert fresh(item.application).state == "waitlisted"


def test_the_chair_begins_the_meeting_without_the_rights_of_the_office(signed_in):
    prepared()
    meeting = today()

    answer = signed_in("vorsitz").post(reverse("admin:fund_meeting_begin", args=[meeting.pk]))

    assert (answer.status_code, fresh(meeting).state) == (302, "held")


def test_a_meeting_does_not_begin_before_its_day(signed_in):
    board()
    later = plan_meeting(TODAY + timedelta(days=40))

    answer = signed_in("team1").post(reverse("admin:fund_meeting_begin", args=[later.pk]))

    assert (answer.status_code, fresh(later).state) == (422, "planned")


def test_a_meeting_of_another_day_tells_when_it_can_begin_and_blames_nobody(signed_in):
    board()
    later = plan_meeting(TODAY + timedelta(days=40))
    client = signed_in("team1")

    read = client.get(lead(later)).content.decode()
    tried = client.post(reverse("admin:fund_meeting_begin", args=[later.pk])).content.decode()

    assert f"Beginnen können Sie am {later.day:%d.%m.%Y}." in read
    assert ["Die Sitzung hat noch nicht begonnen." in each for each in (read, tried)] == [False, True]
    assert "errornote" not in read


def test_the_minutes_are_linked_for_who_may_read_them(signed_in):
    prepared()
    begin(signed_in("vorsitz"), today())
    minutes = reverse("admin:minutes_read", args=[Minutes.objects.get(meeting=today()).pk])

    linked = [minutes in signed_in(name).get(lead(today())).content.decode() for name in ("team1", "vorsitz")]

    assert linked == [True, False]


def test_the_page_of_a_case_leads_to_its_item_in_the_meeting(signed_in):
    (item,) = prepared()

    text = signed_in("team1").get(reverse("admin:fund_case", args=[item.application_id])).content.decode()

    assert f'<a href="{item_page(item)}">{today()}</a>' in text


def test_a_meeting_that_goes_on_stands_where_meetings_are_prepared(signed_in):
    prepared()
    office = signed_in("team1")
    begin(office, today())

    text = office.get(reverse("admin:fund_agenda")).content.decode()

    assert ("Läuft gerade" in text, f'href="{lead(today())}"' in text) == (True, True)


@pytest.mark.parametrize("name", ["gremium1", "ausschuss", "finanzen", "redaktion"])
def test_for_nobody_else_the_meeting_is_led(signed_in, name):
    (item,) = prepared()
    client = signed_in(name)

    pages = [client.get(lead(today())), client.get(item_page(item)), send(client, item, "aufrufen")]
    pages += [client.post(reverse("admin:fund_meeting_begin", args=[today().pk]))]
    pages += [client.post(reverse("admin:fund_meeting_attend", args=[today().pk]), {"schritt": "alle"})]

    assert [each.status_code for each in pages] == [404] * 5
    assert fresh(item).called_at is None


def test_a_chair_in_conflict_sees_the_title_and_nothing_else(signed_in):
    holders = board()
    (item,) = prepared(conflicts=holders[:1], holders=holders)
    begin(signed_in("team1"), today())
    send(signed_in("team1"), item, "aufrufen")

    client = signed_in("vorsitz")
    text = client.get(item_page(item)).content.decode()
    forged = send(client, item, "eintragen", **TALLY | {"yes": "5"})

    assert (item.application.reference in text, "Ein Projekt für die Nachbarschaft." in text) == (True, False)
    assert 'value="Ergebnis eintragen"' not in text
    assert (forged.status_code, fresh(item).recorded_at) == (422, None)


def test_people_come_and_go_with_their_times(signed_in):
    (item,) = prepared()
    client, meeting = signed_in("team1"), today()
    begin(client, meeting)
    send(client, item, "aufrufen")
    line = Attendance.objects.filter(minutes__meeting=meeting).first()
    address = reverse("admin:fund_meeting_attend", args=[meeting.pk])

    seen = attending.mark_of(line)
    left = client.post(address, {"zeile": line.pk, "schritt": "gegangen", "gesehen": seen})
    stale = client.post(address, {"zeile": line.pk, "schritt": "nicht-da", "gesehen": seen})
    gone = fresh(line)
    client.post(address, {"zeile": line.pk, "schritt": "zurueck", "gesehen": attending.mark_of(gone)})

    assert (left.status_code, stale.status_code) == (302, 409)
    back = fresh(line)
    assert (gone.presence, gone.left_at is not None, back.left_at) == ("present", True, None)
    assert [went for went, _came in back.breaks] == [gone.left_at]
    words = f"von {gone.left_at:%H:%M} bis {back.breaks[0][1]:%H:%M} weg"
    assert words in client.get(reverse("admin:fund_meeting_lead", args=[meeting.pk])).content.decode()


def test_who_is_not_there_when_a_case_was_called_is_there_from_now_on_when_all_are(signed_in):
    (item,) = prepared()
    client, meeting = signed_in("team1"), today()
    begin(client, meeting)
    Attendance.objects.filter(minutes__meeting=meeting).update(presence="absent")
    address = reverse("admin:fund_meeting_attend", args=[meeting.pk])
    client.post(address, {"schritt": "alle"})
    lines = Attendance.objects.filter(minutes__meeting=meeting)
    before = set(lines.filter(presence="present").values_list("came_at", flat=True))
    send(client, item, "aufrufen")
    lines.update(presence="absent")

    client.post(address, {"schritt": "alle"})

    after = lines.filter(presence="present")
    assert (before, after.exists(), after.filter(came_at=None).exists()) == ({None}, True, False)


def test_the_office_finds_a_question_of_the_board_and_reads_it_where_it_writes_it_out(signed_in):
    (item,) = prepared()
    client, meeting, question = signed_in("team1"), today(), "Wer betreut die Küche?"
    begin(client, meeting)
    send(client, item, "aufrufen")
    seen = version(item.application)
    recording.ask(recording.item_with(item.pk), note=question, by=chair().user, now=timezone.now(), seen=seen)
    day = timezone.localdate()

    team = client.get("/admin/").wsgi_request.user
    due = [each.what for each in deadlines.list_for(team, (False,), day)]
    page = client.get(reverse("admin:fund_act", args=[item.application_id, "ask_in_board"])).content.decode()

    assert numbers.of_meetings(day)[False] == {"recording": 0, "asking": 1}
    assert "Rückfrage des Gremiums ausschreiben" in due
    assert "Ergebnis des Gremiums bestätigt der Vorsitz" not in due
    assert question in page


def test_steps_that_do_not_exist_are_not_there(signed_in):
    (item,) = prepared()
    client = signed_in("team1")
    address = reverse("admin:fund_meeting_attend", args=[today().pk])
    begin(client, today())
    line = Attendance.objects.first()

    assert send(client, item, "approve").status_code == 404
    assert client.post(address, {"zeile": "x", "schritt": "da"}).status_code == 404
    assert client.post(address, {"zeile": line.pk, "schritt": "x"}).status_code == 404
    assert client.get(address).status_code == 405
    assert client.get(reverse("admin:fund_meeting_step", args=[item.pk, "aufrufen"])).status_code == 302


def test_without_money_the_page_offers_what_is_left(signed_in):
    (item,) = prepared()
    has_money(item.application, 5_000)
    office = signed_in("team1")
    begin(office, today())
    send(office, item, "aufrufen")
    send(office, item, "eintragen", **TALLY)

    client = signed_in("vorsitz")
    text = client.get(item_page(item)).content.decode()
    waitlisted = send(client, item, "confirm_no_money")

    assert "Frei sind 5.000\u00a0€" in text
    assert reverse("admin:fund_meeting_step", args=[item.pk, "confirm_no_money"]) in text
    assert (waitlisted.status_code, fresh(item.application).state) == (302, "waitlisted")


def statements(client, address):
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_the_live_page_asks_the_same_whatever_is_on_the_agenda(signed_in):
    prepared()
    client = signed_in("team1")
    begin(client, today())
    one = statements(client, lead(today()))
    Meeting.objects.filter(pk=today().pk).update(state="planned")
    prepared(2)
    Meeting.objects.filter(pk=today().pk).update(state="held")

    assert statements(client, lead(today())) == one <= 15


# The agenda -----------------------------------------------------------------------------------------------------------


def test_several_cases_go_on_an_agenda_at_once_or_none(signed_in):
    first, second, holders = case(), case(title="Zweites"), board()
    planned = plan_meeting(TODAY + timedelta(days=40))
    stands(first, holders[0], now=BEFORE)
    client, address = signed_in("team1"), reverse("admin:fund_agenda")
    typed = {"antrag": [first.pk, second.pk], "body": planned.body_id, "meeting": planned.pk}

    refused = client.post(address, typed)
    states = (fresh(first).state, fresh(second).state)
    stands(second, holders[0], now=BEFORE)
    done = client.post(address, typed)

    assert (refused.status_code, states) == (422, ("board_queue", "board_queue"))
    assert f"{second.reference}: Noch niemand" in refused.content.decode()
    assert (done.status_code, fresh(first).state, fresh(second).state) == (302, "board_meeting", "board_meeting")


def test_the_agenda_names_who_has_not_declared(signed_in):
    waiting, holders = case(), board()
    for holder in holders[:8]:
        stands(waiting, holder, now=BEFORE)

    text = signed_in("team1").get(reverse("admin:fund_agenda")).content.decode()

    assert "8 ohne Konflikt" in text and "2 noch ohne Angabe" in text and holders[9].name in text


def test_a_chair_prepares_her_own_body_and_opens_no_case(signed_in):
    waiting = case()
    board()

    text = signed_in("vorsitz").get(reverse("admin:fund_agenda")).content.decode()

    assert waiting.reference in text
    assert reverse("admin:fund_case", args=[waiting.pk]) not in text
    assert signed_in("gremium1").get(reverse("admin:fund_agenda")).status_code == 403


def test_what_came_off_an_agenda_is_told_with_its_reason(signed_in):
    (item,) = prepared()
    client = signed_in("team1")

    send(client, item, "absetzen", note="Der Raum ist zu klein.")

    assert "Der Raum ist zu klein." in client.get(reverse("admin:fund_agenda")).content.decode()


def test_the_agenda_asks_the_same_for_one_case_and_for_three(signed_in):
    holders = board()
    stands(case(), holders[0], now=BEFORE)
    client = signed_in("team1")
    one = statements(client, reverse("admin:fund_agenda"))
    for number in (2, 3):
        stands(case(title=f"Nummer {number}"), holders[0], now=BEFORE)

    assert statements(client, reverse("admin:fund_agenda")) == one <= 15


# The book -------------------------------------------------------------------------------------------------------------


def test_a_member_reads_the_cases_she_is_free_on_and_of_the_others_the_title(signed_in):
    holders = board()
    mine, other = prepared(2, holders=holders)
    stands(other.application, holders[2], "conflict", BEFORE)
    secret = "Ein Projekt für die Nachbarschaft."
    address = reverse("admin:fund_meeting_book", args=[today().pk])

    member = signed_in("gremium1").get(address)
    undeclared = other.application.declarations.filter(holder=holders[3])
    undeclared.delete()
    third = signed_in("gremium2").get(address).content.decode()
    office = signed_in("team1").get(address).content.decode()

    text = member.content.decode()
    assert (text.count(secret), text.count("Nicht für Sie"), office.count(secret)) == (1, 1, 2)
    assert third.count("Nicht für Sie") == 1
    assert mine.application.reference in text and other.application.reference in text
    assert PROJECT["mail"] not in text + office
    assert {"no-store", "private"} <= set(member["Cache-Control"].split(", "))


def test_the_log_tells_which_cases_of_the_book_were_open_to_its_reader(signed_in):
    holders = board()
    mine, other = prepared(2, holders=holders)
    stands(other.application, holders[2], "conflict", BEFORE)
    client = signed_in("gremium1")

    for page in ("fund_meeting_book", "fund_meeting_book_pdf", "fund_meeting_book"):
        client.get(reverse(f"admin:{page}", args=[today().pk]))

    found = AuditEntry.objects.filter(action="saw", detail="Sitzungsmappe").values_list("reference", flat=True)
    assert list(found) == [mine.application.reference]


def test_what_came_to_light_since_closes_the_case_in_the_book_too(signed_in):
    holders = board()
    (item,) = prepared(1, holders=holders)
    client, address = signed_in("gremium1"), reverse("admin:fund_meeting_book", args=[today().pk])
    before = client.get(address).content.decode().count("Nicht für Sie")

    Helper.objects.create(application=item.application, name="Toni", user=holders[2].user, added_at=BEFORE)

    assert (before, client.get(address).content.decode().count("Nicht für Sie")) == (0, 1)


@pytest.mark.parametrize(("name", "status"), [("ausschuss", 404), ("finanzen", 404), ("redaktion", 404)])
def test_nobody_else_gets_the_book(signed_in, name, status):
    prepared()

    for page in ("fund_meeting_book", "fund_meeting_book_pdf"):
        assert signed_in(name).get(reverse(f"admin:{page}", args=[today().pk])).status_code == status


def test_the_book_is_a_tagged_pdf_too(signed_in):
    prepared()

    answer = signed_in("team1").get(reverse("admin:fund_meeting_book_pdf", args=[today().pk]))

    assert f"sitzungsmappe-{TODAY}" in answer["Content-Disposition"]
    if answer["Content-Type"] == "application/pdf":
        pdf = PdfReader(io.BytesIO(answer.content))
        assert (pdf.trailer["/Root"]["/Lang"], bool(pdf.trailer["/Root"]["/MarkInfo"]["/Marked"])) == ("de", True)
        assert str(today()) in pdf.metadata.title


# Minutes --------------------------------------------------------------------------------------------------------------


def test_who_is_in_conflict_does_not_read_in_the_minutes_what_came_of_it(signed_in):
    holders = board()
    (item,) = prepared(conflicts=[holders[2]], holders=holders)
    office = signed_in("team1")
    begin(office, today())
    send(office, item, "aufrufen")
    send(office, item, "eintragen", **TALLY | {"yes": "5"})
    minutes = today().minutes.get()
    type(minutes).objects.filter(pk=minutes.pk).update(state="laid")
    address = reverse("admin:minutes_read", args=[minutes.pk])

    bound = signed_in("gremium1").get(address).content.decode()
    free = signed_in("gremium2").get(address).content.decode()

    assert ("5 Ja" in bound, "Nicht für Sie" in bound) == (False, True)
    assert ("5 Ja" in free, "Nicht für Sie" in free) == (True, False)


# The index ------------------------------------------------------------------------------------------------------------


def told(name):
    from datetime import date

    from fund.desk import board_tasks

    return [address for _count, _text, address in board_tasks.tasks(User.objects.get(username=name), date.today())]


def test_the_chair_is_told_what_waits_for_her_word(signed_in):
    (item,) = prepared()
    office = signed_in("team1")
    begin(office, today())
    send(office, item, "aufrufen")
    before = told("vorsitz")
    send(office, item, "eintragen", **TALLY)

    waits = told("vorsitz")
    send(signed_in("vorsitz"), item, "confirm_proposal")

    assert (before, waits, told("vorsitz"), told("gremium1")) == ([], [lead(today())], [], [])


def test_the_page_offers_what_can_be_done_and_nothing_else(signed_in):
    (item,) = prepared()
    begin(signed_in("team1"), today())
    send(signed_in("team1"), item, "aufrufen")

    def offered():
        return [set(signed_in(name).get(item_page(item)).context["forms"]) for name in ("team1", "vorsitz")]

    called = offered()
    send(signed_in("team1"), item, "eintragen", **TALLY)
    voted = offered()
    set_ceiling(item.application.year, 5_000, NOW)

    assert called == [{"eintragen", "absetzen"}, {"eintragen", "vertagen", "fragen", "absetzen"}]
    assert voted == [{"eintragen"}, {"eintragen"}]
    assert offered() == [{"eintragen"}, {"eintragen", "vertagen"}]


# Who chairs today and did not on the day, or the other way round ------------------------------------------------------


def newly_chairs(days):
    """Takes the chair from today on; the meeting was so many days ago, or is still to come."""
    SeatHolder.objects.filter(user__username="vorsitz").update(valid_until=TODAY - timedelta(days=1))
    held = SeatHolder.objects.get(user__username="vorsitz").seat
    person = {"name": "Neu im Vorsitz", "user": User.objects.get(username="redaktion"), "role": SeatHolder.Role.CHAIR}
    return held.holders.create(valid_from=TODAY, valid_until=TODAY if days > 0 else None, **person)


@pytest.mark.parametrize("days", [-3, 3])
def test_who_chairs_on_one_of_both_days_reads_and_confirms_once_she_has_declared(signed_in, days):
    (item,) = prepared()
    begin(signed_in("team1"), today())
    send(signed_in("team1"), item, "aufrufen")
    send(signed_in("team1"), item, "eintragen", **TALLY)
    Meeting.objects.filter(pk=item.meeting_id).update(day=TODAY + timedelta(days=days))
    holder = newly_chairs(days)
    client, summary = signed_in("redaktion"), "Ein Projekt für die Nachbarschaft."

    silent = client.get(item_page(item)).content.decode()
    listed = client.get(lead(item.meeting)).content.decode()
    refused = send(client, item, "confirm_proposal")
    stands(item.application, holder, "free", NOW)
    free = client.get(item_page(item)).content.decode()
    done = send(client, item, "confirm_proposal")

    assert (summary in silent, "6 Ja" in silent, "nicht für Sie" in listed) == (False, False, True)
    assert (summary in free, "6 Ja" in free) == (True, True)
    assert (refused.status_code, done.status_code) == (422, 302)
