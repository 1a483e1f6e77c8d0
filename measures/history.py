"""What an edit has changed, as people read it: the fields of a measure and what belongs to it, before and after."""

from measures.models import Measure

TEXTS = ("title_de", "plain_de", "purpose_de", "action_de")
FIELDS = (
    "number field subtopic subtopic_is_ours goal kind origin source developed_by novelty responsible contact partners "
    "area planned_start planned_end actual_start actual_end internal_note"
).split()
SETS = ("priorities", "guidelines", "target_groups", "districts", "city_parts", "council_papers")


def snapshot(measure):
    """{name of the field: its value in words} of a measure as it stands in the database."""
    measure = Measure._base_manager.get(pk=measure.pk)
    found = {}
    for name in (*FIELDS, *TEXTS):
        field = measure._meta.get_field(name)
        label = measure._meta.get_field(name.removesuffix("_de")).verbose_name
        found[label] = words(measure, field)
    for name in SETS:
        label = measure._meta.get_field(name).verbose_name
        found[label] = ", ".join(str(each) for each in getattr(measure, name).all())
    for answer in measure.answers.select_related("theme"):
        text = "nicht belegt" if answer.not_documented else answer.plain_de or ""
        found[f"Antwort {answer.get_phase_display()}: {answer.theme.title_de}"] = text
    for line in measure.budgets.all():
        amounts = [line.planned, line.actual, line.planned_staff, line.actual_staff]
        shown = " / ".join("–" if amount is None else f"{amount}" for amount in amounts)
        found[f"Geld {line.year}, {line.get_source_display()}, {line.get_kind_display()}"] = shown
    for step in measure.milestones.all():
        done = f", erledigt am {step.done_on:%d.%m.%Y}" if step.done_on else ""
        public = "" if step.published else ", nicht veröffentlicht"
        found[f"Meilenstein {step.pk}: {step.title_de}"] = f"Frist {step.due}{done}{public}"
    return found


def snapshot_of_update(update):
    """{name of the field: its value in words} of an update, told as part of its measure."""
    found = {}
    for name in ("day", "status", "title_de", "plain_de", "source", "link", "internal_note"):
        label = update._meta.get_field(name.removesuffix("_de")).verbose_name
        found[f"Meldung {update.pk}: {label}"] = words(update, update._meta.get_field(name))
    return found


def words(obj, field):
    if field.choices:
        return getattr(obj, f"get_{field.name}_display")()
    value = getattr(obj, field.name)
    if isinstance(value, bool):
        return "ja" if value else "nein"
    return "" if value is None else str(value)


def differences(before, after):
    """{field: [before, after]} of what is not the same in two snapshots."""
    names = list(dict.fromkeys((*before, *after)))
    pairs = {name: [before.get(name, ""), after.get(name, "")] for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
