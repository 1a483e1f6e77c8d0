"""What the entries of the content pack are: which model each kind fills, with which facts from structure.yaml."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from fund.models import OtherPot, RefusalReason
from measures.models import Budget, Measure, Proposal, Status, TargetGroup, ThemeAnswer, Update
from measures.workflow import move
from strategy.models import (
    ActionField,
    Body,
    BodyName,
    Chapter,
    CityPart,
    Contact,
    CouncilPaper,
    CrossCuttingTheme,
    District,
    FocusPoint,
    Goal,
    Guideline,
    Meeting,
    Priority,
    Seat,
    Subtopic,
    Unit,
    UnitName,
)
from strategy.workflow import move as move_meeting
from wir.about.models import AccessibilityGap, OperatorFact, SiteText
from wir.languages.models import LoadedItem
from wir.lib.periods import Period


def nothing_more(obj, facts, now):
    pass


@dataclass(frozen=True)
class Kind:
    """One kind of entry.

    find(key, facts): (model, lookup, further values of a new object). texts: what each entry has in every language;
    optional: what it may have. complete(obj, facts, now): what a new object needs after its texts.
    """

    find: Callable
    texts: tuple = ("title", "plain")
    optional: tuple = ()
    complete: Callable = nothing_more


def number_of(key):
    return int(key.rsplit(".", 1)[-1])


def field_of(key):
    return ActionField.objects.get(number=int(key.split(".")[0]))


def find_numbered(model):
    return lambda key, facts: (model, {"number": int(key)}, {})


def find_field(key, facts):
    return ActionField, {"number": int(key)}, {"announced_subtopics": facts["announced_subtopics"]}


def find_goal(key, facts):
    return Goal, {"field": field_of(key), "number": number_of(key)}, {"source": facts["source"]}


def find_subtopic(key, facts):
    return Subtopic, {"field": field_of(key), "number": number_of(key)}, {}


def find_focus_point(key, facts):
    subtopic = int(key.split(".")[1])
    parent = Subtopic.objects.get(field=field_of(key), number=subtopic) if subtopic else None
    return FocusPoint, {"field": field_of(key), "subtopic": parent, "number": number_of(key)}, {}


def find_chapter(key, facts):
    parent = Chapter.objects.get(slug=facts["parent"]) if "parent" in facts else None
    return Chapter, {"slug": key}, {"number": facts["number"], "parent": parent}


def find_page(key, facts):
    return SiteText, {"key": key}, {}


def find_status(key, facts):
    return Status, {"key": key}, {name: facts[name] for name in ("state", "tone", "order")}


def find_target_group(key, facts):
    return TargetGroup, {"slug": key}, {"order": facts["order"]}


def find_measure(key, facts):
    action_field = ActionField.objects.get(number=facts["field"])
    subtopic = facts.get("subtopic")
    values = {name: facts[name] for name in ("kind", "developed_by", "source")}
    values |= {
        "field": action_field,
        "subtopic": Subtopic.objects.get(field=action_field, number=subtopic) if subtopic else None,
        "subtopic_is_ours": bool(subtopic),
        "origin": Measure.Origin.ATTESTED,
        "partners": facts.get("partners", ""),
        "area": Measure.Area.DISTRICTS if "districts" in facts else Measure.Area.UNKNOWN,
        "planned_start": Period.read(facts["planned_start"]) if "planned_start" in facts else None,
    }
    return Measure, {"number": int(key)}, values


def complete_measure(measure, facts, now):
    """What the sources tell, and openly what they do not tell; then it is published through the workflow's door."""
    measure.target_groups.set(TargetGroup.objects.filter(slug__in=facts.get("target_groups", [])))
    measure.districts.set(District.objects.filter(number__in=facts.get("districts", [])))
    measure.city_parts.set(CityPart.objects.filter(name__in=facts.get("city_parts", [])))
    for line in facts.get("budgets", []):
        Budget.objects.create(measure=measure, **line)
    for theme in CrossCuttingTheme.objects.all():
        ThemeAnswer.objects.create(measure=measure, theme=theme, not_documented=True, plain_de="")
    move(measure, "publish", by=None, now=now)


def find_update(key, facts):
    measure = Measure.objects.get(number=int(key.split(".")[0]))
    values = {"measure": measure, "day": Period.read(facts["day"]), "source": facts.get("source", measure.source)}
    return Update, {"pack_key": key}, values


def complete_update(update, facts, now):
    move(update, "publish", by=None, now=now)


def find_proposal(key, facts):
    day = Period.read(facts["day"]) if "day" in facts else None
    values = {"outcome": facts["outcome"], "source": facts["source"], "day": day}
    return Proposal, {"field": field_of(key), "number": number_of(key)}, values


def find_body(key, facts):
    return Body, {"key": key}, {"kind": facts["kind"]}


def find_meeting(key, facts):
    body, _, day = key.rpartition(".")
    return Meeting, {"body": Body.objects.get(key=body), "day": date.fromisoformat(day)}, {"source": facts["source"]}


