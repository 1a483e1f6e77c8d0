"""The door of meetings and minutes: the whole grid of states and moves, what is in the way, and what follows."""

from datetime import date, datetime, time, timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet

from strategy.models import AgendaItem, Attendance, Meeting, MeetingChange, Minutes, MinutesEntry
from strategy.workflow import MEETING_MOVES, MINUTES_MOVES, blockers, correct, move, propose, put_off, take_up
from tests.strategy.meetings import (
    DAY,
    LATER,
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
    invite,
    lay,
    publish,
    release,
    rows,
    seat,
    with_topic,
    write,
)
from wir.languages.models import ContentStamp, Origin, SourceText, TranslationUnit
from wir.languages.writing import save_translation
from wir.lib.workflow import FASTER, Refused

pytestmark = pytest.mark.django_db

WRITTEN = (Meeting, Minutes, MinutesEntry, Attendance, AgendaItem, MeetingChange, ContentStamp, SourceText)
VALUES = {
    "reschedule": {"day": date(2027, 3, 25), "starts": time(18), "ends": None, "place": "Freizeitheim"},
    "cancel": {"reason": "Der Raum ist gesperrt."},
}


@pytest.fixture
def body():
    body = create_body()
    create_holder(create_seat(body))
    return body


def refused(thing, name, told=None, now=NOON, **values):
    """The reasons why a move is refused; nothing is written then and nobody is told."""
    before, messages = rows(*WRITTEN), dict(told or {})
    with pytest.raises(Refused) as refusal:
        move(thing, name, by=None, now=now, **values)
    assert rows(*WRITTEN) == before
    assert dict(told or {}) == messages
    return refusal.value.reasons


# The grid -------------------------------------------------------------------------------------------------------------


def meeting_that_is(body, state, published=False):
    meeting = with_topic(create_meeting(body))
    if published:
        meeting = publish(meeting)
    if state in ("invited",):
        meeting = invite(meeting)
    if state == "held":
        move(meeting, "hold", by=None, now=meeting.starts_at)
    if state == "cancelled":
        move(meeting, "cancel", by=None, now=NOON, reason="Der Raum ist gesperrt.")
    return fresh(meeting)


ALLOWED = {
    ("invite", "planned"): "invited",
    ("reschedule", "invited"): "invited",
    ("hold", "planned"): "held",
    ("hold", "invited"): "held",
    ("not_held", "held"): "planned",
    ("cancel", "planned"): "cancelled",
    ("cancel", "invited"): "cancelled",
}


@pytest.mark.parametrize(
    ("name", "state"), [*product(["invite", "reschedule", "hold", "not_held", "cancel"], Meeting.State.values)]
)
def test_a_meeting_moves_exactly_as_the_table_says(body, told, name, state):
    meeting = meeting_that_is(body, state)
    told.clear()
    now = meeting.starts_at if name in ("hold", "not_held") else NOON

    if (name, state) in ALLOWED:
        move(meeting, name, by=None, now=now, **VALUES.get(name, {}))

        assert fresh(meeting).state == ALLOWED[name, state]
        assert MeetingChange.objects.filter(meeting=meeting).first().move == name
    else:
        assert len(refused(meeting, name, told, now, **VALUES.get(name, {}))) == 1


@pytest.mark.parametrize(
    ("name", "published", "state"), [*product(["publish", "withdraw"], [False, True], Meeting.State.values)]
)
def test_a_meeting_becomes_public_in_every_state_and_only_once(body, told, name, published, state):
    meeting = meeting_that_is(body, state, published)
    told.clear()

    if published == (name == "withdraw"):
        move(meeting, name, by=None, now=NOON)

        assert fresh(meeting).published == (name == "publish")
        assert fresh(meeting).state == state
        assert told == {}
    else:
        refused(meeting, name, told)


MINUTES = ["draft", "laid", "approved", "released"]
MINUTES_ALLOWED = {
    ("lay", "draft"): "laid",
    ("take_back", "laid"): "draft",
    ("approve", "laid"): "approved",
    ("release", "approved"): "approved",
}


def minutes_that_are(body, state):
    meeting = publish(with_topic(create_meeting(body)))
    later = create_meeting(body, LATER)
    minutes = write(hold(meeting))
    hold(later)
    if state != "draft":
        minutes = lay(minutes)
    if state in ("approved", "released"):
        minutes = approve(minutes, fresh(later))
    return release(minutes) if state == "released" else fresh(minutes)


