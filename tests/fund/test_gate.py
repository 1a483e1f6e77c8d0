"""The gate: before a member has declared, and where she is in conflict, nothing of a case opens; by real requests."""

import io
from datetime import timedelta

import pytest
from django.urls import get_resolver, reverse
from django.utils import timezone
from pypdf import PdfReader

from fund import conflicts, gate, room
from fund.models import Application, Declaration
from strategy.models import SeatHolder
from tests.fund.factories import (
    PROJECT,
    SECRET,
    chair,
    create_application,
    declare,
    fresh,
    lead,
    plan_meeting,
    put_on_agenda,
    seat,
    team,
    withdraw,
)
from tests.wir.test_access import named_patterns
from wir.accounts.models import User

pytestmark = pytest.mark.django_db

NOW = timezone.now()
GATE, SETTLING = reverse("admin:fund_gate"), reverse("admin:fund_settling")
LIST = reverse("admin:fund_proposal_changelist")
BOOKS = ("meeting_book", "meeting_book_pdf")
NUMBERS = ("part", "letter", "step", "station", "item")  # of what belongs to a case, in addresses
OF_MEETINGS = ("admin:fund_meeting_", "admin:fund_vote")  # these carry the number of a meeting, an item or a vote
HIDDEN = "Plangeheim"  # stands in the plan


def soon():
    first = timezone.localdate(NOW) + timedelta(days=400)
    return {"starts": first, "ends": first + timedelta(days=30)}


def at_board(**values):
    return create_application("board_queue", NOW, answers=PROJECT | soon(), **values)[0]


def member(name="gremium1", number=71, **values):
    return seat(name, number, **values)


def copies(application, number):
    """More cases like this one."""
    names = [field.attname for field in Application._meta.concrete_fields if field.attname != "id"]
    first = {name: getattr(application, name) for name in names}
    return Application.objects.bulk_create(
        Application(**first | {"reference": f"{application.reference}-{each}"}) for each in range(number)
    )


def page(case):
    return reverse("admin:fund_proposal", args=[case.pk])


# The page -------------------------------------------------------------------------------------------------------------


def test_it_shows_title_organisation_district_and_people_and_nothing_else(signed_in):
    member()
    case = at_board(plan=SECRET, phone="0511 99887766", partner=None)
    Application.objects.filter(pk=case.pk).update(summary_de=SECRET)
    case.helpers.create(name="Toni Beispiel", organisation="Beratung", added_at=NOW)

    text = signed_in("gremium1").get(GATE).content.decode()

    shown = [part in text for part in (case.revision.title, "Nachbarschaft Linden", "Elif Kaya", "Toni Beispiel")]
    assert shown == [True] * 4
    assert [part in text for part in (SECRET, "99887766", "elif@example.org", "16.000", case.reference)] == [False] * 5


def test_only_cases_of_her_own_body_that_still_come_are_asked(signed_in):
    member()
    coming, micro = at_board(title="Kommt"), create_application("team_decision", NOW, title="Klein", **soon())[0]
    gone = withdraw(at_board(title="Zurückgezogen"), NOW)
    asked = at_board(title="Gefragt")
    Application.objects.filter(pk=asked.pk).update(state="info_requested", asked_by_state="board_queue")
    example = at_board(title="Ein Beispiel", sample=True)
    client = signed_in("gremium1")

    real, samples = client.get(GATE).context["fields"], client.get(f"{GATE}?beispiele=1").context["fields"]

    assert {each.pk for each in real} == {coming.pk, asked.pk}
    assert [each.pk for each in samples] == [example.pk]
    assert not {micro.pk, gone.pk} & {each.pk for each in real}


def test_one_post_saves_all_and_confirms_the_rest(signed_in):
    holder = member()
    mine, unclear, other = (at_board(title=title) for title in ("Meins", "Unklar", "Anderes"))
    client = signed_in("gremium1")

    answer = client.post(
        GATE,
        {
            f"antwort-{mine.pk}": "conflict",
            f"art-{mine.pk}": "family",
            f"antwort-{unclear.pk}": "unsure",
            f"note-{unclear.pk}": "Kenne die Leitung.",
            "rest": "1",
            "fall": [mine.pk, unclear.pk, other.pk],
        },
    )

    assert (answer.status_code, answer.url) == (302, GATE)
    assert list(holder.declarations.order_by("application_id").values_list("answer", "kind", "standing", "note")) == [
        ("conflict", "family", "conflict", ""),
        ("unsure", "", "open", "Kenne die Leitung."),
        ("none", "", "free", ""),
    ]
    assert client.get(GATE).context["fields"] == []


