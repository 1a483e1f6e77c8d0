"""Measures from and to spreadsheets: what a row means, all or nothing, put back as one step, and out and in again."""

import io
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook

from measures.importers import Refused, apply, applying, keep, plan, undo
from measures.models import Change, ImportRun, Measure, MeasureIndex, Milestone, ThemeAnswer
from measures.table_columns import COLUMNS, HEADER
from measures.table_export import export_table
from measures.workflow import move
from strategy.models import ActionField, CityPart, CouncilPaper, District, Goal, Guideline, Priority, Subtopic, Unit
from tests.lib.test_spreadsheets import AWKWARD
from wir.languages.models import ContentStamp, Origin, SourceText, TranslationUnit
from wir.languages.writing import save_translation
from wir.lib.spreadsheets import read_table

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 4, 10, tzinfo=UTC)
LATER = datetime(2026, 5, 5, 10, tzinfo=UTC)
ALL_COLUMNS = """nummer;titel;kurz;zweck;was;feld;unterthema;ziel;prioritaeten;leitlinien;art;herkunft;quelle;\
entwickelt_von;neu;stelle;kontakt;beteiligte;zielgruppen;gebiet;bezirke;stadtteile;beginn_geplant;ende_geplant;\
begonnen;beendet;drucksachen;thema_1;thema_2;thema_3;interne_notiz
;Offene Räume;Räume für alle.;Begegnung;Suchen;4;;4.1;1, 2;3,1;durch die Verwaltung;attested;Bericht;Jugendgruppe;new;\
56.10;50;"Verein A
Verein B";kultur, jugendliche;districts;10,1;Vahrenwald;2027-Q2;12/2028;15.03.2027;;0993/2022;\
Kosten geprüft.;nicht belegt;nicht belegt;Nachfragen
"""


def table(text):
    return read_table(text.encode())


def preview(text):
    return plan(table(text))


def faults(text):
    return [str(fault) for fault in preview(text).faults]


def run_of(text, by=None, now=NOW):
    run = keep(table(text), "tabelle.csv", by=by, now=now)
    apply(run, by=by, now=now)
    return run


def create(**values):
    values = {"title_de": "Alte Räume", "plain_de": "Kurz.", "field": ActionField.objects.get(number=4)} | values
    number = max(Measure.objects.plan().values_list("number", flat=True), default=0) + 1
    return Measure.objects.create(**{"number": number} | values)


def published(**values):
    measure = create(origin="attested", source="Bericht", **values)
    for theme in (1, 2, 3):
        answer(measure, theme, not_documented=True, plain_de="")
    move(measure, "publish", by=None, now=NOW)
    return Measure.objects.get(pk=measure.pk)


def answer(measure, theme, **values):
    from strategy.models import CrossCuttingTheme

    return ThemeAnswer.objects.create(measure=measure, theme=CrossCuttingTheme.objects.get(number=theme), **values)


def everything():
    """All that an import could touch, to compare before and after."""
    return (
        list(Measure.objects.order_by("pk").rewrite(False).values()),
        list(ThemeAnswer.objects.order_by("pk").rewrite(False).values()),
        list(SourceText.objects.order_by("pk").values()),
        [list(Measure._meta.get_field(name).remote_field.through.objects.order_by("pk").values()) for name in MANY],
        list(MeasureIndex.objects.order_by("pk").values("measure_id", "language", "folded")),
        Change.objects.count(),
    )


MANY = ["priorities", "guidelines", "target_groups", "districts", "city_parts", "council_papers"]
FACTS = [column.attribute for column in COLUMNS if column.attribute and column.attribute not in MANY]


def facts():
    """What every measure says, without moments."""
    return [
        [str(getattr(measure, name) or "") for name in FACTS]
        + [sorted(getattr(measure, name).values_list("pk", flat=True)) for name in MANY]
        + [(each.theme.number, each.not_documented, each.plain_de) for each in measure.answers.order_by("theme")]
        for measure in Measure.objects.plan().order_by("number")
    ]


# What a row means -----------------------------------------------------------------------------------------------------