@pytest.mark.parametrize(("name", "state"), [*product(MINUTES_MOVES, MINUTES)])
def test_minutes_move_exactly_as_the_table_says(body, told, name, state):
    minutes = minutes_that_are(body, state)
    told.clear()
    values = {"approved_in": Meeting.objects.get(body=body, day=LATER)} if name == "approve" else {}

    if (name, state) in MINUTES_ALLOWED:
        move(minutes, name, by=None, now=NOON, **values)

        assert fresh(minutes).state == MINUTES_ALLOWED[name, state]
        assert MeetingChange.objects.filter(meeting=minutes.meeting).order_by("-pk").first().move == name
        assert (fresh(minutes).extract_published_at is not None) == (name == "release")
    else:
        assert len(refused(minutes, name, told, **values)) == 1


def test_every_state_stands_in_the_table():
    states = {state for step in MEETING_MOVES.values() for state in (*step.source, step.target)} - {True, False}

    assert states == set(Meeting.State.values)
    assert {state for step in MINUTES_MOVES.values() for state in (*step.source, step.target)} == {
        *Minutes.State.values,
        None,
        "now",
    }


def test_every_move_says_what_follows_before_it_happens():
    assert [name for name, step in (MEETING_MOVES | MINUTES_MOVES).items() if not step.tells] == []


# What is in the way ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        ({"starts": None, "ends": None}, ["Der Beginn fehlt."]),
        ({"place": "", "access": " "}, ["Der Ort oder der Zugang für Mitglieder fehlt."]),
        ({"place": ""}, []),  # the access is enough
        ({"day": date(2027, 3, 1), "starts": time(12)}, ["Der Beginn liegt schon zurück."]),
        ({"day": date(2027, 3, 1), "starts": time(12, 1)}, []),
    ],
)
def test_an_invitation_needs_time_and_place_and_lies_ahead(body, facts, reasons):
    meeting = with_topic(create_meeting(body, **facts))

    assert blockers(meeting, "invite", now=NOON) == reasons


def test_an_invitation_names_every_reason_at_once(told):
    meeting = create_meeting(create_body(), date(2027, 2, 1), place="", access="")

    assert refused(meeting, "invite", told) == [
        "Der Ort oder der Zugang für Mitglieder fehlt.",
        "Der Beginn liegt schon zurück.",
        "Die Tagesordnung ist leer.",
        "Für diesen Tag ist niemand eingetragen, der eingeladen werden könnte (Gremium, Besetzungen).",
    ]


def test_a_meeting_of_a_hidden_body_is_not_published(told):
    meeting = create_meeting(create_body(published=False))

    assert refused(meeting, "publish", told) == ["„Gremium probe“ ist selbst nicht veröffentlicht."]


@pytest.mark.parametrize(
    ("values", "reasons"),
    [
        ({"day": None}, ["Tag und Beginn fehlen."]),
        ({"starts": None}, ["Tag und Beginn fehlen."]),
        ({"day": date(2027, 2, 26)}, ["Der neue Beginn liegt schon zurück."]),
        ({"ends": time(17)}, ["Das Ende liegt vor dem Beginn."]),
        ({"day": date(2027, 4, 1)}, ["Dieses Gremium hat an diesem Tag schon eine Sitzung."]),
        (
            {"day": DAY, "starts": time(17), "ends": time(19), "place": "Rathaus"},
            ["Tag, Zeit und Ort sind dieselben wie bisher."],
        ),
    ],
)
def test_a_new_date_that_does_not_fit_is_refused(body, told, values, reasons):
    create_meeting(body, date(2027, 4, 1))
    meeting = meeting_that_is(body, "invited")

    assert refused(meeting, "reschedule", told, **VALUES["reschedule"] | values) == reasons


def test_a_new_date_without_a_place_needs_the_access(body, told):
    meeting = invite(with_topic(create_meeting(body, access="")))

    reasons = refused(meeting, "reschedule", told, **VALUES["reschedule"] | {"place": ""})

    assert reasons == ["Der Ort oder der Zugang für Mitglieder fehlt."]


def test_a_day_of_a_cancelled_meeting_is_free_again(body):
    other = create_meeting(body, date(2027, 4, 1))
    move(other, "cancel", by=None, now=NOON, reason="Krank")
    meeting = meeting_that_is(body, "invited")

    move(meeting, "reschedule", by=None, now=NOON, **VALUES["reschedule"] | {"day": date(2027, 4, 1)})

    assert fresh(meeting).day == date(2027, 4, 1)


