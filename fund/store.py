"""Where the contents of files lie: one folder outside every public path, random names, only our own account reads them.

A name says nothing about what is in the file, and is never made from anything a person sent. The database knows which
case a name belongs to; what it does not know is swept up (fund/casefiles.py).
"""

import os
import re
import secrets
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

NAME = re.compile(r"[0-9a-f]{40}")
UNFINISHED = ".unfinished"


def root():
    return Path(settings.FILE_STORE)


def path_of(stored):
    """Where a content lies. Raises ValueError for what is no name of ours, whatever path it tries."""
    if not NAME.fullmatch(stored):
        raise ValueError("no name of the store")
    return root() / stored[:2] / stored


def write(data):
    """Keep a content whole or not at all. Returns its new name."""
    stored = secrets.token_hex(20)
    path = path_of(stored)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = path.with_name(stored + UNFINISHED)
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    return stored


def read(stored):
    """An open file. Raises FileNotFoundError where the content is gone."""
    return path_of(stored).open("rb")


def delete(stored):
    path_of(stored).unlink(missing_ok=True)


def older_than(moment):
    """Names of contents written before a moment. What a crash left unfinished by then is thrown away on the way."""
    for path in root().glob("[0-9a-f][0-9a-f]/*"):
        try:
            written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        except FileNotFoundError:  # somebody else has just removed it
            continue
        if written >= moment:
            continue
        if path.name.endswith(UNFINISHED):
            path.unlink(missing_ok=True)
        elif NAME.fullmatch(path.name):
            yield path.name
