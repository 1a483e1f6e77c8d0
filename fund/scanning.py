"""What the virus scanner says of stored files. Closed until it has said "clean" (CaseFile.is_safe).

The rows are the truth: a job of the worker is only a nudge, and every run looks at all that waits.
"""

import logging
import time
from datetime import timedelta

from django.conf import settings

from fund import clamd, store
from fund.models import CaseFile

logger = logging.getLogger("fund.files")

IN_REQUEST = 5  # seconds for all files of one request together
IN_WORKER, RUN = 60, 120  # seconds for one file, and after which a run of the worker ends: mails wait behind it
AGAIN = timedelta(minutes=5)  # until the worker asks a scanner once more that did not answer

Scan = CaseFile.Scan


def first_state():
    """How a file begins: waiting, where a scanner is set."""
    return Scan.PENDING if settings.CLAMD_URL else Scan.UNSCANNED


def waiting():
    """Files that the scanner has to look at; those from a time without scanner are looked at too once there is one."""
    return CaseFile.objects.filter(scan__in=(Scan.PENDING, Scan.UNSCANNED))


def scan(file, *, now, seconds):
    """Ask about one file and note the answer. Returns False where there is none yet."""
    try:
        with store.read(file.stored) as content:
            is_clean = clamd.scan(content.read(), settings.CLAMD_URL, seconds=seconds)
    except FileNotFoundError:  # removed meanwhile
        return True
    except clamd.NoVerdict as reason:
        logger.warning("file %s: the virus scanner gave no answer (%s)", file.pk, reason)
        return False
    found = Scan.CLEAN if is_clean else Scan.INFECTED
    changed = CaseFile.objects.filter(pk=file.pk, scan=file.scan).update(scan=found, scanned_at=now)
    if changed:
        file.scan, file.scanned_at = found, now
    if not is_clean:
        store.delete(file.stored)
        logger.warning("file %s: the virus scanner found something; the content is deleted", file.pk)
    return True


def scan_at_once(files, *, now, seconds=IN_REQUEST):
    """Within a request: as many as the time allows. The rest waits for the worker. Returns True where nothing waits."""
    if not settings.CLAMD_URL:
        return True
    deadline = time.monotonic() + seconds
    for file in files:
        left = deadline - time.monotonic()
        if left <= 0 or not scan(file, now=now, seconds=left):
            return False
    return True


def rescan(*, now, seconds=IN_WORKER):
    """What waits, in no order, so that a file which takes too long holds up no other for good. Stops where the scanner
    is gone, or the time of a run is over. Returns True where nothing waits any more."""
    if not settings.CLAMD_URL:
        return True
    end = time.monotonic() + RUN
    answered = True
    for file in waiting().order_by("?"):
        answered &= scan(file, now=now, seconds=seconds)
        if time.monotonic() > end or (not answered and not clamd.is_there(settings.CLAMD_URL)):
            return False
    return answered