@pytest.mark.parametrize(
    ("moment", "begun"),
    [("2027-03-18T16:59", False), ("2027-03-18T17:00", True), ("2027-03-19T08:00", True), ("2027-03-17T20:00", False)],
)
def test_a_meeting_is_held_once_it_has_begun_by_hannovers_clock(body, moment, begun):
    meeting = with_topic(create_meeting(body))
    now = datetime.fromisoformat(moment).replace(tzinfo=meeting.starts_at.tzinfo)

    assert blockers(meeting, "hold", now=now) == ([] if begun else ["Die Sitzung hat noch nicht begonnen."])


@pytest.mark.parametrize("reason", ["", "  ", "​", None])
def test_calling_off_says_why(body, told, reason):
    meeting = meeting_that_is(body, "invited")

    assert refused(meeting, "cancel", told, reason=reason) == ["Der Grund fehlt."]


def test_minutes_are_laid_when_every_topic_says_something(body, told):
    meeting = with_topic(with_topic(create_meeting(body)), 2)
    minutes = hold(meeting)
    entry = minutes.entries.get(item__number=1)
    entry.internal = "Nur besprochen."
    entry.save()

    assert refused(minutes, "lay", told) == ["Zu „Thema 2“ steht noch nichts im Protokoll."]


def approving(body, case):
    """The meeting in which somebody wants to approve the minutes of the 18th of March."""
    if case == "none":
        return None
    if case == "of another body":
        meeting = create_meeting(create_body("other"), LATER)
    elif case == "earlier":
        meeting = create_meeting(body, date(2027, 3, 4))
    elif case == "a sample":
        meeting = create_meeting(body, LATER, sample=True)
    else:
        meeting = create_meeting(body, LATER)
    if case != "not held":
        hold(meeting)
    return fresh(meeting)


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        ("none", "Es fehlt, in welcher Sitzung das Protokoll genehmigt wurde."),
        ("of another body", "Genehmigt wird ein Protokoll von demselben Gremium."),
        ("a sample", "Genehmigt wird ein Protokoll von demselben Gremium."),
        ("earlier", "Genehmigt wird ein Protokoll erst in einer späteren Sitzung."),
        ("not held", "Diese Sitzung hat noch nicht stattgefunden."),
    ],
)
def test_minutes_are_approved_by_a_later_meeting_of_the_same_body(body, told, case, reason):
    minutes = lay(write(hold(with_topic(create_meeting(body)))))

    assert refused(minutes, "approve", told, approved_in=approving(body, case)) == [reason]


def test_minutes_do_not_approve_themselves(body, told):
    minutes = lay(write(hold(with_topic(create_meeting(body)))))

    reasons = refused(minutes, "approve", told, approved_in=fresh(minutes.meeting))

    assert reasons == ["Genehmigt wird ein Protokoll erst in einer späteren Sitzung."]


@pytest.mark.parametrize("published", [False, True])
def test_an_extract_waits_for_its_meeting_to_be_public(body, told, published):
    minutes = approved_minutes(body, published=published)

    if published:
        assert release(minutes).extract_published_at == NOON
    else:
        assert refused(minutes, "release", told) == ["„Auszug veröffentlichen“ ist in diesem Stand nicht möglich."]


def test_an_extract_says_something_of_each_public_topic(body, told):
    minutes = approved_minutes(body, outcome="", plain="")

    assert refused(minutes, "release", told) == ["Zum öffentlichen Punkt „Thema 1“ fehlen Ausgang und Ergebnis."]


def test_an_extract_without_any_public_topic_is_none(body, told):
    minutes = approved_minutes(body)
    AgendaItem.objects.update(is_public=False)

    assert refused(minutes, "release", told) == [
        "Kein Punkt dieser Sitzung ist öffentlich; es gibt nichts zu veröffentlichen."
    ]


def test_the_extract_of_an_older_version_is_not_released_any_more(body, told):
    first = approved_minutes(body)
    second = correct(first, reason="Ein Beschluss fehlte.", by=None, now=NOON)
    approve(lay(second), Meeting.objects.get(body=body, day=LATER))

    assert refused(fresh(first), "release", told) == [
        "Es gibt eine neuere genehmigte Fassung; veröffentlicht wird ihr Auszug."
    ]
    assert release(fresh(second)).extract_published_at == NOON


# Personal data --------------------------------------------------------------------------------------------------------


