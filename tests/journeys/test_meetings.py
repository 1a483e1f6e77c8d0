"""Two stories about a board, told as they happen: a meeting from invitation to public extract, a seat in mid-term."""

from datetime import date, datetime, time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from measures.board import board_entries
from measures.models import AgendaMeasure
from strategy.models import AgendaItem, Attendance, Meeting, Minutes, SeatHolder
from tests.measures.factories import create_measure, publish
from tests.measures.test_admin import form_of
from tests.strategy.meetings import create_body, create_holder, create_seat, fresh, seat

pytestmark = pytest.mark.django_db

DAY, NEW_DAY, NEXT_DAY = date(2027, 3, 18), date(2027, 3, 25), date(2027, 9, 16)
ZONE = timezone.get_default_timezone()


@pytest.fixture
def clock(monkeypatch, settings):
    """A clock that stands where the story says; nobody is signed out meanwhile."""
    settings.SESSION_COOKIE_AGE = 2 * 365 * 24 * 3600
    settings.SESSION_HOURS = 2 * 365 * 24
    settings.SESSION_IDLE_MINUTES = 2 * 365 * 24 * 60

    def stand(day, hour=12):
        moment = datetime.combine(day, time(hour), tzinfo=ZONE)
        monkeypatch.setattr(timezone, "now", lambda: moment)
        return moment

    stand(date(2027, 2, 1))
    return stand


@pytest.fixture
def board(person):
    """A board with a chair who works in the portal, and three members reached in three ways."""
    board = create_body(key="story")
    seat(board, person("vorsitz"), 1, role="chair")
    seat(board, person("gremium1"), 2)
    create_holder(create_seat(board, 3, public=True), "Elif Kaya", language="tr", mail="elif@example.org")
    postal = {"postal": "Musterstraße 7\n30159 Hannover", "mail": "", "channel": "letter"}
    create_holder(create_seat(board, 4), "Jan Kowalski", language="pl", **postal)
    create_holder(create_seat(board, 5), "Ruth Sommer", phone="0511 168-0", mail="", channel="call")
    return board


def sign_in(person, name):
    client = Client()
    client.force_login(person(name))
    return client


def press(client, page, *args, status=302, **values):
    response = client.post(reverse(f"admin:{page}", args=args), values)
    assert response.status_code == status
    assert "/login/" not in response.get("Location", "")
    return response


def change_of(thing):
    return reverse(f"admin:strategy_{thing._meta.model_name}_change", args=[thing.pk])


# A meeting ------------------------------------------------------------------------------------------------------------


def test_a_meeting_from_invitation_to_public_extract(person, clock, board, told):
    office, chair, member = (sign_in(person, name) for name in ("team1", "vorsitz", "gremium1"))
    measure = publish(create_measure(900))

    meeting = given_a_meeting_with_two_topics(office, board, measure)
    when_everybody_is_invited(office, meeting, told)
    when_the_meeting_moves_by_a_week(office, meeting, told)
    minutes = when_it_took_place(office, clock, meeting)
    then_nobody_but_the_office_reads_the_draft(chair, member, minutes)
    when_the_office_writes_who_was_there_and_what_came_of_it(office, minutes)
    when_the_minutes_are_laid(office, minutes, told)
    then_members_read_them(member, minutes)
    later = when_the_board_meets_again(office, clock, board)
    when_the_chair_approves(chair, minutes, later)
    then_nothing_is_public_of_it(measure)
    when_the_extract_would_name_somebody(office, minutes)
    corrected = when_the_office_corrects(office, chair, minutes, later)
    when_the_extract_is_released(office, corrected)
    then_everybody_reads_the_extract_and_nothing_else(measure, corrected)


