"""The door of the measures: the whole grid of states and moves, what is in the way, and what follows."""

from datetime import UTC, date, datetime, timedelta
from itertools import product

import pytest
from django.core.exceptions import ValidationError

from measures.models import Change, Measure, Milestone, Plan, Status, ThemeAnswer, Update
from measures.models.measure import State
from measures.workflow import MEASURE_MOVES, UPDATE_MOVES, Refused, blockers, edited, move
from strategy.models import ActionField, CrossCuttingTheme, Goal
from tests.measures.factories import answer, create_measure, create_update, fresh, publish, withdraw
from wir.languages.models import ContentStamp
from wir.lib.periods import Period
from wir.lib.workflow import FASTER

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)


def status(key):
    return Status.objects.get(key=key)


def rows():
    """Everything a move may write."""
    return {
        model.__name__: list(model._base_manager.order_by("pk").values())
        for model in (Measure, Update, Change, Plan, Milestone, ContentStamp)
    }


# The grid -------------------------------------------------------------------------------------------------------------


def measure_that_is(published):
    measure = publish(create_measure(), now=NOON)
    return measure if published else withdraw(measure, now=NOON)


def update_that_is(state):
    update = create_update(publish(create_measure(), now=NOON))
    if state != Update.State.DRAFT:
        update = publish(update, now=NOON)
    return withdraw(update, now=NOON) if state == Update.State.TAKEN_BACK else fresh(update)


@pytest.mark.parametrize("published", [False, True])
@pytest.mark.parametrize("name", ["publish", "withdraw"])
def test_a_measure_moves_exactly_as_the_table_says(name, published):
    allowed = {("publish", False): True, ("withdraw", True): False}
    measure = measure_that_is(published)
    before = rows()

    if (name, published) in allowed:
        move(measure, name, by=None, now=NOON)

        assert fresh(measure).published == allowed[name, published]
    else:
        with pytest.raises(Refused):
            move(measure, name, by=None, now=NOON)

        assert rows() == before


@pytest.mark.parametrize("state", Update.State.values)
@pytest.mark.parametrize("name", ["publish", "withdraw"])
def test_an_update_moves_exactly_as_the_table_says(name, state):
    allowed = {
        ("publish", "draft"): "published",
        ("publish", "taken_back"): "published",
        ("withdraw", "published"): "taken_back",
    }
    update = update_that_is(state)
    before = rows()

    if (name, state) in allowed:
        move(update, name, by=None, now=NOON)

        assert fresh(update).state == allowed[name, state]
    else:
        with pytest.raises(Refused):
            move(update, name, by=None, now=NOON)

        assert rows() == before


def test_every_state_stands_in_the_table():
    def states(moves):
        return {state for step in moves.values() for state in (*step.source, step.target)}

    assert (states(MEASURE_MOVES), states(UPDATE_MOVES)) == ({True, False}, set(Update.State.values))


# What is in the way ---------------------------------------------------------------------------------------------------


def test_a_measure_made_here_names_every_theme_it_does_not_answer():
    measure = create_measure(answers=False)
    ThemeAnswer.objects.create(measure=measure, theme=CrossCuttingTheme.objects.get(number=2), plain_de="Geprüft.")
    before = rows()

    with pytest.raises(Refused) as refused:
        move(measure, "publish", by=None)

    titles = dict(CrossCuttingTheme.objects.values_list("number", "title_de"))
    assert refused.value.reasons == [
        f"Die Antwort zum Querschnittsthema {number} „{titles[number]}“ fehlt." for number in (1, 3)
    ]
    assert rows() == before


def test_answers_after_the_work_do_not_stand_for_those_before_it():
    measure = create_measure(answers=False)
    answer(measure, ThemeAnswer.Phase.FINISHED)

    assert len(blockers(measure, "publish")) == 3


def test_only_attested_measures_may_say_that_nothing_is_documented():
    theme = CrossCuttingTheme.objects.get(number=1)
    here = create_measure(900, answers=False)
    attested = create_measure(901, answers=False, origin=Measure.Origin.ATTESTED, source="hannover.de")

    ThemeAnswer.objects.create(measure=attested, theme=theme, not_documented=True, plain_de="")
    with pytest.raises(ValidationError) as refused:
        ThemeAnswer.objects.create(measure=here, theme=theme, not_documented=True, plain_de="")

    assert refused.value.messages == [
        "Das gibt es nur bei belegten Maßnahmen. Diese Maßnahme ist hier angelegt.",
    ]
    assert len(blockers(attested, "publish")) == 2


def test_an_attested_measure_is_published_with_answers_that_are_not_documented():
    measure = create_measure(answers=False, origin=Measure.Origin.ATTESTED, source="hannover.de")
    for theme in CrossCuttingTheme.objects.all():
        ThemeAnswer.objects.create(measure=measure, theme=theme, not_documented=True, plain_de="")

    assert publish(measure).published


