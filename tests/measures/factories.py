"""Plain functions that make measures and what belongs to them; a state is reached through the workflow's own verbs."""

from measures.models import Measure, ThemeAnswer, Update
from measures.workflow import move
from strategy.models import ActionField, CrossCuttingTheme, Unit, UnitMember, UnitName
from wir.lib.periods import Period


def create_measure(number=900, *, answers=True, field=2, **values):
    """A draft that was made here. answers: to all three themes, each in words of its own."""
    texts = {"title_de": f"Maßnahme {number}", "plain_de": f"Kurz gesagt {number}."}
    measure = Measure(number=number, field=ActionField.objects.get(number=field), **texts | values)
    measure.save()
    if answers:
        answer(measure, ThemeAnswer.Phase.PLANNED)
    return measure


def answer(measure, phase):
    """Answer the three themes, when planned or when finished."""
    for theme in CrossCuttingTheme.objects.order_by("number"):
        text = f"Antwort {measure.number}.{theme.number} {phase}"
        ThemeAnswer.objects.create(measure=measure, theme=theme, phase=phase, plain_de=text)


def create_update(measure, status=None, *, day="2026-03-15", **values):
    """A draft. status: a Status or None."""
    texts = {"title_de": f"Meldung vom {day}", "plain_de": "Das ist der Grund."}
    update = Update(measure=measure, status=status, day=Period.read(day), **texts | values)
    update.save()
    return update


def publish(obj, *, by=None, now=None):
    """Publish a measure or an update. Returns it as the database has it then."""
    move(fresh(obj), "publish", by=by, now=now)
    return fresh(obj)


def withdraw(obj, *, by=None, now=None):
    """Withdraw a measure, or take an update back."""
    move(fresh(obj), "withdraw", by=by, now=now)
    return fresh(obj)


def create_unit(number, *, parent=None, members=()):
    """A department with a name, and the people who answer for it."""
    unit = Unit.objects.create(number=number, parent=parent)
    UnitName.objects.create(unit=unit, name=f"Stelle {number}")
    for user in members:
        UnitMember.objects.create(unit=unit, user=user)
    return unit


def fresh(obj):
    """The object as the database has it now, in an instance of its own, with none of its relations kept."""
    return type(obj)._base_manager.get(pk=obj.pk)
