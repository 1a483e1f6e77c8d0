"""The desk of a board: the next meeting, what waits, measures to discuss, and what became of what was decided."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from measures.models import AgendaMeasure, Measure, Status
from strategy.models import AgendaItem, Body, FollowUp, Paper
from strategy.workflow import correct, propose, put_off, take_up
from tests.measures.factories import create_measure, create_unit, create_update, publish
from tests.strategy.meetings import (
    NOON,
    approve,
    create_body,
    create_holder,
    create_item,
    create_meeting,
    create_seat,
    fresh,
    hold,
    lay,
    rows,
    seat,
    with_topic,
    write,
)
from wir.lib.periods import Period

pytestmark = pytest.mark.django_db

FUTURE, PAST = date(2099, 3, 18), date(2026, 9, 17)
DESK = "admin:board_desk"


@pytest.fixture
def body(person):
    """A board in which gremium1 and the chair sit; no measure but those of the tests."""
    Measure.objects.update(published=False)
    body = create_body()
    seat(body, person("gremium1"), 1)
    seat(body, person("vorsitz"), 2, role="chair")
    return body


def desk(client, query="?gremium=probe"):
    return client.get(reverse(DESK) + query)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


# Who opens it ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "own", "other"),
    [
        ("admin", 200, 200),
        ("leitung", 200, 200),
        ("team1", 200, 200),
        ("gremium1", 200, 404),
        ("vorsitz", 200, 404),
        ("gremium2", 403, 403),
        ("redaktion", 403, 403),
        ("ausschuss", 403, 403),
        ("fachstelle", 403, 403),
    ],
)
def test_each_role_opens_the_desks_of_its_own_bodies(signed_in, body, role, own, other):
    create_seat(create_body("other"))
    client = signed_in(role)

    assert (desk(client).status_code, desk(client, "?gremium=other").status_code) == (own, other)
    assert desk(client, "").status_code == own
    shown = "Schreibtisch des Gremiums" in client.get(reverse("admin:index")).content.decode()
    assert shown == (own == 200)


def test_guests_sign_in_first(client):
    assert desk(client, "").status_code == 302


def test_the_office_begins_with_the_board_and_chooses_others(signed_in, body):
    page = desk(signed_in("leitung"), "")

    kinds = [each.kind for each in page.context["bodies"]]
    assert kinds[0] == page.context["body"].kind == "board"
    assert "working_committee" in kinds


def test_somebody_in_two_bodies_chooses(signed_in, person, body):
    seat(create_body("other"), person("gremium1"), 1)

    page = desk(signed_in("gremium1"), "?gremium=other")

    assert {each.key for each in page.context["bodies"]} == {"probe", "other"}
    assert page.context["body"].key == "other"


# Meetings -------------------------------------------------------------------------------------------------------------


def test_the_next_meeting_with_its_papers(signed_in, body):
    meeting = with_topic(create_meeting(body, FUTURE))
    Paper.objects.create(item=meeting.items.get(), title="Bericht", text="Text")
    with_topic(create_meeting(body, FUTURE + timedelta(days=30)), title_de="Später")

    page = desk(signed_in("gremium1"))

    assert reverse("admin:meeting_desk", args=[meeting.pk]) in page.content.decode()
    assert "1 Unterlage" in text_of(page)
    assert "Später" not in text_of(page)


def test_what_waits_and_what_the_office_may_do_with_it(signed_in, body):
    item = create_item(body, title_de="Wartet noch")
    create_item(create_body("other"), title_de="Geheimes der anderen")
    link = reverse("admin:take_up_topic", args=[item.pk])

    member, office = desk(signed_in("gremium1")), desk(signed_in("team1"))

    assert ("Wartet noch" in text_of(member), link in member.content.decode()) == (True, False)
    assert link in office.content.decode()
    assert "Geheimes" not in text_of(member) + text_of(office)


def test_what_the_last_meeting_decided_and_what_became_of_it(signed_in, body):
    meeting = with_topic(with_topic(create_meeting(body, PAST)), 2, is_public=False)
    minutes = write(hold(meeting))
    one, two = meeting.items.order_by("number")
    FollowUp.objects.create(item=one, task="Bericht", due=date(2026, 10, 1))
    FollowUp.objects.create(item=two, task="Brief", done_on=date(2026, 10, 2), outcome="Ist abgeschickt.")
    earlier = with_topic(create_meeting(body, date(2026, 3, 19)))
    lay(write(hold(earlier)))
    older = earlier.items.get()
    FollowUp.objects.create(item=older, task="Alte Aufgabe", due=date(2099, 1, 1))
    hidden = text_of(desk(signed_in("gremium1")))

    lay(minutes)
    told = text_of(desk(signed_in("gremium1")))

    assert "Protokoll vom 19.03.2026" in hidden
    assert ("Protokoll vom 17.09.2026" in hidden, "Bericht" in hidden, "Brief" in hidden) == (False, False, False)
    wanted = ["Protokoll vom 17.09.2026", "Thema 2", "empfohlen", "überfällig seit 01.10.2026", "Ist abgeschickt."]
    wanted += ["Alte Aufgabe", "bis 01.01.2099"]
    assert [each for each in wanted if each not in told] == []
    assert told.count("Bericht:") == 1


def test_what_is_to_follow_is_for_members_once_the_minutes_are_laid(signed_in, body):
    minutes = write(hold(with_topic(create_meeting(body, PAST))))
    FollowUp.objects.create(item=minutes.meeting.items.get(), task="Heikle Aufgabe")
    FollowUp.objects.create(item=create_item(body), task="Aufgabe ohne Sitzung")
    newer = with_topic(create_meeting(body, PAST + timedelta(days=30)))
    lay(write(hold(newer)))  # so that the older ones are listed as earlier ones

    def read_by(role):
        told = text_of(desk(signed_in(role)))
        return [each for each in ("Heikle Aufgabe", "Aufgabe ohne Sitzung") if each in told]

    member, chair, office = read_by("gremium1"), read_by("vorsitz"), read_by("team1")
    lay(minutes)

    assert (member, chair, office) == ([], [], ["Heikle Aufgabe", "Aufgabe ohne Sitzung"])
    assert read_by("gremium1") == read_by("vorsitz") == ["Heikle Aufgabe"]
    approving = hold(create_meeting(body, PAST + timedelta(days=60))).meeting
    approve(fresh(minutes), approving)
    correct(fresh(minutes), reason="Ein Beschluss fehlte.", by=None, now=NOON)
    assert read_by("gremium1") == ["Heikle Aufgabe"]  # the version before the correction is still read


@pytest.mark.parametrize("what", ["rhythm", "topic", "seat", "meeting", "nothing"])
def test_the_office_opens_the_desk_of_every_body_it_is_told_of(signed_in, body, what):
    rhythm = {"meetings_per_year": 2 if what == "rhythm" else None, "rhythm_source": "Papier" * (what == "rhythm")}
    quiet = create_body("still", Body.Kind.WORKING_COMMITTEE, **rhythm)
    {"topic": create_item, "seat": create_seat, "meeting": create_meeting}.get(what, str)(quiet)

    assert desk(signed_in("team1"), "?gremium=still").status_code == (404 if what == "nothing" else 200)


def test_own_proposals_and_what_became_of_them(signed_in, person, body):
    member = person("gremium1")
    meeting, later = create_meeting(body, PAST), create_meeting(body, FUTURE)
    items = {}
    for place, title in enumerate(["wartet", "kommt dran", "beschlossen", "vertagt", "ohne Ausgang"]):
        items[title] = propose(body, title=title, by=member, now=NOON + timedelta(hours=place))
    propose(body, title="von anderen", by=person("vorsitz"), now=NOON)
    take_up(items["kommt dran"], later, by=None, now=NOON)
    for title in ("beschlossen", "vertagt", "ohne Ausgang"):
        take_up(items[title], meeting, by=None, now=NOON)
    minutes = hold(fresh(meeting))
    outcomes = {"beschlossen": "recommended", "vertagt": "deferred", "ohne Ausgang": ""}
    for entry in minutes.entries.select_related("item"):
        entry.outcome, entry.internal = outcomes[entry.item.title_de], "Besprochen."
        entry.save()
    lay(minutes)

    found = desk(signed_in("gremium1")).context["proposals"]

    assert [(item.title_de, became) for item, became in found] == [
        ("ohne Ausgang", "wurde am 17.09.2026 behandelt"),
        ("vertagt", "wurde vertagt und wartet auf eine Sitzung"),
        ("beschlossen", "empfohlen am 17.09.2026"),
        ("kommt dran", "steht auf der Tagesordnung am 18.03.2099"),
        ("wartet", "wartet auf eine Sitzung"),
    ]


def test_a_proposal_put_off_twice_is_followed_to_its_end(signed_in, person, body):
    item = propose(body, title="Sprachkurse", by=person("gremium1"), now=NOON)
    take_up(item, create_meeting(body, PAST), by=None, now=NOON)
    put_off(fresh(item))
    take_up(AgendaItem.objects.waiting().get(first=item), create_meeting(body, FUTURE), by=None, now=NOON)

    [(_item, became)] = desk(signed_in("gremium1")).context["proposals"]

    assert became == "steht auf der Tagesordnung am 18.03.2099"


def test_gaps_of_seats_are_for_the_office(signed_in, body):
    create_holder(create_seat(body, 7, label="DGB"), valid_until=date(2026, 6, 30))

    assert "Sitz 7: DGB ist unbesetzt" in text_of(desk(signed_in("leitung")))
    assert "Jugendvertretung" in text_of(desk(signed_in("leitung")))
    assert "unbesetzt" not in text_of(desk(signed_in("gremium1")))


def test_a_warning_of_the_rhythm_stands_on_the_desk_of_the_office(signed_in, body):
    assert "Noch keine Sitzung bekannt und keine geplant." in text_of(desk(signed_in("leitung")))
    assert "Noch keine Sitzung bekannt" not in text_of(desk(signed_in("gremium1")))


# Measures -------------------------------------------------------------------------------------------------------------


def with_status(measure, key):
    publish(create_update(publish(measure), Status.objects.get(key=key), day=f"{timezone.localdate():%Y-%m-%d}"))
    return measure


def listed(page):
    return [row["measure"].number for row in page.context["page"]]


@pytest.fixture
def measures(body):
    return {
        "late": with_status(
            create_measure(901, planned_end=Period.read("2025"), responsible=create_unit("90")), "laeuft"
        ),
        "blocked": with_status(create_measure(902), "zurueckgestellt"),
        "silent": publish(create_measure(903)),
        "well": with_status(create_measure(904), "laeuft"),
        "draft": create_measure(905, planned_end=Period.read("2025")),
        "sample": publish(create_measure(1_000_001, sample=True)),
    }


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [901]),
        ("&grund=spaet", [901]),
        ("&grund=blockiert", [902]),
        ("&grund=still", [903]),
        ("&grund=x", [901]),
        ("&seite=99", [901]),
        ("&seite=x", [901]),
    ],
)
def test_late_blocked_and_silent_measures_come_to_the_board(signed_in, measures, query, numbers):
    page = desk(signed_in("gremium1"), f"?gremium=probe{query}")

    assert listed(page) == numbers
    assert [(key, number) for key, _label, number in page.context["groups"]] == [
        ("spaet", 1),
        ("blockiert", 1),
        ("still", 1),
    ]


def test_a_measure_becomes_a_topic_with_one_page(signed_in, body, measures):
    client, measure = signed_in("gremium1"), measures["late"]
    address = reverse("admin:propose_measure", args=[body.pk, measure.pk])
    assert address in desk(client).content.decode()
    form = client.get(address).context["form"]

    refused = client.post(address, {"title": " ", "internal": "Darum."})
    done = client.post(address, {"title": form["title"].value(), "internal": "Darum."})
    again = client.post(address, {"title": "Noch einmal"})

    assert (refused.status_code, done.status_code, again.status_code) == (422, 302, 422)
    item = AgendaItem.objects.get(body=body)
    assert (item.title_de, item.proposed_by.username) == ("Wie geht es weiter mit: Maßnahme 901", "gremium1")
    assert AgendaMeasure.objects.get().measure == fresh(measure)
    page = desk(client)
    assert "steht schon an" in text_of(page)
    assert address not in page.content.decode()


@pytest.mark.parametrize(
    ("role", "status"), [("gremium2", 403), ("redaktion", 403), ("leitung", 200), ("vorsitz", 200)]
)
def test_only_members_and_the_office_bring_measures(signed_in, body, measures, role, status):
    client, before = signed_in(role), rows(AgendaItem)
    address = reverse("admin:propose_measure", args=[body.pk, measures["late"].pk])

    assert client.get(address).status_code == status
    if status != 200:
        assert client.post(address, {"title": "Thema"}).status_code == status
    assert rows(AgendaItem) == before


@pytest.mark.parametrize("name", ["draft", "sample"])
def test_hidden_measures_are_not_brought(signed_in, body, measures, name):
    address = reverse("admin:propose_measure", args=[body.pk, measures[name].pk])

    assert signed_in("gremium1").get(address).status_code == 404


def test_a_desk_needs_the_same_statements_for_3_as_for_300_measures(signed_in, body, measures):
    client = signed_in("leitung")
    meeting = with_topic(create_meeting(body, PAST))
    lay(write(hold(meeting)))
    with_topic(create_meeting(body, FUTURE))

    def statements():
        with CaptureQueriesContext(connection) as captured:
            page = desk(client, "?gremium=probe&grund=still")
        return len(captured), len(listed(page))

    unit = create_unit("91")
    Measure.objects.filter(number=903).update(responsible=unit)
    for number in (910, 911):
        publish(create_measure(number, responsible=unit))
    three = statements()
    Measure.objects.bulk_create(
        Measure(
            number=number,
            field=fresh(measures["silent"]).field,
            title_de=f"Maßnahme {number}",
            plain_de="Kurz.",
            published=True,
            first_published_at=NOON,
            responsible=unit,
        )
        for number in range(2000, 2300)
    )

    many = statements()

    assert (three[1], many[1]) == (3, 25)
    assert many[0] == three[0]
    assert many[0] <= 45