def test_an_attested_measure_is_finished_without_further_answers():
    measure = publish(create_measure(origin=Measure.Origin.ATTESTED, source="hannover.de"))

    publish(create_update(measure, status("abgeschlossen")))

    assert fresh(measure).state == "abgeschlossen"


def test_all_reasons_are_told_at_once():
    ActionField.objects.filter(number=2).update(published=False)
    measure = create_measure(answers=False, plain_de="<p> </p>")

    reasons = blockers(measure, "publish")

    assert reasons[0] == "Der Text „Kurz gesagt“ fehlt."
    assert reasons[1].startswith("Handlungsfeld „")
    assert len(reasons) == 5


@pytest.mark.parametrize("name", ["field", "goal"])
def test_a_measure_waits_for_what_it_belongs_to(name):
    goal = Goal.objects.filter(field__number=3).first()
    measure = create_measure(field=3, goal=goal)
    parent = getattr(measure, name)
    type(parent).objects.filter(pk=parent.pk).update(published=False)

    reasons = blockers(fresh(measure), "publish")

    assert any(reason.endswith("ist nicht veröffentlicht.") for reason in reasons)


def test_an_update_waits_for_its_measure():
    update = create_update(create_measure())

    assert blockers(update, "publish") == ["Die Maßnahme selbst ist noch nicht veröffentlicht."]


def test_an_update_says_why():
    update = create_update(publish(create_measure()), status("laeuft"), title_de=" ", plain_de="\u200b")

    assert blockers(update, "publish") == ["Die Überschrift fehlt.", "Die Begründung fehlt."]


def test_what_is_finished_answers_the_themes_again():
    measure = publish(create_measure())
    update = create_update(measure, status("abgeschlossen"))

    missing = blockers(fresh(update), "publish")
    answer(measure, ThemeAnswer.Phase.FINISHED)

    assert [reason[:40] for reason in missing] == ["Die Antwort nach dem Abschluss zum Quers"] * 3
    assert blockers(fresh(update), "publish") == []


def test_of_two_people_at_once_the_second_is_refused():
    update = create_update(publish(create_measure()))
    first, second = fresh(update), fresh(update)
    move(first, "publish", by=None, now=NOON)
    before = rows()

    with pytest.raises(Refused) as refused:
        move(second, "publish", by=None, now=NOON)

    assert refused.value.reasons == [FASTER]
    assert rows() == before


@pytest.mark.parametrize("name", ["publish", "withdraw"])
def test_of_two_people_who_move_a_measure_at_once_the_second_is_refused(name):
    measure = measure_that_is(name == "withdraw")
    first, second = fresh(measure), fresh(measure)
    move(first, name, by=None, now=NOON)
    before = rows()

    with pytest.raises(Refused) as refused:
        move(second, name, by=None, now=NOON + timedelta(minutes=1))

    assert refused.value.reasons == [FASTER]
    assert rows() == before


def test_a_published_measure_made_here_keeps_its_answers():
    measure = publish(create_measure())
    answers = measure.answers.all()

    with pytest.raises(ValidationError):
        answers[0].delete()
    withdraw(measure)
    fresh(answers[0]).delete()

    assert measure.answers.count() == 2


# What follows ---------------------------------------------------------------------------------------------------------


def told(measure):
    measure = fresh(measure)
    return measure.status and measure.status.key, measure.state, measure.status_day and str(measure.status_day)


def test_taking_an_update_back_takes_its_status_back():
    measure = publish(create_measure())
    planned = publish(create_update(measure, status("geplant"), day="2026-01-10"))
    running = publish(create_update(measure, status("laeuft"), day="2026-03-15"))
    seen = [told(measure)]

    withdraw(running)
    seen.append(told(measure))
    withdraw(planned)
    seen.append(told(measure))
    publish(running)
    seen.append(told(measure))

    assert seen == [
        ("laeuft", "laeuft", "2026-03-15"),
        ("geplant", "geplant", "2026-01-10"),
        (None, "unbekannt", None),
        ("laeuft", "laeuft", "2026-03-15"),
    ]


def test_the_newest_day_counts_and_not_the_newest_publication():
    measure = publish(create_measure())
    publish(create_update(measure, status("laeuft"), day="2026-03-15"))

    publish(create_update(measure, status("geplant"), day="2025-12-01"))

    assert told(measure) == ("laeuft", "laeuft", "2026-03-15")


def test_of_two_updates_of_one_day_the_one_written_later_counts():
    measure = publish(create_measure())
    first = create_update(measure, status("geplant"))
    second = create_update(measure, status("laeuft"))

    publish(second)
    publish(first)

    assert told(measure) == ("laeuft", "laeuft", "2026-03-15")
    assert (fresh(first).previous, fresh(second).previous.key) == (None, "geplant")


