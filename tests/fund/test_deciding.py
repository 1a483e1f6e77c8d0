"""The project team decides: two people, the money, the waiting list, and nothing outside before the release."""

import io
import json
import zipfile
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from fund import deciding, handling, known, letters, money, steps, takeout
from fund.actors import APPLICANT
from fund.models import Decision, Flag, FundYear, Helper, LedgerEntry, Letter, RefusalReason
from fund.workflow import blockers, perform
from tests.fund.factories import (
    NOON,
    TODAY,
    activate,
    approve,
    create_application,
    create_reason,
    create_rules,
    forward,
    fresh,
    has_money,
    has_no_money,
    lead,
    propose,
    read_letter,
    refuse,
    reject,
    release,
    team,
    waitlist,
    withdraw,
)
from tests.fund.test_workflow import refused
from wir.lib.workflow import Refused
from wir.outbox.models import Message

pytestmark = pytest.mark.django_db

SPLIT = "Es sind zwei verschiedene Gruppen."


def case(**values):
    """A small application that waits for the project team, in a year with money."""
    return has_money(create_application("team_decision", **values)[0])


def entries(application):
    return [(each.kind, each.amount) for each in application.entries.all()]


# Proposing ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", ["approval", "waitlist"])
@pytest.mark.parametrize(
    ("amount", "sentence", "reasons"),
    [
        (None, "", ["Der Betrag fehlt."]),
        (Decimal("0"), "", ["Der Betrag ist größer als null."]),
        (Decimal("-1"), "", ["Der Betrag ist größer als null."]),
        (Decimal("1200.01"), "", ["Beantragt sind nur 1.200\u00a0€."]),
        (Decimal("1199.99"), " ", ["Das ist weniger"]),
        (Decimal("1199.99"), "Ohne die Getränke.", []),
        (Decimal("1200"), "", []),
    ],
)
def test_an_amount_is_at_most_what_was_asked_for_and_less_has_a_reason(result, amount, sentence, reasons):
    application = case()

    told = blockers(application, f"propose_{result}", by=team(), now=NOON, amount=amount, sentence_de=sentence)

    assert [each[: len(reason)] for each, reason in zip(told, reasons, strict=True)] == reasons


def test_an_amount_is_at_most_what_the_tier_gives():
    application = case()
    tier = application.rule_set.tier("micro")
    tier.highest = Decimal("1000")
    tier.save()

    told = refused(fresh(application), "propose_approval", by=team(), amount=Decimal("1200"))

    assert told == ["In dieser Stufe gibt es höchstens 1.000\u00a0€."]


@pytest.mark.parametrize("key", ["none", "formal", "inactive"])
def test_a_no_has_a_reason_of_merit_and_a_sentence_of_its_own(key):
    application = case()
    reasons = {
        "none": None,
        "formal": create_reason("formal", formal=True),
        "inactive": create_reason("old", formal=False, active=False),
    }

    told = refused(application, "propose_rejection", by=team(), reason=reasons[key], sentence_de=" ")

    assert [each.partition(" ")[0] for each in told] == ["Wählen", "Schreiben"]


def test_the_catalogue_has_reasons_of_merit_in_every_language():
    from wir.languages import registry
    from wir.languages.text import tr

    found = RefusalReason.objects.filter(formal=False, active=True)

    assert found.count() == 6
    for reason in found:
        assert [tr(reason, "plain", each).is_fallback for each in registry.LANGUAGES] == [False] * 12


# Two people -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "last", "state"),
    [("approval", "approve", "approved"), ("waitlist", "waitlist", "waitlisted"), ("rejection", "reject", "rejected")],
)
def test_one_proposes_and_another_makes_it_final(result, last, state):
    application = case()
    assert refused(application, last, by=team())[0] == deciding.NOBODY_PROPOSED
    if result == "waitlist":
        has_no_money(application)
    application = propose(application, result)

    assert deciding.SECOND in refused(application, last, by=team())
    assert len(refused(application, "propose_approval", by=team("team2"), amount=Decimal("1200"))) == 1
    perform(fresh(application), last, by=team("team2"), now=NOON)

    decision = Decision.objects.get(application=application)
    assert (decision.proposed_by.username, decision.confirmed_by.username, decision.kind) == ("team1", "team2", state)
    assert (fresh(application).state, fresh(application).decision_recorded_at) == (state, NOON)
    assert fresh(application).decision_released_at is None
    assert decision.letter.released_at is None