def test_a_row_without_a_number_becomes_a_draft_with_the_next_number_and_all_its_fields():
    last = max(Measure.objects.plan().values_list("number", flat=True))

    run = run_of(ALL_COLUMNS)

    measure = Measure.objects.get(number=last + 1)
    assert (run.state, run.created_count, run.changed_count, run.unchanged_count, run.rows) == ("applied", 1, 0, 0, [])
    assert (measure.title_de, measure.plain_de, measure.purpose_de, measure.action_de) == (
        "Offene Räume",
        "Räume für alle.",
        "Begegnung",
        "Suchen",
    )
    assert (measure.field, measure.subtopic, measure.goal.label) == (ActionField.objects.get(number=4), None, "4.1")
    assert (measure.kind, measure.origin, measure.source, measure.developed_by, measure.novelty, measure.area) == (
        "administration",
        "attested",
        "Bericht",
        "youth_group",
        "new",
        "districts",
    )
    assert (measure.responsible.number, measure.contact.number) == ("56.10", "50")
    assert measure.partner_names == ["Verein A", "Verein B"]
    assert [str(getattr(measure, name) or "") for name in FACTS if name.endswith(("_start", "_end"))] == [
        "2027-Q2",
        "2028-12",
        "2027-03-15",
        "",
    ]
    assert list(measure.priorities.all()) == list(Priority.objects.filter(number__in=[1, 2]))
    assert list(measure.guidelines.all()) == list(Guideline.objects.filter(number__in=[1, 3]))
    assert {group.slug for group in measure.target_groups.all()} == {"kultur", "jugendliche"}
    assert list(measure.districts.all()) == list(District.objects.filter(number__in=[1, 10]))
    assert list(measure.city_parts.all()) == [CityPart.objects.get(name="Vahrenwald")]
    assert list(measure.council_papers.all()) == [CouncilPaper.objects.get(number="0993/2022", supplement="")]
    assert [(each.theme.number, each.not_documented, each.plain_de) for each in measure.answers.all()] == [
        (1, False, "Kosten geprüft."),
        (2, True, ""),
        (3, True, ""),
    ]
    assert (measure.internal_note, measure.published, measure.sample) == ("Nachfragen", False, False)


def test_new_texts_wait_for_translation_and_are_found_and_their_history_begins(person):
    run_of("titel;kurz;feld;thema_1\nOffene Räume;Kurz.;4;Geprüft.\n", by=person("redaktion"))

    measure = Measure.objects.latest("number")
    sources = SourceText.objects.filter(model="measures.measure", object_id=measure.pk)
    assert sorted(sources.values_list("field", "origin", "changed_at")) == [
        ("plain", "imported", NOW),
        ("title", "imported", NOW),
    ]
    assert SourceText.objects.filter(model="measures.themeanswer", object_id=measure.answers.get().pk).count() == 1
    assert MeasureIndex.objects.filter(measure=measure, folded__contains="offene raume").count() >= 2
    assert MeasureIndex.objects.filter(measure=measure).count() == 12
    change = measure.changes.get()
    assert (change.kind, change.at, change.by, change.fields["Titel"]) == (
        "edited",
        NOW,
        person("redaktion"),
        ["", "Offene Räume"],
    )


def test_only_columns_that_are_there_change_and_an_empty_cell_empties():
    measure = create(purpose_de="Zweck", action_de="Was", planned_start="2027", kind="open")
    measure.priorities.set(Priority.objects.all())

    line = preview(f"nummer;zweck;prioritaeten;art\n{measure.number};;;\n").changed[0]
    run_of(f"nummer;zweck;prioritaeten;art\n{measure.number};;;\n")

    assert line.differences == {
        "Wozu": ["Zweck", ""],
        "Prioritäten": ["1, 2", ""],
        "Art": ["antragsberechtigt (andere können sich um die Umsetzung bewerben)", "nicht bekannt"],
    }
    measure = Measure.objects.get(pk=measure.pk)
    assert (measure.purpose_de, measure.action_de, str(measure.planned_start), measure.kind) == (
        "",
        "Was",
        "2027",
        "unknown",
    )
    assert measure.priorities.count() == 0


def test_choices_are_read_by_value_and_by_label():
    measure = create()

    run_of(f"nummer;art;entwickelt_von;gebiet\n{measure.number};Empfehlung an andere;EXPERT_GROUP;ganze Stadt\n")

    measure = Measure.objects.get(pk=measure.pk)
    assert (measure.kind, measure.developed_by, measure.area) == ("recommendation", "expert_group", "city")


