"""Do ODT and DOCX files hold anything but a document? They are ZIP files of XML; everything in them is looked at."""

import re
import zipfile
import zlib
from io import BytesIO
from pathlib import PurePosixPath
from xml.parsers import expat

from fund.refusals import ACTIVE, PASSWORD, UNREADABLE, Refusal, Unfit

ENTRIES = 2000
UNPACKED = 50 * 1024 * 1024  # bytes of all entries together
ELEMENTS = 500_000  # of all XML together; a long book has fewer
FIELD = 100_000  # signs of all field instructions together
RATIO, RATIO_FROM = 200, 4 * 1024 * 1024  # an entry above so many bytes packed more than so many times is a bomb
ODT_TYPE = b"application/vnd.oasis.opendocument.text"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
FAULTS = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, OSError, EOFError, ValueError, NotImplementedError, RuntimeError,
    LookupError,
)  # fmt: skip

# What begins like this inside is another archive, document or program: ZIP, OLE, EXE, ELF, RAR, 7z, PDF
FOREIGN = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF", b"Rar!", b"7z\xbc\xaf", b"%PDF")
FOREIGN_NAMES = re.compile(
    r"(^|/)(vbaproject|vbadata|activex|embeddings|basic|scripts|dialogs)([./]|$)"
    r"|\.(exe|dll|js|vbs|x?html?|mht|rtf|swf|bin)$",
    re.I,
)
BLANK = b"\xef\xbb\xbf \t\r\n"

XFORMS = "http://www.w3.org/2002/xforms"
ODT_ACTIVE = {"event-listener", "script", "object-ole", "plugin", "applet", "floating-frame", "sound", "dde-source"}
ODT_ACTIVE |= {"dde-connection", "dde-connection-decl", "dde-link"}
ELSEWHERE = re.compile(r"\s*([a-z][a-z0-9+.-]*:|//|\\)", re.I)  # an address with a scheme, or on another machine
PROGRAM = re.compile(r"\s*(macro|script|vnd\.sun\.star\.[a-z]+|service|slot):", re.I)
DOCX_PARTS = ("/aFChunk", "/oleObject", "/attachedToolbars", "/vbaProject", "/control", "/package")
DOCX_TYPES = re.compile(r"macroenabled|vbaproject|activex|oleobject", re.I)
FIELDS = re.compile(r"(?:^|[\s\"'>])(DDEAUTO|DDE|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|MACROBUTTON)\s", re.I)


def kind_of(data):
    """odt or docx, None for every other archive."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = set(archive.namelist())
            if "[Content_Types].xml" in names and "word/document.xml" in names:
                return "docx"
            if "mimetype" in names:
                with archive.open("mimetype") as entry:
                    return "odt" if entry.read(200).strip() == ODT_TYPE else None
    except FAULTS:
        return None
    return None


def check(data, kind):
    """Raises Unfit unless the archive is sound and the document in it is nothing but text and pictures."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            check_archive(archive, data)
            look = DocxLook() if kind == "docx" else OdtLook()
            for entry in archive.infolist():
                check_entry(archive, entry, look)
            look.finish()
    except FAULTS:
        raise Unfit(Refusal(UNREADABLE)) from None


def check_archive(archive, data):
    """Nothing before or behind; no path that leads out; no more inside than a document can need."""
    entries = archive.infolist()
    names = {entry.filename for entry in entries}
    if data[-22:-18] != b"PK\x05\x06" or len(entries) > ENTRIES or len(names) != len(entries):
        raise Unfit(Refusal(UNREADABLE))
    if any(leads_out(entry.orig_filename) for entry in entries) or sum(each.file_size for each in entries) > UNPACKED:
        raise Unfit(Refusal(UNREADABLE))
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise Unfit(Refusal(PASSWORD))
        bomb = entry.file_size > RATIO_FROM and entry.file_size > RATIO * entry.compress_size
        if bomb or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unfit(Refusal(UNREADABLE))


def leads_out(name):
    return name.startswith("/") or bool(re.search(r"[\\\x00:]", name)) or ".." in PurePosixPath(name).parts


def check_entry(archive, entry, look):
    if FOREIGN_NAMES.search(entry.filename):
        raise Unfit(Refusal(ACTIVE))
    content = archive.read(entry)  # at most as many bytes as the table names, and their checksum has to fit
    if content.startswith(FOREIGN):
        raise Unfit(Refusal(ACTIVE))
    named_xml = entry.filename.lower().endswith((".xml", ".rels", ".rdf"))
    if content and (named_xml or content.lstrip(BLANK).startswith(b"<")):
        look.read(content)


class Look:
    """Base of what is looked for in the XML of a document. No tree is built, and no entity is ever resolved."""

    left = ELEMENTS

    def read(self, content):
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True  # else every line end is a call of its own
        parser.StartDoctypeDeclHandler = self.refuse
        parser.EntityDeclHandler = self.refuse
        parser.StartElementHandler = self.start
        parser.CharacterDataHandler = self.text
        parser.EndElementHandler = self.end
        parser.Parse(content, True)

    def refuse(self, *args):
        raise Unfit(Refusal(ACTIVE))

    def start(self, name, attributes):
        """name and the names of attributes come with their namespace; prefixes are free, so only the rest counts."""
        self.left -= 1
        if self.left < 0:
            raise Unfit(Refusal(UNREADABLE))
        space, _blank, local = name.rpartition(" ")
        self.element(space, local, {key.rpartition(" ")[2]: value for key, value in attributes.items()})

    def element(self, space, local, attributes):
        raise NotImplementedError

    def text(self, text):
        """Only fields of DOCX say what they do in their text."""

    def end(self, name):
        """Only fields of DOCX need to know where they end."""

    def finish(self):
        """Raises Unfit where something is missing."""


class OdtLook(Look):
    def element(self, space, local, attributes):
        if local == "encryption-data":
            raise Unfit(Refusal(PASSWORD))
        address = attributes.get("href", "")
        # A link is a link; everything else that lies elsewhere is fetched without asking
        fetched = local != "a" and ELSEWHERE.match(address)
        if space == XFORMS or local in ODT_ACTIVE or fetched or PROGRAM.match(address):
            self.refuse()


class DocxLook(Look):
    def __init__(self):
        self.types = set()
        self.fields = []
        self.in_field = False
        self.signs = 0

    def element(self, space, local, attributes):
        kind = attributes.get("Type", "")
        if local == "Relationship":
            outside = attributes.get("TargetMode", "").strip().lower() == "external"
            if kind.endswith(DOCX_PARTS) or (outside and not kind.endswith("/hyperlink")):
                self.refuse()
        if local in ("Override", "Default"):
            self.types.add(attributes.get("ContentType", ""))
        if local == "script":
            self.refuse()
        self.in_field = local == "instrText"
        self.fields += [""] if self.in_field else []
        if "instr" in attributes:
            self.fields.append(attributes["instr"])

    def text(self, text):
        if self.in_field:
            self.signs += len(text)
            if self.signs > FIELD:
                raise Unfit(Refusal(UNREADABLE))
            self.fields[-1] += text

    def end(self, name):
        self.in_field = False

    def finish(self):
        # Word puts the pieces of a field together, wherever they were cut
        told = [*self.fields, "".join(self.fields)]
        if any(FIELDS.search(f"{each} ") for each in told) or any(DOCX_TYPES.search(each) for each in self.types):
            self.refuse()
        if DOCX_TYPE not in self.types:
            raise Unfit(Refusal(UNREADABLE))