@pytest.mark.parametrize(
    ("first", "second", "standing"),
    [
        ("none", "conflict", "conflict"),
        ("none", "unsure", "open"),
        ("none", "none", "free"),
        ("unsure", "conflict", "conflict"),
    ],
)
def test_what_she_marks_on_a_page_from_before_her_answer_is_what_she_says_now(signed_in, first, second, standing):
    holder = member()
    case, other = at_board(), at_board(title="Anderes")
    client = signed_in("gremium1")
    client.post(GATE, {f"antwort-{case.pk}": first, "fall": [case.pk, other.pk]})

    marked = {f"antwort-{case.pk}": second, f"art-{case.pk}": "family", f"note-{case.pk}": "Mein Bruder leitet das."}
    client.post(GATE, marked | {f"antwort-{other.pk}": "none", "fall": [case.pk, other.pk]})

    said = Declaration.objects.in_force().get(application=case, holder=holder)
    assert (said.answer, said.standing) == (second, standing)
    assert said.note == ("Mein Bruder leitet das." if first != second else "")
    assert Declaration.objects.in_force().get(application=other).standing == "free"


def test_a_page_from_before_a_conflict_does_not_take_it_back_and_nothing_else_on_it_is_stored(signed_in):
    member()
    case, other = at_board(), at_board(title="Anderes")
    client = signed_in("gremium1")
    client.post(GATE, {f"antwort-{case.pk}": "conflict", f"art-{case.pk}": "family", "fall": [case.pk, other.pk]})

    marked = {f"antwort-{case.pk}": "none", f"antwort-{other.pk}": "none"}
    answer = client.post(GATE, marked | {"fall": [case.pk, other.pk]})

    assert (answer.status_code, answer.context["reasons"]) == (422, [f"{case.revision.title}: {conflicts.STAYS}"])
    assert Declaration.objects.in_force().get(application=case).standing == "conflict"
    assert not Declaration.objects.filter(application=other).exists()


def test_the_rest_is_confirmed_for_what_was_on_her_page_and_not_for_what_came_since(signed_in):
    holder = member()
    seen, later = at_board(title="Gesehen"), at_board(title="Später")

    signed_in("gremium1").post(GATE, {"rest": "1", "fall": [seen.pk]})

    assert [each.application for each in holder.declarations.all()] == [seen]
    assert later.declarations.count() == 0


@pytest.mark.parametrize(
    "typed", [{}, {"antwort": "conflict"}, {"note": "etwas"}, {"antwort": "none", "note": "x" * 1001}]
)
def test_a_mistake_saves_nothing_and_keeps_what_was_typed(signed_in, typed):
    holder, case, other = member(), at_board(), at_board(title="Anderes")
    posted = {f"{name}-{case.pk}": value for name, value in typed.items()} | {f"antwort-{other.pk}": "unsure"}
    posted = posted if typed else {"fall": case.pk}

    answer = signed_in("gremium1").post(GATE, posted)

    field = next(each for each in answer.context["fields"] if each.pk == case.pk)
    assert (answer.status_code, holder.declarations.count()) == (422, 0)
    assert (field.answer, field.note) == (typed.get("antwort", ""), typed.get("note", ""))


def test_what_the_portal_found_stands_there_and_no_does_not_lift_it(signed_in):
    holder = member("gremium2", 72, organisation="Nachbarschaft Linden e.V.")
    case, client = at_board(), signed_in("gremium2")

    found = client.get(GATE).context["fields"][0].line.found
    client.post(GATE, {"rest": "1", "fall": [case.pk]})

    assert (len(found), holder.declarations.get().standing) == (1, "open")
    assert client.get(page(case)).status_code == 404


def test_a_member_of_two_seats_declares_once(signed_in):
    own = member()
    other = seat("gremium3", 73).seat
    stands_in = SeatHolder.objects.create(
        seat=other, user=own.user, name="Vertretung", substitute=True, valid_from=own.valid_from
    )
    case, client = at_board(), signed_in("gremium1")

    client.post(GATE, {"rest": "1", "fall": [case.pk]})

    assert set(case.declarations.values_list("holder", flat=True)) == {own.pk, stands_in.pk}
    assert client.get(page(case)).status_code == 200


