"""One gate for bodies, meetings and minutes: what is planted as a secret stays inside, on every way out."""

from datetime import date, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from strategy import mails
from strategy.models import (
    AgendaItem,
    Body,
    FollowUp,
    Meeting,
    Minutes,
    MinutesEntry,
    Paper,
    Seat,
    SeatHolder,
)
from strategy.workflow import correct, move
from tests.visibility import SECRET, text_of, told_secrets
from wir.accounts.demo import ACCOUNTS
from wir.languages.models import ContentStamp

pytestmark = pytest.mark.django_db

DAYS = {"shown": date(2026, 3, 5), "hidden": date(2026, 4, 7), "draft": date(2026, 5, 6), "approving": date(2026, 9, 3)}
WAYS = [
    "",
    "umsetzung/",
    "gremium/",
    "gremium/?beispiele=1",
    "gremium/sitzungen.ics",
    "gremium/sitzungen.ics?beispiele=1",
    *(f"gremium/sitzungen/{day}/" for day in DAYS.values()),
    "inhalt/",
    "uebersetzungen/",
    "stadtbezirke/2-vahrenwald-list/",
    "massnahmen/2/",
]


def held(body, day, *, published=True, **values):
    meeting = Meeting(body=body, day=day, starts=time(17), place="Rathaus", **values)
    meeting.access, meeting.internal_note = f"{SECRET} Zugang", f"{SECRET} Notiz"
    meeting.save()
    for public in (True, False):
        item = AgendaItem(body=body, meeting=meeting, internal=f"{SECRET} intern", is_public=public)
        item.title_de = f"Thema vom {day}" if public else f"{SECRET} Thema"
        item.plain_de = "Offen." if public else SECRET
        item.save()
        Paper.objects.create(item=item, title=f"{SECRET} Unterlage", text=SECRET)
        FollowUp.objects.create(item=item, task=f"{SECRET} Folge")
    if published:
        move(meeting, "publish", by=None)
    move(meeting, "hold", by=None)
    minutes = meeting.minutes.get()
    minutes.general = f"{SECRET} Ablauf"
    minutes.save()
    for entry in minutes.entries.all():
        entry.outcome, entry.internal = MinutesEntry.Outcome.NOTED, f"{SECRET} Verlauf"
        entry.plain_de = f"Ergebnis vom {day}" if entry.item.is_public else f"{SECRET} Ergebnis"
        entry.save()
    return meeting


@pytest.fixture
def planted(db):
    """Meetings of every kind, each with secrets in everything that is not meant for the public."""
    board = Body.objects.get(key="begleitgremium")
    today = timezone.localdate()
    holder = {"valid_from": date(2024, 1, 1), "postal": f"{SECRET}straße 1", "phone": SECRET, "mail": ""}
    seats = list(Seat.objects.filter(body=board)[:3])
    Seat.objects.filter(pk=seats[0].pk).update(public=True)
    given = {"consent_on": today - timedelta(days=9), "consent_how": f"{SECRET} Akte"}
    SeatHolder.objects.create(seat=seats[0], name="Name Öffentlich", **holder, **given)
    SeatHolder.objects.create(seat=seats[1], name=f"Name {SECRET}", **holder, **given)
    SeatHolder.objects.create(seat=seats[2], name=f"Ohne {SECRET}", **holder)

    shown = held(board, DAYS["shown"])
    approving = held(board, DAYS["approving"], published=False)
    minutes = shown.minutes.get()
    move(minutes, "lay", by=None)
    move(minutes, "approve", by=None, approved_in=approving)
    move(minutes, "release", by=None)
    version = correct(Minutes.objects.get(pk=minutes.pk), reason=f"{SECRET} Grund", by=None)
    entry = version.entries.get(item__is_public=True)
    entry.plain_de = f"{SECRET} neue Fassung"
    entry.save()

    held(board, DAYS["hidden"], published=False, plain_de=f"{SECRET} Sitzung")
    draft = held(board, DAYS["draft"])
    entry = draft.minutes.get().entries.get(item__is_public=True)
    entry.plain_de = f"{SECRET} Entwurf"
    entry.save()

    hidden_body = Body.objects.get(key="arbeitsausschuss")
    Body.objects.filter(pk=hidden_body.pk).update(published=False, plain_de=f"{SECRET} Gremium", plain_ar=SECRET)
    held(hidden_body, DAYS["shown"])
    waiting = AgendaItem(body=board, title_de=f"{SECRET} wartet", plain_de=SECRET)
    waiting.save()
    coming = Meeting(body=board, day=today + timedelta(days=9), plain_de=f"{SECRET} geplant")
    coming.save()
    ContentStamp.touch()
    return coming