def test_a_date_of_a_spreadsheet_is_a_day():
    measure = create()
    book = Workbook()
    book.active.append(["nummer", "begonnen", "beendet"])
    book.active.append([measure.number, datetime(2026, 3, 5), 2027])  # noqa: DTZ001
    content = io.BytesIO()
    book.save(content)

    line = plan(read_table(content.getvalue())).changed[0]

    assert line.changes == {"begonnen": ("", "2026-03-05"), "beendet": ("", "2027")}


def test_a_changed_text_makes_its_translation_outdated_and_is_found():
    measure = create()
    save_translation(measure, "en", {"title": "Old rooms"}, origin=Origin.HUMAN, by=None)

    run_of(f"nummer;titel\n{measure.number};Neue Säle\n")

    unit = TranslationUnit.objects.with_outdated().get(source__object_id=measure.pk, source__model="measures.measure")
    assert (unit.language, unit.outdated) == ("en", True)
    assert MeasureIndex.objects.filter(measure=measure, language="de", folded__contains="neue sale").count() == 1


def test_a_changed_measure_stays_published_and_the_public_reads_of_its_new_dates(person):
    measure = published(planned_end="2027")
    ContentStamp.objects.all().delete()

    run_of(f"nummer;ende_geplant\n{measure.number};2028\n", by=person("redaktion"), now=LATER)

    measure = Measure.objects.get(pk=measure.pk)
    assert (measure.published, str(measure.planned_end)) == (True, "2028")
    assert [str(plan.end) for plan in measure.plans.all()] == ["2027", "2028"]
    assert list(measure.changes.filter(at=LATER).values_list("kind", flat=True).order_by("kind")) == ["edited", "plan"]
    assert measure.changes.get(kind="edited").fields == {"Ende geplant": ["2027", "2028"]}
    assert ContentStamp.objects.count() == 1


def test_answers_are_added_changed_and_taken_away():
    measure = create()
    answer(measure, 1, plain_de="alt")
    answer(measure, 2, plain_de="weg")

    run_of(f"nummer;thema_1;thema_2;thema_3\n{measure.number};neu;;dazu\n")

    assert [(each.theme.number, each.plain_de) for each in measure.answers.all()] == [(1, "neu"), (3, "dazu")]
    texts = SourceText.objects.filter(model="measures.themeanswer", object_id__in=measure.answers.values("pk"))
    assert set(texts.values_list("origin", flat=True)) == {"imported"}


def test_the_second_run_of_a_file_changes_nothing():
    run_of(ALL_COLUMNS)
    before = everything()

    again = preview(ALL_COLUMNS)
    run = run_of(ALL_COLUMNS, now=LATER)

    assert (str(again), again.faults, again.hints) == ("0 neu, 0 geändert, 1 unverändert", [], [])
    assert (run.created_count, run.changed_count, run.unchanged_count) == (0, 0, 1)
    assert everything() == before


def test_a_new_row_with_a_known_title_but_other_content_is_new_and_pointed_out():
    measure = create()

    seen = preview("titel;kurz;feld\nAlte Räume;Etwas anderes.;4\n")

    assert str(seen) == "1 neu, 0 geändert, 0 unverändert"
    assert [str(hint) for hint in seen.hints] == [
        f"Zeile 2, Spalte „titel“: Die Nummer {measure.number} heißt genauso. Diese Zeile legt eine neue Maßnahme an."
    ]


# Faults ---------------------------------------------------------------------------------------------------------------

