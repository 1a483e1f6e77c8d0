"""Bringing in the official wording in the back office: choose, look, carry out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from strategy.models import Guideline, SourceDocument, Wording
from strategy.paper.reading import LARGEST
from tests.strategy.editions import PAPER, WEB, content, edition, import_texts, stored

pytestmark = pytest.mark.django_db

PATH = "/admin/wortlaut-einlesen/"


def file(text, name="datei.txt"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def tables_but_sessions():
    return {name: rows for name, rows in stored().items() if name not in ("django_session", "accounts_user")}


def test_the_preview_shows_what_would_happen_and_writes_nothing(signed_in):
    client = signed_in("redaktion")
    before = tables_but_sessions()

    response = client.post(PATH, {"paper": file(PAPER), "web_page": file(WEB)})

    page = response.content.decode()
    assert response.status_code == 200
    assert "So würde es aussehen. Noch ist nichts geschrieben." in page
    assert "WIR sind Hannover – Zusammenleben in der Stadt, Mai 2031" in page
    assert "<td>Grußwort</td><td>45</td>" in page
    assert tables_but_sessions() == before


def test_the_second_step_does_what_the_command_does(signed_in, person):
    client = signed_in("redaktion")

    preview = client.post(PATH, {"paper": file(PAPER), "web_page": file(WEB)})
    response = client.post(PATH, {"confirm": preview.context["confirm"]})
    by_page = content()

    SourceDocument.objects.all().delete()
    import_texts(PAPER, WEB)
    assert (response.status_code, response["Location"]) == (302, "/admin/strategy/wording/")
    assert by_page == content()


def test_the_preview_says_when_nothing_would_change(signed_in):
    import_texts(PAPER, WEB)

    page = signed_in("redaktion").post(PATH, {"web_page": file(WEB)}).content.decode()

    assert "Nichts hat sich geändert" in page


def test_the_preview_names_renamed_and_gone_places(signed_in):
    import_texts(PAPER)
    other = edition(PAPER, ("5. Wohnen\n", "5. Wohnen und Bauen\n"), ("- Gute Nachrichten aufheben\n", ""))

    page = signed_in("redaktion").post(PATH, {"paper": file(other)}).content.decode()

    assert "hieß im Portal „Wohnen“" in page
    assert "steht nicht mehr im Dokument" in page


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "Bitte wählen Sie mindestens eine der beiden Dateien."),
        (
            {"paper": b"%PDF-1.7"},
            "datei.txt ist keine Textdatei. Bitte speichern Sie das Dokument zuerst als reinen Text (UTF-8).",
        ),
        (
            {"paper": WEB.encode("latin-1")},
            "datei.txt ist nicht in UTF-8 gespeichert. Bitte speichern Sie die Datei als UTF-8.",
        ),
        (
            {"paper": WEB.encode(), "web_page": WEB.encode()},
            "Beide Dateien sind dasselbe Dokument. Bitte wählen Sie zwei verschiedene.",
        ),
        (
            {"paper": b"x" * (LARGEST + 1)},
            "datei.txt ist größer als 1 MB. Das ist keines der beiden Dokumente.",
        ),
    ],
    ids=["nothing", "PDF", "Latin-1", "twice the same", "too large"],
)
def test_a_file_that_is_no_such_document_is_refused_with_a_sentence(signed_in, files, sentence):
    client = signed_in("redaktion")

    response = client.post(PATH, {"csrfmiddlewaretoken": "x"} | {name: file(data) for name, data in files.items()})

    assert response.status_code == 422
    assert response.context["form"].non_field_errors() == [sentence]
    assert SourceDocument.objects.count() == 0


def test_an_empty_file_is_refused(signed_in):
    response = signed_in("redaktion").post(PATH, {"paper": file(b"")})

    assert response.status_code == 422
    assert SourceDocument.objects.count() == 0


@pytest.mark.parametrize("confirm", ["", "gefälscht", "W10:1abc:xyz"])
def test_a_preview_that_is_not_ours_is_not_carried_out(signed_in, confirm):
    response = signed_in("redaktion").post(PATH, {"confirm": confirm})

    assert (response.status_code, response["Location"]) == (302, PATH)
    assert Wording.objects.count() == 0


@pytest.mark.parametrize("name", ["uebersetzung-tr", "team1", "leitung", "gremium1", "datenschutz"])
def test_only_editors_bring_in_the_wording(signed_in, name):
    client = signed_in(name)

    seen, sent = client.get(PATH), client.post(PATH, {"web_page": file(WEB)})

    assert (seen.status_code, sent.status_code) == (403, 403)


def test_a_preview_does_not_pass_its_right_on(signed_in):
    confirm = signed_in("redaktion").post(PATH, {"web_page": file(WEB)}).context["confirm"]

    response = signed_in("team1").post(PATH, {"confirm": confirm})

    assert response.status_code == 403
    assert Guideline.objects.exclude(official=None).count() == 0


def test_a_document_with_many_words_can_be_confirmed(signed_in):
    client = signed_in("redaktion")
    long = edition(
        PAPER,
        ("Umziehen ist so alt wie das Wohnen.", "Umziehen ist so alt wie das Wohnen. " + ("Ö" * 9_000 + ".\n\n") * 45),
    )

    preview = client.post(PATH, {"paper": file(long)})
    response = client.post(PATH, {"confirm": preview.context["confirm"]})

    assert (preview.status_code, response.status_code) == (200, 302)
    assert SourceDocument.objects.count() == 1