def test_ten_clicks_are_one_declaration_and_a_forged_case_is_none(signed_in):
    holder, case, client = member(), at_board(), signed_in("gremium1")
    micro = create_application("team_decision", NOW, **soon())[0]

    for _each in range(10):
        client.post(GATE, {"rest": "1", "fall": [case.pk, micro.pk], f"antwort-{micro.pk}": "none"})

    assert [each.application for each in holder.declarations.all()] == [case]


def test_a_conflict_can_be_told_later_and_closes_the_case(signed_in):
    holder, case = member(), at_board()
    declare(case, holder, now=NOW)
    client = signed_in("gremium1")
    before = client.get(page(case)).status_code

    client.post(GATE, {f"spaeter-antwort-{case.pk}": "conflict", f"spaeter-art-{case.pk}": "paid"})

    assert [before, client.get(page(case)).status_code] == [200, 404]


def test_the_office_writes_down_what_a_member_without_an_account_says_and_nobody_elses(signed_in):
    holder = member()
    other = SeatHolder.objects.create(
        seat=holder.seat, name="Ohne Konto", substitute=True, valid_from=holder.valid_from
    )
    case, client = at_board(), signed_in("team1")

    answers = [
        client.post(f"{GATE}?mitglied={other.pk}", {"rest": "1", "fall": [case.pk]}).status_code,
        client.post(f"{GATE}?mitglied={holder.pk}", {"rest": "1", "fall": [case.pk]}).status_code,
        client.get(f"{GATE}?mitglied=x").status_code,
        signed_in("gremium3").get(f"{GATE}?mitglied={other.pk}").status_code,
    ]

    assert answers == [302, 404, 404, 404]
    assert [(each.holder, each.by.username) for each in case.declarations.all()] == [(other, "team1")]


def test_who_has_no_seat_has_no_case(signed_in):
    case = at_board()

    answer = signed_in("gremium1").get(GATE)

    assert (answer.context["has_seat"], answer.context["fields"]) == (False, [])
    assert signed_in("gremium1").get(page(case)).status_code == 404
    assert signed_in("redaktion").get(GATE).status_code == 403


def test_where_every_conflict_is_reported_no_empty_form_is_left(signed_in):
    holder, case = member(), at_board()
    declare(case, holder, now=NOW)
    before = signed_in("gremium1").get(GATE).context["can_change"]
    declare(case, holder, "conflict", now=NOW)

    answer = signed_in("gremium1").get(GATE)

    assert (len(before), answer.context["can_change"]) == (1, [])
    assert "Konflikt melden" not in answer.content.decode()


# Guessing addresses ---------------------------------------------------------------------------------------------------


def addresses_of(case, file, letter=None):
    """Every address of the back office that carries a number, with those of this case."""
    for name, wanted in named_patterns(get_resolver()):
        fund = name.startswith("admin:fund_")
        if not fund or name.startswith(OF_MEETINGS) or not {"pk", "object_id"} & wanted:
            continue
        keys = {"name": "take", "pk": case.pk, "object_id": case.pk} | dict.fromkeys(NUMBERS, 1)
        if name == "admin:fund_file":
            keys["pk"] = file.pk
        yield name, reverse(name, kwargs={key: keys[key] for key in wanted if key in keys})


def words_of(answer):
    if answer.headers["Content-Type"] == "application/pdf":
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    return answer.content.decode()


@pytest.mark.parametrize("who", ["undeclared", "conflicted", "unsure", "helper"])
def test_no_address_tells_a_member_anything_of_a_case_that_is_not_open_to_her(signed_in, who):
    holder, case = member(), at_board(title=f"Titel {SECRET}", plan=HIDDEN)
    file = case.files.create(
        section="unterlagen", name="x.png", kind="png", size=1, digest="0" * 64, stored="x", saved_at=NOW
    )  # fmt: skip
    if who == "helper":
        case.helpers.create(name="Hilfe", user=holder.user, added_at=NOW)
        declare(case, holder, now=NOW)
    elif who != "undeclared":
        declare(case, holder, {"conflicted": "conflict", "unsure": "unsure"}[who], now=NOW)
    client = signed_in("gremium1")

    found = {name: client.get(address) for name, address in addresses_of(case, file)}

    own = {name: answer.status_code for name, answer in found.items() if "application" in name or "proposal" in name}
    statuses = {name: found[name].status_code for name in ("admin:fund_case", "admin:fund_bundle", "admin:fund_act",
                "admin:fund_act_on", "admin:fund_file", "admin:fund_proposal")}  # fmt: skip
    assert statuses == dict.fromkeys(statuses, 404)
    assert set(own.values()) <= {302, 403, 404}
    led = {found[name]["Location"] for name, status in own.items() if status == 302}
    assert led <= {"/admin/", page(case)}  # the start, and the page that says nothing to her
    assert {name for name, answer in found.items() if answer.status_code not in (302, 403, 404, 405)} == set()
    told = {name: [word for word in (SECRET, HIDDEN) if word in words_of(answer)] for name, answer in found.items()}
    assert {name: words for name, words in told.items() if words} == {}


