"""Every rule of what a file may be, with a file that breaks it and nothing else."""

import io
import time
import zipfile

import pytest
from PIL import Image, ImageFile
from pypdf.generic import ArrayObject, NameObject, NumberObject, TextStringObject

from fund import filetypes, office_inside, pdf_inside, pdf_walk, pictures
from fund.filetypes import clean_name, examine
from fund.refusals import ACTIVE, PASSWORD, UNREADABLE, Unfit
from tests.fund.sample_files import (
    DOCX_MIME,
    EICAR,
    MAIN,
    ODT_MIME,
    dictionary,
    docx,
    huge_png,
    moving,
    odt,
    opening_with,
    packed,
    packed_objects,
    pdf,
    photo,
    picture,
)

OFFICE = {"docx": DOCX_MIME, "odt": ODT_MIME}
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100


def reason(data, name="a.pdf", declared=""):
    """The sentence a file is refused with, None where it is taken."""
    try:
        examine(data, name, declared)
    except Unfit as unfit:
        return unfit.refusal.text
    return None


# Kinds ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "name", "declared", "kind"),
    [
        (pdf, "Angebot.PDF", "application/pdf", "pdf"),
        (picture, "plan.png", "image/png", "png"),
        (lambda: picture("JPEG"), "foto.jpg", "image/jpeg", "jpeg"),
        (lambda: picture("JPEG"), "foto.jfif", "image/pjpeg", "jpeg"),
        (lambda: picture("JPEG", mode="CMYK"), "druck.jpeg", "image/jpeg", "jpeg"),
        (lambda: picture("WEBP"), "bild.webp", "image/webp", "webp"),
        (docx, "Konzept.docx", DOCX_MIME, "docx"),
        (odt, "Konzept.odt", ODT_MIME, "odt"),
        (pdf, "altes-handy.pdf", "application/octet-stream", "pdf"),
        (pdf, "ohne-angabe.pdf", "", "pdf"),
    ],
)
def test_a_sound_file_of_each_kind_is_taken(make, name, declared, kind):
    assert examine(make(), name, declared).kind == kind


@pytest.mark.parametrize(
    ("name", "declared"),
    [("a.png", "application/pdf"), ("a.pdf", "image/png"), ("a", "application/pdf"), ("a.pdf.exe", "application/pdf")]
    + [("a.pdf", "text/html"), ("a.docx", ""), ("a.PDF.", "image/svg+xml")],
)
def test_content_ending_and_declared_type_have_to_agree(name, declared):
    assert reason(pdf(), name, declared) == filetypes.WRONG_NAME


@pytest.mark.parametrize(
    "data",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><script>alert(1)</script>",
        b"MZ\x90\0" + b"\0" * 200,
        b"GIF89a" + b"\0" * 30,
        EICAR,
        b"a text",
        packed({"a.txt": "x"}),
        b" " + pdf(),
        b"<html>" + pdf(),
        b"PK\x03\x04" + pdf(),
        b"\0",
    ],
)
def test_every_other_kind_is_refused_whatever_it_is_called(data):
    assert {reason(data, name) for name in ("a.pdf", "a.png", "a.docx", "a.jpg")} == {filetypes.WRONG_KIND}


def test_empty_and_big_files_and_heic_are_told_apart():
    told = [reason(b""), reason(b"%PDF-1.4" + b" " * filetypes.MAX_FILE), reason(HEIC, "IMG_1.HEIC", "image/heic")]

    assert told == [filetypes.EMPTY, filetypes.TOO_BIG, filetypes.NO_HEIC]


def test_the_sentence_about_size_names_the_limit():
    with pytest.raises(Unfit, match="höchstens 10 MB"):
        examine(b"x" * (filetypes.MAX_FILE + 1), "a.pdf", "")


# Pictures -------------------------------------------------------------------------------------------------------------


def test_a_photo_is_turned_upright_and_loses_everything_but_its_pixels():
    data = photo("Lindener Berg 5")
    assert data.count(b"Lindener Berg 5") == 3

    out = examine(data, "a.jpg", "image/jpeg").data

    drawn = Image.open(io.BytesIO(out))
    assert drawn.size == (30, 40)
    assert (b"Lindener" in out, b"Exif" in out, b"ICC_PROFILE" in out, dict(drawn.getexif())) == (
        False,
        False,
        False,
        {},
    )


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_metadata_of_other_formats_is_gone_too(form):
    exif = Image.Exif()
    exif[0x010E] = "Lindener Berg"
    data = picture(
        form, exif=exif, icc_profile=b"Lindener profile", **({"xmp": b"Lindener xmp"} if form == "WEBP" else {})
    )
    assert b"Lindener Berg" in data

    out = examine(data, f"a.{form.lower()}", "").data

    assert b"Lindener" not in out and Image.open(io.BytesIO(out)).info.get("icc_profile") is None


