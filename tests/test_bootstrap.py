"""The first start: each thing that can be missing is told with what to do."""

import errno
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management.base import CommandError

from wir import bootstrap
from wir.accounts.models import User
from wir.management.commands.demo import refuse_foreign_database


@pytest.mark.parametrize(
    ("output", "told"),
    [
        (
            "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
            "The disk is full.",
        ),
        ("OSError: [Errno 30] Read-only file system: '/x'", "Copy the checkout to a folder of your own"),
        ("NewConnectionError('<pip>: Failed to establish a new connection')", "Check the network"),
        ("Could not resolve host", "Check the network"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "not the one that was locked"),
    ],
)
def test_what_the_installer_says_becomes_what_to_do(output, told):
    assert told in bootstrap.reason_of(output)


@pytest.mark.parametrize(
    ("number", "told"),
    [(errno.ENOSPC, "The disk is full"), (errno.EROFS, "Copy the checkout"), (errno.EACCES, "Copy the checkout")],
)
def test_faults_of_the_machine_are_told_in_one_sentence(number, told):
    assert told in bootstrap.explain(OSError(number, os.strerror(number)))


def test_a_missing_venv_module_names_the_package(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(bootstrap.Refusal, match="apt install python3-venv"):
        bootstrap.make_venv()


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 14, 0), (2, 7, 18)])
def test_another_python_is_refused_with_the_versions_that_work(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setenv("PATH", "")

    with pytest.raises(bootstrap.Refusal, match="needs 3.11 to 3.13"):
        bootstrap.check_python()


def test_a_taken_port_is_refused_and_another_one_proposed():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(bootstrap.Refusal, match=f"Port {port} is in use"):
            bootstrap.prepare_demo(["--port", str(port)])


@pytest.mark.parametrize("port", ["0", "65536", "abc", "-1"])
def test_a_number_that_is_no_port_is_refused(port):
    with pytest.raises(bootstrap.Refusal, match="is not a port"):
        bootstrap.prepare_demo([f"--port={port}"])


def test_both_locks_carry_hashes_and_no_address():
    for name in bootstrap.LOCKS.values():
        lock = (bootstrap.ROOT / name).read_text()

        assert "--hash=sha256:" in lock
        assert "://" not in lock and "--index-url" not in lock


def test_the_packages_of_the_demo_are_those_of_the_tests():
    def pins(name):
        lines = (bootstrap.ROOT / name).read_text().splitlines()
        return {line.split(" ")[0] for line in lines if "==" in line and not line.startswith((" ", "#"))}

    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()


def test_other_commands_without_an_environment_name_the_demo(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(SystemExit) as stop:
        bootstrap.prepare(["manage.py", "migrate"])

    assert stop.value.code == 1


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_demo_opens_and_ends_with_everything_it_started(tmp_path):
    port = free_port()
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {
        "SECRET_KEY": "demo-test-" + "x" * 40,
        "DEMO": "1",
        "VAR_DIR": str(tmp_path),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "wir.settings",
    }
    command = (
        f"import django; django.setup(); from django.core.management import call_command as c; c('demo', port={port})"
    )

    demo = subprocess.Popen(
        [sys.executable, "-c", command], cwd=bootstrap.ROOT, env=environment, text=True, stdout=subprocess.PIPE
    )
    lines = []
    for line in demo.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    children = Path(f"/proc/{demo.pid}/task/{demo.pid}/children")
    started = children.read_text().split() if children.exists() else []
    demo.terminate()
    demo.wait(timeout=20)
    demo.stdout.close()

    assert f"http://127.0.0.1:{port}/" in "".join(lines)
    assert "redaktion" in "".join(lines)
    assert f"kept as files in {tmp_path}/mails" in "".join(lines)
    assert len(started) == 2  # the server and the worker
    time.sleep(0.5)
    assert [pid for pid in started if Path(f"/proc/{pid}").exists()] == []
    assert {path.name for path in tmp_path.iterdir()} >= {"db.sqlite3", "demo.stamp", "static"}
    assert list((bootstrap.VAR / "tests" / "static").iterdir()) == []  # nothing of it where other tests read


def test_the_demo_leaves_a_database_of_somebody_else_alone(db):
    User.objects.filter(is_demo=True).delete()

    with pytest.raises(CommandError, match="holds accounts or content that the demo did not make"):
        refuse_foreign_database()


def test_the_demo_starts_again_where_somebody_was_added_in_it(db):
    User.objects.create_user("somebody", "somebody@example.org", "a long password")

    assert refuse_foreign_database() is None
