"""Does a PDF file hold anything that runs, opens or hides something? Reads it from standard input, prints one word.

Run as a script by fund/pdf_inside.py, in a process with limits of its own: a library that reads hostile files can be
led into loops and into memory. So this file imports nothing of ours.
"""

import io
import resource
import sys
import time

import pypdf
from pypdf.generic import IndirectObject

SECONDS, MEMORY = 10, 1024 * 1024 * 1024  # of this process: seconds of computing, bytes of address space
OBJECTS, DEPTH = 100_000, 60  # of one file: a scanned book has 20,000

KEYS = {"/JS", "/JavaScript", "/XFA", "/EF", "/EmbeddedFiles", "/RichMediaContent"}
ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/GoToE",
    "/Rendition",
    "/Movie",
    "/RichMediaExecute",
}
TYPES = {"/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D"}


def walk(data, deadline):
    """fine, active, password or unreadable. Every object that the file's tables name is seen once; references are not
    followed, so nothing can go in circles. deadline: on the monotonic clock, in seconds."""
    reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
    if "/Encrypt" in reader.trailer:
        return "password"
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > OBJECTS or "/Pages" not in reader.trailer["/Root"]:
        return "unreadable"
    for number, generation in sorted(numbers):
        if time.monotonic() > deadline:
            return "unreadable"
        if number and acts(reader.get_object(IndirectObject(number, generation, reader))):
            return "active"
    return "active" if acts(reader.trailer) else "fine"


def acts(item):
    """True where this object, or a dictionary in it, has an action, a program or a file."""
    waiting = [(item, 0)]
    while waiting:
        each, depth = waiting.pop()
        if depth > DEPTH:
            raise RecursionError
        if isinstance(each, dict):
            told = {value for name in ("/S", "/Type", "/Subtype") if isinstance(value := dict.get(each, name), str)}
            if KEYS & set(each) or told & (ACTIONS | TYPES):
                return True
            waiting += [(value, depth + 1) for value in dict.values(each)]
        elif isinstance(each, list):
            waiting += [(value, depth + 1) for value in list.__iter__(each)]
        elif depth == 0 and isinstance(each, str) and each in ACTIONS | TYPES:
            return True  # a name on its own is there to be pointed at, where a search would not look for it
    return False


def limit():
    for what, most in ((resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # macOS knows no limit of the address space
            continue


if __name__ == "__main__":
    limit()
    sys.stdout.write(walk(sys.stdin.buffer.read(), time.monotonic() + SECONDS))