@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_what_hangs_behind_the_end_of_a_picture_vanishes(form):
    hidden = b"PK\x03\x04 hidden archive <script>alert(1)</script>"

    out = examine(picture(form) + hidden, f"a.{form.lower()}", "").data

    assert (b"hidden" in out, b"<script>" in out) == (False, False)


@pytest.mark.parametrize(("mode", "kept"), [("P", "P"), ("RGBA", "RGBA"), ("LA", "LA"), ("1", "1"), ("I;16", "L")])
def test_palettes_and_transparency_of_png_survive(mode, kept):
    out = examine(picture(mode=mode), "a.png", "").data

    assert Image.open(io.BytesIO(out)).mode == kept


def test_a_transparent_colour_stays_transparent():
    out = examine(picture(mode="P", transparency=0), "a.png", "").data

    assert Image.open(io.BytesIO(out)).convert("RGBA").getpixel((0, 0))[3] == 0


def test_a_second_picture_behind_a_camera_photo_is_dropped():
    out = io.BytesIO()
    frames = [Image.new("RGB", size, "red") for size in ((40, 30), (8, 6))]
    frames[0].save(out, "MPO", save_all=True, append_images=frames[1:])

    drawn = Image.open(io.BytesIO(examine(out.getvalue(), "a.jpg", "image/jpeg").data))

    assert (drawn.format, drawn.size) == ("JPEG", (40, 30))


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_moving_pictures_are_refused(form):
    assert reason(moving(form), f"a.{form.lower()}") == pictures.MOVING


