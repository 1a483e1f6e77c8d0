"""Where contents lie: whole or not at all, under names that say nothing, where nobody else reads and nobody serves."""

import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from fund import store
from fund.checks import file_store_is_not_public


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.FILE_STORE = tmp_path / "files"
    return settings.FILE_STORE


def files_in(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_content_lies_under_a_random_name_that_only_we_may_read(folder):
    names = {store.write(b"content") for _number in range(3)}

    path = store.path_of(min(names))
    assert len(names) == 3 and set(files_in(folder)) == names
    assert path == folder / path.name[:2] / path.name
    assert [stat.S_IMODE(os.stat(each).st_mode) for each in (path, path.parent)] == [0o600, 0o700]
    with store.read(path.name) as file:
        assert file.read() == b"content"


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "/etc/passwd", "a" * 39, "A" * 40, "a" * 40 + "\n", "ab/../" + "a" * 34]
)
def test_no_other_name_leads_anywhere(name):
    for act in (store.path_of, store.read, store.delete):
        with pytest.raises(ValueError, match="no name of the store"):
            act(name)


def test_a_full_disk_leaves_nothing_half_written(folder, monkeypatch):
    def full(_number):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space"):
        store.write(b"content")
    assert files_in(folder) == []


def test_deleting_twice_is_no_fault(folder):
    name = store.write(b"x")

    store.delete(name)
    store.delete(name)

    assert files_in(folder) == []
    with pytest.raises(FileNotFoundError):
        store.read(name)


def test_old_contents_are_named_and_old_leftovers_go(folder):
    now = timezone.now()
    old, new = store.write(b"old"), store.write(b"new")
    leftover = folder / "ab" / ("ab" * 20 + store.UNFINISHED)
    leftover.parent.mkdir(exist_ok=True)
    leftover.write_bytes(b"half")
    for path in (store.path_of(old), leftover):
        os.utime(path, ((now - timedelta(days=2)).timestamp(),) * 2)

    assert list(store.older_than(now - timedelta(days=1))) == [old]
    assert files_in(folder) == sorted([old, new])


def test_a_store_that_is_served_to_everybody_is_refused_at_start(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATICFILES_DIRS = [tmp_path / "own"]

    def found(where):
        settings.FILE_STORE = Path(where)
        return [each.id for each in file_store_is_not_public()]

    told = [
        found(tmp_path / each) for each in ("static", "static/files", "own/a", "own/../static/x", "files", "static2")
    ]
    assert told == [["fund.E001"]] * 4 + [[], []]
    assert found("files") == ["fund.E002"]