@pytest.mark.parametrize("result", ["approval", "waitlist", "rejection"])
def test_nothing_else_becomes_final_than_what_was_proposed(result):
    application = propose(case(), result)

    for kind, last in (("approval", "approve"), ("waitlist", "waitlist"), ("rejection", "reject")):
        if kind != result:
            told = refused(fresh(application), last, by=team("team2"))
            assert told[0].startswith("Vorgeschlagen ist etwas anderes")


@pytest.mark.parametrize("people", [1, 2, 3, 4])
def test_as_many_people_decide_as_the_rules_want(people):
    create_rules(team_people=people)
    application = propose(case(), "approval")
    names = ["team1", "team2", "leitung", "admin"]

    if people == 1:
        perform(application, "approve", by=team(), now=NOON)
    for number, name in enumerate(names[1:people], 2):
        by = team(name)
        if number < people:
            assert any("es fehlen noch" in each for each in refused(fresh(application), "approve", by=by))
            perform(fresh(application), "agree", by=by, now=NOON)
            assert deciding.AGREED in refused(fresh(application), "agree", by=by)
        else:
            assert deciding.ENOUGH in refused(fresh(application), "agree", by=by)
            perform(fresh(application), "approve", by=by, now=NOON)

    assert fresh(application).state == "approved"


def test_the_database_keeps_the_two_people_apart():
    application = propose(case(), "approval")

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.filter(application=application).update(confirmed_at=NOON, confirmed_by=team().user)


@pytest.mark.parametrize("move", ["propose_approval", "propose_waitlist", "propose_rejection"])
def test_who_helped_proposes_nothing(move):
    application = case()
    Helper.objects.create(application=application, name="Team", user=team().user, added_at=NOON)
    values = {"amount": Decimal("1200"), "reason": create_reason("m", formal=False), "sentence_de": "Weil."}

    assert refused(application, move, by=team(), **values) == [
        "Sie haben beim Schreiben geholfen; prüfen muss jemand anderes."
    ]
    assert blockers(application, move, by=team("team2"), now=NOON, **values) == []


@pytest.mark.parametrize(("name", "words"), [("team2", "Sie haben"), ("team1", "team1 hat")])
def test_a_helper_that_comes_out_late_stops_the_decision(name, words):
    application = propose(case(), "approval")
    user = team(name).user
    Helper.objects.create(application=application, name="Team", user=user, added_at=NOON)

    told = refused(application, "approve", by=team("team2"))

    assert [each.startswith(words.replace("team1", str(user))) for each in told] == [True]
    assert entries(application) == []


def test_a_dropped_proposal_makes_room_for_another():
    application = propose(case(), "rejection")

    assert refused(application, "drop_decision", by=team("team2"), note="") == ["Der Grund fehlt."]
    perform(application, "drop_decision", by=team("team2"), now=NOON, note="Doch gut.")

    assert approve(application).state == "approved"
    assert Decision.objects.filter(application=application).count() == 2


# Splitting ------------------------------------------------------------------------------------------------------------


def test_a_case_that_is_perhaps_one_of_several_parts_needs_the_lead_and_her_reason():
    application = propose(case(), "approval")
    Flag.objects.create(application=application, kind=Flag.Kind.SPLITTING, raised_at=NOON)

    assert deciding.LEAD_ONLY in refused(application, "approve", by=team("team2"), note=SPLIT)
    assert refused(application, "approve", by=lead()) == [deciding.LEAD_SAYS_WHY]
    perform(fresh(application), "approve", by=lead(), now=NOON, note=SPLIT)

    assert application.changes.get(move="approve").note == SPLIT


def test_the_team_does_not_settle_away_what_needs_the_lead():
    application = propose(case(), "approval")
    flag = Flag.objects.create(application=application, kind=Flag.Kind.SPLITTING, raised_at=NOON)

    with pytest.raises(Refused) as refusal:
        handling.settle_flag(flag, note="Passt schon.", by=team("team2").user, now=NOON)

    assert refusal.value.reasons == [handling.LEAD_SETTLES]
    assert Flag.objects.get(pk=flag.pk).settled_at is None
    handling.settle_flag(flag, note="Zwei Vorhaben.", by=lead().user, now=NOON)
    assert Flag.objects.get(pk=flag.pk).settled_at == NOON


