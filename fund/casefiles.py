"""Files of a case: added, removed, put back, erased; never more than a case may have, never one twice.

A content is written before the row that knows it commits, and deleted after the row that knew it has gone. Between the
two a crash leaves a content without a row, which `sweep` throws away a day later; never a row without its content.
"""

import hashlib
import logging
from dataclasses import dataclass, field
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from fund import filetypes, scanning, store
from fund.models import Application, CaseFile, Filing, Letter, RequestedSection, Revision
from fund.refusals import Refusal, Unfit
from fund.tasks import nudge
from wir.lib.workflow import Refused

logger = logging.getLogger("fund.files")

MAX_FILES, MAX_TOTAL = 10, 40 * filetypes.MEGABYTE  # of one case
KEPT_AFTER = timedelta(days=1)  # how long a removed file can be put back, and a content without a row is left alone

CLOSED = _("The files of this application cannot be changed now.")
NO_ROOM = _("There is no room for this file: at most %(count)d files, together at most %(megabytes)d MB.")
DOUBLE = _("You have already sent this file.")
INFECTED = _("This file has a virus. We have deleted it. Please send it without the virus.")


@dataclass(frozen=True)
class Sent:
    """One file as it came. name: not cleaned yet; declared: its content type; read: its bytes, None where it has more
    than a file may have."""

    name: str
    declared: str
    read: object


@dataclass
class Added:
    """What became of the files of one request. kept: rows; refused: [(shown name, sentence)]."""

    kept: list = field(default_factory=list)
    refused: list = field(default_factory=list)


# Adding ---------------------------------------------------------------------------------------------------------------


def add(application, sent, *, section, by, now):
    """Keep every file that is fit, and say of each other one why not. Raises Refused where the case is closed to files.

    Looking into the files and writing them takes its time, so it happens before the transaction.
    """
    check_open(application, section)
    added, fit = Added(), []
    for number, each in enumerate(sent, 1):
        name = filetypes.clean_name(each.name, number)
        try:
            fit.append((name, fitting(each)))
        except Unfit as unfit:
            added.refused.append((name, str(unfit.refusal)))
    written = [(name, one, store.write(one.data)) for name, one in fit]
    kept = set()
    try:
        with transaction.atomic():
            hold(application, section, now=now)
            added.kept = enter(application, written, added.refused, section=section, by=by, now=now)
            kept = {file.stored for file in added.kept}
    finally:
        for _name, _one, stored in written:
            if stored not in kept:
                store.delete(stored)
    scan_new(added, now=now)
    return added


def fitting(sent):
    """Raises Unfit."""
    data = sent.read()
    if data is None:
        raise Unfit(filetypes.too_big())
    return filetypes.examine(data, sent.name, sent.declared)


def enter(application, written, refused, *, section, by, now):
    """Rows for what was written, as far as there is room; the case is held, so nobody else adds at the same time."""
    there = list(application.files.kept().values_list("section", "digest", "size", "scan"))
    known = {digest: scan for place, digest, _size, scan in there if place == section}
    count, total = len(there), sum(size for *_rest, size, _scan in there)
    rows = []
    for name, one, stored in written:
        digest = hashlib.sha256(one.data).hexdigest()
        if digest in known:
            infected = known[digest] == CaseFile.Scan.INFECTED
            refused.append((name, str(INFECTED if infected else DOUBLE)))
        elif count >= MAX_FILES or total + len(one.data) > MAX_TOTAL:
            refused.append((name, str(no_room())))
        else:
            count, total, known[digest] = count + 1, total + len(one.data), ""
            rows.append(
                CaseFile(
                    application=application,
                    section=section,
                    name=name,
                    kind=one.kind,
                    size=len(one.data),
                    digest=digest,
                    stored=stored,
                    scan=scanning.first_state(),
                    saved_at=now,
                    helper=by.helper,
                    user=by.user,
                )
            )
    return CaseFile.objects.bulk_create(rows)


