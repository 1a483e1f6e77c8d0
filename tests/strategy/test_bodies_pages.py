"""What everybody may read of boards and meetings: names, groups, dates, topics, results; nothing more."""

import re
from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from strategy.models import AgendaItem, Body, BodyName, Meeting, MeetingChange, Minutes, MinutesEntry, Seat, SeatHolder
from strategy.workflow import move
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db

TOMORROW = timezone.localdate() + timedelta(days=1)


@pytest.fixture
def board():
    return Body.objects.get(key="begleitgremium")


def meeting_on(board, day, *, published=True, **values):
    meeting = Meeting(body=board, day=day, **({"starts": time(17), "place": "Rathaus"} | values))
    meeting.save()
    if published:
        move(meeting, "publish", by=None)
    return meeting


def page(client, path="gremium/", code="de"):
    response = client.get(f"/{code}/{path}")
    assert response.status_code == 200
    return response.content.decode()


def section(html, key):
    return re.search(rf'<section[^>]*aria-labelledby="{key}".*?</section>', html, re.S).group()


def test_the_page_tells_every_body_its_work_and_its_seats_by_group(client):
    html = page(client)

    assert [
        name for name in ("WIR2.0-Kuratorium", "Internationale Kooperation", "Projektteam") if name not in html
    ] == []
    board = section(html, "begleitgremium")
    assert "Stadtverwaltung: 7" in board
    assert "Politik: 5" in board
    assert "Stadtgesellschaft: 13" in board
    assert "Migrant*innenorganisationen" in board and ": 4" in board
    assert "Jugend" in re.search(r'class="gap-note".*?</p>', board, re.S).group()


def test_all_thirteen_advisory_boards_and_district_councils_stand_in_the_table(client):
    table = section(page(client), "integrationsbeiraete")

    assert len(re.findall(r"<bdi[^>]*>Integrationsbeirat ", table)) == 13
    assert len(re.findall(r"<bdi[^>]*>Stadtbezirksrat ", table)) == 13


def test_a_body_is_called_by_the_name_it_has_today_and_by_its_older_one(client, board):
    board_html = section(page(client), "begleitgremium")

    assert re.search(r"<h2[^>]*><bdi[^>]*>WIR2.0-Kuratorium</bdi></h2>", board_html)
    assert "WIR2.0 Begleitgremium" in board_html
    BodyName.objects.create(body=board, name="Neuer Beirat", valid_from=date(2020, 1, 1), valid_until=date(2020, 2, 1))
    assert re.search(r"<h2[^>]*><bdi[^>]*>WIR2.0-Kuratorium</bdi></h2>", section(page(client), "begleitgremium"))


def test_an_unpublished_body_and_its_meetings_vanish(client, board):
    meeting_on(board, TOMORROW)
    Body.objects.filter(pk=board.pk).update(published=False)

    html = page(client)
    assert 'id="begleitgremium"' not in html
    assert TOMORROW.isoformat() not in html
    assert client.get(f"/de/gremium/sitzungen/{TOMORROW}/").status_code == 404


def test_people_stand_there_only_with_a_public_seat_and_a_consent_that_stands(client, board):
    today = timezone.localdate()
    seats = list(Seat.objects.filter(body=board)[:4])
    Seat.objects.filter(pk__in=[seat.pk for seat in seats[:3]]).update(public=True)
    consent = {"consent_on": today, "consent_how": "Formular"}
    rows = [
        (seats[0], "Person Öffentlich", consent),
        (seats[1], "Person Ohne", {}),
        (seats[2], "Person Widerrufen", consent | {"consent_withdrawn_on": today}),
        (seats[3], "Person Interner-Sitz", consent),
    ]
    for seat, name, values in rows:
        SeatHolder.objects.create(seat=seat, name=name, valid_from=date(2024, 1, 1), phone="0511 1", **values)

    html = page(client)
    assert "Person Öffentlich" in html
    assert [name for _seat, name, _values in rows[1:] if name in html] == []
    assert "0511 1<" not in html


