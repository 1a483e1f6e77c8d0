"""Marked examples in any number, to try the portal with: never part of the plan, never in one total with it.

Written in bulk, as the workflow would leave them; a test has the workflow look again and find nothing to change.
"""

import random
from datetime import date, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from measures.models import Budget, Change, Measure, MeasureIndex, Milestone, Status, TargetGroup, ThemeAnswer, Update
from measures.models.measure import FIRST_SAMPLE_NUMBER, State
from strategy.models import ActionField, CrossCuttingTheme, District, Goal, Priority, Subtopic, Unit
from wir.languages import registry
from wir.languages.bulk import record_new_texts
from wir.languages.models import ContentStamp, Origin
from wir.languages.text import column
from wir.lib.periods import DAY, MONTH, QUARTER, YEAR, Period

BATCH = 1000
TRANSLATED = 10  # every tenth exists in all languages, the others in German only
JOB = "samples"


class Sampler:
    """Draws everything from one generator, so that a seed gives the same samples again."""

    def __init__(self, seed, now):
        self.draw = random.Random(seed)  # noqa: S311 - samples, no secrets
        self.now = now
        self.today = now.date()
        self.fields = list(ActionField.objects.public().order_by("number"))
        self.subtopics = {f.pk: list(Subtopic.objects.public().named().filter(field=f)) for f in self.fields}
        self.goals = {f.pk: list(Goal.objects.public().filter(field=f)) for f in self.fields}
        self.statuses = list(Status.objects.exclude(state=State.UNKNOWN).order_by("pk"))
        self.themes = list(CrossCuttingTheme.objects.order_by("number"))
        self.districts = list(District.objects.order_by("number"))
        self.groups = list(TargetGroup.objects.order_by("pk"))
        self.priorities = list(Priority.objects.order_by("number"))
        self.units = list(Unit.objects.order_by("number"))
        self.words = {language.code: words_of(language) for language in registry.LANGUAGES}

    def period(self, first, last):
        day = first + timedelta(days=self.draw.randrange((last - first).days))
        return Period.around(day, self.draw.choice((YEAR, QUARTER, MONTH, DAY)))

    def measure(self, number):
        field = self.draw.choice(self.fields)
        begins, ends = (
            self.period(date(2023, 1, 1), date(2026, 6, 1)),
            self.period(date(2026, 7, 1), date(2028, 12, 31)),
        )
        measure = Measure(
            number=number,
            sample=True,
            published=True,
            first_published_at=self.now - timedelta(days=self.draw.randrange(30, 700)),
            field=field,
            subtopic=self.one_or_none(self.subtopics[field.pk]),
            goal=self.one_or_none(self.goals[field.pk]),
            kind=self.draw.choice(Measure.Kind.values),
            origin=Measure.Origin.MADE_HERE,
            developed_by=self.draw.choice(Measure.Developer.values),
            novelty=self.draw.choice(Measure.Novelty.values),
            responsible=self.one_or_none(self.units),
            area=self.draw.choice(Measure.Area.values),
            planned_start=begins,
            planned_end=ends,
        )
        self.write(
            measure,
            "title",
            lambda words: words["title"] % {"number": number - FIRST_SAMPLE_NUMBER + 1, "title": words[field.pk]},
        )
        self.write(measure, "plain", lambda words: words["plain"])
        return measure

    def is_translated(self, measure):
        return (measure.number - FIRST_SAMPLE_NUMBER) % TRANSLATED == 0

    def write(self, obj, name, text, languages=None):
        measure = obj if isinstance(obj, Measure) else obj.measure
        for language in registry.LANGUAGES if self.is_translated(measure) else (registry.SOURCE,):
            setattr(obj, column(name, language), text(self.words[language.code]))

    def one_or_none(self, choices):
        return self.draw.choice([*choices, None]) if choices else None

    def updates(self, measure):
        """None to three reports, oldest first, with the status each gives."""
        found, day = [], measure.first_published_at
        for _number in range(self.draw.choice((0, 1, 1, 2, 3))):
            day = min(day + timedelta(days=self.draw.randrange(5, 200)), self.now - timedelta(hours=1))
            update = Update(
                measure=measure,
                day=Period(day.date(), DAY),
                status=self.draw.choice(self.statuses),
                state=Update.State.PUBLISHED,
                published_at=day,
                previous=found[-1].status if found else None,
            )
            self.write(update, "title", lambda words: words["report"])
            self.write(update, "plain", lambda words: words["plain"])
            found.append(update)
        return found

    def of_measure(self, measure):
        """Milestones, money and theme answers."""
        milestone = Milestone(measure=measure, due=measure.planned_end, first_due=measure.planned_end)
        self.write(milestone, "title", lambda words: words["report"])
        budget = Budget(
            measure=measure,
            year=self.draw.choice((2024, 2025, 2026)),
            kind=self.draw.choice(Budget.Kind.values),
            source=self.draw.choice(Budget.Source.values),
            planned=self.draw.randrange(1, 100) * 500,
        )
        answers = [ThemeAnswer(measure=measure, theme=theme) for theme in self.themes]
        for answer in answers:
            self.write(answer, "plain", lambda words: words["plain"])
        return [milestone], [budget], answers