def test_the_book_of_a_meeting_holds_a_case_for_who_has_declared_and_for_nobody_before(signed_in):
    """Its title is an item of the agenda that the whole body reads; what stands in it is not."""
    holder, case = member(), at_board(title="Zusammen", plan=HIDDEN)
    meeting = plan_meeting(timezone.localdate(NOW) + timedelta(days=40))
    item = put_on_agenda(case, meeting, NOW, holders=[chair().user.seats.get()])
    client = signed_in("gremium1")

    def told():
        answers = [client.get(reverse(f"admin:fund_{name}", args=[item.meeting_id])) for name in BOOKS]
        return [(answer.status_code, answer.headers["Content-Type"].split(";")[0], HIDDEN in words_of(answer))
                for answer in answers]  # fmt: skip

    undeclared = told()
    declare(case, holder, now=NOW)
    free = told()
    declare(case, holder, "conflict", now=NOW)

    kinds = ["text/html", "application/pdf"]
    assert undeclared == told() == [(200, kind, False) for kind in kinds]
    assert free == [(200, kind, True) for kind in kinds]


@pytest.mark.parametrize(
    ("address", "status", "shows"),
    [
        (LIST, 200, True),
        (f"{LIST}?q=Titel", 200, True),
        ("/admin/fonds/?q=Titel", 403, False),
        ("/admin/fund/application/?q=Titel", 403, False),
        ("/admin/", 200, False),
        ("/admin/fonds/entscheiden/", 403, False),
        (SETTLING, 200, False),
    ],
)
def test_no_list_and_no_search_names_it_either(signed_in, address, status, shows):
    """shows: whether it names the case to a member who is free."""
    holder, case = member(), at_board(title=f"Titel {SECRET}")
    client = signed_in("gremium1")

    def told():
        answer = client.get(address)
        return answer.status_code, SECRET in answer.content.decode()

    undeclared = told()
    declare(case, holder, now=NOW)
    free = told()
    declare(case, holder, "conflict", now=NOW)

    assert (undeclared, free, told()) == ((status, False), (status, shows), (status, False))


def test_a_post_to_what_is_not_open_changes_nothing(signed_in):
    case, client = at_board(), signed_in("gremium1")
    member()

    answer = client.post(page(case), {"seen": case.revision_id, "word": "propose"})

    assert (answer.status_code, case.reviews.count()) == (404, 0)


def test_what_comes_to_light_later_closes_the_case_again(signed_in):
    holder, case, client = member(), at_board(), signed_in("gremium1")
    declare(case, holder, now=NOW)
    before = client.get(page(case)).status_code
    SeatHolder.objects.filter(pk=holder.pk).update(organisation="Nachbarschaft Linden")

    listed = list(client.get(LIST).context["cl"].result_list)

    assert ([before, client.get(page(case)).status_code], listed) == ([200, 404], [])
    assert [each.pk for each in client.get(GATE).context["fields"]] == [case.pk]


@pytest.mark.parametrize("by", ["account", "mail"])
def test_who_helped_to_write_it_never_reads_it_as_a_member_wherever_it_stands(signed_in, by):
    holder, case, client = member(mail="Hilfe@example.org"), at_board(), signed_in("gremium1")
    declare(case, holder, now=NOW)
    Application.objects.filter(pk=case.pk).update(state="formal_check")
    before = client.get(page(case)).status_code
    case.helpers.create(
        name="Hilfe", added_at=NOW, **({"user": holder.user} if by == "account" else {"mail": "hilfe@Example.org"})
    )

    assert (before, client.get(page(case)).status_code) == (200, 404)
    assert gate.free_on(holder.user, NOW) == set()


