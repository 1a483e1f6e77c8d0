"""Conflicts of interest: what the portal finds, what somebody says of herself, and who settles it."""

import pytest
from django.db import IntegrityError, transaction

from fund import conflicts, findings, standing
from fund.findings import ADDRESS, DOMAIN, HELPED, MAIL, NAME, ORGANISATION, PHONE, UNIT, Case, Person
from fund.models import Declaration, Review
from strategy.models import SeatHolder, Unit, UnitMember
from tests.fund.factories import (
    NOON,
    PROJECT,
    chair,
    create_application,
    declare,
    fresh,
    lead,
    review,
    seat,
    settle,
    team,
)
from wir.accounts.models import User
from wir.lib.workflow import Refused

DEPUTY = SeatHolder.Role.DEPUTY


def at_board(**values):
    return create_application("board_queue", NOON, answers=PROJECT, **values)[0]


def user(name):
    return User.objects.get(username=name)


# What is found: pure --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Nachbarschaft Linden e. V.", "nachbarschaft  linden", True),
        ("Nachbarschaft Linden e.V.", "Verein Nachbarschaft-Linden eV", True),
        ("NachbarschaftLinden", "Nachbarschaft Linden", True),
        ("Türkische Gemeinde e. V.", "Tuerkische Gemeinde", True),
        ("Haus der Kulturen gGmbH", "Haus der Kulturen", True),
        ("AWO", "AWO Region Hannover e. V.", True),
        ("DGB", "DGB", True),
        ("Stadtteil", "Stadtteilladen", False),
        ("Stadt", "Stadt Land Garten e. V.", False),
        ("Nachbarschaft Linden", "Nachbarschaft List", False),
        ("e. V.", "e. V.", False),
        ("", "", False),
    ],
)
def test_organisations_are_the_same_whatever_stands_around_their_names(one, other, same):
    assert findings.same_organisation(one, other) is same
    assert findings.same_organisation(other, one) is same


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ("a@verein.de", "b@verein.de", (DOMAIN,)),
        ("a@post.verein.de", "b@verein.de", (DOMAIN,)),
        ("A@Verein.de", "a@verein.de", (MAIL,)),
        ("a@gmx.de", "b@gmx.de", ()),
        ("a@gmx.de", "a@gmx.de", (MAIL,)),
        ("a@example.org", "b@example.org", ()),
        ("a@stadt.test", "b@stadt.test", ()),
        ("a@hannover-stadt.de", "b@hannover-stadt.de", ()),
        ("a@verein.de", "b@anderverein.de", ()),
        ("kein", "kein", ()),
    ],
)
def test_a_domain_counts_where_not_everybody_can_have_an_address(ours, theirs, found):
    assert findings.find(Person(mails=(ours,)), Case(mails=(theirs,))) == found


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ("0511 123456", "+49 (0)511 12 34 56", (PHONE,)),
        ("0049 511 123456", "0511/123456", (PHONE,)),
        ("٠٥١١ ١٢٣٤٥٦", "0511 123456", (PHONE,)),
        ("0511 123456", "0511 123457", ()),
        ("110", "110", ()),
    ],
)
def test_phone_numbers_are_compared_as_they_are_dialled(ours, theirs, found):
    assert findings.find(Person(phones=(ours,)), Case(phones=(theirs,))) == found


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ("Kim Muster\nLimmerstraße 12a\n30451 Hannover", "Limmerstr. 12 A, 30451 Hannover", (ADDRESS,)),
        ("Limmer Str. 12", "Limmerstrasse 12\n30451 Hannover", (ADDRESS,)),
        ("Limmerstraße 12\n30451 Hannover", "Limmerstraße 12\n30167 Hannover", ()),
        ("Limmerstraße 12\n30451 Hannover", "Limmerstraße 14\n30451 Hannover", ()),
        ("Hannover", "Hannover", ()),
    ],
)
def test_addresses_are_compared_by_street_number_and_postcode(ours, theirs, found):
    assert findings.find(Person(posts=(ours,)), Case(posts=(theirs,))) == found