def no_room():
    return Refusal(NO_ROOM, {"count": MAX_FILES, "megabytes": MAX_TOTAL // filetypes.MEGABYTE})


def scan_new(added, *, now):
    """After the rows are there, so that nothing is lost if the scanner hangs: then the worker asks again."""
    if not scanning.scan_at_once(added.kept, now=now):
        nudge()
    for file in added.kept:
        if file.scan == CaseFile.Scan.INFECTED:
            added.refused.append((file.name, str(INFECTED)))
    added.kept = [file for file in added.kept if file.scan != CaseFile.Scan.INFECTED]


# May files change? ----------------------------------------------------------------------------------------------------


def asked_for(application, section):
    """What staff have asked for in this section and is not answered yet."""
    return RequestedSection.objects.filter(
        request__application=application,
        request__answered_at__isnull=True,
        request__closed_at__isnull=True,
        section=section,
    )


def is_open(application, section):
    """In a draft always; later only where staff have asked for this section."""
    if application.state == Application.State.INFO_REQUESTED:
        return asked_for(application, section).exists()
    return application.state == Application.State.DRAFT


def check_open(application, section):
    """Raises Refused."""
    if not is_open(application, section):
        raise Refused([str(CLOSED)])


def hold(application, section, *, now):
    """The first statement of a transaction that changes files: waits for whoever moves the case or writes into it, and
    raises Refused where the case has moved on since `application` was read."""
    held = Application.objects.filter(pk=application.pk, state=application.state)
    if not application.is_writable or not held.update(written=F("written") + 1, saved_at=now, warned=0):
        raise Refused([str(CLOSED)])
    if application.state == Application.State.INFO_REQUESTED:
        if not asked_for(application, section).update(touched_at=now, unchanged=False):
            raise Refused([str(CLOSED)])


# Removing -------------------------------------------------------------------------------------------------------------


def remove(application, pk, *, section, now):
    """Take a file out of the case; returns it, None where there is none. Until the next one is removed, or for a day,
    it can be put back; a content that belongs to what was handed in stays with that."""
    with transaction.atomic():
        hold(application, section, now=now)
        file = application.files.kept().filter(pk=pk, section=section).first()
        if file is None:
            return None
        throw_away(list(application.files.filter(removed_at__isnull=False)))
        file.removed_at = now
        file.save(update_fields=["removed_at"])
        if file.scan == CaseFile.Scan.INFECTED:  # there is nothing to put back
            throw_away([file])
    return file


def restore(application, pk, *, section, now):
    """Put back what was removed. Raises Refused where meanwhile there is no room, or the file has been sent again."""
    with transaction.atomic():
        hold(application, section, now=now)
        file = application.files.filter(pk=pk, section=section, removed_at__isnull=False).first()
        if file is None:
            return None
        there = list(application.files.kept().values_list("section", "digest", "size"))
        if (section, file.digest) in {each[:2] for each in there}:
            raise Refused([str(DOUBLE)])
        if len(there) >= MAX_FILES or sum(each[2] for each in there) + file.size > MAX_TOTAL:
            raise Refused([str(no_room())])
        file.removed_at = None
        file.save(update_fields=["removed_at"])
    return file


def frozen(applications):
    """Numbers of the files that belong to something handed in: these cases' revisions name them for good."""
    revisions = Revision.objects.filter(application__in=applications)
    return {pk for files in revisions.values_list("files", flat=True) for pk, *_rest in files}


def throw_away(files):
    """Rows and, once they are gone for good, contents; what was handed in stays. Returns how many went."""
    kept = frozen({file.application_id for file in files}) if files else set()
    gone = [file for file in files if file.pk not in kept]
    CaseFile.objects.filter(pk__in=[file.pk for file in gone]).delete()
    delete_after_commit(gone)
    return len(gone)


def delete_after_commit(files):
    for file in files:
        transaction.on_commit(lambda stored=file.stored: store.delete(stored), robust=True)


def erase_all(application, *, now):
    """Everything, also what was handed in: the case is erased."""
    files = list(application.files.all())
    application.files.all().delete()
    delete_after_commit(files)


# Asking ---------------------------------------------------------------------------------------------------------------


def unfinished(application):
    """Files that nobody can open: those that wait for the scanner, and those it has found something in."""
    return [file for file in application.files.kept() if not file.is_safe]


def handed_in(application):
    """What staff may open: the files of every version that was handed in, newest rows last."""
    return application.files.filter(pk__in=frozen([application.pk]))


def content(file):
    """The open content. Raises FileNotFoundError where it is gone, which is a fault and is logged without a name."""
    try:
        return store.read(file.stored)
    except FileNotFoundError:
        logger.error("file %s: its content is not in the store", file.pk)
        raise


# Sweeping -------------------------------------------------------------------------------------------------------------


def sweep(now):
    """Once a day: contents that no row knows, files removed more than a day ago, and a nudge where some wait for the
    scanner. Returns how many contents and files went."""
    swept = 0
    with transaction.atomic():
        swept += throw_away(list(CaseFile.objects.filter(removed_at__lt=now - KEPT_AFTER)))
    old = list(store.older_than(now - KEPT_AFTER))
    for start in range(0, len(old), 500):  # few enough for one statement on both databases
        names = old[start : start + 500]
        known = set(CaseFile.objects.filter(stored__in=names).values_list("stored", flat=True))
        known |= set(Filing.objects.filter(stored__in=names).values_list("stored", flat=True))
        known |= set(Letter.objects.filter(stored__in=names).values_list("stored", flat=True))
        orphans = [name for name in names if name not in known]
        for name in orphans:
            store.delete(name)
        swept += len(orphans)
    if settings.CLAMD_URL and scanning.waiting().exists():
        nudge()
    return swept
