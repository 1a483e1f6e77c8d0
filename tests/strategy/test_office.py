"""The task pages of meetings, minutes, seats and topics: who opens them, what they ask, and what they refuse."""

import re
from datetime import date, time

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from strategy.models import (
    AgendaItem,
    Attendance,
    Meeting,
    MeetingChange,
    Minutes,
    MinutesEntry,
    Paper,
    Seat,
    SeatHolder,
)
from strategy.workflow import correct, move
from tests.strategy.meetings import (
    NOON,
    approve,
    approved_minutes,
    create_body,
    create_holder,
    create_item,
    create_meeting,
    create_seat,
    fresh,
    hold,
    lay,
    publish,
    release,
    rows,
    seat,
    with_topic,
    write,
)

pytestmark = pytest.mark.django_db

WRITTEN = (Meeting, Minutes, MinutesEntry, Attendance, AgendaItem, MeetingChange, Seat, SeatHolder)
FUTURE, PAST, LONG_PAST = date(2099, 3, 18), date(2026, 9, 17), date(2026, 3, 19)
ROLES = ["anonymous", "admin", "leitung", "team1", "vorsitz", "gremium1", "gremium2", "redaktion", "ausschuss"]
ROLES += ["fachstelle", "finanzen", "datenschutz", "uebersetzung-tr"]


@pytest.fixture
def body(person):
    """A board with a chair and a member; gremium2 sits elsewhere."""
    body = create_body()
    seat(body, person("vorsitz"), 1, role="chair", valid_from=date(2025, 1, 1))
    seat(body, person("gremium1"), 2, valid_from=date(2025, 1, 1))
    seat(create_body("other"), person("gremium2"), 1, valid_from=date(2025, 1, 1))
    return body


@pytest.fixture
def things(body):
    """One of each that a task page is about, in the state in which its move is possible."""
    planned = with_topic(create_meeting(body, FUTURE))
    draft = write(hold(with_topic(create_meeting(body, PAST))))
    laid = lay(write(hold(with_topic(create_meeting(body, LONG_PAST)))))
    approved = approved_minutes(body, date(2025, 3, 20), LONG_PAST)
    return {
        "planned": planned,
        "draft": draft,
        "laid": laid,
        "approved": approved,
        "seat": Seat.objects.get(body=body, number=2),
        "body": body,
        "topic": create_item(body),
    }


PAGES = {
    "meeting_desk": ("planned", ()),
    "meeting_move": ("planned", ("invite",)),
    "minutes_read": ("laid", ()),
    "read a draft": ("draft", ()),
    "lay": ("draft", ("lay",)),
    "approve": ("laid", ("approve",)),
    "release": ("approved", ("release",)),
    "minutes_correct": ("approved", ()),
    "seat_succeed": ("seat", ()),
    "propose_topic": ("body", ()),
    "take_up_topic": ("topic", ()),
}
NAMES = {"read a draft": "minutes_read"} | dict.fromkeys(["lay", "approve", "release"], "minutes_move")
OFFICE = {"admin": 200, "leitung": 200, "team1": 200}
MEMBERS = {"vorsitz": 200, "gremium1": 200}
REFUSED = {"vorsitz": 403, "gremium1": 403}
NOBODY = {"anonymous": 302}
# What is not in the row answers with its `else`: hidden things 404, forbidden verbs 403
ACCESS = {
    "meeting_desk": (OFFICE | MEMBERS | NOBODY, 404),
    "meeting_move": (OFFICE | REFUSED | NOBODY, 404),
    "minutes_read": (OFFICE | MEMBERS | NOBODY, 404),
    "read a draft": (OFFICE | NOBODY, 404),
    "lay": (OFFICE | NOBODY, 404),
    "approve": (OFFICE | {"team1": 403, "vorsitz": 200, "gremium1": 403} | NOBODY, 404),
    "release": (OFFICE | REFUSED | NOBODY, 404),
    "minutes_correct": (OFFICE | REFUSED | NOBODY, 404),
    "seat_succeed": (OFFICE | NOBODY, 403),
    "propose_topic": (OFFICE | MEMBERS | NOBODY, 403),
    "take_up_topic": (OFFICE | REFUSED | NOBODY, 404),
}


