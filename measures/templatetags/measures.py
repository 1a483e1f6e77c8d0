"""What pages of the strategy and of the site show of the measures, and how dates, money and states are written."""

from dataclasses import dataclass, field

from django import template
from django.db.models import CharField, Count, F, Value, Window
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from measures import labels as kinds
from measures.cards import Card
from measures.models import Budget, Measure, Proposal, Status
from measures.models.measure import State
from measures.sentences import moved
from wir.languages.models import as_written
from wir.languages.terms import mark_terms
from wir.languages.text import column, current, tr
from wir.lib import formats
from wir.lib.periods import Period

register = template.Library()

ICONS = {
    State.PLANNED: "○",
    State.RUNNING: "◐",
    State.FINISHED: "●",
    State.POSTPONED: "‖",
    State.ENDED: "×",
    State.UNKNOWN: "?",
}
MOST_SHOWN = 12


@register.filter
def period(value):
    """A date as exact as it is known, in the page's language."""
    return value.words(current().locale) if value else ""


@register.filter
def euro(value):
    return formats.euro(value, current().locale)


@register.filter
def icon(state):
    """A sign beside the word of a state, so that colour is never alone."""
    return ICONS.get(state, "")


@register.simple_tag
def moved_date(name, before, after):
    return moved(name, before, after)


@register.inclusion_tag("measures/of_part.html", takes_context=True)
def measures_of(context, item):
    """The measures of a field or a subtopic: some of them, and the way to all. One statement."""
    name = item._meta.model_name.removeprefix("action")
    codes = list(dict.fromkeys((*current().chain, "de")))
    names = [f"status__{column('title', code)}" for code in codes]
    measures = (
        Measure.objects.public()
        .filter(**{name: item})
        .annotate(total=Window(Count("pk")), status_tone=F("status__tone"))
        .annotate(**{f"name_{place}": F(path) for place, path in enumerate(names)})
        .for_list("title")
        .order_by("number")[:MOST_SHOWN]
    )
    today, cards, total = timezone.localdate(), [], 0
    for measure in measures:
        total = measure.total
        status = Status(tone=measure.status_tone or "neutral", state=measure.state)
        for place, code in enumerate(codes):
            setattr(status, column("title", code), getattr(measure, f"name_{place}") or "")
        text = tr(status, "title") if measure.status_id else None
        label = kinds.Label(measure.state, measure.status_id, text, None, status.tone)
        cards.append(Card(measure, tr(measure, "title"), None, label, measure.lateness(today)))
    parameter = {"field": "feld", "subtopic": "unterthema", "goal": "ziel"}[name]
    return {
        "cards": [card for card in cards if card.title],
        "total": total,
        "query": f"?{parameter}={item.label}",
        "language": context["language"],
    }


@dataclass
class BesideField:
    """What a field page shows of the measures beside the list: proposals as history, and measures per goal."""

    proposals: list = field(default_factory=list)
    goals: dict = field(default_factory=dict)  # {goal pk: number of measures}


@register.simple_tag
def measures_beside(item):
    """The BesideField of an action field, in one statement."""
    codes = list(dict.fromkeys((*current().chain, "de")))
    names = [column(name, code) for name in ("title", "plain") for code in codes]
    texts = {f"text_{place}": Cast(F(name), CharField()) for place, name in enumerate(names)}
    nothing = {f"text_{place}": Value("", CharField()) for place in range(len(names))}
    columns = ("part", "target", "amount", "known_day", "known_from", *texts)
    proposals = (
        as_written(Proposal.objects.public())
        .filter(field=item)
        .order_by()
        .annotate(part=Value("proposal", CharField()), target=F("pk"), amount=F("number"))
        .annotate(known_day=Cast("day", CharField()), known_from=Cast("source", CharField()), **texts)
    )
    goals = (
        as_written(Measure.objects.public())
        .filter(field=item, goal__isnull=False)
        .order_by()
        .annotate(part=Value("goal", CharField()), target=F("goal_id"))
        .values("part", "target")
        .annotate(amount=Count("pk"))
        .annotate(known_day=Value("", CharField()), known_from=Value("", CharField()), **nothing)
    )
    found = BesideField()
    rows = proposals.values_list(*columns).union(goals.values_list(*columns), all=True)
    for part, target, amount, day, source, *words in sorted(rows, key=lambda row: row[2]):
        if part == "goal":
            found.goals[target] = amount
            continue
        proposal = Proposal(pk=target, number=amount, source=source, **dict(zip(names, words, strict=True)))
        proposal.day = Period.stored(day) if day else None
        if tr(proposal, "title"):
            found.proposals.append(proposal)
    return found


@register.inclusion_tag("measures/of_goal.html")
def measures_of_goal(goal, beside):
    return {"goal": goal, "total": beside.goals.get(goal.pk, 0)}


@register.filter
def money_words(line):
    """Where the money of a budget line comes from, and what kind of cost it is for, where known."""
    source = {
        Budget.Source.OWN: _("The city's own budget"),
        Budget.Source.FUND: _("The fund of the plan (Innovationsfonds)"),
        Budget.Source.THIRD_PARTY: _("Others who give money"),
    }[line.source]
    kind = {Budget.Kind.RUNNING: _("running costs"), Budget.Kind.INVESTMENT: _("investment")}.get(line.kind)
    return mark_terms(f"{source}{current().comma}{kind}" if kind else source, current())


@register.filter
def kind_name(kind):
    """What the parts of the strategy are called together."""
    return {
        kinds.GUIDELINE: pgettext("navigation", "Guidelines"),
        kinds.PRIORITY: pgettext("navigation", "Priorities"),
        kinds.FIELD: pgettext("navigation", "Action fields"),
        kinds.GOAL: _("Goals"),
        kinds.SUBTOPIC: _("Subtopics"),
    }[kind]


@register.filter
def without_measure(rows):
    """How many of the covered parts have no measure."""
    return sum(not row.measures for row in rows)