# Money ----------------------------------------------------------------------------------------------------------------


def test_a_yes_promises_its_amount_and_a_no_promises_nothing():
    small = propose(case(), "approval", amount=Decimal("1000.55"), sentence_de="Ohne Getränke.")
    perform(small, "approve", by=team("team2"), now=NOON)
    other = reject(case(title="Zweites"))

    assert entries(small) == [("commit", Decimal("1000.55"))]
    assert entries(other) == []
    assert FundYear.objects.get(pk=small.year_id).committed == Decimal("1000.55")
    assert LedgerEntry.objects.get(kind="commit").decision == Decision.objects.get(application=small)


def test_a_yes_without_money_is_refused_and_says_what_is_free():
    application = propose(has_money(case(), Decimal("1199.99")), "approval")

    told = refused(application, "approve", by=team("team2"))

    assert told == ["Das Geld reicht nicht: Frei sind 1.199,99\u00a0€."]


def test_a_place_on_the_list_is_for_cases_without_money():
    application = propose(case(), "waitlist")

    assert refused(application, "waitlist", by=team("team2"))[0].startswith("Das Geld reicht: Frei sind 100.000")
    has_money(application, Decimal("1199"))
    perform(fresh(application), "waitlist", by=team("team2"), now=NOON)

    assert (fresh(application).state, entries(application)) == ("waitlisted", [])


def test_who_withdraws_gives_the_money_back():
    application = approve(case())

    gone = withdraw(application)

    assert (gone.state, FundYear.objects.get(pk=gone.year_id).committed) == ("withdrawn", 0)
    assert entries(gone) == [("commit", Decimal("1200.00")), ("uncommit", Decimal("1200.00"))]
    assert Decision.objects.filter(application=gone, dropped_at=None).count() == 0


def test_a_case_that_came_back_can_be_promised_money_again():
    application = withdraw(approve(case()))
    perform(application, "reopen", by=APPLICANT, now=NOON)

    again = approve(forward(application))

    assert (again.state, [kind for kind, _amount in entries(again)]) == ("approved", ["commit", "uncommit", "commit"])
    assert list(money.differences()) == []


# The waiting list -----------------------------------------------------------------------------------------------------


def test_the_list_goes_by_the_day_of_handing_in_and_the_first_is_called_up():
    late = create_application("team_decision", NOON + timedelta(hours=2), title="Spät")[0]
    early = create_application("team_decision", NOON, title="Früh")[0]
    late, early = waitlist(late), waitlist(early)
    assert [deciding.place_of(each) for each in (early, late)] == [1, 2]
    has_money(late)

    assert refused(late, "call_up", by=team()) == [f"Auf der Warteliste steht {early} davor."]
    called = fresh(perform(early, "call_up", by=team(), now=NOON))

    assert (called.state, called.decision_recorded_at, deciding.place_of(fresh(late))) == ("team_decision", None, 1)
    assert approve(called).state == "approved"


def test_a_withdrawal_lets_the_first_on_the_list_through():
    funded = approve(has_money(case(), Decimal("1200")))
    first = waitlist(create_application("team_decision", title="Wartet")[0])
    assert refused(first, "call_up", by=team())[0].startswith("Das Geld reicht nicht: Frei sind 0")

    withdraw(funded)
    called = fresh(perform(fresh(first), "call_up", by=team(), now=NOON))

    assert approve(called).state == "approved"


@pytest.mark.parametrize(("days", "fine"), [(None, False), (15, False), (14, True), (0, True), (-1, False)])
def test_who_knows_of_her_place_is_asked_within_two_weeks_before_she_is_called_up(days, fine):
    application = has_money(release(waitlist(case())))
    on = None if days is None else TODAY - timedelta(days=days)

    told = blockers(application, "call_up", by=team(), now=NOON, on=on)

    assert (told == []) is fine


# Telling --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decide", [approve, waitlist, reject])
def test_a_result_is_released_once_and_only_when_its_letter_was_read(decide):
    application = decide(case())
    assert refused(application, "release_decision", by=team()) == ["Den Brief muss zuerst eine zweite Person lesen."]
    read_letter(application)

    released = fresh(perform(fresh(application), "release_decision", by=team(), now=NOON))

    assert (released.state, released.decision_released_at) == (application.state, NOON)
    assert Message.objects.filter(about_id=application.pk, kind="letter_released").count() == 1
    assert refused(released, "release_decision", by=team()) == ["Das Ergebnis ist schon bekannt gegeben."]