KNOWN = ", ".join(HEADER)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "a;b\n1;2\n",
            ["Datei: Die Kopfzeile fehlt. In der ersten Zeile stehen die Namen der Spalten: nummer, titel …"],
        ),
        ("titel\n", ["Datei: Unter der Kopfzeile steht keine Maßnahme."]),
        (
            "titel;feld;farbe\nX;4;rot\n",
            [f"Zeile 1, Spalte „farbe“: Diese Spalte ist nicht bekannt. Bekannt sind: {KNOWN}."],
        ),
        ("titel;feld;TITEL\nX;4;Y\n", ["Zeile 1, Spalte „titel“: Diese Spalte steht zweimal in der Kopfzeile."]),
        ("titel;feld\nX;4;übrig\n", ["Zeile 2, Spalte „3“: Über dieser Zelle steht kein Spaltenname."]),
        (
            "titel;feld\n=1+1;4\n",
            [
                "Zeile 2, Spalte „titel“: Die Zelle enthält eine Formel. Bitte tragen Sie den Wert selbst ein.",
                "Zeile 2, Spalte „titel“: Der Titel fehlt.",
            ],
        ),
        ("nummer;titel\nzwei;X\n", ["Zeile 2, Spalte „nummer“: „zwei“ ist keine Nummer einer Maßnahme."]),
        ("nummer;titel\n-1;X\n", ["Zeile 2, Spalte „nummer“: „-1“ ist keine Nummer einer Maßnahme."]),
        (
            "nummer;titel\n99999;X\n",
            [
                "Zeile 2, Spalte „nummer“: Eine Maßnahme 99999 gibt es nicht. "
                "Für eine neue Maßnahme bleibt die Zelle leer."
            ],
        ),
        (
            "nummer;titel\n1000001;X\n",
            ["Zeile 2, Spalte „nummer“: Nummern über einer Million haben nur Beispiele. Sie werden nicht eingelesen."],
        ),
        ("titel\nX\n", ["Zeile 2, Spalte „feld“: Das Handlungsfeld fehlt."]),
        ("feld;kurz\n4;X\n", ["Zeile 2, Spalte „titel“: Der Titel fehlt."]),
        ("titel;feld\nX;99\n", ["Zeile 2, Spalte „feld“: Das Handlungsfeld „99“ gibt es nicht."]),
        ("titel;feld;unterthema\nX;4;4.99\n", ["Zeile 2, Spalte „unterthema“: Das Unterthema „4.99“ gibt es nicht."]),
        (
            "titel;feld;unterthema\nX;4;2.1\n",
            ["Zeile 2, Spalte „unterthema“: Das Unterthema 2.1 gehört zu einem anderen Handlungsfeld."],
        ),
        ("titel;feld;ziel\nX;4;4.99\n", ["Zeile 2, Spalte „ziel“: Das Ziel „4.99“ gibt es nicht."]),
        ("titel;feld;ziel\nX;4;1.1\n", ["Zeile 2, Spalte „ziel“: Das Ziel 1.1 gehört zu einem anderen Handlungsfeld."]),
        ("titel;feld;prioritaeten\nX;4;1, 9\n", ["Zeile 2, Spalte „prioritaeten“: Die Priorität „9“ gibt es nicht."]),
        ("titel;feld;leitlinien\nX;4;77\n", ["Zeile 2, Spalte „leitlinien“: Die Leitlinie „77“ gibt es nicht."]),
        ("titel;feld;stelle\nX;4;9.9\n", ["Zeile 2, Spalte „stelle“: Die Stelle „9.9“ gibt es nicht."]),
        ("titel;feld;zielgruppen\nX;4;nixe\n", ["Zeile 2, Spalte „zielgruppen“: Die Zielgruppe „nixe“ gibt es nicht."]),
        ("titel;feld;bezirke\nX;4;14\n", ["Zeile 2, Spalte „bezirke“: Den Stadtbezirk „14“ gibt es nicht."]),
        ("titel;feld;stadtteile\nX;4;Bonn\n", ["Zeile 2, Spalte „stadtteile“: Den Stadtteil „Bonn“ gibt es nicht."]),
        ("titel;feld;drucksachen\nX;4;1/1\n", ["Zeile 2, Spalte „drucksachen“: Die Drucksache „1/1“ gibt es nicht."]),
        (
            "titel;feld;neu\nX;4;vielleicht\n",
            ["Zeile 2, Spalte „neu“: „vielleicht“ ist nicht möglich. Möglich sind: new, before, unknown."],
        ),
        (
            "titel;feld;begonnen\nX;4;31.02.2027\n",
            [
                "Zeile 2, Spalte „begonnen“: „31.02.2027“ ist kein Zeitpunkt. "
                "Möglich sind: 2026, 2026-Q2, 03/2026 oder 05.03.2026."
            ],
        ),
        (
            "titel;feld;beginn_geplant;ende_geplant\nX;4;2028;2027\n",
            ["Zeile 2, Spalte „ende_geplant“: Das geplante Ende liegt vor dem geplanten Beginn."],
        ),
        (
            "titel;feld;begonnen;beendet\nX;4;2028-Q3;2028-Q2\n",
            ["Zeile 2, Spalte „beendet“: Das Ende liegt vor dem Beginn."],
        ),
        (
            "titel;feld;herkunft\nX;4;attested\n",
            ["Zeile 2, Spalte „herkunft“: Eine belegte Maßnahme braucht ihre Quelle."],
        ),
        (
            "titel;feld;thema_2\nX;4;nicht belegt\n",
            ["Zeile 2, Spalte „thema_2“: „nicht belegt“ gibt es nur bei belegten Maßnahmen. Diese ist hier angelegt."],
        ),
        ("titel;feld\nX;4\nX;4\n", ["Zeile 3: Diese Zeile ist die gleiche wie Zeile 2."]),
    ],
    ids=lambda value: value.partition("\n")[2][:30] if isinstance(value, str) else "",
)
def test_each_fault_is_told_at_its_place(text, sentences):
    assert faults(text) == sentences