def test_a_member_in_conflict_who_gets_a_second_seat_is_so_on_both_and_not_asked_again(signed_in):
    holder, case, other = member(), at_board(), at_board(title="Anderes")
    declare(case, holder, "conflict", NOW)
    stands_in = SeatHolder.objects.create(
        seat=seat("gremium3", 73).seat,
        user=holder.user,
        name="Vertretung",
        substitute=True,
        valid_from=holder.valid_from,
    )
    client = signed_in("gremium1")

    asked = [each.pk for each in client.get(GATE).context["fields"]]
    answer = client.post(GATE, {"rest": "1", "fall": [case.pk, other.pk]})

    assert (asked, answer.status_code) == ([other.pk], 302)
    assert room.standings(case) == {holder.pk: "conflict", stands_in.pk: "conflict"}


# Settling -------------------------------------------------------------------------------------------------------------


def test_the_chair_settles_on_her_page_and_a_member_has_none(signed_in):
    case, chairs = at_board(), chair()
    declare(case, chairs.user.seats.get(), now=NOW)
    declaration = declare(case, member(), "unsure", NOW, note="Kenne die Leitung.")
    posted = {"angabe": declaration.pk, "gilt": "free", "grund": "Nur flüchtig bekannt"}

    refused = [signed_in(name).post(SETTLING, posted).status_code for name in ("gremium1", "gremium3")]
    client = signed_in("vorsitz")
    text = client.get(SETTLING).content.decode()
    answers = [client.post(SETTLING, posted | {"grund": ""}).status_code, client.post(SETTLING, posted).status_code]

    assert (refused, answers, "Kenne die Leitung." in text) == ([404, 404], [422, 302], True)
    assert fresh(declaration).standing == "free"
    assert signed_in("gremium1").get(page(case)).status_code == 200


def test_a_conflicted_chair_cannot_settle_and_does_not_read_the_words(signed_in):
    case, chairs = at_board(), chair()
    declare(case, chairs.user.seats.get(), "conflict", NOW)
    declaration = declare(case, member(), "unsure", NOW, note=SECRET)
    client = signed_in("vorsitz")

    answer = client.post(SETTLING, {"angabe": declaration.pk, "gilt": "free", "grund": "Passt"})

    assert (answer.status_code, fresh(declaration).standing) == (422, "open")
    assert SECRET not in client.get(SETTLING).content.decode()


def test_the_lead_settles_for_the_office_on_the_same_page(signed_in):
    case = at_board()
    lead()
    declaration = declare(case, team().user, "unsure", NOW)

    answer = signed_in("leitung").post(SETTLING, {"angabe": declaration.pk, "gilt": "conflict", "grund": "Verwandt"})

    assert (answer.status_code, fresh(declaration).standing) == (302, "conflict")


def test_the_office_declares_at_a_case_of_its_own(signed_in):
    case, client = create_application("formal_check", NOW, **soon())[0], signed_in("team1")
    address = reverse("admin:fund_act", args=[case.pk, "konflikt"])

    answers = [
        client.post(address, {"version": case.version, "answer": "conflict"}).status_code,
        client.post(address, {"version": case.version, "answer": "conflict", "kind": "family"}).status_code,
    ]

    assert answers == [422, 302]
    assert [(each.user.username, each.standing) for each in Declaration.objects.all()] == [("team1", "conflict")]


# Statements -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 3, 30])
@pytest.mark.parametrize("address", [GATE, SETTLING, LIST])
def test_the_pages_need_few_statements_whatever_the_number_of_cases(
    signed_in, django_assert_max_num_queries, number, address
):
    chairs, holder = chair(), member()
    first = at_board()
    cases = [first, *copies(first, number - 1)]
    if address != GATE:
        for case in cases:
            for who, answer in ((chairs.user.seats.get(), "none"), (holder, "unsure")):
                values = {"answer": answer, "standing": "free" if answer == "none" else "open", "at": NOW}
                Declaration.objects.create(application=case, holder=who, by=who.user, **values)
    client = signed_in("vorsitz")
    client.get(address)

    with django_assert_max_num_queries(15):
        answer = client.get(address)

    rows = {GATE: "fields", SETTLING: "rows"}.get(address)
    assert len(answer.context[rows] if rows else answer.context["cl"].result_list) == number


def test_the_index_tells_a_member_what_is_to_do(signed_in):
    holder, case = member(), at_board()
    other = at_board(title="Anderes")
    declare(case, holder, now=NOW)
    User.objects.filter(username="gremium1").update(is_staff=True)

    desks = signed_in("gremium1").get("/admin/").context["fund_desks"]
    tasks = [(line.count, line.address) for desk in desks for group in desk.groups for line in group.lines]

    assert (1, GATE) in tasks and (1, LIST) in tasks
    assert other.declarations.count() == 0