def test_an_agreement_is_sent_where_the_rules_want_one_and_can_still_be_declined():
    create_rules(confirmation="agreement")
    application = release(approve(case()))
    assert application.state == "agreement_sent"

    withdraw(application)

    assert FundYear.objects.get(pk=application.year_id).committed == 0


def page_of(secret, name="case"):
    answer = Client().get(reverse(f"fund:{name}", args=[secret.lower()]))
    assert answer.status_code == 200
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def unzipped(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


MARK = "Nordlicht-Vermerk"  # an own sentence that must not get out


@pytest.mark.parametrize("result", ["approval", "waitlist", "rejection"])
def test_nothing_of_a_result_shows_before_its_release(result):
    application, secret = create_application("team_decision")
    has_money(application)
    quiet = ["case", "sent", "receipt", "messages", "files", "access", "withdraw", "erase"]
    before = {name: page_of(secret, name) for name in quiet}
    fund = Client().get(reverse("fund:page")).content
    archive, mails = json.loads(read_data(secret)), Message.objects.count()

    less = {} if result == "rejection" else {"amount": Decimal("1111.11")}
    propose(application, result, sentence_de=MARK, **less)
    last = {"approval": "approve", "waitlist": "waitlist", "rejection": "reject"}[result]
    if result == "waitlist":
        has_no_money(application)
        fund = Client().get(reverse("fund:page")).content
    perform(fresh(application), last, by=team("team2"), now=NOON)
    read_letter(application)

    assert {name: page_of(secret, name) for name in quiet} == before
    assert json.loads(read_data(secret)) | {"made_at": ""} == archive | {"made_at": ""}
    assert MARK.encode() not in unzipped(page_of(secret, "everything"))
    assert Message.objects.count() == mails
    assert Client().get(reverse("fund:page")).content == fund

    perform(fresh(application), "release_decision", by=team(), now=NOON)
    assert MARK.encode() in page_of(secret)
    assert MARK.encode() in unzipped(page_of(secret, "everything"))
    assert Message.objects.count() == mails + 1


def read_data(secret):
    with zipfile.ZipFile(io.BytesIO(page_of(secret, "everything"))) as archive:
        return archive.read("antrag.json")


def test_a_letter_that_is_not_out_goes_along_when_the_applicant_takes_another_language(client):
    application, secret = create_application("formal_check")
    application = refuse(application)
    address = reverse("fund:access", args=[secret.lower()])

    client.post(address, {"tun": "sprache", "sprache": "ar"})

    assert (fresh(application).language, Letter.objects.get(decision__application=application).language) == ("ar", "ar")


def told_of(application):
    return takeout.history(takeout.steps_told(application))


def test_what_became_of_a_list_that_was_never_told_is_in_no_archive():
    """Called up from the list on which she did not know she was: what she takes along says what it said before."""
    application = waitlist(case())
    before = (takeout.data(application, True, NOON)["history"], told_of(application))

    called = fresh(perform(has_money(application), "call_up", by=team(), now=NOON, on=TODAY))

    assert (takeout.data(called, True, NOON)["history"], told_of(called)) == before
    assert "call_up" not in [move for _at, move in known.moves_known(called)]
    assert [line["text"] for line in before[0]] == [text for _at, text in before[1]]


def test_what_became_of_a_list_that_was_told_is_told():
    application = has_money(release(waitlist(case())))
    before = len(told_of(application))

    called = fresh(perform(application, "call_up", by=team(), now=NOON, on=TODAY))

    assert len(told_of(called)) == before + 1


def test_a_no_that_is_not_known_is_withdrawn_as_if_there_were_none_and_a_known_one_is_not():
    unknown, known = reject(case()), release(reject(case(title="Zweites")))

    assert withdraw(unknown).state == "withdrawn"
    assert len(refused(known, "withdraw", by=APPLICANT)) == 1


def test_a_letter_of_the_waiting_list_stays_with_who_got_it():
    application = has_money(release(waitlist(case())))

    called = fresh(perform(application, "call_up", by=team(), now=NOON, on=TODAY))

    assert takeout.letters(called).count() == 1
    assert (called.decision_released_at, steps.seen_state(called)) == (None, "team_decision")


def test_the_public_sums_count_a_promise_from_its_release_on():
    application = approve(case())
    year = FundYear.objects.get(pk=application.year_id)
    assert money.told(year) == (0, 0, Decimal("100000.00"))

    release(application)

    assert money.told(year) == (Decimal("1200.00"), 0, Decimal("98800.00"))


# Letters --------------------------------------------------------------------------------------------------------------


def test_the_letter_of_a_yes_tells_amount_and_days():
    letter = approve(case()).decisions.get().letter

    for part in ("1.200\u00a0€", "1. Juni 2027", "30. September 2027"):
        assert part in letter.text_de


def test_the_letter_of_less_tells_what_was_asked_for_and_why_it_is_less():
    application = propose(case(language="tr"), "approval", amount=Decimal("900"), sentence_de=MARK, sentence="Az para.")
    perform(application, "approve", by=team("team2"), now=NOON)
    letter = application.decisions.get().letter

    assert [part in letter.text_de for part in ("900\u00a0€", "1.200\u00a0€", MARK)] == [True] * 3
    assert ("Az para." in letter.text, MARK in letter.text) == (True, False)


def test_the_letter_of_a_no_tells_the_reason_and_how_to_try_again():
    reason = RefusalReason.objects.get(key="plan-nicht-machbar")
    application = propose(case(), "rejection", reason=reason, sentence_de=MARK)
    perform(application, "reject", by=team("team2"), now=NOON)
    letter = application.decisions.get().letter

    for part in (reason.title_de, MARK, "Sie können"):
        assert part in letter.text_de


def test_no_letter_of_a_yes_or_of_the_list_says_that_there_is_no_money_for_it():
    for decide in (approve, waitlist):
        letter = decide(case(title=decide.__name__)).decisions.get().letter
        assert "Dafür können wir kein Geld geben" not in letter.text_de
        assert letters.NO_REMEDY in letters.warnings(letter)


# Until the portal pays ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ({"on": None, "payer": ""}, 2),
        ({"on": TODAY + timedelta(days=1), "payer": "Amt"}, 1),
        ({"on": TODAY - timedelta(days=1), "payer": "Amt"}, 1),
        ({"on": TODAY, "payer": " "}, 1),
        ({"on": TODAY, "payer": "Amt"}, 0),
    ],
)
def test_a_project_runs_from_a_day_after_its_letter_and_somebody_settles_the_payment(values, count):
    application = release(approve(case()))

    assert len(blockers(application, "activate", by=team(), now=NOON, **values)) == count