@pytest.mark.parametrize(
    ("ours", "theirs", "found"),
    [
        ("Dr. Elif Kaya", "Kaya, Elif", (NAME,)),
        ("Jörg Müller", "Joerg Mueller", (NAME,)),
        ("Elif", "Elif", ()),
        ("Elif Kaya", "Elif Demir", ()),
    ],
)
def test_names_are_compared_in_any_order(ours, theirs, found):
    assert findings.find(Person(names=(ours,)), Case(names=(theirs,))) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("OE 56.10", True),
        ("Beispielstelle", True),
        ("Fachbereich Beispielstelle", True),
        ("OE 56.101", False),
        ("OE 156.10", False),
        ("Andere Stelle", False),
    ],
)
def test_a_unit_is_known_by_its_number_and_its_names(text, found):
    person = Person(units=(("56.10", ("Beispielstelle",)),))

    assert findings.find(person, Case(organisations=(text,))) == ((UNIT,) if found else ())


def test_who_helped_is_found_by_account_and_by_mail():
    assert findings.find(Person(user=7), Case(helpers=((7, ""),))) == (HELPED,)
    assert HELPED in findings.find(Person(mails=("A@b.de",)), Case(helpers=((None, "a@b.de"),)))
    assert findings.find(Person(user=7, mails=("a@b.de",)), Case(helpers=((8, ""), (None, "")))) == ()


def test_every_finding_has_a_sentence():
    assert set(findings.SENTENCES) == {HELPED, UNIT, ORGANISATION, NAME, MAIL, DOMAIN, PHONE, ADDRESS}


# What is found: of real people and cases ------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "case", "found"),
    [
        ({"organisation": "Nachbarschaft Linden"}, {}, [ORGANISATION]),
        ({"phone": "0511 123456"}, {"phone": "+49 511 123456"}, [PHONE]),
        ({"postal": "Weg 1\n30451 Hannover"}, {"post": "Weg 1, 30451 Hannover"}, [ADDRESS]),
        ({"mail": "elif@example.org"}, {}, [MAIL]),
        ({"mail": "a@verein.de"}, {"mail": "b@verein.de"}, [DOMAIN]),
        ({}, {}, []),
    ],
)
def test_a_member_is_compared_with_the_newest_revision(values, case, found):
    holder = seat("gremium1", 71, **values)

    assert list(standing.standings_of(application := at_board(**case), holder).found(application, holder)) == found


@pytest.mark.django_db
def test_a_name_the_label_of_a_seat_a_helpers_organisation_and_a_tandem_partner_count():
    holder = seat("gremium1", 71)
    type(holder.seat).objects.filter(pk=holder.seat_id).update(label="Beratung Nord")
    helped = at_board()
    helped.helpers.create(name="Toni", organisation="Beratung Nord e. V.", added_at=NOON)
    tandem = at_board(kind="tandem", organisation=None, partner="Beratung Nord")

    type(holder).objects.filter(pk=holder.pk).update(name="Kaya, Elif")

    assert standing.standings_of(helped, fresh(holder)).found(helped, fresh(holder)) == (ORGANISATION, NAME)
    type(holder).objects.filter(pk=holder.pk).update(name="Mitglied")
    assert [standing.standings_of(each, fresh(holder)).found(each, fresh(holder)) for each in (helped, tandem)] == [
        (ORGANISATION,),
        (ORGANISATION,),
    ]


@pytest.mark.django_db
def test_an_account_of_a_unit_is_in_conflict_where_the_unit_or_one_below_it_applies():
    parent = Unit.objects.create(number="98")
    below = Unit.objects.create(number="98.7", parent=parent)
    below.names.create(name="Beispielstelle für Feste")
    ours = at_board(kind="unit", organisation="Beispielstelle für Feste")
    other = at_board(kind="unit", organisation="Eine andere Stelle")
    UnitMember.objects.create(unit=parent, user=user("team1"))

    assert [standing.is_free(user("team1"), each) for each in (ours, other)] == [False, True]
    assert standing.is_free(user("team2"), ours)


# Declaring ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "values", "stands"),
    [
        ("none", {}, "free"),
        ("none", {"organisation": "Nachbarschaft Linden"}, "open"),
        ("unsure", {}, "open"),
        ("conflict", {}, "conflict"),
    ],
)
def test_what_holds_follows_from_what_was_said_and_found(answer, values, stands):
    holder, application = seat("gremium1", 71, **values), at_board()

    declaration = declare(application, holder, answer)

    assert declaration.standing == stands
    assert standing.is_free(holder, application) is (stands == "free")


@pytest.mark.django_db
def test_the_same_answer_twice_is_one_row_and_another_answer_supersedes_it():
    holder, application = seat("gremium1", 71), at_board()

    rows = [declare(application, holder, answer).pk for answer in ("none", "none", "unsure", "conflict", "conflict")]

    assert [rows[0] == rows[1], rows[3] == rows[4], len(set(rows))] == [True, True, 3]
    assert [each.answer for each in application.declarations.in_force()] == ["conflict"]