@pytest.mark.parametrize("role", [None, *ACCOUNTS])
def test_no_way_out_tells_a_secret(client, person, planted, role):
    if role:
        client.force_login(person(role))

    assert told_secrets(client, WAYS) == {}
    assert SECRET not in text_of(client.get("/sitemap.xml"))


def test_what_is_meant_for_the_public_is_told(client, planted):
    """The walk above would pass on an empty portal."""
    assert "Name Öffentlich" in text_of(client.get("/de/gremium/"))
    shown = text_of(client.get(f"/de/gremium/sitzungen/{DAYS['shown']}/"))
    assert f"Ergebnis vom {DAYS['shown']}" in shown
    assert f"Thema vom {DAYS['draft']}" in text_of(client.get(f"/de/gremium/sitzungen/{DAYS['draft']}/"))
    assert f"/de/gremium/sitzungen/{DAYS['shown']}/" in text_of(client.get("/sitemap.xml"))


def test_pages_and_addresses_of_hidden_meetings_do_not_exist(client, planted):
    for day in (DAYS["hidden"], DAYS["approving"], planted.day):
        assert client.get(f"/de/gremium/sitzungen/{day}/").status_code == 404
        for path in ("/sitemap.xml", "/de/inhalt/", "/de/gremium/", "/de/"):
            assert f"sitzungen/{day}/" not in text_of(client.get(path))


def test_one_meeting_and_the_queryset_agree_about_what_is_public(planted):
    public = set(Meeting.objects.public().values_list("pk", flat=True))

    assert public
    for meeting in Meeting.objects.select_related("body"):
        assert meeting.is_public == (meeting.pk in public)
    for item in AgendaItem.objects.select_related("meeting__body"):
        assert item.is_open == AgendaItem.objects.public().filter(pk=item.pk).exists()


READERS_OF_MESSAGES = {"team1", "team2", "leitung", "datenschutz", "admin"}


@pytest.mark.parametrize("role", [None, *ACCOUNTS])
def test_messages_are_read_by_the_office_alone(client, person, planted, role):
    """What somebody is told stands in no public page and in no list of who has no right to it."""
    holder = SeatHolder.objects.filter(seat__body=planted.body).first()
    planted.access = f"{SECRET} Zugang"
    message = mails.invite(planted, holder, by=None, now=timezone.now())
    assert SECRET in message.text
    if role:
        client.force_login(person(role))

    for path in (
        "/admin/outbox/message/",
        f"/admin/outbox/message/{message.pk}/change/",
        reverse("admin:message_page", args=[message.pk]) + "?seite=1",
        reverse("admin:print_letters") + f"?briefe={message.pk}",
    ):
        response = client.get(path)
        readable = response.status_code == 200
        assert not readable or role in READERS_OF_MESSAGES, path
        assert readable or role not in ("team1", "leitung"), path
        assert readable or SECRET not in text_of(response)
    for path in ("/de/", "/de/gremium/", "/readyz", "/sitemap.xml"):
        assert SECRET not in text_of(client.get(path))


INSIDE = [
    "/admin/strategy/meeting/",
    "/admin/strategy/agendaitem/",
    "/admin/strategy/minutes/",
    "/admin/strategy/seatholder/",
    "/admin/strategy/seat/",
]


@pytest.mark.parametrize("role", ["redaktion", "fachstelle", "uebersetzung-tr", "gremium1", "vorsitz", "finanzen"])
def test_the_back_office_keeps_them_from_who_does_not_coordinate(client, person, planted, role):
    """gremium1 holds no seat here: a board member reads what her own bodies do, and nothing by way of the lists."""
    client.force_login(person(role))

    meeting = Meeting.objects.get(day=DAYS["hidden"])
    told = [path for path in INSIDE if SECRET in text_of(client.get(path))]
    assert told == []
    assert client.get(f"/admin/sitzungen/{meeting.pk}/").status_code in (403, 404)
    assert client.get(f"/admin/strategy/meeting/{meeting.pk}/change/").status_code in (302, 403)
