"""Reading what a browser uploads, with limits that hold before anything fills memory or disk.

A body that is refused is still read to its end, as far as patience goes: an answer before that would reach the person
as a broken connection and not as a page.
"""

import time

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import UnreadablePostError

from fund.casefiles import MAX_FILES, Sent
from fund.filetypes import MAX_FILE, MEGABYTE

MAX_BODY = 128 * MEGABYTE  # bytes that are taken apart; what is too big in them is thrown away, the rest is kept
PATIENCE = 20  # seconds to read what is refused
PIECE = 64 * 1024


class TooMuch(Exception):
    """More than a person hands in at once; nothing of it was kept."""


class Quota(TemporaryFileUploadHandler):
    """Writes each file to disk, but not more of it than a file may have, and not more files than a case may have."""

    number = 0

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.number += 1

    def receive_data_chunk(self, raw_data, start):
        if self.number <= 2 * MAX_FILES and start + len(raw_data) <= MAX_FILE:
            self.file.write(raw_data)

    def file_complete(self, file_size):
        file = super().file_complete(file_size)
        file.is_whole = self.number <= 2 * MAX_FILES and file_size <= MAX_FILE
        return file


def received(request, name):
    """[Sent] of the files posted under a name. Raises TooMuch, and UnreadablePostError where the sender has gone.

    Has to be called before anything else reads request.POST.
    """
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > MAX_BODY:
        drain(request)
        raise TooMuch
    request.upload_handlers = [Quota(request)]
    try:
        files = request.FILES.getlist(name)
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        drain(request)
        raise TooMuch from None
    return [Sent(file.name, file.content_type or "", reader(file)) for file in files]


def reader(file):
    """A function that gives the bytes of a file, None where they were more than is kept."""
    return lambda: file.read() if file.is_whole else None


def drain(request):
    """Read and forget the rest of a body."""
    end = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < end and request.read(PIECE):
            pass
    except UnreadablePostError:
        return
