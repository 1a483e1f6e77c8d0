"""README tells the moves of the fund as the table has them."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from fund import diagram
from fund.workflow import TABLE

README = Path(settings.BASE_DIR) / "README.md"


def test_readme_is_up_to_date():
    call_command("print_workflows", "--check")


def test_every_move_stands_in_the_list():
    printed = diagram.printed()

    assert [move.name for move in TABLE if f"| {move.name} |" not in printed] == []


def test_a_readme_that_is_behind_is_told_and_brought_up_to_date(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(README.read_text(encoding="utf-8").replace("| expire |", "| vanish |"), encoding="utf-8")

    with pytest.raises(CommandError, match="behind"):
        call_command("print_workflows", "--check", readme=str(path))
    call_command("print_workflows", readme=str(path))

    assert path.read_text(encoding="utf-8") == README.read_text(encoding="utf-8")


def test_a_readme_without_markers_is_left_alone(tmp_path):
    path = tmp_path / "README.md"
    path.write_text("Nothing here.", encoding="utf-8")

    with pytest.raises(CommandError, match="README has no"):
        call_command("print_workflows", readme=str(path))

    assert path.read_text(encoding="utf-8") == "Nothing here."
