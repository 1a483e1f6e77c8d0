"""Which files people may hand in, decided by content, ending and declared type together.

Pure: bytes in, bytes out; no model, no disk. Whatever is not plainly one of six kinds is refused with a sentence that
says what to do. Pictures are drawn anew, so that nothing but their pixels stays (fund/pictures.py); in PDF and Office
files we look for what runs by itself (fund/pdf_inside.py, fund/office_inside.py), and keep them as they are.
"""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from fund import office_inside, pdf_inside, pictures
from fund.refusals import Refusal, Unfit

MEGABYTE = 1024 * 1024
MAX_FILE = 10 * MEGABYTE  # bytes of one file, as sent and as stored
MAX_NAME, MAX_ENDING = 100, 10  # signs of a shown name, its ending included

PDF, PNG, JPEG, WEBP, ODT, DOCX = "pdf", "png", "jpeg", "webp", "odt", "docx"
ENDINGS = {"pdf": PDF, "png": PNG, "jpg": JPEG, "jpeg": JPEG, "jfif": JPEG, "webp": WEBP, "odt": ODT, "docx": DOCX}
# What a file of a kind is served as, whatever somebody declared it to be
SERVED_AS = {
    PDF: "application/pdf",
    PNG: "image/png",
    JPEG: "image/jpeg",
    WEBP: "image/webp",
    ODT: "application/vnd.oasis.opendocument.text",
    DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
DECLARED = {
    PDF: {"application/pdf", "application/x-pdf"},
    PNG: {"image/png", "image/x-png"},
    JPEG: {"image/jpeg", "image/jpg", "image/pjpeg"},
    WEBP: {"image/webp"},
    ODT: {SERVED_AS[ODT], "application/x-vnd.oasis.opendocument.text"},
    DOCX: {SERVED_AS[DOCX]},
}
UNSAID = {"", "application/octet-stream"}  # old phones know no better; content and ending still have to agree
# For the picker of the browser. Without image/heic in it, newer iPhones hand over a JPEG by themselves.
ACCEPT = ",".join([*(f".{ending}" for ending in ENDINGS), *SERVED_AS.values()])

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")

EMPTY = _("This file is empty.")
TOO_BIG = _("This file is too big. A file may have at most %(megabytes)d MB.")
WRONG_KIND = _("We cannot take this kind of file. Please send PDF, JPEG, PNG, WebP, ODT or DOCX.")
WRONG_NAME = _("The ending of the name does not fit what is in the file. Please save it again and keep its ending.")
NO_HEIC = _(
    "Many devices cannot open HEIC pictures. Please set the camera of your phone to “most compatible” (JPEG), "
    "or make a screenshot of the picture and send that."
)


@dataclass(frozen=True)
class Fit:
    """A file as it may be kept. kind: one of the six; data: what to store, pictures drawn anew."""

    kind: str
    data: bytes


def examine(data, name, declared):
    """What may be kept of one file. Raises Unfit with the sentence for the person who sent it.

    data: the whole content; name: as it came; declared: the content type the browser gave, parameters cut.
    """
    if not data:
        raise Unfit(Refusal(EMPTY))
    if len(data) > MAX_FILE:
        raise Unfit(too_big())
    kind = kind_of(data, name)
    if ENDINGS.get(ending_of(name)) != kind or declared.strip().lower() not in DECLARED[kind] | UNSAID:
        raise Unfit(Refusal(WRONG_NAME))
    if kind in pictures.FORMATS:
        data = pictures.redraw(data, pictures.FORMATS[kind])
        if len(data) > MAX_FILE:
            raise Unfit(too_big())
    elif kind == PDF:
        pdf_inside.check(data)
    else:
        office_inside.check(data, kind)
    return Fit(kind, data)


def too_big():
    return Refusal(TOO_BIG, {"megabytes": MAX_FILE // MEGABYTE})


def kind_of(data, name):
    """The kind that the first bytes say, at byte 0 and nowhere else; raises Unfit where it is none of ours."""
    if data.startswith((b"%PDF-1.", b"%PDF-2.")):
        return PDF
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if data.startswith(ZIP):
        kind = office_inside.kind_of(data)
        if kind:
            return kind
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        raise Unfit(Refusal(NO_HEIC))
    if data.startswith(OLE) and ending_of(name) == DOCX:  # Word puts a document with a password into such a box
        raise Unfit(Refusal(office_inside.PASSWORD))
    raise Unfit(Refusal(WRONG_KIND))


# Names ----------------------------------------------------------------------------------------------------------------

JOINERS = "\u200c\u200d"  # Persian words are written with them
RESERVED = re.compile(r"(?i)(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")


def visible(text):
    """In one Unicode form, on one line, without signs that turn the direction, control something or show nothing."""
    signs = (" " if unicodedata.category(each) in ("Zs", "Zl", "Zp") or each in "\t\r\n" else each for each in text)
    kept = (each for each in signs if each in JOINERS or not unicodedata.category(each).startswith("C"))
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def split_name(name):
    """(stem, ending in small letters without the dot) of a name as it came, path parts cut off."""
    last = re.split(r"[/\\]", visible(name))[-1].rstrip(". ")
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending) > MAX_ENDING:
        return last, ""
    return stem, ending.lower()


def ending_of(name):
    return split_name(name)[1]


def clean_name(name, number):
    """The name as it is shown and given to a download; "Datei-<number>" where nothing readable is left of it."""
    stem, ending = split_name(name)
    stem = re.sub(r'[<>:"|?*%;]', "-", stem).strip(". ")
    if RESERVED.fullmatch(stem):  # Windows keeps such names for devices
        stem = f"_{stem}"
    stem = stem or f"Datei-{number}"
    ending = f".{ending}" if ending else ""
    return stem[: MAX_NAME - len(ending)].rstrip(". ") + ending
