"""Who did which act stands in the log for every verb that is no move of the table; what was said in it does not."""

import inspect
from datetime import date, timedelta
from decimal import Decimal

import pytest

from fund import attending, budget, circular, conflicts, filings, recording, reviewing, rules_workflow
from fund.logged import log
from strategy.models import Attendance
from tests.fund import factories
from tests.fund.factories import (
    EVENING,
    LATER_ON,
    NOON,
    TOLD,
    board,
    chair,
    create_other_year,
    create_year,
    declare,
    file_paper,
    for_committee,
    fresh,
    in_meeting,
    lead,
    make_filing,
    put_on_agenda,
    record,
    review,
    said,
    settle,
    team,
    team_with_meetings,
    version,
)
from tests.fund.test_circular import END, cast, opened, waiting
from tests.fund.test_conflicts import at_board, unsure
from tests.fund.test_meeting import two_for_one_call
from wir.accounts.models import AuditEntry
from wir.lib.workflow import Refused

pytestmark = pytest.mark.django_db

SECRET = "Geheimer Satz"
MODULES = (conflicts, reviewing, recording, attending, budget, filings, circular, rules_workflow)
# Told by the verb that calls them, or by the door of the case
NO_VERB = {"recording.write", "circular.put_on", "filings.record", "rules_workflow.switch", "rules_workflow.record"}


def declares():
    case, holder = at_board(), factories.seat("gremium1", 71)
    yield
    declare(case, holder, "conflict", note=SECRET)


def settles():
    _case, declaration, chairs = unsure()
    yield
    settle(declaration, chairs.user, why=SECRET)


def writes():
    case, holder = at_board(), factories.seat("gremium1", 71)
    declare(case, holder)
    yield
    review(case, holder, comment=SECRET)


def calls():
    item = put_on_agenda(factories.create_application("board_queue", answers=factories.PROJECT)[0])
    factories.begin_meeting(item.meeting)
    yield
    recording.call(item, by=team_with_meetings(), now=EVENING, seen=version(item.application))


def names_chair():
    holders = board()
    case, item = in_meeting(conflicts=holders[:2])
    yield
    recording.name_chair(item, holders[2], by=team_with_meetings(), now=EVENING, seen=version(case))


def records():
    _case, item = in_meeting()
    yield
    record(item, note=SECRET)


def asks():
    case, item = in_meeting()
    yield
    recording.ask(item, note=SECRET, by=chair().user, now=EVENING, seen=version(case))


def chooses():
    first, second = two_for_one_call()
    seen = {each.application_id: version(each.application) for each in (first, second)}
    values = {"yes": 7, "no": 2, "abstain": 1, "amount": Decimal("16000"), "note": SECRET}
    yield
    recording.choose(second, by=team_with_meetings(), now=EVENING, seen=seen, outcome="proposed", **values)


def begins():
    item = put_on_agenda(factories.create_application("board_queue", answers=factories.PROJECT)[0])
    yield
    attending.begin(fresh(item.meeting), by=team_with_meetings(), now=EVENING)


def marks():
    _case, _item = in_meeting()
    line = Attendance.objects.order_by("pk").first()
    yield
    attending.mark(line, "entschuldigt", by=team_with_meetings(), now=EVENING, seen=attending.mark_of(line))


def marks_all():
    _case, item = in_meeting()
    yield
    attending.mark_all(item.meeting, by=team_with_meetings(), now=EVENING)


def moves_money(verb):
    create_other_year(2027)
    yield
    verb(fresh(create_year()), Decimal("5"), source=SECRET, by=lead().user, now=NOON)


def proposed():
    years = (create_other_year(2027), create_other_year(2028))
    return budget.propose_carry_over(*years, Decimal("5"), reference=SECRET, by=lead().user, now=NOON)


def carries_over():
    create_other_year(2027), create_other_year(2028)
    yield
    proposed()


def confirms_carry_over():
    carry = proposed()
    yield
    budget.confirm_carry_over(carry, by=factories.person_with("finanzen", budget.CONFIRM), now=NOON)


