"""PDF files: refused where they hold anything that runs, opens or hides something, or cannot be read to their end."""

import logging
import os
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from threading import BoundedSemaphore

from fund.refusals import ACTIVE, PASSWORD, UNREADABLE, Refusal, Unfit

logger = logging.getLogger("fund.files")

WALK = Path(__file__).with_name("pdf_walk.py")
SECONDS = 20  # that the walk may take in all; it limits its own computing more closely
WALKING = BoundedSemaphore(2)  # processes at a time, of one worker of the web server
TAIL = 1024  # bytes that may stand behind the last end mark; programs leave line ends and blanks there

# Also in what no table of contents names any more. Short names would be found in every compressed picture.
ANYWHERE = re.compile(
    rb"/(?:JavaScript|EmbeddedFiles?|RichMedia|ImportData|SubmitForm)(?![A-Za-z])|/S\s*/Launch(?![A-Za-z])"
)
FRONT = re.compile(rb"<(?:!doctype|html|script|svg|\?php|body|iframe)", re.I)
TOLD = {"active": ACTIVE, "password": PASSWORD}


def check(data):
    """Raises Unfit. data begins with the mark of a PDF file."""
    verdict = looks(data)
    if verdict == "fine":
        verdict = walk_apart(data)
    if verdict != "fine":
        raise Unfit(Refusal(TOLD.get(verdict, UNREADABLE)))


def looks(data):
    """What shows without reading the structure: another kind of file in front, behind or inside, and plain names."""
    end = data.rfind(b"%%EOF")
    if end < 0 or len(data) - end > TAIL or FRONT.search(data[:1024]) or zipfile.is_zipfile(BytesIO(data)):
        return "unreadable"
    return "active" if ANYWHERE.search(data) else "fine"


def walk_apart(data):
    """The word of the walk; unreadable where its process failed, was ended or took too long."""
    command = [sys.executable, "-I", str(WALK)]
    # Nothing of our environment, which holds secrets, but where Python finds its own libraries
    environment = {name: os.environ[name] for name in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH") if name in os.environ}
    with WALKING:
        try:
            done = subprocess.run(  # noqa: S603 - our own file, no shell, nothing of the sender's in the command
                command, input=data, capture_output=True, timeout=SECONDS, check=False, env=environment
            )
        except subprocess.TimeoutExpired:
            return "unreadable"
    verdict = done.stdout.decode("ascii", "replace")
    if done.returncode != 0:  # a hostile file can do that; where every file does, this line tells it
        logger.warning("looking into a PDF file ended with %s", done.returncode)
        return "unreadable"
    return verdict if verdict in ("fine", "active", "password") else "unreadable"