CERTAIN = [
    ("Fragen an ada.berger@example.org bitte.", "E-Mail-Adresse „ada.berger@example.org“"),
    ("Telefon 0511 168-41232.", "Telefonnummer „0511 168-41232“"),
    ("Telefon (0511) 168 41232.", "Telefonnummer „(0511) 168 41232“"),
    ("Telefon +49 511 16841232.", "Telefonnummer „+49 511 16841232“"),
    ("Telefon 0511 168/1234.", "Telefonnummer „0511 168/1234“"),  # ends like the number of a council paper
    ("Telefon 0511 168/2034.", "Telefonnummer „0511 168/2034“"),
    ("هاتف ٠٥١١ ١٦٨٤١٢٣٢", "Telefonnummer „0511 16841232“"),
    ("Ada Berger hat berichtet.", "Name „Ada Berger“"),
    ("ADA  BERGER hat berichtet.", "Name „Ada Berger“"),
    ("Ada Ber­ger hat berichtet.", "Name „Ada Berger“"),  # with a soft hyphen
    ("Ada Bergers Bericht.", "Name „Ada Berger“"),
    ("Zoé Müller hat berichtet.", "Name „Zoé Müller“"),  # letters composed of two
]


@pytest.mark.parametrize(("text", "what"), CERTAIN)
@pytest.mark.parametrize("looked_at", [False, True])
def test_an_extract_with_personal_data_is_never_released(body, told, text, what, looked_at):
    create_holder(create_seat(body, 2), "Zoé Müller")
    minutes = approved_minutes(body, plain=text)

    assert refused(minutes, "release", told, looked_at=looked_at) == [f"„Thema 1“ (Deutsch): {what}"]


@pytest.mark.parametrize("code", ["tr", "ar", "de-simple"])
@pytest.mark.parametrize("place", ["entry", "topic", "meeting"])
def test_personal_data_is_found_in_every_language_and_place(body, told, code, place):
    minutes = approved_minutes(body)
    item = AgendaItem.objects.get(meeting=minutes.meeting)
    thing = {"entry": minutes.entries.get(), "topic": item, "meeting": minutes.meeting}[place]
    if place == "meeting":
        Meeting.objects.filter(pk=thing.pk).update(plain_de="Worum es geht.")
    field = "title" if place == "topic" else "plain"
    save_translation(fresh(thing), code, {field: "Ada Berger"}, origin=Origin.HUMAN, by=None)

    reasons = refused(fresh(minutes), "release", told, looked_at=True)

    assert len(reasons) == 1
    assert reasons[0].endswith(": Name „Ada Berger“")


def test_a_word_that_is_also_a_name_is_released_once_somebody_looked(body, told):
    minutes = approved_minutes(body, plain="Wandern am Berger Kirchweg.")

    assert refused(minutes, "release", told) == ["„Thema 1“ (Deutsch): vielleicht der Name „Berger“ – bitte ansehen"]
    assert release(fresh(minutes), looked_at=True).extract_published_at == NOON


@pytest.mark.parametrize(
    "text",
    [
        "Die Drucksache 0993/2022 wurde beraten.",
        "Am 01.12.2026 um 17:00.",
        "Für 2026–2027 sind 1.250.000 Euro geplant.",
        "Der Bergerweg bleibt.",
    ],
)
def test_numbers_that_are_no_phone_numbers_are_let_through(body, text):
    assert release(approved_minutes(body, plain=text)).extract_published_at == NOON


def test_the_internal_part_may_name_people(body):
    minutes = approved_minutes(body)
    item = create_item(body, minutes.meeting, 2, title_de="Ada Berger", is_public=False)
    entry = MinutesEntry(minutes=minutes, item=item, internal="ada@example.org")
    QuerySet(MinutesEntry).bulk_create([entry])  # as if it had stood there before; our own doors refuse it now

    assert release(minutes).extract_published_at == NOON


# What follows ---------------------------------------------------------------------------------------------------------


def test_holding_opens_minutes_with_a_line_for_every_topic_and_person(body):
    create_holder(create_seat(body, 2), "Bo Celik", substitute=True)
    create_holder(create_seat(body, 3), "Cem Dorn", valid_from=DAY + timedelta(days=1))
    meeting = with_topic(with_topic(create_meeting(body)), 2)

    minutes = hold(meeting)

    assert (minutes.version, minutes.state) == (1, "draft")
    assert [entry.item.number for entry in minutes.entries.all()] == [1, 2]
    assert [each.holder.name for each in minutes.attendances.all()] == ["Ada Berger", "Bo Celik"]