def test_free_seats_are_counted_only_where_somebody_sat_before(client, board):
    assert "Freie Sitze" not in section(page(client), "begleitgremium")
    seat = Seat.objects.filter(body=board).first()
    SeatHolder.objects.create(seat=seat, name="Alt", valid_from=date(2023, 1, 1), valid_until=date(2024, 1, 1))

    board_html = section(page(client), "begleitgremium")
    assert re.search(r"<dt>Freie Sitze</dt><dd>1</dd>", board_html)


def test_coming_meetings_come_first_and_past_ones_newest_first(client, board):
    meeting_on(board, TOMORROW + timedelta(days=30))
    meeting_on(board, TOMORROW)
    html = page(client)

    days = re.findall(r"gremium/sitzungen/([\d-]+)/", section(html, "sitzungen"))
    assert days == [TOMORROW.isoformat(), (TOMORROW + timedelta(days=30)).isoformat()]
    past = re.findall(r"gremium/sitzungen/([\d-]+)/", section(html, "vergangen"))
    assert past == sorted(past, reverse=True)
    assert "2022-07-11" in past


def test_a_meeting_shows_its_public_part_and_counts_the_rest(client, board):
    meeting = meeting_on(board, TOMORROW, plain_de="Es geht um Ziele.", access="Kennwort 4711", internal_note="Notiz X")
    AgendaItem(
        body=board, meeting=meeting, number=1, title_de="Offenes Thema", plain_de="Offen.", internal="Intern A"
    ).save()
    AgendaItem(body=board, meeting=meeting, number=2, title_de="Stilles Thema", is_public=False).save()

    html = page(client, f"gremium/sitzungen/{TOMORROW}/")
    assert "Offenes Thema" in html and "Es geht um Ziele." in html and "Rathaus" in html
    assert [word for word in ("Stilles", "4711", "Notiz X", "Intern A") if word in html] == []
    assert "1 Punkt gehört zum internen Teil." in html or "1 Thema gehört zum internen Teil." in html


def test_a_day_without_a_public_meeting_or_that_is_none_does_not_exist(client, board):
    meeting_on(board, TOMORROW, published=False)

    for day in (TOMORROW, "2020-01-01", "2020-02-31", "0000-00-00"):
        assert client.get(f"/de/gremium/sitzungen/{day}/").status_code == 404


def test_topics_without_leichte_sprache_are_counted_there_and_leave_no_empty_heading(client, board):
    meeting = meeting_on(board, TOMORROW)
    for number in (1, 2):
        AgendaItem(body=board, meeting=meeting, number=number, title_de=f"Thema {number}").save()
    AgendaItem(body=board, meeting=meeting, number=3, title_de="Thema 3", title_de_simple="Das Thema").save()

    html = page(client, f"gremium/sitzungen/{TOMORROW}/", "de-simple")
    assert re.findall(r"<h4[^>]*>(.*?)</h4>", html) == ["Das Thema"]
    assert "Thema 1" not in html
    assert re.search(r'hreflang="de">[^<]*2[^<]*</a></p>', html)


def test_the_address_without_a_day_leads_to_all_meetings(client):
    response = client.get("/ar/gremium/sitzungen/")

    assert (response.status_code, response["Location"]) == (301, "/ar/gremium/")


def test_two_bodies_on_one_day_share_a_page_with_the_board_first(client, board):
    meeting_on(Body.objects.get(key="arbeitsausschuss"), TOMORROW, starts=time(9))
    meeting_on(board, TOMORROW)

    names = re.findall(r"<h2 id=\"sitzung-\d+\"><bdi[^>]*>([^<]+)", page(client, f"gremium/sitzungen/{TOMORROW}/"))
    assert names == ["WIR2.0-Kuratorium", "Arbeitsausschuss des WIR2.0-Kuratoriums"]


def test_a_new_date_keeps_the_old_address_until_another_meeting_takes_the_day(client, board):
    meeting = meeting_on(board, TOMORROW + timedelta(days=7))
    MeetingChange.objects.create(meeting=meeting, move="reschedule", at=timezone.now(), old_day=TOMORROW)

    response = client.get(f"/tr/gremium/sitzungen/{TOMORROW}/")
    assert response.status_code == 302
    assert response["Location"] == f"/tr/gremium/sitzungen/{meeting.day}/"
    meeting_on(board, TOMORROW)
    assert client.get(f"/tr/gremium/sitzungen/{TOMORROW}/").status_code == 200