def test_a_title_that_is_too_long_is_a_fault_in_the_words_of_the_model():
    told = faults(f"titel;feld\n{'x' * 301};4\n")

    assert told == [
        "Zeile 2, Spalte „titel“: Bitte sicherstellen, dass der Wert aus höchstens 300 Zeichen besteht. "
        "(Er besteht aus 301 Zeichen.)"
    ]


def test_a_number_twice_in_the_file_is_a_fault():
    measure = create()

    told = faults(f"nummer;titel\n{measure.number};A\n{measure.number};B\n")

    assert told == [f"Zeile 3, Spalte „nummer“: Die Nummer {measure.number} steht schon in Zeile 2."]


def test_the_number_of_a_sample_is_never_written():
    sample = create(number=1_000_001, sample=True)

    told = faults("nummer;titel\n1000001;anders\n")

    assert told == [
        "Zeile 2, Spalte „nummer“: Nummern über einer Million haben nur Beispiele. Sie werden nicht eingelesen."
    ]
    assert Measure.objects.get(pk=sample.pk).title_de == "Alte Räume"


def test_what_is_public_keeps_its_short_text_its_answers_and_its_origin():
    measure = published()

    told = faults(f"nummer;kurz;thema_1;herkunft\n{measure.number};;;made_here\n")

    assert told == [
        "Zeile 2, Spalte „kurz“: Eine veröffentlichte Maßnahme braucht den Text „Kurz gesagt“.",
        "Zeile 2, Spalte „thema_1“: Eine veröffentlichte Maßnahme behält ihre Antworten.",
        "Zeile 2, Spalte „thema_2“: „nicht belegt“ gibt es nur bei belegten Maßnahmen. Diese ist hier angelegt.",
        "Zeile 2, Spalte „thema_3“: „nicht belegt“ gibt es nur bei belegten Maßnahmen. Diese ist hier angelegt.",
    ]


def test_a_field_changed_alone_leaves_no_goal_of_another_field_behind():
    measure = create(goal=Goal.objects.get(field__number=4, number=1))

    told = faults(f"nummer;feld\n{measure.number};2\n")

    assert told == ["Zeile 2, Spalte „ziel“: Das Ziel 4.1 gehört zu einem anderen Handlungsfeld."]


def test_one_fault_and_nothing_is_written():
    measure = create()
    text = f"nummer;titel;feld\n{measure.number};Neu;4\n;Ganz neu;4\n;Falsch;99\n"
    run = keep(table(text), "tabelle.csv", by=None, now=NOW)
    before = everything()

    with pytest.raises(Refused) as caught:
        apply(run, by=None, now=NOW)

    assert caught.value.reasons == ["Zeile 4, Spalte „feld“: Das Handlungsfeld „99“ gibt es nicht."]
    assert everything() == before
    assert ImportRun.objects.get(pk=run.pk).state == "preview"


def test_what_became_wrong_after_the_preview_is_not_applied():
    measure = create()
    run = keep(table(f"nummer;ende_geplant\n{measure.number};2027\n"), "tabelle.csv", by=None, now=NOW)
    Measure.objects.filter(pk=measure.pk).update(planned_start="2028")

    with pytest.raises(Refused) as caught:
        apply(run, by=None, now=NOW)

    assert caught.value.reasons == ["Zeile 2, Spalte „ende_geplant“: Das geplante Ende liegt vor dem geplanten Beginn."]