def given_a_meeting_with_two_topics(office, board, measure):
    address = reverse("admin:strategy_meeting_add")
    facts = {"body": board.pk, "day": "18.03.2027", "starts": "17:00", "ends": "19:00", "place": "Rathaus"}
    assert office.post(address, form_of(office, address) | facts | {"access": "Klingel B"}).status_code == 302
    meeting = Meeting.objects.get(body=board)
    for number, (title, is_public) in enumerate((("Sprachcafés", "on"), ("Wer vertritt uns?", "")), 1):
        data = form_of(office, change_of(meeting))
        place = int(data["items-TOTAL_FORMS"])
        row = {"number": number, "kind": "proposal", "title_de": title, "is_public": is_public}
        data |= {f"items-{place}-{name}": value for name, value in row.items()} | {"items-TOTAL_FORMS": place + 1}
        assert office.post(change_of(meeting), data).status_code == 302
    AgendaMeasure.objects.create(item=meeting.items.get(number=1), measure=measure)
    press(office, "meeting_move", meeting.pk, "publish")
    return fresh(meeting)


def ways(told):
    """{name: (kind, language, way)} of the messages; the way as the outbox chooses it."""
    return {
        to.name: (kind, to.language, to.channel or ("mail" if to.mail else "letter" if to.postal else "call"))
        for kind, to, _context in told.values()
    }


def when_everybody_is_invited(office, meeting, told):
    press(office, "meeting_move", meeting.pk, "invite")
    assert ways(told) == {
        "vorsitz (Demo)": ("meeting_invitation", "de", "mail"),
        "gremium1 (Demo)": ("meeting_invitation", "de", "mail"),
        "Elif Kaya": ("meeting_invitation", "tr", "mail"),
        "Jan Kowalski": ("meeting_invitation", "pl", "letter"),
        "Ruth Sommer": ("meeting_invitation", "de", "call"),
    }
    turkish = next(context["meeting"] for _kind, to, context in told.values() if to.name == "Elif Kaya")
    assert turkish["day"] == "18 Mart 2027 Perşembe"
    assert [(number, str(title)) for number, title in turkish["items"]] == [
        (1, "Sprachcafés"),
        (2, "Wer vertritt uns?"),
    ]
    told.clear()


def when_the_meeting_moves_by_a_week(office, meeting, told):
    press(
        office,
        "meeting_move",
        meeting.pk,
        "reschedule",
        day="25.03.2027",
        starts="17:00",
        ends="19:00",
        place="Rathaus",
    )
    assert {kind for kind, _language, _way in ways(told).values()} == {"meeting_changed"}
    assert len(told) == 5
    assert fresh(meeting).day == NEW_DAY
    told.clear()


def when_it_took_place(office, clock, meeting):
    press(office, "meeting_move", meeting.pk, "hold", status=422)  # it has not begun
    clock(NEW_DAY, 18)
    press(office, "meeting_move", meeting.pk, "hold")
    return Minutes.objects.get(meeting=meeting)


def then_nobody_but_the_office_reads_the_draft(chair, member, minutes):
    page = reverse("admin:minutes_read", args=[minutes.pk])
    assert (chair.get(page).status_code, member.get(page).status_code) == (404, 404)


def when_the_office_writes_who_was_there_and_what_came_of_it(office, minutes):
    press(office, "minutes_move", minutes.pk, "lay", status=422)  # nothing is written yet
    data = form_of(office, change_of(minutes))
    for place in range(5):
        data[f"attendances-{place}-presence"] = "present" if place < 4 else "excused"
    data |= {"attendances-2-left_at": "17:40"}  # Elif Kaya leaves while a topic is dealt with
    data |= {"entries-0-outcome": "recommended", "entries-0-plain_de": "Elif Kaya und das Gremium empfehlen es."}
    data |= {"entries-1-outcome": "deferred", "entries-1-internal": "Elif Kaya war nicht im Raum."}
    assert office.post(change_of(minutes), data).status_code == 302
    left = Attendance.objects.get(minutes=minutes, holder__name="Elif Kaya")
    assert (left.presence, left.left_at) == ("present", time(17, 40))