def test_an_update_without_status_changes_none():
    measure = publish(create_measure())
    publish(create_update(measure, status("laeuft"), day="2026-03-15"))

    later = publish(create_update(measure, day="2026-05-01"))

    assert told(measure) == ("laeuft", "laeuft", "2026-03-15")
    assert later.previous.key == "laeuft"


def test_an_older_update_that_comes_later_changes_what_the_next_one_moved_from():
    measure = publish(create_measure())
    running = publish(create_update(measure, status("laeuft"), day="2026-03-15"))
    postponed = publish(create_update(measure, status("zurueckgestellt"), day="2026-01-10"))
    between = fresh(running).previous

    withdraw(postponed)

    assert (between.key, fresh(running).previous) == ("zurueckgestellt", None)


def test_publishing_again_tells_an_update_once():
    measure = publish(create_measure(), now=NOON)
    update = publish(create_update(measure), now=NOON + timedelta(hours=1))
    withdraw(update, now=NOON + timedelta(hours=2))

    publish(update, now=NOON + timedelta(hours=3))

    changes = Change.objects.filter(measure=measure).order_by("at").values_list("kind", "at")
    assert list(changes) == [
        ("published", NOON),
        ("taken_back", NOON + timedelta(hours=2)),
        ("update", NOON + timedelta(hours=3)),
    ]
    assert fresh(measure).told_at == NOON + timedelta(hours=3)


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"day": "2025-12-01"}, ("geplant", "geplant", "2026-01-10")),  # now older than the other
        ({"day": "2026-05"}, ("laeuft", "laeuft", "2026-05")),
        ({"status": "beendet"}, ("beendet", "beendet", "2026-03-15")),
        ({"status": None}, ("geplant", "geplant", "2026-01-10")),
    ],
)
def test_a_published_update_that_is_edited_is_followed(values, found):
    measure = publish(create_measure())
    planned = publish(create_update(measure, status("geplant"), day="2026-01-10"))
    update = publish(create_update(measure, status("laeuft"), day="2026-03-15"))
    if "day" in values:
        update.day = Period.read(values["day"])
    else:
        update.status = values["status"] and status(values["status"])
    update.save()

    edited(fresh(measure), {}, by=None, now=NOON)

    before = {"2025-12-01": (None, "laeuft")}.get(values.get("day"), ("geplant", None))
    assert told(measure) == found
    assert [getattr(fresh(each).previous, "key", None) for each in (update, planned)] == list(before)


def test_the_first_promise_is_kept_and_a_moved_date_is_told():
    measure = create_measure(planned_end=Period.read("2026"))
    measure = publish(measure, now=NOON)
    measure.planned_end = Period.read("2028")
    measure.save()

    edited(measure, {}, by=None, now=NOON + timedelta(days=1))
    edited(measure, {}, by=None, now=NOON + timedelta(days=2))

    assert [str(plan.end) for plan in measure.plans.all()] == ["2026", "2028"]
    change = Change.objects.get(measure=measure, kind=Change.Kind.PLAN)
    assert (str(change.before.end), str(change.plan.end), change.at) == ("2026", "2028", NOON + timedelta(days=1))


def test_dates_of_a_draft_are_no_promise():
    measure = create_measure(planned_end=Period.read("2026"))

    edited(measure, {}, by=None, now=NOON)

    assert measure.plans.count() == 0


def test_the_first_moment_of_publication_stays():
    measure = publish(create_measure(), now=NOON)
    withdraw(measure, now=NOON + timedelta(days=1))

    again = publish(measure, now=NOON + timedelta(days=2))

    assert again.first_published_at == NOON


def test_a_milestone_is_told_once_and_no_longer_when_it_is_opened_again():
    measure = publish(create_measure(), now=NOON)
    step = Milestone(measure=measure, title_de="Träger gefunden", due=Period.read("2026"), done_on=NOON.date())
    step.save()
    edited(measure, {}, by=None, now=NOON)
    edited(measure, {}, by=None, now=NOON)
    done = Change.objects.filter(kind=Change.Kind.MILESTONE, milestone=step).count()

    step.done_on = None
    step.save()
    edited(measure, {}, by=None, now=NOON)

    assert (done, Change.objects.filter(kind=Change.Kind.MILESTONE, milestone=step).count()) == (1, 0)
    assert str(fresh(step).first_due) == "2026"


def test_the_first_published_deadline_of_a_milestone_is_kept():
    measure = create_measure()
    steps = [
        Milestone(measure=measure, title_de=f"Schritt {due}", due=Period.read(due), published=published)
        for due, published in (("2026", True), ("2027", False))
    ]
    for step in steps:
        step.save()
    seen = [[str(fresh(step).first_due or "") for step in steps]]

    publish(measure, now=NOON)
    seen.append([str(fresh(step).first_due or "") for step in steps])
    for step in map(fresh, steps):
        step.due, step.published = Period.read("2029"), True
        step.save()
    edited(fresh(measure), {}, by=None, now=NOON)
    seen.append([str(fresh(step).first_due) for step in steps])

    assert seen == [["", ""], ["2026", ""], ["2026", "2029"]]