def test_a_failure_in_the_middle_writes_nothing(monkeypatch):
    measure = create()
    run = keep(table(f"nummer;titel;feld\n{measure.number};Neu;4\n;Ganz neu;4\n"), "t.csv", by=None, now=NOW)
    before = everything()

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("measures.importers.edited", broken)
    with pytest.raises(RuntimeError):
        apply(run, by=None, now=NOW)

    assert everything() == before


def test_what_somebody_changes_between_reading_and_writing_is_not_overwritten():
    measure = create()
    run = keep(table(f"nummer;titel;feld\n{measure.number};Neu;4\n;Ganz neu;4\n"), "t.csv", by=None, now=NOW)
    steps = applying(run, by=None, now=NOW)
    assert [next(steps), next(steps)] == [(0, 2), (1, 2)]
    save_translation(measure, "de", {"title": "Schneller"}, origin=Origin.HUMAN, by=None)

    with pytest.raises(Refused) as caught:
        next(steps)

    assert caught.value.reasons == [f"Jemand anderes hat die Maßnahme {measure.number} gerade geändert."]
    assert Measure.objects.filter(title_de__in=["Neu", "Ganz neu"]).count() == 0


def test_a_run_is_applied_once():
    run = run_of("titel;feld\nX;4\n")

    with pytest.raises(Refused) as caught:
        apply(ImportRun.objects.get(pk=run.pk), by=None, now=LATER)

    assert caught.value.reasons == ["Diese Tabelle ist schon übernommen."]
    assert Measure.objects.filter(title_de="X").count() == 1


@pytest.mark.parametrize("name", ["fachstelle", "leitung"])
def test_without_the_right_nothing_is_applied_or_put_back(person, name):
    run = keep(table("titel;feld\nX;4\n"), "t.csv", by=None, now=NOW)
    applied = run_of("titel;feld\nY;4\n")

    with pytest.raises(PermissionDenied):
        apply(run, by=person(name), now=NOW)
    with pytest.raises(PermissionDenied):
        undo(applied, by=person(name), now=NOW)

    assert list(Measure.objects.filter(title_de__in=["X", "Y"]).values_list("title_de", flat=True)) == ["Y"]


def test_progress_is_told_row_by_row_in_steps():
    text = "titel;feld\n" + "".join(f"M {number};4\n" for number in range(250))
    seen = []

    apply(keep(table(text), "t.csv", by=None, now=NOW), by=None, now=NOW, progress=lambda *each: seen.append(each))

    assert seen == [(0, 250), (100, 250), (200, 250), (250, 250)]


# Putting back ---------------------------------------------------------------------------------------------------------

CHANGES = "nummer;titel;zweck;stelle;prioritaeten;beginn_geplant;thema_1;thema_2;feld\n"


def changing(measure):
    return run_of(CHANGES + f"{measure.number};Anders;Dazu;50;2;2027;neu;;4\n;Ganz neu;;;;;Antwort;;4\n")


def with_everything():
    measure = create(planned_start="2026-Q1", responsible=Unit.objects.get(number="56.10"), purpose_de="eins\r\nzwei")
    measure.priorities.set(Priority.objects.filter(number=1))
    answer(measure, 2, plain_de="war da")
    return measure


def test_undo_puts_everything_back_and_deletes_what_was_new(person):
    measure = with_everything()
    before, texts, count = facts(), SourceText.objects.count(), MeasureIndex.objects.count()
    run = changing(measure)
    assert facts() != before

    undo(run, by=person("redaktion"), now=LATER)

    assert facts() == before
    assert Measure.objects.get(pk=measure.pk).purpose_de == "eins\r\nzwei"
    assert (SourceText.objects.count(), MeasureIndex.objects.count()) == (texts, count)
    assert ImportRun.objects.get(pk=run.pk).state == "undone"
    last = measure.changes.first()
    assert (last.at, last.by, last.fields["Titel"]) == (LATER, person("redaktion"), ["Anders", "Alte Räume"])