@pytest.mark.django_db
@pytest.mark.parametrize("answer", ["none", "unsure"])
def test_nobody_takes_a_conflict_back(answer):
    holder, application = seat("gremium1", 71), at_board()
    declare(application, holder, "conflict")

    with pytest.raises(Refused) as refusal:
        declare(application, holder, answer)

    assert refusal.value.reasons == [conflicts.STAYS]


@pytest.mark.django_db
def test_a_conflict_names_its_kind_and_an_answer_is_one_of_three():
    holder, application = seat("gremium1", 71), at_board()

    for values in ({"answer": "conflict", "kind": "x"}, {"answer": "", "kind": ""}):
        with pytest.raises(Refused):
            conflicts.declare(application, holder, by=holder.user, now=NOON, **values)

    assert Declaration.objects.count() == 0


@pytest.mark.django_db
def test_nobody_speaks_for_a_member_with_an_account_and_the_office_does_for_one_without():
    holder, application = seat("gremium1", 71), at_board()
    other = SeatHolder.objects.create(seat=seat("gremium3", 72).seat, name="Ohne Konto", valid_from=holder.valid_from,
                                      substitute=True)  # fmt: skip

    for who, by in ((holder, team().user), (holder, user("gremium3")), (other, user("gremium3"))):
        with pytest.raises(Refused):
            declare(application, who, by=by)
    declare(application, other, by=team().user)

    assert [each.holder for each in application.declarations.all()] == [other]


@pytest.mark.django_db
def test_who_helped_is_never_free_whatever_she_says_and_whoever_settles():
    holder, application = seat("gremium1", 71), at_board()
    application.helpers.create(name="Hilfe", mail=holder.user.email.upper(), added_at=NOON, ended_at=NOON)

    declaration = declare(application, holder)

    assert (declaration.standing, standing.is_free(holder, application)) == ("conflict", False)


@pytest.mark.django_db
def test_somebody_who_begins_to_help_after_she_was_free_is_so_no_more():
    holder, application = seat("gremium1", 71), at_board()
    declare(application, holder)
    application.helpers.create(name="Hilfe", user=holder.user, added_at=NOON)

    assert standing.is_free(holder, application) is False


@pytest.mark.django_db
def test_a_late_conflict_voids_her_review_and_tells_the_meeting(monkeypatch):
    holder, application = seat("gremium1", 71), at_board()
    declare(application, holder)
    written = review(application, holder)
    heard = []
    monkeypatch.setattr(
        conflicts.meeting, "conflict_declared", lambda case, who, *, now: heard.append((case.pk, who.pk, now))
    )

    declare(application, holder, "conflict")

    assert fresh(written).voided_at == NOON
    assert heard == [(application.pk, holder.pk, NOON)]
    assert list(Review.objects.counted()) == []


# Settling -------------------------------------------------------------------------------------------------------------


def unsure():
    """(the case, what gremium1 said of it, the actor who chairs and is free)."""
    application, chairs = at_board(), chair()
    declare(application, chairs.user.seats.get())
    return application, declare(application, seat("gremium1", 71), "unsure"), chairs


@pytest.mark.django_db
def test_the_chair_settles_with_a_reason():
    application, declaration, chairs = unsure()

    settle(declaration, chairs.user)

    settled = fresh(declaration)
    assert (settled.standing, settled.settled_by, settled.settled_why) == ("free", chairs.user, "Nur derselbe Name")
    assert standing.is_free(user("gremium1"), application)


@pytest.mark.django_db
def test_settled_as_a_conflict_voids_what_she_wrote():
    application, declaration, chairs = unsure()
    Review.objects.create(
        application=application, holder=declaration.holder, revision=application.revision, word="no", at=NOON,
        by=declaration.by,
    )  # fmt: skip

    settle(declaration, chairs.user, "conflict")

    assert (list(Review.objects.counted()), standing.is_free(user("gremium1"), application)) == ([], False)


@pytest.mark.django_db
def test_a_settlement_wants_a_reason_and_a_standing_and_happens_once():
    _application, declaration, chairs = unsure()

    for values in ({"why": " "}, {"standing": "open"}):
        with pytest.raises(Refused):
            settle(declaration, chairs.user, **values)
    settle(declaration, chairs.user)
    with pytest.raises(Refused) as refusal:
        settle(declaration, chairs.user, "conflict")

    assert refusal.value.reasons == [conflicts.DONE]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["gremium1", "gremium3", "team1", "leitung", "ausschuss", "admin"])