def test_a_withdrawn_measure_records_no_new_promise_until_it_is_public_again():
    measure = withdraw(publish(create_measure(planned_end=Period.read("2026")), now=NOON), now=NOON)
    measure.planned_end = Period.read("2028")
    measure.save()

    edited(measure, {}, by=None, now=NOON)
    hidden = [str(plan.end) for plan in measure.plans.all()]
    publish(measure, now=NOON + timedelta(days=1))

    assert (hidden, [str(plan.end) for plan in measure.plans.all()]) == (["2026"], ["2026", "2028"])


# Lateness -------------------------------------------------------------------------------------------------------------

JUNE_30, JULY_1, NEW_YEAR = date(2026, 6, 30), date(2026, 7, 1), date(2027, 1, 1)
DATES = {"planned_start": None, "planned_end": None, "actual_start": None, "actual_end": None}


def dated(**typed):
    return {name: text and Period.read(text) for name, text in (DATES | typed).items()}


@pytest.mark.parametrize(
    ("planned", "last_fine"),
    [
        ("2026-06-30", JUNE_30),
        ("2026-06", JUNE_30),
        ("2026-Q2", JUNE_30),
        ("2026", date(2026, 12, 31)),
        ("2026-12", date(2026, 12, 31)),
        ("2028-02", date(2028, 2, 29)),
    ],
)
def test_a_measure_is_late_when_the_planned_time_is_over_as_far_as_it_is_known(planned, last_fine):
    ends = Measure(state=State.RUNNING, **dated(planned_end=planned))
    begins = Measure(state=State.PLANNED, **dated(planned_start=planned))
    days = last_fine, last_fine + timedelta(days=1)

    assert [ends.lateness(day) for day in days] == [None, ("end", last_fine)]
    assert [begins.lateness(day) for day in days] == [None, ("start", last_fine)]


@pytest.mark.parametrize(
    ("state", "dates", "late"),
    [
        ("geplant", {"planned_start": "2025", "planned_end": "2025"}, "end"),
        ("geplant", {"planned_start": "2025", "planned_end": "2027"}, "start"),
        ("geplant", {"planned_start": "2025", "planned_end": "2027", "actual_start": "2026"}, None),
        ("geplant", {"planned_end": "2025", "actual_start": "2026"}, "end"),
        ("laeuft", {"planned_start": "2025", "planned_end": "2025"}, "end"),
        ("laeuft", {"planned_start": "2025", "planned_end": "2027"}, None),
        ("laeuft", {"planned_end": "2025", "actual_end": "2026"}, None),
        ("abgeschlossen", {"planned_start": "2025", "planned_end": "2025"}, None),
        ("zurueckgestellt", {"planned_start": "2025", "planned_end": "2025"}, None),
        ("beendet", {"planned_start": "2025", "planned_end": "2025"}, None),
        ("unbekannt", {"planned_start": "2025", "planned_end": "2025"}, None),
        ("laeuft", {}, None),
    ],
)
def test_only_what_is_open_is_late(state, dates, late):
    found = Measure(state=state, **dated(**dates)).lateness(JUNE_30)

    assert (found and found[0]) == late


def test_the_database_finds_the_same_measures_late_as_the_model():
    """Every state with every mixture of dates around the edges, written past the workflow."""
    ends = [None, "2025", "2026-Q2", "2026-06", "2026-06-30", "2026-Q3", "2026"]
    starts = [*ends, "2026-07-01"]
    mixtures = product(State.values, starts, ends, [None, "2026-05-01"], [None, "2026-06-29"])
    field, measures = ActionField.objects.get(number=2), []
    for state, planned_start, planned_end, actual_start, actual_end in mixtures:
        dates = dated(
            planned_start=planned_start, planned_end=planned_end, actual_start=actual_start, actual_end=actual_end
        )
        if planned_start and planned_end and dates["planned_end"].last < dates["planned_start"].first:
            continue  # the database refuses these
        measures.append(Measure(number=1000 + len(measures), field=field, state=state, title_de="x", **dates))
    Measure.objects.bulk_create(measures, batch_size=20)

    for today in (JUNE_30 - timedelta(days=1), JUNE_30, JULY_1, date(2026, 12, 31), NEW_YEAR):
        found = set(Measure.objects.filter(number__gte=1000).late(today).values_list("number", flat=True))

        assert found == {measure.number for measure in measures if measure.lateness(today)}
        assert 0 < len(found) < len(measures)