def test_undo_happens_once():
    run = changing(with_everything())
    undo(run, by=None, now=LATER)

    with pytest.raises(Refused) as caught:
        undo(run, by=None, now=LATER)

    assert caught.value.reasons == ["Hier gibt es nichts (mehr) zurückzunehmen."]


def edit_title(old, new):
    save_translation(old, "de", {"title": "Wieder anders"}, origin=Origin.HUMAN, by=None)


def edit_relation(old, new):
    old.priorities.add(Priority.objects.get(number=1))


def fill_in_new(old, new):
    Measure.objects.filter(pk=new.pk).update(internal_note="wichtig")


def add_milestone(old, new):
    Milestone.objects.create(measure=new, title_de="Schritt", due="2027")


def translate(old, new):
    save_translation(new, "en", {"title": "All new"}, origin=Origin.HUMAN, by=None)


def publish_new(old, new):
    for theme in (2, 3):
        answer(new, theme, plain_de=f"Antwort {theme}")
    save_translation(new, "de", {"plain": "Kurz."}, origin=Origin.HUMAN, by=None)
    move(Measure.objects.get(pk=new.pk), "publish", by=None, now=LATER)
    ThemeAnswer._base_manager.filter(measure=new, theme__number__in=[2, 3]).delete()
    Measure.objects.filter(pk=new.pk).update(plain_de="")


def publish_old(old, new):
    answer(old, 3, plain_de="drei")
    answer(old, 2, plain_de="zwei")
    move(Measure.objects.get(pk=old.pk), "publish", by=None, now=LATER)
    ThemeAnswer._base_manager.filter(measure=old, theme__number=2).delete()


def delete_new(old, new):
    Measure.objects.filter(pk=new.pk).delete()


def break_a_rule(old, new):
    Measure.objects.filter(pk=old.pk).update(planned_end="2025")
    Measure.objects.filter(pk=old.pk).update(planned_start="2024")


@pytest.mark.parametrize(
    ("act", "which", "reason"),
    [
        (edit_title, "old", "Das Feld „Titel“ wurde inzwischen geändert."),
        (edit_relation, "old", "Das Feld „Prioritäten“ wurde inzwischen geändert."),
        (fill_in_new, "new", "Das Feld „interne Notiz“ wurde inzwischen geändert."),
        (add_milestone, "new", "hat inzwischen Meilensteine."),
        (translate, "new", "hat inzwischen Übersetzungen."),
        (publish_new, "new", "wurde inzwischen veröffentlicht."),
        (publish_old, "old", "wurde inzwischen veröffentlicht."),
        (delete_new, "new", "gibt es nicht mehr."),
    ],
)
def test_undo_is_refused_as_a_whole_where_people_went_on_working(act, which, reason):
    old = with_everything()
    run = changing(old)
    new = Measure.objects.get(title_de="Ganz neu")
    act(Measure.objects.get(pk=old.pk), new)
    before = everything()

    with pytest.raises(Refused) as caught:
        undo(run, by=None, now=LATER)

    number = {"old": old, "new": new}[which].number
    assert caught.value.reasons == [f"Maßnahme {number}: {reason}"]
    assert everything() == before
    assert ImportRun.objects.get(pk=run.pk).state == "applied"


def test_undo_is_refused_where_what_was_there_would_break_a_rule_today():
    measure = create(planned_start="2026")
    run = run_of(f"nummer;beginn_geplant\n{measure.number};2024\n")
    Measure.objects.filter(pk=measure.pk).update(planned_end="2025")

    with pytest.raises(Refused) as caught:
        undo(run, by=None, now=LATER)

    assert caught.value.reasons == [f"Maßnahme {measure.number}: Das geplante Ende liegt vor dem geplanten Beginn."]


# Out and in again -----------------------------------------------------------------------------------------------------


def test_the_export_of_the_plan_reads_back_unchanged():
    run_of(ALL_COLUMNS)
    for text in AWKWARD:
        create(title_de=text, plain_de=text, purpose_de=f"{text}\r\n{text}", internal_note=text, partners=text)
        answer(Measure.objects.latest("number"), 1, plain_de=text)
    paper = CouncilPaper.objects.create(number="0993/2022", supplement="E1", title="Ergänzung")
    measure = create(subtopic=Subtopic.objects.filter(field__number=4).first(), title_de=" außen leer \x0b")
    measure.council_papers.add(paper)
    count = Measure.objects.plan().count()

    seen = plan(read_table(export_table()))

    assert (str(seen), seen.faults, seen.hints) == (f"0 neu, 0 geändert, {count} unverändert", [], [])
    assert count > len(AWKWARD) + 2