def test_topics_of_a_cancelled_meeting_wait_again_and_the_invited_are_told(body, told):
    meeting = meeting_that_is(body, "invited")
    told.clear()

    move(meeting, "cancel", by=None, now=NOON, reason="Der Raum ist gesperrt.")

    assert [item.title_de for item in AgendaItem.objects.waiting()] == ["Thema 1"]
    assert [(kind, to.name, str(context["reason"])) for kind, to, context in told.values()] == [
        ("meeting_cancelled", "Ada Berger", "Der Raum ist gesperrt.")
    ]


def test_nobody_is_told_of_a_meeting_that_was_only_planned(body, told):
    meeting = meeting_that_is(body, "planned")

    move(meeting, "cancel", by=None, now=NOON, reason="Der Raum ist gesperrt.")

    assert told == {}


def test_a_new_date_keeps_the_old_day_for_its_address(body, told):
    meeting = meeting_that_is(body, "invited")
    told.clear()

    move(meeting, "reschedule", by=None, now=NOON, **VALUES["reschedule"])

    change = MeetingChange.objects.get(meeting=meeting, move="reschedule")
    assert (change.old_day, fresh(meeting).day, fresh(meeting).ends) == (DAY, date(2027, 3, 25), None)
    assert [context["before"] for _kind, _to, context in told.values()] == ["Donnerstag, 18. März 2027"]


def test_a_topic_put_off_comes_back_with_its_words_in_all_languages(body):
    meeting = with_topic(create_meeting(body), title_de="Sprachcafé")
    item = meeting.items.get()
    save_translation(item, "tr", {"title": "Dil kafesi"}, origin=Origin.HUMAN, by=None)

    lay(write(hold(meeting), outcome="deferred"))

    back = AgendaItem.objects.waiting().get()
    assert (back.title_de, back.title_tr, back.first_id) == ("Sprachcafé", "Dil kafesi", item.pk)
    unit = TranslationUnit.objects.get(source__object_id=back.pk, source__model="strategy.agendaitem", language="tr")
    assert unit.origin == Origin.COPIED


def test_laying_twice_puts_a_topic_off_once(body):
    minutes = lay(write(hold(with_topic(create_meeting(body))), outcome="deferred"))
    move(minutes, "take_back", by=None, now=NOON)

    lay(minutes)

    assert AgendaItem.objects.waiting().count() == 1


def test_a_correction_puts_off_nothing_that_was_dealt_with_since(body):
    minutes = lay(write(hold(with_topic(create_meeting(body))), outcome="deferred"))
    later = create_meeting(body, LATER)
    take_up(AgendaItem.objects.waiting().get(), later, by=None, now=NOON)
    write(hold(fresh(later)))
    approve(minutes, fresh(later))

    lay(correct(fresh(minutes), reason="Ein Wort fehlte.", by=None, now=NOON))

    assert AgendaItem.objects.waiting().count() == 0


def test_a_topic_is_put_off_again_and_again(body):
    first = create_item(body, create_meeting(body))
    put_off(first)
    second = AgendaItem.objects.waiting().get()
    AgendaItem.objects.filter(pk=second.pk).update(meeting=create_meeting(body, LATER))
    put_off(fresh(second))

    third = AgendaItem.objects.waiting().get()
    assert (third.first_id, third.root_id) == (first.pk, first.pk)


# New things -----------------------------------------------------------------------------------------------------------


def test_a_correction_holds_everything_the_approved_version_says(body):
    minutes = release(approved_minutes(body))
    save_translation(minutes.entries.get(), "tr", {"plain": "Kurul önerir."}, origin=Origin.HUMAN, by=None)

    new = correct(minutes, reason="Ein Beschluss fehlte.", by=None, now=NOON)

    assert (new.version, new.state, new.reason) == (2, "draft", "Ein Beschluss fehlte.")
    entry, old = new.entries.get(), minutes.entries.get()
    assert (entry.outcome, entry.plain_de, entry.plain_tr) == (old.outcome, old.plain_de, "Kurul önerir.")
    assert entry.internal == old.internal
    assert [(each.holder, each.presence) for each in new.attendances.all()] == [
        (each.holder, each.presence) for each in minutes.attendances.all()
    ]
    assert Minutes.objects.public().get() == minutes


@pytest.mark.parametrize("state", ["draft", "laid"])
def test_only_approved_minutes_are_corrected(body, state):
    minutes = minutes_that_are(body, state)
    before = rows(*WRITTEN)

    with pytest.raises(Refused):
        correct(minutes, reason="Ein Beschluss fehlte.", by=None, now=NOON)

    assert rows(*WRITTEN) == before


