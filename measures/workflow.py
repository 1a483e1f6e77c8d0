"""The door of the measures: what may become public, and what follows from it. One table, one function that moves.

"May this person?" is asked in permissions.py; here stands "does its state allow it?". Nothing else writes
`Measure.published`, `Measure.state` or `Update.state`.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from measures.models import Change, Measure, Plan, ThemeAnswer, Update
from measures.models.measure import State
from measures.permissions import check_may
from wir.languages.models import ContentStamp
from wir.languages.text import is_blank
from wir.lib.workflow import FASTER, Move, Refused

# Guards: each returns reasons, empty where nothing is in the way ------------------------------------------------------


def answers_all_themes(measure):
    """Every measure answers the three cross-cutting themes (paper: they must be considered for every measure)."""
    for theme in measure.open_answers(ThemeAnswer.Phase.PLANNED):
        yield f"Die Antwort zum Querschnittsthema {theme.number} „{theme.title_de}“ fehlt."


def has_texts(measure):
    if is_blank(measure.title_de):
        yield "Der Titel fehlt."
    if is_blank(measure.plain_de):
        yield "Der Text „Kurz gesagt“ fehlt."


def parents_are_public(measure):
    """What it belongs to must be public, or it would not be seen."""
    for name in Measure.PARENTS:
        parent = getattr(measure, name)
        if parent is not None and not parent.is_public:
            yield f"{measure._meta.get_field(name).verbose_name} „{parent}“ ist nicht veröffentlicht."


def says_why(update):
    if is_blank(update.title_de):
        yield "Die Überschrift fehlt."
    if is_blank(update.plain_de):
        yield "Die Begründung fehlt."


def measure_is_public(update):
    if not update.measure.published:
        yield "Die Maßnahme selbst ist noch nicht veröffentlicht."


def finished_measure_answers_again(update):
    """What is finished tells how it has dealt with the themes (rule for measures made here)."""
    measure = update.measure
    finishes = update.status is not None and update.status.state == State.FINISHED
    if finishes and measure.origin == Measure.Origin.MADE_HERE:
        for theme in measure.open_answers(ThemeAnswer.Phase.FINISHED):
            yield f"Die Antwort nach dem Abschluss zum Querschnittsthema {theme.number} „{theme.title_de}“ fehlt."


# The table ------------------------------------------------------------------------------------------------------------

MEASURE_MOVES = {
    "publish": Move(
        "Veröffentlichen",
        (False,),
        True,
        "measures.publish_measure",
        (has_texts, parents_are_public, answers_all_themes),
    ),
    "withdraw": Move("Zurückziehen", (True,), False, "measures.publish_measure"),
}
UPDATE_MOVES = {
    "publish": Move(
        "Veröffentlichen",
        (Update.State.DRAFT, Update.State.TAKEN_BACK),
        Update.State.PUBLISHED,
        "measures.publish_update",
        (says_why, measure_is_public, finished_measure_answers_again),
    ),
    "withdraw": Move("Zurücknehmen", (Update.State.PUBLISHED,), Update.State.TAKEN_BACK, "measures.publish_update"),
}


def table_of(obj):
    return (MEASURE_MOVES, "published") if isinstance(obj, Measure) else (UPDATE_MOVES, "state")


def blockers(obj, name):
    """Every reason why a move is not possible now; empty where it is."""
    moves, column = table_of(obj)
    step = moves[name]
    if getattr(obj, column) not in step.source:
        return [f"„{step.label}“ ist nicht möglich: Das ist schon geschehen."]
    return [reason for guard in step.guards for reason in guard(obj)]


def moves_for(obj, user):
    """(name, label, blockers) of the moves that the state allows and this person may make."""
    moves, column = table_of(obj)
    for name, step in moves.items():
        if getattr(obj, column) in step.source:
            try:
                check_may(user, step.permission, obj)
            except PermissionDenied:
                continue
            yield name, step.label, blockers(obj, name)


@transaction.atomic
def move(obj, name, *, by, now=None):
    """Carry out one move of the table. by: the person, None for the portal's own commands.

    Raises PermissionDenied or Refused; then nothing is written. Two people at once: one of them is refused.
    """
    now = now or timezone.now()
    moves, column = table_of(obj)
    step = moves[name]
    check_may(by, step.permission, obj)
    reasons = blockers(obj, name)
    if reasons:
        raise Refused(reasons)
    written = {column: step.target} | moment_of(obj, step.target, by, now)
    if not type(obj)._base_manager.filter(pk=obj.pk, **{column: getattr(obj, column)}).update(**written):
        raise Refused([FASTER])
    for name, value in written.items():
        setattr(obj, name, value)
    if isinstance(obj, Measure):
        measure_moved(obj, by, now)
    else:
        update_moved(obj, by, now)
    ContentStamp.touch()


def moment_of(obj, target, by, now):
    """What is written in the same step: when something became public, and by whom."""
    if isinstance(obj, Measure):
        return {"first_published_at": obj.first_published_at or now} if target else {}
    return {"published_at": now, "published_by": by} if target == Update.State.PUBLISHED else {}


def measure_moved(measure, by, now):
    if measure.published:
        record_plan(measure, by=by, now=now)
        keep_first_deadlines(measure)
    kind = Change.Kind.PUBLISHED if measure.published else Change.Kind.WITHDRAWN
    Change.objects.create(measure=measure, kind=kind, at=now, by=by)
    refresh(measure, now)


def update_moved(update, by, now):
    published = update.state == Update.State.PUBLISHED
    if published:  # again, after having been taken back: it is told once, with the newer moment
        Change.objects.filter(update=update, kind=Change.Kind.UPDATE).delete()
    kind = Change.Kind.UPDATE if published else Change.Kind.TAKEN_BACK
    Change.objects.create(measure=update.measure, kind=kind, at=now, by=by, update=update)
    refresh(update.measure, now)


def refresh(measure, now):
    """Work out anew what follows from the published updates: status, its day, and what each of them changed."""
    status, day = None, None
    updates = Update.objects.filter(measure=measure, state=Update.State.PUBLISHED).select_related("status")
    for update in sorted(updates.defer(*texts_of(Update)), key=lambda each: (each.day.last, each.pk)):
        if update.previous_id != (status.pk if status else None):
            Update._base_manager.filter(pk=update.pk).update(previous=status)
        if update.status is not None:
            status, day = update.status, update.day
    measure.status, measure.status_day = status, day
    measure.state = status.state if status else State.UNKNOWN
    measure.told_at = (
        Change.objects.told().filter(measure=measure).order_by("-at").values_list("at", flat=True)
    ).first()
    Measure._base_manager.filter(pk=measure.pk).update(
        status=status, status_day=day, state=measure.state, told_at=measure.told_at
    )
    ContentStamp.touch()


def texts_of(model):
    """Every translated column of a model, to leave out where no text is read."""
    names = model.translated_fields()
    return [each.name for each in model._meta.concrete_fields if each.name.startswith(tuple(f"{n}_" for n in names))]


# What follows from edits ----------------------------------------------------------------------------------------------


def record_plan(measure, *, by, now):
    """Keep the planned dates of a published measure, where they differ from those published last."""
    if not measure.published:
        return
    last = measure.plans.last()
    if last is None and not (measure.planned_start or measure.planned_end):
        return
    if last and (last.start, last.end) == (measure.planned_start, measure.planned_end):
        return
    plan = Plan.objects.create(measure=measure, recorded_at=now, start=measure.planned_start, end=measure.planned_end)
    if last:
        Change.objects.create(measure=measure, kind=Change.Kind.PLAN, at=now, by=by, before=last, plan=plan)


def keep_first_deadlines(measure):
    measure.milestones.filter(first_due__isnull=True, published=True).update(first_due=F("due"))


def edited(measure, differences, *, by, now=None):
    """To be called after every edit of a measure or of what belongs to it. differences: {field: [before, after]}."""
    now = now or timezone.now()
    if differences:
        Change.objects.create(measure=measure, kind=Change.Kind.EDITED, at=now, by=by, fields=differences)
    record_plan(measure, by=by, now=now)
    if measure.published:
        keep_first_deadlines(measure)
    told = set(
        Change.objects.filter(measure=measure, kind=Change.Kind.MILESTONE).values_list("milestone_id", flat=True)
    )
    for milestone in measure.milestones.filter(done_on__isnull=False).exclude(pk__in=told):
        Change.objects.create(measure=measure, kind=Change.Kind.MILESTONE, at=now, by=by, milestone=milestone)
    reopened = measure.milestones.filter(done_on__isnull=True)
    Change.objects.filter(measure=measure, kind=Change.Kind.MILESTONE, milestone__in=reopened).delete()
    refresh(measure, now)