def words_of(language):
    """The texts of samples in one language; titles name the field, so that searching and sorting find something."""
    with translation.override(language.code):
        return {
            "title": _("Example %(number)s: %(title)s"),
            "plain": _(
                "The portal has invented these entries to show how it works. "
                "They are no measures of the city and count in no number of the plan."
            ),
            "report": _("Example of a report"),
        } | {
            field.pk: getattr(field, column("title", language)) or field.title_de for field in ActionField.objects.all()
        }


def make_samples(count, *, seed, now, progress=lambda done, total: None):
    """Add `count` sample measures. Returns the numbers they were given, first and last."""
    newest = Measure.objects.filter(sample=True).order_by("-number").values_list("number", flat=True).first()
    first = max(FIRST_SAMPLE_NUMBER, (newest or 0) + 1)
    sampler = Sampler(f"{seed}/{first}", now)
    with transaction.atomic():
        for start in range(0, count, BATCH):
            numbers = range(first + start, first + min(start + BATCH, count))
            make_batch(sampler, numbers, now)
            progress(start + len(numbers), count)
        ContentStamp.touch()
    return first, first + count - 1


def make_batch(sampler, numbers, now):
    measures = [sampler.measure(number) for number in numbers]
    told = [(measure, sampler.updates(measure)) for measure in measures]
    for measure, updates in told:
        if updates:
            measure.status, measure.status_day = updates[-1].status, updates[-1].day
            measure.state = updates[-1].status.state
        measure.told_at = max([measure.first_published_at, *(update.published_at for update in updates)])
    Measure.objects.bulk_create(measures)
    for relation, choices, most in (
        ("districts", sampler.districts, 3),
        ("target_groups", sampler.groups, 2),
        ("priorities", sampler.priorities, 1),
    ):
        through = getattr(Measure, relation).through
        name = Measure._meta.get_field(relation).m2m_reverse_field_name()
        through.objects.bulk_create(
            through(measure_id=measure.pk, **{f"{name}_id": chosen.pk})
            for measure in measures
            if relation != "districts" or measure.area == Measure.Area.DISTRICTS
            for chosen in sampler.draw.sample(choices, sampler.draw.randrange(1, most + 1))
        )
    updates = Update.objects.bulk_create(update for _measure, found in told for update in found)
    parts = [sampler.of_measure(measure) for measure in measures]
    for place, model in enumerate((Milestone, Budget, ThemeAnswer)):
        model.objects.bulk_create(each for part in parts for each in part[place])
    published = [Change(measure=each, kind=Change.Kind.PUBLISHED, at=each.first_published_at) for each in measures]
    reports = [
        Change(measure=each.measure, kind=Change.Kind.UPDATE, at=each.published_at, update=each) for each in updates
    ]
    Change.objects.bulk_create(published + reports)
    for objects in (measures, updates):
        record_new_texts(objects, origin=Origin.MACHINE, job=JOB, now=now)
    MeasureIndex.refresh(measures)