def test_a_correction_says_why_and_begins_at_the_newest_version(body):
    first = approved_minutes(body)
    with pytest.raises(Refused):
        correct(first, reason=" ", by=None, now=NOON)
    second = correct(first, reason="Ein Beschluss fehlte.", by=None, now=NOON)
    before = rows(*WRITTEN)

    for minutes in (first, second):
        with pytest.raises(Refused):
            correct(minutes, reason="Noch etwas.", by=None, now=NOON)

    assert rows(*WRITTEN) == before


def test_a_proposal_is_internal_and_waits(body, person):
    member = person("gremium1")
    seat(body, member, 7)

    item = propose(body, title="Sprachkurse", internal="Viele fragen.", by=member, now=NOON)

    item = fresh(item)
    assert (item.meeting, item.is_public, item.kind) == (None, False, "proposal")
    assert (item.proposed_by, item.proposed_at) == (member, NOON)
    with pytest.raises(Refused):
        propose(body, title=" ", by=member, now=NOON)


def test_a_topic_is_taken_up_at_the_end_of_the_agenda(body):
    meeting = with_topic(with_topic(create_meeting(body)), 5)
    item = create_item(body)

    take_up(item, meeting, by=None, now=NOON)

    assert (fresh(item).meeting, fresh(item).number) == (meeting, 6)


@pytest.mark.parametrize("state", ["held", "cancelled"])
def test_a_meeting_that_is_over_takes_no_topics(body, state):
    meeting, item = meeting_that_is(body, state), create_item(body)
    stale = fresh(meeting)
    stale.state = "planned"  # as somebody saw it a moment ago
    before = rows(*WRITTEN)

    with pytest.raises(Refused):
        take_up(item, stale, by=None, now=NOON)

    assert rows(*WRITTEN) == before


def test_a_topic_of_one_body_is_not_taken_up_by_another(body):
    item, meeting = create_item(body), create_meeting(create_body("other"))

    with pytest.raises(Refused):
        take_up(item, meeting, by=None, now=NOON)

    assert fresh(item).meeting is None


# Two people at once ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["invite", "cancel", "publish"])
def test_of_two_who_move_a_meeting_one_is_refused(body, told, name):
    meeting = with_topic(create_meeting(body))
    one, two = fresh(meeting), fresh(meeting)
    move(one, name, by=None, now=NOON, **VALUES.get(name, {}))
    first = dict(told)

    assert refused(two, name, told, **VALUES.get(name, {})) == [FASTER]
    assert told == first


def test_of_two_new_dates_the_second_is_refused(body, told):
    meeting = meeting_that_is(body, "invited")
    one, two = fresh(meeting), fresh(meeting)
    move(one, "reschedule", by=None, now=NOON, **VALUES["reschedule"])

    refused(two, "reschedule", told, **VALUES["reschedule"] | {"day": date(2027, 4, 2)})

    assert fresh(meeting).day == date(2027, 3, 25)


def test_of_two_who_approve_one_is_refused(body, told):
    minutes = minutes_that_are(body, "laid")
    later = Meeting.objects.get(body=body, day=LATER)
    one, two = fresh(minutes), fresh(minutes)
    approve(one, later)

    refused(two, "approve", told, approved_in=later)


def test_of_two_who_correct_one_is_refused(body):
    minutes = approved_minutes(body)
    one, two = fresh(minutes), fresh(minutes)
    correct(one, reason="Ein Beschluss fehlte.", by=None, now=NOON)

    with pytest.raises(Refused):
        correct(two, reason="Noch einer fehlte.", by=None, now=NOON)

    assert minutes.meeting.minutes.count() == 2


def test_of_two_who_take_up_a_topic_one_is_refused(body):
    item, meeting, other = create_item(body), create_meeting(body), create_meeting(body, LATER)
    one, two = fresh(item), fresh(item)
    take_up(one, meeting, by=None, now=NOON)

    with pytest.raises(Refused):
        take_up(two, other, by=None, now=NOON)

    assert fresh(item).meeting == meeting


def test_who_may_not_move_moves_nothing(body, person, told):
    meeting = with_topic(create_meeting(body))
    before = rows(*WRITTEN)

    for name, user in product(MEETING_MOVES, [person("gremium1"), person("redaktion"), person("ausschuss")]):
        with pytest.raises(PermissionDenied):
            move(meeting, name, by=user, now=NOON, **VALUES.get(name, {}))

    assert rows(*WRITTEN) == before
    assert told == {}