def when_the_minutes_are_laid(office, minutes, told):
    press(office, "minutes_move", minutes.pk, "lay")
    assert {kind for kind, _language, _way in ways(told).values()} == {"minutes_laid"}
    assert len(told) == 5
    assert [item.title_de for item in AgendaItem.objects.waiting()] == ["Wer vertritt uns?"]
    told.clear()


def then_members_read_them(member, minutes):
    page = member.get(reverse("admin:minutes_read", args=[minutes.pk])).content.decode()
    assert "Elif Kaya war nicht im Raum." in page


def when_the_board_meets_again(office, clock, board):
    """The topic that was put off is on its agenda."""
    address = reverse("admin:strategy_meeting_add")
    facts = {"body": board.pk, "day": "16.09.2027", "starts": "17:00", "place": "Rathaus"}
    office.post(address, form_of(office, address) | facts)
    later = Meeting.objects.get(body=board, day=NEXT_DAY)
    back = AgendaItem.objects.waiting().get(body=board)
    press(office, "take_up_topic", back.pk, meeting=later.pk)
    clock(NEXT_DAY, 18)
    press(office, "meeting_move", later.pk, "hold")
    assert [entry.item.title_de for entry in later.minutes.get().entries.all()] == ["Wer vertritt uns?"]
    return later


def when_the_chair_approves(chair, minutes, later):
    desk = chair.get(reverse("admin:index")).content.decode()
    approve = reverse("admin:minutes_move", args=[minutes.pk, "approve"])
    assert approve in desk
    press(chair, "minutes_move", minutes.pk, "approve", approved_in=later.pk)
    assert fresh(minutes).state == "approved"


def then_nothing_is_public_of_it(measure):
    assert board_entries(measure) == []
    assert "empfehlen" not in Client().get(f"/de/gremium/sitzungen/{NEW_DAY}/").content.decode()


def when_the_extract_would_name_somebody(office, minutes):
    refused = press(office, "minutes_move", minutes.pk, "release", status=422, looked_at="on")
    assert "Name „Elif Kaya“" in refused.content.decode()
    data = {"general": "anders", "entries-TOTAL_FORMS": 0, "entries-INITIAL_FORMS": 0}
    frozen = office.post(change_of(minutes), data)
    assert frozen.status_code == 422
    assert reverse("admin:minutes_correct", args=[minutes.pk]) in frozen.content.decode()


def when_the_office_corrects(office, chair, minutes, later):
    press(office, "minutes_correct", minutes.pk, reason="Im Auszug stand ein Name.")
    second = Minutes.objects.get(meeting=minutes.meeting, version=2)
    data = form_of(office, change_of(second)) | {"entries-0-plain_de": "Das Gremium empfiehlt mehr Sprachcafés."}
    assert office.post(change_of(second), data).status_code == 302
    press(office, "minutes_move", second.pk, "lay")
    press(chair, "minutes_move", second.pk, "approve", approved_in=later.pk)
    assert fresh(minutes).entries.get(item__number=1).plain_de == "Elif Kaya und das Gremium empfehlen es."
    assert AgendaItem.objects.waiting().count() == 0  # the topic put off was dealt with meanwhile
    return second


def when_the_extract_is_released(office, minutes):
    press(office, "minutes_move", minutes.pk, "release")


def then_everybody_reads_the_extract_and_nothing_else(measure, minutes):
    public = Client().get(f"/de/gremium/sitzungen/{NEW_DAY}/")
    page = public.content.decode()
    assert public.status_code == 200
    assert "Das Gremium empfiehlt mehr Sprachcafés." in page
    hidden = ["Elif Kaya", "Wer vertritt uns?", "Klingel B", "nicht im Raum", "Jan Kowalski", "Im Auszug stand"]
    assert [each for each in hidden if each in page] == []
    assert [entry.minutes.version for _meeting, _item, entry in board_entries(measure)] == [2]
    assert "Das Gremium empfiehlt mehr Sprachcafés." in Client().get(measure.get_absolute_url()).content.decode()
    assert Client().get(f"/de/gremium/sitzungen/{DAY}/")["Location"].endswith(f"/{NEW_DAY}/")  # the old day leads on