def test_an_exported_measure_that_was_deleted_can_be_brought_in_anew_without_its_number():
    run_of(ALL_COLUMNS)
    before = facts()[-1]
    exported = read_table(export_table(Measure.objects.filter(title_de="Offene Räume")))
    Measure.objects.get(title_de="Offene Räume").delete()
    exported.rows[0][1][0] = ""

    run = keep(exported, "t.xlsx", by=None, now=NOW)
    apply(run, by=None, now=NOW)

    assert facts()[-1] == before


def test_samples_are_exported_only_where_asked_for():
    create(number=1_000_001, sample=True)

    plan_only = read_table(export_table())
    samples = read_table(export_table(Measure.objects.filter(sample=True)))

    assert {cells[-1] for _, cells in plan_only.rows} == {"nein"}
    assert [(cells[0], cells[-1]) for _, cells in samples.rows] == [("1000001", "ja")]


def statements(act):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        act()
    return len(queries)


def test_looking_and_exporting_take_as_many_statements_for_one_measure_as_for_many():
    header, row = ALL_COLUMNS.split("\n", 1)
    one = header + "\n" + row
    many = header + "\n" + "".join(row.replace("Offene", f"Offene {number}") for number in range(20))

    looking = statements(lambda: preview(one)), statements(lambda: preview(many))
    exporting = [statements(export_table)]
    run_of(many)
    exporting.append(statements(export_table))

    assert (looking, exporting) == ((28, 28), [19, 19])


# The command ----------------------------------------------------------------------------------------------------------


def command(tmp_path, text, *options):
    path = tmp_path / "massnahmen.csv"
    path.write_text(text, encoding="utf-8")
    out = StringIO()
    try:
        call_command("import_measures", str(path), *options, stdout=out)
    except CommandError as error:
        return out.getvalue().splitlines(), (str(error), error.returncode)
    return out.getvalue().splitlines(), None


def test_the_command_tells_the_preview_the_progress_and_the_result(tmp_path):
    measure = create()

    lines, error = command(tmp_path, f"nummer;titel;feld\n{measure.number};Neu;4\n;Ganz neu;4\n")

    assert (lines, error) == (
        [
            f"Zeile 3: Maßnahme {measure.number + 1} neu: Ganz neu",
            "  Titel: Ganz neu",
            "  Handlungsfeld: 4",
            f"Zeile 2: Maßnahme {measure.number} geändert: Neu",
            "  Titel: Alte Räume → Neu",
            "1 neu, 1 geändert, 0 unverändert",
            "0 von 2 geschrieben",
            "1 von 2 geschrieben",
            "2 von 2 geschrieben",
            "Übernommen: 1 neu, 1 geändert, 0 unverändert.",
        ],
        None,
    )


def test_the_command_writes_nothing_with_dry_run(tmp_path):
    before = everything()

    lines, error = command(tmp_path, "titel;feld\nX;4\n", "--dry-run")

    assert (lines[-2:], error) == (
        ["1 neu, 0 geändert, 0 unverändert", "Nur zur Ansicht: Nichts wurde geschrieben."],
        None,
    )
    assert (everything(), ImportRun.objects.count()) == (before, 0)


def test_the_command_ends_with_one_where_there_are_faults(tmp_path):
    lines, error = command(tmp_path, "titel;feld\nX;99\n")

    assert lines == [
        "Fehler: Zeile 2, Spalte „feld“: Das Handlungsfeld „99“ gibt es nicht.",
        "0 neu, 0 geändert, 0 unverändert",
    ]
    assert error == ("Nichts wurde geschrieben. 1 Fehler stehen im Weg.", 1)


def test_the_command_refuses_what_is_no_file(tmp_path):
    with pytest.raises(CommandError) as missing:
        call_command("import_measures", str(tmp_path / "fehlt.csv"))
    with pytest.raises(CommandError) as folder:
        call_command("import_measures", str(tmp_path))

    assert str(missing.value) == "fehlt.csv: No such file or directory"
    assert str(folder.value) == f"{tmp_path.name}: Is a directory"