def drops_carry_over():
    carry = proposed()
    yield
    budget.drop_carry_over(carry, by=lead().user, now=NOON)


def makes():
    case = for_committee()
    yield
    make_filing(case, number="")


def changes():
    case = for_committee()
    filing = make_filing(case)
    steps = [{"body": factories.council(), "decides": True, "session_on": None}]
    yield
    filings.change(filing, title=SECRET, text=SECRET, cases=[case], steps=steps, by=team(), now=NOON)


def discards():
    filing = make_filing(for_committee())
    yield
    filings.discard(filing, by=team(), now=NOON)


def numbers():
    filing = make_filing(for_committee(), number="")
    yield
    filings.give_number(filing, number="1234/2027", supplement="", told_on=TOLD, by=team(), now=NOON)


def moves_days():
    filing = file_paper(for_committee())
    yield
    filings.move_days(filing, sessions={}, told_on=TOLD, by=team(), now=NOON)


def files():
    filing = make_filing(for_committee())
    yield
    filings.file(filing, by=team(), now=NOON)


def files_again():
    case = for_committee()
    filing = file_paper(case)
    said(case, "postponed", decides=False)
    days = {step.pk: date(2027, 7, 1) for step in filing.steps.all()}
    yield
    filings.file_again(fresh(filing), cases=[fresh(case)], sessions=days, by=team(), now=LATER_ON)


def opens_vote():
    case, _holders = waiting()
    yield
    opened(case)


def closes_vote():
    case, holders = waiting()
    vote, item = opened(case)
    cast(item, holders, ["yes"] * 4)
    yield
    circular.close(vote, by=team_with_meetings(), now=END)


def closes_year():
    year = create_other_year(2028)
    yield
    rules_workflow.move(year, "close", by=lead().user, now=NOON)


def confirms_value():
    rules = factories.create_rules()
    copied = rules_workflow.copy(rules, key="neu", title="Neu", valid_from=date(2028, 1, 1), by=lead().user, now=NOON)
    origin = copied.origins.first()
    type(origin).objects.filter(pk=origin.pk).update(confirmed=False)
    yield
    rules_workflow.confirm(origin, source=SECRET, by=lead().user, now=NOON)


def copies():
    rules = factories.create_rules()
    yield
    rules_workflow.copy(rules, key="neu", title="Neu", valid_from=date(2028, 1, 1), by=lead().user, now=NOON)


