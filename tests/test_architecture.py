"""The house keeps its shape: imports go one way, names say their subject, nothing stands inline."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from modeltranslation.translator import translator

from wir.languages.models import Translated

ROOT = Path(settings.BASE_DIR)

# A layer may import from itself and from the layers before it. wir.languages and its neighbours are one layer, in which
# the apps after it may know the registry and the texts; the root files of wir tie everything together.
LAYERS = [
    ["wir.lib"],
    ["wir.languages", "wir.columns", "wir.limits", "wir.append_only"],
    ["wir.accounts", "wir.about", "wir.outbox", "wir.search"],
]
LAYERS += [["strategy"], ["measures"], ["fund"], ["wir"]]


def layer_of(module):
    names = [(name, height) for height, layer in enumerate(LAYERS) for name in layer]
    fitting = [(len(name), height) for name, height in names if module == name or module.startswith(f"{name}.")]
    return max(fitting)[1] if fitting else None


def modules():
    for folder in ("wir", "strategy", "measures", "fund"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_imports_go_one_way():
    upward = [
        (module, imported)
        for path, module in modules()
        for imported in imports(path)
        if layer_of(imported) is not None and layer_of(imported) > layer_of(module)
    ]

    # settings and the registry meet before any app exists
    assert upward == []


def test_the_leaf_knows_no_app_and_no_model():
    foreign = [
        (module, imported)
        for path, module in modules()
        if layer_of(module) == 0
        for imported in imports(path)
        if imported.split(".")[0] in ("wir", "strategy", "django") and not imported.startswith("wir.lib")
    ]

    assert foreign == []


def test_relations_point_downwards():
    upward = [
        (model._meta.label, field.name)
        for model in apps.get_models()
        if layer_of(model.__module__) is not None
        for field in model._meta.get_fields()
        if field.concrete and field.is_relation and layer_of(field.related_model.__module__) is not None
        if layer_of(field.related_model.__module__) > layer_of(model.__module__)
        if field.related_model._meta.label != settings.AUTH_USER_MODEL
    ]

    assert upward == []


def test_no_file_is_named_after_nothing():
    nameless = {"utils.py", "helpers.py", "services.py", "managers.py", "common.py"}

    assert [path for path, _module in modules() if path.name in nameless] == []


def test_no_file_has_grown_past_reading():
    assert [path for path, _module in modules() if len(path.read_text().splitlines()) > 600] == []


def templates():
    return sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_templates_hold_no_inline_style_or_script(path):
    source = path.read_text(encoding="utf-8")

    assert re.findall(r"\sstyle=|<style|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", source) == []


@pytest.mark.parametrize("path", templates(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_blocktranslate_is_trimmed(path):
    assert re.findall(r"{% blocktrans(?:late)? (?!trimmed)", path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", sorted((ROOT / "wir" / "static").rglob("*.css")), ids=lambda path: path.name)
def test_styles_know_no_left_and_right(path):
    source = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)

    physical = (
        r"(?:^|[;{\s])((?:margin|padding|border)-(?:left|right)|left|right|float)\s*:|text-align\s*:\s*(?:left|right)"
    )
    assert re.findall(physical, source) == []


def test_every_translated_model_is_registered_and_every_text_is_searchable_by_the_registry():
    registered = set(translator.get_registered_models(abstract=False))
    ours = {model for model in apps.get_models() if issubclass(model, Translated)}

    assert {model for model in registered if model._meta.app_label in ("strategy", "about", "measures", "fund")} == ours
    assert all(len(model.translated_fields()) < 8 for model in ours)


def test_no_migration_is_missing(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_no_translated_column_carries_an_index_or_a_uniqueness():
    for model in translator.get_registered_models(abstract=False):
        for field in translator.get_options_for_model(model).fields:
            column = model._meta.get_field(field)
            assert not column.unique and not column.db_index and not column.null


# One door -------------------------------------------------------------------------------------------------------------

READS = {"filter", "exclude", "get", "Q", "When", "CheckConstraint", "UniqueConstraint", "Count", "Sum"}


def writers(*columns):
    """{"file: function"} of everything in the fund, and in what knows it, that seems to give one of these columns a
    value: an attribute set, a keyword of a call that is no question, a name in a dict or in setattr."""
    found = set()
    for path, module in modules():
        if module.startswith("fund") or any(each.startswith("fund.") for each in imports(path)):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for function, node in inside(tree, ""):
                if names_written(node) & set(columns):
                    found.add(f"{path.relative_to(ROOT).as_posix()}: {function}")
    return found


def inside(node, function):
    """(name of the function around it, node) of everything below a node."""
    for child in ast.iter_child_nodes(node):
        named = child.name if isinstance(child, ast.FunctionDef) else function
        yield named, child
        yield from inside(child, named)


def names_written(node):
    if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        parts = [part for target in targets for part in ast.walk(target)]
        return {part.attr for part in parts if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)}
    if isinstance(node, ast.Dict):
        return {key.value for key in node.keys if isinstance(key, ast.Constant)}
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called == "setattr" and len(node.args) > 1 and isinstance(node.args[1], ast.Constant):
            return {node.args[1].value}
        if called == "bulk_update":
            return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant)}
        return {each.arg for each in node.keywords if each.arg} if called not in READS else set()
    return set()


def test_only_the_door_of_the_fund_writes_the_state_of_a_case():
    door = {"fund/workflow.py: perform"}
    of_years_calls_and_rules = {"fund/rules_workflow.py: switch", "fund/rules_workflow.py: copy"}
    only_told = {
        "fund/bundle.py: data", "fund/desk/leading.py: lead", "fund/projects/exports.py: records",
        "fund/projects/reading.py: made", "fund/views/case.py: open_question",
    }  # fmt: skip

    assert writers("state") == door | of_years_calls_and_rules | only_told


def test_only_the_money_guard_writes_what_is_held_and_promised():
    """It works the column out (COUNTER), so it stands in the test below; all these compare or tell."""
    only_told = {
        "fund/books.py: ", "fund/desk/leading.py: lead", "fund/desk/results.py: money_of", "fund/sentences.py: of_year",
    }  # fmt: skip

    assert writers("held", "committed") == only_told


def test_who_writes_columns_by_names_worked_out_is_known_one_by_one():
    """`update(**columns)`: the way on which a column could be written that the tests above do not see."""
    money, of_cases = {"fund/money.py: raise_counter", "fund/money.py: give_back"}, {"fund/effects.py: write"}
    of_other_rows = {
        "fund/attending.py: mark", "fund/attending.py: mark_all", "fund/circular.py: cast",
            "fund/erasing.py: empty_topic", "fund/letters.py: redraft", "fund/reviewing.py: write",
        }  # fmt: skip
    told_by_their_callers = {"fund/handling.py: change"}

    found = {
        f"{path.relative_to(ROOT).as_posix()}: {function}"
        for path, module in modules()
        if module.startswith("fund")
        for function, node in inside(ast.parse(path.read_text(encoding="utf-8")), "")
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in ("update", "update_or_create")
        if any(each.arg is None for each in node.keywords)
    }

    assert found == money | of_cases | of_other_rows | told_by_their_callers
