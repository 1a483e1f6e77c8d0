"""From a bare Python and this checkout to a running environment. Standard library only, and readable by old Pythons.

`demo` and `test` work in `.venv`, which this module makes from the locked packages; every other command finds it.
A fault ends with one sentence that says what to do, and exit status 1.
"""

import hashlib
import importlib.util
import os
import re
import secrets
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VAR = ROOT / "var"
DEMO_ENV = VAR / "demo.env"
OLDEST, NEWEST = (3, 11), (3, 13)
LOCKS = {"demo": "requirements.lock", "test": "requirements-dev.lock"}


class Refusal(Exception):
    """The environment cannot be made; the text says why and what to do."""


def prepare(argv):
    """Make or find the environment for the command in argv; may replace this process by the same one inside it."""
    command = argv[1] if len(argv) > 1 else ""
    try:
        if command in LOCKS:
            check_python()
            ensure_environment(ROOT / LOCKS[command])
            enter_environment(argv)
            compile_catalogues()
            if command == "test":
                run_tests(argv[2:])
            prepare_demo(argv[2:])
        elif importlib.util.find_spec("django") is None:
            if not venv_python().exists():
                raise Refusal("Nothing is installed yet. Run `python3 manage.py demo` first; it sets everything up.")
            enter_environment(argv)
        elif importlib.util.find_spec("polib") is not None:
            compile_catalogues()
        if command != "test":
            read_demo_env()
    except Refusal as refusal:
        print("\n" + str(refusal), file=sys.stderr)
        sys.exit(1)
    except OSError as error:
        print("\n" + explain(error), file=sys.stderr)
        sys.exit(1)


def explain(error):
    """One sentence for a person whose disk is full or whose checkout cannot be written."""
    import errno

    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "The disk is full. The portal needs about 500 MB beside this checkout; free some space and run it again."
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"Cannot write to {ROOT}. Copy the checkout to a folder of your own and run the command there."
    return f"The system refused: {error}. Mend that and run the command again; nothing has been lost."


def check_python():
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
            name = f"python3.{minor}"
            if any(Path(folder, name).exists() for folder in os.environ.get("PATH", "").split(os.pathsep)):
                raise Refusal(f"This is Python {sys.version.split()[0]}. Run `{name} {' '.join(sys.argv)}` instead.")
        raise Refusal(
            f"This is Python {sys.version.split()[0]}; the portal needs 3.11 to 3.13. Install one of them "
            "(Debian, Ubuntu: apt install python3) and run the command with it."
        )


def venv_python():
    return VENV / "bin" / "python"


def is_inside():
    """True where this Python is the environment's; .venv may be a link to somewhere else."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def fingerprint(lock):
    return hashlib.sha256(lock.read_bytes() + f"{sys.version_info[:2]}".encode()).hexdigest()


def stamp_of(lock):
    return VENV / f"{lock.stem}.stamp"


def is_current(lock):
    """The tests' packages include the demo's, so either stamp serves the demo."""
    if not venv_python().exists():
        return False
    stamps = ((stamp_of(each), fingerprint(each)) for each in (lock, ROOT / LOCKS["test"]))
    return any(stamp.exists() and stamp.read_text() == wanted for stamp, wanted in stamps)


def ensure_environment(lock):
    """Make `.venv` and install the locked packages into it, unless the stamp says that this is done."""
    if is_inside() or is_current(lock):
        return
    with single_writer():
        if is_current(lock):
            return
        if not venv_python().exists():
            say("1/2  Making an environment of its own in .venv")
            make_venv()
        install(lock)
        stamp_of(lock).write_text(fingerprint(lock))


class single_writer:
    """Two first starts at once: the second waits for the first instead of breaking its environment."""

    def __enter__(self):
        import fcntl

        VAR.mkdir(exist_ok=True)
        self.file = open(VAR / "bootstrap.lock", "w")
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *error):
        self.file.close()


def make_venv():
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        raise Refusal(
            "Python's venv module is missing. Install it (Debian, Ubuntu: apt install python3-venv) and run this again."
        )
    done = subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], capture_output=True, text=True)
    if done.returncode:
        raise Refusal("Could not make .venv:\n" + reason_of(done.stdout + done.stderr))


def install(lock):
    """Install with uv when it is on the path, else with pip; hashes are demanded either way."""
    names = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", lock.read_text(), re.MULTILINE)
    say(f"2/2  Installing {len(names)} packages (the first time this takes a minute or two)")
    uv = next((Path(p, "uv") for p in os.environ.get("PATH", "").split(os.pathsep) if Path(p, "uv").exists()), None)
    if uv:
        command = [str(uv), "pip", "install", "--python", str(venv_python())]
    else:
        command = [str(venv_python()), "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar", "off"]
    process = subprocess.Popen(
        [*command, "--require-hashes", "-r", str(lock)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    lines, seen = [], 0
    for line in process.stdout:
        lines.append(line)
        found = re.match(r"Collecting ([A-Za-z0-9._-]+)", line)
        if found:
            seen += 1
            say(f"     {seen:2} of {len(names)}  {found.group(1).split('==')[0]}")
        elif line.startswith("Installing collected"):
            say("     unpacking")
    if process.wait():
        raise Refusal("The packages could not be installed.\n" + reason_of("".join(lines)))


def reason_of(output):
    """What to do, read from the installer's output."""
    if re.search(r"No space left|Errno 28|Disk quota", output):
        return "The disk is full. Free about 500 MB and run the command again."
    if re.search(r"Read-only file system|Permission denied|Errno 13|Errno 30", output):
        return f"Cannot write to {ROOT}. Copy the checkout to a folder of your own and run the command there."
    if re.search(r"resolve|NewConnectionError|Connection|timed out|Max retries|ProxyError|network|dns", output, re.I):
        return (
            "The package index could not be reached. Check the network (and HTTPS_PROXY, if you use a proxy), "
            "then run the command again."
        )
    if "HASHES" in output or "hash" in output.lower():
        return "A package is not the one that was locked. Do not go on; tell the maintainers.\n" + output[-800:]
    return output[-1500:]