def address(things, page):
    thing, more = PAGES[page]
    return reverse(f"admin:{NAMES.get(page, page)}", args=[things[thing].pk, *more])


def client_of(person, role):
    client = Client()
    if role != "anonymous":
        client.force_login(person(role))
    return client


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES)
def test_each_role_opens_exactly_this(person, things, told, role, page):
    expected, otherwise = ACCESS[page]

    assert client_of(person, role).get(address(things, page)).status_code == expected.get(role, otherwise)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES)
def test_who_may_not_open_a_page_writes_nothing_with_it(person, things, told, role, page):
    expected, otherwise = ACCESS[page]
    status = expected.get(role, otherwise)
    if status == 200:
        return
    before, messages = rows(*WRITTEN), dict(told)

    response = client_of(person, role).post(address(things, page), {"reason": "x", "title": "x", "name": "x"})

    assert response.status_code == status
    assert rows(*WRITTEN) == before
    assert told == messages


@pytest.mark.parametrize("page", [page for page in PAGES if page not in ("meeting_desk", "minutes_read")])
def test_looking_at_a_page_writes_nothing(person, things, told, page):
    before, messages = rows(*WRITTEN), dict(told)

    client_of(person, "leitung").get(address(things, page))

    assert rows(*WRITTEN) == before
    assert told == messages


@pytest.mark.parametrize("page", ["meeting_move", "lay", "minutes_correct", "seat_succeed", "propose_topic"])
def test_a_post_from_another_site_is_refused(person, things, page):
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("leitung"))
    before = rows(*WRITTEN)

    assert client.post(address(things, page), {"reason": "x", "title": "x"}).status_code == 403
    assert rows(*WRITTEN) == before


@pytest.mark.parametrize("page", ["meeting_move", "minutes_move"])
def test_a_move_that_does_not_exist_is_no_page(person, things, page):
    thing = things["planned" if page == "meeting_move" else "laid"]

    assert client_of(person, "admin").get(reverse(f"admin:{page}", args=[thing.pk, "burn"])).status_code == 404


def test_things_that_do_not_exist_are_no_pages(person):
    for page in ("meeting_desk", "minutes_read", "seat_succeed", "propose_topic", "take_up_topic"):
        assert client_of(person, "admin").get(reverse(f"admin:{page}", args=[987654])).status_code == 404


# A meeting for its members --------------------------------------------------------------------------------------------


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_members_read_everything_about_a_meeting(signed_in, body):
    meeting = create_meeting(body, FUTURE, access="Klingel B", ends=time(19))
    item = create_item(body, meeting, internal="Bitte vertraulich.", is_public=False, plain_de="Darum geht es.")
    Paper.objects.create(item=item, title="Bericht", text="Der ganze Bericht.")
    Paper.objects.create(item=item, title="Übersicht", link="https://example.org/u")

    page = signed_in("gremium1").get(reverse("admin:meeting_desk", args=[meeting.pk]))

    told = ["Mittwoch, 18. März 2099", "17:00 bis 19:00 Uhr", "Rathaus", "Klingel B", "Thema 1", "interner Teil"]
    told += ["Darum geht es.", "Bitte vertraulich.", "Bericht", "Der ganze Bericht.", "Ein Thema vorschlagen"]
    assert [each for each in told if each not in text_of(page)] == []
    assert 'href="https://example.org/u"' in page.content.decode()
    assert "Bearbeiten" not in text_of(page)


def test_a_topic_that_came_back_brings_its_first_papers(signed_in, body):
    first = create_item(body, create_meeting(body, PAST))
    Paper.objects.create(item=first, title="Der alte Bericht", text="Text")
    meeting = create_meeting(body, FUTURE)
    create_item(body, meeting, first=first)

    assert "Der alte Bericht" in text_of(signed_in("gremium1").get(reverse("admin:meeting_desk", args=[meeting.pk])))


