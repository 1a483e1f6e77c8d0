"""The content pack: our own words for every item, one folder per language, written by people who edit YAML.

Reading checks everything first and names file, line and key of each fault; loading is all or nothing, changes only
what changed, and never touches a text that a person edited or reviewed.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from wir.languages import registry
from wir.languages.models import ContentStamp, LoadedItem, Origin, SourceText, TranslationUnit, record_texts
from wir.languages.text import column, fingerprint, is_blank
from wir.lib.blocks import blocks
from wir.pack_fund import load_fund
from wir.pack_items import KINDS, load_nameless_subtopics, load_records

JOB = "content-pack"
PACK = settings.BASE_DIR / "wir" / "content"
LONGEST_TITLE = 200  # characters: what the narrowest of the models takes
FORBIDDEN = re.compile("[\u202a-\u202e\u0640]")  # direction overrides and tatweel (design of languages, 4.2)


class PackFault(Exception):
    """The pack cannot be loaded; `faults` says where and why, one line each."""

    def __init__(self, faults):
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass
class Report:
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    kept: list = field(default_factory=list)  # texts a person wrote, left alone

    def __str__(self):
        lines = [f"{self.created} created, {self.changed} changed, {self.unchanged} unchanged"]
        return "\n".join(lines + [f"left alone, a person wrote it: {text}" for text in self.kept])


# Reading ------------------------------------------------------------------------------------------------------------


def read_file(path, kind):
    """({key: {name: text}}, {key: line}, faults) of one file; a fault for what is not a text, or stands twice."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except UnicodeDecodeError:
        return {}, {}, [f"{path.name}: is not UTF-8"]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        return {}, {}, [f"{path.name}:{mark.line + 1 if mark else 1}: {getattr(error, 'problem', None) or error}"]
    entries, lines, faults = {}, {}, []
    if not isinstance(node, yaml.MappingNode):
        return {}, {}, [f"{path.name}:1: expected keys with {' and '.join(kind.texts)}"]
    for key_node, value in node.value:
        key, line = key_node.value, key_node.start_mark.line + 1
        where = f"{path.name}:{line}: {key}"
        if key in entries:
            faults.append(f"{where}: stands twice")
            continue
        lines[key], entries[key] = line, {}
        if not isinstance(value, yaml.MappingNode):
            faults.append(f"{where}: expected {' and '.join(kind.texts)}")
            continue
        for name_node, text in value.value:
            name, line = name_node.value, name_node.start_mark.line + 1
            where = f"{path.name}:{line}: {key}.{name}"
            if name not in kind.texts + kind.optional:
                faults.append(f"{where}: unknown; an entry has {' and '.join(kind.texts)}")
            elif name in entries[key]:
                faults.append(f"{where}: stands twice")
            elif not isinstance(text, yaml.ScalarNode) or text.tag != "tag:yaml.org,2002:str":
                faults.append(f"{where}: is not a text; put it in quotation marks")
            else:
                entries[key][name] = text.value.strip()
    return entries, lines, faults


def read_pack(folder=PACK):
    """{language code: {kind: {key: {name: text}}}}; raises PackFault with every fault of every file."""
    pack, faults, places = {}, [], {}
    for language in registry.LANGUAGES:
        pack[language.code] = {}
        for kind in KINDS:
            path = Path(folder) / language.code / f"{kind}.yaml"
            if not path.exists():
                faults.append(f"{language.code}/{kind}.yaml: is missing")
                pack[language.code][kind] = {}
                continue
            entries, lines, found = read_file(path, KINDS[kind])
            faults += [f"{language.code}/{fault}" for fault in found]
            pack[language.code][kind] = entries
            places |= {(language.code, kind, key): f"{language.code}/{kind}.yaml:{line}" for key, line in lines.items()}
    faults += list(compare(pack, places))
    if faults:
        raise PackFault(sorted(set(faults)))
    return pack


def compare(pack, places):
    """Faults that show beside the German: missing and unknown keys, another structure, texts that stayed German."""
    german = pack[registry.SOURCE.code]
    for language in registry.LANGUAGES:
        seen = {}
        for kind in KINDS:
            entries = pack[language.code].get(kind, {})
            for key in german.get(kind, {}).keys() - entries.keys():
                yield f"{language.code}/{kind}.yaml: {key}: is missing"
            for key, entry in entries.items():
                where = f"{places.get((language.code, kind, key), language.code)}: {key}"
                source = german.get(kind, {}).get(key)
                if source is None:
                    yield f"{where}: has no German text"
                    continue
                for name in KINDS[kind].texts:
                    if name == "title" and len(entry.get(name, "")) > LONGEST_TITLE:
                        yield f"{where}.{name}: has more than {LONGEST_TITLE} characters"
                    if is_blank(entry.get(name, "")):
                        yield f"{where}.{name}: is empty"
                for name in KINDS[kind].optional:
                    if (name in entry) != (name in source):
                        yield f"{where}.{name}: stands in one of the two languages only"
                for name, text in entry.items():
                    if FORBIDDEN.search(text):
                        yield f"{where}.{name}: has an invisible direction mark or a tatweel"
                text = entry.get("plain", "")
                if text and text in seen:
                    yield f"{where}.plain: is the same text as {seen[text]}"
                seen[text] = f"{kind} {key}"
                if language.is_source:
                    continue
                if text and text.split() == source.get("plain", "").split():
                    yield f"{where}.plain: is the German text"
                if not language.is_simple:
                    ours, theirs = (shape(each) for each in (text, source.get("plain", "")))
                    if ours != theirs:
                        yield f"{where}.plain: has another structure than the German ({ours} instead of {theirs})"