def test_nobody_but_the_chair_settles_what_a_member_said(name):
    _application, declaration, _chairs = unsure()
    seat("gremium3", 73)
    lead()

    with pytest.raises(Refused):
        settle(declaration, user(name))

    assert fresh(declaration).standing == "open"


@pytest.mark.django_db
def test_a_chair_settles_never_her_own_and_the_deputy_does():
    application, chairs = at_board(), chair()
    deputy = seat("vertretung", 91, role=DEPUTY)
    declare(application, deputy)
    own = declare(application, chairs.user.seats.get(), "unsure")

    with pytest.raises(Refused) as refusal:
        settle(own, chairs.user)

    assert conflicts.OWN in refusal.value.reasons
    assert settle(own, deputy.user).standing == "free"


@pytest.mark.django_db
def test_a_chair_in_conflict_settles_nothing_on_that_case():
    application, chairs = at_board(), chair()
    declaration = declare(application, seat("gremium1", 71), "unsure")

    with pytest.raises(Refused) as before:
        settle(declaration, chairs.user)
    declare(application, chairs.user.seats.get(), "conflict")
    with pytest.raises(Refused) as after:
        settle(declaration, chairs.user)

    assert before.value.reasons == [conflicts.SELF_FIRST]
    assert after.value.reasons == [conflicts.SELF_IN_CONFLICT]


@pytest.mark.django_db
def test_where_chair_and_deputy_are_concerned_the_lead_settles():
    application, chairs, leads = at_board(), chair(), lead()
    deputy = seat("vertretung", 91, role=DEPUTY)
    own = declare(application, chairs.user.seats.get(), "unsure")

    with pytest.raises(Refused):
        settle(own, leads.user)
    declare(application, deputy, "conflict")

    assert settle(own, leads.user).settled_by == leads.user


@pytest.mark.django_db
def test_the_lead_settles_for_the_office_and_not_her_own():
    application = at_board()
    of_team, of_lead = declare(application, team().user, "unsure"), declare(application, lead().user, "unsure")
    chairs = chair()

    for declaration, by in ((of_team, chairs.user), (of_team, user("team2")), (of_lead, user("leitung"))):
        with pytest.raises(Refused):
            settle(declaration, by)
    with pytest.raises(Refused):  # her own is still to be settled
        settle(of_team, user("leitung"))

    assert {each.standing for each in Declaration.objects.all()} == {"open"}


@pytest.mark.django_db
def test_a_lead_who_is_free_settles_for_the_office():
    declaration = declare(at_board(), team().user, "unsure")

    assert settle(declaration, lead().user).standing == "free"


@pytest.mark.django_db
def test_the_database_lets_nobody_settle_her_own():
    application = at_board()
    declaration = declare(application, seat("gremium1", 71), "unsure")

    with pytest.raises(IntegrityError), transaction.atomic():
        Declaration.objects.filter(pk=declaration.pk).update(
            standing="free", settled_at=NOON, settled_by=declaration.by, settled_why="Ich weiß es."
        )


# The office -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_team_member_in_conflict_takes_nothing_on_and_is_told_why():
    application = create_application("submitted", NOON)[0]
    declare(application, team().user, "conflict")

    from fund.workflow import blockers

    assert blockers(application, "take", by=team(), now=NOON) == [standing.SAID["conflict"]]
    assert blockers(application, "take", by=team("team2"), now=NOON) == []


@pytest.mark.django_db
def test_what_the_portal_finds_stops_a_team_member_until_the_lead_has_settled_it():
    from fund.workflow import blockers

    application = create_application("submitted", NOON, mail="team1@example.org")[0]
    before = blockers(application, "take", by=team(), now=NOON)
    declaration = declare(application, team().user)

    settle(declaration, lead().user)

    assert findings.SENTENCES[MAIL] in before[0]
    assert blockers(fresh(application), "take", by=team(), now=NOON) == []


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["team1", "team2"])
def test_a_decision_with_a_conflicted_person_in_it_is_not_made_final(who):
    from fund.workflow import blockers
    from tests.fund.factories import has_money, propose

    application = propose(has_money(create_application("team_decision", NOON)[0]), "approval")
    declare(application, user(who), "conflict")

    assert len(blockers(fresh(application), "approve", by=team("team2"), now=NOON)) == 1