def test_who_had_a_seat_on_the_day_reads_on_and_who_came_later_reads_too(signed_in, person, body):
    left = person("gremium1").seats.get(seat__body=body)
    left.valid_until = date(2026, 10, 1)
    left.save()
    seat(body, person("gremium3"), 3, valid_from=date(2026, 11, 1))
    before, after = create_meeting(body, PAST), create_meeting(body, FUTURE)

    def opens(name, meeting):
        return signed_in(name).get(reverse("admin:meeting_desk", args=[meeting.pk])).status_code

    assert (opens("gremium1", before), opens("gremium1", after)) == (200, 404)
    assert (opens("gremium3", before), opens("gremium3", after)) == (200, 200)


def test_a_draft_of_the_minutes_is_hidden_from_members_until_it_is_laid(signed_in, body):
    minutes = write(hold(with_topic(create_meeting(body, PAST))))
    page = reverse("admin:meeting_desk", args=[minutes.meeting_id])
    hidden = text_of(signed_in("gremium1").get(page))

    lay(minutes)

    assert "Das Protokoll liegt noch nicht vor." in hidden
    assert "Protokoll, Fassung 1" in text_of(signed_in("gremium1").get(page))


def test_a_draft_of_a_correction_is_hidden_while_the_approved_version_is_read(signed_in, body):
    minutes = approved_minutes(body, LONG_PAST, PAST)
    second = correct(minutes, reason="Ein Wort fehlte.", by=None, now=NOON)

    page = text_of(signed_in("gremium1").get(reverse("admin:meeting_desk", args=[minutes.meeting_id])))

    assert ("Fassung 1" in page, "Fassung 2" in page) == (True, False)
    assert signed_in("gremium1").get(reverse("admin:minutes_read", args=[second.pk])).status_code == 404


def test_minutes_are_read_with_attendance_outcome_and_inner_part(signed_in, body):
    minutes = write(hold(with_topic(create_meeting(body, PAST))))
    line = minutes.attendances.first()
    line.left_at = time(18, 15)
    line.save()
    lay(minutes)

    page = text_of(signed_in("gremium1").get(reverse("admin:minutes_read", args=[minutes.pk])))

    told = ["vorsitz (Demo)", "gegangen um 18:15", "empfohlen", "Das Gremium empfiehlt es.", "Lange besprochen."]
    assert [each for each in told if each not in page] == []


# Moves ----------------------------------------------------------------------------------------------------------------


def post(client, page, *args, **values):
    return client.post(reverse(f"admin:{page}", args=args), values)


def test_a_page_says_what_follows_before_it_happens(signed_in, things, told):
    page = text_of(signed_in("leitung").get(address(things, "meeting_move")))

    assert "Alle, die an diesem Tag einen Sitz haben, bekommen die Einladung" in page


def test_everything_in_the_way_is_told_at_once(signed_in, body, told):
    meeting = create_meeting(body, PAST, starts=None, ends=None, place="", access="")
    client = signed_in("leitung")
    before = rows(*WRITTEN)

    looked = client.get(reverse("admin:meeting_move", args=[meeting.pk, "invite"]))
    refused = post(client, "meeting_move", meeting.pk, "invite")

    reasons = ["Der Beginn fehlt.", "Der Ort oder der Zugang für Mitglieder fehlt.", "Die Tagesordnung ist leer."]
    assert (looked.status_code, refused.status_code) == (200, 422)
    for response in (looked, refused):
        assert [each for each in reasons if each not in text_of(response)] == []
    assert rows(*WRITTEN) == before
    assert told == {}


def test_a_new_date_is_read_in_german_and_what_was_typed_stays(signed_in, body, told):
    meeting = with_topic(create_meeting(body, FUTURE))
    client = signed_in("leitung")
    post(client, "meeting_move", meeting.pk, "invite")
    told.clear()
    typed = {"day": "31.02.2099", "starts": "18.30", "ends": "25 Uhr", "place": "Freizeitheim"}

    refused = post(client, "meeting_move", meeting.pk, "reschedule", **typed)
    page = refused.content.decode()

    assert refused.status_code == 422
    assert [each for each in typed.values() if f'value="{each}"' not in page] == []
    assert "Diesen Tag gibt es nicht." in page
    assert told == {}
    done = post(client, "meeting_move", meeting.pk, "reschedule", **typed | {"day": "25.03.2099", "ends": ""})
    assert done.status_code == 302
    meeting = fresh(meeting)
    assert (meeting.day, meeting.starts, meeting.ends, meeting.place) == (
        date(2099, 3, 25),
        time(18, 30),
        None,
        "Freizeitheim",
    )
    assert len(told) == 2