CHANGED, DECIDED = "changed", "decided"
CHOSEN = ("team1", CHANGED, "Ergebnis der Auswahl eines Trägers eingetragen")
TABLE = [
    ("conflicts.declare", declares, [("gremium1", CHANGED, "Angabe zu Interessenkonflikten")]),
    ("conflicts.settle", settles, [("vorsitz", DECIDED, "Angabe zu Interessenkonflikten geklärt")]),
    ("reviewing.write", writes, [("gremium1", CHANGED, "Einschätzung geschrieben")]),
    ("recording.call", calls, [("team1", CHANGED, "Punkt aufgerufen")]),
    ("recording.name_chair", names_chair, [("team1", CHANGED, "Leitung des Punktes geändert")]),
    ("recording.record", records, [("team1", CHANGED, "Ergebnis des Gremiums eingetragen")]),
    ("recording.ask", asks, [("vorsitz", CHANGED, "Rückfrage des Gremiums eingetragen")]),
    ("recording.choose", chooses, [CHOSEN, CHOSEN]),
    ("attending.begin", begins, [("team1", CHANGED, "Hat stattgefunden")]),
    ("attending.mark", marks, [("team1", CHANGED, "Anwesenheit eingetragen")]),
    ("attending.mark_all", marks_all, [("team1", CHANGED, "Anwesenheit aller eingetragen")]),
    ("budget.allocate", lambda: moves_money(budget.allocate), [("leitung", CHANGED, "Geld zugewiesen")]),
    ("budget.reduce", lambda: moves_money(budget.reduce), [("leitung", CHANGED, "Geld gekürzt")]),
    ("budget.propose_carry_over", carries_over, [("leitung", CHANGED, "Übertrag vorgeschlagen")]),
    ("budget.confirm_carry_over", confirms_carry_over, [("finanzen", DECIDED, "Übertrag genehmigt")]),
    ("budget.drop_carry_over", drops_carry_over, [("leitung", DECIDED, "Übertrag verworfen")]),
    ("filings.make", makes, [("team1", CHANGED, "Vorlage angelegt")]),
    ("filings.change", changes, [("team1", CHANGED, "Vorlage geändert")]),
    ("filings.discard", discards, [("team1", CHANGED, "Vorlage verworfen")]),
    ("filings.give_number", numbers, [("team1", CHANGED, "Nummer der Drucksache eingetragen")]),
    ("filings.move_days", moves_days, [("team1", CHANGED, "Tage der Vorlage geändert")]),
    (
        "filings.file",
        files,
        [("team1", CHANGED, "Vorlage einbringen"), ("team1", CHANGED, "Vorlage eingebracht")],
    ),
    (
        "filings.file_again",
        files_again,
        [("team1", CHANGED, "Vorlage einbringen"), ("team1", CHANGED, "Vorlage wieder eingebracht")],
    ),
    (
        "circular.open_vote",
        opens_vote,
        [("team1", CHANGED, "auf die Tagesordnung setzen"), ("team1", CHANGED, "Abstimmung ohne Sitzung eröffnet")],
    ),
    ("circular.close", closes_vote, [("team1", DECIDED, "Abstimmung ohne Sitzung ausgezählt")]),
    ("rules_workflow.move", closes_year, [("leitung", CHANGED, "abgeschlossen")]),
    ("rules_workflow.confirm", confirms_value, [("leitung", CHANGED, "Angabe bestätigt")]),
    ("rules_workflow.copy", copies, [("leitung", CHANGED, "kopiert")]),
]


def added(story):
    """The entries that the last step of a story has written."""
    story = story()
    next(story)
    before = list(AuditEntry.objects.values_list("pk", flat=True))
    list(story)
    return AuditEntry.objects.exclude(pk__in=before).order_by("pk")


@pytest.mark.parametrize(("story", "entries"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_who_did_which_act_is_logged_without_its_words(story, entries):
    found = added(story)

    assert [(each.by.username, each.action, each.detail) for each in found] == entries
    assert SECRET not in str(list(AuditEntry.objects.values()))


def is_verb(each, module):
    if not inspect.isfunction(each) or each.__module__ != module.__name__:
        return False
    by = inspect.signature(each).parameters.get("by")
    return by is not None and by.kind == inspect.Parameter.KEYWORD_ONLY


def test_every_verb_of_these_modules_has_its_row():
    verbs = {
        f"{module.__name__.removeprefix('fund.')}.{name}"
        for module in MODULES
        for name, each in vars(module).items()
        if is_verb(each, module)
    }

    assert verbs - NO_VERB == {row[0] for row in TABLE}


def test_the_entry_of_a_case_names_the_case_and_one_of_money_no_source():
    assert [bool(each.reference) for each in added(writes)] == [True]
    assert [each.reference for each in added(carries_over)] == [""]


def test_what_is_said_twice_or_refused_leaves_no_entry():
    case, holder = at_board(), factories.seat("gremium1", 71)
    declare(case, holder)
    before = AuditEntry.objects.count()

    declare(case, holder, now=NOON + timedelta(hours=1))
    with pytest.raises(Refused):
        review(case, holder, "less")

    assert AuditEntry.objects.count() == before


def test_how_somebody_voted_stands_in_no_entry():
    case, holders = waiting()
    _vote, item = opened(case)
    before = AuditEntry.objects.count()

    cast(item, holders, ["no", "yes"])

    assert AuditEntry.objects.count() == before


def test_the_portals_own_commands_are_nobodys_acts():
    before = AuditEntry.objects.count()

    log(create_year(), "Geld zugewiesen", by=None, now=NOON)

    assert AuditEntry.objects.count() == before
