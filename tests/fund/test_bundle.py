"""A case as one file for the records: what is in it, under which names, and what can never be in it."""

import builtins
import csv
import io
import json
import zipfile

import pytest
from django.urls import reverse
from pypdf import PdfReader

from fund import access, bundle, drawing, handling, store
from fund.models import AccessKey, CaseFile, CaseNote, RefusalReason
from fund.workflow import perform
from tests.fund.factories import NOON, create_application, create_draft, fresh, refuse, submit, take, team

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept_files(settings, tmp_path):
    settings.FILE_STORE, settings.CLAMD_URL = tmp_path, ""


def unpacked(application):
    """{name without the folder: bytes} of the bundle."""
    name, content = bundle.build(application, now=NOON)
    with content, zipfile.ZipFile(content) as archive:
        found = {each.partition("/")[2]: archive.read(each) for each in archive.namelist()}
    assert name == f"{application.reference}.zip"
    return found


def attach(application, name, scan=CaseFile.Scan.UNSCANNED, content=b"%PDF-1.4 Probe"):
    return CaseFile.objects.create(
        application=application,
        section="unterlagen",
        name=name,
        kind="pdf",
        size=len(content),
        digest=name,
        stored=store.write(content),
        scan=scan,
        saved_at=NOON,
    )


def with_files(*files):
    """A case that was handed in with these files."""
    application, _secret = create_draft()
    for name, scan in files:
        attach(application, name, scan)
    return submit(application)