def shape(text):
    """Kinds of the blocks of a text, lists with the number of their points."""
    return [f"{block.kind} of {len(block.lines)}" if block.is_list else block.kind for block in blocks(text)]


FACTS = {
    "fields": ("announced_subtopics",),
    "goals": ("source",),
    "chapters": ("number",),
    "statuses": ("state", "tone", "order"),
    "target_groups": ("order",),
    "measures": ("field", "kind", "developed_by", "source"),
    "updates": ("day",),
    "proposals": ("outcome", "source"),
    "meetings": ("source",),
    "other_pots": ("name", "giver", "source"),
    "refusal_reasons": ("order", "formal"),
}
RECORDS = (
    "units",
    "districts",
    "bodies",
    "district_bodies",
    "council_papers",
    "contact",
    "operator_facts",
    "rule_sets",
    "fund_years",
)


def read_structure(folder, pack):
    """The facts without words; raises PackFault where the file cannot be read or a fact is missing."""
    path = Path(folder) / "structure.yaml"
    try:
        structure = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise PackFault([f"structure.yaml: cannot be read ({error})"]) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise PackFault(
            [f"structure.yaml:{mark.line + 1 if mark else 1}: {getattr(error, 'problem', error)}"]
        ) from None
    if not isinstance(structure, dict):
        raise PackFault(["structure.yaml: expected the parts " + ", ".join((*FACTS, *RECORDS))])
    faults = [f"structure.yaml: {part}: is missing" for part in RECORDS if part not in structure]
    for kind, names in FACTS.items():
        for key in pack[registry.SOURCE.code][kind]:
            known = (structure.get(kind) or {}).get(key) or {}
            faults += [f"structure.yaml: {kind} {key}: {name} is missing" for name in names if name not in known]
    if faults:
        raise PackFault(faults)
    return structure


# Loading ------------------------------------------------------------------------------------------------------------


def load_content(folder=PACK, *, dry_run=False, now=None):
    """Bring the database in step with the pack; raises PackFault before anything is written. Returns a Report."""
    pack = read_pack(folder)
    structure = read_structure(folder, pack)
    report, now = Report(), now or timezone.now()
    with transaction.atomic():
        load_records(structure)
        load_fund(structure, now)
        for kind in KINDS:
            facts_of = structure.get(kind, {})
            for key in pack[registry.SOURCE.code][kind]:
                load_item(kind, key, facts_of.get(key, {}), pack, report, now)
        report.created += load_nameless_subtopics()
        if report.created or report.changed:
            ContentStamp.touch()
        if dry_run:
            transaction.set_rollback(True)
    return report


def load_item(kind, key, given, pack, report, now):
    """Write one item in all languages: new texts, and those of this pack that a person has not touched since."""
    model, lookup, facts = KINDS[kind].find(key, given)
    obj = model.objects.filter(**lookup).first()
    created = obj is None
    if created and LoadedItem.objects.filter(kind=kind, key=key).exists():
        report.kept.append(f"{kind} {key} (deleted)")
        return
    LoadedItem.objects.get_or_create(kind=kind, key=key)
    if created:
        obj = model(**lookup, **facts)
    sources = (
        {}
        if created
        else {
            source.field: source
            for source in SourceText.objects.filter(model=model._meta.label_lower, object_id=obj.pk).prefetch_related(
                "units"
            )
        }
    )
    changed = []
    for language in registry.LANGUAGES:
        for name in KINDS[kind].texts + KINDS[kind].optional:
            wanted, place = pack[language.code][kind][key].get(name, ""), column(name, language)
            present = getattr(obj, place) or ""
            if present == wanted:
                continue
            if not created and touched(sources.get(name), language, present):
                report.kept.append(f"{kind} {key} {name} ({language.code})")
                continue
            setattr(obj, place, wanted)
            changed.append(place)
    if not created and not changed:
        report.unchanged += 1
        return
    # Past the model's own save(): that records what a person writes, this is the pack.
    obj.save_base(force_insert=created)
    record_texts(
        obj,
        origin=Origin.MACHINE,
        job=JOB,
        state=TranslationUnit.State.NEEDS_REVIEW,
        made_from=pack[registry.SOURCE.code][kind][key],
        now=now,
    )
    if created:
        KINDS[kind].complete(obj, given, now)
        report.created += 1
    else:
        report.changed += 1


def touched(source, language, present):
    """True where a person wrote or reviewed the text that stands there now."""
    if source is None:
        return not is_blank(present)
    if language.is_source:
        return source.job != JOB or source.hash != fingerprint(present)
    unit = next((unit for unit in source.units.all() if unit.language == language.code), None)
    if unit is None:
        return not is_blank(present)
    return unit.job != JOB or unit.state == TranslationUnit.State.REVIEWED or unit.target_hash != fingerprint(present)