def test_a_form_for_a_new_date_shows_the_old_one(signed_in, body, told):
    meeting = with_topic(create_meeting(body, FUTURE))
    move(meeting, "invite", by=None, now=NOON)

    page = signed_in("leitung").get(reverse("admin:meeting_move", args=[meeting.pk, "reschedule"])).content.decode()

    assert [each for each in ("18.03.2099", "17:00", "19:00", "Rathaus") if f'value="{each}"' not in page] == []


def test_a_chair_approves_in_a_later_meeting(signed_in, things):
    later = Meeting.objects.get(day=PAST)
    client = signed_in("vorsitz")
    page = client.get(address(things, "approve"))
    missing = client.post(address(things, "approve"), {})

    done = client.post(address(things, "approve"), {"approved_in": later.pk})

    assert [each.day for each in page.context["form"].fields["approved_in"].queryset] == [PAST]
    assert (missing.status_code, done.status_code) == (422, 302)
    minutes = fresh(things["laid"])
    assert (minutes.state, minutes.approved_in, minutes.approved_by.username) == ("approved", later, "vorsitz")


def test_minutes_without_a_later_meeting_say_so(signed_in, body):
    minutes = lay(write(hold(with_topic(create_meeting(body, PAST)))))

    page = signed_in("vorsitz").get(reverse("admin:minutes_move", args=[minutes.pk, "approve"]))

    assert "Seit dieser Sitzung hat noch keine stattgefunden" in text_of(page)
    assert 'value="Genehmigen"' not in page.content.decode()


def test_a_release_shows_what_is_to_be_looked_at(signed_in, body):
    create_holder(create_seat(body, 9), "Ada Berger")
    minutes = approved_minutes(body, LONG_PAST, PAST, plain="Am Berger Kirchweg.")
    client, page = signed_in("team1"), reverse("admin:minutes_move", args=[minutes.pk, "release"])

    looked = text_of(client.get(page))
    refused = client.post(page, {})
    done = client.post(page, {"looked_at": "on"})

    assert "vielleicht der Name „Berger“ – bitte ansehen" in looked
    assert (refused.status_code, done.status_code) == (422, 302)
    assert fresh(minutes).extract_published_by.username == "team1"


def test_a_move_somebody_else_made_is_told(signed_in, things, told):
    client = signed_in("leitung")
    client.post(address(things, "meeting_move"))

    again = client.post(address(things, "meeting_move"))

    assert again.status_code == 422
    assert "„Einladen“ ist in diesem Stand nicht möglich." in text_of(again)


# Corrections, seats, proposals, topics --------------------------------------------------------------------------------


def test_a_correction_asks_why_and_leads_to_the_new_version(signed_in, things):
    client = signed_in("team1")

    refused = client.post(address(things, "minutes_correct"), {"reason": "  "})
    done = client.post(address(things, "minutes_correct"), {"reason": "Ein Beschluss fehlte."})

    assert refused.status_code == 422
    assert "Eine Berichtigung sagt, warum es sie gibt." in text_of(refused)
    second = Minutes.objects.get(version=2)
    assert done["Location"] == reverse("admin:strategy_minutes_change", args=[second.pk])
    assert second.reason == "Ein Beschluss fehlte."


def succession(**values):
    row = {"on": "01.04.2099", "name": "Bo Celik", "role": "member", "language": "tr", "mail": "bo@example.org"}
    return row | values