def test_a_bomb_of_pixels_is_refused_before_it_is_unpacked():
    assert [reason(huge_png(*size), "a.png") for size in ((9000, 9000), (60000, 60000), (8000, 5001))] == [
        pictures.TOO_LARGE
    ] * 3


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_that_breaks_off_is_refused_also_after_a_pdf_was_drawn(form, monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    whole = picture(form, size=(300, 300), color=(1, 2, 3))

    assert reason(whole[: len(whole) * 2 // 3], f"a.{form.lower()}") == pictures.DAMAGED


# PDF ------------------------------------------------------------------------------------------------------------------


def javascript_name_tree(writer):
    action = dictionary(S="/JavaScript", JS="app.alert(1)")
    names = dictionary(Names=ArrayObject([TextStringObject("a"), action]))
    writer.root_object[NameObject("/Names")] = dictionary(JavaScript=names)


def attached(writer):
    writer.add_attachment("a.txt", b"hello")


def xfa(writer):
    writer.root_object[NameObject("/AcroForm")] = dictionary(XFA="x")


def deep_in_a_page(writer):
    action = writer._add_object(dictionary(S="/URI", URI="x", Next=ArrayObject([dictionary(S="/Launch", F="x")])))
    writer.pages[0][NameObject("/AA")] = dictionary(O=action)


def name_of_its_own(writer):
    name = writer._add_object(NameObject("/Launch"))
    writer.root_object[NameObject("/OpenAction")] = dictionary(S=name, F="x")


@pytest.mark.parametrize(
    "change",
    [
        opening_with(S="/JavaScript", JS="app.alert(1)"),
        opening_with(S="/Launch", F="cmd.exe"),
        opening_with(S="/SubmitForm", F="x"),
        opening_with(S="/GoToE"),
        opening_with(S="/Rendition", JS="x"),
        javascript_name_tree,
        attached,
        xfa,
        deep_in_a_page,
        name_of_its_own,
        lambda writer: writer.add_annotation(0, dictionary(Type="/Annot", Subtype="/RichMedia", Rect=ArrayObject())),
    ],
)
def test_a_pdf_that_acts_is_refused(change):
    data = pdf(change)

    # Also where the plain words are packed and only the walk can see them
    assert (reason(data), pdf_walk.walk(data, time.monotonic() + 5)) == (ACTIVE, "active")


def test_a_pdf_with_links_and_an_opening_page_is_taken():
    def change(writer):
        writer.root_object[NameObject("/OpenAction")] = ArrayObject(
            [writer.pages[0].indirect_reference, NameObject("/Fit")]
        )
        writer.add_metadata({"/Title": "JavaScript im Unterricht"})
        writer.pages[0][NameObject("/Annots")] = ArrayObject(
            [dictionary(Type="/Annot", Subtype="/Link", A=dictionary(S="/URI", URI="https://example.org"))]
        )

    assert reason(pdf(change)) is None


def test_a_name_written_in_codes_is_read_all_the_same():
    data = pdf(opening_with(S="/JavaScript", JS="app.alert(1)"))
    coded = data.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/J#53")

    assert pdf_inside.looks(coded) == "fine"
    assert reason(coded) == ACTIVE


def test_a_script_packed_into_a_stream_of_objects_is_found():
    harmless, script = b"<</A 1>>", b"<</S/JavaScript/JS(app.alert\\(1\\))>>"

    told = [pdf_inside.looks(packed_objects(inner)) for inner in (harmless, script)]

    assert told == ["fine", "fine"]
    assert [reason(packed_objects(harmless)), reason(packed_objects(script))] == [None, ACTIVE]


def test_a_script_in_an_object_that_no_page_names_is_found():
    assert reason(pdf(lambda writer: writer._add_object(dictionary(S="/JavaScript", JS="x")))) == ACTIVE


def test_a_pdf_with_a_password_is_refused():
    assert reason(pdf(lambda writer: writer.encrypt("geheim", algorithm="RC4-128"))) == PASSWORD


@pytest.mark.parametrize(
    "data",
    [
        b"%PDF-1.4\n<script>alert(1)</script>\n%%EOF",
        b"%PDF-1.4\nnothing\n%%EOF",
        b"%PDF-1.4\n" + b"<</A " * 5000 + b"%%EOF",
        pdf()[:-200],
        pdf() + packed({"a.txt": "x"}),
        pdf() + b"x" * 2000,
        pdf().replace(b"%\xe2\xe3", b"%<html>\n%\xe2\xe3", 1),
    ],
)
def test_a_broken_or_double_pdf_is_refused_with_the_advice_to_save_it_again(data):
    assert reason(data) == UNREADABLE


def test_references_in_a_circle_end():
    def change(writer):
        first = writer._add_object(dictionary())
        first.get_object()[NameObject("/Next")] = writer._add_object(dictionary(Next=first))
        writer.root_object[NameObject("/Circle")] = first

    assert reason(pdf(change)) is None


def test_a_walk_without_end_is_ended(monkeypatch, tmp_path):
    script = tmp_path / "endless.py"
    script.write_text("import sys\nsys.stdin.buffer.read()\nwhile True: pass")
    monkeypatch.setattr(pdf_inside, "WALK", script)
    monkeypatch.setattr(pdf_inside, "SECONDS", 0.5)

    assert reason(pdf()) == UNREADABLE


def test_the_walk_ends_at_its_limits_of_objects_and_time(monkeypatch):
    data = pdf(lambda writer: [writer._add_object(NumberObject(1)) for _ in range(50)])
    late = pdf_walk.walk(data, time.monotonic() - 1)
    monkeypatch.setattr(pdf_walk, "OBJECTS", 20)

    assert (late, pdf_walk.walk(data, time.monotonic() + 5)) == ("unreadable", "unreadable")


# Office ---------------------------------------------------------------------------------------------------------------


def relation(kind, target="https://example.org/x", mode=' TargetMode="External"'):
    return f'<Relationship Id="r1" Type="http://schemas/{kind}" Target="{target}"{mode}/>'


def field(*parts):
    return "<w:p>" + "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in parts) + "</w:p>"


@pytest.mark.parametrize(
    "data",
    [
        docx(entries={"word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
        docx(entries={"word/other.dat": b"\xd0\xcf\x11\xe0\xa1"}),
        docx(
            types=MAIN.replace("wordprocessingml.document.main", "x")
            + '<Default ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
        ),
        docx(rels=relation("attachedTemplate")),
        docx(rels=relation("attachedTemplate").replace("External", "&#69;xternal")),
        docx(rels=relation("image")),
        docx(rels=relation("aFChunk", "x.dat", "")),
        docx(rels=relation("oleObject", "x.dat", "")),
        docx(entries={"word/embeddings/a.xlsx": packed({"a": "b"})}),
        docx(entries={"word/media/image1.png": packed({"a": "b"})}),
        docx(entries={"word/media/a.dat": b"MZ\x90"}),
        docx(entries={"word/x.html": "<p/>"}),
        docx(body=field(" DDEAUTO c:\\\\x ")),
        docx(body=field(" DDEAU", "TO c:\\\\x ")),
        docx(body='<w:fldSimple w:instr="INCLUDEPICTURE &quot;http://x&quot;"/>'),
        docx(entries={"word/extra.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        docx(entries={"word/extra.xml": '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a><a/>'.encode("utf-16")}),
    ],
)
def test_a_docx_that_acts_or_fetches_is_refused(data):
    assert reason(data, "a.docx") == ACTIVE


@pytest.mark.parametrize(
    "data",
    [
        odt('<script:event-listener xlink:href="x"/>'),
        odt("<office:scripts><office:script/></office:scripts>"),
        odt('<draw:object-ole xlink:href="Object 1"/>'),
        odt('<draw:image xlink:href="https://example.org/a.png"/>'),
        odt('<draw:image xlink:href="&#104;ttp://example.org/a.png"/>'),
        odt('<draw:image xlink:href="//example.org/a.png"/>'),
        odt('<text:section-source xlink:href="file:///etc/passwd"/>'),
        odt('<text:a xlink:href="vnd.sun.star.script:a"/>'),
        odt("<xforms:model/>"),
        odt(entries={"Basic/Standard/Module1.xml": "<a/>"}),
        odt(entries={"Scripts/python/a.py": "import os"}),
        odt(entries={"meta.xml": '<m:t xmlns:m="m" xmlns:xlink="x" xlink:href="http://example.org/a.ott"/>'}),
        odt(entries={"Object 1": packed({"a": "b"})}),
    ],
)
def test_an_odt_that_acts_or_fetches_is_refused(data):
    assert reason(data, "a.odt") == ACTIVE


def test_ordinary_links_fields_and_pictures_are_taken():
    ordinary_docx = docx(
        body=field(" PAGE ") + field(' HYPERLINK "https://example.org/link/dde" '),
        rels=relation("hyperlink") + relation("image", "media/image1.png", ""),
        entries={"word/media/image1.png": picture()},
    )
    ordinary_odt = odt(
        '<office:scripts/><text:a xlink:href="https://example.org">x</text:a><draw:image xlink:href="Pictures/a.png"/>',
        entries={"Pictures/a.png": picture(), "meta.xml": '<m:t xmlns:m="m" xmlns:x="x" x:href="../a.ott"/>'},
    )

    assert [reason(ordinary_docx, "a.docx"), reason(ordinary_odt, "a.odt")] == [None, None]


def encrypted_zip():
    data = bytearray(docx())
    at = data.find(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (odt(manifest='<m:manifest xmlns:m="m"><m:encryption-data/></m:manifest>'), "a.odt"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.docx"),
        (encrypted_zip(), "a.docx"),
    ],
)
def test_office_files_with_a_password_are_refused(data, name):
    assert reason(data, name) == PASSWORD


def twice():
    out = io.BytesIO(docx())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("word/document.xml", "<other/>")
    return out.getvalue()


@pytest.mark.parametrize(
    "make",
    [
        lambda: docx(entries={"word/media/a.dat": b"\0" * 20_000_000}),
        lambda: docx(entries={f"word/media/{number}.dat": bytes([number]) * 3_900_000 for number in range(14)}),
        lambda: docx(entries={f"word/{number}.xml": "<a/>" for number in range(office_inside.ENTRIES)}),
        lambda: docx(entries={"../../etc/cron.d/x": "x"}),
        lambda: docx(entries={"/etc/x": "x"}),
        lambda: docx(entries={"word\\..\\x": "x"}),
        lambda: docx(entries={"C:x": "x"}),
        lambda: docx() + b"behind",
        lambda: docx(types=""),
        lambda: docx(body="<w:p>"),
        twice,
    ],
)
def test_bombs_paths_and_broken_archives_are_refused(make):
    assert reason(make(), "a.docx") == UNREADABLE


# Names ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Angebot.pdf", "Angebot.pdf"),
        ("Pla\u0308ne.PDF", "Pläne.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\Anna\\plan.pdf", "plan.pdf"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ("con.pdf", "_con.pdf"),
        ("lpt1.x.pdf", "_lpt1.x.pdf"),
        (".pdf", "Datei-3.pdf"),
        ("\u202e\u200f.pdf", "Datei-3.pdf"),
        ("", "Datei-3"),
        ("..", "Datei-3"),
        ('a<b>"c|d?.pdf', "a-b--c-d-.pdf"),
        ("می\u200cخواهم.pdf", "می\u200cخواهم.pdf"),
        (" a .pdf. ", "a.pdf"),
        ("x" * 400 + ".docx", "x" * 95 + ".docx"),
        ("a." + "x" * 400, "a." + "x" * 98),
    ],
)
def test_names_are_cleaned_and_cut(name, clean):
    assert clean_name(name, 3) == clean


@pytest.mark.parametrize("body", ["<w:instrText>" + "\n" * 3_900_000 + "</w:instrText>", "<a/>" * 950_000])
def test_a_small_document_that_takes_minutes_to_read_is_refused_in_seconds(body):
    data = docx(body)
    begin = time.process_time()

    told = reason(data, "a.docx")

    assert len(data) < 100_000
    assert told == UNREADABLE
    assert time.process_time() - begin < 5
