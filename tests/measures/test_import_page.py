"""Bringing in measures in the back office: choose, look, carry out, undo, and take the plan home as a spreadsheet."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import request_finished
from django.urls import reverse

from measures.import_page import SHOWN
from measures.importers import plan
from measures.models import ImportRun, Measure, Milestone
from tests.measures.test_importers import create, everything, run_of
from wir.lib.spreadsheets import read_table

pytestmark = pytest.mark.django_db


def file(text, name="massnahmen.csv"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode())


def upload(client, text, name="massnahmen.csv"):
    return client.post(reverse("admin:import_measures"), {"table": file(text, name)})


def read(response):
    return (response.getvalue() if response.streaming else response.content).decode()


def test_a_good_file_leads_to_its_preview_and_nothing_is_written(signed_in):
    client, measure, before = signed_in("redaktion"), create(), everything()

    response = upload(client, f"nummer;titel;feld\n{measure.number};Neu <b>;4\n;Ganz neu;4\n")

    run = ImportRun.objects.get()
    page = read(client.get(response["Location"]))
    assert (response.status_code, response["Location"]) == (302, reverse("admin:import_run", args=[run.pk]))
    assert (run.file_name, run.state, run.by.username) == ("massnahmen.csv", "preview", "redaktion")
    assert "<strong>1 neu, 1 geändert, 0 unverändert</strong>" in page
    assert f"<td>{measure.number} Neu &lt;b&gt;</td><td>Titel</td><td>Alte Räume</td><td>Neu &lt;b&gt;</td>" in page
    assert f"<td>{measure.number + 1} Ganz neu</td>" in page
    assert 'value="Jetzt übernehmen"' in page
    assert everything() == before


def test_faults_stand_first_and_nothing_is_kept(signed_in):
    client, before = signed_in("redaktion"), everything()

    response = upload(client, "titel;feld\nGut;4\nX;99\n")

    page = read(response)
    assert response.status_code == 422
    assert "<li>Zeile 3, Spalte „feld“: Das Handlungsfeld „99“ gibt es nicht.</li>" in page
    assert page.index("<h2>Fehler</h2>") < page.index("<h2>Neu</h2>")
    assert (everything(), ImportRun.objects.count()) == (before, 0)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (None, "Bitte wählen Sie eine Datei."),
        (b"", "Die Datei ist leer."),
        (b" \n", "massnahmen.csv: Die Datei ist leer."),
        ("ä".encode("latin-1"), "massnahmen.csv: Die Datei ist nicht in UTF-8 gespeichert."),
        (b"PK\x03\x04kaputt", "massnahmen.csv: Die XLSX-Datei ist beschädigt und lässt sich nicht lesen."),
        (b"x" * (10 * 1024 * 1024 + 1), "massnahmen.csv: Die Datei ist größer als 10 MB."),
    ],
    ids=["none", "empty", "blank", "encoding", "broken", "large"],
)
def test_what_is_no_table_is_refused_at_the_field(signed_in, data, sentence):
    client = signed_in("redaktion")
    files = {} if data is None else {"table": file(data)}

    response = client.post(reverse("admin:import_measures"), files)

    page = read(response)
    assert response.status_code == 422
    assert f"<li>{sentence}" in page


def test_more_than_two_hundred_lines_are_counted_and_not_shown(signed_in):
    text = "titel;feld\n" + "".join(f"Nummer {number};4\n" for number in range(SHOWN + 7))
    client = signed_in("redaktion")

    page = read(client.get(upload(client, text)["Location"]))

    assert page.count("Titel: Nummer ") == SHOWN
    assert "<p>und 7 weitere neue Maßnahmen</p>" in page


def test_confirmed_it_is_written_and_the_page_tells_how_far_it_is(signed_in):
    client, measure = signed_in("redaktion"), create()
    address = upload(client, f"nummer;titel;feld\n{measure.number};Neu;4\n;Ganz neu;4\n")["Location"]

    response = client.post(address)

    page = read(response)
    assert (response.status_code, response.streaming) == (200, True)
    assert "<li>0 von 2 Maßnahmen geschrieben</li>" in page
    assert "<li>2 von 2 Maßnahmen geschrieben</li>" in page
    assert "<strong>Fertig: 1 neu, 1 geändert, 0 unverändert.</strong>" in page
    assert page.rstrip().endswith("</html>")
    assert Measure.objects.get(pk=measure.pk).title_de == "Neu"
    assert measure.changes.get().by.username == "redaktion"
    result = read(client.get(address))
    assert f"Geschriebene Maßnahmen: {measure.number}, {measure.number + 1}" in result
    assert f'href="{reverse("admin:undo_import", args=[ImportRun.objects.get().pk])}"' in result


def test_what_became_wrong_since_the_preview_is_told_and_nothing_is_written(signed_in):
    client, measure = signed_in("redaktion"), create()
    address = upload(client, f"nummer;titel\n{measure.number};Neu\n;\n")["Location"]
    Measure.objects.filter(pk=measure.pk).delete()

    shown, page = read(client.get(address)), read(client.post(address))

    told = f"Zeile 2, Spalte „nummer“: Eine Maßnahme {measure.number} gibt es nicht."
    assert told in shown and "Jetzt übernehmen" not in shown
    assert "Nichts wurde geschrieben." in page and told in page
    assert ImportRun.objects.get().state == "preview"


def test_confirming_twice_writes_once(signed_in):
    client = signed_in("redaktion")
    address = upload(client, "titel;feld\nX;4\n")["Location"]
    read(client.post(address))

    page = read(client.post(address))

    assert "<li>Diese Tabelle ist schon übernommen.</li>" in page
    assert Measure.objects.filter(title_de="X").count() == 1


def test_a_page_that_is_closed_too_early_writes_nothing(signed_in, monkeypatch):
    monkeypatch.setattr(request_finished, "send", lambda **kwargs: None)  # would close the test's connection
    client = signed_in("redaktion")
    address = upload(client, "titel;feld\n" + "".join(f"M {n};4\n" for n in range(150)))["Location"]
    before = everything()

    response = client.post(address)
    seen = next(part for part in response if b"100 von 150" in part)
    written = Measure.objects.filter(title_de__startswith="M ").count()
    response.close()

    assert (seen, written) == (b"<li>100 von 150 Ma\xc3\x9fnahmen geschrieben</li>\n", 100)
    assert (everything(), ImportRun.objects.get().state) == (before, "preview")


def test_undo_asks_and_puts_everything_back(signed_in, person):
    client, measure = signed_in("redaktion"), create()
    run = run_of(f"nummer;titel;feld\n{measure.number};Neu;4\n;Ganz neu;4\n", by=person("redaktion"))
    address = reverse("admin:undo_import", args=[run.pk])

    question = read(client.get(address))
    response = client.post(address)

    assert "1 geänderte Maßnahmen bekommen zurück" in question
    assert (response.status_code, response["Location"]) == (302, reverse("admin:import_run", args=[run.pk]))
    assert list(Measure.objects.filter(title_de__in=["Alte Räume", "Neu", "Ganz neu"])) == [measure]
    assert "Stand: zurückgenommen." in read(client.get(response["Location"]))


def test_a_refused_undo_lists_what_stands_in_the_way(signed_in, person):
    client = signed_in("redaktion")
    run = run_of("titel;feld\nX;4\n", by=person("redaktion"))
    measure = Measure.objects.get(title_de="X")
    Milestone.objects.create(measure=measure, title_de="Schritt", due="2027")

    response = client.post(reverse("admin:undo_import", args=[run.pk]))

    assert response.status_code == 409
    assert f"<li>Maßnahme {measure.number}: hat inzwischen Meilensteine.</li>" in read(response)
    assert Measure.objects.filter(pk=measure.pk).exists()


def test_earlier_tables_are_listed_and_columns_explained(signed_in, person):
    run = run_of("titel;feld\nX;4\n", by=person("redaktion"))

    page = read(signed_in("redaktion").get(reverse("admin:import_measures")))

    assert f'<a href="{reverse("admin:import_run", args=[run.pk])}">tabelle.csv</a>' in page
    assert "<td>übernommen</td><td>1</td><td>0</td><td>0</td>" in page
    assert '<th scope="row">beginn_geplant</th><td>Beginn geplant</td><td>2027-Q2</td>' in page


@pytest.mark.parametrize("name", ["fachstelle", "leitung", "finanzen", "uebersetzung-tr"])
def test_only_those_who_may_import_come_in(signed_in, person, name):
    run = run_of("titel;feld\nX;4\n", by=person("redaktion"))
    client = signed_in(name)
    addresses = [reverse("admin:import_measures")] + [
        reverse(f"admin:{view}", args=[run.pk]) for view in ("import_run", "undo_import")
    ]

    statuses = [client.get(address).status_code for address in addresses] + [
        client.post(address).status_code for address in addresses
    ]

    assert statuses == [403] * 6
    assert ImportRun.objects.get().state == "applied"


def test_a_run_that_does_not_exist_is_not_found(signed_in):
    client = signed_in("redaktion")

    assert client.get(reverse("admin:import_run", args=[999])).status_code == 404
    assert client.get(reverse("admin:undo_import", args=[999])).status_code == 404


def test_the_export_is_the_plan_and_reads_back_unchanged(signed_in):
    create(number=1_000_001, sample=True)
    client, count = signed_in("redaktion"), Measure.objects.plan().count()

    response = client.get(reverse("admin:export_measures"))
    samples = client.get(reverse("admin:export_measures"), {"beispiele": "1"})

    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert response["Content-Disposition"].startswith('attachment; filename="massnahmen-')
    assert str(plan(read_table(response.content))) == f"0 neu, 0 geändert, {count} unverändert"
    assert [cells[0] for _, cells in read_table(samples.content).rows] == ["1000001"]


def test_a_text_that_fits_no_cell_is_told_instead_of_lost(signed_in):
    create(purpose_de="x" * 40_000)
    client = signed_in("redaktion")

    response = client.get(reverse("admin:export_measures"), follow=True)

    assert "Der Text ist mit 40.000 Zeichen zu lang für eine Zelle" in read(response)


def test_guests_are_led_to_the_sign_in(client):
    for view in ("import_measures", "export_measures"):
        assert client.get(reverse(f"admin:{view}")).status_code == 302