def complete_meeting(meeting, facts, now):
    """A source tells of it, so it was held, and everybody may know."""
    move_meeting(meeting, "hold", by=None, now=now)
    move_meeting(meeting, "publish", by=None, now=now)


def find_other_pot(key, facts):
    return OtherPot, {"key": key}, facts


def find_refusal_reason(key, facts):
    return RefusalReason, {"key": key}, facts


# Kinds of the pack in loading order: parents first
KINDS = {
    "guidelines": Kind(find_numbered(Guideline)),
    "priorities": Kind(find_numbered(Priority)),
    "themes": Kind(find_numbered(CrossCuttingTheme), ("title", "plain", "question")),
    "fields": Kind(find_field),
    "goals": Kind(find_goal),
    "subtopics": Kind(find_subtopic),
    "focus_points": Kind(find_focus_point),
    "chapters": Kind(find_chapter),
    "pages": Kind(find_page),
    "gaps": Kind(find_numbered(AccessibilityGap)),
    "statuses": Kind(find_status),
    "target_groups": Kind(find_target_group, ("title",)),
    "measures": Kind(find_measure, optional=("purpose", "action"), complete=complete_measure),
    "updates": Kind(find_update, complete=complete_update),
    "proposals": Kind(find_proposal),
    "bodies": Kind(find_body, ("plain",)),
    "meetings": Kind(find_meeting, ("plain",), complete=complete_meeting),
    "other_pots": Kind(find_other_pot, ("plain",)),
    "refusal_reasons": Kind(find_refusal_reason),
}


def load_nameless_subtopics():
    """The subtopics the paper announces without a name: they exist with a number, so that pages can say so."""
    created = 0
    for action_field in ActionField.objects.all():
        present = set(Subtopic.objects.filter(field=action_field).values_list("number", flat=True))
        for number in set(range(1, action_field.announced_subtopics + 1)) - present:
            Subtopic.objects.create(field=action_field, number=number)
            created += 1
    return created


def load_records(structure):
    """Departments, bodies, council papers, contact and facts, where they are not there yet; nothing is overwritten."""
    for number, facts in structure["units"].items():
        parent = Unit.objects.get(number=facts["parent"]) if "parent" in facts else None
        unit, created = Unit.objects.get_or_create(number=number, defaults={"parent": parent})
        if created:
            UnitName.objects.bulk_create(UnitName(unit=unit, **name) for name in facts["names"])
    for number, facts in structure["districts"].items():
        district, created = District.objects.get_or_create(number=int(number), defaults={"name": facts["name"]})
        if created:
            CityPart.objects.bulk_create(CityPart(district=district, name=name) for name in facts["parts"])
    load_bodies(structure)
    for facts in structure["council_papers"]:
        CouncilPaper.objects.get_or_create(
            number=facts["number"],
            supplement=facts.get("supplement", ""),
            defaults={
                "title": facts["title"],
                "link": facts["link"],
                "body": Body.objects.get(key=facts["body"]),
            },
        )
    if not Contact.objects.exists():
        Contact.objects.create(**structure["contact"])
    for name, facts in structure["operator_facts"].items():
        OperatorFact.objects.get_or_create(name=name, defaults=facts)


def load_bodies(structure):
    """Bodies with their names, rhythm and seats, and the two of each district."""
    for key, facts in structure["bodies"].items():
        parent = Body.objects.get(key=facts["parent"]) if "parent" in facts else None
        own = {name: facts[name] for name in ("meetings_per_year", "rhythm_source") if name in facts}
        body = load_body(key, facts["kind"], facts["names"], parent=parent, **own)
        if own and body.meetings_per_year is None and not body.rhythm_source:  # known before it had a rhythm
            Body.objects.filter(pk=body.pk).update(parent=parent, **own)
        if "seats" in facts and LoadedItem.objects.get_or_create(kind="seats", key=key)[1]:
            load_seats(body, facts["seats"])
    for kind, facts in structure["district_bodies"].items():
        for district in District.objects.order_by("number"):
            names = [{"name": f"{facts['name']} {district.name}", "source": facts["source"]}]
            load_body(f"{facts['key']}-{district.number}", kind, names, district=district)


def load_body(key, kind, names, **facts):
    body, created = Body.objects.get_or_create(key=key, defaults={"kind": kind, **facts})
    if created:
        BodyName.objects.bulk_create(BodyName(body=body, **name) for name in names)
    return body


def load_seats(body, facts):
    """The seats a source tells of, numbered in the order in which the groups stand."""
    number = Seat.objects.filter(body=body).count()
    for group in facts["groups"]:
        of_group = {name: group[name] for name in ("group", "mark", "label") if name in group}
        for _place in range(group["number"]):
            number += 1
            Seat.objects.create(
                body=body, number=number, valid_from=facts["valid_from"], source=facts["source"], **of_group
            )