def without_pango(monkeypatch):
    really = builtins.__import__

    def fails(name, *args, **kwargs):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return really(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", fails)


def test_a_bundle_holds_pages_data_and_history():
    application, _secret = create_application()

    assert sorted(unpacked(application)) == ["antrag.pdf", "daten.json", "verlauf.csv"]


def test_the_pdf_is_tagged_german_and_readable():
    application, _secret = create_application()

    pdf = PdfReader(io.BytesIO(unpacked(application)["antrag.pdf"]))

    text = "\n".join(page.extract_text() for page in pdf.pages).replace("\xa0", " ")
    assert pdf.trailer["/Root"]["/Lang"] == "de"
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in pdf.trailer["/Root"]["/Metadata"].get_data()
    assert pdf.metadata.title == f"Antrag {application.reference}"
    for part in (application.reference, application.revision.title, "1.200 €", "Verlauf"):
        assert part in text


def test_without_pango_the_pages_come_as_html_and_a_line_says_why(monkeypatch):
    application, _secret = create_application()
    without_pango(monkeypatch)

    found = unpacked(application)

    assert sorted(found) == ["HINWEIS.txt", "antrag.html", "daten.json", "verlauf.csv"]
    assert found["HINWEIS.txt"].decode() == f"{bundle.NO_PDF}\n"
    assert '<html lang="de" dir="ltr">' in found["antrag.html"].decode()


def test_what_is_typed_from_right_to_left_stays_so_and_says_its_language(monkeypatch):
    application, _secret = create_application(language="ar", plan="نطبخ معا كل شهر.")
    without_pango(monkeypatch)

    pages = unpacked(application)["antrag.html"].decode()

    assert '<p class="typed" dir="rtl" lang="ar">نطبخ معا كل شهر.</p>' in pages
    assert '<p class="typed" dir="ltr">Gemeinsam kochen in Linden</p>' in pages


def test_markup_in_an_answer_stays_text(monkeypatch):
    application, _secret = create_application(plan='<img src="https://example.org/x.png"><script>alert(1)</script>')
    without_pango(monkeypatch)

    pages = unpacked(application)["antrag.html"].decode()

    assert ("<script" in pages, "<img" in pages, "&lt;script&gt;" in pages) == (False, False, True)


def test_the_pdf_fetches_nothing():
    with pytest.raises(ValueError, match="loads nothing"):
        drawing.nothing("https://example.org/x.png")


def test_attachments_come_under_clean_names():
    application = with_files(("Plan/..\\..\\a:b?.pdf", CaseFile.Scan.CLEAN), ("خطة.pdf", CaseFile.Scan.CLEAN))

    found = unpacked(application)

    files = {name: content for name, content in found.items() if name.startswith("unterlagen/")}
    assert files == {
        "unterlagen/01-Plan_.._.._a_b_.pdf": b"%PDF-1.4 Probe",
        "unterlagen/02-خطة.pdf": b"%PDF-1.4 Probe",
    }


def test_a_file_that_nobody_may_open_is_left_out_and_named():
    application = with_files(("gut.pdf", CaseFile.Scan.CLEAN), ("wartet.pdf", CaseFile.Scan.PENDING))

    found = unpacked(application)

    assert [name for name in found if name.startswith("unterlagen/")] == ["unterlagen/01-gut.pdf"]
    assert found["HINWEIS.txt"].decode() == "Nicht beigelegt: 02-wartet.pdf (wartet auf den Virenscanner)\n"


def test_a_file_that_was_not_handed_in_is_not_in_it():
    application = with_files(("gut.pdf", CaseFile.Scan.CLEAN))
    attach(application, "spaeter.pdf", CaseFile.Scan.CLEAN, b"%PDF-1.4 Noch nicht eingereicht")

    found = unpacked(application)

    assert [name for name in found if name.startswith("unterlagen/")] == ["unterlagen/01-gut.pdf"]
    assert "spaeter" not in found["daten.json"].decode()


def test_a_missing_content_is_told_and_the_rest_still_comes():
    application = with_files(("weg.pdf", CaseFile.Scan.CLEAN))
    store.delete(CaseFile.objects.get().stored)

    found = unpacked(application)

    assert found["HINWEIS.txt"].decode() == "Nicht beigelegt: 01-weg.pdf (die Datei fehlt im Speicher)\n"


def test_no_cell_of_the_history_runs_as_a_formula():
    application, _secret = create_application("formal_check")
    reason_for = '=HYPERLINK("https://example.org")'
    refuse_and_drop(application, reason_for)

    rows = list(csv.reader(io.StringIO(unpacked(fresh(application))["verlauf.csv"].decode("utf-8-sig")), delimiter=";"))

    assert [row[-1] for row in rows if "HYPERLINK" in row[-1]] == [f"'{reason_for}"]
    assert [row[1] for row in rows] == [
        "Schritt",
        "einreichen",
        "übernehmen",
        "formale Ablehnung vorschlagen",
        "Vorschlag verwerfen",
    ]


def refuse_and_drop(application, note):
    reason = RefusalReason.objects.get(key="doppelt")
    perform(fresh(application), "propose_refusal", by=team(), now=NOON, reason=reason)
    perform(fresh(application), "drop_refusal", by=team("team2"), now=NOON, note=note)


def test_the_data_tell_everything_but_what_opens_the_case():
    application, secret = create_application("formal_check")
    CaseNote.objects.create(application=application, text="Rückruf am Montag", at=NOON, by=team().user)
    handling.change(application, file_number="50.6-12/3", by=team().user, now=NOON)
    refuse(application)
    application = fresh(application)

    text = unpacked(application)["daten.json"].decode()

    told = json.loads(text)
    key = AccessKey.objects.get()
    assert (told["reference"], told["file_number"], told["requested"]) == (
        application.reference,
        "50.6-12/3",
        "1200.00",
    )
    assert told["notes"][0]["text"] == "Rückruf am Montag"
    assert told["decisions"][0]["letter"]["released"] is None
    assert told["revisions"][0]["answers"]["plan"] == {"0": "Wir kochen jeden Monat zusammen und essen im Hof."}
    for hidden in (secret, secret.lower(), key.nonce, key.digest, access.derived(key.nonce, "x")):
        assert hidden not in text


def test_the_desk_gives_it_as_something_to_save_and_never_keeps_it(signed_in):
    application = take(create_application()[0])

    answer = signed_in("datenschutz").get(reverse("admin:fund_bundle", args=[application.pk]))

    content = b"".join(answer.streaming_content)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    assert answer["Content-Disposition"] == f'attachment; filename="{application.reference}.zip"'
    assert "no-store" in answer["Cache-Control"]
    assert zipfile.ZipFile(io.BytesIO(content)).testzip() is None
