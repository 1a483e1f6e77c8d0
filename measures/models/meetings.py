"""What meetings talk about: topics of an agenda that point to measures, and what the minutes say of these."""

from django.db import models
from django.db.models import Q

from measures.models.measure import Measure
from strategy.models import AgendaItem, MinutesEntry
from wir.languages.models import Stamping


class AgendaMeasureQuerySet(models.QuerySet):
    def entries_of(self, measure, samples=False):
        """What public minutes say of a measure, newest meeting first."""
        return MinutesEntry.objects.public(samples).filter(self.of(measure)).order_by("-item__meeting__day", "item")

    def coming_items_of(self, measure, today, samples=False):
        """Public topics of coming meetings that point to a measure, next meeting first."""
        found = AgendaItem.objects.public(samples).filter(meeting__day__gte=today).exclude(meeting__state="cancelled")
        return found.filter(self.of(measure, path="")).order_by("meeting__day", "number", "pk")

    def of(self, measure, path="item__"):
        """Condition: a topic that points to the measure, or one that came back of such a topic."""
        roots = self.filter(measure=measure).values("item")
        return Q(**{f"{path}pk__in": roots}) | Q(**{f"{path}first__in": roots})


class AgendaMeasure(Stamping):
    """A topic points to a measure. Hangs on the item under which the topic came up first (`AgendaItem.root_id`)."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="+", verbose_name="Tagesordnungspunkt")
    measure = models.ForeignKey(Measure, models.PROTECT, related_name="+", verbose_name="Maßnahme")

    objects = AgendaMeasureQuerySet.as_manager()

    class Meta:
        verbose_name = "Maßnahme eines Punktes"
        verbose_name_plural = "Maßnahmen eines Punktes"
        ordering = ["measure__number"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "measure"],
                name="one_link_per_topic_and_measure",
                violation_error_message="Diese Maßnahme steht schon bei diesem Punkt.",
            )
        ]

    def __str__(self):
        return str(self.measure)
