"""Settings of an installation: what is missing is said with its remedy, and production is safe."""

import os
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.management import call_command

PRODUCTION = {
    "SECRET_KEY": "x" * 25 + "abcdefghijklmnopqrstuvwxyz0123456789-_",
    "ALLOWED_HOSTS": "wir.example.org",
    "SITE_URL": "https://wir.example.org",
    "EMAIL_URL": "smtps://user:secret@mail.example.org:465",
}


def manage(*arguments, **environment):
    clean = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not set. Make one with:"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is not set."),
        ({"SITE_URL": ""}, "SITE_URL is not set."),
        ({"DEBUG": "perhaps"}, "DEBUG='perhaps' is neither yes nor no."),
        ({"DATABASE_URL": "mysql://x/y"}, "DATABASE_URL begins with 'mysql'"),
        ({"EMAIL_URL": "pigeon://x"}, "EMAIL_URL begins with 'pigeon'"),
        ({"MESSAGE_RETENTION_DAYS": "a year"}, "MESSAGE_RETENTION_DAYS='a year' is no whole number of 0 or more."),
        ({"MESSAGE_RETENTION_DAYS": "-1"}, "MESSAGE_RETENTION_DAYS='-1' is no whole number of 0 or more."),
        ({"CACHE_URL": "memcached://x"}, "CACHE_URL begins with 'memcached'"),
        ({"OIDC_SERVER_URL": "https://sso.example.org"}, "OIDC_CLIENT_ID is not set."),
    ],
)
def test_a_wrong_setting_is_told_in_one_sentence(change, told, tmp_path):
    environment = PRODUCTION | {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"} | change
    if change == {"SECRET_KEY": ""}:
        environment["SECRET_KEY"] = " "

    done = manage("check", **environment)

    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_production_is_clean_once_the_operator_facts_are_there(tmp_path):
    environment = PRODUCTION | {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}
    assert manage("migrate", "--verbosity=0", **environment).returncode == 0

    before = manage("check", "--deploy", "--fail-level=WARNING", **environment)
    fill = (
        "from wir.about.models import OperatorFact as F; "
        "[F.objects.create(name=n, value='Muster', source='Test') for n in F.Name.values]"
    )
    assert manage("shell", "--verbosity=0", "-c", fill, **environment).returncode == 0
    after = manage("check", "--deploy", "--fail-level=WARNING", **environment)

    assert before.returncode == 1
    assert before.stderr.count("about.W001") == 13
    assert "Missing fact about the operator: Anschrift" in before.stderr
    assert (after.returncode, after.stderr) == (0, "")


@pytest.mark.parametrize(
    ("url", "backend"),
    [
        ("smtps://user:secret@mail.example.org", "wir.outbox.transport.EmailBackend mail.example.org 465 True False"),
        ("smtp://user:secret@mail.example.org", "wir.outbox.transport.EmailBackend mail.example.org 587 False True"),
        ("smtp://mail.example.org:25", "wir.outbox.transport.EmailBackend mail.example.org 25 False False"),
        ("file:///var/with%20space", "django.core.mail.backends.filebased.EmailBackend localhost 25 False False"),
        ("console://", "django.core.mail.backends.console.EmailBackend localhost 25 False False"),
    ],
)
def test_an_address_says_how_mails_leave(tmp_path, url, backend):
    environment = PRODUCTION | {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3", "EMAIL_URL": url}
    names = "s.EMAIL_BACKEND, s.EMAIL_HOST, s.EMAIL_PORT, s.EMAIL_USE_SSL, s.EMAIL_USE_TLS"

    done = manage(
        "shell", "--verbosity=0", "-c", f"from django.conf import settings as s; print({names})", **environment
    )

    assert done.stdout.strip() == backend


def test_production_refuses_the_demo(tmp_path):
    environment = PRODUCTION | {"DATABASE_URL": f"sqlite:///{tmp_path}/db.sqlite3"}

    done = manage("shell", "-c", "from django.core.management import call_command; call_command('demo')", **environment)

    assert done.returncode != 0
    assert "This is not a demo" in done.stderr


def test_system_checks_are_silent(db):
    call_command("check")