def enter_environment(argv):
    """Go on inside `.venv`: replaces this process by the same command run by the environment's Python."""
    if not is_inside():
        sys.stdout.flush()
        os.execv(str(venv_python()), [str(venv_python()), *argv])  # noqa: S606 - our own interpreter, our own arguments


def compile_catalogues():
    """Build the .mo file of every interface catalogue that is newer than its .mo; gettext need not be installed."""
    import polib

    for source in sorted((ROOT / "locale").glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            partial = target.with_name(f"{target.name}.{os.getpid()}")
            polib.pofile(str(source)).save_as_mofile(str(partial))
            partial.replace(target)


def run_tests(arguments):
    """Run the suite; settings come from here so that a developer's own environment cannot change what is tested."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "wir.settings"
    os.environ["SECRET_KEY"] = "tests-only-" + "x" * 50
    os.environ["DEBUG"] = "0"
    os.environ["DEMO"] = "1"
    os.environ["SITE_URL"] = "http://testserver"
    os.environ["ALLOWED_HOSTS"] = "testserver,127.0.0.1,localhost"
    os.environ["CACHE_URL"] = "locmem://"
    # A folder of its own: a demo that runs beside the tests collects its static files while they are read here.
    os.environ["VAR_DIR"] = str(VAR / "tests")
    (VAR / "tests" / "static").mkdir(parents=True, exist_ok=True)  # a missing folder is a warning, warnings are errors
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    import pytest

    sys.exit(pytest.main(arguments or ["-n", "auto", "--dist", "worksteal"]))


def prepare_demo(arguments):
    """Write var/demo.env once and refuse early what cannot work: a taken port."""
    port = value_of("--port", arguments) or "8000"
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        raise Refusal(f"--port {port} is not a port. Give a number from 1 to 65535.")
    if not {"-h", "--help"} & set(arguments):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", int(port)))
            except OSError as error:
                raise Refusal(
                    f"Port {port} is in use by another program. End it, or run "
                    f"`python3 manage.py demo --port {int(port) % 65535 + 1}`."
                ) from error
    VAR.mkdir(exist_ok=True)
    known = dict(line.split("=", 1) for line in DEMO_ENV.read_text().splitlines()) if DEMO_ENV.exists() else {}
    known.setdefault("SECRET_KEY", secrets.token_urlsafe(50))
    known |= {
        "DEMO": "1",
        "DEBUG": "0",
        "ALLOWED_HOSTS": "127.0.0.1,localhost,[::1]",
        "SITE_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": value_of("--database", arguments) or known.get("DATABASE_URL", f"sqlite:///{VAR}/db.sqlite3"),
    }
    DEMO_ENV.touch(mode=0o600)
    DEMO_ENV.write_text("".join(f"{key}={value}\n" for key, value in known.items()))
    os.environ.update(known)


def read_demo_env():
    """Let every command work on the demo's database, unless the environment brings a SECRET_KEY of its own."""
    if "SECRET_KEY" not in os.environ and DEMO_ENV.exists():
        for line in DEMO_ENV.read_text().splitlines():
            key, _, value = line.partition("=")
            os.environ.setdefault(key, value)


def value_of(flag, arguments):
    for place, argument in enumerate(arguments):
        if argument == flag and place + 1 < len(arguments):
            return arguments[place + 1]
        if argument.startswith(flag + "="):
            return argument.split("=", 1)[1]
    return ""


def say(line):
    print(line, flush=True)