# A seat ---------------------------------------------------------------------------------------------------------------


def test_a_seat_changes_hands_in_mid_term(person, clock, board, told):
    office = sign_in(person, "team1")
    place = board.seats.get(number=3)
    first = given_minutes_of_a_meeting(office, clock, board)

    when_somebody_new_takes_the_seat(office, place, told)
    then_old_minutes_keep_the_old_name(office, first)
    then_the_new_holder_is_invited_and_not_the_old(office, clock, board, told)
    then_the_name_is_public_only_with_consent_and_no_longer_than_that(office, place)


def given_minutes_of_a_meeting(office, clock, board):
    address = reverse("admin:strategy_meeting_add")
    facts = {"body": board.pk, "day": "18.03.2027", "starts": "17:00", "place": "Rathaus"}
    office.post(address, form_of(office, address) | facts)
    meeting = Meeting.objects.get(body=board)
    clock(DAY, 18)
    press(office, "meeting_move", meeting.pk, "hold")
    return meeting.minutes.get()


def when_somebody_new_takes_the_seat(office, place, told):
    told.clear()
    values = {"on": "01.04.2027", "name": "Nele Ode", "role": "member", "language": "en", "mail": "nele@example.org"}
    done = press(office, "seat_succeed", place.pk, **values)
    assert "Nele Ode hat den Sitz ab 01.04.2027." in office.get(done["Location"]).content.decode()
    [(kind, to, context)] = told.values()
    assert (kind, to.name, to.language) == ("seat_begins", "Nele Ode", "en")
    assert (context["asks_consent"], context["since"]) == (True, "1 April 2027")
    told.clear()


def then_old_minutes_keep_the_old_name(office, minutes):
    page = office.get(reverse("admin:minutes_read", args=[minutes.pk])).content.decode()
    assert ("Elif Kaya" in page, "Nele Ode" in page) == (True, False)


def then_the_new_holder_is_invited_and_not_the_old(office, clock, board, told):
    clock(date(2027, 8, 2))
    address = reverse("admin:strategy_meeting_add")
    facts = {"body": board.pk, "day": "16.09.2027", "starts": "17:00", "place": "Rathaus"}
    office.post(address, form_of(office, address) | facts)
    meeting = Meeting.objects.get(body=board, day=NEXT_DAY)
    item = AgendaItem(body=board, meeting=meeting, title_de="Stand")
    item.save()
    press(office, "meeting_move", meeting.pk, "invite")
    assert ("Nele Ode" in ways(told), "Elif Kaya" in ways(told)) == (True, False)


def then_the_name_is_public_only_with_consent_and_no_longer_than_that(office, place):
    today = timezone.localdate()
    holder = place.holders.get(name="Nele Ode")

    def named():
        return [each.name for each in SeatHolder.objects.public(today).filter(seat=place)]

    def public():
        return "Nele Ode" in Client().get("/de/gremium/").content.decode()

    def write(**values):
        data = form_of(office, change_of(place))
        [at] = [key.rsplit("-", 1)[0] for key, value in data.items() if key.endswith("-id") and value == str(holder.pk)]
        data |= {f"{at}-{name}": value for name, value in values.items()}
        assert office.post(change_of(place), data).status_code == 302

    assert (named(), public()) == ([], False)
    write(consent_on=f"{today:%d.%m.%Y}", consent_how="Formular vom Telefonat")
    assert named() == ["Nele Ode"]
    write(consent_withdrawn_on=f"{today:%d.%m.%Y}")
    assert (named(), public()) == ([], False)