def test_a_cancelled_meeting_says_so(client, board):
    meeting = meeting_on(board, TOMORROW)
    move(meeting, "cancel", by=None, reason="Krank")

    html = page(client, f"gremium/sitzungen/{TOMORROW}/")
    assert "abgesagt" in html
    assert "Krank" not in html


def extract(board, *, result, public=True, release=True):
    """A meeting that was held, with approved minutes; the next one approved them."""
    now = timezone.now()
    meeting = meeting_on(board, date(2026, 3, 5))
    item = AgendaItem(body=board, meeting=meeting, title_de="Radwege für alle", is_public=public)
    item.save()
    move(meeting, "hold", by=None)
    minutes = meeting.minutes.get()
    entry = minutes.entries.get()
    entry.plain_de, entry.internal, entry.outcome = result, "Geheime Rede", MinutesEntry.Outcome.RECOMMENDED
    entry.save()
    move(minutes, "lay", by=None)
    following = meeting_on(board, date(2026, 9, 3), published=False)
    move(following, "hold", by=None)
    move(minutes, "approve", by=None, approved_in=following)
    if release:
        move(minutes, "release", by=None, now=now)
    return meeting, minutes, item


def test_the_extract_stands_on_the_page_once_it_is_released(client, board):
    meeting, minutes, _item = extract(board, result="Der Vorschlag geht an den Rat.", release=False)
    path = f"gremium/sitzungen/{meeting.day}/"
    assert "Der Vorschlag geht an den Rat." not in page(client, path)

    move(Minutes.objects.get(pk=minutes.pk), "release", by=None)

    html = page(client, path)
    assert "Der Vorschlag geht an den Rat." in html
    assert "Empfohlen" in html
    assert "3. September 2026" in html
    assert "Geheime Rede" not in html


def test_results_of_internal_topics_stay_inside(client, board):
    meeting, minutes, _item = extract(board, result="Stilles Ergebnis.", public=False, release=False)
    with pytest.raises(Refused):  # there is nothing public to release
        move(Minutes.objects.get(pk=minutes.pk), "release", by=None)

    html = page(client, f"gremium/sitzungen/{meeting.day}/")
    assert "Stilles Ergebnis." not in html and "Radwege" not in html


def test_examples_stand_apart_under_a_banner(client, board):
    meeting = meeting_on(board, TOMORROW, sample=True)

    assert TOMORROW.isoformat() not in page(client)
    with_examples = page(client, "gremium/?beispiele=1")
    assert TOMORROW.isoformat() in with_examples and "2022-07-11" not in with_examples
    html = page(client, f"gremium/sitzungen/{meeting.day}/")
    assert 'class="notice sample"' in html and 'content="noindex"' in html


@pytest.mark.parametrize("path", ["", "umsetzung/"])
def test_start_and_progress_tell_how_to_take_part_and_the_next_dates(client, board, path):
    assert "Noch ist kein Termin" in section(page(client, path), "mitmachen")
    for days in range(1, 6):
        meeting_on(board, TOMORROW + timedelta(days=days))

    block = section(page(client, path), "mitmachen")
    assert re.findall(r"sitzungen/([\d-]+)/", block) == [
        (TOMORROW + timedelta(days=days)).isoformat() for days in (1, 2, 3)
    ]
    assert "0511 168 41232" in block


def test_a_district_names_its_boards(client):
    html = page(client, "stadtbezirke/12/".replace("12/", "12-herrenhausen-stoecken/"))

    assert "Integrationsbeirat Herrenhausen-Stöcken" in html
    assert "Stadtbezirksrat Herrenhausen-Stöcken" in html


@pytest.mark.parametrize("number", [1, 3])
def test_more_meetings_need_no_more_statements(client, board, django_assert_num_queries, number):
    for days in range(number):
        meeting = meeting_on(board, TOMORROW + timedelta(days=days))
        for place in range(3):
            AgendaItem(body=board, meeting=meeting, number=place, title_de=f"Thema {place}").save()

    with django_assert_num_queries(10):
        client.get("/fa/gremium/")
    with django_assert_num_queries(10):
        client.get(f"/fa/gremium/sitzungen/{TOMORROW}/")