def test_a_seat_changes_hands_on_its_page(signed_in, things, told):
    done = signed_in("team1").post(address(things, "seat_succeed"), succession())

    assert done.status_code == 302
    holders = things["seat"].holders.order_by("valid_from")
    assert [(each.name, each.valid_until) for each in holders] == [
        ("gremium1 (Demo)", date(2099, 3, 31)),
        ("Bo Celik", None),
    ]
    assert [(kind, to.name, to.language) for kind, to, _context in told.values()] == [("seat_begins", "Bo Celik", "tr")]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": ""}, "Dieses Feld ist zwingend erforderlich."),
        ({"on": "bald"}, "Bitte schreiben Sie den Tag so: 18.03.2027"),
        ({"on": "31.02.2027"}, "Diesen Tag gibt es nicht."),
        ({"on": "2027-02-31"}, "Diesen Tag gibt es nicht."),
        ({"on": "٠١.٠١.٢٠٢٥"}, "gremium1 (Demo) hat den Sitz erst am 01.01.2025 übernommen."),
        ({"on": "01.01.2025"}, "gremium1 (Demo) hat den Sitz erst am 01.01.2025 übernommen."),
        ({"mail": ""}, "Bitte tragen Sie ein, wie die Person erreichbar ist: E-Mail, Anschrift oder Telefon."),
        ({"consent_on": "01.03.2099"}, "Zur Einwilligung gehören der Tag und wie sie vorliegt."),
        ({"language": "xx"}, "Bitte eine gültige Auswahl treffen."),
    ],
)
def test_a_change_that_does_not_fit_is_told_and_writes_nothing(signed_in, things, told, values, sentence):
    before = rows(*WRITTEN)

    response = signed_in("team1").post(address(things, "seat_succeed"), succession(**values))

    assert response.status_code == 422
    assert sentence in text_of(response)
    assert rows(*WRITTEN) == before
    assert told == {}


def test_an_account_that_sits_there_already_is_told_at_its_field(signed_in, person, things, told):
    response = signed_in("team1").post(address(things, "seat_succeed"), succession(user=person("vorsitz").pk))

    assert response.status_code == 422
    assert "user" in response.context["form"].errors


def test_a_member_proposes_a_topic(signed_in, things):
    client = signed_in("gremium1")

    refused = client.post(address(things, "propose_topic"), {"title": "", "internal": "Darum."})
    done = client.post(address(things, "propose_topic"), {"title": "Sprachkurse", "internal": "Darum."})

    assert (refused.status_code, "Das Thema fehlt." in text_of(refused)) == (422, True)
    assert "Darum." in refused.content.decode()
    assert done.status_code == 302
    item = AgendaItem.objects.get(title_de="Sprachkurse")
    assert (item.internal, item.proposed_by.username, item.is_public) == ("Darum.", "gremium1", False)


def test_a_topic_is_put_on_the_agenda_of_a_meeting_that_is_still_open(signed_in, things):
    client, page = signed_in("team1"), address(things, "take_up_topic")
    offered = client.get(page).context["form"].fields["meeting"].queryset
    closed = client.post(page, {"meeting": things["laid"].meeting_id})

    done = client.post(page, {"meeting": things["planned"].pk})
    again = client.post(page, {"meeting": things["planned"].pk})

    assert list(offered) == [things["planned"]]
    assert (closed.status_code, done.status_code, again.status_code) == (422, 302, 422)
    assert fresh(things["topic"]).meeting == things["planned"]


def test_what_is_public_is_not_decided_here(signed_in, body):
    """Members of a body whose meeting is hidden read it all the same; what it says stays away from the website."""
    minutes = approved_minutes(body, LONG_PAST, PAST, published=False)
    create = signed_in("gremium1").get(reverse("admin:minutes_read", args=[minutes.pk]))

    assert create.status_code == 200
    assert MinutesEntry.objects.public().count() == 0


def test_the_released_extract_is_named_on_the_page(signed_in, body):
    minutes = release(approve(lay(write(hold(published(body)))), held_later(body)))

    page = text_of(signed_in("gremium1").get(reverse("admin:minutes_read", args=[minutes.pk])))

    assert f"veröffentlicht am {timezone.localtime(NOON):%d.%m.%Y}" in page


def published(body):
    return publish(with_topic(create_meeting(body, LONG_PAST)))


def held_later(body):
    later = create_meeting(body, PAST)
    hold(later)
    return fresh(later)
