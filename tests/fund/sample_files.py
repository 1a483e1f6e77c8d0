"""Small files made on the spot: sound ones of each kind, and each with one thing that is wrong with it."""

import io
import struct
import zipfile
import zlib

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, NumberObject, TextStringObject

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
ODT_MIME = "application/vnd.oasis.opendocument.text"
DOCX_MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MAIN = f'<Override PartName="/word/document.xml" ContentType="{DOCX_MIME}.main+xml"/>'


def picture(form="PNG", size=(40, 30), mode="RGB", color=None, **options):
    out = io.BytesIO()
    Image.new(mode, size, color or 0).save(out, form, **options)
    return out.getvalue()


def photo(text="Lindener Berg 5"):
    """A JPEG lying on its side, with a place, a comment and a profile in it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, text  # orientation, description
    exif.get_ifd(0x8825)[1] = "N"
    return picture("JPEG", exif=exif, comment=text.encode(), icc_profile=b"profile " + text.encode())


def moving(form):
    out = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue")]
    frames[0].save(out, form, save_all=True, append_images=frames[1:])
    return out.getvalue()


def huge_png(width=9000, height=9000):
    """A PNG of a few bytes that says it has 81 million pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )


def pdf(change=None):
    """A PDF of one page; change(writer) puts something into it."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def dictionary(**entries):
    """{/Name: value}; text values are names where they begin with a slash."""
    made = DictionaryObject()
    for name, value in entries.items():
        if isinstance(value, str):
            value = NameObject(value) if value.startswith("/") else TextStringObject(value)
        made[NameObject(f"/{name}")] = NumberObject(value) if isinstance(value, int) else value
    return made


def opening_with(**action):
    """A change: the PDF does this when it is opened."""

    def change(writer):
        writer.root_object[NameObject("/OpenAction")] = dictionary(**action)

    return change


def packed_objects(inner):
    """A PDF as newer programs write it: its object 4 stands in a packed stream, and so does the table of contents."""
    body, places = bytearray(b"%PDF-1.5\n"), {}

    def put(number, content):
        places[number] = len(body)
        body.extend(b"%d 0 obj\n" % number + content + b"\nendobj\n")

    def stream(entries, content):
        content = zlib.compress(content)
        return b"<<%s/Filter/FlateDecode/Length %d>>stream\n" % (entries, len(content)) + content + b"\nendstream"

    put(1, b"<</Type/Catalog/Pages 2 0 R>>")
    put(2, b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
    put(3, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>")
    put(5, stream(b"/Type/ObjStm/N 1/First 4", b"4 0 " + inner))
    start = len(body)
    rows = [struct.pack(">BHB", 0, 0, 0)]
    rows += [struct.pack(">BHB", 1, places[each], 0) if each in places else b"" for each in (1, 2, 3)]
    rows += [struct.pack(">BHB", 2, 5, 0), struct.pack(">BHB", 1, places[5], 0), struct.pack(">BHB", 1, start, 0)]
    put(6, stream(b"/Type/XRef/W[1 2 1]/Size 7/Root 1 0 R", b"".join(rows)))
    return bytes(body) + b"startxref\n%d\n%%%%EOF\n" % start


def packed(entries, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def docx(types=MAIN, body="<w:p/>", rels="", **more):
    """more: further entries by name, given as a dict under `entries`."""
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    return packed(
        {
            "[Content_Types].xml": f'<?xml version="1.0"?><Types xmlns="t">{types}</Types>',
            "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>",
            "word/_rels/document.xml.rels": f'<Relationships xmlns="r">{rels}</Relationships>',
        }
        | more.get("entries", {})
    )


def odt(body="", **more):
    spaces = 'xmlns:office="o" xmlns:text="t" xmlns:draw="d" xmlns:script="s" xmlns:xlink="x"'
    spaces += ' xmlns:xforms="http://www.w3.org/2002/xforms"'
    return packed(
        {
            "mimetype": ODT_MIME,
            "content.xml": f"<office:document-content {spaces}>{body}</office:document-content>",
            "META-INF/manifest.xml": more.get("manifest", '<m:manifest xmlns:m="m"/>'),
            "Configurations2/accelerator/current.xml": "",
        }
        | more.get("entries", {})
    )