def test_a_project_does_not_run_before_its_letter_is_out():
    application = approve(case())

    told = refused(application, "activate", by=team(), on=TODAY, payer="Amt")

    assert told == ["Zuerst wird der Brief bekannt gegeben."]


def test_the_case_page_names_who_settles_the_payment():
    application, secret = create_application("approved")
    activate(release(application))

    assert "Fachbereich Finanzen" in page_of(secret).decode()


@pytest.mark.parametrize(("days", "fine"), [(None, False), (-1, False), (0, True), (1, False)])
def test_a_project_ends_between_its_beginning_and_today(days, fine):
    application = activate(release(approve(case())))
    on = None if days is None else TODAY + timedelta(days=days)

    assert (blockers(application, "close", by=team(), now=NOON, on=on) == []) is fine


# The last wall --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("result", ["approval", "waitlist"])
@pytest.mark.parametrize(("amount", "highest"), [("1200.01", None), ("1200", "1199.99"), ("1200", None)])
def test_an_amount_that_fits_no_more_is_not_made_final(result, amount, highest):
    """What was proposed is looked at again, whatever became of it or of the tier since."""
    application = propose(case(), result)
    if result == "waitlist":
        has_no_money(application)
    Decision.objects.update(amount=Decimal(amount))
    application.rule_set.tiers.filter(key="micro").update(highest=highest and Decimal(highest))
    name = {"approval": "approve"}.get(result, result)
    reasons = {
        ("1200.01", None): ["Beantragt sind nur 1.200\u00a0€."],
        ("1200", "1199.99"): ["In dieser Stufe gibt es höchstens 1.199,99\u00a0€."],
        ("1200", None): [],
    }[amount, highest]

    assert blockers(fresh(application), name, by=team("team2"), now=NOON) == reasons
